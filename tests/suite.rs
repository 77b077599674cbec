//! All tests of the whole in one program: it is linked once, and what compiles clients runs beside what does not.

mod compile;
mod corpus;
mod determinism;
mod diagnostics;
mod drift;
mod end_to_end;
mod exchanges;
mod faults;
mod features;
mod graph;
mod health_monitoring;
mod hostile;
mod long_work;
mod metrics;
mod model;
mod naming;
mod outlines;
mod packages;
mod pages;
mod requests;
mod security;
mod signals;
mod snapshots;
mod workflow;
mod wrong_queries;

/// One that is not would not be run.
#[test]
fn every_file_of_tests_is_a_module() {
    let folder = support::workspace().join("tests");
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let entries = entries.map(|entry| entry.expect("an entry").path());
    let files = entries
        .filter(|path| path.extension() == Some("rs".as_ref()) || path.join("mod.rs").exists());
    let mut names: Vec<_> = files
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "suite")
        .collect();
    names.sort();
    let modules = include_str!("suite.rs").lines();
    let modules = modules.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    assert_eq!(names, modules.collect::<Vec<_>>());
}
