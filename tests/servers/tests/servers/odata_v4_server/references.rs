//! References, and what navigation properties lead to.

use super::{cannot, category, client, product, works};
use server_tests::Feature;
use shelf_client::{Client, ErrorKind, StatusCode};

/// The keys of the category's products.
async fn members(client: &Client, code: &str) -> Vec<i32> {
    let products = client
        .categories()
        .by_code(code)
        .products()
        .list()
        .await
        .unwrap();
    products
        .into_inner()
        .value
        .into_iter()
        .map(|it| it.id.unwrap())
        .collect()
}

#[tokio::test]
async fn a_reference_is_set_and_removed() {
    let client = client();
    let (id, code) = (product(&client).await, category(&client).await);
    let product = client.products().by_id(id);
    let url = client.categories().by_code(&*code).resource().url();
    let set = product.category_ref().set(&url).await.unwrap();
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        product.category().get().await.unwrap().code.as_deref(),
        Some(&*code)
    );
    product.category_ref().remove().await.unwrap();
    assert_eq!(product.get().await.unwrap().category_code, None);
    works(Feature::ReferenceSet);
}

#[tokio::test]
async fn references_are_added_and_removed() {
    let client = client();
    let code = category(&client).await;
    let (one, two) = (product(&client).await, product(&client).await);
    let references = client.categories().by_code(&*code).products_ref();
    let url = |id| client.products().by_id(id).resource().url();
    references.add(url(one)).await.unwrap();
    references.add(url(two)).await.unwrap();
    assert_eq!(members(&client, &code).await, [one, two]);
    references.remove(url(one)).await.unwrap();
    assert_eq!(members(&client, &code).await, [two]);
    works(Feature::ReferenceAdd);
}

/// It names the navigation property, and not what this leads to.
#[tokio::test]
async fn references_are_not_read() {
    let client = client();
    let product = client.products().by_id(product(&client).await);
    let read = product
        .category_ref()
        .get()
        .await
        .unwrap()
        .into_inner()
        .unwrap();
    assert_eq!(read.id, product.category().resource().url().as_str());
    let code = category(&client).await;
    let list = client.categories().by_code(&*code).products_ref().list();
    assert_eq!(list.await.unwrap_err().kind(), ErrorKind::Decode);
    let reason =
        "it answers the URL of the navigation property, wherever that leads, and never a list";
    cannot(Feature::ReferenceRead, reason);
}

#[tokio::test]
async fn a_navigation_property_leads_to_nothing() {
    let client = client();
    let category = client.products().by_id(product(&client).await).category();
    assert_eq!(category.get_optional().await.unwrap().value(), None);
    let error = category.get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoContent);
    works(Feature::NullNavigation);
}
