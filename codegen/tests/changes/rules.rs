//! Each row of the table of changes, made by an edit of a small service.

use crate::client_of;
use crate::edits::{BASE, EDITS, Edit};
use csdl_codegen::diff::{Bump, Kind, RULES, diff_clients};

#[test]
fn every_row_has_an_edit() {
    let rows: Vec<_> = RULES.iter().map(|rule| rule.kind).collect();
    let edits: Vec<_> = EDITS.iter().map(|edit| edit.kind).collect();
    assert_eq!(edits, rows);
}

/// The edit makes its kind of change, and no other that asks for more: the verdict is the row's.
#[test]
fn every_edit_makes_its_kind_of_change() {
    let mut wrong = Vec::new();
    for edit in EDITS {
        let (kinds, verdict) = changes(edit);
        let rule = edit.kind.rule();
        if !kinds.contains(&edit.kind) || verdict < Some(rule.bump) {
            wrong.push(format!("{}: {kinds:?}, {verdict:?}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which other changes an edit makes. One edit of the metadata may be two changes for users: an
/// operation that comes with a new type, say.
#[test]
fn edits_and_all_their_changes() {
    let lines = EDITS.iter().map(|edit| {
        let (kinds, verdict) = changes(edit);
        let others: Vec<_> = kinds.iter().filter(|kind| **kind != edit.kind).collect();
        let verdict = verdict.map_or_else(String::new, |verdict| verdict.to_string());
        format!("{}: {verdict} {others:?}", edit.kind.rule().id)
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn nothing_changes_without_an_edit() {
    let old = client_of(BASE);
    let report = diff_clients(&old.model, &old.model, &crate::config());
    assert!(report.is_empty());
    assert_eq!(report.verdict(), None);
}

fn changes(edit: &Edit) -> (Vec<Kind>, Option<Bump>) {
    let (old, new) = (client_of(&edit.before()), client_of(&edit.after()));
    let report = diff_clients(&old.model, &new.model, &crate::config());
    let kinds = report.changes().iter().map(|change| change.kind).collect();
    (kinds, report.verdict())
}
