//! How texts of others are shown: those of documents, of servers, and the names of files.
//!
//! Such a text may try to draw on the terminal, to end its line and begin another, to be Markdown, or
//! to be a command of the system that runs a workflow. There is one function for each format, and all
//! that is shown goes through it.

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt::Write;

/// Most characters of a text in a report.
const REPORTED: usize = 400;

/// A text of a document. It can be compared, and it is shown in one of the formats; as it is, it never
/// gets into a report by accident.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted(String);

impl Untrusted {
    /// The text as it is, to compare it or to hand it to a program.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For terminals and logs: see [`inert`]; what is long has its middle left out.
    pub fn terminal(&self) -> String {
        inert(&bounded(&self.0))
    }

    /// For Markdown: a code span, in which nothing means anything (CommonMark 0.31, section 6.1).
    pub fn markdown(&self) -> String {
        let text = self.terminal();
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        // A fence does not touch other backticks; of nothing but spaces, none is taken away.
        let touches = text.starts_with('`') || text.ends_with('`');
        let stripped = text.starts_with(' ') && text.ends_with(' ') && !text.trim().is_empty();
        let pad = if touches || stripped { " " } else { "" };
        format!("{fence}{pad}{text}{pad}{fence}")
    }
}

impl<T: Into<String>> From<T> for Untrusted {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl Serialize for Untrusted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The text on one line, on which it draws nothing and commands nothing: characters that cannot be
/// seen are escapes (`\n`, `\u{1b}`), and so is what would make it a workflow command of GitHub or
/// Azure (`::error` at the beginning, `##[error]` and `##vso[` anywhere).
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.trim_start().starts_with("::") {
        let (space, rest) = text.split_at(text.len() - text.trim_start().len());
        out.push_str(&inert(space));
        out.push_str(r"\u{3a}");
        out.push_str(&inert_from(':', &rest[1..]));
        return out;
    }
    inert_from(' ', text)
}

/// The parts of a line of a document, for behind its number; tabs indent.
pub(crate) fn inert_line<const N: usize>(parts: [&str; N]) -> [String; N] {
    let mut before = ' ';
    parts.map(|part| {
        let shown = inert_from(before, &part.replace('\t', "    "));
        before = part.chars().next_back().unwrap_or(before);
        shown
    })
}

/// The text behind a character.
fn inert_from(mut before: char, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            c if is_invisible(c) || (c == '#' && before == '#') => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// XML that is shown and read again: what [`inert`] escapes, but for white space, as references.
pub(crate) fn xml(text: Cow<'_, str>) -> Cow<'_, str> {
    // Nearly all texts, of which there are many.
    let is_plain = |byte| matches!(byte, b' '..=b'~') && byte != b':' && byte != b'#';
    if text.bytes().all(is_plain) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let (mut before, mut begins) = (' ', true);
    for c in text.chars() {
        let is_command = (c == '#' && before == '#') || (c == ':' && begins);
        if is_command || (is_invisible(c) && !matches!(c, '\n' | '\r' | '\t')) {
            // Writing to a string cannot fail.
            let _ = write!(out, "&#x{:X};", u32::from(c));
        } else {
            out.push(c);
        }
        begins = matches!(c, '\n' | '\r') || (begins && c.is_whitespace());
        before = c;
    }
    out.into()
}

/// JSON that is shown: what [`inert`] escapes, and what there is in strings only, in JSON's own way.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let is_command = c == '#' && before == '#';
        before = c;
        if c == '\n' || !(is_invisible(c) || is_command) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// Whether a character is a control character, ends a line, or shows as nothing: Unicode's
/// `Default_Ignorable_Code_Point`, which holds those that change the direction of others.
pub(crate) fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    is_control(c)
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200d}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether a character is of no writing: it controls a terminal, ends a line, or changes the
/// direction of others.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// The text, or its beginning and its end: of what became of something, both count.
fn bounded(text: &str) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= REPORTED {
        return text.into();
    }
    let (head, tail) = (REPORTED * 2 / 3, REPORTED / 3);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line_and_draws_nothing() {
        let cases = [
            ("serviceActivity", "serviceActivity"),
            ("é 名前 👍", "é 名前 👍"),
            ("a\r\n\tb", r"a\r\n\tb"),
            ("\u{1b}[1m\u{9b}\u{7f}", r"\u{1b}[1m\u{9b}\u{7f}"),
            ("\u{202e}\u{2066}\u{200b}", r"\u{202e}\u{2066}\u{200b}"),
            ("a\u{2028}b\u{85}c", r"a\u{2028}b\u{85}c"),
            ("\u{feff}\u{e0041}", r"\u{feff}\u{e0041}"),
        ];
        for (text, shown) in cases {
            assert_eq!(inert(text), shown);
        }
    }

    #[test]
    fn no_text_is_a_workflow_command() {
        let cases = [
            ("::error::x", r"\u{3a}:error::x"),
            (" \t::warning", r" \t\u{3a}:warning"),
            ("\n::stop-commands::t", r"\n\u{3a}:stop-commands::t"),
            ("a::b", "a::b"),
            ("##[error]x", r"#\u{23}[error]x"),
            ("a ###vso[x]", r"a #\u{23}\u{23}vso[x]"),
            ("::##[error]", r"\u{3a}:#\u{23}[error]"),
        ];
        for (text, shown) in cases {
            assert_eq!(inert(text), shown);
        }
    }

    #[test]
    fn a_code_span_is_longer_than_its_backticks() {
        let cases = [
            ("a", "`a`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("``a", "``` ``a ```"),
            (" a ", "`  a  `"),
            (" ", "` `"),
            ("a\n\n@b", r"`a\n\n@b`"),
        ];
        for (text, shown) in cases {
            assert_eq!(Untrusted::from(text).markdown(), shown);
        }
    }

    #[test]
    fn what_is_long_has_both_its_ends() {
        let text = format!("{} → new", "é".repeat(1_000));
        let shown = Untrusted::from(text).terminal();
        assert!(shown.starts_with("éé") && shown.contains("é…é") && shown.ends_with("é → new"));
        assert_eq!(shown.chars().count(), REPORTED);
    }

    #[test]
    fn xml_stays_the_same_text() {
        let text = "a\t::b\n  ::error\r\u{202e}##[x]\u{85}é";
        let shown = xml(text.into());
        assert_eq!(shown, "a\t::b\n  &#x3A;:error\r&#x202E;#&#x23;[x]&#x85;é");
        assert_eq!(quick_xml::escape::unescape(&shown).unwrap(), text);
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({"a": ["\u{1b}\u{9b}\u{202e}é\u{e0041}", "\n::error##[x]"]});
        let shown = json(&format!("{value:#}"));
        assert!(shown.contains(r"#\u0023[x]"), "{shown}");
        assert!(
            shown.contains(r"\u001b\u009b\u202eé\udb40\udc41"),
            "{shown}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }
}
