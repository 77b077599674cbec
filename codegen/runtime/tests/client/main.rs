//! The client against a tiny server on loopback.

mod batches;
mod bodies;
mod conditions;
mod credentials;
mod csrf;
mod deadlines;
mod deltas;
mod downloads;
mod errors;
mod headers;
mod layers;
mod limits;
mod numbers;
mod origins;
mod paging;
mod pollers;
mod proxies;
mod redaction;
#[cfg(feature = "replay")]
mod replays;
mod requests;
mod retries;
mod shown;
#[cfg(feature = "sign-in")]
mod sign_in;
mod support;
mod throttling;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
mod tokens;
mod transports;
mod uploads;
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
mod without_tls;
