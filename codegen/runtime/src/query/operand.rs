//! What may stand on either side of an operator, or be the argument of a function.

use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;

use super::composed::{NavigationPath, PropertyPath};
use super::expression::{Expression, Place};
use super::items::CollectionItem;
use super::lambda::Variable;
use super::text::Text;
use crate::model::{NavigationProperty, Property};
use crate::value::{Decimal, EnumMember, Flags, LiteralValue, Primitive, member_literal};

/// A value of type `V` in an expression about a `T`: a value of Rust, a property, or an expression.
///
/// A `&str` is a value of `String`; an integer one of a floating-point or decimal type; a member one of
/// a type of flags.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `{V}` in an expression about `{T}`",
    label = "not a `{V}`",
    note = "the value must have the property's type, and a property must be one of `{T}`; \
            a number of another type can be converted with `promote` or `convert`"
)]
pub trait Operand<T, V>: Sized {
    /// Appends it, in parentheses where its place needs them.
    #[doc(hidden)]
    fn write(self, place: Place, text: &mut Text);

    /// It alone, with room for what follows.
    #[doc(hidden)]
    fn into_text(self, place: Place) -> Text {
        let mut text = Text::new();
        self.write(place, &mut text);
        text
    }
}

impl<T, V> Operand<T, V> for Expression<T, V> {
    fn write(self, place: Place, text: &mut Text) {
        if place.needs_parentheses(self.shape) {
            text.push("(");
            text.append(self.text);
            text.push(")");
        } else {
            text.append(self.text);
        }
    }

    fn into_text(mut self, place: Place) -> Text {
        if place.needs_parentheses(self.shape) {
            self.text.enclose();
        }
        self.text
    }
}

macro_rules! paths {
    ($($path:ident)+) => {
        $(impl<T, V> Operand<T, V> for $path<T, V> {
            fn write(self, _: Place, text: &mut Text) {
                text.push(self.name());
            }
        })+
    };
}

paths!(Property PropertyPath NavigationProperty NavigationPath Variable);

impl<T, V: Primitive> Operand<T, V> for V {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(&self);
    }
}

impl<T, V: Primitive> Operand<T, V> for &V {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(self);
    }
}

impl<T> Operand<T, String> for &str {
    fn write(self, _: Place, text: &mut Text) {
        text.push_quoted(self);
    }
}

impl<T> Operand<T, DateTime<Utc>> for DateTime<FixedOffset> {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(&self.to_utc());
    }
}

/// Geographic and geometric values, and others whose type the metadata does not say.
impl<T> Operand<T, Value> for LiteralValue {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(&self);
    }
}

impl<T, E: EnumMember> Operand<T, Flags<E>> for E {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(&member_literal(&self));
    }
}

/// The literals of integers are literals of these types, too.
macro_rules! integers {
    ($($integer:ty => $($other:ty),+;)+) => {
        $($(impl<T> Operand<T, $other> for $integer {
            fn write(self, _: Place, text: &mut Text) {
                text.push_literal(&self);
            }
        })+)+
    };
}

integers! {
    i32 => f32, f64, Decimal;
}

impl<T, V: Primitive + CollectionItem> Operand<T, Vec<V>> for Vec<V> {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(&*self);
    }
}

impl<T, V: Primitive> Operand<T, Vec<V>> for &[V] {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(self);
    }
}

impl<T, V: Primitive, const N: usize> Operand<T, Vec<V>> for [V; N] {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(&self[..]);
    }
}

impl<T, const N: usize> Operand<T, Vec<String>> for [&str; N] {
    fn write(self, _: Place, text: &mut Text) {
        text.push_literal(&self[..]);
    }
}
