//! What is sent together, and in which order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::part::Part;
use crate::error::{Error, ErrorKind, Result};
use crate::http::BatchSettings;

/// What is never split: a request by itself, or all of an atomicity group.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The parts, in their order.
    pub(super) members: Vec<usize>,
    /// The parts of other units that must have succeeded.
    pub(super) depends_on: Vec<usize>,
}

/// The units of a batch, each behind those that it depends on.
pub(super) fn units(parts: &[Part], settings: BatchSettings) -> Result<Vec<Unit>> {
    let mut units: Vec<Unit> = Vec::new();
    let groups = parts.iter().filter_map(|part| part.group).max();
    let mut unit_of_group = vec![None; groups.map_or(0, |last| last + 1)];
    let mut unit_of = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let next = units.len();
        let unit = match part.group {
            Some(group) => *unit_of_group[group].get_or_insert(next),
            None => next,
        };
        if unit == next {
            units.push(Unit {
                members: Vec::new(),
                depends_on: Vec::new(),
            });
        }
        units[unit].members.push(index);
        unit_of.push(unit);
    }
    for (index, part) in parts.iter().enumerate() {
        let unit = unit_of[index];
        for earlier in &part.depends_on {
            if unit_of[*earlier] != unit && !units[unit].depends_on.contains(earlier) {
                units[unit].depends_on.push(*earlier);
            }
        }
    }
    if let Some(limit) = settings.limit
        && let Some(unit) = units.iter().find(|unit| unit.members.len() > limit)
    {
        let message = format!(
            "an atomicity group has {} requests, but the service takes {limit} at a time, and a group \
             cannot be split",
            unit.members.len()
        );
        return Err(Error::new(ErrorKind::InvalidRequest, message));
    }
    in_order(units, &unit_of)
}

/// Puts units behind those that they depend on, and leaves them in their order otherwise.
fn in_order(units: Vec<Unit>, unit_of: &[usize]) -> Result<Vec<Unit>> {
    let mut followers = vec![Vec::new(); units.len()];
    let mut waiting_for = vec![0_usize; units.len()];
    for (index, unit) in units.iter().enumerate() {
        for earlier in &unit.depends_on {
            let followers = &mut followers[unit_of[*earlier]];
            // It waits for that unit once, however many of its parts it depends on.
            if followers.last() != Some(&index) {
                followers.push(index);
                waiting_for[index] += 1;
            }
        }
    }
    let free = (0..units.len()).filter(|index| waiting_for[*index] == 0);
    let mut free: BinaryHeap<_> = free.map(Reverse).collect();
    let mut units: Vec<_> = units.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(units.len());
    while let Some(Reverse(next)) = free.pop() {
        for follower in &followers[next] {
            waiting_for[*follower] -= 1;
            if waiting_for[*follower] == 0 {
                free.push(Reverse(*follower));
            }
        }
        ordered.extend(units[next].take());
    }
    if ordered.len() < units.len() {
        let message = "an atomicity group depends on a request that depends on the group, so neither can \
                       be sent first";
        return Err(Error::new(ErrorKind::InvalidRequest, message));
    }
    Ok(ordered)
}
