//! Holds what an emulator is set up with against the metadata, and makes the emulator of it.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use crate::app::App;
use crate::behavior::Behavior;
use crate::builder::EmulatorBuilder;
use crate::downloads::Downloads;
use crate::emulator::StartError;
use crate::entities::Entities;
use crate::faults::{FaultPlan, FaultRate};
use crate::metrics::MetricShape;
use crate::monitor::Monitors;
use crate::permissions::Permissions;
use crate::record::Record;
use crate::service::{OperationKind, Service};
use crate::store::Store;
use crate::uploads::Uploads;
use crate::values::Values;

/// Scheme, host and port of what the emulator plays.
pub(crate) struct Origins {
    pub(crate) service: String,
    /// Where downloads and other URLs that want no token lead.
    pub(crate) foreign: String,
}

/// An emulator that lacks its addresses alone.
pub(crate) struct Prepared {
    setup: EmulatorBuilder,
    service: Service,
    store: Store,
    permissions: Permissions,
}

impl Prepared {
    pub(crate) fn of(mut setup: EmulatorBuilder) -> Result<Self, StartError> {
        let mut service = Service::load(&setup.metadata, &setup.annotations)?;
        refuse_unknown_metrics(&setup, &service)?;
        refuse_unknown_operations(&setup, &service)?;
        if let Some(name) = setup.monitor_rules.undeclared(&service) {
            return Err(StartError::Undeclared(name.to_owned()));
        }
        service.behavior = std::mem::take(&mut setup.behavior);
        refuse_undeclared(&service)?;
        let permissions = permissions(&mut setup)?;
        let store = sow(&mut setup, &service)?;
        Ok(Self {
            setup,
            service,
            store,
            permissions,
        })
    }

    /// `stopped` turns true when the emulator stops.
    pub(crate) fn app(self, origins: Origins, stopped: watch::Receiver<bool>) -> App {
        let setup = self.setup;
        let context_root = setup
            .context_root
            .unwrap_or_else(|| format!("https://graph.microsoft.com/{}", setup.version));
        let rate = setup.faults.rate.map(|rate| FaultRate {
            seed: setup.seed,
            ..rate
        });
        let root = format!("{}/{}", origins.service, setup.version);
        let service = Arc::new(self.service);
        App {
            entities: Entities {
                service: Arc::clone(&service),
                store: Arc::new(Mutex::new(self.store)),
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
            foreign_origin: origins.foreign,
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
            foreign: Record::new(setup.record_limit),
            permissions: self.permissions,
            downloads: Downloads::default(),
            uploads: Uploads::new(setup.upload_rules, setup.seed),
            monitor_rules: setup.monitor_rules,
            monitors: Monitors::default(),
            numbered: AtomicU64::new(0),
            stopped,
        }
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
    let restorable = behavior.restorable.iter();
    let restorable = restorable.filter(|ty| !graph.restorable.contains(ty));
    let mut types = creates.chain(uploads).chain(advanced).chain(restorable);
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
