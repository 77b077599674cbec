use super::*;
use crate::fixture::{many, one, service};
use crate::url::{ParsedPath, ParsedQuery};

#[track_caller]
fn refused_segment(path: &str) -> String {
    let service = service();
    let path = ParsedPath::parse(path, &[]).unwrap();
    let refusal =
        resolve(&service, &path.segments, &ParsedQuery::default()).expect_err("a refusal");
    assert_eq!(refusal.status.as_u16(), 400);
    let quoted = refusal
        .message
        .strip_prefix("Resource not found for the segment '");
    quoted
        .and_then(|rest| rest.strip_suffix("'."))
        .unwrap()
        .to_owned()
}

#[test]
fn resources() {
    let service = service();
    for (path, expected) in [
        ("/reports", one("demo.root")),
        ("/reports/activity", one("demo.activity")),
        ("/users", many("demo.user")),
        ("/users('a')", one("demo.user")),
        ("/users/a", one("demo.user")),
        ("/users/a/friends", many("demo.user")),
        ("/users/a/friends('b')", one("demo.user")),
        ("/users/demo.admin", many("demo.admin")),
        ("/users/a/demo.admin/boss", one("demo.user")),
        ("/users/a/d.admin/friends", many("demo.user")),
    ] {
        let path = ParsedPath::parse(path, &[]).unwrap();
        match resolve(&service, &path.segments, &ParsedQuery::default()).map(|route| route.target) {
            Ok(Target::Resource(ty)) => assert_eq!(ty, expected),
            other => panic!("{path:?}: {other:?}"),
        }
    }
}

#[test]
fn calls() {
    let service = service();
    for (path, name, overloads, arguments) in [
        ("/reports/activity/getText()", "getText", 1, 0),
        ("/reports/activity/getText", "getText", 1, 0),
        ("/reports/activity/demo.getText()", "getText", 1, 0),
        ("/reports/activity/d.getText()", "getText", 1, 0),
        ("/reports/activity/find(a='x')", "find", 2, 1),
        ("/users/delta()", "delta", 1, 0),
        ("/users/demo.admin/delta()", "delta", 1, 0),
    ] {
        let parsed = ParsedPath::parse(path, &[]).unwrap();
        let route = resolve(&service, &parsed.segments, &ParsedQuery::default()).unwrap();
        let Target::Call {
            overloads: found,
            arguments: given,
        } = route.target
        else {
            panic!("{path} is no call");
        };
        assert_eq!(found.len(), overloads, "{path}");
        assert_eq!(found[0].name, name, "{path}");
        assert_eq!(given.unwrap_or_default().len(), arguments, "{path}");
    }
}

#[test]
fn a_segment_that_leads_nowhere_is_named() {
    for (path, segment) in [
        ("", ""),
        ("/nothing", "nothing"),
        ("/reports()", "reports"),
        ("/reports/", ""),
        ("/reports//activity", ""),
        ("/reports/other", "other"),
        ("/reports/activity('x')", "activity"),
        ("/reports/activity/other.getText()", "other.getText"),
        ("/reports/getText()", "getText"),
        ("/reports/activity/getText()/more", "more"),
        ("/reports/activity/getText/(a=1)", ""),
        ("/reports/activity/demo.user", "demo.user"),
        ("/users/a/delta()", "delta"),
        ("/users()", "users"),
        ("/users//friends", ""),
    ] {
        assert_eq!(refused_segment(path), segment, "{path}");
    }
}

#[test]
fn a_long_segment_is_cut_in_the_message() {
    let segment = refused_segment(&format!("/{}", "ä".repeat(5_000)));
    assert_eq!(segment.chars().count(), 121);
}

#[test]
fn types_that_derive_in_a_circle_end_the_search() {
    let service = service();
    assert!(service.is_or_derives_from("demo.egg", "demo.hen"));
    assert!(!service.is_or_derives_from("demo.egg", "demo.user"));
    assert!(service.navigation("demo.hen", "nest").is_none());
}
