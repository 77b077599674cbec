//! What is declared twice: a warning, since published documents have it; the first counts.

use super::annotation::*;
use super::model::*;
use super::names::{Primitive, QualifiedName, TypeRef};
use crate::csdl::ast::{Facets, OperationKind, StructuredKind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One name declared twice in one scope.
pub(super) fn duplicate(what: &str, name: &str, second: Span, first: Span) -> Diagnostic {
    let message = format!("the {what} `{name}` is declared twice");
    Diagnostic::warning(Code::DuplicateName, message)
        .at(second, "second declaration, which is ignored")
        .related(first, "first declaration")
        .help("rename or remove one of them")
}

/// The same where both declarations say the same.
fn repeated(what: &str, name: &str, second: Span, first: Span) -> Diagnostic {
    let message = format!("the {what} `{name}` is declared twice in the same way");
    Diagnostic::warning(Code::DuplicateName, message)
        .at(second, "second declaration, which is ignored")
        .related(first, "first declaration")
}

/// Reports a type that was declared before.
pub(super) fn report_duplicate(
    name: &QualifiedName,
    first: &Type,
    second: &Type,
    diagnostics: &mut Diagnostics,
) {
    let report = if first.same(second) {
        repeated
    } else {
        duplicate
    };
    let (place, earlier) = (second.span(), first.span());
    diagnostics.push(report("type", &name.to_string(), place, earlier));
}

/// Reports an overload that was declared before.
pub(super) fn report_overload(
    first: &Operation,
    second: &Operation,
    diagnostics: &mut Diagnostics,
) {
    let report = if first.same(second) {
        repeated
    } else {
        duplicate
    };
    let name = first.name.to_string();
    diagnostics.push(report("overload of", &name, second.span, first.span));
}

impl Annotation {
    /// Whether another one says the same, wherever it stands.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.same(other)
    }
}

/// Whether two declarations say the same, wherever they stand. Ends at the first difference, so
/// that it takes no longer than the shorter one: a long one may be followed by thousands of short ones.
trait Same {
    fn same(&self, other: &Self) -> bool;
}

/// Places make no difference.
impl Same for Span {
    fn same(&self, _: &Self) -> bool {
        true
    }
}

impl<T: Same> Same for Option<T> {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(one), Some(other)) => one.same(other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T: Same> Same for Vec<T> {
    fn same(&self, other: &Self) -> bool {
        let mut pairs = self.iter().zip(other);
        self.len() == other.len() && pairs.all(|(one, other)| one.same(other))
    }
}

impl<K: PartialEq, V: Same> Same for BTreeMap<K, V> {
    fn same(&self, other: &Self) -> bool {
        let mut pairs = self.iter().zip(other);
        self.len() == other.len()
            && pairs.all(|((key, one), (other_key, other))| key == other_key && one.same(other))
    }
}

impl Same for RecordProperties {
    fn same(&self, other: &Self) -> bool {
        let mut pairs = self.iter().zip(other);
        self.iter().len() == other.iter().len()
            && pairs.all(|((name, one), (other_name, other))| name == other_name && one.same(other))
    }
}

impl Same for Type {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Structured(one), Self::Structured(other)) => one.same(other),
            (Self::Enum(one), Self::Enum(other)) => one.same(other),
            (Self::Definition(one), Self::Definition(other)) => one.same(other),
            _ => false,
        }
    }
}

impl Same for Value {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Collection(one), Self::Collection(other)) => one.same(other),
            (Self::Record(one), Self::Record(other)) => one.same(other),
            _ => self == other,
        }
    }
}

/// What has no place in it.
macro_rules! equal {
    ($($name:ty),* $(,)?) => {
        $(impl Same for $name {
            fn same(&self, other: &Self) -> bool {
                self == other
            }
        })*
    };
}

/// Of a struct, all fields.
macro_rules! fields {
    ($($name:ident { $($field:ident),* $(,)? })*) => {
        $(impl Same for $name {
            fn same(&self, other: &Self) -> bool {
                let Self { $($field),* } = self;
                true $(&& $field.same(&other.$field))*
            }
        })*
    };
}

equal!(
    Arc<str>,
    Facets,
    KeyPart,
    OperationKind,
    Presence,
    Primitive,
    QualifiedName,
    String,
    StructuredKind,
    TypeRef,
    bool,
    i64,
    (String, String),
    Option<char>,
);

fields! {
    StructuredType {
        kind, base, is_abstract, is_open, has_stream, presence, item_path_delimiter, key, properties,
        navigation, annotations, span,
    }
    Property { type_ref, nullable, default_value, facets, annotations, span }
    NavigationProperty {
        type_ref, nullable, partner, contains_target, referential_constraints, on_delete, annotations,
        span,
    }
    EnumType { underlying, is_flags, members, annotations, span }
    EnumMember { name, value, annotations }
    TypeDefinition { underlying, facets, annotations, span }
    Operation {
        kind, name, binding, parameters, return_type, is_composable, entity_set_path, annotations, span,
    }
    Parameter { name, type_ref, nullable, facets, annotations, span }
    ReturnType { type_ref, nullable, facets, annotations }
    Annotation { term, qualifier, value, annotations, span }
    RecordValue { type_name, properties, annotations }
}
