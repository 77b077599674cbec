//! `$orderby`, and how literals compare.

use std::cmp::Ordering;

use super::expression::{Expression, Number, Scope};
use crate::literal::Literal;
use crate::service::Service;
use crate::store::{Id, Store};

/// Puts entities in the order of expressions, each with whether it descends.
pub(super) fn sort(
    service: &Service,
    store: &Store,
    order: &[(Expression, bool)],
    ids: &mut Vec<Id>,
) {
    let mut keyed: Vec<(Vec<Literal>, Id)> = ids
        .iter()
        .map(|id| {
            let mut scope = Scope::new(service, store, *id);
            let keys = order.iter().map(|(by, _)| scope.value(by)).collect();
            (keys, *id)
        })
        .collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let mut orderings = order
            .iter()
            .zip(a.iter().zip(b))
            .map(|((_, descends), (a, b))| {
                let ordering = a.order(b).unwrap_or(Ordering::Equal);
                if *descends {
                    ordering.reverse()
                } else {
                    ordering
                }
            });
        let first = orderings.find(|ordering| ordering.is_ne());
        first.unwrap_or(Ordering::Equal)
    });
    *ids = keyed.into_iter().map(|(_, id)| id).collect();
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
            // A date is the instant at which it begins.
            (Self::DateTimeOffset(a), Self::Date(b)) => Some(a.naive_utc().cmp(&(*b).into())),
            (Self::Date(a), Self::DateTimeOffset(b)) => {
                Some(chrono::NaiveDateTime::from(*a).cmp(&b.naive_utc()))
            }
            (Self::TimeOfDay(a), Self::TimeOfDay(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Guid(a), Self::Guid(b)) => Some(a.cmp(b)),
            (Self::Binary(a), Self::Binary(b)) => Some(a.cmp(b)),
            (Self::Enum(a), Self::Enum(b)) => Some(a.value.cmp(&b.value)),
            (a, b) => Number::of(a)?.order(Number::of(b)?),
        }
    }
}
