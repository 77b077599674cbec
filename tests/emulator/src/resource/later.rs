//! Requests whose work is done later.

use axum::http::Method;
use serde_json::Value;

use super::{Exchange, item};
use crate::error::Refusal;
use crate::ids::format_guid;
use crate::keys;
use crate::monitor::{Accepted, Effect, Subject, id_of};
use crate::random;
use crate::route::Target;
use crate::service::{Operation, OperationKind, Primitive, TypeRef, ValueType};
use crate::store::Place;
use crate::url::Argument;
use crate::validate;

impl Exchange<'_> {
    /// Checks a request as far as services do before they accept it: what it is about must be there, and
    /// its body be in order.
    pub(super) fn later(&self, target: &Target<'_>) -> Result<Accepted, Refusal> {
        let mut request = self.request.clone();
        let mut effect = Effect::OfRequest;
        let subject = match target {
            Target::Call {
                overloads,
                arguments,
            } => {
                let operation = self.later_call(overloads, *arguments)?;
                let handler = self.app.handlers.find(operation, &self.last_segment());
                if operation.kind == OperationKind::Action && handler.is_none() {
                    effect = Effect::None;
                }
                self.subject_of_call(operation)
            }
            Target::Resource(ty) if ty.collection && *self.method() == Method::POST => {
                let (subject, body) = self.later_create(ty)?;
                request.body = body.to_string().into();
                subject
            }
            _ => self.subject("update"),
        };
        Ok(Accepted {
            request,
            effect,
            subject,
        })
    }

    /// Checks a call; says which operation it is of.
    fn later_call<'o>(
        &self,
        overloads: &[&'o Operation],
        arguments: Option<&[Argument]>,
    ) -> Result<&'o Operation, Refusal> {
        if *self.method() == Method::GET {
            let arguments = arguments.unwrap_or_default();
            let functions = overloads.iter().copied();
            let functions = functions.filter(|it| it.kind == OperationKind::Function);
            let functions: Vec<&Operation> = functions.collect();
            let arguments = validate::spelled(&self.app.service, &functions, arguments);
            let call = validate::check_call(&functions, &arguments, self.query)?;
            self.refuse_missing()?;
            return Ok(call.function);
        }
        let actions = overloads.iter().copied();
        let actions: Vec<&Operation> = actions
            .filter(|it| it.kind == OperationKind::Action)
            .collect();
        if *self.method() != Method::POST || actions.is_empty() {
            return Err(self.wrong_method("GET, POST"));
        }
        let (action, _) = self.checked_action(&actions, arguments)?;
        self.refuse_missing()?;
        Ok(action)
    }

    /// Refuses a call that is bound to what is not there.
    fn refuse_missing(&self) -> Result<(), Refusal> {
        let mut store = self.app.store();
        match store.find(&self.app.service, self.steps)? {
            Place::Nothing { key: Some(key), .. } => Err(Refusal::not_found(&key.text)),
            _ => Ok(()),
        }
    }

    /// Checks the body of a create, and gives the entity its key beforehand.
    fn later_create(&self, ty: &TypeRef) -> Result<(Subject, Value), Refusal> {
        let service = &self.app.service;
        let mut body = self.json_body()?;
        let entity = self.checker().entity(item(ty), &body)?;
        if let [part] = service.key(&entity.ty)
            && body.get(&part.path).is_none_or(Value::is_null)
            && keys::part_type(service, &entity.ty, &part.path)
                == ValueType::Primitive(Primitive::String)
        {
            let bits = random::mix(self.app.values.seed ^ random::hash(&body.to_string()));
            body[&part.path] = format_guid(bits, random::mix(bits)).into();
        }
        let members = body.as_object().cloned().unwrap_or_default();
        let set = self.below_root();
        let path = format!("{set}{}", keys::predicate(service, &entity.ty, &members));
        let mut subject = Subject {
            id: id_of(&path),
            path,
            work: format!("create{}", simple_name(item(ty))),
        };
        if subject.id.is_empty() {
            subject.path.clear();
        }
        Ok((subject, body))
    }

    fn subject_of_call(&self, operation: &Operation) -> Subject {
        let binding = operation.binding.as_ref().map(|it| it.name.as_str());
        let path = self.bound_path(&self.last_segment());
        let is_team = binding.is_some_and(|ty| ty.ends_with(".team"));
        // Teams names its work after what is done and what it is done to.
        let work = match binding.filter(|_| is_team) {
            Some(ty) => format!("{}{}", operation.name, simple_name(ty)),
            None => operation.name.clone(),
        };
        Subject {
            id: id_of(&path),
            path: with_key(&path),
            work,
        }
    }

    fn subject(&self, work: &str) -> Subject {
        let path = self.below_root();
        Subject {
            id: id_of(&path),
            path: with_key(&path),
            work: work.to_owned(),
        }
    }

    /// The path of the request below the service root.
    fn below_root(&self) -> String {
        let path = self.request.path.trim_matches('/');
        path.split_once('/').map_or("", |(_, path)| path).to_owned()
    }
}

/// A path to an item of an entity set with its key in parentheses, as Graph writes it.
fn with_key(path: &str) -> String {
    match path.split_once('/') {
        Some((set, key)) if !key.contains(['/', ':', '(']) && !set.contains('(') => {
            format!("{set}('{key}')")
        }
        _ => path.to_owned(),
    }
}

/// A type's name without its namespace, in upper camel case.
fn simple_name(ty: &str) -> String {
    let simple = ty.rsplit('.').next().unwrap_or_default();
    let (first, rest) = simple.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}", first.to_ascii_uppercase())
}
