//! Tokens, cached until shortly before they expire.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use super::credential::{AccessToken, Credential, CredentialSource, TokenRequest, Urgency};
use crate::clock::{self, Clock};
use crate::error::{Error, ErrorKind, Result};

/// How long before a token expires one request fetches a new one, while the others still use the
/// old one; [`EARLY_SHARE`] of its lifetime if that is less.
const EARLY: TimeDelta = TimeDelta::minutes(5);
const EARLY_SHARE: i32 = 5;

/// How long before it expires a token is no longer sent, since it could expire on the way;
/// [`MARGIN_SHARE`] of its lifetime if that is less.
const MARGIN: TimeDelta = TimeDelta::seconds(30);
const MARGIN_SHARE: i32 = 10;

/// How long every token is used, even one that was expired on arrival: the credential must not be
/// called for each request, and the local clock may be wrong.
const SHORTEST_USE: TimeDelta = TimeDelta::seconds(1);

/// How long an early fetch may delay a request that has a good token; [`PATIENCE_SHARE`] of the
/// request's own deadline if that is less.
const PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE_SHARE: u32 = 4;

/// How long the old token is used after an early fetch failed or timed out, before the next one.
const PAUSE: Duration = Duration::from_secs(30);

/// A credential's token, fetched once for all who wait for it.
pub(crate) struct TokenCache {
    credential: Box<dyn Credential>,
    source: CredentialSource,
    request: TokenRequest,
    clock: Arc<dyn Clock>,
    current: RwLock<Option<Held>>,
    flight: Mutex<Flight>,
    /// How many fetches have ended, for those who wait to see that one did.
    landed: AtomicU64,
}

/// A token, and how long to use it by the client's clock.
#[derive(Clone)]
struct Held {
    token: Arc<AccessToken>,
    fresh_until: DateTime<Utc>,
    good_until: DateTime<Utc>,
}

/// How fetches ended; holding the lock is the right to fetch.
#[derive(Default)]
struct Flight {
    /// The last without claims.
    plain: Option<Landing>,
    /// The last that answered a challenge.
    with_claims: Option<Landing>,
    /// When the next early fetch may begin.
    next_early: Option<Instant>,
}

struct Landing {
    number: u64,
    result: Result<Arc<AccessToken>>,
}

impl Flight {
    fn last(&mut self, claims: Option<&str>) -> &mut Option<Landing> {
        match claims {
            None => &mut self.plain,
            Some(_) => &mut self.with_claims,
        }
    }
}

impl Held {
    /// A token that came now.
    fn new(token: Arc<AccessToken>, now: DateTime<Utc>) -> Self {
        let until = |most: TimeDelta, share: i32| {
            let Some(expiry) = token.expiry() else {
                return DateTime::<Utc>::MAX_UTC;
            };
            let lifetime = expiry.signed_duration_since(now).max(TimeDelta::zero());
            let before = most.min(lifetime / share);
            let shortest = now.checked_add_signed(SHORTEST_USE);
            let until = expiry.checked_sub_signed(before).unwrap_or(expiry);
            until.max(shortest.unwrap_or(expiry))
        };
        Self {
            fresh_until: until(EARLY, EARLY_SHARE),
            good_until: until(MARGIN, MARGIN_SHARE),
            token,
        }
    }
}

impl TokenCache {
    pub(crate) fn new(
        credential: Box<dyn Credential>,
        source: CredentialSource,
        request: TokenRequest,
    ) -> Self {
        Self {
            credential,
            source,
            clock: Arc::clone(&request.clock),
            request,
            current: RwLock::new(None),
            flight: Mutex::new(Flight::default()),
            landed: AtomicU64::new(0),
        }
    }

    /// Which credential gives the tokens, and which host issues them, for messages.
    pub(crate) fn origin(&self) -> String {
        let asks_authority = matches!(
            self.source,
            CredentialSource::ClientSecret
                | CredentialSource::WorkloadIdentity
                | CredentialSource::DeviceCode
                | CredentialSource::AuthorizationCode
        );
        match self.request.authority.filter(|_| asks_authority) {
            Some(authority) => format!("{} at {authority}", self.source),
            None => self.source.to_string(),
        }
    }

    /// The cached token, if it is valid for so long that no new one is needed.
    pub(crate) fn fresh(&self) -> Option<Arc<AccessToken>> {
        self.current(|held| self.clock.now() < held.fresh_until)
    }

    /// The cached token, if it can still be sent.
    fn good(&self) -> Option<Arc<AccessToken>> {
        self.current(|held| self.clock.now() < held.good_until)
    }

    /// A token for a request that may take this long.
    pub(crate) async fn token(&self, limit: Duration) -> Result<Arc<AccessToken>> {
        if let Some(token) = self.fresh() {
            return Ok(token);
        }
        match self.good() {
            // The old token still serves, so whoever comes first fetches and nobody else waits, and
            // neither a failure nor silence is a reason to fail.
            Some(token) => Ok(self.fetched_early(limit).await.unwrap_or(token)),
            None => self.joined(None, || self.good()).await,
        }
    }

    /// A token that satisfies the claims for which `rejected` was refused.
    pub(crate) async fn token_with_claims(
        &self,
        rejected: &AccessToken,
        claims: String,
    ) -> Result<Arc<AccessToken>> {
        // Others may have met the same challenge, and answered it already.
        let other = || self.current(|held| held.token.secret() != rejected.secret());
        self.joined(Some(claims), other).await
    }

    /// Forgets a token that the service refused, so that the next request gets another.
    pub(crate) fn forget(&self, rejected: &AccessToken) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.take_if(|held| held.token.secret() == rejected.secret());
    }

    /// Waits for the fetch in progress, or starts one.
    async fn joined(
        &self,
        claims: Option<String>,
        at_hand: impl Fn() -> Option<Arc<AccessToken>>,
    ) -> Result<Arc<AccessToken>> {
        let before = self.landed.load(Ordering::Acquire);
        let mut flight = self.flight.lock().await;
        if let Some(token) = at_hand() {
            return Ok(token);
        }
        // A fetch that ended while this one waited has answered it too, whatever came of it; asking
        // again for each of thousands who wait would be a stampede.
        match flight.last(claims.as_deref()) {
            Some(landing) if landing.number > before => landing.result.clone(),
            _ => self.fetched(&mut flight, claims, Urgency::Needed).await,
        }
    }

    /// A new token in time, unless another request is fetching one, or has just failed to.
    async fn fetched_early(&self, limit: Duration) -> Option<Arc<AccessToken>> {
        let mut flight = self.flight.try_lock().ok()?;
        if let Some(token) = self.fresh() {
            return Some(token);
        }
        let now = self.clock.monotonic();
        if flight.next_early.is_some_and(|next| now < next) {
            return None;
        }
        // Set before, so that it also holds for a fetch that is dropped halfway.
        flight.next_early = now.checked_add(PAUSE);
        let patience = PATIENCE.min(limit / PATIENCE_SHARE);
        let fetch = self.fetched(&mut flight, None, Urgency::Early);
        let fetched = clock::within(&*self.clock, patience, fetch).await;
        let token = fetched?.ok()?;
        flight.next_early = None;
        Some(token)
    }

    async fn fetched(
        &self,
        flight: &mut Flight,
        claims: Option<String>,
        urgency: Urgency,
    ) -> Result<Arc<AccessToken>> {
        let last = flight.last(claims.as_deref());
        let mut request = self.request.clone();
        request.claims = claims;
        request.urgency = urgency;
        let started = self.clock.monotonic();
        let result = self.credential.token(request).await;
        let result = result.and_then(|token| match token.check() {
            Ok(()) => Ok(Arc::new(token)),
            Err(problem) => Err(problem.into()),
        });
        let result = result.map_err(|cause| {
            let elapsed = self.clock.monotonic().saturating_duration_since(started);
            let message = format!(
                "no token could be fetched: {} failed after {:.1} s",
                self.origin(),
                elapsed.as_secs_f64()
            );
            Error::new(ErrorKind::Credential, message).with_source(cause)
        });
        if let Ok(token) = &result {
            let held = Held::new(Arc::clone(token), self.clock.now());
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
        }
        *last = Some(Landing {
            number: self.landed.fetch_add(1, Ordering::AcqRel) + 1,
            result: result.clone(),
        });
        result
    }

    fn current(&self, is_wanted: impl Fn(&Held) -> bool) -> Option<Arc<AccessToken>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let held = current.as_ref().filter(|held| is_wanted(held))?;
        Some(Arc::clone(&held.token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::credential::from_fn;
    use crate::clock::SystemClock;
    use futures_util::FutureExt as _;
    use std::sync::atomic::AtomicUsize;
    use tokio::sync::Semaphore;

    const LIMIT: Duration = Duration::from_secs(60);

    /// Callers who wait for plain tokens and for claims get what is theirs, each kind from one fetch.
    #[tokio::test]
    async fn claims_that_fail_are_not_the_failure_of_others() {
        let gate = Arc::new(Semaphore::new(0));
        let asked = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let (opened, counts) = (Arc::clone(&gate), Arc::clone(&asked));
        let credential = from_fn(move |request: TokenRequest| {
            let has_claims = request.claims.is_some();
            counts[usize::from(has_claims)].fetch_add(1, Ordering::SeqCst);
            let gate = Arc::clone(&opened);
            async move {
                drop(gate.acquire().await);
                match has_claims {
                    true => Err("no claims here".into()),
                    false => Ok(AccessToken::new("plain").expires_at(Utc::now())),
                }
            }
        });
        let request = TokenRequest::new(Vec::new(), None, Arc::new(SystemClock));
        let source = CredentialSource::Custom;
        let cache = TokenCache::new(Box::new(credential), source, request);
        let rejected = AccessToken::new("rejected");
        let mut claiming: Vec<_> = (0..10)
            .map(|_| Box::pin(cache.token_with_claims(&rejected, "{}".to_owned())))
            .collect();
        let mut plain: Vec<_> = (0..10).map(|_| Box::pin(cache.token(LIMIT))).collect();
        // They wait in turns.
        for (claiming, plain) in claiming.iter_mut().zip(&mut plain) {
            assert!(claiming.as_mut().now_or_never().is_none());
            assert!(plain.as_mut().now_or_never().is_none());
        }
        gate.add_permits(1);
        let both = claiming.into_iter().zip(plain);
        let mut failures = 0;
        for (claiming, plain) in both {
            failures += usize::from(claiming.await.is_err());
            assert_eq!(plain.await.unwrap().secret(), "plain");
        }
        // Once there is another token than the rejected one, it is what those get who still wait.
        assert_eq!(failures, 1);
        let asked = asked.each_ref().map(|count| count.load(Ordering::SeqCst));
        assert_eq!(asked, [1, 1]);
    }
}
