//! Any model → source files that are Rust, have nothing of the document outside of names, strings and
//! comments, name each thing once in its scope, and are the same in whatever order the document
//! declares things; features have names that Cargo takes.

#![no_main]

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::emit::SourceFile;
use csdl_codegen::generate::generate_from;
use csdl_codegen::source::Sources;
use csdl_codegen_fuzz::document::Document;
use csdl_codegen_fuzz::emitted::check;
use csdl_codegen_fuzz::scopes;
use csdl_codegen_fuzz::xml::{Node, Random};
use libfuzzer_sys::fuzz_target;
use std::path::Path;

const CONFIG: &str = r#"
[client]
name = "fuzzed-client"
output = "."
title = "Client of a service that was made up."
entry-point-features = true
examples = true

[service]
name = "the service"
default-namespaces = ["shop"]

[[service.clouds]]
name = "Global"
description = "The only one."
root = "https://fuzz.example/api"
scope = "https://fuzz.example/.default"
login-authority = "https://login.example"

[metadata]
document = "fuzzed.csdl"
paths = ["/"]
"#;

fuzz_target!(|document: Document| {
    let Ok((files, said)) = generate(&document.text) else {
        return;
    };
    if let Err(found) = check(&files).and_then(|()| scopes::check(&files)) {
        panic!("{found}\n{}", document.text);
    }
    // Of what is declared twice, in two ways, the first counts.
    if said.contains("[E0007]") {
        return;
    }
    let mut shuffled = Node::parse(&document.text);
    shuffled.shuffle(&mut Random(document.seed));
    let shuffled = shuffled.to_string();
    let (again, _) = generate(&shuffled).unwrap_or_else(|said| {
        panic!(
            "in another order it is refused: {said}\n{}\n{shuffled}",
            document.text
        )
    });
    assert_eq!(files.len(), again.len(), "{}\n{shuffled}", document.text);
    for (file, again) in files.iter().zip(&again) {
        let is_same = file.path == again.path && file.contents == again.contents;
        assert!(
            is_same,
            "{} and {} differ:\n{}\n{}\n{}\n{shuffled}",
            file.path, again.path, file.contents, again.contents, document.text
        );
    }
});

/// The client's files and the warnings, or why there are none.
fn generate(text: &str) -> Result<(Vec<SourceFile>, String), String> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = Path::new("client.toml");
    let source = sources.add(path, CONFIG);
    let config = LoadedConfig::parse(path, source, &sources)
        .map_err(|problems| problems.render(&sources))
        .expect("the configuration is one");
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("{text}");
    }
    let id = sources.add(Path::new("fuzzed.csdl"), text);
    let generated = generate_from(&config, &[id], &sources, &mut diagnostics);
    let said = diagnostics.render(&sources);
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("{said}");
    }
    let generated = generated.ok_or_else(|| said.clone())?;
    for feature in &generated.features {
        assert!(is_feature(&feature.name), "{}\n{text}", feature.name);
    }
    Ok((generated.files, said))
}

/// Whether Cargo takes the name, and the generator's list in the manifest, too.
fn is_feature(name: &str) -> bool {
    let is_first = |c: char| c == '_' || c.is_ascii_alphanumeric();
    name.starts_with(is_first) && name.chars().all(|c| is_first(c) || c == '-')
}
