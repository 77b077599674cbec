//! What goes wrong, and what is said of it.

use std::net::TcpListener;

use graph_emulator::{Emulator, Fault, RetryAfter, StatusCode};

use super::{command, run, run_at, start, with_token};

const GET: [&str; 4] = ["get", "word-web-users", "--last", "1h"];

#[tokio::test]
async fn a_token_that_is_refused_says_why_it_may_be() {
    let emulator = start(Emulator::builder().token("another-token")).await;
    let lines = run_at(&emulator, &GET).await.failed(1);
    assert!(
        lines[0].starts_with("error: GET http://127.0.0.1:"),
        "{lines:?}"
    );
    assert!(
        lines[0].contains("401") && !lines[0].contains("a-token"),
        "{lines:?}"
    );
    let hint =
        "hint: the token is not accepted: it may have expired, or be for another cloud (--cloud)";
    assert_eq!(lines[1..], [hint]);
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named() {
    let forbidden = || Fault::ServiceError {
        status: StatusCode::FORBIDDEN,
        code: "Authorization_RequestDenied".into(),
        message: "No.".into(),
    };
    let builder = Emulator::builder().fault_when(move |_| Some(forbidden()));
    let emulator = start(builder).await;
    for (metric, permission) in [
        ("mfa-sign-in-failures", "Reports.Read.All"),
        ("teams-launches", "ServiceActivity-Teams.Read.All"),
    ] {
        let lines = run_at(&emulator, &["get", metric]).await.failed(1);
        assert!(lines[0].contains("403"), "{lines:?}");
        let hint = format!(
            "hint: the caller lacks {permission}; an administrator grants it to the app registration"
        );
        assert_eq!(lines[1..], [hint]);
    }
}

#[tokio::test]
async fn a_service_that_throttles_for_long_ends_it() {
    let retry_after = RetryAfter::Seconds(3600);
    let emulator = start(Emulator::builder().fault(Fault::TooManyRequests { retry_after })).await;
    let lines = run_at(&emulator, &GET).await.failed(1);
    assert!(lines[0].contains("429"), "{lines:?}");
    assert_eq!(
        lines[1..],
        ["hint: the service is throttling; try again in 3600 s"]
    );
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn a_service_out_of_reach_is_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}/beta", listener.local_addr().unwrap());
    drop(listener);
    let mut command = command(&["--endpoint", &endpoint]);
    let output = command
        .args(GET)
        .env("GRAPH_ACCESS_TOKEN", "a-token")
        .output();
    let lines = super::Run::from(output.unwrap()).failed(1);
    let hint = "hint: is there a network, and does it need a proxy (HTTPS_PROXY)?";
    assert_eq!(lines[1..], [hint]);
}

/// `service-activity … | head` is no failure.
#[test]
fn a_reader_that_goes_is_no_failure() {
    for arguments in [
        vec!["list"],
        vec!["get", "word-web-users", "--demo"],
        vec!["report", "--demo", "-o", "-", "--last", "1h"],
        vec!["alerts", "--demo"],
        vec![
            "watch",
            "word-web-users",
            "--demo",
            "--listen",
            "127.0.0.1:0",
        ],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(&arguments).stdout(writer).output().unwrap();
        let (code, err) = (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = command(&["list"]).stdout(full).output().unwrap();
    let lines = super::Run::from(output).failed(1);
    let expected = "error: cannot write to standard output: No space left on device (os error 28)";
    assert_eq!(lines, [expected]);
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing/page.html");
    let path = path.to_str().unwrap();
    let lines = run(&["--demo", "report", "--last", "1h", "-o", path]).failed(1);
    let expected = format!("error: cannot write {path:?}: No such file or directory (os error 2)");
    assert_eq!(lines, [expected]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_report_without_a_figure_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, "yesterday").unwrap();
    let emulator = start(Emulator::builder().token("another-token")).await;
    let arguments = ["report", "-o", page.to_str().unwrap()];
    let lines = run_at(&emulator, &arguments).await.failed(1);
    assert!(lines[0].contains("401") && lines.len() == 2, "{lines:?}");
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "yesterday");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let lines = run(&["--demo", "watch", "word-web-users", "--listen", &address]).failed(1);
    assert_eq!(lines.len(), 1);
    let expected = format!("error: cannot listen on {address}: ");
    assert!(lines[0].starts_with(&expected), "{lines:?}");
}

/// Otherwise it would go on for ever, and ask a person again and again.
#[tokio::test]
async fn a_watch_that_may_not_ask_ends() {
    let emulator = start(Emulator::builder().token("another-token")).await;
    let arguments = ["watch", "word-web-users", "--listen", "127.0.0.1:0"];
    let run = run_at(&emulator, &arguments).await;
    assert_eq!(run.code, Some(1));
    assert!(
        run.err.starts_with("error: GET http://127.0.0.1:"),
        "{}",
        run.err
    );
    assert!(run.err.contains("401"), "{}", run.err);
}

#[tokio::test]
async fn a_round_of_watch_that_fails_is_made_up_for() {
    let builder = Emulator::builder().with_metric("getActiveUserMetricsForWordWeb", |_| 9);
    let emulator = start(builder.fault(Fault::InvalidJson)).await;
    let watch = [
        "watch",
        "word-web-users",
        "--listen",
        "127.0.0.1:0",
        "--rounds",
        "1",
    ];
    let mut command = with_token(&emulator, &watch);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .starts_with("GET http://127.0.0.1:")
    );
}
