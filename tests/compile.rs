//! What is generated compiles, and documents itself, without a warning.

use csdl_codegen::emit::MARKER;
use std::path::Path;
use support::{ClientCrate, built, checked_in, generate, text_files, workspace};

fn package(name: &str) -> ClientCrate {
    ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), name)
}

/// The client that the snapshots show parts of.
#[test]
fn the_client_that_the_build_script_made() {
    let client = package("service-activity");
    for (path, text) in text_files(&built()) {
        client.write(&path, &text);
    }
    // The modules beside it that are kept by hand.
    for (path, text) in text_files(&checked_in().join("src")) {
        if !text.starts_with(MARKER) {
            client.write(&format!("src/{path}"), &text);
        }
    }
    client.check();
    client.document();
}

#[test]
fn a_client_for_a_service_that_uses_most_of_csdl() {
    let client = package("shop");
    let config = workspace().join("tests/fixtures/model/client.toml");
    client.write_sources(&generate(&config).files);
    client.check();
    client.document();
}
