//! Typed query options: what they say, and that services take it.

mod aggregated;
mod forms;
mod guide;
mod oasis;
mod random;

use random::{Dice, Shelved};

use chrono::NaiveDate;
use graph_emulator::{BinaryAlphabet, Emulator};
use library_client::Client;
use library_client::models::{Access, Book, Genre};
use library_client::query::Filter;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use support::StartStrict as _;

/// A filter and what it means.
struct Meaning {
    filter: Filter<Book>,
    selects: random::Value<bool>,
}

fn shelves() -> Vec<Shelved> {
    let titles = [
        None,
        Some(""),
        Some("Emma"),
        Some("emma "),
        Some("It's 50% & more"),
    ];
    let pages = [None, Some(0), Some(-3), Some(7), Some(320)];
    let shelves = (0..40_usize).map(|n| Shelved {
        id: format!("3fa85f64-5717-4562-b3fc-{n:012}"),
        title: titles[n % 5].map(str::to_owned),
        pages: pages[(n / 5) % 5],
        keywords: ["sea", "love", "Emma"][..n % 4]
            .iter()
            .map(|it| (*it).to_owned())
            .collect(),
        copies: (0..i32::try_from(n % 3).unwrap()).collect(),
        published: NaiveDate::from_ymd_opt(2016 + i32::try_from(n % 9).unwrap(), 2, 28)
            .filter(|_| n % 7 > 0),
        genre: [None, Some(Genre::Novel), Some(Genre::Science)][n % 3].clone(),
        access: [Access::Read, Access::Borrow, Access::Copy][n % 3..].to_vec(),
        price: (n % 6 > 0).then(|| i64::try_from(n % 8).unwrap() * 125),
    });
    shelves.collect()
}

/// Random filters give what their meaning in Rust gives, and every URL is one of the grammar.
///
/// `LIBRARY_FILTER_CASES` sets how many; 300 by default.
#[test]
fn random_filters_select_what_they_mean() {
    let wanted = std::env::var("LIBRARY_FILTER_CASES");
    let cases = wanted.map_or(300, |cases| cases.parse().expect("a number of cases"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shelves = shelves();
    let entities: Value = shelves.iter().map(Shelved::entity).collect();
    let (emulator, client) = runtime.block_on(async {
        let emulator = Emulator::builder()
            .metadata(include_str!("../../library/metadata/library.csdl"))
            .version("api")
            .binary_alphabet(BinaryAlphabet::Base64Url)
            .with_entities("items", entities);
        let emulator = emulator.start_strict().await;
        let client = Client::builder().endpoint(emulator.endpoint());
        let client = client.bearer_token("token").build().unwrap();
        (emulator, client)
    });
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(&vec(any::<u8>(), 8..60), |bytes| {
        let Meaning { filter, selects } = random::condition(&mut Dice::of(bytes), 4);
        let text = filter.to_string();
        let list = client.items().cast::<Book>().list();
        let list = list.select(Book::ID).filter(filter);
        let page = runtime.block_on(async { list.await });
        let page = page.map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        let mut found: Vec<_> = page.value.iter().filter_map(|book| book.id).collect();
        let expected = shelves.iter().filter(|book| selects(book) == Some(true));
        let mut expected: Vec<library_client::Guid> =
            expected.map(|book| book.id.parse().unwrap()).collect();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected, "{}", text);
        Ok(())
    });
    drop(emulator);
    if let Err(error) = result {
        panic!("{error}");
    }
}
