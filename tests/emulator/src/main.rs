//! The emulator as a program: prints its address and serves until it is ended.

use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

use graph_emulator::serde_json::{self, Value};
use graph_emulator::{Emulator, EmulatorBuilder};
use serde::de::{Deserializer as _, MapAccess, Visitor};

const HELP: &str = "\
A fake Microsoft Graph on loopback, driven by CSDL metadata.

Usage: graph-emulator [OPTIONS]

Prints the address of the service root and serves until it is ended. Every bearer token is taken.

Options:
  --metadata FILE      the CSDL document to play; by default a slice of Graph beta
  --annotations FILE   a CSDL document of annotations; may be given more than once
  --api-version TEXT   the first segment of every path [default: beta]
  --port NUMBER        the port of 127.0.0.1; 0 takes a free one [default: 0]
  --seed FILE          the data: a JSON object that has an array of entities, or an entity, for
                       each path below the service root, such as
                       {\"users\": [{\"id\": \"a\"}], \"me\": {\"displayName\": \"Me\"}}
  --page-size NUMBER   the most items on a page [default: 10000]
  --help               this text
  --version            the version of the emulator
";

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1).map(|argument| {
        let text = argument.into_string();
        text.unwrap_or_else(|argument| argument.to_string_lossy().into_owned())
    });
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("graph-emulator: {}", inert(&message));
            ExitCode::FAILURE
        }
    }
}

/// Does what the arguments say; a message says why it cannot.
fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let Some(setup) = setup(arguments)? else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(|error| format!("no runtime can be started: {error}"))?;
    runtime.block_on(async {
        let emulator = setup.start().await.map_err(|error| error.to_string())?;
        print(&format!("{}\n", emulator.endpoint()))?;
        std::future::pending::<Result<(), String>>().await
    })
}

/// Reads the arguments; `None` when they ask for a text, which is printed then.
fn setup(mut arguments: impl Iterator<Item = String>) -> Result<Option<EmulatorBuilder>, String> {
    let mut builder = Emulator::builder();
    let mut annotations = Vec::new();
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value = || {
            let value = inline.clone().or_else(|| arguments.next());
            value.ok_or_else(|| format!("{name} needs a value; see --help"))
        };
        match name {
            "--help" | "-h" => return print(HELP).map(|()| None),
            "--version" | "-V" => {
                let version = env!("CARGO_PKG_VERSION");
                return print(&format!("graph-emulator {version}\n")).map(|()| None);
            }
            "--metadata" => builder = builder.metadata(read(&value()?)?),
            "--annotations" => annotations.push(read(&value()?)?),
            "--api-version" => builder = builder.version(value()?),
            "--port" => {
                builder = builder.port(number(name, &value()?, "a number from 0 to 65535")?);
            }
            "--page-size" => {
                builder = builder.page_size(number(name, &value()?, "a whole number")?);
            }
            "--seed" => builder = sow(builder, &value()?)?,
            _ => return Err(format!("there is no option '{argument}'; see --help")),
        }
    }
    // Those of the bundled metadata go when other metadata comes, wherever it stands.
    Ok(Some(
        annotations
            .into_iter()
            .fold(builder, |builder, csdl: String| builder.annotations(csdl)),
    ))
}

fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{file} cannot be read: {error}"))
}

fn number<T: std::str::FromStr>(name: &str, text: &str, expected: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("'{text}' is no value of {name}: expected {expected}"))
}

/// Adds the data of a file.
fn sow(builder: EmulatorBuilder, file: &str) -> Result<EmulatorBuilder, String> {
    let text = read(file)?;
    let mut json = serde_json::Deserializer::from_str(&text);
    let seeds = json.deserialize_map(InOrder);
    let seeds = seeds.and_then(|seeds| json.end().map(|()| seeds));
    let seeds = seeds.map_err(|error| format!("{file} has no data: {error}"))?;
    Ok(seeds
        .into_iter()
        .fold(builder, |builder, (path, value)| match value {
            Value::Object(_) => builder.with_entity(path, value),
            value => builder.with_entities(path, value),
        }))
}

/// Reads an object's members in their order, as data may refer to what comes before it.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of paths and their data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

/// Prints a text at once, whatever the output is.
fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    printed.map_err(|error| format!("the output cannot be written: {error}"))
}

/// A text of a file's or the caller's that does nothing to a terminal.
fn inert(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\'' | '"' | '\\' => character.to_string(),
            character => character.escape_debug().to_string(),
        })
        .collect()
}
