//! One request of a batch.

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::{address, content};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{BatchFormat, Call, Client, RequestBody};
use crate::request::RequestParts;

/// A request of a batch, ready to be written.
pub(super) struct Part {
    pub(super) call: Box<Call>,
    pub(super) body: Bytes,
    /// The earlier request whose result its URL begins at.
    pub(super) result: Option<usize>,
    /// The group that it is in.
    pub(super) group: Option<usize>,
    /// The earlier requests that must have succeeded, each once.
    pub(super) depends_on: Vec<usize>,
}

/// What a post says of a part.
pub(super) struct Written<'a> {
    pub(super) index: usize,
    pub(super) part: &'a Part,
    pub(super) url: String,
    /// Those of its dependencies that are in the same post.
    pub(super) depends_on: Vec<Dependency>,
}

/// What a part of a post waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dependency {
    Part(usize),
    Group(usize),
}

/// The name of a part in a batch.
pub(super) fn id_of(index: usize) -> String {
    (index + 1).to_string()
}

/// The part that has this name.
pub(super) fn index_of(id: &str) -> Option<usize> {
    // `+1` would be another spelling of `1`.
    let is_plain = id.bytes().all(|byte| byte.is_ascii_digit()) && !id.starts_with('0');
    id.parse::<usize>()
        .ok()
        .filter(|_| is_plain)?
        .checked_sub(1)
}

/// The name of a group, which no part has.
pub(super) fn id_of_group(group: usize) -> String {
    format!("g{}", group + 1)
}

/// What URLs call the result of a part.
pub(super) fn name_of(index: usize) -> String {
    format!("${}", id_of(index))
}

impl Part {
    /// The part, or what is wrong with its request.
    pub(super) fn new(
        client: &Client,
        batch: u64,
        request: RequestParts,
        group: Option<usize>,
    ) -> Result<Self> {
        let invalid = |message: &str| Err(Error::new(ErrorKind::InvalidRequest, message));
        let (mut call, result) = request.into_part()?;
        if !client.is_same(&call.client) {
            return invalid("a request of another client was added to a batch");
        }
        if result.is_some_and(|result| result.batch != batch) {
            return invalid("a request about a result of another batch was added to a batch");
        }
        if group.is_some() && call.method.is_safe() {
            return invalid(
                "a request that changes nothing was added to an atomicity group, which is for those that \
                 succeed or fail as a whole",
            );
        }
        client.check_origin(&call.url)?;
        let settings = client.inner().settings.batch;
        if result.is_none() {
            address::written(client, &call.url, settings.urls)?;
        }
        let body = std::mem::replace(&mut call.body, RequestBody::None).into_bytes()?;
        if settings.format == BatchFormat::Json {
            content::check(&call.headers, &body)?;
        }
        Ok(Self {
            call,
            body,
            result: result.map(|result| result.part),
            group,
            depends_on: result.iter().map(|result| result.part).collect(),
        })
    }

    pub(super) fn add_dependency(&mut self, earlier: usize) {
        if !self.depends_on.contains(&earlier) {
            self.depends_on.push(earlier);
        }
    }

    /// Whether sending it twice does nothing that sending it once does not.
    pub(super) fn is_safe(&self) -> bool {
        self.call.method.is_safe()
    }

    pub(super) fn method(&self) -> &Method {
        &self.call.method
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.call.headers
    }
}
