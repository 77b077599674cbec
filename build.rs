//! Makes the client from metadata/ into `OUT_DIR/generated`, which tests/drift.rs compares with
//! generated/.

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::{Diagnostics, Severity};
use csdl_codegen::generate::{Generated, generate};
use csdl_codegen::output;
use csdl_codegen::source::Sources;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const CONFIG: &str = "metadata/client.toml";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=metadata");
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let made = make(&mut sources, &mut diagnostics);
    report(&diagnostics, &sources);
    let Some((config, generated)) = made else {
        return ExitCode::FAILURE;
    };
    match write(&generated).and_then(|()| warn_if_stale(&config, &generated)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

/// The configuration and what it gives; `None` if the diagnostics have an error.
fn make(sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<(LoadedConfig, Generated)> {
    let config = LoadedConfig::read(Path::new(CONFIG), sources)
        .map_err(|problems| *diagnostics = problems)
        .ok()?;
    let generated = generate(&config, sources, diagnostics)?;
    Some((config, generated))
}

/// Lists the problems among cargo's own errors and warnings, one line each. Cargo shows what goes
/// to standard error when a build script fails; that is where they stand in full.
fn report(diagnostics: &Diagnostics, sources: &Sources) {
    for diagnostic in diagnostics {
        let kind = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        println!("cargo::{kind}={}", diagnostic.headline(sources));
    }
    eprintln!("{}", diagnostics.render(sources));
}

fn write(generated: &Generated) -> io::Result<()> {
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("generated");
    output::write(&folder, &generated.files).map(drop)
}

/// Says what to run when the checked-in client is not the one that was just made.
fn warn_if_stale(config: &LoadedConfig, generated: &Generated) -> io::Result<()> {
    let differences = output::compare(&config.output(), &generated.files)?;
    let Some(first) = differences.first() else {
        return Ok(());
    };
    let more = match differences.len() - 1 {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    println!(
        "cargo::warning=generated/ is not what metadata/ gives ({first}{more}); run `cargo codegen`"
    );
    // Cargo repeats the warnings of a finished build script until something that the script
    // watches changes; without this, the warning would outlive its cause.
    println!("cargo::rerun-if-changed=generated/src");
    Ok(())
}
