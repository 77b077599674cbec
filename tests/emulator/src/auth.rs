//! Bearer tokens.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::error::Refusal;

/// Checks a request's `Authorization` header (RFC 6750, section 2.1).
///
/// # Errors
///
/// The 401 to answer with. Its message never repeats the token.
pub(crate) fn check(headers: &HeaderMap, expected: Option<&str>) -> Result<(), Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, further) = (values.next(), values.next());
    if further.is_some() {
        return Err(refuse(
            "The request has more than one Authorization header.",
        ));
    }
    let token = value
        .and_then(|value| value.to_str().ok())
        .and_then(bearer_token)
        .ok_or_else(|| refuse("The request has no bearer token in its Authorization header."))?;
    if expected.is_none_or(|expected| token == expected) {
        Ok(())
    } else {
        Err(refuse(
            "The bearer token is not the one that is accepted here.",
        ))
    }
}

fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

fn refuse(message: &str) -> Refusal {
    Refusal::unauthorized(message, "")
}
