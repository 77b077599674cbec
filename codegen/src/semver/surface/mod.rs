//! The public items of a client, each with the places of the metadata that it comes from.
//!
//! What the metadata calls an element stays the same when its name in Rust changes, so that two
//! surfaces can be compared item by item.

mod element;
mod methods;
mod models;
mod requests;

pub(super) use element::{Element, Part};

use super::translation::Translation;
use crate::api::{Api, Argument, ItemPath, RustName, RustType};
use crate::edm::{Member, Model, Operation, OperationId, QualifiedName, Type, TypeRef};
use std::collections::BTreeMap;

/// The public items of a client by what they are in the metadata.
pub(super) type Items = BTreeMap<String, Element>;

/// What a client has.
#[derive(Default)]
pub(super) struct Surface {
    /// Its public items.
    pub items: Items,
    /// How many enumerations list the values of parameters of one name, by what these have in common.
    pub lists: BTreeMap<String, usize>,
}

/// The surface of the client that was made of a model.
pub(super) fn surface(api: &Api, model: &Model, translation: &Translation) -> Surface {
    let places = super::operations::places(model).into_iter();
    let places = places.map(|it| translation.place(it.place));
    let mut collector = Collector {
        api,
        model,
        translation,
        places: model.operations().map(|(id, _)| id).zip(places).collect(),
        calls: BTreeMap::new(),
        names: BTreeMap::new(),
        values: BTreeMap::new(),
        surface: Surface::default(),
    };
    collector.note_requests();
    collector.note_models(&api.models);
    collector.note_values();
    collector.models(&api.models);
    collector.requests();
    collector.client();
    collector.surface
}

/// The operation that a call is of.
struct Call<'a> {
    operation: &'a Operation,
    place: String,
    /// The place of the import by which it is called, if it is bound to nothing.
    import: Option<String>,
}

struct Collector<'a> {
    api: &'a Api,
    model: &'a Model,
    translation: &'a Translation,
    /// The places of operations, in the new model's names.
    places: BTreeMap<OperationId, String>,
    calls: BTreeMap<ItemPath, Call<'a>>,
    /// What items are in the metadata.
    names: BTreeMap<ItemPath, String>,
    /// The places of enumerations of allowed values.
    values: BTreeMap<ItemPath, Vec<String>>,
    surface: Surface,
}

impl Collector<'_> {
    /// The name of a type in the new model.
    fn type_name(&self, old: &QualifiedName) -> String {
        self.translation.name(old).to_string()
    }

    /// The type of a value if its declaration decides on the value's form in Rust.
    fn deciding(&self, type_ref: &TypeRef) -> Option<String> {
        let name = type_ref.named()?;
        let declared = self.model.types.get(name);
        matches!(declared, Some(Type::Enum(_) | Type::Definition(_))).then(|| self.type_name(name))
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
            let new = self.translation.places.get(&old)?;
            Some(last_segment(new).to_owned())
        });
        let name = renamed.unwrap_or_else(|| wire_name.to_owned());
        let places = lineage.iter().map(|ancestor| format!("{ancestor}/{name}"));
        let places = places.collect();
        (name, places)
    }

    /// The type of a property, if it decides on the form of values.
    fn referenced(&self, owner: Option<&QualifiedName>, wire_name: &str) -> Option<String> {
        let mut steps = self.model.steps(owner?, wire_name)?;
        match steps.pop()?.member {
            Member::Property(property) => self.deciding(&property.type_ref),
            Member::Navigation(_) => None,
        }
    }

    fn add(&mut self, key: impl Into<String>, element: Element) {
        let mut key = key.into();
        // No two elements of the metadata have one key; if they had, both would be compared.
        while self.surface.items.contains_key(&key) {
            key.push('\'');
        }
        self.surface.items.insert(key, element);
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
        let known = self.names.get(path).cloned();
        known.unwrap_or_else(|| path_text(&path.module, &path.name))
    }

    /// The place of a parameter of a call.
    fn parameter(&self, call: &Call<'_>, argument: &Argument) -> String {
        let place = format!("{}/{}", call.place, argument.wire_name);
        self.translation.place(place)
    }

    /// The places that decide on arguments of a call.
    fn argument_places<'a>(
        &self,
        call: &Call<'_>,
        arguments: impl IntoIterator<Item = &'a Argument>,
    ) -> Vec<String> {
        let mut places = Vec::new();
        for argument in arguments {
            let mut parameters = call.operation.parameters.iter();
            let parameter = parameters.find(|it| *it.name == *argument.wire_name);
            places.push(self.parameter(call, argument));
            places.extend(parameter.and_then(|it| self.deciding(&it.type_ref)));
            // Whether parameters have one enumeration in common is decided for all of them.
            let values = models::values_of(&argument.rust_type);
            places.extend(values.and_then(|path| self.values.get(path)?.last().cloned()));
        }
        places
    }

    /// `name: type` of each argument of a call.
    fn arguments(&self, call: &Call<'_>, arguments: &[Argument]) -> String {
        let arguments = arguments.iter().map(|argument| {
            let place = self.parameter(call, argument);
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
