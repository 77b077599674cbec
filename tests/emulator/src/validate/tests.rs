use super::*;
use crate::fixture::service;
use crate::url::ParsedPath;

/// Values by parameter name, or the status and message of a refusal.
type Checked = Result<Vec<(String, Option<Literal>)>, (u16, String)>;

/// What a call of a function of `demo.activity` comes to, and its message when it is refused.
fn check(segment: &str, query: &str) -> Checked {
    let service = service();
    let path = ParsedPath::parse(&format!("/reports/activity/{segment}"), &[]).unwrap();
    let query = ParsedQuery::parse(query).unwrap();
    let crate::route::Target::Call {
        overloads,
        arguments,
    } = crate::route::resolve(&service, &path.segments, &query)
        .unwrap()
        .target
    else {
        panic!("{segment} is no call");
    };
    match check_call(&overloads, arguments.unwrap_or_default(), &query) {
        Ok(call) => Ok(call
            .function
            .parameters
            .iter()
            .map(|p| (p.name.clone(), call.value(&p.name).cloned()))
            .collect()),
        Err(refusal) => Err((refusal.status.as_u16(), refusal.message)),
    }
}

const START: &str = "inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z";
const END: &str = "exclusiveIntervalEndDateTime=2023-01-01T00:20:00Z";

fn interval(rest: &str, query: &str) -> Result<Option<Literal>, (u16, String)> {
    let values = check(&format!("getMetricsForCount({START},{END}{rest})"), query)?;
    Ok(values.into_iter().last().and_then(|(_, value)| value))
}

#[test]
fn the_interval_is_as_given_or_the_default() {
    let given = ",aggregationIntervalInMinutes=10";
    assert_eq!(interval(given, ""), Ok(Some(Literal::Integer(10))));
    assert_eq!(interval("", ""), Ok(Some(Literal::Integer(15))));
    let alias = ",aggregationIntervalInMinutes=@i";
    assert_eq!(interval(alias, "@i=30"), Ok(Some(Literal::Integer(30))));
    assert_eq!(
        interval(alias, "%40i=%2B30"),
        Ok(Some(Literal::Integer(30)))
    );
}

#[test]
fn refusals_name_the_cause() {
    for (segment, query, expected) in [
        (
            format!("getMetricsForCount({END})"),
            "",
            "needs the parameter 'inclusiveIntervalStartDateTime' of type Edm.DateTimeOffset",
        ),
        (
            format!("getMetricsForCount({START})"),
            "",
            "needs the parameter 'exclusiveIntervalEndDateTime'",
        ),
        (
            "getMetricsForCount".to_owned(),
            "",
            "needs the parameter 'inclusiveIntervalStartDateTime'",
        ),
        (
            format!("getMetricsForCount({START},{END},x=1)"),
            "",
            "has no parameter 'x'; its parameters are inclusiveIntervalStartDateTime, exclusiveIntervalEndDateTime and aggregationIntervalInMinutes",
        ),
        (
            format!("getMetricsForCount({START},{END},InclusiveIntervalStartDateTime=null)"),
            "",
            "has no parameter 'InclusiveIntervalStartDateTime'",
        ),
        (
            format!("getMetricsForCount({START},{START},{END})"),
            "",
            "'inclusiveIntervalStartDateTime' is given more than once",
        ),
        (
            format!("getMetricsForCount('x',{START},{END})"),
            "",
            "''x'' has no name",
        ),
        (
            format!(
                "getMetricsForCount(inclusiveIntervalStartDateTime='2023-01-01T00:00:00Z',{END})"
            ),
            "",
            "is not a literal of type Edm.DateTimeOffset",
        ),
        (
            format!("getMetricsForCount(inclusiveIntervalStartDateTime=null,{END})"),
            "",
            "'inclusiveIntervalStartDateTime' must not be null",
        ),
        (
            format!("getMetricsForCount(inclusiveIntervalStartDateTime=@s,{END})"),
            "",
            "'inclusiveIntervalStartDateTime' must not be null",
        ),
        (
            format!("getMetricsForCount(inclusiveIntervalStartDateTime=@s,{END})"),
            "@s=soon",
            "The value 'soon' of parameter 'inclusiveIntervalStartDateTime' is not a literal",
        ),
        (
            format!("getMetricsForCount({START},{END},aggregationIntervalInMinutes=7)"),
            "",
            "The value '7' of parameter 'aggregationIntervalInMinutes' is not allowed; the allowed values are 5, 10, 15 and 30.",
        ),
        (
            format!("getMetricsForCount({START},{END},aggregationIntervalInMinutes=null)"),
            "",
            "the allowed values are 5, 10, 15 and 30",
        ),
        // The way of an official SDK: an alias that the query never binds.
        (
            format!(
                "getMetricsForCount({START},{END},aggregationIntervalInMinutes=@aggregationIntervalInMinutes)"
            ),
            "aggregationIntervalInMinutes=10",
            "the allowed values are 5, 10, 15 and 30",
        ),
        (
            format!("getMetricsForCount({START},{END},aggregationIntervalInMinutes=10.0)"),
            "",
            "is not a literal of type Edm.Int32",
        ),
        ("find(b='red')".to_owned(), "", "needs the parameter 'a'"),
        (
            "find(a='x',b='blue')".to_owned(),
            "",
            "is not a literal of type demo.color",
        ),
        (
            "pick(ids=@i,where=@w)".to_owned(),
            "@i=[]&@w=[]",
            "parameter 'where' is not a literal of type demo.count",
        ),
        (
            "pick(ids=[],where=@w)".to_owned(),
            "@w={}",
            "parameter 'ids' is not a literal of type Collection(Edm.String)",
        ),
    ] {
        let (status, message) = check(&segment, query).expect_err(&segment);
        assert_eq!(status, 400, "{segment}");
        assert!(message.contains(expected), "{segment}: {message}");
    }
}

#[test]
fn a_type_without_literals_is_not_implemented() {
    let (status, message) = check("near(point=geography'Point(1 2)')", "").unwrap_err();
    assert_eq!(status, 501);
    assert!(message.contains("Edm.GeographyPoint"), "{message}");
}

#[test]
fn null_goes_where_the_metadata_allows_it() {
    let null = Ok(vec![("note".to_owned(), Some(Literal::Null))]);
    assert_eq!(check("note(note=null)", ""), null);
    assert_eq!(check("note(note=@n)", ""), null);
}

#[test]
fn overloads_are_told_apart_by_parameter_names() {
    assert_eq!(check("find(a='x')", "").unwrap().len(), 1);
    assert_eq!(check("find(b=demo.color'red',a='x')", "").unwrap().len(), 2);
}

#[test]
fn json_comes_behind_an_alias() {
    let values = check("pick(ids=@i,where=@w)", "@i=[%22a%22]&@w={}").unwrap();
    assert_eq!(values[0].1, Some(Literal::Json(serde_json::json!(["a"]))));
}

#[test]
fn a_message_repeats_a_piece_of_a_long_value() {
    let long = "9".repeat(10_000);
    let (_, message) = check(
        &format!("getMetricsForCount({START},{END},aggregationIntervalInMinutes={long})"),
        "",
    )
    .unwrap_err();
    assert!(message.len() < 300, "{message}");
}
