//! Paths: from a property to what is below it.

use super::composed::{NavigationPath, PropertyPath};
use super::expression::{Expression, Filter, null_check};
use super::items::CollectionItem;
use super::lambda::{Variable, lambda};
use super::operand::{Operand, Place};
use super::text::Text;
use crate::model::{DerivedFrom, NavigationProperty, ODataType, Property};
use crate::value::Primitive;

/// What a path ends in: a property, a navigation property, or the variable of a lambda.
pub trait Path {
    #[doc(hidden)]
    fn text(&self) -> &str;
}

macro_rules! named {
    ($($path:ident)+) => {
        $(impl<T, V> Path for $path<T, V> {
            fn text(&self) -> &str {
                self.name()
            }
        })+
    };
}

named!(Property PropertyPath NavigationProperty NavigationPath Variable);

/// A property or navigation property of `R`, as the next step of a path.
pub trait Step<R>: Path + Sized {
    /// The same, seen from a `T`.
    type From<T>;

    #[doc(hidden)]
    fn at<T>(path: String) -> Self::From<T>;
}

macro_rules! steps {
    ($($step:ident to $path:ident;)+) => {
        $(impl<R, V> Step<R> for $step<R, V> {
            type From<T> = $path<T, V>;

            fn at<T>(path: String) -> $path<T, V> {
                $path::new(path)
            }
        })+
    };
}

steps! {
    Property to PropertyPath;
    PropertyPath to PropertyPath;
    NavigationProperty to NavigationPath;
    NavigationPath to NavigationPath;
}

/// What a navigation property leads to: a model, or a collection of it.
pub trait Related {
    /// The model.
    type Item: ODataType;
}

impl<R: ODataType> Related for R {
    type Item = R;
}

impl<R: ODataType> Related for Vec<R> {
    type Item = R;
}

fn joined(path: &str, segment: &str) -> String {
    match path {
        // The root itself.
        "$it" => segment.to_owned(),
        _ => format!("{path}/{segment}"),
    }
}

fn below<T, R, S: Step<R>>(path: &str, step: &S) -> S::From<T> {
    S::at(joined(path, step.text()))
}

/// What paths have that lead to values with properties, and to collections.
macro_rules! paths {
    ($($path:ident to $ended:ident;)+) => {
        $(
            impl<T, R: ODataType> $path<T, R> {
                /// The path that goes on to a property of this value: `start/dateTime`.
                pub fn then<S: Step<R>>(self, step: S) -> S::From<T> {
                    below(self.text(), &step)
                }

                /// This value where it is a `D`: a type-cast segment, `sender/ns.contact`.
                pub fn cast<D: DerivedFrom<R>>(self) -> $ended<T, D> {
                    $ended::new(joined(self.text(), D::NAME))
                }

                /// Whether this value is a `D`: the function `isof`.
                pub fn is_of<D: DerivedFrom<R>>(self) -> Filter<T> {
                    is_of(self.text(), D::NAME)
                }
            }

            impl<T, R: CollectionItem> $path<T, Vec<R>> {
                /// Whether the condition holds for an item of the collection.
                ///
                /// ```text
                /// User::ASSIGNED_LICENSES.any(|license| license.then(License::SKU_ID).eq(sku))
                /// assignedLicenses/any(x:x/skuId eq …)
                /// ```
                pub fn any<C: Operand<T, bool>>(
                    self,
                    condition: impl FnOnce(Variable<T, R>) -> C,
                ) -> Filter<T> {
                    lambda(self.text(), "/any", condition)
                }

                /// Whether the condition holds for all items of the collection.
                pub fn all<C: Operand<T, bool>>(
                    self,
                    condition: impl FnOnce(Variable<T, R>) -> C,
                ) -> Filter<T> {
                    lambda(self.text(), "/all", condition)
                }

                /// Whether the collection has items: `any` without a condition.
                pub fn has_items(self) -> Filter<T> {
                    ended(self.text(), "/any()")
                }

                /// How many items the collection has: `/$count`.
                pub fn count(self) -> Expression<T, i64> {
                    ended(self.text(), "/$count")
                }
            }

            impl<T, R: ODataType> $path<T, Vec<R>> {
                /// How many items of the collection the condition, on one of them, holds for:
                /// `/$count($filter=…)` of 4.01.
                pub fn count_where(self, condition: impl Operand<R, bool>) -> Expression<T, i64> {
                    let mut text = Text::new();
                    text.push(self.text());
                    text.push("/$count($filter=");
                    condition.write(Place::Separate, &mut text);
                    text.push(")");
                    Expression::primary(text)
                }

                /// Those items of the collection that are a `D`: a type-cast segment.
                pub fn cast<D: DerivedFrom<R>>(self) -> $ended<T, Vec<D>> {
                    $ended::new(joined(self.text(), D::NAME))
                }
            }

            impl<T, V: Primitive + CollectionItem> $path<T, Vec<V>> {
                /// Whether all values of the other collection are in this one: the function
                /// `hassubset` of 4.01.
                pub fn has_subset(self, values: impl Operand<T, Vec<V>>) -> Filter<T> {
                    Expression::call::<Vec<V>>("hassubset", self).with(values)
                }

                /// Whether the other collection's values are in this one in their order: the function
                /// `hassubsequence` of 4.01.
                pub fn has_subsequence(self, values: impl Operand<T, Vec<V>>) -> Filter<T> {
                    Expression::call::<Vec<V>>("hassubsequence", self).with(values)
                }
            }
        )+
    };
}

paths! {
    Property to PropertyPath;
    PropertyPath to PropertyPath;
    NavigationProperty to NavigationPath;
    NavigationPath to NavigationPath;
    Variable to PropertyPath;
}

fn ended<T, V>(path: &str, end: &str) -> Expression<T, V> {
    let mut text = Text::new();
    text.push(path);
    text.push(end);
    Expression::primary(text)
}

fn is_of<T>(path: &str, name: &str) -> Filter<T> {
    let mut text = Text::new();
    text.push("isof(");
    if path != "$it" {
        text.push(path);
        text.push(",");
    }
    text.push(name);
    text.push(")");
    Expression::primary(text)
}

impl<D: ODataType, V> Property<D, V> {
    /// This property of the derived type `D`, as seen from its base type: `ns.book/title`.
    pub fn cast_from<B: ODataType>(self) -> PropertyPath<B, V>
    where
        D: DerivedFrom<B>,
    {
        PropertyPath::new(joined(D::NAME, self.name()))
    }
}

impl<D: ODataType, V> NavigationProperty<D, V> {
    /// This navigation property of the derived type `D`, as seen from its base type.
    pub fn cast_from<B: ODataType>(self) -> NavigationPath<B, V>
    where
        D: DerivedFrom<B>,
    {
        NavigationPath::new(joined(D::NAME, self.name()))
    }
}

macro_rules! related {
    ($($path:ident)+) => { $(
        impl<T, R: ODataType> $path<T, R> {
            /// Whether there is no related entity.
            pub fn is_null(self) -> Filter<T> {
                null_check(self, " eq null")
            }

            /// Whether there is a related entity.
            pub fn is_not_null(self) -> Filter<T> {
                null_check(self, " ne null")
            }
        }
    )+ };
}

related!(NavigationProperty NavigationPath);
