//! Which type is at a documented address.

use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{
    self, EntryPoint, Model, Multiplicity, QualifiedName, StructuredKind, TypeRef,
};
use csdl_codegen::source::Sources;
use std::path::Path;
use support::read;

/// What is at an address.
#[derive(Debug, Clone)]
struct Place {
    type_name: QualifiedName,
    multiplicity: Multiplicity,
}

impl Place {
    fn of(type_ref: &TypeRef) -> Option<Self> {
        Some(Self {
            type_name: type_ref.named()?.clone(),
            multiplicity: type_ref.multiplicity,
        })
    }
}

/// The model of a document without errors.
pub fn model(document: &Path) -> Model {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let id = sources.add(document, read(document));
    let parsed = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    let model = parsed.map(|document| edm::resolve(&[document], &mut diagnostics));
    assert!(!diagnostics.has_errors());
    model.expect("a document without errors has a model")
}

/// The structured type that documentation names so: in any case, and with or without the namespace.
pub fn declared(model: &Model, name: &str) -> Option<QualifiedName> {
    let name = name.trim_start_matches('#');
    let item = name
        .get(..11)
        .filter(|start| start.eq_ignore_ascii_case("collection("));
    let name = item.map_or(name, |_| name[11..].trim_end_matches(')'));
    let full = format!("microsoft.graph.{name}");
    let names = model.types.keys();
    let mut named = names.filter(|known| {
        let known = known.to_string();
        known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(&full)
    });
    named
        .next()
        .filter(|name| model.structured(name).is_some())
        .cloned()
}

/// A documented URL without the service's root; `None` if it is of another version.
pub fn path(url: &str) -> Option<String> {
    let path = url.trim();
    let path = path
        .strip_prefix("https://graph.microsoft.com")
        .unwrap_or(path);
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("v1.0/").unwrap_or(path);
    (!path.starts_with("beta/")).then(|| format!("/{path}"))
}

/// The entity type at a documented URL; `None` where it leads to anything else.
pub fn entity_at(model: &Model, url: &str) -> Option<QualifiedName> {
    let path = path(url)?;
    let mut segments = path.split('?').next()?.trim_matches('/').split('/');
    let mut place = entry(model, segments.next()?)?;
    for segment in segments {
        place = next(model, &place, segment)?;
    }
    let declared = model.structured(&place.type_name)?;
    (declared.kind == StructuredKind::Entity).then_some(place.type_name)
}

fn entry(model: &Model, segment: &str) -> Option<Place> {
    let name = segment.split('(').next()?;
    let children = &model.container.as_ref()?.children;
    let mut named = children
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let (type_name, multiplicity) = match &named.next()?.1.entry_point {
        EntryPoint::EntitySet(name) if segment.contains('(') => (name, Multiplicity::One),
        EntryPoint::EntitySet(name) => (name, Multiplicity::Many),
        EntryPoint::Singleton(name) => (name, Multiplicity::One),
        EntryPoint::FunctionImport(_) | EntryPoint::ActionImport(_) => return None,
    };
    Some(Place {
        type_name: type_name.clone(),
        multiplicity,
    })
}

/// What a segment leads to: a derived type, a member, or the item of a collection that has this key.
fn next(model: &Model, place: &Place, segment: &str) -> Option<Place> {
    let name = segment.split('(').next()?;
    if let Some(type_name) = name.contains('.').then(|| declared(model, name)).flatten() {
        return Some(Place {
            type_name,
            ..place.clone()
        });
    }
    if place.multiplicity == Multiplicity::Many {
        let is_key = !segment.starts_with('$') && !is_operation(model, name);
        return is_key.then(|| Place {
            multiplicity: Multiplicity::One,
            ..place.clone()
        });
    }
    let members = model.lineage(&place.type_name).flat_map(|(_, declared)| {
        let properties = declared
            .properties
            .iter()
            .map(|(name, p)| (name, &p.type_ref));
        properties.chain(
            declared
                .navigation
                .iter()
                .map(|(name, n)| (name, &n.type_ref)),
        )
    });
    let mut named = members.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let mut reached = Place::of(named.next()?.1)?;
    if segment.contains('(') {
        reached.multiplicity = Multiplicity::One;
    }
    Some(reached)
}

/// Whether a function or action has this name, in any case.
pub fn is_operation(model: &Model, name: &str) -> bool {
    let mut operations = model.operations.iter();
    operations.any(|operation| operation.name.name.eq_ignore_ascii_case(name))
}
