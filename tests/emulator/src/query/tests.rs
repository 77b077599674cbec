use super::*;
use crate::fixture::service;
use serde_json::json;

fn filter(text: &str) -> Result<filter::Condition, (u16, String)> {
    filter::Condition::parse(&service(), "demo.user", text)
        .map_err(|refusal| (refusal.status.as_u16(), refusal.message))
}

fn adele() -> Map<String, Value> {
    let adele = json!({
        "id": "a", "name": "O'Neil (née Adele), or so", "age": 40, "born": "1984-02-03T04:05:06Z",
        "paint": "red", "home": {"value": 7}
    });
    adele.as_object().unwrap().clone()
}

#[test]
fn conditions_that_hold() {
    for text in [
        "id eq 'a'",
        "'a' eq id",
        "age gt 39 and age lt 41",
        "39 lt age",
        "age ge 40 and age le 40 and age ne 41",
        "born lt 1984-02-03T05:05:06+00:00",
        "born eq 1984-02-03T05:05:06+01:00",
        "paint eq demo.color'red'",
        "paint eq 'red'",
        "home/value eq 7",
        "not (age eq 1) and (id eq 'b' or id eq 'a')",
        "id eq 'b' and id eq 'c' or id eq 'a'",
        "startswith(name,'O''Neil') and endswith(name, 'so')",
        "contains(name,'(née Adele), or')",
        "id in ('x', 'a')",
        "not id in ('x')",
        "home/intervalStartDateTime eq null",
        "demo.user/age eq 40",
    ] {
        assert!(filter(text).unwrap().holds(&adele()), "{text}");
    }
}

#[test]
fn conditions_that_do_not_hold() {
    for text in [
        "id eq 'A'",
        "id ne 'a'",
        "age gt 40",
        "home/intervalStartDateTime gt 2020-01-01T00:00:00Z",
        "name eq null",
        "startswith(paint,'x')",
        "id in ('x','y')",
    ] {
        assert!(!filter(text).unwrap().holds(&adele()), "{text}");
    }
}

#[test]
fn conditions_that_are_refused() {
    let deep = format!("{}id eq 'a'{}", "(".repeat(80), ")".repeat(80));
    for (text, status, message) in [
        ("", 400, "ends too early"),
        ("id", 400, "'id' is not expected"),
        ("id eq", 400, "ends too early"),
        ("id eq 'a", 400, "not closed"),
        ("id eq 'a' id", 400, "'id' is not expected"),
        ("(id eq 'a'", 400, "ends too early"),
        (
            "nothing eq 1",
            400,
            "property named 'nothing' on type 'demo.user'",
        ),
        (
            "age eq 'x'",
            400,
            "not a literal of type Edm.Int32, which 'age' has",
        ),
        ("born gt 'yesterday'", 400, "Edm.DateTimeOffset"),
        ("what(id)", 400, "no function 'what'"),
        ("startswith(id)", 400, "')' is not expected"),
        ("tolower(id) eq 'a'", 501, "'tolower'"),
        ("tags/any(t:t eq 'x')", 501, "'any'"),
        ("paint has demo.color'red'", 501, "'has'"),
        ("friends/name eq 'x'", 501, "navigation property 'friends'"),
        (deep.as_str(), 400, "too deep"),
    ] {
        let (found, said) = filter(text).unwrap_err();
        assert_eq!(found, status, "{text}: {said}");
        assert!(said.contains(message), "{text}: {said}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_brings_the_parsers_down(text in ".*") {
        let service = service();
        let _ = filter(&text);
        for name in ["$select", "$expand", "$orderby"] {
            let query = ParsedQuery::from_iter([(name.to_owned(), text.clone())]);
            let _ = Options::of(&service, "demo.user", &query);
        }
    }
}
