//! The page of every function tells all that its callers need to know.

use std::collections::BTreeMap;
use support::{checked_in, text_files};

/// What stands on a page, and what it is there for.
const PARTS: [(&str, &str); 8] = [
    ("One value is ", "the unit"),
    (" role", "the roles of delegated callers"),
    ("most 30 days in the past", "the limit of the period"),
    ("# Permissions", "the permissions"),
    ("| Application | `", "the permission of applications"),
    ("Allowed: `5`, `10`, `15` or `30`.", "the allowed values"),
    ("Default of the service: `15`.", "the default"),
    ("# Example", "an example, which is a test of documentation"),
];

#[test]
fn each_function_says_what_it_counts_and_who_may_ask() {
    let calls = checked_in().join("src/requests/service_activity");
    let pages: BTreeMap<_, _> = text_files(&calls).into_iter().collect();
    let pages = pages.iter().filter(|(path, _)| path.starts_with("get_"));
    let mut count = 0;
    for (path, page) in pages {
        count += 1;
        // Sentences are broken into lines anywhere.
        let page = page.replace("\n///", "");
        let name = path.trim_end_matches(".rs").replace('_', "");
        let link =
            format!("learn.microsoft.com/graph/api/serviceactivity-{name}?view=graph-rest-beta");
        let missing: Vec<_> = PARTS
            .iter()
            .chain([&(link.as_str(), "the link to the official page")])
            .filter(|(text, _)| !page.contains(text))
            .map(|(_, meaning)| *meaning)
            .collect();
        assert!(missing.is_empty(), "{path} lacks {missing:?}");
    }
    assert_eq!(count, 38);
}
