//! Names of types and of the modules that they are in.

use super::identifier::RustName;
use super::namer::Namer;
use super::scope::Scope;
use crate::api::allowed::{AllowedId, AllowedValues};
use crate::api::items::ItemPath;
use crate::api::origin::Origin;
use crate::api::selection::Selection;
use crate::edm::{Model, Multiplicity, QualifiedName};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The module of operations that are bound to nothing, among those of resources.
pub(in crate::api) const UNBOUND: &str = "unbound";

/// Names of the data types and of the request builders.
pub(in crate::api) struct TypeNames<'m> {
    /// Data types by metadata name: path and file.
    models: BTreeMap<&'m QualifiedName, (ItemPath, RustName)>,
    /// Enumerations of parameter values by their key in [`AllowedValues`].
    allowed: BTreeMap<AllowedId, (ItemPath, RustName)>,
    /// Modules of requests by metadata name of the type.
    resources: BTreeMap<&'m QualifiedName, ResourceNames>,
}

/// The names of what a module of requests holds.
pub(in crate::api) struct ResourceNames {
    /// The module, from the crate's root.
    pub module: Vec<RustName>,
    /// The builder of one resource.
    pub single: RustName,
    /// The builder of a collection.
    pub collection: RustName,
}

impl<'m> TypeNames<'m> {
    /// Names everything that is selected.
    pub fn new(
        selection: &Selection<'m>,
        root_namespaces: &[&str],
        namer: &Namer,
        allowed: &AllowedValues<'m>,
    ) -> Self {
        let mut names = Self {
            models: BTreeMap::new(),
            allowed: BTreeMap::new(),
            resources: BTreeMap::new(),
        };
        names.name_models(selection, root_namespaces, namer, allowed);
        names.name_resources(selection, root_namespaces, namer);
        names
    }

    fn name_models(
        &mut self,
        selection: &Selection<'m>,
        root_namespaces: &[&str],
        namer: &Namer,
        allowed: &AllowedValues<'m>,
    ) {
        let model = selection.index.model;
        let words = &namer.words;
        let modules = namespace_modules(model, "models", root_namespaces, namer);
        let mut scopes = ModuleScopes::new(modules.values());
        let mut by_module: BTreeMap<&[RustName], Vec<&'m QualifiedName>> = BTreeMap::new();
        for name in &selection.values {
            let module = modules[&name.namespace].as_slice();
            by_module.entry(module).or_default().push(name);
        }
        for (module, names) in by_module {
            let scope = scopes.of(module);
            for name in names {
                let wanted = words.pascal(&name.name);
                let rust = scope.types.take(&wanted);
                let element = || Origin::of_type(name, &model.types[name]).to_string();
                namer.record(&wanted, &rust, element);
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
    fn name_resources(
        &mut self,
        selection: &Selection<'m>,
        root_namespaces: &[&str],
        namer: &Namer,
    ) {
        let model = selection.index.model;
        let words = &namer.words;
        let modules = namespace_modules(model, "requests", root_namespaces, namer);
        let mut scopes = ModuleScopes::new(modules.values());
        let root = RustName::fixed("requests");
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
    pub fn allowed(&self, key: AllowedId) -> &(ItemPath, RustName) {
        &self.allowed[&key]
    }

    /// The names of what the module of a type's requests holds.
    pub fn resource(&self, name: &QualifiedName) -> Option<&ResourceNames> {
        self.resources.get(name)
    }

    /// The request builder of a resource, or of a collection of resources, of a type.
    pub fn builder(&self, name: &QualifiedName, multiplicity: Multiplicity) -> Option<ItemPath> {
        let names = self.resources.get(name)?;
        let builder = match multiplicity {
            Multiplicity::Many => &names.collection,
            Multiplicity::One => &names.single,
        };
        Some(ItemPath {
            module: names.module.clone(),
            name: builder.clone(),
        })
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

/// The root module for some namespaces, and modules below it for the others: a namespace below one
/// of the former loses the part that they share.
fn namespace_modules(
    model: &Model,
    root: &'static str,
    root_namespaces: &[&str],
    namer: &Namer,
) -> BTreeMap<Arc<str>, Vec<RustName>> {
    let root = RustName::fixed(root);
    let modules = model.schemas.keys().map(|namespace| {
        let inner = root_namespaces.iter().filter_map(|outer| {
            let rest = namespace.strip_prefix(outer)?;
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
            scope.take(&namer.words.file(part))
        });
        (
            namespace.clone(),
            std::iter::once(root.clone()).chain(parts).collect(),
        )
    });
    modules.collect()
}
