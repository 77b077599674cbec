//! Names of credentials.

use std::fmt;

/// Which credential a client uses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialSource {
    /// None: requests are anonymous.
    Anonymous,
    /// A token that the program gave.
    BearerToken,
    /// A user and password that the program gave.
    Basic,
    /// An API key that the program gave.
    ApiKey,
    /// A credential that the program gave.
    Custom,
    /// A token in the environment variable of this name.
    EnvironmentVariable(String),
    /// A Kubernetes workload identity, found in the environment.
    WorkloadIdentity,
    /// An Azure managed identity, found in the environment.
    ManagedIdentity,
    /// A client id and secret, found in the environment.
    ClientSecret,
    /// The account that is signed in to the Azure command-line tools.
    DeveloperTools,
    /// A person who enters a code in a browser on any device (feature `sign-in`).
    DeviceCode,
    /// A person who signs in with the browser of this machine (feature `sign-in`).
    AuthorizationCode,
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Anonymous => "none (anonymous)",
            Self::BearerToken => "a bearer token",
            Self::Basic => "a user and password",
            Self::ApiKey => "an API key",
            Self::Custom => "a custom credential",
            Self::EnvironmentVariable(name) => {
                return write!(formatter, "the token in the environment variable {name}");
            }
            Self::WorkloadIdentity => "workload identity",
            Self::ManagedIdentity => "managed identity",
            Self::ClientSecret => "a client secret",
            Self::DeveloperTools => "developer tools",
            Self::DeviceCode => "sign-in with a device code",
            Self::AuthorizationCode => "sign-in with the browser",
        })
    }
}
