//! Batches: several requests in one post (OData Protocol 4.01, section "Batch Requests").
//!
//! A batch is planned ([`plan`]), posted in one of two formats ([`json`], [`multipart`]), and posted again
//! for what the service did not process ([`run`]), until each of its requests has its outcome.

mod address;
mod answers;
mod content;
mod json;
mod multipart;
mod part;
mod plan;
mod reply;
mod run;
mod send_all;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, ErrorKind, Result};
use crate::http::Client;
use crate::request::{
    BatchRequest, ConfigureRequest, RequestOptions, ResourcePath, ResultReference, SingleResource,
    UnsentPart,
};
use part::Part;

pub use answers::BatchAnswers;
pub use send_all::SendAll;

/// Tells batches apart.
static BATCHES: AtomicU64 = AtomicU64::new(0);

/// Several requests that are sent in one post, or in as few as the service allows.
///
/// [`add`](Self::add) takes any [`BatchRequest`] and gives a handle, which the answer is found by.
/// Nothing is sent before [`send`](Self::send).
///
/// ```
/// use odata_runtime::{Client, ODataType, Page, Result};
///
/// async fn both<M: ODataType>(client: &Client) -> Result<(M, Page<M>)> {
///     let mut batch = client.batch();
///     let me = batch.add(client.root().segment("me").read::<M>());
///     let team = batch.add(client.root().segment("team").list::<M>().top(5));
///     let answers = batch.send().await?;
///     Ok((answers.get(me)?.into_inner(), answers.get(team)?.into_inner()))
/// }
/// ```
///
/// # What is sent again
///
/// A request that is answered with 429, or with 503, is sent again after its `Retry-After`, within the
/// bounds of the [`RetryPolicy`](crate::RetryPolicy) and the deadline that it would have by itself. What
/// succeeded is never sent again. If a post fails without an answer, or with 503 or 504, requests whose
/// methods are safe (GET) are sent again; what others did is unknown, and their errors say so.
///
/// # Settings
///
/// Those of [`ConfigureRequest`] are settings of the posts: headers, and
/// [`timeout`](ConfigureRequest::timeout) for all of them together; a batch has no limit of time by
/// default but those of its posts and of each request. Each request keeps its own headers and its own
/// policy of retries.
#[must_use = "a batch does nothing until it is sent"]
pub struct Batch {
    client: Client,
    id: u64,
    parts: Vec<Part>,
    groups: usize,
    options: RequestOptions,
    /// The first mistake; sending the batch returns it.
    error: Option<Error>,
}

/// A request of a [`Batch`], by which its answer is found. It is typed by the answer.
pub struct BatchHandle<T> {
    batch: u64,
    part: usize,
    read: crate::request::Read<T>,
}

/// Requests of a [`Batch`] that succeed or fail together; made by [`Batch::atomicity_group`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AtomicityGroup {
    batch: u64,
    group: usize,
}

/// An answer that is an entity with a request builder, or may be: the `T` of a [`Get`](crate::Get), the
/// `Option<T>` of a [`Create`](crate::Create).
pub trait EntityAnswer {
    /// The entity.
    type Entity: SingleResource;
}

impl<T: SingleResource> EntityAnswer for T {
    type Entity = T;
}

impl<T: SingleResource> EntityAnswer for Option<T> {
    type Entity = T;
}

impl<T> Clone for BatchHandle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for BatchHandle<T> {}

impl<T> fmt::Debug for BatchHandle<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BatchHandle({})", self.part)
    }
}

impl Client {
    /// An empty batch of requests.
    pub fn batch(&self) -> Batch {
        Batch {
            client: self.clone(),
            id: BATCHES.fetch_add(1, Ordering::Relaxed),
            parts: Vec::new(),
            groups: 0,
            options: RequestOptions::default(),
            error: None,
        }
    }

    /// Sends independent requests, however many, in batches: as many in each as the service takes, and a few
    /// batches at a time. The answers come as a stream, in the order of the requests.
    ///
    /// ```
    /// # use odata_runtime::{Client, ODataType, Result};
    /// async fn names<T: ODataType + Send + 'static>(client: Client, keys: Vec<String>) -> Result<Vec<T>> {
    ///     let things = client.root().segment("things");
    ///     let requests = keys.into_iter().map(move |key| things.key(key).read::<T>());
    ///     let mut answers = client.send_all(requests);
    ///     let mut found = Vec::new();
    ///     while let Some(answer) = answers.next().await {
    ///         found.push(answer?.into_inner());
    ///     }
    ///     Ok(found)
    /// }
    /// ```
    pub fn send_all<I>(&self, requests: I) -> SendAll<<I::Item as BatchRequest>::Answer>
    where
        I: IntoIterator<Item: BatchRequest + 'static>,
        I::IntoIter: Send + 'static,
    {
        let requests = requests.into_iter().map(BatchRequest::into_part).fuse();
        SendAll::new(self.clone(), Box::new(requests))
    }
}

impl Batch {
    /// Adds a request, and gives what its answer is found by.
    ///
    /// If the request is invalid, or of another client, [`send`](Self::send) fails and sends nothing.
    pub fn add<R: BatchRequest>(&mut self, request: R) -> BatchHandle<R::Answer> {
        self.add_part(request.into_part(), None)
    }

    /// Adds a request that changes something to a group.
    ///
    /// If it does not change anything, or the group is of another batch, [`send`](Self::send) fails and sends
    /// nothing.
    pub fn add_to<R: BatchRequest>(
        &mut self,
        group: AtomicityGroup,
        request: R,
    ) -> BatchHandle<R::Answer> {
        if group.batch != self.id {
            self.fail("an atomicity group of one batch was used in another");
        }
        self.add_part(request.into_part(), Some(group.group))
    }

    fn add_part<T>(&mut self, request: UnsentPart<T>, group: Option<usize>) -> BatchHandle<T> {
        let handle = BatchHandle {
            batch: self.id,
            part: self.parts.len(),
            read: request.read,
        };
        match Part::new(&self.client, self.id, request.parts, group) {
            Ok(part) => self.parts.push(part),
            // The batch is not going to be sent.
            Err(error) => self.error = self.error.take().or(Some(error)),
        }
        handle
    }

    /// Adds a request, or says at once what is wrong with it, and does not.
    fn try_add<T>(&mut self, request: UnsentPart<T>) -> Result<BatchHandle<T>> {
        let handle = self.add_part(request, None);
        match self.error.take() {
            Some(error) => Err(error),
            None => Ok(handle),
        }
    }

    /// A group of requests that the service is to process as a whole: all of them succeed, or none has an
    /// effect (an atomicity group in JSON, a change set in `multipart/mixed`). [`add_to`](Self::add_to) adds
    /// to it. A group is never split; one that is larger than the service's limit makes
    /// [`send`](Self::send) fail.
    ///
    /// Not every service knows them: Microsoft Graph does not.
    pub fn atomicity_group(&mut self) -> AtomicityGroup {
        let group = self.groups;
        self.groups += 1;
        AtomicityGroup {
            batch: self.id,
            group,
        }
    }

    /// Lets a request be processed only if an earlier one succeeded. Otherwise it fails with
    /// [`ErrorKind::FailedDependency`], whether it was not sent or the service answered 424.
    ///
    /// If either is of another batch, or `earlier` was added later, [`send`](Self::send) fails and sends
    /// nothing.
    pub fn depends_on<T, U>(&mut self, request: BatchHandle<T>, earlier: BatchHandle<U>) {
        if request.batch != self.id || earlier.batch != self.id {
            self.fail("Batch::depends_on was given a handle from another batch");
        } else if earlier.part >= request.part {
            self.fail("a request of a batch can depend only on those that were added before it");
        } else if let Some(part) = self.parts.get_mut(request.part) {
            part.add_dependency(earlier.part);
        }
    }

    /// Requests about the entity that an earlier request of this batch answers, before it did: what it
    /// created, read or changed. They depend on that request.
    ///
    /// ```
    /// # use odata_runtime::{Client, Result, SingleResource, ODataType, ResourcePath};
    /// # async fn example<T, B>(client: &Client, author: &T, books: fn(B) -> ResourcePath) -> Result<()>
    /// # where T: SingleResource<RequestBuilder = B> + ODataType {
    /// let mut batch = client.batch();
    /// let created = batch.add(client.root().segment("authors").create(author));
    /// let author = batch.result(created);
    /// # let books = books(author);
    /// // In generated code: `author.books().list()`.
    /// let books = batch.add(books.list::<T>());
    /// # let _ = (books, batch);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The requests can be sent only by this batch: elsewhere they fail, and nothing is sent.
    pub fn result<T: EntityAnswer>(
        &self,
        request: BatchHandle<T>,
    ) -> <T::Entity as SingleResource>::RequestBuilder {
        let path = if request.batch == self.id {
            let result = ResultReference {
                batch: self.id,
                part: request.part,
            };
            ResourcePath::at_result(self.client.clone(), result, &part::name_of(request.part))
        } else {
            let message = "Batch::result was given a handle from another batch";
            let error = Error::new(ErrorKind::InvalidRequest, message);
            ResourcePath::failing(self.client.clone(), error)
        };
        path.into()
    }

    /// How many requests were added.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether no request was added.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Sends the requests, and what the service did not process again.
    ///
    /// Dropping the future cancels it, also while it waits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if something is wrong with the batch or with one of its requests; then
    /// nothing was sent. The error of the first post if the service refused it as a whole, or if its answer
    /// cannot be read; then what its requests did is unknown.
    ///
    /// What went wrong with single requests is told by [`BatchAnswers::get`], and so is the failure of a post
    /// after others had answers.
    pub async fn send(self) -> Result<BatchAnswers> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let settings = self.client.inner().settings.batch;
        let units = plan::units(&self.parts, settings)?;
        let run = run::Run::new(self.client, self.options, self.parts, units);
        let (outcomes, posts) = Box::pin(run.finished()).await?;
        Ok(BatchAnswers::new(self.id, outcomes, posts))
    }

    fn fail(&mut self, message: &str) {
        let error = || Error::new(ErrorKind::InvalidRequest, message);
        self.error.get_or_insert_with(error);
    }
}

impl ConfigureRequest for Batch {
    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Batch")
            .field("len", &self.parts.len())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
