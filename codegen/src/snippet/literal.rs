//! Literals of Rust for the values of a request.

use super::index::Enumeration;
use super::json::Json;
use super::scope::Scope;
use crate::api::{Constant, ItemPath, RustName, RustType};
use crate::layout::Code;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, NaiveDate, NaiveTime};
use proc_macro2::Literal;

/// Who takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taker {
    /// Something that converts it: a field of `object!`, an argument that is `impl Into`.
    Converting,
    /// Something that wants the very type.
    Exact,
    /// An operand of a filter, for which a text may be borrowed.
    Operand,
}

impl Taker {
    /// How a setter or method takes an argument of this type.
    pub fn of_argument(rust_type: &RustType) -> Self {
        match crate::emit::converts(rust_type) {
            true => Self::Converting,
            false => Self::Exact,
        }
    }
}

/// The longest bytes that are written out.
const SHORT_BYTES: usize = 200;

const BASE64: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The text within quotes.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

pub(super) fn is_number(rust_type: &RustType) -> bool {
    matches!(
        rust_type,
        RustType::U8
            | RustType::I8
            | RustType::I16
            | RustType::I32
            | RustType::I64
            | RustType::F32
            | RustType::F64
            | RustType::Decimal
    )
}

pub(super) fn integer(
    number: i128,
    rust_type: &RustType,
    taker: Taker,
    scope: &mut Scope<'_>,
) -> Option<Code> {
    let is_within = |least: i128, most: i128| (least..=most).contains(&number);
    let suffix = |suffix: &str| match taker {
        Taker::Exact => String::new(),
        // The literal alone would be an `i32`.
        Taker::Converting | Taker::Operand => format!("_{suffix}"),
    };
    let text = match rust_type {
        RustType::U8 if is_within(0, 255) => format!("{number}{}", suffix("u8")),
        RustType::I8 if is_within(-128, 127) => format!("{number}{}", suffix("i8")),
        RustType::I16 if is_within(-32_768, 32_767) => format!("{number}{}", suffix("i16")),
        RustType::I32 if i32::try_from(number).is_ok() => number.to_string(),
        RustType::I64 if i32::try_from(number).is_ok() && taker == Taker::Converting => {
            number.to_string()
        }
        RustType::I64 if i64::try_from(number).is_ok() => format!("{number}{}", suffix("i64")),
        RustType::F64 | RustType::F32 => return float(number as f64, rust_type, scope),
        RustType::Decimal if i32::try_from(number).is_ok() => match taker {
            Taker::Exact => format!(
                "{}::from({number})",
                scope.external("odata_runtime::Decimal")
            ),
            Taker::Converting | Taker::Operand => number.to_string(),
        },
        RustType::AllowedValues(path) => {
            return allowed(Constant::Integer(number.try_into().ok()?), path, scope);
        }
        _ => return None,
    };
    Some(Code::Text(text))
}

pub(super) fn float(number: f64, rust_type: &RustType, scope: &mut Scope<'_>) -> Option<Code> {
    Some(match rust_type {
        RustType::F64 if number.is_finite() => Code::text(format!("{number:?}")),
        RustType::F32 if number.is_finite() => Code::text(format!("{number:?}_f32")),
        RustType::Decimal if number.is_finite() => {
            let parse = format!(".parse::<{}>()?", scope.external("odata_runtime::Decimal"));
            scope.parses = true;
            Code::string(&number.to_string()).then(Code::Text(parse))
        }
        _ => return None,
    })
}

/// The expression of a value whose form is a text; `None` if it is none of this type.
pub(super) fn from_text(
    text: &str,
    rust_type: &RustType,
    taker: Taker,
    scope: &mut Scope<'_>,
) -> Option<Code> {
    Some(match rust_type {
        RustType::String => match taker {
            Taker::Exact => Code::string(text).then(Code::text(".to_owned()")),
            Taker::Converting | Taker::Operand => Code::string(text),
        },
        RustType::DateTime => {
            DateTime::parse_from_rfc3339(text).ok()?;
            let (date_time, utc) = (
                scope.external("chrono::DateTime"),
                scope.external("chrono::Utc"),
            );
            parsed(text, &format!("{date_time}<{utc}>"), scope)
        }
        RustType::Date => {
            text.parse::<NaiveDate>().ok()?;
            let name = scope.external("chrono::NaiveDate");
            parsed(text, &name, scope)
        }
        RustType::TimeOfDay => {
            text.parse::<NaiveTime>().ok()?;
            let name = scope.external("chrono::NaiveTime");
            parsed(text, &name, scope)
        }
        RustType::Duration => duration(text, scope)?,
        RustType::Guid => {
            uuid::Uuid::parse_str(text)
                .ok()
                .filter(|_| text.len() == 36)?;
            let name = scope.external("odata_runtime::Guid");
            parsed(text, &name, scope)
        }
        RustType::Binary => {
            let is_of_url = text.contains(['-', '_']);
            let alphabet = match is_of_url {
                true => &alphabet::URL_SAFE,
                false => &alphabet::STANDARD,
            };
            let bytes = GeneralPurpose::new(alphabet, BASE64).decode(text).ok()?;
            let is_text = |byte: &u8| (b' '..=b'~').contains(byte);
            if taker == Taker::Converting
                && !(bytes.len() <= SHORT_BYTES && bytes.iter().all(is_text))
            {
                // In base64, it is easier to read.
                return None;
            }
            let literal = Code::text(proc_macro2::Literal::byte_string(&bytes).to_string());
            match taker {
                Taker::Converting => literal,
                Taker::Exact | Taker::Operand => literal.then(Code::text(".to_vec()")),
            }
        }
        RustType::Enum(path) => member(text, path, scope)?,
        RustType::Flags(path) => {
            let mut members = text.split(',').map(|it| member(it.trim(), path, scope));
            let first = members.next()??;
            let others = members.collect::<Option<Vec<_>>>()?;
            match others.is_empty() && taker != Taker::Exact {
                true => first,
                false => {
                    let flags = scope.external("odata_runtime::Flags");
                    let first = Code::call(format!("{flags}::from"), vec![first]);
                    let mut text = String::new();
                    for code in [first].into_iter().chain(others) {
                        if !text.is_empty() {
                            text.push_str(" | ");
                        }
                        code.write_flat(&mut text);
                    }
                    Code::Text(text)
                }
            }
        }
        RustType::AllowedValues(path) => allowed(Constant::Text(text.to_owned()), path, scope)?,
        RustType::Option(inner) | RustType::Boxed(inner) => from_text(text, inner, taker, scope)?,
        _ => return None,
    })
}

/// `"2024-01-01".parse::<NaiveDate>()?`
fn parsed(text: &str, rust_type: &str, scope: &mut Scope<'_>) -> Code {
    scope.parses = true;
    Code::string(text).then(Code::Text(format!(".parse::<{rust_type}>()?")))
}

/// A member of an enumeration, be it one that the metadata does not know.
fn member(text: &str, path: &ItemPath, scope: &mut Scope<'_>) -> Option<Code> {
    let text = match unquoted(text) {
        Some(inner) => inner,
        None => text.to_owned(),
    };
    let Some(Enumeration::Declared(declared)) = scope.index.enumeration(path) else {
        return None;
    };
    let members = || declared.members.iter();
    let exact = members().find(|member| member.wire_name == text);
    let found = exact.or_else(|| members().find(|it| it.wire_name.eq_ignore_ascii_case(&text)));
    let name = scope.item(path);
    Some(match found {
        Some(member) => Code::Text(format!("{name}::{}", member.name)),
        None => {
            scope.note(format!(
                "`{text}` is not a member of `{}` in the metadata",
                declared.qualified_name
            ));
            Code::call(format!("{name}::from"), vec![Code::string(&text)])
        }
    })
}

/// One of the values that the metadata allows, or another.
fn allowed(value: Constant, path: &ItemPath, scope: &mut Scope<'_>) -> Option<Code> {
    let Some(Enumeration::Allowed(declared)) = scope.index.enumeration(path) else {
        return None;
    };
    let mut variants = declared.variants.iter();
    let found: Option<&RustName> = variants.find(|it| it.value == value).map(|it| &it.name);
    let name = scope.item(path);
    Some(match (found, value) {
        (Some(variant), _) => Code::Text(format!("{name}::{variant}")),
        (None, Constant::Integer(number)) if is_number(&declared.value_type) => Code::call(
            format!("{name}::from"),
            vec![Code::text(number.to_string())],
        ),
        (None, Constant::Text(text)) if declared.value_type == RustType::String => {
            let text = from_text(&text, &RustType::String, Taker::Exact, scope)?;
            Code::call(format!("{name}::from"), vec![text])
        }
        (None, Constant::Text(text)) => {
            return allowed(Constant::Integer(text.parse().ok()?), path, scope);
        }
        (None, Constant::Integer(_)) => return None,
    })
}

/// `TimeDelta::minutes(90)`; durations of months and years have no fixed length.
fn duration(text: &str, scope: &mut Scope<'_>) -> Option<Code> {
    let milliseconds = milliseconds(text)?;
    let units = [
        ("days", 86_400_000),
        ("hours", 3_600_000),
        ("minutes", 60_000),
        ("seconds", 1_000),
        ("milliseconds", 1),
    ];
    let (unit, size) = units
        .into_iter()
        .find(|(_, size)| milliseconds % size == 0)?;
    let unit = if milliseconds == 0 { "seconds" } else { unit };
    let name = scope.external("chrono::TimeDelta");
    Some(Code::Text(format!(
        "{name}::{unit}({})",
        milliseconds / size
    )))
}

/// The length of an ISO 8601 duration of days, hours, minutes and seconds.
fn milliseconds(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let text = text.strip_prefix('P')?;
    let (days, time) = text.split_once('T').unwrap_or((text, ""));
    if days.is_empty() && time.is_empty() {
        return None;
    }
    let mut total = 0_i64;
    let mut part = |text: &mut &str, unit: char, size: i64| {
        let Some((number, rest)) = text.split_once(unit) else {
            return Some(());
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let fraction: i64 = match fraction.is_empty() {
            true => 0,
            false if fraction.len() > 9 => return None,
            false => {
                let scale = 10_i64.pow(u32::try_from(fraction.len()).ok()?);
                fraction.parse::<i64>().ok()?.checked_mul(size)? / scale
            }
        };
        let whole = whole.parse::<i64>().ok()?.checked_mul(size)?;
        total = total.checked_add(whole)?.checked_add(fraction)?;
        *text = rest;
        Some(())
    };
    let (mut days, mut time) = (days, time);
    part(&mut days, 'D', 86_400_000)?;
    part(&mut time, 'H', 3_600_000)?;
    part(&mut time, 'M', 60_000)?;
    part(&mut time, 'S', 1_000)?;
    (days.is_empty() && time.is_empty()).then_some(sign * total)
}

/// `json!({ … })`
pub(super) fn json(value: &Json, scope: &mut Scope<'_>) -> Code {
    let name = scope.external("serde_json::json");
    Code::list(format!("{name}!("), vec![json_tokens(value)], ")")
}

/// JSON as the macro `json!` takes it.
pub(super) fn json_tokens(value: &Json) -> Code {
    match value {
        Json::Null => Code::text("null"),
        Json::Bool(value) => Code::text(value.to_string()),
        Json::Integer(number) => match i32::try_from(*number) {
            Ok(number) => Code::text(number.to_string()),
            Err(_) if i64::try_from(*number).is_ok() => Code::text(format!("{number}_i64")),
            Err(_) => Code::text(format!("{number}_u64")),
        },
        Json::Float(number) => Code::text(format!("{number:?}")),
        Json::Text(text) => Code::string(text),
        Json::List(items) => Code::array(items.iter().map(json_tokens).collect()),
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| Code::field(Literal::string(name), json_tokens(value)));
            Code::fields("{", members.collect(), "}")
        }
    }
}
