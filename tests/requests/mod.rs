//! Every kind of request, over TCP: what goes over the wire, and what comes back.

mod batches;
mod calls;
mod emulated;
mod entities;
mod fake;
mod model;
mod navigation;
mod queries;

/// The key of the item that most tests are about.
const ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
