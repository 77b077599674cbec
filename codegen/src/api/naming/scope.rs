//! Names that are unique where they stand.

use super::identifier::{RustName, identifier};
use crate::reserved::{DEVICES, FILES};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A scope in which names are unique.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    taken: HashSet<String>,
    reserved: HashSet<Cow<'static, str>>,
    /// The last number that a word got: where thousands ask for one, none counts from the beginning.
    numbers: HashMap<String, usize>,
}

impl Scope {
    /// A scope in which some names have a meaning already.
    pub fn with_reserved(reserved: &[&'static str]) -> Self {
        let reserved = reserved.iter().copied().map(Cow::Borrowed);
        Self {
            reserved: reserved.collect(),
            ..Self::default()
        }
    }

    /// A scope of modules, which are files too.
    pub fn of_files() -> Self {
        Self::with_reserved(&[FILES, DEVICES].concat())
    }

    /// Whether nothing has this name yet.
    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name) && !self.reserved.contains(name)
    }

    /// Keeps a name from being taken.
    pub fn reserve(&mut self, name: &str) {
        self.reserved.insert(name.to_owned().into());
    }

    /// The word as an identifier that nothing else in the scope has: a reserved one gets an
    /// underscore, the second to ask for one a number.
    pub fn take(&mut self, word: &str) -> RustName {
        let mut name = identifier(word.to_owned());
        if self.reserved.contains(name.plain()) {
            // Lints refuse two underscores in a row.
            let suffix = if name.plain().ends_with('_') {
                "2"
            } else {
                "_"
            };
            name = identifier(format!("{}{suffix}", name.plain()));
        }
        // What it was changed to may be reserved, too.
        if self.is_free(name.plain()) {
            self.taken.insert(name.plain().to_owned());
            return name;
        }
        // Lints want `Name2` for types, and no two underscores in a row.
        let joined = word.contains(|c: char| c.is_uppercase()) || word.ends_with('_');
        let separator = if joined { "" } else { "_" };
        let mut count = self.numbers.get(word).copied().unwrap_or(1);
        loop {
            count += 1;
            name = identifier(format!("{word}{separator}{count}"));
            if self.is_free(name.plain()) {
                self.numbers.insert(word.to_owned(), count);
                self.taken.insert(name.plain().to_owned());
                return name;
            }
        }
    }

    /// Names for all of `wire_names`, in the order of these names, not of the argument: a name
    /// whose Rust form is its own form goes first.
    pub fn take_all<'a>(
        &mut self,
        wire_names: impl IntoIterator<Item = &'a str>,
        form: impl Fn(&str) -> String,
    ) -> BTreeMap<&'a str, RustName> {
        let mut sorted: Vec<_> = wire_names
            .into_iter()
            .map(|name| (form(name), name))
            .collect();
        sorted.sort_by_key(|(word, name)| (word != name, *name));
        sorted.dedup();
        sorted
            .into_iter()
            .map(|(word, name)| (name, self.take(&word)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::naming::words::Words;

    #[test]
    fn any_text_becomes_an_identifier() {
        let long = "x".repeat(200);
        let hostile = [
            "",
            "_",
            "1st",
            "type",
            "self",
            "Self",
            "foo\"; exit(1); \"",
            "../../x",
            "a\u{202e}b",
            "日本",
            "‿",
            "crate",
            &long,
        ];
        for text in hostile {
            for word in [Words::default().snake(text), Words::default().pascal(text)] {
                let name = Scope::default().take(&word);
                let parsed = syn::parse_str::<syn::Ident>(name.as_str());
                assert!(parsed.is_ok(), "{text:?} became {name}");
            }
        }
    }

    /// If each number were looked for from the first on, this would take minutes.
    #[test]
    fn thousands_of_names_may_be_one_in_rust() {
        let mut scope = Scope::default();
        scope.reserve("a_3");
        for number in [5, 20_002] {
            scope.take(&format!("a_{number}"));
        }
        let names: Vec<_> = (0..20_000).map(|_| scope.take("a")).collect();
        let names: Vec<_> = names.iter().map(RustName::as_str).collect();
        assert_eq!(names[..5], ["a", "a_2", "a_4", "a_6", "a_7"]);
        assert_eq!(names.last(), Some(&"a_20003"));
    }

    #[test]
    fn collisions_do_not_depend_on_order() {
        let form = |name: &str| Words::default().snake(name);
        let names = ["queryString", "query_string", "QueryString"];
        let forward = Scope::default().take_all(names, form);
        let mut reversed = names;
        reversed.reverse();
        assert_eq!(forward, Scope::default().take_all(reversed, form));
        assert_eq!(forward["query_string"].as_str(), "query_string");
        assert_eq!(forward["QueryString"].as_str(), "query_string_2");
        assert_eq!(forward["queryString"].as_str(), "query_string_3");
    }
}
