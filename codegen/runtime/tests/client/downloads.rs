//! Content that the service keeps elsewhere, and bodies that come from a stream.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::stream;
use odata_runtime::{
    AdditionalProperties, ConfigureRequest as _, Content, DownloadRedirects, ErrorKind, Method,
    ODataType,
};

use crate::support::{Reply, Server, builder, client};

#[derive(Debug, Default, PartialEq)]
struct Item {
    id: Option<String>,
    additional_properties: AdditionalProperties,
}

impl ODataType for Item {
    const NAME: &'static str = "test.item";
}

odata_runtime::model! {
    Item {
        ID: id = "id" of String,
    }
}

/// A service whose content is at another one.
async fn content_at(elsewhere: &Server) -> Server {
    let place = format!("{}/blob?sig=s3cret", elsewhere.url());
    Server::replies([Reply::redirect(302, place)]).await
}

#[tokio::test]
async fn content_elsewhere_is_read_without_the_token() {
    let elsewhere = Server::replies([Reply::ok("bytes")]).await;
    let server = content_at(&elsewhere).await;
    let file = client(&server).root().segment("content");
    let download = file
        .download()
        .header("x-mine", "1")
        .header("range", "bytes=0-1");
    let answer = download.await.unwrap();
    assert_eq!(&**answer, b"bytes");
    assert_eq!(answer.final_url().path(), "/blob");
    assert!(!format!("{answer:?}").contains("s3cret"));
    let asked = elsewhere.received().remove(0);
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("GET", "/blob?sig=s3cret")
    );
    let mut names: Vec<_> = asked
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert!(server.received()[0].token().is_some());

    let mut stream = file.download().stream();
    assert_eq!(stream.next().await.unwrap().unwrap(), "bytes");
}

#[tokio::test]
async fn the_way_back_from_another_origin_has_no_token() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/beta/content" => Reply::redirect(302, asked.header("x-elsewhere").unwrap()),
        _ => Reply::ok("bytes"),
    })
    .await;
    let elsewhere = Server::replies([Reply::redirect(302, format!("{}/x", server.url()))]).await;
    let file = client(&server).root().segment("content");
    let answer = file.download().header("x-elsewhere", elsewhere.url()).await;
    assert_eq!(&**answer.unwrap(), b"bytes");
    let asked = server.received();
    assert!(asked[0].token().is_some());
    assert_eq!(
        (asked[1].token(), asked[1].header("x-elsewhere")),
        (None, None)
    );
}

#[tokio::test]
async fn only_bytes_are_read_elsewhere() {
    let elsewhere = Server::replies([Reply::ok("{}")]).await;
    let server = content_at(&elsewhere).await;
    let read = client(&server).root().segment("content").get::<()>();
    let error = read.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    let within = builder(&server).download_redirects(DownloadRedirects::SameOrigin);
    let file = within.build().unwrap().root().segment("content");
    let error = file.download().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn content_is_not_read_where_it_could_be_seen() {
    for place in [
        "http://files.example/x",
        "https://me:pw@127.0.0.1/x",
        "ftp://127.0.0.1/x",
    ] {
        let server = Server::replies([Reply::redirect(302, place)]).await;
        let file = client(&server).root().segment("content");
        let error = file.download().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignOrigin, "{place}");
        assert!(!error.to_string().contains("pw@"), "{error}");
    }
}

#[tokio::test]
async fn another_origin_cannot_ask_for_claims() {
    let challenge = r#"Bearer error="insufficient_claims", claims="eyJhIjoxfQ==""#;
    let refusal = Reply::status(401, "").header("www-authenticate", challenge);
    let elsewhere = Server::replies([refusal]).await;
    let server = content_at(&elsewhere).await;
    let file = client(&server).root().segment("content");
    let error = file.download().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 401);
    assert_eq!((server.count(), elsewhere.count()), (1, 1));
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

fn pieces(texts: &[&'static str]) -> Vec<std::io::Result<Bytes>> {
    let bytes = texts.iter().map(|text| Bytes::from_static(text.as_bytes()));
    bytes.map(Ok).collect()
}

#[tokio::test]
async fn an_upload_may_come_from_a_stream() {
    let server = Server::replies([Reply::ok(r#"{"id":"7"}"#)]).await;
    let file = client(&server).root().segment("content");
    let content = Content::stream(6, stream::iter(pieces(&["abc", "", "def"])));
    let stored = file.upload::<Item>("text/plain", content).await.unwrap();
    assert_eq!(stored.require().unwrap().id.as_deref(), Some("7"));
    let asked = server.received().remove(0);
    assert_eq!(asked.header("content-length"), Some("6"));
    assert_eq!(asked.body, b"abcdef");
}

#[tokio::test]
async fn a_stream_of_another_length_is_an_error() {
    for (length, texts) in [(7, &["abc", "def"][..]), (5, &["abc", "def"])] {
        let server = Server::replies([Reply::ok("null")]).await;
        let file = client(&server).root().segment("content");
        let content = Content::stream(length, stream::iter(pieces(texts)));
        let upload = file.upload::<Item>("text/plain", content);
        let error = upload.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{length}");
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let server = Server::replies([Reply::status(503, ""), Reply::ok("null")]).await;
    let file = client(&server).root().segment("content");
    let upload = file.upload::<Item>("a/b", Content::stream(3, stream::iter(pieces(&["abc"]))));
    let again = upload.clone();
    let error = upload.send().await.unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (503, 1)
    );
    let error = again.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("read already"), "{error}");
}

#[tokio::test]
async fn an_upload_may_come_from_a_reader() {
    for length in [0_usize, 1, 65_536, 200_000] {
        let server = Server::replies([Reply::ok(r#"{"id":"7"}"#)]).await;
        let file = client(&server).root().segment("content");
        let content = Content::reader(length as u64, std::io::Cursor::new(vec![7; length]));
        file.upload::<Item>("a/b", content).await.unwrap();
        assert_eq!(server.received().remove(0).body, vec![7; length]);
    }
}

#[tokio::test]
async fn an_upload_tells_how_far_it_is() {
    let server = Server::replies([Reply::status(503, ""), Reply::ok("null")]).await;
    let file = client(&server).root().segment("content");
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let content = Content::from(vec![7; 150_000]);
    let content = content.on_progress(move |sent| seen.lock().unwrap().push(sent));
    let stored = file.upload::<Item>("a/b", content).await.unwrap();
    assert_eq!(stored.attempts(), 2);
    for received in server.received() {
        assert_eq!(received.header("content-length"), Some("150000"));
        assert_eq!(received.body, vec![7; 150_000]);
    }
    let once = [65_536, 131_072, 150_000];
    assert_eq!(*told.lock().unwrap(), [once, once].concat());
}

#[tokio::test]
async fn a_path_begins_at_the_service_root() {
    let server = Server::replies([Reply::ok("null")]).await;
    let client = client(&server);
    for path in ["admin/x?a=/b", "/admin/x?a=/b", "//admin/x?a=/b"] {
        let request = client.request::<()>(Method::GET, path).unwrap();
        let expected = format!("{}/beta/admin/x?a=/b", server.url());
        assert_eq!(request.url().as_str(), expected, "{path}");
    }
}
