//! What a client sees of each fault, over real connections.

use std::io::ErrorKind;

use crate::common::{EXAMPLE, anonymous, authorized, builder, get, header, json};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{TimeZone as _, Utc};
use graph_emulator::{Emulator, Fault, Outcome, RetryAfter};
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// An emulator whose first request meets the fault.
async fn with(fault: Fault) -> Emulator {
    builder().fault(fault).start().await.unwrap()
}

/// A connection on which the documented example has been asked for.
async fn raw_request(emulator: &Emulator) -> TcpStream {
    let root = emulator.endpoint();
    let address = root
        .strip_prefix("http://")
        .unwrap()
        .strip_suffix("/beta")
        .unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /beta{EXAMPLE} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer t\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Checks that the fault is on record, and that the next request is answered as ever.
async fn assert_over(emulator: &Emulator, fault: Fault) {
    assert_eq!(emulator.requests()[0].outcome, Outcome::Faulted(fault));
    let response = get(emulator, EXAMPLE).await;
    assert_eq!(response.status(), 200);
    assert_eq!(json(response).await["value"].as_array().unwrap().len(), 2);
    let last = emulator.requests().pop().unwrap();
    assert_eq!(last.outcome, Outcome::Answered(StatusCode::OK));
}

#[tokio::test]
async fn too_many_requests_with_every_retry_after() {
    let date = Utc.with_ymd_and_hms(2023, 1, 2, 0, 0, 30).unwrap();
    for (retry_after, expected) in [
        (RetryAfter::Absent, ""),
        (RetryAfter::Seconds(10), "10"),
        (RetryAfter::Fraction(2.128), "2.128"),
        (RetryAfter::Date(date), "Mon, 02 Jan 2023 00:00:30 GMT"),
        (RetryAfter::Text("later".to_owned()), "later"),
    ] {
        let fault = Fault::TooManyRequests { retry_after };
        let emulator = with(fault.clone()).await;
        let response = get(&emulator, EXAMPLE).await;
        assert_eq!(response.status(), 429);
        assert_eq!(header(&response, "retry-after"), expected);
        let body = json(response).await;
        assert_eq!(body["error"]["code"], "TooManyRequests");
        assert_eq!(body["error"]["innerError"]["code"], "429");
        assert_eq!(body["error"]["innerError"]["status"], "429");
        assert_over(&emulator, fault).await;
    }
}

#[tokio::test]
async fn errors_of_the_service_and_its_gateway() {
    let forbidden = Fault::ServiceError {
        status: StatusCode::FORBIDDEN,
        code: "Authorization_RequestDenied".to_owned(),
        message: "No.".to_owned(),
    };
    let unavailable = Fault::ServiceUnavailable {
        retry_after: RetryAfter::Seconds(1),
    };
    for (fault, status, code, retry_after) in [
        (unavailable, 503, "ServiceUnavailable", "1"),
        (Fault::GatewayTimeout, 504, "GatewayTimeout", ""),
        (forbidden, 403, "Authorization_RequestDenied", ""),
    ] {
        let emulator = with(fault.clone()).await;
        let response = get(&emulator, EXAMPLE).await;
        assert_eq!(response.status(), status);
        assert_eq!(header(&response, "retry-after"), retry_after);
        assert_eq!(json(response).await["error"]["code"], code);
        assert_over(&emulator, fault).await;
    }
}

#[tokio::test]
async fn a_gateway_fails_before_the_token_is_checked() {
    let emulator = with(Fault::GatewayTimeout).await;
    let response = anonymous(&emulator, "/nothing").send().await.unwrap();
    assert_eq!(response.status(), 504);
}

#[tokio::test]
async fn a_claims_challenge() {
    let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1702682181"}}}"#;
    let fault = Fault::ClaimsChallenge {
        claims: claims.to_owned(),
    };
    let emulator = with(fault.clone()).await;
    let response = get(&emulator, EXAMPLE).await;
    assert_eq!(response.status(), 401);
    let challenge = header(&response, "www-authenticate");
    assert!(challenge.starts_with("Bearer "), "{challenge}");
    assert!(
        challenge.contains("error=\"insufficient_claims\""),
        "{challenge}"
    );
    let (_, encoded) = challenge.split_once("claims=\"").unwrap();
    let decoded = BASE64_STANDARD
        .decode(encoded.trim_end_matches('"'))
        .unwrap();
    assert_eq!(decoded, claims.as_bytes());
    assert_eq!(
        json(response).await["error"]["code"],
        "InvalidAuthenticationToken"
    );
    assert_over(&emulator, fault).await;
}

#[tokio::test]
async fn a_reset_connection() {
    let emulator = with(Fault::ConnectionReset).await;
    let mut stream = raw_request(&emulator).await;
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_over(&emulator, Fault::ConnectionReset).await;
}

#[tokio::test]
async fn a_reset_is_a_send_error_of_an_http_client() {
    let emulator = with(Fault::ConnectionReset).await;
    let error = authorized(&emulator, EXAMPLE).send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(emulator.request_count(), 1);
}

#[tokio::test]
async fn a_stalled_request_is_never_answered() {
    let (seen, mut received) = mpsc::unbounded_channel();
    let emulator = builder()
        .fault_when(move |request| {
            let stalls = !request.headers.contains_key("user-agent");
            let _ = seen.send(stalls);
            stalls.then_some(Fault::Stall)
        })
        .start()
        .await
        .unwrap();
    let mut stalled = raw_request(&emulator).await;
    assert_eq!(received.recv().await, Some(true));
    let other = authorized(&emulator, EXAMPLE).header("user-agent", "test");
    assert_eq!(other.send().await.unwrap().status(), 200);
    assert_eq!(
        emulator.requests()[0].outcome,
        Outcome::Faulted(Fault::Stall)
    );
    emulator.shutdown().await;
    let mut answer = Vec::new();
    let _ = stalled.read_to_end(&mut answer).await;
    assert_eq!(answer, b"");
}

#[tokio::test]
async fn a_truncated_body_is_shorter_than_announced() {
    let emulator = with(Fault::TruncatedBody).await;
    let mut stream = raw_request(&emulator).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap().parse().unwrap();
    assert_eq!(body.len(), length / 2, "{text}");
    assert!(body.starts_with("{\"@odata.context\":"), "{body}");
    assert_over(&emulator, Fault::TruncatedBody).await;
}

#[tokio::test]
async fn a_truncated_body_is_a_body_error_of_an_http_client() {
    let emulator = with(Fault::TruncatedBody).await;
    let response = get(&emulator, EXAMPLE).await;
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn invalid_json_comes_whole() {
    let emulator = with(Fault::InvalidJson).await;
    let response = get(&emulator, EXAMPLE).await;
    assert_eq!(response.status(), 200);
    assert!(header(&response, "content-type").starts_with("application/json"));
    let text = response.text().await.unwrap();
    let error = serde_json::from_str::<serde_json::Value>(&text).unwrap_err();
    assert!(error.is_eof(), "{error}: {text}");
    assert_over(&emulator, Fault::InvalidJson).await;
}

#[tokio::test]
async fn an_html_page() {
    for status in [StatusCode::BAD_GATEWAY, StatusCode::OK] {
        let fault = Fault::HtmlErrorPage { status };
        let emulator = with(fault.clone()).await;
        let response = get(&emulator, EXAMPLE).await;
        assert_eq!(response.status(), status);
        assert_eq!(
            header(&response, "content-type"),
            "text/html; charset=utf-8"
        );
        assert!(
            response
                .text()
                .await
                .unwrap()
                .starts_with("<!DOCTYPE html>")
        );
        assert_over(&emulator, fault).await;
    }
}

#[tokio::test]
async fn a_huge_body_has_the_size_asked_for_and_no_length() {
    for bytes in [1_000_000, 64 * 1024 + 12, 12, 0] {
        let fault = Fault::HugeBody { bytes };
        let emulator = with(fault.clone()).await;
        let response = get(&emulator, EXAMPLE).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.content_length(), None);
        let body = response.bytes().await.unwrap();
        assert_eq!(body.len() as u64, bytes.max(12));
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(value, serde_json::json!({"value": []}));
        assert_over(&emulator, fault).await;
    }
}

#[tokio::test]
async fn a_huge_body_can_be_left_early() {
    let emulator = with(Fault::HugeBody { bytes: u64::MAX }).await;
    let mut response = get(&emulator, EXAMPLE).await;
    let mut seen = 0;
    while seen < 1_000_000 {
        seen += response.chunk().await.unwrap().unwrap().len();
    }
    drop(response);
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_redirect() {
    let fault = Fault::Redirect {
        location: "http://127.0.0.1:9/elsewhere".to_owned(),
    };
    let emulator = with(fault.clone()).await;
    let response = get(&emulator, EXAMPLE).await;
    assert_eq!(response.status(), 302);
    assert_eq!(
        header(&response, "location"),
        "http://127.0.0.1:9/elsewhere"
    );
    assert_over(&emulator, fault).await;
}

#[tokio::test]
async fn wrong_content_is_valid_json_of_another_type() {
    let emulator = with(Fault::WrongContent).await;
    let body = json(get(&emulator, EXAMPLE).await).await;
    assert_eq!(body["value"][0]["value"], "not a number");
    assert_eq!(
        body["value"][0]["intervalStartDateTime"],
        "2023-01-01T00:00:00Z"
    );
    assert!(body["value"][1]["value"].is_i64());
    assert_over(&emulator, Fault::WrongContent).await;
}

#[tokio::test]
async fn a_next_link_to_another_host() {
    let fault = Fault::NextLinkTo {
        url: "https://attacker.example/beta/next".to_owned(),
    };
    let emulator = with(fault.clone()).await;
    let body = json(get(&emulator, EXAMPLE).await).await;
    assert_eq!(
        body["@odata.nextLink"],
        "https://attacker.example/beta/next"
    );
    assert_eq!(body["value"].as_array().unwrap().len(), 2);
    assert_over(&emulator, fault).await;
}

/// The page's next link, as a path below the service root.
fn next_path(emulator: &Emulator, page: &serde_json::Value) -> String {
    let link = page["@odata.nextLink"].as_str().expect("a next link");
    link.strip_prefix(&emulator.endpoint())
        .expect("a link to the emulator")
        .to_owned()
}

#[tokio::test]
async fn a_repeated_next_link_never_changes() {
    let emulator = with(Fault::RepeatedNextLink).await;
    let first = json(get(&emulator, EXAMPLE).await).await;
    let path = next_path(&emulator, &first);
    let second = json(get(&emulator, &path).await).await;
    let third = json(get(&emulator, &next_path(&emulator, &second)).await).await;
    assert_eq!(first, second);
    assert_eq!(second, third);
    assert_over(&emulator, Fault::RepeatedNextLink).await;
}

#[tokio::test]
async fn an_empty_page_leads_to_the_items() {
    let emulator = with(Fault::EmptyPageWithNextLink).await;
    let first = json(get(&emulator, EXAMPLE).await).await;
    assert_eq!(first["value"], serde_json::json!([]));
    let second = json(get(&emulator, &next_path(&emulator, &first)).await).await;
    assert_eq!(second["value"].as_array().unwrap().len(), 2);
    assert_eq!(second.get("@odata.nextLink"), None);
    assert_over(&emulator, Fault::EmptyPageWithNextLink).await;
}

#[tokio::test]
async fn a_page_fault_leaves_a_refusal_as_it_is() {
    for fault in [
        Fault::WrongContent,
        Fault::RepeatedNextLink,
        Fault::EmptyPageWithNextLink,
        Fault::NextLinkTo { url: String::new() },
    ] {
        let emulator = with(fault).await;
        assert_eq!(get(&emulator, "/nothing").await.status(), 400);
        let outcome = &emulator.requests()[0].outcome;
        assert_eq!(*outcome, Outcome::Answered(StatusCode::BAD_REQUEST));
    }
}

#[tokio::test]
async fn a_fault_that_http_cannot_express_says_so() {
    let fault = Fault::Redirect {
        location: "line\nbreak".to_owned(),
    };
    let emulator = with(fault).await;
    let response = get(&emulator, EXAMPLE).await;
    assert_eq!(response.status(), 500);
    let text = response.text().await.unwrap();
    assert!(
        text.starts_with("graph-emulator cannot send this fault"),
        "{text}"
    );
}

#[tokio::test]
async fn faults_come_in_the_order_of_the_script() {
    let emulator = builder()
        .fault(Fault::GatewayTimeout)
        .pass()
        .faults([Fault::HtmlErrorPage {
            status: StatusCode::BAD_GATEWAY,
        }])
        .start()
        .await
        .unwrap();
    emulator.inject(Fault::ServiceUnavailable {
        retry_after: RetryAfter::Absent,
    });
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(get(&emulator, EXAMPLE).await.status().as_u16());
    }
    assert_eq!(statuses, [504, 200, 502, 503, 200]);
}

#[tokio::test]
async fn a_rate_of_faults_is_the_same_for_equal_seeds() {
    let statuses = async |seed| {
        let emulator = builder()
            .seed(seed)
            .fault_rate(0.5, [Fault::GatewayTimeout])
            .start()
            .await
            .unwrap();
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(get(&emulator, EXAMPLE).await.status().as_u16());
        }
        statuses
    };
    let first = statuses(1).await;
    assert!(first.contains(&200) && first.contains(&504), "{first:?}");
    assert_eq!(first, statuses(1).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_among_many() {
    let emulator = builder()
        .fault_rate(0.2, [Fault::GatewayTimeout, Fault::ConnectionReset])
        .start()
        .await
        .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}{EXAMPLE}", emulator.endpoint());
    let calls: Vec<_> = (0..200)
        .map(|_| tokio::spawn(client.get(&url).bearer_auth("t").send()))
        .collect();
    let (mut answered, mut failed) = (0, 0);
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => answered += 1,
            Err(_) => failed += 1,
        }
    }
    let requests = emulator.requests();
    let reset = Outcome::Faulted(Fault::ConnectionReset);
    let resets = requests.iter().filter(|r| r.outcome == reset).count();
    assert_eq!((answered, failed), (requests.len() - resets, resets));
}
