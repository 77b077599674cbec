//! How long a token serves, and who waits for the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use odata_runtime::{
    AccessToken, Client, Clock as _, ConfigureRequest as _, Credential, ErrorKind, credential,
};
use tokio::sync::Semaphore;

use crate::support::{FakeClock, Reply, Server, builder, metrics};

const SHORT: Duration = Duration::from_millis(200);
const HOUR: i64 = 60 * 60;

/// What a credential does each time it is asked, from the second time on.
#[derive(Clone, Copy)]
enum Then {
    Gives,
    Fails,
    Hangs,
}

/// Gives `token-1`, `token-2` and so on, each for so many seconds by this clock.
struct Vault {
    clock: Arc<FakeClock>,
    lifetime: i64,
    asked: Arc<AtomicUsize>,
    then: Then,
    /// What the second token and all later ones wait for.
    gate: Option<Arc<Semaphore>>,
}

impl Vault {
    fn new(clock: &Arc<FakeClock>, lifetime: i64, then: Then) -> Self {
        Self {
            clock: Arc::clone(clock),
            lifetime,
            asked: Arc::default(),
            then,
            gate: None,
        }
    }

    fn credential(&self) -> impl Credential + use<> {
        let (clock, asked) = (Arc::clone(&self.clock), Arc::clone(&self.asked));
        let (lifetime, then, gate) = (self.lifetime, self.then, self.gate.clone());
        credential::from_fn(move |_| {
            let number = asked.fetch_add(1, Ordering::SeqCst) + 1;
            let (clock, gate) = (Arc::clone(&clock), gate.clone());
            async move {
                match then {
                    Then::Fails if number > 1 => return Err("vault is down".into()),
                    Then::Hangs if number > 1 => std::future::pending().await,
                    _ => {}
                }
                if let Some(gate) = gate.filter(|_| number > 1) {
                    drop(gate.acquire().await);
                }
                let expiry: DateTime<Utc> = clock.now() + TimeDelta::seconds(lifetime);
                Ok(AccessToken::new(format!("token-{number}")).expires_at(expiry))
            }
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn client(&self) -> (Server, Client) {
        let server = Server::replies([Reply::page(&[], None)]).await;
        let builder = builder(&server).credential(self.credential());
        let client = builder.clock(self.clock.clone()).build().unwrap();
        (server, client)
    }
}

/// The token of the last request.
fn last(server: &Server) -> String {
    let received = server.received();
    received.last().unwrap().token().unwrap().to_owned()
}

fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(seconds.unsigned_abs())
}

#[tokio::test]
async fn a_short_lifetime_is_one_fetch_for_most_of_it() {
    for lifetime in [10, 30, 60, 300, HOUR] {
        let clock = FakeClock::new();
        let vault = Vault::new(&clock, lifetime, Then::Gives);
        let (server, client) = vault.client().await;
        let tenth = seconds(lifetime) / 10;
        for _ in 0..8 {
            metrics(&client).send().await.unwrap();
            assert_eq!(last(&server), "token-1", "{lifetime} s");
            clock.advance(tenth);
        }
        // The last fifth, or the last five minutes.
        clock.advance(tenth + tenth / 2);
        metrics(&client).send().await.unwrap();
        assert_eq!((last(&server).as_str(), vault.asked()), ("token-2", 2));
    }
}

#[tokio::test]
async fn tokens_that_come_expired_are_not_fetched_for_each() {
    for lifetime in [1, 0, -HOUR] {
        let clock = FakeClock::new();
        let vault = Vault::new(&clock, lifetime, Then::Gives);
        let (server, client) = vault.client().await;
        for expected in [1, 2] {
            for _ in 0..20 {
                metrics(&client).send().await.unwrap();
            }
            assert_eq!(vault.asked(), expected, "{lifetime} s");
            assert_eq!(last(&server), format!("token-{expected}"));
            clock.advance(Duration::from_secs(1));
        }
    }
}

/// A thousand callers wait for one fetch; all but the first look at what came when it has expired again.
/// Gives how many succeeded.
async fn callers_of(vault: &mut Vault) -> usize {
    let gate = Arc::new(Semaphore::new(0));
    vault.gate = Some(Arc::clone(&gate));
    let (_server, client) = vault.client().await;
    metrics(&client).send().await.unwrap();
    vault.clock.advance(seconds(HOUR));
    let mut callers: Vec<_> = (0..1000)
        .map(|_| Box::pin(metrics(&client).send()))
        .collect();
    for caller in &mut callers {
        assert!(caller.as_mut().now_or_never().is_none());
    }
    gate.add_permits(1);
    let mut good = 0;
    for caller in callers {
        good += usize::from(caller.await.is_ok());
        vault.clock.advance(seconds(HOUR));
    }
    good
}

#[tokio::test]
async fn all_who_wait_take_the_token_that_came() {
    for lifetime in [60, 1, 0, -HOUR] {
        let mut vault = Vault::new(&FakeClock::new(), lifetime, Then::Gives);
        assert_eq!(callers_of(&mut vault).await, 1000, "{lifetime} s");
        assert_eq!(vault.asked(), 2, "{lifetime} s");
    }
}

#[tokio::test]
async fn a_refresh_that_hangs_leaves_the_old_token() {
    let clock = FakeClock::new();
    let vault = Vault::new(&clock, HOUR, Then::Hangs);
    let (server, client) = vault.client().await;
    metrics(&client).send().await.unwrap();
    clock.advance(seconds(56 * 60));
    for _ in 0..10 {
        metrics(&client).send().await.unwrap();
        assert_eq!(last(&server), "token-1");
    }
    assert_eq!((vault.asked(), clock.waits()), (2, vec![seconds(5)]));
    clock.advance(seconds(30));
    let hasty = metrics(&client).timeout(Duration::from_secs(8));
    hasty.send().await.unwrap();
    assert_eq!(vault.asked(), 3);
    assert_eq!(
        clock.waits()[1..],
        [seconds(2)],
        "a part of its own deadline"
    );
    clock.advance(seconds(5 * 60));
    let error = metrics(&client).timeout(SHORT).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TotalTimeout, "it has expired");
}

#[tokio::test]
async fn a_dropped_refresh_is_not_tried_again_at_once() {
    let clock = FakeClock::stuck();
    let vault = Vault::new(&clock, HOUR, Then::Hangs);
    let (server, client) = vault.client().await;
    metrics(&client).send().await.unwrap();
    clock.advance(seconds(56 * 60));
    let mut first = Box::pin(metrics(&client).send());
    assert!(first.as_mut().now_or_never().is_none());
    metrics(&client).send().await.unwrap();
    assert_eq!(
        (last(&server).as_str(), vault.asked()),
        ("token-1", 2),
        "nobody else waits"
    );
    drop(first);
    metrics(&client).send().await.unwrap();
    assert_eq!((last(&server).as_str(), vault.asked()), ("token-1", 2));
}

#[tokio::test]
async fn a_refresh_that_fails_pauses_before_the_next() {
    let clock = FakeClock::new();
    let vault = Vault::new(&clock, HOUR, Then::Fails);
    let (server, client) = vault.client().await;
    metrics(&client).send().await.unwrap();
    clock.advance(seconds(56 * 60));
    for asked in [2, 3, 4] {
        for _ in 0..10 {
            metrics(&client).send().await.unwrap();
        }
        assert_eq!((last(&server).as_str(), vault.asked()), ("token-1", asked));
        clock.advance(seconds(30));
    }
}
