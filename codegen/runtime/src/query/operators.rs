//! The methods that properties, variables and expressions share: operators and functions
//! (OData URL Conventions 4.01, section "Common Expression Syntax").

use std::ops::{Add, Div, Mul, Neg, Not, Rem, Sub};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::Value;

use super::apply::{Aggregate, Alias};
use super::composed::PropertyPath;
use super::expression::{Expression, Filter, null_check};
use super::lambda::Variable;
use super::operand::{Operand, Place, Shape};
use super::order::OrderBy;
use super::text::Text;
use crate::model::Property;
use crate::value::{Decimal, EnumMember, Flags, Fractional, Number, Primitive, PromotesTo};

/// Methods that call a function of the standard.
macro_rules! functions {
    ($($(#[$docs:meta])* $name:ident($($argument:ident: $taken:ty),*) -> $given:ty = $function:literal;)+) => {
        $(
            $(#[$docs])*
            pub fn $name(self $(, $argument: impl Operand<T, $taken>)*) -> Expression<T, $given> {
                let call = Expression::call($function, self);
                $(let call = call.with::<$taken>($argument);)*
                call
            }
        )+
    };
}

macro_rules! comparisons {
    ($($(#[$docs:meta])* $name:ident = $operator:literal;)+) => {
        $(
            $(#[$docs])*
            pub fn $name(self, other: impl Operand<T, V>) -> Filter<T> {
                Expression::infix::<V, V>(self, concat!(" ", $operator, " "), other, Shape::Comparison)
            }
        )+
    };
}

/// Operators of Rust that are operators of OData.
macro_rules! arithmetic {
    ($operand:ident: $($trait:ident $method:ident $operator:literal;)+) => {
        $(
            #[doc = concat!("The operator `", $operator, "`.")]
            impl<T, V: Number, O: Operand<T, V>> $trait<O> for $operand<T, V> {
                type Output = Expression<T, V>;

                fn $method(self, other: O) -> Expression<T, V> {
                    Expression::infix::<V, V>(self, concat!(" ", $operator, " "), other, Shape::Arithmetic)
                }
            }
        )+
    };
}

/// Points in time that durations are added to.
macro_rules! durations {
    ($operand:ident: $($point:ty),+) => {
        $(
            /// The point in time that is later by a duration.
            impl<T, O: Operand<T, TimeDelta>> Add<O> for $operand<T, $point> {
                type Output = Expression<T, $point>;

                fn add(self, duration: O) -> Self::Output {
                    Expression::infix::<$point, TimeDelta>(self, " add ", duration, Shape::Arithmetic)
                }
            }

            /// The point in time that is earlier by a duration.
            impl<T, O: Operand<T, TimeDelta>> Sub<O> for $operand<T, $point> {
                type Output = Expression<T, $point>;

                fn sub(self, duration: O) -> Self::Output {
                    Expression::infix::<$point, TimeDelta>(self, " sub ", duration, Shape::Arithmetic)
                }
            }

            impl<T> $operand<T, $point> {
                /// The duration from another point in time to this one.
                pub fn since(self, other: impl Operand<T, $point>) -> Expression<T, TimeDelta> {
                    Expression::infix::<$point, $point>(self, " sub ", other, Shape::Arithmetic)
                }
            }
        )+
    };
}

macro_rules! operators {
    ($($operand:ident)+) => { $(
        impl<T, V: Primitive> $operand<T, V> {
            comparisons! {
                /// Equal.
                eq = "eq";
                /// Not equal.
                ne = "ne";
                /// Greater, or later.
                gt = "gt";
                /// Greater, later or equal.
                ge = "ge";
                /// Less, or earlier.
                lt = "lt";
                /// Less, earlier or equal.
                le = "le";
            }

            /// Whether this is null.
            pub fn is_null(self) -> Filter<T> {
                null_check::<T, V>(self, " eq null")
            }

            /// Whether this is anything but null.
            pub fn is_not_null(self) -> Filter<T> {
                null_check::<T, V>(self, " ne null")
            }

            /// Whether this is one of the values: `x in (1,2)`. False if there are none.
            pub fn is_in<O: Operand<T, V>>(self, values: impl IntoIterator<Item = O>) -> Filter<T> {
                is_in::<T, V, O>(self, values)
            }

            /// Whether this is in a collection: `x in tags`, or `x in ["a","b"]` of 4.01.
            pub fn is_item_of(self, collection: impl Operand<T, Vec<V>>) -> Filter<T> {
                Expression::infix::<V, Vec<V>>(self, " in ", collection, Shape::Comparison)
            }

            /// This as a value of another type: the function `cast`.
            pub fn convert<W: Primitive>(self) -> Expression<T, W> {
                convert::<T, V, W>(self)
            }

            /// This as a number of a larger type, which it is without being written differently: services
            /// promote numbers by themselves.
            pub fn promote<W: Primitive>(self) -> Expression<T, W>
            where
                V: PromotesTo<W>,
            {
                Expression::primary(Operand::<T, V>::into_text(self, Place::Within(Shape::Negation)))
            }

            /// Ascending order by this.
            pub fn asc(self) -> OrderBy<T> {
                OrderBy::ascending::<V>(self)
            }

            /// Descending order by this.
            pub fn desc(self) -> OrderBy<T> {
                OrderBy::descending::<V>(self)
            }

            /// This under a name of its own, for `$compute`.
            pub fn alias(self, name: impl Into<String>) -> Alias<T, V> {
                Alias::new(Operand::<T, V>::into_text(self, Place::Separate), name.into())
            }

            /// The smallest of all: `min`.
            pub fn min(self) -> Aggregate<T, V> {
                Aggregate::with::<V>(self, "min")
            }

            /// The largest of all: `max`.
            pub fn max(self) -> Aggregate<T, V> {
                Aggregate::with::<V>(self, "max")
            }

            /// How many different ones there are: `countdistinct`.
            pub fn count_distinct(self) -> Aggregate<T, i64> {
                Aggregate::with::<V>(self, "countdistinct")
            }
        }

        impl<T> $operand<T, bool> {
            /// Whether both are true.
            pub fn and(self, other: impl Operand<T, bool>) -> Filter<T> {
                Expression::infix::<bool, bool>(self, " and ", other, Shape::And)
            }

            /// Whether one of them is true, or both.
            pub fn or(self, other: impl Operand<T, bool>) -> Filter<T> {
                Expression::infix::<bool, bool>(self, " or ", other, Shape::Or)
            }
        }

        /// Whether this is false: `not`.
        impl<T> Not for $operand<T, bool> {
            type Output = Filter<T>;

            fn not(self) -> Filter<T> {
                Expression::prefix::<bool>("not ", self, Shape::Not)
            }
        }

        arithmetic! {
            $operand:
            Add add "add";
            Sub sub "sub";
            Mul mul "mul";
            Div div "div";
            Rem rem "mod";
        }

        /// The operator `-`.
        impl<T, V: Number> Neg for $operand<T, V> {
            type Output = Expression<T, V>;

            fn neg(self) -> Expression<T, V> {
                Expression::prefix::<V>("-", self, Shape::Negation)
            }
        }

        impl<T, V: Number> $operand<T, V> {
            /// The quotient with its fraction, also of integers: the operator `divby` of 4.01.
            pub fn div_by(self, other: impl Operand<T, V>) -> Expression<T, Decimal> {
                Expression::infix::<V, V>(self, " divby ", other, Shape::Arithmetic)
            }

            /// The sum of all: `sum`.
            pub fn sum(self) -> Aggregate<T, V> {
                Aggregate::with::<V>(self, "sum")
            }

            /// The average of all: `average`.
            pub fn average(self) -> Aggregate<T, Decimal> {
                Aggregate::with::<V>(self, "average")
            }
        }

        impl<T, V: Fractional> $operand<T, V> {
            functions! {
                /// The nearest whole number, away from zero at a half.
                round() -> V = "round";
                /// The largest whole number that is not larger.
                floor() -> V = "floor";
                /// The smallest whole number that is not smaller.
                ceiling() -> V = "ceiling";
            }
        }

        impl<T> $operand<T, String> {
            functions! {
                /// Whether the other text is in this one.
                contains(text: String) -> bool = "contains";
                /// Whether this text starts with the other.
                starts_with(start: String) -> bool = "startswith";
                /// Whether this text ends with the other.
                ends_with(end: String) -> bool = "endswith";
                /// Whether this text matches a regular expression of ECMAScript (4.01).
                matches_pattern(pattern: String) -> bool = "matchesPattern";
                /// How many characters this text has.
                length() -> i32 = "length";
                /// Where the other text begins in this one, from 0; -1 if it is not in it.
                index_of(text: String) -> i32 = "indexof";
                /// What comes from this position on, counted from 0.
                substring(start: i32) -> String = "substring";
                /// So many characters from this position on, counted from 0.
                substring_of_length(start: i32, length: i32) -> String = "substring";
                /// In lower case.
                to_lower() -> String = "tolower";
                /// In upper case.
                to_upper() -> String = "toupper";
                /// Without white space at both ends.
                trim() -> String = "trim";
                /// This text and the other after it.
                concat(text: String) -> String = "concat";
            }
        }

        impl<T, E: EnumMember> $operand<T, Flags<E>> {
            /// Whether all these members are set.
            pub fn has(self, members: impl Operand<T, Flags<E>>) -> Filter<T> {
                Expression::infix::<Flags<E>, Flags<E>>(self, " has ", members, Shape::Comparison)
            }
        }

        impl<T> $operand<T, DateTime<Utc>> {
            functions! {
                /// The year.
                year() -> i32 = "year";
                /// The month, from 1.
                month() -> i32 = "month";
                /// The day of the month, from 1.
                day() -> i32 = "day";
                /// The hour, from 0.
                hour() -> i32 = "hour";
                /// The minute, from 0.
                minute() -> i32 = "minute";
                /// The whole second, from 0.
                second() -> i32 = "second";
                /// The fraction of the second.
                fractional_seconds() -> Decimal = "fractionalseconds";
                /// The date.
                date() -> NaiveDate = "date";
                /// The time of day.
                time() -> NaiveTime = "time";
                /// By how many minutes the time zone is ahead of UTC.
                total_offset_minutes() -> i32 = "totaloffsetminutes";
            }
        }

        durations!($operand: DateTime<Utc>, NaiveDate);

        impl<T> $operand<T, NaiveDate> {
            functions! {
                /// The year.
                year() -> i32 = "year";
                /// The month, from 1.
                month() -> i32 = "month";
                /// The day of the month, from 1.
                day() -> i32 = "day";
            }
        }

        impl<T> $operand<T, NaiveTime> {
            functions! {
                /// The hour, from 0.
                hour() -> i32 = "hour";
                /// The minute, from 0.
                minute() -> i32 = "minute";
                /// The whole second, from 0.
                second() -> i32 = "second";
                /// The fraction of the second.
                fractional_seconds() -> Decimal = "fractionalseconds";
            }
        }

        impl<T> $operand<T, TimeDelta> {
            functions! {
                /// How many seconds the duration has, with their fraction.
                total_seconds() -> Decimal = "totalseconds";
            }
        }

        impl<T> $operand<T, Value> {
            functions! {
                /// The distance to another geographic or geometric point.
                geo_distance(to: Value) -> f64 = "geo.distance";
                /// The length of a line.
                geo_length() -> f64 = "geo.length";
                /// Whether this point is in a polygon.
                geo_intersects(polygon: Value) -> bool = "geo.intersects";
            }
        }
    )+ };
}

operators!(Property PropertyPath Variable Expression);

fn is_in<T, V, O: Operand<T, V>>(
    value: impl Operand<T, V>,
    values: impl IntoIterator<Item = O>,
) -> Filter<T> {
    let mut values = values.into_iter();
    let Some(first) = values.next() else {
        // The standard has no empty list.
        let mut text = Text::new();
        text.push("false");
        return Expression::primary(text);
    };
    let mut text = value.into_text(Place::Within(Shape::Comparison));
    text.push(" in (");
    first.write(Place::Separate, &mut text);
    for value in values {
        text.push(",");
        value.write(Place::Separate, &mut text);
    }
    text.push(")");
    Expression::new(text, Shape::Comparison)
}

fn convert<T, V, W: Primitive>(value: impl Operand<T, V>) -> Expression<T, W> {
    let call: Expression<T, W> = Expression::call("cast", value);
    call.with_name(W::TYPE_NAME)
}
