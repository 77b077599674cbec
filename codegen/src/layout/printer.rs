//! Lines of items: indented, with attributes before them.

use super::code::Code;
use super::flat::{flat, to_text};
use super::space::{STEP, Space, WIDTH, width};
use super::statement::{arm, assign, write};
use super::token::Token;
use proc_macro2::Delimiter::{Bracket, Parenthesis};
use proc_macro2::Literal;

/// The most columns of an expression that is on one line whatever it consists of, unless it has braces.
const SHORT: usize = 60;

/// A text to which lines are appended.
#[derive(Default)]
pub(super) struct Printer {
    pub out: String,
    pub indent: usize,
}

/// What tokens are, where lines can be broken in them.
type Form = fn(&[Token]) -> Code;

impl Printer {
    /// Begins a line.
    pub fn begin(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', self.indent));
    }

    /// A line.
    pub fn line(&mut self, text: &str) {
        self.begin();
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// What is between braces.
    pub fn inner(&mut self, print: impl FnOnce(&mut Self)) {
        self.indent += STEP;
        print(self);
        self.indent -= STEP;
    }

    /// Begins a line with tokens. Gives how wide it is by then.
    pub fn flat_line(&mut self, tokens: &[Token]) -> usize {
        let start = self.out.len();
        self.begin();
        flat(tokens, &mut self.out);
        width(&self.out[start..])
    }

    /// An expression, and the end of its line.
    pub fn expression(&mut self, tokens: &[Token], form: Form, end: &str) {
        let start = self.out.len();
        self.begin();
        let space = Space::line(self.indent).without(kept(end));
        if !self.short(tokens, space) {
            self.out.truncate(start + self.indent);
            write(&mut self.out, &form(tokens), space);
        }
        self.out.push_str(end);
    }

    /// `head`, which ends with `=` or `:`, what belongs behind it, and the end of the line.
    pub fn assignment(&mut self, head: &[Token], value: &[Token], form: Form, end: &str) {
        let used = self.flat_line(head) - self.indent;
        let space = Space::line(self.indent).without(kept(end));
        let start = self.out.len();
        self.out.push(' ');
        if !self.short(value, space.after(used + 1)) {
            self.out.truncate(start);
            assign(&mut self.out, used, &form(value), space);
        }
        self.out.push_str(end);
    }

    /// `head`, which ends with `use`, and what is imported.
    pub fn import(&mut self, head: &[Token], imported: &Code) {
        let used = self.flat_line(head) + 1 - self.indent;
        self.out.push(' ');
        // rustfmt keeps two columns more than `;` needs.
        let space = Space::line(self.indent).after(used).without(3);
        write(&mut self.out, imported, space);
        self.out.push_str(";\n");
    }

    /// An arm of a `match`.
    pub fn arm(&mut self, head: &[Token], body: &[Token], form: Form) {
        let used = self.flat_line(head) - self.indent;
        let space = Space::line(self.indent);
        let start = self.out.len();
        self.out.push(' ');
        if self.short(body, space.after(used + 1).without(1)) {
            self.out.push(',');
        } else {
            self.out.truncate(start);
            arm(&mut self.out, used, &form(body), space);
        }
        self.out.push('\n');
    }

    /// Appends tokens as they are on one line; says whether they belong there.
    fn short(&mut self, tokens: &[Token], space: Space) -> bool {
        let start = self.out.len();
        flat(tokens, &mut self.out);
        let text = &self.out[start..];
        width(text) <= space.width.min(SHORT) && !text.contains('{')
    }

    /// The attributes that tokens begin with, each on a line of its own but for so many columns. Gives the others.
    pub fn attributes<'t>(&mut self, mut tokens: &'t [Token], kept: usize) -> &'t [Token] {
        loop {
            let (open, attribute, rest) = match tokens {
                [
                    Token::Sign('#'),
                    Token::Group(Bracket, attribute),
                    rest @ ..,
                ] => ("#[", attribute, rest),
                [
                    Token::Sign('#'),
                    Token::Sign('!'),
                    Token::Group(Bracket, attribute),
                    rest @ ..,
                ] => ("#![", attribute, rest),
                _ => return tokens,
            };
            self.attribute(open, attribute, kept);
            tokens = rest;
        }
    }

    fn attribute(&mut self, open: &str, attribute: &[Token], kept: usize) {
        self.begin();
        if let [name, Token::Sign('='), Token::Literal(text)] = attribute
            && name.is_word("doc")
        {
            self.out.push_str("///");
            documentation(text, &mut self.out);
            return self.out.push('\n');
        }
        let start = self.out.len();
        self.out.push_str(open);
        flat(attribute, &mut self.out);
        self.out.push(']');
        if self.indent + width(&self.out[start..]) + kept > WIDTH
            && let [name, Token::Group(Parenthesis, argument)] = attribute
        {
            self.out.truncate(start + open.len());
            flat(std::slice::from_ref(name), &mut self.out);
            self.out.push_str("(\n");
            self.inner(|printer| printer.line(&to_text(argument)));
            self.begin();
            self.out.push_str(")]");
        }
        self.out.push('\n');
    }
}

/// How many columns the end of a line takes.
fn kept(end: &str) -> usize {
    end.trim_end().len()
}

/// What a literal holds.
fn documentation(literal: &Literal, out: &mut String) {
    let text = literal.to_string();
    let plain = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    match plain.filter(|plain| !plain.contains('\\')) {
        Some(plain) => out.push_str(plain),
        None => match syn::Lit::new(literal.clone()) {
            // What is behind the end of a line would be code.
            syn::Lit::Str(line) if !line.value().contains(['\n', '\r']) => {
                out.push_str(&line.value());
            }
            _ => unreachable!("no documentation is emitted as {text}"),
        },
    }
}
