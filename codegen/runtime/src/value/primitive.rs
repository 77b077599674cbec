//! What can be done with the values of a primitive type in an expression.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::Guid;
use super::decimal::Decimal;
use super::flags::Flags;
use super::literal::Literal;
use super::member::EnumMember;

/// A type of primitive values: they can be compared, and have literals.
///
/// Generated enumerations implement it, too.
pub trait Primitive: Literal + Sized {
    /// The name in the metadata, such as `Edm.Int32`.
    const TYPE_NAME: &'static str;
}

/// A type of numbers.
pub trait Number: Primitive {}

/// A type of numbers with fractions.
pub trait Fractional: Number {}

/// A type of numbers that services promote to `W` where one of that is needed
/// (OData URL Conventions 4.01, section "Numeric Promotion").
pub trait PromotesTo<W>: Number {}

macro_rules! primitives {
    ($($type:ty = $name:literal,)+) => {
        $(impl Primitive for $type {
            const TYPE_NAME: &'static str = $name;
        })+
    };
}

primitives! {
    bool = "Edm.Boolean",
    u8 = "Edm.Byte",
    i8 = "Edm.SByte",
    i16 = "Edm.Int16",
    i32 = "Edm.Int32",
    i64 = "Edm.Int64",
    f32 = "Edm.Single",
    f64 = "Edm.Double",
    Decimal = "Edm.Decimal",
    String = "Edm.String",
    Vec<u8> = "Edm.Binary",
    Guid = "Edm.Guid",
    DateTime<Utc> = "Edm.DateTimeOffset",
    NaiveDate = "Edm.Date",
    NaiveTime = "Edm.TimeOfDay",
    TimeDelta = "Edm.Duration",
}

impl<E: EnumMember> Primitive for Flags<E> {
    const TYPE_NAME: &'static str = E::TYPE_NAME;
}

macro_rules! promotions {
    ($($number:ty => $($larger:ty),*;)+) => {
        $(
            impl Number for $number {}
            $(impl PromotesTo<$larger> for $number {})*
        )+
    };
}

promotions! {
    u8 => i16, i32, i64, f32, f64, Decimal;
    i8 => i16, i32, i64, f32, f64, Decimal;
    i16 => i32, i64, f32, f64, Decimal;
    i32 => i64, f32, f64, Decimal;
    i64 => f32, f64, Decimal;
    Decimal => f32, f64;
    f32 => f64;
    f64 => ;
}

impl Fractional for f32 {}
impl Fractional for f64 {}
impl Fractional for Decimal {}
