//! The names of all types, and what metadata types are in Rust.

use super::allowed::AllowedValues;
use super::items::{ItemPath, RustType};
use super::naming::{RustName, Scope, UNBOUND, Words};
use super::selection::Selection;
use crate::config::Config;
use crate::edm::{ItemType, Model, Parameter, Primitive, QualifiedName, Type, TypeRef};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names of the data types, of the request builders and of the operations.
pub(super) struct Types<'m> {
    model: &'m Model,
    /// Data types by metadata name: path and file.
    models: BTreeMap<&'m QualifiedName, (ItemPath, RustName)>,
    /// Enumerations of parameter values by their key in [`AllowedValues`].
    allowed: BTreeMap<usize, (ItemPath, RustName)>,
    /// Modules of requests by metadata name of the type.
    resources: BTreeMap<&'m QualifiedName, ResourceNames>,
}

/// The names of what a module of requests holds.
pub(super) struct ResourceNames {
    /// The module, from the crate's root.
    pub module: Vec<RustName>,
    /// The builder of one resource.
    pub single: RustName,
    /// The builder of a collection.
    pub collection: RustName,
}

impl<'m> Types<'m> {
    /// Names everything that is selected.
    pub fn new(
        selection: &Selection<'m>,
        config: &Config,
        words: &Words,
        allowed: &AllowedValues,
    ) -> Self {
        let mut types = Self {
            model: selection.index.model,
            models: BTreeMap::new(),
            allowed: BTreeMap::new(),
            resources: BTreeMap::new(),
        };
        types.name_models(selection, config, words, allowed);
        types.name_resources(selection, config, words);
        types
    }

    fn name_models(
        &mut self,
        selection: &Selection<'m>,
        config: &Config,
        words: &Words,
        allowed: &AllowedValues,
    ) {
        let modules = namespace_modules(self.model, "models", config, words);
        let mut scopes = ModuleScopes::new(modules.values());
        let mut by_module: BTreeMap<&[RustName], Vec<&'m QualifiedName>> = BTreeMap::new();
        for name in &selection.values {
            let module = modules[&name.namespace].as_slice();
            by_module.entry(module).or_default().push(name);
        }
        for (module, names) in by_module {
            let scope = scopes.of(module);
            for name in names {
                let rust = scope.types.take(&words.pascal(&name.name));
                let file = scope.files.take(&words.file(&name.name));
                let module = module.to_vec();
                self.models
                    .insert(name, (ItemPath { module, name: rust }, file));
            }
        }
        for (key, set) in allowed.sets() {
            let module = &modules[set.namespace()];
            let scope = scopes.of(module);
            let name = scope.types.take(&words.pascal(set.wire_name()));
            let file = scope.files.take(&words.file(set.wire_name()));
            let module = module.clone();
            self.allowed.insert(key, (ItemPath { module, name }, file));
        }
    }

    /// A module for each type that requests can be made of, in the module of its namespace.
    fn name_resources(&mut self, selection: &Selection<'m>, config: &Config, words: &Words) {
        let modules = namespace_modules(self.model, "requests", config, words);
        let mut scopes = ModuleScopes::new(modules.values());
        let root = Scope::default().take("requests");
        scopes.of(&[root]).files.reserve(UNBOUND);
        for name in selection.resources() {
            let mut module = modules[&name.namespace].clone();
            let file = scopes.of(&module).files.take(&words.file(&name.name));
            module.push(file);
            let pascal = words.pascal(&name.name);
            let mut scope = Scope::default();
            let names = ResourceNames {
                module,
                single: scope.take(&format!("{pascal}RequestBuilder")),
                collection: scope.take(&format!("{pascal}CollectionRequestBuilder")),
            };
            self.resources.insert(name, names);
        }
    }

    /// The data types by metadata name.
    pub fn models(&self) -> impl Iterator<Item = (&'m QualifiedName, &(ItemPath, RustName))> {
        self.models.iter().map(|(name, names)| (*name, names))
    }

    /// The Rust name of a data type.
    pub fn model(&self, name: &QualifiedName) -> Option<&ItemPath> {
        self.models.get(name).map(|(path, _)| path)
    }

    /// The enumeration of a set of allowed values, and its file.
    pub fn allowed(&self, key: usize) -> &(ItemPath, RustName) {
        &self.allowed[&key]
    }

    /// The names of what the module of a type's requests holds.
    pub fn resource(&self, name: &QualifiedName) -> Option<&ResourceNames> {
        self.resources.get(name)
    }

    /// The request builder of a resource, or of a collection of resources, of a type.
    pub fn builder(&self, name: &QualifiedName, is_collection: bool) -> Option<ItemPath> {
        let names = self.resources.get(name)?;
        let builder = if is_collection {
            &names.collection
        } else {
            &names.single
        };
        Some(ItemPath {
            module: names.module.clone(),
            name: builder.clone(),
        })
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
        let path = self.models.get(name).map(|(path, _)| path.clone());
        match (path, self.model.types.get(name)) {
            (Some(path), Some(Type::Enum(declared))) if declared.is_flags => RustType::Flags(path),
            (Some(path), Some(Type::Enum(_))) => RustType::Enum(path),
            (Some(path), _) => RustType::Model(path),
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
                let item = RustType::AllowedValues(self.allowed[&key].0.clone());
                if nullable { item.optional() } else { item }
            }
            None => self.rust_type(&parameter.type_ref, nullable),
        }
    }
}

/// What is taken in each module.
struct ModuleScopes(BTreeMap<Vec<RustName>, ModuleScope>);

struct ModuleScope {
    types: Scope,
    files: Scope,
}

impl ModuleScopes {
    /// The modules of namespaces take their names before files do.
    fn new<'a>(modules: impl Iterator<Item = &'a Vec<RustName>>) -> Self {
        let mut scopes = Self(BTreeMap::new());
        for path in modules {
            for depth in 1..=path.len() {
                let scope = scopes.of(&path[..depth]);
                if let Some(inner) = path.get(depth) {
                    scope.files.reserve(inner.plain());
                }
            }
        }
        scopes
    }

    fn of(&mut self, module: &[RustName]) -> &mut ModuleScope {
        self.0
            .entry(module.to_vec())
            .or_insert_with(|| ModuleScope {
                types: Scope::default(),
                files: Scope::of_files(),
            })
    }
}

/// The root module for the default namespaces, and modules below it for the others: a namespace
/// below a default one loses the part that they share.
fn namespace_modules(
    model: &Model,
    root: &str,
    config: &Config,
    words: &Words,
) -> BTreeMap<Arc<str>, Vec<RustName>> {
    let root = Scope::default().take(root);
    let defaults = &config.service.default_namespaces;
    let modules = model.schemas.keys().map(|namespace| {
        let inner = defaults.iter().filter_map(|default| {
            let rest = namespace.strip_prefix(default.as_str())?;
            (rest.is_empty() || rest.starts_with('.')).then_some(rest)
        });
        let rest = inner.min_by_key(|rest| rest.len()).unwrap_or(namespace);
        let parts = rest.split('.').filter(|part| !part.is_empty());
        // The module of operations that are bound to nothing is among the first ones.
        let parts = parts.enumerate().map(|(depth, part)| {
            let mut scope = Scope::of_files();
            if depth == 0 {
                scope.reserve(UNBOUND);
            }
            scope.take(&words.file(part))
        });
        (
            namespace.clone(),
            std::iter::once(root.clone()).chain(parts).collect(),
        )
    });
    modules.collect()
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
        Primitive::Decimal => RustType::Decimal,
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
