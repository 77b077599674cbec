//! Typed Rust clients from OData CSDL metadata.

pub mod csdl;
pub mod diagnostic;
pub mod edm;
pub mod slice;
pub mod source;
pub mod write;
