//! What the emulator knows of the service that it plays: the part of the metadata that decides
//! which URLs exist and which values they take.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use crate::behavior::Behavior;

/// The service: what its metadata declares, and how it behaves besides.
#[derive(Debug)]
pub(crate) struct Service {
    /// Shared by all emulators of the same documents.
    pub(crate) model: Arc<Model>,
    /// What the metadata does not say.
    pub(crate) behavior: Behavior,
}

impl Deref for Service {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.model
    }
}

/// What the metadata declares.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// Singletons and entity sets by name.
    pub(crate) entry_points: BTreeMap<String, EntryPoint>,
    /// Function imports and action imports by name.
    pub(crate) imports: BTreeMap<String, Import>,
    /// Entity types and complex types by qualified name.
    pub(crate) types: BTreeMap<String, StructuredType>,
    /// Enumeration types by qualified name.
    pub(crate) enums: BTreeMap<String, EnumType>,
    /// The primitive types that type definitions stand for, by qualified name.
    pub(crate) definitions: BTreeMap<String, String>,
    /// The `MaxLength` of type definitions that have one, by qualified name.
    pub(crate) max_lengths: BTreeMap<String, usize>,
    /// Functions and actions by unqualified name; more than one is an overload.
    pub(crate) operations: BTreeMap<String, Vec<Operation>>,
    /// Schema aliases and the namespaces that they stand for.
    pub(crate) aliases: BTreeMap<String, String>,
}

/// An entity set or a singleton.
#[derive(Debug)]
pub(crate) struct EntryPoint {
    pub(crate) ty: TypeRef,
    /// Where its navigation properties lead: path without casts, and target.
    pub(crate) bindings: Vec<(String, String)>,
}

/// A function import or an action import.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) kind: OperationKind,
    /// The qualified name of the function or action, whose unbound overloads it offers.
    pub(crate) operation: String,
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
    pub(crate) is_entity: bool,
    pub(crate) is_abstract: bool,
    pub(crate) base: Option<String>,
    /// Whether it takes members that are not declared.
    pub(crate) open: bool,
    /// Whether its entities are media entities, with a `$value`.
    pub(crate) has_stream: bool,
    /// Own structural properties, in metadata order.
    pub(crate) properties: Vec<Property>,
    /// Own navigation properties by name.
    pub(crate) navigation: BTreeMap<String, Navigation>,
    /// The own key; derived types have their base type's.
    pub(crate) key: Vec<KeyPart>,
    pub(crate) alternate_keys: Vec<Vec<KeyPart>>,
}

/// A property of a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyPart {
    /// What key predicates call it: its alias, or else its path.
    pub(crate) name: String,
    /// The property, seen from the type.
    pub(crate) path: String,
}

/// A structural property.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) ty: TypeRef,
    pub(crate) nullable: bool,
    /// Whether the service alone sets it.
    pub(crate) read_only: bool,
    /// Whether it keeps the value that a create gave it.
    pub(crate) immutable: bool,
    /// The most characters of a text, or bytes of a binary value.
    pub(crate) max_length: Option<usize>,
}

/// A navigation property.
#[derive(Clone, Debug)]
pub(crate) struct Navigation {
    pub(crate) ty: TypeRef,
    pub(crate) contained: bool,
}

/// Which of the two an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Function,
    Action,
}

/// A function or an action.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) kind: OperationKind,
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// The type that it is bound to; none when it is reached through an import.
    pub(crate) binding: Option<TypeRef>,
    /// Whether path segments may follow its call.
    pub(crate) composable: bool,
    /// The parameters that a call carries, without the binding parameter.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Option<TypeRef>,
}

/// A parameter of an operation.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) ty: ValueType,
    /// The declared type.
    pub(crate) item: TypeRef,
    pub(crate) nullable: bool,
    pub(crate) optional: bool,
    /// What a left-out parameter stands for, written as a value without quotes.
    pub(crate) default: Option<String>,
    /// The values of `Validation.AllowedValues`; empty when every value is allowed.
    pub(crate) allowed: Vec<String>,
}

impl Operation {
    /// Its name with the namespace.
    pub(crate) fn qualified_name(&self) -> String {
        format!("{}.{}", self.namespace, self.name)
    }
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
    pub(crate) members: Vec<EnumMember>,
}

/// A member of an enumeration type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnumMember {
    pub(crate) name: String,
    pub(crate) value: i64,
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

impl Model {
    /// Whether `name` is the given type or one that it derives from.
    pub(crate) fn is_or_derives_from(&self, name: &str, ancestor: &str) -> bool {
        self.lineage(name).any(|(ty, _)| ty == ancestor)
    }

    /// The navigation property `property` of the type `owner`, inherited ones included.
    pub(crate) fn navigation(&self, owner: &str, property: &str) -> Option<&Navigation> {
        self.lineage(owner)
            .find_map(|(_, ty)| ty.navigation.get(property))
    }

    /// The names of all navigation properties of a type, inherited ones included.
    pub(crate) fn navigation_names(&self, owner: &str) -> impl Iterator<Item = &str> {
        self.lineage(owner)
            .flat_map(|(_, ty)| ty.navigation.keys().map(String::as_str))
    }

    /// The structural properties of a type, inherited ones included.
    pub(crate) fn properties(&self, owner: &str) -> impl Iterator<Item = &Property> {
        self.lineage(owner).flat_map(|(_, ty)| &ty.properties)
    }

    /// A structural property of a type, inherited ones included.
    pub(crate) fn property(&self, owner: &str, name: &str) -> Option<&Property> {
        self.properties(owner)
            .find(|property| property.name == name)
    }

    /// Whether a type or one that it derives from is open.
    pub(crate) fn is_open(&self, name: &str) -> bool {
        self.lineage(name).any(|(_, ty)| ty.open)
    }

    /// Whether entities of a type have a media stream of their own.
    pub(crate) fn has_stream(&self, name: &str) -> bool {
        self.lineage(name).any(|(_, ty)| ty.has_stream)
    }

    /// The key of an entity type; empty when neither it nor a base type declares one.
    pub(crate) fn key(&self, name: &str) -> &[KeyPart] {
        self.lineage(name)
            .map(|(_, ty)| ty.key.as_slice())
            .find(|key| !key.is_empty())
            .unwrap_or_default()
    }

    /// The alternate keys of an entity type.
    pub(crate) fn alternate_keys(&self, name: &str) -> impl Iterator<Item = &[KeyPart]> {
        self.lineage(name)
            .flat_map(|(_, ty)| ty.alternate_keys.iter().map(Vec::as_slice))
    }

    /// Whether a name is that of a declared type.
    pub(crate) fn is_declared(&self, name: &str) -> bool {
        self.types.contains_key(name)
            || self.enums.contains_key(name)
            || self.definitions.contains_key(name)
    }

    /// What a value of a type looks like.
    pub(crate) fn value_type(&self, ty: &TypeRef) -> ValueType {
        if ty.collection {
            return ValueType::Collection(ty.name.clone());
        }
        if let Some(declared) = self.enums.get(&ty.name) {
            return ValueType::Enum(declared.clone());
        }
        if self.types.contains_key(&ty.name) {
            return ValueType::Structured(ty.name.clone());
        }
        let underlying = self.definitions.get(&ty.name).unwrap_or(&ty.name);
        match Primitive::from_name(underlying) {
            Some(primitive) => ValueType::Primitive(primitive),
            None => ValueType::Unsupported(underlying.clone()),
        }
    }

    /// The overloads that the segment `name` (qualified or not) calls on a resource of type `on`;
    /// those bound to the nearest type first, as a derived type may redefine one.
    pub(crate) fn overloads(&self, name: &str, on: &TypeRef) -> Vec<&Operation> {
        let (namespace, simple) = self.split_qualified(name);
        let declared = self.operations.get(simple).into_iter().flatten();
        let mut overloads: Vec<(usize, &Operation)> = declared
            .filter(|operation| namespace.is_none_or(|wanted| operation.namespace == wanted))
            .filter_map(|operation| {
                let binding = operation.binding.as_ref()?;
                let distance = self.distance(on, binding)?;
                Some((distance, operation))
            })
            .collect();
        overloads.sort_by_key(|(distance, _)| *distance);
        overloads
            .into_iter()
            .map(|(_, operation)| operation)
            .collect()
    }

    /// How many steps up from a type a binding type is; none when it is no ancestor.
    fn distance(&self, on: &TypeRef, binding: &TypeRef) -> Option<usize> {
        if on.collection != binding.collection {
            return None;
        }
        if on.name == binding.name {
            return Some(0);
        }
        self.lineage(&on.name)
            .position(|(ty, _)| ty == binding.name)
    }

    /// The unbound overloads that an import offers.
    pub(crate) fn imported(&self, import: &Import) -> Vec<&Operation> {
        let (namespace, simple) = self.split_qualified(&import.operation);
        let declared = self.operations.get(simple).into_iter().flatten();
        declared
            .filter(|operation| operation.kind == import.kind && operation.binding.is_none())
            .filter(|operation| Some(operation.namespace.as_str()) == namespace)
            .collect()
    }

    /// A qualified name with its namespace in place of an alias.
    pub(crate) fn full_name(&self, name: &str) -> String {
        match self.split_qualified(name) {
            (Some(namespace), simple) => format!("{namespace}.{simple}"),
            (None, simple) => simple.to_owned(),
        }
    }

    /// The enumeration type of a literal's prefix.
    pub(crate) fn enum_name(&self, prefix: &str) -> Option<String> {
        let name = self.full_name(prefix);
        self.enums.contains_key(&name).then_some(name)
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
    pub(crate) fn lineage<'a>(
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

impl From<Primitive> for ValueType {
    fn from(primitive: Primitive) -> Self {
        Self::Primitive(primitive)
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
