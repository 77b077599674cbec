//! Values of annotations: names in them, labels, what order and place make of them.

use super::{document, enumeration, overload, resolve, schema, structured};
use csdl_codegen::edm::{Annotation, Model, Value, vocabulary};
use csdl_codegen::write::write;

/// A document whose schema has an alias.
fn with_alias(content: &str) -> String {
    document(content).replace("Namespace=\"shop\"", "Namespace=\"shop\" Alias=\"self\"")
}

/// The text of the only annotation of a type.
fn text_of<'m>(model: &'m Model, type_name: &str) -> Option<&'m str> {
    let annotations = &structured(model, type_name).annotations;
    assert_eq!(annotations.len(), 1);
    annotations[0].value.as_ref().and_then(Value::as_text)
}

#[test]
fn names_in_values_are_qualified_and_trimmed() {
    let cases = [
        (
            r#"EnumMember="self.kind/a self.kind/b""#,
            "shop.kind/a shop.kind/b",
        ),
        (r#"PropertyPath=" self.order/id ""#, "shop.order/id"),
        (r#"AnnotationPath="id@self.mark""#, "id@shop.mark"),
        (
            r#"NavigationPropertyPath="self.order/@self.mark#q""#,
            "shop.order/@shop.mark#q",
        ),
        (r#"String=" self.order ""#, " self.order "),
        (r#"Int=" 5 ""#, "5"),
    ];
    for (written, expected) in cases {
        let (model, said) = resolve(&[&with_alias(&format!(
            r#"<EnumType Name="kind" IsFlags="true"><Member Name="a" Value="1"/><Member Name="b" Value="2"/></EnumType>
            <Term Name="mark" Type="Edm.String"/>
            <ComplexType Name="order"><Property Name="id" Type="Edm.String"/><Annotation Term="self.mark" {written}/></ComplexType>"#,
        ))]);
        assert_eq!(said, "", "{written}");
        assert_eq!(text_of(&model, "shop.order"), Some(expected), "{written}");
        assert_eq!(enumeration(&model, "shop.kind").members.len(), 2);
    }
}

#[test]
fn a_label_may_stand_anywhere_inside_a_value() {
    let inside = [
        r#"<Collection><LabeledElement Name="text" String="found"/></Collection>"#,
        r#"<Record><PropertyValue Property="p"><LabeledElement Name="text" String="found"/></PropertyValue></Record>"#,
        r#"<Record><Annotation Term="shop.mark"><LabeledElement Name="text" String="found"/></Annotation></Record>"#,
        r#"<LabeledElement Name="outer"><Collection><Record><PropertyValue Property="p">
           <LabeledElement Name="text" String="found"/></PropertyValue></Record></Collection></LabeledElement>"#,
    ];
    for value in inside {
        let model = schema(&format!(
            r#"<Term Name="mark" Type="Edm.String"/>
            <ComplexType Name="order"><Annotation Term="shop.mark">{value}</Annotation></ComplexType>
            <ComplexType Name="item"><Annotation Term="shop.mark">
            <LabeledElementReference>shop.text</LabeledElementReference></Annotation></ComplexType>"#
        ));
        assert_eq!(text_of(&model, "shop.item"), Some("found"), "{value}");
    }
}

#[test]
fn the_order_of_annotations_makes_no_difference() {
    let one = r#"<Annotation Term="shop.mark" String="1"/>"#;
    let two = r#"<Annotation Term="shop.mark" Qualifier="q" String="2"/>"#;
    let forms = [
        "<ComplexType Name=\"order\">AB</ComplexType>",
        "<ComplexType Name=\"order\"><Annotation Term=\"shop.other\" String=\"\">AB</Annotation></ComplexType>",
        "<ComplexType Name=\"order\"><Annotation Term=\"shop.other\"><Record>AB</Record></Annotation></ComplexType>",
        "<ComplexType Name=\"order\"><Annotation Term=\"shop.other\"><Collection><Record><PropertyValue Property=\"p\">\
         <Record>AB</Record></PropertyValue></Record></Collection></Annotation></ComplexType>",
    ];
    let terms =
        "<Term Name=\"mark\" Type=\"Edm.String\"/><Term Name=\"other\" Type=\"Edm.Untyped\"/>";
    for form in forms {
        let written =
            |parts: &str| write(&schema(&(terms.to_owned() + &form.replace("AB", parts))));
        let there = written(&(one.to_owned() + two));
        assert!(there.contains('1') && there.contains('2'), "{there}");
        assert_eq!(there, written(&(two.to_owned() + one)), "{form}");
    }
}

#[test]
fn functions_are_targeted_by_all_their_types() {
    let mark = |target: &str| {
        let (model, said) = resolve(&[&document(&format!(
            r#"<ComplexType Name="order"/><Term Name="mark" Type="Edm.String"/>
            <Function Name="find" IsBound="true"><Parameter Name="it" Type="shop.order"/>
              <Parameter Name="by" Type="Edm.String"/><ReturnType Type="Edm.String"/></Function>
            <Action Name="send" IsBound="true"><Parameter Name="it" Type="shop.order"/>
              <Parameter Name="to" Type="Edm.String"/><Parameter Name="by" Type="Edm.String"/></Action>
            <Annotations Target="{target}"><Annotation Term="shop.mark" String="x"/></Annotations>"#
        ))]);
        let has = |annotations: &[Annotation]| !annotations.is_empty();
        let find = overload(&model, "shop.find", &["it", "by"]);
        let send = overload(&model, "shop.send", &["it", "to", "by"]);
        (
            has(&find.annotations),
            has(&send.annotations),
            said.is_empty(),
        )
    };
    assert_eq!(
        mark("shop.find(shop.order,Edm.String)"),
        (true, false, true)
    );
    assert_eq!(mark("shop.find(shop.order)"), (false, false, false));
    assert_eq!(mark("shop.send(shop.order)"), (false, true, true));
    assert_eq!(
        mark("shop.send(shop.order,Edm.String,Edm.String)"),
        (false, true, true)
    );
    assert_eq!(
        mark("shop.send(shop.order,Edm.String)"),
        (false, false, false)
    );
    assert_eq!(mark("shop.send(Edm.String)"), (false, false, false));
}

#[test]
fn same_and_different_redeclarations_are_told_apart() {
    let annotation = |text: &str| {
        format!(
            r#"<Annotation Term="shop.mark"><Collection><Record><PropertyValue Property="p"><Record>
            <Annotation Term="shop.mark" String="{text}"/></Record></PropertyValue></Record></Collection></Annotation>"#
        )
    };
    let function = |text: &str| {
        let annotation = annotation(text);
        format!(
            r#"<Function Name="f"><Parameter Name="p" Type="Edm.String">{annotation}</Parameter>
            <ReturnType Type="Edm.String">{annotation}</ReturnType>{annotation}</Function>"#
        )
    };
    let complex = |text: &str| {
        let annotation = annotation(text);
        format!(
            r#"<ComplexType Name="c"><Property Name="p" Type="Edm.String">{annotation}</Property>{annotation}</ComplexType>"#
        )
    };
    let term = r#"<Term Name="mark" Type="Edm.Untyped"/>"#;
    for make in [&function as &dyn Fn(&str) -> String, &complex] {
        let said = |second: &str| {
            resolve(&[&document(
                &(term.to_owned() + &make("1") + "\n" + &make(second)),
            )])
            .1
        };
        assert!(
            said("1").contains("is declared twice in the same way"),
            "{}",
            said("1")
        );
        assert!(said("2").contains("is declared twice\n"), "{}", said("2"));
    }
}

#[test]
fn a_repeated_record_property_has_its_later_value() {
    let model = schema(
        r#"<ComplexType Name="order"><Annotation Term="Org.OData.Core.V1.Revisions"><Collection><Record>
        <PropertyValue Property="Description" String="old"/><PropertyValue Property="Description" String="new"/>
        <PropertyValue Property="Kind" EnumMember="Org.OData.Core.V1.RevisionKind/Deprecated"/>
        </Record></Collection></Annotation></ComplexType>"#,
    );
    let deprecation = vocabulary::deprecation(&structured(&model, "shop.order").annotations);
    assert_eq!(deprecation.and_then(|it| it.description), Some("new"));
}

/// Found by fuzzing: such a namespace would be two members of an enumeration, or lose white space.
#[test]
fn members_of_padded_namespaces_stay_as_written() {
    let text = with_alias(
        r#"<EnumType Name="kind"><Member Name="a"/></EnumType>
        <ComplexType Name="order"><Annotation Term="self.mark" EnumMember="self.kind/a  self.kind/b"/></ComplexType>"#,
    );
    let (model, _) = resolve(&[&text.replace("Namespace=\"shop\"", "Namespace=\"my  shop\"")]);
    assert_eq!(
        text_of(&model, "my  shop.order"),
        Some("self.kind/a self.kind/b")
    );
    let written = write(&model);
    assert_eq!(write(&resolve(&[&written]).0), written);
}
