//! Request builders and the calls that they make.

use super::{Docs, ItemPath, RustType};
use crate::api::naming::RustName;
use crate::api::origin::Origin;
use crate::edm::vocabulary::Capability;
use crate::edm::{Multiplicity, OperationId, QualifiedName};
use std::collections::BTreeMap;

/// What can be asked of resources of one type: a module with its builders and their operations.
#[derive(Debug)]
pub struct ResourceItem {
    /// The module, and the file's name.
    pub module: RustName,
    /// What the resources are.
    pub origin: Origin,
    /// The builders: for one resource, for a collection of them, for both or for neither.
    pub builders: Vec<BuilderItem>,
    /// The operations that are declared for this type itself.
    pub operations: Vec<OperationItem>,
    /// Enumerations of functions that take the same parameters.
    pub operation_groups: Vec<OperationGroupItem>,
    /// The feature of the package that turns it on.
    pub feature: Option<String>,
}

/// An operation group: an enumeration of functions that take the same parameters.
#[derive(Debug)]
pub struct OperationGroupItem {
    /// The file's name.
    pub file: RustName,
    /// The enumeration.
    pub name: RustName,
    /// What it enumerates.
    pub description: String,
    /// The functions, by name.
    pub members: Vec<OperationGroupMember>,
}

/// A function of an operation group.
#[derive(Debug)]
pub struct OperationGroupMember {
    /// The variant.
    pub name: RustName,
    /// The function.
    pub operation: ItemPath,
    /// What the result counts or measures.
    pub unit: Option<String>,
    /// What the documentation says.
    pub docs: Docs,
}

impl ResourceItem {
    pub(super) fn has_deprecated(&self) -> bool {
        let methods = self.builders.iter().flat_map(|builder| &builder.methods);
        let methods = methods.map(|method| &method.docs);
        let builders = self.builders.iter().map(|builder| &builder.docs);
        let operations = self.operations.iter().map(|operation| &operation.docs);
        let mut docs = methods.chain(builders).chain(operations);
        docs.any(|docs| docs.deprecated.is_some())
    }
}

/// The requests that can be made of a resource, or of a collection of resources, of one type.
#[derive(Debug)]
pub struct BuilderItem {
    /// The builder.
    pub name: RustName,
    /// What the documentation says of the type.
    pub docs: Docs,
    /// The type in the metadata.
    pub origin: Origin,
    /// The type in Rust, if it is emitted.
    pub model: Option<ItemPath>,
    /// Whether it is a collection.
    pub multiplicity: Multiplicity,
    /// The methods, in the order in which they are emitted.
    pub methods: Vec<Method>,
    /// What the requests for the resource itself need, path by path.
    pub permissions: Vec<RequestPermissions>,
    /// The way to it, for an example of its requests.
    pub example: Option<ExampleItem>,
    /// Requests to it that its documentation shows.
    pub documented: Vec<DocumentedRequest>,
}

/// A method of a request builder or of the client.
#[derive(Debug)]
pub struct Method {
    /// The method.
    pub name: RustName,
    /// What the metadata says of what the method leads to.
    pub docs: Docs,
    /// What the method does.
    pub kind: MethodKind,
}

/// What a method does.
#[derive(Debug)]
pub enum MethodKind {
    /// Leads to another builder.
    Navigate(Navigation),
    /// Leads to the references of a navigation property.
    References {
        /// The URL segment.
        segment: String,
        /// Whether there may be several.
        multiplicity: Multiplicity,
    },
    /// Leads from a collection to one of its resources.
    Key(KeyMethod),
    /// Leads to an item below the resource by the item's path.
    ItemPath {
        /// The builder of the item.
        target: ItemPath,
        /// What stands before the path, and behind it.
        delimiter: char,
    },
    /// Leads to the same resources as one of the types that extend theirs.
    Cast {
        /// The type.
        model: ItemPath,
        /// Whether it is a collection.
        multiplicity: Multiplicity,
    },
    /// Reads the resource.
    Get {
        /// The type.
        model: ItemPath,
        /// System query options that the service does not support here.
        unsupported: Vec<&'static str>,
    },
    /// Reads the collection.
    List {
        /// The type of the items.
        model: ItemPath,
        /// System query options that the service does not support here.
        unsupported: Vec<&'static str>,
    },
    /// Adds a resource to the collection.
    Create(ItemPath),
    /// Changes the resource.
    Update {
        /// The type.
        model: ItemPath,
        /// Whether the whole resource is sent with PUT, not changes with PATCH.
        by_put: bool,
    },
    /// Deletes the resource.
    Delete,
    /// Counts the collection.
    Count(ItemPath),
    /// Reads bytes below the resource.
    Download(StreamSegment),
    /// Writes bytes below the resource.
    Upload {
        /// Where they are.
        content: StreamSegment,
        /// The type of the resource, which the service may send back.
        model: ItemPath,
    },
    /// Makes a call.
    Call {
        /// The operation.
        target: ItemPath,
        /// Arguments in the metadata's order.
        arguments: Vec<Argument>,
    },
}

impl MethodKind {
    /// Whether it is a request for the resource itself.
    pub fn is_request(&self) -> bool {
        matches!(
            self,
            Self::Get { .. }
                | Self::List { .. }
                | Self::Create(_)
                | Self::Update { .. }
                | Self::Delete
                | Self::Count(_)
        )
    }
}

/// Where bytes are read and written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamSegment {
    /// The content of a media entity.
    Content,
    /// A property that is a stream.
    Property(String),
}

impl StreamSegment {
    /// The URL segment.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Content => "$value",
            Self::Property(name) => name,
        }
    }
}

/// The way to another builder.
#[derive(Debug)]
pub struct Navigation {
    /// The URL segment.
    pub segment: String,
    /// The builder.
    pub target: ItemPath,
    /// What the metadata forbids at this place.
    pub refused: Vec<Capability>,
    /// Query options that it excludes at this place, and that are sent all the same.
    pub told: Vec<Capability>,
    /// What it excludes with one property alone.
    pub items: ExcludedItems,
    /// What it says of paths from here in particular.
    pub below: Vec<RestrictionsBelow>,
    /// What a caller needs to be granted for each kind of request at this place.
    pub permissions: Vec<(RequestKind, PermissionItem)>,
}

/// What the metadata excludes with one property alone, such as `$expand` of one navigation property: the
/// property beside what is excluded.
#[derive(Debug, Default)]
pub struct ExcludedItems {
    /// What is refused.
    pub refused: Vec<(Capability, String)>,
    /// What is sent all the same, since the service may support it, or it is not easily seen in a request.
    pub told: Vec<(Capability, String)>,
}

/// What the metadata forbids and allows on one path below a place.
#[derive(Debug)]
pub struct RestrictionsBelow {
    /// The path.
    pub path: String,
    /// What it forbids.
    pub refused: Vec<Capability>,
    /// What it allows, though it is forbidden elsewhere.
    pub permitted: Vec<Capability>,
}

/// A kind of request that the metadata speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestKind {
    /// Reading.
    Read,
    /// Creating.
    Insert,
    /// Changing.
    Update,
    /// Deleting.
    Delete,
}

impl RequestKind {
    /// The kind in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// The way from a collection to one of its resources.
#[derive(Debug)]
pub struct KeyMethod {
    /// The builder of the resource.
    pub target: ItemPath,
    /// The key's properties, in the metadata's order.
    pub parts: Vec<Argument>,
    /// Whether the URL names the parts; a key of one part goes without.
    pub is_named: bool,
    /// Whether the collection has another key beside this one, which is its main one.
    pub is_alternate: bool,
}

/// A call of an operation: a request that can be refined and sent.
#[derive(Debug)]
pub struct OperationItem {
    /// The operation in the model.
    pub operation: OperationId,
    /// The file's name.
    pub file: RustName,
    /// The struct.
    pub name: RustName,
    /// Whether it is an action, and not a function.
    pub is_action: bool,
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
    /// Whether it is a function that answers with entities, for which there are query options.
    pub lists_entities: bool,
    /// The builder of what a composable function gives.
    pub leads_to: Option<ItemPath>,
    /// Permissions, any one of which suffices.
    pub permissions: Vec<PermissionItem>,
    /// The set of the crate that has them, if paths say so and not the operation.
    pub permission_set: Option<RustName>,
    /// What a call needs, path by path, if that is not the same.
    pub by_path: Vec<RequestPermissions>,
    /// What the documentation says.
    pub docs: Docs,
    /// How it is called, if the documentation shows that.
    pub example: Option<ExampleItem>,
    /// Requests that call it and that its documentation shows.
    pub documented: Vec<DocumentedRequest>,
    /// The feature of the package that turns it on.
    pub feature: Option<String>,
}

/// A request that somebody documented, and the program that sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedRequest {
    /// Its method and address.
    pub request: String,
    /// The program: a function, with what it imports.
    pub program: String,
}

/// An example of a call, or of the requests of a builder.
#[derive(Debug)]
pub struct ExampleItem {
    /// Name of the package.
    pub package: String,
    /// The way from the client to the call, which is the last step, or to the builder.
    pub steps: Vec<ExampleStep>,
}

/// A method that is called on the way to a call.
#[derive(Debug, Clone)]
pub struct ExampleStep {
    /// The method.
    pub method: RustName,
    /// The type that it is called for.
    pub of_type: Option<ItemPath>,
    /// What it is given: names and types.
    pub arguments: Vec<(RustName, RustType)>,
}

/// A parameter of a call, or a part of a key.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The argument or setter.
    pub name: RustName,
    /// The parameter on the wire.
    pub wire_name: String,
    /// The type of the argument.
    pub rust_type: RustType,
    /// Whether it is binary and goes in JSON with the alphabet of base64.
    pub is_base64: bool,
    /// The value that the service takes if there is none.
    pub default_value: Option<String>,
    /// The values that the metadata lists, where they are few.
    pub allowed: Vec<String>,
    /// What the documentation says.
    pub docs: Docs,
}

/// A permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PermissionItem {
    /// The authorization scheme.
    pub scheme: String,
    /// Scopes, any one of which suffices, the least privileged first.
    pub scopes: Vec<String>,
    /// How many of them are the least privileged.
    pub least: usize,
    /// Scopes that do not suffice alone, and those of which one is needed besides.
    pub also: Vec<(String, Vec<String>)>,
}

/// What callers need to be granted, by the path that a request takes.
#[derive(Debug, Default)]
pub struct PermissionsItem {
    /// Sets of permissions, any one of which suffices.
    pub sets: BTreeMap<RustName, Vec<PermissionItem>>,
    /// Sets by path and method. A path has `()` for each key, and behind the names of functions.
    pub rows: BTreeMap<String, BTreeMap<&'static str, RustName>>,
    /// Where the metadata has the paths: an entry point, and what is below it.
    pub places: BTreeMap<String, RequestPlace>,
    /// Sets of the operations that need the same at all paths.
    pub uniform: BTreeMap<OperationId, RustName>,
    /// What operations need, path by path.
    pub calls: BTreeMap<OperationId, Vec<RequestPermissions>>,
    /// What the requests for resources of a type need, path by path.
    pub resources: BTreeMap<(QualifiedName, Multiplicity), Vec<RequestPermissions>>,
}

/// Where the metadata has the path of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPlace {
    /// The entry point.
    pub entry: String,
    /// The path below it; none at the entry point itself.
    pub below: Option<String>,
    /// The path as documentation writes it: `/users/{id}/messages`.
    pub shown: String,
}

/// What callers need to be granted for a request at one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPermissions {
    /// The request, as documentation writes it: `GET /users/{id}/messages`.
    pub request: String,
    /// Permissions, any one of which suffices.
    pub needed: Vec<PermissionItem>,
}

/// What a call answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultType {
    /// Nothing.
    Nothing,
    /// Bytes.
    Bytes,
    /// Pages of structured items.
    Page(RustType),
    /// One structured value, which is the whole answer.
    Object {
        /// The type.
        rust_type: RustType,
        /// Whether there may be none.
        is_nullable: bool,
    },
    /// A primitive value or a collection of such, which the answer wraps in an object.
    Value {
        /// The type, `Vec` included.
        rust_type: RustType,
        /// Whether there may be none.
        is_nullable: bool,
    },
}
