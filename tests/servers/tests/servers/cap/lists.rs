//! Lists and their options.

use super::{books, cannot, client, mark, new_id, works};
use chrono::NaiveDate;
use futures_util::TryStreamExt;
use press_client::models::{Authors, Books, Chapters};
use press_client::query::{Aggregate, Apply, Search, Variable};
use press_client::{Client, Continuation, Guid, object};
use server_tests::Feature;

const TITLES: [&str; 3] = ["Beech", "Alder", "Cedar"];

#[tokio::test]
async fn select_brings_what_is_named() {
    let client = client();
    let genre = books(&client, &TITLES).await;
    let list = client.books().list().filter(Books::GENRE_CODE.eq(&genre));
    let page = list.select([Books::TITLE]).await.unwrap();
    assert_eq!(page.value.len(), 3);
    for book in &page.value {
        assert!(book.title.is_some());
        assert_eq!(book.genre_code, None);
        assert!(book.additional_properties.is_empty(), "{book:?}");
    }
    works(Feature::Select);
}

#[tokio::test]
async fn filter_takes_values_of_every_type() {
    let client = client();
    let id = new_id();
    let (text, author): (_, Guid) = ("O'Neil & {sons} 50% #1", guid(id));
    let book = object!(Books {
        id: id,
        title: text,
        author_id: author,
        price: "12.5".parse::<press_client::Decimal>().unwrap(),
        printed: 9_007_199_254_740_993_i64,
        weight: 0.25,
        in_print: true,
        published: date(),
        read_at: date().and_hms_opt(1, 2, 3).unwrap().time(),
        sold_at: date().and_hms_opt(1, 2, 3).unwrap().and_utc(),
        changed_at: date().and_hms_milli_opt(1, 2, 3, 456).unwrap().and_utc(),
    });
    let stored = client
        .books()
        .create(&book)
        .await
        .unwrap()
        .into_inner()
        .unwrap();
    let conditions = [
        Books::ID.eq(id),
        Books::TITLE.eq(text),
        Books::AUTHOR_ID.eq(author),
        Books::PRICE.eq(stored.price.as_ref().unwrap()),
        Books::PRINTED.eq(9_007_199_254_740_993),
        Books::WEIGHT.eq(0.25),
        Books::IN_PRINT.eq(true),
        Books::PUBLISHED.eq(date()),
        Books::READ_AT.eq(stored.read_at.unwrap()),
        Books::SOLD_AT.eq(stored.sold_at.unwrap()),
        Books::CHANGED_AT.eq(stored.changed_at.unwrap()),
    ];
    for condition in conditions {
        let list = client.books().list();
        let list = list.filter(Books::ID.eq(id).and(condition.clone()));
        assert_eq!(list.await.unwrap().value.len(), 1, "{condition}");
        // The negation selects nothing, so it is not ignored.
        let list = client.books().list();
        let list = list.filter(Books::ID.eq(id).and(!condition.clone()));
        assert_eq!(list.await.unwrap().value.len(), 0, "{condition}");
    }
    works(Feature::Filter);
}

#[tokio::test]
async fn filter_takes_functions_and_lambdas() {
    let client = client();
    let id = with_chapters(&client, 3).await;
    let number =
        |than: i32| move |it: Variable<Books, Chapters>| it.then(Chapters::NUMBER).gt(than);
    let name = || Books::AUTHOR.then(Authors::NAME);
    for (condition, selected) in [
        (Books::CHAPTERS.any(number(2)), 1),
        (Books::CHAPTERS.any(number(3)), 0),
        (Books::CHAPTERS.all(number(0)), 1),
        (Books::CHAPTERS.all(number(1)), 0),
        (name().starts_with("A").and(name().length().eq(3)), 1),
        (name().to_lower().eq("ada").and(name().length().gt(3)), 0),
        (name().to_upper().concat("!").eq("ADA!"), 1),
        (name().contains("da").and(name().index_of("d").eq(1)), 1),
        (name().substring(1).eq("da").and(name().ends_with("a")), 1),
        (Books::ID.is_in([id, 0]), 1),
        (Books::ID.is_in([0, -1]), 0),
        (Books::ID.is_in([0; 0]), 0),
        (name().is_null().or(name().is_not_null()), 1),
        (!(name().eq("Eve").or(name().eq("Adam"))), 1),
    ] {
        let count = client.books().count();
        let count = count.filter(Books::ID.eq(id).and(condition.clone()));
        assert_eq!(*count.await.unwrap(), selected, "{condition}");
    }
    works(Feature::FilterLambda);
}

#[tokio::test]
async fn filter_takes_no_count() {
    let list = client().books().list();
    let error = list
        .filter(Books::CHAPTERS.count().gt(1))
        .await
        .unwrap_err();
    let said = error.service_error().unwrap();
    assert_eq!(
        said.message,
        "An association can't be used as a value in an expression"
    );
    let reason = "it takes an association for no value (500); `any` and `all` work";
    cannot(Feature::FilterCount, reason);
}

#[tokio::test]
async fn order_by_sorts() {
    let client = client();
    let genre = books(&client, &TITLES).await;
    let titles = async |order| {
        let list = client.books().list().filter(Books::GENRE_CODE.eq(&genre));
        titles(list.order_by(order).await.unwrap().into_inner().value)
    };
    assert_eq!(
        titles(Books::TITLE.asc()).await,
        ["Alder", "Beech", "Cedar"]
    );
    assert_eq!(
        titles(Books::TITLE.desc()).await,
        ["Cedar", "Beech", "Alder"]
    );
    works(Feature::OrderBy);
}

#[tokio::test]
async fn top_and_skip_take_a_part() {
    let client = client();
    let genre = books(&client, &TITLES).await;
    let list = client.books().list().filter(Books::GENRE_CODE.eq(&genre));
    let list = list.order_by(Books::TITLE.asc()).skip(1).top(1);
    assert_eq!(titles(list.await.unwrap().into_inner().value), ["Beech"]);
    works(Feature::TopAndSkip);
}

#[tokio::test]
async fn count_comes_with_a_list() {
    let client = client();
    let genre = books(&client, &TITLES).await;
    let list = client.books().list().filter(Books::GENRE_CODE.eq(&genre));
    let page = list.top(1).count().await.unwrap();
    assert_eq!((page.count, page.value.len()), (Some(3), 1));
    works(Feature::CountInPage);
}

#[tokio::test]
async fn count_comes_alone() {
    let client = client();
    let genre = books(&client, &TITLES).await;
    let all = *client.books().count().await.unwrap();
    assert!(all >= 3, "{all}");
    let count = client.books().count();
    let some = count.filter(Books::GENRE_CODE.eq(&genre).and(Books::TITLE.gt("B")));
    assert_eq!(*some.await.unwrap(), 2);
    works(Feature::CountAlone);
}

#[tokio::test]
async fn expand_brings_what_is_related() {
    let client = client();
    let id = with_chapters(&client, 3).await;
    let list = client.books().list().filter(Books::ID.eq(id));
    let list = list.expand((
        Books::AUTHOR,
        Books::CHAPTERS
            .filter(Chapters::NUMBER.gt(1))
            .order_by(Chapters::NUMBER.desc())
            .select(Chapters::NUMBER)
            .expand(
                Chapters::BOOK
                    .select(Books::ID)
                    .expand(Books::AUTHOR.select(Authors::NAME)),
            ),
    ));
    let book = list.await.unwrap().into_inner().value.remove(0);
    assert_eq!(book.author.unwrap().name.as_deref(), Some("Ada"));
    let chapters = book.chapters.unwrap();
    let numbers: Vec<_> = chapters.iter().map(|it| it.number.unwrap()).collect();
    assert_eq!(numbers, [3, 2]);
    let above = chapters[0].book.as_ref().unwrap();
    let author = above.author.as_ref().unwrap();
    assert_eq!((above.id, author.name.as_deref()), (Some(id), Some("Ada")));
    // Of one entity, too.
    let get = client.books().by_id(id).get();
    let book = get
        .select([Books::ID])
        .expand(Books::CHAPTERS.top(1))
        .await
        .unwrap();
    assert_eq!(book.chapters.as_ref().unwrap().len(), 1);
    works(Feature::Expand);
}

#[tokio::test]
async fn search_finds_words_and_phrases() {
    let client = client();
    let (one, two) = (mark(), mark());
    let genre = books(&client, &[&format!("{one} {two}"), &two, "neither"]).await;
    let search = async |expression: &str| found(&client, &genre, expression).await.len();
    assert_eq!((search(&one).await, search(&two).await), (1, 2));
    let phrase = |words: String| Search::phrase(words).to_string();
    assert_eq!(search(&phrase(format!("{one} {two}"))).await, 1);
    assert_eq!(search(&phrase(format!("{two} {one}"))).await, 0);
    assert_eq!(*client.books().count().search(&two).await.unwrap(), 2);
    works(Feature::Search);
}

#[tokio::test]
async fn search_takes_one_word() {
    let client = client();
    let (one, two) = (mark(), mark());
    let genre = books(&client, &[&one, &two]).await;
    let found = found(&client, &genre, &format!("{one} OR {two}")).await;
    assert_eq!(found, [one]);
    let reason =
        "its database service for SQLite takes the first word or phrase and ignores the rest";
    cannot(Feature::SearchOperators, reason);
}

/// The titles of a genre that a search finds.
async fn found(client: &Client, genre: &str, expression: &str) -> Vec<String> {
    let list = client.books().list().filter(Books::GENRE_CODE.eq(genre));
    titles(list.search(expression).await.unwrap().into_inner().value)
}

#[tokio::test]
async fn apply_groups_and_aggregates() {
    let client = client();
    let genre = books(&client, &TITLES).await;
    let list = client.books().list();
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Group {
        genre_code: String,
        books: u32,
        title: String,
    }
    let apply = Apply::new()
        .filter(Books::GENRE_CODE.eq(&genre))
        .group_by_with(
            Books::GENRE_CODE,
            (
                Aggregate::count().alias("books"),
                Books::TITLE.max().alias("title"),
            ),
        );
    let page = list.apply::<Group>(apply).await.unwrap();
    let expected = Group {
        genre_code: genre,
        books: 3,
        title: "Cedar".to_owned(),
    };
    assert_eq!(page.value, [expected]);
    works(Feature::Apply);
}

#[tokio::test]
async fn pages_follow_each_other() {
    let client = client();
    let genre = books(&client, &["1", "2", "3", "4", "5", "6", "7", "8", "9"]).await;
    let all = || {
        let list = client.books().list().filter(Books::GENRE_CODE.eq(&genre));
        list.order_by(Books::TITLE.asc())
    };
    let items: Vec<Books> = all().stream().try_collect().await.unwrap();
    assert_eq!(titles(items), ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);

    let mut pages = all().pages();
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!(first.value.len(), 4);
    let position: Continuation = pages.continuation().unwrap();
    let mut pages = all().pages().resume(&position);
    let mut rest = Vec::new();
    while let Some(page) = pages.next().await {
        rest.push(titles(page.unwrap().into_inner().value));
    }
    assert_eq!(rest, [vec!["5", "6", "7", "8"], vec!["9"]]);
    works(Feature::Paging);
}

/// CAP's links are relative to the context URL, `../$metadata#Chapters`.
#[tokio::test]
async fn pages_below_a_navigation_property() {
    let client = client();
    let id = with_chapters(&client, 9).await;
    let chapters = client.books().by_id(id).chapters().list();
    let page = chapters.clone().await.unwrap();
    let link = page.next_link.as_deref().unwrap();
    assert!(
        link.starts_with(&format!("Books({id})/chapters?")),
        "{link}"
    );
    let items: Vec<Chapters> = chapters.stream().try_collect().await.unwrap();
    let numbers: Vec<_> = items.iter().map(|it| it.number.unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    works(Feature::PagingBelowNavigation);
}

fn titles(books: Vec<Books>) -> Vec<String> {
    books.into_iter().map(|book| book.title.unwrap()).collect()
}

fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()
}

fn guid(number: i32) -> Guid {
    format!("{number:08x}-0000-4000-8000-000000000000")
        .parse()
        .unwrap()
}

/// A book with an author and chapters.
async fn with_chapters(client: &Client, count: i32) -> i32 {
    let id = new_id();
    let author = object!(Authors {
        id: guid(id),
        name: "Ada"
    });
    client.authors().create(&author).await.unwrap();
    let mut book = object!(Books {
        id: id,
        author_id: guid(id)
    });
    let chapter = |number| object!(Chapters { number: number });
    book.chapters = Some((1..=count).map(chapter).collect());
    client.books().create(&book).await.unwrap();
    id
}
