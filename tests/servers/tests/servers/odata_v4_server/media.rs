//! A property that is a stream.

use super::{client, new_guid, works};
use futures_util::{TryStreamExt, stream};
use server_tests::Feature;
use shelf_client::models::Sample;
use shelf_client::{Bytes, Client, Content, Guid, StatusCode, object};

async fn sample(client: &Client) -> Guid {
    let id = new_guid();
    let new = object!(Sample { id: id });
    client.samples().create(&new).await.unwrap();
    id
}

#[tokio::test]
async fn a_stream_is_written() {
    let client = client();
    let sample = client.samples().by_id(sample(&client).await);
    let upload = sample.upload_picture("image/png", "from memory");
    upload.await.unwrap();
    let found = sample.download_picture().await.unwrap();
    assert_eq!(&**found, b"from memory");
    let parts = ["from ", "a ", "stream"].map(|part| Ok::<_, std::io::Error>(Bytes::from(part)));
    let content = Content::stream(13, stream::iter(parts));
    let upload = sample.upload_picture("text/plain", content);
    upload.await.unwrap();
    let found = sample.download_picture().await.unwrap();
    assert_eq!(&**found, b"from a stream");
    works(Feature::MediaUp);
}

#[tokio::test]
async fn a_stream_is_read() {
    let client = client();
    let sample = client.samples().by_id(sample(&client).await);
    let content: Bytes = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let upload = sample.upload_picture("image/png", content.clone());
    upload.await.unwrap();
    let whole = sample.download_picture().await.unwrap();
    let media_type = whole.headers()["content-type"].to_str().unwrap();
    assert!(media_type.starts_with("image/png"), "{media_type}");
    assert!(**whole == content);
    let parts = sample.download_picture().stream();
    let parts: Vec<Bytes> = parts.try_collect().await.unwrap();
    assert!(parts.concat() == content);
    works(Feature::MediaDown);
}

#[tokio::test]
async fn a_stream_that_is_not_there() {
    let client = client();
    let sample = client.samples().by_id(sample(&client).await);
    let nothing = sample.download_picture().await.unwrap();
    assert_eq!(
        (nothing.status(), nothing.len()),
        (StatusCode::NO_CONTENT, 0)
    );
    works(Feature::MediaMissing);
}
