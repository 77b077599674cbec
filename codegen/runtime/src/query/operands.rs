//! Values of Rust and paths as operands.

use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;

use super::composed::{NavigationPath, PropertyPath};
use super::expression::Expression;
use super::items::CollectionItem;
use super::lambda::Variable;
use super::operand::{Operand, Place};
use super::text::Text;
use crate::model::{NavigationProperty, Property};
use crate::value::{Decimal, EnumMember, Flags, LiteralValue, Primitive, member_literal};

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

macro_rules! expressions {
    ($($path:ident)+) => {
        $(impl<T, V> From<$path<T, V>> for Expression<T, V> {
            fn from(path: $path<T, V>) -> Self {
                Self::primary(path.into_text(Place::Separate))
            }
        })+
    };
}

expressions!(Property PropertyPath Variable);
