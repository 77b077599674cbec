//! Arrows between the folders of the generator and of the runtime point down, files form no cycles, and
//! nobody below the commands knows `client.toml`.
//!
//! The order is data, below; it is that of ARCHITECTURE.md. A new folder is to be named here.

mod files;
mod lexer;

use files::Files;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A crate whose arrows are checked.
struct House {
    /// The folder of its root, from that of this package.
    folder: &'static str,
    /// Other names that its code has for its root: that of the library in the code of its command.
    names: &'static [&'static str],
    /// Its folders, from top to bottom: each may know those after it and none before it.
    layers: &'static [&'static str],
    /// What only some folders may name, beside the one that declares it.
    reserved: &'static [Reserved],
    /// Files that may know each other.
    cycles: &'static [Cycle],
}

/// An item that only some folders may name.
struct Reserved {
    path: &'static str,
    for_folders: &'static [&'static str],
}

/// Files that may know each other, within one folder.
struct Cycle {
    files: &'static [&'static str],
    /// Why.
    reason: &'static str,
}

const GENERATOR: House = House {
    folder: "src",
    names: &["csdl_codegen"],
    layers: &[
        "cli",
        "update",
        "generate",
        "output",
        "permissions",
        "write",
        "semver",
        "snippet",
        "emit",
        "layout",
        "api",
        "config",
        "correct",
        "slice",
        "references",
        "edm",
        "csdl",
        "diagnostic",
        "source",
        "program",
        "show",
        "parallel",
        "reserved",
    ],
    // Configuration is handed out in parts.
    reserved: &[
        Reserved {
            path: "config::Config",
            for_folders: &["cli", "update", "generate"],
        },
        Reserved {
            path: "config::LoadedConfig",
            for_folders: &["cli", "update", "generate"],
        },
    ],
    cycles: &[],
};

const RUNTIME: House = House {
    folder: "runtime/src",
    names: &[],
    layers: &[
        "macros", "lib", "batch", "delta", "upload", "poller", "request", "query", "response",
        "http", "auth", "model", "error", "value", "files", "loopback", "clock", "boxed",
    ],
    reserved: &[],
    cycles: &[],
};

#[test]
fn generator_arrows_point_down() {
    check(&GENERATOR);
}

#[test]
fn runtime_arrows_point_down() {
    check(&RUNTIME);
}

/// Fails with everything that is wrong.
fn check(house: &House) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(house.folder);
    let files = Files::read(&folder, house.names);
    assert!(files.paths().count() > 10, "{}", folder.display());
    let problems = problems(&files, house);
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// What is wrong with the arrows of a crate, in lines.
fn problems(files: &Files, house: &House) -> Vec<String> {
    let mut problems = upward(files, house);
    problems.extend(trespassing(files, house));
    problems.extend(cyclic(files, house));
    problems
}

/// The folder, or the file beside the crate's root, that a file belongs to.
fn room(path: &str) -> &str {
    path.split('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".rs")
}

fn upward(files: &Files, house: &House) -> Vec<String> {
    let mut problems = BTreeSet::new();
    let layer = |room: &str| house.layers.iter().position(|layer| *layer == room);
    for room in files.paths().map(room).filter(|room| *room != "lib") {
        if layer(room).is_none() {
            problems.insert(format!("`{room}` is not in the order of layers"));
        }
    }
    for arrow in files.arrows() {
        let (from, to) = (room(&arrow.from), room(&arrow.to));
        if from != to && layer(to) < layer(from) {
            problems.insert(format!(
                "{}:{}: {from} → {to} points up: {}",
                arrow.from, arrow.line, arrow.path
            ));
        }
    }
    problems.into_iter().collect()
}

fn trespassing(files: &Files, house: &House) -> Vec<String> {
    let mut problems = Vec::new();
    for arrow in files.arrows() {
        let (from, to) = (room(&arrow.from), room(&arrow.to));
        let found = house.reserved.iter().find(|it| it.path == arrow.path);
        if found.is_some_and(|it| from != to && !it.for_folders.contains(&from)) {
            let (file, line, path) = (arrow.from, arrow.line, arrow.path);
            problems.push(format!("{file}:{line}: {path} is not for this folder"));
        }
    }
    problems
}

fn cyclic(files: &Files, house: &House) -> Vec<String> {
    let found = cycles(files);
    let allows = |allowed: &Cycle, cycle: &BTreeSet<String>| {
        cycle.iter().all(|file| allowed.files.contains(&&**file))
    };
    let mut problems = Vec::new();
    for cycle in &found {
        if !house.cycles.iter().any(|allowed| allows(allowed, cycle)) {
            problems.push(format!("these files form a cycle: {cycle:?}"));
            let arrows = files.arrows().into_iter();
            let arrows = arrows.filter(|it| cycle.contains(&it.from) && cycle.contains(&it.to));
            problems.extend(
                arrows.map(|it| format!("    {}:{}: {} in {}", it.from, it.line, it.path, it.to)),
            );
        }
    }
    for allowed in house.cycles {
        if !found.iter().any(|cycle| allows(allowed, cycle)) {
            problems.push(format!(
                "{:?} no longer form a cycle, although {}",
                allowed.files, allowed.reason
            ));
        }
    }
    problems
}

/// Whether one file is `mod.rs` of a folder that another is in. It declares what the folder's files
/// share and puts them together; that is what a folder is, and no cycle.
fn is_root_of(root: &str, file: &str) -> bool {
    let folder = root.strip_suffix("/mod.rs");
    let folder = folder.or_else(|| root.strip_suffix(".rs"));
    folder.is_some_and(|folder| {
        file.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    })
}

/// The groups of files that all know each other, directly or through others.
fn cycles(files: &Files) -> Vec<BTreeSet<String>> {
    let mut next: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let arrows = files.arrows().into_iter();
    for arrow in arrows.filter(|arrow| !is_root_of(&arrow.from, &arrow.to)) {
        next.entry(arrow.from).or_default().insert(arrow.to);
    }
    let reached: BTreeMap<&String, BTreeSet<&String>> = next
        .keys()
        .map(|from| {
            let mut reached = BTreeSet::new();
            let mut pending: Vec<_> = next[from].iter().collect();
            while let Some(file) = pending.pop() {
                if reached.insert(file) {
                    pending.extend(next.get(file).into_iter().flatten());
                }
            }
            (from, reached)
        })
        .collect();
    let knows = |from: &String, to: &String| reached.get(from).is_some_and(|it| it.contains(to));
    let groups: BTreeSet<BTreeSet<String>> = next
        .keys()
        .filter(|file| knows(file, file))
        .map(|file| {
            let others = next
                .keys()
                .filter(|other| knows(file, other) && knows(other, file));
            others.cloned().collect()
        })
        .collect();
    groups.into_iter().collect()
}

const MADE_UP: House = House {
    folder: "",
    names: &["me"],
    layers: &["top", "middle", "bottom"],
    reserved: &[Reserved {
        path: "bottom::Secret",
        for_folders: &["middle"],
    }],
    cycles: &[],
};

fn found(texts: &[(&str, &str)]) -> Vec<String> {
    problems(&Files::of(texts.iter().copied(), MADE_UP.names), &MADE_UP)
}

#[test]
fn arrow_that_points_up_is_found() {
    let files = |bottom| {
        [
            ("top/mod.rs", "pub mod a;"),
            ("top/a.rs", ""),
            ("bottom.rs", bottom),
        ]
    };
    let cases = [
        ("use crate::top::A;", "crate::top", 1),
        ("\nuse crate::{top::{self, a::B}};", "top", 2),
        ("fn f() { crate::top::a::b() }", "inline", 1),
        ("use super::top::A;", "super", 1),
        ("use me::top::A;", "another name", 1),
    ];
    for (text, what, line) in cases {
        let found = found(&files(text));
        let expected = format!("bottom.rs:{line}: bottom → top points up");
        assert!(
            found.iter().any(|it| it.starts_with(&expected)),
            "{what}: {found:?}"
        );
    }
    for fine in [
        "#[cfg(test)]\nmod tests { use crate::top::A; }",
        "/// crate::top\nconst A: &str = \"crate::top\";",
        "fn f() { quote! { crate::top::A } }",
        "use std::top::A;",
    ] {
        assert_eq!(found(&files(fine)), Vec::<String>::new(), "{fine}");
    }
    let down = [
        ("top.rs", "use crate::bottom::A;"),
        ("bottom.rs", "struct A;"),
    ];
    assert_eq!(found(&down), Vec::<String>::new());
}

#[test]
fn item_that_is_for_others_is_found() {
    let texts = [
        ("top.rs", "use crate::bottom::Secret;"),
        ("middle.rs", "use crate::bottom::Secret;"),
        ("bottom.rs", "struct Secret;"),
    ];
    assert_eq!(
        found(&texts),
        ["top.rs:1: bottom::Secret is not for this folder"]
    );
}

#[test]
fn unknown_room_is_found() {
    assert_eq!(
        found(&[("attic.rs", "")]),
        ["`attic` is not in the order of layers"]
    );
}

#[test]
fn cycle_between_files_is_found() {
    let texts = [
        ("top/mod.rs", "mod a; mod b; mod c; pub use b::B; use a::A;"),
        ("top/a.rs", "use super::B;"),
        ("top/b.rs", "use super::c::C;"),
        ("top/c.rs", "fn f() -> super::a::A {}"),
    ];
    let found = found(&texts);
    let expected = r#"these files form a cycle: {"top/a.rs", "top/b.rs", "top/c.rs"}"#;
    assert_eq!(found[0], expected, "{found:?}");
    assert_eq!(found[1], "    top/a.rs:1: top::B in top/b.rs");
}
