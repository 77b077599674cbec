//! What is published: which files, and which Rust they and their dependencies need.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use support::workspace;

/// The published packages, with what each has beside [`COMMON`]: folders
/// or files, and extensions.
const PACKAGES: &[(&str, &[(&str, &str)])] = &[
    (
        "csdl-codegen",
        &[
            ("src/cli/new", "toml"),
            ("src", "rs"),
            ("src", "md"),
            ("src", "snap"),
            ("CONFIGURATION.md", "md"),
            ("COVERAGE.md", "md"),
        ],
    ),
    ("odata-runtime", &[("src", "rs"), ("tests", "rs")]),
    (
        "graph-emulator",
        &[
            ("src", "rs"),
            ("metadata", "csdl"),
            ("tests", "rs"),
            ("tests", "csdl"),
        ],
    ),
    (
        "graph-service-activity",
        &[("src", "rs"), ("src", "css"), ("examples", "rs")],
    ),
];

/// What every package must have.
const COMMON: &[&str] = &[
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "src/lib.rs",
];

/// What cargo adds.
const ADDED: &[&str] = &[".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"];

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(arguments).current_dir(workspace()).output();
    let output = output.expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("cargo prints text")
}

#[test]
fn packages_hold_what_they_should_and_nothing_else() {
    for (name, expected) in PACKAGES {
        let list = cargo(&["package", "--list", "--allow-dirty", "--package", name]);
        let files: BTreeSet<_> = list.lines().map(|line| line.replace('\\', "/")).collect();
        for file in COMMON {
            assert!(files.contains(*file), "{name} lacks {file}");
        }
        let belongs = |file: &str, (folder, extension): (&str, &str)| {
            let below = file
                .strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            below && file.ends_with(&format!(".{extension}"))
        };
        for file in &files {
            let is_common = [COMMON, ADDED].concat().contains(&file.as_str());
            let is_expected = expected.iter().any(|kind| belongs(file, *kind));
            assert!(is_common || is_expected, "{name} has {file}");
        }
        for kind in *expected {
            let some = files.iter().any(|file| belongs(file, *kind));
            assert!(some, "{name} has no {kind:?}");
        }
    }
}

/// Cargo's manifests and the graph of all dependencies, on all platforms.
struct Dependencies {
    packages: BTreeMap<String, Value>,
    /// By package, those that it is built with; those of tests are left out.
    edges: BTreeMap<String, Vec<String>>,
}

impl Dependencies {
    fn read() -> Self {
        let arguments = [
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--all-features",
        ];
        let metadata: Value = serde_json::from_str(&cargo(&arguments)).expect("cargo prints JSON");
        let id = |value: &Value| value.as_str().expect("packages have ids").to_owned();
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let packages = items(&metadata["packages"]);
        let is_built = |dependency: &Value| {
            let mut kinds = items(&dependency["dep_kinds"]).into_iter();
            kinds.any(|kind| kind["kind"] != "dev")
        };
        let edges = items(&metadata["resolve"]["nodes"])
            .into_iter()
            .map(|node| {
                let built = items(&node["deps"]).into_iter().filter(is_built);
                (
                    id(&node["id"]),
                    built.map(|dependency| id(&dependency["pkg"])).collect(),
                )
            });
        Self {
            edges: edges.collect(),
            packages: packages
                .into_iter()
                .map(|package| (id(&package["id"]), package))
                .collect(),
        }
    }

    /// The published packages and all that they are built with.
    fn of_published(&self) -> impl Iterator<Item = &Value> {
        let published = |(_, package): &(&String, &Value)| {
            PACKAGES.iter().any(|(name, _)| package["name"] == *name)
        };
        let mut waiting: Vec<_> = self
            .packages
            .iter()
            .filter(published)
            .map(|(id, _)| id)
            .collect();
        let mut found = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            if found.insert(id) {
                waiting.extend(&self.edges[id]);
            }
        }
        found.into_iter().map(|id| &self.packages[id])
    }
}

/// `1.88` → `[1, 88]`, for comparing.
fn version(text: &str) -> Vec<u64> {
    text.split('.')
        .filter_map(|part| part.parse().ok())
        .collect()
}

#[test]
fn no_dependency_needs_a_newer_rust() {
    let dependencies = Dependencies::read();
    let ours = version(env!("CARGO_PKG_RUST_VERSION"));
    let newer: Vec<_> = dependencies
        .of_published()
        .filter(|package| {
            package["rust_version"]
                .as_str()
                .is_some_and(|theirs| version(theirs)[..2] > ours[..2])
        })
        .map(|package| format!("{} {}", package["name"], package["rust_version"]))
        .collect();
    assert_eq!(newer, [""; 0]);
}

#[test]
fn packages_say_what_a_registry_shows() {
    let dependencies = Dependencies::read();
    for (name, _) in PACKAGES {
        let package = dependencies
            .packages
            .values()
            .find(|package| package["name"] == *name);
        let package = package.expect("published packages are in the workspace");
        for field in [
            "description",
            "documentation",
            "license",
            "readme",
            "rust_version",
        ] {
            assert!(package[field].is_string(), "{name} has no {field}");
        }
        for (field, most) in [("categories", 5), ("keywords", 5)] {
            let count = package[field].as_array().map_or(0, Vec::len);
            assert!((1..=most).contains(&count), "{name} has {count} {field}");
        }
    }
}
