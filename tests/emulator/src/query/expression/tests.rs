use super::*;
use crate::fixture::service;
use crate::query::Asked;
use crate::store::{Seed, SeedContent, Store};
use crate::url::ParsedQuery;
use chrono::{TimeZone as _, Utc};
use serde_json::json;

const ALIASES: &str = "@forty=40&@ids=[\"x\",\"a\"]&@loop=@loop&@path=home/value&@bad=)";

fn read(text: &str) -> Result<Expression, (u16, String)> {
    let (service, query) = (service(), ParsedQuery::parse(ALIASES).unwrap());
    let asked = Asked {
        service: &service,
        query: &query,
        now: Utc.with_ymd_and_hms(2024, 1, 1, 0, 0, 0).unwrap(),
        computed: &[],
    };
    condition(&asked, "demo.user", text, "$filter")
        .map_err(|refusal| (refusal.status.as_u16(), refusal.message))
}

/// Whether a condition holds for Adele, who has two friends and a boss.
fn holds(text: &str) -> bool {
    let service = service();
    let mut store = Store::new(0);
    let users = json!([
        {"id": "b", "name": "Bernd", "age": 30, "tags": ["x"], "paint": "green"},
        {"id": "c", "name": "Cleo", "@odata.type": "#demo.admin", "friends@odata.bind": ["users('b')"]},
        {
            "id": "a", "@odata.type": "#demo.admin", "name": "O'Neil (née Adele), or so", "age": 40,
            "born": "1984-02-03T04:05:06.25Z", "paint": "red", "home": {"value": 7},
            "tags": ["x", "yz", ""], "boss@odata.bind": "users('c')",
            "friends@odata.bind": ["users('b')", "users('c')"],
        },
    ]);
    let content = SeedContent::Entities(users);
    let path = "users".to_owned();
    store.sow(&service, Seed { path, content }).unwrap();
    let id = store.resolve_path(&service, "users('a')").unwrap();
    let condition = read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    Scope::new(&service, &store, id).holds(&condition)
}

#[test]
fn comparisons() {
    for (text, expected) in [
        ("id eq 'a'", true),
        ("id eq 'A'", false),
        ("id ne 'a'", false),
        ("'a' eq id", true),
        ("name eq id", false),
        ("age gt 39 and age lt 41", true),
        ("39 lt age", true),
        ("age gt 40", false),
        ("age ge 40 and age le 40 and age ne 41", true),
        ("age eq 40.0 and age gt 39.5 and age lt 4000000000", true),
        ("born lt 1984-02-03T05:05:06+00:00", true),
        ("born eq 1984-02-03T05:05:06.25+01:00", true),
        ("born gt 1984-02-03 and born lt 1984-02-04", true),
        ("home/value eq 7", true),
        ("home/intervalStartDateTime eq null", true),
        ("home/intervalStartDateTime gt 2020-01-01T00:00:00Z", false),
        ("name eq null", false),
        ("null eq null", true),
        ("1 eq 1.0 and 'a' lt 'b'", true),
        ("boss eq null", false),
        ("boss/name eq 'Cleo'", false),
        ("demo.admin/boss/name eq 'Cleo'", true),
        ("demo.user/age eq 40", true),
        ("$it/age eq 40", true),
        ("born lt now() and now() eq 2024-01-01T00:00:00Z", true),
    ] {
        if text.starts_with("boss") {
            // A property of a derived type needs a cast.
            assert_eq!(read(text).unwrap_err().0, 400, "{text}");
            continue;
        }
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn case_of_names_does_not_matter() {
    for text in [
        "id EQ 'a'",
        "NOT (id Eq 'b') AND id eq 'a'",
        "id eq 'b' OR id eq 'a'",
        "startsWith(name, 'O''N') and toUpper(id) eq 'A'",
        "tags/Any(t:t eq 'x') and tags/ALL(t:length(t) LE 2)",
        "id IN ('a')",
    ] {
        assert!(holds(text), "{text}");
    }
    // Graph takes names of members in any case, too.
    assert!(holds("ID eq 'a' and Home/VALUE eq 7 and TAGS/any()"));
}

#[test]
fn enumerations_are_numbers() {
    for (text, expected) in [
        ("paint eq demo.color'red'", true),
        ("paint eq d.color'red'", true),
        ("paint eq 'red'", true),
        ("paint eq '1'", true),
        ("paint eq '2'", false),
        ("paint eq 'red,green'", false),
        ("paint lt 'green'", true),
        ("paint lt 'green,red'", true),
        ("paint has 'red'", true),
        ("paint has demo.color'green'", false),
        ("paint in ('green', 'red')", true),
        ("'green,red' eq 'red,green'", false),
        ("demo.color'green,red' eq demo.color'red,green'", true),
        ("demo.color'3' eq demo.color'red,green'", true),
        ("demo.color'red,green' has paint", true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn logic_by_precedence() {
    for (text, expected) in [
        ("id eq 'b' and id eq 'c' or id eq 'a'", true),
        ("id eq 'a' or id eq 'b' and id eq 'c'", true),
        ("(id eq 'a' or id eq 'b') and id eq 'c'", false),
        ("not (age eq 1) and (id eq 'b' or id eq 'a')", true),
        ("not id in ('x')", true),
        ("not contains(name,'x') and age eq 40", true),
        ("(age gt 1) eq true", true),
        ("age gt 1 eq true", true),
        ("not (null eq true)", true),
        ("not null", false),
        ("null or id eq 'a'", true),
        ("null and id eq 'a'", false),
        ("true", true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn arithmetic_by_precedence() {
    for text in [
        "age add 2 mul 3 eq 46",
        "(age add 2) mul 3 eq 126",
        "age sub 2 sub 3 eq 35",
        "age div 7 eq 5 and age mod 7 eq 5",
        "age divby 16 eq 2.5",
        "age mul 0.1 eq 4",
        "0.1 add 0.2 eq 0.3",
        "-age eq -40 and -(age add 1) eq -41",
        "age add -1 eq 39",
        "age div 0 eq null",
        "age add null eq null",
        "1.5e0 mul 2 eq 3",
        "INF gt age and NaN ne NaN",
        "born add duration'P1D' gt 1984-02-04T00:00:00Z",
        "born sub 1984-02-03T04:05:06.25Z eq duration'PT0S'",
        "duration'PT1H' mul 2 eq duration'PT2H'",
        "1984-02-03 add duration'P1D' eq 1984-02-04",
        "totalseconds(duration'PT1M30.5S') eq 90.5",
        "9223372036854775807 add 1 gt 9223372036854775807",
    ] {
        assert!(holds(text), "{text}");
    }
}

#[test]
fn functions() {
    for text in [
        "startswith(name,'O''Neil') and endswith(name, 'so')",
        "contains(name,'(née Adele), or')",
        "length(id) eq 1 and length(name) eq 25 and length(tags) eq 3",
        "indexof(name,'Adele') eq 12 and indexof(name,'?') eq -1",
        "substring(name,2) eq 'Neil (née Adele), or so'",
        "substring(name,2,4) eq 'Neil' and substring(name,99) eq ''",
        "tolower('ÄB') eq 'äb' and toupper('äb') eq 'ÄB' and trim(' a ') eq 'a'",
        "concat(concat(id,', '),'b') eq 'a, b'",
        "contains(tolower(name),tolower('ADELE'))",
        "year(born) eq 1984 and month(born) eq 2 and day(born) eq 3",
        "hour(born) eq 4 and minute(born) eq 5 and second(born) eq 6",
        "fractionalseconds(born) eq 0.25",
        "date(born) eq 1984-02-03 and time(born) lt 12:00",
        "year(2024-02-29) eq 2024 and hour(13:30) eq 13",
        "totaloffsetminutes(born) eq 0",
        "mindatetime() lt born and maxdatetime() gt born",
        "round(2.5) eq 3 and floor(-2.5) eq -3 and ceiling(2.1) eq 3 and round(age) eq 40",
        "hassubset(tags,[\"x\"]) and hassubsequence(tags,[\"x\",\"yz\"])",
        "length(null) eq null",
        "cast(age,Edm.String) eq '40' and cast('7',Edm.Int32) eq 7",
        "cast('x',Edm.Int32) eq null",
        "isof(demo.admin) and isof('demo.user') and not isof(home,demo.share)",
        "case(age gt 50:'old',true:'young') eq 'young'",
    ] {
        assert!(holds(text), "{text}");
    }
}

#[test]
fn collections_and_their_items() {
    for (text, expected) in [
        ("tags/any()", true),
        ("tags/any(t:t eq 'yz')", true),
        ("tags/any(t:t eq 'q')", false),
        ("tags/all(t:length(t) lt 3)", true),
        ("friends/any(f:f/name eq 'Bernd' and f/age lt age)", true),
        ("friends/any(f:f/age eq $it/age)", false),
        (
            "friends/any(f:f/tags/any(t:t eq 'x' and f/age eq 30))",
            true,
        ),
        (
            "friends/any(f:f/friends/any(g:g/id eq 'b' and f/id eq 'c'))",
            true,
        ),
        ("friends/all(f:f/friends/any())", false),
        (
            "friends/all(f:f/paint eq null or f/paint has 'green')",
            true,
        ),
        ("friends/$count eq 2", true),
        ("friends/$count($filter=age eq 30) eq 1", true),
        ("friends/$count($filter=age lt $it/age) eq 1", true),
        ("friends/demo.admin/$count eq 1", true),
        ("friends/demo.admin/any(f:f/boss eq null)", true),
        ("'yz' in tags and not ('q' in tags)", true),
        ("id in (@nothing, 'a')", true),
        ("id in [\"b\",\"a\"]", true),
        ("home/value in (1, 7)", true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn aliases_stand_for_expressions() {
    for (text, expected) in [
        ("age eq @forty", true),
        ("@path eq 7", true),
        ("id in @ids", true),
        ("name eq @nothing", false),
        ("friends/any(f:f/age lt @forty)", true),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn conditions_that_are_refused() {
    let deep = format!("{}id eq 'a'{}", "(".repeat(80), ")".repeat(80));
    for (text, status, message) in [
        ("", 400, "ends too early"),
        ("id", 400, "'id' is no condition"),
        ("id eq", 400, "ends too early"),
        ("id eq 'a", 400, "not closed"),
        ("id eq 'a' id", 400, "'id' is not expected"),
        ("id eq 'a' 'b'", 400, "''b'' is not expected"),
        ("(id eq 'a'", 400, "ends too early"),
        ("id eq 'a')", 400, "')' is not expected"),
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
        (
            "'x' eq age",
            400,
            "not a literal of type Edm.Int32, which 'age' has",
        ),
        ("home/value eq 'x'", 400, "which 'home/value' has"),
        ("age eq name", 400, "'eq' does not take number and text"),
        ("born gt 'yesterday'", 400, "Edm.DateTimeOffset"),
        ("born gt 2023-13-45", 400, "Edm.DateTimeOffset"),
        ("paint eq 'blue'", 400, "not a literal of type demo.color"),
        (
            "paint eq other.color'red'",
            400,
            "not a literal of type demo.color",
        ),
        ("name has 'x'", 400, "'has' does not take"),
        (
            "age add name eq 1",
            400,
            "'add' does not take number and text",
        ),
        ("not age", 400, "'age' is no condition"),
        ("age and true", 400, "'age' is no condition"),
        ("what(id)", 400, "no function 'what'"),
        ("startswith(id)", 400, "takes 2 arguments and is given 1"),
        (
            "length(age) eq 1",
            400,
            "'length' does not take an argument of type number",
        ),
        ("startswith(paint,'x')", 400, "type enumeration"),
        ("contains(name,x)", 400, "property named 'x'"),
        ("contains(name,5)", 400, "not a literal of type Edm.String"),
        ("tags eq 'x'", 400, "'eq' does not take collection and text"),
        ("tags/x eq 'x'", 400, "'x' follows a collection"),
        ("friends/name eq 'x'", 400, "'name' follows a collection"),
        ("name/any(x:x eq 'a')", 400, "A collection is wanted"),
        ("tags/all()", 400, "')' is not expected"),
        ("tags/any(t)", 400, "')' is not expected"),
        ("tags/any(t:u eq 'x')", 400, "property named 'u'"),
        ("tags/any(t:t eq 1)", 400, "Edm.String"),
        ("id in ()", 400, "')' is not expected"),
        ("id in 'a'", 400, "wants a list"),
        ("id eq'a'", 400, "'eq'a'' is not expected"),
        ("id  / x eq 1", 400, "'/' is not expected"),
        ("age eq 1and true", 400, "not a literal"),
        ("(age eq 1)and true", 400, "'and' is not expected"),
        ("id eq #", 400, "'#' is not expected"),
        ("isof(nothing)", 400, "property named 'nothing'"),
        ("isof(age,nothing)", 400, "'nothing' is no type"),
        ("@bad eq 1", 400, "')' is not expected"),
        ("@loop eq 1", 400, "too deep"),
        (
            "friends eq friends",
            501,
            "between entities, objects or collections",
        ),
        (
            "home eq home",
            501,
            "between entities, objects or collections",
        ),
        ("matchesPattern(name,'a')", 501, "'matchesPattern'"),
        ("geo.distance(home,home) lt 1", 501, "'geo.distance'"),
        ("demo.rate(x=1) eq 1", 501, "'demo.rate'"),
        ("friends('b')/age eq 1", 501, "a key after 'friends'"),
        ("$root/users/$count eq 1", 501, "'$root'"),
        ("age eq geography'SRID=0;Point(1 2)'", 400, "Edm.Int32"),
        (
            "name eq null and geography'SRID=0;Point(1 2)' eq null",
            501,
            "geography literals",
        ),
        (deep.as_str(), 400, "too deep"),
    ] {
        let (found, said) = read(text).expect_err(text);
        assert_eq!(found, status, "{text}: {said}");
        assert!(said.contains(message), "{text}: {said}");
    }
}
