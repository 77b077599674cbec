//! The forms that values of a configuration have, so that what is made of them is Rust.

use super::{CloudConfig, DerivedConfig, VersionsConfig, package_name_problem};
use crate::reserved::ROOT_MODULES;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Unexpected, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The name of a package.
pub(super) fn package_name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    match package_name_problem(&name) {
        None => Ok(name),
        Some(problem) => {
            let message = format!("a package cannot be called `{name}`: {problem}");
            Err(D::Error::custom(message))
        }
    }
}

/// Modules beside those that are emitted.
pub(super) fn modules<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let modules = Vec::<String>::deserialize(from)?;
    let mut seen: BTreeSet<_> = ROOT_MODULES.iter().copied().collect();
    for module in &modules {
        if !is_name(module) {
            let expected =
                "names of modules: an ASCII letter, then letters, digits and `_`; no keyword";
            return Err(D::Error::invalid_value(Unexpected::Str(module), &expected));
        }
        if !seen.insert(module) {
            let message = format!("the client has another module `{module}`");
            return Err(D::Error::custom(message));
        }
    }
    Ok(modules)
}

/// At least one cloud, each of another name.
pub(super) fn clouds<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<CloudConfig>, D::Error> {
    let clouds: Vec<CloudConfig> = at_least_one(from)?;
    let mut seen = BTreeSet::new();
    for cloud in &clouds {
        if cloud.scope.is_some() != cloud.login_authority.is_some() {
            let message = format!(
                "the cloud `{}` has one of `scope` and `login-authority`; a token needs both",
                cloud.name
            );
            return Err(D::Error::custom(message));
        }
        if !seen.insert(&cloud.name) {
            let message = format!("two clouds are called `{}`", cloud.name);
            return Err(D::Error::custom(message));
        }
    }
    Ok(clouds)
}

/// The name of a type or of a variant.
pub(super) fn type_name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let is_good = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_uppercase()) && is_word(text) && text != "Self"
    };
    let expected = "a name as types have it: a capital ASCII letter, then letters and digits";
    one(from, is_good, expected)
}

/// The name of an environment variable.
pub(super) fn variable<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_good =
        |text: &str| text.chars().all(is_part) && text.starts_with(|c: char| !c.is_ascii_digit());
    let expected = "the name of an environment variable: letters, digits and `_`";
    one(from, is_good, expected).map(Some)
}

/// What stands in the root of a cloud for the version of the service.
pub(super) const VERSION: &str = "{version}";

/// A version of a service.
pub(super) fn version<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_good = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_part)
    };
    let expected =
        "a version as URLs have it: a letter or digit, then letters, digits, `.`, `-` and `_`";
    one(from, is_good, expected).map(Some)
}

/// Where a service runs, with or without the place of the version.
pub(super) fn root<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match is_service_url(&text.replace(VERSION, "v")) {
        true => Ok(text),
        false => Err(no_service_url()),
    }
}

/// Where tokens are issued.
pub(super) fn some_url<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    service_url(from).map(Some)
}

/// What tokens are requested for.
pub(super) fn some_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    text(from).map(Some)
}

/// The address of a service.
fn service_url<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if is_service_url(&text) {
        return Ok(text);
    }
    Err(no_service_url())
}

/// The text is not shown: what does not belong there may be a password.
fn no_service_url<E: Error>() -> E {
    let expected = "a URL that begins with `https://`, without user, query and fragment";
    E::invalid_value(Unexpected::Other("text"), &expected)
}

/// What stands in texts and is not empty.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let is_good = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
    one(from, is_good, "a text in one line")
}

/// Words that are not split, and how types write them.
pub(super) fn words<'de, D>(from: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    let words = BTreeMap::<String, String>::deserialize(from)?;
    for word in words.iter().flat_map(|(word, written)| [word, written]) {
        if !is_word(word) {
            let expected = "a word: an ASCII letter, then letters and digits";
            return Err(D::Error::invalid_value(Unexpected::Str(word), &expected));
        }
    }
    Ok(words)
}

/// What holds unless it is denied.
pub(super) fn yes() -> bool {
    true
}

/// The usual delimiter of paths of items.
pub(super) fn colon() -> char {
    ':'
}

/// A delimiter of paths of items.
pub(super) fn delimiter<'de, D: Deserializer<'de>>(from: D) -> Result<char, D::Error> {
    let delimiter = char::deserialize(from)?;
    match DELIMITERS.contains(delimiter) {
        true => Ok(delimiter),
        false => {
            let expected = format!("one of the characters {DELIMITERS}");
            Err(D::Error::invalid_value(
                Unexpected::Char(delimiter),
                &&*expected,
            ))
        }
    }
}

/// What a path may have as it is, and names of items have encoded (RFC 3986, section 3.3).
const DELIMITERS: &str = ":;,!@$*+=";

/// Whether derived types come, or which.
pub(super) fn derived<'de, D: Deserializer<'de>>(from: D) -> Result<DerivedConfig, D::Error> {
    struct Form;

    impl<'de> Visitor<'de> for Form {
        type Value = DerivedConfig;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("`true`, `false` or a list of types")
        }

        fn visit_bool<E: Error>(self, all: bool) -> Result<DerivedConfig, E> {
            Ok(match all {
                true => DerivedConfig::All,
                false => DerivedConfig::None,
            })
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<DerivedConfig, A::Error> {
            all_of(items).map(DerivedConfig::Only)
        }
    }

    from.deserialize_any(Form)
}

/// Which versions of types come.
pub(super) fn versions<'de, D: Deserializer<'de>>(from: D) -> Result<VersionsConfig, D::Error> {
    struct Form;

    impl<'de> Visitor<'de> for Form {
        type Value = VersionsConfig;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("`newest`, `all` or a list of namespaces such as `ComputerSystem.v1_20_0`")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<VersionsConfig, E> {
            match text {
                "newest" => Ok(VersionsConfig::Newest),
                "all" => Ok(VersionsConfig::All),
                _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
            }
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<VersionsConfig, A::Error> {
            all_of(items).map(VersionsConfig::Only)
        }
    }

    from.deserialize_any(Form)
}

fn all_of<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(mut items: A) -> Result<Vec<T>, A::Error> {
    let mut all = Vec::new();
    while let Some(item) = items.next_element()? {
        all.push(item);
    }
    Ok(all)
}

/// A list that is not empty.
pub(super) fn at_least_one<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items = Vec::deserialize(from)?;
    match items.is_empty() {
        true => Err(D::Error::invalid_length(0, &"at least one")),
        false => Ok(items),
    }
}

fn one<'de, D: Deserializer<'de>>(
    from: D,
    is_good: impl Fn(&str) -> bool,
    expected: &str,
) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match is_good(&text) {
        true => Ok(text),
        false => Err(D::Error::invalid_value(Unexpected::Str(&text), &expected)),
    }
}

/// Whether a text is an identifier of ASCII letters that is no keyword.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.is_ascii()
        && syn::parse_str::<syn::Ident>(text).is_ok()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a text is a URL with a host, as far as its characters tell; the runtime looks closer.
fn is_service_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://");
    let rest = rest.or_else(|| text.strip_prefix("http://"));
    let is_plain = |c: char| c.is_ascii_graphic() && !"?#<>\"\\^`{|}@".contains(c);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use crate::config::LoadedConfig;
    use crate::source::Sources;
    use std::path::Path;

    const GOOD: &str = r#"
[client]
name = "people-client"
output = ".."
title = "Typed client."
modules = ["extra"]

[service]
name = "Directory"
token-variable = "_TOKEN2"

[[service.clouds]]
name = "Public"
description = "The public service."
root = "http://localhost:8080/v1"
scope = "https://directory.example/.default"
login-authority = "https://login.example"

[[service.clouds]]
name = "Other"
description = "Another one."
root = "https://[2001:db8::1]/v1/"
scope = "api"
login-authority = "https://login.example/organizations"

[metadata]
document = "directory.csdl"
paths = ["/people"]

[naming.words]
iOS = "Ios"

[[operation-groups]]
type = "directory.person"
name = "Metric"
description = "What is counted."
"#;

    /// What is said about the configuration with one line replaced.
    fn said(line: &str, other: &str) -> String {
        assert!(GOOD.contains(line), "{line}");
        let mut sources = Sources::default();
        let path = Path::new("client.toml");
        let source = sources.add(path, GOOD.replacen(line, other, 1));
        match LoadedConfig::parse(path, source, &sources) {
            Ok(_) => String::new(),
            Err(problems) => problems.render(&sources),
        }
    }

    #[test]
    fn what_would_not_be_rust_is_refused_where_it_stands() {
        assert_eq!(said("[client]", "[client]"), "");
        let package = r#"name = "people-client""#;
        for name in ["", "a b", "fn", "serde-json", "People", "a\\\"b"] {
            let said = said(package, &format!("name = \"{name}\""));
            assert!(said.contains("client.toml:3:8"), "{name}: {said}");
            assert!(
                said.contains("a package cannot be called"),
                "{name}: {said}"
            );
        }
        let type_name = "expected a name as types have it";
        let url = "expected a URL that begins with `https://`";
        let root = r#"root = "http://localhost:8080/v1""#;
        let cases = [
            (r#"["extra"]"#, r#"["self"]"#, "expected names of modules"),
            (r#"["extra"]"#, r#"["models"]"#, "another module `models`"),
            (r#"["extra"]"#, r#"["a", "a"]"#, "another module `a`"),
            (
                r#""_TOKEN2""#,
                r#""2TOKEN""#,
                "expected the name of an environment variable",
            ),
            (
                r#""_TOKEN2""#,
                r#""""#,
                "expected the name of an environment variable",
            ),
            (r#"name = "Public""#, r#"name = "Self""#, type_name),
            (r#"name = "Public""#, r#"name = "us gov""#, type_name),
            (
                r#"name = "Public""#,
                r#"name = "Other""#,
                "two clouds are called `Other`",
            ),
            (r#"name = "Metric""#, r#"name = "1 x""#, type_name),
            (root, r#"root = "directory.example""#, url),
            (root, r#"root = "https://""#, url),
            (root, r#"root = "https://a.example/?b=c""#, url),
            (root, r#"root = "https://a.example/> [x](y)""#, url),
            (r#"scope = "api""#, r#"scope = " ""#, "expected a text"),
            (r#"["/people"]"#, "[]", "expected at least one"),
            ("[[operation-groups]]", "[[families]]", "`operation-groups`"),
            (r#"iOS = "Ios""#, r#"iOS = "I os""#, "expected a word"),
            (r#"iOS = "Ios""#, r#""" = "Ios""#, "expected a word"),
        ];
        for (line, other, expected) in cases {
            let said = said(line, other);
            assert!(said.contains(expected), "{other}: {said}");
        }
    }
}
