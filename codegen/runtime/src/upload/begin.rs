//! From a request for a session to the session.

use super::session::UploadSession;
use super::status::Status;
use crate::error::{Error, ErrorKind, Result};
use crate::request::BatchRequest;

impl<T> UploadSession<T> {
    /// Sends a request that begins a session, such as a call of Microsoft Graph's `createUploadSession`, for
    /// this many bytes, which become a `T`.
    ///
    /// ```
    /// # use odata_runtime::{BatchRequest, ODataType, Result, UploadSession};
    /// # async fn upload<DriveItem: ODataType>(
    /// #     call: impl BatchRequest,
    /// #     mut file: impl tokio::io::AsyncRead + tokio::io::AsyncSeek + Send + Unpin,
    /// #     length: u64,
    /// # ) -> Result<()> {
    /// // With a generated client, `call` is `folder.create_upload_session().item(properties)`.
    /// let mut session = UploadSession::<DriveItem>::begin(call, length).await?;
    /// let item = session.send(&mut file).await?.into_inner();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the request; [`ErrorKind::Decode`] if the answer has no upload URL, and
    /// [`ErrorKind::ForeignOrigin`] if that is not https.
    pub async fn begin(call: impl BatchRequest, length: u64) -> Result<Self> {
        let parts = call.into_part().parts;
        let client = parts.client().clone();
        let mut raw = parts.send().await?;
        let session = Status::of(&raw).and_then(|status| {
            let url = status.upload_url().ok_or_else(|| {
                let message = "the answer has no upload URL (uploadUrl)";
                Error::new(ErrorKind::Decode, message)
            })?;
            raw.hide(url);
            Self::begun(&client, url, &status, length)
        });
        session.map_err(|error| raw.into_error(error))
    }
}
