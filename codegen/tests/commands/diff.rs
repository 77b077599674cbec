//! `diff`: two files, or revisions of the metadata.

use crate::Workspace;
use std::process::Command;

impl Workspace {
    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.args([
            "-c",
            "user.name=nobody",
            "-c",
            "user.email=nobody@example.com",
        ]);
        let output = command
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn committed() -> Self {
        let workspace = Self::new();
        workspace.git(&["init", "--quiet"]);
        workspace.git(&["add", "."]);
        workspace.git(&["commit", "--quiet", "--message", "first"]);
        workspace
    }
}

#[test]
fn two_documents() {
    let workspace = Workspace::new();
    workspace.write("new.csdl", &workspace.changed_document());
    let outcome = workspace
        .run(&["diff", "metadata/beta.csdl", "new.csdl"])
        .succeeded();
    insta::assert_snapshot!(outcome.stdout());
    let outcome = workspace.run(&[
        "diff",
        "new.csdl",
        "metadata/beta.csdl",
        "--format",
        "markdown",
    ]);
    insta::assert_snapshot!("two_documents_markdown", outcome.succeeded().stdout());
    let outcome = workspace.run(&["diff", "new.csdl", "metadata/beta.csdl", "--format", "json"]);
    insta::assert_snapshot!("two_documents_json", outcome.succeeded().stdout());
}

#[test]
fn the_exit_code_reports_changes_on_request() {
    let workspace = Workspace::new();
    workspace.write("new.csdl", &workspace.changed_document());
    let both = ["diff", "metadata/beta.csdl", "new.csdl", "--exit-code"];
    workspace.run(&both).failed("");
    workspace
        .run(&["diff", "new.csdl", "new.csdl", "--exit-code"])
        .succeeded();
}

#[test]
fn a_revision_and_the_files_that_are_there() {
    let workspace = Workspace::committed();
    workspace.write("full.csdl", &workspace.changed_document());
    workspace.run(&["update", "full.csdl"]).succeeded();
    let outcome = workspace.run(&["diff", "--git", "HEAD"]).succeeded();
    assert!(
        outcome.stdout().contains("Verdict: major (0.1.0 → 0.2.0)"),
        "{}",
        outcome.stdout()
    );
}

/// Each revision has its own annotations, so a change of those alone is seen.
#[test]
fn two_revisions_with_their_own_annotations() {
    let workspace = Workspace::committed();
    let annotations = workspace.read("metadata/annotations.csdl");
    workspace.write(
        "metadata/annotations.csdl",
        &annotations.replace("One bucket of a series of counts.", "A bucket of counts."),
    );
    workspace.git(&["commit", "--quiet", "--all", "--message", "second"]);
    let outcome = workspace
        .run(&["diff", "--git", "HEAD~1..HEAD"])
        .succeeded();
    assert!(
        outcome.stdout().contains("description changed"),
        "{}",
        outcome.stdout()
    );
    assert!(
        outcome.stdout().contains("Verdict: patch"),
        "{}",
        outcome.stdout()
    );
    let outcome = workspace.run(&["diff", "--git", "HEAD"]).succeeded();
    assert_eq!(outcome.stdout(), "No changes of the API.\n");
}

#[test]
fn a_revision_that_is_not_there() {
    let workspace = Workspace::committed();
    workspace
        .run(&["diff", "--git", "nowhere"])
        .failed("nowhere");
    workspace
        .run(&["diff", "--git", "--output=x"])
        .0
        .status
        .code()
        .filter(|code| *code != 0)
        .unwrap();
    assert!(!workspace.path("x").exists());
}

#[test]
fn the_rules_are_printed() {
    let outcome = Workspace::new().run(&["diff", "--rules"]).succeeded();
    assert_eq!(outcome.stdout(), csdl_codegen::semver::table());
}
