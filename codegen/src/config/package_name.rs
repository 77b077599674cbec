//! What a package of a client can be called.

use crate::reserved::{BUILD_FOLDERS, CRATES, DEVICES, KEYWORDS, NEVER_RAW};

/// The longest name that crates.io takes, in characters.
const LONGEST: usize = 64;

/// What is wrong with the name of a package; `None` if Cargo and rustc take it without a warning, and
/// code can refer to its crate.
pub fn package_name_problem(name: &str) -> Option<&'static str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_one_of = |words: &[&str]| words.contains(&&*name.replace('-', "_"));
    Some(match () {
        () if !name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            "it does not begin with an ASCII letter"
        }
        () if !name.chars().all(is_part) => {
            "it has characters other than ASCII letters, digits, `-` and `_`"
        }
        () if name.contains(|c: char| c.is_ascii_uppercase()) => {
            "crates are named in lower case, and rustc warns of others"
        }
        () if name.replace('-', "_").contains("__") => "it has two of `-` and `_` in a row",
        () if name.len() > LONGEST => "crates.io takes no name longer than 64 characters",
        () if is_one_of(KEYWORDS) || is_one_of(NEVER_RAW) => "it is a keyword of Rust",
        () if is_one_of(CRATES) => "a crate of this name comes with Rust or is used by the client",
        () if is_one_of(DEVICES) => "on Windows, it is the name of a device",
        () if is_one_of(BUILD_FOLDERS) => "Cargo uses it for a folder of what it builds",
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_tools_warn_about_have_a_problem() {
        let long = "a".repeat(65);
        for (reason, names) in [
            (
                "begin with an ASCII letter",
                &["", "1st", "_a", "-a", "été", "名前"][..],
            ),
            (
                "characters other than",
                &["a b", "a/b", "a.b", "pêche", "a\"b", "a/../b"],
            ),
            ("lower case", &["People", "peopleClient", "CON"]),
            ("in a row", &["a--b", "a__b", "a-_b"]),
            ("64 characters", &[&*long]),
            (
                "keyword",
                &["fn", "async", "gen", "super", "crate", "abstract"],
            ),
            (
                "a crate of this name",
                &[
                    "std",
                    "core",
                    "test",
                    "proc-macro",
                    "serde-json",
                    "odata_runtime",
                ],
            ),
            ("device", &["con", "nul", "aux", "com1"]),
            (
                "what it builds",
                &["build", "deps", "examples", "incremental"],
            ),
        ] {
            for name in names {
                let problem = package_name_problem(name).unwrap_or("none");
                assert!(problem.contains(reason), "{name}: {problem}");
            }
        }
        for name in [
            "people",
            "people-client",
            "people_2",
            "a",
            "consul",
            "client",
            "tests",
            "x-",
        ] {
            assert_eq!(package_name_problem(name), None, "{name}");
        }
    }
}
