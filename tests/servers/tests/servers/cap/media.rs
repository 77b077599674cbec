//! A property that is a stream.

use super::{book, client, works};
use futures_util::{TryStreamExt, stream};
use press_client::{Bytes, Content, StatusCode};
use server_tests::Feature;

#[tokio::test]
async fn a_stream_is_written() {
    let client = client();
    let id = book(&client).await;
    let book = client.books().by_id(id);
    book.upload_cover("image/png", "from memory").await.unwrap();
    assert_eq!(&**book.download_cover().await.unwrap(), b"from memory");
    let found = book.get().await.unwrap();
    assert_eq!(found.cover_type.as_deref(), Some("image/png"));
    let parts = ["from ", "a ", "stream"].map(|part| Ok::<_, std::io::Error>(Bytes::from(part)));
    let content = Content::stream(13, stream::iter(parts));
    book.upload_cover("text/plain", content).await.unwrap();
    assert_eq!(&**book.download_cover().await.unwrap(), b"from a stream");
    works(Feature::MediaUp);
}

#[tokio::test]
async fn a_stream_is_read() {
    let client = client();
    let id = book(&client).await;
    let book = client.books().by_id(id);
    let content: Bytes = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    book.upload_cover("application/octet-stream", content.clone())
        .await
        .unwrap();
    let whole = book.download_cover().await.unwrap();
    assert_eq!(whole.headers()["content-type"], "application/octet-stream");
    assert!(**whole == content);
    let parts: Vec<Bytes> = book.download_cover().stream().try_collect().await.unwrap();
    assert!(parts.concat() == content);
    works(Feature::MediaDown);
}

#[tokio::test]
async fn a_stream_that_is_not_there() {
    let client = client();
    let id = book(&client).await;
    let book = client.books().by_id(id);
    let nothing = book.download_cover().await.unwrap();
    assert_eq!(
        (nothing.status(), nothing.len()),
        (StatusCode::NO_CONTENT, 0)
    );
    works(Feature::MediaMissing);
}
