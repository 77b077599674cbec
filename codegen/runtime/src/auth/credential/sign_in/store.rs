//! Where refresh tokens are kept.

use std::fmt;

use crate::boxed::{BoxError, BoxFuture};
use crate::error::Secret;

/// Keeps refresh tokens while the program does not run.
///
/// A refresh token is as good as the person's sign-in: whoever reads the store has it. The feature
/// `keyring` has one that leaves this to the operating system.
///
/// A token is kept under the authority, tenant and client that it is for, such as
/// `https://login.microsoftonline.com/organizations 14d82eec-204b-4c2f-b7e8-296a70dab67e`; it must be
/// given back for exactly this key.
pub trait TokenStore: Send + Sync {
    /// The token that was last saved under this key, and not cleared.
    ///
    /// # Errors
    ///
    /// Any failure to find out; the sign-in fails with it, before anybody is asked to do anything.
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<RefreshToken>, BoxError>>;

    /// Saves a token under this key, in place of any other.
    ///
    /// # Errors
    ///
    /// Any failure to save it. It does not end a sign-in that has succeeded: the token is used from
    /// memory, and saved again when there is a new one.
    fn save<'a>(&'a self, key: &'a str, token: RefreshToken)
    -> BoxFuture<'a, Result<(), BoxError>>;

    /// Removes the token under this key, which the authority no longer accepts. There may be none.
    ///
    /// # Errors
    ///
    /// Any failure to remove it. It does not end the sign-in: the authority does not accept the
    /// token in any case.
    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), BoxError>>;
}

/// What new access tokens are got with, without the person. It is never shown.
#[derive(Clone)]
pub struct RefreshToken(Secret);

impl RefreshToken {
    /// A refresh token from a store.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Secret::new(secret))
    }

    /// The token itself. Be careful where it goes.
    pub fn secret(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RefreshToken([redacted])")
    }
}
