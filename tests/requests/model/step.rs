//! The requests.

use super::condition::Condition;
use super::library::Shelved;

/// How many kinds there are.
pub const KINDS: usize = 33;

/// One request.
#[derive(Clone, Debug)]
pub enum Step {
    Get {
        id: u8,
        select: Option<Vec<&'static str>>,
    },
    GetExpanded(u8),
    List(Query),
    Count(Query),
    Create(Shelved),
    Update {
        id: u8,
        change: Change,
        stale: bool,
    },
    Delete(u8),
    Copies(u8),
    AddCopy {
        id: u8,
        number: i32,
        shelf: Option<String>,
    },
    MoveCopy {
        id: u8,
        number: i32,
        shelf: String,
    },
    DropCopy {
        id: u8,
        number: i32,
    },
    Person(i32),
    PersonByEmail(String),
    Join {
        number: i32,
        email: Option<String>,
    },
    Rename {
        number: i32,
        email: String,
    },
    Leave(i32),
    /// The next round of a delta query.
    Changes,
    PeopleWithWorks {
        more_than: i32,
        top: usize,
    },
    Works(i32),
    WorkReferences(i32),
    AddWork {
        number: i32,
        id: u8,
    },
    RemoveWork {
        number: i32,
        id: u8,
    },
    Author(u8),
    AuthorReference(u8),
    SetAuthor {
        id: u8,
        number: i32,
    },
    RemoveAuthor(u8),
    Related {
        id: u8,
        limit: Option<usize>,
    },
    Available(u8),
    SearchFunction(&'static str),
    SearchAction(Vec<&'static str>),
    Borrow(u8),
    Return(u8),
    Favourite(i32),
}

/// What chooses books.
#[derive(Clone, Debug)]
pub struct Query {
    pub condition: Option<Condition>,
    pub search: Option<&'static str>,
    /// By title or by pages, and whether it descends.
    pub order: Option<(bool, bool)>,
    pub top: Option<usize>,
    pub skip: usize,
    pub select: Option<Vec<&'static str>>,
    pub expand: bool,
}

/// New values; the inner `None` is null.
#[derive(Clone, Debug)]
pub struct Change {
    pub title: Option<Option<String>>,
    pub pages: Option<Option<i32>>,
    pub keywords: Option<Vec<String>>,
}

impl Step {
    /// The name of its kind.
    pub fn kind(&self) -> String {
        let text = format!("{self:?}");
        let end = text.find(|c: char| !c.is_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    }
}
