//! What has a body: entities, JSON and bytes.

use super::{Answer, Draft, Lets, Sender, word};
use crate::api::{BuilderItem, ItemPath, MethodKind, RustType};
use crate::edm::vocabulary::Capability;
use crate::layout::Code;
use crate::snippet::json::Json;
use crate::snippet::literal::json;
use crate::snippet::problem::{Problem, ProblemKind};
use crate::snippet::resource::Resource as _;
use crate::snippet::value::object;
use crate::snippet::walk::{Way, find};

impl<'a> Sender<'a, '_> {
    /// POST, PATCH and PUT of an entity.
    pub(super) fn written(
        &mut self,
        way: &Way<'a>,
        builder: &'a BuilderItem,
        model: &ItemPath,
    ) -> Result<Draft, Problem> {
        let raw = way.code.clone().resource();
        let answer = RustType::Model(model.clone());
        let Some(body @ Json::Object(_)) = self.json_body()? else {
            return self.untyped(raw, answer);
        };
        let method = self.request.method.as_str();
        let (capability, found) = match method {
            "POST" => (
                Capability::Insert,
                find(builder, |it| matches!(it, MethodKind::Create(_))),
            ),
            "PATCH" => (
                Capability::Update,
                find(builder, |it| {
                    matches!(it, MethodKind::Update { by_put: false, .. })
                }),
            ),
            _ => (
                Capability::Update,
                find(builder, |it| {
                    matches!(it, MethodKind::Update { by_put: true, .. })
                }),
            ),
        };
        let (base, call) = match found.filter(|_| !way.forbids(capability)) {
            Some(method) => (way.code.clone(), method.name.to_string()),
            None if way.forbids(capability) || method != "PUT" => {
                return self.untyped(raw, answer);
            }
            None => (raw, "replace".to_owned()),
        };
        self.of_object(base, &call, body, model)
    }

    /// `let event = object!(…); ….create(&event)`
    pub(super) fn of_object(
        &mut self,
        base: Code,
        call: &str,
        mut body: Json,
        model: &ItemPath,
    ) -> Result<Draft, Problem> {
        let is_create = self.request.method == "POST";
        let mut nulls = Vec::new();
        let mut is_deep = false;
        if let Json::Object(members) = &mut body
            && !is_create
        {
            let index = self.scope.index;
            members.retain(|(name, value)| {
                let field = index.field(model, name).filter(|it| it.wire_name == *name);
                let is_null = *value == Json::Null && field.is_some_and(|it| !it.is_navigation);
                if let Some(field) = field.filter(|_| is_null) {
                    nulls.push(field.constant.clone());
                }
                is_deep |= field.is_some_and(|it| it.is_navigation);
                !is_null
            });
        }
        let code = object(&body, model, self.scope);
        let code = code.ok_or_else(|| {
            let message = "the body is not an object, as an entity is";
            Problem::new(ProblemKind::Body, message)
        })?;
        let name = match is_create {
            true => word(model),
            false if self.request.method == "PUT" => "replacement".to_owned(),
            false => "changes".to_owned(),
        };
        let name = self.scope.name(&name);
        let mut request = base.then(Code::method(call, vec![Code::Text(format!("&{name}"))]));
        for constant in nulls {
            let model = self.scope.item(model);
            let property = Code::Text(format!("{model}::{constant}"));
            request = request.then(Code::method("null", vec![property]));
        }
        if is_deep {
            request = request.then(Code::text(".deep()"));
        }
        let answer = match is_create {
            true => Answer::Written("created"),
            false => Answer::Written("updated"),
        };
        Ok(Draft {
            lets: vec![(name, code)],
            takes_etag: !is_create,
            ..Draft::new(request, answer)
        })
    }

    /// A body that no model is for, or that the client would refuse to send.
    pub(super) fn untyped(&mut self, raw: Code, answer: RustType) -> Result<Draft, Problem> {
        let answer = self.scope.type_name(&answer.optional());
        let (lets, code) = self.untyped_as(raw, &answer)?;
        Ok(Draft {
            lets,
            ..Draft::new(code, Answer::Written("answer"))
        })
    }

    /// The body as it stands: `.post::<T>(&body)`, or bytes of its media type.
    pub(super) fn untyped_as(&mut self, raw: Code, answer: &str) -> Result<(Lets, Code), Problem> {
        let Some(body) = self.json_body()? else {
            let call = self.any_method(answer);
            return Ok((Vec::new(), self.with_bytes(raw.then(call))));
        };
        let name = self.scope.name("body");
        let value = json(&body, self.scope);
        let method = self.request.method.to_lowercase();
        let argument = Code::Text(format!("&{name}"));
        let call = Code::method(format!("{method}::<{answer}>"), vec![argument]);
        Ok((vec![(name, value)], raw.then(call)))
    }

    /// `.request::<T>(Method::POST)`
    pub(super) fn any_method(&mut self, answer: &str) -> Code {
        let method = self.scope.external("odata_runtime::Method");
        let method = Code::Text(format!("{method}::{}", self.request.method));
        Code::method(format!("request::<{answer}>"), vec![method])
    }

    pub(super) fn with_bytes(&self, code: Code) -> Code {
        let Some(body) = &self.request.body else {
            return code;
        };
        let content_type = Code::string(self.content_type());
        code.then(Code::method("body", vec![content_type, Code::string(body)]))
    }

    pub(super) fn content_type(&self) -> &str {
        self.request
            .header("content-type")
            .unwrap_or("application/octet-stream")
    }

    /// The body as JSON, if it is meant to be.
    pub(super) fn json_body(&self) -> Result<Option<Json>, Problem> {
        let Some(body) = &self.request.body else {
            return Ok(None);
        };
        match self.request.header("content-type") {
            Some(said) if !said.to_lowercase().contains("json") => Ok(None),
            Some(_) => Json::read(body).map(Some),
            None if body.trim_start().starts_with(['{', '[']) => Json::read(body).map(Some),
            None => Ok(None),
        }
    }
}
