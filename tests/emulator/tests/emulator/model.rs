//! Random data and random requests, answered as a naive evaluation in memory has it.
//!
//! `EMULATOR_MODEL_CASES` sets how many; 1,000 by default.

use crate::common::{builder, json};
use graph_emulator::Emulator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::cell::Cell;
use std::cmp::Ordering;

const CSDL: &str = include_str!("../directory.csdl");

/// A user, as the test knows one.
#[derive(Clone, Debug)]
struct User {
    id: String,
    name: Option<String>,
    age: Option<i32>,
    level: Option<&'static str>,
    tags: Vec<String>,
    /// Subjects of messages.
    messages: Vec<String>,
}

/// A text that has a value, or is null.
#[derive(Clone, Debug)]
enum Text {
    Literal(String),
    Name,
    Lower(Box<Text>),
    Join(Box<Text>, Box<Text>),
}

#[derive(Clone, Debug)]
enum Number {
    Literal(i32),
    Age,
    Length(Text),
    Messages,
    Sum(Box<Number>, Box<Number>),
    Product(Box<Number>, Box<Number>),
}

#[derive(Clone, Debug)]
enum Condition {
    Texts(Text, &'static str, Text),
    Numbers(Number, &'static str, Number),
    Level(&'static str, &'static str),
    NoAge(bool),
    Contains(Text, Text),
    In(Number, Vec<i32>),
    AnyTag(String),
    AllTags(usize),
    AnyMessage(String),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

const LEVELS: [&str; 3] = ["silver", "gold", "platinum"];
const COMPARISONS: [&str; 6] = ["eq", "ne", "gt", "ge", "lt", "le"];

// What is sent

impl Text {
    fn written(&self) -> String {
        match self {
            Self::Literal(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Name => "displayName".to_owned(),
            Self::Lower(text) => format!("tolower({})", text.written()),
            Self::Join(a, b) => format!("concat({},{})", a.written(), b.written()),
        }
    }

    fn value(&self, user: &User) -> Option<String> {
        match self {
            Self::Literal(text) => Some(text.clone()),
            Self::Name => user.name.clone(),
            Self::Lower(text) => Some(text.value(user)?.to_lowercase()),
            Self::Join(a, b) => Some(a.value(user)? + &b.value(user)?),
        }
    }
}

impl Number {
    fn written(&self) -> String {
        match self {
            Self::Literal(number) => number.to_string(),
            Self::Age => "age".to_owned(),
            Self::Length(text) => format!("length({})", text.written()),
            Self::Messages => "messages/$count".to_owned(),
            Self::Sum(a, b) => format!("({} add {})", a.written(), b.written()),
            Self::Product(a, b) => format!("({} mul {})", a.written(), b.written()),
        }
    }

    fn value(&self, user: &User) -> Option<i64> {
        let length = |length: usize| i64::try_from(length).ok();
        match self {
            Self::Literal(number) => Some(i64::from(*number)),
            Self::Age => user.age.map(i64::from),
            Self::Length(text) => length(text.value(user)?.chars().count()),
            Self::Messages => length(user.messages.len()),
            Self::Sum(a, b) => Some(a.value(user)? + b.value(user)?),
            Self::Product(a, b) => Some(a.value(user)? * b.value(user)?),
        }
    }
}

/// Null equals null alone, and no order holds with it.
fn compare<T: Ord>(a: Option<T>, operator: &str, b: Option<T>) -> bool {
    let ordering = match (&a, &b) {
        (Some(a), Some(b)) => a.cmp(b),
        (None, None) if operator == "eq" => return true,
        _ => return operator == "ne" && a.is_some() != b.is_some(),
    };
    match operator {
        "eq" => ordering == Ordering::Equal,
        "ne" => ordering != Ordering::Equal,
        "gt" => ordering == Ordering::Greater,
        "ge" => ordering != Ordering::Less,
        "lt" => ordering == Ordering::Less,
        _ => ordering != Ordering::Greater,
    }
}

impl Condition {
    fn written(&self) -> String {
        match self {
            Self::Texts(a, operator, b) => format!("{} {operator} {}", a.written(), b.written()),
            Self::Numbers(a, operator, b) => format!("{} {operator} {}", a.written(), b.written()),
            Self::Level(operator, level) => format!("level {operator} my.level'{level}'"),
            Self::NoAge(is) => format!("age {} null", if *is { "eq" } else { "ne" }),
            Self::Contains(a, b) => format!("contains({},{})", a.written(), b.written()),
            Self::In(number, list) => {
                let list: Vec<String> = list.iter().map(i32::to_string).collect();
                format!("{} in ({})", number.written(), list.join(","))
            }
            Self::AnyTag(tag) => format!("tags/any(t:t eq '{tag}')"),
            Self::AllTags(length) => format!("tags/all(t:length(t) le {length})"),
            Self::AnyMessage(subject) => format!("messages/any(m:m/subject eq '{subject}')"),
            Self::Not(condition) => format!("not ({})", condition.written()),
            Self::And(a, b) => format!("({}) and ({})", a.written(), b.written()),
            Self::Or(a, b) => format!("({}) or ({})", a.written(), b.written()),
        }
    }

    /// True, false, or neither.
    fn holds(&self, user: &User) -> Option<bool> {
        let rank = |level: &str| LEVELS.iter().position(|known| *known == level);
        Some(match self {
            Self::Texts(a, operator, b) => compare(a.value(user), operator, b.value(user)),
            Self::Numbers(a, operator, b) => compare(a.value(user), operator, b.value(user)),
            Self::Level(operator, level) => {
                compare(user.level.and_then(rank), operator, rank(level))
            }
            Self::NoAge(is) => user.age.is_none() == *is,
            Self::Contains(a, b) => a.value(user)?.contains(&b.value(user)?),
            Self::In(number, list) => {
                let value = number.value(user);
                let mut list = list.iter().map(|number| Some(i64::from(*number)));
                list.any(|number| number == value)
            }
            Self::AnyTag(tag) => user.tags.contains(tag),
            Self::AllTags(length) => user.tags.iter().all(|tag| tag.chars().count() <= *length),
            Self::AnyMessage(subject) => user.messages.contains(subject),
            Self::Not(condition) => !condition.holds(user)?,
            Self::And(a, b) => match (a.holds(user), b.holds(user)) {
                (Some(false), _) | (_, Some(false)) => false,
                (a, b) => a? && b?,
            },
            Self::Or(a, b) => match (a.holds(user), b.holds(user)) {
                (Some(true), _) | (_, Some(true)) => true,
                (a, b) => a? || b?,
            },
        })
    }
}

// What is random

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[abAB' é]{0,3}", Just("a".to_owned())]
}

fn plain_word() -> impl Strategy<Value = String> {
    "[ab]{0,2}"
}

fn user(number: usize) -> impl Strategy<Value = User> {
    let words = || proptest::collection::vec(plain_word(), 0..3);
    (
        proptest::option::of(word()),
        proptest::option::of(-3..4),
        proptest::option::of(proptest::sample::select(LEVELS.to_vec())),
        words(),
        words(),
    )
        .prop_map(move |(name, age, level, tags, messages)| User {
            id: format!("{number:02}"),
            name,
            age,
            level,
            tags,
            messages,
        })
}

fn users() -> impl Strategy<Value = Vec<User>> {
    (0..12_usize).prop_flat_map(|count| (0..count).map(user).collect::<Vec<_>>())
}

fn text() -> impl Strategy<Value = Text> {
    let leaf = prop_oneof![word().prop_map(Text::Literal), Just(Text::Name)];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|text| Text::Lower(text.into())),
            (inner.clone(), inner).prop_map(|(a, b)| Text::Join(a.into(), b.into())),
        ]
    })
}

fn number() -> impl Strategy<Value = Number> {
    let leaf = prop_oneof![
        (-3..4).prop_map(Number::Literal),
        Just(Number::Age),
        Just(Number::Messages),
        text().prop_map(Number::Length),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        let pair = (inner.clone(), inner);
        prop_oneof![
            pair.clone()
                .prop_map(|(a, b)| Number::Sum(a.into(), b.into())),
            pair.prop_map(|(a, b)| Number::Product(a.into(), b.into())),
        ]
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let comparison = || proptest::sample::select(COMPARISONS.to_vec());
    let leaf = prop_oneof![
        (text(), comparison(), text()).prop_map(|(a, by, b)| Condition::Texts(a, by, b)),
        (number(), comparison(), number()).prop_map(|(a, by, b)| Condition::Numbers(a, by, b)),
        (comparison(), proptest::sample::select(LEVELS.to_vec()))
            .prop_map(|(by, level)| Condition::Level(by, level)),
        any::<bool>().prop_map(Condition::NoAge),
        (text(), text()).prop_map(|(a, b)| Condition::Contains(a, b)),
        (number(), proptest::collection::vec(-3..4, 1..4))
            .prop_map(|(number, list)| Condition::In(number, list)),
        plain_word().prop_map(Condition::AnyTag),
        (0..3_usize).prop_map(Condition::AllTags),
        plain_word().prop_map(Condition::AnyMessage),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|condition| Condition::Not(condition.into())),
            pair.clone()
                .prop_map(|(a, b)| Condition::And(a.into(), b.into())),
            pair.prop_map(|(a, b)| Condition::Or(a.into(), b.into())),
        ]
    })
}

// The comparison

fn data(users: &[User]) -> Value {
    let user = |user: &User| {
        let messages = user.messages.iter().enumerate();
        let messages =
            messages.map(|(id, subject)| json!({"id": id.to_string(), "subject": subject}));
        json!({
            "id": user.id, "displayName": user.name, "age": user.age, "level": user.level,
            "tags": user.tags, "messages": messages.collect::<Vec<_>>(),
        })
    };
    users.iter().map(user).collect()
}

/// The ids on the pages of an answer, and the count that the first one names.
async fn read(
    emulator: &Emulator,
    client: &reqwest::Client,
    query: &[(&str, String)],
) -> (Vec<String>, Value) {
    let mut url = reqwest::Url::parse(&format!("{}/users", emulator.endpoint())).unwrap();
    url.query_pairs_mut().extend_pairs(query);
    let (mut ids, mut count) = (Vec::new(), Value::Null);
    loop {
        let response = client
            .get(url.clone())
            .bearer_auth("t")
            .send()
            .await
            .unwrap();
        let page = json(response).await;
        let items = page["value"]
            .as_array()
            .unwrap_or_else(|| panic!("{query:?}: {page}"));
        ids.extend(
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        if count.is_null() {
            count = page["@odata.count"].clone();
        }
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.parse().unwrap(),
            None => return (ids, count),
        }
    }
}

#[test]
fn random_queries_are_answered_as_evaluated() {
    let cases = std::env::var("EMULATOR_MODEL_CASES");
    let cases = cases.map_or(1000, |cases| cases.parse().expect("a number of cases"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let chosen = Cell::new((0_usize, 0_usize));
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let case = (
        users(),
        condition(),
        number(),
        any::<bool>(),
        0..3_usize,
        1..5_usize,
    );
    let result = runner.run(&case, |(users, condition, by, descends, skip, size)| {
        let mut expected: Vec<&User> = users
            .iter()
            .filter(|user| condition.holds(user) == Some(true))
            .collect();
        expected.sort_by(|a, b| {
            let ordering = by.value(a).cmp(&by.value(b));
            if descends {
                ordering.reverse()
            } else {
                ordering
            }
        });
        let count = expected.len();
        let expected = expected.into_iter().skip(skip).map(|user| user.id.clone());
        let expected: Vec<String> = expected.collect();
        let (some, all) = chosen.get();
        chosen.set((some + count, all + users.len()));

        let direction = if descends { " desc" } else { "" };
        let query = [
            ("$filter", condition.written()),
            ("$orderby", format!("{}{direction}", by.written())),
            ("$skip", skip.to_string()),
            ("$top", size.to_string()),
            ("$count", "true".to_owned()),
        ];
        let found = runtime.block_on(async {
            let setup = builder()
                .metadata(CSDL)
                .with_entities("users", data(&users));
            let emulator = setup.start().await.unwrap();
            read(&emulator, &client, &query).await
        });
        prop_assert_eq!(&found.0, &expected, "{:?}", query);
        prop_assert_eq!(&found.1, &json!(count), "{:?}", query);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let (some, all) = chosen.get();
    assert!(
        some * 10 > all && some * 10 < all * 9,
        "{some} of {all} were chosen"
    );
}
