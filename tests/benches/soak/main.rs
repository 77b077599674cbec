//! Many calls of the generated client against an emulator that keeps failing.
//!
//! ```text
//! cargo bench --bench soak
//! cargo bench --bench soak -- 20000
//! ```
//!
//! Every call has to end in its own result or in the typed error of a fault; the emulator has to
//! have received each call as often as the call says it was sent; and memory has to stay flat.
//! The exit code is 1 when one of these does not hold. The argument is the number of calls.

mod call;
mod memory;
mod report;

use call::Call;
use graph_emulator::{Emulator, Fault, RetryAfter};
use graph_service_activity::{Client, RetryPolicy, StatusCode};
use memory::Memory;
use report::{Report, Tally};
use std::process::ExitCode;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

type Failure = Box<dyn std::error::Error>;

const CALLS: usize = 200_000;
const CONCURRENT: usize = 64;
const FAULT_RATE: f64 = 0.05;
const SEED: u64 = 7;

/// Calls between two samples of memory; a short run takes 20 samples.
const SAMPLE_EVERY: usize = 10_000;
const FEWEST_SAMPLES: usize = 20;

/// A run that takes longer hangs.
const LONGEST_RUN: Duration = Duration::from_secs(15 * 60);

/// What all workers share.
struct Soak {
    client: Client,
    calls: usize,
    sample_every: usize,
    started: AtomicUsize,
    /// By call, the requests that the emulator received less the attempts that the call reported.
    surplus: Arc<[AtomicI64]>,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    tally: Tally,
    memory: Memory,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let report = soak(calls()?).await?;
    print!("{report}");
    let failures = report.failures();
    for failure in &failures {
        eprintln!("failed: {failure}");
    }
    Ok(if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The number of calls: the first argument that is none of cargo's own flags.
fn calls() -> Result<usize, Failure> {
    let argument = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    match argument {
        None => Ok(CALLS),
        Some(text) => match text.parse() {
            Ok(calls) if calls > 0 => Ok(calls),
            _ => Err(format!("{text:?} is not a number of calls, such as 20000").into()),
        },
    }
}

async fn soak(calls: usize) -> Result<Report, Failure> {
    let surplus: Arc<[AtomicI64]> = (0..calls).map(|_| AtomicI64::new(0)).collect();
    let emulator = start_emulator(Arc::clone(&surplus)).await?;
    let soak = Arc::new(Soak {
        client: client(&emulator.endpoint())?,
        calls,
        sample_every: SAMPLE_EVERY.min(calls.div_ceil(FEWEST_SAMPLES)),
        started: AtomicUsize::new(0),
        surplus,
        progress: Mutex::default(),
    });
    let start = Instant::now();
    let in_time = tokio::time::timeout(LONGEST_RUN, soak.run()).await.is_ok();
    let took = start.elapsed();
    let received = emulator.request_count();
    emulator.shutdown().await;
    let progress = std::mem::take(&mut *soak.progress());
    Ok(Report {
        calls,
        took,
        in_time,
        received,
        miscounted: soak.miscounted(),
        tally: progress.tally,
        memory: progress.memory,
    })
}

/// An emulator that notes by call what it receives, before a fault may strike.
async fn start_emulator(surplus: Arc<[AtomicI64]>) -> Result<Emulator, Failure> {
    let no_wait = || RetryAfter::Seconds(0);
    let faults = [
        Fault::TooManyRequests {
            retry_after: no_wait(),
        },
        Fault::ServiceUnavailable {
            retry_after: no_wait(),
        },
        Fault::GatewayTimeout,
        Fault::ConnectionReset,
        Fault::TruncatedBody,
        Fault::InvalidJson,
        Fault::HtmlErrorPage {
            status: StatusCode::BAD_GATEWAY,
        },
    ];
    let emulator = Emulator::builder()
        .seed(SEED)
        .clock(call::now())
        .with_metric(call::METRIC, |bucket| call::value_at(bucket.start))
        .record_limit(0)
        .fault_when(move |request| {
            let id = request.headers.get("client-request-id");
            let number = id.and_then(|id| id.to_str().ok()?.parse::<usize>().ok());
            if let Some(surplus) = number.and_then(|number| surplus.get(number)) {
                surplus.fetch_add(1, Ordering::Relaxed);
            }
            None
        })
        .fault_rate(FAULT_RATE, faults);
    Ok(emulator.start().await?)
}

/// A client that gives up after one retry, so that some calls end in what is usually survived.
fn client(endpoint: &str) -> Result<Client, Failure> {
    let retry = RetryPolicy::new()
        .max_retries(1)
        .initial_backoff(Duration::from_millis(1));
    let client = Client::builder()
        .bearer_token("a-token-of-no-worth")
        .endpoint(endpoint)
        .retry(retry);
    Ok(client.build()?)
}

impl Soak {
    /// Makes all calls.
    async fn run(self: &Arc<Self>) {
        self.progress().memory.sample(0);
        let mut workers = JoinSet::new();
        for _ in 0..CONCURRENT {
            workers.spawn(Arc::clone(self).work());
        }
        // A worker that panics leaves its call without an outcome, which the report shows.
        while workers.join_next().await.is_some() {}
    }

    async fn work(self: Arc<Self>) {
        loop {
            let number = self.started.fetch_add(1, Ordering::Relaxed);
            if number >= self.calls {
                return;
            }
            let call = Call(number);
            let outcome = call.make(&self.client).await;
            self.surplus[number].fetch_sub(outcome.attempts.into(), Ordering::Relaxed);
            let mut progress = self.progress();
            progress.tally.add(&outcome);
            let ended = progress.tally.calls();
            if ended.is_multiple_of(self.sample_every) {
                progress.memory.sample(ended);
            }
        }
    }

    /// How many calls were received more or less often than they say they were sent.
    fn miscounted(&self) -> usize {
        let surplus = self.surplus.iter();
        surplus
            .filter(|surplus| surplus.load(Ordering::Relaxed) != 0)
            .count()
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
