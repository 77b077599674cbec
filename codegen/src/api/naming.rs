//! Metadata names → Rust names.
//!
//! All names are made here, once, before anything is emitted; each is unique in its scope, and the
//! same whatever the order of the metadata.

use heck::{ToSnakeCase, ToUpperCamelCase};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A valid Rust identifier, raw (`r#type`) where it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RustName(String);

impl RustName {
    /// The identifier as written in source code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier without `r#`, for file names and for parts of other names.
    pub fn plain(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }
}

impl fmt::Display for RustName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Words that cannot be identifiers, raw or not.
const NEVER_RAW: &[&str] = &["_", "crate", "self", "Self", "super"];

/// Keywords of all editions, reserved ones included.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Longest name of a file without its extension; systems allow 255 bytes with it.
const FILE_NAME_LENGTH: usize = 120;

/// Longest name of a type, whose page of documentation is a file too.
const TYPE_NAME_LENGTH: usize = 200;

/// Names that mean something to Cargo, to rustc or, as devices, to Windows, and the crates that
/// emitted code imports from: a module of that name would hide the crate.
const RESERVED_FILES: &[&str] = &[
    "alloc",
    "aux",
    "chrono",
    "com0",
    "com1",
    "com2",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "con",
    "core",
    "lib",
    "lpt0",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "lpt9",
    "main",
    "mod",
    "nul",
    "odata_runtime",
    "prn",
    "serde",
    "serde_json",
    "std",
];

/// The module of operations that are bound to nothing, among those of resources.
pub(super) const UNBOUND: &str = "unbound";

/// How metadata names are split into words.
#[derive(Debug, Default)]
pub struct Words {
    /// Words that stay whole, longest first, with their form in type names.
    kept: Vec<(String, String)>,
    /// What [`snake`](Self::snake) made of names before: the same few are in many types.
    known: Mutex<HashMap<String, String>>,
}

impl Words {
    /// Splits with the words of the configuration kept whole.
    pub fn new(kept: &BTreeMap<String, String>) -> Self {
        let mut kept: Vec<_> = kept.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        kept.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        kept.retain(|(word, _)| !word.is_empty());
        Self {
            kept,
            known: Mutex::default(),
        }
    }

    /// The name for functions, fields, parameters and modules: `get_metrics_for_ios`.
    pub fn snake(&self, name: &str) -> String {
        // A panic elsewhere leaves whole entries only.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(name) {
            return known.clone();
        }
        let made = self.make_snake(name);
        known().insert(name.to_owned(), made.clone());
        made
    }

    fn make_snake(&self, name: &str) -> String {
        let parts = self.split(name).into_iter().map(|part| match part {
            Part::Kept(form) => form.to_lowercase(),
            Part::Other(text) => ascii(text).to_snake_case(),
        });
        join(parts, "_")
    }

    /// The name for types and enum variants: `GetMetricsForIos`.
    pub fn pascal(&self, name: &str) -> String {
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
        text.char_indices().find_map(|(at, _)| {
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

/// A word made a valid identifier: keywords raw, digits not first.
fn identifier(word: String) -> RustName {
    let starts = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let word = if starts { word } else { format!("_{word}") };
    if NEVER_RAW.contains(&word.as_str()) {
        let word = if word == "_" {
            "unnamed".to_owned()
        } else {
            format!("{word}_")
        };
        RustName(word)
    } else if KEYWORDS.contains(&word.as_str()) {
        RustName(format!("r#{word}"))
    } else {
        RustName(word)
    }
}

/// A scope in which names are unique.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    taken: HashSet<String>,
    reserved: HashSet<String>,
    /// The last number that a word got: where thousands ask for one, none counts from the beginning.
    numbers: HashMap<String, usize>,
}

impl Scope {
    /// A scope in which some names have a meaning already.
    pub fn with_reserved<'a>(reserved: impl IntoIterator<Item = &'a str>) -> Self {
        let reserved = reserved.into_iter().map(str::to_owned).collect();
        Self {
            reserved,
            ..Self::default()
        }
    }

    /// A scope of modules, which are files too.
    pub fn of_files() -> Self {
        Self::with_reserved(RESERVED_FILES.iter().copied())
    }

    /// Whether nothing has this name yet.
    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name) && !self.reserved.contains(name)
    }

    /// Keeps a name from being taken.
    pub fn reserve(&mut self, name: &str) {
        self.reserved.insert(name.to_owned());
    }

    /// The word as an identifier that nothing else in the scope has: a reserved one gets an
    /// underscore, the second to ask for one a number.
    pub fn take(&mut self, word: &str) -> RustName {
        let mut name = identifier(word.to_owned());
        if self.reserved.contains(name.plain()) {
            // Lints refuse two underscores in a row.
            let suffix = if name.plain().ends_with('_') {
                "2"
            } else {
                "_"
            };
            name = identifier(format!("{}{suffix}", name.plain()));
        }
        // What it was changed to may be reserved, too.
        if self.is_free(name.plain()) {
            self.taken.insert(name.plain().to_owned());
            return name;
        }
        // Lints want `Name2` for types, and no two underscores in a row.
        let joined = word.contains(|c: char| c.is_uppercase()) || word.ends_with('_');
        let separator = if joined { "" } else { "_" };
        let mut count = self.numbers.get(word).copied().unwrap_or(1);
        loop {
            count += 1;
            name = identifier(format!("{word}{separator}{count}"));
            if self.is_free(name.plain()) {
                self.numbers.insert(word.to_owned(), count);
                self.taken.insert(name.plain().to_owned());
                return name;
            }
        }
    }

    /// Names for all of `wire_names`, in the order of these names, not of the argument: a name
    /// whose Rust form is its own form goes first.
    pub fn take_all<'a>(
        &mut self,
        wire_names: impl IntoIterator<Item = &'a str>,
        form: impl Fn(&str) -> String,
    ) -> BTreeMap<&'a str, RustName> {
        let mut sorted: Vec<_> = wire_names
            .into_iter()
            .map(|name| (form(name), name))
            .collect();
        sorted.sort_by_key(|(word, name)| (word != name, *name));
        sorted.dedup();
        sorted
            .into_iter()
            .map(|(word, name)| (name, self.take(&word)))
            .collect()
    }
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

    #[test]
    fn any_text_becomes_an_identifier() {
        let long = "x".repeat(200);
        let hostile = [
            "",
            "_",
            "1st",
            "type",
            "self",
            "Self",
            "foo\"; exit(1); \"",
            "../../x",
            "a\u{202e}b",
            "日本",
            "‿",
            "crate",
            &long,
        ];
        for text in hostile {
            for word in [Words::default().snake(text), Words::default().pascal(text)] {
                let name = Scope::default().take(&word);
                let parsed = syn::parse_str::<syn::Ident>(name.as_str());
                assert!(parsed.is_ok(), "{text:?} became {name}");
            }
        }
    }

    /// If each number were looked for from the first on, this would take minutes.
    #[test]
    fn thousands_of_names_may_be_one_in_rust() {
        let mut scope = Scope::default();
        scope.reserve("a_3");
        for number in [5, 20_002] {
            scope.take(&format!("a_{number}"));
        }
        let names: Vec<_> = (0..20_000).map(|_| scope.take("a")).collect();
        let names: Vec<_> = names.iter().map(RustName::as_str).collect();
        assert_eq!(names[..5], ["a", "a_2", "a_4", "a_6", "a_7"]);
        assert_eq!(names.last(), Some(&"a_20003"));
    }

    #[test]
    fn collisions_do_not_depend_on_order() {
        let form = |name: &str| Words::default().snake(name);
        let names = ["queryString", "query_string", "QueryString"];
        let forward = Scope::default().take_all(names, form);
        let mut reversed = names;
        reversed.reverse();
        assert_eq!(forward, Scope::default().take_all(reversed, form));
        assert_eq!(forward["query_string"].as_str(), "query_string");
        assert_eq!(forward["QueryString"].as_str(), "query_string_2");
        assert_eq!(forward["queryString"].as_str(), "query_string_3");
    }
}
