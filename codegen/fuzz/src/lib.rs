//! What the fuzz targets share.

pub mod document;
#[path = "../../../tests/hostile/emitted.rs"]
pub mod emitted;
#[path = "../../tests/changes/inert.rs"]
pub mod inert;
pub mod parsed;
pub mod scopes;
pub mod service;
#[path = "../../../tests/determinism/xml.rs"]
pub mod xml;

use arbitrary::{Arbitrary, Result, Unstructured};
use serde_json::{Map, Number, Value};

/// Nesting beyond this proves nothing more.
const MAX_DEPTH: usize = 6;

/// Whether a sequence has another item: two out of three times, as long as there is input.
pub fn goes_on(u: &mut Unstructured<'_>) -> Result<bool> {
    Ok(!u.is_empty() && u.ratio(2, 3)?)
}

/// Any JSON.
#[derive(Debug, Clone)]
pub struct Json(pub Value);

impl<'a> Arbitrary<'a> for Json {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        value(u, 0).map(Self)
    }
}

/// Any JSON object.
#[derive(Debug, Clone)]
pub struct Object(pub Map<String, Value>);

impl<'a> Arbitrary<'a> for Object {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        object(u, 0).map(Self)
    }
}

fn value(u: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    let kinds = if depth < MAX_DEPTH { 8 } else { 6 };
    Ok(match u.int_in_range(1..=kinds)? {
        1 => Value::Null,
        2 => bool::arbitrary(u)?.into(),
        3 => i64::arbitrary(u)?.into(),
        4 => u64::arbitrary(u)?.into(),
        5 => Number::from_f64(f64::arbitrary(u)?).map_or(Value::Null, Value::Number),
        6 => String::arbitrary(u)?.into(),
        7 => object(u, depth + 1)?.into(),
        _ => {
            let mut items = Vec::new();
            while goes_on(u)? {
                items.push(value(u, depth + 1)?);
            }
            items.into()
        }
    })
}

fn object(u: &mut Unstructured<'_>, depth: usize) -> Result<Map<String, Value>> {
    let mut members = Map::new();
    while goes_on(u)? {
        members.insert(String::arbitrary(u)?, value(u, depth)?);
    }
    Ok(members)
}
