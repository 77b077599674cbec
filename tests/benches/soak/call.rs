//! One call, whose answer no other call that is under way at the same time would be given.

use chrono::{DateTime, TimeDelta, Utc};
use graph_service_activity::models::{AggregationIntervalInMinutes, ServiceActivityValueMetric};
use graph_service_activity::{Client, ConfigureRequest, ErrorKind};

/// The metric that is asked for.
pub const METRIC: &str = "getMetricsForMfaSignInFailure";

/// Calls that many numbers apart ask for the same start; fewer than a month's buckets.
const STARTS: usize = 8_000;
/// The most buckets of an answer.
const LONGEST: usize = 12;
const BUCKET: TimeDelta = TimeDelta::minutes(5);

/// A call by its number.
#[derive(Clone, Copy)]
pub struct Call(pub usize);

/// How a call ended.
pub struct Outcome {
    /// How often it says that it was sent.
    pub attempts: u32,
    pub end: End,
}

/// What a call ended in.
pub enum End {
    /// The answer that was asked for.
    Result,
    /// An answer, but not the one that was asked for.
    WrongResult,
    Error(ErrorKind),
}

/// The emulator's time, which is a month after the first period that is asked for.
pub fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(30)
}

/// The value of the bucket that begins at `start`, different for each.
pub fn value_at(start: DateTime<Utc>) -> i64 {
    start.timestamp() / BUCKET.num_seconds() + 1
}

impl Call {
    /// Makes the call, under its number as the client's request id.
    pub async fn make(self, client: &Client) -> Outcome {
        let answer = client
            .reports()
            .service_activity()
            .get_metrics_for_mfa_sign_in_failure(self.start(), self.end())
            .aggregation_interval_in_minutes(AggregationIntervalInMinutes::FiveMinutes)
            .client_request_id(self.0.to_string())
            .send()
            .await;
        match answer {
            Ok(answer) => Outcome {
                attempts: answer.attempts(),
                end: if self.is_answered_by(&answer.value) {
                    End::Result
                } else {
                    End::WrongResult
                },
            },
            Err(error) => Outcome {
                attempts: error.attempts(),
                end: End::Error(error.kind()),
            },
        }
    }

    fn is_answered_by(self, buckets: &[ServiceActivityValueMetric]) -> bool {
        let starts = (0..).map(|index| self.start() + BUCKET * index);
        buckets.len() == self.buckets()
            && starts.zip(buckets).all(|(start, bucket)| {
                bucket.interval_start_date_time == start && bucket.value == value_at(start)
            })
    }

    fn start(self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + BUCKET * saturated(self.0 % STARTS)
    }

    fn end(self) -> DateTime<Utc> {
        self.start() + BUCKET * saturated(self.buckets())
    }

    fn buckets(self) -> usize {
        1 + self.0 % LONGEST
    }
}

fn saturated(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
