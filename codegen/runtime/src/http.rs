//! How requests travel: the client, attempts, redirects, retries, and bodies within limits.

mod batch_settings;
mod body;
mod builder;
mod byte_stream;
mod client;
mod csrf;
mod failure;
mod layer;
mod origin;
pub(crate) mod random;
mod raw_response;
mod redirect;
mod retry;
mod trace;
mod transport;

pub use batch_settings::{BatchFormat, BatchSettings, BatchUrls};
pub use builder::ClientBuilder;
pub use byte_stream::ByteStream;
pub use client::{Client, DownloadRedirects};
pub use layer::{Attempt, AttemptResponse, Layer, Next};
pub use retry::RetryPolicy;

pub(crate) use body::{MAX_ERROR_BODY, RequestBody};
pub(crate) use failure::refused;
pub(crate) use raw_response::{Head, RawResponse};
pub(crate) use transport::{Call, Overrides, Reading};
