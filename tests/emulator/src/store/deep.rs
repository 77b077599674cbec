//! What an update says of the entities that navigation properties lead to (OData Protocol, section
//! "Update Related Entities When Updating an Entity").

use super::write::Resolver;
use super::{Change, Home, Id, Store};
use crate::error::Refusal;
use crate::keys;
use crate::payload::EntityBody;
use crate::service::Service;

impl Store {
    /// Lets a navigation property lead to the entities of a body and to no others: one that it led
    /// to before is changed, and a contained one that is new is made.
    pub(super) fn relate(
        &mut self,
        service: &Service,
        owner: Id,
        property: &str,
        bodies: Vec<EntityBody>,
        change: Change,
        resolve: Resolver<'_>,
    ) -> Result<(), Refusal> {
        let entity = self.entity(owner)?;
        let before = entity.links.get(property).cloned().unwrap_or_default();
        let Some(navigation) = service.navigation(&entity.ty, property) else {
            return Ok(());
        };
        let home = Home::Link {
            owner,
            property: property.to_owned(),
            single: !navigation.ty.collection,
            set: None,
        };
        let mut kept: Vec<Id> = Vec::new();
        for body in bodies {
            match self.meant(service, &before, &body, &home) {
                Some(id) if kept.contains(&id) => {
                    return Err(Refusal::conflict(format!(
                        "The body has an entity of '{property}' more than once."
                    )));
                }
                Some(id) => {
                    self.update(service, id, body, change, &mut *resolve)?;
                    kept.push(id);
                }
                None if navigation.contained => {
                    self.create(service, &home, None, body, &mut *resolve)?;
                }
                None => {
                    return Err(Refusal::not_implemented(format!(
                        "The emulator does not serve an update with an entity inline that \
                         '{property}' does not lead to; '{property}@odata.bind' refers to it."
                    )));
                }
            }
        }
        for id in before.into_iter().filter(|id| !kept.contains(id)) {
            if navigation.contained {
                self.delete(service, id);
            } else {
                self.unlink(owner, property, Some(id));
            }
        }
        Ok(())
    }

    /// The one of some entities that a body is about: that of its key, or, where there is but one
    /// and the body has no key, that one.
    fn meant(&self, service: &Service, ids: &[Id], body: &EntityBody, home: &Home) -> Option<Id> {
        let key = service.key(&body.ty);
        let given = |path: &str| keys::member(&body.members, path);
        if matches!(home, Home::Link { single: true, .. })
            && key.iter().all(|part| given(&part.path).is_none())
        {
            return ids.first().copied();
        }
        let mut ids = ids.iter().copied();
        ids.find(|id| {
            self.entities.get(id).is_some_and(|entity| {
                let mut parts = key.iter();
                parts.all(|part| {
                    let value = given(&part.path);
                    value.is_some() && value == keys::member(&entity.members, &part.path)
                })
            })
        })
    }
}
