//! A deployment of the service.

/// A deployment of a service: where it is, what its tokens are for, and who issues them.
///
/// These belong together: a token is valid for one cloud only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cloud {
    name: &'static str,
    root: &'static str,
    login: Option<Login>,
}

/// How to get a token for a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Login {
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
            login: Some(Login { scope, authority }),
        }
    }

    /// A cloud with this name and service root URL, where callers bring their tokens, or need none.
    pub const fn without_login(name: &'static str, root: &'static str) -> Self {
        Self {
            name,
            root,
            login: None,
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

    /// The scope to request tokens for, such as `https://graph.microsoft.com/.default`, if it is known.
    pub const fn scope(&self) -> Option<&'static str> {
        match self.login {
            Some(login) => Some(login.scope),
            None => None,
        }
    }

    /// The login authority that issues its tokens, such as `https://login.microsoftonline.com`, if it
    /// is known.
    pub const fn authority(&self) -> Option<&'static str> {
        match self.login {
            Some(login) => Some(login.authority),
            None => None,
        }
    }
}
