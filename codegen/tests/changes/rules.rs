//! Each row of the table of changes, made by an edit of a small service.

use crate::edits::{BASE, CONFIG, Edit, edits};
use crate::{Client, api_changes, client_of};
use csdl_codegen::semver::{Bump, Kind, RULES, Report};
use std::sync::LazyLock;

/// Kinds that ask for a major version because of what code does, not whether it compiles; one name
/// may go on to mean something else, too.
const BEHAVIOUR: &[Kind] = &[
    Kind::OperationKindChanged,
    Kind::ImportChanged,
    Kind::UpdateMethodChanged,
    Kind::NameChanged,
];

/// All edits, made once for all tests.
static TRIED: LazyLock<Vec<Tried>> = LazyLock::new(|| edits().map(Tried::new).collect());

/// An edit, what the diff says of it, and which public items it changes.
struct Tried {
    edit: &'static Edit,
    report: Report,
    removed: Vec<String>,
    added: Vec<String>,
}

impl Tried {
    fn new(edit: &'static Edit) -> Self {
        let (old, new) = (client_of(&edit.before()), client_of(&edit.after()));
        let (removed, added) = api_changes(&old.surface(), &new.surface());
        Self {
            edit,
            report: old.diff(&new),
            removed,
            added,
        }
    }

    fn kinds(&self) -> Vec<Kind> {
        let changes = self.report.changes().iter();
        changes.map(|change| change.kind).collect()
    }

    /// What does not hold of the edit.
    fn problem(&self) -> Option<String> {
        let rule = self.edit.kind.rule();
        let verdict = self.report.verdict();
        let is_major = verdict == Some(Bump::Major);
        let breaks = !self.removed.is_empty();
        let shows = breaks || !self.added.is_empty();
        let acts = BEHAVIOUR.contains(&self.edit.kind);
        let problem = if !self.kinds().contains(&self.edit.kind) {
            "the row is not reported"
        } else if verdict < Some(rule.bump) {
            "the verdict is less than the row's"
        } else if breaks && !is_major {
            "items are gone, and the verdict is not major"
        } else if is_major && !breaks && !acts {
            "the verdict is major, and no item is gone"
        } else if shows && verdict == Some(Bump::Patch) {
            "there are items more, and the verdict is a patch"
        } else if rule.effect == "no effect" && shows {
            "the row says that nothing changes"
        } else {
            return None;
        };
        Some(format!(
            "{}: {problem}; {:?}, {verdict:?}\n  - {}\n  + {}",
            rule.id,
            self.kinds(),
            self.removed.join("\n  - "),
            self.added.join("\n  + ")
        ))
    }
}

#[test]
fn every_row_has_an_edit() {
    let rows: Vec<_> = RULES.iter().map(|rule| rule.kind).collect();
    let mut kinds: Vec<_> = edits().map(|edit| edit.kind).collect();
    kinds.dedup();
    assert_eq!(kinds, rows);
}

/// The edit makes its kind of change, and the public items are those that the row speaks of.
#[test]
fn every_edit_makes_its_kind_of_change() {
    let problems: Vec<_> = TRIED.iter().filter_map(Tried::problem).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Which other changes an edit makes. One edit of the metadata may be two changes for users: an
/// operation that comes with a new type, say.
#[test]
fn edits_and_all_their_changes() {
    let lines = TRIED.iter().map(|tried| {
        let edit = tried.edit;
        let mut others = tried.kinds();
        others.retain(|kind| *kind != edit.kind);
        let verdict = tried.report.verdict();
        let verdict = verdict.map_or_else(String::new, |verdict| verdict.to_string());
        format!("{}: {verdict} {others:?}", edit.kind.rule().id)
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn nothing_changes_without_an_edit() {
    let old = client_of(BASE);
    let report = old.diff(&old);
    assert!(report.is_empty());
    assert_eq!(report.verdict(), None);
}

/// The client is made of the corrected model, so a correction that the metadata makes obsolete
/// changes nothing.
#[test]
fn models_are_compared_as_they_are_corrected() {
    let correction = "
[[metadata.corrections]]
type = \"demo.blank\"
stands-for = \"Edm.Int64\"
reason = \"It is a number.\"
";
    let config = format!("{CONFIG}{correction}");
    let wrong = BASE.replace(
        "Name=\"value\" Type=\"Edm.Int64\"",
        "Name=\"value\" Type=\"demo.blank\"",
    );
    let (old, new) = (Client::of(&config, &wrong), Client::of(&config, BASE));
    assert!(old.diff(&new).is_empty(), "{:?}", old.diff(&new));
    let uncorrected = Client::of(CONFIG, &wrong);
    assert_eq!(uncorrected.diff(&new).verdict(), Some(Bump::Major));
}

/// Two revisions may differ in the configuration alone.
#[test]
fn configurations_are_compared_too() {
    let other_words = format!("{CONFIG}[naming.words]\ngetMetrics = \"Getmetrics\"\n");
    let other_cloud = CONFIG.replace("name = \"Global\"", "name = \"Europe\"");
    let other_group = CONFIG.replace("name = \"Pages\"", "name = \"Counts\"");
    let other_module = CONFIG.replace("[\"demo\", \"demo.second\"]", "[\"other\"]");
    let old = client_of(BASE);
    for (config, kind) in [
        (&other_words, Kind::NameChanged),
        (&other_cloud, Kind::DeclarationRemoved),
        (&other_group, Kind::DeclarationRemoved),
        (&other_module, Kind::NameChanged),
    ] {
        let new = Client::of(config, BASE);
        let report = old.diff(&new);
        assert_eq!(report.verdict(), Some(Bump::Major), "{config}");
        let mut changes = report.changes().iter();
        assert!(changes.any(|change| change.kind == kind), "{report:#?}");
    }
}

#[test]
fn the_page_of_rules_has_the_table() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/semver/RULES.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with('|')).collect();
    let table = csdl_codegen::semver::table();
    assert_eq!(
        rows,
        table.lines().collect::<Vec<_>>(),
        "replace the table with what `cargo codegen diff --rules` prints"
    );
    assert_eq!(
        rows.len(),
        2 + RULES.len(),
        "a head, a rule, and a row a kind"
    );
}
