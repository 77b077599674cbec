//! The kinds of change.

/// The kind of a change; [`RULES`](super::RULES) says what each of them means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Entity set or singleton removed.
    EntryPointRemoved,
    /// Entity set or singleton renamed.
    EntryPointRenamed,
    /// Entity set or singleton of another type.
    EntryPointChanged,
    /// Entity set became a singleton, or the reverse.
    EntryPointKindChanged,
    /// Entity set or singleton added.
    EntryPointAdded,
    /// Entity set's or singleton's details changed.
    EntryPointDetailChanged,
    /// Function or action import removed.
    ImportRemoved,
    /// Function or action import renamed.
    ImportRenamed,
    /// Import of another function or action.
    ImportChanged,
    /// Function or action import added.
    ImportAdded,
    /// Type removed.
    TypeRemoved,
    /// Type renamed.
    TypeRenamed,
    /// Type moved to another namespace.
    TypeMoved,
    /// Type moved to another namespace.
    TypeMovedWithin,
    /// Type is of another kind.
    TypeKindChanged,
    /// Type became abstract or open, or ceased to be.
    TypeModifiersChanged,
    /// Type is no media entity any more.
    MediaStreamRemoved,
    /// Type became a media entity.
    MediaStreamAdded,
    /// Key changed.
    KeyChanged,
    /// Alternate key removed.
    AlternateKeyRemoved,
    /// Alternate key added.
    AlternateKeyAdded,
    /// Base type changed.
    BaseTypeChanged,
    /// Type no longer derives from another.
    DerivationRemoved,
    /// Type derives from another.
    DerivationAdded,
    /// Nothing derives from a type any more.
    CastRemoved,
    /// Type has its first derived type.
    CastAdded,
    /// Type definition stands for another type.
    DefinitionChanged,
    /// Type added.
    TypeAdded,
    /// Member removed.
    MemberRemoved,
    /// Member renamed.
    MemberRenamed,
    /// Enumeration became flags or ceased to be.
    FlagsChanged,
    /// Member `other` came or went.
    CatchAllRenamed,
    /// Member added.
    MemberAdded,
    /// Member's number changed.
    MemberValueChanged,
    /// Property removed.
    PropertyRemoved,
    /// Property renamed.
    PropertyRenamed,
    /// Property type changed.
    PropertyTypeChanged,
    /// Property made nullable.
    PropertyMadeNullable,
    /// Property made non-nullable.
    PropertyMadeNonNullable,
    /// Items of a collection made nullable.
    ItemsMadeNullable,
    /// Items of a collection made non-nullable.
    ItemsMadeNonNullable,
    /// Property added.
    PropertyAdded,
    /// Property facets changed.
    PropertyDetailChanged,
    /// Stream property removed.
    StreamRemoved,
    /// Stream property renamed.
    StreamRenamed,
    /// Stream property added.
    StreamAdded,
    /// Property became read-only, or ceased to be.
    ReadOnlyChanged,
    /// Navigation property removed.
    NavigationRemoved,
    /// Navigation property renamed.
    NavigationRenamed,
    /// Navigation property leads to another type, or to a collection instead of one.
    NavigationTypeChanged,
    /// Navigation property added.
    NavigationAdded,
    /// Navigation property's details changed.
    NavigationDetailChanged,
    /// References of a navigation property cannot be changed any more.
    ReferencesRemoved,
    /// References of a navigation property can be changed.
    ReferencesAdded,
    /// Requests of a kind forbidden everywhere.
    RequestRemoved,
    /// Requests of a kind no longer forbidden everywhere.
    RequestAdded,
    /// Requests of a kind forbidden at one place.
    RequestRefused,
    /// Requests of a kind no longer forbidden at one place.
    RequestAllowed,
    /// Updates are sent with PUT instead of PATCH, or the reverse.
    UpdateMethodChanged,
    /// Query options excluded, or no longer.
    QueryOptionsChanged,
    /// No path leads to a type of resource any more.
    BuilderRemoved,
    /// A path leads to a type of resource.
    BuilderAdded,
    /// Operation removed.
    OperationRemoved,
    /// Operation renamed.
    OperationRenamed,
    /// Function became an action, or the reverse.
    OperationKindChanged,
    /// Return type changed.
    ReturnTypeChanged,
    /// Result's nullability changed.
    ReturnNullabilityChanged,
    /// Operation moved to another namespace.
    OperationMoved,
    /// Operation added.
    OperationAdded,
    /// Permissions changed.
    PermissionsChanged,
    /// Operation's details changed.
    OperationDetailChanged,
    /// Paths no longer go on from a function.
    ComposabilityRemoved,
    /// Paths go on from a function.
    ComposabilityAdded,
    /// Operation can no longer be called on a resource.
    CallRemoved,
    /// Operation can be called on a resource more.
    CallAdded,
    /// Function is no longer in an operation group.
    GroupMemberRemoved,
    /// Function is in an operation group.
    GroupMemberAdded,
    /// Parameter removed.
    ParameterRemoved,
    /// Required parameter added.
    RequiredParameterAdded,
    /// Parameter made required.
    ParameterMadeRequired,
    /// Parameter made optional.
    ParameterMadeOptional,
    /// Required parameters in another order.
    RequiredParametersReordered,
    /// Parameter type changed.
    ParameterTypeChanged,
    /// Nullability of a function's required parameter changed.
    ParameterNullabilityChanged,
    /// Optional parameter renamed.
    OptionalParameterRenamed,
    /// Required parameter renamed.
    RequiredParameterRenamed,
    /// Optional parameter added.
    OptionalParameterAdded,
    /// Default value changed.
    DefaultValueChanged,
    /// Parameter facets changed.
    ParameterDetailChanged,
    /// Allowed value removed.
    AllowedValueRemoved,
    /// Allowed value renamed.
    AllowedValueRenamed,
    /// Allowed values no longer listed.
    AllowedValuesDropped,
    /// Operations no longer agree on the allowed values.
    AllowedValuesDiverged,
    /// Default value no longer one of the allowed values.
    AllowedDefaultRemoved,
    /// Allowed value added.
    AllowedValueAdded,
    /// Allowed values listed.
    AllowedValuesListed,
    /// Deprecated.
    Deprecated,
    /// Deprecation changed.
    DeprecationChanged,
    /// Description changed.
    DescriptionChanged,
    /// Annotation changed.
    AnnotationChanged,
    /// Name of Rust changed, not that of the metadata.
    NameChanged,
    /// Declaration changed because of another element.
    DeclarationChanged,
    /// Declaration no longer made.
    DeclarationRemoved,
    /// Declaration made.
    DeclarationAdded,
    /// Element changed that has no part in the client.
    NothingEmitted,
}
