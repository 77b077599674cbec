//! Streams: bytes out and in, with their content type.

use axum::http::{Method, StatusCode};

use super::Exchange;
use crate::answer::{Answer, Whole};
use crate::error::Refusal;
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
        Ok(Whole {
            status: StatusCode::OK,
            content_type: Some(media.content_type.clone()),
            headers: vec![("etag", entity.etag())],
            body: media.bytes.clone(),
        })
    }

    fn write_stream(&self) -> Result<Whole, Refusal> {
        let mut store = self.app.store();
        let (id, name) = self.stream_place(&mut store)?;
        self.check_tags(&store, Some(id))?;
        let content_type = match self.header("content-type") {
            "" => "application/octet-stream",
            content_type => content_type,
        };
        let media = Media {
            content_type: content_type.to_owned(),
            bytes: self.request.body.clone(),
        };
        store.change(id)?.streams.insert(name, media);
        Ok(self.no_content())
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
