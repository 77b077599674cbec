//! Many independent requests, in batches.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;

use crate::boxed::BoxFuture;
use crate::error::Result;
use crate::http::Client;
use crate::request::UnsentPart;
use crate::response::Response;

/// How many requests are sent in a post where the service has no limit.
const USUAL_POST: usize = 100;

/// How many batches are under way by default.
const USUAL_BATCHES: usize = 4;

/// The answers to many independent requests, which are sent in batches; made by
/// [`Client::send_all`](crate::Client::send_all).
///
/// A [`Stream`] of `Result<Response<T>>`, one for each request, in the order of the requests;
/// [`next`](Self::next) reads it without stream utilities. An error is that of its request, as from
/// [`BatchAnswers::get`](crate::BatchAnswers::get); if a whole batch fails, that of each of its requests. The
/// stream goes on after it.
///
/// Requests are taken from their iterator when there is room for a batch, so that memory is bounded however
/// many there are. Dropping the stream cancels what is under way.
#[must_use = "a stream does nothing until it is polled"]
pub struct SendAll<T> {
    client: Client,
    requests: Requests<T>,
    batches: VecDeque<Sending<T>>,
    max_batches: usize,
}

type Requests<T> = Box<dyn Iterator<Item = UnsentPart<T>> + Send>;

/// What a batch has answered.
type Answers<T> = Vec<Result<Response<T>>>;

enum Sending<T> {
    UnderWay(BoxFuture<'static, Answers<T>>),
    Answered(vec::IntoIter<Result<Response<T>>>),
}

// Futures are pinned in their boxes, and nothing points into answers.
impl<T> Unpin for SendAll<T> {}

impl<T> SendAll<T> {
    pub(super) fn new(client: Client, requests: Requests<T>) -> Self {
        Self {
            client,
            requests,
            batches: VecDeque::new(),
            max_batches: USUAL_BATCHES,
        }
    }

    /// How many batches may be under way at a time; 4 by default. Zero counts as one.
    pub fn max_batches(mut self, batches: usize) -> Self {
        self.max_batches = batches.max(1);
        self
    }
}

impl<T: Send + 'static> SendAll<T> {
    /// The next answer; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Response<T>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Begins batches while there is room and there are requests.
    fn fill(&mut self) {
        let settings = self.client.inner().settings.batch;
        let size = settings.limit.unwrap_or(USUAL_POST);
        while self.batches.len() < self.max_batches {
            let requests: Vec<_> = self.requests.by_ref().take(size).collect();
            if requests.is_empty() {
                return;
            }
            let sending = Box::pin(send(self.client.clone(), requests));
            self.batches.push_back(Sending::UnderWay(sending));
        }
    }
}

/// Sends requests in one batch; an answer for each, in their order.
async fn send<T>(client: Client, requests: Vec<UnsentPart<T>>) -> Answers<T> {
    let mut batch = client.batch();
    let added: Vec<_> = requests.into_iter().map(|it| batch.try_add(it)).collect();
    let answers = batch.send().await;
    let answer = |added| match &answers {
        Ok(answers) => answers.get(added),
        Err(error) => Err(error.clone()),
    };
    added.into_iter().map(|added| answer(added?)).collect()
}

impl<T: Send + 'static> Stream for SendAll<T> {
    type Item = Result<Response<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            self.fill();
            for batch in &mut self.batches {
                if let Sending::UnderWay(sending) = batch
                    && let Poll::Ready(answers) = sending.as_mut().poll(context)
                {
                    *batch = Sending::Answered(answers.into_iter());
                }
            }
            match self.batches.front_mut() {
                None => return Poll::Ready(None),
                Some(Sending::UnderWay(_)) => return Poll::Pending,
                Some(Sending::Answered(answers)) => match answers.next() {
                    Some(answer) => return Poll::Ready(Some(answer)),
                    None => {
                        self.batches.pop_front();
                    }
                },
            }
        }
    }
}

impl<T> fmt::Debug for SendAll<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SendAll")
            .field("under_way", &self.batches.len())
            .field("max_batches", &self.max_batches)
            .finish_non_exhaustive()
    }
}
