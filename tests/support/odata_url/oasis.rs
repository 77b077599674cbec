//! The grammar against the test cases that OASIS publishes with the standard's: `ODATA_ABNF` is the
//! folder of `odata-abnf-testcases.yaml`.

use super::{Grammar, Rule};
use pest::Parser;

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

/// A test case.
#[derive(Debug, Default)]
struct Case {
    name: String,
    rule: String,
    input: String,
    /// Whether the input must be refused.
    fails: bool,
}

#[test]
fn cases_of_the_standard() {
    let Some(folder) = std::env::var_os("ODATA_ABNF") else {
        eprintln!("left out: ODATA_ABNF is not set");
        return;
    };
    let path = std::path::Path::new(&folder).join("odata-abnf-testcases.yaml");
    let cases = read(&std::fs::read_to_string(path).expect("the test cases can be read"));
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
        let is_matched = matches(&case.rule, &on_the_wire(&case.input));
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

/// What a client sends for a text: the cases have characters that no URL has.
fn on_the_wire(input: &str) -> String {
    let mut wire = String::new();
    for character in input.chars() {
        if character.is_ascii()
            && !matches!(character, ' ' | '\t' | '"' | '\\' | '{' | '}' | '[' | ']')
        {
            wire.push(character);
            continue;
        }
        let mut buffer = [0; 4];
        for byte in character.encode_utf8(&mut buffer).bytes() {
            wire.push_str(&format!("%{byte:02X}"));
        }
    }
    // The brackets of an IPv6 address are its own.
    match input
        .split_once("://[")
        .and_then(|(scheme, rest)| Some((scheme, rest.split_once(']')?)))
    {
        Some((scheme, (address, rest))) => format!("{scheme}://[{address}]{}", on_the_wire(rest)),
        None => wire,
    }
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

/// Reads the cases: the file uses little of YAML.
fn read(text: &str) -> Vec<Case> {
    let (_, list) = text
        .split_once("\nTestCases:\n")
        .expect("a list of test cases");
    let mut cases: Vec<Case> = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in list.lines().chain(["  - Name: end"]) {
        if let Some(name) = line.strip_prefix("  - Name:") {
            if !fields.is_empty() {
                cases.push(Case::of(&fields));
            }
            fields = vec![("Name".to_owned(), name.trim().to_owned())];
        } else if let Some((key, value)) = field(line) {
            fields.push((key.to_owned(), value.trim().to_owned()));
        } else if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            // A long text goes on in the next line.
            if let Some((_, value)) = fields.last_mut() {
                let is_joined = value.ends_with('\\');
                value.truncate(value.len() - usize::from(is_joined));
                if !value.is_empty() && !is_joined {
                    value.push(' ');
                }
                value.push_str(line.trim());
            }
        }
    }
    cases
}

fn field(line: &str) -> Option<(&str, &str)> {
    let rest = line
        .strip_prefix("    ")
        .filter(|rest| !rest.starts_with(' '))?;
    let (key, value) = rest.split_once(':')?;
    key.chars()
        .all(char::is_alphanumeric)
        .then_some((key, value))
}

impl Case {
    fn of(fields: &[(String, String)]) -> Self {
        let field = |wanted: &str| {
            let mut fields = fields.iter();
            fields
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| unquoted(value))
        };
        Self {
            name: field("Name").unwrap_or_default(),
            rule: field("Rule").unwrap_or_default(),
            input: field("Input").unwrap_or_default(),
            fails: field("FailAt").is_some(),
        }
    }
}

/// A scalar without YAML's quotes.
fn unquoted(value: &str) -> String {
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inner) = inner('\'') {
        return inner.replace("''", "'");
    }
    match inner('"') {
        Some(_) => serde_json::from_str(value).unwrap_or_else(|_| value.to_owned()),
        None => value.to_owned(),
    }
}
