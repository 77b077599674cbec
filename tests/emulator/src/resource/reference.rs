//! References: `$ref` after a navigation property.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Exchange;
use crate::answer::{Answer, Whole};
use crate::error::Refusal;
use crate::page::Paging;
use crate::route::Step;
use crate::service::TypeRef;
use crate::store::{Id, Place, Store};

impl Exchange<'_> {
    pub(super) fn references(&self, ty: &TypeRef, by_navigation: bool) -> Result<Answer, Refusal> {
        let by_key = matches!(self.steps.last(), Some(Step::Key(_)));
        match (self.method(), ty.collection, by_key) {
            (&Method::GET, true, _) => self.list_references(ty),
            (&Method::GET, false, _) => self.read_reference().map(Answer::Whole),
            _ if !by_navigation => Err(self.wrong_method("GET")),
            (&Method::POST, true, _) => self.set_reference(false).map(Answer::Whole),
            (&Method::PUT, false, false) => self.set_reference(true).map(Answer::Whole),
            (&Method::DELETE, ..) => self.remove_reference(ty).map(Answer::Whole),
            (_, true, _) => Err(self.wrong_method("GET, POST, DELETE")),
            (_, false, true) => Err(self.wrong_method("GET, DELETE")),
            (_, false, false) => Err(self.wrong_method("GET, PUT, DELETE")),
        }
    }

    fn list_references(&self, ty: &TypeRef) -> Result<Answer, Refusal> {
        let limits = self.app.limits();
        let paging = Paging::of_entities(self.query, &self.request.headers, limits)?;
        let options = self.options(&ty.name)?;
        let mut store = self.app.store();
        let ids = self.chosen(&mut store, &options)?;
        let context = format!("{}/$metadata#Collection($ref)", self.app.context_root);
        let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let page = paging.page(context, total, |index| {
            let id = ids.get(usize::try_from(index).ok()?)?;
            let url = self.reference_url(&store, *id);
            Some(serde_json::Map::from_iter([(
                "@odata.id".to_owned(),
                url.into(),
            )]))
        });
        Ok(Answer::Page(page))
    }

    fn read_reference(&self) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let id = self.place_id(&mut store)?;
        let body = json!({
            "@odata.context": format!("{}/$metadata#$ref", self.app.context_root),
            "@odata.id": self.reference_url(&store, id),
        });
        Ok(Whole::json(StatusCode::OK, &body))
    }

    fn reference_url(&self, store: &Store, id: Id) -> String {
        format!("{}/{}", self.app.root, store.address(&self.app.service, id))
    }

    fn set_reference(&self, single: bool) -> Result<Whole, Refusal> {
        let body = self.json_body()?;
        let reference = body.get("@odata.id").or_else(|| body.get("@id"));
        let reference = reference.and_then(Value::as_str).ok_or_else(|| {
            Refusal::bad_request("The body must be a JSON object with the member '@odata.id'.")
        })?;
        let mut store = self.app.store();
        let (owner, property) = self.owner(&mut store)?;
        let target = self.resolve(&mut store, reference)?;
        self.refuse_wrong_type(&store, target)?;
        if !single && store.linked(owner, &property).contains(&target) {
            return Err(Refusal::bad_request(format!(
                "One or more added object references already exist for the property '{property}'."
            )));
        }
        store.link(owner, &property, target, single);
        Ok(self.no_content())
    }

    /// Refuses a reference to an entity that the navigation property does not take.
    fn refuse_wrong_type(&self, store: &Store, target: Id) -> Result<(), Refusal> {
        let ty = &store.entity(target)?.ty;
        let navigation = self.steps.iter().rev().find_map(|step| match step {
            Step::Navigate { navigation, .. } => Some(navigation),
            _ => None,
        });
        let takes = |wanted: &TypeRef| self.app.service.is_or_derives_from(ty, &wanted.name);
        match navigation {
            Some(navigation) if !takes(&navigation.ty) => Err(Refusal::bad_request(format!(
                "The reference leads to a '{ty}', and the property takes '{}'.",
                navigation.ty.name
            ))),
            _ => Ok(()),
        }
    }

    /// `…/members/{id}/$ref`, `…/manager/$ref`, or `…/members/$ref?$id=…`.
    fn remove_reference(&self, ty: &TypeRef) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let (owner, property) = self.owner(&mut store)?;
        let target = match (ty.collection, self.query.get("$id")) {
            (true, Some(reference)) => Some(self.resolve(&mut store, reference)?),
            (true, None) => {
                return Err(Refusal::bad_request(
                    "A reference of a collection is removed by its key or by $id.",
                ));
            }
            (false, _) => match self.place(&mut store)? {
                Place::Entity(id) => Some(id),
                Place::Nothing { key: Some(key), .. } => return Err(Refusal::not_found(&key.text)),
                _ => None,
            },
        };
        if !target.is_some_and(|target| store.unlink(owner, &property, Some(target))) {
            return Err(Refusal::not_found(&property));
        }
        Ok(self.no_content())
    }

    /// The entity whose navigation property the path ends with.
    fn owner(&self, store: &mut Store) -> Result<(Id, String), Refusal> {
        let mut steps = self.steps.iter().enumerate().rev();
        let last = steps.find_map(|(index, step)| match step {
            Step::Navigate { name, .. } => Some((index, (*name).to_owned())),
            _ => None,
        });
        let (index, name) = last.ok_or_else(|| Refusal::segment_not_found("$ref"))?;
        let owner = store.find(
            &self.app.service,
            self.steps.get(..index).unwrap_or_default(),
        )?;
        match owner {
            Place::Entity(id) => Ok((id, name)),
            Place::Nothing { key: Some(key), .. } => Err(Refusal::not_found(&key.text)),
            _ => Err(Refusal::not_found(&name)),
        }
    }
}
