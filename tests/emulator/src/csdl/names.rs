//! Aliases, and the namespaces that they stand for.

use std::collections::BTreeMap;

use super::xml::Element;
use crate::service::TypeRef;

#[derive(Debug, Default)]
pub(super) struct Names {
    /// Namespaces by alias, those of referenced documents included.
    pub(super) aliases: BTreeMap<String, String>,
    /// The namespaces of referenced documents, whose declarations nobody has here.
    pub(super) included: Vec<String>,
}

impl Names {
    pub(super) fn collect(documents: &[Element], schemas: &[&Element]) -> Self {
        let mut names = Self::default();
        let references = documents.iter().flat_map(|d| d.children_named("Reference"));
        let included: Vec<_> = references
            .flat_map(|r| r.children_named("Include"))
            .collect();
        for declared in included.iter().chain(schemas) {
            let namespace = declared.attribute("Namespace").unwrap_or_default();
            if let Some(alias) = declared.attribute("Alias") {
                names.aliases.insert(alias.to_owned(), namespace.to_owned());
            }
        }
        let namespaces = included.iter().filter_map(|i| i.attribute("Namespace"));
        names.included = namespaces.map(str::to_owned).collect();
        names
    }

    /// A qualified name with its namespace in place of an alias.
    pub(super) fn full(&self, name: &str) -> String {
        match name.rsplit_once('.') {
            Some((prefix, simple)) => {
                let namespace = self.aliases.get(prefix).map_or(prefix, String::as_str);
                format!("{namespace}.{simple}")
            }
            None => name.to_owned(),
        }
    }

    /// A type as an attribute writes it: a name or `Collection(name)`.
    pub(super) fn type_ref(&self, text: &str) -> TypeRef {
        let item = text
            .strip_prefix("Collection(")
            .and_then(|rest| rest.strip_suffix(')'));
        TypeRef {
            name: self.full(item.unwrap_or(text).trim()),
            collection: item.is_some(),
        }
    }

    /// The target of annotations, every name in it in full and without spaces.
    pub(super) fn full_target(&self, target: &str) -> String {
        let compact: String = target.chars().filter(|c| !c.is_whitespace()).collect();
        let mut full = String::new();
        let mut word = String::new();
        for character in compact.chars() {
            if matches!(character, '(' | ')' | ',' | '/') {
                full.push_str(&self.full(&word));
                word.clear();
                full.push(character);
            } else {
                word.push(character);
            }
        }
        full + &self.full(&word)
    }
}
