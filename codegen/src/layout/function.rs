//! Functions.

use super::body::statements;
use super::expression::rust_type;
use super::flat::{flat, to_text};
use super::printer::Printer;
use super::space::{Space, WIDTH, width};
use super::statement::write;
use super::token::{Token, list, position};
use proc_macro2::Delimiter::{Brace, Parenthesis};

/// A function without its attributes.
pub(super) fn function(tokens: &[Token], printer: &mut Printer) {
    let function = Function::new(tokens);
    function.head(printer);
    if function.body.is_empty() {
        printer.out.push_str("{}\n");
        return;
    }
    printer.out.push_str("{\n");
    printer.inner(|printer| statements(function.body, printer));
    printer.line("}");
}

struct Function<'t> {
    /// `pub fn name`
    name: &'t [Token],
    generics: Vec<&'t [Token]>,
    arguments: Vec<&'t [Token]>,
    /// The type behind `->`.
    gives: &'t [Token],
    /// Behind `where`.
    predicates: Vec<&'t [Token]>,
    body: &'t [Token],
}

impl<'t> Function<'t> {
    fn new(tokens: &'t [Token]) -> Self {
        let start = tokens.iter().position(|token| token.is_word("fn"));
        let (name, rest) = tokens.split_at(start.map_or(0, |at| at + 2));
        let (generics, rest) = match rest {
            [Token::Sign('<'), rest @ ..] => {
                rest.split_at(position(rest, '>').unwrap_or(rest.len()))
            }
            _ => (&[][..], rest),
        };
        let ([Token::Sign('>'), rest @ ..] | rest) = rest;
        let [
            Token::Group(Parenthesis, arguments),
            rest @ ..,
            Token::Group(Brace, body),
        ] = rest
        else {
            unreachable!("no such function is emitted: {}", to_text(tokens));
        };
        let end = rest.iter().position(|token| token.is_word("where"));
        let (gives, predicates) = rest.split_at(end.unwrap_or(rest.len()));
        Self {
            name,
            generics: list(generics),
            arguments: list(arguments),
            gives: gives.get(2..).unwrap_or_default(),
            predicates: list(predicates.get(1..).unwrap_or_default()),
            body,
        }
    }
}

impl Function<'_> {
    /// All that stands before the body's brace.
    fn head(&self, printer: &mut Printer) {
        let start = printer.out.len();
        let used = printer.flat_line(self.name);
        let is_line = self.generics(used, printer);
        let gives = match self.gives {
            [] => String::new(),
            gives => format!(" -> {}", to_text(gives)),
        };
        let arguments: Vec<_> = self.arguments.iter().map(|it| to_text(it)).collect();
        let line = format!("({})", arguments.join(", "));
        let used = width(&printer.out[start..]) + width(&line) + width(&gives) + " {".len();
        let is_broken = !(self.arguments.is_empty() || is_line && used <= WIDTH);
        match is_broken {
            true => printer.lines("(", &self.arguments, Printer::argument, ")"),
            false => printer.out.push_str(&line),
        }
        self.gives(&gives, is_broken, printer);
    }

    /// `<T, U>`, on one line if that leaves room for brackets and a brace. Says whether it does.
    fn generics(&self, used: usize, printer: &mut Printer) -> bool {
        if self.generics.is_empty() {
            return true;
        }
        let generics = self.generics.iter().map(|it| to_text(it));
        let line = format!("<{}>", generics.collect::<Vec<_>>().join(", "));
        if used + width(&line) + "() {".len() <= WIDTH {
            printer.out.push_str(&line);
            return true;
        }
        printer.lines("<", &self.generics, Printer::bounds, ">");
        false
    }

    /// The type behind the arguments, and bounds behind it.
    fn gives(&self, gives: &str, is_broken: bool, printer: &mut Printer) {
        let line = printer.out.rfind('\n').map_or(0, |at| at + 1);
        printer.out.push_str(gives);
        if !self.predicates.is_empty() {
            printer.out.push('\n');
            printer.begin();
            return printer.lines("where", &self.predicates, Printer::bounds, "");
        }
        // Where the arguments are broken, rustfmt counts the indentation twice.
        let twice = if is_broken { printer.indent } else { 0 };
        if width(&printer.out[line..]) + twice + " {".len() <= WIDTH {
            printer.out.push(' ');
        } else {
            printer.out.push('\n');
            printer.begin();
        }
    }
}

impl Printer {
    /// Items between what opens and closes them, each on a line of its own.
    fn lines(
        &mut self,
        open: &str,
        items: &[&[Token]],
        item: fn(&mut Self, &[Token]),
        close: &str,
    ) {
        self.out.push_str(open);
        self.out.push('\n');
        self.inner(|printer| items.iter().for_each(|it| item(printer, it)));
        self.begin();
        self.out.push_str(close);
    }

    /// A type and its bounds on a line of their own, if it is wide enough for the bounds alone: rustfmt does not
    /// count what is before them.
    fn bounds(&mut self, tokens: &[Token]) {
        let end = position(tokens, ':').map_or(tokens.len(), |at| at + 1);
        let (name, mut bounds) = tokens.split_at(end);
        self.flat_line(name);
        self.out.push_str(if bounds.is_empty() { "" } else { " " });
        let start = self.out.len();
        flat(bounds, &mut self.out);
        if self.indent + width(&self.out[start..]) + ",".len() > WIDTH {
            self.out.truncate(start);
            let place = Space::line(self.indent).inner();
            let mut separator = String::new();
            while !bounds.is_empty() {
                let end = position(bounds, '+').unwrap_or(bounds.len());
                self.out.push_str(&separator);
                let start = self.out.len();
                write(&mut self.out, &rust_type(&bounds[..end]), place);
                separator = match self.out[start..].contains('\n') {
                    true => " + ".to_owned(),
                    false => format!("\n{}+ ", " ".repeat(place.indent)),
                };
                bounds = bounds.get(end + 1..).unwrap_or_default();
            }
        }
        self.out.push_str(",\n");
    }

    /// An argument on a line of its own.
    fn argument(&mut self, argument: &[Token]) {
        let start = self.out.len();
        if self.flat_line(argument) + ",".len() > WIDTH {
            self.out.truncate(start);
            let end = position(argument, ':').unwrap_or_default();
            let (name, of_type) = argument.split_at(end + 1);
            let used = self.flat_line(name) + 1;
            self.out.push(' ');
            let space = Space::line(self.indent).after(used - self.indent);
            write(&mut self.out, &rust_type(of_type), space.without(1));
        }
        self.out.push_str(",\n");
    }
}
