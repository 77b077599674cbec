//! Takes a request target apart (OData URL Conventions, section 2 "URL Components").
//!
//! The path is split at its slashes before anything is percent-decoded, so that `%2F` inside a
//! literal never makes a segment. This code is the emulator's own on purpose: a client's URL
//! writer that made a mistake would not find it excused here.

use std::collections::BTreeMap;

use crate::behavior::Undollared;

/// The segments of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParsedPath {
    pub(crate) segments: Vec<Segment>,
}

/// A path segment: a name, and what its parentheses hold when it has any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) arguments: Option<Vec<Argument>>,
    /// A second pair of parentheses: the key of an item of a function's result.
    pub(crate) key: Option<Vec<Argument>>,
    /// The names that follow it between delimiters, such as `/a/b.txt` in `root:/a/b.txt:`.
    pub(crate) below: Option<ItemPath>,
}

/// A path of names from one item to another below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemPath {
    pub(crate) delimiter: char,
    pub(crate) names: Vec<String>,
}

/// An item of a segment's parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// Absent in a key predicate of one value, such as `users('a')`.
    pub(crate) name: Option<String>,
    /// The literal or the alias, percent-decoded.
    pub(crate) value: String,
}

/// The options of a query, percent-decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ParsedQuery {
    options: BTreeMap<String, String>,
}

/// Why a request target was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlError {
    #[error("'%' at offset {offset} of '{text}' is not followed by two hexadecimal digits.")]
    PercentEncoding { text: String, offset: usize },
    #[error("The percent-encoded bytes of '{text}' are not UTF-8.")]
    NotUtf8 { text: String },
    #[error("The parentheses or quotes of the segment '{segment}' do not match.")]
    Unbalanced { segment: String },
    #[error("The segment '{segment}' has an empty item in its parentheses.")]
    EmptyArgument { segment: String },
    #[error("The query option '{name}' must not be given more than once.")]
    RepeatedOption { name: String },
    #[error("The query option '{name}' lacks its dollar sign: write '${name}'.")]
    Undollared { name: String },
}

impl ParsedPath {
    /// Parses a raw path such as `/beta/reports/f(p=1)`; the leading slash is optional. After a
    /// segment that ends with a delimiter come names up to the next one that does.
    pub(crate) fn parse(raw: &str, delimiters: &[char]) -> Result<Self, UrlError> {
        let mut rest = raw.strip_prefix('/').unwrap_or(raw).split('/');
        let mut segments = Vec::new();
        while let Some(raw) = rest.next() {
            let (text, delimiter) = cut(raw, delimiters);
            let mut segment = Segment::parse(&percent_decode(text)?)?;
            if let Some(delimiter) = delimiter {
                segment.below = Some(ItemPath::parse(&mut rest, delimiter)?);
            }
            segments.push(segment);
        }
        Ok(Self { segments })
    }
}

/// A segment without the delimiter at its end. One that is percent-encoded is none.
fn cut<'a>(raw: &'a str, delimiters: &[char]) -> (&'a str, Option<char>) {
    let last = raw.chars().next_back();
    let delimiter = last.filter(|last| delimiters.contains(last) && raw.chars().nth(1).is_some());
    let text = delimiter.and_then(|delimiter| raw.strip_suffix(delimiter));
    (text.unwrap_or(raw), delimiter)
}

impl ItemPath {
    fn parse<'a>(
        rest: &mut impl Iterator<Item = &'a str>,
        delimiter: char,
    ) -> Result<Self, UrlError> {
        let mut names = Vec::new();
        for raw in rest {
            let name = raw.strip_suffix(delimiter);
            names.push(percent_decode(name.unwrap_or(raw))?);
            if name.is_some() {
                break;
            }
        }
        // `root:/:/children` is the root's.
        if names.len() == 1 && names.first().is_some_and(String::is_empty) {
            names.clear();
        }
        Ok(Self { delimiter, names })
    }
}

impl Segment {
    /// Whether there is nothing between two slashes.
    pub(crate) fn is_empty(&self) -> bool {
        self.name.is_empty() && self.arguments.is_none() && self.below.is_none()
    }

    fn parse(decoded: &str) -> Result<Self, UrlError> {
        let unbalanced = || UrlError::Unbalanced {
            segment: decoded.to_owned(),
        };
        let Some((name, rest)) = decoded.split_once('(') else {
            return Ok(Self {
                name: decoded.to_owned(),
                arguments: None,
                key: None,
                below: None,
            });
        };
        let inside = rest.strip_suffix(')').ok_or_else(unbalanced)?;
        // A function's arguments, and the key of one of the items that it returns.
        let groups = split_outside_quotes(inside, ')').ok_or_else(unbalanced)?;
        let (arguments, key) = match groups.as_slice() {
            [first, second] if second.starts_with('(') => (*first, second.get(1..)),
            _ => (inside, None),
        };
        let key = key.map(|key| Argument::parse_all(key, decoded));
        Ok(Self {
            name: name.to_owned(),
            arguments: Some(Argument::parse_all(arguments, decoded)?),
            key: key.transpose()?,
            below: None,
        })
    }
}

impl Argument {
    /// Parses what stands in parentheses.
    fn parse_all(inside: &str, segment: &str) -> Result<Vec<Self>, UrlError> {
        let items = split_outside_quotes(inside, ',').ok_or_else(|| UrlError::Unbalanced {
            segment: segment.to_owned(),
        })?;
        if items.len() == 1 && inside.trim().is_empty() {
            return Ok(Vec::new());
        }
        let items = items.into_iter();
        items.map(|item| Self::parse(item, segment)).collect()
    }

    fn parse(item: &str, segment: &str) -> Result<Self, UrlError> {
        let (name, value) = match split_outside_quotes(item, '=') {
            Some(parts) if parts.len() > 1 => {
                let (name, value) = item.split_at(parts[0].len());
                (Some(trim(name).to_owned()), trim(&value[1..]))
            }
            _ => (None, trim(item)),
        };
        if value.is_empty() || name.as_deref() == Some("") {
            return Err(UrlError::EmptyArgument {
                segment: segment.to_owned(),
            });
        }
        Ok(Self {
            name,
            value: value.to_owned(),
        })
    }
}

impl ParsedQuery {
    /// Parses a raw query without its question mark.
    #[cfg(test)]
    pub(crate) fn parse(raw: &str) -> Result<Self, UrlError> {
        Self::parse_as(raw, Undollared::Ignore)
    }

    /// Parses a raw query without its question mark; the case of system query options does not
    /// matter.
    pub(crate) fn parse_as(raw: &str, undollared: Undollared) -> Result<Self, UrlError> {
        let mut options = BTreeMap::new();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let mut name = query_decode(name)?;
            if name.starts_with('$') {
                name.make_ascii_lowercase();
            } else if lacks_its_dollar(&name) {
                match undollared {
                    Undollared::Refuse => return Err(UrlError::Undollared { name }),
                    Undollared::Ignore => {}
                    Undollared::Accept => name = format!("${}", name.to_ascii_lowercase()),
                }
            }
            if options.contains_key(&name) && is_reserved(&name) {
                return Err(UrlError::RepeatedOption { name });
            }
            options.insert(name, query_decode(value)?);
        }
        Ok(Self { options })
    }

    /// The value of an option.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// The names of all options, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.options.keys().map(String::as_str)
    }
}

impl FromIterator<(String, String)> for ParsedQuery {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self {
            options: pairs.into_iter().collect(),
        }
    }
}

/// Whether a custom option is named like a system query option.
fn lacks_its_dollar(name: &str) -> bool {
    const OPTIONS: [&str; 8] = [
        "count", "expand", "filter", "orderby", "search", "select", "skip", "top",
    ];
    OPTIONS
        .iter()
        .any(|option| option.eq_ignore_ascii_case(name))
}

/// System query options and parameter aliases, of which each may be given once only.
fn is_reserved(name: &str) -> bool {
    name.starts_with(['$', '@'])
}

/// Splits at a separator that stands outside single quotes; `None` when a quote stays open.
///
/// A doubled quote inside a string closes and opens again, which comes to the same.
fn split_outside_quotes(text: &str, separator: char) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (index, character) in text.char_indices() {
        if character == '\'' {
            quoted = !quoted;
        } else if character == separator && !quoted {
            parts.push(&text[start..index]);
            start = index + separator.len_utf8();
        }
    }
    parts.push(&text[start..]);
    (!quoted).then_some(parts)
}

/// Takes off the white space that the grammar allows around an item (`BWS`).
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Decodes a piece of a query, where a plus sign stands for a space.
fn query_decode(raw: &str) -> Result<String, UrlError> {
    percent_decode(&raw.replace('+', " "))
}

/// Decodes percent-encoded UTF-8, and refuses what a lenient decoder would let pass.
pub(crate) fn percent_decode(raw: &str) -> Result<String, UrlError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes().enumerate();
    while let Some((offset, byte)) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|(_, digit)| hex_digit(digit));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(UrlError::PercentEncoding {
                text: raw.to_owned(),
                offset,
            });
        };
        bytes.push(high * 16 + low);
    }
    String::from_utf8(bytes).map_err(|_| UrlError::NotUtf8 {
        text: raw.to_owned(),
    })
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests;
