use serde_json::json;

use super::Flags;
use crate::{Literal as _, Value};

#[derive(Debug, Clone, PartialEq)]
enum Rights {
    Read,
    Write,
    Unknown(String),
}

crate::enumeration! {
    Rights = "N.rights" {
        Read = "read",
        Write = "write",
        _ = Unknown,
    }
}

fn read(json: serde_json::Value) -> Flags<Rights> {
    let text = json.to_string();
    let flags = serde_json::from_str(&text).unwrap();
    assert_eq!(
        serde_json::from_value::<Flags<Rights>>(json).unwrap(),
        flags
    );
    flags
}

fn names(flags: &Flags<Rights>) -> Vec<&str> {
    flags.iter().map(Rights::as_str).collect()
}

#[test]
fn a_set_has_each_member_once_in_the_order_given() {
    let mut flags = Flags::from(Rights::Write) | Rights::Read | Flags::from(Rights::Write);
    assert_eq!(names(&flags), ["write", "read"]);
    assert!(!flags.insert(Rights::Read));
    assert!(flags.insert(Rights::from("new")));
    assert!(flags.contains(&Rights::Unknown("new".to_owned())));
    assert!(flags.remove(&Rights::Write) && !flags.remove(&Rights::Write));
    flags |= Rights::Write;
    assert_eq!(names(&flags), ["read", "new", "write"]);
    assert_eq!((flags.len(), flags.is_empty()), (3, false));
    let collected: Flags<_> = [Rights::Read, Rights::Write, Rights::Read]
        .into_iter()
        .collect();
    assert_eq!(
        collected,
        Flags::from(Rights::Write) | Rights::Read,
        "order does not matter"
    );
    assert_ne!(collected, Rights::Read.into());
}

#[test]
fn json_has_the_names_joined_by_commas() {
    assert_eq!(names(&read(json!("read, write ,read"))), ["read", "write"]);
    assert_eq!(names(&read(json!("read,delete"))), ["read", "delete"]);
    let flags: Flags<Rights> = [Rights::Read, Rights::from("delete")].into_iter().collect();
    assert_eq!(serde_json::to_value(&flags).unwrap(), json!("read,delete"));
    assert_eq!(flags.to_string(), "read,delete");
    assert_eq!(format!("{flags:?}"), r#"Flags{Read, Unknown("delete")}"#);
}

#[test]
fn numbers_are_members_that_are_not_known() {
    for number in [json!("6"), json!(6)] {
        let flags = read(number);
        assert_eq!(names(&flags), ["6"]);
        assert_eq!(serde_json::to_value(&flags).unwrap(), json!("6"));
    }
    assert_eq!(names(&read(json!(-1))), ["-1"]);
}

#[test]
fn no_members_are_the_number_zero() {
    for none in [json!("0"), json!(0), json!(""), json!(" , ")] {
        assert_eq!(read(none), Flags::none());
    }
    let none = Flags::<Rights>::default();
    assert!(none.is_empty());
    assert_eq!(serde_json::to_value(&none).unwrap(), json!("0"));
    assert_eq!(none.to_literal().text(), "N.rights'0'");
}

#[test]
fn a_literal_has_the_type_and_the_members() {
    let flags = Flags::from(Rights::Write) | Rights::from("o'x");
    assert_eq!(flags.to_literal().text(), "N.rights'write,o''x'");
    assert_eq!([flags].to_literal().text(), r#"["write,o'x"]"#);
}

#[test]
fn what_is_no_text_is_refused_with_the_type() {
    let error = serde_json::from_str::<Flags<Rights>>("true").unwrap_err();
    assert!(error.to_string().contains("members of N.rights"), "{error}");
}

#[test]
fn single_members_and_sets_are_values_of_operations() {
    let one: Value<Rights> = serde_json::from_str(r#"{"value":"write"}"#).unwrap();
    assert_eq!(*one, Rights::Write);
    assert_eq!(serde_json::to_string(&one).unwrap(), r#"{"value":"write"}"#);
    let number: Value<Rights> = serde_json::from_str(r#"{"value":7}"#).unwrap();
    assert_eq!(number.as_str(), "7");
    let many: Value<Vec<Option<Rights>>> =
        serde_json::from_str(r#"{"value":["read",null]}"#).unwrap();
    assert_eq!(many.into_inner(), [Some(Rights::Read), None]);
    let flags: Value<Flags<Rights>> = serde_json::from_str(r#"{"value":"read,write"}"#).unwrap();
    assert_eq!(flags.len(), 2);
    let error = serde_json::from_str::<Value<Rights>>(r#"{"value":[]}"#).unwrap_err();
    assert!(
        error.to_string().contains("a member of N.rights"),
        "{error}"
    );
}
