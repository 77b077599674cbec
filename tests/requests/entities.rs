//! Reading, creating, changing, deleting; models on the wire.

use super::ID;
use super::fake::{Answer, exchange, exchanges};
use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use library_client::models::{
    Access, Book, Branch, Copy, CopyCondition, Floor, Genre, Item, Person, Recording, Review, Scan,
};
use library_client::{ConfigureRequest, ErrorKind, ODataType, object};
use serde_json::json;

fn id() -> library_client::Guid {
    ID.parse().unwrap()
}

#[tokio::test]
async fn get_with_select_and_expand() {
    let book = json!({
        "@odata.context": "https://library.example/api/$metadata#items/library.book/$entity",
        "@odata.type": "#library.book",
        "@odata.etag": "W/\"7\"",
        "id": ID,
        "added": "2024-02-29T12:00:00.1234567+02:00",
        "title": "A title",
        "author": {"country": "NO", "number": 1},
        "shelf": {"undeclared": true},
    });
    let (asked, answer) = exchange(Answer::json(&book), async |client| {
        let book = client.items().by_id(id()).cast::<Book>().get();
        book.select((Book::ID, Book::TITLE))
            .expand([Book::AUTHOR])
            .await
    })
    .await;
    let book = answer.unwrap();
    assert_eq!(
        asked.line,
        format!("GET /api/items({ID})/library.book?$select=id,title&$expand=author")
    );
    assert_eq!(asked.header("authorization"), Some("Bearer token"));
    assert_eq!(asked.header("accept"), Some("application/json"));
    assert_eq!(asked.body, "");
    assert_eq!(book.id, Some(id()));
    let added = Utc.with_ymd_and_hms(2024, 2, 29, 10, 0, 0).unwrap();
    assert_eq!(
        book.added,
        Some(added + TimeDelta::nanoseconds(123_456_700))
    );
    assert_eq!(book.title.as_deref(), Some("A title"));
    assert_eq!(book.author.as_ref().unwrap().number, Some(1));
    assert_eq!(book.etag(), Some("W/\"7\""));
    assert_eq!(book.odata_type(), Some("#library.book"));
    assert_eq!(
        book.additional_properties["shelf"],
        json!({"undeclared": true})
    );
}

#[test]
fn listed_values_are_read_and_written() {
    let read = |json: &serde_json::Value| serde_json::from_value::<Copy>(json.clone()).unwrap();
    let listed = json!({"condition": "well read", "floor": -1});
    let copy = read(&listed);
    assert_eq!(copy.condition, Some(CopyCondition::WellRead));
    assert_eq!(copy.floor, Some(Floor::Cellar));
    let made = object!(Copy {
        condition: CopyCondition::WellRead,
        floor: Floor::from(-1)
    });
    assert_eq!(serde_json::to_value(&made).unwrap(), listed);
    assert_eq!(copy, made);

    // What the metadata does not list is kept, and what is of another type, beside the fields.
    let other = json!({"condition": "torn", "floor": 7});
    let copy = read(&other);
    assert_eq!(
        copy.condition,
        Some(CopyCondition::Other("torn".to_owned()))
    );
    assert_eq!(copy.floor, Some(Floor::Other(7)));
    assert_eq!(serde_json::to_value(&copy).unwrap(), other);
    let odd = json!({"condition": ["torn"], "floor": 70_000});
    let copy = read(&odd);
    assert_eq!((&copy.condition, copy.floor), (&None, None));
    let mismatched: Vec<_> = copy.additional_properties.mismatched().collect();
    assert_eq!(
        mismatched,
        [("condition", &json!(["torn"])), ("floor", &json!(70_000))]
    );
    assert_eq!(serde_json::to_value(&copy).unwrap(), odd);
}

#[tokio::test]
async fn every_type_has_its_form_in_json() {
    let body = json!({
        "price": "12345678901234567890.123",
        "printed": "9007199254740993",
        "rating": "INF",
        "genre": "comic",
        "access": "read,borrow",
        "published": "1999-12-31",
        "readingTime": "PT2H30M",
        "storyHour": "17:30:00",
        "fingerprint": "-_8",
        "anything": [1, "two", null],
        "keywords": [],
        "reviews": [{"stars": 5, "answer": {"stars": 1, "later": []}, "later": []}],
        "isbn": "9780000000000",
    });
    let (_, answer) = exchange(Answer::json(&body), async |client| {
        client.items().by_id(id()).cast::<Book>().get().await
    })
    .await;
    let book = answer.unwrap().into_inner();
    assert_eq!(
        book.price.as_ref().unwrap().as_str(),
        "12345678901234567890.123"
    );
    assert_eq!(book.printed, Some(9_007_199_254_740_993));
    assert_eq!(book.rating, Some(f64::INFINITY));
    assert_eq!(book.genre, Some(Genre::Unlisted("comic".into())));
    assert!(book.access.as_ref().unwrap().contains(&Access::Borrow));
    assert_eq!(book.published, NaiveDate::from_ymd_opt(1999, 12, 31));
    assert_eq!(book.reading_time, Some(TimeDelta::minutes(150)));
    assert_eq!(book.story_hour, NaiveTime::from_hms_opt(17, 30, 0));
    assert_eq!(book.fingerprint, Some(vec![0xfb, 0xff]));
    assert_eq!(book.anything, Some(json!([1, "two", null])));
    let reviews: &[Review] = book.reviews.as_deref().unwrap();
    assert_eq!(reviews[0].answer.as_ref().unwrap().stars, Some(1));
    // What is written means the same, in the standard's form.
    let written = serde_json::to_value(&book).unwrap();
    assert_eq!(written["fingerprint"], "-_8=");
    assert_eq!(written["access"], "read,borrow");
    assert_eq!(written["rating"], "INF");
    // A `Value` has the digits of an `f64`; text has all of them.
    let text = serde_json::to_string(&book).unwrap();
    assert_eq!(serde_json::from_str::<Book>(&text).unwrap(), book);
}

#[tokio::test]
async fn list_with_every_query_option() {
    let page = json!({"@odata.count": 41, "value": [{"title": "One"}]});
    let (asked, answer) = exchange(Answer::json(&page), async |client| {
        let books = client.items().cast::<Book>().list();
        let name = "O'Neil & sons";
        books
            .filter(
                Book::TITLE
                    .eq(name)
                    .and(Book::PAGES.gt(100))
                    .and(Book::GENRE.ne(Genre::Novel)),
            )
            .order_by((Book::PUBLISHED.desc(), Book::TITLE))
            .expand(Book::COPIES.top(1))
            .top(10)
            .skip(20)
            .search("\"blue bicycle\"")
            .count()
            .header("consistencylevel", "eventual")
            .await
    })
    .await;
    let page = answer.unwrap();
    assert_eq!(
        asked.line,
        "GET /api/items/library.book?$filter=title%20eq%20%27O%27%27Neil%20%26%20sons%27%20and%20pages%20gt\
         %20100%20and%20genre%20ne%20library.genre%27novel%27&$orderby=published%20desc,title\
         &$expand=copies($top=1)&$top=10&$skip=20&$search=%22blue%20bicycle%22&$count=true"
    );
    assert_eq!(asked.header("consistencylevel"), Some("eventual"));
    assert_eq!(page.count, Some(41));
    assert_eq!(page.value[0].title.as_deref(), Some("One"));
}

/// A navigation property that leads to nothing is a 204.
#[tokio::test]
async fn what_may_be_null_is_read_as_an_option() {
    let (asked, answer) = exchange(Answer::nothing(), async |client| {
        let book = client.items().by_id(id()).cast::<Book>();
        book.author().get_optional().await
    })
    .await;
    assert_eq!(
        asked.line,
        format!("GET /api/items({ID})/library.book/author")
    );
    assert_eq!(answer.unwrap().value(), None);
    let (_, answer) = exchange(Answer::nothing(), async |client| {
        let book = client.items().by_id(id()).cast::<Book>();
        book.author().get().await
    })
    .await;
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::NoContent);
}

#[tokio::test]
async fn count_is_read_as_text() {
    let (asked, answer) = exchange(Answer::text("\u{feff}17"), async |client| {
        client
            .people()
            .count()
            .filter(Person::COUNTRY.eq("NO"))
            .await
    })
    .await;
    assert_eq!(
        asked.line,
        "GET /api/people/$count?$filter=country%20eq%20%27NO%27"
    );
    let accept = "text/plain, application/json;q=0.9, */*;q=0.1";
    assert_eq!(asked.header("accept"), Some(accept));
    assert_eq!(*answer.unwrap(), 17);
}

#[tokio::test]
async fn create_sends_what_is_set_and_no_computed_member() {
    let created = json!({"country": "NO", "number": 7, "email": "a@b.example"});
    let (asked, answer) = exchange(Answer::json(&created).with_status(201), async |client| {
        let person = object!(Person {
            country: "NO",
            self_: "me",
        });
        client.people().create(&person).await
    })
    .await;
    assert_eq!(asked.line, "POST /api/people");
    assert_eq!(asked.json(), json!({"country": "NO", "self": "me"}));
    let person = answer.unwrap().require().unwrap();
    assert_eq!((person.status().as_u16(), person.number), (201, Some(7)));
}

#[tokio::test]
async fn derived_entities_are_created_as_their_base_type() {
    let created = json!({"@odata.type": "#library.recording", "id": ID, "length": "PT3M"});
    let (asked, answer) = exchange(Answer::json(&created).with_status(201), async |client| {
        let mut recording = Recording::default();
        recording.length = Some(TimeDelta::minutes(3));
        recording.added = Some(Utc::now());
        client.items().create(&recording.upcast::<Item>()?).await
    })
    .await;
    assert_eq!(asked.line, "POST /api/items");
    assert_eq!(
        asked.json(),
        json!({"@odata.type": "#library.recording", "length": "PT3M"})
    );
    let item = answer.unwrap().require().unwrap();
    assert!(item.downcast::<Book>().is_none());
    let recording = item.downcast::<Recording>().unwrap().unwrap();
    assert_eq!(recording.length, Some(TimeDelta::minutes(3)));
}

#[tokio::test]
async fn a_cast_collection_creates_where_it_is_declared() {
    let (asked, answer) = exchange(Answer::json(&json!({})).with_status(201), async |client| {
        let recording = object!(Recording {
            length: TimeDelta::minutes(3),
        });
        let recordings = client.items().cast::<Recording>();
        recordings.create(&recording).await
    })
    .await;
    assert_eq!(asked.line, "POST /api/items");
    assert_eq!(
        asked.json(),
        json!({"@odata.type": "#library.recording", "length": "PT3M"})
    );
    assert_eq!(answer.unwrap().status().as_u16(), 201);
}

#[tokio::test]
async fn an_unknown_derived_type_is_read_as_its_base() {
    let items =
        json!({"value": [{"@odata.type": "#library.game", "title": "Chess", "players": 2}]});
    let (_, answer) = exchange(Answer::json(&items), async |client| {
        client.items().list().await
    })
    .await;
    let item = &answer.unwrap().value[0];
    assert_eq!(item.title.as_deref(), Some("Chess"));
    assert_eq!(item.additional_properties["players"], 2);
    assert!(item.downcast::<Book>().is_none());
}

#[tokio::test]
async fn update_sends_changes_explicit_nulls_and_the_etag() {
    let (asked, answer) = exchange(Answer::nothing(), async |client| {
        let mut changes = Book::default();
        changes.pages = Some(99);
        changes.added = Some(Utc::now());
        let book = client.items().by_id(id()).cast::<Book>();
        book.update(&changes)
            .null(Book::GENRE)
            .if_match("W/\"7\"")
            .await
    })
    .await;
    assert_eq!(asked.line, format!("PATCH /api/items({ID})/library.book"));
    assert_eq!(asked.header("if-match"), Some("W/\"7\""));
    assert_eq!(asked.json(), json!({"pages": 99, "genre": null}));
    assert!(answer.unwrap().is_none());
}

#[tokio::test]
async fn an_update_by_put_replaces_the_whole() {
    let branch = json!({"code": "a/b"});
    let (asked, answer) = exchange(Answer::json(&branch), async |client| {
        let mut branch = Branch::default();
        branch.code = Some("a/b".into());
        client.branches().by_code("a/b").update(&branch).await
    })
    .await;
    assert_eq!(asked.line, "PUT /api/branches('a%2Fb')");
    assert_eq!(asked.json(), branch);
    let branch = answer.unwrap().into_inner().unwrap();
    assert_eq!(branch.code.as_deref(), Some("a/b"));
}

#[tokio::test]
async fn delete_has_no_body_and_reads_none() {
    let (asked, answer) = exchange(Answer::text("gone"), async |client| {
        client
            .people()
            .by_country_and_number("NO", -1)
            .delete()
            .if_match("*")
            .await
    })
    .await;
    assert_eq!(asked.line, "DELETE /api/people(country='NO',number=-1)");
    assert_eq!(
        (asked.header("if-match"), asked.body.as_str()),
        (Some("*"), "")
    );
    answer.unwrap();
}

#[tokio::test]
async fn what_the_metadata_forbids_at_a_place_is_not_sent() {
    let (asked, (created, deleted, listed)) =
        exchanges(Answer::json(&json!({"value": []})), async |client| {
            let archive = client.desk().archive();
            (
                archive.create(&Item::default()).await,
                archive.by_id(id()).delete().await,
                archive.list().await,
            )
        })
        .await;
    for error in [created.unwrap_err(), deleted.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("/desk/archive"), "{error}");
    }
    listed.unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, "GET /api/desk/archive");
}

#[tokio::test]
async fn content_and_streams_are_bytes_in_and_out() {
    let (asked, answer) = exchange(Answer::text("pixels"), async |client| {
        client.scans().by_id(5).download().await
    })
    .await;
    assert_eq!(asked.line, "GET /api/scans(5)/$value");
    assert_eq!(asked.header("accept"), Some("*/*"));
    assert_eq!(&answer.unwrap()[..], b"pixels");

    let (asked, answer) = exchange(Answer::nothing(), async |client| {
        let cover = client.items().by_id(id()).cast::<Book>();
        cover.upload_cover("image/png", "pixels").await
    })
    .await;
    assert_eq!(
        asked.line,
        format!("PUT /api/items({ID})/library.book/cover")
    );
    assert_eq!(asked.header("content-type"), Some("image/png"));
    assert_eq!(asked.body, "pixels");
    answer.unwrap();

    // A media entity has properties beside its content.
    let (asked, answer) = exchange(Answer::json(&json!({"id": 5})), async |client| {
        client.scans().by_id(5).get().select([Scan::ID]).await
    })
    .await;
    assert_eq!(asked.line, "GET /api/scans(5)?$select=id");
    assert_eq!(answer.unwrap().id, Some(5));
}
