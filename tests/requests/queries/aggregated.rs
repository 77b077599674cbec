//! Computed and aggregated values, as the emulator gives them and the client reads them.

use super::shelves;
use graph_emulator::{BinaryAlphabet, Emulator};
use library_client::models::Book;
use library_client::query::{Aggregate, Apply};
use library_client::{Client, Decimal};
use serde::Deserialize;
use serde_json::{Value, json};
use support::{StartStrict as _, StrictEmulator};

async fn library() -> (StrictEmulator, Client) {
    let entities: Value = shelves().iter().map(super::Shelved::entity).collect();
    let emulator = Emulator::builder()
        .metadata(include_str!("../../library/metadata/library.csdl"))
        .version("api")
        .binary_alphabet(BinaryAlphabet::Base64Url)
        .with_entities("items", entities);
    let emulator = emulator.start_strict().await;
    let client = Client::builder().endpoint(emulator.endpoint());
    let client = client.bearer_token("token").build().unwrap();
    (emulator, client)
}

/// What is known of the books of one title.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct OfTitle {
    title: Option<String>,
    books: i64,
    pages: Option<i64>,
    least: Option<i64>,
    most: Option<i64>,
    mean: Option<Decimal>,
    different: i64,
}

#[tokio::test]
async fn groups_have_what_their_items_add_up_to() {
    let (_emulator, client) = library().await;
    let apply = Apply::new()
        .filter(Book::PAGES.ge(0).or(Book::PAGES.is_null()))
        .group_by_with(
            Book::TITLE,
            (
                Aggregate::count().alias("books"),
                Book::PAGES.sum().alias("pages"),
                Book::PAGES.min().alias("least"),
                Book::PAGES.max().alias("most"),
                Book::PAGES.average().alias("mean"),
                Book::PAGES.count_distinct().alias("different"),
            ),
        );
    let list = client.items().cast::<Book>().list();
    let mut found = list
        .apply::<OfTitle>(apply)
        .await
        .unwrap()
        .into_inner()
        .value;

    let mut expected: Vec<OfTitle> = Vec::new();
    for title in ["", "Emma", "emma ", "It's 50% & more"]
        .map(|it| Some(it.to_owned()))
        .into_iter()
        .chain([None])
    {
        let books = shelves().into_iter().filter(|book| book.title == title);
        let books: Vec<_> = books
            .filter(|book| book.pages.is_none_or(|pages| pages >= 0))
            .collect();
        let pages: Vec<_> = books
            .iter()
            .filter_map(|book| book.pages.map(i64::from))
            .collect();
        let sum = (!pages.is_empty()).then(|| pages.iter().sum::<i64>());
        let mut different = pages.clone();
        different.sort_unstable();
        different.dedup();
        expected.push(OfTitle {
            title,
            books: books.len() as i64,
            pages: sum,
            least: pages.iter().min().copied(),
            most: pages.iter().max().copied(),
            mean: None,
            different: different.len() as i64,
        });
        // The mean has as many digits as the service gives it.
        let at = found
            .iter()
            .position(|it| it.title == expected.last().unwrap().title);
        let mean = found[at.unwrap()].mean.take();
        let mean = mean.map(|mean| mean.to_string().parse::<f64>().unwrap());
        let exact = sum.map(|sum| sum as f64 / pages.len() as f64);
        assert!(mean.is_some() == exact.is_some(), "{mean:?} {exact:?}");
        assert!(
            (mean.unwrap_or(0.0) - exact.unwrap_or(0.0)).abs() < 1e-9,
            "{mean:?} {exact:?}"
        );
    }
    let by_title = |a: &OfTitle, b: &OfTitle| a.title.cmp(&b.title);
    found.sort_by(by_title);
    expected.sort_by(by_title);
    assert_eq!(found, expected);
}

#[tokio::test]
async fn all_items_are_one_group_or_each_is_its_own() {
    let (_emulator, client) = library().await;
    let books = || client.items().cast::<Book>().list();
    let total = Apply::new().aggregate(Aggregate::count().alias("n"));
    let total = books().apply::<Value>(total).await.unwrap();
    assert_eq!(total.value, [json!({"n": 40})]);
    let none = Apply::new().filter(Book::TITLE.eq("none")).aggregate((
        Aggregate::count().alias("n"),
        Book::PAGES.sum().alias("sum"),
    ));
    let none = books().apply::<Value>(none).await.unwrap();
    assert_eq!(none.value, [json!({"n": 0, "sum": null})]);
    let titles = books().apply::<Value>(Apply::new().group_by((Book::TITLE, Book::PAGES)));
    assert_eq!(titles.await.unwrap().value.len(), 25);
    // Filters alone leave entities.
    let emma = books().apply::<Book>(Apply::new().filter(Book::TITLE.eq("Emma")));
    let emma = emma.await.unwrap();
    assert!(
        emma.value
            .iter()
            .all(|book| book.title.as_deref() == Some("Emma"))
    );
    assert_eq!(emma.value.len(), 8);
}

#[tokio::test]
async fn computed_values_are_in_items_and_in_other_options() {
    let (_emulator, client) = library().await;
    let twice = (Book::PAGES * 2).alias("twice");
    let by = twice.property();
    let list = client.items().cast::<Book>().list();
    let list = list
        .compute((twice, Book::TITLE.length().alias("size")))
        .filter(by.clone().gt(0).and(Book::TITLE.is_not_null()))
        .order_by((by.clone().desc(), Book::ID))
        .select((Book::PAGES, by))
        .top(9);
    let page = list.await.unwrap();
    assert!(!page.value.is_empty());
    let twice = |book: &Book| book.additional_properties["twice"].as_i64().unwrap();
    let descending = page
        .value
        .windows(2)
        .all(|pair| twice(&pair[0]) >= twice(&pair[1]));
    assert!(descending);
    for book in &page.value {
        assert_eq!(twice(book), i64::from(book.pages.unwrap()) * 2);
        assert!(book.title.is_none() && !book.additional_properties.contains_key("size"));
    }
}
