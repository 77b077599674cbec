//! `cargo codegen`: writes the client anew.

use super::{Failed, Session};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::generate::{Generated, Summary, generate};
use csdl_codegen::output::{self, Difference};
use std::path::Path;
use std::time::Instant;

/// Generates and writes; prints what was read, what was written and how long it took.
pub fn run(config: &Path, session: &mut Session) -> Result<(), Failed> {
    let started = Instant::now();
    let (config, generated) = generated(config, session)?;
    let output = config.output();
    let written = output::write(&output, &generated.files).map_err(Failed::because)?;
    print_read(&generated.summary);
    print_written(&output, &generated, &written);
    println!("took  {:.0?}", started.elapsed());
    Ok(())
}

/// The client's files, as its configuration says.
pub(super) fn generated(
    config: &Path,
    session: &mut Session,
) -> Result<(LoadedConfig, Generated), Failed> {
    let config = session.config(config)?;
    let generated = generate(&config, &mut session.sources, &mut session.diagnostics).ok_or(Failed);
    session.check()?;
    Ok((config, generated?))
}

fn print_read(summary: &Summary) {
    for (name, bytes) in &summary.documents {
        println!("read  {name} ({bytes} bytes)");
    }
    println!(
        "slice {} types, {} operations",
        summary.types, summary.operations
    );
}

fn print_written(output: &Path, generated: &Generated, written: &[Difference]) {
    let (files, lines) = (generated.files.len(), generated.summary.lines);
    let folder = output.canonicalize().unwrap_or_else(|_| output.to_owned());
    let place = std::env::current_dir()
        .ok()
        .and_then(|here| folder.strip_prefix(here).ok().map(Path::to_path_buf));
    println!(
        "wrote {} ({files} files, {lines} lines)",
        place.unwrap_or(folder).display()
    );
    if written.is_empty() {
        println!("      nothing changed");
    }
    for difference in written {
        match difference {
            Difference::Missing(path) => println!("      {path} (new)"),
            Difference::Changed(path) => println!("      {path}"),
            Difference::Stale(path) => println!("      {path} (removed)"),
            Difference::Foreign(_) => {}
        }
    }
}
