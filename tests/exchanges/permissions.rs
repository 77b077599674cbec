//! Small programs and what they need: with exactly the least permissions the emulator lets them through, with
//! any one less it answers 403. `GRAPH_PERMISSIONS` names the folder of `graph-permissions.json`.

use super::{file, program};
use graph_emulator::{Emulator, Scheme};
use serde_json::json;
use std::future::Future;
use support::read;

const PROGRAMS: [&str; 9] = [
    "mail",
    "drafts",
    "groups",
    "teams",
    "files",
    "sign-ins",
    "conditional access",
    "people",
    "calendar",
];

/// The emulator with what the programs expect to be there.
async fn graph(permissions: &str) -> Emulator {
    let document = file("GRAPH_METADATA", "v1.0-Prod.csdl").expect("a document");
    let emulator = Emulator::builder()
        .metadata(read(&document))
        .version("v1.0")
        .permissions(permissions)
        .with_entity(
            "me",
            json!({"id": "u", "messages": [{"id": "1"}], "mailFolders": [{"id": "f"}]}),
        )
        .with_entity("me/drive", json!({"id": "d"}))
        .with_entities("users", json!([{"id": "u"}]))
        .with_entities("groups", json!([{"id": "g"}]))
        .with_entities("teams", json!([{"id": "t"}]))
        .with_entities("sites", json!([{"id": "s"}]))
        .with_entities("drives", json!([{"id": "d", "items": [{"id": "i"}]}]));
    emulator.start().await.expect("an emulator")
}

/// Holds a program to its least permissions; gives them.
async fn held<F: Future<Output = Result<(), String>>>(
    emulators: [&Emulator; 2],
    name: &str,
    run: impl Fn(String) -> F,
) -> Vec<String> {
    // One grants nothing and refuses nothing.
    let [open, closed] = emulators;
    open.clear_requests();
    run(open.endpoint())
        .await
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let used = open.permissions_used();
    assert!(used.unknown().is_empty(), "{name}: {:?}", used.unknown());
    let set = used.least(Scheme::DelegatedWork);
    let set = set
        .unwrap_or_else(|| panic!("{name} cannot be signed in to"))
        .to_vec();
    closed.granted(set.iter().cloned());
    run(closed.endpoint())
        .await
        .unwrap_or_else(|error| panic!("{name} with {set:?}: {error}"));
    for missing in &set {
        closed.granted(set.iter().filter(|it| *it != missing).cloned());
        let error = run(closed.endpoint()).await;
        let error = error.expect_err(&format!("{name} without {missing}"));
        // The client names what is missing, or what else suffices.
        assert!(
            error.contains("403") && error.contains("it needs"),
            "{name}: {error}"
        );
    }
    set
}

#[test]
fn programs_need_exactly_their_least() {
    let Some(permissions) = file("GRAPH_PERMISSIONS", "graph-permissions.json") else {
        return;
    };
    let Some(document) = file("GRAPH_METADATA", "v1.0-Prod.csdl") else {
        return;
    };
    let library = &program::client_for(&document).library;
    library
        .package()
        .write("src/bin/permissions/main.rs", include_str!("programs.rs"));
    library.compile_program("permissions");
    let permissions = read(&permissions);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let (open, closed) = (graph(&permissions).await, graph(&permissions).await);
        for name in PROGRAMS {
            let run = |endpoint: String| async move {
                let run = tokio::task::spawn_blocking(move || {
                    library.run("permissions", &[&endpoint, name])
                });
                let said = run.await.expect("a program that runs");
                match said.trim() {
                    "" => Ok(()),
                    said => Err(said.to_owned()),
                }
            };
            let set = held([&open, &closed], name, run).await;
            println!("{name}: {}", set.join(", "));
        }
    });
}

/// The tenth program: with the client of this workspace, which is of beta.
#[tokio::test]
async fn service_activity_needs_its_least() {
    let Some(permissions) = file("GRAPH_PERMISSIONS", "graph-permissions.json") else {
        return;
    };
    let permissions = read(&permissions);
    let emulator = || {
        Emulator::builder()
            .permissions(permissions.as_str())
            .start()
    };
    let (open, closed) = (
        emulator().await.expect("one"),
        emulator().await.expect("another"),
    );
    let set = held(
        [&open, &closed],
        "service activity",
        |endpoint| async move {
            use graph_service_activity::{Client, metrics};
            let client = Client::builder()
                .bearer_token("token")
                .endpoint(endpoint)
                .build();
            let client = client.map_err(|error| error.to_string())?;
            let now = chrono::Utc::now();
            let (start, end) = metrics::last(chrono::TimeDelta::hours(1), now);
            let activity = client.reports().service_activity();
            let failures = activity.get_metrics_for_mfa_sign_in_failure(start, end);
            failures.send().await.map_err(|error| error.to_string())?;
            let opened = activity.get_active_user_metrics_for_excel_web(start, end);
            opened.send().await.map_err(|error| error.to_string())?;
            let alerts = client.reports().health_monitoring().alerts();
            alerts.list().await.map_err(|error| error.to_string())?;
            Ok(())
        },
    );
    let set = set.await;
    assert_eq!(
        set,
        [
            "HealthMonitoringAlert.Read.All",
            "Reports.Read.All",
            "ServiceActivity-Microsoft365Web.Read.All",
        ]
    );
}
