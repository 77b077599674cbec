//! Random filters with what they mean in Rust. `None` is null.

use super::Meaning;
use chrono::{Datelike as _, NaiveDate};
use library_client::models::{Access, Book, Copy, Genre};
use library_client::query::{Expression, literal};
use library_client::{Decimal, Flags};
use serde_json::json;

/// A book in the emulator.
#[derive(Debug, Clone)]
pub struct Shelved {
    pub id: String,
    pub title: Option<String>,
    pub pages: Option<i32>,
    pub keywords: Vec<String>,
    /// The numbers of the copies.
    pub copies: Vec<i32>,
    pub published: Option<NaiveDate>,
    pub genre: Option<Genre>,
    pub access: Vec<Access>,
    /// In hundredths.
    pub price: Option<i64>,
}

impl Shelved {
    pub fn entity(&self) -> serde_json::Value {
        let copies = self.copies.iter().map(|number| json!({"number": number}));
        json!({
            "@odata.type": "#library.book",
            "id": self.id,
            "title": self.title,
            "pages": self.pages,
            "keywords": self.keywords,
            "copies": copies.collect::<serde_json::Value>(),
            "published": self.published,
            "genre": self.genre.as_ref().map(Genre::as_str),
            "access": Flags::from_iter(self.access.iter().cloned()),
            "price": self.price.map(|cents| cents as f64 / 100.0),
        })
    }
}

/// Random decisions, from bytes: all are the first once they are used up.
pub struct Dice(std::vec::IntoIter<u8>);

impl Dice {
    pub fn of(bytes: Vec<u8>) -> Self {
        Self(bytes.into_iter())
    }

    fn of_sides(&mut self, sides: u8) -> u8 {
        self.0.next().unwrap_or(0) % sides
    }

    fn number(&mut self) -> i32 {
        i32::from(self.of_sides(12)) - 4
    }

    fn word(&mut self) -> &'static str {
        let words = [
            "",
            "Emma",
            "emma",
            "m",
            "'s",
            "%",
            "sea",
            " ",
            "a&b?c=d#e",
            "ö",
        ];
        words[usize::from(self.of_sides(10))]
    }
}

/// What an expression means: its value for a book.
pub type Value<R> = Box<dyn Fn(&Shelved) -> Option<R>>;

/// An expression and what it means.
struct Typed<V, R> {
    expression: Expression<Book, V>,
    value: Value<R>,
}

type Text = Typed<String, String>;
type Number = Typed<i32, i64>;

pub fn condition(dice: &mut Dice, depth: u8) -> Meaning {
    let sides = if depth == 0 { 9 } else { 12 };
    match dice.of_sides(sides) {
        0 => compared_numbers(dice, depth.saturating_sub(1)),
        1 => compared_texts(dice, depth.saturating_sub(1)),
        2 => found_text(dice, depth.saturating_sub(1)),
        3 => listed(dice),
        4 => of_keywords(dice),
        5 => of_copies(dice),
        6 => of_dates(dice),
        7 => of_enumerations(dice),
        8 => of_prices(dice),
        9 => {
            let inner = condition(dice, depth - 1);
            Meaning {
                filter: !inner.filter,
                selects: Box::new(move |book| (inner.selects)(book).map(|it| !it)),
            }
        }
        10 => {
            let (a, b) = (condition(dice, depth - 1), condition(dice, depth - 1));
            Meaning {
                filter: a.filter.and(b.filter),
                selects: Box::new(move |book| match ((a.selects)(book), (b.selects)(book)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                }),
            }
        }
        _ => {
            let (a, b) = (condition(dice, depth - 1), condition(dice, depth - 1));
            Meaning {
                filter: a.filter.or(b.filter),
                selects: Box::new(move |book| match ((a.selects)(book), (b.selects)(book)) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                }),
            }
        }
    }
}

/// Two values with one of the six operators. With null, only equality can hold.
macro_rules! compared {
    ($dice:expr, $a:expr, $b:expr) => {{
        let (a, b) = ($a, $b);
        let (left, right) = (a.expression, b.expression);
        let operator = $dice.of_sides(6);
        let filter = match operator {
            0 => left.eq(right),
            1 => left.ne(right),
            2 => left.gt(right),
            3 => left.ge(right),
            4 => left.lt(right),
            _ => left.le(right),
        };
        Meaning {
            filter,
            selects: Box::new(move |book| {
                let (a, b) = ((a.value)(book), (b.value)(book));
                let both = a.as_ref().zip(b.as_ref());
                Some(match operator {
                    0 => a == b,
                    1 => a != b,
                    2 => both.is_some_and(|(a, b)| a > b),
                    3 => both.is_some_and(|(a, b)| a >= b),
                    4 => both.is_some_and(|(a, b)| a < b),
                    _ => both.is_some_and(|(a, b)| a <= b),
                })
            }),
        }
    }};
}

fn compared_numbers(dice: &mut Dice, depth: u8) -> Meaning {
    compared!(dice, number(dice, depth), number(dice, depth))
}

fn compared_texts(dice: &mut Dice, depth: u8) -> Meaning {
    compared!(dice, text(dice, depth), text(dice, depth))
}

fn number(dice: &mut Dice, depth: u8) -> Number {
    let sides = if depth == 0 { 2 } else { 9 };
    let binary = |dice: &mut Dice, operator: fn(i64, i64) -> i64| {
        let (a, b) = (number(dice, depth - 1), number(dice, depth - 1));
        let value = move |book: &Shelved| Some(operator((a.value)(book)?, (b.value)(book)?));
        ((a.expression, b.expression), Box::new(value) as Box<_>)
    };
    match dice.of_sides(sides) {
        0 => Typed {
            expression: Book::PAGES.into(),
            value: Box::new(|book| book.pages.map(i64::from)),
        },
        1 => {
            let number = dice.number();
            Typed {
                expression: literal(number),
                value: Box::new(move |_| Some(number.into())),
            }
        }
        2 => {
            let ((a, b), value) = binary(dice, |a, b| a + b);
            Typed {
                expression: a + b,
                value,
            }
        }
        3 => {
            let ((a, b), value) = binary(dice, |a, b| a - b);
            Typed {
                expression: a - b,
                value,
            }
        }
        4 => {
            let ((a, b), value) = binary(dice, |a, b| a * b);
            Typed {
                expression: a * b,
                value,
            }
        }
        5 => {
            let (a, by) = (number(dice, depth - 1), i32::from(dice.of_sides(4)) + 2);
            Typed {
                expression: a.expression / by,
                value: Box::new(move |book| Some((a.value)(book)? / i64::from(by))),
            }
        }
        6 => {
            let (a, by) = (number(dice, depth - 1), i32::from(dice.of_sides(4)) + 2);
            Typed {
                expression: a.expression % by,
                value: Box::new(move |book| Some((a.value)(book)? % i64::from(by))),
            }
        }
        7 => {
            let a = number(dice, depth - 1);
            Typed {
                expression: -a.expression,
                value: Box::new(move |book| Some(-(a.value)(book)?)),
            }
        }
        _ => {
            let text = text(dice, depth - 1);
            Typed {
                expression: text.expression.length(),
                value: Box::new(move |book| {
                    Some(i64::try_from((text.value)(book)?.chars().count()).unwrap())
                }),
            }
        }
    }
}

fn text(dice: &mut Dice, depth: u8) -> Text {
    let sides = if depth == 0 { 2 } else { 6 };
    let changed = |dice: &mut Dice, change: fn(&str) -> String| {
        let inner = text(dice, depth - 1);
        let value = move |book: &Shelved| Some(change(&(inner.value)(book)?));
        (inner.expression, Box::new(value) as Box<_>)
    };
    match dice.of_sides(sides) {
        0 => Typed {
            expression: Book::TITLE.into(),
            value: Box::new(|book| book.title.clone()),
        },
        1 => {
            let word = dice.word();
            Typed {
                expression: literal(word.to_owned()),
                value: Box::new(move |_| Some(word.to_owned())),
            }
        }
        2 => {
            let (inner, value) = changed(dice, str::to_lowercase);
            Typed {
                expression: inner.to_lower(),
                value,
            }
        }
        3 => {
            let (inner, value) = changed(dice, str::to_uppercase);
            Typed {
                expression: inner.to_upper(),
                value,
            }
        }
        4 => {
            let (inner, value) = changed(dice, |text| text.trim().to_owned());
            Typed {
                expression: inner.trim(),
                value,
            }
        }
        _ => {
            let (a, b) = (text(dice, depth - 1), text(dice, depth - 1));
            Typed {
                expression: a.expression.concat(b.expression),
                value: Box::new(move |book| Some((a.value)(book)? + &(b.value)(book)?)),
            }
        }
    }
}

fn found_text(dice: &mut Dice, depth: u8) -> Meaning {
    let (a, b) = (text(dice, depth), text(dice, depth));
    let (left, right) = (a.expression, b.expression);
    let (filter, holds): (_, fn(&str, &str) -> bool) = match dice.of_sides(3) {
        0 => (left.contains(right), |a, b| a.contains(b)),
        1 => (left.starts_with(right), |a, b| a.starts_with(b)),
        _ => (left.ends_with(right), |a, b| a.ends_with(b)),
    };
    Meaning {
        filter,
        selects: Box::new(move |book| Some(holds(&(a.value)(book)?, &(b.value)(book)?))),
    }
}

fn listed(dice: &mut Dice) -> Meaning {
    let numbers = [dice.number(), dice.number(), 320];
    let numbers = numbers[..usize::from(dice.of_sides(4))].to_vec();
    Meaning {
        filter: Book::PAGES.is_in(&numbers),
        selects: Box::new(move |book| Some(book.pages.is_some_and(|it| numbers.contains(&it)))),
    }
}

fn of_keywords(dice: &mut Dice) -> Meaning {
    let word = dice.word();
    match dice.of_sides(4) {
        0 => Meaning {
            filter: Book::KEYWORDS.any(|keyword| keyword.eq(word)),
            selects: Box::new(move |book| Some(book.keywords.iter().any(|it| it == word))),
        },
        1 => Meaning {
            filter: Book::KEYWORDS.all(|keyword| keyword.contains(word)),
            selects: Box::new(move |book| Some(book.keywords.iter().all(|it| it.contains(word)))),
        },
        2 => Meaning {
            filter: Book::KEYWORDS.has_items(),
            selects: Box::new(|book| Some(!book.keywords.is_empty())),
        },
        _ => Meaning {
            filter: Book::KEYWORDS.any(|keyword| keyword.eq(Book::TITLE)),
            selects: Box::new(|book| {
                Some(
                    book.keywords
                        .iter()
                        .any(|it| Some(it) == book.title.as_ref()),
                )
            }),
        },
    }
}

fn of_copies(dice: &mut Dice) -> Meaning {
    let number = dice.number();
    match dice.of_sides(4) {
        0 => Meaning {
            filter: Book::COPIES.any(|copy| copy.then(Copy::NUMBER).gt(number)),
            selects: Box::new(move |book| Some(book.copies.iter().any(|it| *it > number))),
        },
        1 => Meaning {
            filter: Book::COPIES.all(|copy| copy.then(Copy::NUMBER).ne(Book::PAGES)),
            selects: Box::new(|book| Some(book.copies.iter().all(|it| Some(*it) != book.pages))),
        },
        2 => Meaning {
            filter: Book::COPIES.count().ge(i64::from(number)),
            selects: Box::new(move |book| Some(book.copies.len() as i64 >= i64::from(number))),
        },
        // One within the other, each with a variable of its own.
        _ => Meaning {
            filter: Book::COPIES.any(|copy| {
                let number = copy.then(Copy::NUMBER);
                Book::COPIES.any(|other| (other.then(Copy::NUMBER)).gt(number))
            }),
            selects: Box::new(|book| Some(book.copies.len() > 1)),
        },
    }
}

fn of_dates(dice: &mut Dice) -> Meaning {
    let date = NaiveDate::from_ymd_opt(2020 + dice.number(), 2, 28).unwrap();
    let year = 2020 + dice.number();
    match dice.of_sides(4) {
        0 => Meaning {
            filter: Book::PUBLISHED.gt(date),
            selects: Box::new(move |book| Some(book.published.is_some_and(|it| it > date))),
        },
        1 => Meaning {
            filter: Book::PUBLISHED.ne(date),
            selects: Box::new(move |book| Some(book.published != Some(date))),
        },
        2 => Meaning {
            filter: Book::PUBLISHED.year().le(year),
            selects: Box::new(move |book| Some(book.published.is_some_and(|it| it.year() <= year))),
        },
        _ => Meaning {
            filter: (Book::PUBLISHED.month() + Book::PUBLISHED.day()).eq(30),
            selects: Box::new(|book| {
                Some(book.published.is_some_and(|it| it.month() + it.day() == 30))
            }),
        },
    }
}

fn of_enumerations(dice: &mut Dice) -> Meaning {
    let genre = [Genre::Novel, Genre::Science][usize::from(dice.of_sides(2))].clone();
    let access = [Access::Read, Access::Borrow, Access::Copy];
    let access = access[usize::from(dice.of_sides(3))].clone();
    match dice.of_sides(4) {
        0 => Meaning {
            filter: Book::GENRE.eq(genre.clone()),
            selects: Box::new(move |book| Some(book.genre.as_ref() == Some(&genre))),
        },
        1 => Meaning {
            filter: Book::GENRE.is_in([genre.clone()]),
            selects: Box::new(move |book| Some(book.genre.as_ref() == Some(&genre))),
        },
        2 => Meaning {
            filter: Book::ACCESS.has(access.clone()),
            selects: Box::new(move |book| Some(book.access.contains(&access))),
        },
        _ => Meaning {
            filter: Book::ACCESS.eq(Flags::from_iter([Access::Borrow, Access::Read])),
            selects: Box::new(|book| {
                let holds = |it| book.access.contains(it);
                Some(book.access.len() == 2 && holds(&Access::Read) && holds(&Access::Borrow))
            }),
        },
    }
}

fn of_prices(dice: &mut Dice) -> Meaning {
    let cents = i64::from(dice.number()) * 125;
    let price: Decimal = format!("{}.{:02}", cents.abs() / 100, cents.abs() % 100)
        .parse()
        .unwrap();
    let cents = cents.abs();
    match dice.of_sides(3) {
        0 => Meaning {
            filter: Book::PRICE.ge(price),
            selects: Box::new(move |book| Some(book.price.is_some_and(|it| it >= cents))),
        },
        1 => Meaning {
            filter: (Book::PRICE * 2 - price).lt(10),
            selects: Box::new(move |book| {
                Some(book.price.is_some_and(|it| it * 2 - cents < 1_000))
            }),
        },
        _ => Meaning {
            filter: Book::PRICE.floor().eq(Book::PRICE.ceiling()),
            selects: Box::new(|book| Some(book.price.is_none_or(|it| it % 100 == 0))),
        },
    }
}
