//! What a change of the metadata does to the items of the client.
//!
//! The comparison of declarations tells what happened in the metadata's words; that of the public
//! items tells whether it shows. An item that changed, and that no change of a declaration
//! explains, is reported by itself, so that the verdict is never less than what the client's
//! users see. A change of a declaration that no item shows is said to have no effect.

use super::names::Names;
use super::report::Break;
use super::surface::{Element, Part, Surface};
use super::{Bump, Change, Kind, became};
use crate::show::Untrusted;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that change what requests do, or what is known of them, and no declaration.
const BEHAVIOUR: &[Kind] = &[
    Kind::OperationKindChanged,
    Kind::PermissionsChanged,
    Kind::DefaultValueChanged,
    Kind::ImportChanged,
    Kind::Deprecated,
];

/// What a comparison comes to.
pub(super) struct Settled {
    /// The changes of declarations as far as they show, and the changes of items that they do not
    /// explain.
    pub changes: Vec<Change>,
    /// The items that break.
    pub breaks: BTreeSet<Break>,
}

/// Puts the changes of declarations and those of items together.
pub(super) fn settled(changes: Vec<Change>, old: &Surface, new: &Surface) -> Settled {
    let differences = differences(old, new);
    let explanations = Explanations::new(&changes);
    let names = Names::new(old, new);
    let (mut settled, mut breaks) = (Vec::new(), BTreeSet::new());
    for difference in &differences {
        let own = difference.change(old, new);
        let bump = own.as_ref().map_or(Bump::Major, Change::bump);
        let explained = explanations.of(difference, bump);
        if difference.is_break() {
            let cause = explained
                .or(own.as_ref())
                .or_else(|| explanations.of_owner(difference, old));
            let element = difference.before();
            breaks.insert(Break {
                place: cause.map_or_else(|| element.place(), Change::place),
                said: cause.map_or(Kind::DeclarationRemoved.rule().change, |cause| cause.said),
                names: match difference {
                    Difference::Changed(..) => names.of_changed(element),
                    _ => names.of(element),
                },
            });
        }
        settled.extend(own.filter(|_| explained.is_none()));
    }
    let shown = Shown::new(&differences, old, new);
    let declared = changes.iter().map(|change| shown.as_shown(change.clone()));
    let declared: Vec<_> = declared.collect();
    let acting = declared
        .iter()
        .filter(|change| BEHAVIOUR.contains(&change.kind) && change.is_breaking());
    let acting: BTreeMap<_, _> = acting.map(|change| (change.place(), change.said)).collect();
    for element in old.values().filter(|_| !acting.is_empty()) {
        let places = element
            .places
            .iter()
            .map(|place| Untrusted::from(place.as_str()));
        breaks.extend(places.filter_map(|place| {
            Some(Break {
                said: acting.get(&place)?,
                place,
                names: names.of(element),
            })
        }));
    }
    settled.extend(declared);
    Settled {
        changes: settled,
        breaks,
    }
}

/// One item that is not the same.
enum Difference<'s> {
    Removed(&'s Element),
    Added(&'s Element),
    Renamed(&'s Element, &'s Element),
    Changed(&'s Element, &'s Element),
}

fn differences<'s>(old: &'s Surface, new: &'s Surface) -> Vec<Difference<'s>> {
    let mut differences = Vec::new();
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        match (old.get(key), new.get(key)) {
            (Some(element), None) => differences.push(Difference::Removed(element)),
            (None, Some(element)) => differences.push(Difference::Added(element)),
            (Some(before), Some(now)) => {
                if before.name != now.name {
                    differences.push(Difference::Renamed(before, now));
                }
                if before.signature != now.signature {
                    differences.push(Difference::Changed(before, now));
                }
            }
            (None, None) => {}
        }
    }
    differences
}

impl<'s> Difference<'s> {
    /// The item as it is, or else as it was.
    fn element(&self) -> &'s Element {
        match self {
            Self::Removed(element)
            | Self::Added(element)
            | Self::Renamed(_, element)
            | Self::Changed(_, element) => element,
        }
    }

    /// The item as it was, if it was there.
    fn before(&self) -> &'s Element {
        match self {
            Self::Removed(element)
            | Self::Added(element)
            | Self::Renamed(element, _)
            | Self::Changed(element, _) => element,
        }
    }

    /// Whether code that uses the item no longer compiles, or does something else.
    fn is_break(&self) -> bool {
        let kind = match self {
            Self::Removed(element) => removed(element.part),
            Self::Added(element) => added(element.part),
            Self::Renamed(..) | Self::Changed(..) => return true,
        };
        kind.rule().bump == Bump::Major
    }

    /// The item before and after, as far as there is one.
    fn elements(&self) -> impl Iterator<Item = &'s Element> {
        let before = match self {
            Self::Renamed(before, _) | Self::Changed(before, _) => Some(*before),
            Self::Removed(_) | Self::Added(_) => None,
        };
        before.into_iter().chain([self.element()])
    }

    /// The change that it is if nothing explains it. What comes or goes with the item that it is
    /// a part of is no change of its own.
    fn change(&self, old: &Surface, new: &Surface) -> Option<Change> {
        let element = self.element();
        let is_whole = |surface: &Surface| {
            let parent = element.parent.as_ref();
            parent.is_none_or(|parent| surface.contains_key(parent))
        };
        let (kind, detail) = match self {
            Self::Removed(_) if is_whole(new) => (removed(element.part), element.detail.clone()),
            Self::Added(_) if is_whole(old) => (added(element.part), element.detail.clone()),
            Self::Removed(_) | Self::Added(_) => return None,
            Self::Renamed(before, now) => {
                let detail = became(&before.name, &now.name);
                match now.part {
                    Part::CatchAll => (Kind::CatchAllRenamed, detail),
                    // The function keeps its name; that of the variant is another.
                    Part::GroupMember => (Kind::NameChanged, format!("{}: {detail}", now.detail)),
                    _ => (Kind::NameChanged, detail),
                }
            }
            Self::Changed(before, now) => {
                let detail = became(&before.signature, &now.signature);
                (Kind::DeclarationChanged, detail)
            }
        };
        let (owner, member) = &element.shown;
        let mut change = Change::new(kind, owner, member.as_deref(), detail);
        if let Some(said) = self.said(kind) {
            change.said = said;
        }
        Some(change)
    }
}

impl Difference<'_> {
    /// Which case of its rule's row it is.
    fn said(&self, kind: Kind) -> Option<&'static str> {
        let came = matches!(self, Self::Added(_));
        let (if_came, if_went) = match kind {
            Kind::ReadOnlyChanged => (
                "property became read-only",
                "property is no longer read-only",
            ),
            Kind::UpdateMethodChanged => (
                "updates are sent with PUT instead of PATCH",
                "updates are sent with PATCH instead of PUT",
            ),
            Kind::QueryOptionsChanged => {
                ("query option excluded", "query option no longer excluded")
            }
            _ => return None,
        };
        Some(if came { if_came } else { if_went })
    }
}

/// The row that speaks of an item that is gone.
fn removed(part: Part) -> Kind {
    match part {
        Part::Type | Part::Member | Part::CatchAll | Part::Navigation => Kind::DeclarationRemoved,
        Part::ReadOnly => Kind::ReadOnlyChanged,
        Part::Derivation => Kind::DerivationRemoved,
        Part::Module | Part::Builder => Kind::BuilderRemoved,
        Part::Request | Part::Media => Kind::RequestRemoved,
        Part::Put => Kind::UpdateMethodChanged,
        Part::ExcludedOption => Kind::QueryOptionsChanged,
        Part::Refusal => Kind::RequestAllowed,
        Part::Permission => Kind::PermissionsChanged,
        Part::References => Kind::ReferencesRemoved,
        Part::Key => Kind::AlternateKeyRemoved,
        Part::Cast => Kind::CastRemoved,
        Part::Call => Kind::CallRemoved,
        Part::Onward => Kind::ComposabilityRemoved,
        Part::GroupMember => Kind::GroupMemberRemoved,
    }
}

/// The row that speaks of an item that is new.
fn added(part: Part) -> Kind {
    match part {
        Part::Type | Part::Member | Part::CatchAll | Part::Navigation => Kind::DeclarationAdded,
        Part::ReadOnly => Kind::ReadOnlyChanged,
        Part::Derivation => Kind::DerivationAdded,
        Part::Module | Part::Builder => Kind::BuilderAdded,
        Part::Request | Part::Media => Kind::RequestAdded,
        Part::Put => Kind::UpdateMethodChanged,
        Part::ExcludedOption => Kind::QueryOptionsChanged,
        Part::Refusal => Kind::RequestRefused,
        Part::Permission => Kind::PermissionsChanged,
        Part::References => Kind::ReferencesAdded,
        Part::Key => Kind::AlternateKeyAdded,
        Part::Cast => Kind::CastAdded,
        Part::Call => Kind::CallAdded,
        Part::Onward => Kind::ComposabilityAdded,
        Part::GroupMember => Kind::GroupMemberAdded,
    }
}

/// Kinds of change of a type that speak of a part of it.
fn of_type(part: Part) -> &'static [Kind] {
    match part {
        Part::Key => &[Kind::KeyChanged],
        Part::Media => &[Kind::MediaStreamRemoved, Kind::MediaStreamAdded],
        Part::Member | Part::CatchAll => &[Kind::TypeKindChanged],
        _ => &[],
    }
}

/// The changes of declarations by place.
struct Explanations<'c>(BTreeMap<String, Vec<&'c Change>>);

impl<'c> Explanations<'c> {
    fn new(changes: &'c [Change]) -> Self {
        let mut by_place: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for change in changes {
            let at = by_place.entry(change.place().raw().to_owned()).or_default();
            at.push(change);
        }
        Self(by_place)
    }

    fn at(&self, place: &str) -> impl Iterator<Item = &'c Change> {
        self.0.get(place).into_iter().flatten().copied()
    }

    /// A change that is reported anyway, asks for as much, and is about what the item is made from.
    fn of(&self, difference: &Difference<'_>, bump: Bump) -> Option<&'c Change> {
        let mut elements = difference.elements();
        elements.find_map(|element| {
            let of_places = element.places.iter().flat_map(|place| self.at(place));
            let of_types = element.types.iter().flat_map(|place| self.at(place));
            let of_types = of_types.filter(|change| of_type(element.part).contains(&change.kind));
            let mut changes = of_places.chain(of_types);
            changes.find(|change| change.bump() >= bump)
        })
    }

    /// The change that took what the item was a part of.
    fn of_owner(&self, difference: &Difference<'_>, old: &Surface) -> Option<&'c Change> {
        let parent = |element: &Element| old.get(element.parent.as_ref()?);
        let mut owner = parent(difference.before());
        while let Some(element) = owner {
            let mut changes = element.places.iter().flat_map(|place| self.at(place));
            if let Some(change) = changes.find(|change| change.is_breaking()) {
                return Some(change);
            }
            owner = parent(element);
        }
        None
    }
}

/// The places at which there are items, those at which one differs, and those at which one is not
/// only new.
struct Shown<'s> {
    all: BTreeSet<&'s str>,
    different: BTreeSet<&'s str>,
    broken: BTreeSet<&'s str>,
}

impl<'s> Shown<'s> {
    fn new(differences: &[Difference<'s>], old: &'s Surface, new: &'s Surface) -> Self {
        fn places<'s>(elements: impl Iterator<Item = &'s Element>) -> BTreeSet<&'s str> {
            let places = elements.flat_map(|element| element.places.iter().chain(&element.types));
            places.map(String::as_str).collect()
        }
        let is_break = |difference: &&Difference<'s>| !matches!(difference, Difference::Added(_));
        let broken = differences.iter().filter(is_break);
        Self {
            all: places(old.values().chain(new.values())),
            different: places(differences.iter().flat_map(Difference::elements)),
            broken: places(broken.flat_map(Difference::elements)),
        }
    }

    /// The change, or that it has no effect, or none but that there is more.
    fn as_shown(&self, change: Change) -> Change {
        let place = change.place();
        let place = place.raw();
        let acts = BEHAVIOUR.contains(&change.kind);
        let kind = match change.bump() {
            Bump::Patch => return change,
            _ if acts && self.all.contains(place) => return change,
            _ if !self.different.contains(place) => Kind::NothingEmitted,
            Bump::Major if !self.broken.contains(place) => Kind::DeclarationAdded,
            _ => return change,
        };
        Change { kind, ..change }
    }
}
