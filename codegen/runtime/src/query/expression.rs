//! Expressions of values, typed by what they are about and what they give.

use std::fmt;
use std::marker::PhantomData;

use super::operand::{Operand, Place, Shape};
use super::text::Text;

/// An expression about a `T`, whose value is a `V`: what `$filter`, `$orderby` and `$compute` take.
///
/// It is made of [properties](crate::Property) and has the same methods. Its
/// [`Display`](fmt::Display) is the text that is sent, before it is encoded; [`Debug`](fmt::Debug) does
/// not show it, since it may have personal data in it.
///
/// Where one operator is within another, there are parentheses: nobody needs to know which binds more
/// tightly. Comparisons within `and` and `or` do without.
#[must_use = "an expression does nothing until it is part of a request"]
pub struct Expression<T, V> {
    pub(crate) text: Text,
    pub(super) shape: Shape,
    types: PhantomData<fn() -> (T, V)>,
}

/// An expression that is true or false: what `$filter` takes.
pub type Filter<T> = Expression<T, bool>;

impl<T, V> Expression<T, V> {
    pub(super) fn new(text: Text, shape: Shape) -> Self {
        Self {
            text,
            shape,
            types: PhantomData,
        }
    }

    /// A path, a literal or a call of a function.
    pub(super) fn primary(text: Text) -> Self {
        Self::new(text, Shape::Primary)
    }

    /// `left operator right`
    pub(super) fn infix<A, B>(
        left: impl Operand<T, A>,
        operator: &str,
        right: impl Operand<T, B>,
        shape: Shape,
    ) -> Self {
        let place = Place::Within(shape);
        let mut text = left.into_text(place);
        text.push(operator);
        right.write(place, &mut text);
        Self::new(text, shape)
    }

    /// `operator operand`
    pub(super) fn prefix<A>(operator: &str, operand: impl Operand<T, A>, shape: Shape) -> Self {
        let mut text = Text::new();
        text.push(operator);
        let operand = operand.into_text(Place::Within(shape));
        // A negative number.
        if operand.as_str().starts_with(operator) {
            text.push("(");
            text.append(operand);
            text.push(")");
        } else {
            text.append(operand);
        }
        Self::new(text, shape)
    }

    /// `name(argument)`
    pub(super) fn call<A>(name: &str, argument: impl Operand<T, A>) -> Self {
        let mut text = Text::new();
        text.push(name);
        text.push("(");
        argument.write(Place::Separate, &mut text);
        text.push(")");
        Self::primary(text)
    }

    /// The call of a function, with one argument more.
    pub(super) fn with<A>(mut self, argument: impl Operand<T, A>) -> Self {
        self.text.reopen();
        self.text.push(",");
        argument.write(Place::Separate, &mut self.text);
        self.text.push(")");
        self
    }

    /// The call of a function, with the name of a type as one argument more.
    pub(super) fn with_name(mut self, name: &str) -> Self {
        self.text.reopen();
        self.text.push(",");
        self.text.push(name);
        self.text.push(")");
        self
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

impl<T, V> fmt::Display for Expression<T, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text.as_str())
    }
}

impl<T, V> fmt::Debug for Expression<T, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Expression").finish_non_exhaustive()
    }
}

impl<T, V> Clone for Expression<T, V> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone(), self.shape)
    }
}

/// `operand eq null`, or `ne`
pub(super) fn null_check<T, V>(operand: impl Operand<T, V>, operator: &str) -> Filter<T> {
    let mut text = operand.into_text(Place::Within(Shape::Comparison));
    text.push(operator);
    Expression::new(text, Shape::Comparison)
}
