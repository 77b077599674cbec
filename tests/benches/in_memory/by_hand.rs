//! The same as one writes it without a generated client.

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use url::Url;

/// What a service answers, without the members that a program does not ask for.
#[derive(Deserialize)]
pub struct Answer {
    pub value: Vec<Bucket>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    pub interval_start_date_time: DateTime<Utc>,
    pub value: i64,
}

/// What need not be encoded in a path.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b':').remove(b'.');

/// The URL of the call.
pub fn url(
    root: &str,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    minutes: u32,
) -> Result<Url, url::ParseError> {
    let text = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
    Url::parse(&format!(
        "{root}/reports/serviceActivity/getMetricsForMfaSignInFailure(\
         inclusiveIntervalStartDateTime={},\
         exclusiveIntervalEndDateTime={},\
         aggregationIntervalInMinutes={minutes})",
        utf8_percent_encode(&text(start), VALUE),
        utf8_percent_encode(&text(end), VALUE),
    ))
}

/// The text of the filter.
pub fn filter(title: &str, isbn: &str, pages: i32, printed: i64, before: DateTime<Utc>) -> String {
    let quoted = |text: &str| text.replace('\'', "''");
    format!(
        "title eq '{}' and startswith(isbn,'{}') and pages gt {pages} and printed le {printed} \
         and added lt {}",
        quoted(title),
        quoted(isbn),
        before.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    )
}
