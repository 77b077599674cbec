//! How requests travel: the client, attempts, redirects, retries, and bodies within limits.

mod attempt;
mod batch_settings;
mod body;
mod builder;
mod byte_stream;
mod call;
mod capability;
mod carrier;
mod choice;
mod client;
mod csrf;
mod failure;
#[cfg(feature = "gzip")]
mod gunzip;
mod incoming;
mod layer;
mod observed;
mod origin;
pub(crate) mod random;
mod raw_response;
mod redirect;
#[cfg(feature = "replay")]
mod replay;
mod request_body;
mod retry;
mod throttle;
#[cfg(feature = "tower")]
mod tower;
mod trace;
mod transport;

pub use attempt::Attempt;
pub use batch_settings::{BatchFormat, BatchSettings, BatchUrls};
pub use body::Body;
pub use builder::ClientBuilder;
pub use byte_stream::ByteStream;
pub use client::{Client, DownloadRedirects};
pub use layer::{AttemptResponse, Layer, Next};
#[cfg(feature = "replay")]
pub use replay::Replay;
pub use retry::RetryPolicy;
#[cfg(feature = "tower")]
pub use tower::TowerTransport;
pub use transport::{Transport, TransportError, TransportErrorKind};

pub(crate) use call::{Accepts, Audience, CLIENT_REQUEST_ID, Call, Overrides, Reading};
pub(crate) use capability::CapabilityUrl;
pub(crate) use failure::refused;
pub(crate) use incoming::MAX_ERROR_BODY;
pub(crate) use origin::same as same_origin;
pub(crate) use raw_response::{Head, RawResponse};
pub(crate) use request_body::RequestBody;
pub(crate) use retry::retry_after;
