//! The functions of the standard (OData URL Conventions, section "Canonical Functions").

use chrono::{DateTime, Datelike as _, NaiveTime, Timelike as _, Utc};

use super::arithmetic::Number;
use super::evaluate::Datum;
use super::types::Class;
use crate::literal::Literal;

const NANOS_PER_SECOND: i128 = 1_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::query) enum Function {
    Contains,
    StartsWith,
    EndsWith,
    IndexOf,
    Length,
    Concat,
    Substring,
    ToLower,
    ToUpper,
    Trim,
    HasSubset,
    HasSubsequence,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    FractionalSeconds,
    Date,
    Time,
    TotalOffsetMinutes,
    TotalSeconds,
    MinDateTime,
    MaxDateTime,
    Round,
    Floor,
    Ceiling,
}

use Function as F;

const NAMES: [(&str, Function); 28] = [
    ("contains", F::Contains),
    ("startswith", F::StartsWith),
    ("endswith", F::EndsWith),
    ("indexof", F::IndexOf),
    ("length", F::Length),
    ("concat", F::Concat),
    ("substring", F::Substring),
    ("tolower", F::ToLower),
    ("toupper", F::ToUpper),
    ("trim", F::Trim),
    ("hassubset", F::HasSubset),
    ("hassubsequence", F::HasSubsequence),
    ("year", F::Year),
    ("month", F::Month),
    ("day", F::Day),
    ("hour", F::Hour),
    ("minute", F::Minute),
    ("second", F::Second),
    ("fractionalseconds", F::FractionalSeconds),
    ("date", F::Date),
    ("time", F::Time),
    ("totaloffsetminutes", F::TotalOffsetMinutes),
    ("totalseconds", F::TotalSeconds),
    ("mindatetime", F::MinDateTime),
    ("maxdatetime", F::MaxDateTime),
    ("round", F::Round),
    ("floor", F::Floor),
    ("ceiling", F::Ceiling),
];

impl Function {
    /// The function of a name, whose case does not matter.
    pub(super) fn of(name: &str) -> Option<Self> {
        let mut names = NAMES.iter();
        let found = names.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, function)| *function)
    }

    /// Whether an argument must be a text.
    pub(super) fn takes_text(self, index: usize) -> bool {
        match self {
            F::Contains | F::StartsWith | F::EndsWith | F::IndexOf | F::Concat => true,
            F::Length | F::Substring | F::ToLower | F::ToUpper | F::Trim => index == 0,
            _ => false,
        }
    }

    /// The class of its value for arguments of these classes, or what it wants instead.
    pub(super) fn returns(self, arguments: &[Class]) -> Result<Class, String> {
        use Class::{Boolean, Collection, Date, Duration, Instant, Number, Text, Time};
        let (takes, returns): (&[&[Class]], Class) = match self {
            F::Contains | F::StartsWith | F::EndsWith => (&[&[Text], &[Text]], Boolean),
            F::IndexOf => (&[&[Text, Collection], &[Text, Number]], Number),
            F::Length => (&[&[Text, Collection]], Number),
            F::Concat => (&[&[Text, Collection], &[Text, Collection]], Text),
            F::Substring if arguments.len() == 3 => (&[&[Text], &[Number], &[Number]], Text),
            F::Substring => (&[&[Text], &[Number]], Text),
            F::ToLower | F::ToUpper | F::Trim => (&[&[Text]], Text),
            F::HasSubset | F::HasSubsequence => (&[&[Collection], &[Collection]], Boolean),
            F::Year | F::Month | F::Day => (&[&[Instant, Date]], Number),
            F::Hour | F::Minute | F::Second | F::FractionalSeconds => (&[&[Instant, Time]], Number),
            F::Date => (&[&[Instant]], Date),
            F::Time => (&[&[Instant]], Time),
            F::TotalOffsetMinutes => (&[&[Instant]], Number),
            F::TotalSeconds => (&[&[Duration]], Number),
            F::MinDateTime | F::MaxDateTime => (&[], Instant),
            F::Round | F::Floor | F::Ceiling => (&[&[Number]], Number),
        };
        if takes.len() != arguments.len() {
            return Err(format!(
                "takes {} arguments and is given {}",
                takes.len(),
                arguments.len()
            ));
        }
        let fits =
            |takes: &&[Class], given: &Class| *given == Class::Unknown || takes.contains(given);
        let mut pairs = takes.iter().zip(arguments);
        match pairs.find(|(takes, given)| !fits(takes, given)) {
            None => Ok(returns),
            Some((_, given)) => {
                let given = format!("{given:?}").to_ascii_lowercase();
                Err(format!("does not take an argument of type {given}"))
            }
        }
    }

    /// The value; null when an argument is null or of no use.
    pub(super) fn apply(self, arguments: &[Datum]) -> Datum {
        if let Some(value) = self.of_collections(arguments) {
            return value;
        }
        let mut literals = arguments.iter().map(Datum::literal);
        let (first, second) = (literals.next(), literals.next());
        let third = literals.next();
        let value = match (self, first, second) {
            (F::MinDateTime, ..) => Some(Literal::DateTimeOffset(DateTime::<Utc>::MIN_UTC)),
            (F::MaxDateTime, ..) => Some(Literal::DateTimeOffset(DateTime::<Utc>::MAX_UTC)),
            (_, Some(Literal::String(text)), None) => self.of_text(&text),
            (_, Some(Literal::String(a)), Some(Literal::String(b))) => self.of_texts(&a, &b),
            (F::Substring, Some(Literal::String(text)), Some(Literal::Integer(start))) => {
                substring(&text, start, third)
            }
            (F::TotalSeconds, Some(Literal::Duration(nanoseconds)), _) => {
                Some(seconds(nanoseconds))
            }
            (F::Round | F::Floor | F::Ceiling, Some(value), _) => self.of_number(&value),
            (_, Some(value), _) => self.of_time(&value),
            (_, None, _) => None,
        };
        Datum::One(value.unwrap_or(Literal::Null))
    }

    fn of_collections(self, arguments: &[Datum]) -> Option<Datum> {
        let Some(Datum::Many(first)) = arguments.first() else {
            return None;
        };
        let second = match arguments.get(1) {
            Some(Datum::Many(second)) => second.as_slice(),
            _ => &[],
        };
        let value = match self {
            F::Length => integer(first.len()),
            F::Concat => return Some(Datum::Many([first.as_slice(), second].concat())),
            F::IndexOf => {
                let wanted = arguments.get(1).map(Datum::literal)?;
                let at = first.iter().position(|item| item.literal() == wanted);
                at.map_or(Literal::Integer(-1), integer)
            }
            F::HasSubset => {
                let has = |item: &Datum| first.iter().any(|f| f.literal() == item.literal());
                Literal::Boolean(second.iter().all(has))
            }
            F::HasSubsequence => {
                let mut rest = first.iter();
                let mut follows =
                    |item: &Datum| rest.any(|other| other.literal() == item.literal());
                Literal::Boolean(second.iter().all(&mut follows))
            }
            _ => return None,
        };
        Some(Datum::One(value))
    }

    fn of_text(self, text: &str) -> Option<Literal> {
        Some(match self {
            F::Length => integer(text.chars().count()),
            F::ToLower => Literal::String(text.to_lowercase()),
            F::ToUpper => Literal::String(text.to_uppercase()),
            F::Trim => Literal::String(text.trim().to_owned()),
            _ => return None,
        })
    }

    fn of_texts(self, a: &str, b: &str) -> Option<Literal> {
        Some(match self {
            F::Contains => Literal::Boolean(a.contains(b)),
            F::StartsWith => Literal::Boolean(a.starts_with(b)),
            F::EndsWith => Literal::Boolean(a.ends_with(b)),
            F::Concat => Literal::String(format!("{a}{b}")),
            F::IndexOf => match a.find(b) {
                Some(at) => integer(a.get(..at)?.chars().count()),
                None => Literal::Integer(-1),
            },
            _ => return None,
        })
    }

    fn of_number(self, value: &Literal) -> Option<Literal> {
        if let Literal::Integer(_) = value {
            return Some(value.clone());
        }
        let value = Number::of(value)?.float();
        Some(Literal::Double(match self {
            F::Floor => value.floor(),
            F::Ceiling => value.ceil(),
            // A half goes away from zero.
            _ => value.round(),
        }))
    }

    fn of_time(self, value: &Literal) -> Option<Literal> {
        let date = match value {
            Literal::Date(date) => Some(*date),
            Literal::DateTimeOffset(instant) => Some(instant.date_naive()),
            _ => None,
        };
        let time = match value {
            Literal::TimeOfDay(time) => Some(*time),
            Literal::DateTimeOffset(instant) => Some(instant.time()),
            _ => None,
        };
        let number = |value: u32| Literal::Integer(i64::from(value));
        Some(match self {
            F::Year => Literal::Integer(i64::from(date?.year())),
            F::Month => number(date?.month()),
            F::Day => number(date?.day()),
            F::Hour => number(time?.hour()),
            F::Minute => number(time?.minute()),
            F::Second => number(time?.second()),
            F::FractionalSeconds => fraction(time?),
            F::Date => Literal::Date(date?),
            F::Time => Literal::TimeOfDay(time?),
            // Instants are kept in UTC.
            F::TotalOffsetMinutes => Literal::Integer(0),
            _ => return None,
        })
    }
}

fn integer(value: usize) -> Literal {
    Literal::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

/// A start before the text's is its start, one behind it leaves nothing.
fn substring(text: &str, start: i64, length: Option<Literal>) -> Option<Literal> {
    let start = usize::try_from(start.max(0)).ok()?;
    let length = match length {
        None => usize::MAX,
        Some(Literal::Integer(length)) => usize::try_from(length.max(0)).ok()?,
        Some(_) => return None,
    };
    let cut = text.chars().skip(start).take(length).collect();
    Some(Literal::String(cut))
}

fn seconds(nanoseconds: i128) -> Literal {
    if nanoseconds % NANOS_PER_SECOND == 0 {
        let seconds = i64::try_from(nanoseconds / NANOS_PER_SECOND);
        return seconds.map_or(Literal::Null, Literal::Integer);
    }
    Number::Exact {
        digits: nanoseconds,
        scale: 9,
    }
    .literal()
}

fn fraction(time: NaiveTime) -> Literal {
    Number::Exact {
        digits: i128::from(time.nanosecond() % 1_000_000_000),
        scale: 9,
    }
    .literal()
}
