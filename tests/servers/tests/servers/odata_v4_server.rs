//! odata-v4-server: the service `tests/servers/odata-v4-server`, above all for references.

use server_tests::{Feature, Server};
use shelf_client::models::{Category, Product};
use shelf_client::{
    BatchFormat, BatchSettings, Client, ClientBuilder, ErrorKind, StatusCode, object,
};
use std::sync::atomic::{AtomicI32, Ordering};

fn builder() -> ClientBuilder<Client> {
    Client::builder()
        .endpoint(Server::ODataV4Server.url())
        .anonymous()
}

fn client() -> Client {
    builder().build().unwrap()
}

fn works(feature: Feature) {
    server_tests::works(Server::ODataV4Server, feature);
}

fn cannot(feature: Feature, reason: &'static str) {
    server_tests::cannot(Server::ODataV4Server, feature, reason);
}

/// A key that no other test has.
fn new_id() -> i32 {
    static LAST: AtomicI32 = AtomicI32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

async fn product(client: &Client) -> i32 {
    let id = new_id();
    let new = object!(Product {
        id: id,
        name: "Paper",
        price: 1.5,
        sold: true
    });
    client.products().create(&new).await.unwrap();
    id
}

async fn category(client: &Client) -> String {
    let code = format!("category{}", new_id());
    let new = object!(Category {
        code: code.as_str(),
        name: "Things"
    });
    client.categories().create(&new).await.unwrap();
    code
}

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
async fn entities_are_created_changed_and_deleted() {
    let client = client();
    let id = product(&client).await;
    let product = client.products().by_id(id);
    let found = product.get().await.unwrap();
    let is = (found.id, found.name.as_deref(), found.price, found.sold);
    assert_eq!(is, (Some(id), Some("Paper"), Some(1.5), Some(true)));
    works(Feature::Create);
    works(Feature::KeyInteger);

    let changes = object!(Product { price: 2.5 });
    let updated = product.update(&changes).null(Product::NAME).await.unwrap();
    assert_eq!(
        (updated.status(), updated.value()),
        (StatusCode::NO_CONTENT, None)
    );
    let found = product.get().await.unwrap();
    assert_eq!(
        (found.name.as_deref(), found.price, found.sold),
        (None, Some(2.5), Some(true))
    );
    works(Feature::Update);

    product.delete().await.unwrap();
    let error = product.get().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    works(Feature::Delete);
    // Its codes are numbers.
    assert_eq!(
        error.service_error().unwrap().message,
        "Resource not found."
    );
    works(Feature::NotFound);
}

#[tokio::test]
async fn a_text_is_a_key() {
    let client = client();
    let code = format!("{} O'Neil & @:+,;= \u{e4}", category(&client).await);
    client
        .categories()
        .create(&object!(Category {
            code: code.as_str()
        }))
        .await
        .unwrap();
    let found = client.categories().by_code(&*code).get().await.unwrap();
    assert_eq!(found.code.as_deref(), Some(&*code));
    works(Feature::KeyText);

    for sign in ["/", "?", "#", "%"] {
        let get = client.categories().by_code(sign).get();
        let error = get.await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    }
    cannot(
        Feature::KeyEscaped,
        "its parser fails at these where they are percent-encoded (500)",
    );
}

#[tokio::test]
async fn a_navigation_property_leads_to_nothing() {
    let client = client();
    let category = client.products().by_id(product(&client).await).category();
    let error = category.get_optional().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    cannot(
        Feature::NullNavigation,
        "it answers 404, which stands for a missing resource, and not 204",
    );
}

#[tokio::test]
async fn what_is_selected_is_counted() {
    let client = client();
    let (one, two) = (product(&client).await, product(&client).await);
    let condition = || {
        let within = Product::ID.ge(one).and(Product::ID.le(one));
        within
            .and(Product::NAME.eq("Paper"))
            .and(Product::PRICE.lt(1.75))
    };
    let page = client.products().list().filter(condition()).await.unwrap();
    assert_eq!(page.value.len(), 1);
    assert_eq!(page.value[0].id, Some(one));
    let list = client.products().list().filter(Product::ID.eq(two));
    let page = list.select([Product::NAME]).await.unwrap();
    assert_eq!(
        (page.value[0].name.as_deref(), page.value[0].id),
        (Some("Paper"), None)
    );
    works(Feature::Select);

    assert!(*client.products().count().await.unwrap() >= 2);
    let count = client.products().count().filter(condition());
    assert_eq!(*count.await.unwrap(), 1);
    works(Feature::CountAlone);
}

#[tokio::test]
async fn expand_brings_everything() {
    let client = client();
    let (id, code) = (product(&client).await, category(&client).await);
    let category = client.categories().by_code(&*code);
    let url = client.products().by_id(id).resource().url();
    category.products_ref().add(url).await.unwrap();
    let get = category
        .get()
        .expand_with(Category::PRODUCTS, "$select=Name");
    let products = get.await.unwrap().into_inner().products.unwrap();
    assert_eq!((products.len(), products[0].price), (1, Some(1.5)));
    cannot(
        Feature::Expand,
        "it brings what is related, and ignores options for that",
    );
}

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
async fn tokens_that_nobody_gives_do_no_harm() {
    let client = builder().csrf_tokens().build().unwrap();
    let id = product(&client).await;
    client.products().by_id(id).delete().await.unwrap();
    works(Feature::Csrf);
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
