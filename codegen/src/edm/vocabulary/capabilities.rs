//! What the terms of the Capabilities vocabulary say a resource can and cannot do.
//!
//! <https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Capabilities.V1.html>

use super::term::{Term, is_capability};
use super::{flag, is_tagged};
use crate::edm::annotation::{Annotation, RecordValue, Value};
use std::collections::BTreeMap;

/// What can be asked of a resource, if the metadata does not forbid it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// `ReadRestrictions/Readable`
    Read,
    /// `ReadRestrictions/ReadByKeyRestrictions/Readable`
    ReadByKey,
    /// `InsertRestrictions/Insertable`
    Insert,
    /// `UpdateRestrictions/Updatable`
    Update,
    /// `UpdateRestrictions/UpdateMethod`: whether it is PUT and not PATCH.
    UpdateByPut,
    /// `DeleteRestrictions/Deletable`
    Delete,
    /// `NavigationRestrictions/Referenceable`; an addition of Microsoft Graph.
    Reference,
    /// `FilterRestrictions/Filterable`
    Filter,
    /// `SortRestrictions/Sortable`
    Sort,
    /// `CountRestrictions/Countable`
    Count,
    /// `SearchRestrictions/Searchable`
    Search,
    /// `SelectSupport/Supported`
    Select,
    /// `ExpandRestrictions/Expandable`
    Expand,
    /// `TopSupported`
    Top,
    /// `SkipSupported`
    Skip,
}

impl Capability {
    /// The system query options that a collection may not support, and with them counting.
    pub const OPTIONS: [Self; 8] = [
        Self::Count,
        Self::Expand,
        Self::Filter,
        Self::Sort,
        Self::Search,
        Self::Select,
        Self::Skip,
        Self::Top,
    ];

    /// The system query option, if it is one.
    pub fn option(self) -> Option<&'static str> {
        match self {
            Self::Count => Some("$count"),
            Self::Expand => Some("$expand"),
            Self::Filter => Some("$filter"),
            Self::Sort => Some("$orderby"),
            Self::Search => Some("$search"),
            Self::Select => Some("$select"),
            Self::Skip => Some("$skip"),
            Self::Top => Some("$top"),
            Self::Read
            | Self::ReadByKey
            | Self::Insert
            | Self::Update
            | Self::UpdateByPut
            | Self::Delete
            | Self::Reference => None,
        }
    }

    /// Whether a request for one entity can have the query option.
    pub fn is_of_single(self) -> bool {
        matches!(self, Self::Expand | Self::Select)
    }

    /// The capability in one or two words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadByKey => "read by key",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::UpdateByPut => "update with PUT",
            Self::Delete => "delete",
            Self::Reference => "reference",
            Self::Filter => "filter",
            Self::Sort => "sort",
            Self::Count => "count",
            Self::Search => "search",
            Self::Select => "select",
            Self::Expand => "expand",
            Self::Top => "top",
            Self::Skip => "skip",
        }
    }

    /// In the order of their declaration.
    const ALL: [Self; 15] = [
        Self::Read,
        Self::ReadByKey,
        Self::Insert,
        Self::Update,
        Self::UpdateByPut,
        Self::Delete,
        Self::Reference,
        Self::Filter,
        Self::Sort,
        Self::Count,
        Self::Search,
        Self::Select,
        Self::Expand,
        Self::Top,
        Self::Skip,
    ];

    /// What is said about it.
    fn said(self, said: Said<'_>) -> Option<bool> {
        let property = |term: Term, name: &str| flag(said.record(term)?, name);
        match self {
            Self::Read => property(Term::ReadRestrictions, "Readable"),
            Self::ReadByKey => {
                let restrictions = said.record(Term::ReadRestrictions)?;
                let by_key = restrictions.value("ReadByKeyRestrictions")?.as_record()?;
                flag(by_key, "Readable")
            }
            Self::Insert => property(Term::InsertRestrictions, "Insertable"),
            Self::Update => property(Term::UpdateRestrictions, "Updatable"),
            Self::UpdateByPut => {
                let method = said
                    .record(Term::UpdateRestrictions)?
                    .text("UpdateMethod")?;
                Some(method.ends_with("/PUT"))
            }
            Self::Delete => property(Term::DeleteRestrictions, "Deletable"),
            Self::Reference => match said {
                Said::Of(_) => property(Term::NavigationRestrictions, "Referenceable"),
                Said::Below(restrictions) => flag(restrictions, "Referenceable"),
            },
            Self::Filter => property(Term::FilterRestrictions, "Filterable"),
            Self::Sort => property(Term::SortRestrictions, "Sortable"),
            Self::Count => property(Term::CountRestrictions, "Countable"),
            Self::Search => property(Term::SearchRestrictions, "Searchable"),
            Self::Select => property(Term::SelectSupport, "Supported"),
            Self::Expand => property(Term::ExpandRestrictions, "Expandable"),
            Self::Top => said.tag(Term::TopSupported),
            Self::Skip => said.tag(Term::SkipSupported),
        }
    }
}

/// Where restrictions are written.
#[derive(Debug, Clone, Copy)]
enum Said<'a> {
    /// At what they restrict.
    Of(&'a [Annotation]),
    /// In one of the `RestrictedProperties` of what leads there.
    Below(&'a RecordValue),
}

impl<'a> Said<'a> {
    fn record(self, term: Term) -> Option<&'a RecordValue> {
        let value = match self {
            Self::Of(annotations) => term.find(annotations)?.value.as_ref(),
            Self::Below(restrictions) => restrictions.value(term.name()),
        };
        value.and_then(Value::as_record)
    }

    fn tag(self, term: Term) -> Option<bool> {
        match self {
            Self::Of(annotations) => is_tagged(term.find(annotations)),
            Self::Below(restrictions) => flag(restrictions, term.name()),
        }
    }
}

/// What is said of one entity set, singleton, navigation property or type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities([Option<bool>; Capability::ALL.len()]);

impl Capabilities {
    /// What the annotations of an element say.
    pub fn of(annotations: &[Annotation]) -> Self {
        let mut terms = annotations.iter().map(|annotation| &annotation.term);
        match terms.any(is_capability) {
            true => Self::said(Said::Of(annotations)),
            false => Self::default(),
        }
    }

    fn said(said: Said<'_>) -> Self {
        Self(Capability::ALL.map(|capability| capability.said(said)))
    }

    /// What the annotations of an element say of what is below it, by the path that leads there:
    /// `NavigationRestrictions/RestrictedProperties`, and
    /// `CountRestrictions/NonCountableNavigationProperties`.
    pub fn below(annotations: &[Annotation]) -> BTreeMap<&str, Self> {
        let mut below = BTreeMap::<_, Self>::new();
        let mut add = |path, capabilities| {
            let known: &mut Self = below.entry(path).or_default();
            *known = known.or(capabilities);
        };
        let said = Said::Of(annotations);
        if let Some(restrictions) = said.record(Term::NavigationRestrictions) {
            for restricted in restrictions.records("RestrictedProperties") {
                if let Some(path) = restricted.text("NavigationProperty") {
                    add(path, Self::said(Said::Below(restricted)));
                }
            }
        }
        let counted = said.record(Term::CountRestrictions);
        let uncounted = counted.and_then(|it| it.value("NonCountableNavigationProperties"));
        let uncounted = uncounted.map_or(&[][..], Value::items).iter();
        for path in uncounted.filter_map(Value::as_text) {
            let mut no_count = Self::default();
            no_count.0[Capability::Count as usize] = Some(false);
            add(path, no_count);
        }
        below
    }

    /// What the annotations of an element exclude item by item: navigation properties from `$expand` and
    /// from creating with what is related, properties from `$orderby` and `$filter`.
    pub fn items(annotations: &[Annotation]) -> Vec<(Capability, &str)> {
        let lists = [
            (
                Capability::Expand,
                Term::ExpandRestrictions,
                "NonExpandableProperties",
            ),
            (
                Capability::Sort,
                Term::SortRestrictions,
                "NonSortableProperties",
            ),
            (
                Capability::Filter,
                Term::FilterRestrictions,
                "NonFilterableProperties",
            ),
            (
                Capability::Insert,
                Term::InsertRestrictions,
                "NonInsertableNavigationProperties",
            ),
        ];
        let items = lists.into_iter().flat_map(|(capability, term, name)| {
            let record = Said::Of(annotations).record(term);
            let list = record.and_then(|it| it.value(name));
            let items = list.map_or(&[][..], Value::items).iter();
            let items = items.filter_map(Value::as_text);
            items.map(move |item| (capability, item))
        });
        items.collect()
    }

    /// Forbids what all of these forbid, and says nothing else.
    pub fn forbidden_by_all(of: impl IntoIterator<Item = Self>) -> Self {
        let mut of = of.into_iter();
        let Some(first) = of.next() else {
            return Self::default();
        };
        let forbids = |said: Option<bool>| said == Some(false);
        let mut all = first.0.map(forbids);
        for other in of {
            for (all, other) in all.iter_mut().zip(other.0) {
                *all &= forbids(other);
            }
        }
        Self(all.map(|all| all.then_some(false)))
    }

    /// What is said of one; `None` where nothing is.
    pub fn get(&self, capability: Capability) -> Option<bool> {
        self.0[capability as usize]
    }

    /// Whether it is not forbidden.
    pub fn allows(&self, capability: Capability) -> bool {
        self.get(capability) != Some(false)
    }

    /// Whether one of a collection can be read by its key: as the collection, unless that is said apart.
    pub fn allows_by_key(&self) -> bool {
        let by_key = self.get(Capability::ReadByKey);
        by_key.or(self.get(Capability::Read)) != Some(false)
    }

    /// What is said here, and where nothing is, what is said there.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let mut merged = self;
        for (said, other) in merged.0.iter_mut().zip(other.0) {
            *said = said.or(other);
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_stand_where_they_are_looked_up() {
        for (position, capability) in Capability::ALL.into_iter().enumerate() {
            assert_eq!(position, capability as usize, "{capability:?}");
        }
    }

    #[test]
    fn what_is_said_nearby_counts() {
        let mut place = Capabilities::default();
        place.0[Capability::Read as usize] = Some(false);
        let mut declared = Capabilities::default();
        declared.0[Capability::Read as usize] = Some(true);
        declared.0[Capability::Top as usize] = Some(false);
        let merged = place.or(declared);
        assert_eq!(merged.get(Capability::Read), Some(false));
        assert_eq!(merged.get(Capability::Top), Some(false));
        assert!(merged.allows(Capability::Skip));
    }
}
