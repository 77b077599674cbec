//! Follows a path through the declared service.

use crate::error::Refusal;
use crate::service::{Function, Service, TypeRef};
use crate::url::{Argument, Segment};

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Target<'a> {
    /// A singleton, an entity or a collection of them.
    Resource(TypeRef),
    /// A call of one of these overloads.
    Call {
        overloads: Vec<&'a Function>,
        arguments: &'a [Argument],
    },
}

/// Follows the segments after the service root.
pub(crate) fn resolve<'a>(
    service: &'a Service,
    segments: &'a [Segment],
) -> Result<Target<'a>, Refusal> {
    let Some((first, rest)) = segments.split_first() else {
        return Err(Refusal::segment_not_found(""));
    };
    let entry = service
        .entry_points
        .get(&first.name)
        .ok_or_else(|| not_found(first))?;
    let mut at = apply_key(entry.clone(), first)?;
    for (index, segment) in rest.iter().enumerate() {
        let overloads = service.overloads(&segment.name, &at);
        if !overloads.is_empty() {
            // No function here is composable: nothing may follow a call.
            return match rest.get(index + 1) {
                Some(next) => Err(not_found(next)),
                None => Ok(Target::Call {
                    overloads,
                    arguments: segment.arguments.as_deref().unwrap_or_default(),
                }),
            };
        }
        at = step(service, at, segment)?;
    }
    Ok(Target::Resource(at))
}

/// Goes one segment on: a navigation property, a type cast, or a key as a segment of its own.
fn step(service: &Service, at: TypeRef, segment: &Segment) -> Result<TypeRef, Refusal> {
    if let Some(name) = service.cast(&segment.name) {
        if !service.is_or_derives_from(&name, &at.name) {
            return Err(not_found(segment));
        }
        return apply_key(TypeRef { name, ..at }, segment);
    }
    if at.collection {
        return match segment {
            Segment {
                name,
                arguments: None,
            } if !name.is_empty() => Ok(item_of(at)),
            _ => Err(not_found(segment)),
        };
    }
    match service.navigation(&at.name, &segment.name) {
        Some(target) => apply_key(target.clone(), segment),
        None => Err(not_found(segment)),
    }
}

/// Parentheses after a collection choose one of its items; after anything else they are an error.
fn apply_key(at: TypeRef, segment: &Segment) -> Result<TypeRef, Refusal> {
    match &segment.arguments {
        None => Ok(at),
        Some(key) if at.collection && !key.is_empty() => Ok(item_of(at)),
        Some(_) => Err(not_found(segment)),
    }
}

fn item_of(at: TypeRef) -> TypeRef {
    TypeRef {
        collection: false,
        ..at
    }
}

fn not_found(segment: &Segment) -> Refusal {
    Refusal::segment_not_found(&segment.name)
}

#[cfg(test)]
mod tests;
