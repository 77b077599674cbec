//! What generated code knows about an operation, as static data.

use crate::error::Permission;

/// Whether an operation is called with GET or POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// Free of side effects: GET, parameters in the URL.
    Function,
    /// May have side effects: POST, parameters in the body.
    Action,
}

/// An OData function or action: its names, parameters and permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    kind: OperationKind,
    qualified_name: &'static str,
    segment: &'static str,
    parameters: &'static [&'static str],
    permissions: &'static [Permission],
}

impl Operation {
    /// A function, called with GET.
    ///
    /// `parameters` are the wire names without the binding parameter, in metadata order, which is
    /// also their order in the URL.
    pub const fn function(
        qualified_name: &'static str,
        segment: &'static str,
        parameters: &'static [&'static str],
        permissions: &'static [Permission],
    ) -> Self {
        Self {
            kind: OperationKind::Function,
            qualified_name,
            segment,
            parameters,
            permissions,
        }
    }

    /// An action, called with POST.
    pub const fn action(
        qualified_name: &'static str,
        segment: &'static str,
        parameters: &'static [&'static str],
        permissions: &'static [Permission],
    ) -> Self {
        Self {
            kind: OperationKind::Action,
            qualified_name,
            segment,
            parameters,
            permissions,
        }
    }

    /// Function or action.
    pub const fn kind(&self) -> OperationKind {
        self.kind
    }

    /// The name in the metadata, with its namespace.
    pub const fn qualified_name(&self) -> &'static str {
        self.qualified_name
    }

    /// The name in the URL.
    pub const fn segment(&self) -> &'static str {
        self.segment
    }

    /// The parameters' wire names, without the binding parameter, in metadata order.
    pub const fn parameters(&self) -> &'static [&'static str] {
        self.parameters
    }

    /// What a caller must have been granted; any one entry suffices.
    pub const fn permissions(&self) -> &'static [Permission] {
        self.permissions
    }
}
