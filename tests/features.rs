//! Features of entry points: each alone compiles, and brings what can be reached from there.

use csdl_codegen::generate::Generated;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::{ClientCrate, generate, read, workspace};

fn package(name: &str) -> ClientCrate {
    ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), name)
}

/// Writes the sources and, to the package's manifest, the features.
fn write(client: &ClientCrate, generated: &mut Generated) {
    generated
        .add_manifest(client.folder())
        .expect("the package has a manifest");
    client.write_sources(&generated.files);
}

#[test]
fn each_compiles_alone_and_without_a_warning() {
    let client = package("features");
    let mut generated = generate(&workspace().join("tests/library/metadata/client.toml"));
    write(&client, &mut generated);
    client.check();
    let entry_points = generated
        .features
        .iter()
        .filter(|feature| feature.entry_point.is_some());
    let names: Vec<_> = entry_points.map(|feature| &feature.name).collect();
    assert_eq!(
        names,
        [
            "branches",
            "close-all",
            "desk",
            "items",
            "opening-hours",
            "people",
            "scans"
        ]
    );
    for name in names {
        client.check_with(name);
    }
    client.check_with("full");
}

const DOCUMENT: &str = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="ns" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EntityType Name="entity" Abstract="true">
        <Key><PropertyRef Name="id"/></Key>
        <Property Name="id" Type="Edm.String" Nullable="false"/>
      </EntityType>
      <EntityType Name="user" BaseType="ns.entity">
        <Property Name="rank" Type="ns.rank"/>
        <NavigationProperty Name="anything" Type="ns.entity"/>
        <NavigationProperty Name="policies" Type="Collection(ns.policy)"/>
      </EntityType>
      <EntityType Name="guest" BaseType="ns.user"/>
      <EntityType Name="device" BaseType="ns.entity">
        <Property Name="owner" Type="ns.identity"/>
        <NavigationProperty Name="policies" Type="Collection(ns.policy)"/>
      </EntityType>
      <EntityType Name="policy" BaseType="ns.entity"/>
      <EntityType Name="strictPolicy" BaseType="ns.policy">
        <Property Name="level" Type="ns.level"/>
      </EntityType>
      <EntityType Name="forgotten" BaseType="ns.entity"/>
      <ComplexType Name="identity"/>
      <ComplexType Name="deviceIdentity" BaseType="ns.identity"/>
      <EnumType Name="rank"><Member Name="high"/></EnumType>
      <EnumType Name="level"><Member Name="high"/></EnumType>
      <EntityContainer Name="container">
        <EntitySet Name="users" EntityType="ns.user"/>
        <EntitySet Name="devices" EntityType="ns.device"/>
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
"#;

const CONFIG: &str = r#"
[client]
name = "features"
output = "."
title = "Features."
entry-point-features = true

[service]
name = "the service"
default-namespaces = ["ns"]

[[service.clouds]]
name = "Global"
description = "The only one."
root = "https://service.example"
scope = "https://service.example/.default"
login-authority = "https://login.example"

[metadata]
document = "service.csdl"
paths = ["/"]
"#;

/// The client of a service in which a general type stands for resources of several entry points.
fn small_client(folder: &str) -> (ClientCrate, Generated) {
    let client = package(folder);
    client.write("service.csdl", DOCUMENT);
    client.write("client.toml", CONFIG);
    let generated = generate(&client.folder().join("client.toml"));
    (client, generated)
}

/// The data types that a module declares if only this feature is turned on.
fn types_with(generated: &Generated, feature: &str) -> BTreeSet<String> {
    let by_name: BTreeMap<_, _> = generated.features.iter().map(|f| (&*f.name, f)).collect();
    let mut on = BTreeSet::from([feature]);
    on.extend(by_name[feature].enables.iter().map(String::as_str));
    let mut files = generated.files.iter();
    let models = files
        .find(|file| file.path == "src/models.rs")
        .expect("there are types");
    let items = syn::parse_file(&models.contents).expect("Rust").items;
    let types = items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) => Some(module),
        _ => None,
    });
    let is_on = |module: &&syn::ItemMod| match module.attrs.first() {
        None => true,
        Some(attribute) => {
            let condition: syn::MetaNameValue = attribute.parse_args().expect("feature = …");
            let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(name),
                ..
            }) = condition.value
            else {
                panic!("not a name");
            };
            on.contains(name.value().as_str())
        }
    };
    types
        .filter(is_on)
        .map(|module| module.ident.to_string())
        .collect()
}

#[test]
fn brings_the_types_derived_from_those_it_uses() {
    let (_, generated) = small_client("features-derived");
    let devices = types_with(&generated, "devices");
    for name in [
        "policy",
        "strict_policy",
        "level",
        "identity",
        "device_identity",
    ] {
        assert!(devices.contains(name), "{name} is not in {devices:?}");
    }
    assert!(types_with(&generated, "users").contains("guest"));
}

/// A package for a service with entity sets of these names.
fn package_of(package_name: &str, names: &[&str]) -> ClientCrate {
    let client = package(package_name);
    let sets = names.iter();
    let sets = sets.map(|name| format!("<EntitySet Name=\"{name}\" EntityType=\"ns.entity\"/>"));
    let sets: String = sets.collect();
    let head = DOCUMENT.split("<EntitySet").next().expect("a container");
    let tail = "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>";
    client.write("service.csdl", &format!("{head}{sets}{tail}"));
    client.write("client.toml", CONFIG);
    client
}

/// Cargo has rules for names of features, and features of its own.
#[test]
fn any_name_of_an_entry_point_gives_a_feature() {
    let names = [
        "1st", "_1st", "_", "default", "full", "héros", "日本", "a.b", "dep:x",
    ];
    let client = package_of("features-of-any-name", &names);
    let mut generated = generate(&client.folder().join("client.toml"));
    write(&client, &mut generated);
    let features = generated
        .features
        .iter()
        .filter(|f| f.entry_point.is_some());
    let features: Vec<_> = features.map(|feature| &*feature.name).collect();
    assert_eq!(features.len(), names.len());
    client.check_with("full");
    insta::assert_snapshot!(features.join(" "), @"1st 1st-2 a-b default- dep-x full- heros ri-ben unnamed");
}

#[test]
fn no_entry_point_takes_a_feature_of_the_package() {
    let package = read(&workspace().join("codegen/src/cli/new/package.toml"));
    let package: toml::Table = package.parse().expect("a manifest");
    let taken = package["features"].as_table().expect("features");
    let taken: Vec<&str> = taken.keys().map(String::as_str).collect();

    let client = package_of("features-taken", &taken);
    let generated = generate(&client.folder().join("client.toml"));
    let both = generated
        .features
        .iter()
        .filter(|feature| feature.entry_point.is_some())
        .filter(|feature| taken.contains(&&*feature.name));
    let both: Vec<_> = both.map(|feature| &feature.name).collect();
    assert!(both.is_empty(), "{both:?}");
}

/// `anything` of a user may be a device, but whoever wants to read it as one says so.
#[test]
fn leaves_to_other_entry_points_what_is_theirs() {
    let (_, generated) = small_client("features-general");
    let users = types_with(&generated, "users");
    assert!(
        users.contains("entity") && users.contains("rank"),
        "{users:?}"
    );
    for name in ["device", "identity", "device_identity"] {
        assert!(!users.contains(name), "{name} is in {users:?}");
    }
    assert!(!types_with(&generated, "devices").contains("rank"));
}

#[test]
fn type_without_a_way_of_its_own_comes_with_its_base() {
    let (_, generated) = small_client("features-orphan");
    assert!(types_with(&generated, "users").contains("forgotten"));
    assert!(!types_with(&generated, "devices").contains("forgotten"));
}

#[test]
fn features_of_the_small_client() {
    let (client, mut generated) = small_client("features-manifest");
    write(&client, &mut generated);
    for name in ["users", "devices", "full"] {
        client.check_with(name);
    }
    let manifest = generated
        .files
        .iter()
        .find(|file| file.path == "Cargo.toml");
    let manifest = &manifest.expect("it is among the files").contents;
    let (_, features) = manifest
        .split_once("[features]\n")
        .expect("it has features");
    insta::assert_snapshot!(features, @r#"
    # <csdl-codegen> One feature for each entry point. Do not edit.
    devices = ["_requests-policy"]
    full = ["devices", "users"]
    users = ["_requests-policy"]
    _requests-policy = []
    # </csdl-codegen>
    "#);
}
