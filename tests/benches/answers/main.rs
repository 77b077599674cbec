//! How much memory the answer takes that takes the most of it, with the client's own limits.
//!
//! ```text
//! cargo bench --bench answers
//! ```
//!
//! Of each kind of answer that is small on the wire and large in memory, the largest that the client takes
//! is sent, compressed, to a process of its own, whose peak is measured. All are shown; the worst is a row
//! of the table of `tests/benches/table.sh`. The exit code is 1 if one takes more than the limit.

mod kinds;
mod server;

use kinds::{KINDS, Kind};
use std::process::{Command, ExitCode};

type Failure = Box<dyn std::error::Error>;

/// What `ClientBuilder::max_response_memory` is if nothing else is set.
const LIMIT: u64 = 512 << 20;

/// What `ClientBuilder::max_response_bytes` is if nothing else is set.
const MAX_BYTES: usize = 64 << 20;

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [argument, kind, endpoint] = &arguments[..]
        && argument == "--ask"
    {
        return ask(&KINDS[kind.parse::<usize>()?], endpoint);
    }
    let mut worst = None;
    for (index, kind) in KINDS.iter().enumerate() {
        let (count, wire, peak) = largest(index, kind)?;
        println!(
            "{}: {count} items, {wire} bytes on the wire, {} MiB",
            kind.what,
            peak >> 20
        );
        worst = worst.max(Some((peak, wire, kind.what)));
    }
    let (peak, wire, what) = worst.ok_or("there is no kind")?;
    println!(
        "| the answer that takes the most memory: {what}, {wire} bytes on the wire | the limit | {} MiB | {} MiB | {:.2} |",
        peak >> 20,
        LIMIT >> 20,
        peak as f64 / LIMIT as f64
    );
    Ok(ExitCode::from(u8::from(peak > LIMIT)))
}

/// The largest answer of a kind that is taken: its items, its bytes on the wire, and the peak of memory.
fn largest(index: usize, kind: &Kind) -> Result<(usize, usize, u64), Failure> {
    let mut count = MAX_BYTES / kind.item.len();
    while count > 0 {
        let body = server::compressed(kind, count)?;
        let server = server::start(body.clone())?;
        let output = Command::new(std::env::current_exe()?)
            .args(["--ask", &index.to_string(), &server])
            .output()?;
        if output.status.success() {
            let peak = String::from_utf8(output.stdout)?.trim().parse()?;
            return Ok((count, body.len(), peak));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        if !said.contains("max_response") {
            return Err(format!("{}: {said}", kind.what).into());
        }
        count = count / 20 * 19;
    }
    Err(format!("{}: nothing is taken", kind.what).into())
}

/// Asks for the answer, and prints by how many bytes the peak of memory exceeds what there was before.
fn ask(kind: &Kind, endpoint: &str) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build()?;
    let client = graph_service_activity::Client::builder()
        .endpoint(endpoint)
        .bearer_token("a-token-of-no-worth")
        .build()?;
    let before = of_process("VmRSS:")?;
    if let Err(error) = runtime.block_on((kind.ask)(client)) {
        eprintln!("{error}");
        return Ok(ExitCode::FAILURE);
    }
    println!("{}", of_process("VmHWM:")?.saturating_sub(before));
    Ok(ExitCode::SUCCESS)
}

/// A figure of Linux's `/proc/self/status`, in bytes.
fn of_process(name: &str) -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kib.ok_or("the system does not tell")?.parse::<u64>()? << 10)
}
