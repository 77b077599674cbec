//! What generated models say of themselves, and how their objects are read and written.

pub mod object;

mod members;
mod odata_type;
mod property;

pub use odata_type::{DerivedFrom, ODataType};
pub use property::{NavigationProperty, OrderBy, Property};

pub(crate) use members::Members;
