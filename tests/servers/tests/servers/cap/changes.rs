//! Creating, changing, deleting; references; ETags.

use super::{book, cannot, client, mark, new_id, works};
use press_client::models::{Authors, Books, Chapters, Genres, Notes, Sales, Shop};
use press_client::{
    Client, Conditional, ConfigureRequest, ErrorKind, ODataType, StatusCode, object,
};
use server_tests::Feature;

#[tokio::test]
async fn create_with_what_navigation_leads_to() {
    let client = client();
    let (id, shop) = (new_id(), mark());
    let day = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let new = object!(Books {
        id: id,
        chapters: [
            Chapters {
                number: 1,
                title: "One"
            },
            Chapters { number: 2 }
        ],
        sales: [Sales {
            shop: shop.as_str(),
            day: day,
            number: 1
        }],
    });
    let created = client
        .books()
        .create(&new)
        .await
        .unwrap()
        .require()
        .unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(created.location(), Some(&*format!("Books({id})")));
    let get = client.books().by_id(id).get();
    let found = get.expand((Books::CHAPTERS, Books::SALES)).await.unwrap();
    let chapters = found.chapters.as_ref().unwrap();
    assert_eq!(chapters.len(), 2);
    assert_eq!(
        (chapters[0].book_id, chapters[0].title.as_deref()),
        (Some(id), Some("One"))
    );
    assert_eq!(
        found.sales.as_ref().unwrap()[0].shop.as_deref(),
        Some(&*shop)
    );
    works(Feature::CreateDeep);
}

#[tokio::test]
async fn create_below_a_navigation_property() {
    let client = client();
    let id = book(&client).await;
    let chapters = client.books().by_id(id).chapters();
    let created = chapters
        .create(&object!(Chapters { number: 5 }))
        .await
        .unwrap();
    assert_eq!(created.value().unwrap().book_id, Some(id));
    works(Feature::CreateBelowNavigation);
}

#[tokio::test]
async fn create_and_update_answer_nothing_if_asked() {
    let client = client();
    let code = mark();
    let new = object!(Genres {
        code: code.as_str()
    });
    let create = client
        .genres()
        .create(&new)
        .header("prefer", "return=minimal");
    let created = create.await.unwrap();
    assert_eq!(created.status(), StatusCode::NO_CONTENT);
    assert_eq!(created.value(), None);
    assert_eq!(created.location(), Some(&*format!("Genres('{code}')")));
    let changes = object!(Genres { name: "new" });
    let genre = client.genres().by_code(&*code);
    let updated = genre
        .update(&changes)
        .header("prefer", "return=minimal")
        .await
        .unwrap();
    assert_eq!(
        (updated.status(), updated.value()),
        (StatusCode::NO_CONTENT, None)
    );
    assert_eq!(genre.get().await.unwrap().name.as_deref(), Some("new"));
    works(Feature::CreateMinimal);
}

#[tokio::test]
async fn update_changes_what_is_set_and_nulls() {
    let client = client();
    let id = new_id();
    let new = object!(Books {
        id: id,
        title: "Old",
        summary: "Kept",
        weight: 1.5
    });
    client.books().create(&new).await.unwrap();
    let update = client
        .books()
        .by_id(id)
        .update(&object!(Books { title: "New" }))
        .null(Books::WEIGHT);
    let updated = update.await.unwrap();
    assert_eq!(updated.value().unwrap().title.as_deref(), Some("New"));
    let found = client.books().by_id(id).get().await.unwrap();
    let now = (
        found.title.as_deref(),
        found.summary.as_deref(),
        found.weight,
    );
    assert_eq!(now, (Some("New"), Some("Kept"), None));
    works(Feature::Update);
}

#[tokio::test]
async fn update_with_what_navigation_leads_to() {
    let client = client();
    let id = new_id();
    let new = object!(Books {
        id: id,
        chapters: [Chapters { number: 1 }, Chapters { number: 2 }]
    });
    client.books().create(&new).await.unwrap();
    let changes = object!(Books {
        chapters: [
            Chapters {
                number: 2,
                pages: 20
            },
            Chapters { number: 3 }
        ]
    });
    client
        .books()
        .by_id(id)
        .update(&changes)
        .deep()
        .await
        .unwrap();
    let list = client.books().by_id(id).chapters().list();
    let chapters = list
        .order_by(Chapters::NUMBER.asc())
        .await
        .unwrap()
        .into_inner()
        .value;
    let now: Vec<_> = chapters
        .iter()
        .map(|it| (it.number.unwrap(), it.pages))
        .collect();
    assert_eq!(now, [(2, Some(20)), (3, None)]);
    works(Feature::UpdateDeep);
}

#[tokio::test]
async fn replace_creates_what_is_not_there() {
    let client = client();
    let genre = client.genres().by_code(mark());
    let replace = |it: Genres| genre.resource().replace(&it);
    let created = replace(object!(Genres { name: "new" })).await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    // What is not sent has its default again.
    let replaced = replace(object!(Genres {
        parent_code: "other"
    }))
    .await
    .unwrap();
    assert_eq!(replaced.status(), StatusCode::OK);
    let found = genre.get().await.unwrap();
    assert_eq!(
        (found.name.as_deref(), found.parent_code.as_deref()),
        (None, Some("other"))
    );
    works(Feature::Replace);
}

#[tokio::test]
async fn delete_deletes() {
    let client = client();
    let id = book(&client).await;
    let deleted = client.books().by_id(id).delete().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    let error = client.books().by_id(id).get().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    works(Feature::Delete);
}

const NO_REFERENCES: &str =
    "it refuses `$ref`; foreign keys such as `author_ID` are properties that updates change";

#[tokio::test]
async fn a_reference_is_a_foreign_key() {
    let client = client();
    let author = client
        .authors()
        .create(&object!(Authors { name: "Ada" }))
        .await
        .unwrap();
    let author = author.value().unwrap().id.unwrap();
    let book = client.books().by_id(book(&client).await);
    let url = client.authors().by_id(author).resource().url();
    refused(book.author_ref().set(&url).await);
    refused(book.author_ref().remove().await);
    book.update(&object!(Books { author_id: author }))
        .await
        .unwrap();
    assert_eq!(
        book.author().get().await.unwrap().name.as_deref(),
        Some("Ada")
    );
    book.update(&Books::default())
        .null(Books::AUTHOR_ID)
        .await
        .unwrap();
    assert_eq!(book.author().get_optional().await.unwrap().value(), None);
    cannot(Feature::ReferenceSet, NO_REFERENCES);
}

#[tokio::test]
async fn references_are_not_added() {
    let client = client();
    let book = book(&client).await;
    let chapters = client.books().by_id(book).chapters_ref();
    let url = client
        .chapters()
        .by_book_id_and_number(book, 1)
        .resource()
        .url();
    refused(chapters.add(&url).await);
    refused(chapters.remove(&url).await);
    cannot(Feature::ReferenceAdd, NO_REFERENCES);
}

#[tokio::test]
async fn references_are_not_read() {
    let client = client();
    let book = client.books().by_id(book(&client).await);
    refused(book.author_ref().get().await);
    refused(book.chapters_ref().list().await);
    cannot(Feature::ReferenceRead, NO_REFERENCES);
}

/// CAP takes `$ref` for a property or a key: 404, or 400 where the key is of another type.
fn refused<T: std::fmt::Debug>(answer: press_client::Result<T>) {
    let status = answer.unwrap_err().status();
    let refusals = [Some(StatusCode::NOT_FOUND), Some(StatusCode::BAD_REQUEST)];
    assert!(refusals.contains(&status), "{status:?}");
}

#[tokio::test]
async fn a_navigation_property_leads_to_nothing() {
    let client = client();
    let id = book(&client).await;
    let author = client.books().by_id(id).author();
    assert_eq!(author.get_optional().await.unwrap().value(), None);
    let error = author.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoContent);
    works(Feature::NullNavigation);
}

async fn note(client: &Client) -> Notes {
    let created = client
        .notes()
        .create(&object!(Notes { text: "one" }))
        .await
        .unwrap();
    created.into_inner().unwrap()
}

#[tokio::test]
async fn an_etag_of_before_is_a_conflict() {
    let client = client();
    let created = note(&client).await;
    let before = created.etag().unwrap();
    let note = client.notes().by_id(created.id.unwrap());
    let two = object!(Notes { text: "two" });
    let changed = note.update(&two).if_match(before).await.unwrap();
    let now = changed.value().unwrap().etag().unwrap();
    assert_ne!(now, before);
    for refused in [
        note.update(&two)
            .if_match(before)
            .await
            .map(drop)
            .unwrap_err(),
        note.delete().if_match(before).await.map(drop).unwrap_err(),
    ] {
        assert_eq!(
            refused.status(),
            Some(StatusCode::PRECONDITION_FAILED),
            "{refused}"
        );
    }
    note.delete().if_match(now).await.unwrap();
    works(Feature::EtagConflict);
}

#[tokio::test]
async fn an_etag_is_required() {
    let client = client();
    let created = note(&client).await;
    let note = client.notes().by_id(created.id.unwrap());
    let two = object!(Notes { text: "two" });
    for refused in [
        note.update(&two).await.map(drop).unwrap_err(),
        note.delete().await.map(drop).unwrap_err(),
    ] {
        assert_eq!(
            refused.status(),
            Some(StatusCode::PRECONDITION_REQUIRED),
            "{refused}"
        );
    }
    note.update(&two).if_match("*").await.unwrap();
    works(Feature::EtagRequired);
}

#[tokio::test]
async fn an_etag_makes_a_read_conditional() {
    let client = client();
    let created = note(&client).await;
    let get = || client.notes().by_id(created.id.unwrap()).get();
    let same = get().if_none_match(created.etag().unwrap()).await.unwrap();
    assert!(same.into_inner().is_not_modified());
    let other = get().if_none_match("W/\"other\"").await.unwrap();
    let Conditional::Modified(note) = other.into_inner() else {
        panic!("it has another ETag")
    };
    assert_eq!(note.text.as_deref(), Some("one"));
    works(Feature::EtagRead);
}

#[tokio::test]
async fn an_action_has_a_precondition() {
    let client = client();
    let created = note(&client).await;
    let before = created.etag().unwrap();
    let note = client.notes().by_id(created.id.unwrap());
    let stamp = || note.stamp().text("two");
    let refused = stamp().await.unwrap_err();
    assert_eq!(refused.status(), Some(StatusCode::PRECONDITION_REQUIRED));
    let stamped = stamp().if_match(before).await.unwrap();
    let stamped = stamped.value().unwrap();
    assert_eq!(stamped.text.as_deref(), Some("two"));
    assert_ne!(stamped.etag().unwrap(), before);
    let refused = stamp().if_match(before).await.unwrap_err();
    assert_eq!(refused.status(), Some(StatusCode::PRECONDITION_FAILED));
    works(Feature::EtagAction);
}

#[tokio::test]
async fn a_singleton_has_no_key() {
    let client = client();
    let shop = client.shop();
    assert_eq!(shop.get().await.unwrap().name.as_deref(), Some("Corner"));
    let changes = object!(Shop { name: "Market" });
    let updated = shop.update(&changes).await.unwrap();
    assert_eq!(updated.value().unwrap().name.as_deref(), Some("Market"));
    assert_eq!(shop.get().await.unwrap().name.as_deref(), Some("Market"));
    works(Feature::Singleton);
}
