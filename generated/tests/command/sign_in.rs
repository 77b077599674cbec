//! A person who signs in.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use graph_emulator::Emulator;
use graph_service_activity::Url;
use serde_json::{Value, json};

use super::{Run, Running, command, start};

/// An authority that answers requests for tokens with this, and the paths that it was asked at.
async fn authority(status: u16, token: Value) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let answer = move |uri: axum::http::Uri| {
        seen.lock().unwrap().push(uri.path().to_owned());
        let details = json!({
            "user_code": "FJC3D4F5Z",
            "device_code": "a-device-code",
            "verification_uri": "https://microsoft.example/devicelogin",
            "expires_in": 900,
            // A test does not wait.
            "interval": 0,
        });
        let (status, body) = match uri.path().ends_with("/token") {
            true => (StatusCode::from_u16(status).unwrap(), token.to_string()),
            false => (StatusCode::OK, details.to_string()),
        };
        std::future::ready((status, [("content-type", "application/json")], body))
    };
    let router = Router::new().route("/{*path}", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

/// Gets a metric with this sign-in.
async fn get(
    emulator: &Emulator,
    authority: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Run {
    let endpoint = emulator.endpoint().to_string();
    let mut command = command(&["get", "word-web-users", "--last", "1h", "--format", "csv"]);
    command
        .args(["--endpoint", &endpoint, "--authority", authority])
        .args(arguments);
    command.envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output());
    output.await.unwrap().unwrap().into()
}

fn token() -> Value {
    json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "the-persons-token"})
}

const PROMPT: &str = "To sign in, open https://microsoft.example/devicelogin in a browser and enter \
                      the code FJC3D4F5Z.\n";

#[tokio::test]
async fn a_code_is_shown_and_the_figures_follow() {
    let emulator = start(Emulator::builder().token("the-persons-token")).await;
    for (arguments, environment, tenant) in [
        (vec!["--client-id", "an-app"], vec![], "organizations"),
        (
            vec!["--client-id", "an-app", "--tenant", "contoso.example"],
            vec![("GRAPH_ACCESS_TOKEN", "another-token")],
            "contoso.example",
        ),
        (
            vec![],
            vec![
                ("AZURE_CLIENT_ID", "an-app"),
                ("AZURE_TENANT_ID", "fabrikam.example"),
            ],
            "fabrikam.example",
        ),
    ] {
        let (authority, asked) = authority(200, token()).await;
        let run = get(&emulator, &authority, &arguments, &environment).await;
        assert_eq!((run.code, run.err.as_str()), (Some(0), PROMPT));
        assert_eq!(run.out.lines().count(), 5);
        let paths = ["devicecode", "token"].map(|name| format!("/{tenant}/oauth2/v2.0/{name}"));
        assert_eq!(*asked.lock().unwrap(), paths);
    }
}

/// In a pipeline, nobody would enter the code that a sign-in shows.
#[cfg(not(feature = "azure-identity"))]
#[test]
fn a_secret_that_is_not_used_is_named() {
    let mut command = command(&["get", "word-web-users"]);
    let command = command.envs([
        ("AZURE_CLIENT_ID", "an-app"),
        ("AZURE_CLIENT_SECRET", "a-secret"),
    ]);
    let lines = Run::from(command.output().unwrap()).failed(2);
    let expected = "error: AZURE_CLIENT_SECRET is set, but this command was installed without the feature that uses it: \
                    reinstall it with `--features cli,azure-identity`, or give --client-id to sign in yourself";
    assert_eq!(lines, [expected]);
}

#[test]
fn an_empty_token_is_told() {
    let mut command = command(&["get", "word-web-users"]);
    let command = command.env("GRAPH_ACCESS_TOKEN", " ");
    let lines = Run::from(command.output().unwrap()).failed(2);
    let expected = "error: GRAPH_ACCESS_TOKEN is empty: give the id of an app registration (--client-id), set \
                    GRAPH_ACCESS_TOKEN, or look at invented figures (--demo)";
    assert_eq!(lines, [expected]);
}

/// Does what a browser does with the page of this prompt, once the person has signed in.
fn comes_back(prompt: &str) {
    let page = prompt.strip_prefix("To sign in, open ").unwrap();
    let page = page.strip_suffix(" in a browser on this machine.").unwrap();
    let page = Url::parse(page).unwrap();
    let parameter = |name| {
        let mut pairs = page.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let back = Url::parse(&parameter("redirect_uri")).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", back.port().unwrap())).unwrap();
    let target = format!("/?code=a-code&state={}", parameter("state"));
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("Sign-in finished."), "{answer}");
}

/// The browser is a socket here: without `PATH`, the command finds no other.
#[tokio::test]
async fn a_browser_that_comes_back_signs_in() {
    let emulator = start(Emulator::builder().token("the-persons-token")).await;
    let (authority, asked) = authority(200, token()).await;
    let endpoint = emulator.endpoint().to_string();
    let arguments = [
        "get",
        "word-web-users",
        "--last",
        "1h",
        "--client-id",
        "an-app",
        "--browser",
    ];
    let mut command = command(&arguments);
    command.args([
        "--endpoint",
        &endpoint,
        "--authority",
        &authority,
        "--format",
        "csv",
    ]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let figures = tokio::task::spawn_blocking(move || {
        let mut running = Running(command.spawn().unwrap());
        let mut told = BufReader::new(running.0.stderr.take().unwrap()).lines();
        comes_back(&told.next().unwrap().unwrap());
        let mut figures = String::new();
        running
            .0
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut figures)
            .unwrap();
        figures
    });
    assert_eq!(figures.await.unwrap().lines().count(), 5);
    assert_eq!(*asked.lock().unwrap(), ["/organizations/oauth2/v2.0/token"]);
}

#[tokio::test]
async fn a_token_in_the_environment_needs_no_sign_in() {
    let emulator = start(Emulator::builder().token("a-token")).await;
    let (authority, asked) = authority(200, token()).await;
    let environment = [
        ("GRAPH_ACCESS_TOKEN", "a-token"),
        ("AZURE_CLIENT_ID", "an-app"),
    ];
    get(&emulator, &authority, &[], &environment).await.fine();
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_refused_sign_in_says_what_to_look_at() {
    let emulator = start(Emulator::builder()).await;
    let description = "AADSTS7000218: \u{1b}[31mno public client\r\nTrace ID: 7";
    let refusal = json!({"error": "invalid_client", "error_description": description});
    let (authority, _) = authority(401, refusal).await;
    let run = get(&emulator, &authority, &["--client-id", "an-app"], &[]).await;
    let told = format!(
        "{PROMPT}error: the authority refused the sign-in (invalid_client): AADSTS7000218: \
         \\u{{1b}}[31mno public client; Trace ID: 7\n\
         hint: does the app registration exist in this tenant, and does it allow public client flows?\n"
    );
    assert_eq!(
        run,
        Run {
            code: Some(1),
            out: String::new(),
            err: told
        }
    );
    assert_eq!(emulator.requests().len(), 0);
}

#[tokio::test]
async fn a_person_who_declines_ends_it() {
    let emulator = start(Emulator::builder()).await;
    let (authority, _) = authority(400, json!({"error": "access_denied"})).await;
    let run = get(&emulator, &authority, &["--client-id", "an-app"], &[]).await;
    let told = format!("{PROMPT}error: the sign-in was declined (access_denied)\n");
    assert_eq!(
        run,
        Run {
            code: Some(1),
            out: String::new(),
            err: told
        }
    );
}
