//! Each deadline ends what it is for, with its own error.

use std::time::Duration;

use odata_runtime::{ConfigureRequest as _, ErrorKind, RetryPolicy};

use crate::support::{FakeClock, Reply, Server, builder, metrics};

const SHORT: Duration = Duration::from_millis(200);
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"value\":[";

#[tokio::test]
async fn an_attempt_that_stalls_is_ended_and_retried() {
    for beginning in [Vec::new(), b"HTTP/1.1 200".to_vec(), HEAD.to_vec()] {
        let server =
            Server::replies([Reply::Stall(beginning.clone()), Reply::page(&[1], None)]).await;
        let client = builder(&server).attempt_timeout(SHORT).build().unwrap();
        assert_eq!(metrics(&client).send().await.unwrap().attempts(), 2);
        let server = Server::replies([Reply::Stall(beginning)]).await;
        let client = builder(&server).build().unwrap();
        let request = metrics(&client)
            .attempt_timeout(SHORT)
            .retry(RetryPolicy::none());
        let error = request.send().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::AttemptTimeout, 1)
        );
        assert!(error.is_timeout() && error.is_retryable());
        assert!(error.to_string().contains("200ms"), "{error}");
    }
}

#[tokio::test]
async fn the_total_deadline_ends_everything() {
    let server = Server::replies([Reply::Stall(Vec::new())]).await;
    let client = builder(&server).timeout(SHORT).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::TotalTimeout, 1)
    );
    assert!(error.client_request_id().is_some());
    let client = builder(&server).build().unwrap();
    let error = metrics(&client).timeout(SHORT).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TotalTimeout);
}

#[tokio::test]
async fn the_total_deadlines_source_is_the_last_error() {
    let server = Server::replies([Reply::status(503, ""), Reply::Stall(Vec::new())]).await;
    let client = builder(&server)
        .timeout(Duration::from_secs(1))
        .retry(RetryPolicy::new().initial_backoff(Duration::from_millis(1)))
        .build()
        .unwrap();
    let request = metrics(&client).attempt_timeout(Duration::from_secs(60));
    let error = request.send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::TotalTimeout, 2)
    );
    let source = std::error::Error::source(&error).unwrap();
    let source: &odata_runtime::Error = source.downcast_ref().unwrap();
    assert_eq!(source.status().unwrap().as_u16(), 503);
    assert!(error.to_string().contains("503"), "{error}");
}

#[tokio::test]
async fn the_total_deadline_ends_a_hanging_credential() {
    let server = Server::replies([Reply::page(&[], None)]).await;
    let credential = odata_runtime::credential::from_fn(|_| std::future::pending());
    let client = builder(&server)
        .credential(credential)
        .timeout(SHORT)
        .build()
        .unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::TotalTimeout, 0)
    );
    assert_eq!(server.connections(), 0);
}

/// A server that accepts and then says nothing never ends the TLS handshake.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_connect_timeout_has_its_own_error() {
    let server = Server::replies([Reply::close()]).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = builder(&server)
        .endpoint(format!("https://{}", silent.local_addr().unwrap()))
        .connect_timeout(SHORT)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(error.is_timeout() && error.is_retryable());
}

const DRIPPING: &str =
    "HTTP/1.1 404 Not Found\r\nretry-after: 7\r\ncontent-length: 100000\r\n\r\n{";

/// What the status says is known, whatever becomes of the body.
#[tokio::test]
async fn an_error_whose_body_drips_is_that_error() {
    for reply in [Reply::Drip(DRIPPING.into()), Reply::Stall(DRIPPING.into())] {
        let server = Server::replies([reply]).await;
        // A body may take a twentieth of it.
        let client = builder(&server)
            .attempt_timeout(Duration::from_secs(4))
            .build()
            .unwrap();
        let begin = std::time::Instant::now();
        let error = metrics(&client).send().await.unwrap_err();
        assert!(begin.elapsed() < Duration::from_secs(3), "{error}");
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Service, 1));
        assert_eq!(error.status().unwrap().as_u16(), 404);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert!(error.raw_body().unwrap().starts_with(b"{"));
        server.abandoned().await;
    }
}

#[tokio::test]
async fn a_status_before_a_deadline_is_the_answer() {
    let server = Server::replies([Reply::Stall(DRIPPING.into())]).await;
    // It ends before the body may take no longer.
    let client = builder(&server).timeout(Duration::from_secs(1));
    let request = metrics(&client.build().unwrap());
    let error = request.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service, "{error}");
    assert_eq!(error.status().unwrap().as_u16(), 404);
}

#[tokio::test]
async fn a_throttled_answer_that_drips_is_retried() {
    let head = "HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 100000\r\n\r\n{";
    let server = Server::replies([Reply::Drip(head.into()), Reply::page(&[1], None)]).await;
    let clock = FakeClock::new();
    let client = builder(&server)
        .clock(clock.clone())
        .attempt_timeout(Duration::from_secs(4))
        .build()
        .unwrap();
    assert_eq!(metrics(&client).send().await.unwrap().attempts(), 2);
    assert!(clock.waits()[0] >= Duration::from_secs(7));
}

#[tokio::test]
async fn dropping_the_future_closes_the_connection() {
    let server = Server::replies([Reply::Stall(HEAD.to_vec())]).await;
    let client = builder(&server).build().unwrap();
    let request = tokio::spawn(metrics(&client).into_future());
    server.arrived().await;
    request.abort();
    server.abandoned().await;
    assert_eq!(server.count(), 1);
}
