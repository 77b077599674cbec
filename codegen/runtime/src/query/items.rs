//! What collections with conditions consist of.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::model::ODataType;
use crate::value::{Decimal, EnumMember, Flags, Guid};

/// What may be in a collection that has `any` and `all`: everything but bytes, of which binary values
/// are made.
pub trait CollectionItem {}

impl<R: ODataType> CollectionItem for R {}

impl<E: EnumMember> CollectionItem for Flags<E> {}

macro_rules! items {
    ($($item:ty)+) => {
        $(impl CollectionItem for $item {})+
    };
}

items! {
    bool i8 i16 i32 i64 f32 f64 Decimal String Vec<u8> Guid DateTime<Utc> NaiveDate NaiveTime TimeDelta
}
