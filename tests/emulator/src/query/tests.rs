use super::*;
use crate::fixture::service;
use serde_json::{Value, json};

fn options(query: &str) -> Result<Options, (u16, String)> {
    let (service, query) = (service(), ParsedQuery::parse(query).unwrap());
    let asked = Asked {
        service: &service,
        query: &query,
        now: DateTime::UNIX_EPOCH,
        computed: &[],
    };
    Options::of(&asked, "demo.user").map_err(|refusal| (refusal.status.as_u16(), refusal.message))
}

#[test]
fn searches_find_words_and_phrases() {
    let entity = json!({"name": "Adele Vance", "home": {"city": "Oslo"}, "tags": ["Blue car"]});
    let Value::Object(members) = entity else {
        panic!("no object");
    };
    for (text, expected) in [
        ("adele", true),
        ("\"Adele Vance\"", true),
        ("\"Vance Adele\"", false),
        ("vance adele", true),
        ("adele AND paris", false),
        ("adele OR paris", true),
        ("paris OR adele oslo", true),
        ("NOT paris", true),
        ("adele NOT oslo", false),
        ("(paris OR oslo) AND \"blue car\"", true),
        ("\"name:vance\"", true),
        ("\"name:oslo\"", false),
        ("\"a\\\"b\"", false),
    ] {
        let search = search::Search::parse(text).unwrap();
        assert_eq!(search.finds(&members), expected, "{text}");
    }
    for text in ["", "AND a", "a AND", "(a", "a)", "\"a", "\"\"", "NOT"] {
        assert!(search::Search::parse(text).is_err(), "{text}");
    }
}

#[test]
fn options_that_are_refused() {
    for (query, status, message) in [
        ("$expand=friends($expand=nothing)", 400, "'nothing'"),
        ("$expand=friends(", 400, "not valid in $expand"),
        ("$expand=friends()", 400, "not valid in $expand"),
        ("$expand=friends(top=1)", 400, "not valid in $expand"),
        ("$expand=friends($top=1;$top=2)", 400, "more than once"),
        ("$expand=friends($top=x)", 400, "'x'"),
        ("$expand=friends($count=1)", 400, "'1'"),
        ("$expand=friends($levels=x)", 400, "'x'"),
        ("$expand=friends($nonsense=1)", 400, "does not exist"),
        ("$expand=friends($compute=1)", 501, "'$compute'"),
        ("$expand=friends($filter=x eq 1)", 400, "'x'"),
        ("$expand=friends/name", 400, "not valid in $expand"),
        ("$expand=name", 501, "navigation properties"),
        ("$expand=home", 501, "navigation properties"),
        ("$select=home($select=value)", 501, "inside $select"),
        ("$select=", 400, "property named ''"),
        ("$orderby=age sideways", 400, "'sideways' is not expected"),
        ("$orderby=age,", 400, "too early"),
        ("$orderby=tags", 400, "primitive values"),
        ("$orderby=friends/name", 400, "follows a collection"),
    ] {
        let (found, said) = options(query).expect_err(query);
        assert_eq!(found, status, "{query}: {said}");
        assert!(said.contains(message), "{query}: {said}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_brings_the_parsers_down(text in ".*") {
        let service = service();
        for name in ["$select", "$expand", "$orderby", "$filter", "$search"] {
            let query = ParsedQuery::from_iter([(name.to_owned(), text.clone())]);
            let asked = Asked { service: &service, query: &query, now: DateTime::UNIX_EPOCH, computed: &[] };
            let _ = Options::of(&asked, "demo.user");
        }
    }

    #[test]
    fn no_expression_brings_the_parser_down(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "id", "age", "eq", "and", "not", "(", ")", "/", "any(", "f:", "f", "friends", "in",
                ",", "'a'", "1", "-", "add", "$count", "tags", "has", "null", "@a", "case(", ":",
                "cast(", "$it", "isof(", "demo.admin", "length(", "[1]", " ", " ",
            ]),
            0..12,
        ),
    ) {
        let _ = options(&format!("$filter={}&@a=@a or age eq 1", words.concat()));
    }
}
