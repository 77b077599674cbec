//! Reading parts of what is uploaded.

use std::io::{ErrorKind as IoErrorKind, SeekFrom};
use std::ops::Range;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeek, AsyncSeekExt as _};

use crate::error::{Error, ErrorKind, Result};

/// Where bytes are read from, in any order.
pub(super) struct Source<'a, R> {
    reader: &'a mut R,
    /// Where the next byte is read, if that is known.
    position: Option<u64>,
}

impl<'a, R: AsyncRead + AsyncSeek + Unpin> Source<'a, R> {
    pub(super) fn new(reader: &'a mut R) -> Self {
        Self {
            reader,
            position: None,
        }
    }

    /// The bytes of this range.
    pub(super) async fn read(&mut self, range: Range<u64>) -> Result<Bytes> {
        let size = usize::try_from(range.end - range.start).map_err(unreadable)?;
        if self.position != Some(range.start) {
            let start = SeekFrom::Start(range.start);
            self.reader.seek(start).await.map_err(unreadable)?;
        }
        // Until all is read, it is not known where the next byte is.
        self.position = None;
        let mut bytes = BytesMut::zeroed(size);
        let read = self.reader.read_exact(&mut bytes).await;
        read.map_err(|cause| match cause.kind() {
            IoErrorKind::UnexpectedEof => {
                let end = range.end;
                let message = format!(
                    "what is to be uploaded ends before byte {end}, which the session was begun for"
                );
                Error::new(ErrorKind::InvalidRequest, message)
            }
            _ => unreadable(cause),
        })?;
        self.position = Some(range.end);
        Ok(bytes.freeze())
    }
}

fn unreadable(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    let message = "what is to be uploaded cannot be read";
    Error::new(ErrorKind::InvalidRequest, message).with_source(cause)
}
