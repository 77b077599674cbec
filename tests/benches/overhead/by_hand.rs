//! The call as one writes it without a generated client.

use crate::{Answer, Failure, Period, TOKEN};
use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, USER_AGENT};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// As long as `send()` gives an attempt.
const DEADLINE: Duration = Duration::from_secs(100);

/// A client without comfort.
pub struct ByHand<'a> {
    client: reqwest::Client,
    endpoint: &'a str,
    period: &'a Period,
    sent: AtomicU64,
}

impl<'a> ByHand<'a> {
    /// A client that asks this service for this period.
    pub fn new(endpoint: &'a str, period: &'a Period) -> Self {
        Self {
            client: reqwest::Client::new(),
            endpoint,
            period,
            sent: AtomicU64::new(0),
        }
    }

    /// Asks with the token alone.
    pub async fn bare(&self) -> Result<Answer, Failure> {
        decode(self.request()).await
    }

    /// Asks with the headers that `send()` sends, and with a deadline.
    pub async fn equal(&self) -> Result<Answer, Failure> {
        // Counting is cheaper than the random id of `send()`, and as long.
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let id = format!("00000000-0000-4000-8000-{number:012x}");
        let request = self
            .request()
            .header(ACCEPT, "application/json")
            .header(ACCEPT_ENCODING, "gzip")
            .header(
                USER_AGENT,
                "graph-service-activity/0.1.0 odata-runtime/0.1.0",
            )
            .header("client-request-id", id)
            .timeout(DEADLINE);
        decode(request).await
    }

    /// The URL that is asked for.
    pub fn url(&self) -> String {
        let text = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!(
            "{}/reports/serviceActivity/getMetricsForMfaSignInFailure(\
             inclusiveIntervalStartDateTime={},\
             exclusiveIntervalEndDateTime={},\
             aggregationIntervalInMinutes=5)",
            self.endpoint,
            text(self.period.start),
            text(self.period.end)
        )
    }

    fn request(&self) -> reqwest::RequestBuilder {
        self.client.get(self.url()).bearer_auth(TOKEN)
    }
}

async fn decode(request: reqwest::RequestBuilder) -> Result<Answer, Failure> {
    let response = request.send().await?.error_for_status()?;
    Ok(serde_json::from_slice(&response.bytes().await?)?)
}
