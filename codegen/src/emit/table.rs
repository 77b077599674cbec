//! Calls of the runtime's macros, which take tables: a line for each property, member or method.
//!
//! What a macro makes is the same for all types and is written once, in the runtime. rustfmt leaves
//! a table alone, so it is text here; names and strings still become tokens first.

use super::file::ident;
use crate::api::RustName;
use proc_macro2::{Literal, TokenStream};
use std::fmt::{Display, Write};

/// The width of a line.
const WIDTH: usize = 100;

/// A string literal.
pub(super) fn string(text: &str) -> impl Display {
    Literal::string(text)
}

/// The call of a macro of the runtime that takes a table.
pub(super) struct Table(String);

impl Table {
    /// `odata_runtime::model! { Book = "library.book"`; rows come next.
    pub fn new(name: &str) -> Self {
        Self(format!("odata_runtime::{name}! {{\n"))
    }

    /// A line of its own.
    pub fn line(&mut self, line: impl Display) {
        let _ = writeln!(self.0, "    {line}");
    }

    /// A line in an inner block.
    pub fn row(&mut self, row: impl Display) {
        let _ = writeln!(self.0, "        {row}");
    }

    /// `derived ["library.a", "library.b"]`, in several lines if it is long; nothing if it is empty.
    pub fn list(&mut self, name: &str, items: impl IntoIterator<Item = impl Display>) {
        let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
        if items.is_empty() {
            return;
        }
        let line = format!("{name} [{}]", items.join(", "));
        if line.len() + 4 <= WIDTH {
            return self.line(line);
        }
        self.line(format!("{name} ["));
        for item in items {
            self.row(format!("{item},"));
        }
        self.line("]");
    }

    /// The text.
    pub fn finish(mut self) -> String {
        self.0.push_str("}\n");
        self.0
    }
}

/// A path without the spaces that tokens have between them.
pub(super) fn path(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}

/// The name as code has it.
pub(super) fn name(name: &RustName) -> impl Display {
    ident(name)
}
