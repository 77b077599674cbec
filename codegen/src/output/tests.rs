//! How long writing takes.

use super::*;
use std::time::Instant;

/// As many files, and as large, as all of Graph v1.0 gives.
fn all_of_graph() -> Vec<SourceFile> {
    let body = "pub struct Item;\n".repeat(180);
    (0..6_000)
        .map(|index| SourceFile {
            path: format!("src/models/family{}/item{index}.rs", index % 40),
            contents: format!("{MARKER}\n// {index}\n{body}"),
        })
        .collect()
}

/// Run by hand, in release, for the figures; other programs' writes count in.
///
/// ```text
/// TMPDIR=/a/folder/on/a/disk cargo test --release -p csdl-codegen --lib output::tests -- \
///     --ignored --nocapture
/// ```
///
/// ext4 makes files some ten times slower where many were removed in the last minutes (it does not
/// take up their inodes again so soon); a folder elsewhere shows what writing itself takes.
#[test]
#[ignore = "a measurement"]
fn six_thousand_files() {
    let files = all_of_graph();
    let folder = tempfile::tempdir().unwrap();
    for what in ["new", "unchanged", "all changed"] {
        let mut files = files.clone();
        if what == "all changed" {
            for file in &mut files {
                file.contents.push_str("// more\n");
            }
        }
        let start = Instant::now();
        let differences = write(folder.path(), &files).unwrap();
        println!(
            "{what}: {} differences, {:?}",
            differences.len(),
            start.elapsed()
        );
    }
}
