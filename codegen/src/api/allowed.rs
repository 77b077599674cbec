//! Values that the metadata lists: one enumeration for parameters that share a name and a list, and one for
//! each type definition and each property.

use super::docs::docs;
use super::items::{AllowedValuesItem, AllowedVariant, Constant, Docs, RustType};
use super::naming::Namer;
use super::origin::{Listing, Origin};
use super::selection::Selection;
use crate::edm::{
    Annotation, ItemType, OperationId, Parameter, Primitive, Property, QualifiedName, Type,
    TypeRef, vocabulary,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most characters of values that are told with each parameter; beyond, the enumeration tells them.
const MAX_TOLD: usize = 120;

/// All lists of values in what is emitted.
#[derive(Debug, Default)]
pub(super) struct AllowedValues<'m> {
    sets: Vec<AllowedSet>,
    parameters: BTreeMap<ParameterKey<'m>, AllowedId>,
    definitions: BTreeMap<&'m QualifiedName, AllowedId>,
    properties: BTreeMap<(&'m QualifiedName, &'m Arc<str>), AllowedId>,
}

/// One of the sets of [`AllowedValues`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AllowedId(usize);

/// The values that a type definition, a property, or one or more parameters list.
#[derive(Debug)]
pub(super) struct AllowedSet {
    namespace: Arc<str>,
    wire_name: String,
    docs: Docs,
    origin: Origin,
    /// The operations whose parameters list them.
    operations: Vec<OperationId>,
    list: List,
    default: Option<String>,
}

/// Which parameters share an enumeration: those that share a name and a list, whatever else they say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct ParameterKey<'m> {
    namespace: &'m Arc<str>,
    parameter: &'m Arc<str>,
    primitive: Primitive,
    values: BTreeSet<(Constant, String)>,
}

/// A list of values of one type.
#[derive(Debug)]
struct List {
    primitive: Primitive,
    values: Vec<Listed>,
}

#[derive(Debug)]
struct Listed {
    constant: Constant,
    name: String,
    description: Option<String>,
}

impl<'m> AllowedValues<'m> {
    /// Those of parameters of emitted operations, of properties of emitted types, and of the type
    /// definitions that these have.
    pub fn collect(selection: &Selection<'m>, namer: &Namer) -> Self {
        let mut found = Self::default();
        found.add_parameters(selection, namer);
        found.add_definitions(selection);
        found.add_properties(selection, namer);
        found
    }

    fn add_parameters(&mut self, selection: &Selection<'m>, namer: &Namer) {
        let mut users: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for index in &selection.operations {
            let operation = selection.index.operation(*index);
            for parameter in &operation.parameters {
                if let Some(key) = ParameterKey::of(&operation.name.namespace, parameter) {
                    let users = users.entry(key).or_default();
                    users.push((*index, parameter));
                }
            }
        }
        let mut lists: BTreeMap<_, usize> = BTreeMap::new();
        for key in users.keys() {
            *lists.entry((key.namespace, key.parameter)).or_default() += 1;
        }
        for (key, users) in users {
            let (operation, parameter) = users[0];
            let Some(list) = List::of(&parameter.type_ref, &parameter.annotations) else {
                continue;
            };
            // Different lists under one parameter name are told apart by the operation.
            let wire_name = match lists[&(key.namespace, key.parameter)] {
                1 => key.parameter.to_string(),
                _ => {
                    let operation = selection.index.operation(operation);
                    namer.values_of(&operation.name.name, key.parameter)
                }
            };
            let defaults: BTreeSet<_> = users.iter().map(|(_, it)| default_of(it)).collect();
            let default = (defaults.len() == 1).then(|| default_of(parameter));
            let id = self.add(AllowedSet {
                namespace: key.namespace.clone(),
                wire_name,
                docs: docs(&parameter.annotations),
                origin: Origin::AllowedValues(Listing::Parameter, key.parameter.to_string()),
                operations: users.iter().map(|(operation, _)| *operation).collect(),
                list,
                default: default.flatten().map(str::to_owned),
            });
            self.parameters.insert(key, id);
        }
    }

    fn add_definitions(&mut self, selection: &Selection<'m>) {
        let operations = selection.operations.iter();
        let operations = operations.map(|id| selection.index.operation(*id));
        let parameters = operations.flat_map(|it| &it.parameters);
        let properties = properties(selection).map(|(_, _, property)| &property.type_ref);
        let used: BTreeSet<_> = parameters
            .map(|parameter| &parameter.type_ref)
            .chain(properties)
            .filter_map(TypeRef::named)
            .collect();
        for name in used {
            let Some(Type::Definition(definition)) = selection.index.model.types.get(name) else {
                continue;
            };
            let Some(list) = List::parse(definition.underlying, &definition.annotations) else {
                continue;
            };
            let id = self.add(AllowedSet {
                namespace: name.namespace.clone(),
                wire_name: name.name.to_string(),
                docs: docs(&definition.annotations),
                origin: Origin::TypeDefinition(name.clone()),
                operations: Vec::new(),
                list,
                default: None,
            });
            self.definitions.insert(name, id);
        }
    }

    /// Each property has an enumeration of its own, so that no other can change its name.
    fn add_properties(&mut self, selection: &Selection<'m>, namer: &Namer) {
        for (owner, name, property) in properties(selection) {
            if self.properties.contains_key(&(owner, name)) {
                continue;
            }
            let Some(list) = List::of(&property.type_ref, &property.annotations) else {
                continue;
            };
            let id = self.add(AllowedSet {
                namespace: owner.namespace.clone(),
                wire_name: namer.values_of(&owner.name, name),
                docs: docs(&property.annotations),
                origin: Origin::AllowedValues(Listing::Property, format!("{owner}/{name}")),
                operations: Vec::new(),
                list,
                default: None,
            });
            self.properties.insert((owner, name), id);
        }
    }

    fn add(&mut self, set: AllowedSet) -> AllowedId {
        self.sets.push(set);
        AllowedId(self.sets.len() - 1)
    }

    /// The sets with their keys.
    pub fn sets(&self) -> impl Iterator<Item = (AllowedId, &AllowedSet)> {
        let sets = self.sets.iter().enumerate();
        sets.map(|(index, set)| (AllowedId(index), set))
    }

    /// The set of a parameter, or of its type.
    pub fn of_parameter(&self, namespace: &Arc<str>, parameter: &Parameter) -> Option<AllowedId> {
        let own = ParameterKey::of(namespace, parameter).and_then(|key| self.parameters.get(&key));
        own.copied().or_else(|| self.of_type(&parameter.type_ref))
    }

    /// The set of a property, named with the type that declares it, or of its type.
    pub fn of_property(
        &self,
        owner: &QualifiedName,
        name: &Arc<str>,
        type_ref: &TypeRef,
    ) -> Option<AllowedId> {
        let own = self.properties.get(&(owner, name)).copied();
        own.or_else(|| self.of_type(type_ref))
    }

    fn of_type(&self, type_ref: &TypeRef) -> Option<AllowedId> {
        let name = type_ref.named().filter(|_| !type_ref.is_collection())?;
        self.definitions.get(name).copied()
    }

    /// The values of a set, if they are few enough to be told wherever it is used.
    pub fn told(&self, set: AllowedId) -> Vec<String> {
        let values = self.sets[set.0].list.values.iter();
        let values: Vec<_> = values.map(|value| value.constant.text()).collect();
        let length: usize = values.iter().map(|value| value.len() + 4).sum();
        if length <= MAX_TOLD {
            values
        } else {
            Vec::new()
        }
    }
}

/// The properties of emitted types, with the types that declare them. Keys are left out: they stay
/// plain texts and numbers.
fn properties<'s, 'm>(
    selection: &'s Selection<'m>,
) -> impl Iterator<Item = (&'m QualifiedName, &'m Arc<str>, &'m Property)> + use<'s, 'm> {
    let model = selection.index.model;
    let owners = selection.values.iter().flat_map(|name| model.lineage(name));
    owners.flat_map(move |(owner, structured)| {
        let properties = structured.properties.iter();
        let values = properties.filter(move |(name, _)| !selection.index.is_key(owner, name));
        values.map(move |(name, property)| (owner, name, property))
    })
}

/// What an absent parameter stands for.
fn default_of(parameter: &Parameter) -> Option<&str> {
    vocabulary::optional_parameter(&parameter.annotations).and_then(|it| it.default_value)
}

impl<'m> ParameterKey<'m> {
    fn of(namespace: &'m Arc<str>, parameter: &'m Parameter) -> Option<Self> {
        let list = List::of(&parameter.type_ref, &parameter.annotations)?;
        let values = list.values.into_iter().map(|it| (it.constant, it.name));
        Some(Self {
            namespace,
            parameter: &parameter.name,
            primitive: list.primitive,
            values: values.collect(),
        })
    }
}

impl List {
    /// `None` if anything is allowed, or if the values are not of a type that can be listed.
    fn of(type_ref: &TypeRef, annotations: &[Annotation]) -> Option<Self> {
        match type_ref.item {
            ItemType::Primitive(primitive) if !type_ref.is_collection() => {
                Self::parse(primitive, annotations)
            }
            _ => None,
        }
    }

    fn parse(primitive: Primitive, annotations: &[Annotation]) -> Option<Self> {
        let mut seen = BTreeSet::new();
        let mut values = Vec::new();
        for value in vocabulary::allowed_values(annotations) {
            let constant = Constant::parse(value.value, primitive)?;
            if seen.insert(constant.clone()) {
                values.push(Listed {
                    constant,
                    name: value.symbolic_name.unwrap_or(value.value).to_owned(),
                    description: value.description.map(str::to_owned),
                });
            }
        }
        let names: BTreeSet<_> = values.iter().map(|value| &value.name).collect();
        if names.len() < values.len() {
            // A name for two values tells nothing.
            for value in &mut values {
                value.name = value.constant.text();
            }
        }
        (!values.is_empty()).then_some(Self { primitive, values })
    }
}

impl Constant {
    fn parse(text: &str, primitive: Primitive) -> Option<Self> {
        match primitive {
            Primitive::String => Some(Self::Text(text.to_owned())),
            primitive if primitive.is_integer() => text.parse().ok().map(Self::Integer),
            _ => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl AllowedSet {
    /// The namespace of what lists them.
    pub fn namespace(&self) -> &Arc<str> {
        &self.namespace
    }

    /// The name to make the Rust name of.
    pub fn wire_name(&self) -> &str {
        &self.wire_name
    }

    /// What the documentation says.
    pub fn docs(&self) -> &Docs {
        &self.docs
    }

    /// Where the values come from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The enumeration.
    pub fn item(&self, namer: &Namer, value_type: RustType) -> AllowedValuesItem {
        let values = &self.list.values;
        let (names, other) = namer.allowed_values(values.iter().map(|value| value.name.as_str()));
        let is_default =
            |value: &&Listed| self.default.as_deref() == Some(value.constant.text().as_str());
        let default = values.iter().find(is_default);
        let variants = values.iter().map(|value| AllowedVariant {
            name: names[value.name.as_str()].clone(),
            value: value.constant.clone(),
            docs: Docs {
                summary: value.description.clone(),
                ..Docs::default()
            },
        });
        AllowedValuesItem {
            operations: self.operations.clone(),
            value_type,
            variants: variants.collect(),
            other,
            default: default.map(|value| names[value.name.as_str()].clone()),
        }
    }

    /// The metadata type of the values.
    pub fn primitive(&self) -> Primitive {
        self.list.primitive
    }
}
