//! Sums and products, exact where the values are.

use std::cmp::Ordering;

use chrono::TimeDelta;

use super::Operator;
use crate::literal::Literal;

/// The most digits after the point that a product keeps exact.
const MAX_SCALE: u32 = 28;

/// A number: exact, or a floating-point one.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) enum Number {
    /// `digits / 10^scale`.
    Exact {
        digits: i128,
        scale: u32,
    },
    Float(f64),
}

impl Number {
    pub(in crate::query) fn of(literal: &Literal) -> Option<Self> {
        match literal {
            Literal::Integer(value) => Some(Self::Exact {
                digits: i128::from(*value),
                scale: 0,
            }),
            Literal::Double(value) => Some(Self::Float(*value)),
            Literal::Decimal(text) => {
                Self::decimal(text).or_else(|| text.parse().ok().map(Self::Float))
            }
            _ => None,
        }
    }

    fn decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let scale = u32::try_from(fraction.len()).ok()?;
        let digits = format!("{whole}{fraction}").parse().ok()?;
        (scale <= MAX_SCALE).then_some(Self::Exact { digits, scale })
    }

    pub(super) fn float(self) -> f64 {
        match self {
            Self::Exact { digits, scale } => digits as f64 / 10_f64.powi(scale.cast_signed()),
            Self::Float(value) => value,
        }
    }

    pub(super) fn literal(self) -> Literal {
        let (digits, scale) = match self {
            Self::Float(value) => return Literal::Double(value),
            Self::Exact { digits, scale } => (digits, scale),
        };
        if scale == 0
            && let Ok(value) = i64::try_from(digits)
        {
            return Literal::Integer(value);
        }
        let sign = if digits < 0 { "-" } else { "" };
        let width = scale as usize + 1;
        let text = format!("{:0width$}", digits.unsigned_abs());
        let (whole, fraction) = text.split_at(text.len() - scale as usize);
        let point = if fraction.is_empty() { "" } else { "." };
        Literal::Decimal(format!("{sign}{whole}{point}{fraction}"))
    }

    /// Digits of both with as many after the point, if they are exact and not too large.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let (
            Self::Exact {
                digits: a,
                scale: x,
            },
            Self::Exact {
                digits: b,
                scale: y,
            },
        ) = (self, other)
        else {
            return None;
        };
        let scale = x.max(y);
        let raise = |digits: i128, by: u32| digits.checked_mul(10_i128.checked_pow(by)?);
        Some((raise(a, scale - x)?, raise(b, scale - y)?, scale))
    }

    /// How two numbers compare; NaN does with none.
    pub(in crate::query) fn order(self, other: Self) -> Option<Ordering> {
        match self.aligned(other) {
            Some((a, b, _)) => Some(a.cmp(&b)),
            None => self.float().partial_cmp(&other.float()),
        }
    }

    fn exact(self, operator: Operator, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        let both_whole = scale == 0;
        let (digits, scale) = match operator {
            Operator::Add => (a.checked_add(b)?, scale),
            Operator::Sub => (a.checked_sub(b)?, scale),
            Operator::Mul => (a.checked_mul(b)?, scale * 2),
            Operator::Mod => (a.checked_rem(b)?, scale),
            // `div` of whole numbers is a whole number, `divby` is not.
            Operator::Div if both_whole => (a.checked_div(b)?, 0),
            _ => return None,
        };
        (scale <= MAX_SCALE).then_some(Self::Exact { digits, scale })
    }
}

/// The value of an arithmetic expression; null when there is none, as of a division by zero.
pub(in crate::query) fn calculate(operator: Operator, a: &Literal, b: &Literal) -> Literal {
    numeric(operator, a, b)
        .or_else(|| temporal(operator, a, b))
        .unwrap_or(Literal::Null)
}

fn numeric(operator: Operator, a: &Literal, b: &Literal) -> Option<Literal> {
    let (a, b) = (Number::of(a)?, Number::of(b)?);
    if let Some(exact) = a.exact(operator, b) {
        return Some(exact.literal());
    }
    let is_exact = a.aligned(b).is_some();
    let (x, y) = (a.float(), b.float());
    if is_exact && y == 0.0 {
        return Some(Literal::Null);
    }
    Some(Literal::Double(match operator {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mul => x * y,
        Operator::Div | Operator::DivBy => x / y,
        Operator::Mod => x % y,
        _ => return None,
    }))
}

/// Instants, dates and durations.
fn temporal(operator: Operator, a: &Literal, b: &Literal) -> Option<Literal> {
    use Literal::{Date, DateTimeOffset, Duration};
    use Operator::{Add, Div, DivBy, Mul, Sub};
    let delta = |nanoseconds: i128| i64::try_from(nanoseconds).ok().map(TimeDelta::nanoseconds);
    let nanoseconds = |delta: TimeDelta| {
        let seconds = i128::from(delta.num_seconds()) * 1_000_000_000;
        seconds + i128::from(delta.subsec_nanos())
    };
    Some(match (operator, a, b) {
        (Add, DateTimeOffset(at), Duration(by)) | (Add, Duration(by), DateTimeOffset(at)) => {
            DateTimeOffset(at.checked_add_signed(delta(*by)?)?)
        }
        (Sub, DateTimeOffset(at), Duration(by)) => {
            DateTimeOffset(at.checked_sub_signed(delta(*by)?)?)
        }
        (Add, Date(day), Duration(by)) | (Add, Duration(by), Date(day)) => {
            Date(day.checked_add_signed(delta(*by)?)?)
        }
        (Sub, Date(day), Duration(by)) => Date(day.checked_sub_signed(delta(*by)?)?),
        (Sub, DateTimeOffset(a), DateTimeOffset(b)) => Duration(nanoseconds(*a - *b)),
        (Sub, Date(a), Date(b)) => Duration(nanoseconds(*a - *b)),
        (Add, Duration(a), Duration(b)) => Duration(a.checked_add(*b)?),
        (Sub, Duration(a), Duration(b)) => Duration(a.checked_sub(*b)?),
        (Mul, Duration(by), number) | (Mul, number, Duration(by)) => {
            Duration((*by as f64 * Number::of(number)?.float()) as i128)
        }
        (Div | DivBy, Duration(by), number) => {
            let number = Number::of(number)?.float();
            if number == 0.0 {
                return None;
            }
            Duration((*by as f64 / number) as i128)
        }
        _ => return None,
    })
}

/// The value with the other sign.
pub(super) fn negate(value: &Literal) -> Literal {
    match value {
        Literal::Duration(nanoseconds) => Literal::Duration(-nanoseconds),
        other => match Number::of(other) {
            Some(Number::Exact { digits, scale }) => Number::Exact {
                digits: -digits,
                scale,
            }
            .literal(),
            Some(Number::Float(value)) => Literal::Double(-value),
            None => Literal::Null,
        },
    }
}
