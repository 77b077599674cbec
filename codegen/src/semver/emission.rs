//! What a change of the metadata does to the items of the client.
//!
//! The comparison of declarations tells what happened in the metadata's words; that of the public
//! items tells whether it shows. An item that changed, and that no change of a declaration
//! explains, is reported by itself, so that the verdict is never less than what the client's
//! users see. A change of a declaration that no item shows is said to have no effect.

use super::names::Names;
use super::report::Break;
use super::surface::{Element, Items, Part, Surface};
use super::{Bump, Change, Kind, became};
use crate::show::Untrusted;
use foldhash::HashSet;
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
pub(super) fn settled(mut changes: Vec<Change>, old: &Surface, new: &Surface) -> Settled {
    changes.extend(diverged(old, new));
    let (old, new) = (&old.items, &new.items);
    let differences = differences(old, new);
    let shown = Shown::new(&differences, old, new);
    let declared: Vec<_> = changes.into_iter().map(|it| shown.as_shown(it)).collect();
    let explanations = Explanations::new(&declared);
    let names = Names::new(old, new);
    let (mut settled, mut breaks) = (Vec::new(), BTreeSet::new());
    for difference in &differences {
        let own = difference.change(old, new);
        let bump = own.as_ref().map_or(Bump::Major, Change::bump);
        let explained = explanations.of(difference, bump);
        if difference.kind().rule().bump == Bump::Major {
            let cause = explained
                .or(own.as_ref())
                .or_else(|| explanations.of_owner(difference, old));
            let element = difference.before;
            breaks.insert(Break {
                place: cause.map_or_else(|| element.place(), Change::place),
                said: cause.map_or(Kind::DeclarationRemoved.rule().change, |cause| cause.said),
                names: match difference.how {
                    How::Changed => names.of_changed(element),
                    _ => names.of(element),
                },
            });
        }
        settled.extend(own.filter(|_| explained.is_none()));
    }
    let acting = declared
        .iter()
        .filter(|change| BEHAVIOUR.contains(&change.kind) && change.is_breaking());
    let acting: BTreeMap<_, _> = acting.map(|change| (change.place(), change.said)).collect();
    for element in old.values().filter(|_| !acting.is_empty()) {
        let places = element.places.iter().map(|it| Untrusted::from(it.as_str()));
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

/// Parameters of one name that shared an enumeration of their values and no longer do, or the reverse.
fn diverged(old: &Surface, new: &Surface) -> impl Iterator<Item = Change> {
    let lists = |count: usize| match count {
        1 => "one list".to_owned(),
        count => format!("{count} lists"),
    };
    old.lists.iter().filter_map(move |(place, before)| {
        let (owner, parameter) = place.rsplit_once('/')?;
        let now = new.lists.get(place).filter(|now| *now != before)?;
        let detail = became(lists(*before), lists(*now));
        Some(Change::new(
            Kind::AllowedValuesDiverged,
            owner,
            Some(parameter),
            detail,
        ))
    })
}

/// What became of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Removed,
    Added,
    Renamed,
    Changed,
}

/// One item that is not the same.
struct Difference<'s> {
    how: How,
    /// As it was, if it was there; else as it is.
    before: &'s Element,
    /// As it is, if it is there; else as it was.
    now: &'s Element,
}

fn differences<'s>(old: &'s Items, new: &'s Items) -> Vec<Difference<'s>> {
    let mut differences = Vec::new();
    let mut add = |key, how, before, now| differences.push((key, Difference { how, before, now }));
    for (key, before) in old {
        let Some(now) = new.get(key) else {
            add(key, How::Removed, before, before);
            continue;
        };
        if before.name != now.name {
            add(key, How::Renamed, before, now);
        }
        if before.signature != now.signature {
            add(key, How::Changed, before, now);
        }
    }
    for (key, now) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        add(key, How::Added, now, now);
    }
    // The sort is stable: two differences of one item keep their order.
    differences.sort_by_key(|(key, _)| *key);
    differences.into_iter().map(|(_, it)| it).collect()
}

impl Difference<'_> {
    /// The row that speaks of it.
    fn kind(&self) -> Kind {
        let (removed, added) = rows(self.now.part);
        match self.how {
            How::Removed => removed,
            How::Added => added,
            How::Renamed if self.now.part == Part::CatchAll => Kind::CatchAllRenamed,
            How::Renamed => Kind::NameChanged,
            How::Changed => Kind::DeclarationChanged,
        }
    }

    /// The change that it is if nothing explains it. What comes or goes with the item that it is
    /// a part of is no change of its own.
    fn change(&self, old: &Items, new: &Items) -> Option<Change> {
        let Self { how, before, now } = self;
        let is_whole = |items: &Items| now.parent.as_ref().is_none_or(|it| items.contains_key(it));
        let detail = match how {
            How::Removed if !is_whole(new) => return None,
            How::Added if !is_whole(old) => return None,
            How::Removed | How::Added => now.detail.clone(),
            // The function keeps its name; that of the variant is another.
            How::Renamed if now.part == Part::GroupMember => {
                format!("{}: {}", now.detail, became(&before.name, &now.name))
            }
            How::Renamed => became(&before.name, &now.name),
            How::Changed => became(&before.signature, &now.signature),
        };
        let (owner, member) = &now.shown;
        let mut change = Change::new(self.kind(), owner, member.as_deref(), detail);
        change.said = self.said(change.kind).unwrap_or(change.said);
        Some(change)
    }

    /// Which case of its rule's row it is.
    fn said(&self, kind: Kind) -> Option<&'static str> {
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
        Some(match self.how {
            How::Added => if_came,
            _ => if_went,
        })
    }

    /// How many `Option`s the type of the item has, or that of one of its arguments.
    fn options(&self, argument: Option<&str>) -> [usize; 2] {
        [self.before, self.now].map(|element| {
            let mut arguments = element.signature.split(['(', ',', ')']).map(str::trim);
            let is_it = |text: &&str| {
                let rest = text.strip_prefix(argument.unwrap_or_default());
                rest.is_some_and(|rest| rest.starts_with(": "))
            };
            let text = arguments.find(is_it).unwrap_or(&element.signature);
            text.matches("Option<").count()
        })
    }
}

/// The rows that speak of an item that is gone, and of one that is new.
fn rows(part: Part) -> (Kind, Kind) {
    match part {
        Part::Type
        | Part::Member
        | Part::CallType
        | Part::Default
        | Part::CatchAll
        | Part::Navigation => (Kind::DeclarationRemoved, Kind::DeclarationAdded),
        Part::ReadOnly => (Kind::ReadOnlyChanged, Kind::ReadOnlyChanged),
        Part::Derivation => (Kind::DerivationRemoved, Kind::DerivationAdded),
        Part::Module | Part::Builder => (Kind::BuilderRemoved, Kind::BuilderAdded),
        Part::Request | Part::Media => (Kind::RequestRemoved, Kind::RequestAdded),
        Part::Put => (Kind::UpdateMethodChanged, Kind::UpdateMethodChanged),
        Part::ExcludedOption => (Kind::QueryOptionsChanged, Kind::QueryOptionsChanged),
        Part::Refusal => (Kind::RequestAllowed, Kind::RequestRefused),
        Part::Permission => (Kind::PermissionsChanged, Kind::PermissionsChanged),
        Part::References => (Kind::ReferencesRemoved, Kind::ReferencesAdded),
        Part::Key => (Kind::AlternateKeyRemoved, Kind::AlternateKeyAdded),
        Part::Cast => (Kind::CastRemoved, Kind::CastAdded),
        Part::Call => (Kind::CallRemoved, Kind::CallAdded),
        Part::Onward => (Kind::ComposabilityRemoved, Kind::ComposabilityAdded),
        Part::GroupMember => (Kind::GroupMemberRemoved, Kind::GroupMemberAdded),
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

    fn at(&self, places: &[String]) -> impl Iterator<Item = &'c Change> {
        let changes = places.iter().filter_map(|place| self.0.get(place));
        changes.flatten().copied()
    }

    /// A change that is reported anyway, asks for as much, and is about what the item is made from.
    fn of(&self, difference: &Difference<'_>, bump: Bump) -> Option<&'c Change> {
        let elements = [difference.before, difference.now].into_iter();
        let mut changes = elements.flat_map(|element| {
            let of_types = self.at(&element.types);
            let of_types = of_types.filter(|change| of_type(element.part).contains(&change.kind));
            self.at(&element.places).chain(of_types)
        });
        changes.find(|change| change.bump() >= bump)
    }

    /// The change that took what the item was a part of.
    fn of_owner(&self, difference: &Difference<'_>, old: &Items) -> Option<&'c Change> {
        let parent = |element: &Element| old.get(element.parent.as_ref()?);
        let owners = std::iter::successors(parent(difference.before), |owner| parent(owner));
        let mut changes = owners.flat_map(|owner| self.at(&owner.places));
        changes.find(|change| change.is_breaking())
    }
}

/// The items by the places that they are made from.
struct Shown<'s> {
    /// The places at which there are items.
    all: HashSet<&'s str>,
    /// The items that differ.
    different: BTreeMap<&'s str, Vec<&'s Difference<'s>>>,
    new: &'s Items,
}

impl<'s> Shown<'s> {
    fn new(differences: &'s [Difference<'s>], old: &'s Items, new: &'s Items) -> Self {
        fn places(element: &Element) -> impl Iterator<Item = &str> {
            let places = element.places.iter().chain(&element.types);
            places.map(String::as_str)
        }
        let mut different: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for it in differences {
            for place in places(it.before).chain(places(it.now)) {
                different.entry(place).or_default().push(it);
            }
        }
        Self {
            all: old.values().chain(new.values()).flat_map(places).collect(),
            different,
            new,
        }
    }

    /// The change as the items show it: it may be another one, have no effect, or none but that there is
    /// more.
    fn as_shown(&self, change: Change) -> Change {
        let place = change.place();
        let place = place.raw();
        let differences = self.different.get(place).into_iter().flatten();
        let mut shown = differences
            .filter(|it| self.shows(&change, place, it))
            .peekable();
        let exists = self.all.contains(place);
        let kind = match change.kind {
            Kind::DefaultValueChanged if shown.peek().is_some() => Kind::AllowedDefaultRemoved,
            _ if change.bump() == Bump::Patch => return change,
            kind if BEHAVIOUR.contains(&kind) && exists => return change,
            kind if shown.peek().is_none() => unseen(kind, exists),
            _ if change.is_breaking() && shown.all(|it| it.how == How::Added) => {
                Kind::DeclarationAdded
            }
            kind => kind,
        };
        let detail = match kind {
            // The row says both.
            Kind::PropertyMadeNullable
            | Kind::PropertyMadeNonNullable
            | Kind::ItemsMadeNullable
            | Kind::ItemsMadeNonNullable => Untrusted::default(),
            _ => change.detail,
        };
        let said = match kind {
            // What was declared, since it does not show as that.
            Kind::NothingEmitted | Kind::DeclarationAdded => change.said,
            kind if kind == change.kind => change.said,
            kind => kind.rule().change,
        };
        Change {
            kind,
            said,
            detail,
            ..change
        }
    }

    /// Whether an item at the place differs in what the change is about.
    fn shows(&self, change: &Change, place: &str, it: &Difference<'_>) -> bool {
        let is_of = |places: &[String]| places.iter().any(|it| it == place);
        let is_at_place = is_of(&it.before.places) || is_of(&it.now.places);
        match change.kind {
            Kind::PropertyMadeNullable
            | Kind::PropertyMadeNonNullable
            | Kind::ItemsMadeNullable
            | Kind::ItemsMadeNonNullable
            | Kind::ParameterNullabilityChanged => {
                let [before, now] = it.options(change.member.as_ref().map(|member| member.raw()));
                is_at_place && before != now
            }
            Kind::TypeMoved | Kind::TypeRenamed => {
                matches!(it.now.part, Part::Type | Part::Module | Part::Builder) && is_at_place
            }
            Kind::DefaultValueChanged => {
                let is_left = |key: &String| self.new.contains_key(key);
                let is_gone = it.how == How::Removed && it.now.part == Part::Default;
                is_gone && it.now.parent.as_ref().is_some_and(is_left)
            }
            _ => true,
        }
    }
}

/// What a change is that no item shows, whether there is one or not.
fn unseen(kind: Kind, exists: bool) -> Kind {
    match kind {
        Kind::PropertyMadeNullable
        | Kind::PropertyMadeNonNullable
        | Kind::ItemsMadeNullable
        | Kind::ItemsMadeNonNullable => Kind::PropertyDetailChanged,
        Kind::ParameterNullabilityChanged => Kind::ParameterDetailChanged,
        Kind::TypeMoved if exists => Kind::TypeMovedWithin,
        _ => Kind::NothingEmitted,
    }
}
