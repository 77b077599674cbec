//! ETags, which come in the header `ETag` alone.

use super::{client, new_guid, works};
use server_tests::Feature;
use shelf_client::models::Note;
use shelf_client::{Client, Conditional, Guid, StatusCode, object};

/// A note's key and ETag.
async fn note(client: &Client) -> (Guid, String) {
    let id = new_guid();
    let new = object!(Note {
        id: id,
        text: "one"
    });
    client.notes().create(&new).await.unwrap();
    (id, etag(client, id).await)
}

async fn etag(client: &Client, id: Guid) -> String {
    let found = client.notes().by_id(id).get().await.unwrap();
    found.headers()["etag"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_etag_of_before_is_a_conflict() {
    let client = client();
    let (id, before) = note(&client).await;
    let note = client.notes().by_id(id);
    let two = object!(Note { text: "two" });
    note.update(&two).if_match(&*before).await.unwrap();
    let now = etag(&client, id).await;
    assert_ne!(now, before);
    let update = note.update(&two).if_match(&*before);
    let delete = note.delete().if_match(&*before);
    for refused in [update.await.map(drop), delete.await.map(drop)] {
        let status = refused.unwrap_err().status();
        assert_eq!(status, Some(StatusCode::PRECONDITION_FAILED));
    }
    note.delete().if_match(&*now).await.unwrap();
    works(Feature::EtagConflict);
}

#[tokio::test]
async fn an_etag_is_required() {
    let client = client();
    let (id, _) = note(&client).await;
    let note = client.notes().by_id(id);
    let two = object!(Note { text: "two" });
    for refused in [
        note.update(&two).await.map(drop),
        note.delete().await.map(drop),
    ] {
        let status = refused.unwrap_err().status();
        assert_eq!(status, Some(StatusCode::PRECONDITION_REQUIRED));
    }
    note.update(&two).if_match("*").await.unwrap();
    works(Feature::EtagRequired);
}

#[tokio::test]
async fn an_etag_makes_a_read_conditional() {
    let client = client();
    let (id, now) = note(&client).await;
    let get = || client.notes().by_id(id).get();
    let same = get().if_none_match(&*now).await.unwrap();
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
    let (id, before) = note(&client).await;
    let note = client.notes().by_id(id);
    let stamp = || note.stamp().text("two");
    let refused = stamp().await.unwrap_err();
    assert_eq!(refused.status(), Some(StatusCode::PRECONDITION_REQUIRED));
    stamp().if_match(&*before).await.unwrap();
    assert_eq!(note.get().await.unwrap().text.as_deref(), Some("two"));
    let refused = stamp().if_match(&*before).await.unwrap_err();
    assert_eq!(refused.status(), Some(StatusCode::PRECONDITION_FAILED));
    works(Feature::EtagAction);
}
