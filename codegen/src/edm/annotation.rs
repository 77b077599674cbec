//! Annotations and their values.

use super::names::QualifiedName;
use crate::csdl::ast::ScalarKind;
use crate::source::Span;

/// A statement about the element that it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The term.
    pub term: QualifiedName,
    /// Tells several annotations of one term apart.
    pub qualifier: Option<String>,
    /// The value; `None` stands for the term's default.
    pub value: Option<Value>,
    /// Annotations of this annotation.
    pub annotations: Vec<Annotation>,
    /// Where it stands.
    pub span: Span,
}

/// A value of an annotation, labels replaced by what they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A constant or path: its kind and text, names in full.
    Scalar(ScalarKind, String),
    /// Items in document order.
    Collection(Vec<Value>),
    /// Named values.
    Record(RecordValue),
    /// No value.
    Null,
}

/// Named values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordValue {
    /// The complex type, in full.
    pub type_name: Option<String>,
    /// Values by property name; `None` stands for the property's default.
    pub properties: RecordProperties,
    /// Annotations of the record.
    pub annotations: Vec<Annotation>,
}

/// What annotations are made of.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// An annotation, be it of an element, of another annotation or of a record.
    Annotation(&'a Annotation),
    /// A value, be it of an annotation, in a collection or in a record.
    Value(&'a Value),
}

/// Calls `see` with everything that annotations are made of, outer parts before those in them.
pub fn visit<'a>(annotations: &'a [Annotation], see: &mut impl FnMut(Part<'a>)) {
    for annotation in annotations {
        see(Part::Annotation(annotation));
        if let Some(value) = &annotation.value {
            visit_value(value, see);
        }
        visit(&annotation.annotations, see);
    }
}

fn visit_value<'a>(value: &'a Value, see: &mut impl FnMut(Part<'a>)) {
    see(Part::Value(value));
    match value {
        Value::Collection(items) => items.iter().for_each(|item| visit_value(item, see)),
        Value::Record(record) => {
            let values = record
                .properties
                .iter()
                .filter_map(|(_, value)| value.as_ref());
            values.for_each(|value| visit_value(value, see));
            visit(&record.annotations, see);
        }
        Value::Scalar(..) | Value::Null => {}
    }
}

/// Calls `change` with a list of annotations and with all lists in it, inner ones first.
pub(super) fn change_lists(
    annotations: &mut Vec<Annotation>,
    change: &mut impl FnMut(&mut Vec<Annotation>),
) {
    for annotation in annotations.iter_mut() {
        change_lists(&mut annotation.annotations, change);
        if let Some(value) = &mut annotation.value {
            change_lists_in(value, change);
        }
    }
    change(annotations);
}

fn change_lists_in(value: &mut Value, change: &mut impl FnMut(&mut Vec<Annotation>)) {
    match value {
        Value::Collection(items) => {
            items
                .iter_mut()
                .for_each(|item| change_lists_in(item, change));
        }
        Value::Record(record) => {
            change_lists(&mut record.annotations, change);
            let values = record.properties.values_mut().flatten();
            values.for_each(|value| change_lists_in(value, change));
        }
        Value::Scalar(..) | Value::Null => {}
    }
}

/// Values in the order of their names. Most records have one or two, for which a map would take a
/// kilobyte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordProperties(Box<[(String, Option<Value>)]>);

/// A name and its value.
type Entry<'a> = (&'a String, &'a Option<Value>);

/// Names and values in the order of the names.
type Iter<'a> = std::iter::Map<
    std::slice::Iter<'a, (String, Option<Value>)>,
    fn(&'a (String, Option<Value>)) -> Entry<'a>,
>;

impl RecordProperties {
    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<&Option<Value>> {
        let index = self
            .0
            .binary_search_by(|(known, _)| known.as_str().cmp(name));
        index.ok().map(|index| &self.0[index].1)
    }

    /// Names and values in the order of the names.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The values in the order of the names.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Option<Value>> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

impl FromIterator<(String, Option<Value>)> for RecordProperties {
    /// Of two values of a property the later counts.
    fn from_iter<T: IntoIterator<Item = (String, Option<Value>)>>(properties: T) -> Self {
        let mut properties: Vec<_> = properties.into_iter().collect();
        properties.reverse();
        properties.sort_by(|(left, _), (right, _)| left.cmp(right));
        properties.dedup_by(|(later, _), (first, _)| later == first);
        Self(properties.into_boxed_slice())
    }
}

impl<'a> IntoIterator for &'a RecordProperties {
    type Item = Entry<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_values_the_later_counts() {
        let value = |text: &str| Some(Value::Scalar(ScalarKind::String, text.to_owned()));
        let entries = [("b", value("1")), ("a", None), ("b", value("2"))];
        let entries = entries.map(|(name, value)| (name.to_owned(), value));
        let properties: RecordProperties = entries.into_iter().collect();
        assert_eq!(properties.get("b"), Some(&value("2")));
        assert_eq!(properties.get("a"), Some(&None));
        assert_eq!(properties.get("c"), None);
        let names: Vec<_> = properties.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
