//! Expressions that begin with no property.

use chrono::{DateTime, Utc};

use super::expression::Expression;
use super::lambda::Variable;
use super::text::Text;
use crate::model::ODataType;
use crate::value::Primitive;

/// The `T` that the expression is about: `$it`.
///
/// [`is_of`](Variable::is_of) asks for its type, and [`then`](Variable::then) leads to its properties, as
/// they do by themselves.
pub fn it<T: ODataType>() -> Variable<T, T> {
    Variable::named("$it")
}

/// A value, for expressions that begin with one.
pub fn literal<T, V: Primitive>(value: V) -> Expression<T, V> {
    let mut text = Text::new();
    text.push_literal(&value);
    Expression::primary(text)
}

/// The time at which the service reads the request.
pub fn now<T>() -> Expression<T, DateTime<Utc>> {
    function("now()")
}

/// The earliest time that the service knows.
pub fn min_date_time<T>() -> Expression<T, DateTime<Utc>> {
    function("mindatetime()")
}

/// The latest time that the service knows.
pub fn max_date_time<T>() -> Expression<T, DateTime<Utc>> {
    function("maxdatetime()")
}

fn function<T, V>(call: &str) -> Expression<T, V> {
    let mut text = Text::new();
    text.push(call);
    Expression::primary(text)
}
