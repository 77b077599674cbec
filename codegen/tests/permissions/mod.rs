//! What requests need: documents of permissions, the annotations that they become, and programs.

mod changes;
mod matching;
mod pairs;
mod programs;

use csdl_codegen::api::{self, Api};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::correct::correct;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::Model;
use csdl_codegen::generate::{api_options, read_model};
use csdl_codegen::permissions::{Matched, PermissionDocument, matched, write};
use csdl_codegen::source::{SourceId, Sources};
use std::path::Path;

const METADATA: &str = include_str!("shop.csdl");
const PERMISSIONS: &str = include_str!("shop.json");
const CONFIG: &str = r#"
[client]
name = "shop"
output = "out"
title = "A shop."

[service]
name = "Shop"
default-namespaces = ["shop"]
clouds = [{ name = "Global", description = "All of it.", root = "https://shop.example" }]

[[service.path-addressing]]
type = "shop.file"
reason = "For tests."

[metadata]
document = "shop.csdl"
paths = ["/"]
"#;

/// A client's configuration, its model, and what was read on the way.
struct Client {
    config: LoadedConfig,
    model: Model,
}

impl Client {
    /// The client of documents: metadata and annotations.
    fn of(config: &str, documents: &[&str]) -> Self {
        let mut sources = Sources::default();
        let config = sources.add("client.toml", config.to_owned());
        let config = LoadedConfig::parse(Path::new("client.toml"), config, &sources);
        let config = config.unwrap_or_else(|problems| panic!("{}", problems.render(&sources)));
        let ids: Vec<SourceId> = documents
            .iter()
            .enumerate()
            .map(|(index, text)| sources.add(format!("{index}.csdl"), (*text).to_owned()))
            .collect();
        let mut diagnostics = Diagnostics::default();
        let model = read_model(&config, &ids, &sources, &mut diagnostics);
        let said = diagnostics.render(&sources);
        assert!(!said.contains("E0011"), "{said}");
        let mut model = model.unwrap_or_else(|| panic!("{said}"));
        correct(&mut model, &config.corrections(), &mut diagnostics);
        Self { config, model }
    }

    fn shop(annotations: &[&str]) -> Self {
        Self::of(CONFIG, &[&[METADATA], annotations].concat())
    }

    fn api(&self) -> Api {
        api::build(&self.model, api_options(&self.config.config))
    }

    /// The requests of a document in this model, and the annotations that they become.
    fn matched(&self, document: &str) -> (Matched, String) {
        let document = PermissionDocument::parse(document).expect("a document of permissions");
        let found = matched(&self.model, &document);
        let container = self.model.container.as_ref().expect("entry points");
        let text = write(&found, &container.name);
        (found, text)
    }
}

/// The client of the shop with its permissions.
fn shop() -> Client {
    let (_, annotations) = Client::shop(&[]).matched(PERMISSIONS);
    Client::shop(&[&annotations])
}
