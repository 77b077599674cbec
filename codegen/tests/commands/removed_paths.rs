//! Paths of a client that the service has no longer.

use crate::Workspace;

const ACTIVITY: &str = r#"<NavigationProperty Name="serviceActivity" Type="microsoft.graph.serviceActivity" ContainsTarget="true" />"#;
const REPORTS: &str = r#"<Singleton Name="reports" Type="microsoft.graph.reportRoot" />"#;

/// The workspace after the first update, and the document without one of its parts.
fn without(part: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.edited_slice(part, part));
    workspace.run(&["update", "full.csdl"]).succeeded();
    workspace.write("new.csdl", &workspace.edited_slice(part, ""));
    workspace
}

/// What went with the path is told, and how to go on; until then, all stays as it is.
#[test]
fn an_update_stops_and_says_what_is_gone() {
    let workspace = without(ACTIVITY);
    let before = workspace.texts();
    let outcome = workspace.run(&["update", "new.csdl"]).failed(
        "the service removed paths of the client: /reports/serviceActivity; nothing was written",
    );
    insta::assert_snapshot!("a_path_was_removed", outcome.stdout());
    let said = outcome.stderr();
    assert!(said.contains("update --drop-missing-paths"), "{said}");
    assert!(!said.contains("leads nowhere"), "{said}");
    assert_eq!(workspace.texts(), before);
}

#[test]
fn an_update_goes_on_without_removed_paths() {
    let workspace = without(ACTIVITY);
    let update = ["update", "new.csdl", "--drop-missing-paths", "--changelog"];
    let said = workspace.run(&update).succeeded().stdout();
    assert!(
        said.contains("/reports/serviceActivity: path removed by the service"),
        "{said}"
    );
    let config = workspace.read("metadata/client.toml");
    assert!(!config.contains("\"/reports/serviceActivity\""), "{config}");
    assert!(
        config.contains("    \"/reports/healthMonitoring/alerts\",\n"),
        "{config}"
    );
    let changelog = workspace.read("CHANGELOG.md");
    assert!(
        changelog.contains("- `/reports/serviceActivity`: path removed by the service\n"),
        "{changelog}"
    );
    assert!(changelog.contains("Next version: 0.2.0"), "{changelog}");
    workspace.run(&["check"]).succeeded();
    let again = workspace
        .run(&["update", "new.csdl", "--drop-missing-paths"])
        .succeeded();
    assert!(
        again.stdout().contains("nothing changed"),
        "{}",
        again.stdout()
    );
}

#[test]
fn nothing_is_written_of_a_dry_run_without_paths() {
    let workspace = without(ACTIVITY);
    let before = workspace.texts();
    let update = ["update", "new.csdl", "--drop-missing-paths", "--dry-run"];
    let said = workspace.run(&update).succeeded().stdout();
    assert!(said.contains("path removed by the service"), "{said}");
    assert_eq!(workspace.texts(), before);
}

/// A client of nothing is none.
#[test]
fn a_service_may_remove_all_paths() {
    let workspace = without(REPORTS);
    let before = workspace.texts();
    for arguments in [
        &["update", "new.csdl"][..],
        &["update", "new.csdl", "--drop-missing-paths"],
    ] {
        let outcome = workspace
            .run(arguments)
            .failed("the service removed all paths of the client");
        let said = outcome.stdout();
        assert!(said.starts_with("Verdict: major (0.1.0 → 0.2.0)"), "{said}");
        assert!(
            said.contains("/reports: entity set or singleton removed"),
            "{said}"
        );
    }
    assert_eq!(workspace.texts(), before);
}

/// That is a mistake of the configuration, and told as one.
#[test]
fn paths_that_never_led_anywhere_stay_errors() {
    let workspace = without(ACTIVITY);
    let config = workspace.read("metadata/client.toml");
    let misspelt = config.replace(
        "/reports/healthMonitoring/alerts\"",
        "/reports/healthMonitoring/alerst\"",
    );
    workspace.write("metadata/client.toml", &misspelt);
    let outcome = workspace.run(&["update", "new.csdl"]).failed("alerst");
    assert!(
        outcome.stderr().contains("did you mean"),
        "{}",
        outcome.stderr()
    );
    let outcome = workspace
        .run(&["diff", "full.csdl", "new.csdl"])
        .failed("alerst");
    assert_eq!(outcome.stdout(), "");
}

#[test]
fn documents_are_compared_without_the_paths_of_one() {
    let workspace = without(ACTIVITY);
    let removed = workspace
        .run(&["diff", "full.csdl", "new.csdl"])
        .succeeded();
    insta::assert_snapshot!("documents_without_a_path", removed.stdout());
    workspace
        .run(&["diff", "full.csdl", "new.csdl", "--exit-code"])
        .failed("");
    let json = workspace
        .run(&["diff", "full.csdl", "new.csdl", "--format", "json"])
        .succeeded();
    let json: serde_json::Value = serde_json::from_str(&json.stdout()).unwrap();
    assert_eq!(
        json["removed_paths"],
        serde_json::json!(["/reports/serviceActivity"])
    );
    let added = workspace
        .run(&["diff", "new.csdl", "full.csdl"])
        .succeeded()
        .stdout();
    assert!(added.starts_with("Verdict: minor"), "{added}");
    // Nothing is left to compare with.
    let workspace = without(REPORTS);
    let all = workspace
        .run(&["diff", "full.csdl", "new.csdl"])
        .succeeded()
        .stdout();
    assert!(
        all.contains("/reports: entity set or singleton removed"),
        "{all}"
    );
}
