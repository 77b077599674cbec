//! Problems in the input, collected while the stages run and shown in the manner of rustc.

mod code;
mod render;

pub use code::Code;

use crate::source::Span;

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
            message,
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
            label: label.into(),
        });
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some(Box::new(Place {
            span,
            label: label.into(),
        }));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a hint that names the nearest of `known` names, if one is near.
    #[must_use]
    pub fn suggest<'a>(self, found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(found, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// The problems of a run in the order they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
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
        self.iter()
            .filter(|d| d.severity == Severity::Error)
            .count()
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
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            items: vec![diagnostic],
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

/// The name closest to `found`, if at most a third of its characters differ; else the shortest
/// that goes on where it ends.
pub(crate) fn nearest<'a>(
    found: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = found.chars().count().div_ceil(3);
    let known: Vec<_> = known.into_iter().collect();
    let near = known
        .iter()
        .map(|name| (edit_distance(found, name, limit), *name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name);
    let longer = known.iter().filter(|name| name.starts_with(found));
    near.or_else(|| {
        let longer = longer.filter(|_| found.len() >= SHORTEST_PREFIX);
        longer.min_by_key(|name| (name.len(), **name)).copied()
    })
}

/// Fewer letters are the beginning of too many names.
const SHORTEST_PREFIX: usize = 4;

/// Levenshtein distance without regard to case; `limit + 1` stands for anything larger.
fn edit_distance(left: &str, right: &str, limit: usize) -> usize {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    if left.len().abs_diff(right.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substitute = diagonal + usize::from(l != r);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_is_near_and_the_same_in_any_order() {
        let known = ["serviceActivity", "serviceHealth", "entity"];
        assert_eq!(nearest("serviceActivty", known), Some("serviceActivity"));
        assert_eq!(nearest("ServiceActivity", known), Some("serviceActivity"));
        assert_eq!(nearest("zzz", known), None);
        let longer = ["DateTimeOffset", "DateTimeOffsets"];
        assert_eq!(nearest("DateTime", longer), Some("DateTimeOffset"));
        assert_eq!(nearest("ser", known), None);
        assert_eq!(nearest("ab", ["aa", "bb"]), nearest("ab", ["bb", "aa"]));
    }
}
