//! Numbers that not every reader of JSON keeps whole: `Edm.Int64` and `Edm.Decimal` are texts for
//! clients that ask for `IEEE754Compatible=true` (OData JSON Format, section "Requesting the JSON
//! Format").

use serde_json::{Map, Number, Value};

use crate::service::{Primitive, Service};

/// How such a number is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// As a JSON number.
    #[default]
    Plain,
    /// As a JSON string of its digits.
    Text,
}

impl Numbers {
    /// A single value of a type, written so; other values stay as they are.
    pub(crate) fn of(self, service: &Service, ty: &str, value: &Value) -> Value {
        let is_number = is_large(service, ty);
        match (self, value) {
            (Self::Text, Value::Number(number)) if is_number => number.to_string().into(),
            (Self::Plain, Value::String(text)) if is_number => {
                let number = serde_json::from_str::<Number>(text);
                number.map_or_else(|_| value.clone(), Value::Number)
            }
            _ => value.clone(),
        }
    }

    /// Writes so all that is in a value of a type.
    pub(crate) fn write(self, service: &Service, ty: &str, value: &mut Value) {
        match value {
            Value::Array(items) => {
                for item in items {
                    self.write(service, ty, item);
                }
            }
            Value::Object(members) => self.write_members(service, ty, members),
            scalar => *scalar = self.of(service, ty, scalar),
        }
    }

    fn write_members(self, service: &Service, declared: &str, members: &mut Map<String, Value>) {
        let said = members.get("@odata.type").and_then(Value::as_str);
        let said = said.and_then(|said| service.cast(said.trim_start_matches('#')));
        let ty = said.as_deref().unwrap_or(declared);
        for (name, value) in members {
            let property = service.property(ty, name).map(|property| &property.ty);
            let navigation = service.navigation(ty, name);
            let member = property.or(navigation.map(|navigation| &navigation.ty));
            if let Some(member) = member {
                self.write(service, &member.name, value);
            }
        }
    }

    /// A number of items.
    pub(crate) fn count(self, count: u64) -> Value {
        match self {
            Self::Plain => count.into(),
            Self::Text => count.to_string().into(),
        }
    }
}

/// Turns texts into numbers in what a client wrote, so that it does not matter how it did; a text
/// that a number would cut digits off stays.
pub(crate) fn settle(service: &Service, ty: &str, value: &mut Value) {
    let before = value.clone();
    Numbers::Plain.write(service, ty, value);
    keep_digits(&before, value);
}

fn keep_digits(before: &Value, after: &mut Value) {
    match (before, after) {
        (Value::Array(before), Value::Array(after)) => {
            for (before, after) in before.iter().zip(after) {
                keep_digits(before, after);
            }
        }
        (Value::Object(before), Value::Object(after)) => {
            for (before, after) in before.values().zip(after.values_mut()) {
                keep_digits(before, after);
            }
        }
        (Value::String(text), number @ Value::Number(_)) => {
            let digits = number.to_string();
            if digits != *text {
                *number = before.clone();
            }
        }
        _ => {}
    }
}

fn is_large(service: &Service, ty: &str) -> bool {
    let underlying = service.definitions.get(ty).map_or(ty, String::as_str);
    matches!(
        Primitive::from_name(underlying),
        Some(Primitive::Int64 | Primitive::Decimal)
    )
}
