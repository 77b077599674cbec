//! Servers with which no secure connection can be made.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use odata_runtime::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::support::{Reply, Server, builder, metrics};

/// What becomes of a handshake.
#[derive(Clone, Copy)]
pub enum Handshake {
    /// The certificate is signed by nobody else.
    Untrusted,
    /// The answer is none of TLS.
    #[cfg_attr(feature = "native-tls", expect(dead_code))]
    PlainText,
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
}

pub struct TlsServer {
    endpoint: String,
    connections: Arc<AtomicUsize>,
}

impl TlsServer {
    pub async fn start(handshake: Handshake) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("https://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let acceptor = acceptor();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(shake_hands(stream, handshake, acceptor.clone()));
            }
        });
        Self {
            endpoint,
            connections,
        }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// What a request to it ends with.
    pub async fn error(&self) -> Error {
        let other = Server::replies([Reply::close()]).await;
        let client = builder(&other).endpoint(&self.endpoint).build().unwrap();
        metrics(&client).send().await.unwrap_err()
    }
}

fn acceptor() -> TlsAcceptor {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn shake_hands(mut stream: TcpStream, handshake: Handshake, acceptor: TlsAcceptor) {
    match handshake {
        Handshake::Untrusted => drop(acceptor.accept(stream).await),
        Handshake::PlainText => {
            let _ = stream.read(&mut [0; 16]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = stream.read(&mut [0; 4096]).await;
        }
        Handshake::Close => {
            let _ = stream.read(&mut [0; 4096]).await;
        }
        Handshake::Reset => {
            let _ = stream.read(&mut [0; 16]).await;
            let _ = stream.set_zero_linger();
        }
    }
}
