//! Data types.

use super::allowed::AllowedValues;
use super::docs;
use super::items::*;
use super::naming::{RustName, Scope, Words};
use super::types::Types;
use crate::edm::{
    EnumType, ItemType, Model, Property, QualifiedName, StructuredKind, StructuredType, Type,
    TypeRef,
};
use std::collections::{BTreeMap, BTreeSet};

/// The module `models` with everything in it.
pub(super) fn module(
    model: &Model,
    words: &Words,
    allowed: &AllowedValues,
    types: &Types<'_>,
) -> ModelModule {
    let mut root = ModelModule::default();
    root.path.push(Scope::default().take("models"));
    for (name, (path, file)) in types.models() {
        let kind = match &model.types[name] {
            Type::Structured(structured) => ModelKind::Struct(StructItem {
                fields: fields(model, name, structured, words, types),
                is_argument: types.is_argument(name),
            }),
            Type::Enum(enumeration) => ModelKind::Enum(enumeration_item(name, enumeration, words)),
            Type::Definition(_) => continue,
        };
        let module = descend(&mut root, &path.module[1..]);
        let namespace = name.namespace.to_string();
        if !module.namespaces.contains(&namespace) {
            module.namespaces.push(namespace);
        }
        module.items.push(ModelItem {
            file: file.clone(),
            name: path.name.clone(),
            docs: docs(model.types[name].annotations()),
            source: source(name, &model.types[name]),
            kind,
        });
    }
    for (key, set) in allowed.sets() {
        let (path, file) = types.allowed(key);
        let item = ItemType::Primitive(set.primitive());
        let value_type = types.rust_type(
            &TypeRef {
                item,
                is_collection: false,
            },
            false,
        );
        descend(&mut root, &path.module[1..]).items.push(ModelItem {
            file: file.clone(),
            name: path.name.clone(),
            docs: set.docs().clone(),
            source: set.source(),
            kind: ModelKind::AllowedValues(set.item(words, value_type)),
        });
    }
    sort(&mut root);
    root
}

/// The module at a path below `root`, made where it is missing.
fn descend<'a>(root: &'a mut ModelModule, path: &[RustName]) -> &'a mut ModelModule {
    let Some((first, rest)) = path.split_first() else {
        return root;
    };
    let known = root
        .modules
        .iter()
        .position(|module| module.path.last() == Some(first));
    let index = known.unwrap_or_else(|| {
        let mut path = root.path.clone();
        path.push(first.clone());
        root.modules.push(ModelModule {
            path,
            ..ModelModule::default()
        });
        root.modules.len() - 1
    });
    descend(&mut root.modules[index], rest)
}

fn sort(module: &mut ModelModule) {
    module.namespaces.sort();
    module.items.sort_by(|a, b| a.name.cmp(&b.name));
    module.modules.sort_by(|a, b| a.path.cmp(&b.path));
    for inner in &mut module.modules {
        sort(inner);
    }
}

/// What a type is in the metadata's words.
pub(super) fn source(name: &QualifiedName, declared: &Type) -> String {
    let kind = match declared {
        Type::Structured(StructuredType {
            kind: StructuredKind::Entity,
            ..
        }) => "entity type",
        Type::Structured(_) => "complex type",
        Type::Enum(_) => "enumeration type",
        Type::Definition(_) => "type definition",
    };
    format!("{kind} `{name}`")
}

/// The fields of a type: its own properties and those of its base types, by wire name.
fn fields(
    model: &Model,
    name: &QualifiedName,
    structured: &StructuredType,
    words: &Words,
    types: &Types<'_>,
) -> Vec<Field> {
    let mut properties = BTreeMap::new();
    for (_, ancestor) in model.lineage(name) {
        for (name, property) in &ancestor.properties {
            properties.entry(name.clone()).or_insert(property);
        }
    }
    let mut scope = Scope::with_reserved([super::ADDITIONAL_PROPERTIES]);
    let names = scope.take_all(properties.keys().map(|name| &**name), |name| {
        words.snake(name)
    });
    let fields = properties.iter().map(|(wire_name, property)| Field {
        name: names[&**wire_name].clone(),
        wire_name: wire_name.to_string(),
        rust_type: field_type(model, name, structured.kind, property, types),
        docs: docs(&property.annotations),
    });
    fields.collect()
}

/// The type of a field, `Option` included.
fn field_type(
    model: &Model,
    owner: &QualifiedName,
    kind: StructuredKind,
    property: &Property,
    types: &Types<'_>,
) -> RustType {
    let type_ref = &property.type_ref;
    // The standard knows no default for the items of a collection; services send none that are
    // null unless they say so.
    let nullable = if type_ref.is_collection {
        property.nullable == Some(true)
    } else {
        property.is_nullable()
    };
    let mut rust_type = types.rust_type(type_ref, false);
    let holds_itself = |target| holds(model, target, owner, &mut BTreeSet::new());
    if !type_ref.is_collection && type_ref.named().is_some_and(holds_itself) {
        rust_type = RustType::Boxed(Box::new(rust_type));
    }
    if nullable {
        rust_type = match rust_type {
            RustType::Vec(item) => RustType::Vec(Box::new(item.optional())),
            single => single.optional(),
        };
    }
    // `$select` may leave out any property of an entity, so none is certain to be there.
    match kind {
        StructuredKind::Entity => rust_type.optional(),
        StructuredKind::Complex => rust_type,
    }
}

/// Whether values of a type contain values of another, or of itself, without a collection between.
fn holds<'m>(
    model: &'m Model,
    name: &'m QualifiedName,
    sought: &QualifiedName,
    seen: &mut BTreeSet<&'m QualifiedName>,
) -> bool {
    if name == sought {
        return true;
    }
    if !seen.insert(name) {
        return false;
    }
    let properties = model
        .lineage(name)
        .flat_map(|(_, ancestor)| ancestor.properties.values());
    let single = properties.filter(|property| !property.type_ref.is_collection);
    let mut inner = single.filter_map(|property| property.type_ref.named());
    inner.any(|inner| holds(model, inner, sought, seen))
}

fn enumeration_item(name: &QualifiedName, declared: &EnumType, words: &Words) -> EnumItem {
    let mut scope = Scope::with_reserved(["Other"]);
    let names = declared.members.iter().map(|member| &*member.name);
    let names = scope.take_all(names, |name| words.pascal(name));
    let members = declared.members.iter().map(|member| EnumVariant {
        name: names[&*member.name].clone(),
        wire_name: member.name.to_string(),
        docs: docs(&member.annotations),
    });
    EnumItem {
        qualified_name: name.to_string(),
        members: members.collect(),
        is_flags: declared.is_flags,
    }
}
