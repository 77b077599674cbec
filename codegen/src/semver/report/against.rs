//! What a program would notice, for people.

use super::Format;
use crate::semver::breaks::Against;
use std::fmt::Write;

impl Against {
    /// What breaks for the program, a line each.
    pub fn display(&self, format: Format) -> String {
        let noun = if self.files == 1 { "source" } else { "sources" };
        let what = format!("The program ({} {noun})", self.files);
        let count = self.uses.len();
        let title = match count {
            0 => format!("{what}: nothing that it uses breaks"),
            1 => format!("{what}: 1 thing that breaks may be in use"),
            _ => format!("{what}: {count} things that break may be in use"),
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
