//! What a program has beside the request: imports, variables, and what there is to say about it.

use super::address::decoded;
use super::index::Index;
use crate::api::{ItemPath, RustType, Variables};
use crate::emit::{Imports, type_tokens};
use crate::layout::Code;
use heck::ToSnakeCase as _;

/// What a program has beside the request.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub index: &'a Index<'a>,
    pub imports: Imports,
    names: Variables,
    /// The variables for placeholders, in the order in which they are needed.
    pub variables: Vec<Variable>,
    /// What is said beside the program.
    pub notes: Vec<String>,
    /// Whether a value is made that may fail otherwise than a request does.
    pub parses: bool,
}

/// A variable that stands for what documentation has a placeholder for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub name: String,
    /// What it was to be called.
    word: String,
    /// The placeholder, braces included.
    pub placeholder: String,
    pub value: Code,
    /// The value as it is in a URL.
    pub sample: String,
}

impl<'a> Scope<'a> {
    pub fn new(index: &'a Index<'a>) -> Self {
        Self {
            index,
            imports: Imports::of_user(&index.api.client.crate_name),
            names: Variables::default(),
            variables: Vec::new(),
            notes: Vec::new(),
            parses: false,
        }
    }

    /// The name of an item of the client, imported.
    pub fn item(&mut self, item: &ItemPath) -> String {
        plain(&self.imports.item(item).to_string())
    }

    /// The name of an item of another crate, imported; those of the runtime come with the client.
    pub fn external(&mut self, path: &str) -> String {
        plain(&self.imports.external(path).to_string())
    }

    /// A type.
    pub fn type_name(&mut self, rust_type: &RustType) -> String {
        plain(&type_tokens(rust_type, &mut self.imports).to_string())
    }

    /// A name that no other variable has.
    pub fn name(&mut self, word: &str) -> String {
        self.names.take(word).to_string()
    }

    /// What a part of the program is made into; if it comes to nothing, nothing of it is left in the scope.
    pub fn attempt<T>(&mut self, make: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.clone();
        let made = make(self);
        if made.is_none() {
            *self = before;
        }
        made
    }

    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The variable for a placeholder, with a value of its type to be replaced.
    pub fn variable(&mut self, placeholder: &str, name: &str, value: Code, sample: &str) -> Code {
        let known = self.variables.iter();
        // `{id}` of a group is another than `{id}` of a user.
        let mut known = known.filter(|it| it.placeholder == placeholder && it.word == name);
        if let Some(variable) = known.next() {
            return Code::text(&variable.name);
        }
        let word = name.to_owned();
        let name = self.name(name);
        self.variables.push(Variable {
            name: name.clone(),
            word,
            placeholder: placeholder.to_owned(),
            value,
            sample: sample.to_owned(),
        });
        Code::Text(name)
    }
}

/// What documentation writes where a value belongs: `{user-id}`, `<id>`. Gives the word inside.
pub(super) fn placeholder(text: &str) -> Option<String> {
    let text = decoded(text);
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .or_else(|| text.strip_prefix('<')?.strip_suffix('>'))?;
    let is_word = |c: char| c.is_alphanumeric() || " -_|.,:/'’".contains(c);
    let is_placeholder = !inner.is_empty() && inner.len() <= 60 && inner.chars().all(is_word);
    is_placeholder.then(|| inner.to_owned())
}

/// The name of a variable for a placeholder; `default` if it says nothing, such as `{id}`.
pub(super) fn variable_name(inner: &str, default: &str) -> String {
    let first = inner.split(['|', ',', '/', ' ']).next().unwrap_or_default();
    let name = first.to_snake_case();
    let is_ascii = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.is_ascii();
    match name.as_str() {
        "id" | "" => default.to_owned(),
        _ if !is_ascii => default.to_owned(),
        _ => name,
    }
}

/// Tokens as they are written: the words of types have no spaces around their signs.
fn plain(tokens: &str) -> String {
    let text = tokens.replace(" :: ", "::").replace(":: ", "::");
    text.replace(" < ", "<")
        .replace(" >", ">")
        .replace("< ", "<")
}
