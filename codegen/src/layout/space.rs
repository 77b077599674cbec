//! Where something is to be written, and how wide it may be.

use unicode_width::UnicodeWidthStr as _;

/// The longest line.
pub(super) const WIDTH: usize = 100;

/// How much deeper an inner line is.
pub(super) const STEP: usize = 4;

/// The room that an expression has: a column, and how much of its line it may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Space {
    /// How deep the line is.
    pub indent: usize,
    /// How far behind the indentation it begins.
    pub offset: usize,
    /// How wide its first line may be.
    pub width: usize,
}

impl Space {
    /// A line of its own.
    pub fn line(indent: usize) -> Self {
        Self {
            indent,
            offset: 0,
            width: WIDTH.saturating_sub(indent),
        }
    }

    /// What is left behind so many columns.
    pub fn after(self, columns: usize) -> Self {
        Self {
            offset: self.offset + columns,
            ..self.without(columns)
        }
    }

    /// The same, with so many columns kept for what follows.
    pub fn without(self, columns: usize) -> Self {
        Self {
            width: self.width.saturating_sub(columns),
            ..self
        }
    }

    /// A line of its own, one step deeper.
    pub fn inner(self) -> Self {
        Self::line(self.indent + STEP)
    }

    /// How many columns are kept for what follows.
    pub fn kept(self) -> usize {
        WIDTH.saturating_sub(self.indent + self.offset + self.width)
    }

    /// The column behind it.
    pub fn end(self) -> usize {
        self.indent + self.offset + self.width
    }
}

/// What is known of a text that was laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// The width of its first line.
    pub first: usize,
    /// The width of its last line, from the margin unless it is the first.
    pub last: usize,
    pub lines: usize,
    /// What its first line ends with.
    pub opens: Option<char>,
}

impl Extent {
    pub fn of(text: &str) -> Self {
        let first = text.split('\n').next().unwrap_or_default();
        let last = text.rsplit('\n').next().unwrap_or_default();
        Self {
            first: width(first),
            last: width(last),
            lines: 1 + text.matches('\n').count(),
            opens: first.chars().next_back(),
        }
    }

    pub fn is_line(self) -> bool {
        self.lines == 1
    }

    /// Whether what is on a line of its own, as `next`, is better than this behind what goes before it.
    pub fn is_worse_than(self, next: Self) -> bool {
        let breaks_at = |bracket| self.opens == Some(bracket) && next.opens != Some(bracket);
        next.is_line() || self.lines > next.lines + 1 || ['(', '{', '['].into_iter().any(breaks_at)
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => text.width(),
    }
}
