//! `$orderby`: properties, and how literals compare.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::PropertyPath;
use crate::error::{Refusal, excerpt};
use crate::literal::Literal;
use crate::service::Service;

/// A property to order by.
#[derive(Debug)]
pub(super) struct OrderBy {
    property: PropertyPath,
    descending: bool,
}

pub(super) fn parse(service: &Service, ty: &str, text: &str) -> Result<Vec<OrderBy>, Refusal> {
    text.split(',')
        .map(|item| {
            let mut words = item.split_whitespace();
            let (path, direction) = (words.next().unwrap_or_default(), words.next());
            if path.contains('(') {
                return Err(Refusal::not_implemented(
                    "The emulator orders by properties only, not by expressions.",
                ));
            }
            let descending = match (direction, words.next()) {
                (None | Some("asc"), None) => false,
                (Some("desc"), None) => true,
                _ => {
                    return Err(Refusal::bad_request(format!(
                        "'{}' is no item of $orderby.",
                        excerpt(item)
                    )));
                }
            };
            Ok(OrderBy {
                property: PropertyPath::parse(service, ty, path)?,
                descending,
            })
        })
        .collect()
}

pub(super) fn compare(
    order: &[OrderBy],
    a: &Map<String, Value>,
    b: &Map<String, Value>,
) -> Ordering {
    let mut orderings = order.iter().map(|by| {
        let ordering = by.property.value(a).order(&by.property.value(b));
        let ordering = ordering.unwrap_or(Ordering::Equal);
        if by.descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
    orderings
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

impl Literal {
    /// How two values of one type compare, null before all others; none when they do not.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Null, _) => Some(Ordering::Less),
            (_, Self::Null) => Some(Ordering::Greater),
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(b)),
            (Self::String(a), Self::String(b)) => Some(a.cmp(b)),
            (Self::Boolean(a), Self::Boolean(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::DateTimeOffset(a), Self::DateTimeOffset(b)) => Some(a.cmp(b)),
            (Self::TimeOfDay(a), Self::TimeOfDay(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Guid(a), Self::Guid(b)) => Some(a.cmp(b)),
            (Self::Binary(a), Self::Binary(b)) => Some(a.cmp(b)),
            (Self::Enum(a), Self::Enum(b)) => Some(a.cmp(b)),
            (a, b) => a.number()?.partial_cmp(&b.number()?),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Double(value) => Some(*value),
            Self::Decimal(digits) => digits.parse().ok(),
            _ => None,
        }
    }
}
