//! How to test code of your own that calls Graph: against the emulator, in memory, without an account, a
//! network or a real clock. Each test takes some milliseconds.
//!
//! The code under test raises an alarm when too many MFA sign-ins stay unfinished. Its tests are below
//! it, as they would be in a program of your own.
//!
//! ```text
//! cargo test -p graph-service-activity --example test_your_own_code
//! cargo run -p graph-service-activity --example test_your_own_code
//! ```

use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser as _;
use graph_emulator::Emulator;
use graph_service_activity::metrics::Metric;
use graph_service_activity::{Client, Result};

/// Whether more than `limit` MFA sign-ins stayed unfinished in the hour before `now`; `None` if the
/// service knows nothing of that hour.
///
/// Code that takes client and time from outside can be tested with others.
async fn is_alarming(client: &Client, now: DateTime<Utc>, limit: i64) -> Result<Option<bool>> {
    let activity = client.reports().service_activity();
    let start = now - TimeDelta::hours(1);
    let series = activity
        .metric(Metric::MfaSignInFailures, start, now)
        .series()
        .await?;
    Ok(series.sum().map(|failures| failures > limit))
}

/// Whether too many MFA sign-ins stayed unfinished in the last hour. GRAPH_ACCESS_TOKEN may have a token for
/// Microsoft Graph; without it, a fake Graph is asked.
#[derive(clap::Parser)]
#[command(version)]
struct Arguments;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    Arguments::parse();
    let (client, emulator) = if std::env::var_os("GRAPH_ACCESS_TOKEN").is_some() {
        (Client::from_env()?, None)
    } else {
        let emulator = Emulator::start().await?;
        let client = Client::builder()
            .bearer_token("any")
            .endpoint(emulator.endpoint())
            .build()?;
        (client, Some(emulator))
    };
    match is_alarming(&client, Utc::now(), 100).await? {
        Some(true) => println!("More than 100 MFA sign-ins stayed unfinished in the last hour."),
        Some(false) => println!("At most 100 MFA sign-ins stayed unfinished in the last hour."),
        None => println!("Nothing is known of the last hour."),
    }
    if let Some(emulator) = emulator {
        emulator.shutdown().await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;
    use graph_emulator::{EmulatorBuilder, Fault, RetryAfter};
    use graph_service_activity::{Clock as _, StatusCode, TestClock};
    use std::time::Duration;

    const FUNCTION: &str = "getMetricsForMfaSignInFailure";

    /// A clock on which waiting takes no time.
    fn clock() -> TestClock {
        TestClock::at(Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 0).unwrap())
    }

    /// Runs the code under test against an emulator, and gives its result and what the emulator saw.
    async fn run(emulator: EmulatorBuilder) -> (Result<Option<bool>>, u64) {
        run_at(&clock(), emulator).await
    }

    async fn run_at(clock: &TestClock, emulator: EmulatorBuilder) -> (Result<Option<bool>>, u64) {
        let time = clock.clone();
        let emulator = emulator
            .clock(move || time.now())
            .start_in_memory()
            .unwrap();
        let client = Client::builder()
            .bearer_token("any")
            .endpoint(emulator.endpoint())
            .transport(emulator.transport())
            .clock(clock.clone())
            .build()
            .unwrap();
        let result = is_alarming(&client, clock.now(), 100).await;
        (result, emulator.request_count())
    }

    #[tokio::test]
    async fn a_missing_permission_is_an_error_that_names_it() {
        let forbidden = Fault::ServiceError {
            status: StatusCode::FORBIDDEN,
            code: "Authorization_RequestDenied".into(),
            message: "Insufficient privileges to complete the operation.".into(),
        };
        let (result, requests) = run(Emulator::builder().fault(forbidden)).await;
        let error = result.unwrap_err();
        assert!(error.to_string().contains("Reports.Read.All"), "{error}");
        assert_eq!(requests, 1, "asking again would not help");
    }

    #[tokio::test]
    async fn no_data_is_no_alarm_and_no_all_clear() {
        let silent = Emulator::builder().with_metric(FUNCTION, |_| None::<i32>);
        assert_eq!(run(silent).await.0.unwrap(), None);
    }

    #[tokio::test]
    async fn the_limit_itself_is_no_alarm() {
        // Four buckets of 15 minutes.
        let at_limit = Emulator::builder().with_metric(FUNCTION, |_| 25);
        assert_eq!(run(at_limit).await.0.unwrap(), Some(false));
        let above = Emulator::builder().with_metric(FUNCTION, |_| 26);
        assert_eq!(run(above).await.0.unwrap(), Some(true));
    }

    #[tokio::test]
    async fn throttling_is_waited_out() {
        let throttled = Fault::TooManyRequests {
            retry_after: RetryAfter::Seconds(120),
        };
        let clock = clock();
        let (result, requests) = run_at(&clock, Emulator::builder().fault(throttled)).await;
        assert!(result.is_ok());
        assert_eq!(requests, 2);
        assert!(clock.elapsed() >= Duration::from_secs(120));
    }
}
