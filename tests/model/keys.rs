//! Keys that lead through navigation properties, and alternate keys.

use super::resolve;
use super::restrictions::client;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::slice::{Selection, slice};
use csdl_codegen::write::write;

const LINES: &str = r#"
<EntityType Name="order"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/>
  <NavigationProperty Name="lines" Type="Collection(s.line)" ContainsTarget="true"/><NavigationProperty Name="buyer" Type="s.buyer"/></EntityType>
<EntityType Name="line"><Key><PropertyRef Name="place/number"/><PropertyRef Name="order/id" Alias="orderId"/></Key>
  <Property Name="place" Type="s.place"/><Property Name="note" Type="Edm.String"/>
  <NavigationProperty Name="order" Type="s.order"/><NavigationProperty Name="parts" Type="Collection(s.part)" ContainsTarget="true"/></EntityType>
<EntityType Name="part"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/></EntityType>
<ComplexType Name="place"><Property Name="number" Type="Edm.Int32"/></ComplexType>
<EntityType Name="buyer"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/><Property Name="mail" Type="Edm.String"/>
  <Property Name="name" Type="Edm.String"/>ALTERNATE</EntityType>
<EntityContainer Name="c"><EntitySet Name="lines" EntityType="s.line"/><EntitySet Name="buyers" EntityType="s.buyer">SET</EntitySet></EntityContainer>"#;

fn document(alternate: &str, set: &str) -> String {
    let schema = LINES.replace("ALTERNATE", alternate).replace("SET", set);
    format!(
        r#"<edmx:Edmx Version="4.01" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
        <Schema Namespace="s" xmlns="http://docs.oasis-open.org/odata/ns/edm">{schema}</Schema></edmx:DataServices></edmx:Edmx>"#
    )
}

fn alternate_key(vocabulary: &str, property: &str) -> String {
    format!(
        r#"<Annotation Term="{vocabulary}.AlternateKeys"><Collection><Record><PropertyValue Property="Key"><Collection><Record>
        <PropertyValue Property="Name" PropertyPath="{property}"/><PropertyValue Property="Alias" String="{property}"/>
        </Record></Collection></PropertyValue></Record></Collection></Annotation>"#
    )
}

const CORE: &str = "Org.OData.Core.V1";
const COMMUNITY: &str = "OData.Community.Keys.V1";

/// The methods of collections that take a key.
fn keys(folder: &str, document: &str) -> Vec<String> {
    let (generated, _) = client(folder, document);
    let lines = generated
        .files
        .iter()
        .flat_map(|file| file.contents.lines());
    let methods = lines.filter_map(|line| line.trim().strip_prefix("pub fn by_"));
    let mut methods: Vec<_> = methods
        .map(|method| method[..method.find('(').unwrap()].to_owned())
        .collect();
    methods.sort();
    methods.dedup();
    methods
}

#[test]
fn a_key_may_lead_through_a_navigation_property() {
    let document = document("", "");
    assert_eq!(
        keys("keys-path", &document),
        ["id", "place_number_and_order_id"]
    );
    // A slice that passes by keeps what the key needs, and no more.
    let (model, said) = resolve(&[&document]);
    assert_eq!(said, "");
    let selection = Selection::from_iter(["/lines/{key}/parts"]);
    let sliced = slice(&model, &selection, &mut Diagnostics::default());
    let (again, said) = resolve(&[&write(&sliced)]);
    assert_eq!(said, "");
    let line = again
        .types
        .keys()
        .find(|name| &*name.name == "line")
        .unwrap();
    let line = again.structured(line).unwrap();
    assert_eq!(line.key.len(), 2);
    let names = |names: Vec<&str>| names.join(" ");
    assert_eq!(
        names(line.properties.keys().map(|it| &**it).collect()),
        "place"
    );
    assert_eq!(
        names(line.navigation.keys().map(|it| &**it).collect()),
        "order parts"
    );
}

#[test]
fn alternate_keys_of_both_vocabularies_have_methods() {
    let both = alternate_key(CORE, "mail") + &alternate_key(COMMUNITY, "name");
    let found = keys("keys-alternate", &document(&both, ""));
    assert_eq!(found, ["id", "mail", "name", "place_number_and_order_id"]);
    // One key in both is one method.
    let same = alternate_key(CORE, "mail") + &alternate_key(COMMUNITY, "mail");
    let found = keys("keys-alternate-same", &document(&same, ""));
    assert_eq!(found, ["id", "mail", "place_number_and_order_id"]);
    // On the way to something else, too.
    let (model, _) = resolve(&[&document(&both, "")]);
    let selection = Selection::from_iter(["/buyers"]);
    let sliced = slice(&model, &selection, &mut Diagnostics::default());
    assert_eq!(resolve(&[&write(&sliced)]).1, "");
}

#[test]
fn alternate_keys_without_a_method_are_told() {
    for vocabulary in [CORE, COMMUNITY] {
        let (_, said) = resolve(&[&document(&alternate_key(vocabulary, "mial"), "")]);
        assert!(
            said.contains("names `mial`, which the type does not have"),
            "{said}"
        );
        let (_, said) = resolve(&[&document("", &alternate_key(vocabulary, "mail"))]);
        assert!(
            said.contains("alternate keys of the entity set `buyers`"),
            "{said}"
        );
    }
}
