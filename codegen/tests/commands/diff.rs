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

/// Two documents outside of a package are compared whole, by the names that they have. Within one, the
/// package says how its client is made: here, that it trusts a type.
#[test]
fn documents_are_compared_without_a_package() {
    let workspace = Workspace::new();
    let old = workspace.read("metadata/beta.csdl");
    workspace.write("old.csdl", &old);
    workspace.write("new.csdl", &workspace.changed_document());
    let within = workspace
        .run(&["diff", "--whole", "old.csdl", "new.csdl"])
        .succeeded();
    assert!(
        within
            .stdout()
            .starts_with("Verdict: major (0.1.0 → 0.2.0)"),
        "{}",
        within.stdout()
    );
    std::fs::remove_dir_all(workspace.path("metadata")).unwrap();
    let outside = workspace.run(&["diff", "old.csdl", "new.csdl"]).succeeded();
    assert!(
        outside.stdout().starts_with("Verdict: patch\n"),
        "{}",
        outside.stdout()
    );
    let whole = workspace
        .run(&["diff", "--whole", "old.csdl", "new.csdl"])
        .succeeded();
    assert_eq!(whole.stdout(), outside.stdout());
    workspace
        .run(&["diff", "old.csdl", "none.csdl"])
        .failed("none.csdl");
    // A configuration that is named must exist.
    for whole in [&["--whole"][..], &[]] {
        let named = ["diff", "old.csdl", "new.csdl", "--config", "none.toml"];
        workspace
            .run(&[&named[..], whole].concat())
            .failed("cannot read `none.toml`");
    }
}

#[test]
fn a_slice_needs_to_know_what_to_keep() {
    let workspace = Workspace::new();
    workspace.write("some.csdl", &workspace.read("metadata/beta.csdl"));
    std::fs::remove_dir_all(workspace.path("metadata")).unwrap();
    workspace
        .run(&["slice", "some.csdl"])
        .failed("nothing says what to keep: name paths with `--path`");
    workspace
        .run(&["slice", "some.csdl", "--config", "none.toml"])
        .failed("cannot read `none.toml`");
    workspace
        .run(&["slice", "some.csdl", "--path", "/reports"])
        .succeeded();
}

/// A name that is the same in Rust breaks nothing, however the documents are compared.
#[test]
fn whole_documents_are_held_to_what_is_emitted() {
    let workspace = Workspace::new();
    let upper =
        workspace.edited_slice("<Singleton Name=\"reports\"", "<Singleton Name=\"Reports\"");
    workspace.write("upper.csdl", &upper);
    let compared = ["diff", "--whole", "metadata/beta.csdl", "upper.csdl"];
    let outcome = workspace.run(&compared).succeeded();
    insta::assert_snapshot!("a_name_that_is_the_same_in_rust", outcome.stdout());
}

/// What was wrong before is not the change that is reviewed.
#[test]
fn only_new_warnings_are_told() {
    let workspace = Workspace::new();
    let with = |names: &[&str]| {
        let types = names
            .iter()
            .map(|name| format!("<EnumType Name=\"{name}\" />"));
        let types: String = types.collect();
        workspace.edited_slice("    </Schema>", &format!("{types}</Schema>"))
    };
    workspace.write("old.csdl", &with(&["void"]));
    workspace.write("new.csdl", &with(&["void", "blank"]));
    let outcome = workspace
        .run(&["diff", "--whole", "old.csdl", "new.csdl"])
        .succeeded();
    let warnings = outcome.stderr();
    assert!(warnings.contains("`blank` has no members"), "{warnings}");
    assert!(!warnings.contains("`void`"), "{warnings}");
    assert_eq!(warnings.matches("warning[").count(), 1, "{warnings}");
}
