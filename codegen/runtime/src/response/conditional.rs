//! Answers to conditional reads, and what can be made of an answer at all.

use http::StatusCode;
use serde::de::DeserializeOwned;

use super::{Response, decode};
use crate::error::Result;
use crate::http::RawResponse;
use sealed::Raw;

/// The answer to a conditional read (RFC 9110, section 13): the value, or that it is still the one
/// that the caller has.
///
/// It comes from [`Get::if_none_match`](crate::Get::if_none_match).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conditional<T> {
    /// The value, which is of another version than the one named in the request.
    Modified(T),
    /// `304 Not Modified`: the value is still of the version named in the request, and was not sent.
    NotModified,
}

impl<T> Conditional<T> {
    /// The value, if it was sent.
    pub fn modified(self) -> Option<T> {
        match self {
            Self::Modified(value) => Some(value),
            Self::NotModified => None,
        }
    }

    /// Whether the value is still of the version named in the request.
    pub fn is_not_modified(&self) -> bool {
        matches!(self, Self::NotModified)
    }
}

/// What a request can answer: whatever can be deserialized, and a [`Conditional`] of it.
///
/// It cannot be implemented elsewhere.
pub trait FromResponse: sealed::Read {}

impl<T: sealed::Read> FromResponse for T {}

pub(crate) mod sealed {
    use super::{RawResponse, Response, Result};

    /// An answer, in a trait that others can see.
    pub struct Raw(pub(crate) RawResponse);

    pub trait Read: Sized {
        fn read(raw: Raw) -> Result<Response<Self>>;
    }
}

impl<T: DeserializeOwned> sealed::Read for T {
    fn read(raw: Raw) -> Result<Response<Self>> {
        decode(raw.0)
    }
}

impl<T: sealed::Read> sealed::Read for Conditional<T> {
    fn read(raw: Raw) -> Result<Response<Self>> {
        match raw.0.head.status {
            StatusCode::NOT_MODIFIED => Ok(Response::new(Self::NotModified, raw.0)),
            _ => Ok(T::read(raw)?.map(Self::Modified)),
        }
    }
}
