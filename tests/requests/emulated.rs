//! What services do beside the standard, played by the emulator: what the client makes of it.

use super::ID;
use graph_emulator::{
    BinaryAlphabet, CreateAnswer, DownloadAnswer, Emulator, EmulatorBuilder, UploadAnswer,
};
use library_client::models::{Book, Item, Person, Recording};
use library_client::{Client, ODataType, object};
use serde_json::json;

fn id() -> library_client::Guid {
    ID.parse().unwrap()
}

/// An emulator of the library, whose binary values are as the standard has them.
pub fn library() -> EmulatorBuilder {
    Emulator::builder()
        .metadata(include_str!("../library/metadata/library.csdl"))
        .version("api")
        .binary_alphabet(BinaryAlphabet::Base64Url)
        .with_entities("items", json!([{"id": ID, "@odata.type": "#library.book"}]))
        .with_entities("scans", json!([{"id": 5}]))
        .with_stream("scans(5)/$value", "text/plain", *b"pixels")
}

fn client(emulator: &Emulator) -> Client {
    let builder = Client::builder()
        .endpoint(emulator.endpoint())
        .bearer_token("token");
    builder.build().unwrap()
}

#[tokio::test]
async fn downloads_leave_the_token_behind() {
    let builder = library().downloads(DownloadAnswer::Redirect);
    let emulator = builder.start().await.unwrap();
    let scan = client(&emulator).scans().by_id(5).download().await.unwrap();
    assert_eq!(&scan[..], b"pixels");
    let (asked, arrived) = (emulator.requests(), emulator.downloads());
    assert_eq!((asked.len(), arrived.len()), (1, 1));
    assert!(asked[0].authorized);
    assert!(!arrived[0].headers.contains_key("authorization"));
    assert_eq!(scan.final_url().path(), arrived[0].path);
}

#[tokio::test]
async fn creates_without_a_body_are_no_error() {
    for (answer, status) in [(CreateAnswer::Accepted, 202), (CreateAnswer::Created, 201)] {
        let builder = library().creates("library.person", answer);
        let emulator = builder.start().await.unwrap();
        let person = object!(Person {
            country: "NO",
            number: 7,
        });
        let created = client(&emulator).people().create(&person).await.unwrap();
        assert_eq!(created.status().as_u16(), status);
        assert!(created.is_none());
        let location = created.location().unwrap().to_string();
        assert!(location.contains("/api/people("), "{location}");
        assert_eq!(emulator.request_count(), 1, "nothing is made twice");
    }
}

#[tokio::test]
async fn derived_entities_are_made_and_found_again() {
    let emulator = library().start().await.unwrap();
    let client = client(&emulator);
    let recordings = client.items().cast::<Recording>();
    let recording = object!(Recording { title: "Song" });
    let made = recordings.create(&recording).await.unwrap();
    assert_eq!(made.status().as_u16(), 201);
    let found = recordings.list().await.unwrap();
    assert_eq!(found.value.len(), 1);
    assert_eq!(found.value[0].title.as_deref(), Some("Song"));
    let all = client.items().list().await.unwrap();
    let is_recording = |item: &Item| matches!(item.downcast::<Recording>(), Some(Ok(_)));
    assert_eq!(
        all.value.iter().filter(|item| is_recording(item)).count(),
        1
    );
}

#[tokio::test]
async fn uploads_return_the_entity() {
    let builder = library().uploads("library.book", UploadAnswer::Entity);
    let emulator = builder.start().await.unwrap();
    let book = client(&emulator).items().by_id(id()).cast::<Book>();
    let uploaded = book.upload_cover("image/png", "pixels").await.unwrap();
    assert_eq!(uploaded.require().unwrap().id, Some(id()));
    let plain = library().start().await.unwrap();
    let book = client(&plain).items().by_id(id()).cast::<Book>();
    let uploaded = book.upload_cover("image/png", "pixels").await.unwrap();
    assert!(uploaded.is_none());
}

#[tokio::test]
async fn the_wrong_alphabet_is_refused() {
    for (alphabet, status) in [
        (BinaryAlphabet::Base64Url, Ok(201)),
        (BinaryAlphabet::Base64, Err(Some(400))),
    ] {
        let builder = library().binary_alphabet(alphabet);
        let emulator = builder.start().await.unwrap();
        let book = object!(Book {
            fingerprint: vec![0xfb, 0xff],
        });
        let items = client(&emulator).items();
        let created = items.create(&book.upcast::<Item>().unwrap()).await;
        let found = created
            .map(|created| created.status().as_u16())
            .map_err(|error| error.status().map(|status| status.as_u16()));
        assert_eq!(found, status, "{alphabet:?}");
    }
}
