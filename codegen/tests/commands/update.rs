//! `update`: what it writes, and when it writes nothing.

use crate::Workspace;
use crate::server::{Answer, Server, answer, document};
use std::io::Write;

#[test]
fn a_changed_document_is_recorded_and_generated() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    let outcome = workspace.run(&["update", "full.csdl"]).succeeded();
    let stdout = outcome.stdout();
    assert!(
        stdout.contains("  microsoft.graph.serviceActivityPerformanceMetric/percentage: property"),
        "{stdout}"
    );
    assert!(
        stdout.contains("Verdict: major (0.1.0 → 0.2.0)"),
        "{stdout}"
    );
    let model = workspace.read("generated/src/models/service_activity_performance_metric.rs");
    assert!(model.contains("pub percentage: Option<f64>"), "{model}");
    let config = workspace.read("metadata/client.toml");
    assert!(config.contains("file = \"full.csdl\"") && config.contains("# The generated crate"));
    workspace.run(&["check"]).succeeded();
}

#[test]
fn a_second_run_touches_no_file() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    workspace
        .run(&["update", "full.csdl", "--changelog"])
        .succeeded();
    let before = workspace.state();
    let outcome = workspace
        .run(&["update", "full.csdl", "--changelog"])
        .succeeded();
    assert!(
        outcome
            .stdout()
            .contains("nothing changed; nothing was written"),
        "{}",
        outcome.stdout()
    );
    assert_eq!(workspace.state(), before);
}

#[test]
fn another_selection_is_sliced_from_the_same_document() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    workspace.run(&["update", "full.csdl"]).succeeded();
    let config = workspace.read("metadata/client.toml");
    let without = config.replacen("[metadata]\n", "[metadata]\nderived = false\n", 1);
    workspace.write("metadata/client.toml", &without);
    let outcome = workspace.run(&["update", "full.csdl", "--all"]).succeeded();
    let removed = "userImpactSummary: type removed";
    assert!(outcome.stdout().contains(removed), "{}", outcome.stdout());
    let recorded = workspace.read("metadata/client.toml");
    assert!(
        recorded.contains("selection = \"no derived types\""),
        "{recorded}"
    );
}

#[test]
fn an_edited_file_is_written_anew_from_the_same_document() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    workspace.run(&["update", "full.csdl"]).succeeded();
    let before = workspace.texts();
    let path = "generated/src/client.rs";
    workspace.write(
        path,
        &workspace.read(path).replace("Cheap to clone", "Dear"),
    );
    workspace.run(&["update", "full.csdl"]).succeeded();
    assert_eq!(workspace.texts(), before);
}

#[test]
fn a_change_outside_the_slice_touches_no_file() {
    let workspace = Workspace::new();
    let other = "<ComplexType Name=\"other\" />\n      <EntityType Name=\"entity\"";
    let full = workspace.edited_slice("<EntityType Name=\"entity\"", other);
    workspace.write("full.csdl", &full);
    let before = workspace.state();
    let outcome = workspace.run(&["update", "full.csdl"]).succeeded();
    assert!(
        outcome
            .stdout()
            .contains("nothing changed that the client uses"),
        "{}",
        outcome.stdout()
    );
    assert_eq!(workspace.state(), before);
}

#[test]
fn a_dry_run_touches_no_file() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    let before = workspace.state();
    let outcome = workspace
        .run(&["update", "full.csdl", "--dry-run"])
        .succeeded();
    assert!(
        outcome.stdout().contains("Verdict: major"),
        "{}",
        outcome.stdout()
    );
    assert_eq!(workspace.state(), before);
}

#[test]
fn standard_output_is_the_report_alone_for_programs() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    let outcome = workspace
        .run(&["update", "full.csdl", "--format", "json"])
        .succeeded();
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout()).unwrap();
    assert_eq!(json["verdict"], "major");
    assert_eq!(json["next_version"], "0.2.0");
    assert_eq!(json["changes"][0]["kind"], "property-made-nullable");
    assert!(outcome.stderr().contains("wrote"), "{}", outcome.stderr());
}

#[test]
fn the_service_is_asked_and_its_etag_remembered() {
    let workspace = Workspace::new();
    let server = Server::start(vec![
        document(&workspace.changed_document(), &["ETag: W/\"7\""]),
        Answer::Bytes(answer("304 Not Modified", &[], b"")),
    ]);
    let root = server.url.trim_end_matches("/$metadata");
    workspace.set_root(&format!("root = \"{root}\""));
    workspace.run(&["update"]).succeeded();
    let first = server.request();
    assert_eq!(first[0], "get /beta/$metadata http/1.1");
    assert!(
        first.contains(&"accept-encoding: gzip".to_owned()),
        "{first:?}"
    );
    assert!(
        !first.iter().any(|line| line.starts_with("if-none-match")),
        "{first:?}"
    );

    let before = workspace.state();
    let outcome = workspace.run(&["update"]).succeeded();
    assert!(
        server
            .request()
            .contains(&"if-none-match: w/\"7\"".to_owned())
    );
    assert!(
        outcome.stderr().contains("has not changed since"),
        "{}",
        outcome.stderr()
    );
    assert_eq!(workspace.state(), before);
}

/// What was sliced before is not what is asked for now, so the version that is known does not count.
#[test]
fn other_paths_need_the_document_again() {
    let workspace = Workspace::new();
    let text = workspace.changed_document();
    let server = Server::start(vec![
        document(&text, &["ETag: \"7\""]),
        document(&text, &["ETag: \"7\""]),
        document(&text, &["ETag: \"7\""]),
    ]);
    workspace.run(&["update", &server.url]).succeeded();
    server.request();
    workspace
        .run(&["update", &server.url, "--force"])
        .succeeded();
    let forced = server.request();
    assert!(
        !forced.iter().any(|line| line.starts_with("if-none-match")),
        "{forced:?}"
    );
    let config = workspace.read("metadata/client.toml");
    let config = config.replacen(
        "    \"/reports/serviceActivity\",\n",
        "    \"/reports/serviceActivity\",\n    \"/reports\",\n",
        1,
    );
    workspace.write("metadata/client.toml", &config);
    workspace.run(&["update", &server.url]).succeeded();
    let other = server.request();
    assert!(
        !other.iter().any(|line| line.starts_with("if-none-match")),
        "{other:?}"
    );
}

#[test]
fn the_name_localhost_is_this_computer() {
    let workspace = Workspace::new();
    let server = Server::start(vec![document(&workspace.changed_document(), &[])]);
    let url = server.url.replace("127.0.0.1", "localhost");
    workspace.run(&["update", &url]).succeeded();
}

#[test]
fn a_compressed_document_is_taken() {
    let workspace = Workspace::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(workspace.changed_document().as_bytes())
        .unwrap();
    let body = gzip.finish().unwrap();
    let headers = ["Content-Encoding: gzip", "Content-Type: application/xml"];
    let server = Server::start(vec![Answer::Bytes(answer("200 OK", &headers, &body))]);
    let outcome = workspace.run(&["update", &server.url]).succeeded();
    assert!(
        outcome.stdout().contains("Verdict: major"),
        "{}",
        outcome.stdout()
    );
}

#[test]
fn changes_go_on_top_of_the_unreleased_changelog() {
    let workspace = Workspace::new();
    workspace.write(
        "CHANGELOG.md",
        "# Changelog\n\nAll notable changes.\n\n## Unreleased\n\nNext version: 0.1.1\n\n- By hand.\n\n## 0.1.0\n\n- First.\n",
    );
    workspace.write("full.csdl", &workspace.changed_document());
    workspace
        .run(&["update", "full.csdl", "--changelog"])
        .succeeded();
    let changelog = workspace.read("CHANGELOG.md");
    insta::with_settings!({filters => vec![(r"\d{4}-\d\d-\d\d", "[date]")]}, {
        insta::assert_snapshot!(changelog);
    });
}

#[test]
fn a_missing_changelog_is_made() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    workspace
        .run(&["update", "full.csdl", "--changelog=docs.md"])
        .succeeded();
    let changelog = workspace.read("docs.md");
    assert!(
        changelog
            .starts_with("# Changelog\n\n## Unreleased\n\nNext version: 0.2.0\n\n### Metadata of "),
        "{changelog}"
    );
}

/// The whole way on the real document, where it is at hand.
#[test]
fn the_full_document_gives_the_checked_in_slice() {
    let Some(folder) = std::env::var_os("GRAPH_METADATA") else {
        eprintln!("left out: GRAPH_METADATA is not set");
        return;
    };
    let workspace = Workspace::new();
    let before = workspace.state();
    let document = std::path::Path::new(&folder).join("beta-composite.csdl");
    let outcome = workspace
        .run(&["update", document.to_str().unwrap()])
        .succeeded();
    assert!(
        outcome.stdout().contains("nothing changed"),
        "{}",
        outcome.stdout()
    );
    assert_eq!(workspace.state(), before);
}
