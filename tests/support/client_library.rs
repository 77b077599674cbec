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

/// Warnings are errors; bitcode is for link-time optimization alone.
const STRICT: [&str; 3] = ["-Cembed-bitcode=no", "-Dwarnings", "-Dmissing_docs"];

impl ClientLibrary {
    /// The library of a package, whose dependencies are compiled.
    ///
    /// # Panics
    ///
    /// If they do not compile; the message shows why.
    pub fn new(package: ClientCrate) -> Self {
        let (sources, aside) = (package.folder().join("src"), package.folder().join("aside"));
        std::fs::rename(&sources, &aside).expect("the sources are moved");
        package.write("src/lib.rs", "//! Has the dependencies of another one.\n");
        let said = package.cargo(&["build", "--message-format=json"]);
        std::fs::remove_dir_all(&sources).expect("the other one is removed");
        std::fs::rename(&aside, &sources).expect("the sources are back");
        Self {
            package,
            externs: externs(&said),
        }
    }

    /// The package, to which programs can be added.
    pub fn package(&self) -> &ClientCrate {
        &self.package
    }

    /// Compiles the library; a warning is an error.
    ///
    /// # Panics
    ///
    /// If it does not compile; the message shows why.
    pub fn compile(&self) {
        let mut rustc = self.tool("RUSTC", "rustc");
        rustc.args(STRICT).arg("--crate-type=lib");
        output(self.of_library(&mut rustc));
    }

    /// Compiles the program in `src/bin/<name>/main.rs` with the library, which was compiled; a warning is an
    /// error.
    ///
    /// # Panics
    ///
    /// If it does not compile; the message shows why.
    pub fn compile_program(&self, name: &str) {
        let mut rustc = self.tool("RUSTC", "rustc");
        let main = format!("src/bin/{name}/main.rs");
        rustc.args(STRICT).args(["--crate-name", name, &main]);
        output(self.with_library(&mut rustc));
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

    /// Makes the library's documentation; a warning is an error.
    ///
    /// # Panics
    ///
    /// If there is one; the message shows it.
    pub fn document(&self) {
        let mut rustdoc = self.tool("RUSTDOC", "rustdoc");
        output(self.of_library(rustdoc.arg("-Dwarnings")));
    }

    /// Compiles and runs the examples in the documentation of the library, which was compiled.
    ///
    /// # Panics
    ///
    /// If one does not compile or fails; the message shows why.
    pub fn check_examples(&self) {
        let mut rustdoc = self.tool("RUSTDOC", "rustdoc");
        let rustdoc = self.of_library(rustdoc.arg("--test"));
        output(self.with_library(rustdoc));
    }

    /// A tool of the compiler in the package's folder: the one that the variable names, if it does.
    fn tool(&self, variable: &str, name: &str) -> Command {
        let tool = std::env::var_os(variable).unwrap_or_else(|| name.into());
        let dependencies = format!("-Ldependency={}", self.package.dependencies().display());
        let mut command = Command::new(tool);
        command
            .args(["--edition=2024", &dependencies])
            .args(self.externs.iter().flat_map(|of| ["--extern", of]))
            .current_dir(self.package.folder());
        command
    }

    fn of_library<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.args(["--crate-name", &self.name(), "src/lib.rs"])
    }

    fn with_library<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let name = self.name();
        command.args(["--extern", &format!("{name}=lib{name}.rlib")])
    }

    /// The library's name, as Cargo makes it from the package's.
    fn name(&self) -> String {
        let name = self.package.folder().file_name().unwrap_or_default();
        name.to_string_lossy().replace('-', "_")
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
