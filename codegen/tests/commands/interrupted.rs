//! A run that was stopped is repaired by running it again. What a file has when a run is stopped
//! between two of its steps is tested beside the steps; here the process is really killed.

use crate::Workspace;
use std::path::Path;
use std::process::Stdio;

const UPDATE: [&str; 3] = ["update", "full.csdl", "--changelog"];

/// A workspace with a new document.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    workspace
}

/// Kills an update as soon as `is_time`, and runs it again.
#[track_caller]
fn killed(is_time: impl Fn(&Workspace) -> bool) {
    let updated = workspace();
    updated.run(&UPDATE).succeeded();
    let after = updated.texts();
    for _ in 0..5 {
        let workspace = workspace();
        let before = workspace.texts();
        let mut command = workspace.command(&UPDATE);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !is_time(&workspace) && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        // It may be done already.
        let _ = child.kill();
        child.wait().unwrap();
        for (path, text) in workspace.texts() {
            let is_staged = path.to_string_lossy().ends_with(".csdl-codegen");
            let whole = [before.get(&path), after.get(&path)];
            assert!(
                is_staged || whole.contains(&Some(&text)),
                "{path:?} is a part"
            );
        }
        workspace.run(&UPDATE).succeeded();
        assert!(workspace.texts() == after, "it was not repaired");
    }
}

#[test]
fn killed_while_it_writes_beside_the_targets() {
    let staged = Path::new("generated/src/.lib.rs.csdl-codegen");
    killed(|workspace| workspace.folder.path().join(staged).exists());
}

#[test]
fn killed_while_it_replaces() {
    let before = workspace().read("generated/src/lib.rs");
    killed(|workspace| workspace.read("generated/src/lib.rs") != before);
}

/// The last file has not got its new text.
#[test]
fn stopped_before_it_records_where_the_slice_is_from() {
    let workspace = workspace();
    let config = workspace.read("metadata/client.toml");
    workspace.run(&UPDATE).succeeded();
    let after = workspace.texts();
    workspace.write("metadata/client.toml", &config);
    workspace.run(&UPDATE).succeeded();
    assert!(workspace.texts() == after);
}

/// The changelog has its entry, and the slice is the old one.
#[test]
fn a_repaired_run_adds_no_second_changelog_entry() {
    let workspace = workspace();
    let slice = workspace.read("metadata/beta.csdl");
    workspace.run(&UPDATE).succeeded();
    let after = workspace.texts();
    workspace.write("metadata/beta.csdl", &slice);
    workspace.run(&UPDATE).succeeded();
    assert!(workspace.texts() == after);
}

#[test]
fn killed_while_it_fetches() {
    use crate::server::{Answer, Server};
    let workspace = Workspace::new();
    let before = workspace.state();
    let start =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 9999\r\n\r\n<?xml"
            .to_vec();
    // The request has arrived when the server gets to its answer, so the client is fetching.
    let server = Server::start(vec![Answer::Bytes(start.clone()), Answer::Hang(start)]);
    let mut child = workspace
        .command(&["update", &server.url])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    server.request();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(workspace.state(), before);
}
