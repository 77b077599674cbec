//! What recordings must not have.

use super::*;

/// Status, a header, and the body of an answer.
type Scripted = (u16, Option<(&'static str, &'static str)>, &'static [u8]);

/// What is recorded of requests that get these answers in turn: each is the status, a header and a body.
async fn recorded(
    name: &str,
    answers: &'static [Scripted],
    exchanges: impl AsyncFn(&Client),
) -> String {
    let har = Har::new(name);
    let turn = std::sync::atomic::AtomicUsize::new(0);
    let client = har.recording(move |_: Request<Body>| {
        let turn = turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let (status, header, body) = answers[turn];
        let mut response = Response::builder().status(status);
        if let Some((name, value)) = header {
            response = response.header(name, value);
        }
        std::future::ready(Ok::<_, TransportError>(
            response.body(Body::from(body)).unwrap(),
        ))
    });
    exchanges(&client).await;
    exchanges(&har.playing()).await;
    har.text()
}

async fn read(client: &Client) {
    let request = client.request::<Value>(Method::GET, "/item").unwrap();
    request.send().await.unwrap();
}

async fn upload(client: &Client) {
    let request = client.request::<Value>(Method::POST, "/session").unwrap();
    let mut session = UploadSession::<Thing>::begin(request, 3).await.unwrap();
    session
        .send(&mut std::io::Cursor::new("abc"))
        .await
        .unwrap();
}

#[tokio::test]
async fn urls_are_known_as_services_write_them() {
    // As SharePoint does: what is sent to has %27.
    let text = recorded(
        "written",
        &[
            (200, None, br#"{"uploadUrl": "https://files.invalid/uploadSession?guid='s3cret'&tempauth=s3cret"}"#),
            (201, None, br#"{"name": "a"}"#),
        ],
        upload,
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn urls_are_known_in_any_escapes() {
    let text = recorded(
        "escaped",
        &[
            (200, None, br#"{"uploadUrl": "https:\/\/files.invalid\/up\/s3cret?a=s3cret\u0026b=\u0073\u0033cret"}"#),
            (
                201,
                Some(("x-next", "https://service.invalid/?to=https%3A%2F%2Ffiles.invalid%2Fup%2Fs3cret%3Fa%3Ds3cret%26b%3Ds3cret")),
                br#"{"name": "a"}"#,
            ),
        ],
        upload,
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn a_secret_may_begin_with_another() {
    let text = recorded(
        "prefix",
        &[
            (
                200,
                None,
                br#"{"uploadUrl": "https://files.invalid/up/session"}"#,
            ),
            (
                201,
                None,
                br#"{"note": "https://files.invalid/up/session?sig=s3cret-signature"}"#,
            ),
        ],
        upload,
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn a_secret_may_become_known_in_the_end() {
    let text = recorded(
        "later",
        &[
            (
                200,
                None,
                br#"{"note": "see https://files.invalid/up/session?sig=s3cret-signature"}"#,
            ),
            (
                200,
                None,
                br#"{"uploadUrl": "https://files.invalid/up/session"}"#,
            ),
            (201, None, br#"{"name": "a"}"#),
            (
                200,
                None,
                br#"{"uploadUrl": "https://files.invalid/up/session?sig=s3cret-signature"}"#,
            ),
            (201, None, br#"{"name": "a"}"#),
        ],
        async |client: &Client| {
            read(client).await;
            upload(client).await;
            upload(client).await;
        },
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn secrets_in_bytes_are_not_recorded() {
    let text = recorded(
        "bytes",
        &[(200, None, b"\xffeyJ-the-secret-token-of-this-test\xff")],
        async |client: &Client| {
            let photo = client.root().segment("photo").download();
            photo.send().await.unwrap();
        },
    )
    .await;
    let har: Value = serde_json::from_str(&text).unwrap();
    let content = &har["log"]["entries"][0]["response"]["content"];
    assert_eq!(content["encoding"], "base64");
    // `\xffredacted-2\xff`
    assert_eq!(content["text"], "/3JlZGFjdGVkLTL/");
}

#[tokio::test]
async fn download_urls_need_no_query() {
    let text = recorded(
        "download",
        &[(200, None, br#"{"@microsoft.graph.downloadUrl": "https://files.invalid/y4ms3cret", "@content.downloadUrl": "https://files.invalid/y5ms3cret"}"#)],
        read,
    )
    .await;
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn a_redirect_with_a_fragment_is_played_back() {
    let text = recorded(
        "fragment",
        &[
            (
                302,
                Some(("location", "https://service.invalid/beta/there#part")),
                b"",
            ),
            (200, None, b"{}"),
        ],
        read,
    )
    .await;
    assert!(text.contains("/beta/there"), "{text}");
}
