use proptest::prelude::*;

use super::*;

fn path(raw: &str) -> Vec<Segment> {
    ParsedPath::parse(raw, &[])
        .unwrap_or_else(|error| panic!("{raw}: {error}"))
        .segments
}

fn plain(name: &str) -> Segment {
    Segment {
        name: name.to_owned(),
        arguments: None,
        key: None,
        below: None,
    }
}

fn call(name: &str, arguments: &[(&str, &str)]) -> Segment {
    let argument = |(name, value): &(&str, &str)| Argument {
        name: (!name.is_empty()).then(|| (*name).to_owned()),
        value: (*value).to_owned(),
    };
    Segment {
        name: name.to_owned(),
        arguments: Some(arguments.iter().map(argument).collect()),
        key: None,
        below: None,
    }
}

#[test]
fn paths_are_taken_apart() {
    for (raw, expected) in [
        ("/beta/reports", vec![plain("beta"), plain("reports")]),
        ("/beta/", vec![plain("beta"), plain("")]),
        ("//beta", vec![plain(""), plain("beta")]),
        ("/f()", vec![call("f", &[])]),
        ("/f(%20)", vec![call("f", &[])]),
        ("/f/(a=1)", vec![plain("f"), call("", &[("a", "1")])]),
        ("/f(a=1,b=2)", vec![call("f", &[("a", "1"), ("b", "2")])]),
        (
            "/f(a=1,%20b%20=%202)",
            vec![call("f", &[("a", "1"), ("b", "2")])],
        ),
        ("/f(a=@p)", vec![call("f", &[("a", "@p")])]),
        (
            "/users('a')/x",
            vec![call("users", &[("", "'a'")]), plain("x")],
        ),
        ("/users(%27a%27)", vec![call("users", &[("", "'a'")])]),
        ("/f(a='x,y=z)(')", vec![call("f", &[("a", "'x,y=z)('")])]),
        (
            "/f(a='O''Neil,b=')",
            vec![call("f", &[("a", "'O''Neil,b='")])],
        ),
        ("/f(a=%27a%2Fb%27)", vec![call("f", &[("a", "'a/b'")])]),
        ("/f(a='%25%2B+')", vec![call("f", &[("a", "'%++'")])]),
        ("/f(a='%C3%A9')", vec![call("f", &[("a", "'é'")])]),
        (
            "/f(a=2023-01-01T00:00:00%2B02:00)",
            vec![call("f", &[("a", "2023-01-01T00:00:00+02:00")])],
        ),
        ("/%66%28a=1%29", vec![call("f", &[("a", "1")])]),
    ] {
        assert_eq!(path(raw), expected, "{raw}");
    }
}

#[test]
fn invalid_paths_are_refused_with_the_reason() {
    for (raw, expected) in [
        ("/f(", "do not match"),
        ("/f(a=1", "do not match"),
        ("/f(a=1)b", "do not match"),
        ("/f(a='1)", "do not match"),
        ("/f(a='a/b')", "do not match"),
        ("/f(,)", "empty item"),
        ("/f(a=1,)", "empty item"),
        ("/f(=1)", "empty item"),
        ("/f(a=)", "empty item"),
        ("/f(a=%zz)", "two hexadecimal digits"),
        ("/f(a=%2)", "two hexadecimal digits"),
        ("/f%", "two hexadecimal digits"),
        ("/%ff", "not UTF-8"),
        ("/%C0%AF", "not UTF-8"),
    ] {
        let error = ParsedPath::parse(raw, &[]).expect_err(raw).to_string();
        assert!(error.contains(expected), "{raw}: {error}");
    }
}

#[test]
fn queries_are_taken_apart() {
    let query = ParsedQuery::parse("@p=%27a%26b%27&&%24top=5&x=1&x=2&flag&@d=a+b%2Bc").unwrap();
    assert_eq!(query.get("@p"), Some("'a&b'"));
    assert_eq!(query.get("$top"), Some("5"));
    assert_eq!(query.get("x"), Some("2"));
    assert_eq!(query.get("flag"), Some(""));
    assert_eq!(query.get("@d"), Some("a b+c"));
    assert_eq!(query.get("p"), None);
    assert_eq!(
        query.names().collect::<Vec<_>>(),
        ["$top", "@d", "@p", "flag", "x"]
    );
}

#[test]
fn aliases_and_system_options_must_not_repeat() {
    for raw in ["@p=1&@p=1", "@p=1&%40p=2", "$top=1&%24top=2"] {
        let error = ParsedQuery::parse(raw).expect_err(raw).to_string();
        assert!(error.contains("more than once"), "{raw}: {error}");
    }
}

proptest! {
    #[test]
    fn no_target_makes_the_parser_panic(raw in "\\PC*") {
        let _ = ParsedPath::parse(&raw, &[':']);
        let _ = ParsedQuery::parse(&raw);
    }

    #[test]
    fn nothing_near_a_call_makes_the_parser_panic(raw in "[/a(),='@%2F é&+$]*") {
        let _ = ParsedPath::parse(&raw, &[':']);
        let _ = ParsedQuery::parse(&raw);
    }

    #[test]
    fn no_string_escapes_its_argument(text in "\\PC*") {
        let literal = format!("'{}'", text.replace('\'', "''"));
        let encoded: String = literal.bytes().map(|byte| format!("%{byte:02X}")).collect();
        prop_assert_eq!(
            path(&format!("/f(a={encoded},b=1)/g")),
            vec![call("f", &[("a", &literal), ("b", "1")]), plain("g")]
        );
    }
}
