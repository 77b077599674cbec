//! Keys of every kind.

use super::{book, client, mark, new_id, works};
use chrono::NaiveDate;
use press_client::models::{Authors, Chapters, Genres, Sales};
use press_client::object;
use server_tests::Feature;

#[tokio::test]
async fn an_integer_is_a_key() {
    let client = client();
    let id = book(&client).await;
    let found = client.books().by_id(id).get().await.unwrap();
    assert_eq!(found.id, Some(id));
    works(Feature::KeyInteger);
}

#[tokio::test]
async fn a_text_is_a_key() {
    let client = client();
    let code = format!("{} O'Neil & []@:+,;= \u{e4}\u{1f600}", mark());
    client
        .genres()
        .create(&object!(Genres {
            code: code.as_str(),
            name: "a"
        }))
        .await
        .unwrap();
    let found = client.genres().by_code(&*code).get().await.unwrap();
    assert_eq!(found.code.as_deref(), Some(&*code));
    works(Feature::KeyText);
}

#[tokio::test]
async fn a_text_with_what_is_escaped_is_a_key() {
    let client = client();
    let code = format!("{}/a?b#c%d", mark());
    client
        .genres()
        .create(&object!(Genres {
            code: code.as_str()
        }))
        .await
        .unwrap();
    let found = client.genres().by_code(&*code).get().await.unwrap();
    assert_eq!(found.code.as_deref(), Some(&*code));
    works(Feature::KeyEscaped);
}

#[tokio::test]
async fn a_guid_is_a_key() {
    let client = client();
    // The service makes it.
    let created = client
        .authors()
        .create(&object!(Authors { name: "Grace" }))
        .await
        .unwrap();
    let id = created.value().unwrap().id.unwrap();
    let found = client.authors().by_id(id).get().await.unwrap();
    assert_eq!(found.name.as_deref(), Some("Grace"));
    works(Feature::KeyGuid);
}

#[tokio::test]
async fn several_properties_are_a_key() {
    let client = client();
    let id = book(&client).await;
    let chapter = object!(Chapters {
        book_id: id,
        number: 7,
        title: "Seven"
    });
    client.chapters().create(&chapter).await.unwrap();
    let found = client
        .chapters()
        .by_book_id_and_number(id, 7)
        .get()
        .await
        .unwrap();
    assert_eq!(found.title.as_deref(), Some("Seven"));

    let (shop, day, number) = (
        mark(),
        NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
        -new_id(),
    );
    let sale = object!(Sales {
        shop: shop.as_str(),
        day: day,
        number: number,
        copies: 3
    });
    client.sales().create(&sale).await.unwrap();
    let found = client
        .sales()
        .by_shop_and_day_and_number(&*shop, day, number)
        .get()
        .await
        .unwrap();
    assert_eq!(found.copies, Some(3));
    works(Feature::KeyCompound);
}
