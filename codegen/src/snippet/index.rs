//! What a client has, found by the names of the metadata.

use crate::api::{
    AllowedValuesItem, Api, BuilderItem, EnumItem, Field, ItemPath, ModelItem, ModelKind,
    OperationItem, ResourceItem, RustName, StructItem,
};
use crate::edm::Multiplicity;
use std::collections::HashMap;

/// The items of a client.
pub(super) struct Index<'a> {
    pub api: &'a Api,
    builders: HashMap<ItemPath, &'a BuilderItem>,
    operations: HashMap<ItemPath, &'a OperationItem>,
    models: HashMap<ItemPath, &'a ModelItem>,
    /// Models by their metadata names in lower case, with and without namespace.
    named: HashMap<String, ItemPath>,
    /// The builders of each model.
    of_models: HashMap<(ItemPath, Multiplicity), &'a BuilderItem>,
}

/// An enumeration of either kind.
#[derive(Clone, Copy)]
pub(super) enum Enumeration<'a> {
    Declared(&'a EnumItem),
    Allowed(&'a AllowedValuesItem),
}

/// What has a page in the client's documentation.
#[derive(Clone, Copy)]
pub(super) enum Page<'a> {
    Builder(&'a BuilderItem),
    Call(&'a OperationItem),
}

impl<'a> Index<'a> {
    pub fn new(api: &'a Api) -> Self {
        let mut index = Self {
            api,
            builders: HashMap::new(),
            operations: HashMap::new(),
            models: HashMap::new(),
            named: HashMap::new(),
            of_models: HashMap::new(),
        };
        api.models
            .visit(&mut |module, item| index.add_model(module, item));
        let mut resources = Vec::new();
        api.requests
            .visit(&mut |module, item| resources.push((module, item)));
        for (module, item) in resources {
            index.add_resource(module, item);
        }
        index
    }

    fn add_model(&mut self, module: &[RustName], item: &'a ModelItem) {
        let path = path(module, &item.name);
        if let ModelKind::Struct(declared) = &item.kind {
            let full = declared.qualified_name.to_lowercase();
            let bare = full.rsplit('.').next().unwrap_or_default().to_owned();
            // Of two that have a name in common, that with the shorter namespace is meant.
            let known = self
                .named
                .get(&bare)
                .and_then(|known| self.structure(known));
            if known.is_none_or(|it| it.qualified_name.len() > full.len()) {
                self.named.insert(bare, path.clone());
            }
            self.named.insert(full, path.clone());
        }
        self.models.insert(path, item);
    }

    fn add_resource(&mut self, module: &[RustName], item: &'a ResourceItem) {
        let module: Vec<_> = module.iter().chain([&item.module]).cloned().collect();
        for builder in &item.builders {
            self.builders.insert(path(&module, &builder.name), builder);
            if let Some(model) = &builder.model {
                self.of_models
                    .insert((model.clone(), builder.multiplicity), builder);
            }
        }
        for operation in &item.operations {
            self.operations
                .insert(path(&module, &operation.name), operation);
        }
    }

    pub fn builder(&self, path: &ItemPath) -> Option<&'a BuilderItem> {
        self.builders.get(path).copied()
    }

    /// Where the page of something is.
    pub fn path_of(&self, page: Page<'_>) -> Option<&ItemPath> {
        match page {
            Page::Builder(wanted) => {
                let mut builders = self.builders.iter();
                builders
                    .find(|(_, known)| std::ptr::eq(**known, wanted))
                    .map(|(path, _)| path)
            }
            Page::Call(wanted) => {
                let mut operations = self.operations.iter();
                operations
                    .find(|(_, known)| std::ptr::eq(**known, wanted))
                    .map(|(path, _)| path)
            }
        }
    }

    pub fn operation(&self, path: &ItemPath) -> Option<&'a OperationItem> {
        self.operations.get(path).copied()
    }

    /// The builder of the resources of a model.
    pub fn builder_of(
        &self,
        model: &ItemPath,
        multiplicity: Multiplicity,
    ) -> Option<&'a BuilderItem> {
        self.of_models.get(&(model.clone(), multiplicity)).copied()
    }

    pub fn structure(&self, path: &ItemPath) -> Option<&'a StructItem> {
        match &self.models.get(path)?.kind {
            ModelKind::Struct(declared) => Some(declared),
            ModelKind::Enum(_) | ModelKind::AllowedValues(_) => None,
        }
    }

    pub fn enumeration(&self, path: &ItemPath) -> Option<Enumeration<'a>> {
        match &self.models.get(path)?.kind {
            ModelKind::Struct(_) => None,
            ModelKind::Enum(declared) => Some(Enumeration::Declared(declared)),
            ModelKind::AllowedValues(allowed) => Some(Enumeration::Allowed(allowed)),
        }
    }

    /// The model that a request names, with its namespace or without.
    pub fn model_named(&self, name: &str) -> Option<&ItemPath> {
        self.named.get(&name.trim_start_matches('#').to_lowercase())
    }

    /// The metadata names of all models.
    pub fn model_names(&self) -> impl Iterator<Item = &'a str> {
        let models = self.models.values();
        models.filter_map(|item| match &item.kind {
            ModelKind::Struct(declared) => Some(&*declared.qualified_name),
            ModelKind::Enum(_) | ModelKind::AllowedValues(_) => None,
        })
    }

    /// Whether a model is another, or extends it.
    pub fn is_or_extends(&self, model: &ItemPath, base: &ItemPath) -> bool {
        let bases = || self.structure(model).map(|it| &it.bases);
        model == base || bases().is_some_and(|bases| bases.contains(base))
    }

    /// A property by its name on the wire; in any case, if none is written so.
    pub fn field(&self, model: &ItemPath, name: &str) -> Option<&'a Field> {
        let fields = &self.structure(model)?.fields;
        let exact = fields.iter().find(|field| field.wire_name == name);
        exact.or_else(|| {
            fields
                .iter()
                .find(|it| it.wire_name.eq_ignore_ascii_case(name))
        })
    }
}

fn path(module: &[RustName], name: &RustName) -> ItemPath {
    ItemPath {
        module: module.to_vec(),
        name: name.clone(),
    }
}
