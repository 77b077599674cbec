//! Parameters whose values are listed: one enumeration for all that list the same.

use super::docs::docs;
use super::items::{AllowedValuesItem, AllowedVariant, Constant, Docs, RustType};
use super::naming::Namer;
use super::origin::Origin;
use super::selection::Selection;
use crate::edm::{Annotation, ItemType, Parameter, Primitive, vocabulary};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most characters of values that are told with each parameter; beyond, the enumeration tells them.
const MAX_TOLD: usize = 120;

/// The sets of allowed values of all parameters, in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct AllowedValues {
    sets: Vec<AllowedSet>,
}

/// One of the sets of [`AllowedValues`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AllowedId(usize);

/// The values that one or more parameters list.
#[derive(Debug)]
pub(super) struct AllowedSet {
    key: SetKey,
    wire_name: String,
    docs: Docs,
}

/// What makes two lists the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct SetKey {
    namespace: Arc<str>,
    parameter: Arc<str>,
    primitive: Primitive,
    values: Vec<(Constant, String, Option<String>)>,
    default: Option<String>,
}

impl AllowedValues {
    /// The sets that the parameters of emitted operations list, in an order of their own.
    pub fn collect(selection: &Selection<'_>, namer: &Namer) -> Self {
        let mut found: BTreeMap<SetKey, (String, Docs)> = BTreeMap::new();
        for index in &selection.operations {
            let operation = selection.index.operation(*index);
            for parameter in &operation.parameters {
                if let Some(key) = SetKey::of(&operation.name.namespace, parameter) {
                    let first = || {
                        (
                            operation.name.name.to_string(),
                            docs(&parameter.annotations),
                        )
                    };
                    found.entry(key).or_insert_with(first);
                }
            }
        }
        let mut lists: BTreeMap<_, usize> = BTreeMap::new();
        for key in found.keys() {
            let name = (key.namespace.clone(), key.parameter.clone());
            *lists.entry(name).or_default() += 1;
        }
        let sets = found.into_iter().map(|(key, (operation, docs))| {
            // Different lists under one parameter name are told apart by the operation.
            let wire_name = match lists[&(key.namespace.clone(), key.parameter.clone())] {
                1 => key.parameter.to_string(),
                _ => namer.values_of_operation(&operation, &key.parameter),
            };
            AllowedSet {
                key,
                wire_name,
                docs,
            }
        });
        Self {
            sets: sets.collect(),
        }
    }

    /// The sets with their keys.
    pub fn sets(&self) -> impl Iterator<Item = (AllowedId, &AllowedSet)> {
        let sets = self.sets.iter().enumerate();
        sets.map(|(index, set)| (AllowedId(index), set))
    }

    /// The key of the set that a parameter lists.
    pub fn of(&self, namespace: &Arc<str>, parameter: &Parameter) -> Option<AllowedId> {
        let key = SetKey::of(namespace, parameter)?;
        let index = self.sets.binary_search_by(|set| set.key.cmp(&key));
        index.ok().map(AllowedId)
    }

    /// The values of a set, if they are few enough to be told wherever it is used.
    pub fn told(&self, set: AllowedId) -> Vec<String> {
        let values = self.sets[set.0].key.values.iter();
        let values: Vec<_> = values.map(|(constant, ..)| constant.text()).collect();
        let length: usize = values.iter().map(|value| value.len() + 4).sum();
        if length <= MAX_TOLD {
            values
        } else {
            Vec::new()
        }
    }
}

impl SetKey {
    /// `None` if anything is allowed, or if the values are not of a type that can be listed.
    fn of(namespace: &Arc<str>, parameter: &Parameter) -> Option<Self> {
        let primitive = match parameter.type_ref.item {
            ItemType::Primitive(primitive) if !parameter.type_ref.is_collection() => primitive,
            _ => return None,
        };
        let annotations: &[Annotation] = &parameter.annotations;
        let values = vocabulary::allowed_values(annotations)
            .into_iter()
            .map(|value| {
                let constant = Constant::parse(value.value, primitive)?;
                let name = value.symbolic_name.unwrap_or(value.value).to_owned();
                Some((constant, name, value.description.map(str::to_owned)))
            });
        let values: Vec<_> = values.collect::<Option<_>>()?;
        let default = vocabulary::optional_parameter(annotations).and_then(|p| p.default_value);
        let default = default.map(str::to_owned);
        let (namespace, parameter) = (namespace.clone(), parameter.name.clone());
        (!values.is_empty()).then_some(Self {
            namespace,
            parameter,
            primitive,
            values,
            default,
        })
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
    /// The namespace of the operations.
    pub fn namespace(&self) -> &Arc<str> {
        &self.key.namespace
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
    pub fn origin(&self) -> Origin {
        Origin::AllowedValues(self.key.parameter.to_string())
    }

    /// The enumeration.
    pub fn item(&self, namer: &Namer, value_type: RustType) -> AllowedValuesItem {
        let names = self.key.values.iter().map(|(_, name, _)| name.as_str());
        let (names, other) = namer.allowed_values(names);
        let default = self
            .key
            .values
            .iter()
            .find(|(constant, _, _)| self.key.default.as_ref() == Some(&constant.text()));
        let default = default.map(|(_, name, _)| names[name.as_str()].clone());
        let variants = self
            .key
            .values
            .iter()
            .map(|(constant, name, description)| AllowedVariant {
                name: names[name.as_str()].clone(),
                value: constant.clone(),
                docs: Docs {
                    summary: description.clone(),
                    ..Docs::default()
                },
            });
        AllowedValuesItem {
            value_type,
            variants: variants.collect(),
            other,
            default,
        }
    }

    /// The metadata type of the values.
    pub fn primitive(&self) -> Primitive {
        self.key.primitive
    }
}
