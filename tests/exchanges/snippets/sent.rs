//! What was sent, against what the page says.

use super::documented::Documented;
use super::server::Recorded;
use crate::exchanges::difference::differences as json_differences;
use csdl_codegen::snippet::{Json, Snippet};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What differs; nothing if the page says the same.
pub fn differences(documented: &Documented, snippet: &Snippet, recorded: &Recorded) -> Vec<String> {
    let mut found = Vec::new();
    let request = &documented.request;
    if recorded.method != request.method {
        found.push(format!("the method is {}", recorded.method));
    }
    let mut url = request.url.clone();
    for placeholder in &snippet.placeholders {
        url = url.replace(&placeholder.text, &placeholder.value);
    }
    let (path, query) = split(below_version(&url));
    let (sent_path, sent_query) = split(&recorded.address);
    let (wanted, sent) = (segments(path), segments(sent_path));
    if wanted != sent {
        found.push(format!("the path is {sent:?}, not {wanted:?}"));
    }
    let (wanted, sent) = (options(query), options(sent_query));
    if wanted != sent {
        found.push(format!("the query is {sent:?}, not {wanted:?}"));
    }
    headers(documented, recorded, &mut found);
    body(documented, recorded, &mut found);
    found
}

/// The address without host and version.
fn below_version(url: &str) -> &str {
    let path = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    let path = path.trim().trim_start_matches('/');
    let (version, rest) = path.split_once('/').unwrap_or((path, ""));
    match version.to_lowercase().as_str() {
        "v1.0" | "beta" => rest,
        _ => path,
    }
}

fn split(address: &str) -> (&str, &str) {
    // A question mark may be in a placeholder.
    let mut braces = 0;
    for (at, c) in address.char_indices() {
        match c {
            '{' => braces += 1,
            '}' => braces -= 1,
            '?' if braces == 0 => return (&address[..at], &address[at + 1..]),
            _ => {}
        }
    }
    (address, "")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The segments of a path in one form: keys on their own, arguments sorted, without quotes and namespace,
/// dates and times in one spelling, in lower case.
fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for piece in outside(path.trim_matches('/'), '/') {
        if piece.is_empty() {
            continue;
        }
        let (name, arguments) = match piece.strip_suffix(')').and_then(|it| it.split_once('(')) {
            Some((name, arguments)) => (name, Some(arguments)),
            None => (piece, None),
        };
        let name = decoded(name).to_lowercase();
        // An operation is documented with its namespace and without.
        let bare = match name.starts_with("microsoft.graph.") {
            true => name.rsplit('.').next().unwrap_or(&name),
            false => &name,
        };
        segments.push(unquoted(bare));
        if let Some(arguments) = arguments {
            let mut parts = outside(arguments, ',');
            parts.sort_by_key(|part| part.trim().to_lowercase());
            let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
            segments.extend(parts.map(|part| match part.split_once('=') {
                Some((name, value)) => {
                    let name = decoded(name.trim()).to_lowercase();
                    format!("{name}={}", value_of(value))
                }
                None => value_of(part),
            }));
        }
    }
    segments
}

fn value_of(text: &str) -> String {
    let text = unquoted(decoded(text).trim());
    match chrono::DateTime::parse_from_rfc3339(&text) {
        Ok(time) => time.to_utc().to_rfc3339(),
        Err(_) => text.to_lowercase(),
    }
}

fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    inner.map_or_else(|| text.to_owned(), |it| it.replace("''", "'"))
}

/// The options of a query in one form, sorted.
fn options(query: &str) -> Vec<(String, String)> {
    let options = outside(query, '&').into_iter();
    let options = options.filter(|option| !option.trim().is_empty());
    let options = options.map(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = decoded(name.trim()).to_lowercase();
        let value = decoded(&value.replace('+', " "));
        let value = match name.as_str() {
            "$filter" | "$expand" | "$orderby" | "$select" => expression(&value),
            _ => value,
        };
        (name, value)
    });
    let mut options: Vec<_> = options.collect();
    options.sort();
    options
}

/// An expression in one form: without spaces but those between words, without parentheses that only group
/// one comparison, in lower case outside of texts.
fn expression(text: &str) -> String {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => {
                let mut end = 1;
                while let Some(at) = rest[end..].find('\'') {
                    end += at + 1;
                    if !rest[end..].starts_with('\'') {
                        break;
                    }
                    end += 1;
                }
                end
            }
            c if c.is_alphanumeric() || "_$@.-:{}".contains(c) => {
                let is_inside = |c: char| {
                    c.is_alphanumeric()
                        || "_$@.-{}".contains(c)
                        || (c == ':' && first.is_ascii_digit())
                };
                rest.find(|c| !is_inside(c)).unwrap_or(rest.len()).max(1)
            }
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(match first {
            // So is the name of a member.
            '\'' => token.to_lowercase(),
            _ => match chrono::DateTime::parse_from_rfc3339(token) {
                Ok(time) => time.to_utc().to_rfc3339(),
                Err(_) => token.to_lowercase(),
            },
        });
        rest = after.trim_start();
    }
    let mut tokens = variables_in_one_spelling(tokens);
    while let Some((open, close)) = grouping(&tokens) {
        tokens.remove(close);
        tokens.remove(open);
    }
    tokens.join(" ").replace(" asc", "")
}

/// Lambda variables by the order in which they come.
fn variables_in_one_spelling(mut tokens: Vec<String>) -> Vec<String> {
    let declared: Vec<_> = tokens
        .windows(4)
        .filter(|it| matches!(&*it[0], "any" | "all") && it[1] == "(" && it[3] == ":")
        .map(|it| it[2].clone())
        .collect();
    for (number, name) in declared.iter().enumerate() {
        for token in tokens.iter_mut().filter(|token| *token == name) {
            *token = format!("variable{number}");
        }
    }
    tokens
}

/// Parentheses that are no call's, around one comparison or a whole expression: they say nothing.
fn grouping(tokens: &[String]) -> Option<(usize, usize)> {
    let is_word = |token: &String| {
        token
            .chars()
            .all(|c| c.is_alphanumeric() || "_.$".contains(c))
            && !matches!(
                &**token,
                "and" | "or" | "not" | "in" | "eq" | "ne" | "gt" | "ge" | "lt" | "le"
            )
    };
    for (open, token) in tokens.iter().enumerate() {
        if token != "("
            || open > 0 && is_word(&tokens[open - 1])
            || open > 0 && tokens[open - 1] == "in"
        {
            continue;
        }
        let mut depth = 0;
        let close = tokens[open..].iter().position(|token| {
            depth += i32::from(token == "(") - i32::from(token == ")");
            depth == 0
        })?;
        let inner = &tokens[open + 1..open + close];
        let mut depth = 0;
        let joins = inner.iter().filter(|token| {
            depth += i32::from(*token == "(") - i32::from(*token == ")");
            depth == 0 && matches!(&***token, "and" | "or")
        });
        let joins: Vec<_> = joins.collect();
        let before = open.checked_sub(1).map(|at| tokens[at].as_str());
        let after = tokens.get(open + close + 1).map(String::as_str);
        let around = [before, after];
        let is_bracket = |token: &&str| matches!(*token, "(" | ")" | ":" | ",");
        let mut depth = 0;
        let has_operator = inner.iter().any(|token| {
            depth += i32::from(token == "(") - i32::from(token == ")");
            depth == 0 && !is_word(token) && token.chars().all(char::is_alphabetic)
        });
        let says_nothing = match before {
            Some("not") => !has_operator,
            _ => {
                let is_alone = around.iter().flatten().all(is_bracket);
                let same = |join: &&String| {
                    around
                        .iter()
                        .flatten()
                        .all(|it| it == join || is_bracket(it))
                };
                is_alone || joins.iter().all(same)
            }
        };
        if says_nothing {
            return Some((open, open + close));
        }
    }
    None
}

/// The parts between separators outside of parentheses, braces and quotes.
fn outside(text: &str, separator: char) -> Vec<&str> {
    let (mut depth, mut quoted) = (0, false);
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '\'' if depth > 0 || separator != '/' => quoted = !quoted,
            _ if quoted => {}
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Headers that the connection or the credential makes.
const AUTOMATIC: [&str; 5] = [
    "authorization",
    "connection",
    "content-length",
    "host",
    "content-type",
];

fn headers(documented: &Documented, recorded: &Recorded, found: &mut Vec<String>) {
    for (name, value) in &documented.request.headers {
        let sent: Vec<_> = recorded.headers.get_all(name).iter().collect();
        let is_sent = sent.iter().any(|it| it.as_bytes() == value.as_bytes());
        let is_automatic = AUTOMATIC.contains(&&*name.to_lowercase());
        let accepts_json = name.eq_ignore_ascii_case("accept") && value == "application/json";
        if !is_sent && !is_automatic && !accepts_json {
            found.push(format!("the header {name} is {sent:?}, not {value:?}"));
        }
    }
    let said = documented.request.headers.iter();
    let said = said.filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = |text: &str| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_lowercase()
    };
    for (_, value) in said {
        let sent = recorded.headers.get("content-type");
        let sent = sent.and_then(|it| it.to_str().ok()).map(media_type);
        let has_body = documented.request.body.is_some();
        if has_body && sent.as_deref() != Some(&media_type(value)) {
            found.push(format!("the media type is {sent:?}, not {value}"));
        }
    }
}

fn body(documented: &Documented, recorded: &Recorded, found: &mut Vec<String>) {
    let Some(body) = &documented.request.body else {
        let is_empty = recorded.body.is_empty() || &*recorded.body == b"{}";
        if !is_empty {
            found.push(format!("there is a body of {} bytes", recorded.body.len()));
        }
        return;
    };
    let text = String::from_utf8_lossy(&recorded.body);
    if text == body.as_str() {
        return;
    }
    let mut wanted = Json::read(body).ok().map(|it| value(&it));
    if let Some(members) = wanted.as_mut().and_then(Value::as_object_mut) {
        // It describes an answer; a request never has it, though an example does.
        members.remove("@odata.context");
    }
    let sent = serde_json::from_str::<Value>(&text).ok();
    match (wanted, sent) {
        (Some(wanted), Some(sent)) => json_differences("", &wanted, &sent, found),
        (Some(Value::Object(members)), None) if members.is_empty() && text.is_empty() => {}
        _ => found.push(format!("the body is {text:?}")),
    }
}

/// JSON as serde has it.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Integer(number) => serde_json::from_str(&number.to_string()).expect("a number"),
        Json::Float(number) => (*number).into(),
        Json::Text(text) => text.as_str().into(),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Object(members) => {
            let members = members.iter().map(|(name, it)| (name.clone(), value(it)));
            Value::Object(members.collect())
        }
    }
}
