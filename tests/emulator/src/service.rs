//! What the emulator knows of the service that it plays: the part of the metadata that decides
//! which URLs exist and which values they take.

use std::collections::BTreeMap;

/// The declared service.
#[derive(Debug, Default)]
pub(crate) struct Service {
    /// Singletons and entity sets by name.
    pub(crate) entry_points: BTreeMap<String, TypeRef>,
    /// Entity types and complex types by qualified name.
    pub(crate) types: BTreeMap<String, StructuredType>,
    /// Bound functions by unqualified name; more than one is an overload.
    pub(crate) functions: BTreeMap<String, Vec<Function>>,
    /// Schema aliases and the namespaces that they stand for.
    pub(crate) aliases: BTreeMap<String, String>,
}

/// A type in use: `microsoft.graph.user` or `Collection(microsoft.graph.user)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeRef {
    /// Qualified name with the namespace, never an alias.
    pub(crate) name: String,
    pub(crate) collection: bool,
}

/// An entity type or a complex type.
#[derive(Debug, Default)]
pub(crate) struct StructuredType {
    pub(crate) base: Option<String>,
    /// Own structural properties, in metadata order.
    pub(crate) properties: Vec<Property>,
    /// Own navigation properties by name.
    pub(crate) navigation: BTreeMap<String, TypeRef>,
}

/// A structural property.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) ty: TypeRef,
}

/// A function bound to a type.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) binding: TypeRef,
    /// The parameters that a call carries, without the binding parameter.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: TypeRef,
    /// The scopes that the annotations name for calling it.
    pub(crate) scopes: Vec<String>,
}

/// A parameter of a function.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) ty: ValueType,
    pub(crate) nullable: bool,
    pub(crate) optional: bool,
    /// What a left-out parameter stands for, written as a value without quotes.
    pub(crate) default: Option<String>,
    /// The values of `Validation.AllowedValues`; empty when every value is allowed.
    pub(crate) allowed: Vec<String>,
}

/// What a parameter's value has to look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    Primitive(Primitive),
    Enum(EnumType),
    /// A collection, which a URL can carry only as JSON behind an alias.
    Collection(String),
    /// A complex or entity type, which a URL can carry only as JSON behind an alias.
    Structured(String),
    /// A type whose literals the emulator does not read, such as the geographies.
    Unsupported(String),
}

/// An enumeration type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnumType {
    pub(crate) name: String,
    pub(crate) flags: bool,
    pub(crate) members: Vec<String>,
}

/// The primitive types that a URL literal can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primitive {
    Binary,
    Boolean,
    Byte,
    Date,
    DateTimeOffset,
    Decimal,
    Double,
    Duration,
    Guid,
    Int16,
    Int32,
    Int64,
    SByte,
    Single,
    String,
    TimeOfDay,
}

impl Service {
    /// Whether `name` is the given type or one that it derives from.
    pub(crate) fn is_or_derives_from(&self, name: &str, ancestor: &str) -> bool {
        self.lineage(name).any(|(ty, _)| ty == ancestor)
    }

    /// Where the navigation property `property` of the type `owner` leads, inherited ones included.
    pub(crate) fn navigation(&self, owner: &str, property: &str) -> Option<&TypeRef> {
        self.lineage(owner)
            .find_map(|(_, ty)| ty.navigation.get(property))
    }

    /// The structural properties of a type, inherited ones included.
    pub(crate) fn properties(&self, owner: &str) -> impl Iterator<Item = &Property> {
        self.lineage(owner).flat_map(|(_, ty)| &ty.properties)
    }

    /// The overloads that the segment `name` (qualified or not) calls on a resource of type `on`.
    pub(crate) fn overloads(&self, name: &str, on: &TypeRef) -> Vec<&Function> {
        let (namespace, simple) = self.split_qualified(name);
        self.functions
            .get(simple)
            .into_iter()
            .flatten()
            .filter(|function| namespace.is_none_or(|wanted| function.namespace == wanted))
            .filter(|function| function.binding.collection == on.collection)
            .filter(|function| self.is_or_derives_from(&on.name, &function.binding.name))
            .collect()
    }

    /// The type that a cast segment such as `microsoft.graph.user` names, if it names one.
    pub(crate) fn cast(&self, segment: &str) -> Option<String> {
        let (namespace, simple) = self.split_qualified(segment);
        let name = format!("{}.{simple}", namespace?);
        self.types.contains_key(&name).then_some(name)
    }

    fn split_qualified<'a>(&'a self, name: &'a str) -> (Option<&'a str>, &'a str) {
        match name.rsplit_once('.') {
            Some((prefix, simple)) => {
                let namespace = self.aliases.get(prefix).map_or(prefix, String::as_str);
                (Some(namespace), simple)
            }
            None => (None, name),
        }
    }

    /// A type and its ancestors, nearest first; ends at an undeclared type or at a cycle.
    fn lineage<'a>(
        &'a self,
        name: &str,
    ) -> impl Iterator<Item = (&'a str, &'a StructuredType)> + use<'a> {
        let mut next = self.types.get_key_value(name);
        let mut remaining = self.types.len();
        std::iter::from_fn(move || {
            let (name, ty) = next?;
            remaining = remaining.checked_sub(1)?;
            let base = ty.base.as_deref();
            next = base.and_then(|base| self.types.get_key_value(base));
            Some((name.as_str(), ty))
        })
    }
}

impl Primitive {
    /// The primitive type of a name such as `Edm.Int32`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.name() == name)
    }

    /// The type's name with its namespace.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Binary => "Edm.Binary",
            Self::Boolean => "Edm.Boolean",
            Self::Byte => "Edm.Byte",
            Self::Date => "Edm.Date",
            Self::DateTimeOffset => "Edm.DateTimeOffset",
            Self::Decimal => "Edm.Decimal",
            Self::Double => "Edm.Double",
            Self::Duration => "Edm.Duration",
            Self::Guid => "Edm.Guid",
            Self::Int16 => "Edm.Int16",
            Self::Int32 => "Edm.Int32",
            Self::Int64 => "Edm.Int64",
            Self::SByte => "Edm.SByte",
            Self::Single => "Edm.Single",
            Self::String => "Edm.String",
            Self::TimeOfDay => "Edm.TimeOfDay",
        }
    }

    const ALL: [Self; 16] = [
        Self::Binary,
        Self::Boolean,
        Self::Byte,
        Self::Date,
        Self::DateTimeOffset,
        Self::Decimal,
        Self::Double,
        Self::Duration,
        Self::Guid,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::SByte,
        Self::Single,
        Self::String,
        Self::TimeOfDay,
    ];
}

impl ValueType {
    /// The type's name as metadata writes it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Primitive(primitive) => primitive.name().to_owned(),
            Self::Enum(ty) => ty.name.clone(),
            Self::Collection(item) => format!("Collection({item})"),
            Self::Structured(name) | Self::Unsupported(name) => name.clone(),
        }
    }
}

impl std::fmt::Display for TypeRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.collection {
            write!(f, "Collection({})", self.name)
        } else {
            f.write_str(&self.name)
        }
    }
}
