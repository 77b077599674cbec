//! What a caller must have been granted.

use std::fmt;

/// One way to be permitted an operation: any of these scopes, under this security scheme.
///
/// From the annotation `Org.OData.Capabilities.V1.OperationRestrictions/Permissions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    scheme: &'static str,
    scopes: &'static [&'static str],
}

impl Permission {
    /// A permission under the scheme with this name, granted by any of the scopes.
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
