//! JSON objects with declared and other members: the form of generated models.
//!
//! A model says how to read and write its members; unknown ones go to `additional_properties`. This
//! is what `#[derive(Serialize, Deserialize)]` with `#[serde(flatten)]` would do, but compiled once
//! instead of for every model, and without buffering members.

mod additional;
mod missing;
mod sending;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

pub use additional::AdditionalProperties;
use missing::Missing;
pub(crate) use sending::{Related, sent};

use crate::value::json::{Base64, Formatted, JsonFormat, WithBase64, keep_scalars};
use crate::value::memory;

/// A model whose values are JSON objects. Generated models implement it.
pub trait JsonObject: Default {
    /// Required JSON members: those whose declared nullability is trusted and that can be neither
    /// absent nor null.
    const REQUIRED: &'static [&'static str] = &[];

    /// Reads a member.
    ///
    /// # Errors
    ///
    /// If the value is not of the declared type and the field is required.
    fn read_member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: MemberValue<'_, A>,
    ) -> Result<Member, A::Error>;

    /// Writes the declared members that are set.
    fn write_members<M: SerializeMap>(&self, members: &mut Members<'_, M>);

    /// The members that the model does not declare: control information, instance annotations, and
    /// what a derived or open type has.
    fn additional_properties(&self) -> &AdditionalProperties;

    /// The same, mutable.
    fn additional_properties_mut(&mut self) -> &mut AdditionalProperties;
}

/// The value of a member that is being read.
#[derive(Debug)]
pub struct MemberValue<'a, A> {
    map: &'a mut A,
}

/// The outcome of reading a member.
#[derive(Debug)]
#[non_exhaustive]
pub enum Member {
    /// The model does not declare it; its value has not been read.
    Unknown,
    /// The field has its value.
    Read(&'static str),
    /// It is null.
    Null(&'static str),
    /// Its value is not of the declared type.
    Mismatched(&'static str, Value),
}

impl<'de, A: MapAccess<'de>> MemberValue<'_, A> {
    /// Reads it in the OData form of its type; see [`json`](crate::json). If the value has no such
    /// form and the field is optional, the field stays empty.
    ///
    /// # Errors
    ///
    /// If it is not a form of `T` and the field is required.
    pub fn read<T: JsonFormat>(
        self,
        name: &'static str,
        field: &mut T,
    ) -> Result<Member, A::Error> {
        Ok(match field.read_next(self.map)? {
            Err(value) => Member::Mismatched(name, value),
            Ok(()) if field.is_absent() => Member::Null(name),
            Ok(()) => Member::Read(name),
        })
    }
}

/// The members of an object that is being written. The first error ends it.
#[derive(Debug)]
pub struct Members<'a, M: SerializeMap> {
    map: &'a mut M,
    error: Option<M::Error>,
    others: &'a AdditionalProperties,
    /// The additional members, which declared ones replace.
    replaced: Vec<&'static str>,
    read_only: &'static [&'static str],
}

impl<M: SerializeMap> Members<'_, M> {
    /// Writes a member in the OData form of its type, if it has a value; see [`json`](crate::json).
    pub fn write<T: JsonFormat>(&mut self, name: &'static str, value: &T) {
        self.write_with(name, value, Formatted(value));
    }

    /// The same for binary values of a service that writes base64 instead of the standard's
    /// base64url.
    pub fn write_base64<T: Base64>(&mut self, name: &'static str, value: &T) {
        self.write_with(name, value, WithBase64(value));
    }

    /// The same for what a navigation property leads to, which an update sends only on request.
    pub fn write_related<T: JsonFormat>(&mut self, name: &'static str, value: &T) {
        let has_value = !value.is_absent() || self.others.is_null_named(name);
        if has_value && sending::leaves_out_related() {
            self.replace(name);
        } else {
            self.write(name, value);
        }
    }

    fn write_with<T: JsonFormat>(
        &mut self,
        name: &'static str,
        value: &T,
        form: impl serde::Serialize,
    ) {
        let is_null = value.is_absent();
        let is_silent = is_null && !self.others.is_null_named(name);
        if self.error.is_some() || is_silent || self.read_only.contains(&name) {
            return;
        }
        self.replace(name);
        let written = match is_null {
            true => self.map.serialize_entry(name, &()),
            false => self.map.serialize_entry(name, &form),
        };
        self.error = written.err();
    }

    /// Drops the additional member of this name.
    fn replace(&mut self, name: &'static str) {
        if self.others.contains_key(name) {
            self.replaced.push(name);
        }
    }

    /// Writes the additional members that fulfil a condition.
    fn write_others(&mut self, is_meant: impl Fn(&str) -> bool) -> Result<(), M::Error> {
        let is_sent = sending::filter();
        for (name, value) in self.others.iter().filter(|(name, _)| is_meant(name)) {
            let is_replaced = self.replaced.iter().any(|replaced| replaced == name);
            if !is_replaced && is_sent(name, self.read_only) {
                self.map.serialize_entry(name, value)?;
            }
        }
        Ok(())
    }
}

/// Reads a model.
pub(super) fn deserialize<'de, T: JsonObject, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Reads a model, or keeps what is not an object.
pub(super) fn deserialize_or_keep<'de, T: JsonObject, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Result<T, Value>, D::Error> {
    deserializer.deserialize_any(ObjectOrKeep(ObjectVisitor(PhantomData)))
}

/// Writes a model, without these members if it is for a request.
pub(super) fn serialize<T: JsonObject, S: Serializer>(
    model: &T,
    read_only: &'static [&'static str],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let others = model.additional_properties();
    write_object(others, read_only, serializer, &|members| {
        model.write_members(members);
    })
}

/// The part of [`serialize`] that is the same for all models, compiled once for each serializer.
fn write_object<S: Serializer>(
    others: &AdditionalProperties,
    read_only: &'static [&'static str],
    serializer: S,
    write_members: &dyn Fn(&mut Members<'_, S::SerializeMap>),
) -> Result<S::Ok, S::Error> {
    let _inner = sending::Inner::enter();
    let mut map = serializer.serialize_map(None)?;
    let mut members = Members {
        map: &mut map,
        error: None,
        others,
        replaced: Vec::new(),
        read_only: sending::members_left_out(read_only),
    };
    // Readers that do not look ahead must know the type before they meet its members (OData JSON Format
    // 4.01, section "Payload Ordering Constraints").
    let is_control = |name: &str| name.starts_with('@');
    members.write_others(is_control)?;
    write_members(&mut members);
    if let Some(error) = members.error {
        return Err(error);
    }
    members.write_others(|name| !is_control(name))?;
    map.end()
}

/// The contents of a box are read and written as if there were no box.
impl<T: JsonObject> JsonObject for Box<T> {
    const REQUIRED: &'static [&'static str] = T::REQUIRED;

    fn read_member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: MemberValue<'_, A>,
    ) -> Result<Member, A::Error> {
        T::read_member(self, name, value)
    }

    fn write_members<M: SerializeMap>(&self, members: &mut Members<'_, M>) {
        T::write_members(self, members);
    }

    fn additional_properties(&self) -> &AdditionalProperties {
        T::additional_properties(self)
    }

    fn additional_properties_mut(&mut self) -> &mut AdditionalProperties {
        T::additional_properties_mut(self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: JsonObject> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let _open = memory::Open::new::<T, A::Error>()?;
        let mut model = T::default();
        read_object(&mut model, T::REQUIRED, map)?;
        Ok(model)
    }
}

/// A model of any type, read from this kind of map.
trait ReadMembers<'de, A: MapAccess<'de>> {
    fn read(&mut self, name: &str, value: MemberValue<'_, A>) -> Result<Member, A::Error>;
    fn others(&mut self) -> &mut AdditionalProperties;
}

impl<'de, T: JsonObject, A: MapAccess<'de>> ReadMembers<'de, A> for T {
    fn read(&mut self, name: &str, value: MemberValue<'_, A>) -> Result<Member, A::Error> {
        self.read_member(name, value)
    }

    fn others(&mut self) -> &mut AdditionalProperties {
        self.additional_properties_mut()
    }
}

/// The part of reading that is the same for all models, compiled once for each kind of map.
fn read_object<'de, A: MapAccess<'de>>(
    model: &mut dyn ReadMembers<'de, A>,
    required: &'static [&'static str],
    mut map: A,
) -> Result<(), A::Error> {
    let mut missing = Missing::of(required);
    // Until then, a member that is read has nothing to replace.
    let mut has_others = false;
    while let Some(Name(name)) = map.next_key()? {
        let value = MemberValue { map: &mut map };
        match model.read(&name, value)? {
            Member::Read(name) => {
                missing.found(name);
                if has_others {
                    model.others().forget(name);
                }
                continue;
            }
            Member::Null(name) => model.others().note_null(name),
            Member::Mismatched(name, value) => model.others().keep(name, value),
            Member::Unknown => {
                let value = map.next_value()?;
                model.others().insert(name.into_owned(), value);
            }
        }
        has_others = true;
    }
    match missing.first() {
        Some(name) => Err(de::Error::missing_field(name)),
        None => Ok(()),
    }
}

/// A visitor of objects that keeps everything else.
struct ObjectOrKeep<T>(ObjectVisitor<T>);

impl<'de, T: JsonObject> Visitor<'de> for ObjectOrKeep<T> {
    type Value = Result<T, Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    keep_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Deserialize::deserialize(SeqAccessDeserializer::new(items)).map(Err)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.0.visit_map(map).map(Ok)
    }
}

/// The name of a member, copied only where it must be.
pub(crate) struct Name<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::json;

    use super::*;
    use crate::model::ODataType;

    #[derive(Debug, Clone, Default, PartialEq)]
    struct Bucket {
        start: DateTime<Utc>,
        count: Option<i64>,
        inner: Option<Box<Bucket>>,
        additional_properties: AdditionalProperties,
    }

    impl ODataType for Bucket {
        const NAME: &'static str = "test.bucket";
    }

    crate::model! {
        Bucket {
            START: start = "start" of DateTime<Utc>,
            COUNT: count = "count" of i64,
        }
        navigation {
            INNER: inner = "inner" of Bucket,
        }
        required ["start"]
    }

    fn read(text: &str) -> serde_json::Result<Bucket> {
        serde_json::from_str(text)
    }

    #[test]
    fn properties_have_constants() {
        let names = [
            Bucket::START.name(),
            Bucket::COUNT.name(),
            Bucket::INNER.name(),
        ];
        assert_eq!(names, ["start", "count", "inner"]);
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let text = r#"{"@odata.etag":"x","start":"2024-02-29T12:00:00Z","count":9007199254740993,"inner":{"start":"2024-02-29T12:00:00Z"},"more":[1,{}]}"#;
        let bucket = read(text).unwrap();
        assert_eq!(bucket.count, Some(9_007_199_254_740_993));
        assert_eq!(bucket.etag(), Some("x"));
        assert_eq!(serde_json::to_string(&bucket).unwrap(), text);
        let value = serde_json::to_value(&bucket).unwrap();
        assert_eq!(serde_json::from_value::<Bucket>(value).unwrap(), bucket);
    }

    #[test]
    fn optional_members_may_be_null_or_absent() {
        let bucket =
            read(r#"{"start":"2024-02-29T12:00:00Z","count":null,"a\u0062":null}"#).unwrap();
        assert_eq!(bucket.count, None);
        assert_eq!(bucket.additional_properties["ab"], json!(null));
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let cases = [
            ("{}", "missing field `start`"),
            (r#"{"start":null}"#, "expected a date and time"),
            (r#"{"start":"x"}"#, "expected a date and time"),
            ("[]", "expected an object"),
            (
                r#"{"start":"2024-02-29T12:00:00Z","inner":{}}"#,
                "missing field `start`",
            ),
            (r#"{"start":"2024-02-29T12:00:00Z","more":"#, "EOF"),
        ];
        for (text, expected) in cases {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn null_is_told_from_absence() {
        let text = r#"{"start":"2024-02-29T12:00:00Z","count":null,"inner":{"start":"2024-02-29T12:00:00Z","count":null}}"#;
        let mut bucket = read(text).unwrap();
        assert!(bucket.is_null(Bucket::COUNT) && !bucket.is_null(Bucket::START));
        assert_eq!(serde_json::to_string(&bucket).unwrap(), text);
        bucket.count = Some(1);
        bucket.inner = Some(Box::new(Bucket::default().with_null(Bucket::COUNT)));
        let written = r#"{"start":"2024-02-29T12:00:00Z","count":1,"inner":{"start":"1970-01-01T00:00:00Z","count":null}}"#;
        assert_eq!(serde_json::to_string(&bucket).unwrap(), written);
    }

    #[test]
    fn what_is_not_as_declared_is_kept() {
        for value in [
            r#""many""#,
            "true",
            "1.5",
            "{}",
            r#"{"a":[1]}"#,
            "[]",
            r#"[null,{"a":1}]"#,
        ] {
            let text = format!(r#"{{"start":"2024-02-29T12:00:00Z","count":{value}}}"#);
            let bucket = read(&text).unwrap();
            assert_eq!(bucket.count, None, "{value}");
            let mismatched: Vec<_> = bucket.additional_properties.mismatched().collect();
            let value: Value = serde_json::from_str(value).unwrap();
            assert_eq!(mismatched, [("count", &value)]);
            assert_eq!(serde_json::to_string(&bucket).unwrap(), text);
        }
        let inner = r#"{"start":"2024-02-29T12:00:00Z","inner":[{}]}"#;
        assert_eq!(serde_json::to_string(&read(inner).unwrap()).unwrap(), inner);
    }

    #[test]
    fn of_two_members_of_one_name_the_last_counts() {
        let start = r#""start":"2024-02-29T12:00:00Z""#;
        for (first, last) in [
            ("1", "null"),
            ("null", "1"),
            ("1", "{}"),
            ("{}", "1"),
            ("[]", "null"),
        ] {
            let read = read(&format!(r#"{{{start},"count":{first},"count":{last}}}"#)).unwrap();
            let written = serde_json::to_string(&read).unwrap();
            assert_eq!(written, format!(r#"{{{start},"count":{last}}}"#), "{first}");
            assert_eq!(
                serde_json::from_str::<Bucket>(&written).unwrap(),
                read,
                "{first}"
            );
        }
    }

    #[test]
    fn the_order_of_members_does_not_count() {
        let start = r#""start":"2024-02-29T12:00:00Z""#;
        let one = read(&format!(r#"{{{start},"inner":null,"count":null}}"#)).unwrap();
        let other = read(&format!(r#"{{"count":null,"inner":null,{start}}}"#)).unwrap();
        assert_eq!(one, other);
    }

    #[test]
    fn a_field_takes_the_place_of_what_was_kept() {
        let text = r#"{"start":"2024-02-29T12:00:00Z","count":"many"}"#;
        let mut bucket = read(text).unwrap();
        bucket.count = Some(7);
        let others = &mut bucket.additional_properties;
        others.insert("start".to_owned(), json!("never"));
        let written = r#"{"start":"2024-02-29T12:00:00Z","count":7}"#;
        assert_eq!(serde_json::to_string(&bucket).unwrap(), written);
    }
}
