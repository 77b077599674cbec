//! Which versions of a type a slice has.

use super::{document, resolve, schema};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::Model;
use csdl_codegen::generate::read_model;
use csdl_codegen::slice::{NamedVersion, Selection, Versions, slice};
use csdl_codegen::source::Sources;
use csdl_codegen::write::write;
use std::path::Path;
use support::{read, workspace};

const SYSTEMS: &str = "/Systems/Members/{id}";

/// The model of the documents in tests/fixtures/redfish.
fn redfish() -> Model {
    let folder = workspace().join("tests/fixtures/redfish");
    let documents = [
        "index",
        "ServiceRoot_v1",
        "ComputerSystem_v1",
        "Resource_v1",
    ];
    let texts = documents.map(|name| read(&folder.join(format!("{name}.xml"))));
    let (model, said) = resolve(&texts.each_ref().map(String::as_str));
    assert_eq!(said, "");
    model
}

/// The slice, which must be able to stand alone and have the same slice, and what was said.
fn sliced(model: &Model, path: &str, versions: Versions) -> (Model, Vec<String>) {
    let selection = Selection {
        versions,
        ..Selection::from_iter([path])
    };
    let mut diagnostics = Diagnostics::default();
    let found = slice(model, &selection, &mut diagnostics);
    let text = write(&found);
    let (again, said) = resolve(&[&text]);
    assert_eq!(said, "");
    let again = slice(&again, &selection, &mut Diagnostics::default());
    assert_eq!(write(&again), text);
    let said = diagnostics.iter().map(|problem| problem.message.clone());
    (found, said.collect())
}

fn only(namespaces: &[&str]) -> Versions {
    let named = namespaces.iter().map(|namespace| NamedVersion {
        namespace: (*namespace).to_owned(),
        span: None,
    });
    Versions::Only(named.collect())
}

/// The versions of a type that a slice has, in the order of their names.
fn versions(model: &Model, name: &str) -> String {
    let names = model.types.keys().filter(|it| &*it.name == name);
    let versions = names.filter(|it| it.version().is_some());
    let versions = versions.filter_map(|it| it.namespace.rsplit('.').next());
    versions.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_newest_version_comes_with_those_it_extends() {
    let (found, said) = sliced(&redfish(), SYSTEMS, Versions::default());
    assert_eq!(said, [""; 0]);
    let names: Vec<_> = found.types.keys().map(ToString::to_string).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    ComputerSystem.ComputerSystem
    ComputerSystem.v1_0_0.Actions
    ComputerSystem.v1_0_0.Boot
    ComputerSystem.v1_0_0.ComputerSystem
    ComputerSystem.v1_0_1.ComputerSystem
    ComputerSystem.v1_10_0.ComputerSystem
    ComputerSystem.v1_1_0.Boot
    ComputerSystem.v1_1_0.ComputerSystem
    ComputerSystem.v1_9_0.Boot
    ComputerSystem.v1_9_0.ComputerSystem
    ComputerSystemCollection.ComputerSystemCollection
    Resource.Item
    Resource.Resource
    Resource.ResourceCollection
    Resource.v1_0_0.Resource
    Resource.v1_0_0.ResourceCollection
    Resource.v1_1_0.Indicator
    ");
}

#[test]
fn versions_come_as_was_asked() {
    let model = redfish();
    let cases = [
        (
            Versions::Newest,
            "v1_0_0 v1_0_1 v1_10_0 v1_1_0 v1_9_0",
            "v1_0_0 v1_1_0 v1_9_0",
        ),
        (
            Versions::All,
            "v1_0_0 v1_0_1 v1_10_0 v1_1_0 v1_1_1 v1_9_0",
            "v1_0_0 v1_1_0 v1_9_0",
        ),
        // What is not declared anew in a version is as in the last one before it.
        (
            only(&["ComputerSystem.v1_1_1"]),
            "v1_0_0 v1_0_1 v1_1_0 v1_1_1",
            "v1_0_0 v1_1_0",
        ),
        (only(&["ComputerSystem.v1_0_1"]), "v1_0_0 v1_0_1", "v1_0_0"),
        (
            only(&["ComputerSystem.v1_1_1", "ComputerSystem.v1_9_0"]),
            "v1_0_0 v1_0_1 v1_1_0 v1_1_1 v1_9_0",
            "v1_0_0 v1_1_0 v1_9_0",
        ),
    ];
    for (asked, systems, boots) in cases {
        let shown = format!("{asked:?}");
        let (found, said) = sliced(&model, SYSTEMS, asked);
        assert_eq!(said, [""; 0], "{shown}");
        assert_eq!(versions(&found, "ComputerSystem"), systems, "{shown}");
        assert_eq!(versions(&found, "Boot"), boots, "{shown}");
    }
}

#[test]
fn versions_that_bring_nothing_are_told() {
    let listed = only(&["ComputerSystem.v1_0_1", "Chassis.v1_0_0", "ComputerSystem"]);
    for path in [SYSTEMS, "/"] {
        let (_, said) = sliced(&redfish(), path, listed.clone());
        let expected = ["Chassis.v1_0_0", "ComputerSystem"]
            .map(|name| format!("`{name}` selects no version of a type"));
        assert_eq!(said, expected, "{path}");
    }
}

#[test]
fn everything_is_without_versions_nothing_needs() {
    let model = redfish();
    let (found, _) = sliced(&model, "/", Versions::Newest);
    let left_out = model
        .types
        .keys()
        .filter(|it| !found.types.contains_key(it));
    let left_out: Vec<_> = left_out.map(ToString::to_string).collect();
    assert_eq!(left_out, ["ComputerSystem.v1_1_1.ComputerSystem"]);
    assert!(!found.schemas.contains_key("ComputerSystem.v1_1_1"));
    assert_eq!(found.operations.len(), 1);
    let all = Selection {
        versions: Versions::All,
        ..Selection::from_iter(["/"])
    };
    let found = slice(&model, &all, &mut Diagnostics::default());
    assert_eq!(found.types.len(), model.types.len());
    // What refers to an old version keeps it; so does a list.
    let (found, _) = sliced(&model, "/", only(&["ComputerSystem.v1_0_1"]));
    assert_eq!(versions(&found, "ComputerSystem"), "v1_0_0 v1_0_1");
    assert_eq!(versions(&found, "Boot"), "v1_0_0");
}

/// A schema of which nearly all types are versions of one, which all have many properties.
fn many_versions() -> String {
    let properties: String = (0..50)
        .map(|n| format!(r#"<Property Name="p{n}" Type="Edm.Int32"/>"#))
        .collect();
    let versions: String = (0..120)
        .map(|n| {
            format!(
                r#"<Schema Namespace="shop.v1_{n}_0" xmlns="http://docs.oasis-open.org/odata/ns/edm">
                <EntityType Name="item" BaseType="shop.item">{properties}</EntityType></Schema>"#
            )
        })
        .collect();
    let content = r#"<EntityType Name="item" Abstract="true"/>
        <EntityContainer Name="c"><Singleton Name="one" Type="shop.item"/></EntityContainer>"#;
    document(content).replace(
        "</edmx:DataServices>",
        &format!("{versions}</edmx:DataServices>"),
    )
}

#[test]
fn versions_of_one_type_do_not_make_a_base_of_most() {
    let (model, said) = resolve(&[&many_versions()]);
    assert_eq!(said, "");
    let (found, _) = sliced(&model, "/one", Versions::Newest);
    assert_eq!(versions(&found, "item"), "v1_119_0");
    let (found, _) = sliced(&model, "/one", Versions::All);
    assert_eq!(found.types.len(), 121);
}

#[test]
fn what_is_left_out_counts_for_no_limit() {
    let config = read(&workspace().join("tests/fixtures/redfish/client.toml"));
    let said = |path: &str, versions: &str| {
        let metadata = format!("paths = [\"{path}\"]\nderived-versions = {versions}");
        let text = config.replace(&format!("paths = [\"{SYSTEMS}\"]"), &metadata);
        assert_ne!(text, config);
        let text = format!("{text}\n[metadata.limits]\nlines = 10000\n");
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let toml = Path::new("client.toml");
        let source = sources.add(toml, text.as_str());
        let config = LoadedConfig::parse(toml, source, &sources).expect("a configuration");
        let id = sources.add("service.csdl", many_versions());
        let model = read_model(&config, &[id], &sources, &mut diagnostics);
        assert_eq!(model.is_none(), diagnostics.has_errors());
        diagnostics.render(&sources)
    };
    for path in ["/", "/one"] {
        assert_eq!(said(path, r#""newest""#), "", "{path}");
        let too_long = said(path, r#""all""#);
        assert!(
            too_long.contains("error[E0013]: the client would have"),
            "{too_long}"
        );
    }
}

#[test]
fn types_of_other_names_are_no_versions() {
    let model = schema(
        r#"<EntityType Name="item" Abstract="true"/><EntityType Name="v1_0_0" BaseType="shop.item"/>
        <EntityType Name="v1_1_0" BaseType="shop.item"/>
        <EntityContainer Name="c"><Singleton Name="one" Type="shop.item"/></EntityContainer>"#,
    );
    let (found, _) = sliced(&model, "/one", Versions::Newest);
    assert_eq!(found.types.len(), 3);
}
