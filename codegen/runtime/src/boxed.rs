//! Futures and errors of any type, in a box.

use std::pin::Pin;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any error that may cross threads; what a [`Credential`](crate::Credential) fails with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
