//! What JSON says by leaving something out, what its constants are, and where everything stands.

use super::*;
use csdl_codegen::csdl::HeadReference;
use csdl_codegen::csdl::ast;
use csdl_codegen::edm::{Annotation, QualifiedName, ScalarKind, Scale, Value};
use csdl_codegen::references::{Lookup, follow};
use csdl_codegen::source::read;

fn document(content: &str) -> String {
    format!(
        "{{\"$Version\": \"4.01\",
\"$Reference\": {{
  \"core.json\": {{\"$Include\": [{{\"$Namespace\": \"Org.OData.Core.V1\", \"$Alias\": \"Core\"}}]}},
  \"capabilities.json\": {{\"$Include\": [
    {{\"$Namespace\": \"Org.OData.Capabilities.V1\", \"$Alias\": \"Cap\"}}
  ]}}
}},
\"s\": {{\"$Alias\": \"self\", {content}}}}}"
    )
}

/// The model of a schema's content, of which nothing must be said.
fn model(content: &str) -> Model {
    let (model, said) = resolve("a.json", &document(content));
    assert_eq!(said, "");
    model.expect("a model")
}

/// The annotations of a schema in which they are the content.
fn annotations(content: &str) -> Vec<Annotation> {
    let model = model(content);
    let (_, schema) = model.schemas.into_iter().next().expect("a schema");
    schema.annotations
}

/// The value of the only annotation that is the content of a schema.
fn value(content: &str) -> Value {
    let [annotation] = &*annotations(content) else {
        panic!("{content}");
    };
    annotation.value.clone().expect("a value")
}

fn scalar(kind: ScalarKind, text: &str) -> Value {
    Value::Scalar(kind, text.to_owned())
}

#[test]
fn what_is_left_out_has_the_default_of_json() {
    let model = model(
        "\"t\": {\"$Kind\": \"ComplexType\", \"text\": {}, \"maybe\": {\"$Nullable\": true},
         \"not\": {\"$Nullable\": false}, \"list\": {\"$Collection\": true},
         \"price\": {\"$Type\": \"Edm.Decimal\"}, \"whole\": {\"$Type\": \"Edm.Decimal\", \"$Scale\": 0},
         \"one\": {\"$Collection\": false},
         \"amount\": {\"$Type\": \"self.amount\"}},
         \"amount\": {\"$Kind\": \"TypeDefinition\", \"$UnderlyingType\": \"Edm.Decimal\"},
         \"f\": [{\"$Kind\": \"Function\", \"$Parameter\": [{\"$Name\": \"p\"}], \"$ReturnType\": {}}]",
    );
    let t = model
        .structured(&QualifiedName::new("s", "t"))
        .expect("a type");
    let property = |name: &str| &t.properties[name];
    for (name, ty, nullable) in [
        ("text", "Edm.String", false),
        ("maybe", "Edm.String", true),
        ("not", "Edm.String", false),
        ("one", "Edm.String", false),
        ("price", "Edm.Decimal", false),
    ] {
        assert_eq!(property(name).type_ref.to_string(), ty, "{name}");
        assert_eq!(property(name).is_nullable(), nullable, "{name}");
    }
    assert_eq!(
        property("list").type_ref.to_string(),
        "Collection(Edm.String)"
    );
    assert_eq!(property("list").nullable, None);
    assert_eq!(property("price").facets.scale, Some(Scale::Variable));
    assert_eq!(property("whole").facets.scale, None);
    assert_eq!(
        property("amount").facets.scale,
        None,
        "that of its type counts"
    );
    let f = &model.operations[0];
    assert_eq!(f.parameters[0].nullable, Some(false));
    assert_eq!(f.parameters[0].type_ref.to_string(), "Edm.String");
    let returned = f.return_type.as_ref().expect("a result");
    assert_eq!(returned.type_ref.to_string(), "Edm.String");
    assert_eq!(returned.nullable, Some(false));
}

#[test]
fn constants_are_what_their_terms_say() {
    use ScalarKind::{Bool, Date, Decimal, EnumMember, Int, NavigationPropertyPath, PropertyPath};
    for (content, expected) in [
        ("\"@self.a\": \" a \"", scalar(ScalarKind::String, " a ")),
        ("\"@self.a\": 1", scalar(Int, "1")),
        ("\"@self.a\": -0.50", scalar(Decimal, "-0.50")),
        ("\"@self.a\": 1E+400", scalar(Decimal, "1E+400")),
        ("\"@self.a\": false", scalar(Bool, "false")),
        ("\"@self.a\": null", Value::Null),
        (
            "\"@self.a\": {\"$Path\": \"self.t/a\"}",
            scalar(ScalarKind::Path, "s.t/a"),
        ),
        (
            "\"@self.a\": {\"$AnnotationPath\": \"@Core.Description\"}",
            scalar(ScalarKind::AnnotationPath, "@Org.OData.Core.V1.Description"),
        ),
        (
            "\"@Core.Permissions\": \"Read, Write\"",
            scalar(
                EnumMember,
                "Org.OData.Core.V1.Permission/Read Org.OData.Core.V1.Permission/Write",
            ),
        ),
        (
            "\"@Core.OptimisticConcurrency\": [\"self.t/a\"]",
            Value::Collection(vec![scalar(PropertyPath, "s.t/a")]),
        ),
        // Found by fuzzing: what is no name would be another one when it is read again.
        (
            "\"@Core.Permissions\": \"self.t\"",
            scalar(ScalarKind::String, "self.t"),
        ),
        (
            "\"@Core.Permissions\": \"Read Write\"",
            scalar(ScalarKind::String, "Read Write"),
        ),
        (
            "\"@Core.Permissions\": \"Read,\"",
            scalar(ScalarKind::String, "Read,"),
        ),
        // A term of the same name in a vocabulary of one's own.
        (
            "\"@self.Permissions\": \"Read\"",
            scalar(ScalarKind::String, "Read"),
        ),
    ] {
        assert_eq!(value(content), expected, "{content}");
    }
    let record = value(
        "\"@Cap.InsertRestrictions\": {\"Insertable\": false,
         \"NonInsertableNavigationProperties\": [\"a\"], \"Description\": \"No\"}",
    );
    let Value::Record(record) = record else {
        panic!("{record:?}");
    };
    let property = |name: &str| record.properties.get(name).cloned().flatten();
    assert_eq!(property("Insertable"), Some(scalar(Bool, "false")));
    let paths = Value::Collection(vec![scalar(NavigationPropertyPath, "a")]);
    assert_eq!(property("NonInsertableNavigationProperties"), Some(paths));
    assert_eq!(
        property("Description"),
        Some(scalar(ScalarKind::String, "No"))
    );
    let dated = value("\"@Core.Revisions\": [{\"Date\": \"2026-01-31\"}]");
    assert!(format!("{dated:?}").contains(&format!("{:?}", scalar(Date, "2026-01-31"))));
}

#[test]
fn types_of_records_are_fragments_of_urls() {
    for written in ["#self.t", "https://a.example/b#self.t", "self.t"] {
        for member in ["@type", "@odata.type"] {
            let value = value(&format!("\"@self.a\": {{\"{member}\": \"{written}\"}}"));
            let Value::Record(record) = value else {
                panic!("{value:?}");
            };
            assert_eq!(record.type_name.as_deref(), Some("s.t"), "{written}");
            assert!(record.annotations.is_empty());
        }
    }
}

#[test]
fn expressions_of_a_service_have_no_value() {
    for expression in [
        "{\"$If\": [true, 1, 2]}",
        "{\"$Apply\": [], \"$Function\": \"odata.now\"}",
        "{\"$Cast\": 1, \"$Type\": \"Edm.String\", \"$MaxLength\": 3}",
        "{\"$IsOf\": {\"$Path\": \"a\"}, \"$Type\": \"self.t\", \"$Collection\": true}",
        "{\"$UrlRef\": \"http://a.example\"}",
        "{\"$And\": [true, true]}",
        "{\"$Neg\": 1}",
        "{\"$In\": [1, [1]], \"@self.b\": 1}",
    ] {
        assert_eq!(
            annotations(&format!("\"@self.a\": {expression}")),
            [],
            "{expression}"
        );
    }
}

#[test]
fn annotations_stand_at_what_they_name() {
    // Those of a property may stand beside it.
    let model = model(
        "\"t\": {\"$Kind\": \"ComplexType\", \"p@Core.Description\": \"Of p\",
         \"p@Core.Description@self.By\": \"me\", \"p\": {\"@Core.Description#long\": \"More of p\"}}",
    );
    let t = model
        .structured(&QualifiedName::new("s", "t"))
        .expect("a type");
    let said = &t.properties["p"].annotations;
    let shown: Vec<_> = said
        .iter()
        .map(|it| {
            (
                it.term.to_string(),
                it.qualifier.as_deref(),
                it.annotations.len(),
            )
        })
        .collect();
    let term = "Org.OData.Core.V1.Description".to_owned();
    assert_eq!(shown, [(term.clone(), None, 1), (term, Some("long"), 0)]);
    assert_eq!(said[0].annotations[0].term.to_string(), "s.By");
}

#[test]
fn entry_points_may_say_their_kind() {
    let model = model(
        "\"t\": {\"$Kind\": \"EntityType\", \"$Key\": [\"id\"], \"id\": {}},
         \"c\": {\"$Kind\": \"EntityContainer\",
           \"set\": {\"$Kind\": \"EntitySet\", \"$Collection\": true, \"$Type\": \"self.t\"},
           \"one\": {\"$Kind\": \"Singleton\", \"$Type\": \"self.t\", \"$Nullable\": true}}",
    );
    let container = model.container.expect("a container");
    let names: Vec<_> = container.children.keys().map(ToString::to_string).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

/// The texts of a document's tree, each with what stands at its place.
#[test]
fn places_are_those_of_the_texts() {
    let text = document(
        "\"t\": {\"$Kind\": \"EntityType\", \"$BaseType\": \"self.b\", \"$Key\": [\"id\", {\"n\": \"a/b\"}],
         \"id\": {\"$Type\": \"Edm.Guid\", \"$DefaultValue\": 5},
         \"l\": {\"$Type\": \"Edm.Date\", \"$Collection\": true}, \"caf\\u00e9\": {}},
         \"f\": [{\"$Kind\": \"Action\"}, {\"$Kind\": \"Action\", \"$Parameter\": [{\"$Name\": \"p\"}]}],
         \"@Core.Description#q\": \"text\", \"$Annotations\": {\"self.t/id\": {\"@self.a\": -1.5}}",
    );
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add("a.json", format!("\u{feff}{text}"));
    let tree = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics).expect("a tree");
    assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
    let at = |span| sources.slice(span);
    assert_eq!(at(tree.span), "{");
    assert_eq!(at(tree.references[0].uri.span), "core.json");
    let include = &tree.references[1].includes[0];
    assert_eq!(at(include.namespace.span), "Org.OData.Capabilities.V1");
    assert_eq!(at(include.alias.as_ref().unwrap().span), "Cap");
    let schema = &tree.schemas[0];
    assert_eq!((at(schema.span), at(schema.namespace.span)), ("s", "s"));
    assert_eq!(at(schema.alias.as_ref().unwrap().span), "self");
    let ty = &schema.structured_types[0];
    assert_eq!((at(ty.span), at(ty.name.span)), ("t", "t"));
    assert_eq!(at(ty.base_type.as_ref().unwrap().span), "self.b");
    let parts: Vec<_> = ty.key.iter().map(|part| at(part.name.span)).collect();
    assert_eq!(parts, ["id", "a/b"]);
    assert_eq!(at(ty.key[1].alias.as_ref().unwrap().span), "n");
    let [key, list, word] = &*ty.properties else {
        panic!("{:?}", ty.properties);
    };
    assert_eq!(at(key.type_name.span), "Edm.Guid");
    assert_eq!(at(key.default_value.as_ref().unwrap().span), "5");
    assert_eq!(list.type_name.as_str(), "Collection(Edm.Date)");
    assert_eq!(at(list.type_name.span), "Edm.Date");
    assert_eq!(
        (word.name.as_str(), at(word.name.span)),
        ("café", "caf\\u00e9")
    );
    assert_eq!(
        at(word.type_name.span),
        "caf\\u00e9",
        "a default stands nowhere"
    );
    let operations: Vec<_> = schema.operations.iter().collect();
    assert_eq!(at(operations[0].span), "{");
    assert!(operations[0].span.start < operations[1].span.start);
    assert_eq!(at(operations[1].name.span), "f");
    assert_eq!(at(operations[1].parameters[0].name.span), "p");
    let note = &schema.annotations[0];
    assert_eq!(
        (at(note.term.span), note.qualifier.as_deref()),
        ("Core.Description", Some("q"))
    );
    let Some(ast::Expression::Constant(constant)) = &note.value else {
        panic!("{note:?}");
    };
    assert_eq!(at(constant.span), "text");
    let external = &schema.external_annotations[0];
    assert_eq!(at(external.target.span), "self.t/id");
    let value = external.annotations[0]
        .value
        .as_ref()
        .and_then(ast::Expression::span);
    assert_eq!(value.map(at), Some("-1.5"));
}

#[test]
fn references_are_found_wherever_they_stand() {
    let reference = |uri: &str, namespaces: &[&str]| HeadReference {
        uri: uri.to_owned(),
        namespaces: namespaces.iter().map(|n| (*n).to_owned()).collect(),
    };
    let late = "\u{feff} {\"$Version\": \"4.0\", \"a\": {\"b\": [\"}\", {\"$Reference\": 1}]}, \"$Reference\": {
        \" a\\u0062 \": {\"@c.d\": [{}], \"$Include\": [{\"$Alias\": \"A\", \"$Namespace\": \" n \"}, 1,
        {\"$Namespace\": \"m\"}]}, \"c\": {}}}";
    let expected = [reference("ab", &["n", "m"]), reference("c", &[])];
    assert_eq!(csdl::references(late), expected);
    for nothing in [
        "{",
        "{\"$Reference\"",
        "{\"$Reference\": 1}",
        "{\"a\": ]}",
        "{\"$Reference\": {\"a\" 1}}",
    ] {
        assert_eq!(csdl::references(nothing), [], "{nothing}");
    }
    let cut = "{\"$Reference\": {\"a\": {\"$Include\": [{\"$Namespace\": \"n\"";
    assert_eq!(csdl::references(cut), [reference("a", &["n"])]);
}

/// Each form may refer to the other, and is told by its text.
#[test]
fn references_are_followed_from_and_to_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file in it");
    };
    write(
        "first.xml",
        "{\"$Version\": \"4.0\", \"$Reference\": {\"https://a.example/second.json?b\": {
         \"$Include\": [{\"$Namespace\": \"second\"}]}},
         \"first\": {\"t\": {\"$Kind\": \"ComplexType\", \"p\": {\"$Type\": \"second.t\"}}}}",
    );
    write(
        "second.json",
        "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">
         <edmx:Reference Uri=\"third\"><edmx:Include Namespace=\"third\" /></edmx:Reference>
         <edmx:DataServices><Schema Namespace=\"second\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">
         <ComplexType Name=\"t\"><Property Name=\"p\" Type=\"third.t\" /></ComplexType>
         </Schema></edmx:DataServices></edmx:Edmx>",
    );
    write(
        "third",
        "{\"$Version\": \"4.0\", \"third\": {\"t\": {\"$Kind\": \"ComplexType\", \"p\": {}}}}",
    );
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let limits = Limits::default();
    let first = read::read(&folder.path().join("first.xml"), &mut sources).expect("a document");
    let mut ids = vec![first];
    let lookup = Lookup::default();
    ids.extend(follow(
        &ids,
        &lookup,
        &limits,
        &mut sources,
        &mut diagnostics,
    ));
    let documents = csdl::parse_all(&sources, &ids, &limits, &mut diagnostics).expect("trees");
    let model = edm::resolve(&documents, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
    let names: Vec<_> = model.types.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["first.t", "second.t", "third.t"]);
}
