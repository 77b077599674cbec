//! Why nobody is signed in.

use std::fmt;

use crate::error::shown::{chain, line};
use crate::error::{Redaction, Secret};

/// How many bytes are shown of what the authority says.
const MAX_DESCRIPTION: usize = 1_000;

/// How many bytes a code of the authority may have; those of the standards have 30 at most.
const MAX_CODE: usize = 64;

/// Why a sign-in gave no token. It is a source of the request's [`Error`](crate::Error).
///
/// What it shows of the authority's words is short and inert, and has no token.
///
/// # Examples
///
/// ```
/// use odata_runtime::Error;
/// use odata_runtime::credential::{SignInError, SignInErrorKind};
///
/// fn is_denied(error: &Error) -> bool {
///     let source = std::error::Error::source(error);
///     let sign_in = source.and_then(|source| source.downcast_ref::<SignInError>());
///     sign_in.is_some_and(|it| it.kind() == SignInErrorKind::Denied)
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SignInError {
    kind: SignInErrorKind,
    message: String,
    code: Option<String>,
}

/// What kept a person from being signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignInErrorKind {
    /// The settings are invalid, such as the tenant or the authority; nothing was sent.
    Configuration,
    /// The person, or who administers the tenant, said no.
    Denied,
    /// Nobody signed in in time.
    Expired,
    /// A person must sign in, but the old token still serves, so nobody was asked.
    InteractionRequired,
    /// The authority refused for another reason; [`SignInError::code`] says which.
    Refused,
    /// The authority could not be reached, or was overloaded.
    Unavailable,
    /// The authority answered something that is not OAuth.
    InvalidResponse,
    /// This machine allows no listener on loopback for the browser to come back to.
    Listener,
    /// The token store failed.
    Store,
}

impl SignInError {
    /// An error with a message of ours.
    pub(super) fn new(kind: SignInErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            code: None,
        }
    }

    /// An error with a message of ours, and the cause's texts.
    pub(super) fn caused(
        kind: SignInErrorKind,
        message: &str,
        cause: &dyn std::error::Error,
    ) -> Self {
        let cause = line(&chain(cause), MAX_DESCRIPTION, Redaction::of(None));
        Self::new(kind, format!("{message}: {cause}"))
    }

    /// What the authority says, with its code, but for the secrets that it was told.
    pub(super) fn refused(code: &str, description: Option<&str>, told: &Secret) -> Self {
        let redaction = Redaction::of(Some(told));
        let shown = line(code, MAX_CODE, redaction);
        let kind = match code {
            // The second is what Entra ID says instead for a device code.
            "access_denied" | "authorization_declined" => SignInErrorKind::Denied,
            "expired_token" | "code_expired" => SignInErrorKind::Expired,
            _ => SignInErrorKind::Refused,
        };
        let what = match kind {
            SignInErrorKind::Denied => "the sign-in was declined",
            SignInErrorKind::Expired => "nobody signed in before the code expired",
            _ => "the authority refused the sign-in",
        };
        let message = match description.map(|text| line(text, MAX_DESCRIPTION, redaction)) {
            Some(text) if !text.is_empty() => format!("{what} ({shown}): {text}"),
            _ => format!("{what} ({shown})"),
        };
        Self {
            kind,
            message,
            code: Some(shown),
        }
    }

    /// What went wrong.
    pub fn kind(&self) -> SignInErrorKind {
        self.kind
    }

    /// The authority's code, such as `invalid_grant` (RFC 6749, section 5.2), if it sent one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether a refresh token no longer serves, so that a person has to sign in.
    pub(super) fn needs_person(&self) -> bool {
        // The first is OAuth's; the others are OpenID Connect's, which Entra ID sends for a claims
        // challenge, a new policy or a withdrawn consent.
        matches!(
            self.code(),
            Some("invalid_grant" | "interaction_required" | "login_required" | "consent_required")
        )
    }
}

impl fmt::Display for SignInError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl fmt::Debug for SignInError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.kind, self.message)
    }
}

impl std::error::Error for SignInError {}
