//! Which types go together.

use super::{Expression, Operator};
use crate::error::{Refusal, excerpt};
use crate::literal::{self, Literal};
use crate::service::{Primitive, Service, TypeRef, ValueType};

/// An expression, its type if that is known, and its text for messages.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) term: Term,
    pub(super) text: String,
}

/// A literal has the type that its neighbor asks for, so it is read last.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Unread(String),
    /// Absent for members that are not declared.
    Read(Expression, Option<TypeRef>),
}

/// What values are to comparisons and functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Boolean,
    Number,
    Text,
    /// A date with a time; takes dates too.
    Instant,
    Date,
    Time,
    Duration,
    Guid,
    Binary,
    Enumeration,
    Structured,
    Collection,
    /// Null, or a member that is not declared.
    Unknown,
}

/// A type that is no collection.
pub(super) fn single(name: &str) -> TypeRef {
    TypeRef {
        name: name.to_owned(),
        collection: false,
    }
}

pub(super) fn class(service: &Service, ty: Option<&TypeRef>) -> Class {
    let Some(ty) = ty else {
        return Class::Unknown;
    };
    match service.value_type(ty) {
        ValueType::Collection(_) => Class::Collection,
        ValueType::Structured(_) => Class::Structured,
        ValueType::Enum(_) => Class::Enumeration,
        ValueType::Unsupported(_) => Class::Unknown,
        ValueType::Primitive(primitive) => match primitive {
            Primitive::Boolean => Class::Boolean,
            Primitive::String => Class::Text,
            Primitive::DateTimeOffset => Class::Instant,
            Primitive::Date => Class::Date,
            Primitive::TimeOfDay => Class::Time,
            Primitive::Duration => Class::Duration,
            Primitive::Guid => Class::Guid,
            Primitive::Binary => Class::Binary,
            _ => Class::Number,
        },
    }
}

/// Reads a literal of the type that its neighbor has.
pub(super) fn read_as(
    service: &Service,
    text: &str,
    ty: &TypeRef,
    neighbor: &str,
    option: &str,
) -> Result<Expression, Refusal> {
    if text == "null" {
        return Ok(Expression::Literal(Literal::Null));
    }
    let value_type = service.value_type(ty);
    let mut types = vec![value_type.clone()];
    // Numbers are promoted, and a date is the instant at which it begins.
    if literal::is_numeric(&value_type) {
        types.extend([Primitive::Int64, Primitive::Decimal, Primitive::Double].map(Into::into));
    }
    if matches!(value_type, ValueType::Primitive(Primitive::DateTimeOffset)) {
        types.push(Primitive::Date.into());
    }
    if matches!(value_type, ValueType::Unsupported(_)) {
        return read(service, text, option).map(|(expression, _)| expression);
    }
    let mut read = types
        .iter()
        .map(|ty| literal::parse_literal(&in_full(service, text), ty));
    match read.find_map(Result::ok) {
        Some(literal) => Ok(Expression::Literal(literal)),
        None => Err(Refusal::bad_request(format!(
            "'{}' in {option} is not a literal of type {}, which '{}' has.",
            excerpt(text),
            value_type.name(),
            excerpt(neighbor)
        ))),
    }
}

/// A literal with its type's name in full.
fn in_full(service: &Service, text: &str) -> String {
    match text.split_once('\'') {
        Some((prefix, rest)) if prefix.contains('.') => {
            format!("{}'{rest}", service.full_name(prefix))
        }
        _ => text.to_owned(),
    }
}

/// Reads a literal of which only its form tells the type.
pub(super) fn read(
    service: &Service,
    text: &str,
    option: &str,
) -> Result<(Expression, Option<TypeRef>), Refusal> {
    if text == "null" {
        return Ok((Expression::Literal(Literal::Null), None));
    }
    let prefix = text.split_once('\'').map_or("", |(prefix, _)| prefix);
    if let Some(name) = service.enum_name(prefix) {
        let ty = single(&name);
        let expression = read_as(service, text, &ty, prefix, option)?;
        return Ok((expression, Some(ty)));
    }
    if ["geography", "geometry"]
        .iter()
        .any(|geo| prefix.eq_ignore_ascii_case(geo))
    {
        return Err(not_served(&format!("{prefix} literals"), option));
    }
    const FORMS: [Primitive; 11] = [
        Primitive::String,
        Primitive::Boolean,
        Primitive::Int64,
        Primitive::Guid,
        Primitive::Decimal,
        Primitive::Double,
        Primitive::Date,
        Primitive::DateTimeOffset,
        Primitive::TimeOfDay,
        Primitive::Duration,
        Primitive::Binary,
    ];
    let mut read = FORMS.iter().filter_map(|form| {
        let literal = literal::parse_literal(text, &(*form).into()).ok()?;
        Some((Expression::Literal(literal), Some(single(form.name()))))
    });
    read.next().ok_or_else(|| {
        Refusal::bad_request(format!("'{}' in {option} is no literal.", excerpt(text)))
    })
}

/// Whether values of two classes can be compared.
pub(super) fn are_comparable(a: Class, b: Class) -> bool {
    let is_day = |class| matches!(class, Class::Instant | Class::Date);
    a == b || a == Class::Unknown || b == Class::Unknown || (is_day(a) && is_day(b))
}

/// The type of an arithmetic expression; none when the operator does not take its operands.
pub(super) fn arithmetic(operator: Operator, a: Class, b: Class) -> Option<Class> {
    use Class::{Date, Duration, Instant, Number, Unknown};
    use Operator::{Add, Div, DivBy, Mul, Sub};
    Some(match (operator, a, b) {
        (_, Number | Unknown, Number | Unknown) => Number,
        (Add | Sub, Instant, Duration) | (Add, Duration, Instant) => Instant,
        (Add | Sub, Date, Duration) | (Add, Duration, Date) => Date,
        (Sub, Instant, Instant) | (Sub, Date, Date) => Duration,
        (Add | Sub, Duration, Duration) => Duration,
        (Mul | Div | DivBy, Duration, Number) | (Mul, Number, Duration) => Duration,
        _ => return None,
    })
}

/// A type of a class that arithmetic can give.
pub(super) fn type_of(class: Class) -> Option<TypeRef> {
    let primitive = match class {
        Class::Boolean => Primitive::Boolean,
        Class::Number => Primitive::Decimal,
        Class::Text => Primitive::String,
        Class::Instant => Primitive::DateTimeOffset,
        Class::Date => Primitive::Date,
        Class::Time => Primitive::TimeOfDay,
        Class::Duration => Primitive::Duration,
        _ => return None,
    };
    Some(single(primitive.name()))
}

pub(super) fn not_served(what: &str, option: &str) -> Refusal {
    Refusal::not_implemented(format!(
        "The emulator does not serve {} in {option}.",
        excerpt(what)
    ))
}
