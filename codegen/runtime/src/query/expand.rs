//! What `$expand` takes.

use std::fmt;
use std::marker::PhantomData;

use super::composed::NavigationPath;
use super::operand::{Operand, Place};
use super::order::Ordering;
use super::path::Related;
use super::search::Search;
use super::select::Selection;
use super::text::Text;
use crate::model::{NavigationProperty, ODataType};

/// What a navigation property of `T` leads to, included in a response, with options of its own.
///
/// `V` is what it leads to: a model, or a `Vec` of it. [`NavigationProperty`] has the same methods, so it
/// seldom needs to be named: `User::MESSAGES.select(Message::SUBJECT).top(5)`.
#[must_use = "it does nothing until it is part of a request"]
pub struct Expand<T, V> {
    path: Text,
    options: Text,
    types: PhantomData<fn() -> (T, V)>,
}

/// How many levels of a relation between values of one type are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Levels {
    /// So many.
    Of(u32),
    /// As many as the service gives.
    Max,
}

impl From<u32> for Levels {
    fn from(levels: u32) -> Self {
        Self::Of(levels)
    }
}

macro_rules! paths {
    ($($path:ident)+) => { $(
        impl<T, V> From<$path<T, V>> for Expand<T, V> {
            fn from(path: $path<T, V>) -> Self {
                let mut text = Text::new();
                text.push(path.name());
                Self {
                    path: text,
                    options: Text::default(),
                    types: PhantomData,
                }
            }
        }

        impl<T, V> Expansion<T> for $path<T, V> {
            fn add_to(self, list: &mut Text) {
                list.next(',');
                list.push(self.name());
            }
        }
    )+ };
}

paths!(NavigationProperty NavigationPath);

impl<T, V> Expand<T, V> {
    fn option(mut self, name: &str, write: impl FnOnce(&mut Text)) -> Self {
        self.options.next(';');
        self.options.push(name);
        self.options.push("=");
        let mut value = Text::default();
        write(&mut value);
        self.options.append(value);
        self
    }

    /// Includes references only: where the entities are, without their properties.
    pub fn references(mut self) -> Self {
        self.path.push("/$ref");
        self
    }
}

/// The options that [`Expand`] has, also begun at the navigation property.
macro_rules! options {
    ($($expand:ident)+) => { $(
        impl<T, V: Related> $expand<T, V> {
            /// Includes only these properties.
            pub fn select(self, properties: impl Selection<V::Item>) -> Expand<T, V> {
                Expand::from(self).option("$select", |list| properties.add_to(list))
            }

            /// Includes what these navigation properties lead to in turn.
            pub fn expand(self, properties: impl Expansion<V::Item>) -> Expand<T, V> {
                Expand::from(self).option("$expand", |list| properties.add_to(list))
            }

            /// Follows the navigation property from what it leads to, so many times in all.
            pub fn levels(self, levels: impl Into<Levels>) -> Expand<T, V> {
                let levels = match levels.into() {
                    Levels::Of(levels) => levels.to_string(),
                    Levels::Max => "max".to_owned(),
                };
                Expand::from(self).option("$levels", |text| text.push(&levels))
            }
        }

        impl<T, R: ODataType> $expand<T, Vec<R>> {
            /// Includes only the items for which the condition holds.
            pub fn filter(self, condition: impl Operand<R, bool>) -> Expand<T, Vec<R>> {
                Expand::from(self).option("$filter", |text| condition.write(Place::Separate, text))
            }

            /// Sorts the items.
            pub fn order_by(self, order: impl Ordering<R>) -> Expand<T, Vec<R>> {
                Expand::from(self).option("$orderby", |list| order.add_to(list))
            }

            /// Includes only items that match a search expression.
            pub fn search(self, search: impl Into<Search>) -> Expand<T, Vec<R>> {
                Expand::from(self).option("$search", |text| text.append(search.into().into_text()))
            }

            /// Includes this many items.
            pub fn top(self, count: u32) -> Expand<T, Vec<R>> {
                Expand::from(self).option("$top", |text| text.push(&count.to_string()))
            }

            /// Skips this many items.
            pub fn skip(self, count: u32) -> Expand<T, Vec<R>> {
                Expand::from(self).option("$skip", |text| text.push(&count.to_string()))
            }
        }
    )+ };
}

options!(Expand NavigationProperty NavigationPath);

impl<T, R: ODataType> Expand<T, Vec<R>> {
    /// Includes how many items there are (`$count=true`); the response has it as the annotation
    /// `count` of the property.
    pub fn count(self) -> Self {
        self.option("$count", |text| text.push("true"))
    }
}

impl<T, V> Clone for Expand<T, V> {
    fn clone(&self) -> Self {
        Self {
            path: self.path.clone(),
            options: self.options.clone(),
            types: PhantomData,
        }
    }
}

impl<T, V> fmt::Debug for Expand<T, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Expand")
            .field("path", &self.path.as_str())
            .finish_non_exhaustive()
    }
}

/// What one navigation property of `T` or several lead to: alone, in a tuple, an array or a `Vec`, each
/// with [options](Expand) or without.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name navigation properties of `{T}`",
    label = "not navigation properties of `{T}`",
    note = "structural properties are selected, not expanded; several navigation properties go into a tuple"
)]
pub trait Expansion<T> {
    #[doc(hidden)]
    fn add_to(self, list: &mut Text);
}

impl<T, V> Expansion<T> for Expand<T, V> {
    fn add_to(self, list: &mut Text) {
        list.next(',');
        list.append(self.path);
        if !self.options.as_str().is_empty() {
            list.push("(");
            list.append(self.options);
            list.push(")");
        }
    }
}

super::lists::lists!(Expansion);
