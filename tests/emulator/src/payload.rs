//! Holds JSON values against the types that metadata declares (OData JSON Format).

use serde_json::{Map, Value};

use crate::error::{Refusal, excerpt};
use crate::literal;
use crate::numbers;
use crate::service::{Primitive, Service, TypeRef, ValueType};

/// The deepest nesting of values that is looked at.
const DEEPEST: usize = 64;

/// Who sent a value, which decides what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The test that sets the emulator up: may set what the service alone sets.
    Seed,
    /// A client; the flag says whether its `Content-Type` has `IEEE754Compatible=true`.
    Client { ieee754_compatible: bool },
}

/// An entity as a body describes it.
#[derive(Debug)]
pub(crate) struct EntityBody {
    /// The type that it says it has, or else the declared one.
    pub(crate) ty: String,
    /// Its structural properties.
    pub(crate) members: Map<String, Value>,
    /// Entities to make along with it, by navigation property.
    pub(crate) nested: Vec<(String, Vec<EntityBody>)>,
    /// Entities to refer to, by navigation property.
    pub(crate) bound: Vec<(String, Vec<String>)>,
}

impl EntityBody {
    /// A body that says nothing.
    pub(crate) fn new(ty: String) -> Self {
        Self {
            ty,
            members: Map::new(),
            nested: Vec::new(),
            bound: Vec::new(),
        }
    }
}

/// Checks values of one sender.
#[derive(Clone, Copy)]
pub(crate) struct Checker<'a> {
    pub(crate) service: &'a Service,
    pub(crate) sender: Sender,
}

impl Checker<'_> {
    /// Checks an entity of a declared type or of one that derives from it.
    pub(crate) fn entity(&self, declared: &str, value: &Value) -> Result<EntityBody, Refusal> {
        self.entity_at(declared, value, "", 0)
    }

    fn entity_at(
        &self,
        declared: &str,
        value: &Value,
        place: &str,
        depth: usize,
    ) -> Result<EntityBody, Refusal> {
        let object = self.object(declared, value, place, depth)?;
        let mut body = EntityBody::new(self.actual_type(declared, object)?);
        for (name, value) in object {
            let place = join(place, name);
            if let Some(property) = name.strip_suffix("@odata.bind") {
                let references = self.bound(&body.ty, property, value)?;
                body.bound.push((property.to_owned(), references));
            } else if is_annotation(name) {
                // Control information and annotations are not stored.
            } else if let Some(navigation) = self.service.navigation(&body.ty, name) {
                let ty = &navigation.ty;
                let items = self.items(ty, value, &place)?;
                let nested = items
                    .into_iter()
                    .map(|item| self.entity_at(&ty.name, item, &place, depth + 1));
                let nested = nested.collect::<Result<_, _>>()?;
                body.nested.push((name.clone(), nested));
            } else if let Some(value) = self.member(&body.ty, name, value, &place, depth)? {
                body.members.insert(name.clone(), value);
            }
        }
        Ok(body)
    }

    /// The entities of an inline navigation property.
    fn items<'v>(
        &self,
        ty: &TypeRef,
        value: &'v Value,
        place: &str,
    ) -> Result<Vec<&'v Value>, Refusal> {
        match value {
            Value::Array(items) if ty.collection => Ok(items.iter().collect()),
            Value::Object(_) if !ty.collection => Ok(vec![value]),
            Value::Null if !ty.collection => Ok(Vec::new()),
            _ => Err(wrong_type(place, &ty.to_string(), value)),
        }
    }

    fn bound(&self, ty: &str, property: &str, value: &Value) -> Result<Vec<String>, Refusal> {
        let place = format!("{property}@odata.bind");
        let navigation = self.service.navigation(ty, property);
        let navigation = navigation.ok_or_else(|| unknown_member(ty, property))?;
        let text = |item: &Value| item.as_str().map(str::to_owned);
        let references = match (value, navigation.ty.collection) {
            (Value::Array(items), true) => items.iter().map(text).collect(),
            (Value::String(one), false) => Some(vec![one.clone()]),
            _ => None,
        };
        references.ok_or_else(|| wrong_type(&place, "a reference or a list of them", value))
    }

    /// Checks the value of a structural property; `None` when it is one that clients do not set.
    fn member(
        &self,
        owner: &str,
        name: &str,
        value: &Value,
        place: &str,
        depth: usize,
    ) -> Result<Option<Value>, Refusal> {
        let Some(property) = self.service.property(owner, name) else {
            if self.service.is_open(owner) {
                return Ok(Some(value.clone()));
            }
            return Err(unknown_member(owner, name));
        };
        // What a client sends of read-only properties and streams has no effect.
        let is_stream = property.ty.name == "Edm.Stream";
        if is_stream || (property.read_only && self.sender != Sender::Seed) {
            return Ok(None);
        }
        self.value(&property.ty, property.nullable, value, place, depth)?;
        let by_type = self.service.max_lengths.get(&property.ty.name).copied();
        if let Some(longest) = property.max_length.or(by_type) {
            refuse_longer(longest, &property.ty, value, place)?;
        }
        let mut value = value.clone();
        numbers::settle(self.service, &property.ty.name, &mut value);
        Ok(Some(value))
    }

    /// Checks a value of any type; `place` names it in messages.
    pub(crate) fn value(
        &self,
        ty: &TypeRef,
        nullable: bool,
        value: &Value,
        place: &str,
        depth: usize,
    ) -> Result<(), Refusal> {
        if ty.collection {
            let Value::Array(items) = value else {
                return Err(wrong_type(place, &ty.to_string(), value));
            };
            let item_type = TypeRef {
                name: ty.name.clone(),
                collection: false,
            };
            return items
                .iter()
                .try_for_each(|item| self.value(&item_type, nullable, item, place, depth + 1));
        }
        if value.is_null() {
            return if nullable {
                Ok(())
            } else {
                Err(must_not_be_null(place))
            };
        }
        match self.service.value_type(ty) {
            ValueType::Structured(name) => self.structured(&name, value, place, depth),
            ValueType::Unsupported(name) if name.starts_with("Edm.Geo") => {
                if value.is_object() {
                    return Ok(());
                }
                Err(wrong_type(place, &name, value))
            }
            ValueType::Unsupported(_) | ValueType::Collection(_) => Ok(()),
            scalar => self.scalar(&scalar, value, place),
        }
    }

    fn structured(
        &self,
        declared: &str,
        value: &Value,
        place: &str,
        depth: usize,
    ) -> Result<(), Refusal> {
        let object = self.object(declared, value, place, depth)?;
        let ty = self.actual_type(declared, object)?;
        for (name, value) in object {
            let is_navigation = self.service.navigation(&ty, name).is_some();
            if !is_annotation(name) && !is_navigation {
                self.member(&ty, name, value, &join(place, name), depth + 1)?;
            }
        }
        Ok(())
    }

    fn scalar(&self, ty: &ValueType, value: &Value, place: &str) -> Result<(), Refusal> {
        let is_text = value.is_string();
        let may_be_text = match ty {
            ValueType::Primitive(Primitive::Int64 | Primitive::Decimal) => match self.sender {
                Sender::Seed => true,
                Sender::Client { ieee754_compatible } => ieee754_compatible,
            },
            ValueType::Primitive(Primitive::Double | Primitive::Single) => {
                matches!(value.as_str(), Some("INF" | "-INF" | "NaN"))
            }
            ValueType::Primitive(Primitive::Boolean) => false,
            other => !literal::is_numeric(other),
        };
        // The service takes one alphabet; a test may write either.
        let is_wrong_alphabet = match (ty, self.sender) {
            (ValueType::Primitive(Primitive::Binary), Sender::Client { .. }) => {
                let text = value.as_str().unwrap_or_default();
                literal::binary::decode(text, self.service.behavior.alphabet).is_none()
            }
            _ => false,
        };
        if (is_text && !may_be_text) || is_wrong_alphabet || literal::from_json(value, ty).is_err()
        {
            return Err(wrong_type(place, &ty.name(), value));
        }
        Ok(())
    }

    fn object<'v>(
        &self,
        ty: &str,
        value: &'v Value,
        place: &str,
        depth: usize,
    ) -> Result<&'v Map<String, Value>, Refusal> {
        if depth > DEEPEST {
            return Err(Refusal::bad_request("The body nests too deep."));
        }
        value
            .as_object()
            .ok_or_else(|| wrong_type(place, ty, value))
    }

    /// The type that an object says it has.
    fn actual_type(&self, declared: &str, object: &Map<String, Value>) -> Result<String, Refusal> {
        let said = object.get("@odata.type").or_else(|| object.get("@type"));
        let Some(said) = said else {
            return Ok(declared.to_owned());
        };
        let text = said.as_str().unwrap_or_default();
        let name = text.rsplit_once('#').map_or(text, |(_, name)| name);
        let cast = self.service.cast(name);
        cast.filter(|name| self.service.is_or_derives_from(name, declared))
            .ok_or_else(|| {
                Refusal::bad_request(format!(
                    "The type '{}' is not '{declared}' and does not derive from it.",
                    excerpt(text)
                ))
            })
    }
}

/// Whether a member is control information or an annotation.
pub(crate) fn is_annotation(name: &str) -> bool {
    name.contains('@') || name.starts_with('#')
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() {
        excerpt(name)
    } else {
        format!("{place}/{}", excerpt(name))
    }
}

fn unknown_member(owner: &str, name: &str) -> Refusal {
    Refusal::bad_request(format!(
        "The property '{}' does not exist on type '{owner}'. Make sure to only use property \
         names that are defined by the type.",
        excerpt(name)
    ))
}

/// Holds a value, or each one of a collection, to a `MaxLength`.
fn refuse_longer(longest: usize, ty: &TypeRef, value: &Value, place: &str) -> Result<(), Refusal> {
    let length = match value {
        Value::Array(items) => {
            let mut items = items.iter();
            return items.try_for_each(|item| refuse_longer(longest, ty, item, place));
        }
        Value::String(text) if ty.name == "Edm.Binary" => {
            literal::binary::decode_any(text).map_or(0, |bytes| bytes.len())
        }
        Value::String(text) => text.chars().count(),
        _ => return Ok(()),
    };
    if length <= longest {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "The value of '{place}' has the length {length}, and {longest} is the most that it may \
         have."
    )))
}

fn must_not_be_null(place: &str) -> Refusal {
    Refusal::bad_request(format!("The property '{place}' must not be null."))
}

fn wrong_type(place: &str, ty: &str, value: &Value) -> Refusal {
    let place = if place.is_empty() { "body" } else { place };
    Refusal::bad_request(format!(
        "The value {} of '{place}' is not of type {ty}.",
        excerpt(&value.to_string())
    ))
}
