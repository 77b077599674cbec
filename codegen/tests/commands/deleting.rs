//! What leaves the slice leaves the package; what is not generated stays and is named.

use crate::Workspace;

const FUNCTION: &str = "getMetricsForMfaSignInFailure\"";

#[test]
fn a_removed_function_takes_its_file_along() {
    let workspace = Workspace::new();
    let file = "generated/src/requests/service_activity/get_metrics_for_mfa_sign_in_failure.rs";
    assert!(workspace.path(file).exists());
    let slice = workspace.read("metadata/beta.csdl");
    let start = slice
        .find(&format!("      <Function Name=\"{FUNCTION}"))
        .unwrap();
    let end = start + slice[start..].find("</Function>\n").unwrap() + "</Function>\n".len();
    workspace.write(
        "full.csdl",
        &format!("{}{}", &slice[..start], &slice[end..]),
    );
    let outcome = workspace.run(&["update", "full.csdl"]).succeeded();
    assert!(
        outcome.stdout().contains("operation removed"),
        "{}",
        outcome.stdout()
    );
    assert!(!workspace.path(file).exists());
    workspace.run(&["check"]).succeeded();
}

#[test]
fn a_file_without_the_marker_stays_and_is_named() {
    let workspace = Workspace::new();
    workspace.write("generated/src/by_hand.rs", "// mine\n");
    workspace.write("full.csdl", &workspace.changed_document());
    for arguments in [&["update", "full.csdl"][..], &["generate"]] {
        let outcome = workspace.run(arguments).succeeded();
        assert!(
            outcome.stdout().contains("kept  src/by_hand.rs"),
            "{}",
            outcome.stdout()
        );
        assert_eq!(workspace.read("generated/src/by_hand.rs"), "// mine\n");
    }
}

#[test]
fn many_files_without_the_marker_are_counted() {
    let workspace = Workspace::new();
    for name in ["one", "two", "three"] {
        workspace.write(&format!("generated/src/{name}.rs"), "// mine\n");
    }
    let outcome = workspace.run(&["generate"]).succeeded();
    let said = outcome.stdout();
    assert!(
        said.contains("kept  3 files that are not generated, such as src/one.rs\n"),
        "{said}"
    );
}

#[test]
fn a_client_that_is_the_same_is_not_said_to_be_written() {
    let workspace = Workspace::new();
    let said = workspace.run(&["generate"]).succeeded().stdout();
    assert!(said.contains("same  generated ("), "{said}");
    assert!(!said.contains("wrote"), "{said}");
}

#[test]
fn an_unmarked_file_in_the_way_stops_everything() {
    let workspace = Workspace::new();
    workspace.write("generated/src/models.rs", "// mine\n");
    workspace.write("full.csdl", &workspace.changed_document());
    for arguments in [&["update", "full.csdl"][..], &["generate"]] {
        let before = workspace.state();
        workspace
            .run(arguments)
            .failed("src/models.rs: in the way, not a generated file");
        assert_eq!(workspace.state(), before);
    }
    workspace.run(&["check"]).failed("src/models.rs");
}

#[test]
fn a_marked_file_that_is_not_generated_is_removed() {
    let workspace = Workspace::new();
    let marked = workspace.read("generated/src/models.rs");
    std::fs::create_dir(workspace.path("generated/src/old")).unwrap();
    workspace.write("generated/src/old/stale.rs", &marked);
    workspace
        .run(&["check"])
        .failed("src/old/stale.rs: no longer generated");
    workspace.run(&["generate"]).succeeded();
    assert!(!workspace.path("generated/src/old").exists());
    workspace.run(&["check"]).succeeded();
}
