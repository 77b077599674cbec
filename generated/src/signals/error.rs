//! What can be wrong with a signal.

use std::fmt;

use chrono::TimeDelta;

use crate::metrics::LONGEST_WINDOW;

/// How much of an address an error repeats, in characters.
const SHOWN: usize = 100;

/// A signal that means no call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalError {
    name: String,
    problem: SignalProblem,
}

/// What is wrong with a signal. Texts are the beginnings of what the address has there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignalProblem {
    /// It is no text.
    NotText,
    /// Its text is no whole URL of the web.
    NotAnAddress,
    /// It leads to another host than those of Microsoft Graph and the client's own; this origin.
    ForeignHost(String),
    /// Its path does not lead to a function of `serviceActivity`.
    NoFunction,
    /// It asks for a function that this version of the crate does not know.
    UnknownFunction(String),
    /// It lacks a parameter.
    MissingParameter(&'static str),
    /// It has a parameter that this version of the crate does not know, and that may mean anything.
    UnknownParameter(String),
    /// It has a parameter twice.
    RepeatedParameter(&'static str),
    /// A parameter has a value that it cannot have.
    InvalidParameter(&'static str, String),
    /// It asks for a longer window than the service keeps, [`LONGEST_WINDOW`]; this long.
    TooLong(TimeDelta),
}

impl SignalError {
    pub(super) fn new(name: &str, problem: SignalProblem) -> Self {
        let name = name.to_owned();
        Self { name, problem }
    }

    /// The signal's name.
    pub fn signal(&self) -> &str {
        &self.name
    }

    /// What is wrong.
    pub fn problem(&self) -> &SignalProblem {
        &self.problem
    }
}

/// The beginning of a text, for an error.
pub(super) fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl fmt::Display for SignalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the signal {:?} {}", self.name, self.problem)
    }
}

/// A predicate, such as `has no parameter …`.
impl fmt::Display for SignalProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => formatter.write_str("is no text"),
            Self::NotAnAddress => formatter.write_str("is no web address"),
            Self::ForeignHost(origin) => write!(
                formatter,
                "leads to {origin:?}, which is neither Microsoft Graph nor the client's own service"
            ),
            Self::NoFunction => {
                formatter.write_str("does not lead to a function of `serviceActivity`")
            }
            Self::UnknownFunction(name) => write!(
                formatter,
                "asks for the function {name:?}, which this version of the client does not know"
            ),
            Self::MissingParameter(name) => write!(formatter, "has no parameter `{name}`"),
            Self::UnknownParameter(name) => write!(
                formatter,
                "has the parameter {name:?}, which this version of the client does not know"
            ),
            Self::RepeatedParameter(name) => write!(formatter, "has the parameter `{name}` twice"),
            Self::InvalidParameter(name, value) => write!(
                formatter,
                "has the parameter `{name}` with the value {value:?}"
            ),
            Self::TooLong(window) => write!(
                formatter,
                "asks for a window of {}, but the service keeps no more than {}",
                length(*window),
                length(LONGEST_WINDOW)
            ),
        }
    }
}

/// A time in days and what is over, such as `30 days` or `30 days and 1.5 s`.
fn length(time: TimeDelta) -> String {
    let mut text = format!("{} days", time.num_days());
    let seconds = (time - TimeDelta::days(time.num_days())).as_seconds_f64();
    if seconds > 0.0 {
        text.push_str(&format!(" and {seconds} s"));
    }
    text
}

impl std::error::Error for SignalError {}
