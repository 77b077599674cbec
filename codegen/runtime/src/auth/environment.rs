//! A credential found in the environment.

#[cfg(feature = "azure-identity")]
mod azure;

use std::time::Duration;

use super::cloud::Cloud;
use super::credential::{AccessToken, Credential, CredentialSource, StaticToken};
use crate::error::{Error, ErrorKind, Result};

/// Reads environment variables; tests pass another.
pub(crate) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The first credential found in the environment, and which one it is.
///
/// A token in the variable `token_variable` comes first; with the feature `azure-identity`, workload
/// identity, managed identity, a client secret and developer tools follow.
pub(crate) fn from_environment(
    token_variable: &str,
    cloud: &Cloud,
    connect_timeout: Duration,
    variables: Variables<'_>,
) -> Result<(CredentialSource, Box<dyn Credential>)> {
    if let Some(token) = non_empty(variables, token_variable) {
        let source = CredentialSource::EnvironmentVariable(token_variable.to_owned());
        let credential = StaticToken::new(AccessToken::new(token.trim()))?;
        return Ok((source, Box::new(credential)));
    }
    other(token_variable, cloud, connect_timeout, variables)
}

fn non_empty(variables: Variables<'_>, name: &str) -> Option<String> {
    variables(name).filter(|value| !value.trim().is_empty())
}

#[cfg(feature = "azure-identity")]
fn other(
    _token_variable: &str,
    cloud: &Cloud,
    connect_timeout: Duration,
    variables: Variables<'_>,
) -> Result<(CredentialSource, Box<dyn Credential>)> {
    let variables = &|name: &str| non_empty(variables, name);
    azure::from_environment(cloud, connect_timeout, variables).map_err(|cause| {
        let message = "the Azure credential in the environment cannot be used";
        Error::new(ErrorKind::Configuration, message).with_source(cause)
    })
}

#[cfg(not(feature = "azure-identity"))]
fn other(
    token_variable: &str,
    _cloud: &Cloud,
    _connect_timeout: Duration,
    variables: Variables<'_>,
) -> Result<(CredentialSource, Box<dyn Credential>)> {
    let state = match variables(token_variable) {
        Some(_) => "empty",
        None => "not set",
    };
    let message = format!(
        "the environment variable {token_variable} is {state}; set it to an access token, or enable \
         the feature \"azure-identity\" for the credentials of Azure"
    );
    Err(Error::new(ErrorKind::Configuration, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOUD: Cloud = Cloud::new("Global", "https://a.example", "s", "https://login.example");

    #[test]
    fn the_token_variable_comes_first() {
        let variables = |name: &str| (name == "THE_TOKEN").then(|| "secret".to_owned());
        let (source, _) = from_environment("THE_TOKEN", &CLOUD, Duration::MAX, &variables).unwrap();
        assert_eq!(
            source.to_string(),
            "the token in the environment variable THE_TOKEN"
        );
    }

    #[cfg(not(feature = "azure-identity"))]
    #[test]
    fn an_environment_without_one_says_what_to_do() {
        for (value, state) in [(None, "is not set;"), (Some(" ".to_owned()), "is empty;")] {
            let variables = |_: &str| value.clone();
            let error = from_environment("THE_TOKEN", &CLOUD, Duration::MAX, &variables)
                .err()
                .unwrap();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(
                error.to_string().contains(&format!("THE_TOKEN {state}")),
                "{error}"
            );
        }
    }
}
