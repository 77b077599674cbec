//! `$compute` and `$apply`: computed and aggregated values
//! (OData Extension for Data Aggregation 4.0).

use std::fmt;
use std::marker::PhantomData;

use super::composed::PropertyPath;
use super::operand::{Operand, Place};
use super::select::Selection;
use super::text::Text;

/// A value under a name of its own.
#[must_use = "it does nothing until it is part of a request"]
pub struct Alias<T, V> {
    text: Text,
    name: String,
    types: PhantomData<fn() -> (T, V)>,
}

impl<T, V> Alias<T, V> {
    pub(super) fn new(mut text: Text, name: String) -> Self {
        if !is_identifier(&name) {
            text.refuse(format!(
                "{name:?} cannot name a value: names are letters, digits and underscores, at most 128, \
                 and begin with no digit"
            ));
        }
        text.push(" as ");
        text.push(&name);
        Self {
            text,
            name,
            types: PhantomData,
        }
    }

    /// The value as a property, for the other options of the request. In the response, it is in the
    /// model's additional properties.
    pub fn property(&self) -> PropertyPath<T, V> {
        PropertyPath::new(self.name.clone())
    }
}

/// OData CSDL 4.01, section "Simple Identifier".
fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let first = characters.next();
    first.is_some_and(|first| first.is_alphabetic() || first == '_')
        && name.chars().count() <= 128
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}

/// A value of all `T`s of a group, a `V`, that needs a name; see [`alias`](Self::alias).
#[must_use = "it does nothing until it is part of a request"]
pub struct Aggregate<T, V> {
    text: Text,
    types: PhantomData<fn() -> (T, V)>,
}

impl<T, V> Aggregate<T, V> {
    pub(super) fn with<W>(value: impl Operand<T, W>, method: &str) -> Self {
        let mut text = value.into_text(Place::Separate);
        text.push(" with ");
        text.push(method);
        Self {
            text,
            types: PhantomData,
        }
    }

    /// This value under a name.
    pub fn alias(self, name: impl Into<String>) -> Alias<T, V> {
        Alias::new(self.text, name.into())
    }
}

impl<T> Aggregate<T, i64> {
    /// How many `T`s a group has: `$count`.
    pub fn count() -> Self {
        let mut text = Text::new();
        text.push("$count");
        Self {
            text,
            types: PhantomData,
        }
    }
}

/// One named value of `T` or several: alone, in a tuple, an array or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a named value of `{T}`",
    label = "has no name",
    note = "values get names with `alias`, and several of them go into a tuple"
)]
pub trait Aliases<T> {
    #[doc(hidden)]
    fn add_to(self, list: &mut Text);
}

impl<T, V> Aliases<T> for Alias<T, V> {
    fn add_to(self, list: &mut Text) {
        list.next(',');
        list.append(self.text);
    }
}

super::lists::lists!(Aliases);

/// What becomes of a collection of `T`s, step by step: what `$apply` takes.
///
/// ```
/// # use odata_runtime::{Property, query::{Aggregate, Apply}};
/// # struct Sale;
/// # const YEAR: Property<Sale, i32> = Property::new("year");
/// # const COUNTRY: Property<Sale, String> = Property::new("country");
/// # const AMOUNT: Property<Sale, i64> = Property::new("amount");
/// let apply = Apply::new().filter(YEAR.ge(2025)).group_by_with(
///     (COUNTRY, YEAR),
///     (AMOUNT.sum().alias("total"), Aggregate::count().alias("sales")),
/// );
/// assert_eq!(
///     apply.to_string(),
///     "filter(year ge 2025)/groupby((country,year),aggregate(amount with sum as total,$count as sales))"
/// );
/// ```
#[must_use = "it does nothing until it is part of a request"]
pub struct Apply<T> {
    text: Text,
    model: PhantomData<fn() -> T>,
}

impl<T> Apply<T> {
    /// The collection as it is.
    pub fn new() -> Self {
        Self {
            text: Text::default(),
            model: PhantomData,
        }
    }

    /// Only those for which the condition holds.
    pub fn filter(mut self, condition: impl Operand<T, bool>) -> Self {
        self.step("filter(");
        condition.write(Place::Separate, &mut self.text);
        self.end(")")
    }

    /// One result: these values of all.
    pub fn aggregate(mut self, values: impl Aliases<T>) -> Self {
        self.step("aggregate(");
        self.list(|list| values.add_to(list));
        self.end(")")
    }

    /// One result for each combination of these properties.
    pub fn group_by(mut self, properties: impl Selection<T>) -> Self {
        self.step("groupby((");
        self.list(|list| properties.add_to(list));
        self.end("))")
    }

    /// One result for each combination of these properties, with these values of its group.
    pub fn group_by_with(mut self, properties: impl Selection<T>, values: impl Aliases<T>) -> Self {
        self.step("groupby((");
        self.list(|list| properties.add_to(list));
        self.text.push("),aggregate(");
        self.list(|list| values.add_to(list));
        self.end("))")
    }

    fn step(&mut self, name: &str) {
        self.text.next('/');
        self.text.push(name);
    }

    fn list(&mut self, write: impl FnOnce(&mut Text)) {
        let mut list = Text::default();
        write(&mut list);
        self.text.append(list);
    }

    fn end(mut self, end: &str) -> Self {
        self.text.push(end);
        self
    }

    pub(crate) fn into_text(self) -> Text {
        self.text
    }
}

impl<T> Default for Apply<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Apply<T> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            model: PhantomData,
        }
    }
}

impl<T> fmt::Display for Apply<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text.as_str())
    }
}

impl<T> fmt::Debug for Apply<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Apply").finish_non_exhaustive()
    }
}

impl<T, V> fmt::Debug for Alias<T, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Alias").finish_non_exhaustive()
    }
}

impl<T, V> fmt::Debug for Aggregate<T, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Aggregate").finish_non_exhaustive()
    }
}
