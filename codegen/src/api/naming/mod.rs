//! Metadata names → Rust names.
//!
//! All names are made here, once, before anything is emitted; each is unique in its scope, and the
//! same whatever the order of the metadata. What could not be kept is recorded when it happens.

mod examples;
mod features;
mod identifier;
mod members;
mod methods;
mod namer;
mod overloads;
mod permissions;
mod scope;
mod types;
mod words;

pub use identifier::RustName;
pub use namer::Renamed;

pub(super) use examples::of_their_own;
pub(crate) use examples::{Variables, key_argument};
pub(super) use features::{entry_point_features, shared_feature};
pub(super) use members::{cloud_names, kept_modules};
pub(super) use methods::MethodNames;
pub(super) use namer::Namer;
pub(super) use overloads::{Import, OperationNames, Overloads};
pub(super) use types::{TypeNames, UNBOUND};
