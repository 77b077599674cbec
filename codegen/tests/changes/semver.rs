//! The table's verdicts beside those of cargo-semver-checks, on one pair of crates for each row.
//!
//! Not part of the default test run: codegen/semver/check.sh installs the tool and says where it is.

use crate::client_of;
use crate::edits::{CONFIG, Edit, edits};
use csdl_codegen::generate::Generated;
use csdl_codegen::semver::{Bump, Checked};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The emitted crate's dependencies; the runtime is the one of this repository.
const MANIFEST: &str = r#"
[package]
name = "demo-client"
version = "1.0.0"
edition = "2024"

[dependencies]
chrono = { version = "0.4", default-features = false }
odata-runtime = { path = "RUNTIME" }
serde = { version = "1", features = ["derive"] }
serde_json = "1"

[workspace]
"#;

/// A folder with both crates of every pair and one target folder for all of them.
struct Workshop {
    folder: PathBuf,
    tool: PathBuf,
}

impl Workshop {
    /// The rustdoc JSON of a crate.
    fn rustdoc(&self, name: &str, generated: &Generated) -> PathBuf {
        let package = self.folder.join("package");
        let _ = std::fs::remove_dir_all(package.join("src"));
        for file in &generated.files {
            let path = package.join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.contents).unwrap();
        }
        let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/runtime");
        let manifest = MANIFEST.replace("RUNTIME", runtime);
        std::fs::write(package.join("Cargo.toml"), manifest).unwrap();
        let target = self.folder.join("target");
        let output = Command::new("cargo")
            .args(["rustdoc", "--quiet", "--lib", "--", "-Zunstable-options"])
            .args([
                "--output-format",
                "json",
                "--document-private-items",
                "--cap-lints",
                "allow",
            ])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", &target)
            .current_dir(&package)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let json = self.folder.join(format!("{name}.json"));
        std::fs::copy(target.join("doc/demo_client.json"), &json).unwrap();
        json
    }

    /// Whether the tool takes the new crate for a compatible one.
    fn is_compatible(&self, old: &Path, new: &Path) -> (bool, String) {
        let output = Command::new(&self.tool)
            .args([
                "semver-checks",
                "--release-type",
                "minor",
                "--color",
                "never",
            ])
            .arg("--baseline-rustdoc")
            .arg(old)
            .arg("--current-rustdoc")
            .arg(new)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let failed = said.lines().filter(|line| line.starts_with("--- failure"));
        let failed = failed.collect::<Vec<_>>().join("; ");
        let is_usable = output.status.success() || !failed.is_empty();
        assert!(
            is_usable,
            "{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.success(), failed)
    }

    /// Whether the row and the tool agree as the row says.
    fn agrees(&self, edit: &Edit) -> Result<String, String> {
        let rule = edit.kind.rule();
        let old = self.rustdoc("old", &client_of(&edit.before()).generated);
        let new = self.rustdoc("new", &client_of(&edit.after()).generated);
        let (is_compatible, failed) = self.is_compatible(&old, &new);
        let line = format!("{}: {}, the tool: {failed}", rule.id, rule.bump);
        let expected = rule.bump != Bump::Major || matches!(rule.checked, Checked::Blind(_));
        match is_compatible == expected {
            true => Ok(line),
            false => Err(line),
        }
    }
}

#[test]
#[ignore = "needs cargo-semver-checks; run codegen/semver/check.sh"]
fn cargo_semver_checks_agrees_with_the_table() {
    assert!(CONFIG.contains("name = \"demo-client\""));
    let tool = std::env::var_os("CARGO_SEMVER_CHECKS");
    let tool = PathBuf::from(tool.expect("CARGO_SEMVER_CHECKS is the path of the tool"));
    let folder = tempfile::tempdir().unwrap();
    let workshop = Workshop {
        folder: folder.path().to_owned(),
        tool,
    };
    let mut wrong = Vec::new();
    // The first edit of a row is the one that the tool was tried on.
    let mut pairs: Vec<_> = edits().collect();
    pairs.dedup_by_key(|edit| edit.kind);
    for edit in &pairs {
        match workshop.agrees(edit) {
            Ok(line) => println!("agrees     {line}"),
            Err(line) => {
                println!("disagrees  {line}");
                wrong.push(line);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} rows:\n{}",
        wrong.len(),
        pairs.len(),
        wrong.join("\n")
    );
}
