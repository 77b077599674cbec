//! What hostile documents of 10 MiB cost: of each a client is made, in a process of its own.
//!
//! ```text
//! cargo bench -p csdl-codegen --bench hostile
//! ```
//!
//! Ends with 1 if one of them takes more than [`TIME`] or [`MEMORY`].

#[path = "../tests/hostile/documents.rs"]
mod documents;

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::generate::generate_from;
use csdl_codegen::source::Sources;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// The command line's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BYTES: usize = 10 << 20;
const TIME: Duration = Duration::from_secs(2);
/// In KiB, as the kernel counts.
const MEMORY: u64 = 300 << 10;

/// Names the document that a child process is to try.
const DOCUMENT: &str = "HOSTILE_DOCUMENT";

fn main() -> ExitCode {
    if let Ok(path) = std::env::var(DOCUMENT) {
        measure(&path);
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().expect("a folder for the documents");
    let mut is_good = true;
    println!(
        "{:9} {:>8} {:>8} {:>9}  document",
        "bytes", "ms", "MiB", "written"
    );
    for (name, text) in documents::all(BYTES) {
        let path = folder.path().join("document.csdl");
        std::fs::write(&path, &text).expect("a document is written");
        let program = std::env::current_exe().expect("this program has a path");
        let output = Command::new(program).env(DOCUMENT, &path).output();
        let output = output.expect("this program can be started");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut numbers = said.split_whitespace().map(|n| n.parse::<u64>());
        let mut next = || numbers.next().and_then(Result::ok);
        let (Some(millis), Some(memory), Some(written)) = (next(), next(), next()) else {
            println!(
                "{:9} {:>8} {:>8} {:>9}  {name}: {}",
                text.len(),
                "-",
                "-",
                "-",
                output.status
            );
            is_good = false;
            continue;
        };
        let within = Duration::from_millis(millis) <= TIME && memory <= MEMORY;
        let mark = if within { "" } else { "  TOO MUCH" };
        println!(
            "{:9} {millis:8} {:8} {written:9}  {name}{mark}",
            text.len(),
            memory >> 10
        );
        is_good &= within;
    }
    ExitCode::from(u8::from(!is_good))
}

/// Prints how many milliseconds a document takes, and how many KiB the process had at most.
fn measure(path: &str) {
    let start = Instant::now();
    let text = std::fs::read_to_string(path).expect("the document can be read");
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = Path::new("client.toml");
    let source = sources.add(path, documents::CONFIG);
    let config = LoadedConfig::parse(path, source, &sources)
        .unwrap_or_else(|problems| panic!("{}", problems.render(&sources)));
    let id = sources.add("hostile.csdl", text);
    let generated = generate_from(&config, &[id], &sources, &mut diagnostics);
    let said = diagnostics.render(&sources);
    let written: usize = generated
        .iter()
        .flat_map(|g| &g.files)
        .map(|f| f.contents.len())
        .sum();
    std::hint::black_box((generated, said));
    let wall = start.elapsed().as_millis();
    let spent = processor_time().map_or(wall, |processor| processor.min(wall));
    println!("{spent} {} {written}", peak_memory());
}

/// The milliseconds that processors had for this process, which others on a busy machine do not make
/// more of. Linux only.
fn processor_time() -> Option<u128> {
    /// Of a clock tick, which is the same on all of them.
    const MILLISECONDS: u128 = 10;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in parentheses, may have spaces.
    let (_, numbers) = stat.rsplit_once(") ")?;
    let ticks = numbers.split(' ').skip(11).take(2).map(str::parse::<u128>);
    Some(ticks.sum::<Result<u128, _>>().ok()? * MILLISECONDS)
}

/// Linux only; elsewhere 0.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}
