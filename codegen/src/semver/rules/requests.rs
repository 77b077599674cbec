//! Requests that capabilities and paths decide on.

use super::{Bump, Kind, Rule};

/// The rows, in the order of [`Kind`].
#[rustfmt::skip]
pub(super) const ROWS: &[Rule] = &[
    Rule::new(Kind::RequestRemoved, "request-removed", Bump::Major, [
        "requests of a kind forbidden everywhere",
        "the request builder's method is gone",
        "a public method is removed: `get`, `list`, `create`, `update`, `delete`, `count` or `upload…`",
    ]),
    Rule::new(Kind::RequestAdded, "request-added", Bump::Minor, [
        "requests of a kind no longer forbidden everywhere",
        "the request builder gains a method",
        "a public method is added",
    ]),
    Rule::new(Kind::RequestRefused, "request-refused", Bump::Minor, [
        "requests of a kind, or with a query option, forbidden at one place",
        "such a request is an error before it is sent",
        "no code breaks, since the method is there for other places; the service refused it already",
    ]),
    Rule::new(Kind::RequestAllowed, "request-allowed", Bump::Minor, [
        "requests of a kind, or with a query option, no longer forbidden at one place",
        "such a request is sent",
        "no code breaks, and there is more to use",
    ]),
    Rule::new(Kind::UpdateMethodChanged, "update-method-changed", Bump::Major, [
        "updates are sent with PUT instead of PATCH, or the reverse",
        "what is not set in an update is reset, where it was left as it was, or the reverse",
        "code that compiles does something else",
    ]).blind("the method stays; what it does differs"),
    Rule::new(Kind::QueryOptionsChanged, "query-options-changed", Bump::Patch, [
        "query options excluded, or no longer",
        "the documentation of `list` names them",
        "documentation only: where the client refuses them, `request-refused` says so",
    ]),
    Rule::new(Kind::BuilderRemoved, "builder-removed", Bump::Major, [
        "no path leads to a type of resource any longer",
        "the request builder is gone, with the calls that go from there",
        "public types are removed",
    ]),
    Rule::new(Kind::BuilderAdded, "builder-added", Bump::Minor, [
        "a path leads to a type of resource",
        "a request builder is added, with the calls that go from there",
        "public types are added",
    ]),
];
