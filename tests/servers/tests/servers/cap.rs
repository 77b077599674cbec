//! SAP CAP: the service `tests/servers/cap`.

mod batches;
mod changes;
mod drafts;
mod errors;
mod keys;
mod lists;
mod media;
mod operations;
mod values;

use press_client::models::Books;
use press_client::{Client, ClientBuilder, object};
use server_tests::{Feature, Server};
use std::sync::atomic::{AtomicI32, Ordering};

fn builder() -> ClientBuilder<Client> {
    Client::builder().endpoint(Server::Cap.url()).anonymous()
}

fn client() -> Client {
    builder().build().unwrap()
}

fn works(feature: Feature) {
    server_tests::works(Server::Cap, feature);
}

fn cannot(feature: Feature, reason: &'static str) {
    server_tests::cannot(Server::Cap, feature, reason);
}

/// A key that no other test has.
fn new_id() -> i32 {
    static LAST: AtomicI32 = AtomicI32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// A text that no other test has, for what lists are to find.
fn mark() -> String {
    format!("mark{:06}", new_id())
}

/// Creates books with these titles in a genre of their own, and returns it.
async fn books(client: &Client, titles: &[&str]) -> String {
    let genre = mark();
    for title in titles {
        let book = object!(Books {
            id: new_id(),
            title: *title,
            genre_code: genre.as_str(),
        });
        client.books().create(&book).await.unwrap();
    }
    genre
}

/// Creates one book.
async fn book(client: &Client) -> i32 {
    let id = new_id();
    client
        .books()
        .create(&object!(Books { id: id }))
        .await
        .unwrap();
    id
}
