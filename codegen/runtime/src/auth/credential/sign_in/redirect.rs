//! Where the browser comes back to: a listener on loopback, for one redirect (RFC 8252, section 7.3).

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use url::Url;

use super::error::{SignInError, SignInErrorKind};

/// How often a port is tried that is free on both loopback addresses.
const PORTS: usize = 8;

/// How many bytes the head of a request may have; codes of Entra ID have some 1,500.
const MAX_HEAD: usize = 32 * 1024;

/// How many connections are read at a time; browsers open some in advance.
const MAX_CONNECTIONS: usize = 32;

/// How long a connection may take to say what it wants, and to read the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause after a connection could not be accepted, as when there are too many files.
const PAUSE: Duration = Duration::from_millis(50);

/// What the browser brought from the authority (RFC 6749, section 4.1.2).
pub(super) enum Redirect {
    Code(String),
    Refused {
        code: String,
        description: Option<String>,
    },
}

/// A listener on a random port of the loopback addresses.
pub(super) struct Listener {
    port: u16,
    sockets: Vec<TcpListener>,
}

impl Listener {
    /// Takes a port that is ours on every loopback address that this machine has. If another program had
    /// it on one of them, the browser could go there.
    pub(super) async fn bind() -> Result<Self, SignInError> {
        let mut failure = None;
        for _ in 0..PORTS {
            match bind_once().await {
                Ok(listener) => return Ok(listener),
                Err(error) => failure = Some(error),
            }
        }
        let message = "there is no port on loopback for the browser to come back to";
        Err(match failure {
            Some(error) => SignInError::caused(SignInErrorKind::Listener, message, &error),
            None => SignInError::new(SignInErrorKind::Listener, message),
        })
    }

    /// Entra ID ignores the port of this host, and of this one alone.
    pub(super) fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Waits for the redirect with this state; whatever else comes is turned away.
    pub(super) async fn redirect(self, state: &str) -> Redirect {
        let (sender, mut receiver) = mpsc::channel(1);
        let door = Arc::new(Door {
            state: state.to_owned(),
            places: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            redirect: sender,
        });
        // They end with this future.
        let mut accepting = JoinSet::new();
        for socket in self.sockets {
            accepting.spawn(accept(socket, Arc::clone(&door)));
        }
        match receiver.recv().await {
            Some(redirect) => redirect,
            // Not while `door` lives.
            None => std::future::pending().await,
        }
    }
}

async fn bind_once() -> io::Result<Listener> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = first.local_addr()?.port();
    let mut sockets = vec![first];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
        Ok(second) => sockets.push(second),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        // There is no IPv6 here, so that the browser does not use it either.
        Err(_) => {}
    }
    Ok(Listener { port, sockets })
}

/// What all connections share.
struct Door {
    state: String,
    places: Arc<Semaphore>,
    redirect: mpsc::Sender<Redirect>,
}

async fn accept(socket: TcpListener, door: Arc<Door>) {
    let mut connections = JoinSet::new();
    while let Ok(place) = Arc::clone(&door.places).acquire_owned().await {
        match socket.accept().await {
            Ok((stream, _)) => {
                let door = Arc::clone(&door);
                connections.spawn(async move {
                    let _place = place;
                    // A client that is too slow has its connection closed.
                    let _ = tokio::time::timeout(PATIENCE, door.answer(stream)).await;
                });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

impl Door {
    /// Reads a request and answers it. The answer has nothing of the request.
    async fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let head = read_head(&mut stream).await?;
        let answer = self.understand(&head);
        let place = match &answer {
            // The second redirect with the right state finds the place taken.
            Ok(_) => self.redirect.try_reserve().ok(),
            Err(_) => None,
        };
        let page = match (&answer, &place) {
            (Ok(Redirect::Code(_)), Some(_)) => Page::Done,
            (Ok(Redirect::Refused { .. }), Some(_)) => Page::Refused,
            (Ok(_), None) => Page::NotFound,
            (Err(page), _) => *page,
        };
        let written = page.write(&mut stream).await;
        if let (Ok(redirect), Some(place)) = (answer, place) {
            place.send(redirect);
        }
        written
    }

    /// The redirect in a request, or what is answered instead.
    fn understand(&self, head: &[u8]) -> Result<Redirect, Page> {
        let line = head.split(|byte| *byte == b'\r' || *byte == b'\n').next();
        let line = std::str::from_utf8(line.unwrap_or_default()).map_err(|_| Page::BadRequest)?;
        let mut words = line.split(' ');
        let (method, target, version) = (words.next(), words.next(), words.next());
        let is_http = version.is_some_and(|version| version.starts_with("HTTP/1."));
        let target = target.filter(|target| is_http && target.starts_with('/'));
        let target = target.ok_or(Page::BadRequest)?;
        if method != Some("GET") {
            return Err(Page::MethodNotAllowed);
        }
        let url = format!("http://localhost{target}");
        let url = Url::parse(&url).map_err(|_| Page::BadRequest)?;
        if url.path() != "/" {
            return Err(Page::NotFound);
        }
        self.redirect_in(&url).ok_or(Page::NotFound)
    }

    fn redirect_in(&self, url: &Url) -> Option<Redirect> {
        // `None` if there are several, of which each side might take another.
        let parameter = |name: &str| {
            let mut values = url.query_pairs().filter(|(key, _)| key == name);
            let value = values.next()?.1.into_owned();
            values.next().is_none().then_some(value)
        };
        if parameter("state")? != self.state {
            return None;
        }
        match (parameter("code"), parameter("error")) {
            (Some(code), None) if !code.is_empty() => Some(Redirect::Code(code)),
            (None, Some(code)) => Some(Redirect::Refused {
                code,
                description: parameter("error_description"),
            }),
            _ => None,
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    loop {
        if head.windows(4).any(|window| window == b"\r\n\r\n") {
            return Ok(head);
        }
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await?;
        if count == 0 || head.len() + count > MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(&part[..count]);
    }
}

/// What a connection is answered; static, so that no request can put anything into it.
#[derive(Clone, Copy)]
enum Page {
    Done,
    Refused,
    BadRequest,
    NotFound,
    MethodNotAllowed,
}

impl Page {
    async fn write(self, stream: &mut TcpStream) -> io::Result<()> {
        let (status, text) = match self {
            Self::Done => (
                "200 OK",
                "Sign-in finished. You can close this page and return to the program.",
            ),
            Self::Refused => (
                "200 OK",
                "Sign-in failed. Close this page and return to the program, which says why.",
            ),
            Self::BadRequest => (
                "400 Bad Request",
                "This is not a request that is expected here.",
            ),
            Self::NotFound => ("404 Not Found", "There is nothing here."),
            Self::MethodNotAllowed => ("405 Method Not Allowed", "Only GET is answered here."),
        };
        let body = format!(
            "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign-in</title><p>{text}</p></html>\n"
        );
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
             cache-control: no-store\r\ncontent-security-policy: default-src 'none'\r\n\
             referrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        stream.shutdown().await
    }
}
