//! Which changes are told on one line: those that follow from another with it, equal ones together.

use super::{Cause, Change, Report};
use crate::semver::{Bump, Kind};
use std::collections::HashMap;

/// Details of so many elements are told one by one; of more, only which elements they are.
const TOLD: usize = 3;

/// One or more changes that are told together.
pub(super) struct Line<'a> {
    pub subject: Subject,
    /// The changes; at least one.
    pub changes: Vec<&'a Change>,
    /// What follows from them.
    pub consequences: Vec<&'a Change>,
}

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// The same change, at one or more places.
    Places,
    /// Several members of one owner.
    Members,
    /// Several elements of one kind, each with nothing but its name to tell.
    Elements,
}

/// What changes have in common that are on one line.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    kind: Kind,
    said: &'static str,
    is_deprecated: bool,
    /// Owner, member, type and detail, as far as they are the same for all.
    texts: [Option<&'a str>; 4],
}

/// What is said of several elements that came or went.
pub(super) fn several(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::EntryPointRemoved => "entity sets and singletons removed",
        Kind::EntryPointAdded => "entity sets and singletons added",
        Kind::ImportRemoved => "imports removed",
        Kind::ImportAdded => "imports added",
        Kind::TypeRemoved => "types removed",
        Kind::TypeAdded => "types added",
        Kind::MemberRemoved => "members removed",
        Kind::MemberAdded => "members added",
        Kind::PropertyRemoved => "properties removed",
        Kind::PropertyAdded => "properties added",
        Kind::StreamRemoved => "stream properties removed",
        Kind::StreamAdded => "stream properties added",
        Kind::NavigationRemoved => "navigation properties removed",
        Kind::NavigationAdded => "navigation properties added",
        Kind::OperationRemoved => "operations removed",
        Kind::OperationAdded => "operations added",
        Kind::ParameterRemoved => "parameters removed",
        Kind::RequiredParameterAdded => "required parameters added",
        Kind::OptionalParameterAdded => "optional parameters added",
        _ => return None,
    })
}

impl Report {
    /// Changes of one bump that follow from no other, in lines.
    pub(super) fn lines(&self, bump: Bump) -> Vec<Line<'_>> {
        let mut consequences: HashMap<&Cause, Vec<&Change>> = HashMap::new();
        for change in &self.changes {
            if let Some(cause) = &change.because {
                consequences.entry(cause).or_default().push(change);
            }
        }
        let own = self
            .changes
            .iter()
            .filter(|change| change.because.is_none());
        let changes: Vec<_> = own.filter(|change| change.bump() == bump).collect();
        let mut lines = Vec::new();
        for group in groups(&changes, by_owner) {
            match group.as_slice() {
                [_] => lines.push((Subject::Places, group)),
                [first, ..] if first.member.is_none() => lines.push((Subject::Elements, group)),
                _ => lines.push((Subject::Members, group)),
            }
        }
        let lines = merged(lines, bump).into_iter();
        let lines = lines.map(|(subject, changes)| {
            let causes = changes.iter().map(|change| change.as_cause());
            let follow = causes.flat_map(|cause| consequences.remove(&cause).unwrap_or_default());
            let consequences = follow.collect();
            Line {
                subject,
                changes,
                consequences,
            }
        });
        lines.collect()
    }
}

type Group<'a> = Vec<&'a Change>;

/// Changes with the same key, in the order of the first of each.
fn groups<'a>(changes: &[&'a Change], key: impl Fn(&'a Change) -> Key<'a>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known = HashMap::new();
    for change in changes {
        let index = *known.entry(key(change)).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

/// Those that came to one owner or went from it; every other change is a group of its own.
fn by_owner(change: &Change) -> Key<'_> {
    let mut key = whole(change);
    if several(change.kind).is_some() {
        key.texts = match change.member {
            Some(_) => [Some(change.owner.raw()), None, None, None],
            None => [None; 4],
        };
    }
    key
}

fn whole(change: &Change) -> Key<'_> {
    let member = change.member.as_ref().map(|member| member.raw());
    let (owner, declared) = (Some(change.owner.raw()), Some(change.declared.raw()));
    Key {
        kind: change.kind,
        said: change.said,
        is_deprecated: change.is_deprecated,
        texts: [owner, member, declared, Some(change.detail.raw())],
    }
}

/// Single changes that happened at several places alike are put on one line; so are those of details,
/// if there are many.
fn merged<'a>(lines: Vec<(Subject, Group<'a>)>, bump: Bump) -> Vec<(Subject, Group<'a>)> {
    let singles = lines.iter().filter(|(_, group)| group.len() == 1);
    let singles: Vec<_> = singles.map(|(_, group)| group[0]).collect();
    let kinds = groups(&singles, |change| Key {
        texts: [None; 4],
        ..whole(change)
    });
    let mut merged = Vec::new();
    for group in kinds {
        if bump == Bump::Patch && group.len() > TOLD {
            merged.push((Subject::Elements, group));
            continue;
        }
        let alike = groups(&group, |change| {
            let mut key = whole(change);
            // Types and operations that came or went have nothing but their names.
            if change.member.is_some() || several(change.kind).is_none() {
                key.texts[0] = None;
            }
            key
        });
        merged.extend(alike.into_iter().map(|group| (Subject::Places, group)));
    }
    merged.extend(lines.into_iter().filter(|(_, group)| group.len() > 1));
    merged.sort_by(|(_, a), (_, b)| a[0].cmp(b[0]));
    merged
}
