//! A token store that can be looked into.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use odata_runtime::credential::{RefreshToken, TokenStore};
use odata_runtime::{BoxError, BoxFuture};

/// Keeps tokens, and remembers what was done.
#[derive(Clone, Default)]
pub struct FakeStore(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    tokens: BTreeMap<String, String>,
    log: Vec<String>,
    broken: bool,
}

impl FakeStore {
    /// A store with this token.
    pub fn with(key: &str, token: &str) -> Self {
        let store = Self::default();
        let entry = (key.to_owned(), token.to_owned());
        store.0.lock().unwrap().tokens.extend([entry]);
        store
    }

    /// From now on, everything fails.
    pub fn breaks(&self) {
        self.0.lock().unwrap().broken = true;
    }

    pub fn log(&self) -> Vec<String> {
        self.0.lock().unwrap().log.clone()
    }

    pub fn token(&self, key: &str) -> Option<String> {
        self.0.lock().unwrap().tokens.get(key).cloned()
    }

    fn does<T: Send + 'static>(
        &self,
        what: String,
        act: impl FnOnce(&mut BTreeMap<String, String>) -> T,
    ) -> BoxFuture<'static, Result<T, BoxError>> {
        let mut inner = self.0.lock().unwrap();
        inner.log.push(what);
        let result = match inner.broken {
            true => Err("the vault\nis shut".into()),
            false => Ok(act(&mut inner.tokens)),
        };
        Box::pin(std::future::ready(result))
    }
}

impl TokenStore for FakeStore {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<RefreshToken>, BoxError>> {
        let found = |tokens: &mut BTreeMap<_, String>| tokens.get(key).map(RefreshToken::new);
        self.does("load".to_owned(), found)
    }

    fn save<'a>(
        &'a self,
        key: &'a str,
        token: RefreshToken,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        let entry = (key.to_owned(), token.secret().to_owned());
        let what = format!("save {}", entry.1);
        self.does(what, |tokens| tokens.extend([entry]))
    }

    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), BoxError>> {
        self.does("clear".to_owned(), |tokens| {
            tokens.remove(key);
        })
    }
}
