//! Metadata in JSON: every command takes it.

use crate::Workspace;
use crate::convert::json;
use crate::server::{Answer, Server, answer};

const ROOT: &str = "https://service.example/v1";

/// The service's document after a change that shows, as XML that JSON can say all of.
fn xml(workspace: &Workspace) -> String {
    let term = "Term=\"Org.OData.Core.V1.OptionalParameter\"";
    let text = workspace.changed_document();
    text.replace(
        &format!("<Annotation {term} />"),
        &format!("<Annotation {term}><Record /></Annotation>"),
    )
}

#[test]
fn commands_say_the_same_of_both_forms() {
    let workspace = Workspace::new();
    let xml = xml(&workspace);
    // The name says nothing of the form.
    for folder in ["one", "two"] {
        std::fs::create_dir(workspace.path(folder)).unwrap();
    }
    workspace.write("one/full.csdl", &xml);
    workspace.write("two/full.csdl", &json(&xml));
    let stored = "../metadata/beta.csdl";
    let config = ["--config", "../metadata/client.toml"];
    let commands: [&[&str]; 4] = [
        &["list", "full.csdl"],
        &["slice", "full.csdl", "--path", "/reports"],
        &["diff", stored, "full.csdl", config[0], config[1]],
        &["diff", "full.csdl", stored, config[0], config[1]],
    ];
    for command in commands {
        let [one, two] = ["one", "two"].map(|folder| {
            let mut process = workspace.command(command);
            let output = process.current_dir(workspace.path(folder)).output();
            let outcome = crate::Outcome(output.unwrap());
            (outcome.0.status.code(), outcome.stdout())
        });
        assert!(one.1.len() > 100, "{command:?}: {one:?}");
        assert_eq!(one, two, "{command:?}");
    }
}

#[test]
fn update_from_json_is_that_from_xml() {
    let workspace = Workspace::new();
    let xml = xml(&workspace);
    workspace.write("full.csdl", &xml);
    workspace.run(&["update", "full.csdl"]).succeeded();
    let slice = workspace.read("metadata/beta.csdl");

    let workspace = Workspace::new();
    let headers = ["Content-Type: application/json", "ETag: W/\"7\""];
    let bytes = answer("200 OK", &headers, json(&xml).as_bytes());
    let server = Server::start(vec![Answer::Bytes(bytes)]);
    workspace.run(&["update", &server.url]).succeeded();
    let accept = "accept: application/xml, application/json;q=0.5".to_owned();
    let request = server.request();
    assert!(request.contains(&accept), "{request:?}");
    assert_eq!(workspace.read("metadata/beta.csdl"), slice);
    workspace.run(&["check"]).succeeded();
}

#[test]
fn new_packages_begin_with_json_too() {
    let workspace = Workspace::new();
    workspace.write("full.json", &json(&xml(&workspace)));
    let arguments = ["new", "client", "full.json", "--root", ROOT];
    workspace.run(&arguments).succeeded();
    let arguments = ["check", "--config", "client/metadata/client.toml"];
    workspace.run(&arguments).succeeded();
}

#[test]
fn stored_document_may_be_json() {
    let workspace = Workspace::new();
    let slice = workspace.read("metadata/beta.csdl");
    let with_values = slice.replace(
        "OptionalParameter\" />",
        "OptionalParameter\"><Record /></Annotation>",
    );
    workspace.write("metadata/beta.csdl", &with_values);
    workspace.run(&[]).succeeded();
    workspace.write("metadata/beta.csdl", &json(&with_values));
    workspace.run(&["check"]).succeeded();
}
