//! odata-v4-server: the service `tests/servers/odata-v4-server`. What the framework leaves to programs that use it, that
//! service does; what the framework itself cannot do, no client of it can have.

mod absent;
mod changes;
mod etags;
mod lists;
mod media;
mod operations;
mod references;
mod values;

use server_tests::{Feature, Server};
use shelf_client::models::{Category, Product};
use shelf_client::{Client, ClientBuilder, Guid, object};
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

/// A key that no other test has.
fn new_guid() -> Guid {
    format!("{:08x}-0000-4000-8000-0000000000ef", new_id())
        .parse()
        .unwrap()
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

/// Creates a category with products of these names, and returns it.
async fn category_of(client: &Client, names: &[&str]) -> String {
    let code = category(client).await;
    for name in names {
        let product = object!(Product {
            id: new_id(),
            name: *name,
            category_code: code.as_str()
        });
        client.products().create(&product).await.unwrap();
    }
    code
}

fn names(products: Vec<Product>) -> Vec<String> {
    products.into_iter().map(|it| it.name.unwrap()).collect()
}
