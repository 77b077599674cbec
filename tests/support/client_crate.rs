//! A generated client as a package of its own, compiled as its users would compile it.

use crate::workspace;
use csdl_codegen::emit::SourceFile;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package in a folder for temporary files.
#[derive(Debug, Clone)]
pub struct ClientCrate {
    folder: PathBuf,
    /// Shared by all packages, so that dependencies are compiled once.
    target: PathBuf,
}

impl ClientCrate {
    /// An empty package of this name in a folder of this name.
    ///
    /// # Panics
    ///
    /// If the folder cannot be written.
    pub fn new(temporary: &Path, name: &str) -> Self {
        let client = Self {
            folder: temporary.join(name),
            target: temporary.join("target"),
        };
        // What an earlier run left would be compiled too.
        if client.folder.exists() {
            std::fs::remove_dir_all(&client.folder).expect("an earlier run's folder is removed");
        }
        let runtime = workspace().join("codegen/runtime");
        client.write("Cargo.toml", &manifest(name, &runtime));
        let lock = std::fs::read_to_string(workspace().join("Cargo.lock"));
        client.write("Cargo.lock", &lock.expect("the workspace has a lock file"));
        client
    }

    /// The package's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where Cargo puts what it compiles.
    pub(crate) fn dependencies(&self) -> PathBuf {
        self.target.join("debug/deps")
    }

    /// Writes a file of the package.
    ///
    /// # Panics
    ///
    /// If the file cannot be written.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        let parent = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, text))
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }

    /// Makes the package depend on another one that is in a folder.
    ///
    /// # Panics
    ///
    /// If the manifest cannot be written.
    pub fn depend(&self, name: &str, folder: &Path) {
        self.depend_on(name, &format!("{{ path = {folder:?} }}"));
    }

    /// Makes the package depend on another one, as its manifest says it.
    ///
    /// # Panics
    ///
    /// If the manifest cannot be written.
    pub fn depend_on(&self, name: &str, how: &str) {
        let manifest = std::fs::read_to_string(self.folder.join("Cargo.toml"));
        let manifest = manifest.expect("the package has a manifest");
        let dependency = format!("[dependencies]\n{name} = {how}\n");
        self.write(
            "Cargo.toml",
            &manifest.replace("[dependencies]\n", &dependency),
        );
    }

    /// Writes generated files.
    ///
    /// # Panics
    ///
    /// If a file cannot be written.
    pub fn write_sources(&self, files: &[SourceFile]) {
        for file in files {
            self.write(&file.path, &file.contents);
        }
    }

    /// Compiles the package; a warning is an error.
    ///
    /// # Panics
    ///
    /// If it does not compile; the message shows why.
    pub fn check(&self) {
        self.cargo(&["check"]);
    }

    /// Compiles the package with one feature; a warning is an error.
    ///
    /// # Panics
    ///
    /// If it does not compile; the message shows why.
    pub fn check_with(&self, feature: &str) {
        self.cargo(&["check", "--features", feature]);
    }

    /// Makes the package's documentation; a warning is an error.
    ///
    /// # Panics
    ///
    /// If there is one; the message shows it.
    pub fn document(&self) {
        self.cargo(&["doc", "--no-deps"]);
    }

    /// Has rustfmt look at the package.
    ///
    /// # Panics
    ///
    /// If it would change something; the message shows what.
    pub fn check_layout(&self) {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.args(["--edition", "2024", "--check", "src/lib.rs"]);
        output(rustfmt.current_dir(&self.folder));
    }

    /// The errors in an example, each with its line: what the compiler says, and what it says of the place.
    ///
    /// # Panics
    ///
    /// If the package itself does not compile, or the compiler says something else than JSON.
    pub fn errors_of(&self, example: &str) -> Vec<(usize, String)> {
        self.check();
        let output = self
            .command(&["check", "--message-format=json", "--example", example])
            .output()
            .expect("cargo can be started");
        let text = String::from_utf8(output.stdout).expect("cargo says UTF-8");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("cargo says JSON"));
        let messages = lines.filter(|line| line["reason"] == "compiler-message");
        let errors = messages.filter(|line| line["message"]["level"] == "error");
        let errors = errors.filter_map(|mut line| {
            let message = line["message"].take();
            let spans = message["spans"].as_array()?;
            let place = spans.iter().find(|span| span["is_primary"] == true)?;
            let line = usize::try_from(place["line_start"].as_u64()?).ok()?;
            let mut said = format!("  {}\n", message["message"].as_str()?);
            let notes = message["children"].as_array().into_iter().flatten();
            let notes = notes.filter(|note| note["level"] == "note");
            let notes = notes.filter_map(|note| note["message"].as_str());
            for text in place["label"].as_str().into_iter().chain(notes) {
                said += &format!("    {text}\n");
            }
            Some((line, said))
        });
        errors.collect()
    }

    /// Runs the package's program, and gives what it prints.
    ///
    /// # Panics
    ///
    /// If it does not compile or fails; the message shows why.
    pub fn run(&self, arguments: &[&str]) -> String {
        self.cargo(&[&["run", "--"], arguments].concat())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["--offline", "--quiet"])
            .args(arguments)
            .env("CARGO_TARGET_DIR", &self.target)
            // Each client is compiled once, and nobody debugs it: this halves the folder that all share.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(&self.folder);
        command
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> String {
        output(&mut self.command(arguments))
    }
}

/// What a command prints.
///
/// # Panics
///
/// If it fails; the message shows why.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(
        output.status.success(),
        "{command:?} fails:\n{}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout),
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The dependencies of a generated client, without TLS: nothing is called.
fn manifest(name: &str, runtime: &Path) -> String {
    format!(
        r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"
publish = false

[workspace]

[lints.rust]
warnings = "deny"
missing_docs = "deny"

[dependencies]
chrono = {{ version = "0.4", default-features = false, features = ["clock", "serde", "std"] }}
futures-core = {{ version = "0.3", default-features = false }}
odata-runtime = {{ path = {runtime:?}, default-features = false }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
"#
    )
}
