//! An HTTP request, as documentation shows it.

use super::json::Json;
use super::problem::{Problem, ProblemKind};
use serde::Deserialize;

/// An HTTP request, as documentation shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method, in capitals.
    pub method: String,
    /// The URL, or the path below the service root.
    pub url: String,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
}

const METHODS: [&str; 5] = ["GET", "POST", "PATCH", "PUT", "DELETE"];

impl HttpRequest {
    /// Reads a message: `GET /me/messages?$top=5`, or that with headers in the lines below, and a body after
    /// an empty one.
    ///
    /// # Errors
    ///
    /// If it does not begin with a method and an address, or a line between them and the body is no header.
    pub fn parse(message: &str) -> Result<Self, Problem> {
        let message = message.trim_start();
        let mut lines = message.split_inclusive('\n');
        let (mut method, mut url) = first_line(lines.next().unwrap_or_default());
        let mut read = message.find('\n').map_or(message.len(), |at| at + 1);
        if url.is_empty() && METHODS.contains(&&*method.to_uppercase()) {
            return Err(Self::unreadable(message));
        }
        if url.is_empty() {
            (url, method) = (method, "GET".to_owned());
        }
        let mut headers = Vec::new();
        for line in lines {
            let text = line.trim();
            if text.is_empty() || text.starts_with(['{', '[']) {
                break;
            }
            read += line.len();
            // A long query goes on in the next line.
            if headers.is_empty() && text.starts_with(['?', '&']) {
                url.push_str(text);
                continue;
            }
            let Some((name, value)) = header(text) else {
                return Err(Problem::new(
                    ProblemKind::Request,
                    format!("`{text}` is not a header: expected `Name: value` up to an empty line"),
                ));
            };
            headers.push((name, value));
        }
        let body = message[read..].trim();
        Self {
            method: method.to_uppercase(),
            url,
            headers,
            body: (!body.is_empty()).then(|| body.to_owned()),
        }
        .checked()
    }

    /// Reads an object: `{"method": …, "url": …, "headers": {…}, "body": …}`, where the body is a text or JSON.
    ///
    /// # Errors
    ///
    /// If it is no such object.
    pub fn from_json(line: &str) -> Result<Self, Problem> {
        let given: Given = serde_json::from_str(line).map_err(|error| {
            Problem::new(
                ProblemKind::Request,
                format!(
                    "not a request: {error}; expected an object with `method`, `url`, and optionally \
                     `headers` and `body`"
                ),
            )
        })?;
        let body = match given.body {
            None | Some(Json::Null) => None,
            Some(Json::Text(text)) => Some(text),
            Some(json) => Some(json.to_string()),
        };
        Self {
            method: given
                .method
                .unwrap_or_else(|| "GET".to_owned())
                .to_uppercase(),
            url: given.url.trim().to_owned(),
            headers: given.headers.unwrap_or_default().into_iter().collect(),
            body: body.filter(|text| !text.trim().is_empty()),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, Problem> {
        if METHODS.contains(&&*self.method) && !self.url.is_empty() {
            return Ok(self);
        }
        Err(Self::unreadable(&self.method))
    }

    fn unreadable(found: &str) -> Problem {
        let found = found.lines().next().unwrap_or_default();
        Problem::new(
            ProblemKind::Request,
            format!(
                "`{found}` is not the start of a request: expected a method ({}) and an address, as in \
                 `GET /users`",
                METHODS.join(", ")
            ),
        )
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// A request of a list.
#[derive(Deserialize)]
struct Given {
    method: Option<String>,
    #[serde(alias = "requestUrl")]
    url: String,
    headers: Option<std::collections::BTreeMap<String, String>>,
    #[serde(default, alias = "postBody")]
    body: Option<Json>,
}

/// The method and the address, without the version of HTTP.
fn first_line(line: &str) -> (String, String) {
    let (method, url) = line
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((line.trim(), ""));
    let url = url.trim();
    let ended = url.rsplit_once(char::is_whitespace);
    let url = match ended {
        Some((url, version)) if version.starts_with("HTTP/") => url.trim_end(),
        _ => url,
    };
    (method.to_owned(), url.to_owned())
}

fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let is_name = !name.is_empty() && name.chars().all(is_token);
    is_name.then(|| (name.to_owned(), value.trim().to_owned()))
}
