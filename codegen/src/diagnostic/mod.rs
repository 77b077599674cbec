//! Problems in the input, collected while the stages run and shown in the manner of rustc.

mod code;
mod explain;
mod nearest;
mod read;
mod render;

pub use code::Code;
pub(crate) use nearest::nearest;

use crate::source::{Span, char_boundary};
use std::collections::BTreeSet;
use std::fmt::Display;

/// Whether a problem stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The run fails.
    Error,
    /// The run goes on; `--strict` may turn it into an error.
    Warning,
}

/// One problem: what happened, where, what was expected, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the run fails.
    pub severity: Severity,
    /// The kind of problem.
    pub code: Code,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// Where, and what the place shows.
    pub place: Option<Place>,
    /// A second place that explains the first, such as an earlier declaration.
    pub related: Option<Box<Place>>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A span with the words shown beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The range to underline.
    pub span: Span,
    /// What stands there or was expected there; may be empty.
    pub label: String,
}

impl Diagnostic {
    /// A problem that fails the run.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A problem that the run survives.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self {
            severity,
            code,
            message: shortened(message),
            place: None,
            related: None,
            help: None,
        }
    }

    /// Says where, with the words to show there.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.place = Some(Place {
            span,
            label: shortened(label.into()),
        });
        self
    }

    /// The same if the place is known.
    #[must_use]
    pub fn at_known(self, span: Option<Span>, label: impl Into<String>) -> Self {
        match span {
            Some(span) => self.at(span, label),
            None => self,
        }
    }

    /// Points at a second place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some(Box::new(Place {
            span,
            label: shortened(label.into()),
        }));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shortened(help.into()));
        self
    }

    /// Asks whether another name was meant, if one is known.
    #[must_use]
    pub fn did_you_mean(self, name: Option<impl Display>) -> Self {
        match name {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Adds a hint that names the nearest of `known` names, if one is near.
    #[must_use]
    pub fn suggest<'a>(self, found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.did_you_mean(nearest(found, known))
    }
}

/// More problems than this are counted only: a hostile document can have millions of them.
const KEPT: usize = 500;

/// Further problems come without the nearest name, which takes long to find among many.
const HINTED: usize = 30;

/// Longer texts are cut; a document can hold texts of any length.
const TEXT_BYTES: usize = 600;

/// The text, or the beginning of it.
fn shortened(mut text: String) -> String {
    if text.len() > TEXT_BYTES {
        text.truncate(char_boundary(&text, TEXT_BYTES));
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// The problems of a run in the order they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    /// Errors and warnings that were counted only.
    omitted: (usize, usize),
}

impl Diagnostics {
    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let (errors, warnings) = &mut self.omitted;
        match diagnostic.severity {
            _ if self.items.len() < KEPT => self.items.push(diagnostic),
            Severity::Error => *errors += 1,
            Severity::Warning => *warnings += 1,
        }
    }

    /// Adds problems that were found elsewhere.
    pub fn append(&mut self, other: Self) {
        let (errors, warnings) = other.omitted;
        other.items.into_iter().for_each(|item| self.push(item));
        self.omitted.0 += errors;
        self.omitted.1 += warnings;
    }

    /// The errors, and the warnings that say something else than those that are known.
    #[must_use]
    pub fn beside(self, known: &Self) -> Self {
        let said = |it: &Diagnostic| (it.code, it.message.clone());
        let known: BTreeSet<_> = known.iter().map(said).collect();
        self.retained(|it| it.severity == Severity::Error || !known.contains(&said(it)))
    }

    /// The problems that are to be kept. Those that were counted only are, too.
    pub(crate) fn retained(mut self, is_kept: impl Fn(&Diagnostic) -> bool) -> Self {
        self.items.retain(is_kept);
        self
    }

    /// How many problems were found beyond those that [`Self::iter`] gives.
    pub fn omitted(&self) -> usize {
        self.omitted.0 + self.omitted.1
    }

    /// What is found for a hint; nothing is looked for any more when there are many problems.
    pub(crate) fn hint<T>(&self, look: impl FnOnce() -> Option<T>) -> Option<T> {
        match self.items.len() < HINTED {
            true => look(),
            false => None,
        }
    }

    /// Adds a problem with a hint that names the nearest of `known` names, if one is near.
    pub(crate) fn suggest_with<N: AsRef<str> + Display, K: IntoIterator<Item = N>>(
        &mut self,
        problem: Diagnostic,
        found: &str,
        known: impl FnOnce() -> K,
    ) {
        let near = self.hint(|| nearest(found, known()));
        self.push(problem.did_you_mean(near));
    }

    /// The problems in the order they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.items.iter()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many problems fail the run.
    pub fn error_count(&self) -> usize {
        let kept = self.iter().filter(|d| d.severity == Severity::Error);
        kept.count() + self.omitted.0
    }

    /// Whether any problem fails the run.
    pub fn has_errors(&self) -> bool {
        self.error_count() > 0
    }

    /// Turns every warning into an error.
    pub fn make_strict(&mut self) {
        for diagnostic in &mut self.items {
            diagnostic.severity = Severity::Error;
        }
        self.omitted = (self.omitted(), 0);
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            items: vec![diagnostic],
            omitted: (0, 0),
        }
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_beyond_measure_are_counted() {
        let mut diagnostics = Diagnostics::default();
        for _ in 0..KEPT {
            diagnostics.push(Diagnostic::warning(Code::InvalidValue, "odd"));
        }
        diagnostics.push(Diagnostic::warning(Code::InvalidValue, "odd"));
        assert!(!diagnostics.has_errors());
        diagnostics.push(Diagnostic::error(Code::InvalidValue, "wrong"));
        assert_eq!(diagnostics.iter().len(), KEPT);
        assert_eq!((diagnostics.omitted(), diagnostics.error_count()), (2, 1));
        let mut all = Diagnostics::default();
        all.append(diagnostics.clone());
        assert_eq!(all, diagnostics);
        all.make_strict();
        assert_eq!(all.error_count(), KEPT + 2);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "é".repeat(TEXT_BYTES);
        let diagnostic = Diagnostic::error(Code::InvalidValue, format!("a{long}")).help(long);
        assert_eq!(diagnostic.message.len(), TEXT_BYTES - 1 + "…".len());
        assert_eq!(
            diagnostic.help.map(|help| help.len()),
            Some(TEXT_BYTES + "…".len())
        );
    }
}
