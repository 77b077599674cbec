//! What becomes of a part: an answer, an error, or another post.

use std::time::Duration;

use http::StatusCode;

use super::super::reply::Reply;
use super::Run;
use super::post::ByPart;
use crate::error::{Error, ErrorKind, ErrorResponse, Result};
use crate::http::{Head, MAX_ERROR_BODY, RawResponse, refused};

/// What is done with a unit that was answered.
enum Verdict {
    /// Its answers are its outcome.
    Settled,
    /// It was not processed, and is sent again after this time.
    Again(Duration),
    /// It was not processed, for it waits for another that is sent again.
    Waiting,
}

impl Run {
    /// Settles what a unit was answered.
    pub(super) fn settle(
        &mut self,
        unit: usize,
        replies: &mut ByPart,
        post: &RawResponse,
        jitter: f64,
    ) {
        let members = self.units[unit].members.clone();
        let results: Vec<_> = members
            .iter()
            .map(|index| {
                let reply = replies.remove(index);
                let none = || Err("there is no answer to this request".to_owned());
                (
                    *index,
                    self.result(*index, reply.unwrap_or_else(none), post),
                )
            })
            .collect();
        match self.verdict(unit, &results, jitter) {
            Verdict::Settled => {
                let has_failed = results.iter().any(|(_, result)| result.is_err());
                for (index, result) in results {
                    // One failure undoes all of a group, whatever the answers to the others say.
                    let result = result.and_then(|answer| match has_failed {
                        true => Err(undone(answer)),
                        false => Ok(answer),
                    });
                    self.finish(index, result);
                }
            }
            Verdict::Again(wait) => self.send_again(&members, wait),
            Verdict::Waiting => {}
        }
    }

    /// Sends parts again after this time.
    fn send_again(&mut self, members: &[usize], wait: Duration) {
        let due = self.now().checked_add(wait);
        for index in members {
            let progress = &mut self.progress[*index];
            progress.retries += 1;
            progress.due = due;
        }
    }

    fn verdict(
        &self,
        unit: usize,
        results: &[(usize, Result<RawResponse>)],
        jitter: f64,
    ) -> Verdict {
        let failures = results.iter().filter_map(|(index, result)| {
            let error = result.as_ref().err()?;
            Some((*index, error))
        });
        let mut failures = failures.peekable();
        if failures.peek().is_none() {
            return Verdict::Settled;
        }
        // What failed for another's sake says nothing by itself.
        let mut causes = failures
            .filter(|(_, error)| error.status() != Some(StatusCode::FAILED_DEPENDENCY))
            .peekable();
        if causes.peek().is_none() {
            let earlier = &self.units[unit].depends_on;
            let is_pending = |index: &usize| self.progress[*index].outcome.is_none();
            return match earlier.iter().any(is_pending) {
                true => Verdict::Waiting,
                false => Verdict::Settled,
            };
        }
        let is_idempotent = results
            .iter()
            .all(|(index, _)| self.parts[*index].method().is_idempotent());
        let waits = causes.map(|(index, error)| {
            let is_busy = matches!(
                error.status(),
                Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
            );
            let may_repeat = is_busy && (is_idempotent || error.is_unprocessed());
            may_repeat
                .then(|| self.wait(index, error, jitter))
                .flatten()
        });
        // All must be willing.
        let waits: Option<Vec<_>> = waits.collect();
        match waits.and_then(|waits| waits.into_iter().max()) {
            Some(wait) => Verdict::Again(wait),
            None => Verdict::Settled,
        }
    }

    /// How long a part is to wait before it is sent again, by its own policy and within its own deadline.
    fn wait(&self, index: usize, error: &Error, jitter: f64) -> Option<Duration> {
        let progress = &self.progress[index];
        let own = &self.parts[index].call.overrides;
        let settings = &self.client.inner().settings;
        let policy = own.retry.or(self.options.retry).unwrap_or(settings.retry);
        let limit = own.timeout.unwrap_or(settings.timeout);
        let now = self.now();
        let elapsed = now.saturating_duration_since(progress.first_sent.unwrap_or(now));
        let left = limit.saturating_sub(elapsed);
        let left = self.time_left().map_or(left, |all| all.min(left));
        policy.next_wait_within(progress.retries, error.retry_after(), jitter, left)
    }

    /// The answer or the error that the request would have had by itself.
    fn result(
        &self,
        index: usize,
        reply: Result<Reply, String>,
        post: &RawResponse,
    ) -> Result<RawResponse> {
        let secret = post.head.context.secret.clone();
        let context = self.context(index, secret);
        let reply = reply.map_err(|problem| {
            let message =
                format!("{problem} in the answer to the batch, so what it did is unknown");
            Error::new(ErrorKind::Decode, message).with_context(context.clone())
        })?;
        if self.parts[index].call.accepts.includes(reply.status) {
            let head = Head {
                status: reply.status,
                headers: reply.headers,
                final_url: None,
                context,
            };
            return Ok(RawResponse {
                head: Box::new(head),
                body: reply.body,
                memory_limit: post.memory_limit,
                unread: None,
            });
        }
        let mut response = ErrorResponse {
            status: reply.status,
            headers: reply.headers,
            body: reply.body,
        };
        // A copy, for a part of the body would keep all of it.
        let end = response.body.len().min(MAX_ERROR_BODY);
        response.body = bytes::Bytes::copy_from_slice(&response.body[..end]);
        let clock = self.client.inner().clock.as_ref();
        let error = refused(response, context.secret.as_ref(), clock).with_context(context);
        let part = &self.parts[index];
        let depends = !part.depends_on.is_empty() || part.group.is_some();
        Err(match error.status() {
            Some(StatusCode::FAILED_DEPENDENCY) if depends => {
                error.with_kind(ErrorKind::FailedDependency)
            }
            _ => error,
        })
    }

    /// Settles a post that had no answer, or none that can be read.
    pub(super) fn post_failed(&mut self, units: &[usize], error: Error, jitter: f64) -> Result<()> {
        let is_passing = error.is_retryable()
            && !error.is_unprocessed()
            && error.kind() != ErrorKind::TotalTimeout;
        if !is_passing && !self.is_answered {
            return Err(error);
        }
        for unit in units {
            let members = self.units[*unit].members.clone();
            let is_safe = members.iter().all(|index| self.parts[*index].is_safe());
            let wait = members
                .iter()
                .map(|index| self.wait(*index, &error, jitter));
            let wait: Option<Vec<_>> = wait.collect();
            match wait.and_then(|waits| waits.into_iter().max()) {
                Some(wait) if is_safe && is_passing => self.send_again(&members, wait),
                _ => {
                    for index in members {
                        let error = self.of_post(index, &error, is_safe);
                        self.finish(index, Err(error));
                    }
                }
            }
        }
        if !is_passing {
            self.give_up(&error);
        }
        Ok(())
    }

    /// The error of a part whose post failed.
    fn of_post(&self, index: usize, error: &Error, is_safe: bool) -> Error {
        let is_connected = !matches!(
            error.kind(),
            ErrorKind::Connect | ErrorKind::ConnectTimeout | ErrorKind::Tls
        );
        let is_refused = error
            .status()
            .is_some_and(|status| status.is_client_error());
        if is_safe || !is_connected || is_refused {
            return self.error_of(index, error.clone());
        }
        let message = "the post of the batch failed, and it is unknown whether the service processed this \
                       request, so it was not sent again";
        let unknown = Error::new(error.kind(), message).with_source(error.clone());
        self.error_of(index, unknown)
    }

    /// Ends the batch: the service refuses its posts, but some had answers.
    fn give_up(&mut self, cause: &Error) {
        for index in 0..self.parts.len() {
            if self.progress[index].outcome.is_none() {
                let message =
                    "the request was not sent, or not again, for a post of the batch failed";
                let error = Error::new(cause.kind(), message).with_source(cause.clone());
                let error = self.error_of(index, error);
                self.finish(index, Err(error));
            }
        }
    }
}

/// The error of a request that succeeded by itself, in a group that did not.
fn undone(answer: RawResponse) -> Error {
    let message = "another request of the atomicity group failed, so this one had no effect";
    Error::new(ErrorKind::FailedDependency, message).with_context(answer.head.context)
}
