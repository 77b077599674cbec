//! Work that runs on after its request was answered.

mod status;

use crate::common::builder;
use crate::common::memory::{Read, exchange, get, post, request};
use graph_emulator::{
    Emulator, EmulatorBuilder, Fault, Monitor, RetryAfter, StartError, StatusCode, WorkState,
};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

const CSDL: &str = include_str!("../../work.csdl");

/// A drive with a file that can be copied, and a team.
fn service() -> EmulatorBuilder {
    builder()
        .metadata(CSDL)
        .with_entity("drive/root", json!({"id": "r", "name": "root"}))
        .with_entities("drive/root/children", json!([{"id": "f", "name": "a.txt"}]))
        .with_entities("teams", json!([{"id": "t", "displayName": "Team"}]))
        .with_action("copy", |call| {
            let copy = json!({"id": "c", "name": call.parameters["name"]});
            call.entities.create("drive/root/children", copy)
        })
        .with_action("archive", |call| {
            call.entities
                .update(&call.bound_path, json!({"isArchived": true}))
        })
}

fn start(setup: EmulatorBuilder) -> Emulator {
    setup.start_in_memory().unwrap()
}

async fn copy(emulator: &Emulator) -> Read {
    post(emulator, "/drive/items/f/copy", json!({"name": "b.txt"})).await
}

/// A GET without a token.
async fn poll(emulator: &Emulator, url: &str) -> Read {
    exchange(emulator, request(emulator, "GET", url), "")
        .await
        .unwrap()
}

#[tokio::test]
async fn a_copy_is_followed_without_a_token() {
    let monitor = Monitor::drive_item()
        .polls(2)
        .retry_after(RetryAfter::Seconds(3));
    let emulator = start(service().runs_on("copy", monitor.progress([0.0, 27.8])));
    let accepted = copy(&emulator).await;
    assert_eq!(accepted.answer(), (202, Value::Null));
    assert_eq!(accepted.header("retry-after"), "3");
    let url = accepted.header("location").to_owned();
    assert!(
        url.starts_with("https://storage.emulator.invalid/monitor/"),
        "{url}"
    );

    let running = |percentage: f64, status: &str| json!({"operation": "ItemCopy", "percentageComplete": percentage, "status": status});
    let first = poll(&emulator, &url).await;
    assert_eq!(first.answer(), (202, running(0.0, "notStarted")));
    assert_eq!(
        (first.header("retry-after"), first.header("odata-version")),
        ("3", "")
    );
    assert_eq!(
        poll(&emulator, &url).await.answer(),
        (202, running(27.8, "inProgress"))
    );
    assert_eq!(emulator.entity("drive/items/c"), None, "it is not done yet");
    let done = json!({"percentageComplete": 100.0, "resourceId": "c", "status": "completed"});
    for _ in 0..2 {
        let last = poll(&emulator, &url).await;
        assert_eq!(
            (last.answer(), last.header("retry-after")),
            ((200, done.clone()), "")
        );
    }
    assert_eq!(emulator.entity("drive/items/c").unwrap()["name"], "b.txt");
    assert_eq!(get(&emulator, &url).await.status, 401, "it takes no token");
    let unknown = poll(&emulator, "https://storage.emulator.invalid/monitor/x").await;
    assert_eq!(unknown.status, 404);
    let [work] = &emulator.work()[..] else {
        panic!("one piece of work");
    };
    assert_eq!((work.polls, work.state), (3, WorkState::Succeeded));
    assert_eq!(
        (&work.monitor, work.path.as_str()),
        (&url, "/beta/drive/items/f/copy")
    );
}

#[tokio::test]
async fn a_monitor_leads_to_the_result() {
    let monitor = Monitor::drive_item().redirects().result("drive/items/c");
    let monitor = monitor.running_status(StatusCode::OK);
    let emulator = start(service().runs_on("microsoft.graph.copy", monitor));
    let url = copy(&emulator).await.header("location").to_owned();
    assert_eq!(
        poll(&emulator, &url).await.answer().1["percentageComplete"],
        50.0
    );
    let last = poll(&emulator, &url).await;
    let result = format!("{}/drive/items/c", emulator.endpoint());
    assert_eq!(
        (last.answer(), last.header("location")),
        ((303, Value::Null), &*result)
    );
    assert_eq!(get(&emulator, &result).await.status, 200);
    let elsewhere = Monitor::drive_item().polls(0).redirects();
    let elsewhere = elsewhere.result("https://example.org/x");
    let emulator = start(service().runs_on("copy", elsewhere));
    let url = copy(&emulator).await.header("location").to_owned();
    let last = poll(&emulator, &url).await;
    assert_eq!(last.header("location"), "https://example.org/x");
}

#[tokio::test]
async fn work_that_fails_has_no_effect() {
    let monitor = Monitor::drive_item().fails("nameAlreadyExists", "Name already exists");
    let emulator = start(service().runs_on("copy", monitor));
    let url = copy(&emulator).await.header("location").to_owned();
    poll(&emulator, &url).await;
    let error = json!({"code": "nameAlreadyExists", "message": "Name already exists"});
    let failed = json!({
        "operation": "ItemCopy",
        "percentageComplete": 50.0,
        "status": "failed",
        "error": error,
    });
    assert_eq!(poll(&emulator, &url).await.answer(), (200, failed));
    assert_eq!(emulator.entity("drive/items/c"), None);
    assert_eq!(emulator.work()[0].state, WorkState::Failed);
    // What the handler refuses in the end has failed, too.
    let emulator = start(service().runs_on("copy", Monitor::drive_item().polls(0)));
    let urls = [copy(&emulator).await, copy(&emulator).await];
    let statuses = [
        poll(&emulator, urls[0].header("location")).await.json(),
        poll(&emulator, urls[1].header("location")).await.json(),
    ];
    assert_eq!(statuses[0]["status"], "completed");
    assert_eq!(
        (&statuses[1]["status"], &statuses[1]["error"]["code"]),
        (&json!("failed"), &json!("Conflict"))
    );
}

#[tokio::test]
async fn what_is_refused_is_refused_at_once() {
    let emulator = start(service().runs_on("copy", Monitor::drive_item()));
    for (path, body, status) in [
        ("/drive/items/no/copy", json!({"name": "b"}), 404),
        ("/drive/items/f/copy", json!({"name": 1}), 400),
        ("/drive/items/f/copy", json!({"nme": "b"}), 400),
        ("/drive/items/f/copy(x=1)", json!({}), 400),
    ] {
        assert_eq!(post(&emulator, path, body).await.status, status, "{path}");
    }
    assert_eq!(get(&emulator, "/drive/items/f/copy").await.status, 405);
    assert!(emulator.work().is_empty());
    let unknown = service()
        .runs_on("cpy", Monitor::drive_item())
        .start_in_memory();
    assert!(matches!(unknown, Err(StartError::Undeclared(name)) if name == "cpy"));
}

#[tokio::test]
async fn an_action_needs_no_handler() {
    let setup = builder().metadata(CSDL);
    let setup = setup.with_entities("teams", json!([{"id": "t"}]));
    let emulator = start(setup.runs_on("archive", Monitor::operation().polls(0)));
    let accepted = post(&emulator, "/teams/t/archive", json!({})).await;
    let location = accepted.header("location").to_owned();
    let root = emulator.endpoint();
    assert!(
        location.starts_with(&format!("{root}/teams('t')/operations('")),
        "{location}"
    );
    let (status, mut operation) = get(&emulator, &location).await.answer();
    operation.as_object_mut().unwrap().remove("id");
    let expected = json!({
        "createdDateTime": "2023-01-02T00:00:00.000Z",
        "lastActionDateTime": "2023-01-02T00:00:00.000Z",
        "status": "succeeded",
        "percentageComplete": 100,
        "resourceId": "t",
        "resourceLocation": format!("{root}/teams('t')"),
    });
    assert_eq!((status, operation), (200, expected));
}

#[tokio::test]
async fn a_team_is_made_by_and_by() {
    let emulator = start(service().runs_on("teams", Monitor::teams()));
    let accepted = post(&emulator, "/teams", json!({"displayName": "New"})).await;
    assert_eq!(accepted.answer(), (202, Value::Null));
    let team = accepted.header("content-location");
    let id = team
        .strip_prefix("/teams('")
        .unwrap()
        .strip_suffix("')")
        .unwrap();
    let location = accepted.header("location");
    assert!(
        location.starts_with(&format!("{team}/operations('")),
        "{location}"
    );
    let keys_as_segments = location.replace("('", "/").replace("')", "");
    let (status, running) = get(&emulator, &keys_as_segments).await.answer();
    let expected = json!({
        "id": running["id"],
        "operationType": "createTeam",
        "createdDateTime": "2023-01-02T00:00:00.000Z",
        "lastActionDateTime": "2023-01-02T00:00:00.000Z",
        "status": "inProgress",
        "attemptsCount": 1,
        "targetResourceId": id,
        "targetResourceLocation": team,
        "error": null,
    });
    assert_eq!((status, running), (200, expected));
    assert_eq!(emulator.entity(team), None);
    assert_eq!(get(&emulator, location).await.json()["status"], "succeeded");
    assert_eq!(emulator.entity(team).unwrap()["displayName"], "New");
    let refused = post(&emulator, "/teams", json!({"displayName": 1})).await;
    assert_eq!(refused.status, 400);
    let without_token = exchange(&emulator, request(&emulator, "GET", location), "").await;
    assert_eq!(without_token.unwrap().status, 401);
    assert_eq!(post(&emulator, location, json!({})).await.status, 405);
}

#[tokio::test]
async fn a_team_is_archived_or_not() {
    let monitor = Monitor::teams().polls(0);
    let emulator = start(service().runs_on("archive", monitor.clone()));
    let accepted = post(&emulator, "/teams/t/archive", json!({})).await;
    assert_eq!(accepted.header("content-location"), "/teams('t')");
    let done = get(&emulator, accepted.header("location")).await.json();
    assert_eq!(
        (&done["operationType"], &done["error"]),
        (&json!("archiveTeam"), &Value::Null)
    );
    assert_eq!(emulator.entity("teams/t").unwrap()["isArchived"], true);
    let elsewhere = monitor.clone().result("teams('n')");
    let emulator = start(service().runs_on("archive", elsewhere));
    let accepted = post(&emulator, "/teams/t/archive", json!({})).await;
    assert_eq!(accepted.header("content-location"), "/teams('n')");
    let done = get(&emulator, accepted.header("location")).await.json();
    assert_eq!(done["targetResourceId"], "n");
    let failing = monitor.fails("Conflict", "It is archived.");
    let emulator = start(service().runs_on("archive", failing));
    let accepted = post(&emulator, "/teams/t/archive", json!({})).await;
    let failed = get(&emulator, accepted.header("location")).await.json();
    let error = json!({"code": "Conflict", "message": "It is archived."});
    assert_eq!(
        (&failed["status"], &failed["error"]),
        (&json!("failed"), &error)
    );
}

#[tokio::test]
async fn headers_of_azure_and_their_words() {
    for (monitor, header, words, result) in [
        (
            Monitor::operation_location(),
            "operation-location",
            ["Running", "Succeeded", "Failed"],
            "result",
        ),
        (
            Monitor::azure_async_operation(),
            "azure-asyncoperation",
            ["InProgress", "Succeeded", "Failed"],
            "properties",
        ),
    ] {
        let emulator = start(service().runs_on("copy", monitor.clone()));
        let accepted = copy(&emulator).await;
        assert_eq!(
            (accepted.status.as_u16(), accepted.header("location")),
            (202, "")
        );
        let url = accepted.header(header);
        assert_eq!(get(&emulator, url).await.json()["status"], words[0]);
        let done = get(&emulator, url).await.json();
        assert_eq!(done["status"], words[1]);
        assert_eq!(
            (&done[result]["id"], &done["error"]),
            (&json!("c"), &Value::Null)
        );
        let emulator = start(service().runs_on("copy", monitor.polls(0).fails("x", "y")));
        let url = copy(&emulator).await.header(header).to_owned();
        let failed = get(&emulator, &url).await.json();
        let expected = (&json!(words[2]), &json!({"code": "x", "message": "y"}));
        assert_eq!((&failed["status"], &failed["error"]), expected);
    }
}

#[tokio::test]
async fn a_poll_that_does_not_get_through() {
    let emulator = start(service().runs_on("copy", Monitor::drive_item().polls(1)));
    let url = copy(&emulator).await.header("location").to_owned();
    emulator.inject(Fault::GatewayTimeout);
    emulator.inject(Fault::GatewayTimeout.after_effect());
    for _ in 0..2 {
        assert_eq!(poll(&emulator, &url).await.status, 504);
    }
    assert_eq!(emulator.work()[0].polls, 1, "the first one was none");
    assert_eq!(poll(&emulator, &url).await.json()["status"], "completed");
}

#[tokio::test]
async fn a_request_is_chosen_by_its_path() {
    let setup = service().runs_on("/teams/t", Monitor::operation().polls(0));
    let emulator = start(setup);
    let patch = request(&emulator, "PATCH", "/teams/t")
        .header("authorization", "Bearer t")
        .header("content-type", "application/json");
    let accepted = exchange(&emulator, patch, r#"{"displayName": "x"}"#)
        .await
        .unwrap();
    assert_eq!(accepted.status, 202);
    assert_eq!(
        get(&emulator, "/teams/t").await.json()["displayName"],
        "Team"
    );
    let done = get(&emulator, accepted.header("location")).await.json();
    assert_eq!(
        done["resourceLocation"],
        format!("{}/teams('t')", emulator.endpoint())
    );
    assert_eq!(get(&emulator, "/teams/t").await.json()["displayName"], "x");
}

#[tokio::test]
async fn a_handler_may_look_at_the_work() {
    let emulator: Arc<OnceLock<Emulator>> = Arc::default();
    let looking = Arc::clone(&emulator);
    let setup = service().with_action("archive", move |_| {
        let work = looking.get().map(Emulator::work).unwrap_or_default();
        json!({"states": work.iter().map(|it| format!("{:?}", it.state)).collect::<Vec<_>>()})
    });
    let setup = setup.runs_on("archive", Monitor::operation_location().polls(0));
    let emulator = emulator.get_or_init(|| start(setup));
    let accepted = post(emulator, "/teams/t/archive", json!({})).await;
    let done = get(emulator, accepted.header("operation-location"))
        .await
        .json();
    assert_eq!(done["status"], "Succeeded");
    assert_eq!(emulator.work()[0].state, WorkState::Succeeded);
}
