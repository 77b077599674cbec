use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde::Deserialize;

use super::{found_and_expected, offset, path_at};
use crate::Page;

#[derive(Debug, Deserialize)]
struct Model {
    #[serde(with = "crate::json")]
    #[expect(dead_code)]
    start: DateTime<Utc>,
    #[serde(default)]
    #[expect(dead_code)]
    nested: Option<Nested>,
}

#[derive(Debug, Deserialize)]
struct Nested {
    #[serde(rename = "odd name", with = "crate::json")]
    #[expect(dead_code)]
    count: i64,
}

fn path_of(json: &str) -> String {
    let error = serde_json::from_str::<Page<Model>>(json).unwrap_err();
    let offset = offset(json.as_bytes(), (error.line(), error.column())).unwrap();
    path_at(json.as_bytes(), offset)
}

#[test]
fn the_path_leads_to_the_value() {
    for (json, path) in [
        (r#"{"value":[{"start":"x"}]}"#, "$.value[0].start"),
        (r#"{"value":[{"start":3}]}"#, "$.value[0].start"),
        (r#"{"value":[{"start":null}]}"#, "$.value[0].start"),
        (r#"{"value":[{"start":{"a":1}}]}"#, "$.value[0].start"),
        (r#"{"value":[{"start":["a"]}]}"#, "$.value[0].start"),
        (
            r#"{"value":[{"start":"2023-01-01T00:00:00Z"},{}]}"#,
            "$.value[1]",
        ),
        (
            "{\n \"x\": [1, {\"y\": \"}\\\"\"}],\n \"value\": [\n  7\n ]\n}",
            "$.value[0]",
        ),
        (
            r#"{"value":[{"start":"2023-01-01T00:00:00Z","nested":{"odd name":"é"}}]}"#,
            r#"$.value[0].nested["odd name"]"#,
        ),
        (r#"{"value":{}}"#, "$.value"),
        (r#"{"other":1}"#, "$"),
        ("[]", "$"),
        ("7", "$"),
        ("", "$"),
        (r#"{"value":[{"start":"2023"#, "$.value[0].start"),
        (r#"{"value":["#, "$.value"),
        ("<html>", "$"),
    ] {
        assert_eq!(path_of(json), path, "{json}");
    }
}

#[test]
fn found_and_expected_are_told_apart() {
    for (message, found, expected) in [
        (
            "invalid type: string \"a, expected b\", expected i64 at line 1 column 2",
            Some("string \"a, expected b\""),
            Some("i64"),
        ),
        (
            "invalid value: integer `300`, expected u8",
            Some("integer `300`"),
            Some("u8"),
        ),
        (
            "invalid length 3, expected fewer elements at line 1 column 2",
            Some("length 3"),
            Some("fewer elements"),
        ),
        (
            "unknown variant `x`, expected `a` or `b`",
            Some("variant `x`"),
            Some("`a` or `b`"),
        ),
        (
            "missing field `value` at line 1 column 2",
            None,
            Some("a member `value`"),
        ),
        ("EOF while parsing a string at line 1 column 2", None, None),
    ] {
        let (actually_found, actually_expected) = found_and_expected(message);
        assert_eq!(actually_found.as_deref(), found, "{message}");
        assert_eq!(actually_expected.as_deref(), expected, "{message}");
    }
}

/// JSON in which one leaf is what no `Tree` can be.
fn tree(depth: u32) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => Just("1".to_owned()),
        1 => Just("\"]}\\\"\"".to_owned()),
        1 => Just("null".to_owned()),
        1 => Just("true".to_owned()),
        1 => Just("-2.5e3".to_owned()),
    ];
    leaf.prop_recursive(depth, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" ,\n"))),
            proptest::collection::vec(inner, 0..4).prop_map(|values| {
                let members = values.iter().enumerate();
                let members = members.map(|(index, value)| format!("\"m{index}\" : {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

/// A tree whose leaves are all small numbers.
#[derive(Debug)]
struct Tree;

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Tree;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a number")
            }

            fn visit_u64<E>(self, _: u64) -> Result<Tree, E> {
                Ok(Tree)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Tree, A::Error> {
                while items.next_element::<Tree>()?.is_some() {}
                Ok(Tree)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut members: A,
            ) -> Result<Tree, A::Error> {
                while members.next_entry::<String, Tree>()?.is_some() {}
                Ok(Tree)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

proptest! {
    /// A deserializer that tracks the path agrees.
    #[test]
    fn paths_are_those_of_a_tracking_deserializer(json in tree(5)) {
        let mut deserializer = serde_json::Deserializer::from_str(&json);
        let Err(tracked) = serde_path_to_error::deserialize::<_, Tree>(&mut deserializer) else {
            return Ok(());
        };
        let position = (tracked.inner().line(), tracked.inner().column());
        let path = path_at(json.as_bytes(), offset(json.as_bytes(), position).unwrap());
        let expected = tracked.path().to_string();
        let path = path.trim_start_matches(['$', '.']);
        prop_assert_eq!(if path.is_empty() { "." } else { path }, expected);
    }

    #[test]
    fn no_input_makes_the_walk_panic(json: Vec<u8>, at: usize) {
        path_at(&json, at);
    }

    #[test]
    fn no_broken_json_makes_the_walk_panic(json in r#"[\[\]{}:,"\\a1 ]{0,40}"#, at in 0_usize..50) {
        path_at(json.as_bytes(), at);
    }
}
