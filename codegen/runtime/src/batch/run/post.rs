//! One post: what is sent, and how its answer is read.

use std::collections::HashMap;
use std::time::Duration;

use http::Method;
use http::header::CONTENT_TYPE;

use super::super::part::Written;
use super::super::reply::{Replies, Reply};
use super::super::{json, multipart};
use super::Run;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{BatchFormat, RawResponse, random};
use crate::request::RequestParts;

/// What a service of `multipart/mixed` needs to be told, or it stops at the first error; the spelling that
/// services of both versions know.
const CONTINUE: &str = "odata.continue-on-error";

impl Run {
    /// Posts these units, and settles what they were answered.
    pub(super) async fn post(&mut self, units: &[usize]) -> Result<()> {
        // One that cannot be sent after all may be what another depends on.
        if !self.prepare(units) {
            return Ok(());
        }
        let left = match self.time_left() {
            Some(Duration::ZERO) => {
                self.out_of_time();
                return Ok(());
            }
            left => left,
        };
        let members = units.iter().flat_map(|unit| &self.units[*unit].members);
        let members: Vec<usize> = members.copied().collect();
        let mut posted = vec![false; self.parts.len()];
        for index in &members {
            posted[*index] = true;
        }
        let written: Result<Vec<_>> = members
            .iter()
            .map(|index| self.written(*index, &posted))
            .collect();
        let (mut request, sent) = self.request(&written?)?;
        if left.is_some() {
            request.options_mut().timeout = left;
        }
        let now = self.now();
        for index in &members {
            let progress = &mut self.progress[*index];
            progress.attempts += 1;
            progress.first_sent.get_or_insert(now);
        }
        self.posts += 1;
        let replies = match request.send().await {
            Ok(raw) => self.read(raw, &members, &sent),
            Err(error) => Err(error),
        };
        // The same for all, so that what was told to wait as long is sent again together.
        let jitter = random::fraction();
        match replies {
            Ok((raw, replies)) => {
                self.is_answered = true;
                let mut replies = by_part(replies, &members);
                for unit in units {
                    self.settle(*unit, &mut replies, &raw, jitter);
                }
                Ok(())
            }
            Err(error) => self.post_failed(units, error, jitter),
        }
    }

    /// Brings URLs up to date with what is known now. If one cannot be had, its unit fails.
    fn prepare(&mut self, units: &[usize]) -> bool {
        let mut are_all_fine = true;
        for unit in units {
            let members = self.units[*unit].members.clone();
            let resolved: Result<()> = members.iter().try_for_each(|index| {
                self.resolve(*index)?;
                self.url(*index).map(drop)
            });
            let Err(error) = resolved else {
                continue;
            };
            are_all_fine = false;
            for index in members {
                let error = self.error_of(index, error.clone());
                self.finish(index, Err(error));
            }
        }
        are_all_fine
    }

    fn request(&self, written: &[Written<'_>]) -> Result<(RequestParts, Vec<multipart::Sent>)> {
        let address = self.client.root().segment("$batch");
        let mut request = RequestParts::new(address, Method::POST);
        *request.options_mut() = self.options.clone();
        match self.client.inner().settings.batch.format {
            BatchFormat::Json => {
                request.set_body(json::MEDIA_TYPE, json::write(written)?.into());
                request.set_accept(json::MEDIA_TYPE);
                // Some services answer this format with the other.
                Ok((request, multipart::Sent::of(written)))
            }
            BatchFormat::Multipart => {
                let (content_type, body) = multipart::write(written);
                request.set_body(&content_type, body.into());
                request.set_accept(multipart::MULTIPART);
                request.options_mut().add_header("prefer", CONTINUE);
                Ok((request, multipart::Sent::of(written)))
            }
        }
    }

    /// The answers in the answer to a post, by its own `Content-Type`.
    fn read(
        &self,
        raw: RawResponse,
        members: &[usize],
        sent: &[multipart::Sent],
    ) -> Result<(RawResponse, Replies)> {
        let boundary = multipart::boundary(raw.head.headers.get(CONTENT_TYPE));
        let replies = match boundary {
            Some(boundary) => multipart::read(&raw.body, &boundary, sent).map_err(Into::into),
            None => json::read(&raw.body, members).map_err(crate::boxed::BoxError::from),
        };
        replies
            .map(|replies| (raw.again(), replies))
            .map_err(|cause| {
                let message =
                    "the answer to the batch cannot be read, so what its requests did is unknown";
                raw.into_error(Error::new(ErrorKind::Decode, message).with_source(cause))
            })
    }

    /// How much time all of the batch has left, if it has a limit.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let limit = self.options.timeout?;
        let elapsed = self.now().saturating_duration_since(self.started);
        Some(limit.saturating_sub(elapsed))
    }

    fn out_of_time(&mut self) {
        let limit = self.options.timeout.unwrap_or_default();
        for index in 0..self.parts.len() {
            if self.progress[index].outcome.is_none() {
                let message = format!("the batch did not end within its deadline of {limit:?}");
                let error = self.error_of(index, Error::new(ErrorKind::TotalTimeout, message));
                self.finish(index, Err(error));
            }
        }
    }
}

/// The one reply of each part, or what is wrong.
pub(super) type ByPart = HashMap<usize, Result<Reply, String>>;

fn by_part(replies: Replies, members: &[usize]) -> ByPart {
    let mut by_part = ByPart::new();
    for (index, reply) in replies.known {
        let twice = || Err("there is more than one answer to this request".to_owned());
        by_part
            .entry(index)
            .and_modify(|known| *known = twice())
            .or_insert(reply);
    }
    let unknown = match replies.unknown {
        0 => String::new(),
        count => format!(", but {count} to requests that were not sent"),
    };
    for index in members {
        let missing = || Err(format!("there is no answer to this request{unknown}"));
        by_part.entry(*index).or_insert_with(missing);
    }
    by_part
}
