//! What is meant for this machine goes through no proxy of the environment.
//!
//! Variables of the environment are the whole process's, so each test runs itself again in a process of
//! its own, which has them.

use std::process::Command;

use odata_runtime::{Client, ErrorKind};

use crate::support::{CLOUD, Reply, Server, TOKEN, metrics};

/// The variable that tells the other process its endpoint.
const ENDPOINT: &str = "ODATA_RUNTIME_TEST_ENDPOINT";

/// Every name under which a proxy is looked for.
const PROXIES: [&str; 6] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
];

/// Runs a test in a process that has this endpoint and this proxy.
async fn run(test: &'static str, endpoint: String, proxy: &Server) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command.env_remove("no_proxy").env_remove("NO_PROXY");
    command.env_remove("REQUEST_METHOD").env(ENDPOINT, endpoint);
    for name in PROXIES {
        command.env(name, proxy.url());
    }
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}

/// The endpoint, in the process that [`run`] starts.
fn endpoint() -> Option<String> {
    std::env::var(ENDPOINT).ok()
}

#[tokio::test]
async fn no_proxy_gets_what_is_meant_for_loopback() {
    if let Some(endpoint) = endpoint() {
        let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
        let client = builder.endpoint(endpoint).build().unwrap();
        metrics(&client).send().await.unwrap();
        return;
    }
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        let server = Server::replies([Reply::page(&[], None)]).await;
        let proxy = Server::replies([Reply::page(&[], None)]).await;
        let (_, port) = server.url().rsplit_once(':').unwrap();
        let endpoint = format!("http://{host}:{port}/beta");
        run(
            "proxies::no_proxy_gets_what_is_meant_for_loopback",
            endpoint,
            &proxy,
        )
        .await;
        assert_eq!(proxy.connections(), 0, "{host}");
        assert_eq!(server.received()[0].token(), Some(TOKEN), "{host}");
    }
}

#[tokio::test]
async fn other_services_are_reached_by_the_proxy() {
    if let Some(endpoint) = endpoint() {
        let builder = Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
        let builder = builder
            .endpoint(endpoint)
            .retry(odata_runtime::RetryPolicy::none());
        let error = metrics(&builder.build().unwrap()).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        return;
    }
    let proxy = Server::replies([Reply::status(502, "")]).await;
    let endpoint = "https://service.invalid/beta".to_owned();
    run(
        "proxies::other_services_are_reached_by_the_proxy",
        endpoint,
        &proxy,
    )
    .await;
    let received = proxy.received();
    assert_eq!(received[0].method, "CONNECT");
    assert_eq!(
        received[0].header("authorization"),
        None,
        "only the tunnel is seen"
    );
}
