//! Structural properties by a path of their own.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::Exchange;
use crate::answer::{Answer, Whole};
use crate::error::Refusal;
use crate::keys;
use crate::numbers;
use crate::route::Step;
use crate::service::TypeRef;
use crate::store::{Id, Place, Store};

impl Exchange<'_> {
    pub(super) fn property(&self, ty: &TypeRef) -> Result<Answer, Refusal> {
        match *self.method() {
            Method::GET => self.read_property(ty),
            Method::PUT | Method::PATCH => self.write_property(ty),
            Method::DELETE => self.store_property(Value::Null),
            _ => return Err(self.wrong_method("GET, PUT, PATCH, DELETE")),
        }
        .map(Answer::Whole)
    }

    fn property_place(&self, store: &mut Store) -> Result<(Id, Vec<String>), Refusal> {
        match self.place(store)? {
            Place::Value { id, path } => Ok((id, path)),
            _ => Err(Refusal::not_found(&self.last_segment())),
        }
    }

    /// The property's value as the client gets it, and its path.
    fn property_value(
        &self,
        ty: &TypeRef,
        store: &mut Store,
    ) -> Result<(Value, Vec<String>), Refusal> {
        let (id, path) = self.property_place(store)?;
        let entity = store.entity(id)?;
        let value = keys::member(&entity.members, &path.join("/"));
        let value = value.cloned().unwrap_or(Value::Null);
        let value = self.projector(store).typed(&ty.name, &value);
        Ok((value, path))
    }

    fn read_property(&self, ty: &TypeRef) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let (value, path) = self.property_value(ty, &mut store)?;
        let context = self.property_context(&path);
        Ok(match value {
            Value::Null => self.no_content(),
            Value::Object(members) => self.entity_answer(StatusCode::OK, context, members),
            value => Whole::json(
                StatusCode::OK,
                &json!({"@odata.context": context, "value": value}),
            ),
        })
    }

    /// The body is `{"value": …}`, or the object itself for a complex property.
    fn write_property(&self, ty: &TypeRef) -> Result<Whole, Refusal> {
        let body = self.json_body()?;
        let is_complex = !ty.collection && self.app.service.types.contains_key(&ty.name);
        let mut value = match body {
            body if is_complex => body,
            Value::Object(mut members) => members.remove("value").ok_or_else(no_value)?,
            _ => return Err(no_value()),
        };
        self.checker()
            .value(ty, true, &value, &self.last_segment(), 0)?;
        numbers::settle(&self.app.service, &ty.name, &mut value);
        self.store_property(value)
    }

    fn store_property(&self, value: Value) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let (id, path) = self.property_place(&mut store)?;
        self.check_tags(&store, Some(id))?;
        match self.steps.last() {
            Some(Step::Property(property)) if value.is_null() && !property.nullable => {
                return Err(Refusal::bad_request(format!(
                    "The property '{}' must not be null.",
                    property.name
                )));
            }
            _ => {}
        }
        set(&mut store.change(id)?.members, &path, value);
        Ok(self.no_content())
    }

    /// `$value`: the media of an entity, the bytes of a stream, or a property's text.
    pub(super) fn raw_value(&self, ty: &TypeRef) -> Result<Answer, Refusal> {
        let service = &self.app.service;
        let is_entity = service.types.get(&ty.name).is_some_and(|ty| ty.is_entity);
        if is_entity || ty.name == "Edm.Stream" {
            if is_entity && !self.has_media(ty) {
                return Err(Refusal::bad_request(format!(
                    "The type '{}' has no media stream.",
                    ty.name
                )));
            }
            return self.stream();
        }
        if self.method() != Method::GET {
            return Err(self.wrong_method("GET"));
        }
        let mut store = self.app.store();
        let (value, _) = self.property_value(ty, &mut store)?;
        Ok(Answer::Whole(match value {
            Value::Null => self.no_content(),
            Value::String(text) => Whole::text(text),
            Value::Object(_) | Value::Array(_) => {
                return Err(Refusal::bad_request(
                    "$value wants a single primitive value.",
                ));
            }
            value => Whole::text(value.to_string()),
        }))
    }

    /// Whether entities here may have media: their type or one that derives from it says so. Graph
    /// serves `/photo/$value`, whose type does not, so a stream that a test put there counts too.
    fn has_media(&self, ty: &TypeRef) -> bool {
        let service = &self.app.service;
        let mut types = service.types.keys();
        let by_type = service.has_stream(&ty.name)
            || types
                .any(|name| service.has_stream(name) && service.is_or_derives_from(name, &ty.name));
        by_type || {
            let mut store = self.app.store();
            let id = self.place_id(&mut store).ok();
            let entity = id.and_then(|id| store.entity(id).ok());
            entity.is_some_and(|entity| entity.streams.contains_key(""))
        }
    }
}

fn no_value() -> Refusal {
    Refusal::bad_request("The body must be a JSON object with the member 'value'.")
}

/// Sets the value at a path; complex values on the way are made where they are missing.
fn set(members: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => {
            members.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let inner = members.entry(name.clone()).or_insert(Value::Null);
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Value::Object(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}
