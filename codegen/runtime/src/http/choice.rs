//! Which credential a client is to have.

use std::fmt;
use std::time::Duration;

use crate::auth::{self, AccessToken, Cloud, Credential, CredentialSource, StaticToken};
use crate::error::{Error, ErrorKind, Result};

/// The chosen credential, which is made when the client is built.
pub(super) enum Choice {
    None,
    Anonymous,
    Token(CredentialSource, AccessToken),
    Given(CredentialSource, Box<dyn Credential>),
    Environment(String),
}

impl Choice {
    /// The credential itself; `None` if there is to be none.
    pub(super) fn resolve(
        self,
        cloud: &Cloud,
        connect_timeout: Duration,
    ) -> Result<(CredentialSource, Option<Box<dyn Credential>>)> {
        match self {
            Self::None => Err(Error::new(
                ErrorKind::Configuration,
                "no credential: call bearer_token, credential, credential_from_env, basic or api_key, or \
                 anonymous for a service that wants none",
            )),
            Self::Anonymous => Ok((CredentialSource::Anonymous, None)),
            Self::Token(source, token) => {
                let credential = StaticToken::new(token)?;
                Ok((source, Some(Box::new(credential))))
            }
            Self::Given(source, credential) => Ok((source, Some(credential))),
            Self::Environment(variable) => {
                let variables = |name: &str| std::env::var(name).ok();
                let (source, credential) =
                    auth::from_environment(&variable, cloud, connect_timeout, &variables)?;
                Ok((source, Some(credential)))
            }
        }
    }
}

impl fmt::Debug for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("None"),
            Self::Anonymous => formatter.write_str("Anonymous"),
            Self::Token(_, token) => token.fmt(formatter),
            Self::Given(source, _) => source.fmt(formatter),
            Self::Environment(variable) => write!(formatter, "Environment({variable:?})"),
        }
    }
}
