//! The changes in a row, for people and for programs.

use super::{Bump, Kind};
use crate::show::Untrusted;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use std::collections::HashMap;
use std::fmt;

/// How many places a line names before it only counts them.
const NAMED: usize = 3;

/// One change of one element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// The type or operation: its qualified name, an operation's behind that of what it is called
    /// on. Empty for what belongs to the service itself.
    pub owner: Untrusted,
    /// The property, member or parameter, if it is about one.
    pub member: Option<Untrusted>,
    /// Old and new value, or whatever else says more; may be empty.
    pub detail: Untrusted,
}

impl Change {
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

    /// What changes have in common that are told on one line; `None` if it is told alone. The
    /// names of elements that come or go are what the line is about.
    fn likeness(&self) -> Option<(Kind, Option<&str>, &str)> {
        let is_alike = self.member.is_some() || !self.detail.is_empty();
        let is_about_name = matches!(
            self.kind,
            Kind::OperationAdded | Kind::TypeAdded | Kind::TypeRemoved | Kind::OperationRemoved
        );
        let member = self.member.as_ref().map(Untrusted::raw);
        (is_alike && !is_about_name).then_some((self.kind, member, self.detail.raw()))
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rule = self.kind.rule();
        let mut change = serializer.serialize_struct("Change", 8)?;
        change.serialize_field("kind", rule.id)?;
        change.serialize_field("place", &self.place())?;
        change.serialize_field("change", rule.change)?;
        change.serialize_field("detail", &self.detail)?;
        change.serialize_field("effect", rule.effect)?;
        change.serialize_field("reason", rule.reason)?;
        change.serialize_field("bump", &rule.bump)?;
        change.serialize_field("breaking", &self.is_breaking())?;
        change.end()
    }
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The verdict, then one line a change, for the terminal.
    Text,
    /// The verdict, then a section a bump, breaking changes first, for pull requests.
    Markdown,
    /// The sections alone, one level deeper, for a changelog.
    Changelog,
}

impl Format {
    /// A text of a document in this format.
    fn show(self, text: &Untrusted) -> String {
        match self {
            Self::Text => text.terminal(),
            Self::Markdown | Self::Changelog => text.markdown(),
        }
    }
}

/// All changes between two models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The part of the version that the changes ask for together; `None` if there are none.
    verdict: Option<Bump>,
    /// Breaking changes first, then by kind and place.
    changes: Vec<Change>,
}

impl Report {
    pub(super) fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by(|a, b| b.bump().cmp(&a.bump()).then_with(|| a.cmp(b)));
        changes.dedup();
        let verdict = changes.iter().map(Change::bump).max();
        Self { verdict, changes }
    }

    /// The part of the version that the changes ask for together; `None` if there are none.
    pub fn verdict(&self) -> Option<Bump> {
        self.verdict
    }

    /// The changes: breaking ones first, then by kind and place.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Writes the report.
    pub fn display(&self, format: Format) -> Shown<'_> {
        Shown {
            report: self,
            format,
            versions: None,
        }
    }

    /// Changes of one bump, those that happened to several elements alike as one line.
    fn lines(&self, bump: Bump) -> Vec<Line<'_>> {
        let mut lines: Vec<Line<'_>> = Vec::new();
        let mut known = HashMap::new();
        for change in self.changes.iter().filter(|change| change.bump() == bump) {
            let new = lines.len();
            let at = match change.likeness() {
                Some(likeness) => *known.entry(likeness).or_insert(new),
                None => new,
            };
            if at == new {
                let places = Vec::new();
                lines.push(Line { change, places });
            }
            lines[at].places.push(change.place());
        }
        lines
    }
}

/// One change of one or more elements.
struct Line<'a> {
    change: &'a Change,
    places: Vec<Untrusted>,
}

impl Line<'_> {
    /// The places; the first one and how many more if there are many.
    fn places(&self, format: Format) -> String {
        let show = |place: &Untrusted| match place.is_empty() {
            // What is of no type and no operation, such as a cloud.
            true => "the client".to_owned(),
            false => format.show(place),
        };
        match self.places.as_slice() {
            [first, rest @ ..] if rest.len() >= NAMED => {
                format!("{} and {} more", show(first), rest.len())
            }
            places => places.iter().map(show).collect::<Vec<_>>().join(", "),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, format: Format) -> fmt::Result {
        let rule = self.change.kind.rule();
        let before = match (format, rule.bump) {
            (Format::Markdown | Format::Changelog, _) => "- ",
            (Format::Text, Bump::Major) => "breaking  ",
            (Format::Text, Bump::Minor) => "minor     ",
            (Format::Text, Bump::Patch) => "patch     ",
        };
        write!(f, "{before}{}: {}", self.places(format), rule.change)?;
        let detail = &self.change.detail;
        match format {
            _ if detail.is_empty() => {}
            Format::Text => write!(f, " [{}]", format.show(detail))?,
            Format::Markdown | Format::Changelog => write!(f, " {}", format.show(detail))?,
        }
        writeln!(f, " ({})", rule.effect)
    }
}

/// A report in a format. The verdict stands on the first line, where nothing cuts it off.
#[derive(Debug)]
pub struct Shown<'a> {
    report: &'a Report,
    format: Format,
    versions: Option<(String, String)>,
}

impl Shown<'_> {
    /// Says beside the verdict from which version to which it leads.
    #[must_use]
    pub fn versions(mut self, now: impl fmt::Display, next: impl fmt::Display) -> Self {
        self.versions = Some((now.to_string(), next.to_string()));
        self
    }

    fn verdict(&self, f: &mut fmt::Formatter<'_>, verdict: Bump) -> fmt::Result {
        match self.format {
            Format::Text => write!(f, "Verdict: {verdict}")?,
            Format::Markdown => write!(f, "Verdict: **{verdict}**")?,
            // It says which version is the next.
            Format::Changelog => return Ok(()),
        }
        if let Some((now, next)) = &self.versions {
            write!(f, " ({now} → {next})")?;
        }
        writeln!(f, "\n")
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(verdict) = self.report.verdict() else {
            return writeln!(f, "No changes of the API.");
        };
        self.verdict(f, verdict)?;
        let mut is_first = true;
        for bump in [Bump::Major, Bump::Minor, Bump::Patch] {
            let lines = self.report.lines(bump);
            if lines.is_empty() {
                continue;
            }
            let gap = if is_first { "" } else { "\n" };
            match self.format {
                Format::Text => {}
                Format::Markdown => writeln!(f, "{gap}### {}\n", heading(bump))?,
                Format::Changelog => writeln!(f, "{gap}#### {}\n", heading(bump))?,
            }
            for line in lines {
                line.write(f, self.format)?;
            }
            is_first = false;
        }
        Ok(())
    }
}

fn heading(bump: Bump) -> &'static str {
    match bump {
        Bump::Major => "Breaking changes",
        Bump::Minor => "Compatible changes",
        Bump::Patch => "Documentation and details",
    }
}
