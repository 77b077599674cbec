//! What the framework does not have, whatever the program does that uses it.

use super::{builder, cannot, client};
use server_tests::{Feature, Server};
use shelf_client::models::Product;
use shelf_client::query::{Aggregate, Apply};
use shelf_client::{BatchFormat, BatchSettings, ErrorKind, StatusCode};

#[tokio::test]
async fn apply_is_not_known() {
    #[derive(Debug, serde::Deserialize)]
    struct Group {
        #[allow(dead_code)]
        products: u32,
    }
    let count = Aggregate::count().alias("products");
    let apply = Apply::new().group_by_with(Product::NAME, count);
    let list = client().products().list().apply::<Group>(apply);
    let error = list.await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    cannot(Feature::Apply, "its parser has no `$apply` (500)");
}

#[tokio::test]
async fn singletons_are_not_known() {
    let metadata = Server::ODataV4Server.metadata().unwrap();
    assert!(metadata.contains("<EntitySet ") && !metadata.contains("<Singleton "));
    let shop = client().untyped().root().segment("Shop");
    let error = shop.get::<serde_json::Value>().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    cannot(Feature::Singleton, "it has none");
}

#[tokio::test]
async fn drafts_are_not_known() {
    let metadata = Server::ODataV4Server.metadata().unwrap();
    assert!(metadata.contains("<Action ") && !metadata.to_lowercase().contains("draft"));
    let products = client().untyped().root().segment("Products");
    let edit = products.segment("draftEdit");
    let empty = serde_json::json!({});
    let error = edit.post::<serde_json::Value>(&empty).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    for feature in [Feature::DraftActivated, Feature::DraftDiscarded] {
        cannot(feature, "it has no drafts");
    }
}

#[tokio::test]
async fn batches_are_not_known() {
    for format in [BatchFormat::Json, BatchFormat::Multipart] {
        let settings = BatchSettings::new().format(format);
        let client = builder().batch(settings).build().unwrap();
        let mut batch = client.batch();
        batch.add(client.products().list());
        let error = batch.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service, "{error}");
    }
    for feature in [
        Feature::Batch,
        Feature::BatchGroup,
        Feature::BatchReference,
        Feature::BatchDependency,
        Feature::SendAll,
    ] {
        cannot(feature, "it has no `$batch`");
    }
}
