//! The grammar of CSDL XML 4.01: which attributes and child elements each element may have.

use super::ast::ScalarKind;

/// Elements whose value only a service can work out.
pub(super) const DYNAMIC: &[&str] = &[
    "If", "Apply", "Cast", "IsOf", "UrlRef", "And", "Or", "Not", "Eq", "Ne", "Gt", "Ge", "Lt",
    "Le", "Has", "In", "Add", "Sub", "Neg", "Mul", "Div", "DivBy", "Mod",
];

/// The attributes and children that an element may have.
pub(super) struct Shape {
    pub attributes: &'static [&'static str],
    children: &'static [&'static str],
    /// Whether it holds an expression, as an attribute or as a child.
    has_value: bool,
}

/// Elements that may stand in expressions beside constants, paths and dynamic expressions.
const VALUES: &[&str] = &[
    "Collection",
    "Record",
    "Null",
    "LabeledElement",
    "LabeledElementReference",
];

const TYPED: &[&str] = &[
    "Name",
    "Type",
    "Nullable",
    "MaxLength",
    "Precision",
    "Scale",
    "SRID",
    "Unicode",
];

impl Shape {
    const fn new(attributes: &'static [&'static str], children: &'static [&'static str]) -> Self {
        Self {
            attributes,
            children,
            has_value: false,
        }
    }

    const fn value(attributes: &'static [&'static str], children: &'static [&'static str]) -> Self {
        Self {
            attributes,
            children,
            has_value: true,
        }
    }

    /// The shape of an element; `None` if what is in it is not looked at.
    pub fn of(name: &str) -> Option<&'static Self> {
        const ONLY_ANNOTATIONS: &[&str] = &["Annotation"];
        const ENTRY: &[&str] = &["NavigationPropertyBinding", "Annotation"];
        const MEMBERS: &[&str] = &["Property", "NavigationProperty", "Annotation"];
        const ENTITY: &[&str] = &["Property", "NavigationProperty", "Key", "Annotation"];
        const OPERATION: &[&str] = &["Parameter", "ReturnType", "Annotation"];
        // The most frequent ones first.
        Some(match name {
            "Annotation" => const { &Shape::value(&["Term", "Qualifier"], ONLY_ANNOTATIONS) },
            "Property" => {
                const {
                    &Shape::new(
                        &[
                            "Name",
                            "Type",
                            "Nullable",
                            "MaxLength",
                            "Precision",
                            "Scale",
                            "SRID",
                            "Unicode",
                            "DefaultValue",
                        ],
                        ONLY_ANNOTATIONS,
                    )
                }
            }
            "Member" => const { &Shape::new(&["Name", "Value"], ONLY_ANNOTATIONS) },
            "PropertyValue" => const { &Shape::value(&["Property"], ONLY_ANNOTATIONS) },
            "Record" => const { &Shape::new(&["Type"], &["PropertyValue", "Annotation"]) },
            "Collection" => const { &Shape::value(&[], &[]) },
            "Parameter" => const { &Shape::new(TYPED, ONLY_ANNOTATIONS) },
            "NavigationProperty" => {
                const {
                    &Shape::new(
                        &["Name", "Type", "Nullable", "Partner", "ContainsTarget"],
                        &["ReferentialConstraint", "OnDelete", "Annotation"],
                    )
                }
            }
            "Annotations" => const { &Shape::new(&["Target", "Qualifier"], ONLY_ANNOTATIONS) },
            "NavigationPropertyBinding" => {
                const { &Shape::new(&["Path", "Target"], ONLY_ANNOTATIONS) }
            }
            "EntityType" => {
                const {
                    &Shape::new(
                        &["Name", "BaseType", "Abstract", "OpenType", "HasStream"],
                        ENTITY,
                    )
                }
            }
            "ComplexType" => {
                const { &Shape::new(&["Name", "BaseType", "Abstract", "OpenType"], MEMBERS) }
            }
            "EnumType" => {
                const {
                    &Shape::new(
                        &["Name", "UnderlyingType", "IsFlags"],
                        &["Member", "Annotation"],
                    )
                }
            }
            "Key" => const { &Shape::new(&[], &["PropertyRef"]) },
            "PropertyRef" => const { &Shape::new(&["Name", "Alias"], &[]) },
            "Action" => const { &Shape::new(&["Name", "IsBound", "EntitySetPath"], OPERATION) },
            "Function" => {
                const {
                    &Shape::new(
                        &["Name", "IsBound", "IsComposable", "EntitySetPath"],
                        OPERATION,
                    )
                }
            }
            // Without a name; it is not worth a list of its own.
            "ReturnType" => const { &Shape::new(TYPED, ONLY_ANNOTATIONS) },
            "TypeDefinition" => {
                const {
                    &Shape::new(
                        &[
                            "Name",
                            "UnderlyingType",
                            "MaxLength",
                            "Precision",
                            "Scale",
                            "SRID",
                            "Unicode",
                        ],
                        ONLY_ANNOTATIONS,
                    )
                }
            }
            "Term" => {
                const {
                    &Shape::new(
                        &[
                            "Name",
                            "Type",
                            "BaseTerm",
                            "DefaultValue",
                            "AppliesTo",
                            "Nullable",
                            "MaxLength",
                            "Precision",
                            "Scale",
                            "SRID",
                            "Unicode",
                        ],
                        ONLY_ANNOTATIONS,
                    )
                }
            }
            "EntityContainer" => {
                const {
                    &Shape::new(
                        &["Name", "Extends"],
                        &[
                            "EntitySet",
                            "Singleton",
                            "FunctionImport",
                            "ActionImport",
                            "Annotation",
                        ],
                    )
                }
            }
            "EntitySet" => {
                const { &Shape::new(&["Name", "EntityType", "IncludeInServiceDocument"], ENTRY) }
            }
            "Singleton" => const { &Shape::new(&["Name", "Type", "Nullable"], ENTRY) },
            "FunctionImport" => {
                const {
                    &Shape::new(
                        &["Name", "Function", "EntitySet", "IncludeInServiceDocument"],
                        ONLY_ANNOTATIONS,
                    )
                }
            }
            "ActionImport" => {
                const { &Shape::new(&["Name", "Action", "EntitySet"], ONLY_ANNOTATIONS) }
            }
            "ReferentialConstraint" => {
                const { &Shape::new(&["Property", "ReferencedProperty"], ONLY_ANNOTATIONS) }
            }
            "OnDelete" => const { &Shape::new(&["Action"], ONLY_ANNOTATIONS) },
            "LabeledElement" => const { &Shape::value(&["Name"], ONLY_ANNOTATIONS) },
            "Schema" => const { &Shape::new(&["Namespace", "Alias"], SCHEMA) },
            "Edmx" => const { &Shape::new(&["Version"], &["Reference", "DataServices"]) },
            "DataServices" => const { &Shape::new(&[], &["Schema"]) },
            "Reference" => {
                const { &Shape::new(&["Uri"], &["Include", "IncludeAnnotations", "Annotation"]) }
            }
            "Include" => const { &Shape::new(&["Namespace", "Alias"], ONLY_ANNOTATIONS) },
            "IncludeAnnotations" => {
                const {
                    &Shape::new(
                        &["TermNamespace", "Qualifier", "TargetNamespace"],
                        ONLY_ANNOTATIONS,
                    )
                }
            }
            _ => return None,
        })
    }

    pub fn has_attribute(&self, name: &str) -> bool {
        let is_value = || name == "UrlRef" || ScalarKind::from_name(name).is_some();
        self.attributes.contains(&name) || (self.has_value && is_value())
    }

    /// Every child that it may have, for hints.
    pub fn known_children(&self) -> Vec<&'static str> {
        let scalars = ScalarKind::ALL.iter().map(|kind| kind.name());
        let values = VALUES.iter().copied().chain(scalars);
        let values = values.chain(DYNAMIC.iter().copied());
        let values = values.filter(|_| self.has_value);
        self.children.iter().copied().chain(values).collect()
    }

    pub fn has_child(&self, name: &str) -> bool {
        let is_value = || {
            let mut values = [VALUES, DYNAMIC].into_iter();
            values.any(|set| set.contains(&name)) || ScalarKind::from_name(name).is_some()
        };
        self.children.contains(&name) || (self.has_value && is_value())
    }
}

/// What a schema may hold.
pub(super) const SCHEMA: &[&str] = &[
    "EntityType",
    "ComplexType",
    "EnumType",
    "TypeDefinition",
    "Function",
    "Action",
    "Term",
    "EntityContainer",
    "Annotations",
    "Annotation",
];
