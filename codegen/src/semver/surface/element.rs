//! One public item of a client.

use crate::show::Untrusted;

/// What an item is; rows of the table speak of some of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::semver) enum Part {
    /// A module of requests.
    Module,
    /// A struct or an enumeration.
    Type,
    /// A field, a variant, a constant, a setter, an implementation: part of another item.
    Member,
    /// That an enumeration of values has one for parameters that are left out.
    Default,
    /// The variant for unknown members.
    CatchAll,
    /// That the service alone sets a property.
    ReadOnly,
    /// An implementation of `DerivedFrom`.
    Derivation,
    /// A request builder.
    Builder,
    /// `get`, `list`, `create` and the like.
    Request,
    /// `download` and `upload` of a media entity.
    Media,
    /// That an update is sent with PUT.
    Put,
    /// A query option that the documentation excludes.
    ExcludedOption,
    /// A method to another builder.
    Navigation,
    /// A kind of request that is refused at one place.
    Refusal,
    /// What a caller needs to be granted at one place.
    Permission,
    /// A `…_ref` method.
    References,
    /// A `by_…` method.
    Key,
    /// `cast`
    Cast,
    /// The type of a call.
    CallType,
    /// A method that makes a call.
    Call,
    /// `request_builder` of a call.
    Onward,
    /// A variant of an operation group.
    GroupMember,
}

/// One public item, or one thing that an item does.
#[derive(Debug, Clone)]
pub(in crate::semver) struct Element {
    pub part: Part,
    /// Without this other element it cannot be there.
    pub parent: Option<String>,
    /// Where changes of it are reported: owner and member.
    pub shown: (String, Option<String>),
    /// What a report says beside the place.
    pub detail: String,
    /// The places of the metadata that it is made from.
    pub places: Vec<String>,
    /// The types that it belongs to: its own and those that this one extends.
    pub types: Vec<String>,
    /// The name in Rust, if it has one of its own.
    pub name: String,
    /// Whether it is only reached with the name of its parent before it: a variant, a constant.
    pub is_qualified: bool,
    /// Types of what it takes and gives, in the metadata's words.
    pub signature: String,
}

impl Element {
    /// Where changes of it are reported.
    pub fn place(&self) -> Untrusted {
        match &self.shown {
            (owner, Some(member)) => format!("{owner}/{member}").into(),
            (owner, None) => owner.as_str().into(),
        }
    }

    /// An item that is reported at an owner, and at a member of it.
    pub fn new(part: Part, owner: &str, member: Option<&str>) -> Self {
        Self {
            part,
            parent: None,
            shown: (owner.to_owned(), member.map(str::to_owned)),
            detail: String::new(),
            places: Vec::new(),
            types: Vec::new(),
            name: String::new(),
            is_qualified: false,
            signature: String::new(),
        }
    }
}
