//! Delta queries: everything at first, then what changed since.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::Exchange;
use crate::answer::Answer;
use crate::behavior::{Resync, Top};
use crate::error::{Refusal, excerpt};
use crate::literal::Literal;
use crate::page::{Limits, Paging, SKIP_TOKEN, refuse_unserved, without};
use crate::query::Options;
use crate::service::{Operation, TypeRef};
use crate::store::{Changed, Id, Place, Round, Store};
use crate::validate::Call;

/// The name of the functions that are delta queries, by what they are bound to and return.
const DELTA: &str = "delta";

const DELTA_TOKEN: &str = "$deltatoken";

/// The parameter that carries the token, where a function has one.
const TOKEN: &str = "token";

/// The token that asks for changes from now on.
const LATEST: &str = "latest";

/// The options of links that are no longer wanted in the next one.
const TOKENS: [&str; 3] = [SKIP_TOKEN, DELTA_TOKEN, TOKEN];

/// The options of a delta query; what a page leaves out is never told of again.
const SERVED: [&str; 8] = [
    "$select",
    "$expand",
    "$filter",
    "$orderby",
    "$top",
    "$format",
    SKIP_TOKEN,
    DELTA_TOKEN,
];

impl Exchange<'_> {
    /// Answers a delta query; `None` when the function is something else.
    pub(super) fn delta(
        &self,
        call: &Call<'_>,
        overloads: &[&Operation],
    ) -> Option<Result<Answer, Refusal>> {
        let service = &self.app.service;
        let (binding, returns) = (
            call.function.binding.as_ref()?,
            call.function.returns.as_ref()?,
        );
        let is_entity = service
            .types
            .get(&returns.name)
            .is_some_and(|ty| ty.is_entity);
        let is_bound = binding.collection || service.is_addressed_by_path(&binding.name);
        if call.function.name != DELTA || !returns.collection || !is_entity || !is_bound {
            return None;
        }
        let by_parameter = overloads
            .iter()
            .any(|overload| overload.parameters.iter().any(|it| it.name == TOKEN));
        Some(self.changes(call, returns, by_parameter))
    }

    /// `by_parameter` says whether links carry the token as a parameter.
    fn changes(
        &self,
        call: &Call<'_>,
        returns: &TypeRef,
        by_parameter: bool,
    ) -> Result<Answer, Refusal> {
        refuse_unserved(self.query, &SERVED)?;
        let options = self.options(&returns.name)?;
        // Where there is nothing, the token does not matter.
        let mut store = self.app.store();
        let (ids, context) = self.asked(&mut store, returns, &options)?;
        // All changes are told, however many a page has.
        let limits = Limits {
            top: Top::PageSize,
            ..self.app.limits()
        };
        let mut paging = Paging::of_any(self.query, &self.request.headers, limits)?;
        let path = self.bound_path(&self.last_segment());
        let token = self.token(call, by_parameter).unwrap_or_default();
        let round = match paging.position.round {
            Some(round) => round,
            None => self.round(&mut store, (&path, &returns.name), &ids, &token)?,
        };
        paging.position.round = Some(round);
        let changes = store.changes(&path, round);
        let mut changes = changes.ok_or_else(|| self.expired(&store, &returns.name, &token))?;
        if self.app.service.behavior.delta_replays
            && let Some(Changed::Written(id)) = changes.first()
        {
            changes.push(Changed::Written(*id));
        }
        let projector = self.projector(&store);
        let total = u64::try_from(changes.len()).unwrap_or(u64::MAX);
        let mut page = paging.page(context, total, |index| {
            match changes.get(usize::try_from(index).ok()?)? {
                Changed::Written(id) => {
                    store.entity(*id).ok()?;
                    Some(projector.entity(*id, &returns.name, &options))
                }
                Changed::Removed { key, deleted } => {
                    Some(self.removed(&returns.name, key, *deleted))
                }
            }
        });
        page.delta_link = Some(self.delta_link(round.to, by_parameter));
        Ok(Answer::Page(page))
    }

    /// The entities that are asked for, and the context of the answer: those of a collection, or
    /// an item with all below it.
    fn asked(
        &self,
        store: &mut Store,
        ty: &TypeRef,
        options: &Options,
    ) -> Result<(Vec<Id>, String), Refusal> {
        let (mut ids, context) = match self.place(store)? {
            Place::Collection { ids, .. } => (ids, self.context(ty, false, options)),
            Place::Entity(id) => {
                let context = format!("{}/$metadata#{ty}", self.app.context_root);
                (store.tree(&self.app.service, id), context)
            }
            // What nobody wrote has nothing below it.
            Place::Nothing { key: None, .. } => {
                let context = format!("{}/$metadata#{ty}", self.app.context_root);
                (Vec::new(), context)
            }
            Place::Nothing { key: Some(key), .. } => return Err(Refusal::not_found(&key.text)),
            _ => return Err(Refusal::not_found(&self.last_segment())),
        };
        options.choose(&self.app.service, store, &mut ids);
        Ok((ids, context))
    }

    fn token(&self, call: &Call<'_>, by_parameter: bool) -> Option<String> {
        if let Some(token) = self.query.get(DELTA_TOKEN) {
            return Some(token.to_owned());
        }
        if let Some(Literal::String(token)) = call.value(TOKEN) {
            return Some(token.clone());
        }
        let token = self.query.get(TOKEN).filter(|_| by_parameter);
        token.map(str::to_owned)
    }

    /// What a token, or none, asks to compare with what is there now.
    fn round(
        &self,
        store: &mut Store,
        (path, ty): (&str, &str),
        ids: &[Id],
        token: &str,
    ) -> Result<Round, Refusal> {
        let since = match token {
            "" => Some(0),
            LATEST => None,
            token => Some(self.since(store, (path, ty), token)?),
        };
        let to = store.remember(&self.app.service, path, ids);
        let from = since.unwrap_or(to);
        Ok(Round { from, to })
    }

    /// The snapshot of a token that a link carried.
    fn since(&self, store: &Store, (path, ty): (&str, &str), token: &str) -> Result<u64, Refusal> {
        if DateTime::parse_from_rfc3339(token).is_ok() {
            return Err(Refusal::not_implemented(
                "The emulator does not serve changes since a time, only those since a delta link.",
            ));
        }
        let token_read = decode(token).filter(|(number, made)| {
            let age = self
                .app
                .clock
                .now()
                .timestamp_millis()
                .saturating_sub(*made);
            let lifetime = self.app.service.behavior.delta_lifetime;
            let is_young = lifetime.is_none_or(|lifetime| age < lifetime.num_milliseconds());
            is_young && store.remembers(path, *number)
        });
        let number = token_read.map(|(number, _)| number);
        number.ok_or_else(|| self.expired(store, ty, token))
    }

    /// 410 with the address to begin anew at, as Graph documents it.
    fn expired(&self, store: &Store, ty: &str, token: &str) -> Refusal {
        let pairs = without(self.request.query.as_deref(), &TOKENS);
        let resync = store.resync().unwrap_or(self.app.service.resync(ty));
        let (code, inner) = match resync {
            Resync::ApplyDifferences => ("resyncRequired", Some("resyncChangesApplyDifferences")),
            Resync::UploadDifferences => ("resyncRequired", Some("resyncChangesUploadDifferences")),
            Resync::StateNotFound => ("syncStateNotFound", None),
        };
        let inner = inner.map(|code| ("code", code.to_owned()));
        Refusal {
            header: Some(("location", self.link(&self.call_path(), &pairs))),
            inner: inner.into_iter().collect(),
            ..Refusal::new(
                StatusCode::GONE,
                code,
                format!(
                    "The token '{}' is none that the emulator knows (any more); begin anew at the \
                     address in Location.",
                    excerpt(token)
                ),
            )
        }
    }

    fn removed(&self, ty: &str, key: &Map<String, Value>, deleted: bool) -> Map<String, Value> {
        let mut removed = key.clone();
        let (name, value) = match self.app.service.deleted_facet(ty) {
            Some(property) => (property, json!({"state": "deleted"})),
            None if deleted && !self.app.service.is_restorable(ty) => {
                ("@removed", json!({"reason": "deleted"}))
            }
            None => ("@removed", json!({"reason": "changed"})),
        };
        removed.insert(name.to_owned(), value);
        removed
    }

    /// Where the changes after a snapshot are.
    fn delta_link(&self, number: u64, by_parameter: bool) -> String {
        let mut pairs = without(self.request.query.as_deref(), &TOKENS);
        let token = encode(number, self.app.clock.now().timestamp_millis());
        if by_parameter {
            let path = format!("{}({TOKEN}='{token}')", self.call_path());
            return self.link(&path, &pairs);
        }
        let token = format!("{DELTA_TOKEN}={token}");
        pairs.push(&token);
        self.link(&self.call_path(), &pairs)
    }

    /// The path of the call without its parameters.
    fn call_path(&self) -> String {
        let path = self.request.path.trim_end_matches('/');
        let (before, call) = path.rsplit_once('/').unwrap_or(("", path));
        let name = call.split('(').next().unwrap_or_default();
        format!("{before}/{name}")
    }

    fn link(&self, path: &str, pairs: &[&str]) -> String {
        let question = if pairs.is_empty() { "" } else { "?" };
        format!("{}{path}{question}{}", self.app.origin, pairs.join("&"))
    }
}

/// The token of a snapshot, made at a time.
fn encode(number: u64, made: i64) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("d.{number}.{made}"))
}

fn decode(token: &str) -> Option<(u64, i64)> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (number, made) = text.strip_prefix("d.")?.split_once('.')?;
    Some((number.parse().ok()?, made.parse().ok()?))
}
