//! Single entities: read, update, delete.

use axum::http::{Method, StatusCode};

use super::{Exchange, item};
use crate::answer::{Answer, Whole};
use crate::error::{Refusal, excerpt};
use crate::page::refuse_unserved;
use crate::query::Options;
use crate::route::Step;
use crate::service::TypeRef;
use crate::store::{Change, Id, Place, Store};

impl Exchange<'_> {
    pub(super) fn single(&self, ty: &TypeRef) -> Result<Answer, Refusal> {
        match *self.method() {
            Method::GET => self.read(ty),
            Method::PATCH => self.update(ty, Change::Merge),
            Method::PUT => self.update(ty, Change::Replace),
            Method::DELETE => self.delete(),
            _ => return Err(self.wrong_method("GET, PATCH, PUT, DELETE")),
        }
        .map(Answer::Whole)
    }

    fn read(&self, ty: &TypeRef) -> Result<Whole, Refusal> {
        refuse_unserved(self.query, &["$select", "$expand", "$format"])?;
        let options = self.options(item(ty))?;
        let mut store = self.app.store();
        let id = self.written(&mut store)?;
        // For a read, a tag that the client knows already means that nothing has changed.
        if self.header("if-none-match").is_empty() {
            self.check_tags(&store, Some(id))?;
        } else if self.check_tags(&store, Some(id)).is_err() {
            return Ok(Whole::empty(StatusCode::NOT_MODIFIED));
        }
        let body = self.projector(&store).entity(id, item(ty), &options);
        let context = self.context(ty, true, &options);
        Ok(self.entity_answer(StatusCode::OK, context, body))
    }

    /// The entity at the path, if somebody wrote it.
    fn written(&self, store: &mut Store) -> Result<Id, Refusal> {
        let id = self.place_id(store)?;
        if store.entity(id)?.implied {
            return Err(Refusal::not_found(&self.last_segment()));
        }
        Ok(id)
    }

    fn update(&self, ty: &TypeRef, change: Change) -> Result<Whole, Refusal> {
        let body = self.checker().entity(item(ty), &self.json_body()?)?;
        let service = &self.app.service;
        let mut store = self.app.store();
        let resolve = &mut |store: &mut Store, text: &str| self.resolve(store, text);
        let id = match self.place(&mut store)? {
            Place::Entity(id) => id,
            place => {
                self.check_tags(&store, None)?;
                let Place::Nothing { home, key } = place else {
                    return Err(Refusal::not_found(&self.last_segment()));
                };
                // Graph makes an item of a collection only for a client that says so.
                if let Some(key) = key.as_ref().filter(|_| !self.prefers("create-if-missing")) {
                    return Err(Refusal::not_found(&key.text));
                }
                let id = store.create(service, &home, key.as_ref(), body, resolve)?;
                return self.created(&store, id, ty);
            }
        };
        self.check_tags(&store, Some(id))?;
        store.update(service, id, body, change, resolve)?;
        if !self.prefers("return=representation") {
            let mut whole = self.no_content();
            whole.headers.push(("etag", store.entity(id)?.etag()));
            return Ok(whole);
        }
        let options = Options::default();
        let body = self.projector(&store).entity(id, item(ty), &options);
        let mut whole = self.entity_answer(StatusCode::OK, self.context(ty, true, &options), body);
        let applied = ("preference-applied", "return=representation".to_owned());
        whole.headers.push(applied);
        Ok(whole)
    }

    fn delete(&self) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let id = self.written(&mut store)?;
        self.refuse_reference(&store, id)?;
        self.check_tags(&store, Some(id))?;
        store.delete(&self.app.service, id);
        Ok(self.no_content())
    }

    /// Refuses to delete an entity where a reference to it is meant: without `$ref`, Graph deletes
    /// a member itself for those who may do so, and answers 403 to others.
    fn refuse_reference(&self, store: &Store, id: Id) -> Result<(), Refusal> {
        let mut steps = self.steps.iter().rev();
        let last = steps.find(|step| !matches!(step, Step::Key(_) | Step::Cast(_)));
        match last {
            Some(Step::Navigate {
                name, navigation, ..
            }) if !navigation.contained && store.has_home(&self.app.service, id) => {
                Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    "Authorization_RequestDenied",
                    format!(
                        "Insufficient privileges to complete the operation: this deletes the \
                         entity '{}' itself. DELETE '…/$ref' removes the reference in '{name}' \
                         alone.",
                        excerpt(&store.address(&self.app.service, id))
                    ),
                ))
            }
            _ => Ok(()),
        }
    }
}
