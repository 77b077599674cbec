//! What everything that makes items knows.

use super::allowed::AllowedValues;
use super::index::Index;
use super::naming::{Namer, Overloads, TypeNames};
use super::selection::Selection;
use crate::config::{ClientConfig, NamingConfig, OperationGroupConfig, ServiceConfig};
use crate::edm::Model;

/// What the configuration says about the items of a client.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The crate that is written.
    pub client: &'a ClientConfig,
    /// The service that it calls.
    pub service: &'a ServiceConfig,
    /// How names are made.
    pub naming: &'a NamingConfig,
    /// Functions that are enumerated.
    pub operation_groups: &'a [OperationGroupConfig],
}

impl<'a> Options<'a> {
    /// The namespaces whose types get no module of their own.
    pub fn root_namespaces(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let default = self.service.default_namespaces.iter();
        let others = self.naming.root_namespaces.iter();
        default.chain(others).map(String::as_str)
    }
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
        let namespaces: Vec<_> = options.root_namespaces().collect();
        let names = TypeNames::new(&selection, &namespaces, namer, &allowed);
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
