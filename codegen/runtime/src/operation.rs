//! What generated code knows of an operation, as static data.

use std::fmt;

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
    /// the order in which the URL will have them.
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

    /// The name as the URL has it.
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

/// One way to be allowed an operation: any of these scopes, under this security scheme.
///
/// It is what the annotation `Org.OData.Capabilities.V1.OperationRestrictions/Permissions` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    scheme: &'static str,
    scopes: &'static [&'static str],
}

impl Permission {
    /// A permission of the scheme with this name, given by any of the scopes.
    pub const fn new(scheme: &'static str, scopes: &'static [&'static str]) -> Self {
        Self { scheme, scopes }
    }

    /// The security scheme's name, such as `DelegatedWork` or `Application`.
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The scopes, any one of which suffices.
    pub const fn scopes(&self) -> &'static [&'static str] {
        self.scopes
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.scopes.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" or ")?;
            }
            formatter.write_str(scope)?;
        }
        write!(formatter, " ({})", self.scheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_reads_as_scopes_and_scheme() {
        let permission = Permission::new("Application", &["A.Read", "A.ReadWrite"]);
        assert_eq!(
            permission.to_string(),
            "A.Read or A.ReadWrite (Application)"
        );
    }
}
