//! Where the resolver stops: what just is allowed, and what no longer is.

use super::{document, resolve, schema, structured};
use csdl_codegen::edm::{Model, QualifiedName};

/// The first line of each problem, without its code.
fn problems(text: &str) -> (Model, Vec<String>) {
    let (model, said) = resolve(&[text]);
    let lines = said.lines().filter_map(|line| line.split_once("]: "));
    let problems =
        lines.filter(|(code, _)| code.starts_with("error[") || code.starts_with("warning["));
    (
        model,
        problems.map(|(_, problem)| problem.to_owned()).collect(),
    )
}

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

#[test]
fn a_type_extends_a_hundred_others_and_no_more() {
    let chain = |length| {
        let next = |i| format!("<ComplexType Name=\"t{}\" BaseType=\"shop.t{i}\"/>", i + 1);
        document(&format!(
            "<ComplexType Name=\"t0\"/>{}",
            repeated(length, next)
        ))
    };
    let (model, said) = problems(&chain(100));
    assert_eq!(said, [""; 0]);
    assert!(structured(&model, "shop.t100").base.is_some());
    let (model, said) = problems(&chain(101));
    assert_eq!(said, ["the type `shop.t101` extends more than 100 types"]);
    assert!(structured(&model, "shop.t101").base.is_none());
    assert!(structured(&model, "shop.t100").base.is_some());
}

#[test]
fn types_have_at_most_a_million_members() {
    let text = |derived| {
        let property = |i| format!("<Property Name=\"p{i}\" Type=\"Edm.Int32\"/>");
        let navigation = |i| format!("<NavigationProperty Name=\"n{i}\" Type=\"shop.base\"/>");
        let extending = |i| format!("<EntityType Name=\"t{i:04}\" BaseType=\"shop.base\"/>");
        document(&format!(
            "<EntityType Name=\"base\">{}{}</EntityType>{}",
            repeated(500, property),
            repeated(500, navigation),
            repeated(derived, extending)
        ))
    };
    assert_eq!(problems(&text(999)).1, [""; 0]);
    let (model, said) = problems(&text(1000));
    assert_eq!(
        said,
        ["types have more than 1000000 members with those that they inherit"]
    );
    assert!(structured(&model, "shop.t0999").base.is_none());
    assert!(structured(&model, "shop.t0998").base.is_some());
}

#[test]
fn values_behind_labels_are_limited() {
    let text = |value: &str, references: usize| {
        let reference = "<LabeledElementReference>shop.l</LabeledElementReference>";
        let references = reference.repeat(references);
        document(&format!(
            "<Term Name=\"mark\" Type=\"Edm.Untyped\"/><ComplexType Name=\"order\">\
             <Annotation Term=\"shop.mark\"><LabeledElement Name=\"l\" String=\"{value}\"/></Annotation>\
             <Annotation Term=\"shop.mark\" Qualifier=\"q\"><Collection>{references}</Collection></Annotation></ComplexType>"
        ))
    };
    let mebibyte = "x".repeat(1 << 20);
    assert_eq!(problems(&text(&mebibyte, 31)).1, [""; 0]);
    let said = problems(&text(&mebibyte, 33)).1;
    assert!(
        said.iter()
            .any(|problem| problem.contains("labels stand for more than 33554432 bytes")),
        "{said:?}"
    );
    // Small values count, too, and what stands in the document itself does not.
    assert_ne!(problems(&text(&"x".repeat(64), 400_000)).1, [""; 0]);
    let long =
        |i| format!("<Annotation Term=\"shop.mark\" Qualifier=\"q{i}\" String=\"{mebibyte}\"/>");
    let many = document(&format!(
        "<ComplexType Name=\"order\">{}</ComplexType>",
        repeated(33, long)
    ));
    assert_eq!(problems(&many).1, [""; 0]);
}

#[test]
fn annotations_of_overloads_are_limited_by_weight() {
    let text = |value: &str, overloads: usize| {
        let overload = |i| {
            format!(
                "<Function Name=\"f\"><Parameter Name=\"p{i}\" Type=\"Edm.Int32\"/><ReturnType Type=\"Edm.Int32\"/></Function>"
            )
        };
        document(&format!(
            "<Term Name=\"mark\" Type=\"Edm.Untyped\"/>{}<Annotations Target=\"shop.f\">\
             <Annotation Term=\"shop.mark\">{value}</Annotation></Annotations>",
            repeated(overloads, overload)
        ))
    };
    let too_many = ["too many annotations target too many overloads"];
    let kibibyte = "x".repeat(1 << 10);
    // Whatever the value is made of, 100 KiB for each of 500 overloads are too much, 1 KiB is not.
    for (before, after) in [
        ("<String>", "</String>"),
        ("<Collection><String>", "</String></Collection>"),
        (
            "<Record><PropertyValue Property=\"p\"><String>",
            "</String></PropertyValue></Record>",
        ),
        (
            "<Record><Annotation Term=\"shop.mark\"><String>",
            "</String></Annotation></Record>",
        ),
    ] {
        let value = |kibibytes| format!("{before}{}{after}", kibibyte.repeat(kibibytes));
        assert_eq!(problems(&text(&value(1), 500)).1, [""; 0], "{before}");
        assert_eq!(problems(&text(&value(100), 500)).1, too_many, "{before}");
        assert_eq!(problems(&text(&value(100), 1)).1, [""; 0], "{before}");
    }
}

#[test]
fn what_is_declared_is_counted() {
    let model = schema(
        r#"<EntityType Name="order"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/>
          <Property Name="kind" Type="shop.kind"/><Property Name="size" Type="shop.size"/><NavigationProperty Name="next" Type="shop.order"/>
          <NavigationProperty Name="all" Type="Collection(shop.order)"/></EntityType>
        <EnumType Name="kind"><Member Name="a"/><Member Name="b"/><Member Name="c"/></EnumType>
        <TypeDefinition Name="size" UnderlyingType="Edm.Int32"/>
        <Action Name="send" IsBound="true"><Parameter Name="it" Type="shop.order"/><Parameter Name="to" Type="Edm.String"/>
          <Parameter Name="by" Type="Edm.String"/></Action>
        <Action Name="stop"/>
        <EntityContainer Name="c"><EntitySet Name="orders" EntityType="shop.order"/><Singleton Name="first" Type="shop.order"/>
          <ActionImport Name="stop" Action="shop.stop"/></EntityContainer>"#,
    );
    // Types with members, operations with parameters, entry points.
    assert_eq!(
        model.declared_elements(),
        (1 + 5) + (1 + 3) + 1 + (1 + 2) + 1 + 3
    );
}

#[test]
fn a_qualified_name_has_two_parts() {
    for text in ["a", "a.", ".a", ".", ""] {
        assert_eq!(QualifiedName::parse(text), None, "{text:?}");
    }
    assert_eq!(
        QualifiedName::parse("a.b.c")
            .map(|name| name.name.to_string())
            .as_deref(),
        Some("c")
    );
}
