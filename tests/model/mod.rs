//! From documents to the model: what names refer to, what annotations speak of, what is tolerated.

mod annotations;
mod keys;
mod limits;
mod restrictions;
mod slice;
mod targets;
mod tolerance;
mod versions;

use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{
    self, Annotation, EnumType, Model, Operation, Primitive, QualifiedName, StructuredType, Type,
    Value, vocabulary,
};
use csdl_codegen::slice::{Selection, slice};
use csdl_codegen::source::Sources;
use csdl_codegen::write::write;
use support::{read, snapshots, workspace};

/// The model of documents, and what was said about them.
fn resolve(texts: &[&str]) -> (Model, String) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let ids: Vec<_> = texts
        .iter()
        .map(|text| sources.add("service.csdl", *text))
        .collect();
    let parse = |id| csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    let documents: Vec<_> = ids.into_iter().filter_map(parse).collect();
    let model = edm::resolve(&documents, &mut diagnostics);
    drop(documents);
    (model, diagnostics.render(&sources))
}

/// The model of the documents in tests/fixtures/model.
fn shop() -> Model {
    let documents = ["shop.csdl", "people.csdl", "words.csdl"];
    let folder = workspace().join("tests/fixtures/model");
    let texts = documents.map(|document| read(&folder.join(document)));
    let (model, said) = resolve(&texts.each_ref().map(String::as_str));
    assert_eq!(said, "");
    model
}

/// The model of one schema `shop` with this content; nothing must be said about it.
fn schema(content: &str) -> Model {
    let (model, said) = resolve(&[&document(content)]);
    assert_eq!(said, "");
    model
}

fn document(content: &str) -> String {
    format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices><Schema Namespace="shop" xmlns="http://docs.oasis-open.org/odata/ns/edm">
{content}
</Schema></edmx:DataServices></edmx:Edmx>"#
    )
}

fn name(text: &str) -> QualifiedName {
    QualifiedName::parse(text).expect("a qualified name")
}

fn structured<'m>(model: &'m Model, text: &str) -> &'m StructuredType {
    model
        .structured(&name(text))
        .unwrap_or_else(|| panic!("no type {text}"))
}

fn enumeration<'m>(model: &'m Model, text: &str) -> &'m EnumType {
    match &model.types[&name(text)] {
        Type::Enum(enumeration) => enumeration,
        other => panic!("{text} is {other:?}"),
    }
}

fn property_type(model: &Model, owner: &str, property: &str) -> String {
    structured(model, owner).properties[property]
        .type_ref
        .to_string()
}

fn navigation_type(model: &Model, owner: &str, property: &str) -> String {
    structured(model, owner).navigation[property]
        .type_ref
        .to_string()
}

/// The overload with these parameter names, the binding parameter first.
fn overload<'m>(model: &'m Model, text: &str, parameters: &[&str]) -> &'m Operation {
    let is_it = |operation: &&Operation| {
        let declared = operation.binding.iter().chain(&operation.parameters);
        operation.name == name(text) && declared.map(|p| &*p.name).eq(parameters.iter().copied())
    };
    model
        .operations
        .iter()
        .find(is_it)
        .unwrap_or_else(|| panic!("no overload {parameters:?}"))
}

/// To accept a change: `cargo insta review`, or `INSTA_UPDATE=always cargo test --test suite model`.
#[test]
fn the_canonical_form_says_everything_in_full() {
    let text = write(&shop());
    snapshots("model").bind(|| insta::assert_snapshot!("canonical_form", text));
    let (again, said) = resolve(&[&text]);
    assert_eq!(said, "");
    assert_eq!(
        write(&again),
        text,
        "the canonical form of the canonical form"
    );
}

#[test]
fn an_alias_holds_in_its_document_alone() {
    let model = shop();
    assert_eq!(
        structured(&model, "shop.model.giftOrder").base,
        Some(name("shop.model.order"))
    );
    assert_eq!(
        navigation_type(&model, "shop.model.giftOrder", "receiver"),
        "people.model.person"
    );
    assert_eq!(
        navigation_type(&model, "people.model.person", "friend"),
        "people.model.person"
    );
    assert_eq!(
        property_type(&model, "shop.model.archive.order", "now"),
        "shop.model.state"
    );
    assert_eq!(
        property_type(&model, "shop.model.archive.order", "before"),
        "Collection(shop.model.archive.order)"
    );
}

#[test]
fn a_type_has_what_its_base_types_have_nearest_first() {
    let model = shop();
    let gift = name("shop.model.giftOrder");
    let lineage: Vec<_> = model
        .lineage(&gift)
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(
        lineage,
        [
            "shop.model.giftOrder",
            "shop.model.order",
            "shop.model.entity"
        ]
    );
    assert!(model.is_derived(&gift, &name("shop.model.entity")));
    assert!(model.is_derived(&gift, &gift));
    assert!(!model.is_derived(&name("shop.model.entity"), &gift));
    assert!(model.is_derived(&name("people.model.person"), &name("shop.model.entity")));
}

#[test]
fn a_container_inherits_entry_points() {
    let model = shop();
    let container = model.container.expect("a container");
    assert_eq!(container.name, name("shop.model.all"));
    let names: Vec<_> = container.children.keys().map(|name| &**name).collect();
    assert_eq!(
        names,
        ["current", "gifts", "newestOrder", "orders", "people"]
    );
    assert_eq!(
        container.children["current"].bindings,
        [
            ("customer".to_owned(), "people".to_owned()),
            (
                "shop.model.giftOrder/receiver".to_owned(),
                "people".to_owned()
            ),
        ]
    );
}

#[test]
fn containers_that_extend_each_other_are_read_once() {
    let model = tolerance::odd_schema(
        r#"<EntityType Name="order" />
        <EntityContainer Name="a" Extends="shop.b"><Singleton Name="one" Type="shop.order" /></EntityContainer>
        <EntityContainer Name="b" Extends="shop.a"><Singleton Name="two" Type="shop.order" /></EntityContainer>"#,
        &["E0009"],
    );
    let container = model.container.expect("a container");
    assert_eq!(
        container
            .children
            .keys()
            .map(|name| &**name)
            .collect::<Vec<_>>(),
        ["one", "two"]
    );
}

#[test]
fn enum_members_count_on_from_the_one_before() {
    let model = shop();
    let values = |text| {
        let members = enumeration(&model, text).members.iter();
        members
            .map(|m| (m.name.to_string(), m.value))
            .collect::<Vec<_>>()
    };
    let expected = [("open", 0), ("paid", 5), ("sent", 6)].map(|(n, v)| (n.to_owned(), v));
    assert_eq!(values("shop.model.state"), expected);
    assert_eq!(
        enumeration(&model, "shop.model.state").underlying,
        edm::Primitive::Int32
    );
    assert!(!enumeration(&model, "shop.model.state").is_flags);
    assert_eq!(
        enumeration(&model, "shop.model.options").underlying,
        edm::Primitive::Byte
    );
    assert!(enumeration(&model, "shop.model.options").is_flags);
    // The largest value has no successor, which is no reason to stop.
    let last = format!(
        r#"<EnumType Name="e"><Member Name="a" Value="{}" /><Member Name="b" /></EnumType>"#,
        i64::MAX
    );
    assert_eq!(enumeration(&schema(&last), "shop.e").members.len(), 2);
}

#[test]
fn annotations_target_all_overloads_or_one() {
    let model = shop();
    let small = overload(&model, "shop.model.find", &["orders", "state"]);
    let limited = overload(&model, "shop.model.find", &["orders", "state", "limit"]);
    let single = overload(&model, "shop.model.find", &["order", "text"]);
    for find in [small, limited, single] {
        assert_eq!(
            vocabulary::description(&find.annotations),
            Some("Finds something.")
        );
    }
    assert_eq!(vocabulary::long_description(&small.annotations), None);
    assert_eq!(
        vocabulary::long_description(&limited.annotations),
        Some("Not more than some.")
    );
    let returned = |find: &Operation| {
        let result = find.return_type.clone().expect("a result");
        vocabulary::description(&result.annotations).map(str::to_owned)
    };
    assert_eq!(
        returned(single).as_deref(),
        Some("The first item that matches.")
    );
    assert_eq!(returned(small), None);
    let send = overload(&model, "shop.model.send", &["order", "options"]);
    let by_binding = "An action is named by what it is bound to.";
    assert_eq!(vocabulary::description(&send.annotations), Some(by_binding));
    let newest = overload(&model, "shop.model.newest", &[]);
    assert_eq!(
        vocabulary::description(&newest.annotations),
        Some("A function without parameters.")
    );
}

#[test]
fn a_label_stands_for_its_value_in_every_document() {
    let model = shop();
    let limited = overload(&model, "shop.model.find", &["orders", "state", "limit"]);
    let optional = vocabulary::optional_parameter(&limited.parameters[1].annotations);
    assert_eq!(optional.and_then(|o| o.default_value), Some("10"));
    let person = structured(&model, "people.model.person");
    let described = vocabulary::description(&person.properties["name"].annotations);
    assert_eq!(described, Some("What somebody is called."));
}

#[test]
fn a_label_may_stand_in_any_annotation() {
    let model = schema(
        r#"<ComplexType Name="order"><Property Name="id" Type="Edm.String">
        <Annotation Term="Org.OData.Core.V1.Description"><LabeledElement Name="text" String="A number." /></Annotation>
        </Property></ComplexType>
        <ComplexType Name="item"><Annotation Term="Org.OData.Core.V1.Description">
        <LabeledElementReference>shop.text</LabeledElementReference></Annotation></ComplexType>"#,
    );
    let item = structured(&model, "shop.item");
    assert_eq!(
        vocabulary::description(&item.annotations),
        Some("A number.")
    );
}

#[test]
fn labels_that_multiply_come_to_an_end() {
    let mut labels = String::from(
        r#"<Annotation Term="shop.t" Qualifier="l0"><LabeledElement Name="l0" String="ha" /></Annotation>"#,
    );
    for level in 1..8 {
        let below = format!(
            "<LabeledElementReference>shop.l{}</LabeledElementReference>",
            level - 1
        );
        labels.push_str(&format!(
            r#"<Annotation Term="shop.t" Qualifier="l{level}"><LabeledElement Name="l{level}"><Collection>{}</Collection></LabeledElement></Annotation>"#,
            below.repeat(100)
        ));
    }
    let top = "<Annotation Term=\"shop.all\"><LabeledElementReference>shop.l7</LabeledElementReference></Annotation>";
    let (_, said) = resolve(&[&document(&(labels + top))]);
    let limit = "error[E0013]: labels stand for more than";
    assert_eq!(said.matches("error").count(), 1, "{said}");
    assert!(said.contains(limit), "{said}");
}

#[test]
fn a_qualifier_makes_another_annotation() {
    let model = shop();
    let annotations = &structured(&model, "shop.model.order").properties["state"].annotations;
    let said: Vec<_> = annotations
        .iter()
        .map(|a| {
            (
                a.qualifier.as_deref(),
                a.value.as_ref().and_then(Value::as_text),
            )
        })
        .collect();
    let expected = [
        (None, Some("Where the order is.")),
        (Some("Short"), Some("Where it is.")),
        (Some("Shorter"), Some("Where?")),
    ];
    assert_eq!(said, expected);
    assert_eq!(
        vocabulary::description(annotations),
        Some("Where the order is.")
    );
}

#[test]
fn declarations_can_be_annotated_from_outside() {
    let model = shop();
    let described =
        |annotations: &[Annotation]| vocabulary::description(annotations).map(str::to_owned);
    let paid = &enumeration(&model, "shop.model.state").members[1];
    assert_eq!(
        described(&paid.annotations).as_deref(),
        Some("Money has arrived.")
    );
    let money = model.types[&name("shop.model.money")].annotations();
    assert_eq!(described(money).as_deref(), Some("An amount in euros."));
    let container = model.container.as_ref().expect("a container");
    let current = &container.children["current"].annotations;
    assert_eq!(
        described(current).as_deref(),
        Some("The order that is being made.")
    );
}

#[test]
fn the_annotation_of_the_later_document_counts() {
    let service = document(
        r#"<ComplexType Name="order"><Annotation Term="Org.OData.Core.V1.Description" String="first" /></ComplexType>"#,
    );
    let correction = document(
        r#"<Annotations Target="shop.order"><Annotation Term="Org.OData.Core.V1.Description" String="second" /></Annotations>"#,
    );
    let (model, said) = resolve(&[&service, &correction]);
    assert_eq!(said, "");
    let order = structured(&model, "shop.order");
    assert_eq!(order.annotations.len(), 1);
    assert_eq!(vocabulary::description(&order.annotations), Some("second"));
}

#[test]
fn a_dynamic_value_is_no_annotation() {
    let model = schema(
        r#"<ComplexType Name="order">
        <Annotation Term="Org.OData.Core.V1.Description"><If><Bool>true</Bool><String>a</String></If></Annotation>
        <Annotation Term="Org.OData.Core.V1.LongDescription" String=" kept as it is " />
        </ComplexType>"#,
    );
    let order = structured(&model, "shop.order");
    assert_eq!(vocabulary::description(&order.annotations), None);
    assert_eq!(
        vocabulary::long_description(&order.annotations),
        Some(" kept as it is ")
    );
}

#[test]
fn text_values_are_unescaped_and_lines_kept() {
    let model = schema(
        "<ComplexType Name=\"order\"><Annotation Term=\"Org.OData.Core.V1.Description\">\
         <String>a &lt;b&gt; &amp;\r\n&#13;&#x63;<![CDATA[ <d> ]]></String></Annotation></ComplexType>",
    );
    let order = structured(&model, "shop.order");
    let expected = "a <b> &\n\rc <d> ";
    assert_eq!(vocabulary::description(&order.annotations), Some(expected));
}

#[test]
fn a_service_has_the_container_of_its_own_document() {
    let own = document(
        r#"<EntityType Name="order" /><EntityContainer Name="zone">
        <Singleton Name="own" Type="shop.order" /></EntityContainer>"#,
    );
    let other = own
        .replace("shop", "base")
        .replace("own", "other")
        .replace("zone", "all");
    let (model, said) = resolve(&[&own, &other]);
    assert_eq!(said, "");
    let container = model.container.expect("a container");
    assert_eq!(container.name.to_string(), "shop.zone");
}

#[test]
fn a_slice_has_what_its_paths_need_and_nothing_else() {
    let model = shop();
    let mut diagnostics = Diagnostics::default();
    let selection = Selection::from_iter(["/current/customer"]);
    let sliced = slice(&model, &selection, &mut diagnostics);
    assert!(diagnostics.is_empty());
    let types: Vec<_> = sliced.types.keys().map(ToString::to_string).collect();
    assert_eq!(
        types,
        [
            "people.model.person",
            "shop.model.entity",
            "shop.model.order"
        ]
    );
    let order = structured(&sliced, "shop.model.order");
    assert!(
        order.properties.is_empty(),
        "only what is followed: {order:?}"
    );
    assert_eq!(
        order.navigation.keys().map(|n| &**n).collect::<Vec<_>>(),
        ["customer"]
    );
    assert!(
        structured(&sliced, "people.model.person")
            .properties
            .contains_key("name")
    );
    assert!(sliced.operations.is_empty());
    let container = sliced.container.as_ref().expect("a container");
    assert_eq!(
        container.children.keys().map(|n| &**n).collect::<Vec<_>>(),
        ["current"]
    );
    // What is left can stand alone.
    let (again, said) = resolve(&[&write(&sliced)]);
    assert_eq!(said, "");
    assert_eq!(write(&again), write(&sliced));
}
