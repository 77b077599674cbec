//! From a request for a session to the session.

use super::session::UploadSession;
use super::status::Status;
use crate::error::{Error, ErrorKind, Result};
use crate::model::ODataType;
use crate::request::Request;

impl<S> Request<S> {
    /// Sends a request that begins an upload session, such as Microsoft Graph's `createUploadSession`, for
    /// this many bytes, which become a `T`.
    ///
    /// ```
    /// # use odata_runtime::{ODataType, Request, Result};
    /// # async fn upload<UploadSession, DriveItem: ODataType>(
    /// #     create_upload_session: Request<UploadSession>,
    /// #     mut file: impl tokio::io::AsyncRead + tokio::io::AsyncSeek + Send + Unpin,
    /// #     length: u64,
    /// # ) -> Result<()> {
    /// let mut session = create_upload_session.begin_upload::<DriveItem>(length).await?;
    /// let item = session.send(&mut file).await?.into_inner();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the request; [`ErrorKind::Decode`] if the answer has no upload URL, and
    /// [`ErrorKind::ForeignOrigin`] if that is not https.
    pub async fn begin_upload<T: ODataType>(self, length: u64) -> Result<UploadSession<T>> {
        let parts = self.into_parts();
        let client = parts.client().clone();
        let mut raw = parts.send().await?;
        let session = Status::of(&raw).and_then(|status| {
            let url = status.upload_url().ok_or_else(|| {
                let message = "the answer has no upload URL (uploadUrl)";
                Error::new(ErrorKind::Decode, message)
            })?;
            raw.hide(url);
            UploadSession::begun(&client, url, &status, length)
        });
        session.map_err(|error| raw.into_error(error))
    }
}
