//! What the terms of the Capabilities vocabulary say a resource can and cannot do.
//!
//! <https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Capabilities.V1.html>

use super::{Annotation, CAPABILITIES, RecordValue, find};

/// What is said of one entity set, singleton, navigation property or type; `None` where nothing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// `ReadRestrictions/Readable`
    pub readable: Option<bool>,
    /// `ReadRestrictions/ReadByKeyRestrictions/Readable`
    pub readable_by_key: Option<bool>,
    /// `InsertRestrictions/Insertable`
    pub insertable: Option<bool>,
    /// `UpdateRestrictions/Updatable`
    pub updatable: Option<bool>,
    /// `UpdateRestrictions/UpdateMethod`: whether it is PUT and not PATCH.
    pub updated_by_put: Option<bool>,
    /// `DeleteRestrictions/Deletable`
    pub deletable: Option<bool>,
    /// `NavigationRestrictions/Referenceable`; an addition of Microsoft Graph.
    pub referenceable: Option<bool>,
    /// `FilterRestrictions/Filterable`
    pub filterable: Option<bool>,
    /// `SortRestrictions/Sortable`
    pub sortable: Option<bool>,
    /// `CountRestrictions/Countable`
    pub countable: Option<bool>,
    /// `SearchRestrictions/Searchable`
    pub searchable: Option<bool>,
    /// `SelectSupport/Supported`
    pub selectable: Option<bool>,
    /// `ExpandRestrictions/Expandable`
    pub expandable: Option<bool>,
    /// `TopSupported`
    pub top: Option<bool>,
    /// `SkipSupported`
    pub skip: Option<bool>,
}

impl Capabilities {
    /// What the annotations of an element say.
    pub fn of(annotations: &[Annotation]) -> Self {
        let is_any = |annotation: &Annotation| *annotation.term.namespace == *CAPABILITIES;
        if !annotations.iter().any(is_any) {
            return Self::default();
        }
        let flag = |term: &str, property: &str| record(annotations, term)?.flag(property);
        let by_key = |record: &RecordValue| {
            record
                .value("ReadByKeyRestrictions")?
                .as_record()?
                .flag("Readable")
        };
        let method = |record: &RecordValue| Some(record.text("UpdateMethod")?.ends_with("/PUT"));
        Self {
            readable: flag("ReadRestrictions", "Readable"),
            readable_by_key: record(annotations, "ReadRestrictions").and_then(by_key),
            insertable: flag("InsertRestrictions", "Insertable"),
            updatable: flag("UpdateRestrictions", "Updatable"),
            updated_by_put: record(annotations, "UpdateRestrictions").and_then(method),
            deletable: flag("DeleteRestrictions", "Deletable"),
            referenceable: flag("NavigationRestrictions", "Referenceable"),
            filterable: flag("FilterRestrictions", "Filterable"),
            sortable: flag("SortRestrictions", "Sortable"),
            countable: flag("CountRestrictions", "Countable"),
            searchable: flag("SearchRestrictions", "Searchable"),
            selectable: flag("SelectSupport", "Supported"),
            expandable: flag("ExpandRestrictions", "Expandable"),
            top: tag(annotations, "TopSupported"),
            skip: tag(annotations, "SkipSupported"),
        }
    }

    /// What is said here, and where nothing is, what is said there.
    pub fn or(self, other: Self) -> Self {
        Self {
            readable: self.readable.or(other.readable),
            readable_by_key: self.readable_by_key.or(other.readable_by_key),
            insertable: self.insertable.or(other.insertable),
            updatable: self.updatable.or(other.updatable),
            updated_by_put: self.updated_by_put.or(other.updated_by_put),
            deletable: self.deletable.or(other.deletable),
            referenceable: self.referenceable.or(other.referenceable),
            filterable: self.filterable.or(other.filterable),
            sortable: self.sortable.or(other.sortable),
            countable: self.countable.or(other.countable),
            searchable: self.searchable.or(other.searchable),
            selectable: self.selectable.or(other.selectable),
            expandable: self.expandable.or(other.expandable),
            top: self.top.or(other.top),
            skip: self.skip.or(other.skip),
        }
    }
}

fn record<'a>(annotations: &'a [Annotation], term: &str) -> Option<&'a RecordValue> {
    find(annotations, CAPABILITIES, term)?
        .value
        .as_ref()?
        .as_record()
}

fn tag(annotations: &[Annotation], term: &str) -> Option<bool> {
    super::is_tagged(find(annotations, CAPABILITIES, term))
}

impl RecordValue {
    /// A Boolean property; a tag without a value is true.
    fn flag(&self, property: &str) -> Option<bool> {
        match self.properties.get(property)? {
            Some(value) => Some(value.as_text()? != "false"),
            None => Some(true),
        }
    }
}
