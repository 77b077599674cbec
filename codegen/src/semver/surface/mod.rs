//! The public items of a client, each with the places of the metadata that it comes from.
//!
//! What the metadata calls an element stays the same when its name in Rust changes, so that two
//! surfaces can be compared item by item.

mod element;
mod methods;
mod models;
mod requests;

pub(super) use element::{Element, Part};

use crate::api::{Api, Argument, ItemPath, MethodKind, RustName, RustType};
use crate::edm::{Model, OperationKind, QualifiedName, Type, TypeRef};
use std::collections::{BTreeMap, BTreeSet};

/// What elements of an old model are called in the new one.
#[derive(Default, Clone, Copy)]
pub(super) struct Translation<'a> {
    /// Types by their old names.
    pub types: Option<&'a BTreeMap<QualifiedName, QualifiedName>>,
    /// Members and operations by their old places.
    pub places: Option<&'a BTreeMap<String, String>>,
}

/// The public items of a client by what they are in the metadata.
pub(super) type Surface = BTreeMap<String, Element>;

/// The surface of the client that was made of a model.
pub(super) fn surface(api: &Api, model: &Model, translation: Translation<'_>) -> Surface {
    let mut collector = Collector {
        api,
        model,
        translation,
        operations: BTreeMap::new(),
        on_collections: BTreeSet::new(),
        of_collections: BTreeSet::new(),
        calls: BTreeMap::new(),
        imports: BTreeMap::new(),
        values_are: BTreeMap::new(),
        items: BTreeMap::new(),
        values: BTreeMap::new(),
        elements: BTreeMap::new(),
    };
    collector.note_operations();
    collector.note_requests();
    collector.note_models(&api.models);
    collector.note_values();
    collector.models(&api.models);
    collector.requests();
    collector.client();
    collector.elements
}

/// What tells operations apart: name, whether it is an action, binding type, whether it is bound
/// to a collection, and parameters.
type OperationKey = (String, bool, Option<QualifiedName>, bool, Vec<String>);

struct Collector<'a> {
    api: &'a Api,
    model: &'a Model,
    translation: Translation<'a>,
    /// The places of operations, in the new model's names.
    operations: BTreeMap<OperationKey, String>,
    /// The calls that collections have methods for.
    on_collections: BTreeSet<&'a ItemPath>,
    /// The types of which there are collections that requests can be made of.
    of_collections: BTreeSet<&'a ItemPath>,
    /// The places of the operations that are called.
    calls: BTreeMap<ItemPath, String>,
    /// The places of the imports by which calls are made that are bound to nothing.
    imports: BTreeMap<ItemPath, String>,
    /// The enumerations and type definitions that parameters and results are of, by the places of
    /// parameters and operations.
    values_are: BTreeMap<String, String>,
    /// What items are in the metadata.
    items: BTreeMap<ItemPath, String>,
    /// The places of enumerations of allowed values.
    values: BTreeMap<ItemPath, Vec<String>>,
    elements: Surface,
}

impl Collector<'_> {
    fn note_operations(&mut self) {
        let builders = self.api.requests.all().flat_map(|r| &r.builders);
        for builder in builders.filter(|builder| builder.multiplicity.is_many()) {
            self.of_collections.extend(&builder.model);
            for method in &builder.methods {
                if let MethodKind::Call { target, .. } = &method.kind {
                    self.on_collections.insert(target);
                }
            }
        }
        for operation in &self.model.operations {
            let binding = operation.binding.as_ref().map(|b| &b.type_ref);
            let parameters = operation.parameters.iter().map(|p| p.name.to_string());
            let key = (
                operation.name.to_string(),
                operation.kind == OperationKind::Action,
                binding.and_then(|binding| binding.named().cloned()),
                binding.is_some_and(|binding| binding.is_collection()),
                parameters.collect(),
            );
            let place = super::operations::place(operation, &self.model.operations);
            let place = self.translated(place);
            for parameter in &operation.parameters {
                let parameter_place = self.translated(format!("{place}/{}", parameter.name));
                self.note_value(parameter_place, &parameter.type_ref);
            }
            if let Some(returned) = &operation.return_type {
                self.note_value(place.clone(), &returned.type_ref);
            }
            self.operations.insert(key, place);
        }
    }

    /// Notes the type of a value whose form in Rust its declaration decides on.
    fn note_value(&mut self, place: String, type_ref: &TypeRef) {
        let named = type_ref.named().filter(|name| {
            let declared = self.model.types.get(*name);
            matches!(declared, Some(Type::Enum(_) | Type::Definition(_)))
        });
        if let Some(name) = named {
            let name = self.type_name(name);
            self.values_are.insert(place, name);
        }
    }

    /// A place of an operation, or of a member of an element that has its new name already.
    fn translated(&self, place: String) -> String {
        let renamed = self.translation.places.and_then(|map| map.get(&place));
        renamed.cloned().unwrap_or(place)
    }

    /// The name of a type in the new model.
    fn type_name(&self, old: &QualifiedName) -> String {
        let renamed = self.translation.types.and_then(|map| map.get(old));
        renamed.unwrap_or(old).to_string()
    }

    /// A type and those that it extends, nearest first.
    fn lineage(&self, name: &QualifiedName) -> Vec<String> {
        let lineage = self.model.lineage(name);
        lineage.map(|(name, _)| self.type_name(name)).collect()
    }

    /// A member of a type by its new name, and the places where it may be declared.
    fn member(&self, lineage: &[String], wire_name: &str) -> (String, Vec<String>) {
        let renamed = lineage.iter().find_map(|ancestor| {
            let old = format!("{ancestor}/{wire_name}");
            let new = self.translation.places?.get(&old)?;
            Some(last_segment(new).to_owned())
        });
        let name = renamed.unwrap_or_else(|| wire_name.to_owned());
        let places = lineage.iter().map(|ancestor| format!("{ancestor}/{name}"));
        let places = places.collect();
        (name, places)
    }

    /// The type that a property's declaration names, be it a type definition.
    fn referenced(&self, owner: Option<&QualifiedName>, wire_name: &str) -> Option<String> {
        let property = self.model.lineage(owner?).find_map(|(_, declared)| {
            let property = declared.properties.get(wire_name);
            property.map(|property| &property.type_ref)
        })?;
        Some(self.type_name(property.named()?))
    }

    fn add(&mut self, key: impl Into<String>, element: Element) {
        let mut key = key.into();
        // No two elements of the metadata have one key; if they had, both would be compared.
        while self.elements.contains_key(&key) {
            key.push('\'');
        }
        self.elements.insert(key, element);
    }

    /// A type with the metadata's names of what it is made of.
    fn type_text(&self, rust_type: &RustType) -> String {
        match rust_type {
            RustType::Model(path) | RustType::Enum(path) | RustType::AllowedValues(path) => {
                self.item(path)
            }
            RustType::Flags(path) => format!("Flags<{}>", self.item(path)),
            RustType::Boxed(inner) => format!("Box<{}>", self.type_text(inner)),
            RustType::Option(inner) => format!("Option<{}>", self.type_text(inner)),
            RustType::Vec(inner) => format!("Vec<{}>", self.type_text(inner)),
            primitive => format!("{primitive:?}"),
        }
    }

    /// What an item is in the metadata.
    fn item(&self, path: &ItemPath) -> String {
        let known = self.items.get(path).cloned();
        known.unwrap_or_else(|| path_text(&path.module, &path.name))
    }

    /// The place of a parameter of the operation at a place.
    fn parameter(&self, operation: &str, argument: &Argument) -> String {
        self.translated(format!("{operation}/{}", argument.wire_name))
    }

    /// The places that decide on the arguments of the operation at a place.
    fn argument_places<'a>(
        &self,
        operation: &str,
        arguments: impl Iterator<Item = &'a Argument>,
    ) -> Vec<String> {
        let places = arguments.flat_map(|argument| {
            // Whether parameters have one enumeration in common is decided for all of them.
            let values = models::values_of(&argument.rust_type);
            let common = values.and_then(|path| self.values.get(path)?.last().cloned());
            let parameter = self.parameter(operation, argument);
            let declared = self.values_are.get(&parameter).cloned();
            [parameter].into_iter().chain(declared).chain(common)
        });
        places.collect()
    }

    /// `name: type` of each argument of the operation at a place.
    fn arguments(&self, operation: &str, arguments: &[Argument]) -> String {
        let arguments = arguments.iter().map(|argument| {
            let place = self.parameter(operation, argument);
            let rust_type = self.type_text(&argument.rust_type);
            format!("{}: {rust_type}", last_segment(&place))
        });
        arguments.collect::<Vec<_>>().join(", ")
    }
}

/// `models::sub::Name`
fn path_text(module: &[RustName], name: &RustName) -> String {
    let parts: Vec<_> = module.iter().chain([name]).map(RustName::plain).collect();
    parts.join("::")
}

/// The member's name in a place.
fn last_segment(place: &str) -> &str {
    place.rsplit('/').next().unwrap_or(place)
}
