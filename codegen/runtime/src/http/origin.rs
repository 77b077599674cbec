//! The one origin that requests may go to.

use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::loopback::{is_loopback, is_secure};

/// Where http may go besides loopback, as the program says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PlainHttp {
    /// Anywhere, by an anonymous client.
    pub(crate) anonymous: bool,
    /// Anywhere, also with a credential, if the other is allowed too.
    pub(crate) with_credentials: bool,
}

/// Checks a service root: https, or http on loopback or where the program allows it; no user, query
/// or fragment.
pub(crate) fn service_root(text: &str, http: PlainHttp, is_anonymous: bool) -> Result<Url> {
    let shown = without_secrets(text).map_or_else(String::new, |url| format!("{url:?} "));
    let invalid = |problem: &str| {
        let message = format!(
            "the endpoint {shown}{problem}; it must be the service root, such as \
             \"https://service.example/v1.0\""
        );
        Error::new(ErrorKind::Configuration, message)
    };
    let url = Url::parse(text).map_err(|error| invalid("is not a URL").with_source(error))?;
    if !is_secure(&url) {
        let problem = match (url.scheme(), http.anonymous) {
            ("http", true) if is_anonymous || http.with_credentials => None,
            ("http", true) => Some(
                "is not https, so that everybody on the way could read the credential: besides \
                 ClientBuilder::allow_http, this needs allow_http_with_credentials",
            ),
            _ => Some(
                "is not https (http is for loopback addresses alone, unless ClientBuilder::allow_http \
                 says otherwise)",
            ),
        };
        if let Some(problem) = problem {
            return Err(invalid(problem));
        }
    }
    if has_user(&url) {
        return Err(invalid("has a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("has a query or a fragment"));
    }
    Ok(url)
}

/// A URL for messages: without user name, password, query and fragment, any of which may be secret.
/// Text that is not a URL is not shown, since nothing in it can be told apart.
pub(crate) fn without_secrets(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    // Neither can be set on a URL without host, which has neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

/// The origin of a URL of which nothing else is shown.
pub(crate) fn alone(mut url: Url) -> Url {
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// A URL as it is sent: without its fragment.
pub(crate) fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// Checks that a URL has the root's origin, before anything is sent to it.
pub(crate) fn check(root: &Url, url: &Url, what: &str) -> Result<()> {
    if has_user(url) {
        let message = format!("{what} has a user name or password; nothing was sent to it");
        return Err(Error::new(ErrorKind::ForeignOrigin, message));
    }
    if same(root, url) {
        return Ok(());
    }
    let message = format!(
        "{what} leads to {}, but this client and its token are for {} alone; nothing was sent there",
        url.origin().ascii_serialization(),
        root.origin().ascii_serialization(),
    );
    Err(Error::new(ErrorKind::ForeignOrigin, message))
}

/// Checks that a URL may be where the service of this root keeps content, or takes it: https, and not on
/// this machine unless the service is.
pub(crate) fn check_content(root: &Url, url: &Url, what: &str) -> Result<()> {
    let is_reachable = is_loopback(root) || !is_loopback(url);
    if is_secure(url) && is_reachable && !has_user(url) {
        return Ok(());
    }
    let message = format!(
        "{what} leads to {}, but content is exchanged with https and with other machines alone; \
         nothing was sent there",
        url.origin().ascii_serialization(),
    );
    Err(Error::new(ErrorKind::ForeignOrigin, message))
}

/// Whether two URLs have the same scheme, host and port. A URL without a host matches none.
pub(crate) fn same(one: &Url, other: &Url) -> bool {
    one.host().is_some()
        && one.host() == other.host()
        && one.scheme() == other.scheme()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// A user in a URL would become an `Authorization` header and replace the token.
fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: PlainHttp = PlainHttp {
        anonymous: false,
        with_credentials: false,
    };

    #[test]
    fn roots_are_https_or_loopback() {
        for (root, fine) in [
            ("https://graph.microsoft.com/beta", true),
            ("http://127.0.0.1:8080/beta", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]:80", true),
            ("http://localhost:1", true),
            ("http://LOCALHOST", true),
            ("http://[::ffff:127.0.0.1]:1/beta", true),
            ("http://[::ffff:7f01:203]/", true),
            ("http://2130706433/", true),
            ("http://a.localhost", false),
            ("http://localhost.", false),
            ("http://[::ffff:128.0.0.1]", false),
            ("http://[::127.0.0.1]", false),
            ("http://[::2]", false),
            ("http://128.0.0.1", false),
            ("http://0.0.0.0", false),
            ("http://graph.microsoft.com/beta", false),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example", false),
            ("http://notlocalhost", false),
            ("ftp://graph.microsoft.com", false),
            ("https://user@graph.microsoft.com", false),
            ("https://graph.microsoft.com?x", false),
            ("https://graph.microsoft.com#x", false),
            ("graph.microsoft.com", false),
            ("", false),
        ] {
            let is_anonymous = [false, true].map(|it| service_root(root, NOWHERE, it).is_ok());
            assert_eq!(is_anonymous, [fine; 2], "{root}");
        }
    }

    #[test]
    fn http_elsewhere_is_allowed_in_two_steps() {
        let root = |anonymous, with_credentials, is_anonymous| {
            let http = PlainHttp {
                anonymous,
                with_credentials,
            };
            let root = service_root("http://erp.example:8000/odata", http, is_anonymous);
            root.err().map(|error| error.to_string())
        };
        assert_eq!(root(true, false, true), None);
        assert_eq!(root(true, true, true), None);
        assert_eq!(root(true, true, false), None);
        let refused = root(true, false, false).unwrap();
        assert!(refused.contains("allow_http_with_credentials"), "{refused}");
        for (with_credentials, is_anonymous) in [(false, true), (false, false), (true, false)] {
            let refused = root(false, with_credentials, is_anonymous).unwrap();
            assert!(
                refused.contains("ClientBuilder::allow_http says"),
                "{refused}"
            );
        }
        let all = PlainHttp {
            anonymous: true,
            with_credentials: true,
        };
        assert!(service_root("ftp://erp.example", all, true).is_err());
    }

    #[test]
    fn a_wrong_root_is_told_without_its_secrets() {
        let cases = [
            (
                "https://me:p4ss@a.example/v1?sig=s1g",
                "endpoint \"https://a.example/v1\" has a user",
            ),
            (
                "https://a.example/v1?sig=s1g#s1g",
                "endpoint \"https://a.example/v1\" has a query",
            ),
            (
                "http://me:p4ss@a.example/",
                "endpoint \"http://a.example/\" is not https",
            ),
            ("https://me:p4ss@[/?sig=s1g", "the endpoint is not a URL"),
        ];
        for (root, expected) in cases {
            let error = format!("{0} {0:?}", service_root(root, NOWHERE, false).unwrap_err());
            assert!(error.contains(expected), "{error}");
            for secret in ["me:", "p4ss", "s1g"] {
                assert!(!error.contains(secret), "{error}");
            }
        }
    }

    #[test]
    fn only_the_same_scheme_host_and_port_pass() {
        let root = Url::parse("https://graph.microsoft.com/beta").unwrap();
        for (url, fine) in [
            ("https://graph.microsoft.com/v1.0/x", true),
            ("https://graph.microsoft.com:443/beta", true),
            ("HTTPS://GRAPH.MICROSOFT.COM/beta", true),
            ("https://graph.microsoft.com:8443/beta", false),
            ("http://graph.microsoft.com/beta", false),
            ("https://graph.microsoft.com.evil.example/beta", false),
            ("https://graph.microsoft.com@evil.example/beta", false),
            ("https://user:pass@graph.microsoft.com/beta", false),
            ("https://evil.example\\@graph.microsoft.com/", false),
            ("https://graph.microsoft.com./beta", false),
            ("data:text/plain,x", false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(check(&root, &url, "it").is_ok(), fine, "{url}");
        }
    }

    #[test]
    fn the_error_names_both_origins() {
        let root = Url::parse("https://graph.microsoft.com/beta").unwrap();
        let url = Url::parse("https://evil.example/?token=x").unwrap();
        let text = check(&root, &url, "the next link").unwrap_err().to_string();
        assert!(text.contains("https://evil.example"), "{text}");
        assert!(text.contains("https://graph.microsoft.com"), "{text}");
        assert!(!text.contains("token=x"), "{text}");
    }
}
