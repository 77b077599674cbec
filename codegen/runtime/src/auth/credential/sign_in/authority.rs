//! Who issues tokens, and where.

use url::Url;

use super::error::{SignInError, SignInErrorKind};
use crate::loopback;

/// The endpoints of a tenant, as Entra ID has them.
#[derive(Clone)]
pub(super) struct Authority {
    /// Without a slash at the end.
    tenant: String,
}

impl Authority {
    /// The tenant of this name, id or kind at this host, whose address must be https, or http on
    /// loopback.
    pub(super) fn new(host: Option<&str>, tenant: &str) -> Result<Self, SignInError> {
        let invalid = |message: String| SignInError::new(SignInErrorKind::Configuration, message);
        let host = host.filter(|host| !host.is_empty()).ok_or_else(|| {
            invalid("the cloud of the client has no login authority to sign in at".to_owned())
        })?;
        let url = Url::parse(host).ok().filter(loopback::is_secure);
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
        let url = url.ok_or_else(|| {
            invalid(format!(
                "the login authority {host:?} cannot be used; it must be an https URL, such as \
                 \"https://login.microsoftonline.com\""
            ))
        })?;
        let is_in_names =
            |character: char| character.is_ascii_alphanumeric() || "-.".contains(character);
        let is_dots = tenant.chars().all(|character| character == '.');
        if is_dots || !tenant.chars().all(is_in_names) {
            return Err(invalid(format!(
                "{tenant:?} is not a tenant; expected its id, one of its domains, or \"organizations\", \
                 \"common\" or \"consumers\""
            )));
        }
        let host = url.as_str().trim_end_matches('/');
        Ok(Self {
            tenant: format!("{host}/{tenant}"),
        })
    }

    /// What its tokens are kept under, for messages and stores.
    pub(super) fn as_str(&self) -> &str {
        &self.tenant
    }

    pub(super) fn authorization_endpoint(&self) -> String {
        self.endpoint("authorize")
    }

    pub(super) fn device_authorization_endpoint(&self) -> String {
        self.endpoint("devicecode")
    }

    pub(super) fn token_endpoint(&self) -> String {
        self.endpoint("token")
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/oauth2/v2.0/{name}", self.tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(host: &str, tenant: &str) -> Result<String, SignInErrorKind> {
        Authority::new(Some(host), tenant)
            .map(|authority| authority.token_endpoint())
            .map_err(|error| error.kind())
    }

    #[test]
    fn authorities_are_https_or_loopback() {
        let expected = "https://login.example/organizations/oauth2/v2.0/token";
        for host in ["https://login.example", "https://login.example/"] {
            assert_eq!(tenant(host, "organizations").as_deref(), Ok(expected));
        }
        assert!(tenant("http://127.0.0.1:1", "common").is_ok());
        for host in [
            "http://login.example",
            "https://me@login.example",
            "https://login.example?x",
            "https://login.example#x",
            "ftp://login.example",
            "login.example",
            "",
        ] {
            let refused = tenant(host, "organizations");
            assert_eq!(refused, Err(SignInErrorKind::Configuration), "{host}");
        }
    }

    #[test]
    fn a_tenant_is_one_segment_of_the_path() {
        for name in ["contoso.example", "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"] {
            assert!(tenant("https://login.example", name).is_ok(), "{name}");
        }
        for name in ["", ".", "..", "a/b", "a b", "a?b", "a#b", "a%2fb", "\u{e4}"] {
            let refused = tenant("https://login.example", name);
            assert_eq!(refused, Err(SignInErrorKind::Configuration), "{name}");
        }
    }
}
