//! Which types extend which: cycles, chains that are too long, abstract types.

use super::Primitive;
use super::model::*;
use super::names::{ItemType, QualifiedName, TypeRef};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Longest chain of types that extend each other; Microsoft Graph has five. A type has the members
/// of all of them, so that their number grows with it.
const CHAIN: usize = 100;

/// Most members that all types have together with those that they inherit; Microsoft Graph has
/// some 60,000.
const MEMBERS: usize = 1_000_000;

/// Reports what is wrong with base types and cuts them off, so that every chain of types ends.
pub(super) fn check(model: &mut Model, diagnostics: &mut Diagnostics) {
    let mut chains = Chains::default();
    let extending = model
        .types
        .iter()
        .filter_map(|(name, declared)| match declared {
            Type::Structured(structured) if structured.base.is_some() => Some(name),
            _ => None,
        });
    let mut cut = BTreeSet::new();
    for name in extending {
        chains.follow(name, model, &mut cut, diagnostics);
    }
    for name in cut {
        if let Some(Type::Structured(structured)) = model.types.get_mut(&name) {
            structured.base = None;
        }
    }
}

/// What is known of the types that were looked at: how many types they extend, and how many
/// members they have.
#[derive(Default)]
struct Chains<'m> {
    known: HashMap<&'m QualifiedName, (usize, usize)>,
    members: usize,
}

impl<'m> Chains<'m> {
    /// Looks at a type and those that it extends, each of which is looked at once in all.
    fn follow(
        &mut self,
        name: &'m QualifiedName,
        model: &'m Model,
        cut: &mut BTreeSet<QualifiedName>,
        diagnostics: &mut Diagnostics,
    ) {
        let mut path: Vec<(&QualifiedName, &StructuredType)> = Vec::new();
        let mut places = BTreeMap::new();
        let mut next = Some(name);
        while let Some(name) = next.filter(|name| !self.known.contains_key(name)) {
            let Some(structured) = model.structured(name) else {
                break;
            };
            if let Some(start) = places.insert(name, path.len()) {
                cut.insert(report_cycle(&path[start..], diagnostics));
                break;
            }
            path.push((name, structured));
            next = structured.base.as_ref();
        }
        for (name, structured) in path.into_iter().rev() {
            let base = structured.base.as_ref().filter(|_| !cut.contains(name));
            if let Some(base) = base.and_then(|base| model.structured(base)) {
                report_abstract(name, structured, base, diagnostics);
            }
            let inherited = base.and_then(|base| self.known.get(base));
            let (length, members) = inherited.map_or((0, 0), |(l, m)| (l + 1, *m));
            let members = members + structured.properties.len() + structured.navigation.len();
            let is_long = length > CHAIN || self.members.saturating_add(members) > MEMBERS;
            let known = match is_long {
                true => {
                    report_long(name, structured, length, diagnostics);
                    cut.insert(name.clone());
                    (0, 0)
                }
                false => (length, members),
            };
            self.members += known.1;
            self.known.insert(name, known);
        }
    }
}

/// Reports a cycle at the first of its types in the order of names, which is to be cut.
fn report_cycle(
    cycle: &[(&QualifiedName, &StructuredType)],
    diagnostics: &mut Diagnostics,
) -> QualifiedName {
    let (first, (name, structured)) = cycle
        .iter()
        .enumerate()
        .min_by_key(|(_, (name, _))| *name)
        .expect("a cycle has a type");
    let message = format!("the type `{name}` extends itself");
    let label = "its base types lead back here";
    let mut error = Diagnostic::error(Code::InheritanceCycle, message).at(structured.span, label);
    let others = cycle[first + 1..].iter().chain(&cycle[..first]);
    let through: Vec<_> = others
        .take(10)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if !through.is_empty() {
        error = error.help(format!("the cycle goes through {}", through.join(", ")));
    }
    diagnostics.push(error);
    (*name).clone()
}

fn report_long(
    name: &QualifiedName,
    structured: &StructuredType,
    length: usize,
    diagnostics: &mut Diagnostics,
) {
    let message = match length > CHAIN {
        true => format!("the type `{name}` extends more than {CHAIN} types"),
        false => format!("types have more than {MEMBERS} members with those that they inherit"),
    };
    let error = Diagnostic::error(Code::LimitExceeded, message);
    diagnostics.push(error.at(structured.span, "its base type is ignored"));
}

/// Reports properties that a base type has too, of a type that theirs does not extend (CSDL XML 4.01,
/// section 7): who reads values of the base type would be misled.
pub(super) fn redeclared(model: &Model, diagnostics: &mut Diagnostics) {
    for (name, declared) in &model.types {
        let Type::Structured(own) = declared else {
            continue;
        };
        if own.properties.is_empty() {
            continue;
        }
        for (base, inherited) in model.lineage(name).skip(1) {
            for property in shared(own, inherited) {
                let (ours, theirs) = (&own.properties[property], &inherited.properties[property]);
                if !narrows(&ours.type_ref, &theirs.type_ref, model) {
                    let message = format!(
                        "the property `{property}` of `{name}` is of another type than that of `{base}`"
                    );
                    diagnostics.push(report_redeclared(message, ours, theirs));
                }
            }
        }
    }
}

fn report_redeclared(message: String, ours: &Property, theirs: &Property) -> Diagnostic {
    let (expected, found) = (&theirs.type_ref, &ours.type_ref);
    let label = format!("expected `{expected}`, or what extends it; taken as `{found}`");
    Diagnostic::warning(Code::InvalidInheritance, message)
        .at(ours.span, label)
        .related(theirs.span, "inherited")
}

/// The names of properties that both types declare. The shorter list is gone through: a type may have
/// many properties, and many bases.
fn shared<'m>(
    one: &'m StructuredType,
    other: &'m StructuredType,
) -> impl Iterator<Item = &'m Arc<str>> {
    let (few, many) = match one.properties.len() < other.properties.len() {
        true => (one, other),
        false => (other, one),
    };
    let names = few.properties.keys();
    names.filter(|name| many.properties.contains_key(*name))
}

/// Whether each value of one type is one of the other too, as far as types say.
fn narrows(ours: &TypeRef, theirs: &TypeRef, model: &Model) -> bool {
    let is_same = match (&ours.item, &theirs.item) {
        (ItemType::Named(ours), ItemType::Named(theirs)) => {
            ours == theirs || model.lineage(ours).any(|(ancestor, _)| ancestor == theirs)
        }
        // Others may be of any type, or their type is not declared, which was reported.
        (ItemType::Primitive(Primitive::Untyped), _) => true,
        (_, ItemType::Primitive(theirs)) if theirs.is_abstract() => true,
        (ours, theirs) => ours == theirs,
    };
    is_same && ours.multiplicity == theirs.multiplicity
}

/// CSDL XML 4.01, section 6.3: an abstract type extends abstract types only. Microsoft Graph has
/// three others, and nothing depends on it.
fn report_abstract(
    name: &QualifiedName,
    structured: &StructuredType,
    base: &StructuredType,
    diagnostics: &mut Diagnostics,
) {
    if structured.is_abstract && !base.is_abstract {
        let message = format!("the abstract type `{name}` extends one that is not abstract");
        diagnostics.push(
            Diagnostic::warning(Code::InvalidInheritance, message)
                .at(structured.span, "expected an abstract base type")
                .related(base.span, "the base type"),
        );
    }
}
