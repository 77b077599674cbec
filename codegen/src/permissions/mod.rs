//! What requests need: a document of permissions → annotations of a service, and what a program needs.

mod chains;
mod document;
mod least;
mod matching;
mod methods;
mod template;
mod usage;
mod writing;

pub use document::{NoPermissions, PermissionDocument, PermissionSet, SchemeScopes, Scope};
pub use matching::{Matched, Requested, Target, Unmatched, matched};
pub use usage::{Usage, usage};
pub use writing::write;
