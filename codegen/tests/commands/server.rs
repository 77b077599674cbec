//! A server on loopback that answers as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// What a server does with a connection.
pub enum Answer {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes and then nothing, until the client goes.
    Hang(Vec<u8>),
    /// Sends these bytes and then one more every few milliseconds, until the client goes.
    Drip(Vec<u8>),
}

/// A server for as many requests as it has answers.
pub struct Server {
    /// Address of the metadata.
    pub url: String,
    requests: Receiver<Vec<String>>,
}

impl Server {
    /// Starts it.
    pub fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/beta/$metadata", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for answer in answers {
                let (stream, _) = listener.accept().unwrap();
                // A test that looks at no requests has dropped the receiver.
                let _ = sender.send(serve(stream, answer));
            }
        });
        Self { url, requests }
    }

    /// The header lines of the next request.
    pub fn request(&self) -> Vec<String> {
        self.requests.recv().unwrap()
    }
}

fn serve(stream: TcpStream, answer: Answer) -> Vec<String> {
    let mut reader = BufReader::new(stream);
    let mut request = Vec::new();
    loop {
        let mut line = String::new();
        let read = reader.read_line(&mut line).unwrap_or(0);
        let line = line.trim_end().to_ascii_lowercase();
        if read == 0 || line.is_empty() {
            break;
        }
        request.push(line);
    }
    // The client may be gone already.
    match answer {
        Answer::Bytes(bytes) => drop(reader.get_mut().write_all(&bytes)),
        Answer::Hang(bytes) => {
            let _ = reader.get_mut().write_all(&bytes);
            let _ = reader.read_line(&mut String::new());
        }
        Answer::Drip(bytes) => {
            let stream = reader.get_mut();
            let mut sent = stream.write_all(&bytes);
            while sent.is_ok() {
                std::thread::sleep(std::time::Duration::from_millis(5));
                sent = stream.write_all(b" ");
            }
        }
    }
    request
}

/// A whole answer: status line, more header lines, body.
pub fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut lines = vec![
        format!("HTTP/1.1 {status}"),
        format!("Content-Length: {}", body.len()),
    ];
    lines.push("Connection: close".to_owned());
    lines.extend(headers.iter().map(|header| (*header).to_owned()));
    let mut bytes = format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// An answer with a document.
pub fn document(text: &str, headers: &[&str]) -> Answer {
    let mut headers = headers.to_vec();
    headers.push("Content-Type: application/xml");
    Answer::Bytes(answer("200 OK", &headers, text.as_bytes()))
}
