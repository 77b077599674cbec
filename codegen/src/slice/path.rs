//! The text of a path → its segments.
//!
//! Addresses are taken as documentation writes them: `/users/{id}/messages('AAMk')?$top=5`. Slashes and
//! question marks within parentheses, braces and quotes belong to a key or an argument.

/// The last segment of a path that takes what is contained below it.
const CONTAINED: &str = "**";

/// A path, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed<'p> {
    /// The first names an entry point.
    pub segments: Vec<Segment<'p>>,
    /// Whether it takes what is contained below its end.
    pub contained: bool,
}

/// What stands between two slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'p> {
    /// The name, without the parentheses behind it.
    pub name: &'p str,
    /// What is in the parentheses: a key or arguments.
    pub arguments: Option<&'p str>,
}

impl Parsed<'_> {
    /// Whether it stands for the whole service.
    pub fn is_whole(&self) -> bool {
        self.segments.iter().all(|segment| segment.name.is_empty())
    }
}

/// What a segment can be by its looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks {
    /// A name, qualified or not; or a key that looks like one.
    Name,
    /// The value of a key, or what documentation writes for it.
    Value,
    /// Neither: nothing, `$count`, a misplaced `*`.
    Special,
}

impl<'p> Segment<'p> {
    /// What stands between two slashes, taken apart.
    pub fn of(piece: &'p str) -> Self {
        let call = piece
            .strip_suffix(')')
            .and_then(|piece| piece.split_once('('));
        match call.filter(|(name, _)| !name.is_empty()) {
            Some((name, arguments)) => Self {
                name,
                arguments: Some(arguments),
            },
            None => Self {
                name: piece,
                arguments: None,
            },
        }
    }

    pub fn looks(&self) -> Looks {
        let is_name = |part: &str| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let name = self.name;
        match () {
            () if name.is_empty() || name.starts_with('$') || name.contains('*') => Looks::Special,
            () if name.split('.').all(is_name) => Looks::Name,
            () => Looks::Value,
        }
    }
}

/// Takes a path apart.
pub(super) fn parse(path: &str) -> Parsed<'_> {
    let mut pieces = pieces(path);
    let contained = pieces.last() == Some(&CONTAINED);
    if contained {
        pieces.pop();
    }
    let mut segments = Vec::new();
    let mut pieces = pieces.into_iter();
    while let Some(piece) = pieces.next() {
        // `root:/folder/file:` addresses an item by its path: one like the item before.
        let addressed = piece.strip_suffix(':').filter(|name| !name.is_empty());
        if addressed.is_some() {
            pieces.by_ref().find(|piece| piece.ends_with(':'));
        }
        segments.push(Segment::of(addressed.unwrap_or(piece)));
    }
    Parsed {
        segments,
        contained,
    }
}

/// What stands between slashes, as far as the query.
fn pieces(path: &str) -> Vec<&str> {
    let (path, _) = split_query(path);
    let mut pieces = split_outside(path.trim_start_matches('/'), '/');
    while pieces.len() > 1 && pieces.last() == Some(&"") {
        pieces.pop();
    }
    pieces
}

/// The path of an address, and its query, if it has one.
pub(crate) fn split_query(address: &str) -> (&str, Option<&str>) {
    match split_outside(address, '?').as_slice() {
        [path, _, ..] => (path, Some(&address[path.len() + 1..])),
        _ => (address, None),
    }
}

/// The parts between separators that are not within parentheses, braces or quotes. In a path, a quote
/// outside of parentheses is an apostrophe.
pub(crate) fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let is_of_path = matches!(separator, '/' | '?');
    let (mut parentheses, mut braces, mut quoted) = (0_usize, 0_usize, false);
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '\'' if (parentheses > 0 || !is_of_path) && braces == 0 => quoted = !quoted,
            _ if quoted => {}
            '(' => parentheses += 1,
            ')' => parentheses = parentheses.saturating_sub(1),
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ if c == separator && parentheses + braces == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> String {
        let parsed = parse(path);
        let segments = parsed.segments.iter().map(|segment| {
            let arguments = segment.arguments.map(|text| format!("({text})"));
            format!("{}{}", segment.name, arguments.unwrap_or_default())
        });
        let mut text = segments.collect::<Vec<_>>().join(" | ");
        if parsed.contained {
            text.push_str(" **");
        }
        text
    }

    #[test]
    fn paths_are_taken_apart() {
        let cases = [
            ("/me", "me"),
            ("me/messages/", "me | messages"),
            ("/me/**", "me **"),
            ("/**", " **"),
            ("/", ""),
            (
                "/users/{id | upn}/messages",
                "users | {id | upn} | messages",
            ),
            (
                "/users('a/b?c')/messages?$top=5",
                "users('a/b?c') | messages",
            ),
            (
                "/users/{a user's id}/messages",
                "users | {a user's id} | messages",
            ),
            ("/f(a='it''s (/)',b={x})/g", "f(a='it''s (/)',b={x}) | g"),
            (
                "/me/drive/root:/a/b.txt:/content",
                "me | drive | root | content",
            ),
            ("/me/drive/root:/{path}", "me | drive | root"),
            (
                "/drive/items/{id}:/{name}:/content",
                "drive | items | {id} | content",
            ),
            (
                "/sites/h.example:/teams/hr:/lists",
                "sites | h.example | lists",
            ),
            ("/a//b", "a |  | b"),
            ("/a(b", "a(b"),
            ("/a:", "a"),
            ("/:/b", ": | b"),
        ];
        for (path, expected) in cases {
            assert_eq!(shown(path), expected, "{path}");
        }
    }

    #[test]
    fn values_are_told_from_names() {
        let all = |looks, names: &[&str]| {
            for name in names {
                assert_eq!(Segment::of(name).looks(), looks, "{name}");
            }
        };
        all(
            Looks::Name,
            &["messages", "microsoft.graph.user", "_a", "é1", "AdeleV"],
        );
        let values = [
            "{id}",
            "1",
            "a@b.example",
            "x-1",
            "a%20b",
            "a,b",
            "2.x",
            "a..b",
        ];
        all(Looks::Value, &values);
        all(Looks::Special, &["", "$count", "*", "folders**"]);
    }
}
