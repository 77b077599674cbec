#![doc = include_str!("../README.md")]
//!
//! Requests need a Tokio runtime with time and I/O enabled, as `reqwest` does; streams are plain
//! [`futures_core::Stream`]s.
// docs.rs says of items which features they need; only a nightly toolchain can.
#![cfg_attr(docsrs, feature(doc_cfg))]

// One clear message in place of many: there reqwest has neither redirect policies nor timeouts.
#[cfg(target_family = "wasm")]
compile_error!(
    "odata-runtime cannot keep its promises on WebAssembly: the browser follows redirects"
);

mod body;
mod builder;
mod byte_stream;
mod client;
mod clock;
mod cloud;
pub mod credential;
mod decimal;
mod decode;
mod encode;
mod entity;
mod error;
mod extent;
mod flags;
mod json_path;
mod macros;
mod memory;
mod object;
mod operation;
mod options;
mod origin;
mod page;
mod paging;
mod parameters;
mod path;
mod random;
mod redaction;
mod refusal;
mod request;
mod response;
mod retry;
mod service_error;
mod shown;
mod trace;
mod transport;
mod value;

pub mod json;
pub mod literal;

use std::pin::Pin;

pub use builder::ClientBuilder;
pub use byte_stream::ByteStream;
pub use client::{Client, DownloadRedirects};
pub use clock::{Clock, SystemClock};
pub use cloud::Cloud;
pub use credential::{AccessToken, Credential, CredentialSource, TokenRequest};
pub use decimal::{Decimal, ParseDecimalError};
pub use entity::{
    CollectionReferences, CollectionResource, Content, Count, Create, Delete, DerivedFrom,
    Download, EnumMember, Get, List, NavigationProperty, ODataType, OrderBy, Property, Reference,
    SingleReference, SingleResource, Update, Upload,
};
pub use error::{DecodeError, Error, ErrorKind, Result};
pub use flags::Flags;
pub use literal::{Literal, LiteralValue};
pub use object::{AdditionalProperties, JsonObject};
pub use operation::{Operation, OperationKind, Permission};
pub use options::{ConfigureRequest, RequestOptions};
pub use page::Page;
pub use paging::{Continuation, Items, Pages};
pub use path::ResourcePath;
pub use refusal::Refusal;
pub use request::Request;
pub use response::Response;
pub use retry::RetryPolicy;
pub use service_error::{InnerError, ServiceError, ServiceErrorDetail};
pub use value::Value;

pub use bytes::Bytes;
// The version whose client `ClientBuilder::http_client` takes.
pub use reqwest;

pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use url::Url;

/// What the macros for generated code name.
#[doc(hidden)]
pub mod __private {
    pub use crate::object::{Member, MemberValue, Members};
    pub use http::Request as HttpRequest;
    pub use serde::de::MapAccess;
    pub use serde::ser::SerializeMap;
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
    pub use serde_json::Value;
}

/// The value of an `Edm.Guid`: a UUID.
pub type Guid = uuid::Uuid;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any error that may cross threads; what a [`Credential`] fails with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
