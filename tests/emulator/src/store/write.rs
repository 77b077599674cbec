//! Makes, changes and removes entities.

use serde_json::{Map, Value};

use super::{Entity, Home, Id, Store};
use crate::error::{Refusal, excerpt};
use crate::ids::format_guid;
use crate::keys::{self, Key};
use crate::payload::EntityBody;
use crate::random;
use crate::service::{Primitive, Service, ValueType};

/// How a body changes an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// What the body does not name stays.
    Merge,
    /// What the body does not name goes, the key apart.
    Replace,
}

/// Finds the entity that a reference names.
pub(crate) type Resolver<'a> = &'a mut dyn FnMut(&mut Store, &str) -> Result<Id, Refusal>;

impl Store {
    /// Makes an entity and what its body has inline, and says which one it is.
    pub(crate) fn create(
        &mut self,
        service: &Service,
        home: &Home,
        key: Option<&Key>,
        body: EntityBody,
        resolve: Resolver<'_>,
    ) -> Result<Id, Refusal> {
        if service.types.get(&body.ty).is_some_and(|ty| ty.is_abstract) {
            return Err(Refusal::bad_request(format!(
                "The type '{}' is abstract; the body must name a derived one in '@odata.type'.",
                body.ty
            )));
        }
        let mut members = body.members;
        if let Some(key) = key {
            key.write_to(&mut members);
        }
        let is_single = !matches!(home, Home::Set(_) | Home::Link { single: false, .. });
        self.complete_key(service, &body.ty, &mut members, is_single)?;
        self.refuse_twice(service, home, &body.ty, &members)?;
        let id = self.add(Entity {
            ty: body.ty,
            members,
            links: Default::default(),
            streams: Default::default(),
            version: 1,
            implied: false,
        });
        // Nothing is left of an entity whose parts are refused.
        if let Err(refusal) = self.attach(service, id, body.nested, body.bound, resolve) {
            self.delete(service, id);
            return Err(refusal);
        }
        self.place(home, id);
        Ok(id)
    }

    /// Changes an entity as a body says; what is refused changes nothing.
    pub(crate) fn update(
        &mut self,
        service: &Service,
        id: Id,
        body: EntityBody,
        change: Change,
        resolve: Resolver<'_>,
    ) -> Result<(), Refusal> {
        let others = !body.nested.is_empty() || !body.bound.is_empty();
        // What is contained is in no entity set, so those stay as they are.
        let before = others.then(|| self.entities.clone());
        let result = self.apply(service, id, body, change, resolve);
        if let (Err(_), Some(before)) = (&result, before) {
            self.entities = before;
        }
        result
    }

    fn apply(
        &mut self,
        service: &Service,
        id: Id,
        body: EntityBody,
        change: Change,
        resolve: Resolver<'_>,
    ) -> Result<(), Refusal> {
        let key: Vec<String> = {
            let parts = service.key(&self.entity(id)?.ty).iter();
            parts.map(|part| part.path.clone()).collect()
        };
        self.refuse_immutable(service, id, &body.members)?;
        for (name, bodies) in body.nested {
            self.relate(service, id, &name, bodies, change, &mut *resolve)?;
        }
        self.attach(service, id, Vec::new(), body.bound, resolve)?;
        let entity = self.change(id)?;
        if change == Change::Replace {
            entity.members.retain(|name, _| key.contains(name));
        }
        for (name, value) in body.members {
            // What a client sends of the key has no effect.
            if !(key.contains(&name) && entity.members.contains_key(&name)) {
                merge(&mut entity.members, name, value);
            }
        }
        if service.is_or_derives_from(&body.ty, &entity.ty) {
            entity.ty = body.ty;
        }
        Ok(())
    }

    /// Refuses another value for what keeps the one that it was made with.
    fn refuse_immutable(
        &self,
        service: &Service,
        id: Id,
        members: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        let entity = self.entity(id)?;
        let mut changed = service.properties(&entity.ty).filter(|property| {
            let (old, new) = (
                entity.members.get(&property.name),
                members.get(&property.name),
            );
            property.immutable && old.is_some() && new.is_some() && old != new
        });
        match changed.next() {
            None => Ok(()),
            Some(property) => Err(Refusal::bad_request(format!(
                "The property '{}' is immutable and keeps the value that it was created with.",
                property.name
            ))),
        }
    }

    /// Makes the entities that are inline in a body, and refers to those that it names.
    fn attach(
        &mut self,
        service: &Service,
        id: Id,
        nested: Vec<(String, Vec<EntityBody>)>,
        bound: Vec<(String, Vec<String>)>,
        resolve: Resolver<'_>,
    ) -> Result<(), Refusal> {
        let ty = self.entity(id)?.ty.clone();
        let is_single = |name: &str| {
            service
                .navigation(&ty, name)
                .is_some_and(|navigation| !navigation.ty.collection)
        };
        for (name, bodies) in nested {
            let home = Home::Link {
                owner: id,
                single: is_single(&name),
                property: name,
                set: None,
            };
            for body in bodies {
                self.create(service, &home, None, body, &mut *resolve)?;
            }
        }
        for (name, references) in bound {
            for reference in references {
                let target = resolve(self, &reference)?;
                self.link(id, &name, target, is_single(&name));
            }
        }
        Ok(())
    }

    /// Puts an entity where it belongs.
    fn place(&mut self, home: &Home, id: Id) {
        match home {
            Home::Set(name) => self.sets.entry(name.clone()).or_default().push(id),
            Home::Link {
                owner,
                property,
                single,
                set,
            } => {
                self.link(*owner, property, id, *single);
                if let Some(set) = set {
                    self.sets.entry(set.clone()).or_default().push(id);
                }
            }
        }
    }

    /// Lets a navigation property lead to an entity; a single-valued one leads nowhere else then.
    pub(crate) fn link(&mut self, owner: Id, property: &str, target: Id, single: bool) {
        let Some(entity) = self.entities.get_mut(&owner) else {
            return;
        };
        let links = entity.links.entry(property.to_owned()).or_default();
        if single {
            links.clear();
        }
        if !links.contains(&target) {
            links.push(target);
        }
    }

    /// Takes a reference away; says whether there was one.
    pub(crate) fn unlink(&mut self, owner: Id, property: &str, target: Option<Id>) -> bool {
        let entity = self.entities.get_mut(&owner);
        let Some(links) = entity.and_then(|entity| entity.links.get_mut(property)) else {
            return false;
        };
        let before = links.len();
        links.retain(|id| target.is_some_and(|target| target != *id));
        links.len() < before
    }

    /// Removes an entity, what it contains, and every reference to it.
    pub(crate) fn delete(&mut self, service: &Service, id: Id) {
        let mut doomed = vec![id];
        while let Some(id) = doomed.pop() {
            let Some(entity) = self.entities.remove(&id) else {
                continue;
            };
            for (name, targets) in &entity.links {
                let navigation = service.navigation(&entity.ty, name);
                if navigation.is_some_and(|navigation| navigation.contained) {
                    doomed.extend(targets);
                }
            }
            for ids in self.sets.values_mut() {
                ids.retain(|other| *other != id);
            }
            self.singletons.retain(|_, other| *other != id);
            for entity in self.entities.values_mut() {
                for links in entity.links.values_mut() {
                    links.retain(|other| *other != id);
                }
            }
        }
    }

    /// Makes up the properties of the key that a body leaves out.
    fn complete_key(
        &self,
        service: &Service,
        ty: &str,
        members: &mut Map<String, Value>,
        is_single: bool,
    ) -> Result<(), Refusal> {
        for part in service.key(ty) {
            if keys::member(members, &part.path).is_some_and(|value| !value.is_null()) {
                continue;
            }
            let number = self.last + 1;
            let bits = random::mix(self.seed ^ random::mix(!number));
            let value: Value = match keys::part_type(service, ty, &part.path) {
                ValueType::Primitive(Primitive::String | Primitive::Guid) => {
                    format_guid(bits, random::mix(bits)).into()
                }
                ty if crate::literal::is_numeric(&ty) => number.into(),
                _ if is_single => continue,
                other => {
                    return Err(Refusal::bad_request(format!(
                        "The body must have the key property '{}' of type {}.",
                        part.path,
                        other.name()
                    )));
                }
            };
            members.insert(part.path.clone(), value);
        }
        Ok(())
    }

    fn refuse_twice(
        &self,
        service: &Service,
        home: &Home,
        ty: &str,
        members: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        let (set, linked) = match home {
            Home::Set(name) => (Some(name), None),
            Home::Link {
                owner,
                property,
                single,
                set,
            } => {
                let owner = self.entities.get(owner).filter(|_| !single);
                (set.as_ref(), owner.and_then(|e| e.links.get(property)))
            }
        };
        let set = set.and_then(|name| self.sets.get(name));
        let mut neighbours = set.into_iter().chain(linked).flatten();
        let key = service.key(ty);
        let same = |id: &&Id| {
            self.entities.get(id).is_some_and(|entity| {
                key.iter().all(|part| {
                    keys::member(&entity.members, &part.path) == keys::member(members, &part.path)
                })
            })
        };
        if key.is_empty() || !neighbours.any(|id| same(&id)) {
            return Ok(());
        }
        let key: Vec<String> = key
            .iter()
            .filter_map(|part| Some(keys::member(members, &part.path)?.to_string()))
            .collect();
        Err(Refusal::conflict(format!(
            "An entity with the key {} exists already.",
            excerpt(&key.join(", "))
        )))
    }
}

/// Sets a member; members of a complex value that are not named stay, as a PATCH has it.
fn merge(members: &mut Map<String, Value>, name: String, value: Value) {
    match (members.get_mut(&name), value) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            for (name, value) in new {
                merge(old, name, value);
            }
        }
        (_, value) => {
            members.insert(name, value);
        }
    }
}
