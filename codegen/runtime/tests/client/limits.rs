//! What an answer may become once it is decoded.

use std::thread;

use odata_runtime::json::JsonFormat;
use odata_runtime::{
    AdditionalProperties, Decimal, Error, ErrorKind, Method, ODataType, Page, Value,
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use crate::support::{Metric, Reply, Server, builder, client, metrics, values};

/// A worker of Tokio has 2 MiB. What takes less also fits without optimization.
const SMALL_STACK: usize = 512 * 1024;

/// Runs a future on a thread with a small stack.
fn on_a_small_stack<F: Future<Output = ()>>(future: impl FnOnce() -> F + Send + 'static) {
    let run = move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(future());
    };
    let thread = thread::Builder::new().stack_size(SMALL_STACK);
    thread.spawn(run).unwrap().join().unwrap();
}

fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

async fn error_of<T: DeserializeOwned + std::fmt::Debug>(body: String) -> Error {
    let server = Server::replies([Reply::ok(body)]).await;
    let request = client(&server).request::<T>(Method::GET, "things").unwrap();
    request.send().await.unwrap_err()
}

#[derive(Debug, Deserialize)]
struct Priced {
    #[expect(dead_code)]
    price: Decimal,
}

/// A type of the caller's that is as deep as what it reads, and does not ask for depth.
#[derive(Debug, Deserialize)]
struct Tree {
    #[serde(default)]
    #[expect(dead_code)]
    children: Vec<Tree>,
}

#[test]
fn nesting_is_bounded_wherever_it_stands() {
    on_a_small_stack(|| async {
        for levels in [128, 16_000, 1_000_000] {
            let junk = nested(levels);
            let before = format!(r#"{{"value":[{{"junk":{junk},"value":"x"}}]}}"#);
            let after = format!(r#"{{"value":[{{"value":"x","junk":{junk}}}]}}"#);
            let price = format!(r#"{{"value":[{{"price":{junk}}}]}}"#);
            let tree = format!(
                "{}{}",
                r#"{"children":["#.repeat(levels),
                "]}".repeat(levels)
            );
            for error in [
                error_of::<Page<Metric>>(before.clone()).await,
                error_of::<Page<Metric>>(after).await,
                error_of::<Page<Priced>>(price.clone()).await,
                error_of::<Value<Decimal>>(format!(r#"{{"value":{junk}}}"#)).await,
                error_of::<IgnoredAny>(junk.clone()).await,
                error_of::<serde_json::Value>(before).await,
                error_of::<Box<serde_json::value::RawValue>>(price).await,
                error_of::<Tree>(tree).await,
                error_of::<String>("[".repeat(levels)).await,
            ] {
                assert_eq!(error.kind(), ErrorKind::Decode);
                let text = error.to_string();
                assert!(text.contains("deeper than 127 levels"), "{text}");
                assert_eq!(error.status().unwrap(), 200);
            }
        }
    });
}

#[tokio::test]
async fn the_error_of_nesting_says_where() {
    let body = format!("{{\n\"value\":[{{\"junk\":{}}}]}}", nested(200));
    let error = error_of::<Page<Metric>>(body).await;
    let decode = error.decode_error().unwrap();
    let path = format!("$.value[0].junk{}", "[0]".repeat(123));
    assert_eq!(decode.path, path);
    assert_eq!(decode.position, (2, 142));
    assert_eq!(decode.expected.as_deref(), Some("at most 127 levels"));
}

async fn read<T: DeserializeOwned>(body: String) -> T {
    let server = Server::replies([Reply::ok(body)]).await;
    let request = client(&server).request::<T>(Method::GET, "things").unwrap();
    request.send().await.unwrap().into_inner()
}

#[test]
fn as_much_nesting_as_is_allowed_is_read() {
    on_a_small_stack(|| async {
        let body = format!(r#"{{"value":[{{"junk":{},"value":7}}]}}"#, nested(124));
        assert_eq!(values(&read::<Page<Metric>>(body).await), [7]);
        read::<IgnoredAny>(nested(127)).await;
        let value: serde_json::Value = read(nested(127)).await;
        assert_eq!(value.to_string(), nested(127));
        read::<Tree>(r#"{"children":["#.repeat(63) + &"]}".repeat(63)).await;
    });
}

/// A model as large as the largest of Microsoft Graph are, and as deep as it likes.
#[derive(Debug, Clone, PartialEq)]
struct Large {
    text: Option<String>,
    texts: [Option<String>; 199],
    children: Option<Vec<Large>>,
    additional_properties: AdditionalProperties,
}

impl Default for Large {
    fn default() -> Self {
        Self {
            text: None,
            texts: [const { None }; 199],
            children: None,
            additional_properties: AdditionalProperties::new(),
        }
    }
}

impl ODataType for Large {
    const NAME: &'static str = "test.large";
}

odata_runtime::model! {
    Large {
        TEXT: text = "text" of String,
        CHILDREN: children = "children" of Vec<Large>,
    }
}

/// Items that are large, and no models.
#[derive(Debug)]
struct Block(#[expect(dead_code)] [u64; 512]);

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = <i64 as JsonFormat>::deserialize(deserializer)?;
        Ok(Self([number as u64; 512]))
    }
}

/// Half of the memory that is allowed by default would be exceeded many times.
#[tokio::test]
async fn small_answers_that_become_large_are_refused() {
    let list =
        |item: &str, count| format!(r#"{{"value":[{}1]}}"#, format!("{item},").repeat(count));
    let errors = [
        error_of::<Page<IgnoredAny>>(list("{}", 1_000_000)).await,
        error_of::<Page<serde_json::Value>>(list(r#"{"":0}"#, 1_000_000)).await,
        error_of::<Page<serde_json::Value>>(list("0", 8_000_000)).await,
        error_of::<Page<Large>>(list("{}", 60_000)).await,
        error_of::<Page<Large>>(list(r#"{"children":[{}]}"#, 30_000)).await,
        error_of::<Page<Block>>(list("0", 80_000)).await,
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
        assert!(!error.is_retryable());
        let text = error.to_string();
        assert!(text.contains("536870912 bytes"), "{text}");
        assert!(
            text.contains("ClientBuilder::max_response_memory"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_limit_of_memory_can_be_set() {
    let items = vec!["{}"; 1_000].join(",");
    let server = Server::replies([Reply::ok(format!(r#"{{"value":[{items}]}}"#))]).await;
    for (limit, fits) in [(20_000_000, true), (8_000_000, false), (0, false)] {
        let client = builder(&server).max_response_memory(limit).build().unwrap();
        let request = client.request::<Page<Large>>(Method::GET, "x").unwrap();
        match request.send().await {
            Ok(page) => assert!(fits && page.value.len() == 1_000, "{limit}"),
            Err(error) => {
                assert!(!fits, "{error}");
                assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
            }
        }
    }
}

#[tokio::test]
async fn each_page_of_a_stream_is_within_the_limit() {
    let page = |next: &str| {
        let items = vec!["{}"; 1_000].join(",");
        Reply::ok(format!(
            r#"{{"value":[{items}],"@odata.nextLink":"{next}"}}"#
        ))
    };
    let last = Reply::ok(r#"{"value":[{"text":"the last"}]}"#);
    let server = Server::replies([page("?a"), page("?b"), page("?c"), last]).await;
    // Room for one page, and not for two.
    let client = builder(&server)
        .max_response_memory(15_000_000)
        .build()
        .unwrap();
    let mut items = client
        .request::<Page<Large>>(Method::GET, "x")
        .unwrap()
        .stream();
    let (mut count, mut last) = (0, None);
    while let Some(item) = items.next().await {
        last = item.unwrap().text;
        count += 1;
    }
    assert_eq!((count, last.as_deref()), (3_001, Some("the last")));
}

/// A model of 5 KB takes the stack many times without optimization.
#[test]
fn large_nested_models_end_before_the_stack() {
    let read = |levels: usize| {
        let run = move || {
            let text = r#"{"children":["#.repeat(levels) + &"]}".repeat(levels);
            let read = serde_json::from_str::<Large>(&text);
            read.map(drop).map_err(|error| error.to_string())
        };
        let thread = thread::Builder::new().stack_size(2 * SMALL_STACK);
        thread.spawn(run).unwrap().join().unwrap()
    };
    let fits = if cfg!(debug_assertions) { 6 } else { 27 };
    assert_eq!(read(fits), Ok(()));
    for levels in [fits + 1, 62] {
        let error = read(levels).unwrap_err();
        assert!(error.contains("nested too deep"), "{error}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_json_is_skipped() {
    let body = "\u{feff}{\"value\":[{\"value\":7}]}";
    let server = Server::replies([Reply::ok(body)]).await;
    let page = metrics(&client(&server)).send().await.unwrap();
    assert_eq!(values(&page), [7]);
    let error = error_of::<Page<Metric>>("\u{feff}{\"value\":[{\"value\":\"x\"}]}".into()).await;
    assert_eq!(error.decode_error().unwrap().path, "$.value[0].value");
    assert!(error.raw_body().unwrap().starts_with("\u{feff}".as_bytes()));
    let error = "\u{feff}{\"error\":{\"code\":\"Gone\",\"message\":\"m\"}}";
    let server = Server::replies([Reply::status(410, error)]).await;
    let error = metrics(&client(&server)).send().await.unwrap_err();
    assert_eq!(error.code(), Some("Gone"));
    let server = Server::replies([Reply::ok("\u{feff}")]).await;
    let request = client(&server).request::<Option<Metric>>(Method::GET, "x");
    assert_eq!(request.unwrap().send().await.unwrap().into_inner(), None);
}
