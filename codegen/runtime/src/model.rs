//! What generated models say of themselves, and how their objects are read and written.

mod members;
mod object;
mod odata_type;
mod property;

pub use object::{AdditionalProperties, JsonObject, Member, MemberValue, Members};
pub use odata_type::{DerivedFrom, ODataType};
pub use property::{NavigationProperty, Property};

pub(crate) use members::RawMembers;
pub(crate) use object::{Name, Related};
