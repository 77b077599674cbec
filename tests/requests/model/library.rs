//! The library as the test knows it, and what each request does to it.

use super::step::{Change, Query, Step};
use library_client::models::{Book, Genre, Person};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The country of all people.
pub const COUNTRY: &str = "NO";

/// All of it, in the order in which it was made.
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub books: Vec<Shelved>,
    pub people: Vec<Reader>,
    /// The people that a delta query told of last, and those that changed since.
    told: Option<BTreeSet<i32>>,
    touched: BTreeSet<i32>,
}

/// A book.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelved {
    pub id: u8,
    pub title: Option<String>,
    pub pages: Option<i32>,
    pub printed: Option<i64>,
    pub price: Option<i32>,
    pub genre: Option<Genre>,
    pub keywords: Option<Vec<String>>,
    /// Numbers and shelves.
    pub copies: Vec<(i32, Option<String>)>,
    /// The number of a person.
    pub author: Option<i32>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Reader {
    pub number: i32,
    pub email: Option<String>,
    pub works: Vec<u8>,
}

/// The key of a book.
pub fn guid(id: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{id:02}")
}

/// What stands for a refusal.
fn refused(status: u16) -> Value {
    json!({"refused": status})
}

/// The value, or what a request is answered with that leads to nothing.
fn found(value: Option<Value>) -> Value {
    value.unwrap_or_else(|| refused(404))
}

/// A book as an answer shows it.
pub fn seen(book: &Book) -> Value {
    let person = |person: &Person| json!([person.number, person.email]);
    let copies = book.copies.as_ref().map(|copies| {
        let copies = copies.iter();
        let copies = copies.map(|copy| json!([copy.number, copy.shelf]));
        copies.collect::<Vec<_>>()
    });
    json!({
        "id": book.id.map(|id| id.to_string()),
        "title": book.title,
        "pages": book.pages,
        "printed": book.printed,
        "price": book.price.as_ref().map(|price| price.to_f64()),
        "genre": book.genre.as_ref().map(|genre| format!("{genre:?}")),
        "keywords": book.keywords,
        "copies": copies,
        "author": book.author.as_deref().map(person),
    })
}

impl Shelved {
    /// The book as an answer shows it that has these members, or all but expanded ones.
    fn seen(&self, selected: Option<&[&str]>) -> Value {
        let mut seen = json!({
            "id": guid(self.id),
            "title": self.title,
            "pages": self.pages,
            "printed": self.printed,
            "price": self.price.map(|quarters| f64::from(quarters) / 4.0),
            "genre": self.genre.as_ref().map(|genre| format!("{genre:?}")),
            "keywords": self.keywords,
            "copies": null,
            "author": null,
        });
        if let Some(selected) = selected {
            for (name, value) in seen.as_object_mut().unwrap() {
                if name != "id" && !selected.contains(&name.as_str()) {
                    *value = Value::Null;
                }
            }
        }
        seen
    }

    fn expanded(&self, library: &Library, mut seen: Value) -> Value {
        seen["copies"] = self
            .copies
            .iter()
            .map(|(n, shelf)| json!([n, shelf]))
            .collect();
        seen["author"] = match self.author.and_then(|number| library.reader(number)) {
            Some(reader) => json!([reader.number, reader.email]),
            None => Value::Null,
        };
        seen
    }

    fn change(&mut self, change: &Change) {
        if let Some(title) = &change.title {
            self.title.clone_from(title);
        }
        if let Some(pages) = change.pages {
            self.pages = pages;
        }
        if let Some(keywords) = &change.keywords {
            self.keywords = Some(keywords.clone());
        }
    }
}

impl Library {
    pub fn new(books: Vec<Shelved>, people: Vec<Reader>) -> Self {
        Self {
            books,
            people,
            ..Self::default()
        }
    }

    pub fn book(&self, id: u8) -> Option<&Shelved> {
        self.books.iter().find(|book| book.id == id)
    }

    fn book_mut(&mut self, id: u8) -> Option<&mut Shelved> {
        self.books.iter_mut().find(|book| book.id == id)
    }

    pub fn reader(&self, number: i32) -> Option<&Reader> {
        self.people.iter().find(|reader| reader.number == number)
    }

    fn reader_mut(&mut self, number: i32) -> Option<&mut Reader> {
        self.people
            .iter_mut()
            .find(|reader| reader.number == number)
    }

    /// The books that a query chooses, in its order.
    fn chosen(&self, query: &Query) -> Vec<&Shelved> {
        let fits = |book: &&Shelved| {
            let found = query.condition.as_ref();
            found.is_none_or(|condition| condition.holds(self, book) == Some(true))
                && query.search.is_none_or(|word| mentions(book, word))
        };
        let mut books: Vec<&Shelved> = self.books.iter().filter(fits).collect();
        match query.order {
            Some((true, false)) => books.sort_by(|a, b| a.title.cmp(&b.title)),
            Some((true, true)) => books.sort_by(|a, b| b.title.cmp(&a.title)),
            Some((false, false)) => books.sort_by_key(|book| book.pages),
            Some((false, true)) => books.sort_by_key(|book| std::cmp::Reverse(book.pages)),
            None => {}
        }
        books
    }

    /// The ids of the books whose title has one of the texts.
    fn titled(&self, texts: &[&str]) -> Value {
        let has = |book: &&Shelved| {
            let title = book.title.as_deref().unwrap_or_default();
            texts.iter().any(|text| title.contains(text))
        };
        ids(self.books.iter().filter(has))
    }

    /// What a request answers, and does.
    pub fn step(&mut self, step: &Step) -> Value {
        match step {
            Step::Get { id, select } => {
                let book = self.book(*id);
                found(book.map(|book| book.seen(select.as_deref())))
            }
            Step::GetExpanded(id) => {
                let book = self.book(*id);
                found(book.map(|book| book.expanded(self, book.seen(None))))
            }
            Step::List(query) => self.list(query),
            Step::Count(query) => json!(self.chosen(query).len()),
            Step::Create(book) => {
                if self.book(book.id).is_some() {
                    return refused(409);
                }
                self.books.push(book.clone());
                book.seen(None)
            }
            Step::Update { id, change, stale } => match self.book_mut(*id) {
                // An entity tag is that of nothing, too, which is not there.
                _ if *stale => refused(412),
                None => refused(404),
                Some(book) => {
                    book.change(change);
                    json!("done")
                }
            },
            Step::Delete(id) => {
                if self.book(*id).is_none() {
                    return refused(404);
                }
                self.books.retain(|book| book.id != *id);
                for reader in &mut self.people {
                    reader.works.retain(|work| work != id);
                }
                json!("done")
            }
            Step::Copies(id) => found(self.book(*id).map(|book| {
                let copies = book.copies.iter();
                copies.map(|(n, shelf)| json!([n, shelf])).collect()
            })),
            Step::AddCopy { id, number, shelf } => match self.book_mut(*id) {
                None => refused(404),
                Some(book) if book.copies.iter().any(|(n, _)| n == number) => refused(409),
                Some(book) => {
                    book.copies.push((*number, shelf.clone()));
                    json!([number, shelf])
                }
            },
            Step::MoveCopy { id, number, shelf } => {
                let copies = self.book_mut(*id).into_iter().flat_map(|b| &mut b.copies);
                let mut copies = copies.filter(|(n, _)| n == number);
                found(copies.next().map(|copy| {
                    copy.1 = Some(shelf.clone());
                    json!("done")
                }))
            }
            Step::DropCopy { id, number } => {
                let Some(book) = self.book_mut(*id) else {
                    return refused(404);
                };
                let before = book.copies.len();
                book.copies.retain(|(n, _)| n != number);
                found((book.copies.len() < before).then(|| json!("done")))
            }
            other => self.people_step(other),
        }
    }

    fn people_step(&mut self, step: &Step) -> Value {
        match step {
            Step::Person(number) => {
                let reader = self.reader(*number);
                found(reader.map(|reader| json!([reader.number, reader.email])))
            }
            Step::PersonByEmail(email) => {
                let mut readers = self.people.iter();
                let reader = readers.find(|reader| reader.email.as_ref() == Some(email));
                found(reader.map(|reader| json!([reader.number, reader.email])))
            }
            Step::Join { number, email } => {
                if self.reader(*number).is_some() {
                    return refused(409);
                }
                self.people.push(Reader {
                    number: *number,
                    email: email.clone(),
                    works: Vec::new(),
                });
                self.touched.insert(*number);
                json!([number, email])
            }
            Step::Rename { number, email } => match self.reader_mut(*number) {
                None => refused(404),
                Some(reader) => {
                    reader.email = Some(email.clone());
                    self.touched.insert(*number);
                    json!("done")
                }
            },
            Step::Leave(number) => {
                if self.reader(*number).is_none() {
                    return refused(404);
                }
                self.people.retain(|reader| reader.number != *number);
                for book in &mut self.books {
                    book.author.take_if(|author| author == number);
                }
                json!("done")
            }
            Step::Changes => self.changes(),
            Step::PeopleWithWorks { more_than, top } => {
                let works = |reader: &Reader| {
                    let works = reader.works.iter().filter_map(|id| self.book(*id));
                    let works = works.filter(|book| book.pages.is_some_and(|p| p > *more_than));
                    let mut works: Vec<&Shelved> = works.collect();
                    works.sort_by(|a, b| b.title.cmp(&a.title));
                    works.truncate(*top);
                    json!([reader.number, ids(works.into_iter())])
                };
                self.people.iter().map(works).collect()
            }
            Step::Works(number) | Step::WorkReferences(number) => {
                let reader = self.reader(*number);
                found(reader.map(|reader| reader.works.iter().map(|id| guid(*id)).collect()))
            }
            Step::AddWork { number, id } => {
                let is_book = self.book(*id).is_some();
                match self.reader_mut(*number) {
                    Some(reader) if is_book && reader.works.contains(id) => refused(400),
                    Some(reader) if is_book => {
                        reader.works.push(*id);
                        json!("done")
                    }
                    _ => refused(404),
                }
            }
            Step::RemoveWork { number, id } => {
                let Some(reader) = self.reader_mut(*number) else {
                    return refused(404);
                };
                let before = reader.works.len();
                reader.works.retain(|work| work != id);
                found((reader.works.len() < before).then(|| json!("done")))
            }
            Step::Author(id) | Step::AuthorReference(id) => {
                found(self.book(*id).and_then(|book| Some(json!(book.author?))))
            }
            Step::SetAuthor { id, number } => {
                let is_reader = self.reader(*number).is_some();
                match self.book_mut(*id).filter(|_| is_reader) {
                    None => refused(404),
                    Some(book) => {
                        book.author = Some(*number);
                        json!("done")
                    }
                }
            }
            Step::RemoveAuthor(id) => {
                let author = self.book_mut(*id).and_then(|book| book.author.take());
                found(author.map(|_| json!("done")))
            }
            other => self.call(other),
        }
    }

    /// What a function or action answers, and does.
    fn call(&mut self, step: &Step) -> Value {
        match step {
            Step::Related { id, limit } => {
                let others = self.books.iter().filter(|book| book.id != *id);
                let others = ids(others.take(limit.unwrap_or(10)));
                found(self.book(*id).map(|_| others))
            }
            Step::Available(id) => found(self.book(*id).map(|book| json!(book.copies.len()))),
            Step::SearchFunction(text) => self.titled(&[text]),
            Step::SearchAction(texts) => self.titled(texts),
            Step::Borrow(id) => found(self.book_mut(*id).map(|book| {
                let pages = book.pages.unwrap_or(0) + 1;
                book.pages = Some(pages);
                json!(f64::from(pages))
            })),
            Step::Return(id) => found(self.book_mut(*id).map(|book| {
                book.title = Some("returned".to_owned());
                json!("done")
            })),
            Step::Favourite(number) => found(self.reader(*number).map(|reader| {
                let first = reader.works.first().and_then(|id| self.book(*id));
                first.map_or(Value::Null, |book| json!(guid(book.id)))
            })),
            other => unreachable!("{other:?} is no call"),
        }
    }

    fn list(&self, query: &Query) -> Value {
        let all = self.chosen(query);
        let (count, skip) = (all.len(), query.skip);
        let books = all.into_iter().skip(skip).map(|book| {
            let seen = book.seen(query.select.as_deref());
            if query.expand {
                return book.expanded(self, seen);
            }
            seen
        });
        let books: Vec<Value> = books.collect();
        let first = query.top.unwrap_or(usize::MAX).min(books.len());
        json!({"count": count, "first page": first, "books": books})
    }

    /// The people that changed since the last delta query, and those that are gone.
    fn changes(&mut self) -> Value {
        let there: BTreeSet<i32> = self.people.iter().map(|reader| reader.number).collect();
        let told = self.told.replace(there.clone());
        let touched = std::mem::take(&mut self.touched);
        let (written, gone) = match told {
            None => (there, BTreeSet::new()),
            Some(told) => (&touched & &there, &told - &there),
        };
        json!({"written": written, "gone": gone})
    }
}

fn mentions(book: &Shelved, word: &str) -> bool {
    let title = book.title.iter();
    let keywords = book.keywords.iter().flatten();
    title
        .chain(keywords)
        .any(|text| text.to_lowercase().contains(word))
}

fn ids<'a>(books: impl Iterator<Item = &'a Shelved>) -> Value {
    books.map(|book| guid(book.id)).collect()
}
