//! Documents → model: all that they declare, or a part, for which only what it needs is read.

use super::check;
use super::declarations::{self, Declarations};
use super::external::{AnnotationSources, Block, Rest, apply_external};
use super::inheritance;
use super::keys;
use super::labels::Labels;
use super::model::*;
use super::names::QualifiedName;
use super::resolve::Resolver;
use super::scope::Scope;
use super::unread::{Needed, Place, Unread};
use crate::csdl::{Limits, ast, read_outlined};
use crate::diagnostic::Diagnostics;
use crate::source::Sources;
use std::collections::BTreeSet;

/// Resolves documents into one model: the service's own first or anywhere, annotation documents
/// among them.
///
/// What cannot be resolved is reported and left out, so that one run reports everything.
pub fn resolve(documents: &[ast::Document<'_>], diagnostics: &mut Diagnostics) -> Model {
    with_names(documents, diagnostics, |names, diagnostics| {
        let assembly = Assembly::new(names, diagnostics);
        let mut model = assembly.checked(&Unread::default(), diagnostics);
        apply_external(names, &blocks(documents), &mut model, None, diagnostics);
        inheritance::redeclared(&model, diagnostics);
        check::sort_annotations(&mut model);
        model
    })
}

/// Documents whose declarations are outlined, and where these are read.
#[derive(Debug, Clone, Copy)]
pub struct Outlined<'a> {
    /// The documents.
    pub documents: &'a [ast::Document<'a>],
    /// Their texts.
    pub sources: &'a Sources,
    /// What is accepted of them.
    pub limits: &'a Limits,
}

/// Resolves outlined documents into a part of their model, which `part` takes; `None` if it takes none.
///
/// `needs` says which declarations the part needs, as far as those that have been read tell. The others are
/// not read, so nothing about them is reported. Annotations of what is not taken are not looked at either:
/// where a small part is taken of a large document, they are most of the work.
pub fn resolve_part(
    outlined: Outlined<'_>,
    diagnostics: &mut Diagnostics,
    needs: impl Fn(&Model) -> Needed,
    part: impl FnOnce(&Model, &mut Diagnostics) -> Option<Model>,
) -> Option<Model> {
    let documents = outlined.documents;
    with_names(documents, diagnostics, |names, diagnostics| {
        let mut assembly = Assembly::new(names, diagnostics);
        let mut unread = Unread::new(documents, names.scopes);
        assembly.read_needed(&outlined, &mut unread, needs, diagnostics);
        let mut whole = assembly.checked(&unread, diagnostics);
        let mut part = part(&whole, diagnostics)?;
        let read = read(&outlined, &unread.blocks_of(&part, &whole), diagnostics);
        let mut blocks = blocks(documents);
        for (document, schema) in &read {
            let own = schema.external_annotations.iter();
            blocks.extend(own.map(|it| (*document, it)));
        }
        // What stands later counts, whenever it was read.
        blocks.sort_by_key(|(document, block)| (*document, block.target.span.start));
        let rest = Rest {
            model: &mut whole,
            unread: &unread,
        };
        apply_external(names, &blocks, &mut part, Some(rest), diagnostics);
        inheritance::redeclared(&part, diagnostics);
        check::sort_annotations(&mut part);
        Some(part)
    })
}

/// Calls `resolve` with what the names in the documents refer to.
fn with_names<T>(
    documents: &[ast::Document<'_>],
    diagnostics: &mut Diagnostics,
    resolve: impl FnOnce(&AnnotationSources<'_>, &mut Diagnostics) -> T,
) -> T {
    let types = declarations::types(documents);
    let declared = Declarations::new(documents, &types);
    let mut scopes = Vec::new();
    for document in documents {
        scopes.push(Scope::new(document, &declared, diagnostics));
    }
    let labels = Labels::collect(documents, &scopes);
    let names = AnnotationSources {
        documents,
        scopes: &scopes,
        labels: &labels,
        declared: &declared,
    };
    resolve(&names, diagnostics)
}

/// The blocks of annotations that have been read with their documents.
fn blocks<'a>(documents: &'a [ast::Document<'a>]) -> Vec<Block<'a>> {
    let documents = documents.iter().enumerate();
    let blocks = documents.flat_map(|(index, document)| {
        let schemas = document.schemas.iter();
        let blocks = schemas.flat_map(|schema| &schema.external_annotations);
        blocks.map(move |block| (index, block))
    });
    blocks.collect()
}

/// Reads declarations: schemas that have these alone, each with the index of its document.
fn read<'a>(
    outlined: &Outlined<'a>,
    places: &[Place<'_, 'a>],
    diagnostics: &mut Diagnostics,
) -> Vec<(usize, ast::Schema<'a>)> {
    let by_schema = places.chunk_by(|one, other| std::ptr::eq(one.schema, other.schema));
    let schemas = by_schema.map(|places| {
        let needed = places.iter().map(|place| place.outline);
        let (document, schema) = (places[0].document, places[0].schema);
        let (sources, limits) = (outlined.sources, outlined.limits);
        (
            document,
            read_outlined(sources, schema, needed, limits, diagnostics),
        )
    });
    schemas.collect()
}

/// A model that is being put together.
struct Assembly<'n> {
    names: &'n AnnotationSources<'n>,
    model: Model,
    containers: Vec<check::Container>,
    /// Types whose base type is ignored.
    baseless: BTreeSet<QualifiedName>,
}

impl<'n> Assembly<'n> {
    /// What has been read with the documents, and the outlines of what has not.
    fn new(names: &'n AnnotationSources<'n>, diagnostics: &mut Diagnostics) -> Self {
        let mut assembly = Self {
            names,
            model: Model::default(),
            containers: Vec::new(),
            baseless: BTreeSet::new(),
        };
        for (index, document) in names.documents.iter().enumerate() {
            for schema in &document.schemas {
                assembly.add(index, schema, diagnostics);
            }
        }
        let containers = std::mem::take(&mut assembly.containers);
        assembly.model.container = check::main_container(containers, diagnostics);
        assembly.sort_operations();
        assembly
    }

    fn add(&mut self, document: usize, schema: &ast::Schema<'_>, diagnostics: &mut Diagnostics) {
        let mut resolver = Resolver {
            scope: &self.names.scopes[document],
            labels: self.names.labels,
            namespace: schema.namespace.as_str().into(),
            baseless: &mut self.baseless,
            diagnostics,
        };
        let containers = resolver.schema(schema, &mut self.model);
        self.containers.extend(containers);
        resolver.outlines(&schema.outlines, &mut self.model);
    }

    /// By name first, as most names differ: a key holds all parameters and is made once for each overload.
    fn sort_operations(&mut self) {
        let operations = &mut self.model.operations;
        operations.sort_by(|one, other| one.name.cmp(&other.name));
        for overloads in operations.chunk_by_mut(|one, other| one.name == other.name) {
            if overloads.len() > 1 {
                overloads.sort_by_cached_key(Operation::sort_key);
            }
        }
    }

    /// Reads what a part asks for, until it asks for nothing more.
    fn read_needed(
        &mut self,
        outlined: &Outlined<'_>,
        unread: &mut Unread<'_, '_>,
        needs: impl Fn(&Model) -> Needed,
        diagnostics: &mut Diagnostics,
    ) {
        loop {
            let mut places = unread.take(&needs(&self.model));
            if places.is_empty() {
                return;
            }
            // Values refer to values: all of them at once, before the part is asked again.
            while !places.is_empty() {
                let read = read(outlined, &places, diagnostics);
                let values = Needed::values_in(&read, self.names.scopes);
                self.replace(&read, diagnostics);
                places = unread.take(&values);
            }
            self.sort_operations();
        }
    }

    /// Puts what has been read in the place of its outlines.
    fn replace(&mut self, read: &[(usize, ast::Schema<'_>)], diagnostics: &mut Diagnostics) {
        let mut read_operations = BTreeSet::new();
        for (_, schema) in read {
            let (types, operations) = declarations::names_of(schema);
            for name in &types {
                self.model.types.remove(name);
            }
            read_operations.extend(operations);
        }
        if !read_operations.is_empty() {
            let operations = &mut self.model.operations;
            operations.retain(|it| !read_operations.contains(&it.name));
        }
        for (document, schema) in read {
            self.add(*document, schema, diagnostics);
        }
    }

    /// The model, checked as a whole but for what has not been read.
    fn checked(mut self, unread: &Unread<'_, '_>, diagnostics: &mut Diagnostics) -> Model {
        // Overloads cannot be told apart by their start tags.
        let is_read = |operation: &QualifiedName| !unread.has_operation(operation);
        check::operations(&mut self.model, is_read, diagnostics);
        check::imports(&mut self.model, diagnostics);
        inheritance::check(&mut self.model, diagnostics);
        let may_have_key =
            |name: &QualifiedName| self.baseless.contains(name) || unread.has_type(name);
        keys::check(&mut self.model, may_have_key, diagnostics);
        self.model
    }
}
