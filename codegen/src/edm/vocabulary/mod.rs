//! What the standard vocabularies' terms say, as values.
//!
//! Terms are recognised by their full names; <https://oasis-tcs.github.io/odata-vocabularies/>.

mod capabilities;
mod constants;
mod permissions;
mod term;

use super::annotation::{Annotation, RecordValue, Value};

pub use capabilities::{Capabilities, Capability};
pub(crate) use constants::{Constant, constant, is_flag};
pub use permissions::{
    Permission, permissions, permissions_at, permissions_by_key, permissions_to,
};
pub use term::{PERMISSIONS, Term};
pub(crate) use term::{is_capability, is_vocabulary};

impl Value {
    /// The text of a constant.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Scalar(_, text) => Some(text),
            _ => None,
        }
    }

    /// A Boolean constant, in whatever case and kind of constant services write it. A path is none: its
    /// value is another for each entity.
    pub(super) fn as_bool(&self) -> Option<bool> {
        let Self::Scalar(kind, text) = self else {
            return None;
        };
        let words = [("true", true), ("1", true), ("false", false), ("0", false)];
        let word = words
            .into_iter()
            .find(|(word, _)| text.eq_ignore_ascii_case(word));
        word.filter(|_| !kind.is_path()).map(|(_, value)| value)
    }

    fn as_record(&self) -> Option<&RecordValue> {
        match self {
            Self::Record(record) => Some(record),
            _ => None,
        }
    }

    fn items(&self) -> &[Self] {
        match self {
            Self::Collection(items) => items,
            _ => &[],
        }
    }
}

impl RecordValue {
    fn value(&self, property: &str) -> Option<&Value> {
        self.properties.get(property)?.as_ref()
    }

    fn text(&self, property: &str) -> Option<&str> {
        self.value(property)?.as_text()
    }

    fn records(&self, property: &str) -> impl Iterator<Item = &Self> {
        self.value(property)
            .map_or(&[][..], Value::items)
            .iter()
            .filter_map(Value::as_record)
    }
}

/// `Core.Description`: one sentence.
pub fn description(annotations: &[Annotation]) -> Option<&str> {
    Term::Description
        .find(annotations)?
        .value
        .as_ref()?
        .as_text()
}

/// `Core.LongDescription`: more than one sentence.
pub fn long_description(annotations: &[Annotation]) -> Option<&str> {
    Term::LongDescription
        .find(annotations)?
        .value
        .as_ref()?
        .as_text()
}

/// `Core.OptionalParameter`: whether a parameter may be left out, and what it then is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionalParameter<'a> {
    /// The value that an absent parameter stands for, if the metadata says so.
    pub default_value: Option<&'a str>,
}

/// `Core.OptionalParameter` of a parameter.
pub fn optional_parameter(annotations: &[Annotation]) -> Option<OptionalParameter<'_>> {
    let annotation = Term::OptionalParameter.find(annotations)?;
    let record = annotation.value.as_ref().and_then(Value::as_record);
    Some(OptionalParameter {
        default_value: record.and_then(|r| r.text("DefaultValue")),
    })
}

/// One of the values that `Validation.AllowedValues` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AllowedValue<'a> {
    /// The value as written in CSDL.
    pub value: &'a str,
    /// `Core.SymbolicName`: a name for programs.
    pub symbolic_name: Option<&'a str>,
    /// `Core.Description`.
    pub description: Option<&'a str>,
}

/// `Validation.AllowedValues` in document order; empty if anything is allowed.
pub fn allowed_values(annotations: &[Annotation]) -> Vec<AllowedValue<'_>> {
    let annotation = Term::AllowedValues.find(annotations);
    let Some(value) = annotation.and_then(|annotation| annotation.value.as_ref()) else {
        return Vec::new();
    };
    let records = value.items().iter().filter_map(Value::as_record);
    let allowed = records.filter_map(|record| {
        Some(AllowedValue {
            value: record.text("Value")?,
            symbolic_name: symbolic_name(&record.annotations),
            description: description(&record.annotations),
        })
    });
    allowed.collect()
}

/// A change of kind `Deprecated` in `Core.Revisions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deprecation<'a> {
    /// The version that deprecates the element.
    pub version: Option<&'a str>,
    /// Why, and what to use instead.
    pub description: Option<&'a str>,
    /// When the service will drop the element; an addition of Microsoft Graph.
    pub removal_date: Option<&'a str>,
}

/// The deprecation of an element, if it is deprecated.
pub fn deprecation(annotations: &[Annotation]) -> Option<Deprecation<'_>> {
    let annotation = Term::Revisions.find(annotations)?;
    let mut records = annotation
        .value
        .as_ref()?
        .items()
        .iter()
        .filter_map(Value::as_record);
    let deprecated = records.find(|record| {
        record
            .text("Kind")
            .is_some_and(|kind| kind.ends_with("/Deprecated"))
    })?;
    Some(Deprecation {
        version: deprecated.text("Version"),
        description: deprecated.text("Description"),
        removal_date: deprecated.text("RemovalDate"),
    })
}

/// A Boolean property; a tag without a value is true.
fn flag(record: &RecordValue, property: &str) -> Option<bool> {
    match record.properties.get(property)? {
        Some(value) => value.as_bool(),
        None => Some(true),
    }
}

/// What a tagging term says: true without a value; `None` where it is not applied, or only the service
/// knows.
fn is_tagged(annotation: Option<&Annotation>) -> Option<bool> {
    match &annotation?.value {
        Some(value) => value.as_bool(),
        None => Some(true),
    }
}

/// `Core.Computed`, or `Core.Permissions` without the right to write: a value that only the service
/// sets.
pub fn is_read_only(annotations: &[Annotation]) -> bool {
    let permissions = Term::Permissions
        .find(annotations)
        .and_then(|annotation| annotation.value.as_ref()?.as_text());
    let granted = |text: &str| {
        text.split_whitespace()
            .any(|member| member.contains("Write"))
    };
    is_tagged(Term::Computed.find(annotations)) == Some(true)
        || permissions.is_some_and(|text| !granted(text))
}

/// `Core.RequiresExplicitBinding`: whether an operation can be called only where it is listed.
pub fn requires_explicit_binding(annotations: &[Annotation]) -> bool {
    is_tagged(Term::RequiresExplicitBinding.find(annotations)) == Some(true)
}

/// `Core.ExplicitOperationBindings`: the operations that can be called on an element.
pub fn explicit_operation_bindings(annotations: &[Annotation]) -> Vec<&str> {
    let annotation = Term::ExplicitOperationBindings.find(annotations);
    let value = annotation.and_then(|annotation| annotation.value.as_ref());
    let items = value.map_or(&[][..], Value::items);
    items.iter().filter_map(Value::as_text).collect()
}

/// `AlternateKeys` of the vocabularies `Core` and `OData.Community.Keys`: for each key, the paths of its
/// properties and their names in URLs.
pub fn alternate_keys(annotations: &[Annotation]) -> Vec<Vec<(&str, &str)>> {
    let terms = [Term::AlternateKeys, Term::CommunityAlternateKeys].into_iter();
    let values = terms.filter_map(|term| term.find(annotations)?.value.as_ref());
    let keys = values.flat_map(Value::items);
    let keys = keys.filter_map(Value::as_record).map(|key| {
        let parts = key.records("Key");
        let parts = parts.filter_map(|part| {
            let path = part.text("Name")?;
            Some((path, part.text("Alias").unwrap_or(path)))
        });
        parts.collect::<Vec<_>>()
    });
    let mut found = Vec::new();
    for key in keys.filter(|key| !key.is_empty()) {
        if !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

/// `Core.SymbolicName`: a name for programs.
pub fn symbolic_name(annotations: &[Annotation]) -> Option<&str> {
    Term::SymbolicName
        .find(annotations)?
        .value
        .as_ref()?
        .as_text()
}

/// `Measures.Unit`: what a number counts or measures.
pub fn unit(annotations: &[Annotation]) -> Option<&str> {
    Term::Unit.find(annotations)?.value.as_ref()?.as_text()
}
