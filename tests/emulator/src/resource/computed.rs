//! What lies behind a function's result: items by key, members, counts and casts.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Exchange;
use crate::answer::{Answer, Whole};
use crate::error::Refusal;
use crate::operations::{self, Reply};
use crate::page::Paging;
use crate::route::{Step, Target};
use crate::service::OperationKind;
use crate::validate;

impl Exchange<'_> {
    /// Answers a path that goes on from a function's call; `None` when it goes through none.
    pub(super) fn computed(&self, target: &Target<'_>) -> Option<Result<Answer, Refusal>> {
        let position = |step: &Step<'_>| matches!(step, Step::Call { .. });
        let at = self.steps.iter().rposition(position)?;
        if matches!(target, Target::Call { .. }) {
            return None;
        }
        Some(
            self.result(at)
                .and_then(|value| self.of_result(target, value)),
        )
    }

    /// The value at the end of the steps, the function's call at a position among them.
    fn result(&self, at: usize) -> Result<Value, Refusal> {
        let (before, after) = self.steps.split_at(at);
        let Some((
            Step::Call {
                name,
                overloads,
                arguments,
            },
            after,
        )) = after.split_first()
        else {
            return Err(Refusal::not_found(&self.last_segment()));
        };
        if self.method() != Method::GET {
            return Err(Refusal::not_implemented(
                "The emulator only reads what a function returns.",
            ));
        }
        let functions = overloads.iter().copied();
        let functions: Vec<_> = functions
            .filter(|operation| operation.kind == OperationKind::Function)
            .collect();
        let arguments = arguments.unwrap_or_default();
        let arguments = validate::spelled(&self.app.service, &functions, arguments);
        let call = validate::check_call(&functions, &arguments, self.query)?;
        let parameters = operations::function_parameters(&call, self.app.service.behavior.alphabet);
        let value = match self.reply(call.function, name, parameters, before)? {
            Reply::Json(value) => value,
            Reply::Error {
                status,
                code,
                message,
            } => return Err(Refusal::new(status, &code, message)),
            Reply::Stream { .. } | Reply::Empty { .. } => {
                return Err(Refusal::not_implemented(format!(
                    "The handler of '{name}' returns no JSON that a path could go on from."
                )));
            }
        };
        // A handler that writes a delta link returns the whole body.
        let mut value = match value {
            Value::Object(mut body) if body.contains_key("value") => {
                body.remove("value").unwrap_or_default()
            }
            value => value,
        };
        let returns = call.function.returns.as_ref();
        let mut ty = returns.map_or_else(String::new, |returns| returns.name.clone());
        for step in after {
            value = self.within(value, &mut ty, step)?;
        }
        Ok(value)
    }

    /// Goes one step on from a value of a type.
    fn within(&self, value: Value, ty: &mut String, step: &Step<'_>) -> Result<Value, Refusal> {
        let service = &self.app.service;
        let is = |value: &Value, wanted: &str, declared: &str| {
            let said = value.get("@odata.type").and_then(Value::as_str);
            let said = said.and_then(|said| service.cast(said.trim_start_matches('#')));
            service.is_or_derives_from(said.as_deref().unwrap_or(declared), wanted)
        };
        match (step, value) {
            (Step::Key(key), Value::Array(items)) => {
                let mut items = items.into_iter();
                let fits = |item: &Value| {
                    item.as_object()
                        .is_some_and(|members| key.fits(service, ty, members))
                };
                items
                    .find(fits)
                    .ok_or_else(|| Refusal::not_found(&key.text))
            }
            (Step::Cast(name), Value::Array(mut items)) => {
                items.retain(|item| is(item, name, ty));
                ty.clone_from(name);
                Ok(items.into())
            }
            (Step::Cast(name), value) if is(&value, name, ty) => {
                ty.clone_from(name);
                Ok(value)
            }
            (Step::Property(property), mut value) => {
                ty.clone_from(&property.ty.name);
                Ok(value
                    .get_mut(&property.name)
                    .map(Value::take)
                    .unwrap_or_default())
            }
            (
                Step::Navigate {
                    name, navigation, ..
                },
                mut value,
            ) => {
                ty.clone_from(&navigation.ty.name);
                let member = value.get_mut(*name).map(Value::take);
                member.ok_or_else(|| Refusal::not_found(name))
            }
            (Step::Dynamic(name), mut value) => {
                Ok(value.get_mut(*name).map(Value::take).unwrap_or_default())
            }
            _ => Err(Refusal::not_found(&self.last_segment())),
        }
    }

    fn of_result(&self, target: &Target<'_>, mut value: Value) -> Result<Answer, Refusal> {
        if let Target::Resource(ty) | Target::Property(ty) = target {
            self.write_numbers(&mut value, ty);
        }
        let context =
            |ty: &dyn std::fmt::Display| format!("{}/$metadata#{ty}", self.app.context_root);
        Ok(match (target, value) {
            (Target::Count(_), Value::Array(items)) => {
                Answer::Whole(Whole::text(items.len().to_string()))
            }
            (Target::References { .. }, _) => {
                return Err(Refusal::not_implemented(
                    "The emulator has no references to what a function returns.",
                ));
            }
            (Target::RawValue(_), Value::String(text)) => Answer::Whole(Whole::text(text)),
            (_, Value::Null) => Answer::Whole(self.no_content()),
            (Target::RawValue(_), value @ (Value::Number(_) | Value::Bool(_))) => {
                Answer::Whole(Whole::text(value.to_string()))
            }
            (Target::Resource(ty) | Target::Property(ty), Value::Array(items))
                if items.iter().all(Value::is_object) =>
            {
                let limits = self.app.limits();
                let paging = Paging::of(self.query, &self.request.headers, limits)?;
                Answer::Page(paging.page_of(context(ty), &items))
            }
            (Target::Resource(ty) | Target::Property(ty), Value::Object(members)) => {
                Answer::Whole(self.entity_answer(StatusCode::OK, context(ty), members))
            }
            (Target::Property(ty), value) => {
                let body = json!({"@odata.context": context(ty), "value": value});
                Answer::Whole(Whole::json(StatusCode::OK, &body))
            }
            _ => return Err(Refusal::not_found(&self.last_segment())),
        })
    }
}
