//! A small service, and for each kind of change an edit that makes it.

mod emission;
mod entry_points;
mod operations;
mod properties;
mod requests;
mod types;

use csdl_codegen::semver::Kind;

/// The configuration of the small service's client.
pub const CONFIG: &str = r#"
[client]
name = "demo-client"
output = "generated"
title = "A client."

[service]
name = "Demo"
default-namespaces = ["demo", "demo.second"]

[[service.clouds]]
name = "Global"
description = "The one."
root = "https://example.com/v1"
scope = "https://example.com/.default"
login-authority = "https://login.example.com"

[metadata]
document = "demo.csdl"
paths = ["/"]

[[metadata.trust-nullability]]
type = "demo.metric"
reason = "It is measured here."

[[operation-groups]]
type = "demo.copy"
name = "Pages"
description = "What is counted of a copy's pages."
"#;

/// The small service: something of every sort.
pub const BASE: &str = include_str!("base.csdl");

/// What makes one kind of change.
pub struct Edit {
    /// The kind that the edit makes.
    pub kind: Kind,
    /// Texts of the base and what the old document has in their places.
    old: &'static [Replacement],
    /// Texts of the base and what the new document has in their places.
    new: &'static [Replacement],
}

type Replacement = (&'static str, &'static str);

impl Edit {
    /// The document before.
    pub fn before(&self) -> String {
        replaced(self.old)
    }

    /// The document after.
    pub fn after(&self) -> String {
        replaced(self.new)
    }
}

/// The base with other texts in the places of some.
pub fn replaced(replacements: &[Replacement]) -> String {
    let mut text = BASE.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "the base has no `{from}`");
        text = text.replace(from, to);
    }
    text
}

/// An edit of the base.
const fn edit(kind: Kind, new: &'static [Replacement]) -> Edit {
    Edit {
        kind,
        old: &[],
        new,
    }
}

/// The same edit the other way round.
const fn reverse(kind: Kind, old: &'static [Replacement]) -> Edit {
    Edit {
        kind,
        old,
        new: &[],
    }
}

const SCHEMA_END: &str = "</Schema>
  </edmx:DataServices>";

/// One edit or more for each row of the table, in its order.
pub fn edits() -> impl Iterator<Item = &'static Edit> {
    let subjects = [
        entry_points::EDITS,
        types::EDITS,
        properties::EDITS,
        requests::EDITS,
        operations::EDITS,
        emission::EDITS,
    ];
    subjects.into_iter().flatten()
}
