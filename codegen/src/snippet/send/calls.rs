//! Calls of functions and actions.

use super::{Answer, Draft, Lets, Sender, word};
use crate::api::{OperationItem, ResultType, RustType};
use crate::layout::Code;
use crate::snippet::json::Json;
use crate::snippet::literal::Taker;
use crate::snippet::problem::Problem;
use crate::snippet::query::Options;
use crate::snippet::resource::Resource as _;
use crate::snippet::value::from_json;
use crate::snippet::walk::Way;

impl<'a> Sender<'a, '_> {
    pub(super) fn call(
        &mut self,
        way: &Way<'a>,
        operation: &'a OperationItem,
        method: &str,
    ) -> Result<Draft, Problem> {
        let expected = if operation.is_action { "POST" } else { "GET" };
        if self.request.method != expected {
            return Err(self.wrong_method(&[expected]));
        }
        let mut draft = self.answered(way.code.clone(), operation);
        if operation.is_action {
            let before = self.scope.clone();
            let made = self.action(way.code.clone(), operation, method)?;
            if made.is_none() {
                *self.scope = before;
            }
            match made {
                Some((lets, code)) => {
                    draft.lets = lets;
                    draft.code = code;
                }
                None => return self.untyped_action(way, operation),
            }
        } else if operation.lists_entities && !self.query.is_empty() {
            draft.code = draft.code.then(Code::text(".into_list()"));
        } else {
            draft.options = Options::Untyped;
        }
        Ok(draft)
    }

    /// What a call answers.
    pub(super) fn answered(&self, code: Code, operation: &OperationItem) -> Draft {
        let item = |rust_type: &RustType| match rust_type.value() {
            RustType::Model(model) => Some(model),
            _ => None,
        };
        let (answer, model) = match &operation.result {
            ResultType::Nothing => (Answer::Nothing, None),
            ResultType::Bytes => (Answer::Bytes, None),
            ResultType::Page(rust_type) => {
                let model = item(rust_type);
                let word = model.as_ref().map_or_else(|| "item".to_owned(), word);
                (Answer::Items(word), model)
            }
            ResultType::Object { .. } | ResultType::Value { .. } => {
                (Answer::Value("answer".to_owned()), None)
            }
        };
        Draft {
            options: match operation.lists_entities {
                true => Options::Many,
                false => Options::Untyped,
            },
            model,
            takes_etag: operation.is_action,
            ..Draft::new(code, answer)
        }
    }

    /// `.reply(message).comment("…")`; `None` if the body has anything else than the action takes.
    pub(super) fn action(
        &mut self,
        code: Code,
        operation: &OperationItem,
        method: &str,
    ) -> Result<Option<(Lets, Code)>, Problem> {
        let body = match self.json_body()? {
            None if self.request.body.is_some() => return Ok(None),
            None => Json::Object(Vec::new()),
            Some(body) => body,
        };
        let Json::Object(members) = &body else {
            return Ok(None);
        };
        let is_known = |name: &String| operation.parameters.contains(name);
        if !members.iter().all(|(name, _)| is_known(name)) {
            return Ok(None);
        }
        let mut lets = Vec::new();
        let mut passed = Vec::new();
        for argument in &operation.required {
            let value = body
                .member(&argument.wire_name)
                .filter(|it| **it != Json::Null);
            let taker = Taker::of_argument(&argument.rust_type);
            let value = value.and_then(|it| from_json(it, &argument.rust_type, taker, self.scope));
            let Some(value) = value else {
                return Ok(None);
            };
            passed.push(self.named(argument.name.plain(), value, &mut lets));
        }
        let mut call = code.then(Code::method(method, passed));
        for argument in &operation.optional {
            let Some(value) = body.member(&argument.wire_name) else {
                continue;
            };
            let taker = Taker::of_argument(&argument.rust_type);
            let value = match value {
                Json::Null => None,
                value => from_json(value, &argument.rust_type, taker, self.scope),
            };
            let Some(value) = value else {
                return Ok(None);
            };
            let value = self.named(argument.name.plain(), value, &mut lets);
            call = call.then(Code::method(&argument.name, vec![value]));
        }
        Ok(Some((lets, call)))
    }

    /// Large values get a name, so that the call is one to read.
    pub(super) fn named(&mut self, name: &str, value: Code, lets: &mut Lets) -> Code {
        let is_large = match &value {
            Code::List(list) => !list.items.is_empty(),
            Code::Chain(links) => matches!(links.first(), Some(Code::List(_))),
            _ => false,
        };
        if !is_large {
            return value;
        }
        let name = self.scope.name(name);
        lets.push((name.clone(), value));
        Code::Text(name)
    }

    pub(super) fn untyped_action(
        &mut self,
        way: &Way<'a>,
        operation: &OperationItem,
    ) -> Result<Draft, Problem> {
        self.scope.note(format!(
            "the parameters of `{}` do not match the body, which is sent as written",
            operation.qualified_name
        ));
        let raw = way.code.clone().resource().segment(&operation.segment);
        let rust_type = match &operation.result {
            ResultType::Page(item) => {
                let (page, item) = (
                    self.scope.external("odata_runtime::Page"),
                    self.scope.type_name(item),
                );
                format!("{page}<{item}>")
            }
            ResultType::Object { rust_type, .. } => {
                let rust_type = rust_type.value().optional();
                self.scope.type_name(&rust_type)
            }
            ResultType::Value { rust_type, .. } => {
                let (value, rust_type) = (
                    self.scope.external("odata_runtime::Value"),
                    self.scope.type_name(rust_type),
                );
                format!("{value}<{rust_type}>")
            }
            ResultType::Nothing | ResultType::Bytes => "()".to_owned(),
        };
        let (lets, code) = self.untyped_as(raw, &rust_type)?;
        let answer = match &operation.result {
            ResultType::Nothing | ResultType::Bytes => Answer::Ignored,
            ResultType::Page(_) => self.answered(code.clone(), operation).answer,
            _ => Answer::Value("answer".to_owned()),
        };
        Ok(Draft {
            lets,
            ..Draft::new(code, answer)
        })
    }
}
