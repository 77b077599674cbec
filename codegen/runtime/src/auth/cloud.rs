//! A deployment of the service.

/// A deployment of a service: where it is, what its tokens are for, and who issues them.
///
/// The three belong together: a token is valid for one cloud only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cloud {
    name: &'static str,
    root: &'static str,
    scope: &'static str,
    authority: &'static str,
}

impl Cloud {
    /// A cloud with this name, service root URL, token scope and login authority URL.
    pub const fn new(
        name: &'static str,
        root: &'static str,
        scope: &'static str,
        authority: &'static str,
    ) -> Self {
        Self {
            name,
            root,
            scope,
            authority,
        }
    }

    /// Its name in the documentation.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The service root, such as `https://graph.microsoft.com/beta`.
    pub const fn root(&self) -> &'static str {
        self.root
    }

    /// The scope to request tokens for, such as `https://graph.microsoft.com/.default`.
    pub const fn scope(&self) -> &'static str {
        self.scope
    }

    /// The login authority that issues its tokens, such as `https://login.microsoftonline.com`.
    pub const fn authority(&self) -> &'static str {
        self.authority
    }
}
