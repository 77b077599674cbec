//! Values of every type, there and back.

use super::{builder, cannot, client, new_guid, works};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use server_tests::{Feature, Server};
use shelf_client::models::{Color, Sample, Size, Translation};
use shelf_client::{Decimal, object};

const BEYOND: i64 = 9_007_199_254_740_993;
const DIGITS: &str = "123456789012345678901234.0123456789";

#[tokio::test]
async fn a_value_of_every_type_is_stored() {
    let client = client();
    let id = new_guid();
    let moment: DateTime<Utc> = "2024-02-29T12:00:00.1234567Z".parse().unwrap();
    let size = |height: i32| {
        object!(Size {
            height: height,
            width: i32::MIN
        })
    };
    let new = object!(Sample {
        id: id,
        text: "\"\\\u{1f600}\t",
        flag: false,
        tiny: i8::MIN,
        octet: u8::MAX,
        short: i16::MIN,
        whole: i32::MAX,
        long: -9_007_199_254_740_991_i64,
        exact: "-12.5".parse::<Decimal>().unwrap(),
        half: 0.5,
        real: 1.5e-7,
        day: NaiveDate::from_ymd_opt(1999, 12, 31).unwrap(),
        time: NaiveTime::from_hms_opt(23, 59, 58).unwrap(),
        moment: moment,
        span: TimeDelta::milliseconds(-93_784_500),
        other: id,
        bytes: vec![0xfb, 0xff, 0x00],
        color: Color::Green,
        size: size(1),
        sizes: vec![size(2), size(3)],
        words: vec!["a, b".to_owned(), "c".to_owned()],
    });
    let created = client.samples().create(&new).await.unwrap();
    let created = created.require().unwrap();
    let found = client.samples().by_id(id).get().await.unwrap();
    for stored in [&*created, &*found] {
        let mut expected = new.clone();
        expected.additional_properties = stored.additional_properties.clone();
        assert_eq!(*stored, expected);
    }
    works(Feature::Values);
    works(Feature::FractionsSent);
    works(Feature::StructuredLists);
}

/// It keeps what it gets, and numbers of JSON lose their digits in JavaScript; texts do not.
#[tokio::test]
async fn digits_are_kept_in_texts() {
    let client = builder().ieee754_compatible().build().unwrap();
    let id = new_guid();
    let digits: Decimal = DIGITS.parse().unwrap();
    let new = object!(Sample {
        id: id,
        long: BEYOND,
        exact: digits.clone()
    });
    let created = client.samples().create(&new).await.unwrap();
    assert_eq!(created.value().unwrap().exact, Some(digits.clone()));
    works(Feature::Decimal);
    let found = client.samples().by_id(id).get().await.unwrap();
    assert_eq!(found.exact, Some(digits));
    works(Feature::DecimalStored);

    assert_eq!(found.long, Some(BEYOND));
    let count = async |number: i64| {
        let count = client.samples().count();
        let condition = Sample::ID.eq(id).and(Sample::LONG.eq(number));
        *count.filter(condition).await.unwrap()
    };
    assert_eq!((count(BEYOND).await, count(BEYOND - 1).await), (1, 0));
    works(Feature::Int64);
}

#[tokio::test]
async fn numbers_lose_their_digits() {
    let client = client();
    let id = new_guid();
    let new = object!(Sample {
        id: id,
        long: BEYOND
    });
    client.samples().create(&new).await.unwrap();
    let found = client.samples().by_id(id).get().await.unwrap();
    assert_eq!(found.long, Some(BEYOND - 1));
}

#[tokio::test]
async fn texts_come_in_the_clients_language() {
    let client = client();
    let id = new_guid();
    let new = object!(Sample {
        id: id,
        text: "Tree",
        translations: [Translation {
            locale: "de",
            title: "Baum"
        }],
    });
    client.samples().create(&new).await.unwrap();
    let german = builder().header("accept-language", "de").build().unwrap();
    for (client, text) in [(client, "Tree"), (german, "Baum")] {
        let found = client.samples().by_id(id).get().await.unwrap();
        assert_eq!(found.text.as_deref(), Some(text));
    }
    works(Feature::Localized);
}

/// The model has two of them, in records.
#[tokio::test]
async fn listed_values_are_not_in_metadata() {
    let metadata = Server::ODataV4Server.metadata().unwrap();
    let bare = r#"<Annotation Term="Org.OData.Validation.V1.AllowedValues"/>"#;
    assert!(metadata.contains(bare), "{metadata}");
    let reason = "its metadata has no records, and so none of the values";
    cannot(Feature::AllowedValues, reason);
}
