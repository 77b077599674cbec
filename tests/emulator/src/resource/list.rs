//! Collections of entities: read, count, add to.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::{Exchange, item};
use crate::answer::{Answer, Whole};
use crate::behavior::CreateAnswer;
use crate::error::Refusal;
use crate::page::Paging;
use crate::payload::EntityBody;
use crate::query::Options;
use crate::route::Step;
use crate::service::TypeRef;
use crate::store::{Id, Place, Store};

impl Exchange<'_> {
    pub(super) fn collection(&self, ty: &TypeRef) -> Result<Answer, Refusal> {
        match *self.method() {
            Method::GET => self.list(ty),
            Method::POST => self.create(ty).map(Answer::Whole),
            _ => Err(self.wrong_method("GET, POST")),
        }
    }

    fn list(&self, ty: &TypeRef) -> Result<Answer, Refusal> {
        let options = self.options(item(ty))?;
        self.refuse_without_consistency(item(ty), &options, false)?;
        let paging = Paging::of_entities(self.query, &self.request.headers, self.app.limits())?;
        let mut store = self.app.store();
        let ids = self.chosen(&mut store, &options)?;
        let context = self.context(ty, false, &options);
        if let Some(results) = options.results(&self.app.service, &store, &ids) {
            return Ok(Answer::Page(paging.page_of(context, &results)));
        }
        let projector = self.projector(&store);
        let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let page = paging.page(context, total, |index| {
            let id = ids.get(usize::try_from(index).ok()?)?;
            Some(projector.entity(*id, item(ty), &options))
        });
        Ok(Answer::Page(page))
    }

    /// The items that the options choose, in their order.
    pub(super) fn chosen(&self, store: &mut Store, options: &Options) -> Result<Vec<Id>, Refusal> {
        let mut ids = match self.place(store)? {
            Place::Collection { ids, .. } => ids,
            _ => return Err(Refusal::not_found(&self.last_segment())),
        };
        ids.retain(|id| store.entity(*id).is_ok());
        options.choose(&self.app.service, store, &mut ids);
        Ok(ids)
    }

    /// The number of items as plain text; `$filter` limits what is counted.
    pub(super) fn count(&self, ty: &TypeRef) -> Result<Answer, Refusal> {
        if self.method() != Method::GET {
            return Err(self.wrong_method("GET"));
        }
        let mut store = self.app.store();
        let count = match self.place(&mut store)? {
            Place::Value { id, path } => {
                let entity = store.entity(id)?;
                let value = crate::keys::member(&entity.members, &path.join("/"));
                value.and_then(Value::as_array).map_or(0, Vec::len)
            }
            _ => {
                let options = self.options(item(ty))?;
                self.refuse_without_consistency(item(ty), &options, true)?;
                let ids = self.chosen(&mut store, &options)?;
                let results = options.results(&self.app.service, &store, &ids);
                results.map_or(ids.len(), |results| results.len())
            }
        };
        Ok(Answer::Whole(Whole::text(count.to_string())))
    }

    fn create(&self, ty: &TypeRef) -> Result<Whole, Refusal> {
        // What kind of entity is made is told by `@odata.type`, not by the address.
        if matches!(self.steps.last(), Some(Step::Cast(_))) {
            return Err(self.wrong_method("GET"));
        }
        let media = self.posted_media(item(ty));
        let body = match &media {
            Some(_) => EntityBody::new(item(ty).to_owned()),
            None => self.checker().entity(item(ty), &self.json_body()?)?,
        };
        let service = &self.app.service;
        let mut store = self.app.store();
        let home = match self.place(&mut store)? {
            Place::Collection { home, .. } => home,
            _ => return Err(Refusal::not_found(&self.last_segment())),
        };
        let resolve = &mut |store: &mut Store, text: &str| self.resolve(store, text);
        let id = store.create(service, &home, None, body, resolve)?;
        if let Some((name, media)) = media {
            store.change(id)?.streams.insert(name, media);
        }
        self.created(&store, id, ty)
    }

    /// 201 with the new entity, or 204 for a client that does not want to see it.
    pub(super) fn created(&self, store: &Store, id: Id, ty: &TypeRef) -> Result<Whole, Refusal> {
        let options = Options::default();
        let here = format!("{}{}", self.app.origin, self.request.path);
        let location = if ty.collection {
            self.url_of(store, id, &here)
        } else {
            here
        };
        let answer = self.app.service.create_answer(&store.entity(id)?.ty);
        let mut whole = if answer == CreateAnswer::Accepted {
            Whole::empty(StatusCode::ACCEPTED)
        } else if answer == CreateAnswer::Created {
            Whole::empty(StatusCode::CREATED)
        } else if self.prefers("return=minimal") {
            let mut whole = self.no_content();
            whole
                .headers
                .push(("preference-applied", "return=minimal".to_owned()));
            whole.headers.push(("odata-entityid", location.clone()));
            whole
        } else {
            let body = self.projector(store).entity(id, item(ty), &options);
            self.entity_answer(StatusCode::CREATED, self.context(ty, true, &options), body)
        };
        whole.headers.push(("location", location));
        Ok(whole)
    }
}
