//! What a caller must have been granted.

use std::fmt;

/// One way to be permitted an operation: any of these scopes, under this security scheme.
///
/// From `Permissions` in the annotations of the vocabulary `Org.OData.Capabilities.V1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    scheme: &'static str,
    scopes: &'static [&'static str],
    /// How many of the scopes are the least privileged.
    least: usize,
    also: &'static [(&'static str, &'static [&'static str])],
}

impl Permission {
    /// A permission under the scheme with this name, granted by any of the scopes, all of which are
    /// taken for the least privileged.
    pub const fn new(scheme: &'static str, scopes: &'static [&'static str]) -> Self {
        Self {
            scheme,
            scopes,
            least: scopes.len(),
            also: &[],
        }
    }

    /// The same, of which only the first scopes are the least privileged.
    #[must_use]
    pub const fn with_least(mut self, least: usize) -> Self {
        if least < self.least {
            self.least = least;
        }
        self
    }

    /// The same with scopes that do not suffice alone, each with those of which one is needed besides.
    #[must_use]
    pub const fn with_also(
        mut self,
        also: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.also = also;
        self
    }

    /// The security scheme's name, such as `DelegatedWork` or `Application`.
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The scopes, any one of which suffices, the least privileged first.
    pub const fn scopes(&self) -> &'static [&'static str] {
        self.scopes
    }

    /// The least privileged of the scopes. Mostly one; of several, any one suffices.
    pub fn least(&self) -> &'static [&'static str] {
        &self.scopes[..self.least]
    }

    /// Scopes of which one is needed besides this one. Mostly empty: the scope suffices alone.
    pub fn also(&self, scope: &str) -> &'static [&'static str] {
        let mut also = self.also.iter();
        let found = also.find(|(name, _)| *name == scope);
        found.map_or(&[], |(_, also)| also)
    }
}

impl fmt::Display for Permission {
    /// The least privileged scopes and the scheme.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.least().iter().enumerate() {
            if index > 0 {
                formatter.write_str(" or ")?;
            }
            formatter.write_str(scope)?;
            for (index, also) in self.also(scope).iter().enumerate() {
                formatter.write_str(if index == 0 { " with " } else { " or " })?;
                formatter.write_str(also)?;
            }
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

    #[test]
    fn the_least_of_the_scopes_is_what_is_shown() {
        let permission = Permission::new("Application", &["A.Read", "A.ReadWrite"]).with_least(1);
        assert_eq!(permission.to_string(), "A.Read (Application)");
        assert_eq!(permission.least(), ["A.Read"]);
        assert_eq!(permission.with_least(9), permission);
        let permission = permission.with_also(&[("A.Read", &["B.Read", "C.Read"])]);
        assert_eq!(
            permission.to_string(),
            "A.Read with B.Read or C.Read (Application)"
        );
        assert!(permission.also("A.ReadWrite").is_empty());
    }
}
