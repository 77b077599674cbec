//! The client against a tiny server on loopback.

mod bodies;
mod credentials;
mod deadlines;
mod errors;
mod origins;
mod paging;
mod proxies;
mod redaction;
mod requests;
mod retries;
mod support;
mod tokens;
