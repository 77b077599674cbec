//! The names of everything that the documents declare.

use super::names::QualifiedName;
use crate::csdl::OutlineKind;
use crate::csdl::ast::{Document, Schema, StructuredKind};
use crate::source::Text;
use foldhash::{HashMap, HashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What kind of type a qualified name declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Structured(StructuredKind),
    Enum,
    Definition,
}

/// The declared types, to be found without making a name.
type TypeIndex<'a> = HashMap<(&'a str, &'a str), (&'a QualifiedName, Declared)>;

/// Names of all documents.
pub(super) struct Declarations<'a> {
    /// Types by name; of a name that is declared twice the first.
    pub types: &'a BTreeMap<QualifiedName, Declared>,
    /// The same by namespace and name.
    pub index: TypeIndex<'a>,
    /// Functions and actions.
    pub operations: BTreeSet<QualifiedName>,
    /// Terms and entity containers: what can be annotated without being in the model.
    pub others: BTreeSet<QualifiedName>,
    /// Namespaces of schemas.
    pub namespaces: HashSet<&'a str>,
}

impl<'a> Declarations<'a> {
    /// The names that documents declare; `types` are those of the same documents.
    pub fn new(
        documents: &'a [Document<'a>],
        types: &'a BTreeMap<QualifiedName, Declared>,
    ) -> Self {
        let schemas = || documents.iter().flat_map(|document| &document.schemas);
        let entries = types
            .iter()
            .map(|(name, kind)| ((&*name.namespace, &*name.name), (name, *kind)));
        let terms = |schema: &'a Schema<'a>| schema.terms.iter().map(|term| &term.name);
        let containers = |schema: &'a Schema<'a>| schema.containers.iter().map(|c| &c.name);
        Self {
            types,
            index: entries.collect(),
            operations: names(schemas(), operations),
            others: names(schemas(), |schema| terms(schema).chain(containers(schema))),
            namespaces: schemas().map(|schema| schema.namespace.as_str()).collect(),
        }
    }

    /// Whether anything of this name is declared.
    pub fn contains(&self, name: &QualifiedName) -> bool {
        self.types.contains_key(name)
            || self.operations.contains(name)
            || self.others.contains(name)
    }
}

fn names<'a, I: Iterator<Item = &'a Text<'a>>>(
    schemas: impl Iterator<Item = &'a Schema<'a>>,
    of: impl Fn(&'a Schema<'a>) -> I,
) -> BTreeSet<QualifiedName> {
    let mut names = BTreeSet::new();
    for schema in schemas {
        let namespace: Arc<str> = schema.namespace.as_str().into();
        let own = of(schema);
        names.extend(own.map(|name| QualifiedName::new(namespace.clone(), name.as_str())));
    }
    names
}

/// The names of the functions and actions of a schema.
fn operations<'a>(schema: &'a Schema<'a>) -> impl Iterator<Item = &'a Text<'a>> {
    let outlined = schema.outlines.iter().filter_map(|outline| {
        let is_operation = matches!(outline.kind, OutlineKind::Operation { .. });
        is_operation.then_some(&outline.name)
    });
    schema.operations.iter().map(|it| &it.name).chain(outlined)
}

/// The types of a schema.
fn types_of<'a>(schema: &'a Schema<'a>) -> impl Iterator<Item = (&'a Text<'a>, Declared)> {
    let structured = schema.structured_types.iter();
    let structured = structured.map(|it| (&it.name, Declared::Structured(it.kind)));
    let enums = schema
        .enum_types
        .iter()
        .map(|it| (&it.name, Declared::Enum));
    let definitions = schema.type_definitions.iter();
    let definitions = definitions.map(|it| (&it.name, Declared::Definition));
    let outlined = schema.outlines.iter().filter_map(|outline| {
        let declared = match outline.kind {
            OutlineKind::Structured { kind, .. } => Declared::Structured(kind),
            OutlineKind::Enum => Declared::Enum,
            OutlineKind::Definition => Declared::Definition,
            OutlineKind::Operation { .. } | OutlineKind::Annotations => return None,
        };
        Some((&outline.name, declared))
    });
    structured.chain(enums).chain(definitions).chain(outlined)
}

/// The kinds of all declared types.
pub(super) fn types(documents: &[Document<'_>]) -> BTreeMap<QualifiedName, Declared> {
    let mut types = BTreeMap::new();
    for schema in documents.iter().flat_map(|document| &document.schemas) {
        let namespace: Arc<str> = schema.namespace.as_str().into();
        for (name, kind) in types_of(schema) {
            let qualified = QualifiedName::new(namespace.clone(), name.as_str());
            types.entry(qualified).or_insert(kind);
        }
    }
    types
}

/// The names of the types that a schema declares, and those of its operations.
pub(super) fn names_of(schema: &Schema<'_>) -> (Vec<QualifiedName>, BTreeSet<QualifiedName>) {
    let namespace: Arc<str> = schema.namespace.as_str().into();
    let name = |text: &Text<'_>| QualifiedName::new(namespace.clone(), text.as_str());
    let types = types_of(schema).map(|(text, _)| name(text));
    (types.collect(), operations(schema).map(name).collect())
}
