//! Documented requests of Graph against the emulator with all of its metadata: `GRAPH_METADATA` is
//! the folder of the metadata, `GRAPH_EXAMPLES` that of the documented exchanges.

use crate::common::{authorized, builder, get, json};
use graph_emulator::{NameCase, Undollared};
use serde_json::Value;
use std::path::PathBuf;

/// Pieces of documented URLs that the emulator refuses, and why.
const CONTRADICTIONS: [(&str, &str); 9] = [
    ("/sort/fields/icon", "a key is left out"),
    ("/range/boundingRect", "the parameters are in the body"),
    ("/range/intersection", "the parameters are in the body"),
    ("/range/offsetRange", "the parameters are in the body"),
    ("%3Ctimestamp%3E", "a placeholder stands for a date"),
    ("row=%3Crow%3E", "a placeholder stands for a number"),
    ("$orderbydisplayName", "the equals sign is left out"),
    ("/b2cUserFlows/", "v1.0 does not declare it"),
    ("/itemAt(index=0)", "rows have no such function in v1.0"),
];

fn folder(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable);
    if folder.is_none() {
        eprintln!("left out: {variable} is not set");
    }
    folder.map(PathBuf::from)
}

/// The path and query below the service root, as a client would send them.
fn below_root(url: &str) -> Option<String> {
    let url = url.trim().replace("https://graph.microsoft.com", "");
    let below = url.strip_prefix("/v1.0")?;
    let mut sent = String::new();
    for character in below.chars() {
        if character.is_ascii_graphic() && !"\"<>\\^`{|}[]".contains(character) {
            sent.push(character);
            continue;
        }
        let mut buffer = [0; 4];
        for byte in character.encode_utf8(&mut buffer).bytes() {
            sent.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(sent)
}

#[tokio::test]
async fn documented_reads_are_understood() {
    let folders = (folder("GRAPH_METADATA"), folder("GRAPH_EXAMPLES"));
    let (Some(metadata), Some(examples)) = folders else {
        return;
    };
    let csdl = std::fs::read_to_string(metadata.join("v1.0-Prod.csdl")).unwrap();
    let emulator = builder()
        .metadata(csdl)
        .version("v1.0")
        .undollared(Undollared::Accept)
        .start()
        .await
        .unwrap();
    let examples = std::fs::read_to_string(examples.join("graph-v1.0.jsonl")).unwrap();
    let examples = examples
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let gets = examples.filter(|example| example["method"] == "GET");
    let (mut asked, mut wrong, mut contradictions) = (0, Vec::new(), 0);
    let mut unanswered = Vec::new();
    for example in gets {
        let Some(path) = below_root(example["url"].as_str().unwrap()) else {
            continue;
        };
        asked += 1;
        let mut request = authorized(&emulator, &path);
        if let Some(level) = example["headers"]["ConsistencyLevel"].as_str() {
            request = request.header("consistencylevel", level);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        if matches!(status, 200 | 204 | 404) {
            continue;
        }
        let said = json(response).await["error"]["message"].to_string();
        // A documented token is none that this emulator gave out.
        if status == 410 && path.contains("token=") {
            continue;
        }
        // A function of the service has no values of its own here; its call was understood.
        if status == 501 && said.contains("is valid and nothing answers it") {
            unanswered.push(path);
            continue;
        }
        if CONTRADICTIONS.iter().any(|(piece, _)| path.contains(piece)) {
            contradictions += 1;
            continue;
        }
        wrong.push(format!("{status} {path}: {said}"));
    }
    assert!(asked > 400, "{asked} requests were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
    // At most five in a hundred call functions of which the emulator knows nothing.
    eprintln!("{} of {asked} calls are not answered", unanswered.len());
    assert!(unanswered.len() * 100 <= asked * 5, "{unanswered:#?}");
    // At most three in a hundred contradict the metadata.
    assert!(
        contradictions * 100 <= asked * 3,
        "{contradictions} of {asked}"
    );
}

#[tokio::test]
async fn names_are_taken_in_any_case_as_graph_does() {
    const CSDL: &str = include_str!("../directory.csdl");
    let users = serde_json::json!([{"id": "a", "displayName": "Adele", "messages": [{"id": "1"}]}]);
    let directory = || {
        builder()
            .metadata(CSDL)
            .with_entities("users", users.clone())
            .with_function("tips", |call| call.parameters["about"].clone())
    };
    let emulator = directory().start().await.unwrap();
    let paths = [
        "/USERS/a",
        "/users/a/Messages/1",
        "/users/a/displayname",
        "/users/a/TIPS(About='x')",
        "/users/My.User/$count",
        "/users?$select=DisplayName&$filter=DISPLAYNAME eq 'Adele'&$orderby=ID&$expand=Messages",
    ];
    for path in paths {
        assert_eq!(get(&emulator, path).await.status(), 200, "{path}");
    }
    let page = json(get(&emulator, paths[5]).await).await;
    assert_eq!(page["value"][0]["displayName"], "Adele");
    assert_eq!(page["value"][0]["messages"][0]["id"], "1");
    assert_eq!(
        get(&emulator, "/users/A").await.status(),
        404,
        "keys are values"
    );

    let strict = directory()
        .name_case(NameCase::Significant)
        .start()
        .await
        .unwrap();
    for path in paths {
        assert_eq!(get(&strict, path).await.status(), 400, "{path}");
    }
}
