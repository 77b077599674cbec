//! From an alert to the metrics behind it.
//!
//! The `signals` of an alert are addresses of functions of `serviceActivity`. They were seen with
//! spaces behind commas, doubled slashes, a slash before the parenthesis, and without the interval.
//! So none of them is requested as it is: what it says is read, and the call is built anew, for the
//! client's own service.

#[cfg(test)]
mod tests;

use crate::metrics::{Metric, MetricCall};
use crate::models::health_monitoring::Alert;
use crate::{Client, Cloud, Url};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;
use std::fmt;

/// The deployments of Microsoft Graph, whose addresses alerts may have.
const CLOUDS: [Cloud; 4] = [
    Cloud::Global,
    Cloud::UsGovernmentL4,
    Cloud::UsGovernmentL5,
    Cloud::China,
];

/// Where the functions are, in every address.
const RESOURCE: &str = "serviceActivity";

impl Alert {
    /// The time series behind the alert, in the order of their names.
    pub fn signals(&self) -> Vec<Signal<'_>> {
        let signals = self
            .signals
            .iter()
            .flat_map(|signals| &signals.additional_properties);
        let signals = signals.filter(|(name, _)| !name.contains('@'));
        let signals = signals.filter_map(|(name, address)| match address {
            Value::String(address) => Some(Signal { name, address }),
            _ => None,
        });
        let mut signals: Vec<_> = signals.collect();
        signals.sort_by_key(|signal| signal.name);
        signals
    }
}

/// A time series behind an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal<'a> {
    name: &'a str,
    address: &'a str,
}

/// What an address says.
#[derive(Debug, PartialEq)]
struct Said {
    metric: Metric,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    interval: Option<i32>,
}

impl<'a> Signal<'a> {
    /// The signal's name, such as `mfaSignInFailure`.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The address as the service sent it. It is not to be requested: see the module.
    pub fn address(&self) -> &'a str {
        self.address
    }

    /// The call that the address means, to be made with this client.
    ///
    /// # Errors
    ///
    /// If the address leads to another host than those of Microsoft Graph and the client's own, or if
    /// it is not that of a function of `serviceActivity` with its parameters.
    pub fn call(&self, client: &Client) -> Result<MetricCall, SignalError> {
        let said = self
            .read(client.untyped().endpoint())
            .map_err(|problem| SignalError {
                name: self.name.to_owned(),
                problem,
            })?;
        let activity = client.reports().service_activity();
        let call = activity.metric(said.metric, said.start, said.end);
        Ok(match said.interval {
            Some(minutes) => call.aggregation_interval_in_minutes(minutes),
            None => call,
        })
    }

    fn read(&self, endpoint: &Url) -> Result<Said, Problem> {
        let address = Url::parse(self.address.trim()).map_err(|_| Problem::NoAddress)?;
        check_host(&address, endpoint)?;
        let path = decoded(&format!(
            "{}?{}",
            address.path(),
            address.query().unwrap_or_default()
        ));
        let (_, call) = path.split_once(RESOURCE).ok_or(Problem::NoFunction)?;
        let call = call.trim_start_matches('/');
        let end = call.find(['(', '/', '?']).unwrap_or(call.len());
        let (function, parameters) = call.split_at(end);
        let function = function.rsplit('.').next().unwrap_or(function);
        let metric = Metric::from_name(function)
            .ok_or_else(|| Problem::UnknownFunction(function.to_owned()))?;
        let parameters = Parameters(parameters);
        Ok(Said {
            metric,
            start: parameters.moment("inclusiveIntervalStartDateTime")?,
            end: parameters.moment("exclusiveIntervalEndDateTime")?,
            interval: parameters.minutes("aggregationIntervalInMinutes")?,
        })
    }
}

/// The token would go nowhere else than to the client's own service in any case; an address elsewhere
/// is no signal.
fn check_host(address: &Url, endpoint: &Url) -> Result<(), Problem> {
    let known = |cloud: Cloud| {
        let root = Url::parse(odata_runtime::Cloud::from(cloud).root()).ok();
        root.is_some_and(|root| root.host() == address.host() && address.scheme() == "https")
    };
    if address.origin() == endpoint.origin() || CLOUDS.into_iter().any(known) {
        return Ok(());
    }
    let host = address.host_str().unwrap_or_default();
    Err(Problem::ForeignHost(host.to_owned()))
}

/// The text with its percent-encoded bytes decoded; what is no UTF-8 then is replaced.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *byte == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Parameters as they stand in parentheses, or in a query.
struct Parameters<'a>(&'a str);

impl Parameters<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let items = self.0.split(['(', ')', ',', '?', '&', '/']);
        let mut values = items.filter_map(|item| {
            let (known, value) = item.split_once('=')?;
            let known = known.trim().trim_start_matches('@');
            known
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().trim_matches('\''))
        });
        values.find(|value| !value.is_empty() && !value.starts_with('@'))
    }

    fn moment(&self, name: &'static str) -> Result<DateTime<Utc>, Problem> {
        let text = self.get(name).ok_or(Problem::MissingParameter(name))?;
        let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
        // Without a zone it is UTC, as everything that the service writes.
        let moment = moment.or_else(|_| text.parse::<NaiveDateTime>().map(|naive| naive.and_utc()));
        moment.map_err(|_| Problem::InvalidParameter(name, text.to_owned()))
    }

    fn minutes(&self, name: &'static str) -> Result<Option<i32>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let minutes = text.parse().ok().filter(|minutes| *minutes > 0);
        let invalid = || Problem::InvalidParameter(name, text.to_owned());
        minutes.map(Some).ok_or_else(invalid)
    }
}

/// A signal whose address means no call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalError {
    name: String,
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    NoAddress,
    ForeignHost(String),
    NoFunction,
    UnknownFunction(String),
    MissingParameter(&'static str),
    InvalidParameter(&'static str, String),
}

impl SignalError {
    /// The signal's name.
    pub fn signal(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for SignalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the signal `{}` ", self.name)?;
        match &self.problem {
            Problem::NoAddress => formatter.write_str("has no web address"),
            Problem::ForeignHost(host) => write!(
                formatter,
                "leads to the host `{host}`, which is neither Microsoft Graph nor the client's service"
            ),
            Problem::NoFunction => formatter.write_str("does not lead to `serviceActivity`"),
            Problem::UnknownFunction(name) => write!(
                formatter,
                "asks for the function {name:?}, which this version of the client does not know"
            ),
            Problem::MissingParameter(name) => write!(formatter, "has no parameter `{name}`"),
            Problem::InvalidParameter(name, text) => {
                write!(
                    formatter,
                    "has the parameter `{name}` with the value {text:?}"
                )
            }
        }
    }
}

impl std::error::Error for SignalError {}
