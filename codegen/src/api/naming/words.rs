//! Metadata names cut into words, and words put together as Rust writes them.

use crate::api::known::Known;
use heck::{ToSnakeCase, ToUpperCamelCase};
use std::collections::BTreeMap;

/// Longest name of a file without its extension; systems allow 255 bytes with it.
const FILE_NAME_LENGTH: usize = 120;

/// Longest name of a type, whose page of documentation is a file too.
const TYPE_NAME_LENGTH: usize = 200;

/// How metadata names are split into words.
#[derive(Debug, Default)]
pub struct Words {
    /// Words that stay whole, longest first, with their form in type names.
    kept: Vec<(String, String)>,
    /// What [`snake`](Self::snake) made of names before: the same few are in many types.
    snake: Known<String, String>,
    /// The same of [`pascal`](Self::pascal).
    pascal: Known<String, String>,
    /// The first letters of the kept words.
    initials: Vec<char>,
}

impl Words {
    /// Splits with the words of the configuration kept whole.
    pub fn new(kept: &BTreeMap<String, String>) -> Self {
        let mut kept: Vec<_> = kept.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        kept.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        kept.retain(|(word, _)| !word.is_empty());
        Self {
            initials: kept
                .iter()
                .filter_map(|(word, _)| word.chars().next())
                .collect(),
            kept,
            snake: Known::default(),
            pascal: Known::default(),
        }
    }

    /// The name for functions, fields, parameters and modules: `get_metrics_for_ios`.
    pub fn snake(&self, name: &str) -> String {
        self.snake.or_find(name, || {
            let parts = self.split(name).into_iter().map(|part| match part {
                Part::Kept(form) => form.to_lowercase(),
                Part::Other(text) => ascii(text).to_snake_case(),
            });
            join(parts, "_")
        })
    }

    /// The name for types and enum variants: `GetMetricsForIos`.
    pub fn pascal(&self, name: &str) -> String {
        self.pascal.or_find(name, || self.make_pascal(name))
    }

    fn make_pascal(&self, name: &str) -> String {
        let parts = self.split(name).into_iter().map(|part| match part {
            Part::Kept(form) => form.to_owned(),
            Part::Other(text) => ascii(text).to_upper_camel_case(),
        });
        let mut name = join(parts, "");
        name.truncate(TYPE_NAME_LENGTH);
        match name.chars().next() {
            None => "Unnamed".to_owned(),
            Some(c) if c.is_ascii_digit() => format!("N{name}"),
            Some(_) => name,
        }
    }

    /// The name for constants: `DISPLAY_NAME`.
    pub fn constant(&self, name: &str) -> String {
        let name = self.snake(name).to_uppercase();
        if name.trim_matches('_').is_empty() {
            return "UNNAMED".to_owned();
        }
        name
    }

    /// The name for a module and its file, which no system refuses as too long.
    pub fn file(&self, name: &str) -> String {
        let mut name = self.snake(name);
        name.truncate(FILE_NAME_LENGTH);
        name.trim_end_matches('_').to_owned()
    }

    /// The name cut at the kept words. A kept word ends where no lower-case letter follows.
    fn split<'n>(&'n self, name: &'n str) -> Vec<Part<'n>> {
        let mut parts = Vec::new();
        let mut rest = name;
        while let Some((at, word, form)) = self.next_kept(rest) {
            parts.push(Part::Other(&rest[..at]));
            parts.push(Part::Kept(form));
            rest = &rest[at + word.len()..];
        }
        parts.push(Part::Other(rest));
        parts
    }

    fn next_kept<'n>(&'n self, text: &str) -> Option<(usize, &'n str, &'n str)> {
        let mut places = text
            .char_indices()
            .filter(|(_, c)| self.initials.contains(c));
        places.find_map(|(at, _)| {
            let found = self.kept.iter().find(|(word, _)| is_whole(text, at, word));
            found.map(|(word, form)| (at, word.as_str(), form.as_str()))
        })
    }
}

/// Whether `word` stands at `at` and is not a part of a longer word or of another acronym.
fn is_whole(text: &str, at: usize, word: &str) -> bool {
    let (before, after) = text.split_at(at);
    let Some(rest) = after.strip_prefix(word) else {
        return false;
    };
    let goes_on = rest.starts_with(char::is_lowercase);
    let in_acronym = before.ends_with(char::is_uppercase) && word.starts_with(char::is_uppercase);
    !goes_on && !in_acronym
}

enum Part<'n> {
    /// A kept word in its form for type names.
    Kept(&'n str),
    /// Everything between kept words.
    Other(&'n str),
}

fn join(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(separator)
}

/// ASCII letters and digits; what has no such form becomes a separator. Rust allows more, but
/// not in names of files, and some letters cannot be told apart.
fn ascii(name: &str) -> String {
    let letters = deunicode::deunicode_with_tofu(name, "_");
    letters
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let kept = [
            ("iOS", "Ios"),
            ("QoE", "Qoe"),
            ("OneNote", "OneNote"),
            ("BGP", "Bgp"),
        ];
        Words::new(&kept.map(|(k, v)| (k.to_owned(), v.to_owned())).into())
    }

    #[test]
    fn kept_words_stay_whole() {
        let cases = [
            (
                "getActiveUserMetricsForiOSOrAndroidMail",
                "get_active_user_metrics_for_ios_or_android_mail",
            ),
            (
                "getAudioStreamQoEMetricsForTeams",
                "get_audio_stream_qoe_metrics_for_teams",
            ),
            ("BranchesBGPDisconnected", "branches_bgp_disconnected"),
            ("forOneNoteWeb", "for_onenote_web"),
            ("forOneNotebook", "for_one_notebook"),
            ("iOS", "ios"),
        ];
        for (name, expected) in cases {
            assert_eq!(words().snake(name), expected, "{name}");
        }
        assert_eq!(words().pascal("forOneNoteWebOniOS"), "ForOneNoteWebOnIos");
    }
}
