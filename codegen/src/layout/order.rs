//! The order of modules and imports that stand next to each other.

use std::cmp::Ordering;

/// The order of names in the style of the edition 2024 ("version sorting"): `_` comes first, and digits are
/// the number that they stand for.
pub(super) fn by_version(a: &str, b: &str) -> Ordering {
    // More zeros before a number count only if all else is equal.
    let mut zeros = Ordering::Equal;
    let (mut chunks_a, mut chunks_b) = (Chunks(a), Chunks(b));
    loop {
        let order = match (chunks_a.next(), chunks_b.next()) {
            (None, None) => return zeros,
            (Some(Chunk::Number(a)), Some(Chunk::Number(b))) => {
                zeros = zeros.then_with(|| leading_zeros(b).cmp(&leading_zeros(a)));
                number(a).cmp(&number(b))
            }
            (a, b) => a.map(Chunk::text).cmp(&b.map(Chunk::text)),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The order of the parts of a path.
pub(super) fn of_segments(a: &str, b: &str) -> Ordering {
    let rank = |segment: &str| {
        ["self", "super", "crate"]
            .iter()
            .position(|it| *it == segment)
    };
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => by_version(a, b),
    }
}

/// A part of a name.
#[derive(Clone, Copy)]
enum Chunk<'a> {
    Underscore,
    Text(&'a str),
    Number(&'a str),
}

impl<'a> Chunk<'a> {
    fn text(self) -> &'a str {
        match self {
            // Before every other character.
            Self::Underscore => "",
            Self::Text(text) | Self::Number(text) => text,
        }
    }
}

struct Chunks<'a>(&'a str);

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let first = self.0.chars().next()?;
        let is_digit = |c: char| c.is_ascii_digit();
        let length = match first {
            '_' => Some(1),
            _ if is_digit(first) => self.0.find(|c| !is_digit(c)),
            _ => self.0.find(|c| c == '_' || is_digit(c)),
        };
        let (chunk, rest) = self.0.split_at(length.unwrap_or(self.0.len()));
        self.0 = rest;
        Some(match first {
            '_' => Chunk::Underscore,
            _ if is_digit(first) => Chunk::Number(chunk),
            _ => Chunk::Text(chunk),
        })
    }
}

fn leading_zeros(digits: &str) -> usize {
    digits.len() - digits.trim_start_matches('0').len()
}

/// A number that can be compared, of any length: a longer one is greater.
fn number(digits: &str) -> (usize, &str) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits)
}
