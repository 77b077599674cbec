//! The Rust items that will exist, every name final.

use super::naming::RustName;

/// Everything that is emitted, in the order in which it is emitted.
#[derive(Debug)]
pub struct Api {
    /// The client and what it starts with.
    pub client: ClientItem,
    /// Data types: the module `models` and those below it.
    pub models: ModelModule,
    /// Request builders: the modules below `requests`.
    pub builders: Vec<BuilderItem>,
    /// Names that had to be changed because another name was the same in Rust.
    pub renamed: Vec<Renamed>,
}

impl Api {
    /// Whether the metadata deprecates anything that is emitted.
    pub fn has_deprecated(&self) -> bool {
        let of_builder = |builder: &BuilderItem| {
            let operations = builder.operations.iter().map(|operation| &operation.docs);
            let navigation = builder.navigation.iter().map(|method| &method.docs);
            let mut docs = operations.chain(navigation).chain([&builder.docs]);
            docs.any(|docs| docs.deprecated.is_some())
        };
        self.models.has_deprecated() || self.builders.iter().any(of_builder)
    }
}

impl ModelModule {
    fn has_deprecated(&self) -> bool {
        let of_item = |item: &ModelItem| {
            let inner = match &item.kind {
                ModelKind::Struct(structure) => {
                    structure.fields.iter().any(|f| f.docs.deprecated.is_some())
                }
                ModelKind::Enum(enumeration) => enumeration
                    .members
                    .iter()
                    .any(|m| m.docs.deprecated.is_some()),
                ModelKind::AllowedValues(_) => false,
            };
            inner || item.docs.deprecated.is_some()
        };
        self.items.iter().any(of_item) || self.modules.iter().any(Self::has_deprecated)
    }
}

/// A name that could not be kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renamed {
    /// What bears the name in the metadata.
    pub element: String,
    /// Its name in Rust.
    pub name: String,
}

/// What an item's documentation says, as text that is not Rust or Markdown yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    /// One sentence.
    pub summary: Option<String>,
    /// Paragraphs.
    pub details: Option<String>,
    /// Why the item should not be used any longer.
    pub deprecated: Option<String>,
}

/// Where a public item is, below `models` or `requests`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemPath {
    /// The module, from the crate's root.
    pub module: Vec<RustName>,
    /// The item in it.
    pub name: RustName,
}

/// The client.
#[derive(Debug)]
pub struct ClientItem {
    /// Name of the package.
    pub crate_name: String,
    /// The crate's documentation.
    pub docs: Docs,
    /// The service's name in texts.
    pub service: String,
    /// The environment variable of the access token.
    pub token_variable: Option<String>,
    /// Where the service runs; the first is the default.
    pub clouds: Vec<CloudItem>,
    /// The service's entry points.
    pub entries: Vec<NavigationMethod>,
}

/// A variant of `Cloud`.
#[derive(Debug)]
pub struct CloudItem {
    /// The variant.
    pub name: RustName,
    /// What the deployment is.
    pub description: String,
    /// Service root.
    pub root: String,
    /// Scope of tokens.
    pub scope: String,
    /// Where tokens are issued.
    pub login_authority: String,
}

/// A module of data types: the types of one namespace.
#[derive(Debug, Default)]
pub struct ModelModule {
    /// Path from the crate's root.
    pub path: Vec<RustName>,
    /// The namespaces whose types are here.
    pub namespaces: Vec<String>,
    /// The types, by name.
    pub items: Vec<ModelItem>,
    /// Modules inside this one, by name.
    pub modules: Vec<ModelModule>,
}

/// A data type and the private module that holds it.
#[derive(Debug)]
pub struct ModelItem {
    /// The file's name.
    pub file: RustName,
    /// The type's name.
    pub name: RustName,
    /// What the documentation says.
    pub docs: Docs,
    /// Where the type comes from, in the metadata's words.
    pub source: String,
    /// The type itself.
    pub kind: ModelKind,
}

/// The kinds of data type.
#[derive(Debug)]
pub enum ModelKind {
    /// An entity or complex type.
    Struct(StructItem),
    /// An enumeration of the service.
    Enum(EnumItem),
    /// The values that a parameter may have.
    AllowedValues(AllowedValuesItem),
}

/// An entity or complex type.
#[derive(Debug)]
pub struct StructItem {
    /// Fields by wire name.
    pub fields: Vec<Field>,
    /// Whether values are passed to operations.
    pub is_argument: bool,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// The field.
    pub name: RustName,
    /// The JSON member.
    pub wire_name: String,
    /// The type, `Option` included.
    pub rust_type: RustType,
    /// What the documentation says.
    pub docs: Docs,
}

/// An enumeration of the service.
#[derive(Debug)]
pub struct EnumItem {
    /// The name that URL literals begin with.
    pub qualified_name: String,
    /// Members in the metadata's order.
    pub members: Vec<EnumVariant>,
    /// Whether a value is a set of members.
    pub is_flags: bool,
}

/// A member of an enumeration.
#[derive(Debug)]
pub struct EnumVariant {
    /// The variant.
    pub name: RustName,
    /// The text on the wire.
    pub wire_name: String,
    /// What the documentation says.
    pub docs: Docs,
}

/// The values that a parameter may have; others can be sent all the same.
#[derive(Debug)]
pub struct AllowedValuesItem {
    /// The type of the values.
    pub value_type: RustType,
    /// Variants in the metadata's order.
    pub variants: Vec<AllowedVariant>,
    /// The catch-all variant.
    pub other: RustName,
    /// Which variant an absent parameter stands for.
    pub default: Option<RustName>,
}

/// One of the values that a parameter may have.
#[derive(Debug)]
pub struct AllowedVariant {
    /// The variant.
    pub name: RustName,
    /// The value.
    pub value: Constant,
    /// What the documentation says.
    pub docs: Docs,
}

/// A constant of a primitive type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Constant {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

/// The requests that can be made of a resource of one type.
#[derive(Debug)]
pub struct BuilderItem {
    /// The module of the builder and its operations; also the file's name.
    pub module: RustName,
    /// The builder.
    pub name: RustName,
    /// What the documentation says of the type.
    pub docs: Docs,
    /// The type in the metadata.
    pub source: String,
    /// Methods that lead to other builders, by wire name.
    pub navigation: Vec<NavigationMethod>,
    /// Methods that make a call, by wire name.
    pub calls: Vec<CallMethod>,
    /// The operations that are declared for this type itself.
    pub operations: Vec<OperationItem>,
}

/// A method that leads to another builder.
#[derive(Debug)]
pub struct NavigationMethod {
    /// The method.
    pub name: RustName,
    /// The URL segment.
    pub segment: String,
    /// The builder that it gives.
    pub target: ItemPath,
    /// What the documentation says.
    pub docs: Docs,
}

/// A method that makes a call.
#[derive(Debug)]
pub struct CallMethod {
    /// The method.
    pub name: RustName,
    /// The operation that it gives.
    pub target: ItemPath,
    /// Arguments in the metadata's order.
    pub arguments: Vec<Argument>,
    /// What the documentation says.
    pub docs: Docs,
}

/// A call of a function: a request that can be refined and sent.
#[derive(Debug)]
pub struct OperationItem {
    /// The file's name.
    pub file: RustName,
    /// The struct.
    pub name: RustName,
    /// The name in the metadata.
    pub qualified_name: String,
    /// The URL segment.
    pub segment: String,
    /// Wire names of all parameters, in the metadata's order.
    pub parameters: Vec<String>,
    /// Parameters that must be given.
    pub required: Vec<Argument>,
    /// Parameters that may be given.
    pub optional: Vec<Argument>,
    /// What the service answers.
    pub result: ResultType,
    /// Permissions, any one of which suffices.
    pub permissions: Vec<PermissionItem>,
    /// What the documentation says.
    pub docs: Docs,
}

/// A parameter of a call.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The argument or setter.
    pub name: RustName,
    /// The parameter on the wire.
    pub wire_name: String,
    /// The type of the argument.
    pub rust_type: RustType,
    /// The value that the service takes if there is none.
    pub default_value: Option<String>,
    /// What the documentation says.
    pub docs: Docs,
}

/// A permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionItem {
    /// The authorization scheme.
    pub scheme: String,
    /// Scopes, any one of which suffices.
    pub scopes: Vec<String>,
}

/// What a call answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultType {
    /// Pages of items.
    Page(RustType),
    /// One value.
    Single(RustType),
}

/// A Rust type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RustType {
    /// `bool`
    Bool,
    /// `u8`
    U8,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`
    String,
    /// `DateTime<Utc>`
    DateTime,
    /// `NaiveDate`
    Date,
    /// `NaiveTime`
    TimeOfDay,
    /// `TimeDelta`
    Duration,
    /// `Guid`
    Guid,
    /// `Vec<u8>`
    Binary,
    /// `serde_json::Value`
    Json,
    /// A type of this crate.
    Model(ItemPath),
    /// `Box<…>`, where a type would hold itself.
    Boxed(Box<RustType>),
    /// `Option<…>`
    Option(Box<RustType>),
    /// `Vec<…>`
    Vec(Box<RustType>),
}

impl RustType {
    /// The type in an `Option`, unless it is one.
    pub fn optional(self) -> Self {
        match self {
            Self::Option(_) => self,
            other => Self::Option(Box::new(other)),
        }
    }
}
