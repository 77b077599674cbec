//! What each change of the metadata means to the users of the emitted crate: the one table.

mod table;

pub use table::{Kind, RULES};

use serde::Serialize;
use std::fmt;

/// Which part of a crate's version a change asks for (Semantic Versioning 2.0.0, sections 6 to 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// Code that compiled behaves as before.
    Patch,
    /// Code that compiled still does, and there is more to use or to know.
    Minor,
    /// Code that compiled may no longer do so.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// What cargo-semver-checks makes of a change when it compares the two crates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It asks for a major version exactly if the table does.
    Agrees,
    /// The table asks for a major version and it does not, for this reason.
    Blind(&'static str),
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The kind of change.
    pub kind: Kind,
    /// Its name in JSON.
    pub id: &'static str,
    /// What happened, in a few words.
    pub change: &'static str,
    /// What Rust users notice.
    pub effect: &'static str,
    /// The part of the version that it asks for.
    pub bump: Bump,
    /// Why it is that part.
    pub reason: &'static str,
    /// Whether cargo-semver-checks agrees.
    pub checked: Checked,
}

impl Kind {
    /// The row of the table that speaks of the kind.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

/// The table as Markdown, as the contributors' page has it.
pub fn table() -> String {
    let mut text = String::from("| change | what users notice | bump | why |\n|---|---|---|---|\n");
    for rule in RULES.iter() {
        let blind = match rule.checked {
            Checked::Agrees => String::new(),
            Checked::Blind(reason) => format!(" (cargo-semver-checks says less: {reason})"),
        };
        text.push_str(&format!(
            "| {} | {} | {} | {}{blind} |\n",
            rule.change, rule.effect, rule.bump, rule.reason
        ));
    }
    text
}

#[cfg(test)]
mod tests;
