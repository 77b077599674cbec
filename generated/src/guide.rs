//! How do I count, page, handle throttling, test?
//!
//! # Count MFA failures
//!
//! [`ServiceActivityRequestBuilder::metric`] calls any [`Metric`]. [`MetricCall::series`] gives a
//! [`Series`]: all buckets in order, however many requests and pages that takes. [`Series::sum`] adds
//! up what may be added up, and nothing else: events, but neither distinct users nor percentages.
//!
//! ```
//! use chrono::{TimeDelta, Utc};
//! use graph_service_activity::metrics::{self, Metric};
//! use graph_service_activity::{Client, Result};
//!
//! async fn unfinished(client: &Client) -> Result<Option<i64>> {
//!     let (start, end) = metrics::last(TimeDelta::hours(24), Utc::now());
//!     let activity = client.reports().service_activity();
//!     let failures = activity
//!         .metric(Metric::MfaSignInFailures, start, end)
//!         .series()
//!         .await?;
//!     Ok(failures.sum())
//! }
//! ```
//!
//! Every function has a method of its own, too, with the type that it returns:
//! [`get_metrics_for_mfa_sign_in_failure`]. Its page says what exactly is counted, and which permission
//! and roles it needs.
//!
//! # All metrics of a day
//!
//! [`all_metrics`] is a stream of every metric with its series, or with the reason why there is none:
//! a permission that is missing for Teams does not keep the sign-ins away. [`Metric::title`],
//! [`Metric::unit`] and [`Metric::family`] are for the page that shows them, [`Series::with_gaps`] for
//! its charts. The command `service-activity report` (feature `cli`) makes such a page.
//!
//! ```
//! use chrono::{TimeDelta, Utc};
//! use graph_service_activity::{Client, metrics};
//!
//! async fn peaks(client: &Client) {
//!     let (start, end) = metrics::last(TimeDelta::days(1), Utc::now());
//!     let activity = client.reports().service_activity();
//!     let mut all = activity.all_metrics(start, end);
//!     while let Some((metric, series)) = all.next().await {
//!         match series.map(|series| series.max()) {
//!             Ok(Some(max)) => println!("{}: {} {}", metric.title(), max.value, metric.unit()),
//!             Ok(None) => println!("{}: no data", metric.title()),
//!             Err(error) => println!("{}: {error}", metric.title()),
//!         }
//!     }
//! }
//! ```
//!
//! # Page
//!
//! A series has all pages. Other collections have one page with `send`, all items with `stream`, and
//! page by page with `pages`; a [`Continuation`] goes on later, in another process if need be.
//!
//! ```
//! use graph_service_activity::{Client, Result};
//!
//! async fn list(client: &Client) -> Result<()> {
//!     let alerts = client.reports().health_monitoring().alerts();
//!     let mut alerts = alerts.list().stream();
//!     while let Some(alert) = alerts.next().await {
//!         println!("{:?}", alert?.alert_type);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Handle throttling
//!
//! A request that the service throttles (429), or that it is too busy for (503, 504), is sent again up
//! to three times, after as long as the service asks for. [`RetryPolicy`] changes that, for a client or
//! for one request; [`Response::attempts`] tells how often it was sent. [`all_metrics`] has at most
//! [`CONCURRENCY`] series under way, as the strictest limit that may be meant is 5 requests in 10
//! seconds. What is throttled in the end is an error with [`is_throttled`] and [`retry_after`].
//!
//! ```
//! use graph_service_activity::{Client, Result, RetryPolicy};
//! use std::time::Duration;
//!
//! # fn main() -> Result<()> {
//! let patient = RetryPolicy::default()
//!     .max_retries(10)
//!     .max_retry_after(Duration::from_secs(300));
//! let client = Client::builder().bearer_token("token").retry(patient).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! A program that asks for much, or beside others, sends no more than the service takes with
//! [`adaptive_throttling`](crate::ClientBuilder::adaptive_throttling): after a refusal all its requests wait
//! as long as the service asks, and then come more slowly.
//!
//! # Handle errors
//!
//! There is one [`Error`]. Its text says what happened and what to do; for programs there are
//! [`kind`](crate::Error::kind), [`status`](crate::Error::status), [`code`](crate::Error::code) and, on a 403,
//! [`permissions_needed`](crate::Error::permissions_needed).
//!
//! # Follow an alert
//!
//! [`Alert::signals`] reads the addresses in an alert, whatever shape they are in, and
//! [`Signal::call`] asks for their metrics at the client's own service; see [`signals`](crate::signals).
//!
//! # Sign in
//!
//! [`Client::from_env`] takes a token from the environment. With the feature `sign-in`, people sign in:
//! `credential::DeviceCode` shows them a code to enter in a browser, `credential::AuthorizationCode`
//! opens one. With the feature `azure-identity`,
//! [`credential`](crate::ClientBuilder::credential) takes any credential of the crate
//! `azure_identity`, such as a managed identity. Otherwise, [`Credential`](crate::Credential) is one
//! method to implement, and [`credential::from_fn`](crate::credential::from_fn) makes one from a
//! closure. [`Cloud`](crate::Cloud) has the national clouds.
//!
//! # Test without a tenant
//!
//! The crate `graph-emulator` plays Graph from the same metadata, in memory or on a loopback port. Its
//! feature `transport` sends a client's requests there without a socket. The example `test_your_own_code`
//! has more of it.
//!
//! ```
//! use chrono::{TimeDelta, TimeZone, Utc};
//! use graph_emulator::Emulator;
//! use graph_service_activity::Client;
//! use graph_service_activity::metrics::Metric;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 0).unwrap();
//! let emulator = Emulator::builder()
//!     .clock(now)
//!     .with_metric("getMetricsForMfaSignInFailure", |_bucket| 25)
//!     .start_in_memory()?;
//! let client = Client::builder()
//!     .bearer_token("any")
//!     .endpoint(emulator.endpoint())
//!     .transport(emulator.transport())
//!     .build()?;
//!
//! let activity = client.reports().service_activity();
//! let failures = activity.metric(Metric::MfaSignInFailures, now - TimeDelta::hours(1), now);
//! assert_eq!(failures.series().await?.sum(), Some(100));
//! assert_eq!(emulator.request_count(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! Throttling is tested without waiting when the client and the emulator share a [`TestClock`]:
//!
//! ```
//! use chrono::Utc;
//! use graph_emulator::Emulator;
//! use graph_service_activity::{Client, Clock as _, TestClock};
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = TestClock::at(Utc::now());
//! let time = clock.clone();
//! let emulator = Emulator::builder()
//!     .clock(move || time.now())
//!     .throttle_after(2, Duration::from_secs(30))
//!     .start()
//!     .await?;
//! let client = Client::builder()
//!     .bearer_token("any")
//!     .endpoint(emulator.endpoint())
//!     .clock(clock.clone())
//!     .build()?;
//!
//! let alerts = client.reports().health_monitoring().alerts();
//! for _ in 0..3 {
//!     alerts.list().send().await?;
//! }
//! assert!(clock.elapsed() >= Duration::from_secs(30));
//! assert_eq!(emulator.request_count(), 4);
//! # Ok(())
//! # }
//! ```
//!
//! [`Alert::signals`]: crate::models::health_monitoring::Alert::signals
//! [`CONCURRENCY`]: crate::metrics::CONCURRENCY
//! [`Client::from_env`]: crate::Client::from_env
//! [`Continuation`]: crate::Continuation
//! [`Error`]: crate::Error
//! [`Metric::family`]: crate::metrics::Metric::family
//! [`Metric::title`]: crate::metrics::Metric::title
//! [`Metric::unit`]: crate::metrics::Metric::unit
//! [`MetricCall::series`]: crate::metrics::MetricCall::series
//! [`Metric`]: crate::metrics::Metric
//! [`Response::attempts`]: crate::Response::attempts
//! [`RetryPolicy`]: crate::RetryPolicy
//! [`Series::sum`]: crate::metrics::Series::sum
//! [`Series::with_gaps`]: crate::metrics::Series::with_gaps
//! [`Series`]: crate::metrics::Series
//! [`ServiceActivityRequestBuilder::metric`]: crate::requests::service_activity::ServiceActivityRequestBuilder::metric
//! [`Signal::call`]: crate::signals::Signal::call
//! [`TestClock`]: crate::TestClock
//! [`all_metrics`]: crate::requests::service_activity::ServiceActivityRequestBuilder::all_metrics
//! [`get_metrics_for_mfa_sign_in_failure`]: crate::requests::service_activity::ServiceActivityRequestBuilder::get_metrics_for_mfa_sign_in_failure
//! [`is_throttled`]: crate::Error::is_throttled
//! [`retry_after`]: crate::Error::retry_after
