//! The output depends on what the documents say, not on the order or layout in which they say it.

use csdl_codegen::emit::SourceFile;
use std::path::{Path, PathBuf};
use support::{generate, read, workspace};
use xml::{Node, Random};

mod xml;

/// A folder with a client's configuration and documents.
struct Inputs {
    folder: PathBuf,
    documents: &'static [&'static str],
}

/// The workspace's own client, and a smaller one with more kinds of declaration.
fn inputs() -> [Inputs; 2] {
    [
        Inputs {
            folder: workspace().join("metadata"),
            documents: &[
                "beta.csdl",
                "annotations.csdl",
                "parameters.csdl",
                "permissions.csdl",
            ],
        },
        Inputs {
            folder: workspace().join("tests/fixtures/model"),
            documents: &["shop.csdl", "people.csdl", "words.csdl"],
        },
    ]
}

impl Inputs {
    fn generate(&self) -> Vec<SourceFile> {
        generate(&self.folder.join("client.toml")).files
    }

    /// What the same configuration gives with each document changed.
    fn generate_changed(&self, name: &str, change: impl Fn(&str) -> String) -> Vec<SourceFile> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let write = |file: &str, text: String| {
            std::fs::write(folder.join(file), text).expect("a file in it");
        };
        write("client.toml", read(&self.folder.join("client.toml")));
        for document in self.documents {
            let text = read(&self.folder.join(document));
            let changed = change(&text);
            assert_ne!(changed, text, "{document} is not changed");
            write(document, changed);
        }
        generate(&folder.join("client.toml")).files
    }
}

/// Names the first file that is not the same.
fn assert_same(left: &[SourceFile], right: &[SourceFile], what: &str) {
    let paths = |files: &[SourceFile]| files.iter().map(|f| f.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(left), paths(right), "{what}");
    for (left, right) in left.iter().zip(right) {
        assert_eq!(left.contents, right.contents, "{what}: {}", left.path);
    }
}

#[test]
fn the_same_documents_give_the_same_bytes() {
    for inputs in inputs() {
        assert_same(&inputs.generate(), &inputs.generate(), "a second time");
    }
}

#[test]
fn the_order_of_declarations_changes_no_byte() {
    for inputs in inputs() {
        let expected = inputs.generate();
        for seed in 1..=8 {
            let shuffled = inputs.generate_changed("determinism-order", |text| {
                let mut document = Node::parse(text);
                document.shuffle(&mut Random(seed));
                document.to_string()
            });
            assert_same(&shuffled, &expected, &format!("seed {seed}"));
        }
    }
}

#[test]
fn the_layout_of_a_document_changes_no_byte() {
    for inputs in inputs() {
        let expected = inputs.generate();
        let windows =
            inputs.generate_changed("determinism-crlf", |text| text.replace('\n', "\r\n"));
        assert_same(&windows, &expected, "line breaks of Windows");
        let marked = inputs.generate_changed("determinism-bom", |text| format!("\u{feff}{text}"));
        assert_same(&marked, &expected, "a byte order mark");
        let one_line =
            inputs.generate_changed("determinism-layout", |text| Node::parse(text).to_string());
        assert_same(&one_line, &expected, "no white space between elements");
    }
}
