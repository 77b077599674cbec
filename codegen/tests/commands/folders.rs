//! A folder that came from somebody else: nothing outside it is read, written or removed.
#![cfg(unix)]

use crate::Workspace;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// A workspace and a folder that is none of its business, with one file.
fn hostile() -> (Workspace, tempfile::TempDir) {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("mine"), "precious").unwrap();
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    (workspace, outside)
}

#[track_caller]
fn untouched(outside: &Path) {
    let names: Vec<_> = std::fs::read_dir(outside)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["mine"]);
    assert_eq!(
        std::fs::read_to_string(outside.join("mine")).unwrap(),
        "precious"
    );
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Moves a file or folder of the workspace outside and leaves a link.
fn linked(workspace: &Workspace, outside: &Path, path: &str) {
    let target = outside.join("target");
    assert!(
        Command::new("mv")
            .args([&workspace.path(path), &target])
            .status()
            .unwrap()
            .success()
    );
    symlink(&target, workspace.path(path)).unwrap();
}

const COMMANDS: [&[&str]; 6] = [
    &["update", "full.csdl"],
    &["generate"],
    &["check"],
    &["list", "full.csdl"],
    &["slice", "full.csdl"],
    &["diff", "metadata/beta.csdl", "full.csdl"],
];

/// What an earlier version of this command would have taken for the journal of an interrupted run.
#[test]
fn a_journal_that_came_with_the_folder_is_ignored() {
    let (workspace, outside) = hostile();
    let journal = workspace.path("metadata/.csdl-codegen");
    std::fs::create_dir(&journal).unwrap();
    std::fs::write(journal.join("0.new"), "evil").unwrap();
    let steps = format!(
        "[[step]]\nroot = \"{}\"\npath = \"mine\"\nstaged = \"0.new\"\n",
        outside.path().display()
    );
    std::fs::write(journal.join("commit.toml"), steps).unwrap();
    for command in COMMANDS {
        workspace.run(command);
        untouched(outside.path());
    }
    std::fs::remove_dir_all(&journal).unwrap();
    symlink(outside.path(), &journal).unwrap();
    for command in COMMANDS.iter().copied().chain([&["explain", "E0001"][..]]) {
        workspace.run(command).succeeded();
        untouched(outside.path());
    }
}

#[test]
fn commands_that_only_read_write_nothing() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    let before = workspace.state();
    for command in [
        &["check"][..],
        &["list", "full.csdl"],
        &["slice", "full.csdl"],
        &["diff", "metadata/beta.csdl", "full.csdl"],
        &["explain", "E0001"],
    ] {
        workspace.run(command).succeeded();
        assert_eq!(workspace.state(), before, "{command:?}");
    }
}

#[test]
fn links_among_the_generated_files_are_refused() {
    for path in [
        "generated/src/models",
        "generated/src/lib.rs",
        "generated/src",
    ] {
        let (workspace, outside) = hostile();
        let target = tempfile::tempdir().unwrap();
        linked(&workspace, target.path(), path);
        let before = workspace.state();
        let named = path.trim_start_matches("generated/");
        let reason = format!("{named}: in the way, neither a file nor a folder");
        workspace.run(&["check"]).failed(&reason);
        for command in [&["update", "full.csdl"][..], &["generate"]] {
            workspace
                .run(command)
                .failed(&reason)
                .failed("nothing was written");
        }
        assert_eq!(workspace.state(), before, "{path}");
        untouched(outside.path());
    }
}

#[test]
fn links_to_what_the_configuration_names_are_refused() {
    for path in [
        "metadata",
        "metadata/client.toml",
        "metadata/beta.csdl",
        "metadata/annotations.csdl",
        "generated",
        "generated/Cargo.toml",
    ] {
        let (workspace, _) = hostile();
        let target = tempfile::tempdir().unwrap();
        linked(&workspace, target.path(), path);
        let before = workspace.state();
        for command in [&["update", "full.csdl"][..], &["generate"], &["check"]] {
            workspace.run(command).failed(&format!("{path}` is a link"));
        }
        assert_eq!(workspace.state(), before, "{path}");
    }
}

#[test]
fn a_changelog_that_is_a_link_is_refused() {
    let (workspace, outside) = hostile();
    symlink(outside.path().join("mine"), workspace.path("CHANGELOG.md")).unwrap();
    let outcome = workspace.run(&["update", "full.csdl", "--changelog"]);
    outcome
        .failed("CHANGELOG.md` is a link")
        .failed("nothing was written");
    untouched(outside.path());
}

#[test]
fn pipes_and_devices_are_refused_and_nothing_hangs() {
    let commands: [&[&str]; 3] = [&["update", "full.csdl"], &["generate"], &["check"]];
    for path in [
        "metadata/client.toml",
        "metadata/beta.csdl",
        "metadata/annotations.csdl",
        "generated/Cargo.toml",
    ] {
        let (workspace, _) = hostile();
        std::fs::remove_file(workspace.path(path)).unwrap();
        pipe(&workspace.path(path));
        for command in commands {
            let reason = format!("{path}` is a pipe or a device");
            workspace.run(command).failed(&reason);
        }
    }
    let (workspace, _) = hostile();
    let source = "generated/src/lib.rs";
    std::fs::remove_file(workspace.path(source)).unwrap();
    pipe(&workspace.path(source));
    for command in commands {
        workspace.run(command).failed("src/lib.rs: in the way");
    }
    pipe(&workspace.path("pipe.csdl"));
    for document in ["pipe.csdl", "/dev/zero"] {
        for command in ["update", "list", "slice"] {
            workspace
                .run(&[command, document])
                .failed("is a pipe or a device");
        }
        workspace
            .run(&["diff", "full.csdl", document])
            .failed("is a pipe or a device");
    }
}

#[test]
fn slices_are_not_written_through_links() {
    let (workspace, outside) = hostile();
    symlink(outside.path().join("mine"), workspace.path("out.csdl")).unwrap();
    let outcome = workspace.run(&["slice", "full.csdl", "--out", "out.csdl"]);
    outcome.failed("`out.csdl` is a link");
    untouched(outside.path());
}

#[test]
fn a_new_package_is_not_made_behind_a_dangling_link() {
    let (workspace, outside) = hostile();
    std::fs::create_dir(workspace.path("client")).unwrap();
    symlink(outside.path().join("new"), workspace.path("client/src")).unwrap();
    let root = "https://graph.example/beta";
    let outcome = workspace.run(&["new", "client", "full.csdl", "--root", root]);
    outcome.failed("client/src is there already");
    untouched(outside.path());
}

/// What a runner of workflows would obey, or a terminal draw.
#[test]
fn names_of_files_neither_draw_nor_command() {
    let (workspace, _) = hostile();
    let names = ["a\n::error::x.rs", "b\u{1b}[2J.rs", "c\u{202e}.rs"];
    for name in names {
        let marked = workspace.read("generated/src/models.rs");
        workspace.write(&format!("generated/src/{name}"), &marked);
        workspace.write(&format!("generated/src/models/{name}"), "// mine");
    }
    workspace.write("d\n::error::x.csdl", "<");
    for command in [
        &["check"][..],
        &["generate"],
        &["list", "d\n::error::x.csdl"],
    ] {
        let outcome = workspace.run(command);
        let said = outcome.stdout() + &outcome.stderr();
        assert!(said.contains(r"\n"), "{said}");
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said}");
        assert!(
            !said.lines().any(|line| line.trim_start().starts_with("::")),
            "{said}"
        );
    }
}
