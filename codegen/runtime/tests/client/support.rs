//! A server that answers what a test tells it to, a clock that takes no time, and a client of both.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use odata_runtime::{
    AdditionalProperties, BoxFuture, Client, ClientBuilder, Clock, Cloud, ODataType, Operation,
    Page, Permission, Request, TestClock,
};
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The token that must never be seen where it does not belong.
pub const TOKEN: &str = "eyJ-the-secret-token-of-this-test";

pub const CLOUD: Cloud = Cloud::new(
    "Test",
    "https://service.invalid/beta",
    "https://service.invalid/.default",
    "https://login.invalid",
);

pub static METRICS: Operation = Operation::function(
    "test.getMetrics",
    "getMetrics",
    &["from", "minutes"],
    &[
        Permission::new("DelegatedWork", &["Reports.Read.All"]),
        Permission::new(
            "Application",
            &["Reports.Read.All", "Reports.ReadWrite.All"],
        ),
    ],
);

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Metric {
    #[serde(with = "odata_runtime::json")]
    pub value: i64,
}

/// An entity with a name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Thing {
    pub name: Option<String>,
    pub additional_properties: AdditionalProperties,
}

odata_runtime::model! {
    Thing {
        NAME: name = "name" of String,
    }
}

impl ODataType for Thing {
    const NAME: &'static str = "test.thing";
}

/// What a server received.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name);
        values.next().map(|(_, value)| value.as_str())
    }

    /// The token that came with it.
    pub fn token(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

/// What a server does with a request.
#[derive(Clone)]
pub enum Reply {
    /// A whole response.
    Full(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes, whatever they are; then the connection is closed.
    Raw(Vec<u8>),
    /// These bytes; then nothing more, on an open connection.
    Stall(Vec<u8>),
    /// These bytes, and then a byte every few milliseconds for as long as anyone reads them.
    Drip(Vec<u8>),
    /// A chunked body that goes on for as long as anyone reads it.
    Endless,
}

impl Reply {
    pub fn ok(json: impl Into<String>) -> Self {
        Self::status(200, json)
    }

    pub fn status(status: u16, body: impl Into<String>) -> Self {
        Self::Full(status, Vec::new(), body.into().into_bytes())
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Full(_, headers, _) = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::status(status, "").header("location", location)
    }

    /// Closes the connection without an answer.
    pub fn close() -> Self {
        Self::Raw(Vec::new())
    }

    /// One page of metrics with these values.
    pub fn page(values: &[i64], next_link: Option<&str>) -> Self {
        let items: Vec<_> = values
            .iter()
            .map(|value| serde_json::json!({"value": value}))
            .collect();
        let mut page = serde_json::json!({"value": items});
        if let Some(link) = next_link {
            page["@odata.nextLink"] = link.into();
        }
        Self::ok(page.to_string())
    }
}

type Script = dyn Fn(&Received) -> Reply + Send + Sync;

pub struct Server {
    url: String,
    state: Arc<State>,
}

struct State {
    script: Box<Script>,
    connections: AtomicUsize,
    received: Mutex<Vec<Received>>,
    arrived: Notify,
    abandoned: Notify,
}

impl Server {
    /// A server that answers as the function says.
    pub async fn start(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            script: Box::new(script),
            connections: AtomicUsize::new(0),
            received: Mutex::default(),
            arrived: Notify::new(),
            abandoned: Notify::new(),
        });
        let accepting = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepting.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&accepting)));
            }
        });
        Self { url, state }
    }

    /// A server with these answers in turn; the last one is for all further requests too.
    pub async fn replies(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = Mutex::new(replies.into_iter().collect::<VecDeque<_>>());
        Self::start(move |_| {
            let mut replies = replies.lock().unwrap();
            let next = replies.pop_front().unwrap();
            if replies.is_empty() {
                replies.push_back(next.clone());
            }
            next
        })
        .await
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.state.received.lock().unwrap().len()
    }

    /// How many connections were opened, whatever came over them.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Waits until a request has come.
    pub async fn arrived(&self) {
        self.state.arrived.notified().await;
    }

    /// Waits until a client has closed a connection on which an answer was due.
    pub async fn abandoned(&self) {
        self.state.abandoned.notified().await;
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let mut buffer = Vec::new();
    while let Some(request) = receive(&mut stream, &mut buffer).await {
        let reply = (state.script)(&request);
        state.received.lock().unwrap().push(request);
        state.arrived.notify_one();
        match reply {
            Reply::Full(status, headers, body) => {
                let mut head = format!(
                    "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n",
                    body.len()
                );
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                head.push_str("\r\n");
                let message = [head.as_bytes(), &body].concat();
                if stream.write_all(&message).await.is_err() {
                    return;
                }
            }
            Reply::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Reply::Stall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.read(&mut [0]).await;
                state.abandoned.notify_one();
                return;
            }
            Reply::Drip(bytes) => {
                let mut result = stream.write_all(&bytes).await;
                while result.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    result = stream.write_all(b" ").await;
                }
                state.abandoned.notify_one();
                return;
            }
            Reply::Endless => {
                let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                let chunk = [b"1000\r\n".as_slice(), &[b' '; 0x1000], b"\r\n"].concat();
                let mut result = stream.write_all(head).await;
                while result.is_ok() {
                    result = stream.write_all(&chunk).await;
                }
                state.abandoned.notify_one();
                return;
            }
        }
    }
}

async fn receive(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Received> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while buffer.len() < end + 4 + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = buffer[end + 4..end + 4 + length].to_vec();
    buffer.drain(..end + 4 + length);
    Some(Received {
        method,
        target,
        headers,
        body,
    })
}

/// A clock on which waiting takes no time, and which remembers what was waited.
pub struct FakeClock {
    time: TestClock,
    waits: Mutex<Vec<Duration>>,
    /// Whether waiting takes for ever.
    stuck: bool,
    waiting: Arc<Notify>,
}

impl FakeClock {
    pub fn new() -> Arc<Self> {
        Self::with(false)
    }

    /// A clock on which waiting does not end.
    pub fn stuck() -> Arc<Self> {
        Self::with(true)
    }

    fn with(stuck: bool) -> Arc<Self> {
        let now = "1994-11-06T08:49:07Z".parse().unwrap();
        Arc::new(Self {
            time: TestClock::at(now),
            waits: Mutex::default(),
            stuck,
            waiting: Arc::default(),
        })
    }

    pub fn advance(&self, time: Duration) {
        self.time.advance(time);
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    /// Waits until someone waits.
    pub async fn waiting(&self) {
        self.waiting.notified().await;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    fn monotonic(&self) -> Instant {
        self.time.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.waits.lock().unwrap().push(duration);
        self.waiting.notify_one();
        if self.stuck {
            return Box::pin(std::future::pending());
        }
        self.time.sleep(duration)
    }
}

/// A builder of a client of this server, with a token and a clock that takes no time.
pub fn builder(server: &Server) -> ClientBuilder<Client> {
    Client::builder(CLOUD, "test/1.2.3")
        .endpoint(format!("{}/beta", server.url()))
        .bearer_token(TOKEN)
        .clock(FakeClock::new())
}

pub fn client(server: &Server) -> Client {
    builder(server).build().unwrap()
}

/// gzip of `{"value":[{"value":7}]}`.
#[cfg(feature = "gzip")]
pub const GZIPPED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 75, 204, 41, 77, 85, 178, 138, 174, 134, 177,
    204, 107, 99, 107, 1, 94, 122, 8, 245, 23, 0, 0, 0,
];

/// The request of most tests.
pub fn metrics(client: &Client) -> Request<Page<Metric>> {
    let resource = client.root().segment("reports");
    resource.function(&METRICS).parameter("minutes", 10)
}

pub fn values(page: &Page<Metric>) -> Vec<i64> {
    page.value.iter().map(|metric| metric.value).collect()
}
