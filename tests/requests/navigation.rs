//! Paths: keys, properties, casts, references, what functions lead to.

use super::ID;
use super::fake::{Answer, exchange};
use library_client::models::{Address, Book};
use library_client::{Client, ErrorKind, Guid};
use serde_json::json;

fn client() -> Client {
    let client = Client::builder().bearer_token("token");
    client
        .endpoint("https://library.example/api")
        .build()
        .unwrap()
}

#[tokio::test]
async fn what_one_way_refuses_is_not_sent() {
    let works = |client: &Client| client.people().by_email("a").works();
    let client = client();
    let refused = [
        works(&client).create(&Book::default()).await.err(),
        works(&client).list().filter(Book::PAGES.eq(1)).await.err(),
        client.people().list().search("x").await.err(),
    ];
    for (error, expected) in refused.into_iter().zip(["created", "$filter", "$search"]) {
        let error = error.expect("it is refused");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(expected), "{error}");
    }
    // The same relation on another way, and this way without the option.
    let none = json!({"value": []});
    let (asked, _) = exchange(Answer::json(&none), async |client| {
        let book = client
            .items()
            .by_id(ID.parse::<Guid>().unwrap())
            .cast::<Book>();
        let works = book.author().works().list();
        works.filter(Book::PAGES.eq(1)).await
    })
    .await;
    let expected = "/library.book/author/works?$filter=pages%20eq%201";
    assert!(asked.line.ends_with(expected), "{}", asked.line);
    let (asked, _) = exchange(Answer::json(&none), async |client| {
        works(&client).list().top(1).await
    })
    .await;
    assert_eq!(asked.line, "GET /api/people(email='a')/works?$top=1");
}

#[test]
fn keys_cannot_change_the_path() {
    let url = client().branches().by_code("x')/../y?z#").get().url();
    assert_eq!(
        url.as_str(),
        "https://library.example/api/branches('x''%29%2F..%2Fy%3Fz%23')"
    );
    let url = client()
        .people()
        .by_email("o'neil@x.example")
        .card()
        .get()
        .url();
    assert_eq!(
        url.as_str(),
        "https://library.example/api/people(email='o''neil@x.example')/card"
    );
}

#[tokio::test]
async fn keys_of_answers_are_taken_as_they_are() {
    let people = client().people();
    let path = |email| people.by_email(email).get().url().path().to_owned();
    let answered: Option<String> = Some("a@b.example".to_owned());
    assert_eq!(
        path(answered.as_deref()),
        "/api/people(email='a@b.example')"
    );
    let branches = client().branches();
    let known = branches.by_code(&answered).get().url();
    assert_eq!(known.path(), "/api/branches('a@b.example')");
    assert_eq!(branches.by_code(answered.clone()).get().url(), known);
    assert_eq!(
        branches.by_code("a@b.example".to_owned()).get().url(),
        known
    );
    // What an answer left out is no other entity.
    let missing = branches.by_code(&None::<String>).get().await;
    let error = missing.unwrap_err().to_string();
    assert!(
        error.contains("cannot be sent: the key is missing"),
        "{error}"
    );
}

#[test]
fn paths_go_on_from_complex_values_and_casts() {
    let person = client().people().by_country_and_number("NO", 1);
    let branch = person.home().branch();
    assert_eq!(
        branch.get().url().path(),
        "/api/people(country='NO',number=1)/home/branch"
    );
    let address = person.home().cast::<Address>();
    assert_eq!(
        address.get().url().path(),
        "/api/people(country='NO',number=1)/home/library.address"
    );
    let item = client().items().by_id(ID.parse().unwrap());
    let copies = item.cast::<Book>().copies();
    assert_eq!(
        copies.by_number(3).get().url().path(),
        format!("/api/items({ID})/library.book/copies(3)")
    );
}

#[tokio::test]
async fn items_are_addressed_by_their_paths() {
    let (asked, answer) = exchange(Answer::text("pixels"), async |client| {
        let page = client.scans().by_id(5).at_path("inside/page #1:ü?.png");
        page.download().await
    })
    .await;
    let path = "/api/scans(5):/inside/page%20%231%3A%C3%BC%3F.png";
    assert_eq!(asked.line, format!("GET {path}:/$value"));
    assert_eq!(&answer.unwrap()[..], b"pixels");

    let (asked, answer) = exchange(Answer::json(&json!({"id": 6})), async |client| {
        client.scans().by_id(5).at_path("/cover.png").get().await
    })
    .await;
    assert_eq!(asked.line, "GET /api/scans(5):/cover.png");
    assert_eq!(answer.unwrap().id, Some(6));

    // Nothing is sent to another place.
    for path in ["../6", "a/../../6", "", "a//b"] {
        let error = client().scans().by_id(5).at_path(path).get().await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("is no path of an item"), "{error}");
    }
}

#[tokio::test]
async fn references_are_read_added_set_and_removed() {
    let references = json!({"value": [{"@odata.id": "items('a')"}, {"@id": "items('b')"}]});
    let (asked, answer) = exchange(Answer::json(&references), async |client| {
        client.people().by_email("a").works_ref().list().await
    })
    .await;
    assert_eq!(asked.line, "GET /api/people(email='a')/works/$ref");
    assert_eq!(answer.unwrap().value[1].id, "items('b')");

    let (asked, answer) = exchange(Answer::nothing(), async |client| {
        let book = client.items().by_id(ID.parse().unwrap());
        client
            .people()
            .by_email("a")
            .works_ref()
            .add(book.resource().url())
            .await
    })
    .await;
    assert_eq!(asked.line, "POST /api/people(email='a')/works/$ref");
    let id = asked.json()["@odata.id"].as_str().unwrap().to_owned();
    assert!(id.ends_with(&format!("/api/items({ID})")), "{id}");
    answer.unwrap();

    let (asked, answer) = exchange(Answer::nothing(), async |client| {
        let author = client
            .items()
            .by_id(ID.parse().unwrap())
            .cast::<Book>()
            .author_ref();
        author.remove().await
    })
    .await;
    assert_eq!(
        asked.line,
        format!("DELETE /api/items({ID})/library.book/author/$ref")
    );
    answer.unwrap();
}

#[tokio::test]
async fn paths_go_on_from_what_a_function_gives() {
    let (asked, answer) = exchange(Answer::json(&json!({"value": []})), async |client| {
        let favourite = client.people().by_email("a").favourite("winter".to_owned());
        favourite.request_builder().copies().list().await
    })
    .await;
    assert_eq!(
        asked.line,
        "GET /api/people(email='a')/favourite(season='winter')/copies"
    );
    answer.unwrap();
    let url = client().people().by_email("a").favourite(None).url();
    assert!(url.path().ends_with("/favourite(season=null)"), "{url}");
}
