//! The command `service-activity`, as a process.
#![cfg(feature = "cli")]

mod failures;
mod help;
mod results;
mod sign_in;

use std::process::{Child, Command, Output, Stdio};

use graph_emulator::{Emulator, EmulatorBuilder};

/// The command in an empty environment.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service-activity"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// What a process left behind.
#[derive(Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let run = Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        // Neither is a terminal.
        assert!(
            !run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'),
            "{run:?}"
        );
        run
    }
}

impl Run {
    /// What it wrote, if nothing went wrong.
    pub(crate) fn fine(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""));
        self.out
    }

    /// The lines of its error, if it ended with this code and no result.
    pub(crate) fn failed(self, code: i32) -> Vec<String> {
        assert_eq!(
            (self.code, self.out.as_str()),
            (Some(code), ""),
            "{}",
            self.err
        );
        self.err.lines().map(str::to_owned).collect()
    }
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    command(arguments).output().unwrap().into()
}

/// Runs the command with a token, on a thread of its own so that the emulator can answer.
pub(crate) async fn run_at(emulator: &Emulator, arguments: &[&str]) -> Run {
    let mut command = with_token(emulator, arguments);
    let output = tokio::task::spawn_blocking(move || command.output());
    output.await.unwrap().unwrap().into()
}

pub(crate) fn with_token(emulator: &Emulator, arguments: &[&str]) -> Command {
    let endpoint = emulator.endpoint().to_string();
    let mut command = command(&["--endpoint", &endpoint]);
    command.args(arguments).env("GRAPH_ACCESS_TOKEN", "a-token");
    command
}

pub(crate) async fn start(builder: EmulatorBuilder) -> Emulator {
    builder.start().await.unwrap()
}

/// A process that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
