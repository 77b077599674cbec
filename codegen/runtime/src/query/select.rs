//! What `$select` takes.

use super::composed::{NavigationPath, PropertyPath};
use super::text::Text;
use crate::model::{NavigationProperty, Property};

/// One property of `T` or several: alone, in a tuple, an array or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name properties of `{T}`",
    label = "not properties of `{T}`",
    note = "properties of several types go into a tuple: `(User::ID, User::CREATED)`"
)]
pub trait Selection<T> {
    #[doc(hidden)]
    fn add_to(self, list: &mut Text);
}

macro_rules! paths {
    ($($path:ident)+) => {
        $(impl<T, V> Selection<T> for $path<T, V> {
            fn add_to(self, list: &mut Text) {
                list.next(',');
                list.push(self.name());
            }
        })+
    };
}

paths!(Property PropertyPath NavigationProperty NavigationPath);

super::lists::lists!(Selection);
