//! How reports are written.

use crate::edits::{BASE, CONFIG, replaced};
use crate::{Client, client_of};
use csdl_codegen::semver::Format;

#[test]
fn code_in_a_detail_is_kept_in_markdown() {
    let group = CONFIG.replace("name = \"Pages\"", "name = \"Counts\"");
    let report = client_of(BASE).diff(&Client::of(&group, BASE));
    assert_eq!(
        report.display(Format::Markdown).to_string(),
        "Verdict: **major**

### Breaking changes

- `demo.copy`: declaration no longer made `` enumeration `Pages` `` (an item is gone)

### Compatible changes

- `demo.copy`: declaration made `` enumeration `Counts` `` (an item is added)
"
    );
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
    assert_eq!(
        report.display(Format::Text).to_string(),
        "Verdict: major

breaking  the client: declaration no longer made [`Cloud::Global`] (an item is gone)
minor     the client: declaration made [`Cloud::Europe`] (an item is added)
"
    );
    let markdown = report.display(Format::Markdown).to_string();
    let line = "- the client: declaration made `` `Cloud::Europe` `` (an item is added)";
    assert!(markdown.contains(line), "{markdown}");
}
