//! Any JSON → models: no panic; what is read can be written and read again, and nothing is lost.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use csdl_codegen_fuzz::Json;
use graph_service_activity::models as graph;
use graph_service_activity::models::health_monitoring as health;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use library_client::models as library;
use odata_runtime::{JsonObject, ODataType, Page};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::fmt::Debug;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    library_models(text);
    graph_models(text);
});

fn library_models(text: &str) {
    model::<library::Address>(text);
    model::<library::Book>(text);
    model::<library::Branch>(text);
    model::<library::Card>(text);
    model::<library::Copy>(text);
    model::<library::Item>(text);
    model::<library::Loan>(text);
    model::<library::Person>(text);
    model::<library::Place>(text);
    model::<library::Recording>(text);
    model::<library::Review>(text);
    model::<library::Scan>(text);
}

fn graph_models(text: &str) {
    model::<graph::ReportRoot>(text);
    model::<graph::ServiceActivity>(text);
    model::<graph::ServiceActivityPerformanceMetric>(text);
    model::<graph::ServiceActivityValueMetric>(text);
    model::<health::Alert>(text);
    model::<health::AlertConfiguration>(text);
    model::<health::Documentation>(text);
    model::<health::EmailNotificationConfiguration>(text);
    model::<health::Enrichment>(text);
    model::<health::HealthMonitoringRoot>(text);
    model::<health::ResourceImpactSummary>(text);
    model::<health::Signals>(text);
    model::<health::SupportingData>(text);
    model::<health::UserImpactSummary>(text);
}

/// Reads a model as text, as JSON in memory, and as an item of a page.
fn model<T>(text: &str)
where
    T: JsonObject + ODataType + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let value = serde_json::from_str::<Value>(text);
    if let Ok(value) = &value {
        let _ = serde_json::from_value::<T>(value.clone());
    }
    let _ = serde_json::from_str::<Page<T>>(text);
    let Ok(read) = serde_json::from_str::<T>(text) else {
        return;
    };
    let written = serde_json::to_string(&read).expect("a model can be written");
    let again: T = serde_json::from_str(&written)
        .unwrap_or_else(|error| panic!("{}: {error}\n{written}", T::NAME));
    let text_again = serde_json::to_string(&again).expect("a model can be written");
    assert_eq!(written, text_again, "{}", T::NAME);
    // What is not a number is not equal to itself.
    if !written.contains("NaN") {
        assert_eq!(read, again, "{}", T::NAME);
    }
    if let Ok(Value::Object(given)) = &value {
        nothing_is_lost::<T>(given, &read, &written);
    }
}

/// Members that are not declared are kept as they are; those that are and have a value are written.
fn nothing_is_lost<T: ODataType>(given: &Map<String, Value>, read: &T, written: &str) {
    let written: Map<String, Value> = match serde_json::from_str(written) {
        Ok(written) => written,
        // A decimal may be larger than any number that is in memory.
        Err(error) if error.to_string().starts_with("number out of range") => return,
        Err(error) => panic!("{}: {error}\n{written}", T::NAME),
    };
    for (name, value) in given {
        match read.additional_properties().get(name) {
            // A list that holds one item of another type is kept as a whole; its other items may have
            // another form, such as a number that is declared as a text.
            Some(Value::Array(kept)) => {
                let given = value.as_array().map(Vec::len);
                assert_eq!(Some(kept.len()), given, "{}: {name}", T::NAME);
            }
            Some(kept) => assert_eq!(kept, value, "{}: {name}", T::NAME),
            None => assert!(
                value.is_null() || written.contains_key(name),
                "{}: {name} is lost",
                T::NAME
            ),
        }
    }
}

// JSON whose values change places is more often that of a model than JSON whose bytes change.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let parsed = serde_json::from_slice::<Value>(&data[..size]);
    let Ok(mut value) = parsed
        .map_err(drop)
        .and_then(|value| (seed % 4 > 0).then_some(value).ok_or(()))
    else {
        return fuzzer_mutate(data, size, max_size);
    };
    let mut random = Random(u64::from(seed) << 1 | 1);
    let mut values = Vec::new();
    collect(&value, &mut values);
    mutate(&mut value, &values, &mut random);
    let text = value.to_string();
    if text.len() > max_size {
        return fuzzer_mutate(data, size, max_size);
    }
    data[..text.len()].copy_from_slice(text.as_bytes());
    text.len()
});

/// Numbers that look random: xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Everything that is in a value.
fn collect(value: &Value, values: &mut Vec<Value>) {
    values.push(value.clone());
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, values)),
        Value::Object(members) => members.values().for_each(|member| collect(member, values)),
        _ => {}
    }
}

/// Changes one of the values, somewhere.
fn mutate(value: &mut Value, others: &[Value], random: &mut Random) {
    let stays = random.below(8) > 0;
    match value {
        Value::Array(items) if stays && !items.is_empty() => {
            let at = random.below(items.len());
            if random.below(4) == 0 {
                items.insert(at, any(others, random));
            } else {
                mutate(&mut items[at], others, random);
            }
        }
        Value::Object(members) if stays && !members.is_empty() => member(members, others, random),
        other => *other = any(others, random),
    }
}

fn member(members: &mut Map<String, Value>, others: &[Value], random: &mut Random) {
    let at = random.below(members.len());
    let Some(name) = members.keys().nth(at).cloned() else {
        return;
    };
    match random.below(6) {
        0 => drop(members.remove(&name)),
        1 => {
            let value = any(others, random);
            members.insert(name + "x", value);
        }
        2 => drop(members.insert(
            NAMES[random.below(NAMES.len())].to_owned(),
            any(others, random),
        )),
        _ => {
            if let Some(value) = members.get_mut(&name) {
                mutate(value, others, random);
            }
        }
    }
}

/// What models declare.
const NAMES: &[&str] = &[
    "@odata.type",
    "@odata.etag",
    "access",
    "added",
    "anything",
    "fingerprint",
    "genre",
    "id",
    "isbn",
    "keywords",
    "pages",
    "price",
    "printed",
    "published",
    "rating",
    "readingTime",
    "reviews",
    "storyHour",
    "title",
    "author",
    "copies",
    "stars",
    "answer",
    "later",
    "until",
    "fee",
    "city",
    "position",
    "branch",
    "street",
    "length",
    "number",
    "shelf",
    "country",
    "self",
    "home",
    "works",
    "card",
    "blocked",
    "code",
    "archive",
    "value",
    "intervalStartDateTime",
    "percentage",
];

/// Texts that mean something to a reader of primitive values.
const TEXTS: &[&str] = &[
    "INF",
    "NaN",
    "-INF",
    "0",
    "-0",
    "1e400",
    "9223372036854775808",
    "2024-02-29",
    "0000-01-01",
    "-0001-12-31",
    "2024-02-29T23:59:60.999999999Z",
    "2024-02-29T12:00+14:00",
    "23:59:60",
    "P1DT2H3M4.5S",
    "-PT0.000000001S",
    "P106751991167DT7H12M55.807S",
    "read,borrow",
    "0,read",
    "novel",
    "_-8=",
    "+/8",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "",
    " ",
];

/// Another value of the document, or a new one.
fn any(others: &[Value], random: &mut Random) -> Value {
    match random.below(5) {
        0 | 1 => others[random.below(others.len())].clone(),
        2 => Value::from(TEXTS[random.below(TEXTS.len())]),
        _ => {
            let bytes: Vec<u8> = (0..48).map(|_| random.below(256) as u8).collect();
            Json::arbitrary(&mut Unstructured::new(&bytes)).map_or(Value::Null, |json| json.0)
        }
    }
}
