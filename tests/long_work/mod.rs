//! Work that takes more than one request, by the runtime at the emulator: uploads in sessions, operations that
//! run on, what changed in a collection.

mod changes;
mod operations;
mod uploads;

use std::time::Duration;

use graph_emulator::{Emulator, EmulatorBuilder};
use odata_runtime::{AdditionalProperties, Client, ClientBuilder, Cloud, ODataType, RetryPolicy};
use serde_json::json;

const CLOUD: Cloud = Cloud::new("Test", "https://graph.emulator.invalid/beta", "", "");

/// A file, as far as these tests look at it.
#[derive(Debug, Clone, Default, PartialEq)]
struct DriveItem {
    name: Option<String>,
    size: Option<i64>,
    additional_properties: AdditionalProperties,
}

odata_runtime::model! {
    DriveItem {
        NAME: name = "name" of String,
        SIZE: size = "size" of i64,
    }
}

impl ODataType for DriveItem {
    const NAME: &'static str = "microsoft.graph.driveItem";
}

/// A service with a drive, teams and messages.
fn emulator() -> EmulatorBuilder {
    Emulator::builder().metadata(include_str!("../emulator/tests/work.csdl"))
}

/// One with a folder and a file.
fn drive() -> EmulatorBuilder {
    emulator()
        .with_entity("drive/root", json!({"id": "root", "name": "root"}))
        .with_entities("drive/items", json!([{"id": "a", "name": "a.txt"}]))
}

/// A client of it that waits no time after a fault.
fn builder(endpoint: impl Into<String>) -> ClientBuilder {
    let retry = RetryPolicy::default()
        .initial_backoff(Duration::ZERO)
        .max_backoff(Duration::ZERO);
    Client::builder(CLOUD, "test/1")
        .bearer_token("secret-token")
        .endpoint(endpoint)
        .retry(retry)
}

/// A client of an emulator without a socket.
fn client(emulator: &Emulator) -> Client {
    let builder = builder(emulator.endpoint()).transport(emulator.transport());
    builder.build().expect("a valid client")
}
