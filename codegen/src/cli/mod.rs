//! Commands, their arguments and exit codes.

mod check;
mod diff;
mod document;
mod explain;
mod generate;
mod list;
mod new;
mod permissions;
mod report;
mod slice;
mod snippet;
mod update;

use clap::parser::ValueSource;
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand, value_parser};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::{Diagnostic, Diagnostics, Severity};
use csdl_codegen::show::inert;
use csdl_codegen::source::Sources;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How the command is called: by its name, or by the alias of this repository's workspace. Cargo says
/// which package's program it runs.
fn program() -> &'static str {
    match std::env::var("CARGO_PKG_NAME").as_deref() {
        Ok(env!("CARGO_PKG_NAME")) => "cargo codegen",
        _ => "csdl-codegen",
    }
}

/// Typed Rust clients from OData CSDL metadata.
///
/// Exit codes: 0 when all is well, 1 when the input is invalid or files differ, 2 when the
/// command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "csdl-codegen", bin_name = program(), version)]
struct Arguments {
    /// The client's configuration
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        default_value = "metadata/client.toml"
    )]
    config: PathBuf,
    /// Treat warnings as errors
    #[arg(long, global = true)]
    strict: bool,
    #[command(flatten)]
    generate: generate::GenerateArguments,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the package of a new client, in a folder of its own
    New(new::NewArguments),
    /// Write the client anew from its metadata (the default)
    Generate(generate::GenerateArguments),
    /// Compare the client with its metadata; exit 1 and name the files that differ
    Check(check::CheckArguments),
    /// Print the part of a document that some paths need, in canonical form
    Slice(slice::SliceArguments),
    /// Print what a document declares: paths, operations and types
    List(list::ListArguments),
    /// Take the metadata from a new document, write the client anew and print what changed
    Update(update::UpdateArguments),
    /// Print what a change of the metadata means to the client's users
    Diff(diff::DiffArguments),
    /// Print the Rust program that sends an HTTP request, as documentation shows one
    Snippet(snippet::SnippetArguments),
    /// Write what callers need to be granted for the client's requests, as annotations
    Permissions(permissions::PermissionsArguments),
    /// Print what the code of an error or warning means, with an example
    Explain(explain::ExplainArguments),
}

/// The command line, with `--config` shown only where it has a meaning.
fn command_line() -> clap::Command {
    let without = ["new", "list", "explain"];
    without.iter().fold(Arguments::command(), |all, name| {
        all.mut_subcommand(name, |command| {
            let config = Arg::new("config").long("config").hide(true);
            command.arg(config.value_parser(value_parser!(PathBuf)))
        })
    })
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let matches = command_line().get_matches();
    let config_source = matches.value_source("config");
    let arguments = Arguments::from_arg_matches(&matches);
    let arguments = arguments.unwrap_or_else(|error| error.exit());
    let mut context = Context::new(arguments.strict, config_source);
    let config = &arguments.config;
    let outcome = match &arguments.command {
        None => generate::run(&arguments.generate, config, &mut context),
        Some(Command::New(new)) => new::run(new, &mut context),
        Some(Command::Generate(generate)) => generate::run(generate, config, &mut context),
        Some(Command::Check(check)) => check::run(check, config, &mut context),
        Some(Command::Slice(slice)) => slice::run(slice, config, &mut context),
        Some(Command::List(list)) => list::run(list, &mut context),
        Some(Command::Update(update)) => update::run(update, config, &mut context),
        Some(Command::Diff(diff)) => diff::run(diff, config, &mut context),
        Some(Command::Snippet(snippet)) => snippet::run(snippet, config, &mut context),
        Some(Command::Permissions(permissions)) => {
            permissions::run(permissions, config, &mut context)
        }
        Some(Command::Explain(explain)) => explain::run(explain),
    };
    context.report();
    match outcome {
        Ok(()) if !context.diagnostics.has_errors() => ExitCode::SUCCESS,
        Ok(()) | Err(Failed) => ExitCode::from(1),
    }
}

/// Prints to standard output; a reader that has gone away, as in `… | head`, is not an error.
fn print(text: &str) -> Result<(), Failed> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failed::because(error)),
        _ => Ok(()),
    }
}

/// The command failed, and said why.
#[derive(Debug)]
struct Failed;

impl Failed {
    /// Says why on standard error.
    fn because(message: impl std::fmt::Display) -> Self {
        let message = message.to_string();
        let lines: Vec<_> = message.lines().map(inert).collect();
        eprintln!("error: {}", lines.join("\n"));
        Self
    }
}

/// What the commands share: the texts that were read and the problems that were found.
struct Context {
    sources: Sources,
    diagnostics: Diagnostics,
    /// What to do about the errors, if that is not said by one of them.
    advice: Option<String>,
    strict: bool,
    /// Where the path of the configuration comes from.
    config_source: Option<ValueSource>,
}

impl Context {
    fn new(strict: bool, config_source: Option<ValueSource>) -> Self {
        Self {
            sources: Sources::default(),
            diagnostics: Diagnostics::default(),
            advice: None,
            strict,
            config_source,
        }
    }

    /// Whether no configuration was named, and the default one does not exist.
    fn is_without_config(&self, path: &Path) -> bool {
        self.config_source != Some(ValueSource::CommandLine) && !path.exists()
    }

    fn config(&mut self, path: &Path) -> Result<LoadedConfig, Failed> {
        if self.is_without_config(path) {
            self.advice = Some(format!(
                "run it in the package's folder, name the configuration with `--config`, or make a package \
                 with `{} new`",
                program()
            ));
        }
        LoadedConfig::read(path, &mut self.sources).map_err(|problems| self.fail(problems))
    }

    /// Keeps problems that end the command.
    fn fail(&mut self, problems: impl Into<Diagnostics>) -> Failed {
        self.diagnostics.append(problems.into());
        Failed
    }

    /// Fails if anything found so far is an error, warnings included with `--strict`.
    fn check(&mut self) -> Result<(), Failed> {
        if self.strict {
            self.diagnostics.make_strict();
        }
        if self.diagnostics.has_errors() {
            Err(Failed)
        } else {
            Ok(())
        }
    }

    /// Prints the problems to standard error.
    fn report(&self) {
        if self.diagnostics.is_empty() {
            return;
        }
        let colored = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let text = if colored {
            self.diagnostics.render_colored(&self.sources)
        } else {
            self.diagnostics.render(&self.sources)
        };
        eprintln!("{text}");
        let errors = self.diagnostics.error_count();
        if errors > 0 {
            eprintln!(
                "\n{errors} error{}; nothing was written",
                if errors == 1 { "" } else { "s" }
            );
            if let Some(advice) = &self.advice {
                eprintln!("{advice}");
            }
            let is_error = |d: &&Diagnostic| d.severity == Severity::Error;
            if let Some(error) = self.diagnostics.iter().find(is_error) {
                let id = error.code.id();
                eprintln!("`{} explain {id}` says more about it", program());
            }
        }
    }
}
