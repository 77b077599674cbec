//! The names of all types, and what metadata types are in Rust.

use super::allowed::AllowedValues;
use super::items::{ItemPath, Renamed, RustType};
use super::naming::{RustName, Scope, Words};
use crate::config::Config;
use crate::edm::{ItemType, Model, Parameter, Primitive, QualifiedName, Type, TypeRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names of the data types and of the request builders.
pub(super) struct Types<'m> {
    model: &'m Model,
    /// Data types by metadata name: path and file.
    models: BTreeMap<QualifiedName, (ItemPath, RustName)>,
    /// Enumerations of parameter values by their key in [`AllowedValues`].
    allowed: BTreeMap<usize, (ItemPath, RustName)>,
    /// Modules of request builders by metadata name of the type.
    builders: BTreeMap<QualifiedName, ItemPath>,
    renamed: Vec<Renamed>,
}

impl<'m> Types<'m> {
    /// Names everything.
    pub fn new(model: &'m Model, config: &Config, words: &Words, allowed: &AllowedValues) -> Self {
        let mut types = Self {
            model,
            models: BTreeMap::new(),
            allowed: BTreeMap::new(),
            builders: BTreeMap::new(),
            renamed: Vec::new(),
        };
        let modules = namespace_modules(model, config, words);
        types.name_models(&modules, words, allowed);
        types.name_builders(words);
        types
    }

    fn name_models(
        &mut self,
        modules: &BTreeMap<Arc<str>, Vec<RustName>>,
        words: &Words,
        allowed: &AllowedValues,
    ) {
        let mut scopes: BTreeMap<Vec<RustName>, (Scope, Scope)> = BTreeMap::new();
        for path in modules.values() {
            // The modules of namespaces take their names before files do.
            for depth in 1..=path.len() {
                let scope = scopes.entry(path[..depth].to_vec());
                let (_, files) = scope.or_insert_with(|| (Scope::default(), Scope::of_files()));
                if let Some(inner) = path.get(depth) {
                    files.reserve(inner.plain());
                }
            }
        }
        let mut by_module: BTreeMap<&Vec<RustName>, Vec<&QualifiedName>> = BTreeMap::new();
        for name in value_types(self.model) {
            by_module
                .entry(&modules[&name.namespace])
                .or_default()
                .push(name);
        }
        for (module, names) in by_module {
            let (types, files) = scopes.entry(module.clone()).or_default();
            for name in names {
                let wanted = words.pascal(&name.name);
                let rust = types.take(&wanted);
                if rust.as_str() != wanted {
                    let renamed = Renamed {
                        element: name.to_string(),
                        name: rust.to_string(),
                    };
                    self.renamed.push(renamed);
                }
                let file = files.take(&words.file(&name.name));
                let path = ItemPath {
                    module: module.clone(),
                    name: rust,
                };
                self.models.insert(name.clone(), (path, file));
            }
        }
        for (key, set) in allowed.sets() {
            let module = &modules[set.namespace()];
            let (types, files) = scopes.entry(module.clone()).or_default();
            let name = types.take(&words.pascal(set.wire_name()));
            let file = files.take(&words.file(set.wire_name()));
            self.allowed.insert(
                key,
                (
                    ItemPath {
                        module: module.clone(),
                        name,
                    },
                    file,
                ),
            );
        }
    }

    /// A module a type that requests can be made of; types of one name in two namespaces get
    /// the namespace in front.
    fn name_builders(&mut self, words: &Words) {
        let mut scope = Scope::of_files();
        let requests = Scope::default().take("requests");
        let names = self
            .model
            .types
            .iter()
            .filter_map(|(name, declared)| match declared {
                Type::Structured(_) => Some(name),
                _ => None,
            });
        for name in names {
            let module = scope.take(&words.file(&name.name));
            let wanted = format!("{}RequestBuilder", words.pascal(&name.name));
            let path = ItemPath {
                module: vec![requests.clone(), module],
                name: Scope::default().take(&wanted),
            };
            self.builders.insert(name.clone(), path);
        }
    }

    /// The data types by metadata name.
    pub fn models(&self) -> impl Iterator<Item = (&QualifiedName, &(ItemPath, RustName))> {
        self.models.iter()
    }

    /// The enumeration of a set of allowed values, and its file.
    pub fn allowed(&self, key: usize) -> &(ItemPath, RustName) {
        &self.allowed[&key]
    }

    /// The request builder of a type.
    pub fn builder(&self, name: &QualifiedName) -> Option<&ItemPath> {
        self.builders.get(name)
    }

    /// The Rust type of values of a metadata type.
    pub fn rust_type(&self, type_ref: &TypeRef, nullable: bool) -> RustType {
        let item = match &type_ref.item {
            ItemType::Primitive(primitive) => primitive_type(*primitive),
            ItemType::Named(name) => self.named_type(name),
        };
        let item = if nullable { item.optional() } else { item };
        if type_ref.is_collection {
            RustType::Vec(Box::new(item))
        } else {
            item
        }
    }

    fn named_type(&self, name: &QualifiedName) -> RustType {
        match (self.models.get(name), self.model.types.get(name)) {
            (Some((path, _)), _) => RustType::Model(path.clone()),
            (None, Some(Type::Definition(definition))) => primitive_type(definition.underlying),
            (None, _) => RustType::Json,
        }
    }

    /// The Rust type of a parameter's argument.
    pub fn argument_type(
        &self,
        parameter: &Parameter,
        allowed: Option<usize>,
        optional: bool,
    ) -> RustType {
        let nullable = parameter.is_nullable() && !optional && !parameter.type_ref.is_collection;
        match allowed {
            Some(key) => {
                let item = RustType::Model(self.allowed[&key].0.clone());
                if nullable { item.optional() } else { item }
            }
            None => self.rust_type(&parameter.type_ref, nullable),
        }
    }

    /// Whether an operation has a parameter of the type.
    pub fn is_argument(&self, name: &QualifiedName) -> bool {
        let parameters = self.model.operations.iter().flat_map(|o| &o.parameters);
        parameters
            .into_iter()
            .any(|parameter| parameter.type_ref.named() == Some(name))
    }

    /// The names that could not be kept, in the order of the metadata's names.
    pub fn take_renamed(&mut self) -> Vec<Renamed> {
        let mut renamed = std::mem::take(&mut self.renamed);
        renamed.sort();
        renamed
    }
}

/// `models` for the default namespaces, and modules below it for the others: a namespace below
/// a default one loses the part that they share.
fn namespace_modules(
    model: &Model,
    config: &Config,
    words: &Words,
) -> BTreeMap<Arc<str>, Vec<RustName>> {
    let root = Scope::default().take("models");
    let defaults = &config.service.default_namespaces;
    let modules = model.schemas.keys().map(|namespace| {
        let inner = defaults
            .iter()
            .filter_map(|default| namespace.strip_prefix(default.as_str()));
        let rest = inner.min_by_key(|rest| rest.len()).unwrap_or(namespace);
        let parts = rest.split('.').filter(|part| !part.is_empty());
        let parts = parts.map(|part| Scope::of_files().take(&words.file(part)));
        (
            namespace.clone(),
            std::iter::once(root.clone()).chain(parts).collect(),
        )
    });
    modules.collect()
}

/// The types that values have: those of parameters and results, and of their properties.
pub(super) fn value_types(model: &Model) -> BTreeSet<&QualifiedName> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<&TypeRef> = Vec::new();
    for operation in &model.operations {
        pending.extend(
            operation
                .parameters
                .iter()
                .map(|parameter| &parameter.type_ref),
        );
        pending.extend(
            operation
                .return_type
                .iter()
                .map(|returned| &returned.type_ref),
        );
    }
    while let Some(type_ref) = pending.pop() {
        let Some(name) = type_ref.named() else {
            continue;
        };
        let Some((name, declared)) = model.types.get_key_value(name) else {
            continue;
        };
        if matches!(declared, Type::Definition(_)) || !found.insert(name) {
            continue;
        }
        for (_, structured) in model.lineage(name) {
            pending.extend(
                structured
                    .properties
                    .values()
                    .map(|property| &property.type_ref),
            );
        }
    }
    found
}

fn primitive_type(primitive: Primitive) -> RustType {
    match primitive {
        Primitive::Boolean => RustType::Bool,
        Primitive::Byte => RustType::U8,
        Primitive::SByte => RustType::I8,
        Primitive::Int16 => RustType::I16,
        Primitive::Int32 => RustType::I32,
        Primitive::Int64 => RustType::I64,
        Primitive::Single => RustType::F32,
        Primitive::Double => RustType::F64,
        Primitive::String => RustType::String,
        Primitive::DateTimeOffset => RustType::DateTime,
        Primitive::Date => RustType::Date,
        Primitive::TimeOfDay => RustType::TimeOfDay,
        Primitive::Duration => RustType::Duration,
        Primitive::Guid => RustType::Guid,
        Primitive::Binary => RustType::Binary,
        _ => RustType::Json,
    }
}
