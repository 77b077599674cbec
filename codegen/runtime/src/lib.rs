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

mod auth;
mod batch;
mod boxed;
mod clock;
pub mod delta;
mod error;
mod files;
mod http;
mod loopback;
mod macros;
mod model;
mod poller;
pub mod query;
mod request;
mod response;
mod upload;
mod value;

pub use auth::{Cloud, credential};
pub use batch::{AtomicityGroup, Batch, BatchAnswers, BatchHandle, EntityAnswer, SendAll};
pub use boxed::{BoxError, BoxFuture};
pub use clock::{Clock, SystemClock, TestClock};
pub use error::{
    DecodeError, Error, ErrorKind, InnerError, Permission, PermissionTable, Result, ServiceError,
    ServiceErrorDetail,
};
pub use http::{
    Attempt, AttemptResponse, BatchFormat, BatchSettings, BatchUrls, Body, ByteStream, Client,
    ClientBuilder, DownloadRedirects, Layer, Next, RetryPolicy,
};
pub use model::{
    AdditionalProperties, DerivedFrom, JsonObject, NavigationProperty, ODataType, Property,
};
pub use poller::{
    AsyncResponse, Completed, OperationStatus, Polled, Poller, PollerState, Progress,
};
pub use query::OrderBy;
pub use request::{
    BatchRequest, CollectionReferences, CollectionResource, ConditionalDownload, ConfigureRequest,
    Content, Continuation, Count, Create, Delete, Download, Get, Items, KeyText, List, Operation,
    OperationKind, Pages, Reference, Refusal, RefusalsBelow, Request, RequestOptions, ResourcePath,
    SingleReference, SingleResource, TextKey, Update, Upload,
};
pub use response::{Conditional, FromResponse, HasContext, Page, Response, Value};
pub use upload::{UploadProgress, UploadSession, UploadState};
pub use value::{
    Decimal, EnumLiterals, EnumMember, Flags, Fractional, Guid, Number, ParseDecimalError,
    Primitive, PromotesTo, json, literal,
};

// Documented in their modules.
#[doc(no_inline)]
pub use self::{
    credential::{AccessToken, Credential, CredentialSource, TokenRequest},
    literal::{Literal, LiteralValue},
    transport::{Transport, TransportError, TransportErrorKind},
};

/// What carries requests in place of reqwest: a [`Transport`] of your own, a service of tower
/// (`TowerTransport`, with the feature `tower`), or exchanges that were recorded (`Replay`, with the
/// feature `replay`).
pub mod transport {
    #[cfg(feature = "replay")]
    pub use crate::http::Replay;
    #[cfg(feature = "tower")]
    pub use crate::http::TowerTransport;
    pub use crate::http::{Transport, TransportError, TransportErrorKind};
}

pub use bytes::Bytes;
// The version whose client `ClientBuilder::http_client` takes.
pub use reqwest;

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use url::Url;

/// What the macros for generated code name.
#[doc(hidden)]
pub mod __private {
    pub use crate::model::{Member, MemberValue, Members};
    pub use crate::request::UnsentPart;
    pub use crate::value::{deserialize_member, deserialize_member_or_keep, member_literal};
    pub use ::http::Request as HttpRequest;
    pub use serde::de::MapAccess;
    pub use serde::ser::SerializeMap;
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
    pub use serde_json::{Value, json};
}
