//! A generated client that takes long to compile, and programs that use it.

use crate::client_crate::{ClientCrate, output};
use std::process::Command;

/// A package's library, compiled once for several programs.
///
/// Cargo compiles the dependencies alone: while it compiles, every other package in the folder that all share would
/// wait for it.
#[derive(Debug)]
pub struct ClientLibrary {
    package: ClientCrate,
    /// The crates that the library and the programs name, each with its file.
    externs: Vec<String>,
}

impl ClientLibrary {
    /// Compiles the library of a package without programs; a warning is an error.
    ///
    /// # Panics
    ///
    /// If it does not compile; the message shows why.
    pub fn new(package: ClientCrate) -> Self {
        let (sources, aside) = (package.folder().join("src"), package.folder().join("aside"));
        std::fs::rename(&sources, &aside).expect("the sources are moved");
        package.write("src/lib.rs", "//! Has the dependencies of another one.\n");
        let said = package.cargo(&["build", "--message-format=json"]);
        std::fs::remove_dir_all(&sources).expect("the other one is removed");
        std::fs::rename(&aside, &sources).expect("the sources are back");

        let mut library = Self {
            package,
            externs: externs(&said),
        };
        let name = library.name();
        library.rustc(&["--crate-type=lib", "--crate-name", &name, "src/lib.rs"]);
        let file = library.package.folder().join(format!("lib{name}.rlib"));
        library.externs.push(format!("{name}={}", file.display()));
        library
    }

    /// The package, to which programs can be added.
    pub fn package(&self) -> &ClientCrate {
        &self.package
    }

    /// Compiles the program in `src/bin/<name>/main.rs`; a warning is an error.
    ///
    /// # Panics
    ///
    /// If it does not compile; the message shows why.
    pub fn compile(&self, name: &str) {
        self.rustc(&["--crate-name", name, &format!("src/bin/{name}/main.rs")]);
    }

    /// Runs a program that was compiled, and gives what it prints.
    ///
    /// # Panics
    ///
    /// If it fails; the message shows why.
    pub fn run(&self, name: &str, arguments: &[&str]) -> String {
        let mut program = Command::new(self.package.folder().join(name));
        output(program.args(arguments).current_dir(self.package.folder()))
    }

    fn name(&self) -> String {
        let name = self.package.folder().file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Compiles into the package's folder.
    fn rustc(&self, arguments: &[&str]) {
        let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let dependencies = format!("-Ldependency={}", self.package.dependencies().display());
        let mut command = Command::new(compiler);
        command
            .args([
                "--edition=2024",
                "-Cembed-bitcode=no",
                "-Dwarnings",
                "-Dmissing_docs",
                &dependencies,
            ])
            .args(self.externs.iter().flat_map(|of| ["--extern", of]))
            .args(arguments)
            .current_dir(self.package.folder());
        output(&mut command);
    }
}

/// What emitted code and its tests name.
const EXTERNS: [&str; 6] = [
    "chrono",
    "futures_core",
    "odata_runtime",
    "serde",
    "serde_json",
    "tokio",
];

/// The files of these crates, as Cargo says when it has compiled them.
fn externs(said: &str) -> Vec<String> {
    let artifacts = said
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("cargo says JSON"))
        .filter(|line| line["reason"] == "compiler-artifact");
    let artifacts = artifacts.filter_map(|artifact| {
        let name = artifact["target"]["name"].as_str()?.to_owned();
        let files = artifact["filenames"].as_array()?.iter();
        let mut files = files.filter_map(|file| file.as_str());
        let file = files.find(|file| file.ends_with(".rlib"))?;
        EXTERNS.contains(&&*name).then(|| format!("{name}={file}"))
    });
    artifacts.collect()
}
