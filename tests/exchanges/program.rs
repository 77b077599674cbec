//! The client of all of Graph v1.0, and a program that reads and writes with its models.

use super::file;
use csdl_codegen::api::Api;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::QualifiedName;
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::{Generated, generate, items, read_corrected};
use csdl_codegen::permissions::{self, PermissionDocument, matched};
use csdl_codegen::source::Sources;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::{ClientCrate, ClientLibrary, read, workspace};

/// JSON of a type.
#[derive(Debug)]
pub struct Case {
    pub page: String,
    pub name: String,
    pub type_name: QualifiedName,
    pub json: Value,
    /// How it goes over the wire.
    pub sent: Sent,
}

/// What JSON is on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// An answer that is one value.
    Value,
    /// An answer that is a page of values.
    Page,
    /// The body of a POST or PUT.
    Body,
    /// The body of a PATCH.
    Changes,
}

/// How the client of all of Graph v1.0 is configured for the tests of the whole.
pub fn config(document: &Path, sources: &mut Sources) -> LoadedConfig {
    let path = workspace().join("tests/fixtures/graph-v1/client.toml");
    let config = LoadedConfig::read(&path, sources);
    let mut config = config.expect("a good configuration");
    config.config.client.entry_point_features = false;
    config.config.client.name = NAME.to_owned();
    config.config.metadata.document = document.to_owned();
    config
}

/// The package of the client.
const NAME: &str = "exchanges";

/// The client of all of Graph v1.0, as a package to which programs are added.
pub struct Prepared {
    pub generated: Generated,
    pub api: Api,
    pub library: ClientLibrary,
}

/// The client of all of Graph v1.0, made once for all tests.
pub fn client_for(document: &Path) -> &'static Prepared {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let mut config = config(document, &mut sources);
        if let Some(permissions) = file("GRAPH_PERMISSIONS", "graph-permissions.json") {
            let annotations = annotations(&config, &permissions);
            config.config.metadata.annotations.push(annotations);
        }
        let generated = generate(&config, &mut sources, &mut diagnostics);
        let generated = generated.unwrap_or_else(|| panic!("{}", diagnostics.render(&sources)));
        let api = items(&config, &generated.model, &mut diagnostics);
        let package = ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), NAME);
        package.depend_on("tokio", r#"{ version = "1", features = ["macros", "rt"] }"#);
        package.write_sources(&generated.files);
        let library = ClientLibrary::new(package);
        library.compile();
        Prepared {
            generated,
            api,
            library,
        }
    })
}

/// A file of what Microsoft publishes of the permissions of requests, as annotations.
fn annotations(config: &LoadedConfig, permissions: &Path) -> PathBuf {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let model = read_corrected(config, &mut sources, &mut diagnostics).expect("a model");
    let document = PermissionDocument::parse(&read(permissions)).expect("permissions");
    let container = &model.container.as_ref().expect("entry points").name;
    let text = permissions::write(&matched(&model, &document), container);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("permissions.csdl");
    std::fs::write(&path, text).expect("a file");
    path
}

/// The types that the client has a model of: all but those that stand for others.
pub fn types(client: &Generated) -> BTreeSet<&str> {
    let models = client.files.iter().filter_map(model);
    models.map(|(name, _)| name).collect()
}

/// What becomes of each case that is read and written again; an error if it cannot be read.
pub fn run(client: &Prepared, cases: &[Case]) -> Vec<Result<Value, String>> {
    let package = client.library.package();
    let files = &client.generated.files;
    package.write("src/bin/models/main.rs", &program(files, cases));
    package.write("src/bin/models/tasks.rs", include_str!("tasks.rs"));
    let input = cases.iter().map(|case| {
        json!({
            "type": case.type_name.to_string(),
            "sent": case.sent,
            "json": case.json.to_string(),
        })
    });
    package.write("cases.json", &Value::Array(input.collect()).to_string());
    client.library.compile_program("models");
    let output = client.library.run("models", &["cases.json"]);
    serde_json::from_str(&output).expect("the program writes a list of results")
}

/// The program: for each type that a case is of, a line.
fn program(files: &[SourceFile], cases: &[Case]) -> String {
    let models: BTreeMap<_, _> = files.iter().filter_map(model).collect();
    let names: BTreeMap<_, _> = cases
        .iter()
        .map(|case| case.type_name.to_string())
        .map(|name| (models[&*name].clone(), name))
        .map(|(path, name)| (name, path))
        .collect();
    let arms: String = names
        .iter()
        .map(|(name, path)| format!("        {name:?} => one::<{path}>(sent, json),\n"))
        .collect();
    PROGRAM.replace("        // types\n", &arms)
}

/// The metadata name of the model in a file, and its path in Rust.
fn model(file: &SourceFile) -> Option<(&str, String)> {
    let (_, declaration) = file.contents.split_once("impl ODataType for ")?;
    let (name, rest) = declaration.split_once(' ')?;
    let (_, quoted) = rest.split_once("const NAME: &'static str = \"")?;
    let (qualified_name, _) = quoted.split_once('"')?;
    let (folder, _) = file.path.strip_prefix("src/")?.rsplit_once('/')?;
    let path = format!("exchanges::{}::{name}", folder.replace('/', "::"));
    Some((qualified_name, path))
}

const PROGRAM: &str = r#"//! Reads JSON into models, and writes it again.

#![allow(deprecated)]

mod tasks;

use odata_runtime::{Client, Cloud, ODataType, Page};
use serde_json::Value;

fn one<T: ODataType>(sent: &str, json: &str) -> Result<Value, String> {
    again::<T>(sent, json).map_err(|error| error.to_string())
}

fn again<T: ODataType>(sent: &str, json: &str) -> Result<Value, Box<dyn std::error::Error>> {
    if sent == "page" {
        let page: Page<T> = serde_json::from_str(json)?;
        return Ok(serde_json::to_value(&page.value)?);
    }
    let value: T = serde_json::from_str(json)?;
    if sent != "changes" {
        return Ok(serde_json::to_value(&value)?);
    }
    let cloud = Cloud::new("Test", "https://service.example", "scope", "https://login.example");
    // Nothing is sent, so that no TLS is compiled.
    let http = odata_runtime::reqwest::Client::new();
    let builder = Client::builder(cloud, "exchanges/1").http_client(http);
    let client = builder.anonymous().build()?;
    let request = client.root().update(&value).deep().to_http()?;
    Ok(serde_json::from_slice(request.body())?)
}

fn exchange(name: &str, sent: &str, json: &str) -> Result<Value, String> {
    match name {
        // types
        _ => Err("the client has no such type".to_owned()),
    }
}

fn main() {
    tasks::check().expect("documented tasks");
    let path = std::env::args().nth(1).expect("a file");
    let cases = std::fs::read_to_string(path).expect("a file that can be read");
    let cases: Vec<Value> = serde_json::from_str(&cases).expect("cases");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let results: Vec<_> = cases
        .iter()
        .map(|case| exchange(&text(&case["type"]), &text(&case["sent"]), &text(&case["json"])))
        .collect();
    println!("{}", serde_json::to_string(&results).expect("results"));
}
"#;
