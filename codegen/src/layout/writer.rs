//! Expressions on as many lines as rustfmt gives them.

use super::code::Code;
use super::space::{Extent, Space, WIDTH, width};

/// What becomes of a text that is wider than its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overlong {
    /// Nothing is written of what it is in: it may fit elsewhere.
    Refused,
    /// It stands out.
    Kept,
}

/// Which chains of calls are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chains {
    Any,
    /// Those that are on one line, but for the arguments of the last call.
    Unbroken,
}

/// Appends expressions to a text.
pub(super) struct Writer<'o> {
    pub out: &'o mut String,
    pub overlong: Overlong,
    pub chains: Chains,
}

/// That there is no way to write it there.
#[derive(Debug)]
pub(super) struct TooWide;

pub(super) type Written = Result<(), TooWide>;

impl<'o> Writer<'o> {
    pub fn new(out: &'o mut String, overlong: Overlong) -> Self {
        Self {
            out,
            overlong,
            chains: Chains::Any,
        }
    }

    /// Appends an expression that begins at a place.
    pub fn write(&mut self, code: &Code, space: Space) -> Written {
        if self.flat(code, space).is_some() {
            code.write_flat(self.out);
            return Ok(());
        }
        match code {
            Code::Text(_) => Err(TooWide),
            Code::After(before, code) => {
                self.out.push_str(before);
                self.write(code, space.after(counted(before)))
            }
            Code::Field(name, value) => self.field(name, value, space),
            Code::List(list) => self.list(list, space),
            Code::Chain(links) => self.chain(links, space),
        }
    }

    /// How wide it is if it takes one line there.
    pub fn flat(&self, code: &Code, space: Space) -> Option<usize> {
        match code {
            Code::Text(text) => {
                let width = width(text);
                let is_kept = self.overlong == Overlong::Kept || code.is_string();
                (width <= space.width || is_kept).then_some(width)
            }
            Code::After(before, code) => {
                Some(width(before) + self.flat(code, space.after(counted(before)))?)
            }
            Code::Field(name, value) => {
                let before = width(name) + 1;
                Some(before + self.flat(value, space.after(before))?)
            }
            Code::List(list) => self.flat_list(list, space),
            Code::Chain(links) => self.flat_chain(links, space),
        }
    }

    /// `name: value`, in two lines if the value has no place behind the name.
    fn field(&mut self, name: &str, value: &Code, space: Space) -> Written {
        self.out.push_str(name);
        let end = self.out.len();
        self.out.push(' ');
        let behind = self.write(value, space.after(width(name) + 1));
        behind.or_else(|TooWide| {
            self.out.truncate(end);
            let inner = space.inner();
            self.new_line(inner.indent);
            self.write(value, inner)
        })
    }

    /// What it would be like.
    pub fn attempt(&mut self, code: &Code, space: Space) -> Option<Extent> {
        let start = self.out.len();
        let written = self.write(code, space);
        let extent = Extent::of(&self.out[start..]);
        self.out.truncate(start);
        written.is_ok().then_some(extent)
    }

    /// Appends it if it can be written there, and nothing if not.
    pub fn write_if_possible(&mut self, code: &Code, space: Space) -> Option<Extent> {
        let start = self.out.len();
        match self.write(code, space) {
            Ok(()) => Some(Extent::of(&self.out[start..])),
            Err(TooWide) => {
                self.out.truncate(start);
                None
            }
        }
    }

    pub fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// Refuses what is written from `start` on if it is wider than its place.
    pub fn check(&self, start: usize, space: Space) -> Written {
        let text = &self.out[start..];
        let is_within = self.overlong == Overlong::Kept || is_within(text, space);
        is_within.then_some(()).ok_or(TooWide)
    }
}

/// How much narrower the place of what follows is. rustfmt forgets `impl`.
fn counted(before: &str) -> usize {
    match before {
        "impl " => 0,
        _ => width(before),
    }
}

/// Whether no line of a text is too wide for where it begins.
fn is_within(text: &str, space: Space) -> bool {
    let Extent {
        first, last, lines, ..
    } = Extent::of(text);
    first <= space.width
        && (lines == 1
            || last <= space.end() && text.lines().skip(1).all(|line| width(line) <= WIDTH))
}
