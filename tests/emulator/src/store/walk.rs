//! Goes the way of a path through the entities.

use super::{Entity, Home, Id, Store};
use crate::behavior::PathAddressing;
use crate::error::Refusal;
use crate::keys::Key;
use crate::literal::Literal;
use crate::route::Step;
use crate::service::{Service, TypeRef};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What is at the end of a way.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Entity(Id),
    Collection {
        ids: Vec<Id>,
        home: Home,
    },
    /// Nothing, but an entity can be put there.
    Nothing {
        home: Home,
        key: Option<Key>,
    },
    /// A structural property of an entity, by its path.
    Value {
        id: Id,
        path: Vec<String>,
    },
    /// The result of a function, of which no data is kept.
    Computed,
}

impl Store {
    /// Finds what a way leads to. Single-valued navigation properties that nobody wrote are as if
    /// they were there for what lies under them.
    pub(crate) fn find(&mut self, service: &Service, steps: &[Step<'_>]) -> Result<Place, Refusal> {
        let mut at = Place::Computed;
        for (index, step) in steps.iter().enumerate() {
            at = match step {
                Step::Entry { name, ty } => self.enter(name, ty),
                Step::Call { .. } => Place::Computed,
                _ if matches!(at, Place::Computed) => Place::Computed,
                Step::Key(key) => self.item(service, at, key)?,
                Step::Cast(ty) => self.cast(service, at, ty)?,
                Step::Below { rule, names } => self.below(at, rule, names)?,
                Step::Navigate {
                    name,
                    navigation,
                    bound_to,
                } => {
                    let id = Self::owner(at, name)?;
                    let set = bound_to
                        .filter(|_| !navigation.contained)
                        .map(str::to_owned);
                    let is_last = index + 1 == steps.len();
                    self.follow(id, name, &navigation.ty, set, is_last)
                }
                Step::Property(property) => Self::property(at, &property.name)?,
                Step::Dynamic(name) => Self::property(at, name)?,
            };
        }
        Ok(at)
    }

    fn enter(&mut self, name: &str, ty: &TypeRef) -> Place {
        if ty.collection {
            return Place::Collection {
                ids: self.sets.get(name).cloned().unwrap_or_default(),
                home: Home::Set(name.to_owned()),
            };
        }
        let id = match self.singletons.get(name) {
            Some(id) => *id,
            None => {
                let id = self.imply(&ty.name);
                self.singletons.insert(name.to_owned(), id);
                id
            }
        };
        Place::Entity(id)
    }

    /// Makes an entity that nobody wrote.
    fn imply(&mut self, ty: &str) -> Id {
        let entity = Entity {
            ty: ty.to_owned(),
            members: Map::new(),
            links: Default::default(),
            streams: Default::default(),
            version: 0,
            implied: true,
        };
        self.add(entity)
    }

    /// Gives an entity a number.
    pub(super) fn add(&mut self, entity: Entity) -> Id {
        self.last += 1;
        self.entities.insert(self.last, entity);
        self.last
    }

    fn owner(at: Place, name: &str) -> Result<Id, Refusal> {
        match at {
            Place::Entity(id) => Ok(id),
            Place::Value { .. } => Err(Refusal::not_implemented(format!(
                "The emulator has no data for the navigation property '{name}' of a complex value."
            ))),
            Place::Nothing { key: Some(key), .. } => Err(Refusal::not_found(&key.text)),
            _ => Err(Refusal::not_found(name)),
        }
    }

    fn follow(
        &mut self,
        owner: Id,
        name: &str,
        ty: &TypeRef,
        set: Option<String>,
        is_last: bool,
    ) -> Place {
        let links = self
            .entities
            .get(&owner)
            .and_then(|entity| entity.links.get(name));
        let ids = links.cloned().unwrap_or_default();
        let home = Home::Link {
            owner,
            property: name.to_owned(),
            single: !ty.collection,
            set,
        };
        if ty.collection {
            return Place::Collection { ids, home };
        }
        match ids.first() {
            Some(id) => Place::Entity(*id),
            None if is_last => Place::Nothing { home, key: None },
            None => {
                let id = self.imply(&ty.name);
                self.link(owner, name, id, true);
                Place::Entity(id)
            }
        }
    }

    fn item(&self, service: &Service, at: Place, key: &Key) -> Result<Place, Refusal> {
        let Place::Collection { ids, home } = at else {
            return Err(Refusal::not_found(&key.text));
        };
        let fits = |id: &&Id| {
            let entity = self.entities.get(id);
            entity.is_some_and(|entity| key.fits(service, &entity.ty, &entity.members))
        };
        if let Some(id) = ids.iter().find(fits) {
            return Ok(Place::Entity(*id));
        }
        if let Home::Set(name) = &home {
            let set = service.entry_points.get(name);
            if let Some(id) = set.and_then(|set| self.find_anywhere(service, &set.ty.name, key)) {
                return Ok(Place::Entity(id));
            }
        }
        if let Home::Link {
            owner, property, ..
        } = &home
            && let Some(id) = self.find_below(service, *owner, property, key)
        {
            return Ok(Place::Entity(id));
        }
        Ok(Place::Nothing {
            home,
            key: Some(key.clone()),
        })
    }

    /// The item at a path of names below an entity.
    fn below(&self, at: Place, rule: &PathAddressing, names: &[String]) -> Result<Place, Refusal> {
        let Place::Entity(mut id) = at else {
            return Err(Refusal::not_found(&names.join("/")));
        };
        for (index, name) in names.iter().enumerate() {
            match self.child_named(id, &rule.children, &rule.name, name) {
                Some(child) => id = child,
                None if index + 1 == names.len() => return Ok(nothing_named(id, rule, name)),
                None => return Err(Refusal::not_found(name)),
            }
        }
        Ok(Place::Entity(id))
    }

    /// The entity among those in a place whose property has a value.
    pub(crate) fn named(&self, home: &Home, property: &str, name: &str) -> Option<Id> {
        match home {
            Home::Set(_) => None,
            Home::Link {
                owner,
                property: children,
                ..
            } => self.child_named(*owner, children, property, name),
        }
    }

    fn child_named(&self, owner: Id, children: &str, property: &str, name: &str) -> Option<Id> {
        let mut children = self.linked(owner, children).into_iter();
        children.find(|child| {
            let entity = self.entities.get(child);
            let value = entity.and_then(|entity| entity.members.get(property));
            value.and_then(Value::as_str) == Some(name)
        })
    }

    /// The entity of a key among those that are addressed by names below an entity, at any depth:
    /// OneDrive has under `items` what is in its folders.
    fn find_below(&self, service: &Service, owner: Id, property: &str, key: &Key) -> Option<Id> {
        let ty = &self.entities.get(&owner)?.ty;
        let ty = &service.navigation(ty, property)?.ty.name;
        if !service.is_addressed_by_path(ty) {
            return None;
        }
        let mut seen = BTreeSet::from([owner]);
        let mut ahead = vec![owner];
        while let Some(id) = ahead.pop() {
            let Some(entity) = self.entities.get(&id) else {
                continue;
            };
            if id != owner
                && !entity.implied
                && service.is_or_derives_from(&entity.ty, ty)
                && key.fits(service, &entity.ty, &entity.members)
            {
                return Some(id);
            }
            for next in entity.links.values().flatten() {
                let next_type = self.entities.get(next).map_or("", |next| next.ty.as_str());
                if service.is_addressed_by_path(next_type) && seen.insert(*next) {
                    ahead.push(*next);
                }
            }
        }
        None
    }

    fn cast(&self, service: &Service, at: Place, ty: &str) -> Result<Place, Refusal> {
        let is = |id: &Id| {
            let entity = self.entities.get(id);
            entity.is_some_and(|entity| service.is_or_derives_from(&entity.ty, ty))
        };
        match at {
            Place::Collection { ids, home } => Ok(Place::Collection {
                ids: ids.into_iter().filter(is).collect(),
                home,
            }),
            Place::Entity(id) if !is(&id) && self.is_written(id) => Err(Refusal::not_found(ty)),
            other => Ok(other),
        }
    }

    fn property(at: Place, name: &str) -> Result<Place, Refusal> {
        match at {
            Place::Entity(id) => Ok(Place::Value {
                id,
                path: vec![name.to_owned()],
            }),
            Place::Value { id, mut path } => {
                path.push(name.to_owned());
                Ok(Place::Value { id, path })
            }
            Place::Nothing { key: Some(key), .. } => Err(Refusal::not_found(&key.text)),
            _ => Err(Refusal::not_found(name)),
        }
    }

    /// The entity of a key among all entities of a type, whichever set they are in: Graph lists
    /// under `directoryObjects` what it also lists under `users`.
    fn find_anywhere(&self, service: &Service, ty: &str, key: &Key) -> Option<Id> {
        let in_sets = self.sets.values().flatten().copied();
        in_sets.filter(|id| self.is_written(*id)).find(|id| {
            self.entities.get(id).is_some_and(|entity| {
                service.is_or_derives_from(&entity.ty, ty)
                    && key.fits(service, &entity.ty, &entity.members)
            })
        })
    }
}

/// The place of an item that is not there yet, by its name.
fn nothing_named(owner: Id, rule: &PathAddressing, name: &str) -> Place {
    Place::Nothing {
        home: Home::Link {
            owner,
            property: rule.children.clone(),
            single: false,
            set: None,
        },
        key: Some(Key {
            parts: vec![(rule.name.clone(), Literal::String(name.to_owned()))],
            text: name.to_owned(),
        }),
    }
}
