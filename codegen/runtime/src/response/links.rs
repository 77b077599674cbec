//! Where the links of a response lead (OData JSON Format 4.01, section "Relative URLs").

use url::{ParseError, Url};

use super::{Page, Response, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::model::ODataType;

/// Where a link leads that is in these objects, each within the one before. It is relative to the
/// context URL of the innermost object that has one, and otherwise to where the response came from.
///
/// A context URL of another origin is ignored: services behind gateways name hosts that only they know,
/// and nothing that a service says moves its links, or what is sent with them, elsewhere. Whether a
/// whole URL leads elsewhere is checked before anything is sent there.
pub(crate) fn resolve<'a>(
    response_url: &Url,
    contexts: impl IntoIterator<Item = Option<&'a str>>,
    link: &str,
) -> Result<Url, ParseError> {
    // A link that is a query alone continues the request: no page is below `$metadata`.
    if link.starts_with('?') {
        return response_url.join(link);
    }
    match Url::parse(link) {
        Err(ParseError::RelativeUrlWithoutBase) => {}
        absolute => return absolute,
    }
    let mut base = response_url.clone();
    for context in contexts.into_iter().flatten() {
        let context = base.join(context)?;
        if context.origin() == response_url.origin() {
            base = context;
        }
    }
    base.join(link)
}

/// What may have a context URL: a page, a value, or a model.
///
/// It is for [`Response::resolve_link`], and cannot be implemented elsewhere.
pub trait HasContext: private::Sealed {
    /// The context URL as the service sent it (`@odata.context` or `@context`).
    fn context_url(&self) -> Option<&str>;
}

mod private {
    pub trait Sealed {}

    impl<T> Sealed for super::Page<T> {}
    impl<T> Sealed for super::Value<T> {}
    impl<T: super::ODataType> Sealed for T {}
}

impl<T> HasContext for Page<T> {
    fn context_url(&self) -> Option<&str> {
        self.context.as_deref()
    }
}

impl<T> HasContext for Value<T> {
    fn context_url(&self) -> Option<&str> {
        self.context.as_deref()
    }
}

impl<T: ODataType> HasContext for T {
    fn context_url(&self) -> Option<&str> {
        self.annotation("context")?.as_str()
    }
}

impl<T: HasContext> Response<T> {
    /// Where a link in this response leads, such as a next link. A relative one is relative to the
    /// response's context URL, or to [where it came from](Self::final_url) if it has none or one of
    /// another origin (OData JSON Format 4.01, section "Relative URLs").
    ///
    /// [`Client::request`](crate::Client::request) requests it; if it is of another origin than the
    /// service root's, nothing is sent there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the link, or what it is relative to, is not a URL.
    pub fn resolve_link(&self, link: &str) -> Result<Url> {
        self.resolve(None, link)
    }

    /// Where a link in an object of this response leads, such as `members@odata.nextLink` of an item:
    /// as [`resolve_link`](Self::resolve_link), but the object's own context URL counts first.
    ///
    /// # Errors
    ///
    /// As [`resolve_link`](Self::resolve_link).
    pub fn resolve_link_of(&self, object: &impl HasContext, link: &str) -> Result<Url> {
        self.resolve(object.context_url(), link)
    }

    fn resolve(&self, inner: Option<&str>, link: &str) -> Result<Url> {
        let contexts = [self.context_url(), inner];
        resolve(self.final_url(), contexts, link).map_err(|cause| {
            let message = "the service sent a link that is not a URL";
            Error::new(ErrorKind::Decode, message).with_source(cause)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_are_relative_to_the_context() {
        let request = Url::parse("https://a.example/v4/Books(9)/chapters?$top=1").unwrap();
        for (contexts, link, expected) in [
            (
                vec![],
                "chapters?p=2",
                "https://a.example/v4/Books(9)/chapters?p=2",
            ),
            (
                vec![None, None],
                "x?p=2",
                "https://a.example/v4/Books(9)/x?p=2",
            ),
            (
                vec![Some("https://a.example/v4/$metadata#Books(9)/chapters")],
                "Books(9)/chapters?p=2",
                "https://a.example/v4/Books(9)/chapters?p=2",
            ),
            (
                vec![Some("../$metadata#Books(9)/chapters")],
                "Books(9)/chapters?p=2",
                "https://a.example/v4/Books(9)/chapters?p=2",
            ),
            (
                vec![Some("../$metadata#x"), None, Some("/v5/$metadata#y")],
                "Books?p=2",
                "https://a.example/v5/Books?p=2",
            ),
            (
                vec![Some("../$metadata")],
                "/v4/x?p=2",
                "https://a.example/v4/x?p=2",
            ),
            (
                vec![Some("https://b.example/v4/$metadata")],
                "Books?p=2",
                "https://a.example/v4/Books(9)/Books?p=2",
            ),
            (
                vec![Some("https://b.example/v4/$metadata")],
                "https://a.example/v4/Books?p=2",
                "https://a.example/v4/Books?p=2",
            ),
            (
                vec![Some("../$metadata")],
                "?$skip=1",
                "https://a.example/v4/Books(9)/chapters?$skip=1",
            ),
            (
                vec![Some("https://[")],
                "https://a.example/x",
                "https://a.example/x",
            ),
        ] {
            let resolved = resolve(&request, contexts.clone(), link).unwrap();
            assert_eq!(resolved.as_str(), expected, "{contexts:?} {link}");
        }
        assert!(resolve(&request, [Some("https://[")], "x").is_err());
        assert!(resolve(&request, [], "https://[").is_err());
    }
}
