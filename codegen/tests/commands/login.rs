//! Metadata that not everybody may read.

use crate::server::{Answer, Server, answer, document};
use crate::{Outcome, Workspace};

const SECRET: &str = "s3cret-t0ken";

/// Runs the command with the secret in an environment variable; it must be shown and stored nowhere.
fn run(workspace: &Workspace, arguments: &[&str]) -> Outcome {
    let mut command = workspace.command(arguments);
    let outcome = Outcome(command.env("METADATA_TOKEN", SECRET).output().unwrap());
    let said = outcome.stdout() + &outcome.stderr();
    assert!(!said.contains(SECRET), "{said}");
    for (path, text) in workspace.texts() {
        let is_secret_file = path.ends_with("key.txt");
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(
            is_secret_file || !text.contains(SECRET),
            "{}",
            path.display()
        );
    }
    outcome
}

#[test]
fn headers_and_tokens_go_with_the_request() {
    let workspace = Workspace::new();
    workspace.write("key.txt", &format!("{SECRET}\n"));
    let slice = workspace.read("metadata/beta.csdl");
    let server = Server::start(vec![document(&slice, &[]), document(&slice, &[])]);
    let arguments = [
        "--header",
        "X-Api-Key=file:key.txt",
        "--header",
        "sap-client=env:METADATA_TOKEN",
        "--token-from-env",
        "METADATA_TOKEN",
    ];
    let new = ["new", "client", &server.url, "--path", "/reports"];
    run(&workspace, &[&new[..], &arguments].concat()).succeeded();
    let update = ["update", &server.url];
    run(&workspace, &[&update[..], &arguments].concat()).succeeded();
    for _ in 0..2 {
        let asked = server.request();
        for line in ["x-api-key", "sap-client", "authorization: bearer"] {
            let expected = match line.contains(':') {
                true => format!("{line} {SECRET}"),
                false => format!("{line}: {SECRET}"),
            };
            assert!(asked.contains(&expected), "{expected}: {asked:?}");
        }
    }
}

#[test]
fn headers_are_not_sent_to_another_origin() {
    let workspace = Workspace::new();
    let other = Server::start(vec![document("<x/>", &[])]);
    let location = format!("Location: {}", other.url);
    let redirect = answer("302 Found", &[&location], b"");
    let server = Server::start(vec![Answer::Bytes(redirect)]);
    let arguments = ["update", &server.url, "--token-from-env", "METADATA_TOKEN"];
    run(&workspace, &arguments)
        .failed("a redirect to another origin, which must not get the headers");
}

#[test]
fn a_refusal_says_what_is_missing() {
    let workspace = Workspace::new();
    let refusal = |status: &str| Answer::Bytes(answer(status, &[], b""));
    let server = Server::start(vec![
        refusal("401 Unauthorized"),
        refusal("401 Unauthorized"),
        refusal("403 Forbidden"),
    ]);
    run(&workspace, &["update", &server.url]).failed("give a token with --token-from-env");
    let with_token = ["update", &server.url, "--token-from-env", "METADATA_TOKEN"];
    run(&workspace, &with_token).failed("does not take what --token-from-env or --header gives");
    run(&workspace, &with_token).failed("must not read it, or a proxy is in the way");
}

#[test]
fn values_that_cannot_be_read_are_named_not_shown() {
    let workspace = Workspace::new();
    let url = "http://127.0.0.1:1/$metadata";
    workspace.write("key.txt", &format!("{SECRET}\n{SECRET}"));
    let of_header = |value: &str| run(&workspace, &["update", url, "--header", value]);
    of_header(&format!("X-Key={SECRET}")).failed("expected NAME=env:VARIABLE or NAME=file:FILE");
    of_header(&format!("{SECRET}=env:")).failed("expected NAME=env:VARIABLE");
    of_header("X Key=env:METADATA_TOKEN").failed("expected NAME=env:VARIABLE");
    of_header("X-Key=env:NOT_THERE").failed("the environment variable NOT_THERE is not set");
    of_header("X-Key=file:none.txt").failed("none.txt");
    of_header("X-Key=file:key.txt")
        .failed("the value for `x-key` has characters that no header has");
    let file = [
        "update",
        "metadata/beta.csdl",
        "--token-from-env",
        "METADATA_TOKEN",
    ];
    run(&workspace, &file).failed("the source is a file");
}
