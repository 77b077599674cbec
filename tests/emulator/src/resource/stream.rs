//! Streams: bytes out and in, with their content type.

use axum::http::{Method, StatusCode};

use super::Exchange;
use crate::answer::{Answer, Whole};
use crate::behavior::UploadAnswer;
use crate::error::Refusal;
use crate::payload::EntityBody;
use crate::query::Options;
use crate::route::Step;
use crate::store::{Id, Media, Place, Store};

impl Exchange<'_> {
    pub(super) fn stream(&self) -> Result<Answer, Refusal> {
        match *self.method() {
            Method::GET => self.read_stream(),
            Method::PUT | Method::PATCH => self.write_stream(),
            Method::DELETE => self.delete_stream(),
            _ => return Err(self.wrong_method("GET, PUT, PATCH, DELETE")),
        }
        .map(Answer::Whole)
    }

    fn stream_place(&self, store: &mut Store) -> Result<(Id, String), Refusal> {
        match self.place(store)? {
            Place::Value { id, path } => Ok((id, path.join("/"))),
            _ => Ok((self.place_id(store)?, String::new())),
        }
    }

    fn read_stream(&self) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let (id, name) = self.stream_place(&mut store)?;
        let entity = store.entity(id)?;
        let media = entity.streams.get(&name);
        let media = media.ok_or_else(|| Refusal::not_found(&self.last_segment()))?;
        Ok(self.app.download(media.clone(), Some(entity.etag())))
    }

    /// The place of a stream to write; an item that is named by a path and is not there is made,
    /// as a file is by its upload.
    fn upload_place(&self, store: &mut Store) -> Result<(Id, String, StatusCode), Refusal> {
        let [way @ .., Step::Property(property)] = self.steps else {
            let (id, name) = self.stream_place(store)?;
            return Ok((id, name, StatusCode::OK));
        };
        if let Some(Step::Below { rule, .. }) = way.last()
            && let Place::Nothing { home, key } = store.find(&self.app.service, way)?
        {
            self.check_tags(store, None)?;
            let body = EntityBody::new(rule.entity_type.clone());
            let resolve = &mut |_: &mut Store, text: &str| Err(Refusal::not_found(text));
            let id = store.create(&self.app.service, &home, key.as_ref(), body, resolve)?;
            return Ok((id, property.name.clone(), StatusCode::CREATED));
        }
        let (id, name) = self.stream_place(store)?;
        Ok((id, name, StatusCode::OK))
    }

    fn write_stream(&self) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let (id, name, status) = self.upload_place(&mut store)?;
        if status == StatusCode::OK {
            self.check_tags(&store, Some(id))?;
        }
        let content_type = match self.header("content-type") {
            "" => "application/octet-stream",
            content_type => content_type,
        };
        let media = Media {
            content_type: content_type.to_owned(),
            bytes: self.request.body.clone(),
        };
        store.change(id)?.streams.insert(name, media);
        let ty = store.entity(id)?.ty.clone();
        match self.app.service.upload_answer(&ty) {
            UploadAnswer::NoContent => Ok(self.no_content()),
            UploadAnswer::Entity => {
                let options = Options::default();
                let body = self.projector(&store).entity(id, &ty, &options);
                let context = format!("{}/$metadata#{ty}", self.app.context_root);
                Ok(self.entity_answer(status, context, body))
            }
        }
    }

    /// The media that a POST to a collection makes an entity of, and its stream's name: a body
    /// that is not JSON, for a type with media or with a stream `content`.
    pub(super) fn posted_media(&self, ty: &str) -> Option<(String, Media)> {
        let content_type = self.header("content-type");
        let is_json = content_type.to_ascii_lowercase().contains("json");
        let name = self.app.service.content_stream(ty)?;
        if is_json || content_type.is_empty() {
            return None;
        }
        let media = Media {
            content_type: content_type.to_owned(),
            bytes: self.request.body.clone(),
        };
        Some((name, media))
    }

    fn delete_stream(&self) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let (id, name) = self.stream_place(&mut store)?;
        self.check_tags(&store, Some(id))?;
        let removed = store.change(id)?.streams.remove(&name);
        removed.ok_or_else(|| Refusal::not_found(&self.last_segment()))?;
        Ok(self.no_content())
    }
}
