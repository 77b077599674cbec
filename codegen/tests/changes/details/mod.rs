//! What reports say word for word: all changes of small edits, each with its place and detail.

mod annotations;
mod emitted;
mod members;
mod names;
mod operations;
mod requests;
mod types;
mod values;
mod written;

use crate::edits::{BASE, CONFIG, replaced};
use crate::{Client, client_of};
use csdl_codegen::semver::{self, Change, Kind, Report};

/// A document with one schema, `demo`.
fn schema(declarations: &str) -> String {
    schemas(&[("demo", declarations)])
}

/// A document with these namespaces and their declarations.
fn schemas(namespaces: &[(&str, &str)]) -> String {
    let schemas = namespaces.iter().map(|(namespace, declarations)| {
        format!(
            r#"<Schema Namespace="{namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">{declarations}</Schema>"#
        )
    });
    let schemas = schemas.collect::<String>();
    format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>{schemas}</edmx:DataServices></edmx:Edmx>"#
    )
}

/// The clients of two documents.
fn clients(old: &str, new: &str) -> (Client, Client) {
    let of_base = |table: &str| CONFIG.find(table).expect("a table of the base");
    let config = &CONFIG[..of_base("[[metadata.trust")];
    (Client::of(config, old), Client::of(config, new))
}

/// What the clients of two documents show to be different.
fn shown(old: &str, new: &str) -> Vec<String> {
    let (old, new) = clients(old, new);
    lines(&old.diff(&new))
}

/// What two documents declare differently, without the clients that are made of them.
fn declared(old: &str, new: &str) -> Vec<String> {
    let (old, new) = clients(old, new);
    texts(&semver::declared(
        &old.generated.model,
        &new.generated.model,
    ))
}

/// What an edit of the base changes for the users of the client.
fn emitted(edit: &[(&'static str, &'static str)]) -> Vec<String> {
    let (old, new) = (client_of(BASE), client_of(&replaced(edit)));
    lines(&old.diff(&new))
}

/// `bump place: kind [detail]` of each change.
fn lines(report: &Report) -> Vec<String> {
    texts(report.changes())
}

fn texts(changes: &[Change]) -> Vec<String> {
    let lines = changes.iter().map(|change| {
        let (bump, place, id) = (change.bump(), change.place(), change.kind.rule().id);
        let place = place.raw();
        // Of what does not show as it was declared, what that was.
        let unseen = matches!(change.kind, Kind::NothingEmitted | Kind::DeclarationAdded);
        let said = Some(change.said).filter(|said| unseen && *said != change.kind.rule().change);
        let detail = Some(change.detail.raw()).filter(|detail| !detail.is_empty());
        let detail: Vec<_> = said.into_iter().chain(detail).collect();
        match detail.as_slice() {
            [] => format!("{bump} {place}: {id}"),
            detail => format!("{bump} {place}: {id} [{}]", detail.join(": ")),
        }
    });
    lines.collect()
}

#[track_caller]
fn assert_changes(found: &[String], expected: &[&str]) {
    assert_eq!(found, expected, "{found:#?}");
}
