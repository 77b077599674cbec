//! What the requests of a batch were answered.

use std::fmt;

use super::BatchHandle;
use crate::error::{Error, ErrorKind, Result};
use crate::http::RawResponse;
use crate::response::Response;

/// The answers to a [`Batch`](crate::Batch), found by the handles of its requests.
pub struct BatchAnswers {
    batch: u64,
    outcomes: Vec<Result<RawResponse>>,
    posts: usize,
}

impl BatchAnswers {
    pub(super) fn new(batch: u64, outcomes: Vec<Result<RawResponse>>, posts: usize) -> Self {
        Self {
            batch,
            outcomes,
            posts,
        }
    }

    /// What a request was answered, as if it had been sent by itself.
    ///
    /// # Errors
    ///
    /// Those of the request sent by itself: the service's error, with status, `Retry-After` and the
    /// permissions needed, or what is wrong with the answer. Besides:
    ///
    /// - [`ErrorKind::FailedDependency`] if the request was not sent, since one that it depends on failed, or
    ///   if it was undone with its atomicity group;
    /// - [`ErrorKind::Decode`] if the service answered the batch, but not this request, or more than once:
    ///   what it did is unknown;
    /// - [`ErrorKind::InvalidRequest`] if the handle is of another batch.
    pub fn get<T>(&self, request: BatchHandle<T>) -> Result<Response<T>> {
        let outcome = self.outcomes.get(request.part);
        match outcome.filter(|_| request.batch == self.batch) {
            Some(Ok(raw)) => (request.read)(raw.again()),
            Some(Err(error)) => Err(error.clone()),
            None => {
                let message = "the handle is from another batch, so there is no answer for it here";
                Err(Error::new(ErrorKind::InvalidRequest, message))
            }
        }
    }

    /// The errors of requests that failed, in the order of the requests. Whether what the others were
    /// answered can be read is told by [`get`](Self::get).
    pub fn errors(&self) -> impl Iterator<Item = &Error> {
        self.outcomes.iter().filter_map(|it| it.as_ref().err())
    }

    /// How many requests there were.
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Whether there were no requests.
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// How many posts there were, those that failed too.
    pub fn posts(&self) -> usize {
        self.posts
    }
}

impl fmt::Debug for BatchAnswers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BatchAnswers")
            .field("len", &self.outcomes.len())
            .field("errors", &self.errors().count())
            .field("posts", &self.posts)
            .finish_non_exhaustive()
    }
}
