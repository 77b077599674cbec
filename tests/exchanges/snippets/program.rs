//! The programs of all cases as one, which runs each against the server.

use super::Case;
use crate::exchanges::program::Prepared;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Programs are compiled in files of so many.
const CHUNK: usize = 50;

/// What each case comes to: nothing, or the error that it ends with.
pub fn run(prepared: &Prepared, cases: &[Case], port: u16) -> BTreeMap<usize, Option<String>> {
    let package = prepared.library.package();
    let mut modules = String::new();
    let mut arms = String::new();
    let numbered: Vec<_> = cases.iter().enumerate().collect();
    for (chunk, cases) in numbered.chunks(CHUNK).enumerate() {
        let mut text = String::new();
        for (index, case) in cases {
            let Ok(snippet) = &case.written else {
                continue;
            };
            let result = match snippet.parses {
                true => "Result<(), Box<dyn std::error::Error>>",
                false => "Result<()>",
            };
            let imports = snippet.imports.replace('\n', "\n    ");
            writeln!(
                text,
                "pub mod r{index} {{\n    {imports}\npub async fn run(client: Client) -> {result} {{\n{}    \
                 Ok(())\n}}\n}}\n",
                snippet.statements
            )
            .expect("a text");
            writeln!(
                arms,
                "        {index} => text(Box::pin(c{chunk}::r{index}::run(client)).await),"
            )
            .expect("a text");
        }
        package.write(&format!("src/bin/snippets/c{chunk}.rs"), &text);
        writeln!(modules, "mod c{chunk};").expect("a text");
    }
    let cases: Vec<_> = numbered
        .iter()
        .filter(|(_, case)| case.written.is_ok())
        .map(|(index, _)| index.to_string())
        .collect();
    let main = MAIN
        .replace("// modules\n", &modules)
        .replace("        // arms\n", &arms)
        .replace("CASES", &cases.join(", "));
    package.write("src/bin/snippets/main.rs", &main);
    let results = package.folder().join("results.json");
    let path = results.to_str().expect("a path in UTF-8");
    prepared.library.compile_program("snippets");
    prepared.library.run("snippets", &[&port.to_string(), path]);
    serde_json::from_str(&support::read(&results)).expect("the program writes its results")
}

const MAIN: &str = r#"//! Documented requests.

#![allow(deprecated)]

use exchanges::Client;

// modules

async fn run(case: usize, client: Client) -> Option<String> {
    match case {
        // arms
        _ => None,
    }
}

/// The message with those of its causes.
fn text<E: Into<Box<dyn std::error::Error>>>(result: Result<(), E>) -> Option<String> {
    let error = result.err()?.into();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    Some(text)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (port, path) = (arguments.next().expect("a port"), arguments.next().expect("a path"));
    let mut results = std::collections::BTreeMap::new();
    for case in [CASES] {
        let endpoint = format!("http://127.0.0.1:{port}/{case}/v1.0");
        let client = Client::builder().anonymous().endpoint(endpoint);
        let client = client.build().expect("a client");
        results.insert(case, run(case, client).await);
    }
    let results = serde_json::to_string(&results).expect("JSON");
    std::fs::write(path, results).expect("a file that can be written");
}
"#;
