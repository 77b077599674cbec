//! What breaks for a program, found by the names that it has.

use super::Format;
use crate::program::{Place, Program};
use crate::show::Untrusted;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A public item of the old client that is gone, or is another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::semver) struct Break {
    /// Where it is in the metadata.
    pub place: Untrusted,
    /// What happened there.
    pub said: &'static str,
    /// Names in Rust; who uses the item has all names of one of the lists.
    pub names: BTreeSet<Vec<String>>,
}

/// What of a comparison a program would notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Against {
    /// How many sources the program has.
    pub files: usize,
    /// What breaks and may be in use, by its place in the metadata.
    pub uses: Vec<Use>,
}

/// Something that breaks and that a program has the names of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Use {
    /// Where it is in the metadata.
    pub place: Untrusted,
    /// What happened there.
    pub change: &'static str,
    /// The name in Rust.
    pub name: Untrusted,
    /// Where the program has that name: file and line.
    pub at: Vec<Untrusted>,
}

/// What of these items a program may use.
pub(super) fn against(breaks: &BTreeSet<Break>, program: &Program) -> Against {
    let mut uses = BTreeSet::new();
    for it in breaks {
        let used = it
            .names
            .iter()
            .filter(|names| names.iter().all(|name| program.has(name)));
        uses.extend(used.filter_map(|names| names.last()).map(|name| Use {
            place: it.place.clone(),
            change: it.said,
            name: name.as_str().into(),
            at: program.places(name).iter().map(shown).collect(),
        }));
    }
    Against {
        files: program.files(),
        uses: uses.into_iter().collect(),
    }
}

fn shown(place: &Place) -> Untrusted {
    format!("{}:{}", place.file.display(), place.line).into()
}

impl Against {
    /// What breaks for the program, a line each.
    pub fn display(&self, format: Format) -> String {
        let noun = if self.files == 1 { "source" } else { "sources" };
        let what = format!("The program ({} {noun})", self.files);
        let count = self.uses.len();
        let title = match count {
            0 => format!("{what}: nothing it uses breaks"),
            1 => format!("{what}: 1 breaking change may affect it"),
            _ => format!("{what}: {count} breaking changes may affect it"),
        };
        let (mut text, bullet) = match format {
            Format::Text => (format!("\n{title}\n"), "  "),
            Format::Markdown => (format!("\n### {title}\n\n"), "- "),
            Format::Changelog => (format!("\n#### {title}\n\n"), "- "),
        };
        for it in &self.uses {
            let at: Vec<_> = it.at.iter().map(|place| format.show(place)).collect();
            let (place, name) = (format.place(&it.place), format.show(&it.name));
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{bullet}{place}: {}: {name} in {}",
                it.change,
                at.join(", ")
            );
        }
        text
    }
}
