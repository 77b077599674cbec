//! The names of a model's properties, typed by the model and by their values.

use std::fmt;
use std::marker::PhantomData;

/// A structural property of the model `T` with values of type `V`: what query options are made of.
///
/// Generated models have one as an associated constant for each property. `V` is the type of the field,
/// without `Option`. Operators and functions are methods, such as [`eq`](Self::eq) and
/// [`desc`](Self::desc); [`then`](Self::then) goes on to a property of the value. See
/// [`query`](crate::query).
pub struct Property<T, V> {
    name: &'static str,
    types: PhantomData<fn() -> (T, V)>,
}

/// A navigation property of the model `T`: what `$expand` names.
///
/// `V` is the model that it leads to, or a `Vec` of it. See [`query`](crate::query).
pub struct NavigationProperty<T, V> {
    name: &'static str,
    types: PhantomData<fn() -> (T, V)>,
}

/// What both have.
macro_rules! named {
    ($($property:ident)+) => { $(
        impl<T, V> $property<T, V> {
            /// The one with this name in the metadata.
            pub const fn new(name: &'static str) -> Self {
                Self {
                    name,
                    types: PhantomData,
                }
            }

            /// The name in the metadata.
            pub const fn name(&self) -> &'static str {
                self.name
            }
        }

        // Derived impls would ask the same of the types.
        impl<T, V> Clone for $property<T, V> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T, V> Copy for $property<T, V> {}

        impl<T, V> fmt::Debug for $property<T, V> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({:?})", stringify!($property), self.name)
            }
        }
    )+ };
}

named!(Property NavigationProperty);
