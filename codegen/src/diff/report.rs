//! The changes in a row, for people and for programs.

use super::{Bump, Kind};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
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
    pub owner: String,
    /// The property, member or parameter, if it is about one.
    pub member: Option<String>,
    /// Old and new value, or whatever else says more; may be empty.
    pub detail: String,
}

impl Change {
    /// Owner and member with a slash between them.
    pub fn place(&self) -> String {
        match &self.member {
            Some(member) => format!("{}/{member}", self.owner),
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
    /// One line a change, for the terminal.
    Text,
    /// A section a bump, breaking changes first, for pull requests and changelogs.
    Markdown,
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
    pub fn display(&self, format: Format) -> impl fmt::Display + '_ {
        Shown {
            report: self,
            format,
        }
    }

    /// Changes of one bump, those that happened to several elements alike as one line.
    fn lines(&self, bump: Bump) -> Vec<Line<'_>> {
        let mut lines: Vec<Line<'_>> = Vec::new();
        for change in self.changes.iter().filter(|change| change.bump() == bump) {
            let same = lines.iter_mut().find(|line| line.takes(change));
            match same {
                Some(line) => line.places.push(change.place()),
                None => lines.push(Line {
                    change,
                    places: vec![change.place()],
                }),
            }
        }
        lines
    }
}

/// One change of one or more elements.
struct Line<'a> {
    change: &'a Change,
    places: Vec<String>,
}

impl Line<'_> {
    /// Whether the change is this one at another place. Elements that come or go are never
    /// counted together: their names are what the line is about.
    fn takes(&self, other: &Change) -> bool {
        let same = |change: &Change| (change.kind, change.member.clone(), change.detail.clone());
        let is_alike = self.change.member.is_some() || !self.change.detail.is_empty();
        let is_about_name = matches!(
            self.change.kind,
            Kind::OperationAdded | Kind::TypeAdded | Kind::TypeRemoved | Kind::OperationRemoved
        );
        is_alike && !is_about_name && same(self.change) == same(other)
    }

    /// The places, quoted; the first one and how many more if there are many.
    fn places(&self, quote: impl Fn(&str) -> String) -> String {
        let quote = |place: &str| match place {
            // What is of no type and no operation, such as a cloud.
            "" => "the client".to_owned(),
            place => quote(place),
        };
        match self.places.as_slice() {
            [first, rest @ ..] if rest.len() >= NAMED => {
                format!("{} and {} more", quote(first), rest.len())
            }
            places => {
                let names: Vec<_> = places.iter().map(|place| quote(place)).collect();
                names.join(", ")
            }
        }
    }
}

struct Shown<'a> {
    report: &'a Report,
    format: Format,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.report.is_empty() {
            return writeln!(f, "No changes of the API.");
        }
        for bump in [Bump::Major, Bump::Minor, Bump::Patch] {
            let lines = self.report.lines(bump);
            if lines.is_empty() {
                continue;
            }
            match self.format {
                Format::Text => lines.iter().try_for_each(|line| text(f, line))?,
                Format::Markdown => {
                    writeln!(f, "### {}\n", heading(bump))?;
                    lines.iter().try_for_each(|line| markdown(f, line))?;
                    writeln!(f)?;
                }
            }
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

fn text(f: &mut fmt::Formatter<'_>, line: &Line<'_>) -> fmt::Result {
    let rule = line.change.kind.rule();
    let word = match rule.bump {
        Bump::Major => "breaking",
        Bump::Minor => "minor   ",
        Bump::Patch => "patch   ",
    };
    let places = line.places(str::to_owned);
    write!(f, "{word}  {places}: {}", rule.change)?;
    if !line.change.detail.is_empty() {
        write!(f, " [{}]", line.change.detail)?;
    }
    writeln!(f, " ({})", rule.effect)
}

fn markdown(f: &mut fmt::Formatter<'_>, line: &Line<'_>) -> fmt::Result {
    let rule = line.change.kind.rule();
    write!(f, "- {}: {}", line.places(code), rule.change)?;
    if !line.change.detail.is_empty() {
        write!(f, " {}", code(&line.change.detail))?;
    }
    writeln!(f, " ({})", rule.effect)
}

/// A code span, with a fence that the text does not have (CommonMark 0.31, section 6.1).
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
