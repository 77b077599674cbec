//! Tokens on one line.

use super::token::Token;
use proc_macro2::{Delimiter, Ident};
use std::fmt::Write;

/// Words that a path may follow, rather than go on from them.
const KEYWORDS: [&str; 6] = ["as", "for", "impl", "in", "mut", "use"];

/// What a line ends with, as far as it matters for a space behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// What belongs to what follows: the beginning, `&`, `::`, `<`.
    Open,
    /// What is apart from what follows: `=`, `,`, `}`, a literal.
    Apart,
    Keyword,
    Name,
    /// What completes an expression or a type: `)`, `>`, `?`.
    Closed,
}

/// Tokens on one line.
pub(super) fn to_text(tokens: &[Token]) -> String {
    let mut out = String::new();
    flat(tokens, &mut out);
    out
}

/// Appends tokens, with the spaces that rustfmt leaves between them.
pub(super) fn flat(tokens: &[Token], out: &mut String) {
    let (mut end, mut bars) = (End::Open, 0);
    let mut rest = tokens;
    while let Some((token, others)) = rest.split_first() {
        rest = others;
        end = match token {
            // None is needed behind the last item.
            Token::Sign(',') if rest.is_empty() => break,
            Token::Sign('|') => {
                bars += 1;
                bar(bars, end, out)
            }
            Token::Sign(first) => {
                let operator = operator(*first, rest.first().and_then(Token::sign));
                match operator {
                    Some(operator) => {
                        rest = &rest[1..];
                        out.push_str(operator);
                        End::Apart
                    }
                    None => single(*first, end, out),
                }
            }
            Token::PathSeparator => {
                space_if(matches!(end, End::Apart | End::Keyword), out);
                out.push_str("::");
                End::Open
            }
            Token::Word(name) => word(name, end, out),
            Token::Literal(literal) => {
                space_if(end != End::Open, out);
                let _ = write!(out, "{literal}");
                End::Apart
            }
            Token::Group(delimiter, inside) => group(*delimiter, inside, end, out),
        };
    }
}

fn word(word: &Ident, end: End, out: &mut String) -> End {
    space_if(end != End::Open, out);
    let _ = write!(out, "{word}");
    match KEYWORDS.iter().any(|keyword| word == keyword) {
        true => End::Keyword,
        false => End::Name,
    }
}

fn space_if(condition: bool, out: &mut String) {
    if condition {
        out.push(' ');
    }
}

/// A bar of a closure: the first opens the arguments, the second closes them.
fn bar(count: usize, end: End, out: &mut String) -> End {
    let opens = count % 2 == 1;
    space_if(opens && end == End::Apart, out);
    out.push('|');
    if opens { End::Open } else { End::Apart }
}

/// The operator that two signs are.
fn operator(first: char, second: Option<char>) -> Option<&'static str> {
    match (first, second?) {
        ('-', '>') => Some(" ->"),
        ('=', '>') => Some(" =>"),
        ('=', '=') => Some(" =="),
        _ => None,
    }
}

fn single(sign: char, end: End, out: &mut String) -> End {
    let is_apart = matches!(end, End::Apart | End::Keyword);
    match sign {
        '=' | '+' => {
            out.push(' ');
            out.push(sign);
            End::Apart
        }
        ',' | ';' | ':' => {
            out.push(sign);
            End::Apart
        }
        '>' | '?' => {
            out.push(sign);
            End::Closed
        }
        '.' | '!' => {
            out.push(sign);
            End::Open
        }
        '<' => {
            space_if(is_apart, out);
            out.push(sign);
            End::Open
        }
        '&' | '*' | '-' | '\'' | '#' if is_apart || end == End::Open => {
            space_if(is_apart, out);
            out.push(sign);
            End::Open
        }
        _ => unreachable!("no `{sign}` is emitted behind `{out}`"),
    }
}

fn group(delimiter: Delimiter, inside: &[Token], end: End, out: &mut String) -> End {
    let is_apart = matches!(end, End::Apart | End::Keyword);
    let (open, close) = match delimiter {
        Delimiter::Parenthesis => {
            space_if(is_apart, out);
            ("(", ")")
        }
        Delimiter::Bracket => {
            space_if(is_apart || end == End::Name, out);
            ("[", "]")
        }
        Delimiter::Brace => {
            space_if(end != End::Open, out);
            match inside.is_empty() {
                true => ("{", "}"),
                false => ("{ ", " }"),
            }
        }
        Delimiter::None => unreachable!("tokens without brackets are in no group: {inside:?}"),
    };
    out.push_str(open);
    flat(inside, out);
    out.push_str(close);
    match delimiter {
        Delimiter::Brace => End::Apart,
        _ => End::Closed,
    }
}
