//! What the commands give.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use axum::Router;
use axum::routing::get;
use graph_emulator::{Emulator, Fault, StatusCode};
use serde_json::{Value, json};

use super::{Run, Running, command, run, run_at, start, with_token};

#[test]
fn list_needs_no_sign_in() {
    let table = run(&["list"]).fine();
    assert_eq!(
        table.lines().filter(|line| line.starts_with("  ")).count(),
        38
    );
    let csv = run(&["list", "--format", "csv"]).fine();
    let known = "mfa-sign-in-failures,sign-ins,Reports.Read.All,getMetricsForMfaSignInFailure";
    assert!(csv.lines().any(|line| line == known), "{csv}");
    let json = run(&["list", "--format", "json"]).fine();
    let all: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(all.len(), 38);
}

#[tokio::test]
async fn get_gives_every_bucket_of_the_period() {
    let seven = Emulator::builder().with_metric("getMetricsForMfaSignInFailure", |_| 7);
    let emulator = start(seven).await;
    for (metric, period, count) in [
        ("mfa-sign-in-failures", vec![], 96),
        (
            "getMetricsForMfaSignInFailure",
            vec!["--last", "3h", "--interval", "30"],
            6,
        ),
        (
            "MFA-Sign-In-Failures",
            vec!["--last", "1d", "--interval", "5"],
            288,
        ),
    ] {
        let arguments = [vec!["get", metric, "--format", "csv"], period].concat();
        let csv = run_at(&emulator, &arguments).await.fine();
        let mut lines = csv.lines();
        assert_eq!(lines.next(), Some("start,value"));
        assert_eq!(lines.clone().count(), count);
        assert!(lines.all(|line| line.ends_with(":00Z,7")), "{csv}");
    }
    let arguments = [
        "get",
        "mfa-sign-in-failures",
        "--last",
        "1h",
        "--format",
        "json",
    ];
    let found: Value = serde_json::from_str(&run_at(&emulator, &arguments).await.fine()).unwrap();
    assert_eq!(found["unit"], "sign-ins");
    let values: Vec<_> = found["buckets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["value"])
        .collect();
    assert_eq!(values, [7, 7, 7, 7]);
    let table = run_at(&emulator, &["get", "mfa-sign-in-failures", "--last", "1h"])
        .await
        .fine();
    assert!(table.ends_with("\ntotal                    28\nleast                     7\nmost                      7\n"), "{table}");
}

#[test]
fn demo_needs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let path = page.to_str().unwrap();
    let run_report = run(&["--demo", "report", "--output", path]);
    let expected = (Some(0), String::new(), format!("wrote {path}\n"));
    assert_eq!((run_report.code, run_report.out, run_report.err), expected);
    let html = std::fs::read_to_string(&page).unwrap();
    assert_eq!(
        (
            html.matches("<article").count(),
            html.matches("<svg").count()
        ),
        (38, 38)
    );
    assert!(html.contains("Invented figures from the emulator"));
    let alerts = run(&["alerts", "--demo"]).fine();
    let mut lines = alerts.lines();
    let heading = lines.next().unwrap();
    assert!(
        heading.starts_with("mfaSignInFailure (active), 2"),
        "{alerts}"
    );
    let counts = "  mfaSignInFailure: Counts interactive MFA sign-ins that users did not finish.";
    assert_eq!(lines.next(), Some(counts));
    assert_eq!(lines.count(), 3);
    let table = run(&["get", "word-web-users", "--demo", "--last", "1h"]).fine();
    assert_eq!(table.lines().count(), 3 + 4 + 3);
    let listen = ["--listen", "127.0.0.1:0", "--rounds", "1"];
    let watched = run(&[["watch", "word-web-users", "--demo"].as_slice(), &listen].concat()).fine();
    let lines: Vec<_> = watched.lines().collect();
    assert!(
        lines[0].starts_with("scrape http://127.0.0.1:"),
        "{watched}"
    );
    assert!(
        lines.len() == 2 && lines[1].ends_with(" users"),
        "{watched}"
    );
}

#[test]
fn a_report_may_go_to_standard_output() {
    let html = run(&[
        "--demo",
        "report",
        "--last",
        "2h",
        "--interval",
        "30",
        "-o",
        "-",
    ])
    .fine();
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    assert!(html.contains("buckets of 30 minutes"));
}

#[tokio::test]
async fn a_report_says_what_is_not_available() {
    let forbidden = || Fault::ServiceError {
        status: StatusCode::FORBIDDEN,
        code: "Authorization_RequestDenied".into(),
        message: "No.".into(),
    };
    let builder = Emulator::builder();
    let builder = builder.fault_when(move |it| it.path.contains("Teams").then(forbidden));
    let emulator = start(builder).await;
    let run = run_at(&emulator, &["report", "-o", "-"]).await;
    let told = "5 of 38 metrics are not available; their cards say why\n";
    assert_eq!((run.code, run.err.as_str()), (Some(0), told));
    assert_eq!(
        run.out
            .matches("the caller lacks ServiceActivity-Teams.Read.All")
            .count(),
        5
    );
}

#[tokio::test]
async fn watch_is_scraped_while_it_reads() {
    let nine = Emulator::builder().with_metric("getActiveUserMetricsForWordWeb", |_| 9);
    let emulator = start(nine).await;
    let mut command = with_token(&emulator, &["watch", "word-web-users"]);
    command
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped());
    let scraped = tokio::task::spawn_blocking(move || {
        let mut running = Running(command.spawn().unwrap());
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.strip_prefix("scrape http://").unwrap();
        let address = address.strip_suffix("/metrics").unwrap().to_owned();
        // It has been read once.
        assert!(lines.next().unwrap().unwrap().ends_with(": 9 users"));
        let mut stream = TcpStream::connect(&address).unwrap();
        let request =
            format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = scraped.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let labels = "{metric=\"getActiveUserMetricsForWordWeb\",unit=\"users\"}";
    let value = format!("\ngraph_service_activity_value{labels} 9.0\n");
    assert!(answer.contains(&value), "{answer}");
}

#[tokio::test]
async fn alerts_show_nothing_that_a_terminal_obeys() {
    let alert = json!({
        "id": "1",
        "alertType": "evil\u{1b}]0;title\u{7}",
        "state": "active\r\nforged (resolved)",
        "signals": {
            "@odata.type": "#microsoft.graph.healthMonitoring.signals",
            "na\u{202e}me": "https://evil.example/\u{1b}[2J",
        },
    });
    // The emulator would not have such an alert.
    let body = json!({"value": [alert]}).to_string();
    let answer = move || std::future::ready(([("content-type", "application/json")], body));
    let router = Router::new().route("/{*path}", get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/beta", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut command = command(&["alerts", "--endpoint", &endpoint]);
    command.env("GRAPH_ACCESS_TOKEN", "a-token");
    let output = tokio::task::spawn_blocking(move || command.output());
    let text = Run::from(output.await.unwrap().unwrap()).fine();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0],
        r"evil\u{1b}]0;title\u{7} (active\r\nforged (resolved))"
    );
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[1].starts_with("  ") && !lines[1].contains('\u{202e}'),
        "{text}"
    );
}

#[tokio::test]
async fn no_alerts_are_said_to_be_none() {
    let builder = Emulator::builder();
    let alerts = "reports/healthMonitoring/alerts";
    let emulator = start(builder.with_entities(alerts, json!([]))).await;
    assert_eq!(
        run_at(&emulator, &["alerts"]).await.fine(),
        "There are no alerts.\n"
    );
}
