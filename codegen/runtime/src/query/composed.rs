//! Paths of several steps.

use std::fmt;
use std::marker::PhantomData;

/// A property that is reached through others, from a `T` to a `V`: `start/dateTime`.
///
/// [`Property::then`](crate::Property::then) makes it. It has the same methods as a property.
pub struct PropertyPath<T, V> {
    path: String,
    types: PhantomData<fn() -> (T, V)>,
}

/// A navigation property that is reached through others, from a `T` to a `V`: `address/country`.
pub struct NavigationPath<T, V> {
    path: String,
    types: PhantomData<fn() -> (T, V)>,
}

/// What both have.
macro_rules! composed {
    ($($path:ident)+) => { $(
        impl<T, V> $path<T, V> {
            pub(super) fn new(path: String) -> Self {
                Self {
                    path,
                    types: PhantomData,
                }
            }

            /// The path, as it is sent.
            pub fn name(&self) -> &str {
                &self.path
            }
        }

        impl<T, V> Clone for $path<T, V> {
            fn clone(&self) -> Self {
                Self::new(self.path.clone())
            }
        }

        impl<T, V> fmt::Debug for $path<T, V> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({:?})", stringify!($path), self.path)
            }
        }
    )+ };
}

composed!(PropertyPath NavigationPath);
