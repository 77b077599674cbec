//! What is tested without much preparation: in one program, as linking takes longer than most of it.

mod architecture;
mod command_line;
mod configuration;
mod hostile;
mod json;
mod permissions;
mod references;

use std::path::Path;

/// Those that are programs of their own.
const PROGRAMS: [&str; 3] = ["changes", "commands", "suite"];

/// One that is neither would not be run.
#[test]
fn every_file_of_tests_is_in_a_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let names = entries.map(|entry| entry.expect("an entry").path());
    let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let mut names: Vec<_> = names.filter(|it| !PROGRAMS.contains(&&**it)).collect();
    names.sort();
    let modules = include_str!("suite.rs").lines();
    let modules = modules.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    assert_eq!(names, modules.collect::<Vec<_>>());
}
