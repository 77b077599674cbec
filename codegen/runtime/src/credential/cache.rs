//! Tokens, kept until shortly before they expire.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use super::{AccessToken, Credential, TokenRequest};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};

/// So long before its expiry, a token is no longer sent: it could expire on the way.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// So long before its expiry, one request gets a new token while the others still use the old one.
const EARLY: TimeDelta = TimeDelta::minutes(5);

/// After an early fetch failed, the old token serves for so long before the next one.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// A credential's token, fetched once for all who wait for it.
pub(crate) struct TokenCache {
    credential: Box<dyn Credential>,
    request: TokenRequest,
    clock: Arc<dyn Clock>,
    current: RwLock<Option<Arc<AccessToken>>>,
    flight: Mutex<Flight>,
    /// How many fetches have ended, for those who wait to see that one did.
    landed: AtomicU64,
}

/// What the last fetch left; holding the lock is the right to fetch.
#[derive(Default)]
struct Flight {
    failure: Option<(Error, DateTime<Utc>)>,
}

impl TokenCache {
    pub(crate) fn new(
        credential: Box<dyn Credential>,
        request: TokenRequest,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            credential,
            request,
            clock,
            current: RwLock::new(None),
            flight: Mutex::new(Flight::default()),
            landed: AtomicU64::new(0),
        }
    }

    /// The token that is at hand, if it is valid for so long that no new one is wanted.
    pub(crate) fn fresh(&self) -> Option<Arc<AccessToken>> {
        self.valid_for(EARLY)
    }

    /// A token that is valid for a while.
    pub(crate) async fn token(&self) -> Result<Arc<AccessToken>> {
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        let Some(token) = self.valid_for(MARGIN) else {
            return self
                .joined(None, |token| self.is_valid_for(token, MARGIN))
                .await;
        };
        // The old token still serves, so whoever comes first fetches and nobody waits, and a failure
        // is no reason to fail.
        if let Ok(mut flight) = self.flight.try_lock()
            && !self.has_just_failed(&flight)
            && let Ok(fresh) = self.fetched(&mut flight, None).await
        {
            return Ok(fresh);
        }
        Ok(token)
    }

    /// A token that satisfies the claims for which `rejected` was refused.
    pub(crate) async fn token_with_claims(
        &self,
        rejected: &AccessToken,
        claims: String,
    ) -> Result<Arc<AccessToken>> {
        // Others may have met the same challenge, and answered it already.
        let is_other = |token: &AccessToken| token.secret() != rejected.secret();
        self.joined(Some(claims), is_other).await
    }

    /// Forgets a token that the service refused, so that the next request gets another.
    pub(crate) fn forget(&self, rejected: &AccessToken) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.take_if(|token| token.secret() == rejected.secret());
    }

    /// Waits for a fetch that is under way, or else fetches.
    async fn joined(
        &self,
        claims: Option<String>,
        is_good: impl Fn(&AccessToken) -> bool,
    ) -> Result<Arc<AccessToken>> {
        let landed = self.landed.load(Ordering::Acquire);
        let mut flight = self.flight.lock().await;
        if let Some(token) = self.current().filter(|token| is_good(token)) {
            return Ok(token);
        }
        // A fetch that failed while this one waited has answered it too; asking again for each of
        // thousands who wait would be a stampede.
        if self.landed.load(Ordering::Acquire) != landed
            && let Some((failure, _)) = &flight.failure
        {
            return Err(failure.clone());
        }
        self.fetched(&mut flight, claims).await
    }

    async fn fetched(
        &self,
        flight: &mut Flight,
        claims: Option<String>,
    ) -> Result<Arc<AccessToken>> {
        let mut request = self.request.clone();
        request.claims = claims;
        let result = self.credential.token(request).await;
        self.landed.fetch_add(1, Ordering::Release);
        match result {
            Ok(token) => {
                let token = Arc::new(token);
                flight.failure = None;
                *self.current.write().unwrap_or_else(PoisonError::into_inner) =
                    Some(Arc::clone(&token));
                Ok(token)
            }
            Err(cause) => {
                let error = Error::new(ErrorKind::Credential, "the credential gave no token")
                    .with_source(cause);
                flight.failure = Some((error.clone(), self.clock.now()));
                Err(error)
            }
        }
    }

    fn has_just_failed(&self, flight: &Flight) -> bool {
        flight
            .failure
            .as_ref()
            .is_some_and(|(_, time)| self.clock.now().signed_duration_since(time) < PAUSE)
    }

    fn current(&self) -> Option<Arc<AccessToken>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn valid_for(&self, margin: TimeDelta) -> Option<Arc<AccessToken>> {
        self.current()
            .filter(|token| self.is_valid_for(token, margin))
    }

    fn is_valid_for(&self, token: &AccessToken, margin: TimeDelta) -> bool {
        token
            .expiry()
            .is_none_or(|expiry| expiry.signed_duration_since(self.clock.now()) > margin)
    }
}
