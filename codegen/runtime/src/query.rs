//! Query options whose parts the compiler checks: filters, orders, expansions, searches, aggregations.
//!
//! Generated models have a constant for each property, which knows the model that it belongs to and
//! the type of its values. Everything here is made of these constants, so a misspelled property, one of
//! another type, or a text where a number is needed does not compile, and no value can become syntax.
//!
//! ```
//! # use odata_runtime::{List, NavigationProperty, ODataType, Property};
//! # use odata_runtime::query::now;
//! # use odata_runtime::{AdditionalProperties, model};
//! # use chrono::{DateTime, TimeDelta, Utc};
//! # #[derive(Debug, Clone, Default, PartialEq)]
//! # struct User { name: Option<String>, tags: Option<Vec<String>>, messages: Option<Vec<Message>>, additional_properties: AdditionalProperties }
//! # model! { User { DISPLAY_NAME: name = "displayName" of String, TAGS: tags = "tags" of Vec<String>, } navigation { MESSAGES: messages = "messages" of Vec<Message>, } }
//! # impl ODataType for User { const NAME: &'static str = "ns.user"; }
//! # #[derive(Debug, Clone, Default, PartialEq)]
//! # struct Message { subject: Option<String>, received: Option<DateTime<Utc>>, additional_properties: AdditionalProperties }
//! # model! { Message { SUBJECT: subject = "subject" of String, RECEIVED: received = "received" of DateTime<Utc>, } }
//! # impl ODataType for Message { const NAME: &'static str = "ns.message"; }
//! # fn listed(users: List<User>, start: &str) -> List<User> {
//! users
//!     .filter(
//!         User::DISPLAY_NAME
//!             .starts_with(start)
//!             .and(User::TAGS.any(|tag| tag.eq("team"))),
//!     )
//!     .order_by(User::DISPLAY_NAME.desc())
//!     .select((User::DISPLAY_NAME, User::TAGS))
//!     .expand(
//!         User::MESSAGES
//!             .select(Message::SUBJECT)
//!             .filter(Message::RECEIVED.gt(now() - TimeDelta::days(7)))
//!             .top(5),
//!     )
//! # }
//! ```
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
