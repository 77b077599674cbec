//! The way of a request over the wire: the client, attempts, redirects, retries, and bodies within limits.

mod answer;
mod body;
mod builder;
mod byte_stream;
mod client;
mod failure;
mod origin;
pub(crate) mod random;
mod redirect;
mod retry;
mod trace;
mod transport;

pub use builder::ClientBuilder;
pub use byte_stream::ByteStream;
pub use client::{Client, DownloadRedirects};
pub use retry::RetryPolicy;

pub(crate) use answer::{Head, RawResponse};
pub(crate) use body::RequestBody;
pub(crate) use transport::{Call, Overrides, Reading};
