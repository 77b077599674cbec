//! Killed while it writes, the tree is as before or as after. What happens at each single step is
//! tested beside the transaction; here the process is really killed.

use crate::Workspace;
use std::process::Stdio;

/// Kills an update as soon as a file of the staging folder shows, and looks at what it left.
#[track_caller]
fn killed_at(sign: &str, rounds: usize) {
    let updated = Workspace::new();
    updated.write("full.csdl", &updated.changed_document());
    updated.run(&["update", "full.csdl"]).succeeded();
    let mut outcomes = [0, 0];
    for _ in 0..rounds {
        let workspace = Workspace::new();
        workspace.write("full.csdl", &workspace.changed_document());
        let before = workspace.texts();
        let after = updated.texts();
        let mut command = workspace.command(&["update", "full.csdl"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let sign = workspace.path("metadata/.csdl-codegen").join(sign);
        while !sign.exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        // It may be done already.
        let _ = child.kill();
        child.wait().unwrap();

        // The next command finds the tree whole before it does anything else.
        workspace.run(&["list", "full.csdl"]).succeeded();
        let now = workspace.texts();
        assert!(now == before || now == after, "neither before nor after");
        outcomes[usize::from(now == after)] += 1;
    }
    eprintln!(
        "killed at {sign}: {} before, {} after",
        outcomes[0], outcomes[1]
    );
}

#[test]
fn killed_while_it_stages() {
    killed_at("0.new", 5);
}

#[test]
fn killed_while_it_places() {
    killed_at("commit.toml", 10);
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
