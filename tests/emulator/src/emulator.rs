//! The running emulator.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::behavior::Resync;
use crate::builder::EmulatorBuilder;
use crate::connection::{ConnectionHandle, FaultyListener};
use crate::downloads;
use crate::entities::Entities;
use crate::exchange;
use crate::faults::Fault;
use crate::memory::InMemoryService;
use crate::monitor::Work;
use crate::permissions::{PermissionsUsed, Scheme};
use crate::record::{Origin, ReceivedRequest};
use crate::setup::{Origins, Prepared};
use crate::uploads::UploadSession;

/// A fake Microsoft Graph, on a loopback port of its own or in memory.
///
/// It stops when it is dropped; every connection closes then.
pub struct Emulator {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The metadata or the annotations are not valid CSDL.
    #[error("the metadata cannot be played: {0}")]
    Metadata(String),
    /// The permissions are no document in the format of Microsoft Graph.
    #[error("the permissions cannot be read: {0}")]
    Permissions(String),
    /// Permissions are granted, and nothing says what requests need.
    #[error(
        "permissions are granted, but it is not known what requests need: give the document to \
         EmulatorBuilder::permissions"
    )]
    NoPermissions,
    /// A metric was given values that the metadata does not declare.
    #[error(
        "values were given for '{0}', which is no metric function of the metadata; \
         compare its spelling with the function's name there"
    )]
    UnknownMetric(String),
    /// A handler was given for something that the metadata does not declare.
    #[error(
        "a handler was given for '{0}', which is no function or action of the metadata; compare \
         its spelling and whether it is a function or an action"
    )]
    UnknownOperation(String),
    /// An option names a type or property that the metadata does not declare.
    #[error("an option of the emulator names '{0}', which the metadata does not declare")]
    Undeclared(String),
    /// Data was given that does not fit the metadata.
    #[error("the data for '{path}' does not fit the metadata: {message}")]
    Seed {
        /// The path that the data was given for.
        path: String,
        /// What does not fit.
        message: String,
    },
    /// 127.0.0.1 could not be listened on.
    #[error("127.0.0.1 cannot be listened on, at the port asked for or any: {0}")]
    Listen(#[from] std::io::Error),
}

impl Emulator {
    /// Starts an emulator with every default.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Sets an emulator up.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    pub(crate) async fn launch(setup: EmulatorBuilder) -> Result<Self, StartError> {
        let port = setup.port;
        let prepared = Prepared::of(setup)?;
        let service = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let foreign = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origins = Origins {
            service: format!("http://{}", service.local_addr()?),
            foreign: format!("http://{}", foreign.local_addr()?),
        };
        let (stop, stopped) = watch::channel(false);
        let app = Arc::new(prepared.app(origins, stopped.clone()));
        let listeners = [(service, Origin::Service), (foreign, Origin::Foreign)];
        let servers = listeners.map(|(listener, origin)| {
            let router = exchange::router(Arc::clone(&app), origin);
            tokio::spawn(serve(listener, router, stopped.clone()))
        });
        let servers = servers.into();
        Ok(Self { app, stop, servers })
    }

    pub(crate) fn launch_in_memory(setup: EmulatorBuilder) -> Result<Self, StartError> {
        let prepared = Prepared::of(setup)?;
        let origins = Origins {
            service: "https://graph.emulator.invalid".to_owned(),
            foreign: "https://storage.emulator.invalid".to_owned(),
        };
        let (stop, stopped) = watch::channel(false);
        let app = Arc::new(prepared.app(origins, stopped));
        let servers = Vec::new();
        Ok(Self { app, stop, servers })
    }

    /// Answers requests in memory, by the same code as over TCP.
    ///
    /// Works with an emulator that listens, too: requests go to [`endpoint`](Self::endpoint) and to the
    /// URLs in its answers.
    pub fn service(&self) -> InMemoryService {
        InMemoryService::new(Arc::clone(&self.app))
    }

    /// The service root, such as `http://127.0.0.1:49152/beta`; `https://graph.emulator.invalid/beta` in
    /// memory.
    pub fn endpoint(&self) -> String {
        self.app.root.clone()
    }

    /// The latest requests, oldest first; see [`EmulatorBuilder::record_limit`].
    ///
    /// A request is on record before its answer is sent.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.app.record.requests()
    }

    /// The latest requests for files that redirects led to, oldest first; see
    /// [`DownloadAnswer::Redirect`](crate::DownloadAnswer::Redirect).
    pub fn downloads(&self) -> Vec<ReceivedRequest> {
        let requests = self.app.foreign.requests().into_iter();
        requests.filter(downloads::is_download).collect()
    }

    /// The latest requests to the emulator's other origin, oldest first: for downloads, upload
    /// sessions and monitors, none of which want a token.
    pub fn foreign_requests(&self) -> Vec<ReceivedRequest> {
        self.app.foreign.requests()
    }

    /// Ends all delta links that there are, and the next links of rounds that are not over: they are
    /// answered with 410 from now on, and this.
    pub fn expire_delta_links(&self, resync: Resync) {
        self.app.store().forget_snapshots(resync);
    }

    /// The upload sessions that were opened so far, in order, with the fragments that arrived.
    pub fn upload_sessions(&self) -> Vec<UploadSession> {
        let now = self.app.clock.now();
        self.app.uploads.seen(&self.app.foreign_origin, now)
    }

    /// The work that runs on or did, in the order in which it was asked for; see
    /// [`EmulatorBuilder::runs_on`].
    pub fn work(&self) -> Vec<Work> {
        self.app.monitors.seen(&self.app)
    }

    /// How many requests came in, those that the record no longer keeps included. A batch and each
    /// of its parts count.
    pub fn request_count(&self) -> u64 {
        self.app.record.count()
    }

    /// Forgets the requests that came in so far, and the permissions that they needed.
    pub fn clear_requests(&self) {
        self.app.record.clear();
        self.app.foreign.clear();
        self.app.permissions.forget();
    }

    /// Grants these permissions in place of others, as [`EmulatorBuilder::granted`] does beforehand.
    pub fn granted<S: Into<String>>(&self, permissions: impl IntoIterator<Item = S>) {
        self.granted_to(Scheme::DelegatedWork, permissions);
    }

    /// The same for a token of another kind; see [`EmulatorBuilder::granted_to`].
    pub fn granted_to<S: Into<String>>(
        &self,
        scheme: Scheme,
        permissions: impl IntoIterator<Item = S>,
    ) {
        let permissions = permissions.into_iter().map(Into::into).collect();
        self.app.permissions.grant(scheme, permissions);
    }

    /// The least permissions that the requests so far need, those that were refused left out; see
    /// [`EmulatorBuilder::permissions`].
    ///
    /// So one line of a test says that a program needs no more than it has:
    ///
    /// ```no_run
    /// # use graph_emulator::{Emulator, Scheme};
    /// # fn check(emulator: &Emulator) {
    /// let used = emulator.permissions_used();
    /// assert_eq!(used.least(Scheme::DelegatedWork).unwrap(), ["Mail.Read"]);
    /// # }
    /// ```
    pub fn permissions_used(&self) -> PermissionsUsed {
        self.app.permissions.used()
    }

    /// Adds a fault to the end of the script, as [`EmulatorBuilder::fault`] does beforehand.
    pub fn inject(&self, fault: Fault) {
        self.app.faults.push(Some(fault));
    }

    /// The entity at a path below the service root, such as `users/a`, as a client would read it;
    /// `None` when there is none. It is not put on record.
    pub fn entity(&self, path: &str) -> Option<serde_json::Value> {
        self.app.entities.get(path)
    }

    /// The entities that the emulator holds, to read and to change while it runs. None of that is
    /// put on record.
    pub fn entities(&self) -> Entities {
        self.app.entities.clone()
    }

    /// Stops the emulator and waits until every connection is closed.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        for server in std::mem::take(&mut self.servers) {
            // The server ends in no other way than this; a runtime that is going down ends it too.
            let _ = server.await;
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("endpoint", &self.endpoint())
            .field("request_count", &self.request_count())
            .finish_non_exhaustive()
    }
}

async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let listener = FaultyListener {
        inner: listener,
        stopped: stopped.clone(),
    };
    let service = router.into_make_service_with_connect_info::<ConnectionHandle>();
    let stop = async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    // Serving has no error of its own; accept errors are retried inside.
    let _ = axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await;
}
