//! Rust's identifiers.

use crate::reserved::{KEYWORDS, NEVER_RAW};
use std::fmt;

/// A valid Rust identifier, raw (`r#type`) where it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RustName(String);

impl RustName {
    /// A name that the generator chooses itself.
    pub(crate) fn fixed(name: &'static str) -> Self {
        identifier(name.to_owned())
    }

    /// The identifier as written in source code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier without `r#`, for file names and for parts of other names.
    pub fn plain(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }
}

impl fmt::Display for RustName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A word made a valid identifier: keywords raw, digits not first.
pub(super) fn identifier(word: String) -> RustName {
    let starts = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let word = if starts { word } else { format!("_{word}") };
    if NEVER_RAW.contains(&word.as_str()) {
        let word = if word == "_" {
            "unnamed".to_owned()
        } else {
            format!("{word}_")
        };
        RustName(word)
    } else if KEYWORDS.contains(&word.as_str()) {
        RustName(format!("r#{word}"))
    } else {
        RustName(word)
    }
}
