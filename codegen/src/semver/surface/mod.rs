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
use crate::edm::{Model, Operation, OperationId, QualifiedName, Type, TypeRef};
use foldhash::HashMap;
use std::collections::BTreeMap;

/// The public items of a client by what they are in the metadata.
pub(super) type Items = HashMap<String, Element>;

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
        calls: HashMap::default(),
        names: HashMap::default(),
        values: BTreeMap::new(),
        surface: Surface::default(),
    };
    collector.note_requests();
    collector.note_models();
    collector.models();
    collector.requests();
    collector.client();
    collector.surface
}

/// The operation that a call is of.
#[derive(Clone)]
struct Call<'a> {
    operation: &'a Operation,
    place: String,
    /// The place of the import by which it is called, if it is bound to nothing.
    import: Option<String>,
}

/// What members and methods belong to.
struct Owner {
    /// The key of the builder, if they are methods of one.
    builder: Option<String>,
    /// What is shown: a type, or collections of it.
    shown: String,
    /// The type's name in its own model; none for the client.
    declared: Option<QualifiedName>,
    /// The type and those that it extends, by their new names; the service for the client.
    lineage: Vec<String>,
}

struct Collector<'a> {
    api: &'a Api,
    model: &'a Model,
    translation: &'a Translation,
    /// The places of operations, in the new model's names.
    places: BTreeMap<OperationId, String>,
    calls: HashMap<ItemPath, Call<'a>>,
    /// What items are in the metadata.
    names: HashMap<ItemPath, String>,
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

    /// A type as the owner of members.
    fn owner(&self, name: &QualifiedName) -> Owner {
        let lineage = self.model.lineage(name);
        Owner {
            builder: None,
            shown: self.type_name(name),
            declared: Some(name.clone()),
            lineage: lineage.map(|(name, _)| self.type_name(name)).collect(),
        }
    }

    /// A member by its new name, and the places that decide on it: where it may be declared, and its type.
    fn member(&self, owner: &Owner, wire_name: &str) -> (String, Vec<String>) {
        let renamed = owner.lineage.iter().find_map(|ancestor| {
            let old = format!("{ancestor}/{wire_name}");
            let new = self.translation.places.get(&old)?;
            Some(last_segment(new).to_owned())
        });
        let name = renamed.unwrap_or_else(|| wire_name.to_owned());
        let places = owner
            .lineage
            .iter()
            .map(|ancestor| format!("{ancestor}/{name}"));
        let declared = owner.declared.as_ref();
        let steps = declared.and_then(|declared| self.model.steps(declared, wire_name));
        let member = steps.into_iter().flatten().last().map(|step| step.member);
        let decides = member.and_then(|member| self.deciding(member.type_ref()));
        let places = places.chain(decides).collect();
        (name, places)
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

    /// The place of a parameter of the operation at a place.
    fn parameter(&self, operation: &str, wire_name: &str) -> String {
        self.translation.place(format!("{operation}/{wire_name}"))
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
            places.push(self.parameter(&call.place, &argument.wire_name));
            places.extend(parameter.and_then(|it| self.deciding(&it.type_ref)));
            // Whether parameters have one enumeration in common is decided for all of them.
            let values = values_of(&argument.rust_type);
            places.extend(values.and_then(|path| self.values.get(path)?.last().cloned()));
        }
        places
    }

    /// `name: type` of each argument of a call.
    fn arguments(&self, call: &Call<'_>, arguments: &[Argument]) -> String {
        let arguments = arguments.iter().map(|argument| {
            let place = self.parameter(&call.place, &argument.wire_name);
            let rust_type = self.type_text(&argument.rust_type);
            format!("{}: {rust_type}", last_segment(&place))
        });
        arguments.collect::<Vec<_>>().join(", ")
    }
}

/// The enumeration of allowed values that an argument is of.
fn values_of(rust_type: &RustType) -> Option<&ItemPath> {
    match rust_type {
        RustType::AllowedValues(path) => Some(path),
        // Of collections there are none.
        RustType::Option(inner) => values_of(inner),
        _ => None,
    }
}

/// The path of an item in a module.
fn path(module: &[RustName], name: &RustName) -> ItemPath {
    ItemPath {
        module: module.to_vec(),
        name: name.clone(),
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
