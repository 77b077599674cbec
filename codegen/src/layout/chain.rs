//! Chains of calls: on one line, with the arguments of the last call on several, or with a line for each call.

use super::code::Code;
use super::space::{Extent, STEP, Space};
use super::writer::{Chains, TooWide, Writer, Written};

/// The most columns of a chain with several links on one line ("chain width").
const SHORT: usize = 60;

/// The fewest lines of a last call for which the others share a line.
const MANY_LINES: usize = 5;

/// What a chain begins with, as it is written.
struct Root {
    extent: Extent,
    ends_with_brackets: bool,
}

/// Where the last link of a chain goes.
enum End {
    /// Behind the others.
    Behind(Space),
    /// On a line of its own.
    Below(Space),
}

impl Writer<'_> {
    /// How wide it is if it takes one line there.
    pub(super) fn flat_chain(&self, links: &[Code], space: Space) -> Option<usize> {
        let (first, others) = links.split_first()?;
        let (last, middle) = others.split_last()?;
        let child = child(space);
        let mut width = self.flat(first, space)?;
        let mut is_root = width <= longest_root(space);
        for link in middle {
            width += self.flat(link, child)?;
            is_root &= width <= longest_root(space);
        }
        width += self.flat(last, space.after(width))?;
        let most = match is_root {
            true => space.width,
            false => most(links, space),
        };
        let tries = if is_root { 0 } else { last.tries() };
        (width + tries <= most).then_some(width)
    }

    /// A chain that does not fit on one line.
    pub(super) fn chain(&mut self, links: &[Code], space: Space) -> Written {
        let start = self.out.len();
        let (rest, ends_with_bracket) = self.root(links, space)?;
        let Some((last, middle)) = rest.split_last() else {
            return self.check(start, space);
        };
        // What ends with a bracket on a line of its own is gone on from there.
        let child = match ends_with_bracket {
            true => Space::line(space.indent),
            false => child(space),
        };
        let root = Root {
            extent: Extent::of(&self.out[start..]),
            ends_with_brackets: ends_with_brackets(&self.out[start..]),
        };
        match self.end(root, (middle, last), (space, child), most(links, space))? {
            End::Behind(place) => {
                middle.iter().for_each(|link| link.write_flat(self.out));
                self.write(last, place)?;
            }
            End::Below(_) if self.chains == Chains::Unbroken => return Err(TooWide),
            End::Below(place) => {
                for link in middle {
                    self.new_line(child.indent);
                    self.write(link, child)?;
                }
                self.new_line(child.indent);
                self.write(last, place)?;
            }
        }
        self.check(start, space)
    }

    /// Where the last link goes.
    fn end(
        &mut self,
        root: Root,
        (middle, last): (&[Code], &Code),
        (space, child): (Space, Space),
        most: usize,
    ) -> Result<End, TooWide> {
        let tries = last.tries();
        // rustfmt counts `?` more than once.
        let below = child.without(space.kept() + tries);
        if !root.extent.is_line() {
            // As if the line of the bracket went on.
            let used = root.extent.last;
            let place = child.after(used).without(2 * tries);
            let left = most.saturating_sub(used + tries);
            let is_tall =
                root.ends_with_brackets && self.is_better_behind(last, place, left, below);
            return Ok(End::Below(if is_tall { place } else { below }));
        }
        let middle = middle.iter().map(|link| self.flat(link, child));
        let used = middle
            .sum::<Option<usize>>()
            .map(|it| root.extent.first + it);
        let Some(used) = used.filter(|used| used + tries < most) else {
            return Ok(End::Below(below));
        };
        // What cannot be written where the chain begins is not written below it either.
        self.attempt(last, space.without(tries)).ok_or(TooWide)?;
        let place = space.after(used).without(2 * tries);
        let is_behind = self.is_better_behind(last, place, most - used - tries, below);
        Ok(match is_behind {
            true => End::Behind(place),
            false => End::Below(below),
        })
    }

    /// The first link, and those that would leave no more than an indentation before them. Gives what is left, and
    /// whether it goes on below a bracket.
    fn root<'c>(&mut self, links: &'c [Code], space: Space) -> Result<(&'c [Code], bool), TooWide> {
        let Some((first, mut rest)) = links.split_first() else {
            return Ok((links, false));
        };
        let start = self.out.len();
        self.write(first, space)?;
        let mut root = Extent::of(&self.out[start..]);
        let mut ends_with_bracket = matches!(first, Code::List(_)) && !root.is_line();
        while let Some((link, others)) = rest.split_first()
            && root.is_line()
            && root.first <= longest_root(space)
            && self
                .write_if_possible(link, space.after(root.first))
                .is_some()
        {
            root = Extent::of(&self.out[start..]);
            ends_with_bracket = ends_with_brackets(&self.out[start..]);
            rest = others;
        }
        Ok((rest, ends_with_bracket))
    }

    /// Whether the last link is better off behind the others, of whose line so much is left, than on a line of
    /// its own.
    fn is_better_behind(&mut self, last: &Code, behind: Space, left: usize, below: Space) -> bool {
        let Some(behind) = self.attempt(last, behind) else {
            return false;
        };
        let below = self.attempt(last, below);
        let is_shorter_below = below.is_some_and(|below| below.lines < behind.lines);
        behind.first <= left && (behind.lines >= MANY_LINES || !is_shorter_below)
    }
}

/// The place of a link on a line of its own.
fn child(space: Space) -> Space {
    space.inner()
}

/// The longest beginning of a chain that does not stand alone on its line.
fn longest_root(space: Space) -> usize {
    STEP.saturating_sub(space.offset)
}

/// The most columns of a chain on one line.
fn most(links: &[Code], space: Space) -> usize {
    match links.len() {
        2 => space.width,
        _ => space.width.min(SHORT),
    }
}

/// Whether the last line of a text consists of brackets.
fn ends_with_brackets(text: &str) -> bool {
    let mut end = text.chars().rev();
    let end = end.find(|c| *c == '\n' || !("()[]}?>".contains(*c) || c.is_whitespace()));
    end.is_none_or(|c| c == '\n')
}
