//! Calls of functions and actions.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::Exchange;
use crate::answer::{Answer, Whole};
use crate::app::App;
use crate::error::Refusal;
use crate::metrics::{BUCKET_START, Buckets, MetricShape};
use crate::numbers::Numbers;
use crate::operations::{self, OperationCall, Reply};
use crate::page::Paging;
use crate::query::Options;
use crate::route::Step;
use crate::service::{Operation, OperationKind, TypeRef};
use crate::store::{Media, Place};
use crate::url::Argument;
use crate::validate::{self, Call};
use crate::{metrics, page};

impl Exchange<'_> {
    /// The method tells a function from an action of the same name.
    pub(super) fn call(
        &self,
        overloads: &[&Operation],
        arguments: Option<&[Argument]>,
    ) -> Result<Answer, Refusal> {
        let of = |kind: OperationKind| -> Vec<&Operation> {
            let overloads = overloads.iter().copied();
            overloads
                .filter(|operation| operation.kind == kind)
                .collect()
        };
        let (functions, actions) = (of(OperationKind::Function), of(OperationKind::Action));
        match *self.method() {
            Method::GET if !functions.is_empty() => {
                self.function(&functions, arguments.unwrap_or_default())
            }
            Method::POST if !actions.is_empty() => self.action(&actions, arguments),
            _ => Err(
                self.wrong_method(match (functions.is_empty(), actions.is_empty()) {
                    (false, true) => "GET",
                    (true, false) => "POST",
                    _ => "GET, POST",
                }),
            ),
        }
    }

    fn function(
        &self,
        overloads: &[&Operation],
        arguments: &[Argument],
    ) -> Result<Answer, Refusal> {
        let arguments = validate::spelled(&self.app.service, overloads, arguments);
        let call = validate::check_call(overloads, &arguments, self.query)?;
        let function = call.function;
        if self
            .app
            .handlers
            .find(function, &self.last_segment())
            .is_some()
        {
            let parameters =
                operations::function_parameters(&call, self.app.service.behavior.alphabet);
            return self.handled(function, parameters);
        }
        if let Some(shape) = MetricShape::of(&self.app.service, function) {
            return self.metric(&call, &shape);
        }
        let answer = self.delta(&call, overloads);
        answer.unwrap_or_else(|| Err(self.unanswered(function, self.steps)))
    }

    fn metric(&self, call: &Call<'_>, shape: &MetricShape) -> Result<Answer, Refusal> {
        let name = &call.function.name;
        let (service, numbers) = (&self.app.service, self.format.numbers);
        let buckets = Buckets::of(call, self.app.clock.now())?;
        let paging = Paging::of(self.query, &self.request.headers, self.app.limits())?;
        let context = metrics::context_url(&self.app.context_root, call.function);
        let page = paging.page(context, buckets.len(), |index| {
            let bucket = buckets.get(index)?;
            let value = self.app.values.value(name, shape.kind, bucket);
            let start = metrics::write_instant(bucket.start);
            Some(Map::from_iter([
                (BUCKET_START.to_owned(), start.into()),
                (
                    shape.property.clone(),
                    numbers.of(service, &shape.ty, &value.to_json()),
                ),
            ]))
        });
        Ok(Answer::Page(page))
    }

    /// Checks a call of an action.
    pub(super) fn checked_action<'o>(
        &self,
        overloads: &[&'o Operation],
        arguments: Option<&[Argument]>,
    ) -> Result<(&'o Operation, BTreeMap<String, Value>), Refusal> {
        if arguments.is_some_and(|arguments| !arguments.is_empty()) {
            return Err(Refusal::bad_request(
                "The parameters of an action belong in the body, not in the URL.",
            ));
        }
        if !self.request.body.is_empty() {
            self.json_body()?;
        }
        operations::check_action(overloads, &self.request.body, self.checker())
    }

    fn action(
        &self,
        overloads: &[&Operation],
        arguments: Option<&[Argument]>,
    ) -> Result<Answer, Refusal> {
        let (action, parameters) = self.checked_action(overloads, arguments)?;
        if self
            .app
            .handlers
            .find(action, &self.last_segment())
            .is_none()
            && let Some(answer) = self.upload_session(action, &parameters)
        {
            return answer;
        }
        self.handled(action, parameters)
    }

    /// What the handler of an operation replies, which the steps before its call bind it to.
    pub(super) fn reply(
        &self,
        operation: &Operation,
        segment: &str,
        parameters: BTreeMap<String, Value>,
        bound_to: &[Step<'_>],
    ) -> Result<Reply, Refusal> {
        let handler = self.app.handlers.find(operation, segment);
        let handler = handler.ok_or_else(|| self.unanswered(operation, bound_to))?;
        let query = self.query.names().map(|name| {
            let value = self.query.get(name).unwrap_or_default();
            (name.to_owned(), value.to_owned())
        });
        Ok(handler(&OperationCall {
            operation: operation.qualified_name(),
            path: self.request.path.clone(),
            parameters,
            query: query.collect(),
            bound: self.bound(bound_to),
            bound_path: self.bound_path(segment),
            entities: self.app.entities.clone(),
        }))
    }

    fn handled(
        &self,
        operation: &Operation,
        parameters: BTreeMap<String, Value>,
    ) -> Result<Answer, Refusal> {
        let reply = self.reply(operation, &self.last_segment(), parameters, self.steps)?;
        let app = self.app;
        match reply {
            Reply::Stream {
                content_type,
                bytes,
            } if operation.kind == OperationKind::Function => {
                let bytes = bytes.into();
                let media = Media {
                    content_type,
                    bytes,
                };
                Ok(Answer::Whole(app.download(media, None)))
            }
            reply => replied(app, reply, |value| self.value(operation, value)),
        }
    }

    /// The refusal of an operation without a handler: of what is not there, nothing can be called.
    fn unanswered(&self, operation: &Operation, bound_to: &[Step<'_>]) -> Refusal {
        let nobody = operations::nobody_answers(operation);
        let missing = match self.app.store().find(&self.app.service, bound_to) {
            Err(refusal) if refusal.status == StatusCode::NOT_FOUND => refusal,
            Ok(Place::Nothing { key: Some(key), .. }) => Refusal::not_found(&key.text),
            _ => return nobody,
        };
        let message = format!("{} {}", missing.message, nobody.message);
        Refusal { message, ..missing }
    }

    /// The path of what an operation is bound to, which its segment follows.
    pub(super) fn bound_path(&self, segment: &str) -> String {
        let path = self.request.path.trim_matches('/');
        let mut segments: Vec<&str> = path.split('/').skip(1).collect();
        let is_call = |raw: &&str| raw.split("(").next() == Some(segment);
        let call = segments.iter().rposition(is_call);
        segments.truncate(call.unwrap_or_else(|| segments.len().saturating_sub(1)));
        segments.join("/")
    }

    /// The entity that the operation is bound to, if it is one and the emulator holds it.
    fn bound(&self, steps: &[Step<'_>]) -> Option<Value> {
        let mut store = self.app.store();
        let Ok(Place::Entity(id)) = store.find(&self.app.service, steps) else {
            return None;
        };
        let ty = store
            .entity(id)
            .ok()
            .filter(|entity| !entity.implied)?
            .ty
            .clone();
        let entity = self.projector(&store).entity(id, &ty, &Options::default());
        Some(Value::Object(entity))
    }

    /// Writes the numbers of a handler's value as the client asks for them.
    pub(super) fn write_numbers(&self, value: &mut Value, ty: &TypeRef) {
        // What a handler returns stays as it is for other clients.
        if self.format.numbers == Numbers::Plain {
            return;
        }
        let is_body = ty.collection && value.get("value").is_some_and(Value::is_array);
        let value = if is_body { &mut value["value"] } else { value };
        Numbers::Text.write(&self.app.service, &ty.name, value);
    }

    /// Writes a handler's value in the form of the declared return type.
    fn value(&self, operation: &Operation, mut value: Value) -> Result<Answer, Refusal> {
        let Some(returns) = operation.returns.as_ref().filter(|_| !value.is_null()) else {
            return Ok(Answer::Whole(self.no_content()));
        };
        self.write_numbers(&mut value, returns);
        let context = format!("{}/$metadata#{returns}", self.app.context_root);
        Ok(match value {
            Value::Array(items) if returns.collection && items.iter().all(Value::is_object) => {
                let paging =
                    page::Paging::of_any(self.query, &self.request.headers, self.app.limits())?;
                Answer::Page(paging.page_of(context, &items))
            }
            Value::Object(members) => {
                Answer::Whole(self.entity_answer(StatusCode::OK, context, members))
            }
            value => {
                let body = json!({"@odata.context": context, "value": value});
                Answer::Whole(Whole::json(StatusCode::OK, &body))
            }
        })
    }
}

/// What a handler or hook replies; `json` writes a value of its own.
pub(crate) fn replied(
    app: &App,
    reply: Reply,
    json: impl FnOnce(Value) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    match reply {
        Reply::Json(value) => json(value),
        Reply::Stream {
            content_type,
            bytes,
        } => {
            let bytes = bytes.into();
            Ok(Answer::Whole(Whole::bytes(Media {
                content_type,
                bytes,
            })))
        }
        Reply::Empty { status, location } => {
            let location = location.map(|location| match location.strip_prefix('/') {
                Some(path) => format!("{}/{path}", app.root),
                None => location,
            });
            Ok(Answer::Whole(Whole {
                headers: location.map(|l| ("location", l)).into_iter().collect(),
                ..Whole::empty(status)
            }))
        }
        Reply::Error {
            status,
            code,
            message,
        } => Err(Refusal::new(status, &code, message)),
    }
}
