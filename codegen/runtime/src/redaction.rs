//! Blackening of a token that the service gives back: some proxies fill error pages with the headers
//! of the request.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use crate::credential::AccessToken;

/// What stands in the place of a token.
const REDACTED: &str = "[redacted]";

/// A shorter text is no real token, and would tear ordinary words apart.
const SHORTEST: usize = 8;

/// What must not be seen in an error: the token of the request, if it had one.
#[derive(Clone, Copy)]
pub(crate) struct Redaction<'a>(Option<&'a str>);

impl<'a> Redaction<'a> {
    pub(crate) fn of(token: Option<&'a AccessToken>) -> Self {
        let secret = token.map(AccessToken::secret);
        Self(secret.filter(|secret| secret.len() >= SHORTEST))
    }

    /// The body without the token, and without the beginning of one where the body was cut off.
    pub(crate) fn body(self, body: Bytes) -> Bytes {
        let Some(secret) = self.0.map(str::as_bytes) else {
            return body;
        };
        let Some((mut at, mut length)) = find(&body, secret) else {
            return body;
        };
        let mut redacted = BytesMut::with_capacity(body.len());
        let mut rest = &body[..];
        loop {
            redacted.extend_from_slice(&rest[..at]);
            redacted.extend_from_slice(REDACTED.as_bytes());
            rest = &rest[at + length..];
            match find(rest, secret) {
                Some(found) => (at, length) = found,
                None => break,
            }
        }
        redacted.extend_from_slice(rest);
        redacted.freeze()
    }

    /// Blackens the values of headers that have the token.
    pub(crate) fn headers(self, headers: &mut HeaderMap) {
        let Some(secret) = self.0.map(str::as_bytes) else {
            return;
        };
        for value in headers.values_mut() {
            if find(value.as_bytes(), secret).is_some() {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
    }

    /// Blackens the token in all texts of a value, and in the names of members.
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
        match self.0 {
            Some(secret) if text.contains(secret) => text.replace(secret, REDACTED),
            _ => text,
        }
    }
}

/// Where the secret is, and how many bytes it takes there.
fn find(text: &[u8], secret: &[u8]) -> Option<(usize, usize)> {
    (0..text.len()).find_map(|at| Some((at, length(&text[at..], secret)?)))
}

/// How many bytes at the beginning of `text` are the secret: as it is, as JSON may write it in a
/// string, or cut off by the end.
fn length(text: &[u8], secret: &[u8]) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let mut at = 0;
    for (index, expected) in secret.iter().enumerate() {
        if at == text.len() && index >= SHORTEST {
            break;
        }
        let (found, width) = character(&text[at..])?;
        if found != *expected {
            return None;
        }
        at += width;
    }
    Some(at)
}

/// An ASCII character of a JSON string, and how many bytes it takes: `/` may be `\/` and `\u002f` too.
fn character(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'\\', b'u', digits @ ..] => {
            let digits = std::str::from_utf8(digits.get(..4)?).ok()?;
            let code = u16::from_str_radix(digits, 16).ok()?;
            Some((u8::try_from(code).ok()?, 6))
        }
        [b'\\', escaped @ (b'/' | b'\\' | b'"'), ..] => Some((*escaped, 2)),
        [byte, ..] => Some((*byte, 1)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn redact(body: &'static str, secret: &str) -> String {
        let token = AccessToken::new(secret);
        let body = Redaction::of(Some(&token)).body(Bytes::from_static(body.as_bytes()));
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn secrets_are_blackened_wherever_they_stand() {
        let body = "a secret-token b secret-tokensecret-token";
        assert_eq!(
            redact(body, "secret-token"),
            "a [redacted] b [redacted][redacted]"
        );
    }

    #[test]
    fn secrets_are_blackened_as_json_writes_them() {
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
    fn the_beginning_of_a_secret_is_blackened_where_the_body_was_cut_off() {
        assert_eq!(redact("a secret-to", "secret-token"), "a [redacted]");
        assert_eq!(redact("a secre", "secret-token"), "a secre");
        assert_eq!(redact("a secret-to b", "secret-token"), "a secret-to b");
    }

    #[test]
    fn secrets_are_blackened_in_every_part_of_a_value() {
        let token = AccessToken::new("secret-token");
        let mut value = json!({"a secret-token": ["secret-token", {"b": "secret-token"}], "c": 1});
        Redaction::of(Some(&token)).value(&mut value);
        let expected = json!({"a [redacted]": ["[redacted]", {"b": "[redacted]"}], "c": 1});
        assert_eq!(value, expected);
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
