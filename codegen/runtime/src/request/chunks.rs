//! Readers as streams.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

/// How many bytes are read at a time.
const SIZE: usize = 64 * 1024;

/// The bytes of a reader, as a stream. (`tokio_util::io::ReaderStream` is the same, for one more crate.)
pub(super) struct Chunks<R> {
    /// `None` after the end and after an error.
    reader: Option<Pin<Box<R>>>,
    buffer: BytesMut,
}

impl<R> Chunks<R> {
    pub(super) fn of(reader: R) -> Self {
        Self {
            reader: Some(Box::pin(reader)),
            buffer: BytesMut::new(),
        }
    }
}

impl<R: AsyncRead> Stream for Chunks<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(reader) = &mut this.reader else {
            return Poll::Ready(None);
        };
        this.buffer.resize(SIZE, 0);
        let mut read = ReadBuf::new(&mut this.buffer);
        let result = ready!(reader.as_mut().poll_read(context, &mut read));
        let count = read.filled().len();
        let chunk = result.map(|()| this.buffer.split_to(count).freeze());
        if count == 0 || chunk.is_err() {
            this.reader = None;
        }
        Poll::Ready((count > 0 || chunk.is_err()).then_some(chunk))
    }
}
