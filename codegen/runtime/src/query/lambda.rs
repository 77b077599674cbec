//! `any` and `all`: conditions on the items of a collection.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use super::expression::{Expression, Filter};
use super::operand::{Operand, Place};
use super::text::Text;

/// The variable of [`any`](crate::Property::any) or [`all`](crate::Property::all): one item of a
/// collection, an `R`, in an expression about a `T`.
///
/// For an item that has properties, [`then`](Self::then) leads to them; others are values themselves.
/// Properties without the variable are those of the `T`.
pub struct Variable<T, R> {
    name: &'static str,
    types: PhantomData<fn() -> (T, R)>,
}

/// What variables are called, from the outermost lambda inwards.
const NAMES: [&str; 8] = ["x", "y", "z", "u", "v", "w", "s", "t"];

thread_local! {
    /// How many lambdas the one that is being made is in. They must not share a name, or an inner
    /// variable would be taken for the outer one.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Counts a lambda until it is dropped, also by a panic.
struct Inner;

impl Inner {
    fn enter() -> (Self, usize) {
        (Self, DEPTH.replace(DEPTH.get() + 1))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

impl<T, R> Variable<T, R> {
    pub(super) fn named(name: &'static str) -> Self {
        Self {
            name,
            types: PhantomData,
        }
    }

    /// Its name in the expression.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// `collection/any(x:condition)`
pub(super) fn lambda<T, R, C: Operand<T, bool>>(
    collection: &str,
    operator: &str,
    condition: impl FnOnce(Variable<T, R>) -> C,
) -> Filter<T> {
    let (_inner, depth) = Inner::enter();
    let mut text = Text::new();
    // Deeper than anybody goes: services allow two or three. It is refused, never mistaken.
    let Some(name) = NAMES.get(depth).copied() else {
        text.refuse("lambdas are nested more deeply than the 8 levels that there are names for");
        return Expression::primary(text);
    };
    text.push(collection);
    text.push(operator);
    text.push("(");
    text.push(name);
    text.push(":");
    condition(Variable::named(name)).write(Place::Separate, &mut text);
    text.push(")");
    Expression::primary(text)
}

impl<T, R> Clone for Variable<T, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R> Copy for Variable<T, R> {}

impl<T, R> fmt::Debug for Variable<T, R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Variable({:?})", self.name)
    }
}
