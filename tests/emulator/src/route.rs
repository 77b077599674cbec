//! Follows a path through the declared service.

use crate::behavior::PathAddressing;
use crate::error::{Refusal, excerpt};
use crate::keys::{self, Key};
use crate::service::{Navigation, Operation, Property, Service, TypeRef};
use crate::url::{Argument, ParsedQuery, Segment};

/// What a path leads to, and the way there.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    pub(crate) target: Target<'a>,
}

/// A piece of the way to a resource.
#[derive(Clone, Debug)]
pub(crate) enum Step<'a> {
    /// An entity set or a singleton.
    Entry {
        name: &'a str,
        ty: TypeRef,
    },
    /// One item of a collection.
    Key(Key),
    /// A navigation property.
    Navigate {
        name: &'a str,
        navigation: &'a Navigation,
        /// The entity set or path that the entry point's bindings name for it.
        bound_to: Option<&'a str>,
    },
    /// A structural property of an entity or of a complex value.
    Property(&'a Property),
    /// A member of an open type that is not declared.
    Dynamic(&'a str),
    Cast(String),
    /// The item at a path of names.
    Below {
        rule: &'a PathAddressing,
        names: &'a [String],
    },
    /// A call of a composable function.
    Call {
        name: &'a str,
        overloads: Vec<&'a Operation>,
        arguments: Option<&'a [Argument]>,
    },
}

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Target<'a> {
    /// A singleton, an entity or a collection of them.
    Resource(TypeRef),
    /// A structural property.
    Property(TypeRef),
    /// The number of items of a collection.
    Count(TypeRef),
    /// References to entities.
    References {
        ty: TypeRef,
        /// Whether they are those of a navigation property, which can be changed.
        by_navigation: bool,
    },
    /// The media stream of an entity, or the raw value of a property.
    RawValue(TypeRef),
    /// A call of one of these overloads.
    Call {
        overloads: Vec<&'a Operation>,
        /// Absent when the segment has no parentheses.
        arguments: Option<&'a [Argument]>,
    },
}

impl Target<'_> {
    /// Whether the answer is JSON, if it has a body.
    pub(crate) fn is_json(&self) -> bool {
        let is_stream = |ty: &TypeRef| ty.name == "Edm.Stream" && !ty.collection;
        match self {
            Self::Resource(_) | Self::References { .. } => true,
            Self::Property(ty) => !is_stream(ty),
            Self::Count(_) | Self::RawValue(_) => false,
            Self::Call { overloads, .. } => {
                let mut returns = overloads.iter().filter_map(|call| call.returns.as_ref());
                !returns.any(is_stream)
            }
        }
    }
}

/// Follows the segments after the service root.
pub(crate) fn resolve<'a>(
    service: &'a Service,
    segments: &'a [Segment],
    query: &ParsedQuery,
) -> Result<Route<'a>, Refusal> {
    let Some((first, rest)) = segments.split_first() else {
        return Err(Refusal::segment_not_found(""));
    };
    segments.iter().try_for_each(refuse_unserved)?;
    let mut walk = Walk {
        service,
        query,
        steps: Vec::new(),
        bindings: &[],
        path: Vec::new(),
    };
    let mut rest = rest.iter();
    let mut at = match walk.enter(first)? {
        Entered::Entry(at) => walk.below(at, first)?,
        Entered::Import(overloads) => match walk.call(overloads, first, rest.as_slice())? {
            Called::Target(target) => return Ok(walk.end(target)),
            Called::Through(at) => at,
        },
    };
    while let Some(segment) = rest.next() {
        if let Some(target) = suffix(segment, &at, &walk) {
            return match rest.next() {
                Some(next) => Err(not_found(next)),
                None => Ok(walk.end(target)),
            };
        }
        let name = service.spelled(&at.ty, &segment.name);
        let overloads = service.overloads(name, &at.ty);
        if !overloads.is_empty() {
            match walk.call(overloads, segment, rest.as_slice())? {
                Called::Target(target) => return Ok(walk.end(target)),
                Called::Through(next) => at = next,
            }
            continue;
        }
        at = walk.step(at, segment, name)?;
        at = walk.below(at, segment)?;
    }
    let target = if at.is_property {
        Target::Property(at.ty)
    } else {
        Target::Resource(at.ty)
    };
    Ok(walk.end(target))
}

/// Where the walk is.
#[derive(Clone, Debug)]
struct At {
    ty: TypeRef,
    /// Whether it is a structural property's value.
    is_property: bool,
}

enum Entered<'a> {
    Entry(At),
    Import(Vec<&'a Operation>),
}

enum Called<'a> {
    Target(Target<'a>),
    Through(At),
}

struct Walk<'a, 'q> {
    service: &'a Service,
    query: &'q ParsedQuery,
    steps: Vec<Step<'a>>,
    /// The navigation property bindings of the entry point.
    bindings: &'a [(String, String)],
    /// The properties gone through since the entry point.
    path: Vec<&'a str>,
}

impl<'a> Walk<'a, '_> {
    fn end(self, target: Target<'a>) -> Route<'a> {
        Route {
            steps: self.steps,
            target,
        }
    }

    fn enter(&mut self, first: &'a Segment) -> Result<Entered<'a>, Refusal> {
        let written = self.service.spelled_entry(&first.name);
        if let Some(import) = self.service.imports.get(written) {
            return Ok(Entered::Import(self.service.imported(import)));
        }
        let found = self.service.entry_points.get_key_value(written);
        let (name, entry) = found.ok_or_else(|| not_found(first))?;
        self.bindings = &entry.bindings;
        let ty = entry.ty.clone();
        self.steps.push(Step::Entry {
            name,
            ty: ty.clone(),
        });
        let is_property = false;
        self.key(At { ty, is_property }, first).map(Entered::Entry)
    }

    /// A call ends the path, unless the function's result is one to go on from.
    fn call(
        &mut self,
        overloads: Vec<&'a Operation>,
        segment: &'a Segment,
        rest: &'a [Segment],
    ) -> Result<Called<'a>, Refusal> {
        if segment.below.is_some() {
            return Err(not_found(segment));
        }
        let next = match (rest.first(), &segment.key) {
            (Some(next), _) => next,
            (None, Some(_)) => segment,
            (None, None) => {
                return Ok(Called::Target(Target::Call {
                    overloads,
                    arguments: segment.arguments.as_deref(),
                }));
            }
        };
        let through = overloads.iter().find(|operation| operation.composable);
        let returned = through.and_then(|operation| operation.returns.clone());
        let ty = returned.ok_or_else(|| not_found(next))?;
        self.steps.push(Step::Call {
            name: &segment.name,
            arguments: segment.arguments.as_deref(),
            overloads,
        });
        let at = At {
            ty,
            is_property: false,
        };
        self.chosen(at, segment, segment.key.as_deref())
            .map(Called::Through)
    }

    fn is_entity(&self, ty: &TypeRef) -> bool {
        let declared = self.service.types.get(&ty.name);
        declared.is_some_and(|declared| declared.is_entity)
    }

    /// Goes one segment on: a property, a type cast, or a key as a segment of its own.
    fn step(&mut self, at: At, segment: &'a Segment, name: &'a str) -> Result<At, Refusal> {
        if let Some(name) = self.service.cast(name) {
            if !self.service.is_or_derives_from(&name, &at.ty.name) {
                return Err(not_found(segment));
            }
            self.steps.push(Step::Cast(name.clone()));
            let collection = at.ty.collection;
            let ty = TypeRef { name, collection };
            return self.key(At { ty, ..at }, segment);
        }
        if at.ty.collection {
            return match segment {
                Segment {
                    name,
                    arguments: None,
                    ..
                } if !name.is_empty() && !name.starts_with('$') && !at.is_property => {
                    let key = keys::from_segment(self.service, &at.ty.name, name)?;
                    self.steps.push(Step::Key(key));
                    Ok(item_of(at))
                }
                _ if at.is_property && segment.name.parse::<i64>().is_ok() => {
                    Err(Refusal::not_implemented(format!(
                        "The emulator does not serve items of a collection by their position, as \
                         in '{}'.",
                        excerpt(&segment.name)
                    )))
                }
                _ => Err(not_found(segment)),
            };
        }
        self.member(&at, segment, name)
    }

    /// Goes down a path of names, if the segment has one and the resource takes it.
    fn below(&mut self, at: At, segment: &'a Segment) -> Result<At, Refusal> {
        let Some(below) = &segment.below else {
            return Ok(at);
        };
        let rule = self
            .service
            .path_addressing(&at.ty.name, below.delimiter)
            .filter(|_| !at.ty.collection && !at.is_property);
        let children = rule.and_then(|rule| {
            let children = self.service.navigation(&at.ty.name, &rule.children)?;
            Some((rule, children.ty.name.clone()))
        });
        let (rule, name) = children.ok_or_else(|| not_found(segment))?;
        let names = &below.names;
        self.steps.push(Step::Below { rule, names });
        let ty = TypeRef {
            name,
            collection: false,
        };
        let is_property = false;
        Ok(At { ty, is_property })
    }

    /// Goes to a member of an entity or of a complex value.
    fn member(&mut self, at: &At, segment: &'a Segment, name: &'a str) -> Result<At, Refusal> {
        let owner = &at.ty.name;
        if let Some(navigation) = self.service.navigation(owner, name) {
            self.path.push(name);
            let path = self.path.join("/");
            let bound = self.bindings.iter().find(|(bound, _)| *bound == path);
            self.steps.push(Step::Navigate {
                name,
                navigation,
                bound_to: bound.map(|(_, target)| target.as_str()),
            });
            let ty = navigation.ty.clone();
            let is_property = false;
            return self.key(At { ty, is_property }, segment);
        }
        if segment.arguments.is_some() || segment.name.is_empty() {
            return Err(not_found(segment));
        }
        let is_property = true;
        if let Some(property) = self.service.property(owner, name) {
            self.path.push(name);
            self.steps.push(Step::Property(property));
            let ty = property.ty.clone();
            return Ok(At { ty, is_property });
        }
        if self.service.is_open(owner) {
            self.steps.push(Step::Dynamic(&segment.name));
            let (name, collection) = ("Edm.Untyped".to_owned(), false);
            let ty = TypeRef { name, collection };
            return Ok(At { ty, is_property });
        }
        Err(not_found(segment))
    }

    /// Parentheses after a collection choose one of its items; after anything else they are an
    /// error.
    fn key(&mut self, at: At, segment: &'a Segment) -> Result<At, Refusal> {
        if segment.key.is_some() {
            return Err(not_found(segment));
        }
        self.chosen(at, segment, segment.arguments.as_deref())
    }

    fn chosen(
        &mut self,
        at: At,
        segment: &'a Segment,
        key: Option<&'a [Argument]>,
    ) -> Result<At, Refusal> {
        match key {
            None => Ok(at),
            Some(key) if at.ty.collection && !key.is_empty() => {
                let key = keys::from_arguments(self.service, &at.ty.name, key, self.query)?;
                self.steps.push(Step::Key(key));
                Ok(item_of(at))
            }
            Some(_) => Err(not_found(segment)),
        }
    }
}

/// The segments that begin with a dollar sign and say what of the resource is meant.
fn suffix<'a>(segment: &Segment, at: &At, walk: &Walk<'_, '_>) -> Option<Target<'a>> {
    if segment.arguments.is_some() || segment.below.is_some() {
        return None;
    }
    let ty = at.ty.clone();
    let is_reached_by_navigation = || {
        let mut steps = walk.steps.iter().rev();
        let last = steps.find(|step| !matches!(step, Step::Key(_) | Step::Cast(_)));
        matches!(last, Some(Step::Navigate { .. }))
    };
    match segment.name.as_str() {
        "$count" if ty.collection => Some(Target::Count(ty)),
        "$ref" if walk.is_entity(&ty) && !at.is_property => Some(Target::References {
            ty,
            by_navigation: is_reached_by_navigation(),
        }),
        "$value" if !ty.collection => Some(Target::RawValue(ty)),
        _ => None,
    }
}

fn item_of(at: At) -> At {
    let (name, collection) = (at.ty.name, false);
    let ty = TypeRef { name, collection };
    At { ty, ..at }
}

/// Segments of the standard that lead to what is not played.
fn refuse_unserved(segment: &Segment) -> Result<(), Refusal> {
    const STANDARD: [&str; 8] = [
        "$all",
        "$apply",
        "$crossjoin",
        "$each",
        "$entity",
        "$filter",
        "$query",
        "$search",
    ];
    if STANDARD.contains(&segment.name.as_str()) {
        return Err(Refusal::not_implemented(format!(
            "The emulator does not serve the segment '{}'.",
            segment.name
        )));
    }
    Ok(())
}

fn not_found(segment: &Segment) -> Refusal {
    Refusal::segment_not_found(&segment.name)
}

#[cfg(test)]
mod tests;
