//! The package's `Cargo.toml`, to which the features of entry points are written.

use crate::Workspace;

const MANIFEST: &str = "generated/Cargo.toml";

/// A workspace whose client has features.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let config = workspace.read("metadata/client.toml");
    let client = "[client]\nentry-point-features = true\n";
    workspace.write(
        "metadata/client.toml",
        &config.replacen("[client]\n", client, 1),
    );
    workspace
}

#[test]
fn features_are_written_beside_what_is_there() {
    let workspace = workspace();
    let before = workspace.read(MANIFEST);
    workspace.run(&["check"]).failed("Cargo.toml: changed");
    let outcome = workspace.run(&[]).succeeded();
    assert!(
        outcome.stdout().contains("      Cargo.toml\n"),
        "{}",
        outcome.stdout()
    );
    let after = workspace.read(MANIFEST);
    assert!(after.starts_with(&before), "{after}");
    assert!(after.contains("\nfull = [\"reports\"]\n"), "{after}");
    workspace.run(&["check"]).succeeded();
    workspace.write(
        MANIFEST,
        &after.replace("reports = []", "reports = [\"other\"]"),
    );
    workspace.run(&["check"]).failed("Cargo.toml: changed");
}

#[test]
fn client_that_has_no_features_any_longer_loses_them() {
    let workspace = workspace();
    let sources = |workspace: &Workspace| {
        let mut texts = workspace.texts();
        texts.retain(|path, _| path.starts_with("generated/src"));
        texts
    };
    let before = sources(&Workspace::new());
    workspace.run(&[]).succeeded();
    assert_ne!(sources(&workspace), before);
    let config = workspace.read("metadata/client.toml");
    let off = config.replace("entry-point-features = true\n", "");
    workspace.write("metadata/client.toml", &off);
    workspace.run(&[]).succeeded();
    assert_eq!(sources(&workspace), before);
    let manifest = workspace.read(MANIFEST);
    assert!(manifest.ends_with("\n[features]\n"), "{manifest}");
}

#[test]
fn feature_that_is_there_already_is_named() {
    let workspace = workspace();
    let manifest = workspace.read(MANIFEST) + "\n[features]\nreports = []\n";
    workspace.write(MANIFEST, &manifest);
    let before = workspace.state();
    workspace
        .run(&[])
        .failed("declares a feature `reports` of its own");
    assert_eq!(workspace.state(), before);
}

#[test]
fn missing_manifest_is_named() {
    let workspace = workspace();
    std::fs::remove_file(workspace.path(MANIFEST)).unwrap();
    let outcome = workspace.run(&[]).succeeded();
    let note = "note  no Cargo.toml there";
    assert!(outcome.stdout().contains(note), "{}", outcome.stdout());
    assert!(!workspace.path(MANIFEST).exists());
}
