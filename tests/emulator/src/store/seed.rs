//! The entities that a test sets the emulator up with.

use serde_json::Value;

use super::{Home, Media, Place, Store};
use crate::error::Refusal;
use crate::payload::{Checker, Sender};
use crate::route::{self, Step, Target};
use crate::service::{Service, TypeRef};
use crate::store::write::Change;
use crate::url::{ParsedPath, ParsedQuery};

/// What is at a path below the service root.
#[derive(Debug)]
pub(crate) struct Seed {
    pub(crate) path: String,
    pub(crate) content: SeedContent,
}

#[derive(Debug)]
pub(crate) enum SeedContent {
    Entities(Value),
    Entity(Value),
    Stream(Media),
}

impl Store {
    /// Puts a seed in its place; what leads there is as if it were there.
    pub(crate) fn sow(&mut self, service: &Service, seed: Seed) -> Result<(), Refusal> {
        let path = ParsedPath::parse(&seed.path, &service.delimiters());
        let path = path.map_err(|error| Refusal::bad_request(error.to_string()))?;
        let route = route::resolve(service, &path.segments, &ParsedQuery::default())?;
        match (seed.content, route.target) {
            (SeedContent::Entities(Value::Array(items)), Target::Resource(ty)) if ty.collection => {
                let place = self.find(service, &route.steps)?;
                let Place::Collection { home, .. } = place else {
                    return Err(Refusal::bad_request("The path leads to no collection."));
                };
                items
                    .iter()
                    .try_for_each(|item| self.sow_entity(service, &ty, &home, item))
            }
            (SeedContent::Entity(value), Target::Resource(ty)) if !ty.collection => {
                self.sow_single(service, &route.steps, &ty, &value)
            }
            (SeedContent::Stream(media), Target::RawValue(_) | Target::Property(_)) => {
                self.sow_stream(service, &route.steps, media)
            }
            (SeedContent::Entities(_), _) => Err(Refusal::bad_request(
                "with_entities takes the path of a collection and an array of entities.",
            )),
            (SeedContent::Entity(_), _) => Err(Refusal::bad_request(
                "with_entity takes the path of a single entity.",
            )),
            (SeedContent::Stream(_), _) => Err(Refusal::bad_request(
                "with_stream takes the path of a stream property, or an entity's path with /$value.",
            )),
        }
    }

    fn sow_entity(
        &mut self,
        service: &Service,
        ty: &TypeRef,
        home: &Home,
        value: &Value,
    ) -> Result<(), Refusal> {
        let body = checker(service).entity(&ty.name, value)?;
        let resolve = &mut |store: &mut Store, text: &str| store.resolve_path(service, text);
        self.create(service, home, None, body, resolve).map(drop)
    }

    fn sow_single(
        &mut self,
        service: &Service,
        steps: &[Step<'_>],
        ty: &TypeRef,
        value: &Value,
    ) -> Result<(), Refusal> {
        let body = checker(service).entity(&ty.name, value)?;
        let resolve = &mut |store: &mut Store, text: &str| store.resolve_path(service, text);
        match self.find(service, steps)? {
            Place::Entity(id) => self.update(service, id, body, Change::Merge, resolve),
            Place::Nothing { home, key } => self
                .create(service, &home, key.as_ref(), body, resolve)
                .map(drop),
            _ => Err(Refusal::bad_request("The path leads to no entity.")),
        }
    }

    fn sow_stream(
        &mut self,
        service: &Service,
        steps: &[Step<'_>],
        media: Media,
    ) -> Result<(), Refusal> {
        let (id, name) = match self.find(service, steps)? {
            Place::Entity(id) => (id, String::new()),
            Place::Value { id, path } => (id, path.join("/")),
            _ => return Err(Refusal::bad_request("The path leads to no entity.")),
        };
        self.change(id)?.streams.insert(name, media);
        Ok(())
    }

    /// The entity at a path below the service root.
    pub(crate) fn resolve_path(&mut self, service: &Service, path: &str) -> Result<u64, Refusal> {
        let parsed = ParsedPath::parse(path.trim_end_matches('/'), &service.delimiters());
        let parsed = parsed.map_err(|error| Refusal::bad_request(error.to_string()))?;
        let route = route::resolve(service, &parsed.segments, &ParsedQuery::default())?;
        let Target::Resource(_) = route.target else {
            return Err(Refusal::not_found(path));
        };
        match self.find(service, &route.steps)? {
            Place::Entity(id) => Ok(id),
            Place::Nothing { key: Some(key), .. } => Err(Refusal::not_found(&key.text)),
            _ => Err(Refusal::not_found(path)),
        }
    }
}

fn checker(service: &Service) -> Checker<'_> {
    Checker {
        service,
        sender: Sender::Seed,
    }
}
