//! What the tests of the workspace share.

mod client_crate;
mod client_library;
mod odata_url;
mod offers;
mod strict_emulator;

/// The code of READMEs is compiled with the documentation tests.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../README.md")]
    struct Repository;
    #[doc = include_str!("../../generated/README.md")]
    struct Client;
    #[doc = include_str!("../../codegen/README.md")]
    struct Generator;
}

pub use client_crate::ClientCrate;
pub use client_library::ClientLibrary;
pub use odata_url::assert_odata_url;
pub use offers::Offers;
pub use strict_emulator::{StartStrict, StrictEmulator};

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::generate::Generated;
use csdl_codegen::source::Sources;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The client's package folder as the build script made it, with `src` in it.
pub fn built() -> PathBuf {
    Path::new(env!("OUT_DIR")).join("generated")
}

/// The client's package folder as it is checked in.
pub fn checked_in() -> PathBuf {
    workspace().join("generated")
}

/// What the configuration file gives.
///
/// # Panics
///
/// If the generator finds an error; the message shows it.
pub fn generate(config: &Path) -> Generated {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let generated = LoadedConfig::read(config, &mut sources)
        .map_err(|problems| diagnostics = problems)
        .ok()
        .and_then(|config| {
            csdl_codegen::generate::generate(&config, &mut sources, &mut diagnostics)
        });
    generated.unwrap_or_else(|| panic!("{}", diagnostics.render(&sources)))
}

/// Settings that keep snapshots in `tests/snapshots/<folder>`, each in a file of its own name.
pub fn snapshots(folder: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(workspace().join("tests/snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// The text files in a folder and the folders below it, by their path from there with `/` between
/// segments.
///
/// # Panics
///
/// If the folder or a file in it cannot be read.
pub fn text_files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files);
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read the folder {}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder's entry can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, read(&path));
        }
    }
}

/// The text of a file.
///
/// # Panics
///
/// If the file cannot be read as UTF-8.
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}
