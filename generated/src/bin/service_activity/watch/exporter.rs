//! What Prometheus scrapes.

#[cfg(test)]
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::routing::get;
use graph_service_activity::metrics::{Metric, Series};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

/// The media type of the OpenMetrics text format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A decimal number that may rise and fall.
type Number = Gauge<f64, AtomicU64>;

/// One metric of the service, as Prometheus metrics.
pub struct Exporter {
    registry: Arc<Registry>,
    /// The last bucket's value.
    value: Number,
    /// When the last bucket began.
    time: Gauge,
    /// Events so far; stays at zero for a metric whose buckets do not add up.
    events: Counter,
    errors: Counter,
}

impl Exporter {
    pub fn new(metric: Metric) -> Self {
        let labels = [
            ("metric".into(), metric.name().into()),
            ("unit".into(), metric.unit().into()),
        ];
        let mut registry =
            Registry::with_prefix_and_labels("graph_service_activity", labels.into_iter());
        let exporter = Self {
            registry: Arc::default(),
            value: Number::default(),
            time: Gauge::default(),
            events: Counter::default(),
            errors: Counter::default(),
        };
        registry.register("value", "Value of the last bucket", exporter.value.clone());
        registry.register(
            "bucket_start_timestamp_seconds",
            "When the last bucket began",
            exporter.time.clone(),
        );
        // Users, networks and percentages of several buckets make no sum, so there is no counter.
        if metric.is_additive() {
            registry.register("events", "Events so far", exporter.events.clone());
        }
        registry.register(
            "errors",
            "Rounds in which the service could not be read",
            exporter.errors.clone(),
        );
        Self {
            registry: Arc::new(registry),
            ..exporter
        }
    }

    /// Answers scrapes at this address until the program ends.
    pub async fn serve(&self, address: SocketAddr) -> std::io::Result<SocketAddr> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let registry = Arc::clone(&self.registry);
        let scrape = move || async move {
            let mut text = String::new();
            // Writing to a text does not fail.
            let _ = encode(&mut text, &registry);
            ([("content-type", OPEN_METRICS)], text)
        };
        let router = Router::new().route("/metrics", get(scrape));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    /// Takes in buckets that were not seen before.
    pub fn record(&self, series: &Series) {
        if let Some(last) = series.last() {
            self.value.set(last.value.as_f64());
            self.time.set(last.start.timestamp());
        }
        let events = series.sum().unwrap_or(0);
        self.events.inc_by(u64::try_from(events).unwrap_or(0));
    }

    pub fn record_error(&self) {
        self.errors.inc();
    }

    /// What a scrape gets.
    #[cfg(test)]
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
