//! What is said of annotations from outside that nothing takes, and of imports that call nothing.

use super::{document, resolve, structured};
use csdl_codegen::edm::vocabulary::{self, Capabilities, Capability};

const DECLARED: &str = r#"
    <Term Name="mark" Type="Edm.String"/>
    <ComplexType Name="order"><Property Name="id" Type="Edm.String"/></ComplexType>
    <Function Name="find" IsBound="true"><Parameter Name="it" Type="shop.order"/><Parameter Name="text" Type="Edm.String"/>
      <ReturnType Type="Edm.String"/></Function>
    <Function Name="other"><Parameter Name="number" Type="Edm.Int32"/><ReturnType Type="Edm.String"/></Function>
    <EntityType Name="thing"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/></EntityType>
    <EntityContainer Name="main"><EntitySet Name="things" EntityType="shop.thing"/></EntityContainer>"#;

/// What is said of annotations of this target.
fn said(target: &str) -> String {
    let block = format!(
        r#"<Annotations Target="{target}"><Annotation Term="shop.mark" String="x"/></Annotations>"#
    );
    resolve(&[&document(&(DECLARED.to_owned() + &block))]).1
}

#[test]
fn a_misspelt_member_comes_with_the_nearest_name() {
    for (target, near) in [
        ("shop.order/ib", "id"),
        ("shop.find(shop.order,Edm.String)/tekst", "text"),
        ("shop.main/thinks", "things"),
    ] {
        let said = said(target);
        assert!(
            said.contains(&format!("did you mean `{near}`?")),
            "{target}: {said}"
        );
    }
    // An overload that is not there is another's, and so are its parameters.
    let other = said("shop.find(shop.order)/text");
    let near = "did you mean `shop.find(shop.order,Edm.String)/text`?";
    assert!(other.contains(near), "{other}");
}

#[test]
fn a_parameter_of_another_function_is_no_suggestion() {
    assert!(!said("shop.find(shop.order,Edm.String)/numbr").contains("number"));
}

#[test]
fn annotations_that_no_client_needs_are_skipped() {
    assert_eq!(said("shop.mark"), "");
    assert_eq!(said("Org.OData.Core.V1.Description"), "");
    assert_eq!(said("shop.order/id"), "");
    assert_eq!(said("shop.main/things"), "");
}

#[test]
fn annotations_inside_a_member_are_not_supported() {
    for target in [
        "shop.order/id/inner",
        "shop.find(shop.order,Edm.String)/text/inner",
        "shop.main/things/id",
    ] {
        assert!(
            said(target).contains("are not supported"),
            "{target}: {}",
            said(target)
        );
    }
}

#[test]
fn an_import_of_a_bound_operation_is_reported() {
    let import = |function: &str| {
        let import = format!(
            r#"<EntityContainer Name="c"><FunctionImport Name="f" Function="shop.{function}"/></EntityContainer>"#
        );
        let functions = r#"<ComplexType Name="order"/>
            <Function Name="bound" IsBound="true"><Parameter Name="it" Type="shop.order"/><ReturnType Type="Edm.String"/></Function>
            <Function Name="broken" IsBound="true"><Parameter Name="it" Type="shop.missing"/><ReturnType Type="Edm.String"/></Function>"#;
        resolve(&[&document(&(functions.to_owned() + &import))]).1
    };
    assert!(
        import("bound").contains("`shop.bound` has no unbound overload"),
        "{}",
        import("bound")
    );
    let broken = import("broken");
    assert!(broken.contains("`shop.missing`"), "{broken}");
    assert!(!broken.contains("FunctionImport"), "{broken}");
}

#[test]
fn terms_without_a_namespace_or_a_name_are_told() {
    for term in [".mark", "shop.", "mark"] {
        let text = document(&format!(
            r#"<ComplexType Name="order"><Annotation Term="{term}" String="x"/></ComplexType>"#
        ));
        let (model, said) = resolve(&[&text]);
        assert!(said.contains("[E0017]"), "{term}: {said}");
        assert!(
            structured(&model, "shop.order").annotations.is_empty(),
            "{term}"
        );
    }
}

#[test]
fn tags_are_true_unless_they_are_said_to_be_false() {
    let (model, said) = resolve(&[&document(
        r#"<ComplexType Name="none"/>
        <ComplexType Name="plain"><Annotation Term="Org.OData.Capabilities.V1.TopSupported"/></ComplexType>
        <ComplexType Name="no"><Annotation Term="Org.OData.Capabilities.V1.TopSupported" Bool="false"/></ComplexType>
        <ComplexType Name="yes"><Annotation Term="Org.OData.Capabilities.V1.TopSupported" Bool="true"/></ComplexType>
        <ComplexType Name="calls"><Annotation Term="Org.OData.Core.V1.ExplicitOperationBindings"><Collection>
          <String>shop.a</String><String>shop.b</String></Collection></Annotation></ComplexType>"#,
    )]);
    assert_eq!(said, "");
    let top = |name: &str| {
        Capabilities::of(&structured(&model, &format!("shop.{name}")).annotations)
            .get(Capability::Top)
    };
    assert_eq!(
        [top("none"), top("plain"), top("no"), top("yes")],
        [None, Some(true), Some(false), Some(true)]
    );
    let bindings =
        vocabulary::explicit_operation_bindings(&structured(&model, "shop.calls").annotations);
    assert_eq!(bindings, ["shop.a", "shop.b"]);
}
