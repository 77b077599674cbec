//! Makes an entity of a file that is there.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::UploadState;
use super::answer::plain;
use super::session::{Conflict, Destination, Protocol, Session};
use crate::answer::Whole;
use crate::app::App;
use crate::error::Refusal;
use crate::keys::Key;
use crate::literal::{Literal, binary};
use crate::payload::EntityBody;
use crate::store::{Home, Id, Media, Store};

impl App {
    /// Ends a session with the entity whose content it has.
    pub(super) fn complete(&self, session: &mut Session) -> Result<Whole, Refusal> {
        let mut store = self.store();
        let (id, status) = self.placed(&mut store, session)?;
        self.fill(&mut store, id, session)?;
        session.close(UploadState::Completed);
        match session.plan.protocol {
            Protocol::Files => Ok(plain(status, &self.entities.written(&store, id))),
            Protocol::Outlook => {
                let address = store.address(&self.service, id);
                let location = format!("{}/api/v2.0/{address}", self.foreign_origin);
                Ok(Whole {
                    headers: vec![("location", location)],
                    ..Whole::empty(StatusCode::CREATED)
                })
            }
        }
    }

    /// The entity that the file belongs to, made if need be.
    fn placed(&self, store: &mut Store, session: &Session) -> Result<(Id, StatusCode), Refusal> {
        match &session.plan.destination {
            Destination::Entity(id) => {
                store.entity(*id)?;
                Ok((*id, StatusCode::OK))
            }
            Destination::Item(home) => {
                let id = self.made(store, session, home, None)?;
                Ok((id, StatusCode::CREATED))
            }
            Destination::Named {
                home,
                property,
                name,
                conflict,
            } => match (store.named(home, property, name), conflict) {
                (Some(_), Conflict::Fail) => Err(name_exists()),
                (Some(id), Conflict::Replace) => Ok((id, StatusCode::OK)),
                (Some(_), Conflict::Rename) => {
                    let name = free_name(store, home, property, name);
                    let id = self.made(store, session, home, Some((property, &name)))?;
                    Ok((id, StatusCode::CREATED))
                }
                (None, _) => {
                    let id = self.made(store, session, home, Some((property, name)))?;
                    Ok((id, StatusCode::CREATED))
                }
            },
        }
    }

    fn made(
        &self,
        store: &mut Store,
        session: &Session,
        home: &Home,
        named: Option<(&str, &str)>,
    ) -> Result<Id, Refusal> {
        let body = EntityBody::new(session.plan.ty.clone());
        let key = named.map(|(property, name)| Key {
            parts: vec![(property.to_owned(), Literal::String(name.to_owned()))],
            text: name.to_owned(),
        });
        let resolve = &mut |_: &mut Store, text: &str| Err(Refusal::not_found(text));
        store.create(&self.service, home, key.as_ref(), body, resolve)
    }

    /// Gives an entity the file, and the properties that tell of it, as far as they are declared.
    fn fill(&self, store: &mut Store, id: Id, session: &mut Session) -> Result<(), Refusal> {
        let service = &self.service;
        let alphabet = service.behavior.alphabet;
        let entity = store.change(id)?;
        let stream = service.content_stream(&entity.ty);
        let bytes = session.content.bytes.take();
        let declares = |name: &str| service.property(&entity.ty, name).is_some();
        let inline = bytes.as_deref().filter(|_| declares("contentBytes"));
        let inline = inline.map(|bytes| binary::encode(bytes, alphabet));
        for (name, value) in [
            ("size", Some(json!(session.content.digest.length))),
            ("file", Some(json!({}))),
            ("contentBytes", inline.map(Value::from)),
        ] {
            if let (Some(value), Some(_)) = (value, service.property(&entity.ty, name)) {
                entity.members.insert(name.to_owned(), value);
            }
        }
        entity.members.extend(session.plan.members.clone());
        match (stream, bytes) {
            (Some(stream), Some(bytes)) => {
                let content_type = "application/octet-stream".to_owned();
                let bytes = bytes.into();
                let media = Media {
                    content_type,
                    bytes,
                };
                entity.streams.insert(stream, media);
            }
            // What was there before is not what there is.
            (Some(stream), None) => drop(entity.streams.remove(&stream)),
            _ => {}
        }
        Ok(())
    }
}

/// The first of `a 1.txt`, `a 2.txt`, … that no item has.
fn free_name(store: &Store, home: &Home, property: &str, name: &str) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let mut names = (1_u64..).map(|number| format!("{stem} {number}{extension}"));
    let free = names.find(|name| store.named(home, property, name).is_none());
    free.unwrap_or_else(|| name.to_owned())
}

/// 409 for an item whose name another one has.
pub(crate) fn name_exists() -> Refusal {
    Refusal::new(
        StatusCode::CONFLICT,
        "nameAlreadyExists",
        "Another item has the name already.",
    )
}
