//! Reading addresses of functions of `serviceActivity`, however they are written.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::error::{SignalProblem, beginning};
use crate::Url;
use crate::metrics::{LONGEST_WINDOW, Metric};
use crate::models::AggregationIntervalInMinutes;

const START: &str = "inclusiveIntervalStartDateTime";
const END: &str = "exclusiveIntervalEndDateTime";
const INTERVAL: &str = "aggregationIntervalInMinutes";

/// Where the functions are, in every address, below the service root.
const RESOURCE: [&str; 2] = ["reports", "serviceActivity"];

/// What an address says.
#[derive(Debug)]
pub(super) struct Meaning {
    pub(super) address: Url,
    pub(super) metric: Metric,
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
    pub(super) interval: Option<AggregationIntervalInMinutes>,
}

/// Reads an address. Where it leads is not looked at.
pub(super) fn read(text: &str) -> Result<Meaning, SignalProblem> {
    let address = Url::parse(text.trim()).map_err(|_| SignalProblem::NotAnAddress)?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err(SignalProblem::NotAnAddress);
    }
    let path = decoded(address.path());
    let (place, inline) = path.split_once('(').unwrap_or((&path, ""));
    let metric = metric(place)?;
    let query = decoded(address.query().unwrap_or_default());
    let parameters = Parameters::read(inline, &query)?;
    let start = moment(START, parameters.start)?;
    let end = moment(END, parameters.end)?;
    // Whoever wrote it, years would be thousands of requests for what the service does not have.
    if end - start > LONGEST_WINDOW {
        return Err(SignalProblem::TooLong(end - start));
    }
    Ok(Meaning {
        metric,
        start,
        end,
        interval: parameters.interval.map(interval).transpose()?,
        address,
    })
}

/// The origin that an address leads to, for an error.
pub(super) fn origin(address: &Url) -> String {
    beginning(&address.origin().ascii_serialization())
}

/// The function that a path leads to, with or without its namespace; doubled slashes and one at the
/// end do not matter.
fn metric(place: &str) -> Result<Metric, SignalProblem> {
    let segments = place.split('/').map(str::trim);
    let segments: Vec<_> = segments.filter(|segment| !segment.is_empty()).collect();
    let [.., reports, activity, function] = segments[..] else {
        return Err(SignalProblem::NoFunction);
    };
    let mut pairs = RESOURCE.into_iter().zip([reports, activity]);
    if !pairs.all(|(name, segment)| segment.eq_ignore_ascii_case(name)) {
        return Err(SignalProblem::NoFunction);
    }
    let name = function.rsplit('.').next().unwrap_or(function);
    Metric::from_name(name).ok_or_else(|| SignalProblem::UnknownFunction(beginning(function)))
}

/// The values of the parameters, as text.
#[derive(Default)]
struct Parameters<'a> {
    start: Option<&'a str>,
    end: Option<&'a str>,
    interval: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    /// Reads what stands behind the opening parenthesis, and the query: the documentation calls the
    /// parameters query parameters, and clients have written them there, with and without an alias.
    fn read(inline: &'a str, query: &'a str) -> Result<Self, SignalProblem> {
        let (inline, behind) = inline.rsplit_once(')').unwrap_or((inline, ""));
        if !behind.trim_matches(['/', ' ']).is_empty() {
            return Err(SignalProblem::NoFunction);
        }
        let mut parameters = Self::default();
        for item in inline.split(',').chain(query.split('&')) {
            parameters.set(item)?;
        }
        Ok(parameters)
    }

    fn set(&mut self, item: &'a str) -> Result<(), SignalProblem> {
        let item = item.trim();
        if item.is_empty() {
            return Ok(());
        }
        let (name, value) = item.split_once('=').unwrap_or((item, ""));
        let name = name.trim().trim_start_matches('@');
        let value = value.trim().trim_matches('\'');
        let (known, place) = match name {
            START => (START, &mut self.start),
            END => (END, &mut self.end),
            INTERVAL => (INTERVAL, &mut self.interval),
            _ => return Err(SignalProblem::UnknownParameter(beginning(name))),
        };
        // An alias stands for a value that the query has.
        if value.starts_with('@') {
            return Ok(());
        }
        match place.replace(value) {
            Some(_) => Err(SignalProblem::RepeatedParameter(known)),
            None => Ok(()),
        }
    }
}

fn moment(name: &'static str, text: Option<&str>) -> Result<DateTime<Utc>, SignalProblem> {
    let text = text.ok_or(SignalProblem::MissingParameter(name))?;
    let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
    // Without a zone it is UTC, as everything that the service writes.
    let moment = moment.or_else(|_| text.parse::<NaiveDateTime>().map(|naive| naive.and_utc()));
    moment.map_err(|_| SignalProblem::InvalidParameter(name, beginning(text)))
}

fn interval(text: &str) -> Result<AggregationIntervalInMinutes, SignalProblem> {
    match text.parse::<i32>() {
        Ok(minutes) if minutes > 0 => Ok(minutes.into()),
        _ => Err(SignalProblem::InvalidParameter(INTERVAL, beginning(text))),
    }
}

/// The text with its percent-encoded bytes decoded; what is no UTF-8 then is replaced.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let decoded = match (byte, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match decoded {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
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

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    let digit = char::from(digit).to_digit(16)?;
    u8::try_from(digit).ok()
}
