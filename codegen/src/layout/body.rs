//! Statements of functions.

use super::expression::expression;
use super::flat::to_text;
use super::printer::Printer;
use super::token::{Token, list, position};
use proc_macro2::Delimiter::Brace;

/// What is between the braces of a block.
pub(super) fn statements(mut tokens: &[Token], printer: &mut Printer) {
    while !tokens.is_empty() {
        tokens = statement(tokens, printer);
    }
}

/// The first statement. Gives what is behind it.
fn statement<'t>(tokens: &'t [Token], printer: &mut Printer) -> &'t [Token] {
    match tokens {
        [word, ..] if word.is_word("while") => block(tokens, printer, statements),
        [word, ..] if word.is_word("match") => block(tokens, printer, arms),
        _ => {
            let end = tokens.iter().position(|token| token.is_sign(';'));
            match end {
                Some(end) => {
                    simple(&tokens[..end], ";\n", printer);
                    &tokens[end + 1..]
                }
                None => {
                    simple(tokens, "\n", printer);
                    &[]
                }
            }
        }
    }
}

/// An expression or an assignment, and the end of its line.
fn simple(tokens: &[Token], end: &str, printer: &mut Printer) {
    match position(tokens, '=') {
        Some(at) => {
            let (head, value) = tokens.split_at(at + 1);
            printer.assignment(head, value, expression, end);
        }
        None => printer.expression(tokens, expression, end),
    }
}

/// A statement that ends with a block. Gives what is behind it.
fn block<'t>(
    tokens: &'t [Token],
    printer: &mut Printer,
    print: impl FnOnce(&[Token], &mut Printer),
) -> &'t [Token] {
    let end = tokens
        .iter()
        .position(|token| token.inside(Brace).is_some());
    let (head, rest) = tokens.split_at(end.unwrap_or(tokens.len()));
    let [Token::Group(_, inside), rest @ ..] = rest else {
        unreachable!("no such statement is emitted: {}", to_text(tokens));
    };
    printer.flat_line(head);
    printer.out.push_str(" {\n");
    printer.inner(|printer| print(inside, printer));
    printer.line("}");
    rest
}

/// The arms of a `match`.
fn arms(tokens: &[Token], printer: &mut Printer) {
    for arm in list(tokens) {
        let end = position(arm, '=').unwrap_or_default();
        let (head, body) = arm.split_at(end + 2);
        printer.arm(head, body, expression);
    }
}
