//! What `$orderby` takes.

use std::fmt;
use std::marker::PhantomData;

use super::composed::PropertyPath;
use super::expression::Expression;
use super::operand::{Operand, Place};
use super::text::Text;
use crate::model::Property;
use crate::value::Primitive;

/// An order of `T`s by one value, such as [`User::DISPLAY_NAME.desc()`](crate::Property::desc).
#[must_use = "an order does nothing until it is part of a request"]
pub struct OrderBy<T> {
    text: Text,
    model: PhantomData<fn() -> T>,
}

impl<T> OrderBy<T> {
    pub(super) fn ascending<V>(by: impl Operand<T, V>) -> Self {
        Self {
            text: by.into_text(Place::Separate),
            model: PhantomData,
        }
    }

    pub(super) fn descending<V>(by: impl Operand<T, V>) -> Self {
        let mut order = Self::ascending(by);
        order.text.push(" desc");
        order
    }
}

impl<T> Clone for OrderBy<T> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            model: PhantomData,
        }
    }
}

impl<T> fmt::Debug for OrderBy<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OrderBy").finish_non_exhaustive()
    }
}

/// One order of `T`s or several, the first of which counts most: alone, in a tuple, an array or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order of `{T}`",
    label = "not an order of `{T}`",
    note = "orders are properties of `{T}`, `asc()` and `desc()` of them, and several in a tuple"
)]
pub trait Ordering<T> {
    #[doc(hidden)]
    fn add_to(self, list: &mut Text);
}

impl<T> Ordering<T> for OrderBy<T> {
    fn add_to(self, list: &mut Text) {
        list.next(',');
        list.append(self.text);
    }
}

macro_rules! values {
    ($($value:ident)+) => {
        $(impl<T, V: Primitive> Ordering<T> for $value<T, V> {
            fn add_to(self, list: &mut Text) {
                OrderBy::ascending::<V>(self).add_to(list);
            }
        })+
    };
}

values!(Property PropertyPath Expression);

super::lists::lists!(Ordering);
