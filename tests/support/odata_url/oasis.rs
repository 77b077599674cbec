//! The grammar against the test cases that OASIS publishes with the standard's: `ODATA_ABNF` is the
//! folder of `odata-abnf-testcases.yaml`.

use super::{Grammar, Rule};
use pest::Parser;

#[path = "../../emulator/tests/common/oasis.rs"]
mod cases;
use cases::Case;

/// Rules that describe no part of a request's URL.
const NOT_OF_URLS: [&str; 8] = [
    // Context URLs in answers.
    "context",
    // Headers.
    "header",
    "includeAnnotationsPreference",
    "maxpagesizePreference",
    "prefer",
    "preference",
    "request-id",
    // Bodies: any of many types, JSON strings with line breaks among them.
    "primitiveValue",
];

/// Inputs that the grammar is not held to, and why.
const LEFT_OUT: [(&str, &str); 8] = [
    (
        "'ABCDEFGHIHJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&('')*+,;=:@'",
        "an ampersand in a query ends the option, so clients must encode it",
    ),
    (
        "http://host/service/$metadata#Customers",
        "a fragment is never sent",
    ),
    (
        "$metadata#Customers(Address,Orders)",
        "a fragment is never sent",
    ),
    (
        "Categories/TheBestProduct()",
        "only the model tells a function import from a bound function",
    ),
    (
        "Categories(1)/Address/$value",
        "only the model tells a complex property from a primitive one",
    ),
    (
        "Categories(1)/Thumbnail/$value",
        "only the model tells a stream property from a primitive one",
    ),
    (
        "Products(1)/Model.BestSellingProduct/Model.BestSellingProduct",
        "only the model tells a type from an action",
    ),
    (
        "$search=more&more",
        "only the service knows its custom query options",
    ),
];

#[test]
fn cases_of_the_standard() {
    let Some(folder) = std::env::var_os("ODATA_ABNF") else {
        eprintln!("left out: ODATA_ABNF is not set");
        return;
    };
    let path = std::path::Path::new(&folder).join("odata-abnf-testcases.yaml");
    let cases = cases::read(&std::fs::read_to_string(path).expect("the test cases can be read"));
    assert!(cases.len() > 800, "{} cases were read", cases.len());
    let mut left_out = Vec::new();
    let (mut held, mut wrong) = (0, Vec::new());
    for case in &cases {
        if NOT_OF_URLS.contains(&case.rule.as_str()) {
            continue;
        }
        if LEFT_OUT.iter().any(|(input, _)| *input == case.input) {
            left_out.push(case.input.as_str());
            continue;
        }
        let is_matched = matches(&case.rule, &cases::on_the_wire(&case.input));
        held += 1;
        if is_matched == case.fails {
            let Case {
                name, rule, input, ..
            } = case;
            wrong.push(format!("{rule}: {input} ({name})"));
        }
    }
    let unknown = LEFT_OUT.iter().find(|(input, _)| !left_out.contains(input));
    assert_eq!(unknown, None, "no case has this input");
    assert!(held > 700, "the grammar was held to {held} cases");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether a rule of the standard matches the whole of an input.
fn matches(rule: &str, input: &str) -> bool {
    let rule = rule_of(rule).unwrap_or_else(|| panic!("the grammar has no rule '{rule}'"));
    let parsed = Grammar::parse(rule, input);
    parsed.is_ok_and(|pairs| pairs.as_str().len() == input.len())
}

fn rule_of(name: &str) -> Option<Rule> {
    Some(match name {
        "odataUri" => Rule::odataUri,
        "odataRelativeUri" => Rule::odataRelativeUri,
        "resourcePath" => Rule::resourcePath,
        "queryOptions" => Rule::queryOptions,
        "systemQueryOption" => Rule::systemQueryOption,
        "customQueryOption" => Rule::customQueryOption,
        "compute" => Rule::compute,
        "deltatoken" => Rule::deltatoken,
        "skiptoken" => Rule::skiptoken,
        "expand" => Rule::expand,
        "filter" => Rule::filter,
        "orderby" | "orderBy" => Rule::orderby,
        "search" => Rule::search,
        "searchExpr" => Rule::searchExpr,
        "select" => Rule::select,
        "commonExpr" => Rule::commonExpr,
        "boolCommonExpr" | "boolcommonExpr" => Rule::boolCommonExpr,
        "firstMemberExpr" | "propertyPathExpr" => Rule::firstMemberExpr,
        "anyExpr" => Rule::anyExpr,
        "isofExpr" => Rule::isofExpr,
        "notExpr" => Rule::notExpr,
        "functionParameter" => Rule::functionParameter,
        "entitySetName" | "odataIdentifier" => Rule::odataIdentifier,
        "stringInUrl" => Rule::stringInUrl,
        "primitiveLiteral" => Rule::primitiveLiteral,
        "\"null\"" | "null" => Rule::nullValue,
        "binaryLiteral" => Rule::binaryLiteral,
        "boolean" => Rule::boolean,
        "booleanValue" => Rule::booleanValue,
        "byteValue" => Rule::byte,
        "date" | "dateValue" => Rule::date,
        "dateTimeOffsetLiteral" | "dateTimeOffsetValueInUrl" => Rule::dateTimeOffsetLiteral,
        "dateTimeOffsetValue" => Rule::dateTimeOffsetValue,
        "decimalLiteral" | "doubleLiteral" | "singleLiteral" => Rule::decimalLiteral,
        "decimalValue" | "doubleValue" | "singleValue" => Rule::decimalValue,
        "durationLiteral" => Rule::durationLiteral,
        "durationValue" => Rule::durationValue,
        "enumLiteral" => Rule::enumLiteral,
        "enumValue" => Rule::enumValue,
        "guid" => Rule::guid,
        "sbyteLiteral" | "int16Literal" | "int32Literal" | "int64Literal" | "sbyteValue"
        | "int16Value" | "int32Value" | "int64Value" => Rule::integer,
        "stringLiteral" => Rule::stringLiteral,
        "timeOfDayLiteral" => Rule::timeOfDayLiteral,
        "timeOfDayValue" => Rule::timeOfDayValue,
        geo if geo.starts_with("geography") || geo.starts_with("geometry") => Rule::geoLiteral,
        _ => return None,
    })
}
