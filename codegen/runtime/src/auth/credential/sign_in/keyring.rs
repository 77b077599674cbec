//! The operating system's keyring.

use std::fmt;

use ::keyring::{Entry, Error};

use super::store::{RefreshToken, TokenStore};
use crate::boxed::{BoxError, BoxFuture};

/// Keeps refresh tokens in the operating system's keyring: Keychain on macOS, Credential Manager on
/// Windows, and elsewhere the Secret Service on D-Bus (GNOME Keyring, KWallet).
///
/// On a machine without one, such as most servers and containers, signing in fails with
/// [`SignInErrorKind::Store`](crate::credential::SignInErrorKind::Store). [`is_available`](Self::is_available)
/// says so before.
#[derive(Clone)]
pub struct Keyring {
    service: String,
}

impl Keyring {
    /// The entries of this service, which is what the system's dialogs show: the program's name.
    pub fn new(service: impl Into<String>) -> Self {
        let service = service.into();
        Self { service }
    }

    /// Whether this machine has a keyring. It may be locked nevertheless.
    ///
    /// It waits for the system; in asynchronous code, call it where blocking is fine.
    pub fn is_available() -> bool {
        Entry::store_status().is_ok()
    }

    /// Does something with an entry where blocking is fine: the system may ask the person for a password.
    fn with_entry<T: Send + 'static>(
        &self,
        key: &str,
        act: impl FnOnce(Entry) -> Result<T, Error> + Send + 'static,
    ) -> BoxFuture<'static, Result<Option<T>, BoxError>> {
        let (service, key) = (self.service.clone(), key.to_owned());
        Box::pin(async move {
            let work = move || Entry::new(&service, &key).and_then(act);
            match tokio::task::spawn_blocking(work).await? {
                Ok(value) => Ok(Some(value)),
                Err(Error::NoEntry) => Ok(None),
                Err(Error::NoDefaultStore) => {
                    Err("this machine has no keyring; use another token store, or none".into())
                }
                // Only its text: some of these errors hold the entry's contents.
                Err(error) => Err(format!("the keyring failed: {error}").into()),
            }
        })
    }
}

impl TokenStore for Keyring {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<RefreshToken>, BoxError>> {
        Box::pin(async move {
            let secret = self.with_entry(key, |entry| entry.get_secret()).await?;
            let Some(secret) = secret else {
                return Ok(None);
            };
            match String::from_utf8(secret) {
                Ok(secret) => Ok(Some(RefreshToken::new(secret))),
                Err(_) => Err("the keyring's entry is not text".into()),
            }
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a str,
        token: RefreshToken,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move {
            let act = move |entry: Entry| entry.set_secret(token.secret().as_bytes());
            self.with_entry(key, act).await?;
            Ok(())
        })
    }

    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move {
            self.with_entry(key, |entry| entry.delete_credential())
                .await?;
            Ok(())
        })
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keyring")
            .field("service", &self.service)
            .finish()
    }
}
