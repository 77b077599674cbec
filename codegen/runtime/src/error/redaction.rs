//! Redaction of a token that the service sends back: some proxies fill error pages with the
//! request's headers, and a hostile service may put it into a link.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;

/// What replaces a token.
const REDACTED: &str = "[redacted]";

/// Anything shorter is not a real token, and redacting it would mangle ordinary words.
const SHORTEST: usize = 8;

/// Something that must never be shown, such as a token. It has no `Debug`, and is cheap to clone.
///
/// It may be of several texts, each of which gives it away: user and password, and what is sent of them.
#[derive(Clone)]
pub(crate) struct Secret(Arc<[String]>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Arc::new([text.into()]))
    }

    /// A secret of several texts, of which the first is sent.
    pub(crate) fn of_texts(texts: impl Into<Arc<[String]>>) -> Self {
        Self(texts.into())
    }

    /// This secret and others; `None` if there are none.
    pub(crate) fn joined<'a>(parts: impl IntoIterator<Item = &'a [String]>) -> Option<Self> {
        let texts: Vec<_> = parts.into_iter().flatten().cloned().collect();
        (!texts.is_empty()).then(|| Self(texts.into()))
    }

    /// The first of its texts, which is what is sent.
    pub(crate) fn as_str(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    pub(crate) fn texts(&self) -> &[String] {
        &self.0
    }
}

/// Removes the secrets of a request, if it had any, from what is shown.
#[derive(Clone, Copy)]
pub(crate) struct Redaction<'a>(&'a [String]);

impl<'a> Redaction<'a> {
    pub(crate) fn of(secret: Option<&'a Secret>) -> Self {
        Self(secret.map_or(&[], Secret::texts))
    }

    fn secrets(self) -> impl Iterator<Item = &'a [u8]> {
        // Without the padding of base64, which may be left out and says nothing.
        let texts = self.0.iter().map(|text| text.trim_end_matches('='));
        let texts = texts.filter(|text| text.len() >= SHORTEST);
        texts.map(str::as_bytes)
    }

    /// The body without the token, and without the beginning of one where the body was truncated.
    pub(crate) fn body(self, body: Bytes) -> Bytes {
        self.secrets().fold(body, |body, secret| {
            let redacted = replaced(&body, secret, REDACTED, End::MayBeCut);
            redacted.map_or(body, Bytes::from)
        })
    }

    /// Redacts the values of headers that contain the token.
    pub(crate) fn headers(self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if self
                .secrets()
                .any(|secret| find(value.as_bytes(), secret, End::MayBeCut).is_some())
            {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
    }

    /// Redacts the token in all texts of a value, and in the names of members.
    pub(crate) fn value(self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(std::mem::take(text)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(members) => {
                let taken = std::mem::take(members).into_iter();
                members.extend(taken.map(|(name, mut value)| {
                    self.value(&mut value);
                    (self.text(name), value)
                }));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text without the token.
    pub(crate) fn text(self, text: String) -> String {
        if !self.finds(&text) {
            return text;
        }
        let redacted = self.body(Bytes::from(text));
        // Only what is ASCII goes, so the rest is text.
        String::from_utf8_lossy(&redacted).into_owned()
    }

    /// Whether the token is in the text.
    pub(crate) fn finds(self, text: &str) -> bool {
        self.secrets()
            .any(|secret| find(text.as_bytes(), secret, End::MayBeCut).is_some())
    }
}

/// How a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As it was meant to.
    #[cfg(feature = "replay")]
    Whole,
    /// Anywhere, also within a secret.
    MayBeCut,
}

/// The text with something else for a secret; `None` if it has none.
pub(crate) fn replaced(text: &[u8], secret: &[u8], with: &str, end: End) -> Option<Vec<u8>> {
    let (mut at, mut length) = find(text, secret, end)?;
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(with.as_bytes());
        rest = &rest[at + length..];
        match find(rest, secret, end) {
            Some(found) => (at, length) = found,
            None => break,
        }
    }
    replaced.extend_from_slice(rest);
    Some(replaced)
}

/// Where the secret is, and how many bytes it takes there.
fn find(text: &[u8], secret: &[u8], end: End) -> Option<(usize, usize)> {
    (0..text.len()).find_map(|at| Some((at, length(&text[at..], secret, end)?)))
}

/// How many bytes at the beginning of `text` are the secret: unchanged, in lower case as in a host,
/// escaped as in JSON, a URL or HTML, or truncated. The secret may be escaped as in a URL itself.
fn length(text: &[u8], secret: &[u8], end: End) -> Option<usize> {
    let as_it_is = text.get(..secret.len());
    if as_it_is.is_some_and(|text| text.eq_ignore_ascii_case(secret)) {
        return Some(secret.len());
    }
    let (mut at, mut index) = (0, 0);
    while index < secret.len() {
        let rest = &text[at..];
        let is_cut = end == End::MayBeCut && (rest.is_empty() || is_cut_escape(rest));
        if index >= SHORTEST && is_cut {
            return Some(text.len());
        }
        // A URL is sent to with escapes that the service may not have written.
        let (expected, width) = percent(&secret[index..]).unwrap_or((secret[index], 1));
        index += width;
        let (found, width) = character(rest)?;
        if !found.eq_ignore_ascii_case(&expected) {
            return None;
        }
        at += width;
    }
    Some(at)
}

/// Whether this is a truncated escape and nothing else.
fn is_cut_escape(text: &[u8]) -> bool {
    matches!(text, [b'\\' | b'%' | b'&', ..]) && text.len() < 5
}

/// A character as it is or escaped, and how many bytes it takes: `/` may be `\/` and `\u002f` in JSON,
/// `%2F` in a URL, also if that is encoded once more, and `&#47;` and `&#x2f;` in HTML.
fn character(text: &[u8]) -> Option<(u8, usize)> {
    let escaped = match text {
        [b'\\', b'u', digits @ ..] => {
            let code = digits.get(..4).and_then(hexadecimal);
            // No other character is written so.
            return code.map(|code| (code, 6));
        }
        [b'\\', escaped @ (b'/' | b'\\' | b'"'), ..] => Some((*escaped, 2)),
        _ => percent(text),
    };
    let escaped = escaped.or_else(|| match text {
        [b'&', b'#', rest @ ..] => {
            let end = rest.iter().take(6).position(|byte| *byte == b';')?;
            let code = match &rest[..end] {
                [b'x' | b'X', digits @ ..] => hexadecimal(digits),
                digits => std::str::from_utf8(digits).ok()?.parse().ok(),
            };
            code.map(|code| (code, end + 3))
        }
        _ => None,
    });
    escaped.or_else(|| text.first().map(|byte| (*byte, 1)))
}

/// A character that is escaped as in a URL, also if that is encoded once more.
fn percent(text: &[u8]) -> Option<(u8, usize)> {
    let twice = match text {
        [b'%', b'2', b'5', high, low, ..] => hexadecimal(&[*high, *low]).map(|code| (code, 5)),
        _ => None,
    };
    twice.or_else(|| match text {
        [b'%', high, low, ..] => hexadecimal(&[*high, *low]).map(|code| (code, 3)),
        _ => None,
    })
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    u8::try_from(u32::from_str_radix(digits, 16).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn redact(body: &'static str, secret: &str) -> String {
        let token = Secret::new(secret);
        let body = Redaction::of(Some(&token)).body(Bytes::from_static(body.as_bytes()));
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn secrets_are_redacted_wherever_they_stand() {
        let body = "a secret-token b secret-tokensecret-token";
        assert_eq!(
            redact(body, "secret-token"),
            "a [redacted] b [redacted][redacted]"
        );
    }

    #[test]
    fn secrets_are_redacted_as_json_writes_them() {
        for written in [
            "a/secret+token",
            r"a\/secret+token",
            r"a\u002fsecret\u002Btoken",
            r"\u0061\u002Fsecret+token",
        ] {
            let body = format!("[\"{written}\"]").leak();
            assert_eq!(
                redact(body, "a/secret+token"),
                "[\"[redacted]\"]",
                "{written}"
            );
        }
    }

    #[test]
    fn the_beginning_of_a_cut_off_secret_is_redacted() {
        assert_eq!(redact("a secret-to", "secret-token"), "a [redacted]");
        assert_eq!(redact("a secre", "secret-token"), "a secre");
        assert_eq!(redact("a secret-to b", "secret-token"), "a secret-to b");
    }

    #[test]
    fn secrets_are_redacted_in_every_part_of_a_value() {
        let token = Secret::new("secret-token");
        let mut value = json!({"a secret-token": ["secret-token", {"b": "secret-token"}], "c": 1});
        Redaction::of(Some(&token)).value(&mut value);
        let expected = json!({"a [redacted]": ["[redacted]", {"b": "[redacted]"}], "c": 1});
        assert_eq!(value, expected);
    }

    #[test]
    fn secrets_are_redacted_as_urls_and_html_write_them() {
        for written in [
            "a/Secret+token",
            "a/secret+token",
            "A%2fSECRET%2Btoken",
            "a%252FSecret%252Btoken",
            "a&#x2f;Secret&#43;token",
        ] {
            let body = format!("https://{written}.example/{written}==?{written}").leak();
            assert_eq!(
                redact(body, "a/Secret+token=="),
                "https://[redacted].example/[redacted]==?[redacted]",
                "{written}"
            );
        }
        assert_eq!(redact("x a%2FSecret%2", "a/Secret+token"), "x [redacted]");
        assert_eq!(redact("100 %", "a/Secret+token"), "100 %");
    }

    #[test]
    fn other_bodies_and_trivial_secrets_are_left_alone() {
        for secret in ["a", "", "not-in-there"] {
            assert_eq!(
                redact(r"a b \ \u \u00 \ud83d", secret),
                r"a b \ \u \u00 \ud83d"
            );
        }
        let body = Bytes::from_static(b"a b");
        assert_eq!(Redaction::of(None).body(body.clone()), body);
    }
}
