//! Actions and functions.

use super::{book, builder, client, mark, new_id, works};
use chrono::{NaiveDate, NaiveTime};
use press_client::models::{Authors, Books};
use press_client::{Client, Decimal, Guid, StatusCode, object};
use server_tests::Feature;

#[tokio::test]
async fn bound_actions_are_called() {
    let client = client();
    let id = new_id();
    let new = object!(Books {
        id: id,
        printed: 9_007_199_254_740_993_i64,
        in_print: true
    });
    client.books().create(&new).await.unwrap();
    let book = client.books().by_id(id);
    let answer = book.reprint().copies(2).await.unwrap();
    assert_eq!(answer.value().unwrap().printed, Some(9_007_199_254_740_995));
    let answer = book.withdraw().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(book.get().await.unwrap().in_print, Some(false));
    works(Feature::BoundAction);
}

#[tokio::test]
async fn bound_functions_are_called() {
    let client = client();
    let author = client
        .authors()
        .create(&object!(Authors { name: "Ada" }))
        .await
        .unwrap();
    let author = author.value().unwrap().id.unwrap();
    let [one, two, three] = [new_id(), new_id(), new_id()];
    for id in [one, two, three] {
        let price: Decimal = "2.5".parse().unwrap();
        let new = object!(Books {
            id: id,
            author_id: author,
            price: price,
            title: "A"
        });
        client.books().create(&new).await.unwrap();
    }
    let book = client.books().by_id(one);
    let tax: Decimal = "0.19".parse().unwrap();
    let revenue = book.revenue().tax(tax).await.unwrap();
    assert_eq!(revenue.value.as_ref().map(Decimal::to_f64), Some(2.5));
    let ids = |books: Vec<Books>| {
        books
            .into_iter()
            .map(|it| it.id.unwrap())
            .collect::<Vec<_>>()
    };
    let similar = book.similar().least(0).await.unwrap();
    assert_eq!(ids(similar.into_inner().value), [two, three]);
    works(Feature::BoundFunction);
}

const ID: &str = "0123abcd-0000-4000-8000-0000000000ef";

fn time() -> NaiveTime {
    NaiveTime::from_hms_opt(23, 59, 58).unwrap()
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()
}

#[tokio::test]
async fn unbound_actions_are_called() {
    let client = client();
    let id: Guid = ID.parse().unwrap();
    let moment = day().and_time(time()).and_utc();
    let words = vec!["a".to_owned(), "b, c".to_owned()];
    let echo = client
        .echo()
        .whole(-1)
        .day(day())
        .time(time())
        .moment(moment)
        .id(id);
    let echo = echo.words(words).await.unwrap().into_inner().unwrap();
    assert_eq!(
        (echo.whole, echo.day, echo.time),
        (Some(-1), Some(day()), Some(time()))
    );
    assert_eq!(
        (echo.moment, echo.id, echo.decimal),
        (Some(moment), Some(id), None)
    );
    assert_eq!(
        echo.words.unwrap(),
        [Some("a".to_owned()), Some("b, c".to_owned())]
    );
    assert_eq!(
        client.nothing().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    works(Feature::UnboundAction);
}

#[tokio::test]
async fn unbound_functions_are_called() {
    let client = client();
    let moment = day().and_time(time()).and_utc();
    let greet = client
        .greet()
        .name("O'Neil & s\u{f8}ns, 50%")
        .day(day())
        .time(time())
        .moment(moment);
    let greet = greet
        .id(ID.parse().unwrap())
        .whole(9_007_199_254_740_993)
        .flag(true);
    let said = greet.await.unwrap();
    let expected = "O'Neil & s\u{f8}ns, 50% 2024-02-29 23:59:58 2024-02-29T23:59:58Z \
                    0123abcd-0000-4000-8000-0000000000ef 9007199254740993 true";
    assert_eq!(said.value.as_deref(), Some(expected));
    let genre = mark();
    printed(&client, &genre, 9_007_199_254_740_993).await;
    let total = client.total().genre(genre.as_str()).await.unwrap();
    assert_eq!(total.value, Some(9_007_199_254_740_993));
    let newest = client.newest().await.unwrap();
    assert!(newest.value().unwrap().id.is_some());
    works(Feature::UnboundFunction);
}

#[tokio::test]
async fn functions_take_lists() {
    let client = client();
    let [one, two] = [new_id(), new_id()];
    for id in [one, two] {
        let new = object!(Books {
            id: id,
            title: format!("Number {id}")
        });
        client.books().create(&new).await.unwrap();
    }
    let titles = client.titles().ids(vec![one, two]).await.unwrap();
    let expected = [one, two].map(|id| Some(format!("Number {id}")));
    assert_eq!(titles.value, expected);
    works(Feature::ListParameter);
}

async fn printed(client: &Client, genre: &str, printed: i64) {
    let new = object!(Books {
        id: new_id(),
        genre_code: genre,
        printed: printed
    });
    client.books().create(&new).await.unwrap();
}

#[tokio::test]
async fn tokens_that_nobody_gives_do_no_harm() {
    let client = builder().csrf_tokens().build().unwrap();
    let id = book(&client).await;
    client.books().by_id(id).withdraw().await.unwrap();
    client.books().by_id(id).delete().await.unwrap();
    works(Feature::Csrf);
}
