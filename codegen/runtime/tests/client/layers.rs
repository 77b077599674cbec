//! Hooks around each attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use odata_runtime::{
    Attempt, AttemptResponse, BoxFuture, Error, ErrorKind, HeaderValue, Layer, Next, Result, Url,
};

use crate::support::{Reply, Server, TOKEN, builder, metrics};

/// Numbers the attempts that it sees, and keeps what came of them.
struct Numbering {
    name: &'static str,
    count: Arc<AtomicUsize>,
}

impl Layer for Numbering {
    fn send<'a>(
        &'a self,
        mut attempt: Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse>> {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let shown = format!("{attempt:?} {next:?}");
        assert!(!shown.contains(TOKEN), "{shown}");
        assert!(attempt.headers().contains_key("authorization"));
        attempt
            .headers_mut()
            .append(self.name, HeaderValue::from(number));
        Box::pin(async move { next.send(attempt).await })
    }
}

#[tokio::test]
async fn layers_see_every_attempt_in_order() {
    let server = Server::replies([
        Reply::status(503, ""),
        Reply::redirect(307, "/beta/moved"),
        Reply::page(&[1], None),
    ])
    .await;
    let count = Arc::new(AtomicUsize::new(0));
    let numbering = |name| Numbering {
        name,
        count: Arc::clone(&count),
    };
    let builder = builder(&server).layer(numbering("x-outer"));
    let client = builder.layer(numbering("x-inner")).build().unwrap();
    let answer = metrics(&client).send().await.unwrap();
    assert_eq!(answer.attempts(), 2);
    let received = server.received();
    let numbers = received
        .iter()
        .map(|it| ["x-outer", "x-inner"].map(|name| it.header(name).unwrap()));
    let expected = [["0", "1"], ["2", "3"], ["4", "5"]];
    assert_eq!(numbers.collect::<Vec<_>>(), expected);
}

/// Sends something else first.
struct Detour(String);

impl Layer for Detour {
    fn send<'a>(
        &'a self,
        attempt: Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse>> {
        Box::pin(async move {
            let url = Url::parse(&self.0).map_err(Error::of_layer)?;
            next.send(attempt.read_of(url)).await?;
            next.send(attempt).await
        })
    }
}

#[tokio::test]
async fn a_layer_cannot_leave_the_origin() {
    let foreign = Server::replies([Reply::page(&[666], None)]).await;
    let server = Server::replies([Reply::page(&[1], None)]).await;
    let detour = Detour(format!("{}/x", foreign.url()));
    let client = builder(&server).layer(detour).build().unwrap();
    let error = metrics(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    assert_eq!((foreign.connections(), server.connections()), (0, 0));

    let detour = Detour(format!("{}/warm?up", server.url()));
    let client = builder(&server).layer(detour).build().unwrap();
    metrics(&client).send().await.unwrap();
    let targets: Vec<_> = server.received().into_iter().map(|it| it.target).collect();
    assert_eq!(
        targets,
        ["/warm?up", "/beta/reports/getMetrics(minutes=10)"]
    );
}

#[tokio::test]
async fn a_layer_that_refuses_is_the_requests_error() {
    let server = Server::replies([Reply::page(&[1], None)]).await;
    let client = builder(&server).layer(Detour("no URL".to_owned()));
    let error = metrics(&client.build().unwrap()).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let text = error.to_string();
    assert!(
        text.contains("a layer refused the request: relative URL"),
        "{text}"
    );
    assert_eq!(server.connections(), 0);
}
