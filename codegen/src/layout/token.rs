//! Tokens as a tree that can be looked into.

use proc_macro2::{Delimiter, Ident, Literal, Spacing, TokenStream, TokenTree};

#[derive(Debug)]
pub(super) enum Token {
    Word(Ident),
    /// One character of an operator.
    Sign(char),
    /// `::`
    PathSeparator,
    Literal(Literal),
    Group(Delimiter, Vec<Token>),
}

impl Token {
    /// The tokens of a stream, which is consumed: nothing of it is copied.
    pub fn all(stream: TokenStream) -> Vec<Self> {
        let mut tokens = stream.into_iter();
        let mut all = Vec::with_capacity(tokens.size_hint().0);
        while let Some(token) = tokens.next() {
            all.push(match token {
                TokenTree::Punct(sign)
                    if sign.as_char() == ':' && sign.spacing() == Spacing::Joint =>
                {
                    tokens.next();
                    Self::PathSeparator
                }
                token => Self::new(token),
            });
        }
        all
    }

    fn new(token: TokenTree) -> Self {
        match token {
            TokenTree::Ident(name) => Self::Word(name),
            TokenTree::Literal(literal) => Self::Literal(literal),
            TokenTree::Punct(sign) => Self::Sign(sign.as_char()),
            TokenTree::Group(group) => {
                let (delimiter, stream) = (group.delimiter(), group.stream());
                // Shared by none, the stream gives its tokens away.
                drop(group);
                Self::Group(delimiter, Self::all(stream))
            }
        }
    }

    pub fn is_word(&self, text: &str) -> bool {
        matches!(self, Self::Word(word) if word == text)
    }

    pub fn is_sign(&self, character: char) -> bool {
        self.sign() == Some(character)
    }

    pub fn sign(&self) -> Option<char> {
        match self {
            Self::Sign(sign) => Some(*sign),
            _ => None,
        }
    }

    /// What is in these brackets.
    pub fn inside(&self, delimiter: Delimiter) -> Option<&[Self]> {
        match self {
            Self::Group(found, inside) if *found == delimiter => Some(inside),
            _ => None,
        }
    }
}

/// Where a sign first stands outside of `<…>`.
pub(super) fn position(tokens: &[Token], sign: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = None;
    for (at, token) in tokens.iter().enumerate() {
        let is_of_arrow = matches!(before, Some('-' | '='));
        before = token.sign();
        match before {
            Some(found) if found == sign && depth == 0 => return Some(at),
            Some('<') => depth += 1,
            Some('>') if !is_of_arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// What stands between commas; nothing behind the last of them.
pub(super) fn list(tokens: &[Token]) -> Vec<&[Token]> {
    let mut items = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let end = position(rest, ',').unwrap_or(rest.len());
        items.push(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    items
}
