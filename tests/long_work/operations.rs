//! Operations that run on, in each form that the emulator plays.

use super::{DriveItem, client, drive};
use graph_emulator::{Emulator, Monitor, RetryAfter, WorkState};
use odata_runtime::{AsyncResponse, Client, ErrorKind, Method, Poller};
use serde_json::{Value, json};
use std::time::Duration;

/// Copies the file, and follows the copy.
async fn copy(emulator: &Emulator) -> (Client, Poller<DriveItem>) {
    let client = client(emulator);
    let request = client
        .request::<Option<Value>>(Method::POST, "/drive/items/a/copy")
        .unwrap();
    let request = request.body("application/json", r#"{"name": "b.txt"}"#);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let poller = client.poller::<DriveItem, _>(&answer).unwrap();
    let poller = poller.expect("an operation").interval(Duration::ZERO);
    (client, poller)
}

fn copying(monitor: Monitor) -> Emulator {
    let setup = drive().runs_on("copy", monitor.retry_after(RetryAfter::Seconds(0)));
    let setup = setup.with_action("copy", |call| {
        let name = call.parameters["name"].clone();
        call.entities
            .update(&call.bound_path, json!({"name": name}))
    });
    setup.start_in_memory().unwrap()
}

#[tokio::test]
async fn each_form_of_an_operation_is_followed() {
    for (name, monitor, has_result) in [
        ("a copy's monitor", Monitor::drive_item(), false),
        (
            "a monitor that redirects",
            Monitor::drive_item().redirects(),
            true,
        ),
        ("an operation of teams", Monitor::teams(), true),
        ("an operation", Monitor::operation(), true),
        ("Operation-Location", Monitor::operation_location(), true),
        (
            "Azure-AsyncOperation",
            Monitor::azure_async_operation(),
            true,
        ),
    ] {
        let monitor = monitor.polls(3).result("drive/items/a");
        let emulator = copying(monitor);
        let (_, mut poller) = copy(&emulator).await;
        let completed = poller
            .wait()
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let made = completed.result.map(|item| item.name.unwrap());
        let expected = has_result.then_some("b.txt");
        assert_eq!(made.as_deref(), expected, "{name}");
        assert_eq!(emulator.work()[0].state, WorkState::Succeeded, "{name}");
        let foreign = emulator.foreign_requests();
        assert!(
            foreign.iter().all(|request| !request.has_authorization()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_operation_that_fails_says_why() {
    for monitor in [
        Monitor::drive_item(),
        Monitor::teams(),
        Monitor::operation_location(),
    ] {
        let monitor = monitor
            .polls(1)
            .fails("nameAlreadyExists", "There is one of that name.");
        let emulator = copying(monitor);
        let (_, mut poller) = copy(&emulator).await;
        let failure = poller.wait().await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::OperationFailed);
        assert_eq!(failure.code(), Some("nameAlreadyExists"));
        assert_eq!(emulator.work()[0].state, WorkState::Failed);
    }
}

/// Reads the file, later.
async fn later(client: &Client) -> Poller<DriveItem> {
    let file = client.root().segment("drive").segment("items").key("a");
    match client.respond_async(file.get::<DriveItem>()).await.unwrap() {
        AsyncResponse::Running(poller) => poller,
        AsyncResponse::Complete(response) => panic!("{response:?}"),
    }
}

#[tokio::test]
async fn a_response_may_come_later() {
    let monitor = Monitor::status_monitor()
        .polls(2)
        .retry_after(RetryAfter::Seconds(0));
    let emulator = drive().responds_async(monitor).start_in_memory().unwrap();
    let client = client(&emulator);
    let mut poller = later(&client).await.interval(Duration::ZERO);
    let item = poller.wait().await.unwrap().result.unwrap();
    assert_eq!(item.name.as_deref(), Some("a.txt"));
}

#[tokio::test]
async fn a_response_that_comes_later_is_cancelled() {
    let monitor = Monitor::status_monitor().polls(1000);
    let emulator = drive().responds_async(monitor).start_in_memory().unwrap();
    let client = client(&emulator);
    later(&client).await.cancel().await.unwrap();
    assert_eq!(emulator.work()[0].state, WorkState::Canceled);
}
