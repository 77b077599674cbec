//! Why a request cannot be written as a program.

use std::fmt;

/// Why a request cannot be written as a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What is wrong, in one sentence or two.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// What is wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// It is no HTTP request, or not one of this service.
    Request,
    /// The metadata leads to nothing at its address.
    Address,
    /// What is at its address has no such method.
    Method,
    /// Its body is not what the metadata declares.
    Body,
}

impl ProblemKind {
    /// The kind in a few words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Request => "not a request to this service",
            Self::Address => "an address that the metadata does not lead to",
            Self::Method => "a method that the address does not allow",
            Self::Body => "a body that contradicts the metadata",
        }
    }
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            help: None,
        }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(formatter, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}
