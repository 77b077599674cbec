//! What requests need: a document of permissions → annotations of a service.

mod document;
mod matching;
mod template;
mod writing;

pub use document::{NoPermissions, PermissionDocument, PermissionSet, SchemeScopes, Scope};
pub use matching::{Matched, Requested, Target, Unmatched, matched};
pub use writing::write;
