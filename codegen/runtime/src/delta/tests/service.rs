//! A service with 10,000 changes, and the truth about them.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use serde_json::{Value, json};

pub(super) const CHANGES: usize = 10_000;
const PAGE: usize = 40;

/// Numbers that look random and are the same in every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// The version of each entity that exists.
type Entities = BTreeMap<u64, u64>;

/// The answers of the service, by the target of the request.
pub(super) struct Script {
    answers: HashMap<String, (u16, String, String)>,
    /// What there is in the end.
    pub(super) truth: Entities,
    /// How many pages there are.
    pub(super) pages: usize,
    changes: usize,
}

pub(super) static SCRIPT: LazyLock<Script> = LazyLock::new(Script::new);

impl Script {
    /// A full run; a round of changes; a reset, after changes that are never told; the full run that
    /// follows from it; and a round with the rest of the changes.
    fn new() -> Self {
        let mut script = Self {
            answers: HashMap::new(),
            truth: (0..3_000).map(|key| (key, key + 1)).collect(),
            pages: 0,
            changes: 0,
        };
        let mut random = Random(2_463_534_242);
        script.add_full("", 1);
        let entries = script.change(2_500, &mut random);
        script.add_round("?$deltatoken=1", &entries, 2);
        script.change(300, &mut random);
        let location = "/beta/things/delta?start=again".to_owned();
        let reset = json!({"error": {"code": "resyncChangesApplyDifferences", "message": ""}});
        script.answers.insert(
            "/beta/things/delta?$deltatoken=2".to_owned(),
            (410, location, reset.to_string()),
        );
        script.add_full("?start=again", 3);
        let rest = CHANGES - script.changes;
        let entries = script.change(rest, &mut random);
        script.add_round("?$deltatoken=3", &entries, 4);
        assert_eq!(script.changes, CHANGES);
        script.add_round("?$deltatoken=4", &[], 4);
        script
    }

    fn add_full(&mut self, start: &str, delta: u32) {
        let entries = self.truth.iter();
        let entries = entries.map(|(key, version)| upserted(*key, *version));
        let entries: Vec<_> = entries.collect();
        self.add_round(start, &entries, delta);
    }

    /// Changes some of the truth.
    fn change(&mut self, count: usize, random: &mut Random) -> Vec<Value> {
        let first = 1_000_000 + self.changes as u64;
        let changes = (first..).take(count).map(|version| {
            let key = random.below(3_500);
            if random.below(4) == 0 {
                self.truth.remove(&key);
                // Also what there is not: services report what came and went.
                json!({"id": key.to_string(), "version": version, "@removed": {"reason": "deleted"}})
            } else {
                self.truth.insert(key, version);
                upserted(key, version)
            }
        });
        changes.collect()
    }

    /// Adds the pages of a round, with an empty one among them.
    fn add_round(&mut self, start: &str, entries: &[Value], delta: u32) {
        self.changes += entries.len();
        let mut pages: Vec<_> = entries.chunks(PAGE).collect();
        pages.insert(pages.len() / 2, &[]);
        let last = pages.len() - 1;
        let mut target = format!("/beta/things/delta{start}");
        for (number, entries) in pages.into_iter().enumerate() {
            let mut page = json!({"value": entries});
            let next = format!("/beta/things/delta?$skiptoken={delta}.{number}");
            match number == last {
                true => {
                    page["@odata.deltaLink"] =
                        format!("/beta/things/delta?$deltatoken={delta}").into();
                }
                false => page["@odata.nextLink"] = next.clone().into(),
            }
            self.pages += 1;
            self.answers
                .insert(target, (200, String::new(), page.to_string()));
            target = next;
        }
    }
}

fn upserted(key: u64, version: u64) -> Value {
    json!({"id": key.to_string(), "version": version})
}

/// A server on loopback, which counts its requests.
pub(super) struct Service {
    pub(super) url: String,
    requests: Arc<AtomicUsize>,
}

impl Service {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/beta", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let counter = Arc::clone(&counter);
                thread::spawn(move || serve(stream, &counter));
            }
        });
        Self { url, requests }
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Answers until the connection ends.
fn serve(mut stream: TcpStream, requests: &AtomicUsize) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        while !received.ends_with(b"\r\n\r\n") {
            let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
            received.extend_from_slice(&buffer[..count]);
        }
        requests.fetch_add(1, Ordering::SeqCst);
        let head = String::from_utf8_lossy(&received);
        let target = head.split(' ').nth(1)?;
        let unknown = (404, String::new(), String::new());
        let (status, location, body) = SCRIPT.answers.get(target).unwrap_or(&unknown);
        let answer = format!(
            "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nlocation: {location}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).ok()?;
        received.clear();
    }
}
