//! A person with a browser, which is a few sockets here.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use odata_runtime::credential::{AuthorizationCode, SignInErrorKind};
use odata_runtime::{Client, CredentialSource, Result, Url};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{
    Authority, CLIENT_ID, Form, SCOPES, bearers, json_reply, pairs, query, reason, refusal,
    service, tokens, value,
};
use crate::support::{FakeClock, Server, metrics};

const DONE: &str = "Sign-in finished. You can close this page and return to the program.";
const FAILED: &str = "Sign-in failed. Close this page and return to the program, which says why.";

/// A request that waits for a person, and the page that was opened for them.
struct SignIn {
    service: Server,
    authority: Authority,
    client: Client,
    pages: mpsc::UnboundedReceiver<Url>,
    request: JoinHandle<Result<()>>,
}

/// A page of the authority.
struct Page {
    url: Url,
    parameters: Form,
    port: u16,
}

impl SignIn {
    async fn start(authority: Authority) -> Self {
        let service = service().await;
        let (sender, pages) = mpsc::unbounded_channel();
        let credential = AuthorizationCode::new(CLIENT_ID, "organizations")
            .open_with(move |url| sender.send(url.clone()).unwrap());
        let builder = authority.builder(&service).clock(FakeClock::stuck());
        let client = builder.credential(credential).build().unwrap();
        Self {
            request: send(&client),
            service,
            authority,
            client,
            pages,
        }
    }

    async fn page(&mut self) -> Page {
        let url = self.pages.recv().await.unwrap();
        let parameters = query(url.query().unwrap());
        let redirect = Url::parse(&value(&parameters, "redirect_uri").unwrap()).unwrap();
        Page {
            url,
            parameters,
            port: redirect.port().unwrap(),
        }
    }
}

fn send(client: &Client) -> JoinHandle<Result<()>> {
    let client = client.clone();
    tokio::spawn(async move { metrics(&client).send().await.map(drop) })
}

impl Page {
    fn state(&self) -> String {
        value(&self.parameters, "state").unwrap()
    }

    /// Sends bytes to the listener, and reads until it closes the connection.
    async fn sends(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // Whoever sent too much has the connection reset.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    async fn gets(&self, target: &str) -> String {
        let port = self.port;
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n");
        self.sends(request.as_bytes()).await
    }

    async fn comes_back(&self, code: &str) -> String {
        self.gets(&format!("/?code={code}&state={}", self.state()))
            .await
    }
}

/// The status of an answer, and what a person reads of it.
fn read(answer: &str) -> (u16, &str) {
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, text) = answer.split_once("<p>").unwrap();
    (status, text.split_once("</p>").unwrap().0)
}

#[tokio::test]
async fn a_browser_brings_a_code_that_is_proved_ours() {
    let mut sign_in = SignIn::start(Authority::new([tokens("a1", None)]).await).await;
    let page = sign_in.page().await;
    let challenge = value(&page.parameters, "code_challenge").unwrap();
    let redirect = format!("http://localhost:{}", page.port);
    let expected = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("state", &page.state()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("redirect_uri", &redirect),
        ("scope", SCOPES),
    ];
    assert_eq!(page.parameters, pairs(&expected));
    let endpoint = page.url.as_str().split('?').next().unwrap();
    let authority = sign_in.authority.url();
    assert_eq!(
        endpoint,
        format!("{authority}/organizations/oauth2/v2.0/authorize")
    );
    assert_eq!(read(&page.comes_back("the-code").await), (200, DONE));
    sign_in.request.await.unwrap().unwrap();
    assert_eq!(bearers(&sign_in.service), ["a1"]);
    let [form] = sign_in.authority.forms("token").try_into().unwrap();
    let verifier = value(&form, "code_verifier").unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)), challenge);
    let expected = [
        ("grant_type", "authorization_code"),
        ("code", "the-code"),
        ("code_verifier", &verifier),
        ("client_id", CLIENT_ID),
        ("redirect_uri", &redirect),
    ];
    assert_eq!(form, pairs(&expected));
    let source = sign_in.client.credential_source();
    assert_eq!(source, &CredentialSource::AuthorizationCode);
    // The listener is gone.
    assert!(TcpStream::connect(("127.0.0.1", page.port)).await.is_err());
}

/// A browser that wants an icon, port scanners, pages of others that guess, and clients that stay.
#[tokio::test]
async fn stray_requests_are_turned_away() {
    let mut sign_in = SignIn::start(Authority::new([tokens("a1", None)]).await).await;
    let page = sign_in.page().await;
    let state = page.state();
    let mut silent = Vec::new();
    for bytes in [b"".as_slice(), b"GET / HT"] {
        let mut stream = TcpStream::connect(("127.0.0.1", page.port)).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        silent.push(stream);
    }
    for target in [
        "/favicon.ico",
        "/",
        "/?code=stolen",
        "/?code=stolen&state=",
        "/?code=stolen&state=wrong",
        &format!("/other?code=stolen&state={state}"),
        &format!("/?code=stolen&code=other&state={state}"),
        &format!("/?code=stolen&state={state}&state=wrong"),
        &format!("/?code=stolen&error=access_denied&state={state}"),
        &format!("/?code=&state={state}"),
        &format!("/?state={state}"),
        "/?error=access_denied&state=wrong",
    ] {
        let answer = page.gets(target).await;
        assert_eq!(read(&answer), (404, "There is nothing here."), "{target}");
    }
    let unexpected = (400, "This is not a request that is expected here.");
    for bytes in [
        b"\x16\x03\x01\x02\r\n\r\n".as_slice(),
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
    ] {
        assert_eq!(read(&page.sends(bytes).await), unexpected, "{bytes:?}");
    }
    let post = format!("POST /?code=stolen&state={state} HTTP/1.1\r\n\r\n");
    let answer = page.sends(post.as_bytes()).await;
    assert_eq!(read(&answer), (405, "Only GET is answered here."));
    let long = format!("GET /?code={} HTTP/1.1\r\n", "x".repeat(64 * 1024));
    assert_eq!(page.sends(long.as_bytes()).await, "");
    assert_eq!(read(&page.comes_back("mine").await), (200, DONE));
    sign_in.request.await.unwrap().unwrap();
    assert_eq!(sign_in.authority.grants(), ["authorization_code mine"]);
}

#[tokio::test]
async fn the_last_page_is_static() {
    let mut sign_in = SignIn::start(Authority::new([tokens("a1", None)]).await).await;
    let page = sign_in.page().await;
    let answer = page.comes_back("%3Cscript%3Ealert(1)%3C/script%3E").await;
    let body = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign-in</title>\
         <p>{DONE}</p></html>\n"
    );
    let expected = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\ncontent-security-policy: default-src 'none'\r\n\
         referrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\
         \r\n{body}",
        body.len()
    );
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_browser_that_brings_an_error_ends_it() {
    let mut sign_in = SignIn::start(Authority::new([tokens("a1", None)]).await).await;
    let page = sign_in.page().await;
    let state = page.state();
    let error = "error=access_denied&error_description=%1B[31mNo,%0D%0Asaid+they";
    let answer = page.gets(&format!("/?{error}&state={state}")).await;
    assert_eq!(read(&answer), (200, FAILED));
    let error = reason(&sign_in.request.await.unwrap().unwrap_err());
    assert_eq!(error.kind(), SignInErrorKind::Denied);
    let expected = r"the sign-in was declined (access_denied): \u{1b}[31mNo,said they";
    assert_eq!(error.to_string().replace(", said", ",said"), expected);
    assert_eq!(sign_in.authority.forms("token").len(), 0);
}

/// Whoever got at the code has used it already.
#[tokio::test]
async fn a_replayed_code_is_not_tried_again() {
    let mut sign_in = SignIn::start(Authority::new([refusal("invalid_grant")]).await).await;
    let page = sign_in.page().await;
    page.comes_back("used-already").await;
    let error = reason(&sign_in.request.await.unwrap().unwrap_err());
    assert_eq!(error.kind(), SignInErrorKind::Refused);
    assert_eq!(error.code(), Some("invalid_grant"));
    assert_eq!(
        sign_in.authority.grants(),
        ["authorization_code used-already"]
    );
    assert!(sign_in.pages.try_recv().is_err());
}

#[tokio::test]
async fn codes_and_verifiers_are_not_shown() {
    let echo = Server::start(|request| {
        let body = String::from_utf8(request.body.clone()).unwrap();
        let form = query(&body);
        let secrets = ["code", "code_verifier"].map(|name| value(&form, name).unwrap());
        json_reply(
            400,
            json!({"error": "invalid_grant", "error_description": secrets.join(" ")}),
        )
    });
    let mut sign_in = SignIn::start(Authority::of(echo.await)).await;
    let page = sign_in.page().await;
    page.comes_back("the-code-of-the-test").await;
    let error = reason(&sign_in.request.await.unwrap().unwrap_err());
    let expected = "the authority refused the sign-in (invalid_grant): [redacted] [redacted]";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_person_who_does_not_come_is_not_waited_for() {
    let (service, authority) = (service().await, Authority::new([tokens("a1", None)]).await);
    let (sender, mut pages) = mpsc::unbounded_channel();
    let credential = AuthorizationCode::new(CLIENT_ID, "organizations")
        .timeout(Duration::from_secs(90))
        .open_with(move |url| sender.send(url.clone()).unwrap());
    let clock = FakeClock::new();
    let builder = authority.builder(&service).clock(clock.clone());
    let client = builder.credential(credential).build().unwrap();
    let error = reason(&metrics(&client).send().await.unwrap_err());
    assert_eq!(error.kind(), SignInErrorKind::Expired);
    assert_eq!(error.to_string(), "nobody signed in within 90s");
    assert_eq!(clock.waits(), [Duration::from_secs(90)]);
    // The next request is another chance, with another state.
    metrics(&client).send().await.unwrap_err();
    let states = [pages.recv().await, pages.recv().await];
    let states = states.map(|page| value(&query(page.unwrap().query().unwrap()), "state"));
    assert_ne!(states[0], states[1]);
}

/// The person may take longer than the request.
#[tokio::test]
async fn a_dropped_request_leaves_its_page_to_the_next() {
    let mut sign_in = SignIn::start(Authority::new([tokens("a1", None)]).await).await;
    let page = sign_in.page().await;
    sign_in.request.abort();
    assert!((&mut sign_in.request).await.unwrap_err().is_cancelled());
    // Before anybody waits again.
    assert_eq!(read(&page.comes_back("the-code").await), (200, DONE));
    send(&sign_in.client).await.unwrap().unwrap();
    assert_eq!(sign_in.authority.grants(), ["authorization_code the-code"]);
    assert!(sign_in.pages.try_recv().is_err());
}
