//! How long the emulator takes to start, and how many small requests it answers in a second.
//!
//! ```text
//! GRAPH_METADATA=<folder> cargo bench -p graph-emulator
//! ```

use graph_emulator::http::Request;
use graph_emulator::tower_service::Service as _;
use graph_emulator::{Body, Emulator};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const STARTS: usize = 21;
const CONNECTIONS: usize = 8;
const LARGE: usize = 1 << 30;
const LASTING: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let slice = Emulator::start().await?;
        starts.push(began.elapsed());
        slice.shutdown().await;
    }
    starts.sort();
    println!(
        "start with the bundled slice: {:?} in the middle of {STARTS}, {:?} at most",
        starts[STARTS / 2],
        starts[STARTS - 1]
    );
    if let Some(folder) = std::env::var_os("GRAPH_METADATA") {
        let csdl = std::fs::read_to_string(std::path::Path::new(&folder).join("v1.0-Prod.csdl"))?;
        let began = Instant::now();
        let graph = Emulator::builder().metadata(csdl).start().await?;
        println!("start with all of v1.0: {:?}", began.elapsed());
        graph.shutdown().await;
    }
    let emulator = Emulator::builder()
        .metadata(include_str!("../tests/directory.csdl"))
        .with_entities("users", json!([{"id": "a", "displayName": "Adele"}]))
        .record_limit(0)
        .start()
        .await?;
    let began = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(ask(emulator.endpoint())))
        .collect();
    let mut answered = 0;
    for task in tasks {
        answered += task.await?.map_err(|error| error.to_string())?;
    }
    let a_second = answered as f64 / began.elapsed().as_secs_f64();
    println!("{a_second:.0} requests a second on {CONNECTIONS} connections");
    in_memory().await
}

/// The same without a socket.
async fn in_memory() -> Result<(), Box<dyn std::error::Error>> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let slice = Emulator::builder().start_in_memory()?;
        starts.push(began.elapsed());
        drop(slice);
    }
    starts.sort();
    println!("start in memory: {:?} in the middle", starts[STARTS / 2]);
    let emulator = Emulator::builder()
        .metadata(include_str!("../tests/directory.csdl"))
        .with_entities("users", json!([{"id": "a", "displayName": "Adele"}]))
        .record_limit(0)
        .start_in_memory()?;
    let (began, mut answered) = (Instant::now(), 0_u32);
    while began.elapsed() < LASTING {
        let request = Request::get(format!("{}/users/a", emulator.endpoint()));
        let request = request
            .header("authorization", "Bearer t")
            .body(Body::empty())?;
        let response = emulator.service().call(request).await?;
        axum::body::to_bytes(response.into_body(), usize::MAX).await?;
        answered += 1;
    }
    println!("{:?} for a request in memory", began.elapsed() / answered);
    upload().await
}

/// A large file, of which the digest alone is kept.
async fn upload() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder()
        .metadata(include_str!("../tests/work.csdl"))
        .with_entity("drive/root", json!({"name": "root"}))
        .upload_digest_only()
        .start_in_memory()?;
    let path = "/drive/root:/large:/createUploadSession";
    let open = Request::post(format!("{}{path}", emulator.endpoint()));
    let open = open
        .header("authorization", "Bearer t")
        .body(Body::empty())?;
    emulator.service().call(open).await?;
    let url = emulator.upload_sessions().remove(0).url;
    let fragment = axum::body::Bytes::from(vec![0; 10 << 20]);
    let began = Instant::now();
    for first in (0..LARGE).step_by(fragment.len()) {
        let last = (first + fragment.len()).min(LARGE) - 1;
        let body = fragment.slice(..=last - first);
        let put =
            Request::put(&url).header("content-range", format!("bytes {first}-{last}/{LARGE}"));
        let answer = emulator.service().call(put.body(Body::from(body))?).await?;
        assert!(answer.status().is_success());
    }
    println!("{:?} for an upload of 1 GiB in memory", began.elapsed());
    Ok(())
}

/// Asks for one entity over and over on a connection of its own.
async fn ask(endpoint: String) -> std::io::Result<u64> {
    let address = endpoint
        .trim_start_matches("http://")
        .trim_end_matches("/beta");
    let mut stream = TcpStream::connect(address).await?;
    let request =
        format!("GET /beta/users/a HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer t\r\n\r\n");
    let mut buffer = vec![0; 64 * 1024];
    let mut answered = 0;
    let end = Instant::now() + LASTING;
    while Instant::now() < end {
        stream.write_all(request.as_bytes()).await?;
        // A small answer comes whole; its JSON ends with a brace.
        let mut length = 0;
        while length == 0 || buffer[length - 1] != b'}' {
            let read = stream.read(&mut buffer[length..]).await?;
            if read == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            length += read;
        }
        answered += 1;
    }
    Ok(answered)
}
