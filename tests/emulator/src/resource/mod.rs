//! Answers requests for entities, their properties, streams and references.

mod advanced;
mod call;
mod computed;
mod context;
mod delta;
mod entity;
mod later;
mod list;
mod property;
mod reference;
mod stream;
mod upload;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::error::Refusal;
use crate::format::{Detail, Format, media_type};
use crate::monitor::Accepted;
use crate::operations;
use crate::payload::Checker;
use crate::query::{Asked, Options, Projector};
use crate::record::ReceivedRequest;
use crate::route::{Route, Step, Target};
use crate::service::TypeRef;
use crate::store::{Id, Place, Store};
use crate::url::{ParsedPath, ParsedQuery};

pub(crate) use call::replied;

/// A request for a resource, and what it is answered from.
pub(crate) struct Exchange<'a> {
    pub(crate) app: &'a App,
    pub(crate) request: &'a ReceivedRequest,
    pub(crate) query: &'a ParsedQuery,
    pub(crate) steps: &'a [Step<'a>],
    pub(crate) format: Format,
}

/// The preference for an answer that comes later.
pub(crate) const PREFERENCE: &str = "respond-async";

/// Accepts a request whose work is done later.
pub(crate) fn later(
    app: &App,
    request: &ReceivedRequest,
    query: &ParsedQuery,
    route: &Route<'_>,
) -> Result<Accepted, Refusal> {
    let exchange = Exchange {
        app,
        request,
        query,
        steps: &route.steps,
        format: Format::default(),
    };
    exchange.later(&route.target)
}

/// Whether a request has a preference (RFC 7240).
pub(crate) fn prefers(request: &ReceivedRequest, preference: &str) -> bool {
    let values = request.headers.get_all("prefer").iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let mut preferences = texts.flat_map(|text| text.split([',', ';']));
    preferences.any(|item| item.trim().eq_ignore_ascii_case(preference))
}

/// Answers a request by what its path leads to.
pub(crate) fn answer(
    app: &App,
    request: &ReceivedRequest,
    query: &ParsedQuery,
    route: &Route<'_>,
    format: Format,
) -> Result<Answer, Refusal> {
    let exchange = Exchange {
        app,
        request,
        query,
        steps: &route.steps,
        format,
    };
    if let Some(answer) = exchange.computed(&route.target) {
        return answer;
    }
    match &route.target {
        Target::Call {
            overloads,
            arguments,
        } => exchange.call(overloads, *arguments),
        Target::Resource(ty) if ty.collection => exchange.collection(ty),
        Target::Resource(ty) => exchange.single(ty),
        Target::Count(ty) => exchange.count(ty),
        Target::References { ty, by_navigation } => exchange.references(ty, *by_navigation),
        Target::Property(ty) if ty.name == "Edm.Stream" && !ty.collection => exchange.stream(),
        Target::Property(ty) => exchange.property(ty),
        Target::RawValue(ty) => exchange.raw_value(ty),
    }
}

impl Exchange<'_> {
    fn method(&self) -> &Method {
        &self.request.method
    }

    fn wrong_method(&self, allowed: &str) -> Refusal {
        Refusal::method_not_allowed(self.method(), allowed)
    }

    fn place(&self, store: &mut Store) -> Result<Place, Refusal> {
        match store.find(&self.app.service, self.steps)? {
            Place::Computed => Err(Refusal::not_implemented(
                "The emulator keeps no data of what a function returns; only operations can follow \
                 its call.",
            )),
            place => Ok(place),
        }
    }

    /// The options of the request, for entities of a type.
    fn options(&self, ty: &str) -> Result<Options, Refusal> {
        let asked = Asked {
            service: &self.app.service,
            query: self.query,
            now: self.app.clock.now(),
            computed: &[],
        };
        Options::of(&asked, ty)
    }

    fn checker(&self) -> Checker<'_> {
        let content_type = self.header("content-type");
        operations::client_checker(&self.app.service, content_type)
    }

    fn projector<'s>(&'s self, store: &'s Store) -> Projector<'s> {
        Projector {
            service: &self.app.service,
            store,
            unknown_members: self.prefers("include-unknown-enum-members"),
            root: &self.app.root,
            full: self.format.detail == Detail::Full,
            numbers: self.format.numbers,
        }
    }

    /// A header's value; empty when it is missing.
    fn header(&self, name: &str) -> &str {
        let value = self.request.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    fn prefers(&self, preference: &str) -> bool {
        prefers(self.request, preference)
    }

    fn json_body(&self) -> Result<Value, Refusal> {
        json_body(self.request)
    }

    /// Holds the entity tags of the request against an entity's.
    fn check_tags(&self, store: &Store, id: Option<Id>) -> Result<(), Refusal> {
        let entity = id.map(|id| store.entity(id)).transpose()?;
        let tag = entity
            .filter(|entity| !entity.implied)
            .map(|entity| entity.etag());
        let matches = |wanted: &str| {
            let mut wanted = wanted.split(',').map(str::trim);
            let tag = tag.as_deref();
            tag.is_some_and(|tag| wanted.any(|w| w == "*" || strong(w) == strong(tag)))
        };
        let (only_if, unless) = (self.header("if-match"), self.header("if-none-match"));
        if (!only_if.is_empty() && !matches(only_if)) || (!unless.is_empty() && matches(unless)) {
            return Err(Refusal::precondition_failed());
        }
        Ok(())
    }

    /// The entity that a reference in a body names: a URL of this service, on whatever host.
    fn resolve(&self, store: &mut Store, reference: &str) -> Result<Id, Refusal> {
        let path = match reference.split_once("://") {
            Some((_, rest)) => {
                let path = rest.split_once('/').map_or("", |(_, path)| path);
                let path = path.strip_prefix(&self.app.version);
                path.and_then(|path| path.strip_prefix('/'))
                    .ok_or_else(|| {
                        Refusal::bad_request(format!(
                            "The reference '{}' is not below '/{}/'.",
                            crate::error::excerpt(reference),
                            self.app.version
                        ))
                    })?
            }
            None => reference.trim_start_matches('/'),
        };
        store.resolve_path(&self.app.service, path)
    }

    /// The URL that a client reads an entity at: in its entity set, or else below `place`.
    fn url_of(&self, store: &Store, id: Id, place: &str) -> String {
        let Ok(entity) = store.entity(id) else {
            return place.to_owned();
        };
        let key = crate::keys::predicate(&self.app.service, &entity.ty, &entity.members);
        match store.set_of(id) {
            Some(set) => format!("{}/{}/{set}{key}", self.app.origin, self.app.version),
            None => format!("{place}{key}"),
        }
    }

    /// An entity as a whole answer.
    fn entity_answer(
        &self,
        status: StatusCode,
        context: String,
        body: Map<String, Value>,
    ) -> Whole {
        let etag = body
            .get("@odata.etag")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let mut members = Map::from_iter([("@odata.context".to_owned(), context.into())]);
        members.extend(body);
        let mut whole = Whole::json(status, &Value::Object(members));
        if let Some(etag) = etag {
            whole.headers.push(("etag", etag));
        }
        whole
    }

    fn no_content(&self) -> Whole {
        Whole::empty(StatusCode::NO_CONTENT)
    }

    /// The path's last segment, for handlers of imports.
    fn last_segment(&self) -> String {
        let path = ParsedPath::parse(&self.request.path, &self.app.service.delimiters()).ok();
        let segment = path.and_then(|mut path| path.segments.pop());
        segment.map_or_else(String::new, |segment| {
            let below = segment.below.and_then(|mut below| below.names.pop());
            below.unwrap_or(segment.name)
        })
    }

    /// Refuses a collection where one value is wanted, for what has no other use of the type.
    fn place_id(&self, store: &mut Store) -> Result<Id, Refusal> {
        match self.place(store)? {
            Place::Entity(id) | Place::Value { id, .. } => Ok(id),
            Place::Nothing { key: Some(key), .. } => Err(Refusal::not_found(&key.text)),
            _ => Err(Refusal::not_found(&self.last_segment())),
        }
    }
}

/// The body of a request as JSON.
pub(crate) fn json_body(request: &ReceivedRequest) -> Result<Value, Refusal> {
    if media_type(&request.headers) != "application/json" {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UnsupportedMediaType",
            "The body must have the Content-Type application/json.",
        ));
    }
    serde_json::from_slice(&request.body)
        .map_err(|error| Refusal::bad_request(format!("The body is not JSON: {error}.")))
}

/// An entity tag without the mark of weak ones.
fn strong(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// The name of the item type.
fn item(ty: &TypeRef) -> &str {
    &ty.name
}
