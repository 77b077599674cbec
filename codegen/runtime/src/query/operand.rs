//! What may stand on either side of an operator, or be the argument of a function.

use super::text::Text;

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

/// What an expression is outside of all parentheses, and so whether it needs some within another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A path, a literal or a call of a function.
    Primary,
    /// `-x`
    Negation,
    /// `not x`
    Not,
    /// `x add y` and the like.
    Arithmetic,
    /// `x eq y` and the like.
    Comparison,
    And,
    Or,
    /// A text that somebody else wrote.
    Unknown,
}

/// Where an operand stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Between parentheses or commas, or alone.
    Separate,
    /// At the side of an operator of this shape.
    Within(Shape),
}

impl Place {
    pub(super) fn needs_parentheses(self, shape: Shape) -> bool {
        match (self, shape) {
            (Self::Separate, _) | (_, Shape::Primary) => false,
            (Self::Within(Shape::And | Shape::Or), Shape::Comparison | Shape::Not) => false,
            // `a and b and c` means one thing only.
            (Self::Within(outer @ (Shape::And | Shape::Or)), inner) => outer != inner,
            _ => true,
        }
    }
}
