//! Sends the requests by the typed client to the emulator.

use super::library::{COUNTRY, Library, Shelved, guid, seen};
use super::step::{Change, Query, Step};
use chrono::NaiveDate;
use futures_util::TryStreamExt as _;
use graph_emulator::{Emulator, OperationCall, Reply};
use library_client::models::{Book, Copy, Item, Person};
use library_client::query::template;
use library_client::{Client, Continuation, Guid, Property, Response, Result, StatusCode};
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

/// Plays requests, holds each answer to the library's, and says what kinds they were and whether
/// they were refused.
pub async fn all(
    library: &Library,
    steps: &[Step],
) -> std::result::Result<Vec<(String, bool)>, TestCaseError> {
    let emulator = start(library).await;
    let client = Client::builder()
        .endpoint(emulator.endpoint())
        .bearer_token("token");
    let mut player = Player {
        client: client.build().unwrap(),
        place: None,
    };
    let mut library = library.clone();
    let mut outcomes = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let expected = library.step(step);
        let found = match player.play(step).await {
            Ok(found) => found,
            Err(error) => match error.status() {
                Some(status) => json!({"refused": status.as_u16()}),
                None => return Err(TestCaseError::fail(format!("{step:?}: {error}"))),
            },
        };
        if found != expected {
            return Err(TestCaseError::fail(format!(
                "request {index}, {step:?}:\n   found {found}\nexpected {expected}"
            )));
        }
        outcomes.push((step.kind(), expected.get("refused").is_some()));
    }
    Ok(outcomes)
}

async fn start(library: &Library) -> Emulator {
    let books = library.books.iter().map(|book| {
        let copies = book.copies.iter();
        let copies = copies.map(|(number, shelf)| json!({"number": number, "shelf": shelf}));
        let mut entity = serde_json::to_value(book.to_book()).unwrap();
        entity["@odata.type"] = "#library.book".into();
        entity["copies"] = copies.collect();
        entity
    });
    let people = library.people.iter().map(|reader| {
        let works = reader
            .works
            .iter()
            .map(|id| format!("items({})", guid(*id)));
        json!({
            "country": COUNTRY, "number": reader.number, "email": reader.email,
            "works@odata.bind": works.collect::<Vec<_>>(),
        })
    });
    let mut setup = Emulator::builder()
        .metadata(include_str!("../../library/metadata/library.csdl"))
        .version("api")
        .with_entities("items", books.collect())
        .with_entities("people", people.collect());
    for book in &library.books {
        if let Some(author) = book.author {
            let author = format!("people(country='{COUNTRY}',number={author})");
            let item = format!("items({})/library.book", guid(book.id));
            setup = setup.with_entity(item, json!({"author@odata.bind": author}));
        }
    }
    let setup = setup
        .with_function("related", related)
        .with_function("available", |call| {
            when_bound(call, || {
                let copies = format!("{}/library.book/copies", call.bound_path);
                json!(call.entities.list(&copies).unwrap().len()).into()
            })
        })
        .with_function("search", |call| {
            titled(call, &[call.parameters["text"].clone()])
        })
        .with_function("favourite", |call| {
            when_bound(call, || {
                let works = format!("{}/works", call.bound_path);
                let works = call.entities.list(&works).unwrap();
                works.into_iter().next().unwrap_or(Value::Null).into()
            })
        })
        .with_action("search", |call| {
            titled(call, call.parameters["queries"].as_array().unwrap())
        })
        .with_action("borrow", |call| {
            when_bound(call, || {
                let pages = call.bound.as_ref().and_then(|book| book["pages"].as_i64());
                let pages = pages.unwrap_or(0) + 1;
                let changed = call
                    .entities
                    .update(&call.bound_path, json!({"pages": pages}));
                let loan = json!({"until": call.parameters["until"], "fee": pages});
                changed.map(|_| loan).into()
            })
        })
        .with_action("return", |call| {
            when_bound(call, || {
                let changed = json!({"title": "returned"});
                call.entities.update(&call.bound_path, changed).unwrap();
                Value::Null.into()
            })
        });
    setup.start().await.unwrap()
}

/// What is bound to nothing is refused.
fn when_bound(call: &OperationCall, reply: impl FnOnce() -> Reply) -> Reply {
    if call.bound.is_some() {
        return reply();
    }
    Reply::Error {
        status: StatusCode::NOT_FOUND,
        code: "ResourceNotFound".to_owned(),
        message: call.bound_path.clone(),
    }
}

fn related(call: &OperationCall) -> Reply {
    when_bound(call, || {
        let bound = call.bound.as_ref().map(|item| item["id"].clone());
        let items = call.entities.list("items").unwrap().into_iter();
        let others = items.filter(|item| Some(&item["id"]) != bound.as_ref());
        let limit = call.parameters["limit"].as_u64().unwrap();
        let others = others.take(usize::try_from(limit).unwrap());
        Value::from_iter(others).into()
    })
}

/// The items whose title has one of the texts.
fn titled(call: &OperationCall, texts: &[Value]) -> Reply {
    let has = |item: &Value| {
        let title = item["title"].as_str().unwrap_or_default();
        texts
            .iter()
            .any(|text| title.contains(text.as_str().unwrap()))
    };
    let items = call.entities.list("items").unwrap();
    Value::from_iter(items.into_iter().filter(has)).into()
}

impl Shelved {
    /// The entity, without what navigation properties lead to.
    fn to_book(&self) -> Book {
        let mut book = Book::default();
        book.id = Some(key(self.id));
        book.title.clone_from(&self.title);
        book.pages = self.pages;
        book.printed = self.printed;
        let price = self.price.map(|quarters| f64::from(quarters) / 4.0);
        book.price = price.map(|price| price.to_string().parse().unwrap());
        book.genre.clone_from(&self.genre);
        book.keywords.clone_from(&self.keywords);
        book
    }
}

fn key(id: u8) -> Guid {
    guid(id).parse().unwrap()
}

fn copied(copy: &Copy) -> Value {
    json!([copy.number, copy.shelf])
}

fn person(person: &Person) -> Value {
    assert_eq!(person.country.as_deref(), Some(COUNTRY));
    json!([person.number, person.email])
}

fn ids(items: &[Item]) -> Value {
    let ids = items.iter().map(|item| item.id.map(|id| id.to_string()));
    ids.collect()
}

/// The entity that a create made.
fn made<T>(created: Response<Option<T>>, show: impl FnOnce(&T) -> Value) -> Value {
    assert_eq!(created.status(), StatusCode::CREATED);
    show(&created.into_inner().expect("the new entity"))
}

fn properties(names: &[&'static str]) -> Vec<Property<Book, ()>> {
    let named = names.iter().chain(&["id"]);
    named.map(|name| Property::new(name)).collect()
}

fn done<T>(_: T) -> Value {
    json!("done")
}

/// What sends requests.
struct Player {
    client: Client,
    /// Where the next round of the delta query starts.
    place: Option<Continuation>,
}

impl Player {
    fn item(&self, id: u8) -> library_client::requests::item::ItemRequestBuilder {
        self.client.items().by_id(key(id))
    }

    fn book(&self, id: u8) -> library_client::requests::book::BookRequestBuilder {
        self.item(id).cast::<Book>()
    }

    fn person(&self, number: i32) -> library_client::requests::person::PersonRequestBuilder {
        self.client.people().by_country_and_number(COUNTRY, number)
    }

    async fn play(&mut self, step: &Step) -> Result<Value> {
        let books = || self.client.items().cast::<Book>();
        Ok(match step {
            Step::Get { id, select } => {
                let mut get = self.book(*id).get();
                if let Some(select) = select {
                    get = get.select(properties(select));
                }
                seen(&*get.await?)
            }
            Step::GetExpanded(id) => {
                let get = self.book(*id).get();
                seen(&*get.expand((Book::COPIES, Book::AUTHOR)).await?)
            }
            Step::List(query) => self.list(query).await?,
            Step::Count(query) => {
                let mut count = books().count();
                if let Some(condition) = &query.condition {
                    let mut values = Vec::new();
                    let text = condition.template(&mut values);
                    count = count.filter(template(&text, &values));
                }
                if let Some(word) = query.search {
                    count = count.search(word);
                }
                json!(count.await?.into_inner())
            }
            Step::Create(book) => made(books().create(&book.to_book()).await?, seen),
            Step::Update { id, change, stale } => self.update(*id, change, *stale).await?,
            Step::Delete(id) => self.item(*id).delete().await.map(done)?,
            Step::Copies(id) => {
                let copies = self.book(*id).copies().list().stream();
                let copies: Vec<Copy> = copies.try_collect().await?;
                copies.iter().map(copied).collect()
            }
            Step::AddCopy { id, number, shelf } => {
                let mut copy = Copy::default();
                copy.number = Some(*number);
                copy.shelf.clone_from(shelf);
                made(self.book(*id).copies().create(&copy).await?, copied)
            }
            Step::MoveCopy { id, number, shelf } => {
                let mut copy = Copy::default();
                copy.shelf = Some(shelf.clone());
                let place = self.book(*id).copies().by_number(*number);
                place.update(&copy).await.map(done)?
            }
            Step::DropCopy { id, number } => {
                let copy = self.book(*id).copies().by_number(*number);
                copy.delete().await.map(done)?
            }
            step => return self.play_people(step).await,
        })
    }

    async fn list(&self, query: &Query) -> Result<Value> {
        let mut list = self.client.items().cast::<Book>().list().count();
        if let Some(condition) = &query.condition {
            let mut values = Vec::new();
            let text = condition.template(&mut values);
            list = list.filter(template(&text, &values));
        }
        if let Some(word) = query.search {
            list = list.search(word);
        }
        if let Some((by_title, descends)) = query.order {
            list = list.order_by(match (by_title, descends) {
                (true, true) => Book::TITLE.desc(),
                (true, false) => Book::TITLE.asc(),
                (false, true) => Book::PAGES.desc(),
                (false, false) => Book::PAGES.asc(),
            });
        }
        if let Some(top) = query.top {
            list = list.top(u32::try_from(top).unwrap());
        }
        if query.skip > 0 {
            list = list.skip(u32::try_from(query.skip).unwrap());
        }
        if let Some(select) = &query.select {
            list = list.select(properties(select));
        }
        if query.expand {
            list = list.expand((Book::COPIES, Book::AUTHOR));
        }
        let first = list.clone().await?;
        let books: Vec<Book> = list.stream().try_collect().await?;
        Ok(json!({
            "count": first.count,
            "first page": first.value.len(),
            "books": books.iter().map(seen).collect::<Vec<_>>(),
        }))
    }

    async fn update(&self, id: u8, change: &Change, stale: bool) -> Result<Value> {
        let mut book = Book::default();
        book.title = change.title.clone().flatten();
        book.pages = change.pages.flatten();
        book.keywords.clone_from(&change.keywords);
        let mut update = self.book(id).update(&book);
        if change.title == Some(None) {
            update = update.null(Book::TITLE);
        }
        if change.pages == Some(None) {
            update = update.null(Book::PAGES);
        }
        if stale {
            update = update.if_match("W/\"0\"");
        }
        update.await.map(done)
    }

    async fn play_people(&mut self, step: &Step) -> Result<Value> {
        let people = self.client.people();
        Ok(match step {
            Step::Person(number) => person(&*self.person(*number).get().await?),
            Step::PersonByEmail(email) => person(&*people.by_email(email).get().await?),
            Step::Join { number, email } => {
                let mut new = Person::default();
                new.country = Some(COUNTRY.to_owned());
                new.number = Some(*number);
                new.email.clone_from(email);
                made(people.create(&new).await?, person)
            }
            Step::Rename { number, email } => {
                let mut changed = Person::default();
                changed.email = Some(email.clone());
                self.person(*number).update(&changed).await.map(done)?
            }
            Step::Leave(number) => self.person(*number).delete().await.map(done)?,
            Step::Changes => self.changes().await?,
            Step::PeopleWithWorks { more_than, top } => {
                let options =
                    format!("$filter=pages gt {more_than};$orderby=title desc;$top={top}");
                let list = people.list().expand_with(Person::WORKS, options);
                let people: Vec<Person> = list.stream().try_collect().await?;
                let works = people.iter().map(|person| {
                    let works = person.works.as_ref().expect("what is expanded");
                    let ids = works.iter().map(|book| book.id.map(|id| id.to_string()));
                    json!([person.number, ids.collect::<Vec<_>>()])
                });
                works.collect()
            }
            Step::Works(number) => {
                let works = self.person(*number).works().list().stream();
                let works: Vec<Book> = works.try_collect().await?;
                works
                    .iter()
                    .map(|book| book.id.map(|id| id.to_string()))
                    .collect()
            }
            Step::WorkReferences(number) => {
                let references = self.person(*number).works_ref().list().await?;
                let ids = references.value.iter().map(|reference| {
                    let (_, key) = reference.id.rsplit_once("/items(").expect("an item");
                    key.trim_end_matches(')').to_owned()
                });
                ids.collect()
            }
            Step::AddWork { number, id } => {
                let book = self.item(*id).resource().url();
                self.person(*number).works_ref().add(book).await.map(done)?
            }
            Step::RemoveWork { number, id } => {
                let book = self.item(*id).resource().url();
                let works = self.person(*number).works_ref();
                works.remove(book).await.map(done)?
            }
            Step::Author(id) => json!(self.book(*id).author().get().await?.number),
            Step::AuthorReference(id) => {
                let reference = self.book(*id).author_ref().get().await?.into_inner();
                let reference = reference.expect("a reference");
                let (_, number) = reference.id.rsplit_once("number=").expect("a key");
                json!(number.trim_end_matches(')').parse::<i32>().unwrap())
            }
            Step::SetAuthor { id, number } => {
                let person = self.person(*number).resource().url();
                self.book(*id).author_ref().set(person).await.map(done)?
            }
            Step::RemoveAuthor(id) => self.book(*id).author_ref().remove().await.map(done)?,
            step => return self.call(step).await,
        })
    }

    /// The next round of the delta query.
    async fn changes(&mut self) -> Result<Value> {
        let mut items = self.client.people().delta().stream();
        if let Some(place) = &self.place {
            items = items.resume(place);
        }
        let (mut written, mut gone) = (Vec::new(), Vec::new());
        while let Some(person) = items.next().await {
            let person = person?;
            if person.additional_properties.contains_key("@removed") {
                gone.push(person.number);
            } else {
                written.push(person.number);
            }
        }
        written.sort_unstable();
        gone.sort_unstable();
        self.place = items.delta_continuation();
        assert!(self.place.is_some(), "a delta query ends with a delta link");
        Ok(json!({"written": written, "gone": gone}))
    }

    async fn call(&self, step: &Step) -> Result<Value> {
        let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        Ok(match step {
            Step::Related { id, limit } => {
                let mut related = self.item(*id).related();
                if let Some(limit) = limit {
                    related = related.limit(i32::try_from(*limit).unwrap());
                }
                ids(&related.await?.value)
            }
            Step::Available(id) => json!(**self.item(*id).available(day).await?),
            Step::SearchFunction(text) => ids(&self.client.items().search(*text).await?.value),
            Step::SearchAction(texts) => {
                let texts = texts.iter().map(|text| (*text).to_owned()).collect();
                ids(&self.client.items().search_with_queries(texts).await?.value)
            }
            Step::Borrow(id) => {
                let loan = self.book(*id).borrow(day).await?;
                assert_eq!(loan.until, Some(day));
                json!(loan.fee.as_ref().map(|fee| fee.to_f64()))
            }
            Step::Return(id) => self.book(*id).r#return().await.map(done)?,
            Step::Favourite(number) => {
                let book = self.person(*number).favourite(None).await?.into_inner();
                json!(
                    book.as_ref()
                        .and_then(|book| book.id)
                        .map(|id| id.to_string())
                )
            }
            other => unreachable!("{other:?} is no call"),
        })
    }
}
