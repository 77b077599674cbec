//! The expressions among the test cases of OASIS: what the builder writes, and what is left to templates.
//! `ODATA_ABNF` is the folder of `odata-abnf-testcases.yaml`.

#[path = "../../emulator/tests/common/oasis.rs"]
mod cases;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use library_client::query::{Expression, it, literal, max_date_time, min_date_time, now};
use library_client::{
    AdditionalProperties, Decimal, Flags, NavigationProperty, ODataType, Property,
};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What every path of the cases leads to.
#[derive(Debug, Clone, Default, PartialEq)]
struct Entity {
    additional_properties: AdditionalProperties,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Customer {
    additional_properties: AdditionalProperties,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Manager {
    additional_properties: AdditionalProperties,
}

#[derive(Debug, Clone, PartialEq)]
enum Pattern {
    Yellow,
    Other(String),
}

odata_runtime::model! { Entity {} }
odata_runtime::model! { Customer {} extends [Entity] }
odata_runtime::model! { Manager {} extends [Entity] }
odata_runtime::enumeration! {
    Pattern = "Sales.Pattern" {
        Yellow = "Yellow",
        _ = Other,
    }
}

impl ODataType for Entity {
    const NAME: &'static str = "Model.Entity";
}

impl ODataType for Customer {
    const NAME: &'static str = "Model.Customer";
}

impl ODataType for Manager {
    const NAME: &'static str = "Sales.Manager";
}

type Of<V> = Property<Entity, V>;
type To<V> = NavigationProperty<Entity, V>;

fn text(name: &'static str) -> Of<String> {
    Property::new(name)
}

fn number(name: &'static str) -> Of<Decimal> {
    Property::new(name)
}

fn time(name: &'static str) -> Of<DateTime<Utc>> {
    Property::new(name)
}

fn place(name: &'static str) -> Of<Value> {
    Property::new(name)
}

fn decimal(digits: &str) -> Decimal {
    digits.parse().unwrap()
}

fn shown<V>(expression: impl Into<Expression<Entity, V>>) -> String {
    expression.into().to_string()
}

/// What the builder writes, apart from spaces and parentheses.
#[rustfmt::skip]
fn written() -> Vec<String> {
    let (price, name, company) = (number("Price"), text("Name"), text("CompanyName"));
    let completed: Of<bool> = Property::new("Completed");
    let rating: Of<i32> = Property::new("Rating");
    let (products, supplier) = (To::<Vec<Entity>>::new("Products"), To::<Entity>::new("Supplier"));
    let product = To::<Entity>::new("Product");
    let (names, emails) = (Of::<Vec<String>>::new("Names"), Of::<Vec<String>>::new("EmailAddresses"));
    let style: Of<Flags<Pattern>> = Property::new("style");
    let (life, life_time) = (time("LifeTime"), Of::<TimeDelta>::new("LifeTime"));
    let (birth, release) = (time("BirthDate"), time("ReleaseDate"));
    let first_name = text("FirstName");
    let four = || literal::<Entity, i32>(4);
    let yes = || literal::<Entity, bool>(true);
    let messages = |name| Of::<Vec<Entity>>::new(name);
    vec![
        shown(products.count().gt(0)),
        shown(Of::<Vec<Entity>>::new("Addresses").count().gt(0)),
        shown(Of::<Vec<String>>::new("Sizes").count().gt(0)),
        shown(products.count_where(price.gt(decimal("5.00"))).gt(2)),
        shown(yes()),
        shown(completed),
        shown(yes().eq(false)),
        shown(Of::<bool>::new("Size").eq(true)),
        shown(number("Size").eq(decimal("4.0"))),
        shown(text("Street").eq("Hugo")),
        shown(Of::<Entity>::new("Address").then(text("Street")).eq("Hugo")),
        shown(name.ne("Milk")),
        shown(yes().ne(false)),
        shown(name.gt("Milk")), shown(name.ge("Milk")), shown(name.lt("Milk")), shown(name.le("Milk")),
        shown(yes().and(false)), shown(yes().or(false)),
        shown(!literal::<Entity, bool>(false)),
        shown(literal::<Entity, bool>(false)),
        shown(name.eq("Milk")),
        shown(supplier.then(name).eq("Milk")),
        shown(name.eq("Milk").and(price.lt(decimal("2.55")))),
        shown(name.eq("Milk").or(price.lt(decimal("2.55")))),
        shown(!name.ends_with("ilk")),
        shown(style.has(Pattern::Yellow)),
        shown(style.eq(Pattern::Yellow)),
        shown(style.has(Pattern::Other("32".to_owned()))),
        shown(name.is_in(["Milk", "Cheese"])),
        shown(name.is_item_of(["Milk", "Cheese"])),
        shown(price + decimal("2.45")),
        shown((price + decimal("2.45")) % 2),
        shown(price - decimal("0.55")),
        shown(-price), shown(price * 2), shown(price / 2), shown(price.div_by(2)), shown(price % 5),
        shown((price + decimal("2.45")).eq(decimal("5.00"))),
        shown((price - decimal("0.55")).eq(decimal("2.00"))),
        shown((price * decimal("2.0")).eq(decimal("5.10"))),
        shown((price / decimal("2.55")).eq(1)),
        shown(rating.div_by(2).eq(decimal("2.5"))),
        shown((rating % 5).eq(0)),
        shown((four() + 5) % (four() - 1)),
        shown(company.concat(name)),
        shown(text("Street").concat("-").concat(text("City"))),
        shown(company.contains("lfreds")),
        shown(company.ends_with("Futterkiste")),
        shown(company.index_of("lfreds")),
        shown(company.length().eq(19)),
        shown(company.starts_with("Futterkiste")),
        shown(supplier.then(name).starts_with("Futterkiste")),
        shown(company.substring(5)),
        shown(company.substring_of_length(5, 2)),
        shown(names.has_subset(["Milk", "Cheese"])),
        shown(company.matches_pattern("^A.*e$")),
        shown(company.to_lower()), shown(company.to_upper()), shown(company.trim()),
        shown(life.date()), shown(life.fractional_seconds()), shown(life_time.total_seconds()),
        shown(birth.day()), shown(birth.hour()), shown(birth.minute()), shown(birth.month()),
        shown(birth.second()), shown(birth.year()),
        shown(release.time()), shown(release.total_offset_minutes()),
        shown(max_date_time()), shown(min_date_time()), shown(now()),
        shown(price.ceiling()), shown(price.floor()), shown(price.round()),
        shown(text("Category").convert::<bool>()),
        shown(it::<Entity>().is_of::<Customer>()),
        shown(To::<Entity>::new("Category").is_of::<Customer>()),
        shown(supplier.then(place("Location")).geo_distance(product.then(place("Location")))),
        shown(supplier.then(place("SalesArea")).geo_intersects(product.then(place("Location")))),
        shown(place("Line").geo_length()),
        shown(To::<Vec<Entity>>::new("DirectReports").cast::<Manager>().has_items()),
        shown(products.any(|_| true)),
        shown(supplier.then(products).any(|_| true)),
        shown(products.any(|product| product.then(completed))),
        shown(products.any(|_| completed)),
        shown(products.all(|_| true)),
        shown(emails.all(|_| true)),
        shown(Of::<NaiveDate>::new("ReleaseDate").gt(NaiveDate::from_ymd_opt(2013, 5, 24).unwrap())),
        shown(first_name.is_item_of(["Miller", "Smith"])),
        shown(first_name.is_item_of([""; 0])),
        shown(first_name.is_in(["Miller", "Smith"])),
        shown(first_name.is_in([first_name])),
        shown(text("Price/@Measures.Currency").eq("EUR")),
        shown(text("Price/@Currency").eq("EUR")),
        shown(text("Price/@Currency#Reporting").eq("EUR")),
        shown(messages("@Core.Messages").any(|message| message.then(text("severity")).eq("error"))),
        shown(messages("@Messages").any(|message| message.then(text("severity")).eq("error"))),
        shown(Of::<Vec<Entity>>::new("Items")),
    ]
}

/// What the builder does not write, by something in it, and why.
const LEFT: &[(&str, &str)] = &[
    ("Model.Available", "functions of the service"),
    ("MostPopular", "functions of the service"),
    ("BestProduct()", "functions of the service"),
    ("ProductsByColor(", "functions of the service"),
    ("PhoneticallySimilar(", "functions of the service"),
    (
        "/$filter(",
        "a filter as a segment: count_where says the same",
    ),
    (
        "cast(Model.Customer)",
        "a cast of entities is a segment of the path",
    ),
    ("cast(Customer)", "a type without its namespace"),
    (
        "cast(Category,Model.Customer)",
        "a cast of entities is a segment of the path",
    ),
    ("cast(Category,Customer)", "a type without its namespace"),
    ("isof(Customer)", "a type without its namespace"),
    ("isof(Category,Customer)", "a type without its namespace"),
    ("isof(Location,", "properties have their types"),
    (
        "geography'",
        "literals of geography have no expression of their own to begin with",
    ),
    (
        "geometry'",
        "literals of geometry have no expression of their own to begin with",
    ),
    ("lambda/Name eq $it", "a part of a lambda"),
    ("$root", "paths from the service root"),
    (
        "$this",
        "an item of the collection that is filtered, which is not named",
    ),
    (
        "endswith($it,",
        "collections of values, which cannot be listed",
    ),
    (
        "@ref",
        "values are written where they are, and references are no values",
    ),
    ("$it eq {", "references are no values"),
    ("@word", "values are written where they are"),
    ("@title", "values are written where they are"),
    (
        "'Yellow'",
        "members without their type are a service's configuration",
    ),
    ("Items(1)", "a key in an expression"),
    ("in ()", "written as `false`"),
    ("{", "structured values in an expression"),
    (
        "[",
        "what begins with a collection, or is a function of text on one",
    ),
    ("any", "a part of a path"),
];

const RULES: [&str; 7] = [
    "filter",
    "boolCommonExpr",
    "commonExpr",
    "notExpr",
    "anyExpr",
    "isofExpr",
    "queryOptions",
];

/// The same for all ways to write an expression.
fn plain(expression: &str) -> String {
    let decoded = percent_decode_str(expression).decode_utf8_lossy();
    let text = decoded
        .trim_start_matches('$')
        .trim_start_matches("filter=");
    let text = text
        .replace("lambda", "x")
        .replace("m:m/", "x:x/")
        .replace("$it/", "");
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, '(' | ')' | ' '))
        .collect();
    text.to_lowercase()
}

#[test]
fn oasis_expressions_are_written_or_left_out() {
    let Some(folder) = std::env::var_os("ODATA_ABNF") else {
        eprintln!("left out: ODATA_ABNF is not set");
        return;
    };
    let file = Path::new(&folder).join("odata-abnf-testcases.yaml");
    let text = std::fs::read_to_string(&file).expect("the cases can be read");
    let cases = cases::read(&text);
    let cases = cases
        .iter()
        .filter(|case| !case.fails && RULES.contains(&&*case.rule));
    let is_filter = |input: &str| input.trim_start_matches('$').starts_with("filter=");
    let cases = cases.filter(|case| case.rule != "queryOptions" || is_filter(&case.input));
    let mut written: BTreeMap<_, _> = written()
        .into_iter()
        .map(|text| (plain(&text), 0))
        .collect();
    let mut left = vec![0; LEFT.len()];
    let (mut known, mut unknown) = (0, Vec::new());
    for case in cases {
        if let Some(times) = written.get_mut(&plain(&case.input)) {
            *times += 1;
            known += 1;
        } else if let Some(at) = LEFT.iter().position(|(part, _)| case.input.contains(part)) {
            left[at] += 1;
        } else {
            unknown.push(&case.input);
        }
    }
    assert!(
        unknown.is_empty(),
        "neither written nor left out: {unknown:#?}"
    );
    let unused: Vec<_> = written.iter().filter(|(_, times)| **times == 0).collect();
    assert!(unused.is_empty(), "of no case: {unused:#?}");
    let unused: Vec<_> = LEFT
        .iter()
        .zip(&left)
        .filter(|(_, times)| **times == 0)
        .collect();
    assert!(unused.is_empty(), "of no case: {unused:#?}");
    eprintln!("{known} written, {} left out", left.iter().sum::<usize>());
    assert!(known >= 100, "{known}");
}
