//! Requests that can be sent in a batch.

use std::fmt;

use bytes::Bytes;

use super::parts::RequestParts;
use super::typed::Request;
use crate::error::Result;
use crate::http::RawResponse;
use crate::response::{FromResponse, Raw, Response};

/// A request that can be sent in a [`Batch`](crate::Batch): [`Get`](crate::Get), [`List`](crate::List),
/// [`Create`](crate::Create), [`Update`](crate::Update), [`Delete`](crate::Delete),
/// [`Count`](crate::Count), [`Request`], and every generated call of a function or action.
///
/// [`Download`](crate::Download) and [`Upload`](crate::Upload) are not among them: what they send and
/// receive need not fit into memory, and services answer downloads in a batch with a redirect. Nothing
/// else implements it.
pub trait BatchRequest {
    /// What the request answers.
    type Answer;

    #[doc(hidden)]
    fn into_part(self) -> UnsentPart<Self::Answer>;
}

/// How an answer becomes what its request gives.
pub(crate) type Read<T> = fn(RawResponse) -> Result<Response<T>>;

/// A request on its way into a batch.
#[doc(hidden)]
pub struct UnsentPart<T> {
    pub(crate) parts: RequestParts,
    pub(crate) read: Read<T>,
}

impl<T> UnsentPart<T> {
    pub(crate) fn new(parts: RequestParts, read: Read<T>) -> Self {
        Self { parts, read }
    }
}

impl<T> fmt::Debug for UnsentPart<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(formatter)
    }
}

impl<T: FromResponse> BatchRequest for Request<T> {
    type Answer = T;

    fn into_part(self) -> UnsentPart<T> {
        UnsentPart::new(self.into_parts(), |raw| T::read(Raw(raw)))
    }
}

impl Request<()> {
    /// As [`send_ignoring_body`](Self::send_ignoring_body), in a batch.
    #[doc(hidden)]
    pub fn into_part_ignoring_body(self) -> UnsentPart<()> {
        UnsentPart::new(self.into_parts(), |raw| Ok(Response::new((), raw)))
    }
}

impl<T> Request<T> {
    /// As [`into_download`](Self::into_download), in a batch.
    #[doc(hidden)]
    pub fn into_part_of_bytes(self) -> UnsentPart<Bytes> {
        let mut parts = self.into_parts();
        parts.set_download();
        UnsentPart::new(parts, |raw| Ok(Response::new(raw.body.clone(), raw)))
    }
}
