//! Any values → literals in a URL: the emulator, whose reader of URLs is its own, reads them back.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Timelike, Utc};
use csdl_codegen_fuzz::Object;
use graph_emulator::{Emulator, OperationCall};
use libfuzzer_sys::fuzz_target;
use library_client::models::{Access, Genre};
use odata_runtime::{
    Client, Cloud, Decimal, Flags, Guid, Literal, LiteralValue, Operation, RetryPolicy,
};
use serde_json::Value;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::runtime::Runtime;

/// A function with a parameter of each type, all of them optional, and its metadata.
static ALL: Operation = Operation::function("library.all", "all", NAMES, &[]);

const NAMES: &[&str] = &[
    "text", "boolean", "byte", "sByte", "int16", "int32", "int64", "single", "double", "decimal",
    "guid", "date", "instant", "time", "duration", "binary", "genre", "access", "texts", "numbers",
    "doubles", "guids", "instants", "loan",
];

const TYPES: &[&str] = &[
    "Edm.String",
    "Edm.Boolean",
    "Edm.Byte",
    "Edm.SByte",
    "Edm.Int16",
    "Edm.Int32",
    "Edm.Int64",
    "Edm.Single",
    "Edm.Double",
    "Edm.Decimal",
    "Edm.Guid",
    "Edm.Date",
    "Edm.DateTimeOffset",
    "Edm.TimeOfDay",
    "Edm.Duration",
    "Edm.Binary",
    "library.genre",
    "library.access",
    "Collection(Edm.String)",
    "Collection(Edm.Int64)",
    "Collection(Edm.Double)",
    "Collection(Edm.Guid)",
    "Collection(Edm.DateTimeOffset)",
    "library.loan",
];

/// A value for a parameter.
#[derive(Debug, Arbitrary)]
enum Given {
    Null(u8),
    Text(String),
    Boolean(bool),
    Byte(u8),
    SByte(i8),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    Single(f32),
    Double(f64),
    Decimal(AnyDecimal),
    Guid(u128),
    Date(Day),
    Instant(Day, Time),
    Time(Time),
    Duration(Span),
    Binary(Vec<u8>),
    Genre(u8),
    Access(Vec<u8>),
    Texts(Vec<Option<String>>),
    Numbers(Vec<i64>),
    Doubles(Vec<f64>),
    Guids(Vec<u128>),
    Instants(Vec<(Day, Time)>),
    Loan(Object),
}

#[derive(Debug, Clone, Copy)]
struct Day(NaiveDate);

#[derive(Debug, Clone, Copy)]
struct Time(NaiveTime);

#[derive(Debug, Clone, Copy)]
struct Span(TimeDelta);

#[derive(Debug, Clone)]
struct AnyDecimal(Decimal);

impl<'a> Arbitrary<'a> for Day {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let day = match u.ratio(3, 4)? {
            // The years 0 to 9999, which all readers of dates know.
            true => u.int_in_range(-365..=3_652_059)?,
            false => i32::arbitrary(u)?,
        };
        NaiveDate::from_num_days_from_ce_opt(day)
            .map(Self)
            .ok_or(arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Time {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let second = u.int_in_range(0..=86_399)?;
        // Beyond a billion it is a leap second, which only the last second of a minute can have.
        let most = if second % 60 == 59 {
            1_999_999_999
        } else {
            999_999_999
        };
        let nanosecond = match u.ratio(1, 2)? {
            true => u.int_in_range(0..=most)?,
            false => 0,
        };
        NaiveTime::from_num_seconds_from_midnight_opt(second, nanosecond)
            .map(Self)
            .ok_or(arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Span {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let seconds = match u.ratio(3, 4)? {
            true => i64::from(i32::arbitrary(u)?),
            false => i64::arbitrary(u)?,
        };
        TimeDelta::new(seconds, u.int_in_range(0..=999_999_999)?)
            .map(Self)
            .ok_or(arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for AnyDecimal {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut text = i128::arbitrary(u)?.to_string();
        if bool::arbitrary(u)? {
            text.push_str(&format!(
                ".{:0width$}",
                u64::arbitrary(u)?,
                width = u.int_in_range(0..=20)?
            ));
        }
        if bool::arbitrary(u)? {
            text.push_str(&format!("e{}", i8::arbitrary(u)?));
        }
        Ok(Self(text.parse().expect("a decimal")))
    }
}

impl Given {
    /// The parameter that takes it.
    fn name(&self) -> &'static str {
        match self {
            Self::Null(index) => NAMES[usize::from(*index) % 18],
            Self::Text(_) => "text",
            Self::Boolean(_) => "boolean",
            Self::Byte(_) => "byte",
            Self::SByte(_) => "sByte",
            Self::Int16(_) => "int16",
            Self::Int32(_) => "int32",
            Self::Int64(_) => "int64",
            Self::Single(_) => "single",
            Self::Double(_) => "double",
            Self::Decimal(_) => "decimal",
            Self::Guid(_) => "guid",
            Self::Date(_) => "date",
            Self::Instant(..) => "instant",
            Self::Time(_) => "time",
            Self::Duration(_) => "duration",
            Self::Binary(_) => "binary",
            Self::Genre(_) => "genre",
            Self::Access(_) => "access",
            Self::Texts(_) => "texts",
            Self::Numbers(_) => "numbers",
            Self::Doubles(_) => "doubles",
            Self::Guids(_) => "guids",
            Self::Instants(_) => "instants",
            Self::Loan(_) => "loan",
        }
    }

    fn literal(&self) -> LiteralValue {
        match self {
            Self::Null(_) => LiteralValue::null(),
            Self::Text(value) => value.to_literal(),
            Self::Boolean(value) => value.to_literal(),
            Self::Byte(value) => value.to_literal(),
            Self::SByte(value) => value.to_literal(),
            Self::Int16(value) => value.to_literal(),
            Self::Int32(value) => value.to_literal(),
            Self::Int64(value) => value.to_literal(),
            Self::Single(value) => value.to_literal(),
            Self::Double(value) => value.to_literal(),
            Self::Decimal(value) => value.0.to_literal(),
            Self::Guid(value) => Guid::from_u128(*value).to_literal(),
            Self::Date(value) => value.0.to_literal(),
            Self::Instant(day, time) => instant(*day, *time).to_literal(),
            Self::Time(value) => value.0.to_literal(),
            Self::Duration(value) => value.0.to_literal(),
            Self::Binary(value) => value.to_literal(),
            Self::Genre(value) => genre(*value).to_literal(),
            Self::Access(value) => access(value).to_literal(),
            Self::Texts(value) => value.to_literal(),
            Self::Numbers(value) => value.to_literal(),
            Self::Doubles(value) => value.to_literal(),
            Self::Guids(value) => guids(value).to_literal(),
            Self::Instants(value) => instants(value).to_literal(),
            Self::Loan(value) => LiteralValue::from_serialize(&value.0),
        }
    }

    /// Whether this is what the emulator has read.
    fn is(&self, read: &Value) -> bool {
        match self {
            Self::Null(_) => read.is_null(),
            Self::Text(value) => read == value,
            Self::Boolean(value) => read == value,
            Self::Byte(value) => read == value,
            Self::SByte(value) => read == value,
            Self::Int16(value) => read == value,
            Self::Int32(value) => read == value,
            Self::Int64(value) => read == value,
            Self::Single(value) => is_single(*value, read),
            Self::Double(value) => is_double(*value, read),
            // The emulator gives handlers an `f64`; `has_digits` looks at the others.
            Self::Decimal(value) => {
                value.0.to_f64().is_infinite() || is_double(value.0.to_f64(), read)
            }
            Self::Guid(value) => parsed(read) == Some(Guid::from_u128(*value)),
            Self::Date(value) => parsed(read) == Some(value.0),
            Self::Instant(day, time) => parsed(read) == Some(ticks(instant(*day, *time))),
            Self::Time(value) => parsed(read) == Some(value.0.trunc_subsecs(7)),
            Self::Duration(value) => read.as_str().and_then(nanoseconds) == Some(total(value.0)),
            Self::Binary(value) => read.as_str() == Some(&BASE64_URL_SAFE.encode(value)),
            Self::Genre(value) => read == genre(*value).as_str(),
            Self::Access(value) => read == &access(value).to_string(),
            Self::Texts(value) => items(read, value, |item, read| match item {
                Some(text) => read == text,
                None => read.is_null(),
            }),
            Self::Numbers(value) => items(read, value, |item, read| read == item),
            Self::Doubles(value) => items(read, value, |item, read| is_double(*item, read)),
            Self::Guids(value) => items(read, &guids(value), |item, read| {
                parsed(read) == Some(*item)
            }),
            Self::Instants(value) => items(read, &instants(value), |item, read| {
                parsed(read) == Some(ticks(*item))
            }),
            Self::Loan(value) => read.as_object() == Some(&value.0),
        }
    }
}

fn instant(day: Day, time: Time) -> DateTime<Utc> {
    day.0.and_time(time.0).and_utc()
}

fn instants(values: &[(Day, Time)]) -> Vec<DateTime<Utc>> {
    values
        .iter()
        .map(|(day, time)| instant(*day, *time))
        .collect()
}

/// As exact as literals are: services based on .NET keep ticks of 100 ns.
fn ticks(value: DateTime<Utc>) -> DateTime<Utc> {
    let nanosecond = value.nanosecond() / 100 * 100;
    value
        .with_nanosecond(nanosecond)
        .expect("an earlier instant of the same second")
}

fn guids(values: &[u128]) -> Vec<Guid> {
    values.iter().copied().map(Guid::from_u128).collect()
}

fn genre(index: u8) -> Genre {
    ["novel", "science", "other"][usize::from(index) % 3].into()
}

fn access(members: &[u8]) -> Flags<Access> {
    let member = |index: &u8| Access::from(["read", "borrow", "copy"][usize::from(*index) % 3]);
    members.iter().map(member).collect()
}

/// chrono wants a `+` before years of more than four digits, which OData does not have.
fn parsed<T: FromStr>(read: &Value) -> Option<T> {
    let text = read.as_str()?;
    text.parse().or_else(|_| format!("+{text}").parse()).ok()
}

fn items<T>(read: &Value, given: &[T], is: impl Fn(&T, &Value) -> bool) -> bool {
    let read = read.as_array().map_or(&[][..], Vec::as_slice);
    read.len() == given.len() && given.iter().zip(read).all(|(given, read)| is(given, read))
}

fn is_double(value: f64, read: &Value) -> bool {
    match read.as_str() {
        Some("NaN") => value.is_nan(),
        Some("INF") => value == f64::INFINITY,
        Some("-INF") => value == f64::NEG_INFINITY,
        Some(_) => false,
        None => read.as_f64() == Some(value),
    }
}

fn is_single(value: f32, read: &Value) -> bool {
    match read.as_f64() {
        Some(read) => read as f32 == value,
        None => is_double(value.into(), read),
    }
}

fn total(duration: TimeDelta) -> i128 {
    i128::from(duration.num_seconds()) * 1_000_000_000 + i128::from(duration.subsec_nanos())
}

/// The emulator writes durations as seconds.
fn nanoseconds(text: &str) -> Option<i128> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let seconds = text.strip_prefix("PT")?.strip_suffix('S')?;
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some(sign * (seconds.parse::<i128>().ok()? * 1_000_000_000 + fraction))
}

/// Whether the URL has every digit.
fn has_digits(value: &Decimal, path: &str) -> bool {
    let digits = path
        .split(['(', ',', ')'])
        .find_map(|item| item.strip_prefix("decimal="));
    digits.and_then(|digits| digits.parse().ok()).as_ref() == Some(value)
}

struct Fixture {
    runtime: Runtime,
    client: Client,
    call: Arc<Mutex<Option<OperationCall>>>,
    _emulator: Emulator,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().expect("a runtime");
    let call = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&call);
    let builder = Emulator::builder()
        .metadata(metadata())
        .record_limit(0)
        .with_function("library.all", move |call| {
            *noted.lock().expect("no panic while it is noted") = Some(call.clone());
            Value::Bool(true)
        });
    let emulator = runtime.block_on(builder.start()).expect("an emulator");
    let cloud = Cloud::new("Fuzz", "https://fuzz.example", "scope", "https://login");
    let client = Client::builder(cloud, "fuzz/0")
        .endpoint(emulator.endpoint())
        .bearer_token("token")
        .retry(RetryPolicy::none());
    Fixture {
        runtime,
        client: client.build().expect("a client"),
        call,
        _emulator: emulator,
    }
});

fn metadata() -> String {
    let parameters = NAMES.iter().zip(TYPES).map(|(name, ty)| {
        format!(
            r#"<Parameter Name="{name}" Type="{ty}">
            <Annotation Term="Org.OData.Core.V1.OptionalParameter"/></Parameter>"#
        )
    });
    format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
        <Schema Namespace="library" xmlns="http://docs.oasis-open.org/odata/ns/edm">
        <EnumType Name="genre"><Member Name="novel"/><Member Name="science"/><Member Name="other"/></EnumType>
        <EnumType Name="access" IsFlags="true"><Member Name="read" Value="1"/>
        <Member Name="borrow" Value="2"/><Member Name="copy" Value="4"/></EnumType>
        <ComplexType Name="loan" OpenType="true"/>
        <Function Name="all">{}<ReturnType Type="Edm.Boolean"/></Function>
        <EntityContainer Name="container"><FunctionImport Name="all" Function="library.all"/></EntityContainer>
        </Schema></edmx:DataServices></edmx:Edmx>"#,
        parameters.collect::<String>()
    )
}

fuzz_target!(|given: Vec<Given>| {
    let fixture = &*FIXTURE;
    let mut request = fixture.client.root().function::<Value>(&ALL);
    for value in &given {
        request = request.parameter(value.name(), value.literal());
    }
    let url = request.url();
    if url.as_str().len() > 60_000 {
        // Servers refuse such URLs, for whatever is in them.
        return;
    }
    let answer = fixture.runtime.block_on(request.send());
    answer.unwrap_or_else(|error| panic!("{url}\n{error}"));
    let call = fixture
        .call
        .lock()
        .expect("no panic while it is noted")
        .take();
    let call = call.expect("a call");
    for (index, value) in given.iter().enumerate() {
        // Of several values the last counts.
        if given[index + 1..]
            .iter()
            .any(|other| other.name() == value.name())
        {
            continue;
        }
        let read = call.parameters.get(value.name());
        assert!(
            read.is_some_and(|read| value.is(read)),
            "{value:?} was read as {read:?}\n{url}"
        );
        if let Given::Decimal(decimal) = value {
            assert!(has_digits(&decimal.0, &call.path), "{value:?}\n{url}");
        }
    }
});
