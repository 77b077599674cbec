//! Expressions and types of Rust, as far as lines can be broken in them.

use std::fmt::Display;

/// An expression or a type, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Code {
    /// What is never broken.
    Text(String),
    /// `open`, items with commas between them, `close`.
    List(List),
    /// An expression, and fields and calls of methods, each of which begins with a dot.
    Chain(Vec<Code>),
    /// What stands before an expression, such as `&`.
    After(String, Box<Code>),
    /// The name of a field, and its value.
    Field(String, Box<Code>),
}

/// `open`, items with commas between them, `close`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct List {
    /// What the list begins with, up to its bracket.
    pub open: String,
    pub items: Vec<Code>,
    /// The other bracket, and what belongs to it.
    pub close: &'static str,
    pub shape: Shape,
}

/// What a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Arguments, or items of an array or a tuple.
    Values,
    /// Fields of a struct.
    Fields,
    /// Arguments of a generic type.
    Types,
    /// What is imported from a module.
    Names,
}

impl Code {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A literal of this text, whatever is in it.
    pub fn string(text: &str) -> Self {
        Self::Text(proc_macro2::Literal::string(text).to_string())
    }

    /// `name(arguments)`
    pub fn call(name: impl Display, arguments: Vec<Self>) -> Self {
        match arguments.is_empty() {
            true => Self::Text(format!("{name}()")),
            false => Self::list(format!("{name}("), arguments, ")"),
        }
    }

    /// `.name(arguments)`
    pub fn method(name: impl Display, arguments: Vec<Self>) -> Self {
        Self::call(format!(".{name}"), arguments)
    }

    pub fn list(open: impl Into<String>, items: Vec<Self>, close: &'static str) -> Self {
        Self::of_shape(Shape::Values, open, items, close)
    }

    /// `[items]`
    pub fn array(items: Vec<Self>) -> Self {
        Self::list("[", items, "]")
    }

    /// One alone as it is, several as a tuple.
    pub fn one_or_tuple(mut items: Vec<Self>) -> Self {
        match items.len() {
            1 => items.remove(0),
            _ => Self::list("(", items, ")"),
        }
    }

    /// `Name { fields }`
    pub fn fields(open: impl Into<String>, items: Vec<Self>, close: &'static str) -> Self {
        Self::of_shape(Shape::Fields, open, items, close)
    }

    /// `Name<types>`
    pub fn types(open: impl Into<String>, items: Vec<Self>) -> Self {
        Self::of_shape(Shape::Types, open, items, ">")
    }

    /// `module::{names}`
    pub fn names(open: impl Into<String>, items: Vec<Self>) -> Self {
        Self::of_shape(Shape::Names, open, items, "}")
    }

    fn of_shape(
        shape: Shape,
        open: impl Into<String>,
        items: Vec<Self>,
        close: &'static str,
    ) -> Self {
        Self::List(List {
            open: open.into(),
            items,
            close,
            shape,
        })
    }

    pub fn after(before: impl Into<String>, code: Self) -> Self {
        Self::After(before.into(), Box::new(code))
    }

    /// `name: value`
    pub fn field(name: impl Display, value: Self) -> Self {
        Self::Field(format!("{name}:"), Box::new(value))
    }

    /// This, with the call of a method behind it.
    pub fn then(self, link: Self) -> Self {
        match self {
            Self::Chain(mut links) => {
                links.push(link);
                Self::Chain(links)
            }
            first => Self::Chain(vec![first, link]),
        }
    }

    /// Appends it to a text, on one line.
    pub fn write_flat(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Chain(links) => links.iter().for_each(|link| link.write_flat(out)),
            Self::After(before, code) => {
                out.push_str(before);
                code.write_flat(out);
            }
            Self::Field(name, value) => {
                out.push_str(name);
                out.push(' ');
                value.write_flat(out);
            }
            Self::List(list) => list.write_flat(out),
        }
    }

    /// Whether it is a call of a function or a macro, with or without a sign before it.
    pub(super) fn is_call(&self) -> bool {
        match self {
            Self::List(list) => list.open.len() > 1 && list.open.contains(['(', '[']),
            Self::After(_, code) => code.is_call(),
            _ => false,
        }
    }

    /// Whether it is the literal of a text, which rustfmt leaves as wide as it is.
    pub(super) fn is_string(&self) -> bool {
        matches!(self, Self::Text(text) if text.starts_with('"'))
    }

    /// How many `?` it ends with.
    pub(super) fn tries(&self) -> usize {
        let text = match self {
            Self::Text(text) => text,
            Self::List(list) => list.close,
            _ => "",
        };
        text.len() - text.trim_end_matches('?').len()
    }

    /// Whether it ends with the call of a method, with or without a sign before it.
    pub(super) fn is_method_call(&self) -> bool {
        match self {
            Self::Chain(links) => links.last().is_some_and(Self::ends_with_call),
            Self::After(_, code) => code.is_method_call(),
            _ => false,
        }
    }

    /// Whether its last bracket may be on a line of its own, while it begins on that of something else.
    pub(super) fn overflows(&self) -> bool {
        match self {
            Self::List(list) => !matches!(list.shape, Shape::Types | Shape::Names),
            Self::Chain(_) => self.is_method_call(),
            Self::After(_, code) => code.overflows(),
            Self::Text(_) | Self::Field(..) => false,
        }
    }

    /// Whether several may be on one line of a list that takes several.
    pub(super) fn is_simple(&self) -> bool {
        match self {
            Self::Text(text) => self.is_string() || text.chars().all(is_of_word),
            Self::After(_, code) => code.is_simple(),
            _ => false,
        }
    }

    /// Whether it is the call of a method, rather than a field or `.await`.
    fn ends_with_call(&self) -> bool {
        match self {
            Self::Text(text) => text.ends_with([')', '?']) && !text.starts_with(".await"),
            _ => true,
        }
    }
}

impl List {
    fn write_flat(&self, out: &mut String) {
        let is_spaced = self.shape == Shape::Fields && !self.items.is_empty();
        let space = if is_spaced { " " } else { "" };
        out.push_str(&self.open);
        out.push_str(space);
        for (at, item) in self.items.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            item.write_flat(out);
        }
        out.push_str(space);
        out.push_str(self.close);
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
