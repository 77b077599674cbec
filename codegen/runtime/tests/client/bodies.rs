//! Bodies that are too large, broken, or not what they should be.

use odata_runtime::{ErrorKind, Page};

use crate::support::{Metric, Reply, Server, builder, client, metrics};

#[tokio::test]
async fn a_huge_body_is_refused_while_it_streams() {
    let server = Server::replies([Reply::Endless]).await;
    let client = builder(&server)
        .max_response_bytes(1 << 20)
        .build()
        .unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("1048576"), "{error}");
    server.abandoned().await;
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_body_that_declares_too_much_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec();
    let server = Server::replies([Reply::Stall(head)]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    assert!(error.to_string().contains("99999999999"), "{error}");
}

#[tokio::test]
async fn the_limit_itself_is_allowed() {
    let body = r#"{"value":[]}"#;
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"val\r\n7\r\nue\":[]}\r\n0\r\n\r\n";
    for reply in [Reply::ok(body), Reply::Raw(chunked.as_bytes().to_vec())] {
        let server = Server::replies([reply]).await;
        for (limit, fits) in [(body.len(), true), (body.len() - 1, false), (0, false)] {
            let client = builder(&server).max_response_bytes(limit).build().unwrap();
            assert_eq!(metrics(&client).send().await.is_ok(), fits, "{limit}");
        }
    }
}

#[tokio::test]
async fn a_huge_error_body_is_cut() {
    let server = Server::replies([Reply::status(500, "x".repeat(1 << 20))]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_eq!(error.raw_body().unwrap().len(), 64 * 1024);
    assert!(
        error.to_string().len() < 1_000,
        "{}",
        error.to_string().len()
    );
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn gzip_is_requested_decoded_and_limited() {
    let reply = Reply::Full(
        200,
        vec![("content-encoding", "gzip".to_owned())],
        crate::support::GZIPPED.to_vec(),
    );
    let server = Server::replies([reply]).await;
    let response = metrics(&client(&server)).send().await.unwrap();
    assert_eq!(crate::support::values(&response), [7]);
    let received = server.received();
    assert!(
        received[0]
            .header("accept-encoding")
            .unwrap()
            .contains("gzip")
    );
    let client = builder(&server).max_response_bytes(20).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn an_empty_body_reads_as_null() {
    let server = Server::replies([Reply::status(204, "")]).await;
    let resource = client(&server).root().segment("x");
    resource.get::<()>().send().await.unwrap();
    let none = resource.get::<Option<Page<Metric>>>().send().await.unwrap();
    assert_eq!(none.into_inner(), None);
    resource.delete().send().await.unwrap();
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoContent);
}

#[tokio::test]
async fn bytes_come_as_they_are() {
    let server = Server::replies([Reply::Full(200, Vec::new(), vec![0, 255, 13])]).await;
    let resource = client(&server).root().segment("photo").segment("$value");
    let response = resource.get::<()>().send_bytes().await.unwrap();
    assert_eq!(response.as_ref().as_ref(), [0, 255, 13]);
}

#[tokio::test]
async fn a_decode_error_says_where_and_what() {
    for (body, path, expected, found) in [
        (
            r#"{"value":[{"value":1},{"value":"x"}]}"#,
            "$.value[1].value",
            Some("a 64-bit integer, or a string of one"),
            Some("string \"x\""),
        ),
        (
            r#"{"value":[{}]}"#,
            "$.value[0]",
            Some("a member `value`"),
            None,
        ),
        (
            r#"{"value":7}"#,
            "$.value",
            Some("a sequence"),
            Some("integer `7`"),
        ),
        (r#"{"value":[{"value":"#, "$.value[0]", None, None),
        ("<html><body>Sign in</body></html>", "$", None, None),
    ] {
        let server = Server::replies([Reply::ok(body).header("request-id", "the-id")]).await;
        let error = metrics(&client(&server)).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        let decode = error.decode_error().unwrap();
        assert_eq!(decode.path, path, "{body}");
        assert_eq!(decode.expected.as_deref(), expected);
        assert_eq!(decode.found.as_deref(), found);
        assert_eq!(error.raw_body(), Some(body.as_bytes()));
        assert_eq!(error.request_id(), Some("the-id"));
        assert_eq!((error.attempts(), server.count()), (1, 1), "not retried");
        assert!(error.to_string().contains(path), "{error}");
    }
}
