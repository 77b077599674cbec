//! What takes one item or several.

/// Implements a trait of items for tuples, arrays and vectors of them.
macro_rules! lists {
    ($list:ident) => {
        impl<T, I: $list<T>, const N: usize> $list<T> for [I; N] {
            fn add_to(self, list: &mut Text) {
                self.into_iter().for_each(|item| item.add_to(list));
            }
        }

        impl<T, I: $list<T>> $list<T> for Vec<I> {
            fn add_to(self, list: &mut Text) {
                self.into_iter().for_each(|item| item.add_to(list));
            }
        }

        $crate::query::lists::lists! { $list: A B C D E F G H I J K L M N O P }
    };
    ($list:ident: $first:ident $($rest:ident)*) => {
        #[allow(non_snake_case, reason = "variables are called as their types are")]
        impl<Model, $first: $list<Model>, $($rest: $list<Model>),*> $list<Model>
            for ($first, $($rest,)*)
        {
            fn add_to(self, list: &mut Text) {
                let ($first, $($rest,)*) = self;
                $first.add_to(list);
                $($rest.add_to(list);)*
            }
        }

        $crate::query::lists::lists! { $list: $($rest)* }
    };
    ($list:ident:) => {};
}

pub(super) use lists;
