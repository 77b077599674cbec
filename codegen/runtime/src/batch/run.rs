//! Posting until each request has its outcome.

mod outcome;
mod post;

use std::time::{Duration, Instant};

use super::address;
use super::part::{Dependency, Part, Written, name_of};
use super::plan::Unit;
use crate::error::{Error, ErrorKind, RequestContext, Result, Secret};
use crate::http::{BatchFormat, Client, RawResponse};
use crate::request::RequestOptions;

/// How much later than the first of those that wait another may be due, and still go with it: what a
/// quarter of the wait is, as the jitter of one request, and no less than this.
const LEAST_PATIENCE: Duration = Duration::from_secs(1);

/// A batch that is being sent.
pub(super) struct Run {
    client: Client,
    /// Those of the posts.
    options: RequestOptions,
    parts: Vec<Part>,
    units: Vec<Unit>,
    progress: Vec<Progress>,
    posts: usize,
    /// Whether any post had an answer.
    is_answered: bool,
    started: Instant,
}

/// How far a part has got.
#[derive(Default)]
struct Progress {
    /// How often it was sent.
    attempts: u32,
    /// How often it was sent again for what the service, or the network, did.
    retries: u32,
    first_sent: Option<Instant>,
    /// When it may be sent again.
    due: Option<Instant>,
    outcome: Option<Result<RawResponse>>,
}

impl Progress {
    fn has_succeeded(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }

    fn has_failed(&self) -> bool {
        matches!(self.outcome, Some(Err(_)))
    }
}

impl Run {
    pub(super) fn new(
        client: Client,
        options: RequestOptions,
        parts: Vec<Part>,
        units: Vec<Unit>,
    ) -> Self {
        let started = client.inner().clock.monotonic();
        Self {
            progress: parts.iter().map(|_| Progress::default()).collect(),
            client,
            options,
            parts,
            units,
            posts: 0,
            is_answered: false,
            started,
        }
    }

    /// Posts until all is known; the outcomes, and how many posts that took.
    pub(super) async fn finished(mut self) -> Result<(Vec<Result<RawResponse>>, usize)> {
        while self.units.iter().any(|unit| self.is_pending(unit)) {
            self.fail_dependents();
            let now = self.now();
            let post = self.next_post(now);
            if !post.is_empty() {
                self.post(&post).await?;
            } else if let Some(due) = self.next_due(now) {
                let wait = due.saturating_duration_since(now);
                self.client.inner().clock.sleep(wait).await;
            } else {
                break;
            }
        }
        let outcomes = self.progress.into_iter().map(|progress| {
            let unsent = || Error::new(ErrorKind::FailedDependency, "the request was not sent");
            progress.outcome.unwrap_or_else(|| Err(unsent()))
        });
        Ok((outcomes.collect(), self.posts))
    }

    fn now(&self) -> Instant {
        self.client.inner().clock.monotonic()
    }

    fn is_pending(&self, unit: &Unit) -> bool {
        unit.members
            .iter()
            .any(|index| self.progress[*index].outcome.is_none())
    }

    /// Gives those whose dependencies failed their outcome. Units are behind those that they depend on.
    fn fail_dependents(&mut self) {
        for unit in 0..self.units.len() {
            let unit = &self.units[unit];
            let mut earlier = unit.depends_on.iter();
            let failed = earlier.find(|index| self.progress[**index].has_failed());
            let Some(failed) = failed.copied().filter(|_| self.is_pending(unit)) else {
                continue;
            };
            for index in unit.members.clone() {
                let cause = match &self.progress[failed].outcome {
                    Some(Err(error)) => error.clone(),
                    _ => continue,
                };
                let message = format!(
                    "the request was not sent, because request {} of the batch, which it depends on, failed",
                    failed + 1
                );
                let error = Error::new(ErrorKind::FailedDependency, message).with_source(cause);
                let error = self.error_of(index, error);
                self.finish(index, Err(error));
            }
        }
    }

    /// The units that can be posted now, as many as the service takes.
    fn next_post(&self, now: Instant) -> Vec<usize> {
        let limit = self.client.inner().settings.batch.limit;
        let mut room = limit.unwrap_or(usize::MAX);
        let mut chosen = Vec::new();
        let mut is_chosen = vec![false; self.parts.len()];
        for (place, unit) in self.units.iter().enumerate() {
            let can_go = unit.members.len() <= room
                && self.is_pending(unit)
                && unit.members.iter().all(|index| self.is_due(*index, now))
                && unit.depends_on.iter().all(|earlier| {
                    let goes_along = is_chosen[*earlier] && self.may_go_along(unit, *earlier);
                    self.progress[*earlier].has_succeeded() || goes_along
                });
            if can_go {
                room -= unit.members.len();
                for index in &unit.members {
                    is_chosen[*index] = true;
                }
                chosen.push(place);
            }
            if room == 0 {
                break;
            }
        }
        chosen
    }

    fn is_due(&self, index: usize, now: Instant) -> bool {
        self.progress[index].due.is_none_or(|due| due <= now)
    }

    /// Whether a unit can be in the same post as what it depends on: where the service sees to it that it is
    /// processed only if that succeeded.
    fn may_go_along(&self, unit: &Unit, earlier: usize) -> bool {
        let settings = self.client.inner().settings.batch;
        let refers = |index: &usize| self.parts[*index].result == Some(earlier);
        settings.format == BatchFormat::Json
            && (settings.has_references || !unit.members.iter().any(refers))
    }

    /// When the next post can be made, of those that wait: the first is due then, and what is due little
    /// later and has room.
    fn next_due(&self, now: Instant) -> Option<Instant> {
        let limit = self.client.inner().settings.batch.limit;
        let pending = self.units.iter().filter(|unit| self.is_pending(unit));
        let mut dues: Vec<(Instant, usize)> = pending
            .filter_map(|unit| {
                let due = unit.members.iter().map(|index| self.progress[*index].due);
                Some((due.max()??, unit.members.len()))
            })
            .filter(|(due, _)| *due > now)
            .collect();
        dues.sort_unstable();
        let first = dues.first()?.0;
        let patience = (first.saturating_duration_since(now) / 4).max(LEAST_PATIENCE);
        let mut room = limit.unwrap_or(usize::MAX);
        let together = dues.iter().take_while(|(due, size)| {
            let fits = *due <= first + patience && *size <= room;
            room = room.saturating_sub(*size);
            fits
        });
        together.last().map(|(due, _)| *due)
    }

    /// What a post says of a part.
    fn written<'a>(&'a self, index: usize, posted: &[bool]) -> Result<Written<'a>> {
        let part = &self.parts[index];
        let dependency = |earlier: &usize| {
            let group = self.parts[*earlier].group;
            match group.filter(|_| group != part.group) {
                Some(group) => Dependency::Group(group),
                None => Dependency::Part(*earlier),
            }
        };
        let together = part.depends_on.iter().filter(|earlier| posted[**earlier]);
        let mut depends_on = Vec::new();
        for dependency in together.map(dependency) {
            if !depends_on.contains(&dependency) {
                depends_on.push(dependency);
            }
        }
        // A reference is to a request; its group is what must have succeeded.
        if let Some(earlier) = part.result.filter(|earlier| posted[*earlier])
            && !depends_on.contains(&Dependency::Part(earlier))
        {
            depends_on.push(Dependency::Part(earlier));
        }
        let url = self.url(index)?;
        Ok(Written {
            index,
            part,
            url,
            depends_on,
        })
    }

    /// The URL of a part as it is posted: one that begins with a reference until that is resolved.
    fn url(&self, index: usize) -> Result<String> {
        let part = &self.parts[index];
        let url = &part.call.url;
        match part.result {
            Some(_) => address::with_reference(&self.client, url),
            None => address::written(&self.client, url, self.client.inner().settings.batch.urls),
        }
    }

    /// Puts the URL of what was answered in the place of a reference to it, once it is known.
    fn resolve(&mut self, index: usize) -> Result<()> {
        let Some(earlier) = self.parts[index].result else {
            return Ok(());
        };
        let Some(Ok(answer)) = &self.progress[earlier].outcome else {
            return Ok(());
        };
        let entity = address::of_entity(&self.client, answer).ok_or_else(|| {
            let message = format!(
                "request {} of the batch succeeded, but the service did not say where the entity is that it \
                 answered: there is neither an OData-EntityId or a Location, nor an @odata.id in the entity",
                earlier + 1
            );
            Error::new(ErrorKind::FailedDependency, message)
        })?;
        self.client.check_origin(&entity)?;
        let part = &mut self.parts[index];
        let url = &part.call.url;
        part.call.url = address::resolved(&self.client, url, &name_of(earlier), &entity);
        part.result = None;
        Ok(())
    }

    /// Sets the outcome of a part.
    fn finish(&mut self, index: usize, outcome: Result<RawResponse>) {
        self.progress[index].outcome = Some(outcome);
        // Links in its answer are relative to where it really went. If that is unknown, they lead nowhere.
        if self.parts[index].result.is_some() && self.resolve(index).is_ok() {
            let url = &self.parts[index].call.url;
            if let Some(Ok(answer)) = &mut self.progress[index].outcome {
                answer.head.context.url = url.clone();
            }
        }
    }

    /// The request that an answer or an error is about.
    fn context(&self, index: usize, secret: Option<Secret>) -> RequestContext {
        let call = &self.parts[index].call;
        RequestContext {
            method: call.method.clone(),
            url: call.url.clone(),
            client_request_id: call.client_request_id.clone(),
            attempts: self.progress[index].attempts,
            permissions: call.permissions,
            secret,
        }
    }

    /// An error as that of a part.
    fn error_of(&self, index: usize, error: Error) -> Error {
        let secret = self.client.inner().secret_at_hand();
        error.with_context(self.context(index, secret))
    }
}
