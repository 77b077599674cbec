//! An upload session, with the type of what it makes.

use std::fmt;
use std::marker::PhantomData;

use tokio::io::{AsyncRead, AsyncSeek};

use super::progress::{Observer, UploadProgress};
use super::source::Source;
use super::state::UploadState;
use super::status::Status;
use super::transfer::Transfer;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CapabilityUrl, Client, RawResponse, RetryPolicy};
use crate::model::ODataType;
use crate::response::{Response, decode};

/// An upload in pieces, to a URL that the service gave for it. It becomes a `T`.
///
/// Begun by a [request](Self::begin), or by [`resume`](Self::resume) from the [`state`](Self::state) of an earlier one, also after a restart of the program.
///
/// Pieces are sent one after another. After a fault (a broken connection, a deadline, 429, 5xx, or a
/// piece that the service has already) the service is asked what it still expects, and sending goes on
/// from there; so no byte is sent twice without a fault. The client's [`RetryPolicy`] says how many
/// faults in a row end the upload, and how long to wait after each.
///
/// The URL is as secret as a token, and needs none: neither the token nor a header of the caller's goes
/// there, and redirects are not followed.
///
/// One piece is in memory at a time.
#[must_use = "nothing is uploaded until `send` is called"]
pub struct UploadSession<T> {
    transfer: Transfer,
    item: PhantomData<fn() -> T>,
}

impl<T> UploadSession<T> {
    pub(super) fn begun(client: &Client, url: &str, status: &Status, length: u64) -> Result<Self> {
        if length == 0 {
            let message =
                "an upload session is for at least one byte; upload an empty file by `upload`";
            return Err(Error::new(ErrorKind::InvalidRequest, message));
        }
        let state = UploadState {
            upload_url: url.to_owned(),
            length,
            expires: None,
            is_deferred: false,
        };
        let mut session = Self::resume(client, state)?;
        session.transfer.learn(status)?;
        Ok(session)
    }

    /// Goes on with an upload. Nothing is sent yet: [`send`](Self::send) asks the service first what it has.
    ///
    /// What is sent must be the same bytes as before; only their number can be checked.
    ///
    /// # Errors
    ///
    /// If the state has no URL that may be sent to: https, and loopback only if the client's service is.
    pub fn resume(client: &Client, state: UploadState) -> Result<Self> {
        let url = CapabilityUrl::new(client, &state.upload_url, "the upload URL")?;
        Ok(Self {
            transfer: Transfer::new(url, state),
            item: PhantomData,
        })
    }

    /// How many bytes each piece has, at most; 3,932,160 by default (12 times 320 KiB), the most that
    /// Outlook takes. OneDrive recommends 5 to 10 MiB and takes 60 MiB. It is rounded down to the
    /// [multiple](Self::fragment_multiple).
    pub fn fragment_size(mut self, bytes: u64) -> Self {
        self.transfer.fragments.set_size(bytes);
        self
    }

    /// What the sizes of pieces are a multiple of, but for the last: 320 KiB by default, as OneDrive
    /// wants it.
    pub fn fragment_multiple(mut self, bytes: u64) -> Self {
        self.transfer.fragments.set_multiple(bytes);
        self
    }

    /// How many faults in a row end the upload, and how long to wait after each; the client's own policy
    /// by default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.transfer.retry = policy;
        self
    }

    /// Calls a function whenever the service has more, or fewer, bytes than before.
    pub fn on_progress(
        mut self,
        observer: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Self {
        self.transfer.observer = Observer::new(observer);
        self
    }

    /// For a session that was begun with `deferCommit`: the upload ends when the service has all bytes, and
    /// [`commit`](Self::commit) makes the item of them.
    pub fn deferred(mut self) -> Self {
        self.transfer.state.is_deferred = true;
        self
    }

    /// What is needed to go on later. It is a secret; see [`UploadState`].
    pub fn state(&self) -> UploadState {
        self.transfer.state.clone()
    }

    /// Ends the session; the service forgets what was uploaded. A session that is gone already is no error.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn cancel(self) -> Result<()> {
        self.transfer.cancel().await
    }
}

impl<T: ODataType> UploadSession<T> {
    /// Sends what the service does not have yet, and gives what it made of all bytes. `None` if it did not
    /// send that back, as Outlook, which says in [`location`](Response::location) where it is.
    ///
    /// After an error, or if the future is dropped, it may be called again, and goes on.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]. [`ErrorKind::OutcomeUnknown`] if the service does not know the session any more,
    /// and the last bytes may have arrived: their answer was lost, or the session was resumed. Then the
    /// item may exist. If the reader has fewer bytes than the session is for, that is an error; further ones are
    /// not sent.
    pub async fn send<R>(&mut self, reader: &mut R) -> Result<Response<Option<T>>>
    where
        R: AsyncRead + AsyncSeek + Unpin + Send + ?Sized,
    {
        let mut reader = reader;
        decoded(self.transfer.send(&mut Source::new(&mut reader)).await?)
    }

    /// Makes the item of all bytes, if the session was begun with `deferCommit`.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub async fn commit(&mut self) -> Result<Response<Option<T>>> {
        decoded(self.transfer.commit().await?)
    }
}

/// The item, if the service sent it: the upload succeeded, even if it did not.
fn decoded<T: ODataType>(raw: RawResponse) -> Result<Response<Option<T>>> {
    // What is too large for a status is so for an item, which says it.
    let is_of_session = matches!(Status::of_session(&raw), Ok(Some(_)));
    match raw.is_json() && !is_of_session {
        true => decode(raw),
        false => Ok(Response::new(None, raw)),
    }
}

// The URL is a secret.
impl<T> fmt::Debug for UploadSession<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UploadSession")
            .field("state", &self.transfer.state)
            .field("received", &self.transfer.received())
            .field("fragments", &self.transfer.fragments)
            .field("observer", &self.transfer.observer)
            .finish_non_exhaustive()
    }
}
