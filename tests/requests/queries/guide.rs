//! The example of codegen/README.md, which is compiled and run here.

use graph_emulator::Emulator;
use library_client::models::{Book, Copy, Person};
use library_client::{Client, Result};
use serde_json::json;

#[rustfmt::skip]
async fn example(client: &Client) -> Result<String> {
    // begin
    let shelved = Book::COPIES.any(|copy| copy.then(Copy::SHELF).eq("A7"));
    let books = client.items().cast::<Book>().list()
        .filter(Book::PAGES.gt(300).and(shelved))
        .order_by(Book::TITLE)
        .expand(Book::AUTHOR.select((Person::EMAIL, Person::NUMBER)));
    let mut batch = client.batch();
    let (books, people) = (batch.add(books), batch.add(client.people().count()));
    let answers = batch.send().await?;
    let (books, people) = (answers.get(books)?, answers.get(people)?);
    // end
    Ok(format!("{} of {}", books.value.len(), *people))
}

#[tokio::test]
async fn the_guides_example_runs() {
    let book = json!({
        "@odata.type": "#library.book",
        "id": super::super::ID,
        "pages": 320,
        "copies": [{"number": 1, "shelf": "A7"}],
    });
    let emulator = Emulator::builder()
        .metadata(include_str!("../../library/metadata/library.csdl"))
        .version("api")
        .standard_batches()
        .with_entities("items", json!([book]));
    let emulator = emulator.start().await.unwrap();
    let client = Client::builder().endpoint(emulator.endpoint());
    let client = client.bearer_token("token").build().unwrap();
    assert_eq!(example(&client).await.unwrap(), "1 of 0");
    assert_eq!(emulator.request_count(), 3, "one post, with two requests");
}

#[test]
fn the_guide_has_the_example() {
    let source = include_str!("guide.rs");
    let begin = source.find("    // begin\n").unwrap() + "    // begin\n".len();
    let end = source.find("    // end\n").unwrap();
    let lines: Vec<_> = source[begin..end].lines().map(|line| &line[4..]).collect();
    let guide = include_str!("../../../codegen/README.md");
    assert!(guide.contains(&lines.join("\n")), "codegen/README.md");
}
