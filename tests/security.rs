//! SECURITY.md names a test for each claim.

use std::path::Path;
use support::workspace;

#[test]
fn every_claim_names_tests_that_exist() {
    let page = std::fs::read_to_string(workspace().join("SECURITY.md")).expect("the page");
    let rows = page.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut missing = Vec::new();
    let mut claims = 0;
    for row in rows {
        let tests = row
            .rsplit(" | ")
            .next()
            .unwrap_or_default()
            .trim_end_matches(" |");
        let tests = tests
            .split(", ")
            .filter_map(|test| test.trim_matches('`').split_once("::"));
        let tests: Vec<_> = tests.collect();
        claims += usize::from(!tests.is_empty());
        missing.extend(tests.into_iter().filter(|(file, name)| !exists(file, name)));
    }
    assert_eq!(missing, []);
    assert!(
        claims > 20,
        "the page has another form: {claims} claims were found"
    );
}

fn exists(file: &str, name: &str) -> bool {
    let text = std::fs::read_to_string(workspace().join(Path::new(file))).unwrap_or_default();
    text.contains(&format!("fn {name}("))
}
