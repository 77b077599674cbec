//! The entities that the emulator holds.

mod deep;
mod seed;
mod snapshot;
mod walk;
mod write;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::Refusal;
use crate::keys;
use crate::service::Service;

pub(crate) use seed::{Seed, SeedContent};
pub(crate) use snapshot::{Changed, Round};
pub(crate) use walk::Place;
pub(crate) use write::Change;

/// How many containers an address goes through at most.
const DEEPEST_ADDRESS: usize = 32;

/// The number of an entity; no client sees it.
pub(crate) type Id = u64;

/// All entities, and where they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    entities: BTreeMap<Id, Entity>,
    sets: BTreeMap<String, Vec<Id>>,
    singletons: BTreeMap<String, Id>,
    /// The number of the entity that was made last.
    last: Id,
    /// Decides the keys that are made up.
    seed: u64,
    /// What delta queries found.
    snapshots: snapshot::Snapshots,
}

/// An entity with what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    pub(crate) ty: String,
    pub(crate) members: Map<String, Value>,
    /// Entities by navigation property, contained and referred ones alike.
    links: BTreeMap<String, Vec<Id>>,
    /// Streams by property; the entity's own media has the empty name.
    pub(crate) streams: BTreeMap<String, Media>,
    version: u64,
    /// Whether nobody wrote it: it stands for a place that only leads on to others.
    pub(crate) implied: bool,
}

/// The bytes of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    pub(crate) content_type: String,
    pub(crate) bytes: axum::body::Bytes,
}

/// Where an entity that is made will be.
#[derive(Clone, Debug)]
pub(crate) enum Home {
    /// An item of an entity set.
    Set(String),
    /// What a navigation property of an entity leads to.
    Link {
        owner: Id,
        property: String,
        single: bool,
        /// The entity set that it is in besides.
        set: Option<String>,
    },
}

impl Store {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// An entity that is known to be there; the refusal is for one that has gone meanwhile.
    pub(crate) fn entity(&self, id: Id) -> Result<&Entity, Refusal> {
        self.entities
            .get(&id)
            .ok_or_else(|| Refusal::not_found("the entity"))
    }

    /// An entity to be changed; it gets another version.
    pub(crate) fn change(&mut self, id: Id) -> Result<&mut Entity, Refusal> {
        let entity = self.entities.get_mut(&id);
        let entity = entity.ok_or_else(|| Refusal::not_found("the entity"))?;
        entity.version += 1;
        entity.implied = false;
        Ok(entity)
    }

    /// The entities that a navigation property leads to, without those nobody wrote.
    pub(crate) fn linked(&self, id: Id, property: &str) -> Vec<Id> {
        let links = self
            .entities
            .get(&id)
            .and_then(|entity| entity.links.get(property));
        let links = links.into_iter().flatten().copied();
        links.filter(|id| self.is_written(*id)).collect()
    }

    /// The entity set that an entity is in.
    pub(crate) fn set_of(&self, id: Id) -> Option<&str> {
        let mut sets = self.sets.iter();
        sets.find(|(_, ids)| ids.contains(&id))
            .map(|(name, _)| name.as_str())
    }

    /// Whether an entity is somewhere else than where a navigation property that does not contain
    /// it leads.
    pub(crate) fn has_home(&self, service: &Service, id: Id) -> bool {
        let mut sets = self.sets.values().flatten();
        let mut singletons = self.singletons.values();
        let mut entities = self.entities.values();
        sets.any(|other| *other == id)
            || singletons.any(|other| *other == id)
            || entities.any(|entity| {
                let mut links = entity.links.iter().filter(|(_, ids)| ids.contains(&id));
                links.any(|(name, _)| {
                    let navigation = service.navigation(&entity.ty, name);
                    navigation.is_some_and(|navigation| navigation.contained)
                })
            })
    }

    /// The path of an entity below the service root: in its entity set, as a singleton, or below
    /// the entity that contains it.
    pub(crate) fn address(&self, service: &Service, id: Id) -> String {
        self.address_within(service, id, DEEPEST_ADDRESS)
    }

    fn address_within(&self, service: &Service, id: Id, depth: usize) -> String {
        let Some(entity) = self.entities.get(&id) else {
            return String::new();
        };
        let key = keys::predicate(service, &entity.ty, &entity.members);
        if let Some(set) = self.set_of(id) {
            return format!("{set}{key}");
        }
        let mut singletons = self.singletons.iter();
        if let Some((name, _)) = singletons.find(|(_, other)| **other == id) {
            return name.clone();
        }
        let owner = self.entities.iter().find_map(|(owner, entity)| {
            let mut links = entity.links.iter();
            let (name, _) = links.find(|(_, ids)| ids.contains(&id))?;
            Some((*owner, &entity.ty, name))
        });
        match owner {
            Some((owner, ty, name)) if depth > 0 => {
                let place = self.address_within(service, owner, depth - 1);
                let navigation = service.navigation(ty, name);
                let is_single = navigation.is_some_and(|navigation| !navigation.ty.collection);
                let key = if is_single { "" } else { &key };
                format!("{place}/{name}{key}")
            }
            _ => key,
        }
    }

    fn is_written(&self, id: Id) -> bool {
        self.entities.get(&id).is_some_and(|entity| !entity.implied)
    }
}

impl Entity {
    /// The entity tag, which is another after each change.
    pub(crate) fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }
}
