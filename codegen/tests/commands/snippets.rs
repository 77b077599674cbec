//! `snippet`: documented requests as programs.

use super::{Outcome, Workspace};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

const METRICS: &str = "GET /reports/serviceActivity/getMetricsForMfaSignInFailure(\
     inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z,exclusiveIntervalEndDateTime=2023-01-02T00:00:00Z,\
     aggregationIntervalInMinutes=10)";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The client of the library, which has every kind of request.
fn library(arguments: &[&str]) -> Outcome {
    let config = repository().join("tests/library/metadata/client.toml");
    let config = ["snippet", "--config", config.to_str().unwrap()];
    Workspace::new().run(&[&config, arguments].concat())
}

/// The statements of a program that sends a request to the library.
fn statements(request: &str) -> String {
    let program = library(&[request]).succeeded().stdout();
    let (_, statements) = program.split_once("build()?;\n").unwrap();
    statements.replace("    Ok(())\n}\n", "")
}

#[test]
fn request_becomes_a_program() {
    let program = Workspace::new().run(&["snippet", METRICS]).succeeded();
    insta::assert_snapshot!(program.stdout());
}

#[test]
fn message_comes_from_a_file_or_standard_input() {
    let workspace = Workspace::new();
    let message = "PATCH /items/{id}/library.book HTTP/1.1\nHost: library.example\nIf-Match: \"1\"\n\
                   Content-Type: application/json\n\n{\n  'title': \"Treasure\", // a comment\n}\n";
    workspace.write("message.http", message);
    let config = repository().join("tests/library/metadata/client.toml");
    let config = config.to_str().unwrap();
    let of_file = workspace.run(&["snippet", "--config", config, "--file", "message.http"]);
    let of_file = of_file.succeeded().stdout();
    let mut command = workspace.command(&["snippet", "--config", config, "-"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(message.as_bytes())
        .unwrap();
    let of_input = Outcome(child.wait_with_output().unwrap())
        .succeeded()
        .stdout();
    assert_eq!(of_file, of_input);
    insta::assert_snapshot!(of_file);
}

#[test]
fn list_gives_an_object_for_each_line() {
    let workspace = Workspace::new();
    let lines = [
        json!({"method": "GET", "url": "/items/$count"}),
        json!({"url": "/itms"}),
        json!({"address": "/items"}),
        json!({"method": "POST", "url": "/items", "body": {"title": "A", "id": "no guid"}}),
    ];
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    workspace.write("requests.jsonl", &lines.join("\n"));
    let config = repository().join("tests/library/metadata/client.toml");
    let config = config.to_str().unwrap();
    let output = workspace.run(&["snippet", "--config", config, "--lines", "requests.jsonl"]);
    let output = output.succeeded().stdout();
    let written = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told = written.map(|it| {
        let told = ["error", "help", "notes"].map(|name| it[name].to_string());
        format!(
            "{}\n{}",
            told.join("\n"),
            it["program"].as_str().unwrap_or_default()
        )
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
}

#[test]
fn programs_show_placeholders_where_values_belong() {
    insta::assert_snapshot!(statements(
        "GET /people(country='{country}',number={n})/works/{id}/library.book/copies/{copy-number}"
    ));
}

#[test]
fn what_the_client_has_no_method_for_is_sent_as_it_stands() {
    insta::assert_snapshot!(
        [
            "GET /items/00000000-0000-0000-0000-00000000000a/library.book/keywords",
            "GET /items?$select=title&$format=json&custom=1",
            "GET /items?$filter=title add 5 eq 7",
            "GET /people?$filter=isof(home,library.address)",
            "DELETE /items/00000000-0000-0000-0000-00000000000a/library.book/cover",
        ]
        .map(statements)
        .join("\n")
    );
}

#[test]
fn problems_say_what_there_is_in_place() {
    let said = |request: &str| library(&[request]).failed("error: ").stderr();
    insta::assert_snapshot!(
        [
            "GET /itms",
            "GET /items/00000000-0000-0000-0000-00000000000a/titel",
            "GET /items/{id}/library.books",
            "DELETE /items",
            "PATCH /items/{id}/related",
            "POST /openingHours(day=2024-01-01)",
            "GET /items/search(genre='novel')",
            "GET /items/{id}/available(on={on})/more",
            "GET /people('DE')",
            "GET https://other.example/api/items",
            "GET /$batch",
            "FETCH /items",
            "GET",
            "",
            "GET /items\nnot a header\n",
            "PATCH /items/{id}\nContent-Type: application/json\n\n{\"title\": ",
        ]
        .map(said)
        .join("\n")
    );
}

#[test]
fn what_the_slice_lacks_is_added_by_a_path() {
    let outcome = Workspace::new().run(&["snippet", "GET /users/{id}/messages?$top=5"]);
    let outcome = outcome.failed("put \"/users/{id}/messages\" into `paths`");
    assert!(
        outcome.stderr().contains("`csdl-codegen update`"),
        "{}",
        outcome.stderr()
    );
}

#[test]
fn package_is_made_for_a_request() {
    let workspace = Workspace::new();
    let document = repository().join("tests/library/metadata/library.csdl");
    let document = document.to_str().unwrap();
    let root = "https://library.example/api";
    let package = [
        "snippet",
        "--document",
        document,
        "--root",
        root,
        "--new",
        "made",
    ];
    let package = |request: &str| workspace.run(&[&package[..], &[request]].concat());
    package("GET https://other.example/scans").failed("another service");
    package("GET /itms").failed("no entry point `itms`");
    assert!(!workspace.path("made").exists());
    let made = package("GET https://library.example/api/scans/3/$value");
    assert!(
        made.succeeded()
            .stdout()
            .contains("cargo run --example request")
    );
    insta::assert_snapshot!(workspace.read("made/examples/request.rs"));
    assert!(
        workspace
            .read("made/Cargo.toml")
            .contains("[dev-dependencies]\ntokio")
    );
    assert!(
        workspace
            .read("made/metadata/client.toml")
            .contains("paths = [\"/scans/3\"]")
    );
}

/// Whatever is in a request, it is a literal in the program, or a name that the client has.
fn stays_a_literal(request: impl Fn(&str) -> String, value: &str) {
    let output = library(&[&request(value)]);
    if output.0.status.code() == Some(1) {
        return;
    }
    let program = output.succeeded().stdout();
    let file = syn::parse_file(&program).unwrap_or_else(|error| panic!("{error}:\n{program}"));
    let shape = |file: &syn::File| {
        let items = file.items.iter().map(|item| match item {
            syn::Item::Use(_) => "use",
            syn::Item::Fn(function) if function.sig.ident == "main" => "main",
            _ => "another item",
        });
        items.collect::<Vec<_>>()
    };
    let shape = shape(&file);
    assert!(
        shape.iter().all(|it| matches!(*it, "use" | "main")),
        "{program}"
    );
    // Without its literals, a program is that of a harmless value.
    let harmless = library(&[&request("x")]);
    let harmless = harmless.stdout();
    let without = |program: &str| {
        let tokens: proc_macro2::TokenStream = program.parse().unwrap();
        names(tokens)
    };
    assert_eq!(
        without(&program),
        without(&harmless),
        "{program}\n{harmless}"
    );
}

/// The creation of an item with this title.
fn creation(title: &str) -> String {
    format!("POST /items\n\n{}", json!({ "title": title }))
}

/// All identifiers, in their order.
fn names(tokens: proc_macro2::TokenStream) -> Vec<String> {
    let names = tokens.into_iter().flat_map(|token| match token {
        proc_macro2::TokenTree::Group(group) => names(group.stream()),
        proc_macro2::TokenTree::Ident(ident) => vec![ident.to_string()],
        _ => Vec::new(),
    });
    names.collect()
}

#[test]
fn rust_in_values_stays_a_literal() {
    for value in [
        "\"); std::process::exit(1); (\"",
        "*/ fn main() {} /*",
        "r#\"raw\"#",
        "\\\" \\n \\u{41}",
        "{} {0} {{",
        "// comment",
        "''); panic!(",
    ] {
        let quoted = value.replace('\'', "''");
        stays_a_literal(
            |quoted| format!("GET /items?$filter=title eq '{quoted}'"),
            &quoted,
        );
        stays_a_literal(creation, value);
        stays_a_literal(|header| format!("GET /items\nX-Test: a{header}"), value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_stays_a_literal(value in "[ -~\u{e9}\u{202e}\u{2028}]{1,20}") {
        stays_a_literal(creation, &value);
    }

    #[test]
    fn any_request_gives_a_program_or_a_reason(request in "(GET|POST|PATCH) /(items|people|desk)[ -~\n]{0,40}") {
        let output = library(&[&request]);
        match output.0.status.code() {
            Some(0) => { syn::parse_file(&output.stdout()).unwrap(); }
            code => {
                prop_assert_eq!(code, Some(1));
                prop_assert!(output.stderr().starts_with("error: "), "{}", output.stderr());
            }
        }
    }
}

#[test]
fn programs_are_laid_out_as_rustfmt_leaves_them() {
    let lines = std::fs::read_to_string(repository().join("tests/library/metadata/requests.jsonl"));
    let workspace = Workspace::new();
    let config = repository().join("tests/library/metadata/client.toml");
    workspace.write("requests.jsonl", &lines.unwrap());
    let output = workspace.run(&[
        "snippet",
        "--config",
        config.to_str().unwrap(),
        "--lines",
        "requests.jsonl",
    ]);
    let mut different = Vec::new();
    for (number, line) in output.succeeded().stdout().lines().enumerate() {
        let written: Value = serde_json::from_str(line).unwrap();
        let program = written["program"].as_str().unwrap();
        workspace.write("program.rs", program);
        let mut rustfmt = std::process::Command::new("rustfmt");
        rustfmt.args(["--edition", "2024", "--emit", "stdout", "--quiet"]);
        let formatted = rustfmt.arg(workspace.path("program.rs")).output().unwrap();
        let formatted = String::from_utf8(formatted.stdout).unwrap();
        if program != formatted {
            different.push(format!("request {}:\n{program}\n{formatted}", number + 1));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
