//! Names of the methods of one builder, or of the client.

use super::identifier::RustName;
use super::namer::Namer;
use super::overloads::OperationNames;
use super::scope::Scope;
use crate::reserved::{BUILDER_METHODS, CLIENT_METHODS};
use std::collections::BTreeMap;

/// Names that are unique in one builder.
pub(in crate::api) struct MethodNames<'n> {
    namer: &'n Namer,
    scope: Scope,
}

impl<'n> MethodNames<'n> {
    /// The methods of a request builder.
    pub fn of_builder(namer: &'n Namer) -> Self {
        Self {
            namer,
            scope: Scope::with_reserved(BUILDER_METHODS),
        }
    }

    /// The client's methods to entry points.
    pub fn of_client(namer: &'n Namer) -> Self {
        Self {
            namer,
            scope: Scope::with_reserved(CLIENT_METHODS),
        }
    }

    /// A method whose name has nothing to do with the metadata's names.
    pub fn fixed(&mut self, word: &str) -> RustName {
        self.scope.take(word)
    }

    /// What makes a call.
    pub fn call(&mut self, operation: &OperationNames) -> RustName {
        self.scope.take(&operation.method)
    }

    /// From a collection to a resource by its key: `by_user_id_and_name`.
    pub fn key<'k>(&mut self, wire_names: impl IntoIterator<Item = &'k str>) -> RustName {
        let words = wire_names
            .into_iter()
            .map(|name| self.namer.words.snake(name));
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        self.scope.take(&joined("by", &words.join("_and_")))
    }

    /// Reads a stream.
    pub fn download(&mut self, property: &str) -> RustName {
        let word = self.namer.words.snake(property);
        self.scope.take(&joined("download", &word))
    }

    /// Writes a stream.
    pub fn upload(&mut self, property: &str) -> RustName {
        let word = self.namer.words.snake(property);
        self.scope.take(&joined("upload", &word))
    }

    /// The references of a navigation property.
    pub fn references(&mut self, property: &str) -> RustName {
        let word = self.namer.words.snake(property);
        self.scope.take(&joined(&word, "ref"))
    }

    /// To other builders, by the URL segments that lead there.
    pub fn navigation<'s>(
        &mut self,
        owner: &str,
        segments: impl IntoIterator<Item = &'s str>,
    ) -> BTreeMap<&'s str, RustName> {
        let snake = |name: &str| self.namer.words.snake(name);
        let names = self.scope.take_all(segments, snake);
        let element = |segment: &str| format!("{owner}, method to `{segment}`");
        self.namer.record_all(&names, snake, element);
        names
    }
}

/// A name of two parts, of which one may be empty.
fn joined(first: &str, second: &str) -> String {
    match (first, second) {
        (one, "") | ("", one) => one.to_owned(),
        (first, second) => format!("{first}_{second}"),
    }
}
