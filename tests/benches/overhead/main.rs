//! What `send()` costs over a loop around reqwest and serde_json that does the same by hand.
//!
//! ```text
//! cargo bench --bench overhead
//! ```
//!
//! All ask one server for the same URL and decode the same answer into the same type:
//!
//! * *bare*: by hand, with a token and nothing else;
//! * *equal*: by hand, with all else that `send()` sends (`Accept`, `Accept-Encoding`, `User-Agent`,
//!   a request id of its own for each request) and with a deadline;
//! * *send()*: the generated client as it comes.
//!
//! They take turns in short batches, so that whatever else the machine does hits all of them, and
//! the server is cheap enough for the client's thread to be what limits them. The exit code is 1
//! when the ratio of the medians of *send()* and *equal* is below the aim.

mod by_hand;
mod report;
#[path = "../row.rs"]
mod row;
mod server;

use by_hand::ByHand;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use graph_service_activity::models::{AggregationIntervalInMinutes, ServiceActivityValueMetric};
use graph_service_activity::requests::service_activity::GetMetricsForMfaSignInFailure;
use graph_service_activity::{Client, Page};
use report::Report;
use server::Server;
use std::process::ExitCode;
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;
type Answer = Page<ServiceActivityValueMetric>;

/// Batches of each.
const ROUNDS: usize = 500;
/// Batches of each before the first that counts.
const WARM_UP: usize = 20;
/// Requests of a batch.
const BATCH: usize = 160;
/// Enough for the client to find an answer waiting whenever it looks.
const CONCURRENT: usize = 16;
const BUCKETS: usize = 24;
const TOKEN: &str = "a-token-of-no-worth";

/// The period that is asked for: [`BUCKETS`] of five minutes.
struct Period {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Failure> {
    let period = Period::new();
    let server = Server::start(&body(&period))?;
    let report = measure(&server.endpoint(), &period).await?;
    print!("{report}");
    Ok(if report.reaches_aim() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn measure(endpoint: &str, period: &Period) -> Result<Report, Failure> {
    let by_hand = ByHand::new(endpoint, period);
    let client = Client::builder().bearer_token(TOKEN).endpoint(endpoint);
    let client = client.build()?;
    if request(&client, period).url().as_str() != by_hand.url() {
        return Err("send() asks for another URL than the loop by hand".into());
    }
    let mut report = Report::default();
    for round in 0..WARM_UP + ROUNDS {
        for turn in 0..3 {
            let (series, sample) = match (round + turn) % 3 {
                0 => (&mut report.bare, batch(|| by_hand.bare()).await?),
                1 => (&mut report.equal, batch(|| by_hand.equal()).await?),
                _ => (&mut report.send, batch(|| send(&client, period)).await?),
            };
            if round >= WARM_UP {
                series.push(sample);
            }
        }
    }
    Ok(report)
}

/// Makes a batch of requests; how long the batch took, and how long its thread computed.
async fn batch<F>(request: impl Fn() -> F) -> Result<Sample, Failure>
where
    F: Future<Output = Result<Answer, Failure>>,
{
    let cpu = report::cpu_time();
    let start = Instant::now();
    let answers = stream::iter(0..BATCH)
        .map(|_| request())
        .buffer_unordered(CONCURRENT);
    let buckets = answers
        .try_fold(0, async |sum, answer| Ok(sum + answer.value.len()))
        .await?;
    if buckets != BATCH * BUCKETS {
        return Err(format!("{buckets} buckets came, not {}", BATCH * BUCKETS).into());
    }
    Ok(Sample {
        took: start.elapsed(),
        cpu: report::cpu_time().saturating_sub(cpu),
    })
}

/// What one batch needed.
struct Sample {
    took: Duration,
    cpu: Duration,
}

async fn send(client: &Client, period: &Period) -> Result<Answer, Failure> {
    Ok(request(client, period).send().await?.into_inner())
}

fn request(client: &Client, period: &Period) -> GetMetricsForMfaSignInFailure {
    client
        .reports()
        .service_activity()
        .get_metrics_for_mfa_sign_in_failure(period.start, period.end)
        .aggregation_interval_in_minutes(AggregationIntervalInMinutes::FiveMinutes)
}

impl Period {
    fn new() -> Self {
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(19_358);
        Self {
            start,
            end: start + TimeDelta::minutes(5 * BUCKETS as i64),
        }
    }
}

/// The answer of the service for the period.
fn body(period: &Period) -> String {
    let starts = (0..BUCKETS as i64).map(|index| period.start + TimeDelta::minutes(5 * index));
    let buckets: Vec<_> = starts
        .map(|start| {
            serde_json::json!({
                "intervalStartDateTime": start.to_rfc3339_opts(SecondsFormat::Secs, true),
                "value": start.timestamp() % 97,
            })
        })
        .collect();
    serde_json::json!({
        "@odata.context": "https://graph.microsoft.com/beta/$metadata\
                           #Collection(microsoft.graph.serviceActivityValueMetric)",
        "value": buckets,
    })
    .to_string()
}
