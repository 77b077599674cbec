//! A build without TLS.

use odata_runtime::{Client, ErrorKind};

use crate::support::{CLOUD, Reply, Server, TOKEN, client, metrics};

#[tokio::test]
async fn https_without_tls_names_the_feature() {
    let builder = || Client::builder(CLOUD, "test/1").bearer_token(TOKEN);
    let error = builder().build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let text = error.to_string();
    assert!(text.contains("enable the feature \"rustls\""), "{text}");
    let own = builder().http_client(reqwest::Client::new());
    assert!(own.build().is_ok(), "which may have TLS of its own");
    let server = Server::replies([Reply::page(&[1], None)]).await;
    metrics(&client(&server)).send().await.unwrap();
}
