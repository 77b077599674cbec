//! Documentation texts → lines of Markdown that mean just what the metadata says.

use crate::api::Docs;
use proc_macro2::TokenStream;
use quote::quote;
use std::borrow::Cow;

/// Columns of text in a line of documentation.
const WIDTH: usize = 90;

/// Paragraphs of documentation.
#[derive(Debug, Default)]
pub(super) struct Text {
    lines: Vec<String>,
}

impl Text {
    /// The summary and the details; `fallback` where there is no summary.
    pub fn new(docs: &Docs, fallback: &str) -> Self {
        let mut text = Self::default();
        if let Some(summary) = &docs.summary {
            text.paragraphs(summary);
        }
        // A description may be there and say nothing.
        if text.lines.is_empty() {
            text.markdown(fallback);
        }
        if let Some(details) = &docs.details {
            text.paragraphs(details);
        }
        text
    }

    /// Paragraphs of text that the metadata supplied.
    fn paragraphs(&mut self, text: &str) {
        for paragraph in paragraphs(text) {
            self.markdown(&escape(&paragraph));
        }
    }

    /// Markdown that the configuration supplied, line by line: that is trusted, as metadata is not.
    pub fn configured(&mut self, markdown: &str) {
        self.separate();
        let lines = markdown.trim_end().lines();
        self.lines
            .extend(lines.map(|line| visible(line).trim_end().to_owned()));
    }

    /// A paragraph of Markdown of our own.
    pub fn markdown(&mut self, paragraph: &str) {
        if paragraph.is_empty() {
            return;
        }
        self.separate();
        wrap(paragraph, "", "", &mut self.lines);
    }

    /// A heading.
    pub fn heading(&mut self, heading: &str) {
        self.separate();
        self.lines.push(format!("# {heading}"));
        self.lines.push(String::new());
    }

    /// A list entry of Markdown of our own.
    pub fn entry(&mut self, entry: &str) {
        wrap(entry, "* ", "  ", &mut self.lines);
    }

    /// A table of Markdown of our own, without `|` in its cells.
    pub fn table(&mut self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        self.separate();
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let head: Vec<_> = head.iter().map(ToString::to_string).collect();
        self.lines.push(line(&head));
        self.lines.push(format!("|{}", "---|".repeat(head.len())));
        self.lines.extend(rows.into_iter().map(|row| line(&row)));
    }

    /// A program of our own, which is compiled with the tests.
    pub fn code(&mut self, program: &str) {
        self.separate();
        self.lines.push("```no_run".to_owned());
        self.lines.extend(program.lines().map(str::to_owned));
        self.lines.push("```".to_owned());
    }

    /// An HTTP request of one line, in a block of its own.
    pub fn request(&mut self, request: &str) {
        self.separate();
        self.lines.push("```http".to_owned());
        // Nothing in it ends the block.
        self.lines.push(visible(request).replace("```", "'''"));
        self.lines.push("```".to_owned());
    }

    fn separate(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// The lines as they follow `///` or `//!`.
    pub fn lines(self) -> Vec<String> {
        let lines = self.lines.into_iter();
        lines
            .map(|line| {
                if line.is_empty() {
                    line
                } else {
                    format!(" {line}")
                }
            })
            .collect()
    }

    /// The lines as attributes of an item.
    pub fn attributes(self) -> TokenStream {
        let lines = self.lines();
        quote!(#(#[doc = #lines])*)
    }
}

/// `#[deprecated]` where the metadata says so.
pub(super) fn deprecated(docs: &Docs) -> TokenStream {
    match &docs.deprecated {
        Some(note) => {
            let note = paragraphs(note).join(" ");
            quote!(#[deprecated(note = #note)])
        }
        None => TokenStream::new(),
    }
}

/// A text of the metadata in one line of Markdown.
pub(super) fn inline(text: &str) -> String {
    escape(&paragraphs(text).join(" "))
}

/// The paragraphs of a text, each on one line, without characters that cannot be seen.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        let visible = visible(line);
        let words: Vec<_> = visible.split_whitespace().collect();
        let current = paragraphs.last_mut();
        match current {
            Some(current) if !words.is_empty() => {
                if !current.is_empty() {
                    current.push(' ');
                }
                current.push_str(&words.join(" "));
            }
            Some(current) if !current.is_empty() => paragraphs.push(String::new()),
            _ => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// The text on one line, without characters that cannot be seen.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    // Nearly all texts, of which there are many.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.into();
    }
    let separates = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let visible = text.chars().map(|c| if separates(c) { ' ' } else { c });
    visible
        .filter(|c| !is_format(*c))
        .collect::<String>()
        .into()
}

/// Characters that change how others are shown.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Text → Markdown that shows it: code in backticks and web addresses stay what they are.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((link, length)) = web_address(rest).filter(|_| at_word_start(&out)) {
            out.push_str(&link);
            rest = &rest[length..];
            continue;
        }
        if let Some(length) = code_span(rest) {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let between_letters = c == '_'
            && out.ends_with(|p: char| p.is_alphanumeric())
            && rest[1..].starts_with(|n: char| n.is_alphanumeric());
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#'
        ) && !between_letters
        {
            out.push('\\');
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn at_word_start(out: &str) -> bool {
    out.chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric() && c != '`')
}

/// The length of the code span that the text starts with.
fn code_span(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('`')?;
    let end = inner.find('`')?;
    (end > 0 && !inner[..end].trim().is_empty()).then_some(end + 2)
}

/// The web address that the text starts with, in angle brackets or not, as a link, and the length
/// of its text.
fn web_address(text: &str) -> Option<(String, usize)> {
    let (bare, bracketed) = match text.strip_prefix('<') {
        Some(bare) => (bare, true),
        None => (text, false),
    };
    if !bare.starts_with("https://") && !bare.starts_with("http://") {
        return None;
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'+,;=%".contains(c);
    let end = bare.find(|c| !allowed(c)).unwrap_or(bare.len());
    let address = bare[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
    if !bracketed {
        return Some((format!("<{address}>"), address.len()));
    }
    let closed = bare[end..].starts_with('>') && address.len() == end;
    closed.then(|| (format!("<{address}>"), end + 2))
}

/// Fills lines with the words of a paragraph; the first starts with `first`, later ones with
/// `indent`.
///
/// A name of the metadata may be in it, and may hold anything: no line of it can end but here, or the
/// rest of the name would be code.
fn wrap(paragraph: &str, first: &str, indent: &str, lines: &mut Vec<String>) {
    let mut line = first.to_owned();
    let mut empty = true;
    let paragraph = visible(paragraph);
    for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
        let fits = line.chars().count() + 1 + word.chars().count() <= WIDTH;
        if !empty && !fits {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
            empty = true;
        }
        if empty {
            line.push_str(&not_a_marker(word));
        } else {
            line.push(' ');
            line.push_str(word);
        }
        empty = false;
    }
    if !empty {
        lines.push(line);
    }
}

/// A word that would begin a list or a heading at the start of a line, escaped.
fn not_a_marker(word: &str) -> String {
    let behind_digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if behind_digits.len() < word.len() && matches!(behind_digits, "." | ")") {
        let (digits, mark) = word.split_at(word.len() - 1);
        return format!("{digits}\\{mark}");
    }
    if word.starts_with(['-', '+', '=']) {
        return format!("\\{word}");
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let docs = Docs {
            summary: Some(text.to_owned()),
            ..Docs::default()
        };
        Text::new(&docs, "").lines()
    }

    #[test]
    fn text_means_itself() {
        let cases = [
            ("a [link](x) and *stars*", r" a \[link\](x) and \*stars\*"),
            ("`code [x]` stays", " `code [x]` stays"),
            ("an odd ` backtick", r" an odd \` backtick"),
            (
                "see https://example.com/a?b=c.",
                " see <https://example.com/a?b=c>.",
            ),
            ("see <https://example.com/>", " see <https://example.com/>"),
            ("\"https://example.com\"", " \"<https://example.com>\""),
            ("<b>no</b> html &amp;", r" \<b\>no\</b\> html \&amp;"),
            ("snake_case and _emphasis_", r" snake_case and \_emphasis\_"),
            ("# no heading", r" \# no heading"),
            ("- no list", r" \- no list"),
            ("1. no list", r" 1\. no list"),
            ("bell \u{7} and \u{202e}turn", " bell and turn"),
            ("*/ }; fn main() {}", r" \*/ }; fn main() {}"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), [expected], "{text:?}");
        }
    }

    #[test]
    fn no_line_of_our_own_text_ends_inside_a_name() {
        let mut text = Text::default();
        text.markdown("The type `a\n} fn b() {\r\u{2028}\u{85}`.");
        text.entry("`c\nd`");
        let lines = text.lines();
        let ends = |line: &String| line.contains(|c: char| c.is_control() || c == '\u{2028}');
        assert!(!lines.iter().any(ends), "{lines:?}");
    }

    #[test]
    fn configured_markdown_stays_as_it_is() {
        let mut text = Text::default();
        text.markdown("Title.");
        text.configured(
            "| to | see |\n|---|---|\n| *do* | [`it`](x) |\n\n    code\r\u{2028}} fn b() {\n",
        );
        let expected = [
            " Title.",
            "",
            " | to | see |",
            " |---|---|",
            " | *do* | [`it`](x) |",
            "",
            "     code  } fn b() {",
        ];
        assert_eq!(text.lines(), expected);
    }

    #[test]
    fn what_says_nothing_is_replaced() {
        for text in ["", " \n ", "\u{200b}"] {
            let docs = Docs {
                summary: Some(text.to_owned()),
                ..Docs::default()
            };
            assert_eq!(
                Text::new(&docs, "Something.").lines(),
                [" Something."],
                "{text:?}"
            );
        }
    }

    #[test]
    fn paragraphs_are_kept_and_lines_filled() {
        let text = format!("one\ntwo\n\n\n  three {}", "word ".repeat(30));
        let lines = shown(&text);
        assert_eq!(lines[0], " one two");
        assert_eq!(lines[1], "");
        assert!(lines[2].starts_with(" three word"));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH + 1));
    }
}
