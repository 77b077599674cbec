//! From an alert to the metrics behind it.
//!
//! The `signals` of an alert are addresses of functions of `serviceActivity`, by name. They were seen
//! with spaces behind commas, doubled slashes, a slash before the parenthesis, fractions of seven
//! digits, and without the interval. So none of them is requested as it is: what it says is read, and
//! the call is built anew, for the client's own service.
//!
//! ```no_run
//! use graph_service_activity::{Client, Result};
//!
//! # async fn example(client: Client) -> Result<()> {
//! let alerts = client.reports().health_monitoring().alerts();
//! for alert in &alerts.list().send().await?.value {
//!     for signal in alert.signals() {
//!         match signal.and_then(|signal| signal.call(&client)) {
//!             Ok(call) => println!("{:?}", call.series().await?.max()),
//!             Err(error) => eprintln!("{error}"),
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod address;
mod error;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub use error::{SignalError, SignalProblem};

use crate::metrics::{Metric, MetricCall};
use crate::models::AggregationIntervalInMinutes;
use crate::models::health_monitoring::Alert;
use crate::{Client, Cloud, Url};

/// The deployments of Microsoft Graph, whose addresses alerts may have.
const CLOUDS: [Cloud; 4] = [
    Cloud::Global,
    Cloud::UsGovernmentL4,
    Cloud::UsGovernmentL5,
    Cloud::China,
];

/// A time series behind an alert, as its address says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Signal {
    /// The signal's name, such as `mfaSignInFailure`.
    pub name: String,
    /// What is counted or measured.
    pub metric: Metric,
    /// First moment that is counted, in UTC.
    pub start: DateTime<Utc>,
    /// First moment that is no longer counted, in UTC.
    pub end: DateTime<Utc>,
    /// Length of a bucket; `None` if the address does not say, which means 15 minutes.
    pub interval: Option<AggregationIntervalInMinutes>,
    address: Url,
}

impl Alert {
    /// The time series behind the alert, in the order of their names.
    ///
    /// One that cannot be read is an error that names it, and hides no other. The host is looked at
    /// when the [call](Signal::call) is made: a client may have a service of its own.
    pub fn signals(&self) -> Vec<Result<Signal, SignalError>> {
        let signals = self.signals.iter();
        let signals = signals.flat_map(|signals| &signals.additional_properties);
        // Names with an at sign are annotations; null is how a service says that there is none.
        let signals = signals.filter(|(name, value)| !name.contains('@') && !value.is_null());
        let mut signals: Vec<_> = signals.collect();
        signals.sort_by_key(|(name, _)| *name);
        let signals = signals.into_iter();
        signals
            .map(|(name, value)| Signal::read(name, value))
            .collect()
    }
}

impl Signal {
    fn read(name: &str, value: &Value) -> Result<Self, SignalError> {
        let read = match value {
            Value::String(text) => address::read(text),
            _ => Err(SignalProblem::NotText),
        };
        match read {
            Ok(meaning) => Ok(Self {
                name: name.to_owned(),
                metric: meaning.metric,
                start: meaning.start,
                end: meaning.end,
                interval: meaning.interval,
                address: meaning.address,
            }),
            Err(problem) => Err(SignalError::new(name, problem)),
        }
    }

    /// The address as the service sent it, as far as a URL can have it. It is not to be requested: see
    /// the [module](crate::signals).
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// The call that the address means, to be made with this client.
    ///
    /// It goes to the client's service and nowhere else.
    ///
    /// # Errors
    ///
    /// If the address leads to another host than those of Microsoft Graph and the client's own
    /// ([`SignalProblem::ForeignHost`]): it would be no signal then, whoever wrote it.
    pub fn call(&self, client: &Client) -> Result<MetricCall, SignalError> {
        if !is_known(&self.address, client.untyped().endpoint()) {
            let problem = SignalProblem::ForeignHost(address::origin(&self.address));
            return Err(SignalError::new(&self.name, problem));
        }
        let activity = client.reports().service_activity();
        let call = activity.metric(self.metric, self.start, self.end);
        Ok(match self.interval {
            Some(interval) => call.aggregation_interval_in_minutes(interval),
            None => call,
        })
    }
}

/// Whether a URL is of the client's service or of a cloud of Microsoft Graph.
fn is_known(address: &Url, endpoint: &Url) -> bool {
    let has_user = !address.username().is_empty() || address.password().is_some();
    let mut clouds = CLOUDS.into_iter().filter_map(|cloud| {
        let root = odata_runtime::Cloud::from(cloud).root();
        Url::parse(root).ok()
    });
    let is_same = |root: &Url| root.origin() == address.origin();
    !has_user && (is_same(endpoint) || clouds.any(|root| is_same(&root)))
}
