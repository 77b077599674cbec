//! The running emulator.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::behavior::{Behavior, DownloadAnswer};
use crate::builder::EmulatorBuilder;
use crate::connection::{ConnectionHandle, FaultyListener};
use crate::downloads::{self, Downloads};
use crate::entities::Entities;
use crate::faults::{Fault, FaultPlan, FaultRate};
use crate::http;
use crate::metrics::MetricShape;
use crate::permissions::{Permissions, PermissionsUsed, Scheme};
use crate::record::{ReceivedRequest, Record};
use crate::service::{OperationKind, Service};
use crate::store::Store;
use crate::values::Values;

/// A fake Microsoft Graph on a loopback port of its own.
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
        let mut setup = setup;
        let mut service = Service::load(&setup.metadata, &setup.annotations)?;
        refuse_unknown_metrics(&setup, &service)?;
        refuse_unknown_operations(&setup, &service)?;
        service.behavior = std::mem::take(&mut setup.behavior);
        refuse_undeclared(&service)?;
        let permissions = permissions(&mut setup)?;
        let store = sow(&mut setup, &service)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, setup.port)).await?;
        let files = match service.behavior.downloads {
            DownloadAnswer::Redirect => Some(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?),
            _ => None,
        };
        let origins = Origins {
            service: origin(&listener)?,
            files: files.as_ref().map(origin).transpose()?.unwrap_or_default(),
        };
        let (stop, stopped) = watch::channel(false);
        let app = Arc::new(make_app(
            setup,
            service,
            store,
            permissions,
            origins,
            stopped.clone(),
        ));
        let router = http::router(Arc::clone(&app));
        let mut servers = vec![tokio::spawn(serve(listener, router, stopped.clone()))];
        if let Some(listener) = files {
            let router = downloads::router(Arc::clone(&app));
            servers.push(tokio::spawn(serve(listener, router, stopped)));
        }
        Ok(Self { app, stop, servers })
    }

    /// The service root, such as `http://127.0.0.1:49152/beta`.
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
    /// [`DownloadAnswer::Redirect`].
    pub fn downloads(&self) -> Vec<ReceivedRequest> {
        self.app.downloads.record.requests()
    }

    /// How many requests came in, those that the record no longer keeps included. A batch and each
    /// of its parts count.
    pub fn request_count(&self) -> u64 {
        self.app.record.count()
    }

    /// Forgets the requests that came in so far, and the permissions that they needed.
    pub fn clear_requests(&self) {
        self.app.record.clear();
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

fn refuse_unknown_metrics(setup: &EmulatorBuilder, service: &Service) -> Result<(), StartError> {
    let is_metric = |name: &str| {
        let mut overloads = service.operations.get(name).into_iter().flatten();
        overloads.any(|function| MetricShape::of(service, function).is_some())
    };
    match setup.sources.keys().find(|name| !is_metric(name)) {
        Some(name) => Err(StartError::UnknownMetric(name.clone())),
        None => Ok(()),
    }
}

fn refuse_unknown_operations(setup: &EmulatorBuilder, service: &Service) -> Result<(), StartError> {
    let functions = setup.handlers.functions.keys();
    let functions = functions.map(|name| (OperationKind::Function, name));
    let actions = setup.handlers.actions.keys();
    let actions = actions.map(|name| (OperationKind::Action, name));
    for (kind, name) in functions.chain(actions) {
        let mut declared = service.operations.values().flatten();
        let is_declared = declared.any(|operation| {
            let names = [operation.name.clone(), operation.qualified_name()];
            operation.kind == kind && names.contains(name)
        });
        let import = service.imports.get(name);
        if !is_declared && !import.is_some_and(|import| import.kind == kind) {
            return Err(StartError::UnknownOperation(name.clone()));
        }
    }
    Ok(())
}

/// Options must name what is there; those that are Graph's by default need not.
fn refuse_undeclared(service: &Service) -> Result<(), StartError> {
    let graph = Behavior::default();
    let behavior = &service.behavior;
    let creates = behavior.creates.keys();
    let uploads = behavior.uploads.keys();
    let uploads = uploads.filter(|ty| !graph.uploads.contains_key(*ty));
    let advanced = behavior.advanced.iter();
    let advanced = advanced.filter(|ty| !graph.advanced.contains(ty));
    let mut types = creates.chain(uploads).chain(advanced);
    if let Some(ty) = types.find(|ty| !service.types.contains_key(*ty)) {
        return Err(StartError::Undeclared(ty.clone()));
    }
    let lookups = behavior.lookups.iter();
    let lookups = lookups.filter(|lookup| !graph.lookups.contains(lookup));
    let facets = behavior.deleted_facets.iter();
    let facets = facets.filter(|facet| !graph.deleted_facets.contains(facet));
    for (ty, property) in lookups.chain(facets) {
        if service.property(ty, property).is_none() {
            return Err(StartError::Undeclared(format!("{ty}/{property}")));
        }
    }
    for rule in behavior.paths.iter().filter(|r| !graph.paths.contains(r)) {
        let ty = &rule.entity_type;
        if !service.types.contains_key(ty) {
            return Err(StartError::Undeclared(ty.clone()));
        }
        let children = service.navigation(ty, &rule.children);
        if !children.is_some_and(|children| children.ty.collection) {
            return Err(StartError::Undeclared(format!("{ty}/{}", rule.children)));
        }
        if service.property(ty, &rule.name).is_none() {
            return Err(StartError::Undeclared(format!("{ty}/{}", rule.name)));
        }
    }
    Ok(())
}

/// What requests need, and what is granted.
fn permissions(setup: &mut EmulatorBuilder) -> Result<Permissions, StartError> {
    let document = setup.permissions.take();
    let granted = setup.granted.take();
    let permissions = match &document {
        Some(text) => Permissions::parse(text).map_err(StartError::Permissions)?,
        None if granted.is_some() => return Err(StartError::NoPermissions),
        None => Permissions::default(),
    };
    if let Some((scheme, granted)) = granted {
        permissions.grant(scheme, granted);
    }
    Ok(permissions)
}

/// Puts the data that the emulator starts with into its place.
fn sow(setup: &mut EmulatorBuilder, service: &Service) -> Result<Store, StartError> {
    let mut store = Store::new(setup.seed);
    for seed in std::mem::take(&mut setup.seeds) {
        let path = seed.path.clone();
        store
            .sow(service, seed)
            .map_err(|refusal| StartError::Seed {
                path,
                message: refusal.message,
            })?;
    }
    Ok(store)
}

/// Scheme, host and port of the listeners.
struct Origins {
    service: String,
    /// Empty when there is none.
    files: String,
}

fn origin(listener: &TcpListener) -> Result<String, std::io::Error> {
    Ok(format!("http://{}", listener.local_addr()?))
}

fn make_app(
    setup: EmulatorBuilder,
    service: Service,
    store: Store,
    permissions: Permissions,
    origins: Origins,
    stopped: watch::Receiver<bool>,
) -> App {
    let context_root = setup
        .context_root
        .unwrap_or_else(|| format!("https://graph.microsoft.com/{}", setup.version));
    let rate = setup.faults.rate.map(|rate| FaultRate {
        seed: setup.seed,
        ..rate
    });
    let root = format!("{}/{}", origins.service, setup.version);
    let service = Arc::new(service);
    App {
        entities: Entities {
            service: Arc::clone(&service),
            store: Arc::new(Mutex::new(store)),
            root: root.as_str().into(),
        },
        hooks: setup.hooks,
        service,
        handlers: setup.handlers,
        body_limit: setup.body_limit,
        batch_limit: setup.batch_limit,
        standard_batches: setup.standard_batches,
        metadata: setup.metadata,
        root,
        origin: origins.service,
        version: setup.version,
        context_root,
        clock: setup.clock,
        token: setup.token,
        page_size: setup.page_size,
        values: Values {
            seed: setup.seed,
            sources: setup.sources,
        },
        faults: FaultPlan {
            rate,
            ..setup.faults
        },
        record: Record::new(setup.record_limit),
        permissions,
        downloads: Downloads::new(origins.files, setup.record_limit),
        numbered: AtomicU64::new(0),
        stopped,
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
