//! Connections that can be reset on purpose, and that all close when the emulator stops.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Hands out connections that obey a [`ConnectionHandle`] and the stop signal.
pub(crate) struct FaultyListener {
    pub(crate) inner: TcpListener,
    /// Turns true when the emulator stops.
    pub(crate) stopped: watch::Receiver<bool>,
}

/// Lets a request's handler tear down the connection that the request came on.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionHandle {
    reset: Arc<AtomicBool>,
}

impl ConnectionHandle {
    /// From now on whatever is written is lost and the peer gets a TCP reset.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }
}

impl Listener for FaultyListener {
    type Io = FaultyStream;
    /// Handlers need the connection's handle, not its peer's address.
    type Addr = ConnectionHandle;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (inner, _) = Listener::accept(&mut self.inner).await;
        let handle = ConnectionHandle::default();
        let mut stopped = self.stopped.clone();
        let stream = FaultyStream {
            inner,
            handle: handle.clone(),
            stopped: Box::pin(async move {
                // An error means that the emulator is gone, which comes to the same.
                let _ = stopped.wait_for(|stopped| *stopped).await;
            }),
            closed: false,
        };
        (stream, handle)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(ConnectionHandle::default())
    }
}

impl Connected<IncomingStream<'_, FaultyListener>> for ConnectionHandle {
    fn connect_info(stream: IncomingStream<'_, FaultyListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A TCP stream that ends at a reset or at the emulator's stop.
pub(crate) struct FaultyStream {
    inner: TcpStream,
    handle: ConnectionHandle,
    stopped: Pin<Box<dyn Future<Output = ()> + Send>>,
    closed: bool,
}

impl FaultyStream {
    /// Fails once the connection is to go; else registers for the stop signal.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.handle.reset.load(Ordering::Relaxed) {
            // Closing without lingering is what makes the kernel send a reset.
            self.inner.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if !self.closed && self.stopped.as_mut().poll(cx).is_ready() {
            self.closed = true;
        }
        if self.closed {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

impl AsyncRead for FaultyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl AsyncWrite for FaultyStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.inner).poll_write(cx, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.inner).poll_write_vectored(cx, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
