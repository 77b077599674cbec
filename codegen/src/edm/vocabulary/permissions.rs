//! What a caller must have been granted: `Permissions` in the terms of the Capabilities vocabulary.

use super::is_tagged;
use super::term::Term;
use crate::edm::annotation::{Annotation, RecordValue, Value};

/// One of the ways in which a caller may be permitted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission<'a> {
    /// Name of the authorization scheme, such as `DelegatedWork`.
    pub scheme: &'a str,
    /// Scopes of which any one suffices, the least first.
    pub scopes: Vec<&'a str>,
    /// How many of the scopes are the least. All of them, if the metadata does not say.
    pub least: usize,
    /// Scopes that do not suffice alone, and those of which one is needed besides.
    pub also: Vec<(&'a str, Vec<&'a str>)>,
}

/// `Capabilities.OperationRestrictions/Permissions` of an operation.
pub fn permissions(annotations: &[Annotation]) -> Vec<Permission<'_>> {
    permissions_to(annotations, Term::OperationRestrictions)
}

/// `Permissions` in one of the terms of the Capabilities vocabulary, such as `ReadRestrictions`.
pub fn permissions_to(annotations: &[Annotation], term: Term) -> Vec<Permission<'_>> {
    let record = term.find(annotations).and_then(|it| it.value.as_ref());
    let record = record.and_then(Value::as_record);
    record.map(of_record).unwrap_or_default()
}

/// The same of one path: there may be an annotation of their own for them, with a qualifier, which goes
/// before what is said of the element at all.
pub fn permissions_at(annotations: &[Annotation], term: Term) -> Vec<Permission<'_>> {
    let mut found = records(annotations, term).map(of_record);
    found.find(|it| !it.is_empty()).unwrap_or_default()
}

/// `ReadRestrictions/ReadByKeyRestrictions/Permissions` of one path.
pub fn permissions_by_key(annotations: &[Annotation]) -> Vec<Permission<'_>> {
    let records = records(annotations, Term::ReadRestrictions);
    let by_key = records.filter_map(|record| record.value("ReadByKeyRestrictions")?.as_record());
    let mut found = by_key.map(of_record);
    found.find(|it| !it.is_empty()).unwrap_or_default()
}

/// The records of a term, those with a qualifier first.
fn records(annotations: &[Annotation], term: Term) -> impl Iterator<Item = &RecordValue> {
    let of_term = move |annotation: &&Annotation| term.is_of(annotation);
    let qualified = annotations.iter().filter(|it| it.qualifier.is_some());
    let plain = annotations.iter().filter(|it| it.qualifier.is_none());
    let all = qualified.chain(plain).filter(of_term);
    all.filter_map(|annotation| annotation.value.as_ref()?.as_record())
}

fn of_record(record: &RecordValue) -> Vec<Permission<'_>> {
    let permissions = record.records("Permissions");
    permissions.filter_map(permission).collect()
}

fn permission(record: &RecordValue) -> Option<Permission<'_>> {
    let scheme = record.text("SchemeName")?;
    let scopes = record.records("Scopes");
    let scopes = scopes.filter_map(|scope| Some((scope.text("Scope")?, scope)));
    let (least, others): (Vec<_>, Vec<_>) = scopes.partition(|(_, scope)| {
        let mark = Term::LeastPrivileged.find(&scope.annotations);
        is_tagged(mark) == Some(true)
    });
    let scopes = || least.iter().chain(&others);
    let also = scopes().map(|(name, scope)| (*name, also(scope)));
    Some(Permission {
        scheme,
        scopes: scopes().map(|(name, _)| *name).collect(),
        least: match least.len() {
            0 => others.len(),
            marked => marked,
        },
        also: also.filter(|(_, also)| !also.is_empty()).collect(),
    })
}

fn also(scope: &RecordValue) -> Vec<&str> {
    let value = Term::AlsoRequires.find(&scope.annotations);
    let value = value.and_then(|annotation| annotation.value.as_ref());
    let items = value.map_or(&[][..], Value::items).iter();
    items.filter_map(Value::as_text).collect()
}
