//! Clients that send no more than a service takes. Time is Tokio's, paused: a minute takes no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response};
use odata_runtime::{
    Body, BoxFuture, Client, Clock, ConfigureRequest as _, ErrorKind, RetryPolicy, Transport,
    TransportError,
};
use tokio::time::Instant;

use crate::support::{CLOUD, metrics};

/// Tokio's clock.
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::from_std(self.0.elapsed()).unwrap()
    }

    fn monotonic(&self) -> std::time::Instant {
        Instant::now().into_std()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What a service says of its quota.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Tells {
    Nothing,
    /// `RateLimit-*`, when four fifths are used.
    Remaining,
    /// Graph's share of the limit, when four fifths are used.
    Percentage,
}

/// A service that takes so many requests in each second, and answers after 20 ms.
struct Quota {
    limit: u32,
    window: Duration,
    tells: Tells,
    started: Instant,
    state: Mutex<(u128, u32)>,
    /// How many requests were taken and refused in each second.
    counts: Mutex<Vec<[u32; 2]>>,
}

impl Quota {
    fn new(limit: u32, window: Duration, tells: Tells) -> Arc<Self> {
        Arc::new(Self {
            limit,
            window,
            tells,
            started: Instant::now(),
            state: Mutex::default(),
            counts: Mutex::default(),
        })
    }

    fn answer(&self) -> Response<Body> {
        let elapsed = self.started.elapsed();
        let window = elapsed.as_nanos() / self.window.as_nanos();
        let used = {
            let mut state = self.state.lock().unwrap();
            if state.0 != window {
                *state = (window, 0);
            }
            state.1 += 1;
            state.1
        };
        let is_refused = used > self.limit;
        {
            let mut counts = self.counts.lock().unwrap();
            let second = elapsed.as_secs() as usize;
            let length = counts.len().max(second + 1);
            counts.resize(length, [0; 2]);
            counts[second][usize::from(is_refused)] += 1;
        }
        let end = self.window * u32::try_from(window + 1).unwrap();
        let left = (end - elapsed).as_secs_f64();
        if is_refused {
            let seconds = left.ceil().to_string();
            let response = Response::builder().status(429);
            return response
                .header("retry-after", seconds)
                .body(Body::empty())
                .unwrap();
        }
        let mut response = Response::builder();
        let share = f64::from(used) / f64::from(self.limit);
        if share >= 0.8 && self.tells == Tells::Remaining {
            response = response
                .header("ratelimit-limit", self.limit)
                .header("ratelimit-remaining", self.limit - used)
                .header("ratelimit-reset", left.ceil().to_string());
        }
        if share >= 0.8 && self.tells == Tells::Percentage {
            response = response.header("x-ms-throttle-limit-percentage", share.to_string());
        }
        response.body(Body::from(r#"{"value": []}"#)).unwrap()
    }

    /// A client of it.
    fn client(self: &Arc<Self>) -> Client {
        let quota = Arc::clone(self);
        let transport = move |_: Request<Body>| {
            let quota = Arc::clone(&quota);
            async move {
                tokio::time::sleep(Duration::from_millis(10)).await;
                let answer = quota.answer();
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok::<_, TransportError>(answer)
            }
        };
        client(transport)
    }

    /// Taken, refused, from this second on.
    fn totals(&self, from: usize) -> [u32; 2] {
        let counts = self.counts.lock().unwrap();
        let counts = counts.iter().skip(from);
        counts.fold([0; 2], |sum, next| [sum[0] + next[0], sum[1] + next[1]])
    }
}

fn client(transport: impl Transport + 'static) -> Client {
    let builder = Client::builder(CLOUD, "test/1").anonymous();
    let builder = builder
        .clock(PausedClock(Instant::now()))
        .transport(transport);
    let builder = builder.adaptive_throttling();
    let builder = builder
        .retry(RetryPolicy::none())
        .timeout(Duration::from_secs(3600));
    builder.build().unwrap()
}

/// Sends as much as it may, for this long, ten at a time.
async fn busy(client: Client, duration: Duration) {
    let end = Instant::now() + duration;
    let tasks = (0..10).map(|_| {
        let client = client.clone();
        async move {
            while Instant::now() < end {
                let sent = metrics(&client).send();
                let _ = tokio::time::timeout_at(end, sent).await;
            }
        }
    });
    futures_util::future::join_all(tasks).await;
}

#[tokio::test(start_paused = true)]
async fn eight_clients_share_a_quota() {
    for tells in [Tells::Nothing, Tells::Remaining, Tells::Percentage] {
        let quota = Quota::new(100, Duration::from_secs(1), tells);
        let clients = (0..8).map(|_| busy(quota.client(), Duration::from_secs(120)));
        futures_util::future::join_all(clients).await;
        let [taken, refused] = quota.totals(0);
        assert!(taken >= 12_000 * 9 / 10, "{tells:?}: {taken} were taken");
        let all = taken + refused;
        assert!(
            refused * 100 < all,
            "{tells:?}: {refused} of {all} were refused"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_over_a_long_period_is_found() {
    let quota = Quota::new(1000, Duration::from_secs(10), Tells::Nothing);
    busy(quota.client(), Duration::from_secs(200)).await;
    let [taken, refused] = quota.totals(50);
    assert!(taken >= 15_000 * 9 / 10, "{taken} were taken");
    assert!(refused * 100 < taken, "{refused} were refused");
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_grows_is_used() {
    let small = Quota::new(50, Duration::from_secs(1), Tells::Nothing);
    let large = Quota::new(100, Duration::from_secs(1), Tells::Nothing);
    let (first, then) = (Arc::clone(&small), Arc::clone(&large));
    let change = Instant::now() + Duration::from_secs(30);
    let transport = move |_: Request<Body>| {
        let quota = if Instant::now() < change {
            &first
        } else {
            &then
        };
        let quota = Arc::clone(quota);
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, TransportError>(quota.answer())
        }
    };
    busy(client(transport), Duration::from_secs(150)).await;
    let [taken, _] = large.totals(90);
    assert!(taken >= 6_000 * 8 / 10, "{taken} were taken");
}

/// Refuses requests beyond four at a time, as Outlook does for each mailbox.
#[tokio::test(start_paused = true)]
async fn few_requests_at_a_time_are_learnt() {
    let counts = Arc::new(Mutex::new([0_u32; 2]));
    let places = Arc::new(tokio::sync::Semaphore::new(4));
    let counting = Arc::clone(&counts);
    let transport = move |_: Request<Body>| {
        let place = Arc::clone(&places).try_acquire_owned();
        counting.lock().unwrap()[usize::from(place.is_err())] += 1;
        async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let response = Response::builder().status(if place.is_ok() { 200 } else { 429 });
            Ok::<_, TransportError>(response.body(Body::from(r#"{"value": []}"#)).unwrap())
        }
    };
    busy(client(transport), Duration::from_secs(100)).await;
    let [taken, refused] = *counts.lock().unwrap();
    // Four places of 100 ms, for 100 s.
    assert!(taken >= 4_000 * 8 / 10, "{taken} were taken");
    assert!(refused * 8 < taken, "{refused} were refused");
}

#[tokio::test(start_paused = true)]
async fn all_requests_wait_as_the_service_asks() {
    let started = Instant::now();
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    let transport = move |_: Request<Body>| {
        let mut times = seen.lock().unwrap();
        times.push(started.elapsed().as_secs());
        let status = if times.len() == 1 { 429 } else { 200 };
        let response = Response::builder()
            .status(status)
            .header("retry-after", "20");
        let response = response.body(Body::from(r#"{"value": []}"#)).unwrap();
        std::future::ready(Ok::<_, TransportError>(response))
    };
    let client = client(transport);
    metrics(&client).send().await.unwrap_err();
    let clone = client.clone();
    metrics(&clone).send().await.unwrap();
    assert_eq!(*times.lock().unwrap(), [0, 20]);

    // Waiting for a turn counts towards the deadline.
    let refused = metrics(&client)
        .timeout(Duration::from_millis(1))
        .send()
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::TotalTimeout);
}

#[tokio::test(start_paused = true)]
async fn an_idle_client_has_no_low_rate() {
    let count = Arc::new(Mutex::new(0));
    let transport = move |_: Request<Body>| {
        let mut count = count.lock().unwrap();
        *count += 1;
        let status = if *count == 11 { 429 } else { 200 };
        let response = Response::builder()
            .status(status)
            .header("retry-after", "1");
        let response = response.body(Body::from(r#"{"value": []}"#)).unwrap();
        std::future::ready(Ok::<_, TransportError>(response))
    };
    let client = client(transport);
    for _ in 0..10 {
        metrics(&client).send().await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    metrics(&client).send().await.unwrap_err();
    let started = Instant::now();
    for _ in 0..3 {
        metrics(&client).send().await.unwrap();
    }
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_secs(10), "{elapsed:?}");
}
