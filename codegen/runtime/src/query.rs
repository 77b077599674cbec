//! Query options whose parts the compiler checks: filters, orders, expansions, searches, aggregations.
//!
//! Generated models have a constant for each property, which knows the model that it belongs to and
//! the type of its values. Everything here is made of these constants, so a misspelled property, one of
//! another type, or a text where a number is needed does not compile, and no value can become syntax.
//!
//! ```
//! # use odata_runtime::{List, NavigationProperty, ODataType, Property};
//! # fn listed<User: ODataType, Message: ODataType>(
//! #     list: List<User>,
//! #     display_name: Property<User, String>,
//! #     enabled: Property<User, bool>,
//! #     messages: NavigationProperty<User, Vec<Message>>,
//! #     subject: Property<Message, String>,
//! # ) -> List<User> {
//! # struct Users<U, M>(U, M);
//! list.filter(display_name.clone().starts_with("A").and(enabled.eq(true)))
//!     .order_by(display_name.desc())
//!     .expand(messages.select(subject).top(5))
//! # }
//! ```
//!
//! With a generated model, `display_name` is `User::DISPLAY_NAME`.
//!
//! * [`Property`](crate::Property) and [`NavigationProperty`](crate::NavigationProperty) have the methods:
//!   comparisons, functions, [`then`](crate::Property::then) for paths, and
//!   [`any`](crate::Property::any) and [`all`](crate::Property::all) for collections.
//! * [`Expression`] is what they give, with the same methods; a [`Filter`] is one that is true or false.
//!   [`Display`](std::fmt::Display) shows it as it is sent, before it is encoded.
//! * What the builder does not have can be written as text, with values that stay values: [`template`].

mod apply;
mod composed;
mod expand;
mod expression;
mod functions;
mod items;
mod lambda;
mod lists;
mod operand;
mod operands;
mod operators;
mod order;
mod path;
mod search;
mod select;
mod template;
mod text;

pub use apply::{Aggregate, Alias, Aliases, Apply};
pub use composed::{NavigationPath, PropertyPath};
pub use expand::{Expand, Expansion, Levels};
pub use expression::{Expression, Filter};
pub use functions::{it, literal, max_date_time, min_date_time, now};
pub use items::CollectionItem;
pub use lambda::Variable;
pub use operand::Operand;
pub use order::{OrderBy, Ordering};
pub use path::{Path, Related, Step};
pub use search::Search;
pub use select::Selection;
pub use template::template;

pub(crate) use operand::Place;
pub(crate) use text::Text;

#[cfg(test)]
mod tests;
