//! Qualified names, primitive types and references to types.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The name of a declaration and the namespace of its schema, aliases resolved.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct QualifiedName {
    /// The first bytes of the simple name: enough to tell most names apart, and to order them.
    beginning: u64,
    /// Namespace, such as `microsoft.graph`.
    pub namespace: Arc<str>,
    /// Simple name, such as `serviceActivity`.
    pub name: Arc<str>,
}

impl QualifiedName {
    /// A name in a namespace.
    pub fn new(namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        Self {
            beginning: beginning(&name),
            namespace: namespace.into(),
            name,
        }
    }

    /// Splits at the last dot; `None` without a dot or with an empty part.
    pub fn parse(text: &str) -> Option<Self> {
        let (namespace, name) = text.rsplit_once('.')?;
        (!namespace.is_empty() && !name.is_empty()).then(|| Self::new(namespace, name))
    }
}

/// The first bytes of a text, as a number that is ordered the same way.
fn beginning(text: &str) -> u64 {
    let mut first = [0; size_of::<u64>()];
    for (to, byte) in first.iter_mut().zip(text.bytes()) {
        *to = byte;
    }
    u64::from_be_bytes(first)
}

impl Ord for QualifiedName {
    fn cmp(&self, other: &Self) -> Ordering {
        // Names of one schema mostly share their namespace's text.
        let namespaces = match Arc::ptr_eq(&self.namespace, &other.namespace) {
            true => Ordering::Equal,
            false => self.namespace.cmp(&other.namespace),
        };
        let beginnings = || self.beginning.cmp(&other.beginning);
        let names = || self.name.cmp(&other.name);
        namespaces.then_with(beginnings).then_with(names)
    }
}

impl PartialOrd for QualifiedName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.name)
    }
}

macro_rules! primitives {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A type of the namespace `Edm` (CSDL XML 4.01, section 3.3).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Primitive {
            $($(#[$doc])* $variant,)*
        }

        impl Primitive {
            /// Every type with its name in the namespace `Edm`.
            const NAMES: &'static [(Self, &'static str)] = &[$((Self::$variant, $name),)*];
        }
    };
}

primitives! {
    /// Base64url-encoded bytes.
    Binary = "Binary",
    /// True or false.
    Boolean = "Boolean",
    /// Unsigned 8-bit integer.
    Byte = "Byte",
    /// A day without zone.
    Date = "Date",
    /// A point in time with offset.
    DateTimeOffset = "DateTimeOffset",
    /// A decimal number of any precision.
    Decimal = "Decimal",
    /// IEEE 754 binary64.
    Double = "Double",
    /// A signed duration of days, hours, minutes and seconds.
    Duration = "Duration",
    /// A 16-byte identifier.
    Guid = "Guid",
    /// Signed 16-bit integer.
    Int16 = "Int16",
    /// Signed 32-bit integer.
    Int32 = "Int32",
    /// Signed 64-bit integer.
    Int64 = "Int64",
    /// Signed 8-bit integer.
    SByte = "SByte",
    /// IEEE 754 binary32.
    Single = "Single",
    /// Bytes with a media type, read and written apart from the rest.
    Stream = "Stream",
    /// Text.
    String = "String",
    /// A time of day.
    TimeOfDay = "TimeOfDay",
    /// Any spatial value on a round earth.
    Geography = "Geography",
    /// A set of geographies.
    GeographyCollection = "GeographyCollection",
    /// A line on a round earth.
    GeographyLineString = "GeographyLineString",
    /// Several lines on a round earth.
    GeographyMultiLineString = "GeographyMultiLineString",
    /// Several points on a round earth.
    GeographyMultiPoint = "GeographyMultiPoint",
    /// Several areas on a round earth.
    GeographyMultiPolygon = "GeographyMultiPolygon",
    /// A point on a round earth.
    GeographyPoint = "GeographyPoint",
    /// An area on a round earth.
    GeographyPolygon = "GeographyPolygon",
    /// Any spatial value on a plane.
    Geometry = "Geometry",
    /// A set of geometries.
    GeometryCollection = "GeometryCollection",
    /// A line on a plane.
    GeometryLineString = "GeometryLineString",
    /// Several lines on a plane.
    GeometryMultiLineString = "GeometryMultiLineString",
    /// Several points on a plane.
    GeometryMultiPoint = "GeometryMultiPoint",
    /// Several areas on a plane.
    GeometryMultiPolygon = "GeometryMultiPolygon",
    /// A point on a plane.
    GeometryPoint = "GeometryPoint",
    /// An area on a plane.
    GeometryPolygon = "GeometryPolygon",
    /// Any primitive type.
    PrimitiveType = "PrimitiveType",
    /// Any complex type.
    ComplexType = "ComplexType",
    /// Any entity type.
    EntityType = "EntityType",
    /// Any value.
    Untyped = "Untyped",
    /// A path in an annotation.
    AnnotationPath = "AnnotationPath",
    /// A path to a property.
    PropertyPath = "PropertyPath",
    /// A path to a navigation property.
    NavigationPropertyPath = "NavigationPropertyPath",
    /// A path to a property or a navigation property.
    AnyPropertyPath = "AnyPropertyPath",
    /// A path to a model element.
    ModelElementPath = "ModelElementPath",
}

impl Primitive {
    /// The type with this name in the namespace `Edm`.
    pub fn from_name(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        found.map(|(primitive, _)| *primitive)
    }

    /// The type with this name in the namespace `Edm`, written in any case.
    pub(crate) fn from_any_case(name: &str) -> Option<Self> {
        let found = Self::NAMES
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(primitive, _)| *primitive)
    }

    /// The name without the namespace.
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(primitive, _)| *primitive == self);
        found.map_or("", |(_, name)| *name)
    }

    /// The names of all types, for hints.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().map(|(_, name)| *name)
    }

    /// Whether values can be told apart by their literals, as those of keys are (CSDL XML 4.01,
    /// section 6.5); what has no type here is believed.
    pub(crate) fn has_literals(self) -> bool {
        self != Self::Stream && !self.name().starts_with("Geo")
    }

    /// Whether values of a property of this type may be of several (CSDL XML 4.01, section 3.3).
    pub(crate) fn is_abstract(self) -> bool {
        matches!(
            self,
            Self::Geography
                | Self::Geometry
                | Self::PrimitiveType
                | Self::ComplexType
                | Self::Untyped
        )
    }

    /// Whether the values are whole numbers.
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::Byte | Self::SByte | Self::Int16 | Self::Int32 | Self::Int64
        )
    }
}

impl fmt::Display for Primitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Edm.{}", self.name())
    }
}

/// A type without `Collection(…)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemType {
    /// A type of the namespace `Edm`.
    Primitive(Primitive),
    /// A type that a schema declares.
    Named(QualifiedName),
}

impl fmt::Display for ItemType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primitive(primitive) => primitive.fmt(f),
            Self::Named(name) => name.fmt(f),
        }
    }
}

/// A type as properties, parameters and results refer to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeRef {
    /// The type, or the type of the items.
    pub item: ItemType,
    /// Whether it is `Collection(item)`.
    pub multiplicity: Multiplicity,
}

/// One or a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Multiplicity {
    /// A single value or resource.
    One,
    /// A collection.
    Many,
}

impl Multiplicity {
    /// Both.
    pub const ALL: [Self; 2] = [Self::One, Self::Many];

    /// Whether it is a collection.
    pub fn is_many(self) -> bool {
        self == Self::Many
    }
}

impl TypeRef {
    /// Whether it is `Collection(item)`.
    pub fn is_collection(&self) -> bool {
        self.multiplicity.is_many()
    }

    /// The declared type that this refers to, if it is one.
    pub fn named(&self) -> Option<&QualifiedName> {
        match &self.item {
            ItemType::Named(name) => Some(name),
            ItemType::Primitive(_) => None,
        }
    }
}

impl fmt::Display for TypeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_collection() {
            write!(f, "Collection({})", self.item)
        } else {
            self.item.fmt(f)
        }
    }
}
