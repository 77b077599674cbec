//! What stands before and behind an expression, and how it is broken with it.

use super::code::Code;
use super::space::{STEP, Space, width};
use super::writer::{Overlong, TooWide, Writer, Written};

/// Appends a line, or several, of a function: `before`, which ends with `=` or is empty, an expression, `;`.
pub(crate) fn statement(out: &mut String, indent: usize, before: &str, code: &Code) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(before);
    let space = Space::line(indent).without(1);
    match before {
        "" => write(out, code, space),
        _ => assign(out, width(before), code, space),
    }
    out.push_str(";\n");
}

/// Appends an expression.
pub(super) fn write(out: &mut String, code: &Code, space: Space) {
    settle(out, |writer| writer.write(code, space));
}

/// Appends what follows `=` or `:`, which is behind so many columns: on the same line, or below it.
pub(super) fn assign(out: &mut String, used: usize, code: &Code, space: Space) {
    settle(out, |writer| {
        let below = Space::line(space.indent + STEP).without(space.kept());
        writer.beside(space.after(used + 1), below, code)
    });
}

/// Appends an arm of a `match`, whose pattern is there.
pub(super) fn arm(out: &mut String, used: usize, body: &Code, space: Space) {
    settle(out, |writer| {
        writer.arm(body, space.after(used + 1).without(1), space)
    });
}

/// Writes within the width if that is possible, and with texts that stand out if not.
fn settle(out: &mut String, write: impl Fn(&mut Writer<'_>) -> Written) {
    let start = out.len();
    for overlong in [Overlong::Refused, Overlong::Kept] {
        if let Ok(()) = write(&mut Writer::new(out, overlong)) {
            return;
        }
        out.truncate(start);
    }
    unreachable!("what may be overlong has a place");
}

impl Writer<'_> {
    /// What has a place behind something, and one on a line below it.
    fn beside(&mut self, behind: Space, below: Space, code: &Code) -> Written {
        let start = self.out.len();
        self.out.push(' ');
        let here = self.write_if_possible(code, behind);
        if here.is_some_and(|here| here.is_line() && here.first <= behind.width) {
            return Ok(());
        }
        let there = self.attempt(code, below);
        match (here, there) {
            (Some(here), Some(there))
                if there.first > below.width || !here.is_worse_than(there) =>
            {
                Ok(())
            }
            (Some(_), None) => Ok(()),
            (_, None) => Err(TooWide),
            (_, Some(_)) => {
                self.out.truncate(start);
                self.new_line(below.indent);
                self.write(code, below)
            }
        }
    }

    /// The body of an arm: behind the pattern, or in a block.
    fn arm(&mut self, body: &Code, behind: Space, space: Space) -> Written {
        let start = self.out.len();
        self.out.push(' ');
        let here = self.write_if_possible(body, behind);
        if here.is_some_and(|here| here.is_line() && here.first <= behind.width) {
            self.out.push(',');
            return Ok(());
        }
        let below = space.inner();
        let there = self.attempt(body, below);
        let stays = match (here, there) {
            (Some(here), Some(there)) if here.is_worse_than(there) => false,
            (Some(here), _) if body.overflows() && here.first <= behind.width => true,
            (Some(here), Some(_)) => here.is_line(),
            (None, Some(_)) => false,
            (Some(_), None) => true,
            (None, None) => return Err(TooWide),
        };
        if stays {
            self.out.push(',');
            return Ok(());
        }
        self.out.truncate(start);
        self.out.push_str(" {");
        self.new_line(below.indent);
        self.write(body, below)?;
        self.new_line(space.indent);
        self.out.push('}');
        Ok(())
    }
}
