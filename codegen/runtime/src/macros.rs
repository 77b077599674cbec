//! What all generated types have in common, so that generated files contain only what differs.
//!
//! Each macro takes a table: one line per property, member or method. Only generated code calls
//! them, and their form may change with any version of the generator. [`object!`](crate::object!)
//! alone is for everyone.

mod models;
mod object;
mod requests;
