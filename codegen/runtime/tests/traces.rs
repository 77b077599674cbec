//! Spans and events, and what never is in them.
//!
//! A test binary of its own: `tracing` decides once per process whether a span is of interest, and
//! tests without a subscriber would decide that it is not.
#![cfg(feature = "tracing")]

#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "client/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use odata_runtime::ConfigureRequest as _;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::subscriber::set_default;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use support::{Reply, Server, TOKEN, client, metrics};

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Record>>>);

#[derive(Clone, Debug)]
struct Record {
    id: Option<u64>,
    parent: Option<u64>,
    name: &'static str,
    fields: BTreeMap<&'static str, String>,
}

impl Visit for Record {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(
            field.name(),
            format!("{value:?}").trim_matches('"').to_owned(),
        );
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: Context<'_, S>,
    ) {
        let mut record = Record {
            id: Some(id.into_u64()),
            parent: context.current_span().id().map(span::Id::into_u64),
            name: attributes.metadata().name(),
            fields: BTreeMap::new(),
        };
        attributes.record(&mut record);
        self.0.lock().unwrap().push(record);
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, _: Context<'_, S>) {
        let mut records = self.0.lock().unwrap();
        let mut live = records.iter_mut().rev();
        if let Some(record) = live.find(|record| record.id == Some(id.into_u64())) {
            values.record(record);
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut record = Record {
            id: None,
            parent: None,
            name: event.metadata().name(),
            fields: BTreeMap::new(),
        };
        event.record(&mut record);
        self.0.lock().unwrap().push(record);
    }
}

#[tokio::test]
async fn requests_and_attempts_are_spans_without_secrets() {
    let recorder = Recorder::default();
    let _guard = set_default(tracing_subscriber::registry().with(recorder.clone()));
    let server = Server::replies([Reply::status(503, ""), Reply::page(&[1], None)]).await;
    let request = metrics(&client(&server)).query_option("$filter", "secret-in-a-query");
    request.send().await.unwrap();
    let records = recorder.0.lock().unwrap().clone();
    let all = format!("{records:?}");
    assert!(
        !all.contains(TOKEN) && !all.contains("secret-in-a-query"),
        "{all}"
    );
    let named = |name: &str| -> Vec<&Record> {
        records
            .iter()
            .filter(|record| record.name == name)
            .collect()
    };
    let requests = named("odata.request");
    let attempts = named("http.request");
    assert_eq!((requests.len(), attempts.len()), (1, 2));
    let request = &requests[0].fields;
    assert_eq!(request["odata.operation"], "test.getMetrics");
    assert_eq!(request["odata.attempts"], "2");
    assert_eq!(request["http.response.status_code"], "200");
    assert!(
        attempts
            .iter()
            .all(|attempt| attempt.parent == requests[0].id)
    );
    let first = &attempts[0].fields;
    assert_eq!(first["otel.kind"], "client");
    assert_eq!(first["http.request.method"], "GET");
    assert_eq!(first["server.address"], "127.0.0.1");
    assert!(
        server
            .url()
            .ends_with(&format!(":{}", first["server.port"]))
    );
    assert_eq!(first["http.response.status_code"], "503");
    assert_eq!(first["error.type"], "503");
    assert!(!first.contains_key("http.request.resend_count"));
    assert_eq!(attempts[1].fields["http.request.resend_count"], "1");
    assert!(!attempts[1].fields.contains_key("error.type"));
    assert!(all.contains("waiting to send again"), "{all}");
    assert!(all.contains("a bearer token"), "{all}");
}

#[tokio::test]
async fn a_failed_request_is_an_error_in_its_span_too() {
    let recorder = Recorder::default();
    let _guard = set_default(tracing_subscriber::registry().with(recorder.clone()));
    let server = Server::replies([Reply::status(404, ""), Reply::close()]).await;
    for expected in ["404", "Transport"] {
        recorder.0.lock().unwrap().clear();
        let request = metrics(&client(&server)).retry(odata_runtime::RetryPolicy::none());
        request.send().await.unwrap_err();
        let records = recorder.0.lock().unwrap().clone();
        let spans: Vec<_> = records
            .iter()
            .filter(|record| record.id.is_some())
            .collect();
        assert_eq!(spans.len(), 2);
        for span in spans {
            assert_eq!(span.fields["error.type"], expected, "{span:?}");
            assert_eq!(span.fields["otel.status_code"], "ERROR", "{span:?}");
        }
    }
}

/// What a service puts into links is recorded nowhere.
#[tokio::test]
async fn a_token_in_a_link_is_in_no_span() {
    let recorder = Recorder::default();
    let _guard = set_default(tracing_subscriber::registry().with(recorder.clone()));
    for link in [
        format!("https://{TOKEN}.example/"),
        format!("/beta/{TOKEN}"),
        "https://a\u{202e}b.example/".to_owned(),
    ] {
        let first = Reply::page(&[1], Some(&link));
        let server = Server::replies([first, Reply::redirect(307, &link)]).await;
        let mut pages = metrics(&client(&server)).pages();
        pages.next().await.unwrap().unwrap();
        pages.next().await.unwrap().unwrap_err();
    }
    let all = format!("{:?}", recorder.0.lock().unwrap()).to_lowercase();
    assert!(!all.contains(&TOKEN.to_lowercase()), "{all}");
    assert!(!all.contains(".example"), "{all}");
}
