//! A service that gives every request the answer that is set, on a socket without a port.

use odata_runtime::reqwest::redirect::Policy;
use odata_runtime::{Client, Cloud, RetryPolicy, reqwest};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Runtime;

/// It has what encoders of JSON escape: some `/`, others `+`. It begins with what ends no escape of
/// `Debug`, which would make the whole of a tab and the rest.
pub const TOKEN: &str = "Go+ken/only/the/client+may=know";

/// How much of an error's body is kept.
pub const MAX_ERROR_BODY: usize = 64 * 1024;

/// The stack of the thread that decodes. One of Tokio's has twice as much.
const STACK: usize = 1024 * 1024;

/// The service, and a client of it.
pub struct Service {
    /// What requests run on: a thread of its own with a small stack.
    pub runtime: Runtime,
    /// The client.
    pub client: Client,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Service {
    /// Starts a service for the target of this name.
    pub fn start(target: &str) -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_stack_size(STACK);
        let runtime = builder.enable_all().build().expect("a runtime");
        let answer = Arc::new(Mutex::new(Vec::new()));
        let name = format!("fuzz-{target}-{}.socket", std::process::id());
        let socket = std::env::temp_dir().join(name);
        let _ = std::fs::remove_file(&socket);
        let listener = {
            let _context = runtime.enter();
            UnixListener::bind(&socket).expect("a socket")
        };
        runtime.spawn(accept(listener, Arc::clone(&answer)));
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .unix_socket(socket)
            .build()
            .expect("an HTTP client");
        let cloud = Cloud::new("Fuzz", "http://127.0.0.1/api", "scope", "https://login");
        let client = Client::builder(cloud, "fuzz/0")
            .http_client(http)
            .bearer_token(TOKEN)
            .retry(RetryPolicy::none())
            .timeout(Duration::from_secs(5));
        Self {
            runtime,
            client: client.build().expect("a client"),
            answer,
        }
    }

    /// Sets what goes over the wire from now on.
    pub fn set_answer(&self, bytes: Vec<u8>) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
    }

    /// What a future gives that is run on the thread with the small stack.
    pub fn run<F>(&self, future: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let running = self.runtime.spawn(future);
        self.runtime.block_on(running).expect("no panic")
    }
}

async fn accept(listener: UnixListener, answer: Arc<Mutex<Vec<u8>>>) {
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(serve(connection, Arc::clone(&answer)));
    }
}

async fn serve(mut connection: UnixStream, answer: Arc<Mutex<Vec<u8>>>) -> std::io::Result<()> {
    let mut request = Vec::new();
    loop {
        if connection.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            let bytes = answer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            connection.write_all(&bytes).await?;
        }
    }
}

/// Panics unless a text that is shown is one short line without the token.
pub fn assert_shown(text: &str) {
    assert!(text.len() <= 4096, "{} bytes are shown", text.len());
    for character in text.chars() {
        let is_format = matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        );
        assert!(!character.is_control() && !is_format, "{text:?}");
    }
    let lower = text.to_lowercase();
    assert!(
        !lower.contains(&TOKEN.to_lowercase()),
        "the token is in {text}"
    );
}

/// Panics unless everything that an error shows is fit to be.
pub fn assert_shown_error(error: &odata_runtime::Error) {
    assert_shown(&format!("{:?}", error.service_error()));
    assert_shown(&format!("{:?}", error.decode_error()));
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        assert_shown(&error.to_string());
        assert_shown(&format!("{error:?}"));
        cause = error.source();
    }
    let kept = error.raw_body().unwrap_or_default();
    assert!(
        kept.len() <= MAX_ERROR_BODY,
        "{} bytes are kept",
        kept.len()
    );
    let token = TOKEN.as_bytes();
    assert!(!kept.windows(token.len()).any(|window| window == token));
}
