//! The commands that write, run as a process on a copy of this client's metadata.

#[path = "../json/convert.rs"]
mod convert;
mod deleting;
mod diff;
mod failures;
mod features;
mod folders;
mod interrupted;
mod json;
mod login;
mod new;
mod paths;
mod removed_paths;
mod secrets;
mod server;
mod snippets;
mod update;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::SystemTime;

/// A workspace with this client's metadata and generated files.
struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    /// A copy of one that is generated once for all tests.
    fn new() -> Self {
        static FIRST: LazyLock<Workspace> = LazyLock::new(Workspace::generated);
        let root = FIRST.folder.path();
        let folder = tempfile::tempdir().unwrap();
        visit(root, &mut |path| {
            let copy = folder.path().join(path.strip_prefix(root).unwrap());
            std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
            std::fs::copy(path, copy).unwrap();
        });
        Self { folder }
    }

    fn generated() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        std::fs::create_dir(folder.path().join("metadata")).unwrap();
        for document in [
            "client.toml",
            "beta.csdl",
            "annotations.csdl",
            "parameters.csdl",
            "permissions.csdl",
        ] {
            let path = Path::new("metadata").join(document);
            std::fs::copy(root.join(&path), folder.path().join(&path)).unwrap();
        }
        std::fs::create_dir(folder.path().join("generated")).unwrap();
        let manifest = "[package]\nname = \"graph-service-activity\"\nversion = \"0.1.0\"\n";
        std::fs::write(folder.path().join("generated/Cargo.toml"), manifest).unwrap();
        let workspace = Self { folder };
        workspace.run(&[]).succeeded();
        workspace
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_csdl-codegen"));
        command.args(arguments).current_dir(self.folder.path());
        // As from a shell: Cargo, which runs these tests, would be taken for the one that runs the command.
        command.env_remove("CARGO_PKG_NAME");
        command
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome(self.command(arguments).output().unwrap())
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    /// Gives the client a cloud of its own, with this line for its root.
    fn set_root(&self, line: &str) {
        let config = self.read("metadata/client.toml");
        let version = "version = \"beta\"\n";
        assert!(config.contains(version), "{config}");
        let cloud = format!(
            "{version}\n[[service.clouds]]\nname = \"Own\"\ndescription = \"It.\"\n{line}\n"
        );
        self.write("metadata/client.toml", &config.replacen(version, &cloud, 1));
    }

    /// Every file with its text and the time of its last change.
    fn state(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut state = BTreeMap::new();
        visit(self.folder.path(), &mut |path| {
            let modified = std::fs::metadata(path).unwrap().modified().unwrap();
            let name = path.strip_prefix(self.folder.path()).unwrap();
            state.insert(name.to_owned(), (std::fs::read(path).unwrap(), modified));
        });
        state
    }

    /// Every file with its text.
    fn texts(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state().into_iter();
        state.map(|(path, (text, _))| (path, text)).collect()
    }

    /// The slice that is there, with some text replaced: a document to update from.
    fn edited_slice(&self, from: &str, to: &str) -> String {
        let slice = self.read("metadata/beta.csdl");
        assert!(slice.contains(from), "the slice has no `{from}`");
        slice.replace(from, to)
    }

    /// The service's document after a change that shows.
    fn changed_document(&self) -> String {
        self.edited_slice(
            r#"Name="percentage" Type="Edm.Double" Nullable="false""#,
            r#"Name="percentage" Type="Edm.Double""#,
        )
    }
}

fn visit(folder: &Path, found: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => visit(&path, found),
            false => found(&path),
        }
    }
}

/// What a command did.
struct Outcome(Output);

impl Outcome {
    fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    #[track_caller]
    fn succeeded(self) -> Self {
        assert_eq!(
            self.0.status.code(),
            Some(0),
            "{}{}",
            self.stdout(),
            self.stderr()
        );
        self
    }

    /// The command said why on standard error and exited with 1.
    #[track_caller]
    fn failed(self, reason: &str) -> Self {
        assert_eq!(
            self.0.status.code(),
            Some(1),
            "{}{}",
            self.stdout(),
            self.stderr()
        );
        let stderr = self.stderr();
        assert!(stderr.contains(reason), "expected `{reason}` in:\n{stderr}");
        self
    }
}
