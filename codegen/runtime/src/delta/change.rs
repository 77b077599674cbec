//! One change, as OData 4.0, OData 4.01 and Microsoft Graph write it.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::entry::Entry;
use super::key::{self, DELETED_ENTITY, DELETED_LINK, LINK};
use crate::response::{Misread, Page};
use crate::value::memory;

/// A change of the collection that a delta query follows.
///
/// The keys of [`Upserted`](Self::Upserted) and [`Removed`](Self::Removed) are of one form, however the
/// service writes them, so that what is kept by key is found by it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change<T> {
    /// The entity was created or updated; services do not tell which.
    ///
    /// An update may have no more than what changed: merge what is set into the copy. That is also why
    /// an entity that comes twice in a round is given twice: the later one does not hold all that the
    /// earlier one does.
    Upserted {
        /// The key.
        id: String,
        /// What the service sent of the entity.
        entity: T,
    },
    /// The entity is no longer part of the collection. It need not be in the copy: services also report
    /// what came and went since the last round.
    Removed {
        /// The key.
        id: String,
        /// Why.
        reason: RemovedReason,
        /// The entry as the service sent it.
        members: Map<String, Value>,
    },
    /// Two entities are related now (OData JSON Format 4.01, section "Added Link").
    LinkAdded(Relationship),
    /// Two entities are no longer related (OData JSON Format 4.01, section "Deleted Link").
    LinkRemoved(Relationship),
    /// A change of an entity of another entity set, which comes with what was expanded in OData 4.0;
    /// the entry as the service sent it.
    Other(Map<String, Value>),
}

/// Why an entity is no longer part of the collection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RemovedReason {
    /// It was deleted. For directory objects of Microsoft Graph: for good.
    Deleted,
    /// It no longer fulfils the conditions of the query. For directory objects of Microsoft Graph: it was
    /// deleted and can be restored.
    Changed,
    /// The service does not say.
    Unspecified,
    /// A reason that the standard does not have.
    Other(String),
}

/// A relationship between two entities, by their entity-ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Relationship {
    /// The entity-id of the entity that has the navigation property.
    pub source: String,
    /// The path of the navigation property.
    pub relationship: String,
    /// The entity-id of the related entity.
    pub target: String,
}

impl<T> Change<T> {
    /// The key of the entity; `None` for changes of relationships and of other entity sets.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Upserted { id, .. } | Self::Removed { id, .. } => Some(id),
            Self::LinkAdded(_) | Self::LinkRemoved(_) | Self::Other(_) => None,
        }
    }
}

impl Relationship {
    fn of(entry: Entry) -> serde_json::Result<Self> {
        let [source, relationship, target] = entry.link()?;
        Ok(Self {
            source,
            relationship,
            target,
        })
    }
}

impl RemovedReason {
    fn of(reason: Option<&str>) -> Self {
        match reason {
            None => Self::Unspecified,
            Some("deleted") => Self::Deleted,
            Some("changed") => Self::Changed,
            Some(other) => Self::Other(other.to_owned()),
        }
    }
}

/// What an object in the member `deleted` of an entry means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeletedFacet {
    /// The entity was deleted, as OneDrive and SharePoint say it.
    Removes,
    /// It is a property like any other.
    Plain,
}

/// How the entries of a page are read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// The name of the key property.
    pub(super) key: &'static str,
    pub(super) facet: DeletedFacet,
}

impl Reading {
    /// Reads a page of changes.
    pub(super) fn page<T: DeserializeOwned>(
        &self,
        json: &[u8],
    ) -> Result<Page<Change<T>>, Misread> {
        let page: Page<&RawValue> = serde_json::from_slice(json)?;
        let set = page.context.as_deref().and_then(key::entity_set);
        let mut changes = Vec::with_capacity(page.value.len());
        for entry in page.value {
            let text = entry.get();
            let change = self.change(text, set).map_err(|cause| Misread {
                cause,
                // The text is a part of the body.
                offset: text.as_ptr().addr() - json.as_ptr().addr(),
            })?;
            changes.push(change);
        }
        Ok(Page {
            value: changes,
            next_link: page.next_link,
            delta_link: page.delta_link,
            count: page.count,
            context: page.context,
            additional_properties: page.additional_properties,
        })
    }

    fn change<T: DeserializeOwned>(
        &self,
        text: &str,
        set: Option<&str>,
    ) -> serde_json::Result<Change<T>> {
        let entry = Entry::read(text, self.key)?;
        let context = entry.context.as_deref().unwrap_or_default();
        if context.ends_with(DELETED_LINK) {
            return Ok(Change::LinkRemoved(Relationship::of(entry)?));
        }
        if context.ends_with(LINK) {
            return Ok(Change::LinkAdded(Relationship::of(entry)?));
        }
        let own_set = key::entity_set(context);
        if set.is_some() && own_set.is_some() && set != own_set {
            return Ok(Change::Other(serde_json::from_str(text)?));
        }
        let removed = |id: String, reason| {
            let members = serde_json::from_str(text)?;
            Ok(Change::Removed {
                id,
                reason,
                members,
            })
        };
        if let Some(reason) = &entry.removed {
            let reason = RemovedReason::of(reason.as_deref());
            return removed(entry.key_of_removed(self.key)?, reason);
        }
        if context.ends_with(DELETED_ENTITY) {
            let reason = RemovedReason::of(entry.reason.as_deref());
            return removed(entry.key_of_deleted(self.key)?, reason);
        }
        let id = entry.key(self.key)?;
        if entry.has_deleted_facet && self.facet == DeletedFacet::Removes {
            return removed(id, RemovedReason::Deleted);
        }
        let entity = serde_json::from_str::<memory::Item<T>>(text)?.0;
        Ok(Change::Upserted { id, entity })
    }
}
