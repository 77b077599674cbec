//! Lists: on one line, with their only item on several, filled, or with a line for each item.

use super::code::{Code, List, Shape};
use super::space::{Extent, STEP, Space, width};
use super::writer::{Chains, TooWide, Writer, Written};

/// The most columns of arguments, and of items of an array, on one line ("fn call width", "array width").
const SHORT: usize = 60;

/// The most columns of a struct's fields on one line ("struct lit width").
const SHORT_FIELDS: usize = 18;

/// The widest items of an array of which several are on each line ("short array element width threshold").
const SHORT_ITEM: usize = 10;

impl Writer<'_> {
    /// How wide it is if it takes one line there.
    pub(super) fn flat_list(&self, list: &List, space: Space) -> Option<usize> {
        let inside = inside(list, space);
        let place = overflowing(list, space).unwrap_or(place(space));
        let mut items = 2 * list.items.len().saturating_sub(1);
        for item in &list.items {
            items += self.flat(item, place)?;
        }
        let brackets = width(&list.open) + list.close.len();
        let spaces = if list.shape == Shape::Fields && !list.items.is_empty() {
            2
        } else {
            0
        };
        (items <= most(list, inside)).then_some(brackets + spaces + items)
    }

    /// A list that does not fit on one line.
    pub(super) fn list(&mut self, list: &List, space: Space) -> Written {
        self.out.push_str(&list.open);
        let start = self.out.len();
        if self.overflow(list, space).is_err() {
            self.out.truncate(start);
            match list.items.as_slice() {
                // A call that could have gone on from here would have been broken rather than be this wide.
                [item] if self.is_within(item, list, space) => item.write_flat(self.out),
                _ => self.lines(list, space)?,
            }
        }
        self.out.push_str(list.close);
        Ok(())
    }

    /// An only item that begins on the first line and goes on over the next ones.
    fn overflow(&mut self, list: &List, space: Space) -> Written {
        let [item] = list.items.as_slice() else {
            return Err(TooWide);
        };
        let place = overflowing(list, space).ok_or(TooWide)?;
        let chains = match item.is_method_call() && !is_combined(list) {
            true => std::mem::replace(&mut self.chains, Chains::Unbroken),
            false => self.chains,
        };
        let start = self.out.len();
        let written = self.write(item, place);
        self.chains = chains;
        written?;
        let Extent { first, .. } = Extent::of(&self.out[start..]);
        match first <= place.width.min(SHORT) {
            true => Ok(()),
            false => Err(TooWide),
        }
    }

    /// The items on lines of their own, or as many of them as fit on each.
    fn lines(&mut self, list: &List, space: Space) -> Written {
        let place = place(space);
        let is_filled = match list.shape {
            Shape::Names => true,
            Shape::Values => list.items.iter().all(|item| self.is_short(item, place)),
            Shape::Fields | Shape::Types => false,
        };
        let (mut used, mut lines) = (0, 0);
        for (at, item) in list.items.iter().enumerate() {
            // On the only line, the last comma has a column of its own.
            let comma = usize::from(at + 1 < list.items.len() || lines > 1);
            let width = self.flat(item, place).unwrap_or_default() + comma;
            if is_filled && used > 0 && used + 1 + width <= place.width {
                self.out.push(' ');
                used += 1 + width;
            } else {
                self.new_line(place.indent);
                (used, lines) = (width, lines + 1);
            }
            self.write(item, place)?;
            self.out.push(',');
        }
        self.new_line(space.indent);
        Ok(())
    }

    /// Whether an item that is alone fits between the brackets on one line.
    fn is_within(&self, item: &Code, list: &List, space: Space) -> bool {
        let width = self.flat(item, place(space));
        list.shape == Shape::Values && width.is_some_and(|it| it <= inside(list, space).width)
    }

    /// Whether several like it may be on one line of a list that takes several.
    fn is_short(&self, item: &Code, place: Space) -> bool {
        let width = self.flat(item, place);
        item.is_simple() && width.is_some_and(|width| width <= SHORT_ITEM)
    }
}

/// The place of an item that may go on from the line where the list begins. Only one that is alone may: rustfmt
/// has others go on if they are closures or blocks, which are not emitted.
fn overflowing(list: &List, space: Space) -> Option<Space> {
    let [item] = list.items.as_slice() else {
        return None;
    };
    let may = list.shape == Shape::Values && (is_combined(list) || item.overflows());
    let inside = inside(list, space);
    may.then_some(match item.is_call() {
        true => Space {
            width: inside.width.min(SHORT),
            ..inside
        },
        false => inside,
    })
}

/// Whether what is before the item takes no more than an indentation, as that of `Ok(item`.
fn is_combined(list: &List) -> bool {
    list.open.len() <= STEP
}

/// The place between the brackets, on the line where the list begins.
fn inside(list: &List, space: Space) -> Space {
    let spaces = if list.shape == Shape::Fields { 2 } else { 0 };
    let before = width(&list.open) + spaces / 2;
    let after = list.close.len() + spaces / 2;
    space.after(before).without(after)
}

/// The place of an item on a line of its own, with a comma behind it.
fn place(space: Space) -> Space {
    space.inner().without(1)
}

/// The most columns of the items on one line.
fn most(list: &List, inside: Space) -> usize {
    match list.shape {
        Shape::Fields => inside.width.min(SHORT_FIELDS),
        // A macro's or function's only argument may take the whole line.
        Shape::Values if list.items.len() > 1 => inside.width.min(SHORT),
        Shape::Values | Shape::Types | Shape::Names => inside.width,
    }
}
