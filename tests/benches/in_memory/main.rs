//! What the client does besides waiting: making URLs and filters, and reading bodies.
//!
//! ```text
//! cargo bench --bench in_memory
//! ```
//!
//! Each is measured against the plainest code that does it by hand, in rows of the table of
//! `tests/benches/table.sh`.

mod by_hand;
#[path = "../row.rs"]
mod row;
#[path = "../side_by_side.rs"]
mod side_by_side;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use graph_service_activity::models::{AggregationIntervalInMinutes, ServiceActivityValueMetric};
use graph_service_activity::{Client, Page, Url};
use library_client::models::Book;
use library_client::query::Filter;
use row::Row;
use side_by_side::measure;
use std::hint::black_box;

type Failure = Box<dyn std::error::Error>;
type Decoded = Page<ServiceActivityValueMetric>;

/// A period of 30 days in steps of 5 minutes, the most that one call can ask for.
const BUCKETS: i64 = 8_640;

fn main() -> Result<(), Failure> {
    let start = DateTime::UNIX_EPOCH + TimeDelta::days(19_358);
    println!("{}", urls(start)?);
    println!("{}", filter(start)?);
    println!("{}", decoding(start)?);
    Ok(())
}

/// A call of a function with three parameters → its URL.
fn urls(start: DateTime<Utc>) -> Result<Row<'static>, Failure> {
    let client = Client::builder()
        .bearer_token("a-token-of-no-worth")
        .build()?;
    let end = start + TimeDelta::days(30);
    let ours = || -> Url {
        client
            .reports()
            .service_activity()
            .get_metrics_for_mfa_sign_in_failure(start, end)
            .aggregation_interval_in_minutes(AggregationIntervalInMinutes::FiveMinutes)
            .url()
    };
    let theirs = || by_hand::url("https://graph.microsoft.com/beta", start, end, 5);
    if ours() != theirs()? {
        return Err("the URLs differ".into());
    }
    let labels = [
        "the URL of a call",
        "`format!`, percent-encoding, `Url::parse`",
    ];
    Ok(measure(labels, (500, 1000), ours, theirs))
}

/// Five conditions → the text of a filter.
fn filter(start: DateTime<Utc>) -> Result<Row<'static>, Failure> {
    let (title, isbn, pages, printed) = ("O'Neill's", "978-0-306-40615-7", 300, 9_000_000_000);
    let ours = || -> Filter<Book> {
        Book::TITLE
            .eq(black_box(title))
            .and(Book::ISBN.starts_with(black_box(isbn)))
            .and(Book::PAGES.gt(black_box(pages)))
            .and(Book::PRINTED.le(black_box(printed)))
            .and(Book::ADDED.lt(black_box(start)))
    };
    let theirs = || {
        by_hand::filter(
            black_box(title),
            black_box(isbn),
            black_box(pages),
            black_box(printed),
            black_box(start),
        )
    };
    if ours().to_string() != theirs() {
        return Err(format!("the filters differ:\n{}\n{}", ours(), theirs()).into());
    }
    let labels = ["a filter of five conditions", "`format!`, quotes doubled"];
    Ok(measure(labels, (500, 1000), ours, theirs))
}

/// The body of an answer → the buckets.
fn decoding(start: DateTime<Utc>) -> Result<Row<'static>, Failure> {
    let body = body(start);
    let ours = || serde_json::from_slice::<Decoded>(body.as_bytes());
    let theirs = || serde_json::from_slice::<by_hand::Answer>(body.as_bytes());
    let (decoded, plain) = (ours()?, theirs()?);
    let pairs = decoded.value.iter().zip(&plain.value);
    let same = pairs.filter(|(ours, theirs)| {
        (ours.interval_start_date_time, ours.value)
            == (theirs.interval_start_date_time, theirs.value)
    });
    if same.count() != BUCKETS as usize {
        return Err("the buckets differ".into());
    }
    let labels = ["8,640 buckets of JSON", "serde_json and a derived struct"];
    Ok(measure(labels, (200, 1), ours, theirs))
}

fn body(start: DateTime<Utc>) -> String {
    let bucket = |index| {
        let start = start + TimeDelta::minutes(5 * index);
        serde_json::json!({
            "intervalStartDateTime": start.to_rfc3339_opts(SecondsFormat::Secs, true),
            "value": start.timestamp() % 997,
        })
    };
    serde_json::json!({
        "@odata.context": "https://graph.microsoft.com/beta/$metadata\
                           #Collection(microsoft.graph.serviceActivityValueMetric)",
        "value": (0..BUCKETS).map(bucket).collect::<Vec<_>>(),
    })
    .to_string()
}
