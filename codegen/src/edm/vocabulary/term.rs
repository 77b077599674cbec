//! The terms that the generator understands.

use crate::edm::annotation::Annotation;
use crate::edm::names::QualifiedName;
use std::fmt;

pub(super) const CORE: &str = "Org.OData.Core.V1";
pub(super) const CAPABILITIES: &str = "Org.OData.Capabilities.V1";
pub(super) const COMMUNITY_KEYS: &str = "OData.Community.Keys.V1";
const MEASURES: &str = "Org.OData.Measures.V1";
/// The namespace of the terms that the generator adds to what `Capabilities` says of permissions.
pub const PERMISSIONS: &str = "Codegen.Permissions.V1";
pub(super) const VALIDATION: &str = "Org.OData.Validation.V1";

/// How the namespaces of vocabularies begin whose terms are known by name (OData's, those of its users, SAP's).
const VOCABULARIES: &[&str] = &["Org.OData.", "OData.Community.", "com.sap.vocabularies."];

/// Whether the terms of a namespace are known without its document.
pub(crate) fn is_vocabulary(namespace: &str) -> bool {
    let mut prefixes = VOCABULARIES.iter();
    prefixes.any(|prefix| namespace.starts_with(prefix))
}

/// Whether a term is of the Capabilities vocabulary.
pub(crate) fn is_capability(term: &QualifiedName) -> bool {
    *term.namespace == *CAPABILITIES
}

/// A term of a standard vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the term of its name")]
pub enum Term {
    AlternateKeys,
    CommunityAlternateKeys,
    Computed,
    Description,
    ExplicitOperationBindings,
    LongDescription,
    OptionalParameter,
    Permissions,
    RequiresExplicitBinding,
    Revisions,
    SymbolicName,
    AllowedValues,
    Unit,
    AlsoRequires,
    LeastPrivileged,
    CountRestrictions,
    DeleteRestrictions,
    ExpandRestrictions,
    FilterRestrictions,
    InsertRestrictions,
    NavigationRestrictions,
    OperationRestrictions,
    ReadRestrictions,
    SearchRestrictions,
    SelectSupport,
    SkipSupported,
    SortRestrictions,
    TopSupported,
    UpdateRestrictions,
}

impl Term {
    fn namespace(self) -> &'static str {
        match self {
            Self::AlternateKeys
            | Self::Computed
            | Self::Description
            | Self::ExplicitOperationBindings
            | Self::LongDescription
            | Self::OptionalParameter
            | Self::Permissions
            | Self::RequiresExplicitBinding
            | Self::Revisions
            | Self::SymbolicName => CORE,
            Self::CommunityAlternateKeys => COMMUNITY_KEYS,
            Self::AllowedValues => VALIDATION,
            Self::Unit => MEASURES,
            Self::AlsoRequires | Self::LeastPrivileged => PERMISSIONS,
            Self::CountRestrictions
            | Self::DeleteRestrictions
            | Self::ExpandRestrictions
            | Self::FilterRestrictions
            | Self::InsertRestrictions
            | Self::NavigationRestrictions
            | Self::OperationRestrictions
            | Self::ReadRestrictions
            | Self::SearchRestrictions
            | Self::SelectSupport
            | Self::SkipSupported
            | Self::SortRestrictions
            | Self::TopSupported
            | Self::UpdateRestrictions => CAPABILITIES,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AlternateKeys | Self::CommunityAlternateKeys => "AlternateKeys",
            Self::Computed => "Computed",
            Self::Description => "Description",
            Self::ExplicitOperationBindings => "ExplicitOperationBindings",
            Self::LongDescription => "LongDescription",
            Self::OptionalParameter => "OptionalParameter",
            Self::Permissions => "Permissions",
            Self::RequiresExplicitBinding => "RequiresExplicitBinding",
            Self::Revisions => "Revisions",
            Self::SymbolicName => "SymbolicName",
            Self::AllowedValues => "AllowedValues",
            Self::Unit => "Unit",
            Self::AlsoRequires => "AlsoRequires",
            Self::LeastPrivileged => "LeastPrivileged",
            Self::CountRestrictions => "CountRestrictions",
            Self::DeleteRestrictions => "DeleteRestrictions",
            Self::ExpandRestrictions => "ExpandRestrictions",
            Self::FilterRestrictions => "FilterRestrictions",
            Self::InsertRestrictions => "InsertRestrictions",
            Self::NavigationRestrictions => "NavigationRestrictions",
            Self::OperationRestrictions => "OperationRestrictions",
            Self::ReadRestrictions => "ReadRestrictions",
            Self::SearchRestrictions => "SearchRestrictions",
            Self::SelectSupport => "SelectSupport",
            Self::SkipSupported => "SkipSupported",
            Self::SortRestrictions => "SortRestrictions",
            Self::TopSupported => "TopSupported",
            Self::UpdateRestrictions => "UpdateRestrictions",
        }
    }

    /// Whether an annotation is of this term, whatever its qualifier.
    pub fn is_of(self, annotation: &Annotation) -> bool {
        let term = &annotation.term;
        *term.namespace == *self.namespace() && *term.name == *self.name()
    }

    /// The annotation of this term that has no qualifier.
    pub fn find(self, annotations: &[Annotation]) -> Option<&Annotation> {
        let mut annotations = annotations.iter();
        annotations.find(|annotation| annotation.qualifier.is_none() && self.is_of(annotation))
    }
}

impl fmt::Display for Term {
    /// As texts name it: `Core.Description`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.namespace();
        let mut prefixes = VOCABULARIES.iter();
        let vocabulary = prefixes.find_map(|prefix| namespace.strip_prefix(prefix));
        let vocabulary = vocabulary.unwrap_or(namespace);
        let vocabulary = vocabulary.strip_suffix(".V1").unwrap_or(vocabulary);
        write!(f, "{vocabulary}.{}", self.name())
    }
}
