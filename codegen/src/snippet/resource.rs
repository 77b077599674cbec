//! Expressions of untyped requests.

use crate::layout::Code;

/// What untyped requests are made of.
pub(super) trait Resource {
    /// The path of a request builder's resource, from which untyped requests start; `client` has its own.
    fn resource(self) -> Code;

    /// `.segment("name")`
    fn segment(self, name: &str) -> Code;
}

impl Resource for Code {
    fn resource(self) -> Code {
        match self {
            Self::Text(_) => self
                .then(Self::text(".untyped()"))
                .then(Self::text(".root()")),
            other => other.then(Self::text(".resource()")),
        }
    }

    fn segment(self, name: &str) -> Code {
        self.then(Self::method("segment", vec![Self::string(name)]))
    }
}
