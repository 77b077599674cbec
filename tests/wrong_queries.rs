//! Query options that must not compile, and what the compiler says of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use support::{ClientCrate, workspace};

/// Properties, and a value of each one's type.
const VALUES: [(&str, &str); 12] = [
    ("Book::TITLE", "\"x\""),
    ("Book::PAGES", "7_i32"),
    ("Book::PRINTED", "7_i64"),
    ("Book::RATING", "0.5_f64"),
    ("Book::ID", "Guid::nil()"),
    ("Book::PUBLISHED", "NaiveDate::MIN"),
    ("Book::STORY_HOUR", "NaiveTime::MIN"),
    ("Book::READING_TIME", "TimeDelta::zero()"),
    ("Book::ADDED", "DateTime::<Utc>::MIN_UTC"),
    ("Book::GENRE", "Genre::Novel"),
    ("Book::ACCESS", "Access::Read"),
    ("Book::FINGERPRINT", "vec![1_u8]"),
];

/// What services promote by themselves.
const PROMOTED: [(&str, &str); 1] = [("Book::RATING", "7_i32")];

const OTHERS: &[&str] = &[
    // Properties of another model.
    "books.filter(Person::EMAIL.eq(\"x\"))",
    "books.select(Person::EMAIL)",
    "books.select((Book::TITLE, Person::EMAIL))",
    "books.order_by(Person::EMAIL)",
    "books.order_by((Book::TITLE, Person::EMAIL.desc()))",
    "books.expand(Person::WORKS)",
    "books.filter(Book::TITLE.eq(Person::EMAIL))",
    "books.filter(Book::TITLE.eq(\"x\").and(Person::EMAIL.eq(\"x\")))",
    "Book::AUTHOR.then(Book::TITLE)",
    "books.expand(Book::AUTHOR.select(Book::TITLE))",
    "books.expand(Book::COPIES.filter(Book::TITLE.eq(\"x\")))",
    "books.expand(Book::COPIES.order_by(Book::TITLE))",
    "books.expand(Book::COPIES.expand(Book::AUTHOR))",
    "people.count().filter(Book::TITLE.eq(\"x\"))",
    // What is no condition.
    "books.filter(Book::TITLE)",
    "books.filter(Book::PAGES + 1)",
    "books.filter(\"title eq 'x'\")",
    "books.filter(Book::COPIES)",
    "Book::TITLE.eq(\"x\").and(Book::TITLE)",
    "Book::TITLE.eq(\"x\").or(1)",
    "!Book::TITLE",
    "Book::TITLE.and(Book::TITLE)",
    // Functions of other types.
    "Book::PAGES.contains(\"x\")",
    "Book::PAGES.length()",
    "Book::TITLE.year()",
    "Book::STORY_HOUR.year()",
    "Book::PUBLISHED.hour()",
    "Book::TITLE.round()",
    "Book::PAGES.round()",
    "Book::READING_TIME.date()",
    "Book::PUBLISHED.total_seconds()",
    "Book::TITLE.substring(\"x\")",
    "Book::TITLE.starts_with(1)",
    "Book::TITLE.index_of(Book::PAGES)",
    "Book::PAGES.has(Access::Read)",
    "Book::GENRE.has(Genre::Novel)",
    "Book::ACCESS.has(Genre::Novel)",
    "Book::TITLE.geo_length()",
    // Arithmetic.
    "Book::TITLE + \"x\"",
    "Book::PAGES + \"x\"",
    "Book::PAGES + Book::RATING",
    "Book::PAGES * Book::PRINTED",
    "Book::PAGES - 0.5",
    "-Book::TITLE",
    "Book::ADDED + Book::ADDED",
    "Book::ADDED + 1",
    "Book::PUBLISHED.since(Book::ADDED)",
    "Book::PRINTED.promote::<i32>()",
    "Book::TITLE.promote::<i32>()",
    "Book::TITLE.sum()",
    "Book::GENRE.average()",
    // Collections and single values.
    "Book::TITLE.any(|x| x.eq(\"x\"))",
    "Book::AUTHOR.any(|x| x.then(Person::EMAIL).eq(\"x\"))",
    "Book::AUTHOR.count()",
    "Book::FINGERPRINT.any(|x| x.eq(1_u8))",
    "Book::KEYWORDS.eq(\"x\")",
    "Book::KEYWORDS.contains(\"x\")",
    "Book::COPIES.eq(1)",
    "Book::COPIES.then(Copy::NUMBER)",
    "Book::COPIES.is_null()",
    "Book::KEYWORDS.any(|x| x.eq(1))",
    "Book::KEYWORDS.any(|x| x)",
    "Book::KEYWORDS.any(Book::TITLE.eq(\"x\"))",
    "Book::KEYWORDS.all()",
    "Book::COPIES.any(|x| x.eq(\"x\"))",
    "Book::COPIES.any(|x| x.then(Person::EMAIL).eq(\"x\"))",
    "Book::COPIES.any(|x| x.then(Copy::NUMBER))",
    "Book::COPIES.any(|x| x.then(Copy::NUMBER).eq(\"x\"))",
    "Book::KEYWORDS.has_subset([1])",
    "Book::COPIES.has_subset([1])",
    "Book::AUTHOR.eq(\"x\")",
    "Book::TITLE.is_in([1, 2])",
    "Book::TITLE.is_in(\"x\")",
    // Expansions, orders and selections of the wrong kind.
    "books.expand(Book::TITLE)",
    "books.expand((Book::AUTHOR, Book::TITLE))",
    "books.expand(Book::AUTHOR.top(1))",
    "books.expand(Book::AUTHOR.filter(Person::EMAIL.eq(\"x\")))",
    "books.expand(Book::KEYWORDS)",
    "books.order_by(Book::AUTHOR)",
    "books.order_by(Book::KEYWORDS)",
    "books.order_by(\"title\")",
    "books.select(\"title\")",
    "books.select([Book::TITLE, Book::PAGES])",
    "books.select(Book::TITLE.length())",
    // Types.
    "Book::TITLE.cast::<Item>()",
    "Book::AUTHOR.cast::<Book>()",
    "Book::AUTHOR.is_of::<Book>()",
    "Person::EMAIL.cast_from::<Item>()",
    "books.filter(Item::TITLE.eq(\"x\"))",
    // Computed and aggregated values without names.
    "books.compute(Book::PAGES * 2)",
    "Apply::<Book>::new().aggregate(Book::PAGES.sum())",
    "Apply::<Book>::new().aggregate(Book::TITLE)",
    "Apply::<Book>::new().filter(Book::TITLE)",
    "Apply::<Book>::new().group_by(Book::TITLE.length())",
    "Apply::<Book>::new().group_by(Person::EMAIL)",
    "books.apply::<u8>(Apply::<Person>::new())",
];

/// Those whose messages are pinned.
const SHOWN: [&str; 10] = [
    "Book::PAGES.eq(\"x\")",
    "Book::GENRE.eq(Access::Read)",
    "books.filter(Person::EMAIL.eq(\"x\"))",
    "books.filter(\"title eq 'x'\")",
    "books.select([Book::TITLE, Book::PAGES])",
    "books.expand(Book::TITLE)",
    "books.order_by(\"title\")",
    "Book::TITLE.any(|x| x.eq(\"x\"))",
    "Book::COPIES.any(|x| x.then(Copy::NUMBER))",
    "books.compute(Book::PAGES * 2)",
];

fn cases() -> Vec<String> {
    let mut cases: Vec<_> = OTHERS.iter().map(ToString::to_string).collect();
    for (property, _) in VALUES {
        for (of, value) in VALUES {
            if of != property && !PROMOTED.contains(&(property, value)) {
                cases.push(format!("{property}.eq({value})"));
            }
        }
    }
    cases
}

/// A program with a function for each case, each on a line of its own.
fn program(cases: &[String]) -> String {
    let mut program = "//! Each function is a case.\n#![allow(unused)]\n\
        use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};\n\
        use library_client::{Guid, List};\n\
        use library_client::models::{Access, Book, Copy, Genre, Item, Person};\n\
        use library_client::query::Apply;\n\
        use library_client::requests::person::PersonCollectionRequestBuilder;\n\
        fn main() {}\n"
        .to_owned();
    for (index, case) in cases.iter().enumerate() {
        let _ = writeln!(
            program,
            "fn case_{index}(books: List<Book>, people: PersonCollectionRequestBuilder) {{ let _ = {case}; }}"
        );
    }
    program
}

/// A package that uses the client of the library.
fn package(name: &str) -> ClientCrate {
    let client = ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), name);
    client.write("src/lib.rs", "//! Nothing: the example is all.\n");
    client.depend("library-client", &workspace().join("tests/library"));
    client
}

#[test]
fn wrong_queries_do_not_compile() {
    let cases = cases();
    assert!(cases.len() >= 200, "{}", cases.len());
    let client = package("wrong_queries");
    let program = program(&cases);
    client.write("examples/wrong.rs", &program);
    let messages = client.errors_of("wrong");

    let first = program
        .lines()
        .position(|line| line.starts_with("fn case_0("))
        .unwrap();
    let mut said = BTreeMap::<usize, String>::new();
    for (line, message) in messages {
        let case = (line - 1).checked_sub(first);
        let case = case.unwrap_or_else(|| panic!("the program itself is wrong: {message}"));
        said.entry(case).or_insert(message);
    }
    let compiled: BTreeSet<_> = (0..cases.len())
        .filter(|case| !said.contains_key(case))
        .collect();
    let compiled: Vec<_> = compiled.iter().map(|case| &cases[*case]).collect();
    assert!(compiled.is_empty(), "these compile: {compiled:#?}");

    let shown = SHOWN.map(|shown| {
        let case = cases.iter().position(|case| case == shown);
        let case = case.unwrap_or_else(|| panic!("{shown} is no case"));
        format!("{shown}\n{}", said[&case])
    });
    insta::assert_snapshot!(shown.join("\n"));
}

/// The same with the right values compiles, so that it is the values which are wrong.
#[test]
fn right_queries_compile() {
    let right = VALUES.map(|(property, value)| format!("{property}.eq({value})"));
    let client = package("right_queries");
    client.write("examples/right.rs", &program(&right));
    assert_eq!(client.errors_of("right"), []);
}
