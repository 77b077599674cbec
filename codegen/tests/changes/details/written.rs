//! How reports are written.

use crate::edits::{BASE, CONFIG, replaced};
use crate::{Client, client_of};
use csdl_codegen::semver::{Extent, Format};

#[test]
fn code_in_a_detail_is_kept_in_markdown() {
    let group = CONFIG.replace("name = \"Pages\"", "name = \"Counts\"");
    let report = client_of(BASE).diff(&Client::of(&group, BASE));
    insta::assert_snapshot!("markdown", report.display(Format::Markdown).to_string());
}

#[test]
fn programs_are_told_which_changes_break() {
    let edit = [
        ("Property Name=\"note\"", "Property Name=\"remark\""),
        ("\"Counts things.\"", "\"Counts all things.\""),
    ];
    let report = client_of(BASE).diff(&client_of(&replaced(&edit)));
    let json = serde_json::json!(report);
    let changes = json["changes"].as_array().unwrap().iter();
    let told: Vec<_> = changes
        .map(|change| (change["kind"].as_str().unwrap(), &change["breaking"]))
        .collect();
    assert_eq!(
        told,
        [
            ("property-renamed", &serde_json::json!(true)),
            ("description-changed", &serde_json::json!(false)),
        ]
    );
}

#[test]
fn changes_without_metadata_are_of_the_client() {
    let cloud = CONFIG.replace("name = \"Global\"", "name = \"Europe\"");
    let report = client_of(BASE).diff(&Client::of(&cloud, BASE));
    insta::assert_snapshot!("terminal", report.display(Format::Text).to_string());
    let markdown = report.display(Format::Markdown).to_string();
    let line = "- the client: declaration made: `` `Cloud::Europe` ``\n";
    assert!(markdown.contains(line), "{markdown}");
}

/// A service and what becomes of it: types that one way leads to, members, and deprecated ones.
const SERVICE: &str = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="demo" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="hue"><Member Name="red"/></EnumType>
<EntityType Name="box" Abstract="true"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.String"/>
<Property Name="hue" Type="demo.hue"/><NavigationProperty Name="log" Type="demo.log" ContainsTarget="true"/></EntityType>
<EntityType Name="log"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.String"/>
<Property Name="entries" Type="Collection(demo.entry)"/></EntityType>
<ComplexType Name="entry"><Property Name="kind" Type="demo.entryKind"/></ComplexType>
<EnumType Name="entryKind"><Member Name="read"/></EnumType>
<Action Name="clear" IsBound="true"><Parameter Name="log" Type="demo.log"/></Action>
<EntityContainer Name="container"><EntitySet Name="boxes" EntityType="demo.box"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

const SERVICE_CONFIG: &str = r#"
[client]
name = "box-client"
output = "."
title = "Client of boxes."
[service]
name = "boxes"
[[service.clouds]]
name = "Global"
description = "The only one."
root = "https://boxes.example/api"
[metadata]
document = "demo.csdl"
paths = ["/"]
"#;

/// The service with these texts replaced.
fn service(edits: &[(&str, &str)]) -> Client {
    let edit = |text: String, (from, to): &(&str, &str)| {
        assert!(text.contains(from), "there is no `{from}`");
        text.replace(from, to)
    };
    Client::of(SERVICE_CONFIG, &edits.iter().fold(SERVICE.to_owned(), edit))
}

/// What nothing leads to any longer is told with what led to it, and folded.
#[test]
fn consequences_are_told_with_their_cause() {
    let parts = [
        (
            r#"<NavigationProperty Name="log" Type="demo.log" ContainsTarget="true"/>"#,
            "",
        ),
        (
            r#"<EntityType Name="log"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.String"/>
<Property Name="entries" Type="Collection(demo.entry)"/></EntityType>"#,
            "",
        ),
        (
            r#"<ComplexType Name="entry"><Property Name="kind" Type="demo.entryKind"/></ComplexType>"#,
            "",
        ),
        (
            r#"<EnumType Name="entryKind"><Member Name="read"/></EnumType>"#,
            "",
        ),
        (
            r#"<Action Name="clear" IsBound="true"><Parameter Name="log" Type="demo.log"/></Action>"#,
            "",
        ),
    ];
    let (with, without) = (service(&[]), service(&parts));
    let report = with.diff(&without);
    insta::assert_snapshot!("consequences", report.display(Format::Text).to_string());
    let all = report.display(Format::Text).extent(Extent::All);
    insta::assert_snapshot!("consequences_all", all.to_string());
    insta::assert_snapshot!(
        "consequences_markdown",
        report.display(Format::Markdown).to_string()
    );
    let back = without.diff(&with);
    insta::assert_snapshot!("consequences_back", back.display(Format::Text).to_string());
}

/// Equal changes are one line, with types; what is new and deprecated says so; what became of a type is
/// told, not what may become of one.
#[test]
fn additions_are_grouped_by_their_owner() {
    let deprecated = r#"<Annotation Term="Org.OData.Core.V1.Revisions"><Collection><Record><PropertyValue Property="Kind" EnumMember="Org.OData.Core.V1.RevisionKind/Deprecated"/></Record></Collection></Annotation>"#;
    let hues: String = (0..24)
        .map(|n| format!(r#"<Member Name="hue{n}"/>"#))
        .collect();
    let properties = format!(
        r#"<Property Name="hue" Type="demo.hue"/><Property Name="size" Type="Edm.Int32"/><Property Name="tags" Type="Collection(Edm.String)"/><Property Name="old" Type="Edm.String">{deprecated}</Property>"#
    );
    let new = service(&[
        (
            r#"<Member Name="red"/>"#,
            &format!(r#"<Member Name="red"/>{hues}"#),
        ),
        (r#"<Property Name="hue" Type="demo.hue"/>"#, &properties),
        (r#" Abstract="true""#, ""),
    ]);
    let report = service(&[]).diff(&new);
    insta::assert_snapshot!("grouped", report.display(Format::Text).to_string());
    insta::assert_snapshot!(
        "grouped_markdown",
        report.display(Format::Markdown).to_string()
    );
}
