//! Typed Rust clients from OData CSDL metadata.
//!
//! The stages, each of which knows only the one before it:
//!
//! * [`csdl`]: XML or JSON → syntax tree; every node keeps its place
//! * [`edm`]: syntax trees → resolved model, annotations applied
//! * [`slice`](mod@slice): model + paths → the smallest model that serves them
//! * [`correct`]: what the configuration knows better than the metadata
//! * [`api`]: model → the Rust items that will exist, every name final
//! * [`emit`]: items → source files
//!
//! [`generate`](generate::generate) runs them in a row from a [`config`]; [`output`] compares and
//! writes the result. Problems are collected as [`diagnostic`]s. Nothing here knows any service.

// docs.rs says of items which features they need; only a nightly toolchain can.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod api;
pub mod config;
pub mod correct;
pub mod csdl;
pub mod diagnostic;

pub mod edm;
pub mod emit;
pub mod generate;
mod layout;
pub mod output;
pub mod parallel;
#[cfg(feature = "permissions")]
pub mod permissions;
pub mod program;
pub mod references;
mod reserved;
pub mod semver;
pub mod show;
pub mod slice;
pub mod snippet;
pub mod source;
#[cfg(feature = "cli")]
pub mod update;
pub mod write;
