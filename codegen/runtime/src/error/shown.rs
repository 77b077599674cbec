//! How text from a service is shown: `Display` and `Debug` of errors, responses and pages.
//!
//! A service may be hostile, and so may a proxy in front of it. What is shown is short, on one
//! line, without the token, and without control or invisible characters.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::redaction::Redaction;
use crate::boxed::BoxError;

/// How many bytes are shown at most: with what `Debug` adds, no more than 4 KiB.
pub(crate) const MAX_SHOWN: usize = 4_000;

/// How much of a text is searched for the token before it is truncated.
const MAX_COLLECTED: usize = 64 * 1024;

/// Shows what `write` writes, up to this many bytes.
pub(crate) fn show(
    formatter: &mut fmt::Formatter<'_>,
    redaction: Redaction<'_>,
    limit: usize,
    write: impl FnOnce(&mut Beginning) -> fmt::Result,
) -> fmt::Result {
    let mut beginning = Beginning::new(MAX_COLLECTED);
    // It fails when there is enough.
    let is_cut = write(&mut beginning).is_err();
    formatter.write_str(&shown(
        beginning.text,
        is_cut,
        limit,
        Layout::Line,
        redaction,
    ))
}

/// Shows the `Debug` of a value that may contain text from a service.
pub(crate) fn debug(
    formatter: &mut fmt::Formatter<'_>,
    redaction: Redaction<'_>,
    value: &dyn fmt::Debug,
) -> fmt::Result {
    let mut beginning = Beginning::new(MAX_COLLECTED);
    let (written, layout) = if formatter.alternate() {
        (write!(beginning, "{value:#?}"), Layout::Lines)
    } else {
        (write!(beginning, "{value:?}"), Layout::Line)
    };
    let is_cut = written.is_err();
    formatter.write_str(&shown(beginning.text, is_cut, MAX_SHOWN, layout, redaction))
}

/// What `Debug` shows instead of a link, which comes from the service: any part of it may be
/// secret.
pub(crate) struct Link;

impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[link]")
    }
}

impl Link {
    pub(crate) fn of(link: &Option<String>) -> Option<Self> {
        link.as_ref().map(|_| Self)
    }
}

/// The fields of a value, whose own `Debug` shows them through [`debug`].
pub(crate) struct Fields<'a, T>(pub(crate) &'a T);

/// The cause of an error, or, if its texts are not presentable, an error with presentable ones.
/// Error reporters show the texts of causes too.
pub(crate) fn cause(
    cause: Arc<dyn StdError + Send + Sync>,
    redaction: Redaction<'_>,
) -> Arc<dyn StdError + Send + Sync> {
    let mut link: Option<&dyn StdError> = Some(&*cause);
    while let Some(error) = link {
        let is_fine = is_presentable(format_args!("{error}"), redaction)
            && is_presentable(format_args!("{error:?}"), redaction);
        if !is_fine {
            let text = presentable(&chain(&*cause), redaction);
            return Arc::from(BoxError::from(text));
        }
        link = error.source();
    }
    cause
}

/// The text of an error and all its causes, on one line: the first often says only that something failed.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut beginning = Beginning::new(MAX_COLLECTED);
    let mut previous = String::new();
    let mut link = Some(error);
    while let Some(cause) = link {
        let mut text = Beginning::new(MAX_COLLECTED);
        let is_cut = write!(text, "{cause}").is_err();
        if text.text.contains('\n') {
            text.text = on_one_line(&text.text);
        }
        let separator = if beginning.text.is_empty() { "" } else { ": " };
        let is_new = previous.is_empty() || !previous.contains(&text.text);
        if is_new && (write!(beginning, "{separator}{}", text.text).is_err() || is_cut) {
            break;
        }
        previous = text.text;
        link = cause.source();
    }
    beginning.text
}

/// A text of others on one line of at most so many bytes.
#[cfg(feature = "sign-in")]
pub(crate) fn line(text: &str, limit: usize, redaction: Redaction<'_>) -> String {
    shown(on_one_line(text), false, limit, Layout::Line, redaction)
}

/// The lines of a text one behind the other: developer tools fail with a line for each of them.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for part in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
        line += match line.chars().last() {
            None => "",
            Some(':' | ';' | ',') => " ",
            Some(_) => "; ",
        };
        line += part;
    }
    line
}

fn is_presentable(text: fmt::Arguments<'_>, redaction: Redaction<'_>) -> bool {
    // Somewhat more than is shown, for the `Debug` of an error that is itself shown so.
    let mut beginning = Beginning::new(MAX_SHOWN + 96);
    beginning.write_fmt(text).is_ok()
        && beginning.text.chars().all(is_plain)
        && !redaction.finds(&beginning.text)
}

fn presentable(text: &str, redaction: Redaction<'_>) -> String {
    // Half, for `Debug` escapes what has been escaped once more.
    shown(
        text.to_owned(),
        false,
        MAX_SHOWN / 2,
        Layout::Line,
        redaction,
    )
}

/// The beginning of what is written; writing fails when there is more.
pub(crate) struct Beginning {
    text: String,
    limit: usize,
}

impl Beginning {
    fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
        }
    }
}

impl fmt::Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.limit - self.text.len();
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        let fits = |end: &usize| *end <= room && text.is_char_boundary(*end);
        let end = (0..=room).rev().find(fits).unwrap_or_default();
        self.text.push_str(&text[..end]);
        Err(fmt::Error)
    }
}

/// Text, truncated to this many characters.
pub(crate) struct Cut<'a>(pub(crate) &'a str, pub(crate) usize);

impl fmt::Display for Cut<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(self.1) {
            Some((end, _)) => write!(formatter, "{}…", &self.0[..end]),
            None => formatter.write_str(self.0),
        }
    }
}

/// Whether line breaks stay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Line,
    /// For `{:#?}`, whose line breaks are its own.
    Lines,
}

/// The text as shown.
fn shown(
    text: String,
    is_cut: bool,
    limit: usize,
    layout: Layout,
    redaction: Redaction<'_>,
) -> String {
    let text = escaped(&redaction.text(text), is_cut, limit, layout);
    // An escape may end with a letter with which something begins that looks like the token.
    match redaction.finds(&text) {
        true => escaped(&redaction.text(text), false, limit, layout),
        false => text,
    }
}

fn escaped(text: &str, is_cut: bool, limit: usize, layout: Layout) -> String {
    const MORE: char = '…';
    let mut shown = String::with_capacity(text.len().min(limit));
    let room = limit - MORE.len_utf8();
    for character in text.chars() {
        let before = shown.len();
        if is_plain(character) || (character == '\n' && layout == Layout::Lines) {
            shown.push(character);
        } else {
            shown.extend(character.escape_default());
        }
        if shown.len() > room {
            shown.truncate(before);
            shown.push(MORE);
            return shown;
        }
    }
    if is_cut {
        shown.push(MORE);
    }
    shown
}

/// Whether a character is visible and has no other effect.
fn is_plain(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    // What std does not escape within a text: no control or format character, none that directs writing,
    // no other space. A mark belongs to the letter before it.
    let mut buffer = [b'x'; 5];
    let length = character.encode_utf8(&mut buffer[1..]).len();
    let pair = std::str::from_utf8(&buffer[..=length]).unwrap_or_default();
    pair.escape_debug().nth(1) == Some(character) && !is_ignorable(character)
}

/// The marks and letters among Unicode's "default ignorable code points", which are invisible.
fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

#[cfg(test)]
mod tests;
