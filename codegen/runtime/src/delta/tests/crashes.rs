use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::copy::{self, Copy, Thing};
use super::service::{Random, SCRIPT, Service};
use crate::Cloud;
use crate::boxed::BoxFuture;
use crate::delta::{DeltaSync, FileStore};
use crate::error::Result;
use crate::files::step;
use crate::http::{Attempt, AttemptResponse, Client, Layer, Next};
use crate::response::Page;

const CHILD: &str = "delta::tests::crashes::follower_that_is_killed";
const SERVICE: &str = "ODATA_RUNTIME_TEST_SERVICE";
const FOLDER: &str = "ODATA_RUNTIME_TEST_FOLDER";

/// Where the child writes how many steps it took.
const STEPS: &str = "steps";

/// The exit code of a program of tests when one fails.
const FAILED: i32 = 101;

/// More rounds than the service has.
const MAX_ROUNDS: usize = 10;

const KILLS: usize = 1_000;
const KILLS_FROM_OUTSIDE: usize = 40;
const THREADS: usize = 2;

/// Points before and after each request.
struct Steps;

impl Layer for Steps {
    fn send<'a>(
        &'a self,
        attempt: Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse>> {
        Box::pin(async move {
            step::reached();
            let response = next.send(attempt).await;
            step::reached();
            response
        })
    }
}

/// The program that is killed: it follows the changes until there are none, once.
#[test]
#[ignore = "the tests of crashes run it in a process of its own"]
fn follower_that_is_killed() {
    let (Ok(service), Ok(folder)) = (std::env::var(SERVICE), std::env::var(FOLDER)) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(follow(&service, Path::new(&folder)));
    fs::write(Path::new(&folder).join(STEPS), step::count().to_string()).unwrap();
}

/// An HTTP client that reads no certificates of the system: that would take most of the time of a process
/// that is soon killed.
fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    let builder = builder.redirect(reqwest::redirect::Policy::none());
    #[cfg(feature = "rustls")]
    let builder = builder.tls_certs_only([]);
    builder.build().unwrap()
}

async fn follow(service: &str, folder: &Path) {
    let client = Client::builder(
        Cloud::new("Test", "https://service.invalid", "", ""),
        "test/1",
    )
    .endpoint(service)
    .anonymous()
    .http_client(http())
    .layer(Steps)
    .build()
    .unwrap();
    let changes = client.root().segment("things").segment("delta");
    let store = FileStore::new(folder.join("state"));
    let mut sync = DeltaSync::new(changes.get::<Page<Thing>>(), store);
    let mut copy = Copy::open(folder);
    // Until a round has nothing to tell.
    for _ in 0..MAX_ROUNDS {
        let mut is_silent = true;
        while let Some(page) = sync.next_page().await.unwrap() {
            is_silent &= page.changes().is_empty() && !page.round().is_full();
            copy.apply(&page);
            step::reached();
            page.commit().await.unwrap();
        }
        if is_silent {
            return;
        }
    }
    panic!("there is something new in each round");
}

/// A folder of its own, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let name = format!("odata-runtime-crashes-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn steps(&self) -> u64 {
        fs::read_to_string(self.0.join(STEPS))
            .unwrap()
            .parse()
            .unwrap()
    }

    /// Starts the follower. It ends itself at this step, if there is one.
    fn follow(&self, service: &Service, last: u64) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", CHILD])
            .env(SERVICE, &service.url)
            .env(FOLDER, &self.0)
            .env(step::LAST, last.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Lets the follower come to its end, and compares its copy with the truth.
    fn finish(&self, service: &Service) {
        let status = self.follow(service, u64::MAX).wait().unwrap();
        assert!(status.success(), "{status}");
        assert_eq!(copy::entities(&self.0), SCRIPT.truth);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Kills followers at random steps, and gives how many pages they were sent once for all.
fn kill(service: &Service, kills: usize, steps: u64, mut random: Random) -> usize {
    let mut folder = Folder::new();
    let mut finished = 0;
    let mut killed = 0;
    while killed < kills {
        let last = 1 + random.below(2 * steps / kills as u64);
        let status = folder.follow(service, last).wait().unwrap();
        if status.success() {
            // It came to the end before it came to the step.
            folder.finish(service);
            folder = Folder::new();
            finished += 1;
        } else {
            assert_ne!(status.code(), Some(FAILED), "the follower failed by itself");
            killed += 1;
        }
    }
    folder.finish(service);
    finished + 1
}

#[test]
fn a_thousand_crashes_lose_and_double_nothing() {
    let service = Service::start();
    let whole = Folder::new();
    whole.finish(&service);
    let undisturbed = service.requests();
    assert_eq!(undisturbed, SCRIPT.pages + 1, "each page, and the reset");
    let finished: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let random = Random(88_172_645_463_325_252 + number as u64);
                let (service, steps) = (&service, whole.steps());
                scope.spawn(move || kill(service, KILLS / THREADS, steps, random))
            })
            .collect();
        threads.into_iter().map(|it| it.join().unwrap()).sum()
    });
    // Crashes came between a page and its commit.
    assert!(service.requests() > undisturbed * (finished + 1));
}

#[test]
fn kills_from_outside_lose_and_double_nothing() {
    let service = Service::start();
    let folder = Folder::new();
    let mut random = Random(521_288_629);
    for _ in 0..KILLS_FROM_OUTSIDE {
        let mut follower = folder.follow(&service, u64::MAX);
        let requests = service.requests() + random.below(12) as usize;
        while service.requests() <= requests && follower.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        follower.kill().unwrap();
        follower.wait().unwrap();
    }
    folder.finish(&service);
}
