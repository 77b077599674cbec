//! Kinds of answers that are small on the wire and large in memory.

use graph_service_activity::models::health_monitoring::Alert;
use graph_service_activity::{Client, Error, Page};
use library_client::Decimal;
use library_client::models::{Book, Branch};
use reqwest::Method;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};
use std::pin::Pin;

/// A kind of answer.
pub struct Kind {
    pub what: &'static str,
    pub before: &'static str,
    /// It is repeated as often as the answer is still taken.
    pub item: &'static str,
    pub after: &'static str,
    pub ask: Ask,
}

type Ask = fn(Client) -> Pin<Box<dyn Future<Output = Result<(), Error>>>>;

const fn page(what: &'static str, item: &'static str, ask: Ask) -> Kind {
    Kind {
        what,
        before: r#"{"value":["#,
        item,
        after: "]}",
        ask,
    }
}

const fn rest(what: &'static str, item: &'static str) -> Kind {
    Kind {
        what,
        before: r#"{"value":[],"rest":["#,
        item,
        after: "]}",
        ask: ask::<Page<Alert>>,
    }
}

pub const KINDS: &[Kind] = &[
    page("alerts", "{}", ask::<Page<Alert>>),
    page(
        "alerts with unknown members",
        r#"{"a":{"a":0}}"#,
        ask::<Page<Alert>>,
    ),
    page("books", "{}", ask::<Page<Book>>),
    page(
        "books with one review",
        r#"{"reviews":[{"stars":1}]}"#,
        ask::<Page<Book>>,
    ),
    page(
        "books with an author",
        r#"{"author":{}}"#,
        ask::<Page<Book>>,
    ),
    page("branches", "{}", ask::<Page<Branch>>),
    page("any JSON: objects", r#"{"a":0}"#, ask::<Page<Value>>),
    page("any JSON: empty objects", "{}", ask::<Page<Value>>),
    page("any JSON: arrays", "[0]", ask::<Page<Value>>),
    page("any JSON: arrays in arrays", "[[[0]]]", ask::<Page<Value>>),
    page("any JSON: numbers", "0", ask::<Page<Value>>),
    page("any JSON: texts", r#""a""#, ask::<Page<Value>>),
    page(
        "any JSON: members",
        r#"{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0}"#,
        ask::<Page<Value>>,
    ),
    page("maps", r#"{"a":0}"#, ask::<Page<Map<String, Value>>>),
    page("decimals", "0", ask::<Page<Decimal>>),
    page("texts", r#""a""#, ask::<Page<String>>),
    page("blocks of 4 KiB", "{}", ask::<Page<Block>>),
    page("what nobody reads", "0", ask::<IgnoredAny>),
    rest("unknown members of a page: objects", r#"{"a":0}"#),
    rest("unknown members of a page: arrays", "[0]"),
    rest("unknown members of a page: numbers", "0"),
    rest("unknown members of a page: texts", r#""a""#),
    Kind {
        what: "one text",
        before: "\"",
        item: "x",
        after: "\"",
        ask: ask::<String>,
    },
];

/// An item that is large, whatever was sent.
#[derive(serde::Deserialize)]
struct Block {
    #[serde(skip, default = "ones")]
    #[expect(dead_code, reason = "it is there to be large")]
    ones: [u64; 512],
}

fn ones() -> [u64; 512] {
    [1; 512]
}

fn ask<T: DeserializeOwned>(client: Client) -> Pin<Box<dyn Future<Output = Result<(), Error>>>> {
    Box::pin(async move {
        let request = client.untyped().request::<T>(Method::GET, "x")?;
        let answer = request.send().await?;
        std::hint::black_box(&answer);
        Ok(())
    })
}
