//! Source texts and positions in them.
//!
//! Every node that the parser makes keeps a [`Span`]; lines and columns are computed only when a
//! diagnostic is shown.

pub mod file;
pub mod read;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Index of a [`Source`] in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u16);

/// A byte range in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text that the range is in.
    pub source: SourceId,
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
}

/// A one-based position as editors show it; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    /// One-based line.
    pub line: usize,
    /// One-based column in characters.
    pub column: usize,
}

/// A text and the name it is shown by.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
}

impl Source {
    fn new(path: PathBuf, text: String) -> Self {
        Self {
            path,
            text,
            line_starts: OnceLock::new(),
        }
    }

    /// Where lines begin; only diagnostics need it.
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| at + 1)).collect()
        })
    }

    /// The path that diagnostics name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as diagnostics quote it, which keeps every place: in a configuration, what may be a
    /// password or a signature in a URL is hidden.
    pub fn quoted(&self) -> Cow<'_, str> {
        match self.path.extension().is_some_and(|end| end == "toml") {
            true => with_secrets_hidden(&self.text),
            false => Cow::Borrowed(&self.text),
        }
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let offset = char_boundary(&self.text, offset);
        let line = self.line_starts().partition_point(|start| *start <= offset);
        let line_text = &self.text[self.line_starts()[line - 1]..offset];
        LineColumn {
            line,
            column: line_text.chars().count() + 1,
        }
    }

    /// The byte range of the one-based `line`, without its line break.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts()[line - 1];
        let end = self
            .line_starts()
            .get(line)
            .map_or(self.text.len(), |next| next - 1);
        start..end
    }
}

/// The text with asterisks for user names, passwords, queries and fragments of its URLs.
fn with_secrets_hidden(text: &str) -> Cow<'_, str> {
    const AUTHORITY: &str = "://";
    let mut hidden = Vec::new();
    for (at, _) in text.match_indices(AUTHORITY) {
        let start = at + AUTHORITY.len();
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
        let url = text[start..].split(ends).next().unwrap_or_default();
        // A password that is not escaped may have any character.
        let user = url.rfind('@').unwrap_or(0);
        hidden.push(start..start + user);
        if let Some(query) = url[user..].find(['?', '#']) {
            hidden.push(start + user + query + 1..start + url.len());
        }
    }
    if hidden.iter().all(|range| range.is_empty()) {
        return Cow::Borrowed(text);
    }
    let mut text = text.to_owned();
    for range in hidden {
        text.replace_range(range.clone(), &"*".repeat(range.len()));
    }
    Cow::Owned(text)
}

/// The offset, or the nearest one before it that does not cut a character.
pub(crate) fn char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// All texts of one run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text under the name that diagnostics use.
    ///
    /// # Panics
    ///
    /// When more than 65,535 texts are added.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> SourceId {
        let id = u16::try_from(self.files.len()).expect("fewer than 65,536 sources");
        self.files.push(Source::new(path.into(), text.into()));
        SourceId(id)
    }

    /// The text with this id.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[usize::from(id.0)]
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        let text = self.get(span.source).text();
        &text[span.start as usize..span.end as usize]
    }
}

/// A text value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'a> {
    /// The value, unescaped and without surrounding white space.
    pub value: Cow<'a, str>,
    /// Where the value stands in the source.
    pub span: Span,
}

impl Text<'_> {
    /// The value.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl std::fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_urls_of_a_configuration_are_hidden() {
        let mut sources = Sources::default();
        let text = "root = \"https://me:p/?@a.example/v1?a=b#c\" # 'http://b.example/'";
        let hidden = "root = \"https://******@a.example/v1?*****\" # 'http://b.example/'";
        for (path, quoted) in [("client.toml", hidden), ("a.csdl", text)] {
            let id = sources.add(path, text);
            assert_eq!(sources.get(id).quoted(), quoted);
        }
    }

    #[test]
    fn positions_count_characters_and_lines() {
        let mut sources = Sources::default();
        let id = sources.add("a.csdl", "ab\nçd\n");
        let source = sources.get(id);
        let at = |offset| {
            let place = source.line_column(offset);
            (place.line, place.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 3));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(5), (2, 2));
        assert_eq!(at(4), (2, 1), "inside a character counts as its start");
        assert_eq!(at(99), (3, 1));
        assert_eq!(&source.text()[source.line_range(2)], "çd");
    }
}
