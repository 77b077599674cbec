//! Data types and their members.

use super::{Collector, Element, Part, path_text};
use crate::api::{
    AllowedValuesItem, Constant, EnumItem, ItemPath, ModelItem, ModelKind, Module, RustType,
    StructItem,
};
use crate::edm::QualifiedName;
use std::collections::{BTreeMap, BTreeSet};

/// The parameters that an enumeration of allowed values serves.
#[derive(Default)]
struct Users {
    /// Namespace and name of the parameter, which all of them have in common.
    common: String,
    /// The parameters' places.
    places: BTreeSet<String>,
}

/// The type whose members are collected.
struct Owner<'a> {
    /// Its name in its own model.
    declared: &'a QualifiedName,
    /// Its name in the new model.
    name: String,
    /// It and the types that it extends, by their new names.
    lineage: Vec<String>,
}

impl Collector<'_> {
    /// What data types are in the metadata.
    pub(super) fn note_models(&mut self, module: &Module<ModelItem>) {
        for item in &module.items {
            if let Some(name) = item.origin.type_name() {
                let name = self.type_name(name);
                self.names.insert(path(module, item), name);
            }
        }
        for inner in module.modules.values() {
            self.note_models(inner);
        }
    }

    /// What enumerations of allowed values are in the metadata, which has no name for them.
    pub(super) fn note_values(&mut self) {
        let mut users: BTreeMap<ItemPath, Users> = BTreeMap::new();
        for (namespace, place, argument) in self.all_arguments() {
            if let Some(path) = values_of(&argument.rust_type) {
                let users = users.entry(path.clone()).or_default();
                users.common = format!("parameters of {namespace}/{}", argument.wire_name);
                users.places.insert(place);
            }
        }
        let lists = &mut self.surface.lists;
        for users in users.values() {
            *lists.entry(users.common.clone()).or_default() += 1;
        }
        for (path, users) in users {
            // Several lists of one parameter are told apart by the first operation.
            let first = users.places.first().filter(|_| lists[&users.common] > 1);
            let name = format!("values of {}", first.unwrap_or(&users.common));
            self.names.insert(path.clone(), name);
            let places = users.places.into_iter().chain([users.common]);
            self.values.insert(path, places.collect());
        }
    }

    pub(super) fn models(&mut self, module: &Module<ModelItem>) {
        for item in &module.items {
            let path = path(module, item);
            match (&item.kind, item.origin.type_name()) {
                (ModelKind::Struct(declared), Some(name)) => {
                    self.structure(item, &path, name, declared);
                }
                (ModelKind::Enum(declared), Some(name)) => {
                    self.enumeration(item, &path, name, declared);
                }
                (ModelKind::AllowedValues(declared), _) => self.allowed_values(&path, declared),
                (ModelKind::Struct(_) | ModelKind::Enum(_), None) => {}
            }
        }
        for inner in module.modules.values() {
            self.models(inner);
        }
    }

    fn model_type(&mut self, item: &ModelItem, path: &ItemPath, owner: &str) -> String {
        let key = format!("type {owner}");
        let element = Element {
            places: vec![owner.to_owned()],
            name: path_text(&path.module, &path.name),
            signature: item.origin.kind().to_owned(),
            ..Element::new(Part::Type, owner, None)
        };
        self.add(key.clone(), element);
        key
    }

    fn structure(
        &mut self,
        item: &ModelItem,
        path: &ItemPath,
        name: &QualifiedName,
        declared: &StructItem,
    ) {
        let owner = Owner {
            declared: name,
            name: self.type_name(name),
            lineage: self.lineage(name),
        };
        let parent = self.model_type(item, path, &owner.name);
        self.fields(&owner, &parent, declared);
        let Owner {
            name: owner,
            lineage,
            ..
        } = owner;
        self.constants(&parent, &owner, &lineage, declared);
        for base in &declared.bases {
            let base = self.item(base);
            let derivation = Element {
                parent: Some(parent.clone()),
                detail: base.clone(),
                places: vec![base.clone()],
                ..Element::new(Part::Derivation, &owner, None)
            };
            self.add(format!("derivation {owner} {base}"), derivation);
        }
        if declared.is_argument {
            let argument = Element {
                parent: Some(parent),
                detail: "value of a parameter".to_owned(),
                ..Element::new(Part::Member, &owner, None)
            };
            self.add(format!("argument {owner}"), argument);
        }
    }

    fn fields(&mut self, of: &Owner<'_>, parent: &str, declared: &StructItem) {
        let (owner, lineage) = (of.name.as_str(), &of.lineage);
        for field in &declared.fields {
            let (wire_name, mut places) = self.member(lineage, &field.wire_name);
            places.extend(self.referenced(Some(of.declared), &field.wire_name));
            let key = format!("field {owner}/{wire_name}");
            if declared.read_only.contains(&field.wire_name) {
                let read_only = Element {
                    parent: Some(key.clone()),
                    places: places.clone(),
                    ..Element::new(Part::ReadOnly, owner, Some(&wire_name))
                };
                self.add(format!("read-only {owner}/{wire_name}"), read_only);
            }
            let element = Element {
                parent: Some(parent.to_owned()),
                places,
                types: lineage.to_vec(),
                name: field.name.to_string(),
                signature: self.type_text(&field.rust_type),
                ..Element::new(Part::Member, owner, Some(&wire_name))
            };
            self.add(key, element);
        }
    }

    fn constants(&mut self, parent: &str, owner: &str, lineage: &[String], declared: &StructItem) {
        for property in &declared.fields {
            let (wire_name, places) = self.member(lineage, &property.wire_name);
            let kind = match property.is_navigation {
                true => "name of a navigation property",
                false => "name of a property",
            };
            let constant = Element {
                parent: Some(parent.to_owned()),
                places,
                types: lineage.to_vec(),
                name: property.constant.to_string(),
                is_qualified: true,
                signature: kind.to_owned(),
                ..Element::new(Part::Member, owner, Some(&wire_name))
            };
            self.add(format!("constant {owner}/{wire_name}"), constant);
        }
    }

    fn enumeration(
        &mut self,
        item: &ModelItem,
        path: &ItemPath,
        name: &QualifiedName,
        declared: &EnumItem,
    ) {
        let owner = self.type_name(name);
        let parent = self.model_type(item, path, &owner);
        for member in &declared.members {
            let (wire_name, places) = self.member(std::slice::from_ref(&owner), &member.wire_name);
            let variant = Element {
                parent: Some(parent.clone()),
                places,
                types: vec![owner.clone()],
                name: member.name.to_string(),
                is_qualified: true,
                ..Element::new(Part::Member, &owner, Some(&wire_name))
            };
            self.add(format!("variant {owner}/{wire_name}"), variant);
        }
        let catch_all = Element {
            parent: Some(parent),
            types: vec![owner.clone()],
            name: declared.other.to_string(),
            is_qualified: true,
            ..Element::new(Part::CatchAll, &owner, None)
        };
        self.add(format!("catch-all {owner}"), catch_all);
    }

    fn allowed_values(&mut self, path: &ItemPath, declared: &AllowedValuesItem) {
        let key = self.item(path);
        let places = self.values.get(path).cloned().unwrap_or_default();
        let part = |value: Option<&str>| Element {
            parent: Some(key.clone()),
            places: places.clone(),
            ..Element::new(Part::Member, &key, value)
        };
        let mut elements = Vec::new();
        for variant in &declared.variants {
            let value = match &variant.value {
                Constant::Integer(number) => number.to_string(),
                Constant::Text(text) => text.clone(),
            };
            let name = variant.name.to_string();
            let element = Element {
                name,
                is_qualified: true,
                ..part(Some(&value))
            };
            elements.push((format!("{key}: {value}"), element));
        }
        if declared.default.is_some() {
            let detail = "`Default`".to_owned();
            let element = Element {
                detail,
                part: Part::Default,
                ..part(None)
            };
            elements.push((format!("{key}, default"), element));
        }
        let enumeration = Element {
            parent: None,
            name: path_text(&path.module, &path.name),
            signature: self.type_text(&declared.value_type),
            part: Part::Type,
            ..part(None)
        };
        elements.push((key.clone(), enumeration));
        for (key, element) in elements {
            self.add(key, element);
        }
    }
}

fn path(module: &Module<ModelItem>, item: &ModelItem) -> ItemPath {
    ItemPath {
        module: module.path.clone(),
        name: item.name.clone(),
    }
}

/// The enumeration of allowed values that an argument is of.
pub(super) fn values_of(rust_type: &RustType) -> Option<&ItemPath> {
    match rust_type {
        RustType::AllowedValues(path) => Some(path),
        // Of collections there are none.
        RustType::Option(inner) => values_of(inner),
        _ => None,
    }
}
