//! Names in the programs that documentation shows.

use super::identifier::RustName;
use super::scope::Scope;
use crate::reserved::EXAMPLE_NAMES;

/// A part of a key, called after the type of resource: `user_id`, not `id`.
pub(crate) fn key_argument(resource: &str, part: &RustName) -> RustName {
    let word = part.plain();
    let is_said = word.split('_').next() == resource.split('_').next();
    let name = match is_said {
        true => word.to_owned(),
        false => format!("{resource}_{word}"),
    };
    Scope::default().take(&name)
}

/// Gives the arguments of one function names of their own.
pub(in crate::api) fn of_their_own<'n>(arguments: impl IntoIterator<Item = &'n mut RustName>) {
    let mut scope = Scope::with_reserved(EXAMPLE_NAMES);
    for name in arguments {
        *name = scope.take(name.plain());
    }
}

/// The names of the variables of one program.
#[derive(Debug, Clone)]
pub(crate) struct Variables(Scope);

impl Default for Variables {
    fn default() -> Self {
        Self(Scope::with_reserved(&["client"]))
    }
}

impl Variables {
    /// A name that no other variable has.
    pub fn take(&mut self, word: &str) -> RustName {
        self.0.take(word)
    }
}
