//! Data types.

use super::context::Context;
use super::docs::docs;
use super::items::*;
use super::naming::RustName;
use super::origin::Origin;
use super::selection::Selection;
use crate::edm::{
    EnumType, ItemType, Multiplicity, NavigationProperty, Presence, Property, QualifiedName,
    StructuredKind, StructuredType, Type, TypeRef, vocabulary,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The module `models` with everything in it.
pub(super) fn module(context: &Context<'_>) -> Module<ModelItem> {
    let models = Models {
        context,
        recursive: recursive(&context.selection),
    };
    let mut root = Module::new(vec![RustName::fixed("models")]);
    for (name, (path, file)) in context.names.models() {
        let declared = &context.model().types[name];
        let Some(kind) = models.kind(name, declared) else {
            continue;
        };
        let module = root.descend(&path.module);
        module.note_namespace(&name.namespace);
        module.items.push(ModelItem {
            file: file.clone(),
            name: path.name.clone(),
            docs: docs(declared.annotations()),
            origin: Origin::of_type(name, declared),
            kind,
            feature: None,
        });
    }
    for (key, set) in context.allowed.sets() {
        let (path, file) = context.names.allowed(key);
        let type_ref = TypeRef {
            item: ItemType::Primitive(set.primitive()),
            multiplicity: Multiplicity::One,
        };
        let value_type = context.rust_type(&type_ref, false);
        root.descend(&path.module).items.push(ModelItem {
            file: file.clone(),
            name: path.name.clone(),
            docs: set.docs().clone(),
            origin: set.origin().clone(),
            kind: ModelKind::AllowedValues(set.item(context.namer, value_type)),
            feature: None,
        });
    }
    root.sort_by(|item| item.name.clone());
    root
}

struct Models<'a, 'm> {
    context: &'a Context<'m>,
    /// Types whose values may hold values of the same type.
    recursive: BTreeSet<&'m QualifiedName>,
}

impl<'m> Models<'_, 'm> {
    fn kind(&self, name: &'m QualifiedName, declared: &'m Type) -> Option<ModelKind> {
        match declared {
            Type::Structured(declared) => Some(ModelKind::Struct(self.structure(name, declared))),
            Type::Enum(declared) => Some(ModelKind::Enum(self.enumeration(name, declared))),
            Type::Definition(_) => None,
        }
    }

    fn structure(&self, name: &'m QualifiedName, declared: &'m StructuredType) -> StructItem {
        let index = self.context.index();
        let is_entity = declared.kind == StructuredKind::Entity;
        let mut properties = index.properties(name);
        // Streams are read and written apart from the rest.
        properties.retain(|_, property| !index.model.is_stream(&property.type_ref));
        let mut relations = index.relations(name);
        relations.retain(|relation| !properties.contains_key(relation.name));

        let related = relations.iter().map(|relation| relation.name);
        let wire_names = properties.keys().copied().chain(related);
        let wire_names: Vec<_> = wire_names.map(|name| &**name).collect();
        let owner = Origin::of_structured(name, declared).to_string();
        let names = self.context.namer.fields(&owner, &wire_names);
        let structural = properties.iter().map(|(wire_name, property)| Field {
            name: names.fields[&***wire_name].clone(),
            constant: names.constants[&***wire_name].clone(),
            wire_name: wire_name.to_string(),
            rust_type: self.field_type(name, declared, wire_name, property),
            is_navigation: false,
            is_base64: self.context.is_base64(&property.type_ref),
            docs: docs(&property.annotations),
        });
        let relations = relations.iter().map(|relation| Field {
            name: names.fields[&**relation.name].clone(),
            constant: names.constants[&**relation.name].clone(),
            wire_name: relation.name.to_string(),
            rust_type: self.relation_type(relation.property),
            is_navigation: true,
            is_base64: false,
            docs: docs(&relation.property.annotations),
        });
        let read_only = properties
            .iter()
            .filter(|(_, p)| vocabulary::is_read_only(&p.annotations));
        StructItem {
            qualified_name: name.to_string(),
            is_entity,
            fields: structural.chain(relations).collect(),
            is_argument: self.context.selection.arguments.contains(name),
            bases: self.bases(name),
            derived: index
                .derived(name)
                .into_iter()
                .map(|name| name.to_string())
                .collect(),
            read_only: read_only.map(|(name, _)| name.to_string()).collect(),
        }
    }

    fn bases(&self, name: &'m QualifiedName) -> Vec<ItemPath> {
        let ancestors = self.context.model().lineage(name).skip(1);
        let ancestors = ancestors.filter_map(|(ancestor, _)| self.context.names.model(ancestor));
        ancestors.cloned().collect()
    }

    /// The type of a field, `Option` included.
    fn field_type(
        &self,
        owner: &'m QualifiedName,
        declared: &StructuredType,
        wire_name: &Arc<str>,
        property: &'m Property,
    ) -> RustType {
        let type_ref = &property.type_ref;
        let mut rust_type = self.context.property_type(owner, wire_name, type_ref);
        if !type_ref.is_collection() && self.holds_itself(owner, type_ref) {
            rust_type = RustType::Boxed(Box::new(rust_type));
        }
        if property.may_send_null() {
            rust_type = match rust_type {
                RustType::Vec(item) => RustType::Vec(Box::new(item.optional())),
                single => single.optional(),
            };
        }
        match declared.presence {
            Presence::Uncertain => rust_type.optional(),
            Presence::Kept => rust_type,
        }
    }

    /// Relations are there only if they were asked for.
    fn relation_type(&self, property: &NavigationProperty) -> RustType {
        match self.context.rust_type(&property.type_ref, false) {
            collection @ RustType::Vec(_) => collection.optional(),
            single => RustType::Boxed(Box::new(single)).optional(),
        }
    }

    fn holds_itself(&self, owner: &'m QualifiedName, type_ref: &'m TypeRef) -> bool {
        let Some(target) = type_ref.named() else {
            return false;
        };
        self.recursive.contains(target)
            && (target == owner || inner_types(&self.context.selection, target).contains(owner))
    }

    fn enumeration(&self, name: &QualifiedName, declared: &EnumType) -> EnumItem {
        let names = declared.members.iter().map(|member| &*member.name);
        let owner = Origin::EnumType(name.clone()).to_string();
        let (names, other) = self.context.namer.members(&owner, names);
        let members = declared.members.iter().map(|member| EnumVariant {
            name: names[&*member.name].clone(),
            wire_name: member.name.to_string(),
            docs: docs(&member.annotations),
        });
        EnumItem {
            qualified_name: name.to_string(),
            members: members.collect(),
            other,
            is_flags: declared.is_flags,
            literals: self.context.options.service.enumeration_literals,
        }
    }
}

/// The types whose values may hold values of the same type, without a collection between.
fn recursive<'m>(selection: &Selection<'m>) -> BTreeSet<&'m QualifiedName> {
    let names = selection.values.iter().copied();
    names
        .filter(|name| inner_types(selection, name).contains(name))
        .collect()
}

/// The types of the values that values of a type hold, without a collection between.
fn inner_types<'m>(
    selection: &Selection<'m>,
    name: &'m QualifiedName,
) -> BTreeSet<&'m QualifiedName> {
    let mut found = BTreeSet::new();
    let mut pending = vec![name];
    while let Some(name) = pending.pop() {
        for (_, ancestor) in selection.index.model.lineage(name) {
            let properties = ancestor.properties.values();
            let single = properties.filter(|property| !property.type_ref.is_collection());
            let named =
                single.filter_map(|property| selection.index.structured(&property.type_ref));
            pending.extend(named.filter(|name| found.insert(*name)));
        }
    }
    found
}
