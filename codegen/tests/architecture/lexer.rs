//! Rust's tokens with their lines, as far as paths need them.

/// A token and the line that it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    pub line: usize,
    pub kind: Kind<'t>,
}

/// What paths are made of; literals and comments are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'t> {
    Word(&'t str),
    /// `::`
    PathSeparator,
    Sign(char),
}

/// The tokens of a file.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = next(rest, first);
        if let Some(kind) = kind {
            tokens.push(Token { line, kind });
        }
        let (token, after) = rest.split_at(length);
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

/// How long the token at the beginning of a text is, and what it is.
fn next(text: &str, first: char) -> (usize, Option<Kind<'_>>) {
    if text.starts_with("//") {
        return (text.find('\n').unwrap_or(text.len()), None);
    }
    if text.starts_with("/*") {
        return (text.find("*/").map_or(text.len(), |at| at + 2), None);
    }
    if text.starts_with("::") {
        return (2, Some(Kind::PathSeparator));
    }
    if let Some(length) = raw_string(text) {
        return (length, None);
    }
    match first {
        '"' => (string(text), None),
        '\'' => (character(text), None),
        _ if is_of_word(first) => {
            let length = text.find(|c| !is_of_word(c)).unwrap_or(text.len());
            (length, Some(Kind::Word(&text[..length])))
        }
        _ if first.is_whitespace() => (first.len_utf8(), None),
        _ => (first.len_utf8(), Some(Kind::Sign(first))),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of `r"…"` or `r#"…"#`, with or without a `b` before it.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('b').unwrap_or(text).strip_prefix('r')?;
    let inside = after.trim_start_matches('#');
    let hashes = after.len() - inside.len();
    let inside = inside.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(text.len() - inside.len() + length)
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// The length of `'a'` and `'\n'`; of a lifetime, only that of the quote.
fn character(text: &str) -> usize {
    let mut inside = text.char_indices().skip(1);
    match inside.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(text.len(), |at| at + 4),
        Some(_) => match inside.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[test]
fn literals_and_comments_are_no_tokens() {
    let text = r####"a::b // crate::no
        /* crate::no */ "crate::\"no" r#"crate::"no"# 'c' '\'' '\u{7f}' &'life c"####;
    let words: Vec<_> = tokens(text)
        .into_iter()
        .filter_map(|token| match token.kind {
            Kind::Word(word) => Some((token.line, word)),
            _ => None,
        })
        .collect();
    assert_eq!(words, [(1, "a"), (1, "b"), (2, "life"), (2, "c")]);
}
