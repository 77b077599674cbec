//! The names of a model's properties, typed by the model.

use std::fmt;
use std::marker::PhantomData;

/// A structural property of the model `T`: what `$select` and `$orderby` name.
///
/// Generated models have one as an associated constant for each property.
pub struct Property<T> {
    name: &'static str,
    model: PhantomData<fn() -> T>,
}

impl<T> Property<T> {
    /// The property with this name in the metadata.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            model: PhantomData,
        }
    }

    /// The name in the metadata.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Ascending order by this property.
    pub const fn asc(self) -> OrderBy<T> {
        OrderBy {
            property: self,
            descending: false,
        }
    }

    /// Descending order by this property.
    pub const fn desc(self) -> OrderBy<T> {
        OrderBy {
            property: self,
            descending: true,
        }
    }
}

// Derived impls would ask the same of `T`.
impl<T> Clone for Property<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Property<T> {}

impl<T> PartialEq for Property<T> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<T> Eq for Property<T> {}

impl<T> fmt::Debug for Property<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Property({:?})", self.name)
    }
}

/// A navigation property of the model `T`: what `$expand` names.
pub struct NavigationProperty<T> {
    name: &'static str,
    model: PhantomData<fn() -> T>,
}

impl<T> NavigationProperty<T> {
    /// The navigation property with this name in the metadata.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            model: PhantomData,
        }
    }

    /// The name in the metadata.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<T> Clone for NavigationProperty<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for NavigationProperty<T> {}

impl<T> PartialEq for NavigationProperty<T> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<T> Eq for NavigationProperty<T> {}

impl<T> fmt::Debug for NavigationProperty<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "NavigationProperty({:?})", self.name)
    }
}

/// An order by one property of the model `T`; see [`Property::asc`] and [`Property::desc`].
pub struct OrderBy<T> {
    property: Property<T>,
    descending: bool,
}

impl<T> OrderBy<T> {
    /// The item of `$orderby`: the name, with ` desc` where the order descends.
    pub(crate) fn text(&self) -> String {
        let suffix = if self.descending { " desc" } else { "" };
        format!("{}{suffix}", self.property.name)
    }
}

impl<T> From<Property<T>> for OrderBy<T> {
    fn from(property: Property<T>) -> Self {
        property.asc()
    }
}

impl<T> Clone for OrderBy<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for OrderBy<T> {}

impl<T> PartialEq for OrderBy<T> {
    fn eq(&self, other: &Self) -> bool {
        self.property == other.property && self.descending == other.descending
    }
}

impl<T> Eq for OrderBy<T> {}

impl<T> fmt::Debug for OrderBy<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OrderBy({:?})", self.text())
    }
}
