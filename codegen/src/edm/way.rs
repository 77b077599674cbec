//! Ways below an entry point: what a path leads to that names no keys.
//!
//! Such paths are the targets of annotations that hold on one path alone. Beyond what the standard lists
//! (CSDL XML 4.01, section 14.2.2), they may go through operations, by their qualified names, and end with
//! `$ref` or `$value`.

use super::{
    ItemType, Member, Model, Multiplicity, OperationId, OperationKind, Primitive, QualifiedName,
    TypeRef,
};

/// What may stand before and behind the path of an item.
const DELIMITERS: [char; 1] = [':'];

/// Each item of a collection (OData URL Conventions 4.01, section "Addressing Each Member of a Collection"):
/// it tells what items have from what the collection has.
pub const EACH: &str = "$each";

/// A path below an entry point.
#[derive(Debug, Clone)]
pub struct Way<'m> {
    /// Its segments, the entry point first.
    pub segments: Vec<WaySegment<'m>>,
    /// What it leads to.
    pub end: WayEnd<'m>,
    /// Whether it leads to what is related and not contained, so that there are references.
    pub is_related: bool,
}

/// A segment of a [`Way`].
#[derive(Debug, Clone)]
pub struct WaySegment<'m> {
    /// What it names.
    pub name: WayName<'m>,
    /// Whether the key of an item stands behind it.
    pub has_key: bool,
    /// What delimits the path of an item that stands behind it, if one does.
    pub item_path: Option<char>,
}

impl<'m> WaySegment<'m> {
    fn new(name: WayName<'m>) -> Self {
        Self {
            name,
            has_key: false,
            item_path: None,
        }
    }
}

/// What a segment names.
#[derive(Debug, Clone)]
pub enum WayName<'m> {
    /// An entry point, a property or a derived type, or `$ref` and `$value`.
    Plain(String),
    /// A bound operation: one of its overloads, which all have the same name.
    Operation(&'m QualifiedName, OperationKind),
    /// An operation that is imported.
    Import(String, OperationKind),
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayEnd<'m> {
    /// Resources or structured values of a type.
    Resources(&'m QualifiedName, Multiplicity),
    /// Bytes.
    Stream,
    /// The references of a navigation property.
    References(Multiplicity),
    /// Overloads of an operation.
    Calls(OperationKind, Vec<OperationId>),
}

/// The entry point and the path below it of a target in the container: `me/messages`, or `sites:` for an
/// item that is addressed by its path.
pub(super) fn below_entry_point(target: &str) -> Option<(&str, &str)> {
    let at = target.find(|c| c == '/' || DELIMITERS.contains(&c))?;
    let (entry, path) = target.split_at(at);
    Some((entry, path.strip_prefix('/').unwrap_or(path)))
}

impl<'m> Way<'m> {
    /// The way at an entry point.
    pub fn at(model: &'m Model, entry: &str) -> Option<Self> {
        let (name, child) = model.container.as_ref()?.children.get_key_value(entry)?;
        let (name, end) = match (child.entry_point.resources(), child.entry_point.imported()) {
            (Some((of, multiplicity)), _) => {
                let (of, _) = model.types.get_key_value(of)?;
                let end = WayEnd::Resources(of, multiplicity);
                (WayName::Plain(name.to_string()), end)
            }
            (None, Some((kind, imported))) => {
                let overloads = model.operations().filter(|(_, it)| {
                    it.binding.is_none() && (it.kind, &it.name) == (kind, imported)
                });
                let end = WayEnd::Calls(kind, overloads.map(|(id, _)| id).collect());
                (WayName::Import(name.to_string(), kind), end)
            }
            (None, None) => return None,
        };
        Some(Self {
            segments: vec![WaySegment::new(name)],
            end,
            is_related: false,
        })
    }

    /// The way below an entry point that a path names. `None` if it leads nowhere.
    pub fn below(model: &'m Model, entry: &str, path: &str) -> Option<Self> {
        let (way, lost) = Self::as_far(model, entry, path)?;
        lost.is_none().then_some(way)
    }

    /// The same as far as it leads, and the segment that leads nowhere.
    pub fn as_far<'p>(
        model: &'m Model,
        entry: &str,
        path: &'p str,
    ) -> Option<(Self, Option<&'p str>)> {
        let mut way = Self::at(model, entry)?;
        for segment in path.split('/') {
            match way.clone().step(model, segment) {
                Some(next) => way = next,
                None => return Some((way, Some(segment))),
            }
        }
        Some((way, None))
    }

    /// The way on from here. A key is left out; what is bound to the collection comes before what its
    /// items have. A delimiter at the end of a segment stands for the path of an item.
    pub fn step(self, model: &'m Model, segment: &str) -> Option<Self> {
        if let Some(delimiter) = segment.chars().last().filter(|c| DELIMITERS.contains(c)) {
            let name = segment.trim_end_matches(delimiter);
            let way = match name.is_empty() {
                true => self,
                false => self.step(model, name)?,
            };
            return way.item_path(model, delimiter);
        }
        if segment == EACH {
            return self.keyed(model);
        }
        let (named, multiplicity) = self.resources(model)?;
        if multiplicity.is_many()
            && let Some(way) = self.clone().go(model, named, multiplicity, segment)
        {
            return Some(way);
        }
        match multiplicity {
            Multiplicity::One => self.go(model, named, multiplicity, segment),
            Multiplicity::Many => self
                .keyed(model)?
                .go(model, named, Multiplicity::One, segment),
        }
    }

    /// The way to an item that is addressed by its path from here, be it from one of a collection.
    pub fn item_path(self, model: &'m Model, delimiter: char) -> Option<Self> {
        let (_, multiplicity) = self.resources(model)?;
        let mut way = match multiplicity {
            Multiplicity::One => self,
            Multiplicity::Many => self.keyed(model)?,
        };
        let last = way.segments.last_mut()?;
        last.item_path = Some(delimiter);
        Some(way)
    }

    /// The way to one of a collection.
    pub fn keyed(mut self, model: &'m Model) -> Option<Self> {
        let (named, multiplicity) = self.resources(model)?;
        if !multiplicity.is_many() {
            return None;
        }
        self.segments.last_mut()?.has_key = true;
        self.end = WayEnd::Resources(named, Multiplicity::One);
        Some(self)
    }

    /// The resources that a path can go on from.
    pub fn resources(&self, model: &'m Model) -> Option<(&'m QualifiedName, Multiplicity)> {
        match &self.end {
            WayEnd::Resources(named, multiplicity) => Some((named, *multiplicity)),
            WayEnd::Calls(OperationKind::Function, overloads) => {
                let mut overloads = overloads.iter().map(|id| model.operation(*id));
                overloads.find_map(|it| {
                    let result = it.return_type.as_ref().filter(|_| it.is_composable)?;
                    structured(model, &result.type_ref)
                })
            }
            WayEnd::Calls(..) | WayEnd::Stream | WayEnd::References(_) => None,
        }
    }

    /// One segment on from resources, of which no key is left out.
    pub fn go(
        mut self,
        model: &'m Model,
        named: &'m QualifiedName,
        multiplicity: Multiplicity,
        segment: &str,
    ) -> Option<Self> {
        let (name, end) = match segment {
            "$ref" => {
                let keyed = self.segments.last().is_some_and(|last| last.has_key);
                let many = multiplicity.is_many() || keyed;
                let multiplicity = if many {
                    Multiplicity::Many
                } else {
                    Multiplicity::One
                };
                (
                    WayName::Plain(segment.to_owned()),
                    WayEnd::References(multiplicity),
                )
            }
            "$value" => {
                let has_stream = model.lineage(named).any(|(_, it)| it.has_stream);
                if !has_stream || multiplicity.is_many() {
                    return None;
                }
                (WayName::Plain(segment.to_owned()), WayEnd::Stream)
            }
            _ => named_step(model, named, multiplicity, segment)?,
        };
        self.segments.push(WaySegment::new(name));
        self.is_related = is_related(model, named, segment);
        self.end = end;
        Some(self)
    }
}

/// Whether a name is that of a navigation property whose targets live elsewhere.
fn is_related(model: &Model, named: &QualifiedName, name: &str) -> bool {
    let mut lineage = model.lineage(named);
    let property = lineage.find_map(|(_, declared)| declared.navigation.get(name));
    property.is_some_and(|property| !property.contains_target)
}

fn named_step<'m>(
    model: &'m Model,
    named: &'m QualifiedName,
    multiplicity: Multiplicity,
    segment: &str,
) -> Option<(WayName<'m>, WayEnd<'m>)> {
    let plain = || WayName::Plain(segment.to_owned());
    if let Some(qualified) = QualifiedName::parse(segment) {
        if let Some((cast, _)) = model.types.get_key_value(&qualified) {
            let fits = model.is_derived(cast, named);
            return fits.then(|| (plain(), WayEnd::Resources(cast, multiplicity)));
        }
        return operation_step(model, named, multiplicity, &qualified);
    }
    if multiplicity.is_many() {
        return None;
    }
    let mut members = model.members(named);
    let step = members.find(|step| **step.name == *segment)?;
    let type_ref = step.member.type_ref();
    if let (Member::Property(_), Some(Primitive::Stream)) = (step.member, model.primitive(type_ref))
    {
        return (!type_ref.is_collection()).then(|| (plain(), WayEnd::Stream));
    }
    let (target, multiplicity) = structured(model, type_ref)?;
    Some((plain(), WayEnd::Resources(target, multiplicity)))
}

fn operation_step<'m>(
    model: &'m Model,
    named: &QualifiedName,
    multiplicity: Multiplicity,
    name: &QualifiedName,
) -> Option<(WayName<'m>, WayEnd<'m>)> {
    let overloads = model.overloads(name).filter(|(_, operation)| {
        let binding = operation.binding.as_ref().map(|it| &it.type_ref);
        binding.is_some_and(|binding| {
            binding.multiplicity == multiplicity
                && binding
                    .named()
                    .is_some_and(|base| model.is_derived(named, base))
        })
    });
    let overloads: Vec<_> = overloads.collect();
    let (_, first) = overloads.first()?;
    let of_kind = overloads.iter().filter(|(_, it)| it.kind == first.kind);
    let ids = of_kind.map(|(id, _)| *id).collect();
    let name = WayName::Operation(&first.name, first.kind);
    Some((name, WayEnd::Calls(first.kind, ids)))
}

fn structured<'m>(
    model: &'m Model,
    type_ref: &'m TypeRef,
) -> Option<(&'m QualifiedName, Multiplicity)> {
    let ItemType::Named(name) = &type_ref.item else {
        return None;
    };
    model.structured(name)?;
    Some((name, type_ref.multiplicity))
}
