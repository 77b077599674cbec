//! Documents that are made to use up time, memory or the stack.

#[path = "collisions.rs"]
mod collisions;

/// The configuration of their clients, which are for everything that is declared.
pub const CONFIG: &str = r#"
[client]
name = "hostile-client"
output = "."
title = "Client of a service that was made up."
entry-point-features = true
examples = true
[service]
name = "the service"
[[service.clouds]]
name = "Global"
description = "The only one."
root = "https://hostile.example/api"
scope = "https://hostile.example/.default"
login-authority = "https://login.example"
[metadata]
document = "hostile.csdl"
paths = ["/"]
"#;

/// Each of these documents, of about as many bytes as asked for, by what it has too much of.
pub fn all(bytes: usize) -> Vec<(&'static str, String)> {
    let mut documents = markup(bytes);
    documents.extend(declarations(bytes));
    documents.extend(references(bytes));
    documents.extend(annotations(bytes));
    documents.extend(within_limits(bytes));
    documents.extend(clients(bytes));
    documents.extend(collisions::all(bytes));
    documents
}

/// Entry points lead to everything: clients as long as the limits allow, and longer ones.
fn clients(bytes: usize) -> Vec<(&'static str, String)> {
    let named = |name: &str, i: usize| format!("<{name}{i}\" Type=\"Edm.String\"/>");
    let property = |i: usize| named("Property Name=\"p", i);
    let member = |i: usize| format!("<Member Name=\"m{i}\"/>");
    let action = |i: usize| {
        let binding = "<Parameter Name=\"b\" Type=\"s.t0\"/>";
        format!("<Action Name=\"f{i}\" IsBound=\"true\">{binding}</Action>")
    };
    let derived = |i: usize| format!("<EntityType Name=\"u{i}\" BaseType=\"s.t0\"/>");
    let some = |count: usize, part: &dyn Fn(usize) -> String| up_to(count, bytes, part);
    let alone =
        |content: &str, others: &str| document(&(entity("t0", content) + others + &entity_sets(1)));
    let sets = |count: usize, part: &dyn Fn(usize) -> String| {
        let count = count.min(bytes / part(count).len());
        document(&(some(count, part) + &entity_sets(count)))
    };
    let related = |i: usize| {
        let target = |j: usize| format!("Collection(s.t{})", (i + j) % 10);
        let navigation =
            |j: usize| format!("<NavigationProperty Name=\"n{j}\" Type=\"{}\"/>", target(j));
        entity(&format!("t{i}"), &up_to(100, bytes, &navigation))
    };
    let plain = |i: usize| entity(&format!("t{i}"), "");
    let enumeration = |count| {
        let members = some(count, &member);
        alone(
            "<Property Name=\"n\" Type=\"s.n\"/>",
            &format!("<EnumType Name=\"n\">{members}</EnumType>"),
        )
    };
    let inherited = |part: String, count| alone(&part, &some(count, &derived));
    let calls = |count, types| alone("", &(some(count, &action) + &some(types, &derived)));
    let chained = |i: usize| {
        let target = format!("s.t{}", i + 1);
        let content = format!("<NavigationProperty Name=\"n\" Type=\"{target}\"/>");
        let binding = format!("<Parameter Name=\"b\" Type=\"s.t{i}\"/>");
        let action = format!("<Action Name=\"f\" IsBound=\"true\">{binding}</Action>");
        entity(&format!("t{i}"), &content) + &action
    };
    let chain = |count: usize| {
        let count = count.min(bytes / chained(count).len());
        let end = entity(&format!("t{count}"), "");
        document(&(some(count, &chained) + &end + &entity_sets(1)))
    };
    vec![
        ("a chain of navigation", chain(2_000)),
        ("too long a chain of navigation", chain(20_000)),
        ("entity sets", sets(4_300, &plain)),
        ("too many entity sets", sets(25_000, &plain)),
        ("navigation", sets(370, &related)),
        ("too much navigation", sets(2_500, &related)),
        ("properties of a type", alone(&some(7_000, &property), "")),
        (
            "too many properties of a type",
            alone(&some(190_000, &property), ""),
        ),
        ("described properties", alone(&some(2_500, &described), "")),
        ("members that are used", enumeration(9_900)),
        ("too many members that are used", enumeration(190_000)),
        ("actions of a type", calls(9_900, 0)),
        ("too many actions of a type", calls(29_000, 0)),
        ("inherited actions", calls(420, 300)),
        ("too many inherited actions", calls(2_000, 2_000)),
        (
            "inherited descriptions",
            inherited(some(100, &described), 390),
        ),
        (
            "too many inherited descriptions",
            inherited(some(2_000, &described), 2_000),
        ),
    ]
}

fn entity(name: &str, content: &str) -> String {
    format!(
        "<EntityType Name=\"{name}\"><Key><PropertyRef Name=\"id\"/></Key>\
         <Property Name=\"id\" Type=\"Edm.String\"/>{content}</EntityType>"
    )
}

/// A container with a set for each of the entity types `t0`, `t1`, …
fn entity_sets(count: usize) -> String {
    let set = |i: usize| format!("<EntitySet Name=\"e{i}\" EntityType=\"s.t{i}\"/>");
    let sets: String = (0..count).map(set).collect();
    format!("<EntityContainer Name=\"c\">{sets}</EntityContainer>")
}

fn described(number: usize) -> String {
    let text = "&lt;a&gt; `b` [c] ".repeat(30);
    format!(
        "<Property Name=\"p{number}\" Type=\"Edm.String\">\
         <Annotation Term=\"Org.OData.Core.V1.Description\" String=\"{text}\"/></Property>"
    )
}

/// What `part` gives for 0, 1, 2, …: so many, but no more than so many bytes.
fn up_to(count: usize, bytes: usize, part: &dyn Fn(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0..count {
        let part = part(index);
        if text.len() + part.len() > bytes {
            break;
        }
        text.push_str(&part);
    }
    text
}

/// As much of everything as the limits allow.
fn within_limits(bytes: usize) -> Vec<(&'static str, String)> {
    /// The most that a document may declare, but for a few.
    const DECLARATIONS: usize = 29_000;
    // Parts that are larger the fewer of them fit, so that no limit is met.
    let filled = |before: String, part: &dyn Fn(usize) -> String, after: &str| {
        let size = (bytes / DECLARATIONS).saturating_sub(before.len() + after.len());
        before + &repeat(size.max(1), part) + after
    };
    let property = |i: usize| format!("<Property Name=\"p{i}\" Type=\"s.d\"/>");
    let parameter = |i: usize| format!("<Parameter Name=\"p{i}\" Type=\"s.d\"/>");
    let member = |i: usize| format!("<Member Name=\"m{i}\"/>");
    let null = |i: usize| format!("<Annotation Term=\"a.b{i}\"/>");
    let entity = |i: usize| {
        filled(
            format!("<EntityType Name=\"t{i}\"><NavigationProperty Name=\"n\" Type=\"s.t0\"/>"),
            &property,
            "</EntityType>",
        )
    };
    let enumeration =
        |i: usize| filled(format!("<EnumType Name=\"t{i}\">"), &member, "</EnumType>");
    let action = |_| filled("<Action Name=\"f\">".into(), &parameter, "</Action>");
    let actions = |i: usize| filled(format!("<Action Name=\"f{i}\">"), &parameter, "</Action>");
    let annotated = |i: usize| {
        filled(
            format!("<ComplexType Name=\"t{i}\">"),
            &null,
            "</ComplexType>",
        )
    };
    let block = |_| {
        filled(
            "<Annotations Target=\"s.f\">".into(),
            &null,
            "</Annotations>",
        )
    };
    let definition = "<TypeDefinition Name=\"d\" UnderlyingType=\"Edm.String\"/>";
    let overloads = repeat(bytes / 20, |i| {
        format!("<Action Name=\"f\"><Parameter Name=\"p{i}\" Type=\"Edm.String\"/></Action>")
    });
    let set = |i: usize| {
        format!(
            "<EntitySet Name=\"e{i}\" EntityType=\"s.t\"><NavigationPropertyBinding Path=\"a/b\" Target=\"e\"/></EntitySet>"
        )
    };
    let container = "<EntityType Name=\"t\"/><EntityContainer Name=\"c\">";
    let wide = |before: &str, part: &dyn Fn(usize) -> String, after: &str| {
        within(bytes.min(5 << 20), before, part, after)
    };
    vec![
        ("small entity types", within(bytes, definition, entity, "")),
        (
            "small enumerations",
            within(bytes, definition, enumeration, ""),
        ),
        ("small overloads", within(bytes, definition, action, "")),
        ("small actions", within(bytes, definition, actions, "")),
        ("annotated types", within(bytes, definition, annotated, "")),
        ("overloads and blocks", wide(&overloads, &block, "")),
        (
            "a wide type",
            wide(
                "<TypeDefinition Name=\"d\" UnderlyingType=\"Edm.String\"/><ComplexType Name=\"a\">",
                &property,
                "</ComplexType>",
            ),
        ),
        (
            "a wide container",
            wide(container, &set, "</EntityContainer>"),
        ),
        (
            "a wide record",
            wide(
                "<ComplexType Name=\"a\"><Annotation Term=\"a.b\"><Collection>",
                &|_| "<Record><PropertyValue Property=\"a\" String=\"\"/></Record>".into(),
                "</Collection></Annotation></ComplexType>",
            ),
        ),
    ]
}

/// A document with this in its only schema.
pub fn document(content: &str) -> String {
    format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices><Schema Namespace="s" xmlns="http://docs.oasis-open.org/odata/ns/edm">
{content}
</Schema></edmx:DataServices></edmx:Edmx>"#
    )
}

/// What `part` gives for 0, 1, 2, …, until there are as many bytes as asked for.
fn repeat(bytes: usize, part: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(bytes + 1024);
    let mut index = 0;
    while text.len() < bytes {
        text.push_str(&part(index));
        index += 1;
    }
    text
}

/// One part between others, so that all together have as many bytes as asked for.
fn within(bytes: usize, before: &str, part: impl Fn(usize) -> String, after: &str) -> String {
    let content = repeat(bytes.saturating_sub(before.len() + after.len()), part);
    document(&format!("{before}{content}{after}"))
}

fn nested(bytes: usize, open: &str, close: &str) -> String {
    let count = bytes / (open.len() + close.len());
    document(&(open.repeat(count) + &close.repeat(count)))
}

/// Too much of what XML has.
fn markup(bytes: usize) -> Vec<(&'static str, String)> {
    let entities = format!(
        "<!DOCTYPE a [<!ENTITY b \"{}\"><!ENTITY c \"&b;&b;\">]>{}",
        "b".repeat(1000),
        document("&c;")
    );
    let attributes = repeat(bytes, |index| format!(" a{index}=\"\""));
    let namespaces = repeat(bytes, |index| format!(" xmlns:a{index}=\"\""));
    let some = repeat(600, |index| format!(" xmlns:a{index}=\"\""));
    let prefixed = repeat(bytes, |_| "<z:a/>".to_owned());
    let long = "a".repeat(bytes);
    vec![
        ("entities", entities),
        (
            "nested elements",
            nested(bytes, "<EntityType>", "</EntityType>"),
        ),
        (
            "nested foreign elements",
            nested(bytes, "<x xmlns=''>", "</x>"),
        ),
        (
            "nested values",
            nested(bytes, "<Collection>", "</Collection>"),
        ),
        ("unclosed elements", "<a>".repeat(bytes / 3)),
        ("opening brackets", "<".repeat(bytes)),
        (
            "ampersands",
            document(&format!("<A b=\"{}\"/>", "&".repeat(bytes))),
        ),
        (
            "escapes",
            document(&format!("<A b=\"{}\"/>", "&#65;".repeat(bytes / 5))),
        ),
        ("attributes", document(&format!("<A{attributes}/>"))),
        ("namespaces", document(&format!("<A{namespaces}/>"))),
        ("prefixes", document(&format!("<A{some}>{prefixed}</A>"))),
        ("a long value", document(&format!("<A b=\"{long}\"/>"))),
        ("a long text", document(&format!("<A>{long}</A>"))),
        ("a long name", document(&format!("<{long}/>"))),
        ("a long comment", document(&format!("<!--{long}-->"))),
        (
            "short elements",
            within(
                bytes,
                "<EntityType Name='a'>",
                |_| "<If/>".into(),
                "</EntityType>",
            ),
        ),
        ("short children", within(bytes, "", |_| "<If/>".into(), "")),
        (
            "attributes everywhere",
            within(
                bytes,
                "<EntityType Name='a'>",
                |_| "<A a='' b='' c='' d='' e='' f='' g='' h=''/>".into(),
                "</EntityType>",
            ),
        ),
    ]
}

/// Too many declarations, or odd ones.
fn declarations(bytes: usize) -> Vec<(&'static str, String)> {
    let property = |index| format!("<Property Name=\"p{index}\" Type=\"Edm.String\"/>");
    let schema = "</Schema><Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"n";
    vec![
        (
            "types",
            within(bytes, "", |i| format!("<EntityType Name=\"t{i}\"/>"), ""),
        ),
        (
            "schemas",
            within(bytes, "", |i| format!("{schema}{i}\">"), ""),
        ),
        (
            "properties",
            within(
                bytes,
                "<ComplexType Name=\"a\">",
                property,
                "</ComplexType>",
            ),
        ),
        (
            "one property many times",
            within(
                bytes,
                "<ComplexType Name=\"a\">",
                |_| property(0),
                "</ComplexType>",
            ),
        ),
        (
            "members",
            within(
                bytes,
                "<EnumType Name=\"a\">",
                |i| format!("<Member Name=\"m{i}\"/>"),
                "</EnumType>",
            ),
        ),
        (
            "overloads",
            within(
                bytes,
                "",
                |i| {
                    format!(
                        "<Action Name=\"f\"><Parameter Name=\"p{i}\" Type=\"Edm.String\"/></Action>"
                    )
                },
                "",
            ),
        ),
        (
            "one overload many times",
            within(bytes, "", |_| "<Action Name=\"f\"/>".into(), ""),
        ),
        (
            "parameters",
            within(
                bytes,
                "<Action Name=\"f\">",
                |i| format!("<Parameter Name=\"p{i}\" Type=\"Edm.String\"/>"),
                "</Action>",
            ),
        ),
        (
            "containers",
            within(
                bytes,
                "<EntityType Name=\"t\"/>",
                |i| format!("<EntityContainer Name=\"c{i}\" Extends=\"s.c{}\"/>", i + 1),
                "",
            ),
        ),
        (
            "entry points",
            within(
                bytes,
                "<EntityType Name=\"t\"/><EntityContainer Name=\"c\">",
                |i| format!("<Singleton Name=\"e{i}\" Type=\"s.t\"/>"),
                "</EntityContainer>",
            ),
        ),
        (
            "odd names",
            within(bytes, "", |i| format!("<Term Name=\"!{i}\"/>"), ""),
        ),
        (
            "nothing that is known",
            within(bytes, "", |_| "<a/>".into(), ""),
        ),
        (
            "missing attributes",
            within(
                bytes,
                "<ComplexType Name=\"a\">",
                |_| "<Property/>".into(),
                "</ComplexType>",
            ),
        ),
        (
            "keys",
            within(
                bytes,
                "<EntityType Name=\"a\"><Key>",
                |i| format!("<PropertyRef Name=\"k{i}\"/>"),
                "</Key></EntityType>",
            ),
        ),
    ]
}

/// Names that lead far, round, or nowhere.
fn references(bytes: usize) -> Vec<(&'static str, String)> {
    let extends = |i: usize, base: usize| {
        format!(
            "<ComplexType Name=\"t{i}\" BaseType=\"s.t{base}\"><Property Name=\"p{i}\" Type=\"Edm.Int32\"/></ComplexType>"
        )
    };
    let wide = repeat(bytes / 2, |i| {
        format!("<Property Name=\"p{i}\" Type=\"Edm.Int32\"/>")
    });
    let round = repeat(bytes, |i| extends(i, i + 1));
    let many = round.matches("<ComplexType").count();
    vec![
        (
            "a chain of base types",
            within(
                bytes,
                "",
                |i| extends(i + 1, i),
                "<ComplexType Name=\"t0\"/>",
            ),
        ),
        (
            "a chain of base types backwards",
            within(bytes, "", |i| extends(i, i + 1), ""),
        ),
        (
            "a cycle of base types",
            document(&format!("{round}{}", extends(many, 0))),
        ),
        (
            "two types in each cycle",
            within(bytes, "", |i| extends(i, i ^ 1), ""),
        ),
        (
            "types that extend themselves",
            within(bytes, "", |i| extends(i, i), ""),
        ),
        (
            "types that extend a wide one",
            within(
                bytes / 2,
                &format!("<ComplexType Name=\"w\">{wide}</ComplexType>"),
                |i| format!("<ComplexType Name=\"t{i}\" BaseType=\"s.w\"/>"),
                "",
            ),
        ),
        (
            "definitions of each other",
            within(
                bytes,
                "",
                |i| {
                    format!(
                        "<TypeDefinition Name=\"t{i}\" UnderlyingType=\"s.t{}\"/>",
                        i + 1
                    )
                },
                "",
            ),
        ),
        (
            "unknown types",
            within(
                bytes,
                "<ComplexType Name=\"a\">",
                |i| format!("<Property Name=\"p{i}\" Type=\"s.x{i}\"/>"),
                "</ComplexType>",
            ),
        ),
        (
            "unknown types among many",
            within(
                bytes,
                "",
                |i| format!("<EntityType Name=\"t{i}\" BaseType=\"s.x{i}\"/>"),
                "",
            ),
        ),
        (
            "unknown namespaces",
            within(
                bytes,
                "<ComplexType Name=\"a\">",
                |i| format!("<Property Name=\"p{i}\" Type=\"x{i}.x\"/>"),
                "</ComplexType>",
            ),
        ),
        (
            "unqualified types",
            within(
                bytes,
                "",
                |i| format!("<EntityType Name=\"t{i}\" BaseType=\"x{i}\"/>"),
                "",
            ),
        ),
        (
            "unknown operations",
            within(
                bytes,
                "<Action Name=\"f\"/><EntityContainer Name=\"c\">",
                |i| format!("<ActionImport Name=\"i{i}\" Action=\"s.x{i}\"/>"),
                "</EntityContainer>",
            ),
        ),
        (
            "long unknown names",
            within(
                bytes,
                "",
                |i| {
                    format!(
                        "<EntityType Name=\"{0}{i}\" BaseType=\"s.{0}x{i}\"/>",
                        "a".repeat(1000)
                    )
                },
                "",
            ),
        ),
    ]
}

/// Too many annotations, or some that speak of too much.
fn annotations(bytes: usize) -> Vec<(&'static str, String)> {
    let block = |target: String| {
        format!(
            "<Annotations Target=\"{target}\"><Annotation Term=\"a.b\" String=\"\"/></Annotations>"
        )
    };
    let overloads = repeat(bytes / 2, |i| {
        format!("<Action Name=\"f\"><Parameter Name=\"p{i}\" Type=\"Edm.String\"/></Action>")
    });
    let functions = up_to(10_000, bytes / 2, &|i| {
        format!("<Function Name=\"f\"><Parameter Name=\"p{i}\" Type=\"Edm.String\"/></Function>")
    });
    let operations = repeat(bytes / 2, |i| format!("<Action Name=\"f{i}\"/>"));
    let types = repeat(bytes / 2, |i| format!("<EntityType Name=\"t{i}\"/>"));
    let half = bytes / 2;
    let in_type = |value: &str| value.to_owned();
    let annotated = "<ComplexType Name=\"a\"><Annotation Term=\"a.b\"><Collection>";
    let end = "</Collection></Annotation></ComplexType>";
    let label = |i: usize| {
        let reference = format!(
            "<LabeledElementReference>s.l{}</LabeledElementReference>",
            i + 1
        );
        format!(
            "<Annotation Term=\"a.b\" Qualifier=\"q{i}\"><LabeledElement Name=\"l{i}\"><Collection>{}</Collection></LabeledElement></Annotation>",
            reference.repeat(20)
        )
    };
    vec![
        (
            "targets that are not there",
            within(half, &types, |i| block(format!("s.x{i}")), ""),
        ),
        (
            "members that are not there",
            within(half, &types, |i| block(format!("s.t0/x{i}")), ""),
        ),
        (
            "operations that are annotated",
            within(half, &operations, |i| block(format!("s.f{i}")), ""),
        ),
        (
            "all overloads, many times",
            within(half, &overloads, |_| block("s.f".into()), ""),
        ),
        (
            "a long annotation of all overloads",
            document(&format!(
                "{functions}<Annotations Target=\"s.f\"><Annotation Term=\"a.b\" String=\"{}\"/></Annotations>",
                "x".repeat(half.min(1 << 20))
            )),
        ),
        (
            "one of the overloads",
            within(half, &overloads, |_| block("s.f(Edm.String)".into()), ""),
        ),
        (
            "targets that are not names",
            within(bytes, "", |_| block("((".into()), ""),
        ),
        (
            "empty records",
            within(bytes, annotated, |_| in_type("<Record/>"), end),
        ),
        (
            "empty records everywhere",
            within(
                bytes,
                "",
                |i| format!("<Annotation Term=\"a.b\" Qualifier=\"{i}\"><Record/></Annotation>"),
                "",
            ),
        ),
        (
            "records",
            within(
                bytes,
                annotated,
                |_| in_type("<Record><PropertyValue Property=\"a\"/></Record>"),
                end,
            ),
        ),
        (
            "small records everywhere",
            within(
                bytes,
                "",
                |i| {
                    format!(
                        "<Annotation Term=\"a.b\" Qualifier=\"{i}\"><Collection>{}</Collection></Annotation>",
                        "<Record><PropertyValue Property=\"a\"/></Record>".repeat(100)
                    )
                },
                "",
            ),
        ),
        (
            "nulls",
            within(bytes, annotated, |_| in_type("<Null/>"), end),
        ),
        ("labels of labels", within(bytes, "", label, "")),
        (
            "unknown labels",
            within(
                bytes,
                annotated,
                |i| format!("<LabeledElementReference>s.x{i}</LabeledElementReference>"),
                end,
            ),
        ),
        (
            "terms without a namespace",
            within(bytes, "", |_| in_type("<Annotation Term=\"a\"/>"), ""),
        ),
    ]
}
