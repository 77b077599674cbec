//! Addresses may hold passwords and signatures; neither is stored nor shown.

use crate::server::{Answer, Server, answer, document};
use crate::{Outcome, Workspace};

const SECRETS: [&str; 3] = ["us3r", "pa55word", "s1gnature"];

/// The address with a user, a password and a signature.
fn with_secrets(url: &str) -> String {
    url.replace("http://", "http://us3r:pa55word@") + "?sig=s1gnature#s1gnature"
}

#[track_caller]
fn hides(outcome: &Outcome) {
    let said = outcome.stdout() + &outcome.stderr();
    for secret in SECRETS {
        assert!(!said.contains(secret), "{said}");
    }
}

#[track_caller]
fn stores_none(workspace: &Workspace) {
    for (path, text) in workspace.texts() {
        let text = String::from_utf8_lossy(&text).into_owned();
        for secret in SECRETS {
            assert!(!text.contains(secret), "{}", path.display());
        }
    }
}

#[test]
fn update_uses_them_and_forgets_them() {
    let workspace = Workspace::new();
    let server = Server::start(vec![document(&workspace.changed_document(), &[])]);
    let url = with_secrets(&server.url);
    hides(&workspace.run(&["update", &url]).succeeded());
    let request = server.request();
    assert_eq!(request[0], "get /beta/$metadata?sig=s1gnature http/1.1");
    assert!(
        request
            .iter()
            .any(|line| line.starts_with("authorization: basic ")),
        "{request:?}"
    );
    stores_none(&workspace);
    let line = format!("url = \"{}\"", server.url);
    assert!(workspace.read("metadata/client.toml").contains(&line));
}

#[test]
fn new_uses_them_and_forgets_them() {
    let workspace = Workspace::new();
    let slice = workspace.read("metadata/beta.csdl");
    let server = Server::start(vec![document(&slice, &[])]);
    hides(
        &workspace
            .run(&["new", "made", &with_secrets(&server.url)])
            .succeeded(),
    );
    stores_none(&workspace);
}

#[test]
fn failures_do_not_show_them() {
    let answers = [
        Answer::Bytes(answer("404 Not Found", &[], b"")),
        Answer::Bytes(answer(
            "302 Found",
            &["Location: http://us3r:pa55word@example.com/"],
            b"",
        )),
        Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<".to_vec()),
        document("<html>", &[]),
        document("<a/>", &[]),
        document("", &[]),
    ];
    for answer in answers {
        let workspace = Workspace::new();
        let server = Server::start(vec![answer]);
        hides(
            &workspace
                .run(&["update", &with_secrets(&server.url)])
                .failed("error"),
        );
    }
    let workspace = Workspace::new();
    for url in [
        "http://us3r:pa55word@127.0.0.1:1/$metadata?sig=s1gnature",
        "http://us3r:pa55word@example.com/$metadata?sig=s1gnature",
        "https://us3r:pa55word@[/?sig=s1gnature",
        "https://us3r:pa55word@example.com:99999/?sig=s1gnature",
        "ftp://us3r:pa55word@example.com/?sig=s1gnature",
    ] {
        hides(&workspace.run(&["update", url]).failed("error"));
        hides(&workspace.run(&["new", "made", url]).failed("error"));
        let root = ["new", "made", "metadata/beta.csdl", "--root", url];
        hides(&workspace.run(&root).failed("error"));
    }
}

#[test]
fn messages_about_the_configuration_do_not_show_them() {
    let root = "\"https://us3r:pa55word@graph.example/v1?sig=s1gnature\"";
    let cases = [
        // A root that is none, one whose key is none, and a line that is not TOML.
        format!("root = {root}"),
        format!("rot = {root}"),
        format!("root = {root} {root}"),
    ];
    for line in cases {
        let workspace = Workspace::new();
        workspace.set_root(&line);
        hides(&workspace.run(&["check"]).failed("client.toml"));
    }
}
