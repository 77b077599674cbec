//! Values of every type, there and back.

use super::{builder, cannot, client, new_id, works};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use press_client::models::{Books, BooksTexts, PressEdition, PressEditionFormat};
use press_client::{ConfigureRequest, Decimal, Guid, object};
use server_tests::Feature;

const BEYOND: i64 = 9_007_199_254_740_993;
const DIGITS: &str = "123456789012345678901234.0123456789";

#[tokio::test]
async fn a_value_of_every_type_is_stored() {
    let client = client();
    let id = new_id();
    let author: Guid = "0123abcd-0000-4000-8000-0000000000ef".parse().unwrap();
    let time = NaiveTime::from_hms_opt(23, 59, 58).unwrap();
    let moment: DateTime<Utc> = "2024-02-29T12:00:00.123Z".parse().unwrap();
    let second: DateTime<Utc> = "2024-02-29T12:00:00Z".parse().unwrap();
    let new = object!(Books {
        id: id,
        title: "\"\\\u{1f600} \u{0}".replace('\u{0}', "\t"),
        author_id: author,
        price: "-12.5".parse::<Decimal>().unwrap(),
        printed: BEYOND,
        weight: 1.5e-7,
        in_print: false,
        published: NaiveDate::from_ymd_opt(1999, 12, 31).unwrap(),
        read_at: time,
        sold_at: second,
        changed_at: moment,
        digest: vec![0xfb, 0xff, 0x00],
        keywords: vec![Some("a".to_owned()), Some("b".to_owned())],
        size_height: i32::MIN,
    });
    let created = client
        .books()
        .create(&new)
        .await
        .unwrap()
        .require()
        .unwrap();
    let found = client.books().by_id(id).get().await.unwrap();
    for stored in [&*created, &*found] {
        let mut expected = new.clone();
        // The text of a decimal has the zeros of its declared scale.
        expected.price = Some("-12.5000000000".parse().unwrap());
        expected.editions = Some(Vec::new());
        expected.additional_properties = stored.additional_properties.clone();
        assert_eq!(*stored, expected);
    }
    works(Feature::Create);
    works(Feature::Values);
}

#[tokio::test]
async fn lists_of_structured_values_are_stored() {
    let client = client();
    let id = new_id();
    let edition = |year| {
        Some(object!(PressEdition {
            year: year,
            format: "ebook"
        }))
    };
    let mut new = object!(Books { id: id });
    new.editions = Some(vec![edition(2001), edition(2002)]);
    new.keywords = Some(vec![Some("a, b".to_owned()), Some("c".to_owned())]);
    client.books().create(&new).await.unwrap();
    let found = client.books().by_id(id).get().await.unwrap();
    assert_eq!(found.editions, new.editions);
    assert_eq!(found.keywords, new.keywords);
    works(Feature::StructuredLists);
}

#[tokio::test]
async fn listed_values_are_members() {
    let client = client();
    let id = new_id();
    let format = |format: PressEditionFormat| object!(PressEdition { format: format });
    let formats = [
        PressEditionFormat::Ebook,
        PressEditionFormat::Other("scroll".into()),
    ];
    let mut new = object!(Books { id: id });
    new.editions = Some(formats.clone().map(format).map(Some).into());
    client.books().create(&new).await.unwrap();
    let found = client.books().by_id(id).get().await.unwrap();
    let editions = found.editions.iter().flatten().flatten();
    let stored: Vec<_> = editions.map(|it| it.format.clone().unwrap()).collect();
    assert_eq!(stored, formats);
    works(Feature::AllowedValues);
}

#[tokio::test]
async fn whole_numbers_keep_their_digits() {
    let client = client();
    let echo = client.echo().whole(BEYOND).await.unwrap();
    assert_eq!(echo.value().unwrap().whole, Some(BEYOND));
    let id = new_id();
    client
        .books()
        .create(&object!(Books {
            id: id,
            printed: BEYOND
        }))
        .await
        .unwrap();
    let found = client.books().by_id(id).get().await.unwrap();
    assert_eq!(found.printed, Some(BEYOND));
    let count = async |number: i64| {
        let count = client.books().count();
        *count
            .filter(Books::ID.eq(id).and(Books::PRINTED.eq(number)))
            .await
            .unwrap()
    };
    assert_eq!((count(BEYOND).await, count(BEYOND - 1).await), (1, 0));
    works(Feature::Int64);
}

/// Why there is a preset: without it, bodies have numbers.
#[tokio::test]
async fn numbers_lose_their_digits() {
    let body = serde_json::json!({ "whole": BEYOND });
    let echo = client().untyped().root().segment("echo");
    let said = echo.post::<serde_json::Value>(&body).await.unwrap();
    assert_eq!(said["whole"], BEYOND - 1);
}

#[tokio::test]
async fn decimals_keep_their_digits() {
    let client = client();
    let digits: Decimal = DIGITS.parse().unwrap();
    let echo = client.echo().decimal(digits.clone()).await.unwrap();
    assert_eq!(echo.value().unwrap().decimal, Some(digits));
    works(Feature::Decimal);
}

#[tokio::test]
async fn decimals_are_stored_as_doubles() {
    let client = client();
    let id = new_id();
    let new = object!(Books {
        id: id,
        price: DIGITS.parse::<Decimal>().unwrap()
    });
    let created = client
        .books()
        .create(&new)
        .await
        .unwrap()
        .require()
        .unwrap();
    assert_ne!(created.price, new.price);
    let price = created.price.as_ref().unwrap().to_f64();
    assert!(
        (price / 123_456_789_012_345_678_901_234.0 - 1.0).abs() < 1e-15,
        "{price}"
    );
    cannot(
        Feature::DecimalStored,
        "its database, SQLite, stores decimals as doubles",
    );
}

#[tokio::test]
async fn moments_keep_their_fractions() {
    let client = client();
    let moment: DateTime<Utc> = "2024-02-29T12:00:00.1234567Z".parse().unwrap();
    let echo = client.echo().moment(moment).await.unwrap();
    assert_eq!(echo.value().unwrap().moment, Some(moment));
    works(Feature::FractionsSent);
}

#[tokio::test]
async fn the_language_is_a_header() {
    let german = builder().header("accept-language", "de").build().unwrap();
    let said = german.language().await.unwrap();
    assert_eq!(said.value.as_deref(), Some("de"));
    let said = german
        .language()
        .header("accept-language", "fr")
        .await
        .unwrap();
    assert_eq!(said.value.as_deref(), Some("fr"));
    let said = client().language().await.unwrap();
    assert_eq!(said.value, None);
    works(Feature::Language);
}

#[tokio::test]
async fn texts_come_in_the_clients_language() {
    let client = client();
    let id = new_id();
    let new = object!(Books {
        id: id,
        title: "Tree",
        texts: [BooksTexts {
            locale: "de",
            title: "Baum"
        }],
    });
    client.books().create(&new).await.unwrap();
    let german = builder().header("accept-language", "de").build().unwrap();
    for (client, title) in [(client, "Tree"), (german, "Baum")] {
        let found = client.books().by_id(id).get().await.unwrap();
        assert_eq!(found.title.as_deref(), Some(title));
    }
    works(Feature::Localized);
}
