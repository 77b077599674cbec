//! The changes in a row, for people and for programs.

mod against;
mod lines;
mod show;

pub(super) use against::Break;
pub use against::{Against, Use};
pub use show::{Extent, Format, Shown};

use against::against;

use super::{Bump, Kind};
use crate::program::Program;
use crate::show::Untrusted;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use std::collections::BTreeSet;

/// One change of one element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// The type or operation: its qualified name, or what a bound operation is called on. Empty for
    /// what belongs to the service itself.
    pub owner: Untrusted,
    /// The property, member, bound operation or parameter, if it is about one.
    pub member: Option<Untrusted>,
    /// The type of what came or went, as declared; may be empty.
    pub declared: Untrusted,
    /// Old and new value, or whatever else says more; may be empty.
    pub detail: Untrusted,
    /// What happened, in words: those of the table, or which of the cases of its row it is.
    pub said: &'static str,
    /// Whether what is new is deprecated already.
    pub is_deprecated: bool,
    /// The change that it follows from, if it is no change of its own.
    pub because: Option<Cause>,
}

/// A change that others follow from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// What happened.
    pub kind: Kind,
    /// Where.
    pub place: Untrusted,
}

impl Change {
    /// A change in the words of the table.
    pub(super) fn new(
        kind: Kind,
        owner: impl ToString,
        member: Option<&str>,
        detail: impl Into<Untrusted>,
    ) -> Self {
        Self {
            kind,
            owner: owner.to_string().into(),
            member: member.map(Untrusted::from),
            declared: Untrusted::default(),
            detail: detail.into(),
            said: kind.rule().change,
            is_deprecated: false,
            because: None,
        }
    }

    /// Owner and member with a slash between them.
    pub fn place(&self) -> Untrusted {
        match &self.member {
            Some(member) => format!("{}/{}", self.owner.raw(), member.raw()).into(),
            None => self.owner.clone(),
        }
    }

    /// The part of the version that it asks for.
    pub fn bump(&self) -> Bump {
        self.kind.rule().bump
    }

    /// Whether code that compiled may no longer do so.
    pub fn is_breaking(&self) -> bool {
        self.bump() == Bump::Major
    }

    /// The change as one that others follow from.
    pub(super) fn as_cause(&self) -> Cause {
        Cause {
            kind: self.kind,
            place: self.place(),
        }
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rule = self.kind.rule();
        let because = self.because.as_ref().map(|cause| &cause.place);
        let mut change = serializer.serialize_struct("Change", 11)?;
        change.serialize_field("kind", rule.id)?;
        change.serialize_field("place", &self.place())?;
        change.serialize_field("change", self.said)?;
        change.serialize_field("type", &self.declared)?;
        change.serialize_field("detail", &self.detail)?;
        change.serialize_field("effect", rule.effect)?;
        change.serialize_field("reason", rule.reason)?;
        change.serialize_field("bump", &rule.bump)?;
        change.serialize_field("breaking", &self.is_breaking())?;
        change.serialize_field("deprecated", &self.is_deprecated)?;
        change.serialize_field("because", &because)?;
        change.end()
    }
}

/// How large a client is, and how many of its public items only it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Types of its model.
    pub types: usize,
    /// Functions and actions of its model.
    pub operations: usize,
    /// Public items: types, fields, constants, variants, methods, arguments.
    pub items: usize,
    /// Those that the other client does not have.
    pub only_here: usize,
}

/// Both clients of a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// The client as it was.
    pub old: Measure,
    /// The client as it is.
    pub new: Measure,
}

/// All changes between two models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The part of the version that the changes ask for together; `None` if there are none.
    verdict: Option<Bump>,
    /// How large both clients are.
    size: Sizes,
    /// Paths that the client was to serve and that the service removed.
    removed_paths: Vec<Untrusted>,
    /// Breaking changes first, then by kind and place.
    changes: Vec<Change>,
    /// The public items that break.
    #[serde(skip)]
    breaks: BTreeSet<Break>,
}

impl Report {
    pub(super) fn new(mut changes: Vec<Change>, size: Sizes) -> Self {
        changes.sort_by(|a, b| b.bump().cmp(&a.bump()).then_with(|| a.cmp(b)));
        changes.dedup();
        let verdict = changes.iter().map(Change::bump).max();
        Self {
            verdict,
            size,
            removed_paths: Vec::new(),
            changes,
            breaks: BTreeSet::new(),
        }
    }

    pub(super) fn with_breaks(self, breaks: BTreeSet<Break>) -> Self {
        Self { breaks, ..self }
    }

    /// What of it a program would notice: what breaks and the program has the names of. Rather too much
    /// than too little, since what a name means is not known.
    pub fn against(&self, program: &Program) -> Against {
        against(&self.breaks, program)
    }

    /// The part of the version that the changes ask for together; `None` if there are none.
    pub fn verdict(&self) -> Option<Bump> {
        self.verdict
    }

    /// The same with the paths that the service removed: what is gone with them is among the changes.
    #[must_use]
    pub fn with_removed_paths(mut self, paths: impl IntoIterator<Item = String>) -> Self {
        self.removed_paths
            .extend(paths.into_iter().map(Untrusted::from));
        if !self.removed_paths.is_empty() {
            self.verdict = Some(Bump::Major);
        }
        self
    }

    /// How large both clients are.
    pub fn sizes(&self) -> &Sizes {
        &self.size
    }

    /// The changes: breaking ones first, then by kind and place.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.verdict.is_none()
    }

    /// Writes the report, an overview of it unless more is asked for.
    pub fn display(&self, format: Format) -> Shown<'_> {
        Shown::new(self, format)
    }
}
