//! The properties of a record.

use super::model::Value;

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
        let value = |text: &str| Some(Value::Scalar("String", text.to_owned()));
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
