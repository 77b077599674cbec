//! Items, one after the other.

use super::expression::{expression, rust_type};
use super::flat::to_text;
use super::function::function;
use super::import::{Import, plain};
use super::printer::Printer;
use super::space::WIDTH;
use super::token::{Token, list, position};
use proc_macro2::Delimiter::{Brace, Bracket};
use proc_macro2::{Ident, TokenStream};

/// Items as text. Modules and imports that stand together are sorted.
pub(crate) fn items(tokens: TokenStream) -> String {
    let mut printer = Printer::default();
    all(&Token::all(tokens), &mut printer);
    printer.out
}

/// An `impl` block that begins with calls of macros, which are text already.
pub(crate) fn implementation(name: &Ident, macros: &str, members: TokenStream) -> String {
    let mut printer = Printer::default();
    printer.out.push_str(&format!("impl {name} {{\n{macros}"));
    if !macros.is_empty() && !members.is_empty() {
        printer.out.push('\n');
    }
    printer.inner(|printer| all(&Token::all(members), printer));
    printer.line("}");
    printer.out
}

/// An item.
struct Item<'t> {
    kind: Kind,
    attributes: &'t [Token],
    declaration: &'t [Token],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An attribute of what the items are in.
    Attribute,
    Module,
    Import,
    Constant,
    Function,
    Implementation,
    Structure,
    Enumeration,
}

/// The items, modules and imports that stand together in order.
fn sorted(mut tokens: &[Token]) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    while !tokens.is_empty() {
        let (item, rest) = Item::first_of(tokens);
        items.push(item);
        tokens = rest;
    }
    for run in items.chunk_by_mut(|a, b| a.kind == b.kind) {
        match run[0].kind {
            Kind::Module => run.sort_by_cached_key(Item::module),
            Kind::Import => run.sort_by_cached_key(|item| Import::new(item.imported().1)),
            _ => {}
        }
    }
    items
}

/// The items, with blank lines between them; modules, imports and constants of one line stand together.
fn all(tokens: &[Token], printer: &mut Printer) {
    let mut before = None;
    for item in sorted(tokens) {
        if before.is_some_and(|kind| kind != Some(item.kind)) {
            printer.out.push('\n');
        }
        let start = printer.out.len();
        item.print(printer);
        let is_line = printer.out[start..].lines().count() == 1;
        let stands_together = match item.kind {
            Kind::Module | Kind::Import => true,
            Kind::Constant | Kind::Attribute => is_line,
            _ => false,
        };
        before = Some(stands_together.then_some(item.kind));
    }
}

impl Kind {
    /// That of an item without its attributes.
    fn of(declaration: &[Token]) -> Self {
        for token in declaration {
            let Token::Word(word) = token else { continue };
            return match word.to_string().as_str() {
                "mod" => Self::Module,
                "use" => Self::Import,
                "const" | "static" => Self::Constant,
                "fn" => Self::Function,
                "impl" => Self::Implementation,
                "struct" => Self::Structure,
                "enum" => Self::Enumeration,
                "pub" | "async" => continue,
                _ => break,
            };
        }
        unreachable!("no such item is emitted: {}", to_text(declaration))
    }

    fn ends_with(self, token: &Token) -> bool {
        match self {
            Self::Module | Self::Import | Self::Constant => token.is_sign(';'),
            _ => token.inside(Brace).is_some(),
        }
    }
}

impl<'t> Item<'t> {
    /// The first of the items that tokens are, and the tokens behind it.
    fn first_of(tokens: &'t [Token]) -> (Self, &'t [Token]) {
        let mut length = 0;
        loop {
            length += match &tokens[length..] {
                [Token::Sign('#'), Token::Group(Bracket, _), ..] => 2,
                [Token::Sign('#'), Token::Sign('!'), ..] => {
                    let (attributes, rest) = tokens.split_at(length + 3);
                    let item = Self {
                        kind: Kind::Attribute,
                        attributes,
                        declaration: &[],
                    };
                    return (item, rest);
                }
                _ => break,
            };
        }
        let (attributes, rest) = tokens.split_at(length);
        let kind = Kind::of(rest);
        let end = rest.iter().position(|token| kind.ends_with(token));
        let (declaration, rest) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
        let item = Self {
            kind,
            attributes,
            declaration,
        };
        (item, rest)
    }

    /// The name of the module.
    fn module(&self) -> String {
        let names = self.declaration.iter();
        let mut names = names.filter(|token| matches!(token, Token::Word(_)));
        let name = names.next_back().map(std::slice::from_ref);
        plain(&to_text(name.unwrap_or_default())).to_owned()
    }

    /// What stands before what is imported, and that.
    fn imported(&self) -> (&'t [Token], &'t [Token]) {
        let mut tokens = self.declaration.iter();
        let end = tokens.position(|token| token.is_word("use"));
        let (head, imported) = self.declaration.split_at(end.map_or(0, |at| at + 1));
        let ([imported @ .., Token::Sign(';')] | imported) = imported;
        (head, imported)
    }

    fn print(&self, printer: &mut Printer) {
        // Those of an import have no more room than what is imported.
        let kept = match self.kind {
            Kind::Import => "use ;".len(),
            _ => 0,
        };
        printer.attributes(self.attributes, kept);
        let tokens = self.declaration;
        match self.kind {
            Kind::Attribute => {}
            Kind::Module => printer.line(&to_text(tokens)),
            Kind::Import => {
                let (head, import) = self.imported();
                printer.import(head, &Import::new(import).into_code());
            }
            Kind::Constant => constant(tokens, printer),
            Kind::Function => function(tokens, printer),
            Kind::Implementation => implementing(tokens, printer),
            Kind::Structure => block(tokens, printer, fields),
            Kind::Enumeration => block(tokens, printer, variants),
        }
    }
}

fn constant(tokens: &[Token], printer: &mut Printer) {
    let end = position(tokens, '=').unwrap_or_default();
    let (head, value) = tokens.split_at(end + 1);
    let ([value @ .., Token::Sign(';')] | value) = value;
    printer.assignment(head, value, expression, ";\n");
}

/// What is in braces, behind what stands before them.
fn block(tokens: &[Token], printer: &mut Printer, print: impl FnOnce(&[Token], &mut Printer)) {
    let (head, inside) = in_braces(tokens);
    let used = printer.flat_line(head);
    if used + " {".len() <= WIDTH {
        printer.out.push_str(" {\n");
    } else {
        printer.out.push('\n');
        printer.line("{");
    }
    printer.inner(|printer| print(inside, printer));
    printer.line("}");
}

fn in_braces(tokens: &[Token]) -> (&[Token], &[Token]) {
    match tokens {
        [head @ .., Token::Group(Brace, inside)] => (head, inside),
        _ => unreachable!("no such item is emitted: {}", to_text(tokens)),
    }
}

fn implementing(tokens: &[Token], printer: &mut Printer) {
    let (head, inside) = in_braces(tokens);
    let start = printer.out.len();
    let width = printer.flat_line(head);
    let of = head.iter().position(|token| token.is_word("for"));
    match of.filter(|_| width + " {".len() > WIDTH) {
        None => printer.out.push_str(" {\n"),
        Some(of) => {
            printer.out.truncate(start);
            let (head, of) = head.split_at(of);
            printer.line(&to_text(head));
            printer.inner(|printer| printer.line(&to_text(of)));
            printer.line("{");
        }
    }
    printer.inner(|printer| all(inside, printer));
    printer.line("}");
}

fn fields(tokens: &[Token], printer: &mut Printer) {
    for field in list(tokens) {
        let field = printer.attributes(field, ",".len());
        let end = position(field, ':').unwrap_or_default();
        let (name, of_type) = field.split_at(end + 1);
        printer.assignment(name, of_type, rust_type, ",\n");
    }
}

fn variants(tokens: &[Token], printer: &mut Printer) {
    for variant in list(tokens) {
        let variant = printer.attributes(variant, 0);
        printer.line(&(to_text(variant) + ","));
    }
}
