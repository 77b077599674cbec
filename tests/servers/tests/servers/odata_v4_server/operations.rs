//! Actions and functions; errors with details.

use super::{builder, cannot, category, client, product, works};
use server_tests::Feature;
use shelf_client::{ConfigureRequest, StatusCode};

#[tokio::test]
async fn operations_are_called() {
    let client = client();
    let code = category(&client).await;
    let category = client.categories().by_code(&*code);
    category.rename().name("O'Neil").await.unwrap();
    assert_eq!(
        category.get().await.unwrap().name.as_deref(),
        Some("O'Neil")
    );
    works(Feature::BoundAction);
    assert_eq!(category.size().await.unwrap().value, Some(0));
    works(Feature::BoundFunction);
    client.clear().name(&*code).await.unwrap();
    works(Feature::UnboundAction);
    let cleared = client.cleared().await.unwrap();
    assert!(cleared.value.contains(&code));
    assert_eq!(client.double(-4).await.unwrap().value, Some(-8));
    works(Feature::UnboundFunction);
}

#[tokio::test]
async fn functions_take_no_lists() {
    let error = client().names(vec![1, 2]).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    let reason = "the function gets nothing for a list (500)";
    cannot(Feature::ListParameter, reason);
}

#[tokio::test]
async fn the_language_is_a_header() {
    let german = builder().header("accept-language", "de").build().unwrap();
    let said = german.language().await.unwrap();
    assert_eq!(said.value.as_deref(), Some("de"));
    let french = german.language().header("accept-language", "fr");
    assert_eq!(french.await.unwrap().value.as_deref(), Some("fr"));
    let said = client().language().await.unwrap();
    assert_eq!(said.value, None);
    works(Feature::Language);
}

#[tokio::test]
async fn details_are_read_with_what_is_in_them() {
    let error = client().refuse().count(3).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNPROCESSABLE_ENTITY));
    let said = error.service_error().unwrap();
    assert_eq!((&*said.code, said.details.len()), ("REFUSED", 3));
    let second = &said.details[1];
    assert_eq!((&*second.code, &*second.message), ("REFUSED_2", "reason 2"));
    assert_eq!(second.target.as_deref(), Some("field2"));
    assert_eq!(second.additional_properties["@shelf.severity"], 4);
    works(Feature::ErrorDetails);
}

#[tokio::test]
async fn tokens_that_nobody_gives_do_no_harm() {
    let client = builder().csrf_tokens().build().unwrap();
    let id = product(&client).await;
    client.products().by_id(id).delete().await.unwrap();
    works(Feature::Csrf);
}
