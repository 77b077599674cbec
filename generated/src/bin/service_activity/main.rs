//! `service-activity`: how much of Microsoft 365 worked for a tenant, in a terminal.

mod alerts;
mod arguments;
mod connection;
mod demo;
mod failure;
mod get;
mod list;
mod names;
mod output;
mod report;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use failure::Failure;

fn main() -> ExitCode {
    // Before anything else is set up, so that `--help` is there at once.
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments {
        connection,
        command,
    } = arguments;
    if let Command::List(options) = command {
        return list::run(&options);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("no threads can be started: {error}")))?;
    runtime.block_on(async {
        let service = connection.open().await?;
        match command {
            Command::List(options) => list::run(&options),
            Command::Get(options) => get::run(&service, &options).await,
            Command::Report(options) => report::run(&service, &options).await,
            Command::Watch(options) => watch::run(&service, &options).await,
            Command::Alerts(options) => alerts::run(&service, &options).await,
        }
    })
}
