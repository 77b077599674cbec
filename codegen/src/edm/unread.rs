//! Declarations that have only been outlined, and which of them a part of a model needs.

use super::model::Model;
use super::names::QualifiedName;
use super::scope::Scope;
use crate::csdl::{Outline, OutlineKind, ast};
use foldhash::HashMap;
use std::collections::BTreeSet;

/// The declarations that a part of a model needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needed {
    /// Types.
    pub types: BTreeSet<QualifiedName>,
    /// Functions and actions, with all their overloads.
    pub operations: BTreeSet<QualifiedName>,
}

/// An outlined declaration, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'d, 'a> {
    /// The index of its document.
    pub document: usize,
    pub schema: &'d ast::Schema<'a>,
    pub outline: &'d Outline<'a>,
}

/// The declarations that have not been read.
#[derive(Default)]
pub(super) struct Unread<'d, 'a> {
    types: HashMap<QualifiedName, Vec<Place<'d, 'a>>>,
    operations: HashMap<QualifiedName, Vec<Place<'d, 'a>>>,
    /// Blocks of annotations, with the declarations that they target.
    blocks: Vec<(Option<QualifiedName>, Place<'d, 'a>)>,
}

impl<'d, 'a> Unread<'d, 'a> {
    /// Those of documents.
    pub fn new(documents: &'d [ast::Document<'a>], scopes: &[Scope<'_>]) -> Self {
        let mut unread = Self::default();
        for (document, (tree, scope)) in documents.iter().zip(scopes).enumerate() {
            for schema in &tree.schemas {
                for outline in schema.outlines.iter() {
                    let place = Place {
                        document,
                        schema,
                        outline,
                    };
                    unread.add(place, scope);
                }
            }
        }
        unread
    }

    fn add(&mut self, place: Place<'d, 'a>, scope: &Scope<'_>) {
        let name = place.outline.name.as_str();
        let own = || scope.own(place.schema.namespace.as_str(), name);
        match place.outline.kind {
            OutlineKind::Annotations => {
                let end = name.find(['/', '(']).unwrap_or(name.len());
                self.blocks.push((scope.qualified(&name[..end]), place));
            }
            OutlineKind::Operation { .. } => {
                self.operations.entry(own()).or_default().push(place);
            }
            OutlineKind::Structured { .. } | OutlineKind::Enum | OutlineKind::Definition => {
                self.types.entry(own()).or_default().push(place);
            }
        }
    }

    /// Whether a type has not been read.
    pub fn has_type(&self, name: &QualifiedName) -> bool {
        self.types.contains_key(name)
    }

    /// Whether an operation has not been read.
    pub fn has_operation(&self, name: &QualifiedName) -> bool {
        self.operations.contains_key(name)
    }

    /// Takes what is needed and has not been read, in the order of the documents.
    pub fn take(&mut self, needed: &Needed) -> Vec<Place<'d, 'a>> {
        let types = needed.types.iter().filter_map(|it| self.types.remove(it));
        let mut places: Vec<_> = types.flatten().collect();
        let operations = needed.operations.iter();
        let operations = operations.filter_map(|it| self.operations.remove(it));
        places.extend(operations.flatten());
        sort(&mut places);
        places
    }

    /// The blocks of annotations that may concern a part of a model: all but those whose targets the whole has
    /// and the part does not.
    pub fn blocks_of(&self, part: &Model, whole: &Model) -> Vec<Place<'d, 'a>> {
        let blocks = self.blocks.iter().filter(|(root, place)| {
            let is_left_out = |root: &QualifiedName| {
                let target = place.outline.name.as_str().split_once('/');
                let path = target.map(|(_, path)| path);
                // What has not been read belongs to the whole alone.
                self.has_type(root)
                    || self.has_operation(root)
                    || has(whole, root, path) && !has(part, root, path)
            };
            !root.as_ref().is_some_and(is_left_out)
        });
        blocks.map(|(_, place)| *place).collect()
    }
}

/// Whether a model has a type or an operation, or the entry point at the beginning of a path in a container.
fn has(model: &Model, root: &QualifiedName, path: Option<&str>) -> bool {
    let container = model.container.as_ref().filter(|it| it.name == *root);
    if let Some(container) = container {
        let first = path.and_then(|path| path.split(['/', ':']).next());
        return first.is_none_or(|entry| container.children.contains_key(entry));
    }
    model.types.contains_key(root) || model.overloads(root).next().is_some()
}

fn sort(places: &mut [Place<'_, '_>]) {
    let begins = |place: &Place<'_, '_>| (place.document, place.outline.name.span.start);
    places.sort_by_key(begins);
}

impl Needed {
    /// The types of the values that have been read: of properties, parameters and results.
    pub(super) fn values_in(read: &[(usize, ast::Schema<'_>)], scopes: &[Scope<'_>]) -> Self {
        let mut types = BTreeSet::new();
        for (document, schema) in read {
            let scope = &scopes[*document];
            let structured = schema.structured_types.iter();
            let properties = structured.flat_map(|it| &it.properties);
            let parameters = schema.operations.iter().flat_map(|it| &it.parameters);
            let results = schema
                .operations
                .iter()
                .filter_map(|it| it.return_type.as_ref());
            let values = properties.map(|it| &it.type_name);
            let values = values.chain(parameters.map(|it| &it.type_name));
            let values = values.chain(results.map(|it| &it.type_name));
            types.extend(values.filter_map(|it| Some(scope.outlined_type(it)?.named()?.clone())));
        }
        Self {
            types,
            operations: BTreeSet::new(),
        }
    }
}
