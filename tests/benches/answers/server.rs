//! A server on loopback that gives one compressed answer.

use super::Failure;
use super::kinds::Kind;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// An answer of so many items.
pub fn compressed(kind: &Kind, count: usize) -> io::Result<Vec<u8>> {
    let mut body = GzEncoder::new(Vec::new(), Compression::best());
    body.write_all(kind.before.as_bytes())?;
    // Items of a text stand next to each other.
    let separator = if kind.after.contains(']') { "," } else { "" };
    let some = [kind.item, separator].concat().repeat(1_000);
    for _ in 0..count / 1_000 {
        body.write_all(some.as_bytes())?;
    }
    body.write_all(kind.item.as_bytes())?;
    body.write_all(kind.after.as_bytes())?;
    body.finish()
}

/// Starts a server that has this body for all who ask, and says where it is.
pub fn start(body: Vec<u8>) -> Result<String, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming() {
            // Who breaks off is told by their own exit code.
            let _ = stream.and_then(|stream| answer(stream, &body));
        }
    });
    Ok(endpoint)
}

fn answer(mut stream: TcpStream, body: &[u8]) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte)? == 0 {
            return Ok(());
        }
        request.extend(byte);
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}
