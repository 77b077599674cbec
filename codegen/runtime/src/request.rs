//! Requests: where they go, what they say, and the kinds that every entity has.
//!
//! | Request | made by | on the wire |
//! |---|---|---|
//! | [`Get`] | [`ResourcePath::read`] | `GET` |
//! | [`List`] | [`ResourcePath::list`] | `GET`, a collection |
//! | [`Create`] | [`ResourcePath::create`] | `POST` |
//! | [`Update`] | [`ResourcePath::update`] | `PATCH` |
//! | [`Delete`] | [`ResourcePath::remove`] | `DELETE` |
//! | [`Count`] | [`ResourcePath::count`] | `GET …/$count` |
//! | [`Download`], [`Upload`] | [`ResourcePath::download`], [`upload`](ResourcePath::upload) | `GET`, `PUT` of bytes |
//! | [`CollectionReferences`] | [`ResourcePath::references`] | `GET`, `POST`, `DELETE …/$ref` |
//! | [`SingleReference`] | [`ResourcePath::reference`] | `GET`, `PUT`, `DELETE …/$ref` |
//!
//! Model types appear in signatures only; the code of the requests is compiled once.
//!
//! [`ResourcePath::read`]: crate::ResourcePath::read
//! [`ResourcePath::list`]: crate::ResourcePath::list
//! [`ResourcePath::create`]: crate::ResourcePath::create
//! [`ResourcePath::update`]: crate::ResourcePath::update
//! [`ResourcePath::remove`]: crate::ResourcePath::remove
//! [`ResourcePath::count`]: crate::ResourcePath::count
//! [`ResourcePath::download`]: crate::ResourcePath::download
//! [`ResourcePath::upload`]: crate::ResourcePath::upload
//! [`ResourcePath::references`]: crate::ResourcePath::references
//! [`ResourcePath::reference`]: crate::ResourcePath::reference

mod batch_request;
mod chunks;
mod count;
mod encode;
mod get;
mod kind;
mod list;
mod media;
mod operation;
mod options;
mod paging;
mod parameters;
mod parts;
mod path;
mod query_options;
mod references;
mod refusal;
mod resource;
mod start;
mod text_key;
mod typed;
mod write;

pub(crate) use batch_request::Read;
pub use batch_request::{BatchRequest, UnsentPart};
pub use count::Count;
pub use get::Get;
pub use list::List;
pub use media::{ConditionalDownload, Content, Download, Upload};
pub use operation::{Operation, OperationKind};
pub use options::{ConfigureRequest, RequestOptions};
pub use paging::{Continuation, Items, Pages};
pub use path::ResourcePath;
pub use references::{CollectionReferences, Reference, SingleReference};
pub use refusal::{Refusal, RefusalsBelow};
pub use resource::{CollectionResource, SingleResource};
pub use text_key::{KeyText, TextKey};
pub use typed::Request;
pub use write::{Create, Delete, Update};

pub(crate) use paging::{MAX_PAGES, Seen};
pub(crate) use parts::RequestParts;
pub(crate) use path::ResultReference;

#[cfg(test)]
mod tests;
