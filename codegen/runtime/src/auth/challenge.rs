//! The claims challenge of continuous access evaluation.
//!
//! A service that wants a newer or richer token answers 401 with `WWW-Authenticate: Bearer ...,
//! error="insufficient_claims", claims="<base64 of JSON>"`. The syntax of the header is that of
//! RFC 9110, section 11.6.1.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

use crate::value::json::parse;

/// The JSON of the claims that a Bearer challenge asks for.
pub(crate) fn claims(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .filter_map(bearer_claims)
        .filter_map(|claims| parse::base64(&claims))
        .filter_map(|json| String::from_utf8(json).ok())
        // No claims are none to ask a credential for.
        .find(|json| !json.trim().is_empty())
}

/// The parameter `claims` of the first Bearer challenge that has one.
fn bearer_claims(header: &str) -> Option<String> {
    let mut is_bearer = false;
    for item in items(header) {
        // `Bearer realm="x"`: a scheme stands before the first parameter of its challenge.
        let (scheme, parameter) = match item.split_once(' ') {
            Some((scheme, parameter))
                if !scheme.contains('=') && !parameter.trim_start().starts_with('=') =>
            {
                (Some(scheme), parameter)
            }
            _ if !item.contains('=') => (Some(item), ""),
            _ => (None, item),
        };
        if let Some(scheme) = scheme {
            is_bearer = scheme.eq_ignore_ascii_case("bearer");
        }
        if let Some((name, value)) = parameter.trim().split_once('=')
            && is_bearer
            && name.trim_end().eq_ignore_ascii_case("claims")
        {
            return Some(unquoted(value.trim()));
        }
    }
    None
}

/// The items of a comma-separated list, whose commas may also stand in quoted strings.
fn items(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    header
        .split(move |character| {
            let is_separator = character == ',' && !quoted;
            if character == '"' && !escaped {
                quoted = !quoted;
            }
            escaped = quoted && character == '\\' && !escaped;
            is_separator
        })
        .map(str::trim)
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn claims_in(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(value).unwrap());
        }
        claims(&headers)
    }

    // base64 of {"access_token":{"nbf":{"essential":true}}}
    const CLAIMS: &str = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==";
    const JSON: &str = r#"{"access_token":{"nbf":{"essential":true}}}"#;

    #[test]
    fn claims_are_found_in_every_shape_of_the_header() {
        for header in [
            format!(r#"Bearer realm="", error="insufficient_claims", claims="{CLAIMS}""#),
            format!(r#"Bearer claims="{CLAIMS}""#),
            format!("bearer error=\"x\",CLAIMS={CLAIMS}"),
            format!(r#"Basic realm="a, b", Bearer realm="\"", claims = "{CLAIMS}""#),
            format!(r#"Bearer claims="{CLAIMS}", Basic realm="x""#),
        ] {
            assert_eq!(claims_in(&[&header]).as_deref(), Some(JSON), "{header}");
        }
        let second = format!(r#"Bearer claims="{CLAIMS}""#);
        for first in ["Negotiate", r#"Bearer claims="""#] {
            assert_eq!(claims_in(&[first, &second]).as_deref(), Some(JSON));
        }
    }

    #[test]
    fn everything_else_has_none() {
        let other_scheme = format!(r#"Basic claims="{CLAIMS}""#);
        let in_a_string = format!(r#"Bearer realm=", claims={CLAIMS}""#);
        for header in [
            "Bearer",
            "",
            r#"Bearer error="invalid_token""#,
            r#"Bearer claims="%%%""#,
            r#"Bearer claims=""#,
            r#"Bearer claims="""#,
            r#"Bearer claims="ICA=""#,
            ",,=,",
            &other_scheme,
            &in_a_string,
        ] {
            assert_eq!(claims_in(&[header]), None, "{header}");
        }
    }
}
