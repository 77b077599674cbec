//! Key predicates (OData URL Conventions, section "Canonical URL" and those after it).

use serde_json::{Map, Value};

use crate::behavior::BinaryAlphabet;
use crate::error::{Refusal, excerpt};
use crate::literal::{self, Literal};
use crate::service::{KeyPart, Primitive, Service, TypeRef, ValueType};
use crate::url::{Argument, ParsedQuery};

/// The properties that tell an item of a collection, by path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) parts: Vec<(String, Literal)>,
    /// The key as it was written, for messages.
    pub(crate) text: String,
}

/// A key in parentheses: one value, or names and values; the names tell an alternate key.
pub(crate) fn from_arguments(
    service: &Service,
    ty: &str,
    arguments: &[Argument],
    query: &ParsedQuery,
) -> Result<Key, Refusal> {
    let text: Vec<&str> = arguments.iter().map(|a| a.value.as_str()).collect();
    let text = text.join(",");
    let declared = declared_key(service, ty, arguments)?;
    let mut parts = Vec::new();
    for (part, argument) in declared {
        let alias = argument.value.starts_with('@');
        let written = if alias {
            query.get(&argument.value).unwrap_or("null")
        } else {
            &argument.value
        };
        let value_type = part_type(service, ty, &part.path);
        let value = literal::parse_literal(written, &value_type);
        let value = value.ok().filter(|value| *value != Literal::Null);
        let value = value.ok_or_else(|| bad_value(&part, written, &value_type))?;
        parts.push((part.path, value));
    }
    Ok(Key { parts, text })
}

/// A key as a path segment of its own: a value without quotes, for keys of one property.
pub(crate) fn from_segment(service: &Service, ty: &str, segment: &str) -> Result<Key, Refusal> {
    let part = match service.key(ty) {
        [part] => part,
        [] => return Err(Refusal::segment_not_found(segment)),
        _ => {
            return Err(Refusal::not_implemented(format!(
                "The emulator does not serve keys of more than one property as segments, as in \
                 '{}'; write them in parentheses.",
                excerpt(segment)
            )));
        }
    };
    let value_type = part_type(service, ty, &part.path);
    let value = literal::parse_value(segment, &value_type)
        .map_err(|_| bad_value(part, segment, &value_type))?;
    Ok(Key {
        parts: vec![(part.path.clone(), value)],
        text: segment.to_owned(),
    })
}

/// Each argument beside the key property that it is for.
fn declared_key<'a>(
    service: &Service,
    ty: &str,
    arguments: &'a [Argument],
) -> Result<Vec<(KeyPart, &'a Argument)>, Refusal> {
    let primary = service.key(ty);
    if let ([part], [argument @ Argument { name: None, .. }]) = (primary, arguments) {
        return Ok(vec![(part.clone(), argument)]);
    }
    let is_named = |part: &KeyPart, argument: &Argument| argument.name.as_ref() == Some(&part.name);
    let fits = |key: &[KeyPart]| {
        let has = |part: &KeyPart| arguments.iter().any(|argument| is_named(part, argument));
        key.len() == arguments.len() && key.iter().all(has)
    };
    let mut keys = std::iter::once(primary).chain(service.alternate_keys(ty));
    let key = keys.find(|key| fits(key)).ok_or_else(|| {
        let names: Vec<&str> = primary.iter().map(|part| part.name.as_str()).collect();
        Refusal::bad_request(format!(
            "The key predicate does not fit the type '{ty}', whose key is ({}).",
            names.join(", ")
        ))
    })?;
    let pair = |part: &KeyPart| {
        let argument = arguments.iter().find(|argument| is_named(part, argument))?;
        Some((part.clone(), argument))
    };
    Ok(key.iter().filter_map(pair).collect())
}

fn bad_value(part: &KeyPart, text: &str, ty: &ValueType) -> Refusal {
    Refusal::bad_request(format!(
        "The value '{}' of the key property '{}' is not a literal of type {}.",
        excerpt(text),
        part.name,
        ty.name()
    ))
}

/// The type of the property at a path of a type.
pub(crate) fn part_type(service: &Service, ty: &str, path: &str) -> ValueType {
    let mut owner = ty.to_owned();
    let mut found = TypeRef {
        name: "Edm.Untyped".to_owned(),
        collection: false,
    };
    for name in path.split('/') {
        if let Some(property) = service.property(&owner, name) {
            found = property.ty.clone();
            owner.clone_from(&found.name);
        }
    }
    service.value_type(&found)
}

impl Key {
    /// Whether an entity of a type has this key.
    pub(crate) fn fits(&self, service: &Service, ty: &str, members: &Map<String, Value>) -> bool {
        let fits = self.parts.iter().all(|(path, wanted)| {
            let value_type = part_type(service, ty, path);
            let value = member(members, path);
            value.is_some_and(|value| literal::from_json(value, &value_type).as_ref() == Ok(wanted))
        });
        fits || self.is_looked_up(service, ty, members)
    }

    /// Whether another property than the key has the one value.
    fn is_looked_up(&self, service: &Service, ty: &str, members: &Map<String, Value>) -> bool {
        let [(path, Literal::String(wanted))] = self.parts.as_slice() else {
            return false;
        };
        let is_primary = matches!(service.key(ty), [part] if part.path == *path);
        let has = |property: &str| {
            let value = members.get(property).and_then(Value::as_str);
            value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        is_primary && service.lookups(ty).any(has)
    }

    /// Writes the key's values into a new entity.
    pub(crate) fn write_to(&self, members: &mut Map<String, Value>) {
        for (path, value) in &self.parts {
            members
                .entry(path.clone())
                .or_insert_with(|| literal::to_json(value, BinaryAlphabet::Base64));
        }
    }
}

/// The member at a path.
pub(crate) fn member<'a>(members: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut names = path.split('/');
    let first = members.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

/// The key predicate of an entity, percent-encoded: `('a')`, `(1)` or `(a=1,b='x')`.
pub(crate) fn predicate(service: &Service, ty: &str, members: &Map<String, Value>) -> String {
    let key = service.key(ty);
    let parts: Vec<String> = key
        .iter()
        .filter_map(|part| {
            let value = member(members, &part.path)?;
            let value_type = part_type(service, ty, &part.path);
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let text = match value_type {
                ValueType::Primitive(Primitive::String) => quote(&text),
                ValueType::Enum(declared) => format!("{}{}", declared.name, quote(&text)),
                _ => text,
            };
            let text = percent_encode(&text);
            Some(if key.len() == 1 {
                text
            } else {
                format!("{}={text}", part.name)
            })
        })
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("({})", parts.join(","))
}

/// A text as a literal.
pub(crate) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Encodes what is neither unreserved nor a quote (RFC 3986, section 2).
fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'\'' | b':' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
