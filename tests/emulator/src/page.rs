//! Pages: which items of an answer one response carries, and the link to the rest.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::behavior::Top;
use crate::error::{Refusal, excerpt};
use crate::format::{Detail, Format};
use crate::store::Round;
use crate::url::{ParsedQuery, percent_decode};

pub(crate) const SKIP_TOKEN: &str = "$skiptoken";

/// The system query options of the standard.
const STANDARD: [&str; 17] = [
    "$apply",
    "$compute",
    "$count",
    "$deltatoken",
    "$expand",
    "$filter",
    "$format",
    "$id",
    "$index",
    "$levels",
    "$orderby",
    "$schemaversion",
    "$search",
    "$select",
    "$skip",
    SKIP_TOKEN,
    "$top",
];

/// The options that choose a page.
const PAGING: [&str; 5] = [SKIP_TOKEN, "$skip", "$top", "$count", "$format"];

/// One page of a collection.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) context: String,
    pub(crate) format: Format,
    pub(crate) count: Option<u64>,
    pub(crate) items: Vec<Map<String, Value>>,
    /// The token that led here.
    pub(crate) position: SkipToken,
    pub(crate) next: Option<NextLink>,
    /// Where the changes after this answer are, on the last page of a delta query.
    pub(crate) delta_link: Option<String>,
    /// Whether the caller's own page size was applied.
    pub(crate) preference_applied: bool,
}

/// Where a page's `@odata.nextLink` leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NextLink {
    /// Another page of the same request.
    Page(SkipToken),
    /// Anywhere.
    Url(String),
}

/// A position in a collection, as `$skiptoken` carries it; opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SkipToken {
    pub(crate) offset: u64,
    pub(crate) size: u64,
    /// A page under such a token links to itself.
    pub(crate) looped: bool,
    /// What a delta query compares.
    pub(crate) round: Option<Round>,
}

/// What the service says of paging.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The most items on a page.
    pub(crate) largest: u64,
    pub(crate) top: Top,
}

/// What a request says of paging.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paging {
    pub(crate) position: SkipToken,
    preferred: bool,
    skip: u64,
    top: Option<u64>,
    count: bool,
}

impl SkipToken {
    fn encode(self) -> String {
        let kind = if self.looped { 'r' } else { 'n' };
        let round = self
            .round
            .map(|round| format!(".{}.{}", round.from, round.to));
        let round = round.unwrap_or_default();
        BASE64_URL_SAFE_NO_PAD.encode(format!("{}.{}.{kind}{round}", self.offset, self.size))
    }

    fn decode(text: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split('.');
        let token = Self {
            offset: parts.next()?.parse().ok()?,
            size: parts.next()?.parse().ok()?,
            looped: match parts.next()? {
                "n" => false,
                "r" => true,
                _ => return None,
            },
            round: match parts.next() {
                Some(from) => Some(Round {
                    from: from.parse().ok()?,
                    to: parts.next()?.parse().ok()?,
                }),
                None => None,
            },
        };
        (parts.next().is_none() && token.size > 0).then_some(token)
    }
}

impl Paging {
    /// Reads the paging options of a request that takes no other options.
    pub(crate) fn of(
        query: &ParsedQuery,
        headers: &HeaderMap,
        limits: Limits,
    ) -> Result<Self, Refusal> {
        refuse_unserved(query, &PAGING)?;
        Self::of_any(query, headers, limits)
    }

    /// Reads the paging options of a request for entities.
    pub(crate) fn of_entities(
        query: &ParsedQuery,
        headers: &HeaderMap,
        limits: Limits,
    ) -> Result<Self, Refusal> {
        let choosing = [
            "$select", "$expand", "$filter", "$orderby", "$search", "$apply", "$compute",
        ];
        let served: Vec<&str> = PAGING.into_iter().chain(choosing).collect();
        refuse_unserved(query, &served)?;
        Self::of_any(query, headers, limits)
    }

    /// Reads the paging options of a request and looks at no other options.
    pub(crate) fn of_any(
        query: &ParsedQuery,
        headers: &HeaderMap,
        limits: Limits,
    ) -> Result<Self, Refusal> {
        let top = number(query, "$top")?;
        let (largest, top) = match limits.top {
            // A page of no items would lead on for ever.
            Top::PageSize if top != Some(0) => {
                let largest = limits.largest;
                (top.map_or(largest, |top| top.min(largest)), None)
            }
            _ => (limits.largest, top),
        };
        let preferred = preferred_page_size(headers);
        let position = match query.get(SKIP_TOKEN) {
            Some(text) => {
                let token = SkipToken::decode(text).ok_or_else(|| bad_option(SKIP_TOKEN, text))?;
                SkipToken {
                    size: token.size.min(largest),
                    ..token
                }
            }
            None => SkipToken {
                offset: 0,
                size: preferred.map_or(largest, |size| size.min(largest)),
                looped: false,
                round: None,
            },
        };
        Ok(Self {
            position,
            preferred: preferred == Some(position.size),
            skip: number(query, "$skip")?.unwrap_or(0),
            top,
            count: boolean(query, "$count")?,
        })
    }

    /// Cuts the page out of a collection of `total` items.
    pub(crate) fn page<F>(&self, context: String, total: u64, item: F) -> Page
    where
        F: Fn(u64) -> Option<Map<String, Value>>,
    {
        let after_skip = total.saturating_sub(self.skip);
        let length = self.top.map_or(after_skip, |top| top.min(after_skip));
        let first = self.position.offset.min(length);
        let end = first.saturating_add(self.position.size).min(length);
        let next = if self.position.looped {
            Some(NextLink::Page(self.position))
        } else if end < length {
            Some(NextLink::Page(SkipToken {
                offset: end,
                ..self.position
            }))
        } else {
            None
        };
        Page {
            context,
            format: Format::default(),
            count: self.count.then_some(total),
            items: (first..end)
                .filter_map(|index| item(self.skip + index))
                .collect(),
            position: self.position,
            next,
            delta_link: None,
            preference_applied: self.preferred,
        }
    }
}

impl Paging {
    /// Cuts the page out of objects.
    pub(crate) fn page_of(&self, context: String, items: &[Value]) -> Page {
        let total = u64::try_from(items.len()).unwrap_or(u64::MAX);
        self.page(context, total, |index| {
            let item = items.get(usize::try_from(index).ok()?)?;
            item.as_object().cloned()
        })
    }
}

impl Page {
    /// The response body; links lead to `url` (origin and raw path) with the raw `query` kept.
    pub(crate) fn body(self, url: &str, query: Option<&str>) -> Value {
        let mut body = Map::new();
        if self.format.detail != Detail::None {
            body.insert("@odata.context".to_owned(), self.context.into());
        }
        if let Some(count) = self.count {
            body.insert("@odata.count".to_owned(), self.format.numbers.count(count));
        }
        if let Some(next) = self.next {
            let link = match next {
                NextLink::Url(url) => url,
                NextLink::Page(token) => next_link(url, query, token),
            };
            body.insert("@odata.nextLink".to_owned(), link.into());
        } else if let Some(link) = self.delta_link {
            body.insert("@odata.deltaLink".to_owned(), link.into());
        }
        body.insert("value".to_owned(), self.items.into());
        Value::Object(body)
    }
}

/// The URL of a request's further page: the same request with another token.
fn next_link(url: &str, query: Option<&str>, token: SkipToken) -> String {
    let mut pairs = without(query, &[SKIP_TOKEN]);
    let token = format!("{SKIP_TOKEN}={}", token.encode());
    pairs.push(&token);
    format!("{url}?{}", pairs.join("&"))
}

/// The options of a raw query but for some.
pub(crate) fn without<'q>(query: Option<&'q str>, names: &[&str]) -> Vec<&'q str> {
    let is_named = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        percent_decode(name).is_ok_and(|name| names.contains(&name.as_str()))
    };
    let pairs = query.unwrap_or_default().split('&');
    pairs
        .filter(|pair| !pair.is_empty() && !is_named(pair))
        .collect()
}

/// The page size of a `Prefer: odata.maxpagesize=n` header; 4.01 leaves the prefix out.
fn preferred_page_size(headers: &HeaderMap) -> Option<u64> {
    headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .find_map(|preference| {
            let (name, value) = preference.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            let is_size = matches!(name.as_str(), "odata.maxpagesize" | "maxpagesize");
            let size = value.trim().trim_matches('"').parse().ok()?;
            (is_size && size > 0).then_some(size)
        })
}

/// Refuses system query options that are not among the served ones, as OData asks of a service.
pub(crate) fn refuse_unserved(query: &ParsedQuery, served: &[&str]) -> Result<(), Refusal> {
    let is_unserved = |name: &&str| name.starts_with('$') && !served.contains(name);
    match query.names().find(is_unserved) {
        None => Ok(()),
        Some(name) if !STANDARD.contains(&name) => Err(Refusal::bad_request(format!(
            "The query option '{}' does not exist.",
            excerpt(name)
        ))),
        Some(name) => Err(Refusal::not_implemented(format!(
            "The emulator does not serve the query option '{}' here; it serves {}.",
            excerpt(name),
            served.join(", ")
        ))),
    }
}

fn number(query: &ParsedQuery, name: &str) -> Result<Option<u64>, Refusal> {
    query
        .get(name)
        .map(|text| text.parse().map_err(|_| bad_option(name, text)))
        .transpose()
}

fn boolean(query: &ParsedQuery, name: &str) -> Result<bool, Refusal> {
    match query.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(text) => Err(bad_option(name, text)),
    }
}

fn bad_option(name: &str, text: &str) -> Refusal {
    Refusal::bad_request(format!(
        "The value '{}' of the query option '{name}' is not valid.",
        excerpt(text)
    ))
}

#[cfg(test)]
mod tests;
