//! From the answer to a request to the operation that it started.

use http::header::LOCATION;
use http::{Method, StatusCode};

use super::location;
use super::run::Poller;
use super::state::PollerState;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Client, retry_after};
use crate::request::{BatchRequest, UnsentPart};
use crate::response::Response;

impl Client {
    /// Follows an operation that goes on after this answer, until there is an `R`; `None` if none does.
    ///
    /// An answer says where it can be asked about by `Operation-Location`, `Azure-AsyncOperation`, or, of
    /// 202 and 200, by `Location`. `R` is what the operation makes: a `Team`, a `DriveItem`, or `()` if that
    /// is of no interest.
    ///
    /// ```
    /// # use odata_runtime::{Client, ODataType, Response, Result};
    /// # async fn follow<Team: ODataType>(client: &Client, created: Response<Option<Team>>) -> Result<()> {
    /// // `created` is the answer to a POST of a team: 202, and where the operation is.
    /// if let Some(mut poller) = client.poller::<Team, _>(&created)? {
    ///     let team = poller.wait().await?.result;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If what the answer says is not a URL, or one of another origin that is not https.
    pub fn poller<R, T>(&self, response: &Response<T>) -> Result<Option<Poller<R>>> {
        let header = |name: &str| response.headers().get(name)?.to_str().ok();
        let status = response.status();
        let location = header(LOCATION.as_str());
        let running = header("operation-location").or(header("azure-asyncoperation"));
        let is_open = matches!(status, StatusCode::ACCEPTED | StatusCode::OK);
        let Some(monitor) = running.or(location.filter(|_| is_open)) else {
            return Ok(None);
        };
        let answered = response.final_url();
        let resolve = |link: &str| location::resolve(self, answered, link);
        let state = PollerState {
            monitor: resolve(monitor)?,
            // With an operation of its own, `Location` is the result's; a PUT or PATCH changes what it
            // was sent to.
            result: match (running, location, response.method()) {
                (None, ..) => None,
                (_, Some(location), _) => Some(resolve(location)?),
                (_, None, &Method::PUT | &Method::PATCH) => Some(answered.clone()),
                _ => None,
            },
        };
        let wait = retry_after(response.headers(), self.inner().clock.now());
        Poller::new(self, state, wait).map(Some)
    }

    /// Goes on with an operation, also after a restart of the program.
    ///
    /// # Errors
    ///
    /// If the state leads to another origin with anything but https, or to loopback while the service is
    /// elsewhere.
    pub fn resume_poller<R>(&self, state: PollerState) -> Result<Poller<R>> {
        Poller::new(self, state, None)
    }
}

/// What a service answered that was asked to run on; see [`Client::respond_async`].
#[derive(Debug)]
pub enum AsyncResponse<T> {
    /// It did not need to: this is the response.
    Complete(Response<T>),
    /// It runs on; the poller has the value in the end.
    Running(Poller<T>),
}

impl Client {
    /// Sends a request, and asks the service to answer at once and to run on by itself
    /// (`Prefer: respond-async`; OData Protocol 4.01, section "Asynchronous Requests").
    ///
    /// # Errors
    ///
    /// Those of the request, which must be this client's or a clone's, and those of
    /// [`poller`](Self::poller).
    pub async fn respond_async<C: BatchRequest>(
        &self,
        call: C,
    ) -> Result<AsyncResponse<C::Answer>> {
        let UnsentPart { mut parts, read } = call.into_part();
        if !self.is_same(parts.client()) {
            let message = "the request belongs to another client; send it with that one";
            return Err(Error::new(ErrorKind::InvalidRequest, message));
        }
        parts.options_mut().add_header("prefer", "respond-async");
        let raw = parts.send().await?;
        if raw.head.status != StatusCode::ACCEPTED {
            return read(raw).map(AsyncResponse::Complete);
        }
        match self.poller(&Response::new((), raw.again()))? {
            Some(poller) => Ok(AsyncResponse::Running(poller)),
            None => read(raw).map(AsyncResponse::Complete),
        }
    }
}
