//! What is sent again, how often, and after what time.

use std::time::Duration;

use odata_runtime::{ConfigureRequest as _, ErrorKind, Method, RetryPolicy};
use tokio::net::TcpListener;

use crate::support::{FakeClock, Reply, Server, builder, client, metrics, values};
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::tls::{Handshake, TlsServer};

const THROTTLED: &str = r#"{"error":{"code":"TooManyRequests","message":"slow down",
    "innerError":{"code":"429","request-id":"the-request","date":"2025-11-05T14:57:50"}}}"#;

fn throttled() -> Reply {
    Reply::status(429, THROTTLED)
}

/// Half of it to all of it.
fn is_jittered(wait: Duration, longest: u64) -> bool {
    let longest = Duration::from_secs(longest);
    longest / 2 <= wait && wait <= longest
}

/// All of it and up to a quarter more, within the policy's limit.
fn is_obeyed(wait: Duration, asked: Duration) -> bool {
    let most = (asked + asked.max(Duration::from_secs(1)) / 4).min(Duration::from_secs(180));
    asked <= wait && wait <= most
}

#[tokio::test]
async fn transient_statuses_are_retried_until_one_succeeds() {
    for status in [429, 503, 504] {
        let clock = FakeClock::new();
        let server = Server::replies([
            Reply::status(status, ""),
            Reply::status(status, "<html>busy</html>"),
            Reply::page(&[7], None),
        ])
        .await;
        let client = builder(&server).clock(clock.clone()).build().unwrap();
        let response = metrics(&client).send().await.unwrap();
        assert_eq!(values(&response), [7]);
        assert_eq!((response.attempts(), server.count()), (3, 3));
        let waits = clock.waits();
        assert!(
            is_jittered(waits[0], 1) && is_jittered(waits[1], 2),
            "{waits:?}"
        );
    }
}

#[tokio::test]
async fn the_last_error_is_the_services_own() {
    let clock = FakeClock::new();
    let server = Server::replies([throttled()]).await;
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.code(), Some("TooManyRequests"));
    assert_eq!(error.request_id(), Some("the-request"));
    assert!(error.is_throttled() && error.is_retryable());
    assert_eq!(
        (error.attempts(), server.count(), clock.waits().len()),
        (4, 4, 3)
    );
    let text = error.to_string();
    for part in [
        "429",
        "TooManyRequests",
        "slow down",
        "the-request",
        "4 attempts",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn other_statuses_are_not_retried() {
    for status in [400, 401, 403, 404, 408, 409, 410, 412, 500, 501, 502, 509] {
        let server = Server::replies([Reply::status(status, "")]).await;
        let error = metrics(&client(&server)).send().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!((error.attempts(), server.count()), (1, 1), "{status}");
        assert!(!error.is_retryable(), "{status}");
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_in_all_its_forms() {
    // The clock stands at 08:49:07.
    for (value, wait) in [
        ("10", Duration::from_secs(10)),
        ("0", Duration::ZERO),
        ("2.128", Duration::from_millis(2_128)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Duration::from_secs(30)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", Duration::from_secs(30)),
        ("Sun Nov  6 08:49:37 1994", Duration::from_secs(30)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Duration::ZERO),
        ("180", Duration::from_secs(180)),
    ] {
        let clock = FakeClock::new();
        let server = Server::replies([
            throttled().header("retry-after", value),
            Reply::page(&[], None),
        ])
        .await;
        let client = builder(&server).clock(clock.clone()).build().unwrap();
        metrics(&client).send().await.unwrap();
        let waits = clock.waits();
        assert!(
            waits.len() == 1 && is_obeyed(waits[0], wait),
            "{value}: {waits:?}"
        );
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_the_request() {
    for value in [
        "181",
        "99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let clock = FakeClock::new();
        let server = Server::replies([throttled().header("retry-after", value)]).await;
        let client = builder(&server).clock(clock.clone()).build().unwrap();
        let error = metrics(&client).send().await.unwrap_err();
        assert!(error.is_throttled() && error.retry_after() > Some(Duration::from_secs(180)));
        assert_eq!((error.attempts(), clock.waits()), (1, vec![]), "{value}");
    }
}

#[tokio::test]
async fn a_retry_after_that_is_none_leaves_the_backoff() {
    for value in ["soon", "-5", "1e9", ""] {
        let clock = FakeClock::new();
        let server = Server::replies([
            throttled().header("retry-after", value),
            Reply::page(&[], None),
        ])
        .await;
        let client = builder(&server).clock(clock.clone()).build().unwrap();
        metrics(&client).send().await.unwrap();
        assert!(is_jittered(clock.waits()[0], 1), "{value}");
    }
}

#[tokio::test]
async fn the_error_says_how_long_the_service_asked_to_wait() {
    let server = Server::replies([throttled().header("retry-after", "600")]).await;
    let request = metrics(&client(&server)).retry(RetryPolicy::none());
    let error = request.send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
    assert!(error.to_string().contains("600 s"), "{error}");
}

#[tokio::test]
async fn connections_that_break_are_retried() {
    let truncated = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"value\":[".to_vec();
    for broken in [
        Reply::close(),
        Reply::Raw(truncated),
        Reply::Raw(b"nonsense\r\n\r\n".to_vec()),
    ] {
        let server = Server::replies([broken.clone(), Reply::page(&[7], None)]).await;
        let response = metrics(&client(&server)).send().await.unwrap();
        assert_eq!((response.attempts(), server.count()), (2, 2));
        let server = Server::replies([broken]).await;
        let error = metrics(&client(&server)).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.is_retryable());
        assert_eq!((error.attempts(), server.count()), (4, 4));
    }
}

#[tokio::test]
async fn a_refused_connection_is_retried() {
    let server = Server::replies([Reply::close()]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = builder(&server).endpoint(endpoint).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 4));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn what_was_throttled_is_sent_again() {
    let unavailable = Reply::status(503, "").header("retry-after", "1");
    for refusal in [throttled(), unavailable] {
        for method in [Method::POST, Method::PATCH] {
            let server = Server::replies([refusal.clone(), Reply::ok("null")]).await;
            let request = client(&server).request::<()>(method, "users").unwrap();
            request.body("text/plain", "x").send().await.unwrap();
            let received = server.received();
            assert_eq!(received.len(), 2);
            assert!(received.iter().all(|request| request.body == b"x"));
        }
    }
}

#[tokio::test]
async fn what_is_not_idempotent_is_sent_once() {
    for broken in [
        Reply::status(503, ""),
        Reply::status(504, ""),
        Reply::close(),
    ] {
        for method in [Method::POST, Method::PATCH] {
            let server = Server::replies([broken.clone()]).await;
            let request = client(&server).request::<()>(method, "users").unwrap();
            let error = request.body("text/plain", "x").send().await.unwrap_err();
            assert_eq!((error.attempts(), server.count()), (1, 1));
        }
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let server = Server::replies([broken.clone(), Reply::ok("null")]).await;
            let request = client(&server).request::<()>(method, "users").unwrap();
            request.send().await.unwrap();
            assert_eq!(server.count(), 2);
        }
    }
}

#[tokio::test]
async fn a_put_is_sent_again_with_its_body() {
    let server = Server::replies([throttled(), Reply::ok("null")]).await;
    client(&server)
        .root()
        .segment("x")
        .put::<()>(&"body")
        .send()
        .await
        .unwrap();
    assert!(
        server
            .received()
            .iter()
            .all(|request| request.body == b"\"body\"")
    );
}

#[tokio::test]
async fn policies_are_the_clients_or_the_requests() {
    let server = Server::replies([throttled()]).await;
    let client = builder(&server)
        .retry(RetryPolicy::new().max_retries(1))
        .build()
        .unwrap();
    assert_eq!(metrics(&client).send().await.unwrap_err().attempts(), 2);
    let request = metrics(&client).retry(RetryPolicy::none());
    assert_eq!(request.send().await.unwrap_err().attempts(), 1);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn nobody_waits_into_the_total_deadline() {
    let clock = FakeClock::new();
    let server = Server::replies([throttled().header("retry-after", "8")]).await;
    let client = builder(&server)
        .clock(clock.clone())
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    // 8 s and 8 s fit, a third wait would end after the deadline.
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Service, 3));
    let asked = Duration::from_secs(8);
    assert!(clock.waits().iter().all(|wait| is_obeyed(*wait, asked)));
}

/// Whoever was told the same does not come back at the same time.
#[tokio::test]
async fn retry_after_is_spread() {
    let clock = FakeClock::new();
    let server = Server::replies([throttled().header("retry-after", "40")]).await;
    let client = builder(&server)
        .clock(clock.clone())
        .retry(RetryPolicy::new().max_retries(6))
        .build()
        .unwrap();
    metrics(&client).send().await.unwrap_err();
    let waits: std::collections::HashSet<_> = clock.waits().into_iter().collect();
    assert!(waits.len() > 1, "{waits:?}");
}

#[tokio::test]
async fn a_wait_that_fits_without_its_spread_is_waited() {
    let clock = FakeClock::new();
    let server = Server::replies([
        throttled().header("retry-after", "60"),
        Reply::page(&[], None),
    ])
    .await;
    let client = builder(&server)
        .clock(clock.clone())
        .timeout(Duration::from_millis(60_001))
        .build()
        .unwrap();
    metrics(&client).send().await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(60)]);
}

#[tokio::test]
async fn dropping_the_future_stops_the_waiting() {
    let clock = FakeClock::stuck();
    let server = Server::replies([throttled()]).await;
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let request = tokio::spawn(metrics(&client).into_future());
    clock.waiting().await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!(server.count(), 1);
}

/// The certificate is the server's own, and nobody's who is trusted.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn an_untrusted_certificate_is_tried_once() {
    let tls = TlsServer::start(Handshake::Untrusted).await;
    let error = tls.error().await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Tls, 1));
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(tls.connections(), 1);
}

/// What `native-tls` reports of it cannot be told from a connection that broke.
#[cfg(not(feature = "native-tls"))]
#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_server_without_tls_is_tried_once() {
    let tls = TlsServer::start(Handshake::PlainText).await;
    let error = tls.error().await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Tls, 1));
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_handshake_that_breaks_off_is_retried() {
    for handshake in [Handshake::Close, Handshake::Reset] {
        let tls = TlsServer::start(handshake).await;
        let error = tls.error().await;
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 4));
        assert!(error.is_retryable());
        assert_eq!(tls.connections(), 4);
    }
}
