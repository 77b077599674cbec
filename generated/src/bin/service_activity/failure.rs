//! What went wrong, for people.

use std::error::Error as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use graph_service_activity::credential::{SignInError, SignInErrorKind};
use graph_service_activity::{Error, ErrorKind, StatusCode};

/// Why the command did not do what it should.
#[derive(Debug)]
pub enum Failure {
    /// The service, or the way there.
    Service(Box<Error>),
    /// The command was given what it cannot use.
    Usage(String),
    /// A file could not be written.
    File(PathBuf, io::Error),
    /// Standard output could not be written.
    Output(io::Error),
    /// Anything else.
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Service(Box::new(error))
    }
}

impl Failure {
    /// Tells what happened, on standard error, and with which code the process ends.
    pub fn report(self) -> ExitCode {
        let code = match &self {
            // Whoever read has enough.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Usage(_) => 2,
            _ => 1,
        };
        let (message, hint) = self.texts();
        let (error, bold) = (AnsiColor::Red.on_default().bold(), Style::new().bold());
        let mut terminal = anstream::stderr().lock();
        // There is nobody to tell if it cannot be written.
        let _ = writeln!(terminal, "{error}error:{error:#} {message}");
        if let Some(hint) = hint {
            let _ = writeln!(terminal, "{bold}hint:{bold:#} {hint}");
        }
        ExitCode::from(code)
    }

    /// What happened, and what to do.
    fn texts(&self) -> (String, Option<String>) {
        match self {
            Self::Service(error) => match sign_in(error) {
                Some(error) => (error.to_string(), sign_in_hint(error).map(str::to_owned)),
                None => (error.to_string(), hint(error)),
            },
            Self::Usage(message) | Self::Other(message) => (message.clone(), None),
            Self::File(path, error) => (format!("cannot write {path:?}: {error}"), None),
            Self::Output(error) => (format!("cannot write to standard output: {error}"), None),
        }
    }
}

/// Whether asking again changes nothing: the caller may not ask, or nobody is signed in.
pub fn is_lasting(error: &Error) -> bool {
    let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    let is_away = |error: &SignInError| error.kind() == SignInErrorKind::Unavailable;
    match error.kind() {
        ErrorKind::Credential => !sign_in(error).is_some_and(is_away),
        _ => error
            .status()
            .is_some_and(|status| refused.contains(&status)),
    }
}

/// What to do about an error of the service.
fn hint(error: &Error) -> Option<String> {
    if let Some(permission) = error.permissions_needed().first() {
        let needed = permission.least().join(" or ");
        return Some(format!(
            "the caller lacks {needed}; an administrator grants it to the app registration"
        ));
    }
    let text = match (error.status(), error.kind()) {
        (Some(StatusCode::UNAUTHORIZED), _) => {
            "the token is not accepted: it may have expired, or be for another cloud (--cloud)"
        }
        _ if error.is_throttled() => {
            let wait = error.retry_after()?.as_secs();
            return Some(format!("the service is throttling; try again in {wait} s"));
        }
        (_, ErrorKind::Connect | ErrorKind::ConnectTimeout) => {
            "is there a network, and does it need a proxy (HTTPS_PROXY)?"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// Why nobody is signed in, if that is it: which request was to be sent matters to nobody then.
fn sign_in(error: &Error) -> Option<&SignInError> {
    error.source()?.downcast_ref()
}

fn sign_in_hint(error: &SignInError) -> Option<&'static str> {
    match (error.kind(), error.code()) {
        (SignInErrorKind::Expired, _) => Some("run the command again for a new code"),
        (_, Some("invalid_client" | "unauthorized_client")) => Some(
            "does the app registration exist in this tenant, and does it allow public client flows?",
        ),
        (SignInErrorKind::Store, _) => Some("without --remember, no keyring is needed"),
        _ => None,
    }
}
