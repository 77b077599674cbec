//! Values of OData's primitive types: as literals of URLs, as JSON, and within limits of depth and memory.

pub mod json;
pub mod literal;

mod decimal;
pub(crate) mod extent;
mod flags;
mod member;
pub(crate) mod memory;
mod numbers;
mod primitive;

pub use decimal::{Decimal, ParseDecimalError};
pub use flags::Flags;
pub use literal::{Literal, LiteralValue};
pub use member::{
    EnumLiterals, EnumMember, deserialize_member, deserialize_member_or_keep, member_literal,
};

pub use primitive::{Fractional, Number, Primitive, PromotesTo};

pub(crate) use numbers::Numbers;

/// The value of an `Edm.Guid`: a UUID.
pub type Guid = uuid::Uuid;
