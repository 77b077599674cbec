//! Nothing that is shown obeys the service, and nothing is long.

use std::fmt::Debug;

use odata_runtime::{Client, Error, ErrorKind, Method, Page};
use serde_json::json;

use crate::support::{Metric, Reply, Server, TOKEN, builder, client, metrics};

/// What a terminal would obey, what nobody would see, and more of it than anybody reads.
fn hostile() -> String {
    "\n::error::\u{1b}[2J\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{feff}\r".repeat(3_000)
}

fn assert_inert(text: &str) {
    assert!(text.len() <= 4096, "{} bytes", text.len());
    let is_plain = |c: char| {
        let is_format = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        !c.is_control() && !is_format
    };
    assert!(text.chars().all(is_plain), "{text:?}");
    assert!(!text.contains(TOKEN), "{text}");
}

/// The error and all its causes.
fn assert_inert_error(error: &Error) {
    assert_inert_value(error.service_error());
    assert_inert_value(error.decode_error());
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        assert_inert(&error.to_string());
        assert_inert(&format!("{error:?}"));
        cause = error.source();
    }
}

fn assert_inert_value(value: impl Debug) {
    assert_inert(&format!("{value:?}"));
}

async fn error_of(reply: Reply) -> Error {
    let server = Server::replies([reply]).await;
    metrics(&client(&server)).send().await.unwrap_err()
}

#[tokio::test]
async fn what_a_service_says_is_escaped_and_cut() {
    let text = hostile();
    for body in [
        json!({"error": {"code": text, "message": "m"}}),
        json!({"error": {"code": "c", "message": text, "target": text}}),
        json!({"error": {"code": "c", "message": "m", "details": [{"code": text, "message": text}]}}),
        json!({"error": {"code": "c", "message": "m", "innererror": {
            "code": text, "message": text, "request-id": text, "x": text}}}),
        json!({"error": {"code": "c", "message": "m", "x": {text.clone(): text}}}),
        json!({"error": text, "error_description": text}),
        json!(text),
    ] {
        let error = error_of(Reply::status(400, body.to_string())).await;
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_inert_error(&error);
    }
    let error = error_of(Reply::status(502, text.clone())).await;
    assert_inert_error(&error);
    assert_eq!(error.raw_body().unwrap(), &text.as_bytes()[..64 * 1024]);
}

/// Behind a text of any length stands what an operator asks for.
#[tokio::test]
async fn a_long_text_hides_no_ids() {
    let body = json!({"error": {"code": "c", "message": "long ".repeat(10_000)}});
    let reply = Reply::status(403, body.to_string()).header("request-id", "the-id");
    let error = error_of(reply.header("retry-after", "7")).await;
    let text = error.to_string();
    assert_inert(&text);
    for part in [
        "403",
        "c: long",
        "…",
        "Reports.Read.All",
        "7 s",
        "the-id",
        "1 attempt]",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let message = &error.service_error().unwrap().message;
    assert_eq!(message.len(), 50_000, "the text itself is whole");
}

#[tokio::test]
async fn what_cannot_be_decoded_is_escaped_and_cut() {
    let text = hostile();
    let huge = "9".repeat(2 << 20);
    for body in [
        json!({"value": [{"value": text}]}),
        json!({"value": [{"value": huge}]}),
        json!({"value": [{text.clone(): {text.clone(): 1}, "value": "x"}]}),
        json!({"value": {text.clone(): 1}}),
        json!(text),
    ] {
        let error = error_of(Reply::ok(body.to_string())).await;
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_inert_error(&error);
        let body = body.to_string();
        let kept = &body.as_bytes()[..body.len().min(64 * 1024)];
        assert_eq!(error.raw_body(), Some(kept));
    }
    // A number as a name is refused by the type of the caller's own, which quotes it.
    let body = json!({"a\u{202e}b": 1}).to_string();
    let server = Server::replies([Reply::ok(body)]).await;
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {}
    let request = client(&server).request::<Strict>(Method::GET, "x").unwrap();
    assert_inert_error(&request.send().await.unwrap_err());
}

#[tokio::test]
async fn ids_in_headers_are_cut() {
    let reply = Reply::status(400, "").header("request-id", "i".repeat(10_000));
    let error = error_of(reply).await;
    assert_inert_error(&error);
    let reply = Reply::page(&[1], None).header("request-id", "i".repeat(10_000));
    let server = Server::replies([reply]).await;
    let page = metrics(&client(&server)).send().await.unwrap();
    assert_inert_value(&page);
    assert_eq!(page.request_id().unwrap().len(), 10_000);
}

/// The forms that a service can put the token into a link in.
fn links() -> Vec<String> {
    let escaped: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
    vec![
        format!("/beta/{TOKEN}/x"),
        format!("/beta/{}/x", TOKEN.to_uppercase()),
        format!("/beta/{escaped}/x"),
        format!("/beta/x?{TOKEN}"),
        format!("/beta/x#{TOKEN}"),
        format!("https://{TOKEN}.example/x"),
        format!("https://{}.example/{escaped}", TOKEN.to_uppercase()),
        format!("https://user:{TOKEN}@foreign.example/"),
        format!("{TOKEN}://x/"),
        format!("https://[{TOKEN}]/"),
    ]
}

fn assert_no_token(value: impl Debug) {
    let text = format!("{value:?}").to_lowercase();
    let escaped: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
    assert!(!text.contains(&TOKEN.to_lowercase()), "{text}");
    assert!(!text.contains(&escaped), "{text}");
}

fn assert_no_token_in_error(error: &Error) {
    assert_no_token(error.decode_error());
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        assert_no_token(error);
        assert_no_token(error.to_string());
        cause = error.source();
    }
}

#[tokio::test]
async fn a_token_in_a_next_link_is_not_shown() {
    for link in links() {
        let body =
            json!({"value": [{"value": 1}], "@odata.nextLink": link, "@odata.context": link});
        let first = Reply::ok(body.to_string());
        let server = Server::replies([first, Reply::status(500, "")]).await;
        let mut pages = metrics(&client(&server)).pages();
        let page = pages.next().await.unwrap().unwrap();
        assert_eq!(page.next_link.as_deref(), Some(link.as_str()));
        assert_no_token(&page);
        assert_no_token(page.into_inner());
        assert_no_token(&pages);
        assert_no_token(pages.continuation());
        let error = pages.next().await.unwrap().unwrap_err();
        assert_no_token_in_error(&error);
        assert_no_token(&pages);
        let mut items = metrics(&client(&server)).stream();
        while let Some(item) = items.next().await {
            assert_no_token(&items);
            if let Err(error) = item {
                assert_no_token_in_error(&error);
            }
        }
    }
}

#[tokio::test]
async fn a_token_in_a_location_is_not_shown() {
    for link in links() {
        let server = Server::replies([Reply::redirect(307, &link), Reply::status(500, "")]).await;
        assert_no_token_in_error(&metrics(&client(&server)).send().await.unwrap_err());
    }
}

/// Delta links and next links of actions are asked for by the caller.
#[tokio::test]
async fn a_token_in_a_link_that_is_followed_is_not_shown() {
    let server = Server::replies([Reply::page(&[1], None), Reply::status(500, "")]).await;
    let client = client(&server);
    metrics(&client).send().await.unwrap();
    for link in links() {
        match client.request::<Page<Metric>>(Method::GET, &link) {
            Ok(request) => {
                assert_no_token(&request);
                assert_no_token_in_error(&request.send().await.unwrap_err());
            }
            Err(error) => assert_no_token_in_error(&error),
        }
    }
}

#[tokio::test]
async fn an_echoed_token_in_a_good_response_is_not_shown() {
    let reply = Reply::page(&[1], None).header("request-id", TOKEN);
    let server = Server::replies([reply]).await;
    let page = metrics(&client(&server)).send().await.unwrap();
    assert_no_token(&page);
    assert!(format!("{page:?}").contains("[redacted]"), "{page:?}");
    let server = Server::replies([Reply::ok(format!("{TOKEN:?}"))]).await;
    let request = client(&server).request::<String>(Method::GET, "x").unwrap();
    let echo = request.send().await.unwrap();
    assert_no_token(&echo);
    assert_eq!(*echo, TOKEN);
}

#[tokio::test]
async fn a_token_with_padding_is_not_shown_without_it() {
    let token = "c2VjcmV0LXNlY3JldA==";
    let server =
        Server::replies([Reply::status(400, "c2VjcmV0LXNlY3JldA c2vjcmv0lxnly3jlda")]).await;
    let client: Client = builder(&server).bearer_token(token).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    let body = std::str::from_utf8(error.raw_body().unwrap()).unwrap();
    assert_eq!(body, "[redacted] [redacted]");
    assert!(
        error.to_string().contains("[redacted] [redacted]"),
        "{error}"
    );
}
