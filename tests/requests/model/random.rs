//! Random libraries and requests.

use super::condition::Condition;
use super::library::{Library, Reader, Shelved};
use super::step::{Change, Query, Step};
use library_client::models::Genre;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Words that are in no key.
const WORDS: [&str; 4] = ["Xylo", "yoyo", "zoom", "x'y z"];
const LOWER: [&str; 3] = ["xylo", "yoyo", "zoom"];
const COMPARISONS: [&str; 4] = ["eq", "ne", "gt", "le"];
const MEMBERS: [&str; 5] = ["title", "pages", "printed", "genre", "keywords"];

/// A library, and requests to send one after the other.
pub fn case(steps: usize) -> impl Strategy<Value = (Library, Vec<Step>)> {
    (library(), vec(step(), 1..=steps))
}

fn id() -> impl Strategy<Value = u8> {
    0..6_u8
}

fn number() -> impl Strategy<Value = i32> {
    1..5
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        select(WORDS.to_vec()).prop_map(str::to_owned),
        (select(WORDS.to_vec()), select(WORDS.to_vec())).prop_map(|(a, b)| format!("{a} {b}")),
        Just(String::new()),
    ]
}

fn email() -> impl Strategy<Value = String> {
    select(vec!["a@b", "c+d@e", "o'neil@x"]).prop_map(str::to_owned)
}

fn genre() -> impl Strategy<Value = Genre> {
    select(vec![Genre::Novel, Genre::Science, Genre::Other])
}

/// Numbers that an `f64` does not tell apart are among them.
fn printed() -> impl Strategy<Value = i64> {
    select(vec![0, 7, -7, 9_007_199_254_740_993, 9_007_199_254_740_992])
}

fn shelf() -> impl Strategy<Value = String> {
    select(vec!["A", "B", "ü&#"]).prop_map(str::to_owned)
}

/// A book without copies and author, as a create makes it.
fn book(id: impl Strategy<Value = u8>) -> impl Strategy<Value = Shelved> {
    let members = (
        id,
        option::of(word()),
        option::of(-2..5),
        option::of(printed()),
        option::of(-9..9),
        option::of(genre()),
        option::of(vec(word(), 0..3)),
    );
    members.prop_map(
        |(id, title, pages, printed, price, genre, keywords)| Shelved {
            id,
            title,
            pages,
            printed,
            price,
            genre,
            keywords,
            copies: Vec::new(),
            author: None,
        },
    )
}

fn library() -> impl Strategy<Value = Library> {
    let books = subsequence((0..6_u8).collect::<Vec<_>>(), 3..7);
    let books = books.prop_flat_map(|ids| {
        let stocked = |id| {
            let copies = (option::of(shelf()), option::of(shelf()));
            (book(Just(id)), copies, 0..3_usize, option::of(number()))
        };
        ids.into_iter().map(stocked).collect::<Vec<_>>()
    });
    let people = subsequence(vec![1, 2, 3, 4], 2..5);
    let people = people.prop_flat_map(|numbers| {
        let person = |number| (Just(number), option::of(email()), vec(id(), 1..5));
        numbers.into_iter().map(person).collect::<Vec<_>>()
    });
    (books, people).prop_map(|(books, people)| {
        let is_person = |number: &i32| people.iter().any(|(other, ..)| other == number);
        let books = books.into_iter().map(|(book, shelves, copies, author)| {
            let shelves = [(1, shelves.0), (2, shelves.1)];
            Shelved {
                copies: shelves.into_iter().take(copies).collect(),
                author: author.filter(is_person),
                ..book
            }
        });
        let books: Vec<Shelved> = books.collect();
        let people = people.iter().map(|(number, email, works)| {
            let mut distinct: Vec<u8> = Vec::new();
            for id in works {
                if books.iter().any(|book| book.id == *id) && !distinct.contains(id) {
                    distinct.push(*id);
                }
            }
            Reader {
                number: *number,
                email: email.clone(),
                works: distinct,
            }
        });
        let people = people.collect();
        Library::new(books, people)
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let by = || select(COMPARISONS.to_vec());
    let leaf = prop_oneof![
        (by(), -2..5).prop_map(|(by, value)| Condition::Pages(by, value)),
        (by(), printed()).prop_map(|(by, value)| Condition::Printed(by, value)),
        (by(), word()).prop_map(|(by, value)| Condition::Title(by, value)),
        (by(), genre()).prop_map(|(by, value)| Condition::Genre(by, value)),
        Just(Condition::NoTitle),
        word().prop_map(Condition::Contains),
        word().prop_map(Condition::Keyword),
        (by(), 0..3).prop_map(|(by, value)| Condition::Copies(by, value)),
        shelf().prop_map(Condition::OnShelf),
        (by(), number()).prop_map(|(by, value)| Condition::AuthorNumber(by, value)),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|condition| Condition::Not(condition.into())),
            pair.clone()
                .prop_map(|(a, b)| Condition::And(a.into(), b.into())),
            pair.prop_map(|(a, b)| Condition::Or(a.into(), b.into())),
        ]
    })
}

fn members() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(MEMBERS.to_vec(), 1..3)
}

fn query() -> impl Strategy<Value = Query> {
    let parts = (
        option::of(condition()),
        option::weighted(0.2, select(LOWER.to_vec())),
        option::of(any::<(bool, bool)>()),
        option::of(1..4_usize),
        0..3_usize,
        option::weighted(0.3, members()),
        any::<bool>(),
    );
    parts.prop_map(
        |(condition, search, order, top, skip, select, expand)| Query {
            condition,
            search,
            order,
            top,
            skip,
            select,
            expand,
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    let parts = (
        option::of(option::of(word())),
        option::of(option::of(-2..5)),
        option::of(vec(word(), 0..3)),
    );
    // A change of nothing is no request that a client would send.
    parts.prop_map(|(title, pages, keywords)| Change {
        title: title.or_else(|| pages.is_none().then(|| Some("zoom".to_owned()))),
        pages,
        keywords,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => of_books(),
        2 => of_copies(),
        3 => of_people(),
        3 => of_references(),
        3 => calls(),
    ]
}

fn of_books() -> impl Strategy<Value = Step> {
    prop_oneof![
        (id(), option::of(members())).prop_map(|(id, select)| Step::Get { id, select }),
        id().prop_map(Step::GetExpanded),
        query().prop_map(Step::List),
        query().prop_map(Step::Count),
        book(id()).prop_map(Step::Create),
        (id(), change(), proptest::bool::weighted(0.2))
            .prop_map(|(id, change, stale)| Step::Update { id, change, stale }),
        id().prop_map(Step::Delete),
    ]
}

fn of_copies() -> impl Strategy<Value = Step> {
    let number = || 1..4;
    prop_oneof![
        id().prop_map(Step::Copies),
        (id(), number(), option::of(shelf())).prop_map(|(id, number, shelf)| Step::AddCopy {
            id,
            number,
            shelf
        }),
        (id(), number(), shelf()).prop_map(|(id, number, shelf)| Step::MoveCopy {
            id,
            number,
            shelf
        }),
        (id(), number()).prop_map(|(id, number)| Step::DropCopy { id, number }),
    ]
}

fn of_people() -> impl Strategy<Value = Step> {
    prop_oneof![
        number().prop_map(Step::Person),
        email().prop_map(Step::PersonByEmail),
        (number(), option::of(email())).prop_map(|(number, email)| Step::Join { number, email }),
        (number(), email()).prop_map(|(number, email)| Step::Rename { number, email }),
        number().prop_map(Step::Leave),
        Just(Step::Changes),
        (-1..4, 1..3_usize).prop_map(|(more_than, top)| Step::PeopleWithWorks { more_than, top }),
    ]
}

fn of_references() -> impl Strategy<Value = Step> {
    prop_oneof![
        number().prop_map(Step::Works),
        number().prop_map(Step::WorkReferences),
        (number(), id()).prop_map(|(number, id)| Step::AddWork { number, id }),
        (number(), id()).prop_map(|(number, id)| Step::RemoveWork { number, id }),
        id().prop_map(Step::Author),
        id().prop_map(Step::AuthorReference),
        (id(), number()).prop_map(|(id, number)| Step::SetAuthor { id, number }),
        id().prop_map(Step::RemoveAuthor),
    ]
}

fn calls() -> impl Strategy<Value = Step> {
    prop_oneof![
        (id(), option::of(0..3_usize)).prop_map(|(id, limit)| Step::Related { id, limit }),
        id().prop_map(Step::Available),
        select(WORDS.to_vec()).prop_map(Step::SearchFunction),
        vec(select(WORDS.to_vec()), 0..3).prop_map(Step::SearchAction),
        id().prop_map(Step::Borrow),
        id().prop_map(Step::Return),
        number().prop_map(Step::Favourite),
    ]
}
