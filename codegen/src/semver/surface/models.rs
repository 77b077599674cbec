//! Data types and their members.

use super::{Collector, Element, Owner, Part, last_segment, path, path_text};
use crate::api::{
    AllowedValuesItem, Constant, EnumItem, ItemPath, ModelItem, ModelKind, Origin, StructItem,
};
use crate::edm::QualifiedName;
use std::collections::BTreeSet;

impl<'a> Collector<'a> {
    /// The data types, each with its path.
    fn data_types(&self) -> Vec<(ItemPath, &'a ModelItem)> {
        let mut found = Vec::new();
        let api = self.api;
        api.models
            .visit(&mut |module, item| found.push((path(module, &item.name), item)));
        found
    }

    /// What data types are in the metadata.
    pub(super) fn note_models(&mut self) {
        let items = self.data_types();
        for (path, item) in &items {
            if let ModelKind::AllowedValues(declared) = &item.kind {
                let places = self.listing(&item.origin, declared);
                let common = places.last().cloned().unwrap_or_default();
                *self.surface.lists.entry(common).or_default() += 1;
                self.values.insert(path.clone(), places);
            }
        }
        for (path, places) in &self.values {
            // Several lists of one parameter are told apart by the first operation.
            let several = |common| self.surface.lists[common] > 1;
            let common = places.last().filter(|common| !several(*common));
            let place = common.or(places.first()).map_or("", String::as_str);
            self.names
                .insert(path.clone(), format!("values of {place}"));
        }
        for (path, item) in items {
            if let Some(name) = item.origin.type_name() {
                self.names.insert(path, self.type_name(name));
            }
        }
    }

    /// The places that list values, in order, and at the end what these have in common.
    fn listing(&self, origin: &Origin, declared: &AllowedValuesItem) -> Vec<String> {
        let (Origin::AllowedValues(_, name), operations) = (origin, &declared.operations) else {
            return origin
                .type_name()
                .map(|name| self.type_name(name))
                .into_iter()
                .collect();
        };
        let Some(first) = operations.first() else {
            let (owner, property) = name.rsplit_once('/').unwrap_or_default();
            let owner = QualifiedName::parse(owner).map(|owner| self.type_name(&owner));
            let place = format!("{}/{property}", owner.unwrap_or_default());
            return vec![self.translation.place(place)];
        };
        let places = operations
            .iter()
            .map(|operation| self.parameter(&self.places[operation], name));
        let places: BTreeSet<_> = places.collect();
        let namespace = &self.model.operation(*first).name.namespace;
        let common = format!("parameters of {namespace}/{name}");
        places.into_iter().chain([common]).collect()
    }

    pub(super) fn models(&mut self) {
        for (path, item) in self.data_types() {
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
        let owner = self.owner(name);
        let parent = self.model_type(item, path, &owner.shown);
        self.fields(&owner, &parent, declared);
        let shown = &owner.shown;
        for base in &declared.bases {
            let base = self.item(base);
            let derivation = Element {
                parent: Some(parent.clone()),
                detail: base.clone(),
                places: vec![base.clone()],
                ..Element::new(Part::Derivation, shown, None)
            };
            self.add(format!("derivation {shown} {base}"), derivation);
        }
        if declared.is_argument {
            let argument = Element {
                parent: Some(parent),
                detail: "value of a parameter".to_owned(),
                ..Element::new(Part::Member, shown, None)
            };
            self.add(format!("argument {shown}"), argument);
        }
    }

    /// Fields, the constants with their names, and which of them the service alone sets.
    fn fields(&mut self, owner: &Owner, parent: &str, declared: &StructItem) {
        for field in &declared.fields {
            let (name, places) = self.member(owner, &field.wire_name);
            let place = format!("{}/{name}", owner.shown);
            let part = |part, parent: &str| Element {
                parent: Some(parent.to_owned()),
                places: places.clone(),
                ..Element::new(part, &owner.shown, Some(&name))
            };
            let key = format!("field {place}");
            if declared.read_only.contains(&field.wire_name) {
                self.add(format!("read-only {place}"), part(Part::ReadOnly, &key));
            }
            let kind = match field.is_navigation {
                true => "name of a navigation property",
                false => "name of a property",
            };
            let constant = Element {
                types: owner.lineage.clone(),
                name: field.constant.to_string(),
                is_qualified: true,
                signature: kind.to_owned(),
                ..part(Part::Member, parent)
            };
            self.add(format!("constant {place}"), constant);
            let element = Element {
                types: owner.lineage.clone(),
                name: field.name.to_string(),
                signature: self.type_text(&field.rust_type),
                ..part(Part::Member, parent)
            };
            self.add(key, element);
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
        let part = |part, name: Option<&str>| Element {
            parent: Some(parent.clone()),
            types: vec![owner.clone()],
            is_qualified: true,
            ..Element::new(part, &owner, name)
        };
        for member in &declared.members {
            let place = self
                .translation
                .place(format!("{owner}/{}", member.wire_name));
            let variant = Element {
                name: member.name.to_string(),
                places: vec![place.clone()],
                ..part(Part::Member, Some(last_segment(&place)))
            };
            self.add(format!("variant {place}"), variant);
        }
        let catch_all = Element {
            name: declared.other.to_string(),
            ..part(Part::CatchAll, None)
        };
        self.add(format!("catch-all {owner}"), catch_all);
    }

    fn allowed_values(&mut self, path: &ItemPath, declared: &AllowedValuesItem) {
        let key = self.item(path);
        let places = self.values.get(path).cloned().unwrap_or_default();
        let element = |part, value: Option<&str>| Element {
            parent: Some(key.clone()).filter(|_| part != Part::Type),
            places: places.clone(),
            ..Element::new(part, &key, value)
        };
        for variant in &declared.variants {
            let value = match &variant.value {
                Constant::Integer(number) => number.to_string(),
                Constant::Text(text) => text.clone(),
            };
            let variant = Element {
                name: variant.name.to_string(),
                is_qualified: true,
                ..element(Part::Member, Some(&value))
            };
            self.add(format!("{key}: {value}"), variant);
        }
        if declared.default.is_some() {
            let default = Element {
                detail: "`Default`".to_owned(),
                ..element(Part::Default, None)
            };
            self.add(format!("{key}, default"), default);
        }
        let enumeration = Element {
            name: path_text(&path.module, &path.name),
            signature: self.type_text(&declared.value_type),
            ..element(Part::Type, None)
        };
        self.add(key.clone(), enumeration);
    }
}
