//! What everything that makes items knows.

use super::allowed::AllowedValues;
use super::index::Index;
use super::naming::{Namer, Overloads, TypeNames};
use super::selection::Selection;
use crate::config::{ClientConfig, OperationGroupConfig, ServiceConfig};
use crate::edm::Model;
use std::collections::BTreeMap;

/// What the configuration says about the items of a client.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The crate that is written.
    pub client: &'a ClientConfig,
    /// The service that it calls.
    pub service: &'a ServiceConfig,
    /// Words that must not be split, and how type names write them.
    pub words: &'a BTreeMap<String, String>,
    /// Functions that are enumerated.
    pub operation_groups: &'a [OperationGroupConfig],
}

/// The part of a model that is emitted, with the names of its types and operations.
pub(super) struct Context<'m> {
    pub selection: Selection<'m>,
    pub options: Options<'m>,
    pub namer: &'m Namer,
    pub allowed: AllowedValues<'m>,
    pub names: TypeNames<'m>,
    pub overloads: Overloads,
}

impl<'m> Context<'m> {
    pub fn new(selection: Selection<'m>, options: Options<'m>, namer: &'m Namer) -> Self {
        let allowed = AllowedValues::collect(&selection, namer);
        let namespaces = &options.service.default_namespaces;
        let names = TypeNames::new(&selection, namespaces, namer, &allowed);
        let overloads = Overloads::new(&selection, &names, namer);
        Self {
            selection,
            options,
            namer,
            allowed,
            names,
            overloads,
        }
    }

    /// The model that items are made of.
    pub fn model(&self) -> &'m Model {
        self.selection.index.model
    }

    /// Answers about it.
    pub fn index(&self) -> &Index<'m> {
        &self.selection.index
    }
}
