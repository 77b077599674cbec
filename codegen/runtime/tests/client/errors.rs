//! What a caller learns from an answer that is an error.

use odata_runtime::{ConfigureRequest as _, Error, ErrorKind};

use crate::support::{Reply, Server, client, metrics};

async fn error_of(reply: Reply) -> Error {
    let server = Server::replies([reply]).await;
    let request = metrics(&client(&server)).client_request_id("mine");
    request.send().await.unwrap_err()
}

#[tokio::test]
async fn the_services_error_is_typed() {
    let body = r#"{"error":{"code":"BadRequest","message":"bad interval","target":"minutes",
        "innererror":{"code":"InvalidInterval","requestId":"inner-id","date":"2025-11-05T14:57:50",
        "innerError":{"code":"Deepest"}}}}"#;
    let error = error_of(Reply::status(400, body)).await;
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert_eq!(error.code(), Some("BadRequest"));
    assert_eq!(error.request_id(), Some("inner-id"));
    assert_eq!(error.client_request_id(), Some("mine"));
    let service = error.service_error().unwrap();
    assert_eq!(service.most_specific_code(), Some("Deepest"));
    assert_eq!(service.target.as_deref(), Some("minutes"));
    assert_eq!(error.raw_body(), Some(body.as_bytes()));
    let text = error.to_string();
    for part in [
        "GET http://127.0.0.1:",
        "/beta/reports/getMetrics(minutes=10)",
        "400",
        "BadRequest",
        "bad interval",
        "inner-id",
        "mine",
        "1 attempt]",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn the_headers_id_comes_before_the_bodys() {
    let body = r#"{"error":{"code":"c","message":"m","innerError":{"request-id":"inner"}}}"#;
    for name in ["request-id", "x-ms-request-id"] {
        let error = error_of(Reply::status(400, body).header(name, "outer")).await;
        assert_eq!(error.request_id(), Some("outer"));
        assert_eq!(error.headers().unwrap()[name], "outer");
    }
}

#[tokio::test]
async fn a_403_names_the_permissions() {
    let body =
        r#"{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges."}}"#;
    let error = error_of(Reply::status(403, body)).await;
    assert_eq!(error.permissions_needed().len(), 2);
    let text = error.to_string();
    let needed = "Insufficient privileges; it needs Reports.Read.All (DelegatedWork), or Reports.Read.All or \
                  Reports.ReadWrite.All (Application)";
    assert!(text.contains(needed), "{text}");
    assert!(
        error_of(Reply::status(400, body))
            .await
            .permissions_needed()
            .is_empty()
    );
}

#[tokio::test]
async fn bodies_that_are_no_json_are_kept_and_shown() {
    for (body, shown) in [
        (
            "<html>\n<h1>Bad gateway</h1></html>",
            "<html>\\n<h1>Bad gateway</h1></html>",
        ),
        ("", "no body"),
        ("null", "null"),
    ] {
        let error = error_of(Reply::status(502, body)).await;
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(error.code(), None);
        assert!(error.service_error().is_none());
        assert_eq!(error.raw_body(), Some(body.as_bytes()));
        let text = error.to_string();
        assert!(text.contains(shown) && text.contains("502"), "{text}");
    }
}

#[tokio::test]
async fn an_error_body_that_breaks_off_leaves_the_status() {
    let raw = b"HTTP/1.1 400 Bad\r\ncontent-length: 1000\r\n\r\n{\"error\":".to_vec();
    let error = error_of(Reply::Raw(raw)).await;
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert_eq!(error.raw_body(), Some(b"{\"error\":".as_slice()));
}

/// What `fn main() -> Result<()>` prints is one readable text, in which nothing stands twice.
#[tokio::test]
async fn debug_reads_like_display() {
    let error = error_of(Reply::ok("{")).await;
    assert_eq!(format!("{error:?}"), error.to_string());
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(error.to_string().matches(&source).count(), 1, "{error}");
    let refused = r#"{"error":{"code":"Forbidden","message":"no"}}"#;
    let error = error_of(Reply::status(403, refused)).await;
    let parts = format!("{error:#?}");
    assert!(
        parts.starts_with("Error {\n    kind: Service,\n    message: GET http"),
        "{parts}"
    );
    for part in [
        "status: Some(\n        403,",
        "attempts: 1,",
        "code: \"Forbidden\"",
    ] {
        assert!(parts.contains(part), "{parts}");
    }
}

#[tokio::test]
async fn a_status_that_is_no_success_is_an_error() {
    for status in [304, 300] {
        let error = error_of(Reply::status(status, "")).await;
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.kind(), ErrorKind::Service);
    }
}

#[tokio::test]
async fn errors_have_their_causes_and_can_be_sent() {
    fn is_error<E: std::error::Error + Send + Sync + Clone + 'static>(_: &E) {}
    let error = error_of(Reply::ok("{")).await;
    is_error(&error);
    assert!(
        std::error::Error::source(&error)
            .unwrap()
            .is::<serde_json::Error>()
    );
}
