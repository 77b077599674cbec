//! What a document's names refer to.

use super::names::{ItemType, Primitive, QualifiedName, TypeRef};
use crate::csdl::ast::Document;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::source::Text;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What kind of thing a qualified name declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Structured,
    Enum,
    Definition,
}

/// The declared types, to be found without making a name.
pub(super) type TypeIndex<'a> = HashMap<(&'a str, &'a str), (&'a QualifiedName, Declared)>;

/// The index of the declared types.
pub(super) fn index(types: &BTreeMap<QualifiedName, Declared>) -> TypeIndex<'_> {
    let entries = types
        .iter()
        .map(|(name, kind)| ((&*name.namespace, &*name.name), (name, *kind)));
    entries.collect()
}

/// Namespaces, aliases and declarations that a document can refer to.
pub(super) struct Scope<'a> {
    /// Namespace by namespace and by alias.
    namespaces: BTreeMap<&'a str, Arc<str>>,
    /// Namespaces that the document includes; their declarations may be unknown.
    included: BTreeSet<&'a str>,
    /// Types of all documents.
    types: &'a BTreeMap<QualifiedName, Declared>,
    /// The same by namespace and name.
    index: &'a TypeIndex<'a>,
    /// Names of the operations of all documents.
    operations: &'a BTreeSet<QualifiedName>,
}

impl<'a> Scope<'a> {
    /// The scope of one document; aliases hold in the whole of it (CSDL XML 4.01, section 5.2).
    pub fn new(
        document: &'a Document<'a>,
        types: &'a BTreeMap<QualifiedName, Declared>,
        index: &'a TypeIndex<'a>,
        operations: &'a BTreeSet<QualifiedName>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut scope = Self {
            namespaces: BTreeMap::new(),
            included: BTreeSet::new(),
            types,
            index,
            operations,
        };
        let included = document
            .references
            .iter()
            .flat_map(|reference| &reference.includes);
        let includes = included.map(|include| (&include.namespace, include.alias.as_ref(), true));
        let schemas = document
            .schemas
            .iter()
            .map(|s| (&s.namespace, s.alias.as_ref(), false));
        for (namespace, alias, is_include) in includes.chain(schemas) {
            if is_include {
                scope.included.insert(namespace.as_str());
            }
            let shared: Arc<str> = namespace.as_str().into();
            for name in std::iter::once(namespace).chain(alias) {
                scope.declare(name, &shared, diagnostics);
            }
        }
        scope
    }

    fn declare(&mut self, name: &'a Text, namespace: &Arc<str>, diagnostics: &mut Diagnostics) {
        match self.namespaces.get(name.as_str()) {
            Some(other) if other != namespace => {
                let message = format!("`{name}` stands for two namespaces");
                diagnostics.push(
                    Diagnostic::error(Code::NamespaceConflict, message)
                        .at(name.span, format!("it already stands for `{other}`"))
                        .help("give one of them another alias"),
                );
            }
            _ => {
                self.namespaces.insert(name.as_str(), namespace.clone());
            }
        }
    }

    /// The name in full. Split at the last dot: a namespace may itself be the name of a type.
    pub fn qualified(&self, text: &str) -> Option<QualifiedName> {
        let (qualifier, name) = text.trim().rsplit_once('.')?;
        if qualifier.is_empty() || name.is_empty() {
            return None;
        }
        let namespace = self.namespaces.get(qualifier);
        let known = self.known(namespace.map_or(qualifier, |known| known), name);
        Some(match known {
            Some((known, _)) => known.clone(),
            None => {
                let namespace = namespace.cloned().unwrap_or_else(|| qualifier.into());
                QualifiedName::new(namespace, name)
            }
        })
    }

    /// A path with the qualified names in its segments in full.
    pub fn path(&self, text: &str) -> String {
        let segments = text.split('/').map(|segment| {
            let (head, tail) = segment.split_at(segment.find('@').map_or(0, |at| at + 1));
            let (name, rest) = tail.split_at(tail.find(['(', '#']).unwrap_or(tail.len()));
            let full = self
                .qualified(name)
                .map_or_else(|| name.to_owned(), |q| q.to_string());
            format!("{head}{full}{rest}")
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// The declared type of a namespace and name.
    pub fn known(&self, namespace: &str, name: &str) -> Option<(&'a QualifiedName, Declared)> {
        self.index.get(&(namespace, name)).copied()
    }

    /// The declared type that a text names.
    fn declared(
        &self,
        text: &Text<'_>,
        item: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<(&'a QualifiedName, Declared)> {
        let found = item.trim().rsplit_once('.').and_then(|(qualifier, name)| {
            let namespace = self
                .namespaces
                .get(qualifier)
                .map_or(qualifier, |known| known);
            self.known(namespace, name)
        });
        if found.is_none() {
            diagnostics.push(self.unresolved(text, item));
        }
        found
    }

    /// The structured type that a text names.
    pub fn structured(
        &self,
        text: &Text<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<QualifiedName> {
        let (name, kind) = self.declared(text, text.as_str(), diagnostics)?;
        if kind == Declared::Structured {
            return Some(name.clone());
        }
        let message = format!("`{text}` is not an entity or complex type");
        diagnostics.push(
            Diagnostic::error(Code::UnresolvedReference, message)
                .at(text.span, "expected an entity or complex type"),
        );
        None
    }

    /// The operation that a text names.
    pub fn operation(
        &self,
        text: &Text<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<QualifiedName> {
        let name = self.qualified(text.as_str());
        if let Some(name) = name.as_ref().filter(|name| self.operations.contains(name)) {
            return Some(name.clone());
        }
        let message = format!("the operation `{text}` is not declared");
        let error = Diagnostic::error(Code::UnresolvedReference, message);
        let known: Vec<_> = self.operations.iter().map(ToString::to_string).collect();
        let searched = name.map_or_else(|| text.value.to_string(), |name| name.to_string());
        diagnostics.push(
            error
                .at(
                    text.span,
                    "expected the qualified name of a function or action",
                )
                .suggest(&searched, known.iter().map(String::as_str)),
        );
        None
    }

    /// The type that a text refers to, `Collection(…)` included.
    pub fn type_ref(&self, text: &Text<'_>, diagnostics: &mut Diagnostics) -> Option<TypeRef> {
        let (item, is_collection) = split_collection(text.as_str());
        let item = match item
            .strip_prefix("Edm.")
            .map(|name| (name, Primitive::from_name(name)))
        {
            Some((_, Some(primitive))) => ItemType::Primitive(primitive),
            Some((name, None)) => {
                let message = format!("`{item}` is not a primitive type");
                diagnostics.push(
                    Diagnostic::error(Code::UnresolvedReference, message)
                        .at(text.span, "the namespace `Edm` has no type of this name")
                        .suggest(name, Primitive::names()),
                );
                return None;
            }
            None => ItemType::Named(self.declared(text, item, diagnostics)?.0.clone()),
        };
        Some(TypeRef {
            item,
            is_collection,
        })
    }

    fn unresolved(&self, text: &Text<'_>, item: &str) -> Diagnostic {
        let message = format!("the type `{item}` is not declared");
        let error = Diagnostic::error(Code::UnresolvedReference, message);
        let Some(name) = self.qualified(item) else {
            return error
                .at(text.span, "expected a qualified name")
                .help("a type's name is its schema's namespace or alias, a dot, and its own name");
        };
        if !self
            .types
            .keys()
            .any(|known| known.namespace == name.namespace)
        {
            let label = format!("no document declares anything in `{}`", name.namespace);
            let error = error.at(text.span, label);
            return if self.included.contains(&*name.namespace) {
                error.help("the namespace is included by reference: add that document too")
            } else {
                error.suggest(&name.namespace, self.namespaces.keys().copied())
            };
        }
        let error = error.at(text.span, "not found");
        match self.nearest_type(&name) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    /// The type of the namespace with the nearest name, or one of this name elsewhere.
    fn nearest_type(&self, name: &QualifiedName) -> Option<&QualifiedName> {
        let inside = self.types.keys().filter(|k| k.namespace == name.namespace);
        let near = nearest(&name.name, inside.clone().map(|known| &*known.name));
        near.and_then(|near| inside.clone().find(|known| *known.name == *near))
            .or_else(|| self.types.keys().find(|known| known.name == name.name))
    }
}

/// The inner type's name and whether it stands in `Collection(…)`.
fn split_collection(text: &str) -> (&str, bool) {
    let inner = text
        .strip_prefix("Collection(")
        .and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(item) => (item.trim(), true),
        None => (text.trim(), false),
    }
}
