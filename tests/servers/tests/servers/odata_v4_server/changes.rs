//! Keys; creating, changing and deleting.

use super::{cannot, category, client, new_guid, new_id, product, works};
use chrono::NaiveDate;
use server_tests::{Feature, Server};
use shelf_client::models::{Category, Note, Product, Sale};
use shelf_client::{Client, ConfigureRequest, StatusCode, object};

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
async fn a_guid_is_a_key() {
    let client = client();
    let id = new_guid();
    let new = object!(Note {
        id: id,
        text: "one"
    });
    client.notes().create(&new).await.unwrap();
    let found = client.notes().by_id(id).get().await.unwrap();
    assert_eq!((found.id, found.text.as_deref()), (Some(id), Some("one")));
    works(Feature::KeyGuid);
}

/// The service has such a key; its metadata does not, and so no client can.
#[tokio::test]
async fn one_property_is_a_key() {
    let client = client();
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let shop = format!("O'Neil{}", new_id());
    let sale = object!(Sale {
        shop: shop.as_str(),
        day: day,
        number: -1,
        copies: 3
    });
    let created = client.sales().create(&sale).await.unwrap();
    let key = format!(
        "Sales(Shop='{}',Day='2024-02-29',Number=-1)",
        shop.replace('\'', "''")
    );
    assert!(created.location().unwrap().ends_with(&key), "{created:?}");
    let key = r#"<EntityType Name="Sale"><Key><PropertyRef Name="Shop"/></Key>"#;
    assert!(Server::ODataV4Server.metadata().unwrap().contains(key));
    // For that part of the key, it answers a list where an entity is due.
    let found = client.sales().by_shop(&*shop).get().await.unwrap();
    assert_eq!((found.shop.as_deref(), found.copies), (None, None));
    let reason = "its metadata names the first property of a key alone";
    cannot(Feature::KeyCompound, reason);
}

/// The keys and prices of the category's products.
async fn products(client: &Client, code: &str) -> Vec<(i32, Option<f64>)> {
    let list = client.categories().by_code(code).products().list();
    let products = list.order_by(Product::ID.asc()).await.unwrap();
    let products = products.into_inner().value.into_iter();
    products.map(|it| (it.id.unwrap(), it.price)).collect()
}

#[tokio::test]
async fn navigation_takes_what_it_leads_to() {
    let client = client();
    let code = format!("deep{}", new_id());
    let [one, two, three, four] = std::array::from_fn(|_| new_id());
    let new = object!(Category {
        code: code.as_str(),
        products: [
            Product {
                id: one,
                price: 1.0
            },
            Product { id: two }
        ]
    });
    client.categories().create(&new).await.unwrap();
    assert_eq!(
        products(&client, &code).await,
        [(one, Some(1.0)), (two, None)]
    );
    works(Feature::CreateDeep);

    let category = client.categories().by_code(&*code);
    let new = object!(Product { id: three });
    let created = category.products().create(&new).await.unwrap();
    assert_eq!(
        created.value().unwrap().category_code.as_deref(),
        Some(&*code)
    );
    assert_eq!(products(&client, &code).await.len(), 3);
    works(Feature::CreateBelowNavigation);

    let changes = object!(Category {
        products: [
            Product {
                id: two,
                price: 2.0
            },
            Product { id: four }
        ]
    });
    category.update(&changes).deep().await.unwrap();
    assert_eq!(
        products(&client, &code).await,
        [(two, Some(2.0)), (four, None)]
    );
    works(Feature::UpdateDeep);
}

#[tokio::test]
async fn create_and_update_answer_nothing_if_asked() {
    let client = client();
    let code = format!("minimal{}", new_id());
    let new = object!(Category {
        code: code.as_str()
    });
    let create = client.categories().create(&new);
    let created = create.header("prefer", "return=minimal").await.unwrap();
    assert_eq!(
        (created.status(), created.value()),
        (StatusCode::NO_CONTENT, None)
    );
    let category = client.categories().by_code(&*code);
    let url = format!("/Categories('{code}')");
    assert!(created.location().unwrap().ends_with(&url));
    let changes = object!(Category { name: "new" });
    let update = category.update(&changes);
    let updated = update.header("prefer", "return=minimal").await.unwrap();
    assert_eq!(
        (updated.status(), updated.value()),
        (StatusCode::NO_CONTENT, None)
    );
    assert_eq!(category.get().await.unwrap().name.as_deref(), Some("new"));
    works(Feature::CreateMinimal);
}

#[tokio::test]
async fn replace_creates_what_is_not_there() {
    let client = client();
    let product = client.products().by_id(new_id());
    let replace = |it: Product| product.resource().replace(&it);
    let created = replace(object!(Product { name: "new" })).await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    // What is not sent has its default again.
    let replaced = replace(object!(Product { price: 3.0 })).await.unwrap();
    assert_eq!(replaced.status(), StatusCode::NO_CONTENT);
    let found = product.get().await.unwrap();
    assert_eq!((found.name.as_deref(), found.price), (None, Some(3.0)));
    works(Feature::Replace);
}
