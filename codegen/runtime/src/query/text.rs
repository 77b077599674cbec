//! The text of a query option while it is written.

use crate::error::{Error, ErrorKind};
use crate::value::Literal;
use crate::value::literal::push_quoted;

/// A text, and why it cannot be sent if there is a reason.
#[derive(Clone, Default)]
pub struct Text {
    text: String,
    failure: Option<Error>,
}

impl Text {
    /// An empty text with room for a usual comparison.
    pub(super) fn new() -> Self {
        Self {
            text: String::with_capacity(128),
            failure: None,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A string literal, without a copy of the string.
    pub(super) fn push_quoted(&mut self, value: &str) {
        push_quoted(&mut self.text, value);
    }

    pub(super) fn push_literal<V: Literal + ?Sized>(&mut self, value: &V) {
        let literal = value.to_literal();
        if let Err(failure) = literal.check() {
            self.fail(failure.into());
        }
        literal.push_to(&mut self.text);
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.failure = self.failure.take().or(other.failure);
    }

    /// Puts what is there in parentheses.
    pub(super) fn enclose(&mut self) {
        self.text.insert(0, '(');
        self.text.push(')');
    }

    /// Opens a call again that is the last thing here.
    pub(super) fn reopen(&mut self) {
        self.text.pop();
    }

    /// Begins an item of a list that `separator` divides.
    pub(super) fn next(&mut self, separator: char) {
        if !self.text.is_empty() {
            self.text.push(separator);
        }
    }

    /// Makes sending fail, for the first reason that was given.
    pub(super) fn refuse(&mut self, why: impl Into<String>) {
        self.fail(Error::new(ErrorKind::InvalidRequest, why.into()));
    }

    /// Makes sending fail with the first error that was given.
    pub(super) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    /// The text.
    ///
    /// # Errors
    ///
    /// If it was refused.
    pub(crate) fn finish(self) -> Result<String, Error> {
        match self.failure {
            None => Ok(self.text),
            Some(error) => Err(error),
        }
    }
}
