//! generated/ is what metadata/ gives.

use csdl_codegen::emit::MARKER;
use std::collections::BTreeMap;
use support::{built, checked_in, text_files};

#[test]
fn checked_in_client_is_what_the_build_script_made() {
    let made = text_files(&built().join("src"));
    let mut checked_in = text_files(&checked_in().join("src"));
    checked_in.retain(|_, text| text.starts_with(MARKER));
    assert!(!made.is_empty(), "the build script made nothing");
    let differences = differences(&made, &checked_in);
    assert!(
        differences.is_empty(),
        "generated/ is not what metadata/ gives; run `cargo codegen` and commit the result:\n{}",
        differences.join("\n")
    );
}

/// One line for each file that is missing, different or too many.
fn differences(
    made: &BTreeMap<String, String>,
    checked_in: &BTreeMap<String, String>,
) -> Vec<String> {
    let missing_or_different = made.iter().filter_map(|(path, made)| {
        let Some(checked_in) = checked_in.get(path) else {
            return Some(format!("  generated/src/{path}: missing"));
        };
        let line = first_difference(made, checked_in)?;
        Some(format!("  generated/src/{path}:{line}: different"))
    });
    let too_many = checked_in
        .keys()
        .filter(|path| !made.contains_key(*path))
        .map(|path| format!("  generated/src/{path}: not generated"));
    missing_or_different.chain(too_many).collect()
}

/// The one-based number of the first line that is not the same.
fn first_difference(left: &str, right: &str) -> Option<usize> {
    let same = |(left, right): &(&str, &str)| left == right;
    let mut lines = left.split('\n').zip(right.split('\n'));
    (left != right).then(|| lines.by_ref().take_while(same).count() + 1)
}

#[test]
fn differences_go_both_ways() {
    let files = |files: &[(&str, &str)]| {
        let owned = files
            .iter()
            .map(|(path, text)| (path.to_string(), text.to_string()));
        owned.collect()
    };
    let made = files(&[("a.rs", "same"), ("b.rs", "one\ntwo"), ("c.rs", "")]);
    let checked_in = files(&[("a.rs", "same"), ("b.rs", "one\n2"), ("d.rs", "")]);
    let expected = [
        "  generated/src/b.rs:2: different",
        "  generated/src/c.rs: missing",
        "  generated/src/d.rs: not generated",
    ];
    assert_eq!(differences(&made, &checked_in), expected);
    assert_eq!(first_difference("one\n", "one"), Some(2));
}
