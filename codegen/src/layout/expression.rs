//! Tokens → expressions and types, as far as lines can be broken in them.

use super::code::Code;
use super::flat::{flat, to_text};
use super::token::{Token, list, position};
use proc_macro2::Delimiter::{Brace, Bracket, Parenthesis};

/// An expression.
pub(super) fn expression(tokens: &[Token]) -> Code {
    match tokens {
        [sign, rest @ ..] if sign.is_sign('&') => Code::after("&", expression(rest)),
        // Closures are short.
        [sign, ..] if sign.is_sign('|') => Code::Text(to_text(tokens)),
        [
            Token::Literal(_)
            | Token::Word(_)
            | Token::PathSeparator
            | Token::Group(Parenthesis | Bracket, _),
            ..,
        ] => chain(tokens),
        _ => unreachable!("no such expression is emitted: {}", to_text(tokens)),
    }
}

/// An expression, fields, and calls of methods.
fn chain(tokens: &[Token]) -> Code {
    let (mut code, mut rest) = operand(tokens);
    while let [Token::Sign('.'), name, others @ ..] = rest {
        let mut text = String::from(".");
        flat(std::slice::from_ref(name), &mut text);
        rest = others;
        if let [Token::PathSeparator, Token::Sign('<'), others @ ..] = rest {
            let end = 3 + position(others, '>').unwrap_or(others.len());
            text.push_str(&to_text(&rest[..end]));
            rest = &rest[end..];
        }
        let link;
        (link, rest) = arguments(text, rest);
        code = code.then(link);
    }
    match rest {
        [] => code,
        _ => unreachable!("no such expression is emitted: {}", to_text(tokens)),
    }
}

/// What a chain begins with, and the rest.
fn operand(tokens: &[Token]) -> (Code, &[Token]) {
    match tokens {
        [Token::Group(Parenthesis, inside), rest @ ..] => (items("(", inside, ")"), rest),
        [Token::Group(Bracket, inside), rest @ ..] => (items("[", inside, "]"), rest),
        [Token::Literal(literal), rest @ ..] => (Code::Text(literal.to_string()), rest),
        _ => {
            let end = path_length(tokens);
            let (path, rest) = tokens.split_at(end);
            match rest {
                [Token::Group(Brace, fields), rest @ ..] => (structure(path, fields), rest),
                _ => arguments(to_text(path), rest),
            }
        }
    }
}

/// How many tokens a path has, with the `!` of a macro.
fn path_length(tokens: &[Token]) -> usize {
    let mut end = usize::from(matches!(tokens, [Token::PathSeparator, ..]));
    loop {
        end += match &tokens[end..] {
            [Token::Word(_), ..] => 1,
            [Token::Sign('<'), rest @ ..] => 2 + position(rest, '>').unwrap_or_default(),
            _ => unreachable!("no such path is emitted: {}", to_text(tokens)),
        };
        match tokens.get(end) {
            Some(Token::PathSeparator) => end += 1,
            Some(Token::Sign('!')) => return end + 1,
            _ => return end,
        }
    }
}

/// `name`, `name(arguments)` or `name(arguments)?`, and the rest.
fn arguments(name: String, tokens: &[Token]) -> (Code, &[Token]) {
    match tokens {
        [
            Token::Group(Parenthesis, inside),
            Token::Sign('?'),
            rest @ ..,
        ] => (items(format!("{name}("), inside, ")?"), rest),
        [Token::Group(Parenthesis, inside), rest @ ..] => {
            (items(format!("{name}("), inside, ")"), rest)
        }
        [Token::Sign('?'), rest @ ..] => (Code::Text(format!("{name}?")), rest),
        _ => (Code::Text(name), tokens),
    }
}

fn items(open: impl Into<String>, inside: &[Token], close: &'static str) -> Code {
    let open = open.into();
    match inside.is_empty() {
        true => Code::Text(open + close),
        false => Code::list(
            open,
            list(inside).into_iter().map(expression).collect(),
            close,
        ),
    }
}

/// `Name { field: value, field }`
fn structure(path: &[Token], fields: &[Token]) -> Code {
    let field = |tokens: &[Token]| match tokens {
        [Token::Word(name), Token::Sign(':'), value @ ..] => Code::field(name, expression(value)),
        _ => Code::Text(to_text(tokens)),
    };
    let fields = list(fields).into_iter().map(field).collect();
    Code::fields(to_text(path) + " {", fields, "}")
}

/// A type.
pub(super) fn rust_type(tokens: &[Token]) -> Code {
    match tokens {
        [word, rest @ ..] if word.is_word("impl") => Code::after("impl ", rust_type(rest)),
        [first, inside @ .., Token::Sign('>')] if !first.is_sign('<') => {
            match inside.iter().position(|token| token.is_sign('<')) {
                Some(open) => {
                    let (path, types) = tokens.split_at(open + 1);
                    let types = list(&types[1..types.len() - 1]);
                    Code::types(
                        to_text(path) + "<",
                        types.into_iter().map(rust_type).collect(),
                    )
                }
                None => Code::Text(to_text(tokens)),
            }
        }
        _ => Code::Text(to_text(tokens)),
    }
}
