//! A report as people read it: the verdict, what breaks, what is new, and the rest on request.

use super::lines::{Line, Subject, several};
use super::{Change, Measure, Report};
use crate::semver::{Bump, Kind};
use crate::show::Untrusted;
use std::collections::BTreeSet;
use std::fmt;

/// How many characters of a line name elements in an overview.
const NAMED: usize = 120;
/// How many lines of compatible changes an overview has.
const LINES: usize = 25;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For the terminal.
    Text,
    /// For pull requests: what an overview leaves out is folded.
    Markdown,
    /// As Markdown, without the verdict and one level deeper, for a changelog.
    Changelog,
}

/// How much of a report is written where nothing can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What is read in a few minutes, and how much more there is.
    Overview,
    /// Every change.
    All,
}

impl Format {
    /// A text of a document in this format.
    pub(super) fn show(self, text: &Untrusted) -> String {
        match self {
            Self::Text => text.terminal(),
            Self::Markdown | Self::Changelog => text.markdown(),
        }
    }

    pub(super) fn place(self, place: &Untrusted) -> String {
        match place.is_empty() {
            // What is of no type and no operation, such as a cloud.
            true => "the client".to_owned(),
            false => self.show(place),
        }
    }

    /// The name of a member and its type, or what else tells it from others of its kind.
    fn item(self, change: &Change) -> String {
        let name = change.member.as_ref().unwrap_or(&change.owner);
        let kind_of_type = matches!(change.kind, Kind::TypeAdded | Kind::TypeRemoved);
        let text = match (change.declared.is_empty(), change.detail.is_empty()) {
            (false, _) => format!("{}: {}", name.raw(), change.declared.raw()),
            // The signature of an operation goes on behind its name.
            (true, false) if change.kind == Kind::OperationAdded => {
                format!("{}{}", name.raw(), change.detail.raw())
            }
            _ if kind_of_type || change.member.is_some() => name.raw().to_owned(),
            _ => change.place().raw().to_owned(),
        };
        self.show(&text.into())
    }
}

/// A report in a format. The verdict stands on the first line, where nothing cuts it off.
#[derive(Debug)]
pub struct Shown<'a> {
    report: &'a Report,
    format: Format,
    extent: Extent,
    versions: Option<(String, String)>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(report: &'a Report, format: Format) -> Self {
        Self {
            report,
            format,
            extent: Extent::Overview,
            versions: None,
        }
    }

    /// Says beside the verdict from which version to which it leads.
    #[must_use]
    pub fn versions(mut self, now: impl fmt::Display, next: impl fmt::Display) -> Self {
        self.versions = Some((now.to_string(), next.to_string()));
        self
    }

    /// How much a report for the terminal says. In Markdown, all is there, folded.
    #[must_use]
    pub fn extent(mut self, extent: Extent) -> Self {
        self.extent = extent;
        self
    }

    fn head(&self, f: &mut fmt::Formatter<'_>, verdict: Bump) -> fmt::Result {
        match self.format {
            Format::Text => write!(f, "Verdict: {verdict}")?,
            Format::Markdown => write!(f, "Verdict: **{verdict}**")?,
            // It says which version is the next.
            Format::Changelog => return Ok(()),
        }
        if let Some((now, next)) = &self.versions {
            write!(f, " ({now} → {next})")?;
        }
        let gap = if self.format == Format::Markdown {
            "\n"
        } else {
            ""
        };
        writeln!(f, "\n{gap}{}", self.counts())?;
        writeln!(f, "{gap}{}\n", self.sizes())
    }

    /// How many changes there are.
    fn counts(&self) -> String {
        let count = |bump| {
            let changes = self.report.changes.iter();
            changes.filter(|change| change.bump() == bump).count()
        };
        let breaking = count(Bump::Major) + self.report.removed_paths.len();
        let compatible = count(Bump::Minor);
        let details = count(Bump::Patch);
        format!(
            "Changes: {breaking} breaking, {compatible} compatible, {details} of documentation and \
             details"
        )
    }

    /// What the changes do to the client's size.
    fn sizes(&self) -> String {
        let (old, new) = (&self.report.size.old, &self.report.size.new);
        let both = |of: fn(&Measure) -> usize| match (of(old), of(new)) {
            (was, is) if was == is => is.to_string(),
            (was, is) => format!("{was} → {is}"),
        };
        let (types, operations) = (both(|m| m.types), both(|m| m.operations));
        let items = both(|m| m.items);
        let (came, went) = (new.only_here, old.only_here);
        format!(
            "Client: types {types}, operations {operations}, public items {items} ({came} new, {went} gone)"
        )
    }

    fn heading(&self, f: &mut fmt::Formatter<'_>, title: &str) -> fmt::Result {
        match self.format {
            Format::Text => writeln!(f, "{title}"),
            Format::Markdown => writeln!(f, "### {title}\n"),
            Format::Changelog => writeln!(f, "#### {title}\n"),
        }
    }

    fn bullet(&self) -> &'static str {
        match self.format {
            Format::Text => "  ",
            Format::Markdown | Format::Changelog => "- ",
        }
    }

    /// Writes the changes of a bump; whether that is all that there is to say of them.
    fn section(&self, f: &mut fmt::Formatter<'_>, bump: Bump) -> Result<bool, fmt::Error> {
        if bump == Bump::Major {
            for path in &self.report.removed_paths {
                let path = self.format.show(path);
                writeln!(f, "{}{path}: path removed by the service", self.bullet())?;
            }
        }
        let lines = self.report.lines(bump);
        let is_cut = self.is_overview() && bump != Bump::Major && lines.len() > LINES;
        let shown = if is_cut { LINES } else { lines.len() };
        let mut is_all = true;
        for line in &lines[..shown] {
            is_all &= self.line(f, line)?;
        }
        let more = lines.len() - shown;
        if more > 0 {
            writeln!(f, "  … and {more} more lines")?;
        }
        Ok(is_all && more == 0)
    }

    /// Whether what is not said here is said nowhere.
    fn is_overview(&self) -> bool {
        self.format == Format::Text && self.extent == Extent::Overview
    }

    /// Writes a line; whether that is all that there is to say of its changes.
    fn line(&self, f: &mut fmt::Formatter<'_>, line: &Line<'_>) -> Result<bool, fmt::Error> {
        let bullet = self.bullet();
        let first = line.changes[0];
        let deprecated = note(first);
        let count = line.changes.len();
        let mut left_out = Vec::new();
        let text = match line.subject {
            Subject::Places => {
                let places = line.changes.iter().map(|c| self.format.place(&c.place()));
                let (places, all) = cut(places.collect());
                if !all {
                    left_out.clone_from(&line.changes);
                }
                format!("{places}: {}{deprecated}{}", first.said, self.tail(first))
            }
            Subject::Members | Subject::Elements => {
                let said = several(first.kind).map_or_else(
                    || format!("{}, at {count} places", first.said),
                    |said| format!("{count} {said}{deprecated}"),
                );
                let items = line.changes.iter().map(|change| match line.subject {
                    Subject::Elements => self.format.place(&change.place()),
                    _ => self.format.item(change),
                });
                let (items, all) = cut(items.collect());
                let is_detailed = line.changes.iter().any(|c| !c.detail.is_empty());
                if !all || (line.subject == Subject::Elements && is_detailed) {
                    left_out.clone_from(&line.changes);
                }
                match line.subject {
                    Subject::Members => {
                        let owner = match first.owner.is_empty() {
                            true => "the service".to_owned(),
                            false => self.format.show(&first.owner),
                        };
                        format!("{owner}: {said} ({items})")
                    }
                    _ => format!("{said} ({items})"),
                }
            }
        };
        let follow = consequences(&line.consequences);
        writeln!(f, "{bullet}{text}{follow}")?;
        left_out.extend(&line.consequences);
        self.folded(f, &left_out)?;
        Ok(left_out.is_empty() || !self.is_overview())
    }

    /// The type or detail of a change.
    fn tail(&self, change: &Change) -> String {
        let texts = [&change.declared, &change.detail].into_iter();
        let texts = texts.filter(|text| !text.is_empty());
        texts
            .map(|text| format!(": {}", self.format.show(text)))
            .collect()
    }

    /// Changes that the line above does not tell one by one.
    fn folded(&self, f: &mut fmt::Formatter<'_>, changes: &[&Change]) -> fmt::Result {
        if changes.is_empty() || self.is_overview() {
            return Ok(());
        }
        let is_text = self.format == Format::Text;
        if !is_text {
            let count = changes.len();
            let noun = if count == 1 { "change" } else { "changes" };
            writeln!(f, "  <details><summary>{count} {noun}</summary>\n")?;
        }
        let bullet = if is_text { "    " } else { "  - " };
        for change in changes {
            let place = self.format.place(&change.place());
            let deprecated = note(change);
            let tail = self.tail(change);
            writeln!(f, "{bullet}{place}: {}{deprecated}{tail}", change.said)?;
        }
        if !is_text {
            writeln!(f, "\n  </details>")?;
        }
        Ok(())
    }

    /// What the kinds of change mean to who uses the client.
    fn legend(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = self.report.changes.iter();
        let changes = changes.filter(|change| change.bump() > Bump::Patch);
        let kinds: BTreeSet<_> = changes.map(|change| change.kind).collect();
        if kinds.is_empty() {
            return Ok(());
        }
        writeln!(f)?;
        let title = "What it means for code";
        match self.format {
            Format::Text => writeln!(f, "{title}")?,
            _ => writeln!(f, "<details><summary>{title}</summary>\n")?,
        }
        let bullet = if self.format == Format::Text {
            "  "
        } else {
            "- "
        };
        for kind in kinds {
            let rule = kind.rule();
            // They are read as code is.
            writeln!(f, "{bullet}{}: {}", rule.change, rule.effect)?;
        }
        match self.format {
            Format::Text => Ok(()),
            _ => writeln!(f, "\n</details>"),
        }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(verdict) = self.report.verdict() else {
            return writeln!(f, "No changes of the API.");
        };
        self.head(f, verdict)?;
        let (mut is_first, mut is_all) = (true, true);
        for bump in [Bump::Major, Bump::Minor, Bump::Patch] {
            let changes = self.report.changes.iter();
            let mut own = changes.filter(|change| change.because.is_none());
            let has_paths = bump == Bump::Major && !self.report.removed_paths.is_empty();
            if !has_paths && !own.any(|change| change.bump() == bump) {
                continue;
            }
            if !std::mem::take(&mut is_first) {
                writeln!(f)?;
            }
            self.heading(f, title(bump))?;
            is_all &= self.section(f, bump)?;
        }
        self.legend(f)?;
        match is_all {
            true => Ok(()),
            false => writeln!(f, "\nEach change by itself: `--all`."),
        }
    }
}

fn title(bump: Bump) -> &'static str {
    match bump {
        Bump::Major => "Breaking changes",
        Bump::Minor => "Compatible changes",
        Bump::Patch => "Documentation and details",
    }
}

/// What else there is to know of a change.
fn note(change: &Change) -> &'static str {
    match change.kind {
        Kind::NothingEmitted => ", which the client does not show",
        _ if change.is_deprecated => ", deprecated already",
        _ => "",
    }
}

/// Names in a row, as many as fit, and whether that is all of them.
fn cut(names: Vec<String>) -> (String, bool) {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        let length = text.chars().count() + name.chars().count();
        if index > 0 && length > NAMED {
            return (format!("{text}, … {} more", names.len() - index), false);
        }
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(name);
    }
    (text, true)
}

/// What follows from the changes of a line, in a few words.
fn consequences(changes: &[&Change]) -> String {
    let count = |kind| changes.iter().filter(|change| change.kind == kind).count();
    let counts = [
        (count(Kind::TypeRemoved), "type removed", "types removed"),
        (count(Kind::TypeAdded), "type added", "types added"),
        (
            count(Kind::OperationRemoved),
            "operation removed",
            "operations removed",
        ),
        (
            count(Kind::OperationAdded),
            "operation added",
            "operations added",
        ),
    ];
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    let texts = counts.map(|(count, one, several)| {
        let noun = if *count == 1 { one } else { several };
        format!("{count} {noun}")
    });
    match texts.collect::<Vec<_>>().join(", ") {
        texts if texts.is_empty() && changes.is_empty() => String::new(),
        texts if texts.is_empty() => format!("; {} more changes follow from it", changes.len()),
        texts => format!("; {texts} with it"),
    }
}
