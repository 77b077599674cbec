//! Every declaration of a service that has every kind of request, left out and put back: the
//! verdict is what the public items of the two clients say.

use crate::{Client, api_changes};
use csdl_codegen::semver::{Bump, Change, Format, Kind};

pub const CONFIG: &str = include_str!("../../../tests/library/metadata/client.toml");
pub const DOCUMENT: &str = include_str!("../../../tests/library/metadata/library.csdl");

/// Elements that stand on one line, and can be left out without others.
const ELEMENTS: &[&str] = &[
    "<Property ",
    "<NavigationProperty ",
    "<Parameter ",
    "<ReturnType ",
    "<Member ",
    "<EntitySet ",
    "<Singleton ",
    "<FunctionImport ",
    "<ActionImport ",
];

/// Parts of declarations that can be put in the place of others.
const REPLACEMENTS: &[(&str, &str)] = &[
    (" Nullable=\"false\"", ""),
    (" ContainsTarget=\"true\"", ""),
    (" HasStream=\"true\"", ""),
    (" IsComposable=\"true\"", ""),
    (" Abstract=\"true\"", ""),
    (" OpenType=\"true\"", ""),
    (" IsFlags=\"true\"", ""),
    ("Edm.String", "Edm.Int16"),
    ("Edm.Stream", "Edm.String"),
    ("Edm.Date\"", "Edm.Guid\""),
    ("Bool=\"false\"", "Bool=\"true\""),
    ("Type=\"Collection(library.book)\"", "Type=\"library.book\""),
    ("BaseType=\"library.item\"", "BaseType=\"library.scan\""),
    (
        "UnderlyingType=\"Edm.String\"",
        "UnderlyingType=\"Edm.Int32\"",
    ),
    ("HttpMethod/PUT", "HttpMethod/PATCH"),
    ("Name=\"search\"", "Name=\"find\""),
];

fn side(document: &str) -> Option<Side> {
    let config = CONFIG.replace("library.csdl", "demo.csdl");
    let client = Client::try_of(&config, document).ok()?;
    let surface = client.surface();
    Some(Side { client, surface })
}

/// Each line that declares something left out, and each part of a line replaced.
pub fn edited() -> Vec<(String, String)> {
    let lines: Vec<_> = DOCUMENT.lines().collect();
    let mut edited = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let mut put = |text: String| {
            let mut lines = lines.clone();
            lines[index] = &text;
            edited.push((format!("{} → {text}", line.trim()), lines.join("\n")));
        };
        let declares = ELEMENTS
            .iter()
            .any(|element| line.trim().starts_with(element));
        if declares && line.trim_end().ends_with("/>") {
            put(String::new());
        }
        for (from, to) in REPLACEMENTS {
            if line.contains(from) {
                put(line.replace(from, to));
            }
        }
    }
    edited
}

/// A client and its public items.
struct Side {
    client: Client,
    surface: Vec<String>,
}

/// What a verdict has wrong about the items that are gone and new.
fn problem(old: &Side, new: &Side) -> Option<String> {
    let report = old.client.diff(&new.client);
    let (removed, added) = api_changes(&old.surface, &new.surface);
    let least = match (removed.is_empty(), added.is_empty()) {
        (false, _) => Some(Bump::Major),
        (true, false) => Some(Bump::Minor),
        (true, true) => None,
    };
    let verdict = report.verdict();
    // An update by another method is made by the same code, and does something else.
    let acts = |change: &Change| change.kind == Kind::UpdateMethodChanged;
    let is_too_much =
        verdict == Some(Bump::Major) && removed.is_empty() && !report.changes().iter().any(acts);
    (verdict < least || is_too_much).then(|| {
        let text = report.display(Format::Text);
        format!("{verdict:?} instead of {least:?}\n{text}− {removed:#?}\n+ {added:#?}")
    })
}

#[test]
fn verdicts_are_what_the_public_items_say() {
    let base = side(DOCUMENT).expect("the library's metadata is valid");
    let mut problems = Vec::new();
    let mut tried = 0;
    for (what, document) in edited() {
        // What is no valid metadata has no client.
        let Some(edited) = side(&document) else {
            continue;
        };
        tried += 1;
        for (old, new, way) in [(&base, &edited, "there"), (&edited, &base, "back")] {
            if let Some(problem) = problem(old, new) {
                problems.push(format!("{what} ({way}): {problem}"));
            }
        }
    }
    assert!(tried > 100, "only {tried} edits are valid");
    let count = problems.len();
    assert!(
        problems.is_empty(),
        "{count} of {tried}:\n{}",
        problems.join("\n")
    );
}
