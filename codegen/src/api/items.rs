//! The Rust items that will exist, every name final.

mod models;
mod requests;

pub use models::*;
pub use requests::*;

use super::naming::{Renamed, RustName};
use crate::config::BatchConfig;
use crate::edm::Multiplicity;
use crate::edm::vocabulary::Term;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is emitted, in the order in which it is emitted.
#[derive(Debug)]
pub struct Api {
    /// The client and what it starts with.
    pub client: ClientItem,
    /// Data types: the module `models` and those below it.
    pub models: Module<ModelItem>,
    /// Requests: the module `requests` and those below it.
    pub requests: Module<ResourceItem>,
    /// What callers need to be granted.
    pub permissions: PermissionsItem,
    /// Names that had to be changed because another name was the same in Rust.
    pub renamed: Vec<Renamed>,
    /// Operations that are not emitted, and why.
    pub omitted: Vec<Omitted>,
}

/// A public module: what belongs to one namespace of the metadata.
#[derive(Debug)]
pub struct Module<T> {
    /// Path from the crate's root.
    pub path: Vec<RustName>,
    /// The namespaces whose items are here.
    pub namespaces: BTreeSet<String>,
    /// What the module holds, by name.
    pub items: Vec<T>,
    /// Modules inside this one.
    pub modules: BTreeMap<RustName, Module<T>>,
}

impl<T> Module<T> {
    /// A module without items.
    pub fn new(path: Vec<RustName>) -> Self {
        Self {
            path,
            namespaces: BTreeSet::new(),
            items: Vec::new(),
            modules: BTreeMap::new(),
        }
    }

    /// The items of this module and of all below it.
    pub fn all(&self) -> Box<dyn Iterator<Item = &T> + '_> {
        Box::new(
            self.items
                .iter()
                .chain(self.modules.values().flat_map(Self::all)),
        )
    }

    /// Calls `see` with each item of this module and of all below it, and the path of its module,
    /// in the order of [`all`](Self::all).
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a [RustName], &'a T)) {
        for item in &self.items {
            see(&self.path, item);
        }
        for module in self.modules.values() {
            module.visit(see);
        }
    }

    /// The items of this module and of all below it, in the order of [`all`](Self::all).
    pub(super) fn all_mut(&mut self) -> Vec<&mut T> {
        let mut items: Vec<_> = self.items.iter_mut().collect();
        items.extend(self.modules.values_mut().flat_map(Self::all_mut));
        items
    }

    /// The module at a path that starts with this one's, made where it is missing.
    pub(super) fn descend(&mut self, path: &[RustName]) -> &mut Self {
        let Some(next) = path.get(self.path.len()) else {
            return self;
        };
        let inner = || Self::new(path[..=self.path.len()].to_vec());
        let module = self.modules.entry(next.clone()).or_insert_with(inner);
        module.descend(path)
    }

    /// Notes that items of a namespace are here.
    pub(super) fn note_namespace(&mut self, namespace: &str) {
        if !self.namespaces.contains(namespace) {
            self.namespaces.insert(namespace.to_owned());
        }
    }

    /// Puts the items in order.
    pub(super) fn sort_by<K: Ord>(&mut self, key: impl Fn(&T) -> K + Copy) {
        self.items.sort_by_key(key);
        for inner in self.modules.values_mut() {
            inner.sort_by(key);
        }
    }
}

impl Api {
    /// Adds a request to the documentation of a call or of a builder.
    pub fn document(&mut self, page: &ItemPath, request: DocumentedRequest) {
        self.requests.document(page, request);
    }

    /// Whether the metadata deprecates anything that is emitted.
    pub fn has_deprecated(&self) -> bool {
        let models = self.models.all().any(ModelItem::has_deprecated);
        models || self.requests.all().any(ResourceItem::has_deprecated)
    }
}

impl Module<ResourceItem> {
    fn document(&mut self, page: &ItemPath, request: DocumentedRequest) {
        let inner = page.module.get(self.path.len());
        let Some(name) = inner.filter(|_| page.module.starts_with(&self.path)) else {
            return;
        };
        let is_here = page.module.len() == self.path.len() + 1;
        if is_here && let Some(resource) = self.items.iter_mut().find(|it| it.module == *name) {
            let operations = resource.operations.iter_mut();
            let operations = operations.map(|it| (&it.name, &mut it.documented));
            let builders = resource.builders.iter_mut();
            let builders = builders.map(|it| (&it.name, &mut it.documented));
            let mut pages = operations.chain(builders);
            if let Some((_, documented)) = pages.find(|(name, _)| **name == page.name) {
                documented.push(request);
            }
        } else if let Some(module) = self.modules.get_mut(name) {
            module.document(page, request);
        }
    }
}

/// An operation that no method calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Omitted {
    /// The operation with its kind and the type that it is bound to.
    pub operation: String,
    /// Why.
    pub reason: OmissionReason,
}

/// Why an operation is not emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OmissionReason {
    /// No path of the client leads to the type that it is bound to.
    Unreachable,
    /// It is bound to nothing, and no import of the service makes it callable.
    NotImported,
    /// It requires an explicit binding, and no element of the client has one.
    NotExplicitlyBound,
    /// It is bound to values of a primitive type or of an enumeration.
    BoundToPrimitive,
    /// It is a function without a result, which CSDL does not allow.
    NoResult,
}

impl OmissionReason {
    /// The reason in words.
    pub fn text(self) -> Cow<'static, str> {
        let text = match self {
            Self::Unreachable => "no path of the client leads to the type that it is bound to",
            Self::NotImported => "it is not bound, and no function or action import leads to it",
            Self::NotExplicitlyBound => {
                let (requires, lists) = (
                    Term::RequiresExplicitBinding,
                    Term::ExplicitOperationBindings,
                );
                return format!("{requires}, and no {lists} of the client lists it").into();
            }
            Self::BoundToPrimitive => "it is bound to values of a primitive type",
            Self::NoResult => "a function without a result is invalid",
        };
        text.into()
    }

    /// Whether the generator could do better; all other reasons are the metadata's own.
    pub fn is_limitation(self) -> bool {
        self == Self::BoundToPrimitive
    }
}

/// What an item's documentation says, as text that is not Rust or Markdown yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    /// One sentence.
    pub summary: Option<String>,
    /// Paragraphs.
    pub details: Option<String>,
    /// Why the item should not be used any longer.
    pub deprecated: Option<String>,
}

/// Where a public item is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemPath {
    /// The module, from the crate's root.
    pub module: Vec<RustName>,
    /// The item in it.
    pub name: RustName,
}

/// The client.
#[derive(Debug)]
pub struct ClientItem {
    /// Name of the package.
    pub crate_name: String,
    /// The crate's documentation.
    pub docs: Docs,
    /// The service's name in texts.
    pub service: String,
    /// The environment variable of the access token.
    pub token_variable: Option<String>,
    /// Whether integers of 64 bits and decimals are strings in JSON.
    pub ieee754_compatible: bool,
    /// How the service takes batches.
    pub batch: BatchConfig,
    /// Where the service runs; the first is the default.
    pub clouds: Vec<CloudItem>,
    /// Methods to the service's entry points.
    pub methods: Vec<Method>,
    /// The nearest builder that reads something, for the first example.
    pub example: Option<FirstExample>,
    /// Public modules that are kept by hand.
    pub modules: Vec<RustName>,
    /// Features of the package, if it has such: those of entry points, then those that these turn
    /// on.
    pub features: Vec<FeatureItem>,
}

/// The first example of a client: how something is read.
#[derive(Debug)]
pub struct FirstExample {
    /// The way to the builder.
    pub steps: Vec<ExampleStep>,
    /// Its method.
    pub method: RustName,
    /// Whether it reads a collection.
    pub multiplicity: Multiplicity,
}

impl ClientItem {
    /// The features that turn on methods, by the names of these.
    pub fn entry_point_features(&self) -> BTreeMap<&RustName, &str> {
        let features = self.features.iter();
        let features = features.filter_map(|feature| {
            let method = feature.entry_point.as_ref()?;
            Some((method, feature.name.as_str()))
        });
        features.collect()
    }
}

/// A feature of the package.
#[derive(Debug)]
pub struct FeatureItem {
    /// The feature.
    pub name: String,
    /// The method of the client that it turns on.
    pub entry_point: Option<RustName>,
    /// The features that it turns on.
    pub enables: Vec<String>,
}

/// A variant of `Cloud`.
#[derive(Debug)]
pub struct CloudItem {
    /// The variant.
    pub name: RustName,
    /// What the deployment is.
    pub description: String,
    /// Service root.
    pub root: String,
    /// How to get a token, if that is known.
    pub login: Option<LoginItem>,
}

/// How to get a token for a cloud.
#[derive(Debug)]
pub struct LoginItem {
    /// Scope of tokens.
    pub scope: String,
    /// Where tokens are issued.
    pub authority: String,
}

/// A Rust type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RustType {
    /// `bool`
    Bool,
    /// `u8`
    U8,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `Decimal`
    Decimal,
    /// `String`
    String,
    /// `DateTime<Utc>`
    DateTime,
    /// `NaiveDate`
    Date,
    /// `NaiveTime`
    TimeOfDay,
    /// `TimeDelta`
    Duration,
    /// `Guid`
    Guid,
    /// `Vec<u8>`
    Binary,
    /// `serde_json::Value`
    Json,
    /// A struct of this crate.
    Model(ItemPath),
    /// An enumeration of this crate.
    Enum(ItemPath),
    /// `Flags<…>` of an enumeration of this crate.
    Flags(ItemPath),
    /// The enumeration of a parameter's allowed values.
    AllowedValues(ItemPath),
    /// `Box<…>`, where a type would hold itself.
    Boxed(Box<RustType>),
    /// `Option<…>`
    Option(Box<RustType>),
    /// `Vec<…>`
    Vec(Box<RustType>),
}

impl RustType {
    /// The type in an `Option`, unless it is one.
    pub fn optional(self) -> Self {
        match self {
            Self::Option(_) => self,
            other => Self::Option(Box::new(other)),
        }
    }

    /// The type of the values that a field of this type has where it has any.
    pub fn value(&self) -> Self {
        match self {
            Self::Option(inner) | Self::Boxed(inner) => inner.value(),
            Self::Vec(item) => Self::Vec(Box::new(item.value())),
            other => other.clone(),
        }
    }
}
