//! How long the generator takes, next to how long quick-xml takes to read the same document.
//!
//! ```text
//! GRAPH_METADATA=folder/of/beta-composite.csdl cargo bench -p csdl-codegen
//! ```
//!
//! Prints the two side by side, as a row of the table of `tests/benches/table.sh`, then divan's table of
//! the stages.

#[path = "commands/floor.rs"]
mod floor;
#[path = "../../tests/benches/row.rs"]
mod row;
#[path = "../../tests/benches/side_by_side.rs"]
mod side_by_side;

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm;
use csdl_codegen::generate::generate;
use csdl_codegen::source::Sources;
use side_by_side::measure;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The command line's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds of the side-by-side comparison.
const ROUNDS: usize = 30;

static DOCUMENT: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::var_os("GRAPH_METADATA").unwrap_or_default();
    Path::new(&folder).join("beta-composite.csdl")
});
static TEXT: LazyLock<String> =
    LazyLock::new(|| std::fs::read_to_string(&*DOCUMENT).unwrap_or_default());

fn main() {
    if TEXT.is_empty() {
        println!("nothing measured: set GRAPH_METADATA to a folder with beta-composite.csdl");
        return;
    }
    let labels = [
        "metadata of 3.4 MB → the client's source",
        "quick-xml reads its events",
    ];
    println!(
        "{}",
        measure(labels, (ROUNDS, 1), generate_slice, read_events)
    );
    divan::main();
}

/// The floor.
#[divan::bench]
fn read_events() -> usize {
    floor::read_events(&DOCUMENT)
}

/// Document → syntax tree.
#[divan::bench]
fn parse() -> usize {
    let mut sources = Sources::default();
    let id = sources.add("document", TEXT.as_str());
    let document = csdl::parse(
        &sources,
        id,
        &Limits::default(),
        &mut Diagnostics::default(),
    );
    document.map_or(0, |document| document.schemas.len())
}

/// Document → resolved model.
#[divan::bench]
fn resolve() -> usize {
    let mut sources = Sources::default();
    let id = sources.add("document", TEXT.as_str());
    let mut diagnostics = Diagnostics::default();
    let document = csdl::parse(&sources, id, &Limits::default(), &mut diagnostics);
    let documents = Vec::from_iter(document);
    edm::resolve(&documents, &mut diagnostics).types.len()
}

/// Document → source files of the client in this repository.
#[divan::bench]
fn generate_slice() -> usize {
    let mut sources = Sources::default();
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../metadata/client.toml");
    let mut config = LoadedConfig::read(&config, &mut sources).expect("the configuration is valid");
    config.config.metadata.document = DOCUMENT.clone();
    let generated = generate(&config, &mut sources, &mut Diagnostics::default());
    generated.map_or(0, |generated| generated.files.len())
}
