//! Templates of paths, as permission documents and documentation have them.

/// What stands between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// `{id}`: any key.
    Key,
    /// `messages`, `delta()` or `applications(appId={value})`: a name, and what is in the parentheses.
    Name(&'t str, Option<Arguments<'t>>),
    /// `:/{path}:`: the path of an item from what is before it.
    ItemPath,
}

/// What is in parentheses: the names of parameters or of the parts of a key, none for a bare value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arguments<'t>(pub Vec<Option<&'t str>>);

impl Arguments<'_> {
    fn parse(text: &str) -> Arguments<'_> {
        let arguments = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        let names = arguments.map(|it| it.split_once('=').map(|(name, _)| name.trim()));
        Arguments(names.collect())
    }
}

/// The pieces of a template; the reason if it is none.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, String> {
    if template.contains('?') {
        return Err("a query is no part of a path".to_owned());
    }
    let mut found = Vec::new();
    let mut pieces = split(template.trim_matches('/')).into_iter();
    while let Some(text) = pieces.next() {
        let (text, is_addressed) = match text.strip_suffix(':') {
            Some(text) => (text, true),
            None => (text, false),
        };
        match text.is_empty() {
            false => found.push(piece(text)?),
            true if is_addressed => {}
            true => return Err("one of its segments is empty".to_owned()),
        }
        if is_addressed {
            found.push(Piece::ItemPath);
            pieces.by_ref().find(|it| it.ends_with(':'));
        }
    }
    Ok(found)
}

fn piece(text: &str) -> Result<Piece<'_>, String> {
    let is_name = |text: &str| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-');
        !text.is_empty() && text.chars().all(is_part)
    };
    let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    if inner.is_some_and(|inner| !inner.contains(['{', '}'])) {
        return Ok(Piece::Key);
    }
    if is_name(text) {
        return Ok(Piece::Name(text, None));
    }
    let call = text.strip_suffix(')').and_then(|it| it.split_once('('));
    match call.filter(|(name, _)| is_name(name)) {
        Some((name, arguments)) => Ok(Piece::Name(name, Some(Arguments::parse(arguments)))),
        None => Err(format!("`{text}` is no segment of a path")),
    }
}

/// What stands between slashes outside of braces, parentheses and quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0_usize, false, 0);
    let mut pieces = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '\'' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_taken_apart() {
        let name = |text| Piece::Name(text, None);
        let call = |text, names| Piece::Name(text, Some(Arguments(names)));
        let cases = [
            (
                "/me/messages/{id}",
                vec![name("me"), name("messages"), Piece::Key],
            ),
            (
                "/applications(appid={value})/owners/$ref",
                vec![
                    call("applications", vec![Some("appid")]),
                    name("owners"),
                    name("$ref"),
                ],
            ),
            (
                "/drives/{id}/root:/{path}/{x}:/content",
                vec![
                    name("drives"),
                    Piece::Key,
                    name("root"),
                    Piece::ItemPath,
                    name("content"),
                ],
            ),
            (
                "/drives/{id}/items/{id}:/{path}",
                vec![
                    name("drives"),
                    Piece::Key,
                    name("items"),
                    Piece::Key,
                    Piece::ItemPath,
                ],
            ),
            (
                "/f(a={x}, b='{y}')",
                vec![call("f", vec![Some("a"), Some("b")])],
            ),
            (
                "/g('{id}')/h()",
                vec![call("g", vec![None]), call("h", vec![])],
            ),
        ];
        for (template, expected) in cases {
            assert_eq!(pieces(template).unwrap(), expected, "{template}");
        }
        for template in ["/", "/a?$filter=b", "/a/{id}}", "/a(b", "/(c)", "/a(b)c"] {
            assert!(pieces(template).is_err(), "{template}");
        }
    }
}
