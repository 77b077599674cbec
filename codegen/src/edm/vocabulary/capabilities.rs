//! What the terms of the Capabilities vocabulary say a resource can and cannot do.
//!
//! <https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Capabilities.V1.html>

use super::term::{Term, is_capability};
use super::{flag, is_tagged};
use crate::edm::annotation::{Annotation, RecordValue, Value};

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

    /// What annotations say about it.
    fn said(self, annotations: &[Annotation]) -> Option<bool> {
        let property = |term: Term, name: &str| flag(record(annotations, term)?, name);
        match self {
            Self::Read => property(Term::ReadRestrictions, "Readable"),
            Self::ReadByKey => {
                let restrictions = record(annotations, Term::ReadRestrictions)?;
                let by_key = restrictions.value("ReadByKeyRestrictions")?.as_record()?;
                flag(by_key, "Readable")
            }
            Self::Insert => property(Term::InsertRestrictions, "Insertable"),
            Self::Update => property(Term::UpdateRestrictions, "Updatable"),
            Self::UpdateByPut => {
                let method = record(annotations, Term::UpdateRestrictions)?.text("UpdateMethod")?;
                Some(method.ends_with("/PUT"))
            }
            Self::Delete => property(Term::DeleteRestrictions, "Deletable"),
            Self::Reference => property(Term::NavigationRestrictions, "Referenceable"),
            Self::Filter => property(Term::FilterRestrictions, "Filterable"),
            Self::Sort => property(Term::SortRestrictions, "Sortable"),
            Self::Count => property(Term::CountRestrictions, "Countable"),
            Self::Search => property(Term::SearchRestrictions, "Searchable"),
            Self::Select => property(Term::SelectSupport, "Supported"),
            Self::Expand => property(Term::ExpandRestrictions, "Expandable"),
            Self::Top => is_tagged(Term::TopSupported.find(annotations)),
            Self::Skip => is_tagged(Term::SkipSupported.find(annotations)),
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
            true => Self(Capability::ALL.map(|capability| capability.said(annotations))),
            false => Self::default(),
        }
    }

    /// What is said of one; `None` where nothing is.
    pub fn get(&self, capability: Capability) -> Option<bool> {
        self.0[capability as usize]
    }

    /// Whether it is not forbidden.
    pub fn allows(&self, capability: Capability) -> bool {
        self.get(capability) != Some(false)
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

fn record(annotations: &[Annotation], term: Term) -> Option<&RecordValue> {
    let value = term.find(annotations)?.value.as_ref();
    value.and_then(Value::as_record)
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
