//! From what is at an address to a request: the method, the body and the headers.

use super::code::Code;
use super::json::Json;
use super::literal::{Taker, json};
use super::problem::{Problem, ProblemKind};
use super::query::{self, Options};
use super::request::HttpRequest;
use super::scope::Scope;
use super::value::{from_json, object};
use super::walk::{Target, Way, find};
use crate::api::{BuilderItem, ItemPath, MethodKind, OperationItem, ResultType, RustType};
use crate::edm::Multiplicity;
use crate::edm::vocabulary::Capability;

/// A request that is ready to be sent.
pub(super) struct Sent {
    /// What is made before it: names and values.
    pub lets: Vec<(String, Code)>,
    /// The request, which is not sent yet.
    pub code: Code,
    pub answer: Answer,
}

/// What a request answers, as far as a program does something with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing that is read.
    Nothing,
    /// The same of an untyped request, which says so when it is sent.
    Ignored,
    /// Items of a type of this name, across pages.
    Items(String),
    /// One page, for the count that comes with it.
    Page,
    /// A value, called so.
    Value(String),
    /// What was created or changed, if the service answers it.
    Written(&'static str),
    Count,
    Bytes,
}

/// Makes requests of one HTTP request.
pub(super) struct Sender<'a, 's> {
    pub request: &'s HttpRequest,
    pub query: &'s [(String, String)],
    pub scope: &'s mut Scope<'a>,
    /// Whether the body is sent, though the method has none.
    pub sends_body: bool,
}

/// What a request is before its options are set.
struct Draft {
    lets: Vec<(String, Code)>,
    code: Code,
    answer: Answer,
    options: Options,
    model: Option<ItemPath>,
    /// Whether it has a method for `If-Match`.
    takes_etag: bool,
}

impl Draft {
    fn new(code: Code, answer: Answer) -> Self {
        Self {
            lets: Vec::new(),
            code,
            answer,
            options: Options::Untyped,
            model: None,
            takes_etag: true,
        }
    }
}

impl<'a> Sender<'a, '_> {
    /// The request for what is at the end of a way.
    pub fn send(&mut self, way: Way<'a>) -> Result<Sent, Problem> {
        let method = self.request.method.as_str();
        let draft = match &way.target {
            Target::Resources(builder) => self.resources(&way, builder)?,
            Target::Call { operation, method } => {
                let name = method.name.to_string();
                self.call(&way, operation, &name)?
            }
            Target::References { multiplicity, key } => {
                self.references(way.code.clone(), *multiplicity, key.clone())?
            }
            Target::Count(model) if method == "GET" => {
                let mut code = way.code.clone();
                let mut options = Options::Untyped;
                code = match model {
                    Some(_) => code.then(Code::text(".count()")),
                    None => code.then(Code::text(".count::<()>()")),
                };
                if model.is_some() {
                    options = Options::Count;
                }
                Draft {
                    options,
                    model: model.cloned(),
                    ..Draft::new(code, Answer::Count)
                }
            }
            Target::Count(_) => return Err(self.wrong_method(&["GET"])),
            Target::Bytes {
                segment,
                download,
                upload,
            } => {
                let download = download.map(|it| it.name.to_string());
                let upload = upload.map(|it| it.name.to_string());
                self.bytes(way.code.clone(), segment.as_deref(), download, upload)?
            }
            Target::Value(rust_type) => self.value(way.code.clone(), rust_type)?,
            Target::Whole { address, result } if method == "GET" => self.whole(address, result),
            Target::Whole { .. } => return Err(self.wrong_method(&["GET"])),
        };
        Ok(self.finished(draft))
    }

    /// `client.untyped().request::<T>(Method::GET, "…")?`
    fn whole(&mut self, address: &str, result: &RustType) -> Draft {
        let method = self.scope.external("odata_runtime::Method");
        let (name, answer) = match result {
            RustType::Vec(item) => {
                let page = self.scope.external("odata_runtime::Page");
                let item = self.scope.type_name(item);
                (format!("{page}<{item}>"), Answer::Items("item".to_owned()))
            }
            other => (
                self.scope.type_name(other),
                Answer::Value("answer".to_owned()),
            ),
        };
        let arguments = vec![Code::Text(format!("{method}::GET")), Code::string(address)];
        let code = Code::text("client").then(Code::text(".untyped()"));
        let code = code.then(Code::method(format!("request::<{name}>"), arguments));
        Draft::new(code.then(Code::text("?")), answer)
    }

    fn wrong_method(&self, allowed: &[&str]) -> Problem {
        let method = &self.request.method;
        Problem::new(
            ProblemKind::Method,
            format!("the metadata has no {method} at this address"),
        )
        .with_help(format!("it takes {}", allowed.join(", ")))
    }

    /// Sets query options and headers.
    fn finished(&mut self, draft: Draft) -> Sent {
        let is_plain = matches!(self.request.method.as_str(), "GET" | "DELETE");
        if is_plain && self.request.body.is_some() && !self.sends_body {
            let method = &self.request.method;
            self.scope.note(format!(
                "a {method} has no body: that of the request is left out"
            ));
        }
        let mut code = draft.code;
        let model = draft.model.as_ref();
        for call in query::options(self.query, draft.options, model, self.scope) {
            code = code.then(call);
        }
        for (name, value) in &self.request.headers {
            if is_automatic(name, value) {
                continue;
            }
            let value = Code::string(value);
            if name.eq_ignore_ascii_case("if-match") && draft.takes_etag {
                code = code.then(Code::method("if_match", vec![value]));
                continue;
            }
            self.scope.external("odata_runtime::ConfigureRequest");
            code = code.then(Code::method("header", vec![Code::string(name), value]));
        }
        let counts = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("$count") && value.eq_ignore_ascii_case("true")
        };
        let answer = match draft.answer {
            Answer::Items(_) if draft.options == Options::Many && self.query.iter().any(counts) => {
                Answer::Page
            }
            other => other,
        };
        Sent {
            lets: draft.lets,
            code,
            answer,
        }
    }

    /// The body as JSON, if it is meant to be.
    fn json_body(&self) -> Result<Option<Json>, Problem> {
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

    fn resources(&mut self, way: &Way<'a>, builder: &'a BuilderItem) -> Result<Draft, Problem> {
        let is_many = builder.multiplicity.is_many();
        let method = self.request.method.clone();
        let allowed: &[&str] = match is_many {
            true => &["GET", "POST"],
            false => &["GET", "PATCH", "PUT", "DELETE"],
        };
        if !allowed.contains(&&*method) {
            return Err(self.wrong_method(allowed));
        }
        let code = || way.code.clone();
        let raw = || code().then(Code::text(".resource()"));
        let model = builder.model.as_ref();
        let Some(model) = model else {
            return Err(Problem::new(
                ProblemKind::Address,
                "what is there has no type",
            ));
        };
        let word = word(model);
        Ok(match (method.as_str(), is_many) {
            ("GET", true) => {
                let list = find(builder, |it| matches!(it, MethodKind::List { .. }));
                match list.filter(|_| !way.forbids(Capability::Read)) {
                    Some(list) => Draft {
                        options: Options::Many,
                        model: Some(model.clone()),
                        takes_etag: false,
                        ..Draft::new(
                            code().then(Code::method(&list.name, Vec::new())),
                            Answer::Items(word),
                        )
                    },
                    None => {
                        let page = self.scope.external("odata_runtime::Page");
                        let model = self.scope.item(model);
                        let get = Code::Text(format!(".get::<{page}<{model}>>()"));
                        Draft::new(raw().then(get), Answer::Items(word))
                    }
                }
            }
            ("GET", false) => {
                let get = find(builder, |it| matches!(it, MethodKind::Get { .. }));
                match get.filter(|_| !way.forbids(Capability::Read)) {
                    Some(get) => Draft {
                        options: Options::One,
                        model: Some(model.clone()),
                        takes_etag: false,
                        ..Draft::new(
                            code().then(Code::method(&get.name, Vec::new())),
                            Answer::Value(word),
                        )
                    },
                    None => {
                        let model = self.scope.item(model);
                        let get = Code::Text(format!(".get::<{model}>()"));
                        Draft::new(raw().then(get), Answer::Value(word))
                    }
                }
            }
            ("DELETE", _) => {
                let delete = find(builder, |it| matches!(it, MethodKind::Delete));
                match delete.filter(|_| !way.forbids(Capability::Delete)) {
                    Some(delete) => {
                        let delete = Code::method(&delete.name, Vec::new());
                        Draft::new(code().then(delete), Answer::Nothing)
                    }
                    None => Draft::new(raw().then(Code::text(".delete()")), Answer::Ignored),
                }
            }
            _ => self.written(way, builder, model)?,
        })
    }

    /// POST, PATCH and PUT of an entity.
    fn written(
        &mut self,
        way: &Way<'a>,
        builder: &'a BuilderItem,
        model: &ItemPath,
    ) -> Result<Draft, Problem> {
        let raw = way.code.clone().then(Code::text(".resource()"));
        let Some(body) = self.json_body()? else {
            return Ok(self.of_text(raw, model));
        };
        let Json::Object(_) = body else {
            return Ok(self.of_json(raw, &body, RustType::Model(model.clone())));
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
                return Ok(self.of_json(raw, &body, RustType::Model(model.clone())));
            }
            None => (raw, "replace".to_owned()),
        };
        self.of_object(base, &call, body, model)
    }

    /// `let event = object!(…); ….create(&event)`
    fn of_object(
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
            let message = "the body is no object, as an entity is";
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

    /// A body of JSON that no model is for, or that the client would refuse to send.
    fn of_json(&mut self, raw: Code, body: &Json, answer: RustType) -> Draft {
        let name = self.scope.name("body");
        let code = json(body, self.scope);
        let answer = self.scope.type_name(&RustType::Option(Box::new(answer)));
        let method = self.request.method.to_lowercase();
        let argument = Code::Text(format!("&{name}"));
        let call = Code::method(format!("{method}::<{answer}>"), vec![argument]);
        Draft {
            lets: vec![(name, code)],
            ..Draft::new(raw.then(call), Answer::Written("answer"))
        }
    }

    /// A body of another media type, or none.
    fn of_text(&mut self, raw: Code, model: &ItemPath) -> Draft {
        let answer = RustType::Option(Box::new(RustType::Model(model.clone())));
        let answer = self.scope.type_name(&answer);
        let code = raw.then(self.any_method(&answer));
        Draft::new(self.with_bytes(code), Answer::Written("answer"))
    }

    /// `.request::<T>(Method::POST)`
    fn any_method(&mut self, answer: &str) -> Code {
        let method = self.scope.external("odata_runtime::Method");
        let method = Code::Text(format!("{method}::{}", self.request.method));
        Code::method(format!("request::<{answer}>"), vec![method])
    }

    fn with_bytes(&self, code: Code) -> Code {
        let Some(body) = &self.request.body else {
            return code;
        };
        let content_type = Code::string(self.content_type());
        code.then(Code::method("body", vec![content_type, Code::string(body)]))
    }

    fn content_type(&self) -> &str {
        self.request
            .header("content-type")
            .unwrap_or("application/octet-stream")
    }

    fn call(
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
    fn answered(&self, code: Code, operation: &OperationItem) -> Draft {
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
    #[expect(clippy::type_complexity, reason = "names and values, and the call")]
    fn action(
        &mut self,
        code: Code,
        operation: &OperationItem,
        method: &str,
    ) -> Result<Option<(Vec<(String, Code)>, Code)>, Problem> {
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
    fn named(&mut self, name: &str, value: Code, lets: &mut Vec<(String, Code)>) -> Code {
        let is_large = match &value {
            Code::List { items, .. } => !items.is_empty(),
            Code::Chain(links) => matches!(links.first(), Some(Code::List { .. })),
            _ => false,
        };
        if !is_large {
            return value;
        }
        let name = self.scope.name(name);
        lets.push((name.clone(), value));
        Code::Text(name)
    }

    fn untyped_action(
        &mut self,
        way: &Way<'a>,
        operation: &OperationItem,
    ) -> Result<Draft, Problem> {
        self.scope.note(format!(
            "`{}` is declared with other parameters than the body has: it is sent as it stands",
            operation.qualified_name
        ));
        let client = Code::text("client");
        let raw = match way.code == client {
            true => client
                .then(Code::text(".untyped()"))
                .then(Code::text(".root()")),
            false => way.code.clone().then(Code::text(".resource()")),
        };
        let segment = Code::string(&operation.segment);
        let raw = raw.then(Code::method("segment", vec![segment]));
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
        let (lets, code) = match self.json_body()? {
            Some(body) => {
                let name = self.scope.name("body");
                let value = json(&body, self.scope);
                let argument = Code::Text(format!("&{name}"));
                let call = Code::method(format!("post::<{rust_type}>"), vec![argument]);
                (vec![(name, value)], raw.then(call))
            }
            None => {
                let call = self.any_method(&rust_type);
                (Vec::new(), self.with_bytes(raw.then(call)))
            }
        };
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

    fn references(
        &mut self,
        code: Code,
        multiplicity: Multiplicity,
        key: Option<Code>,
    ) -> Result<Draft, Problem> {
        let method = self.request.method.clone();
        let url = match self.json_body()? {
            Some(body) => {
                let id = body.member("@odata.id").or_else(|| body.member("@id"));
                id.and_then(Json::as_text).map(Code::string)
            }
            None => None,
        };
        let is_many = multiplicity.is_many();
        let call = match (method.as_str(), is_many, url, key) {
            ("GET", true, ..) => {
                let list = code.then(Code::text(".list()"));
                return Ok(Draft::new(list, Answer::Items("reference".to_owned())));
            }
            ("GET", false, ..) => {
                let get = code.then(Code::text(".get()"));
                return Ok(Draft::new(get, Answer::Value("reference".to_owned())));
            }
            ("POST", true, Some(url), _) => Code::method("add", vec![url]),
            ("PUT", false, Some(url), _) => Code::method("set", vec![url]),
            ("DELETE", true, _, Some(key)) => Code::method("remove_key", vec![key]),
            ("DELETE", true, None, None) => {
                let id = self.query.iter().find(|(name, _)| name == "$id");
                let Some((_, id)) = id else {
                    return Err(self.wrong_method(&["GET", "POST", "DELETE with a key or `$id`"]));
                };
                let call = Code::method("remove", vec![Code::string(id)]);
                self.query = &[];
                call
            }
            ("DELETE", false, ..) => Code::text(".remove()"),
            ("POST" | "PUT", ..) => {
                return Err(Problem::new(
                    ProblemKind::Body,
                    "the body names no resource: expected is an object with `@odata.id`",
                ));
            }
            _ => return Err(self.wrong_method(&["GET", "POST", "PUT", "DELETE"])),
        };
        Ok(Draft::new(code.then(call), Answer::Ignored))
    }

    fn bytes(
        &mut self,
        code: Code,
        segment: Option<&str>,
        download: Option<String>,
        upload: Option<String>,
    ) -> Result<Draft, Problem> {
        let raw = match segment {
            Some(segment) => code
                .clone()
                .then(Code::text(".resource()"))
                .then(Code::method("segment", vec![Code::string(segment)])),
            None => code.clone(),
        };
        let value = RustType::Json;
        match self.request.method.as_str() {
            "GET" => {
                let name = download.unwrap_or_else(|| "download".to_owned());
                let call = Code::method(name, Vec::new());
                Ok(Draft {
                    takes_etag: false,
                    ..Draft::new(code.then(call), Answer::Bytes)
                })
            }
            "PUT" => {
                let (code, name) = match upload {
                    Some(name) => (code, name),
                    None => {
                        let value = self.scope.external("serde_json::Value");
                        (raw, format!("upload::<{value}>"))
                    }
                };
                let content = self.request.body.clone().unwrap_or_default();
                let arguments = vec![Code::string(self.content_type()), Code::string(&content)];
                let call = Code::method(name, arguments);
                Ok(Draft::new(code.then(call), Answer::Written("uploaded")))
            }
            "DELETE" => Ok(Draft::new(
                raw.then(Code::text(".delete()")),
                Answer::Ignored,
            )),
            // The metadata knows no such method, and yet services document it: a part of a page is changed so.
            "PATCH" => match self.json_body()? {
                Some(body) => Ok(self.of_json(raw, &body, value)),
                None => {
                    let value = self.scope.type_name(&value.optional());
                    let code = raw.then(self.any_method(&value));
                    Ok(Draft::new(self.with_bytes(code), Answer::Written("answer")))
                }
            },
            _ => Err(self.wrong_method(&["GET", "PUT", "PATCH", "DELETE"])),
        }
    }

    /// A request for a value that has no builder.
    fn value(&mut self, code: Code, rust_type: &RustType) -> Result<Draft, Problem> {
        let model = match rust_type {
            RustType::Model(model) => Some(model.clone()),
            RustType::Vec(item) => match &**item {
                RustType::Model(model) => Some(model.clone()),
                _ => None,
            },
            _ => None,
        };
        let is_many = matches!(rust_type, RustType::Vec(_));
        let draft = |code, answer, options| Draft {
            options,
            model: model.clone(),
            takes_etag: false,
            ..Draft::new(code, answer)
        };
        match (self.request.method.as_str(), &model) {
            ("GET", _) if self.request.body.is_some() => {
                self.sends_body = true;
                let answer = self.scope.type_name(&rust_type.clone().optional());
                let code = code.then(self.any_method(&answer));
                Ok(Draft::new(
                    self.with_bytes(code),
                    Answer::Value("answer".to_owned()),
                ))
            }
            ("GET", Some(item)) => {
                let name = self.scope.item(item);
                Ok(match is_many {
                    true => draft(
                        code.then(Code::Text(format!(".list::<{name}>()"))),
                        Answer::Items(word(item)),
                        Options::Many,
                    ),
                    false => draft(
                        code.then(Code::Text(format!(".read::<{name}>()"))),
                        Answer::Value(word(item)),
                        Options::One,
                    ),
                })
            }
            ("GET", None) => {
                let value = self.scope.external("odata_runtime::Value");
                let rust_type = match rust_type {
                    RustType::Vec(_) => rust_type.clone(),
                    other => other.clone().optional(),
                };
                let rust_type = self.scope.type_name(&rust_type);
                let get = Code::Text(format!(".get::<{value}<{rust_type}>>()"));
                Ok(Draft::new(
                    code.then(get),
                    Answer::Value("value".to_owned()),
                ))
            }
            ("DELETE", _) => Ok(Draft::new(
                code.then(Code::text(".remove()")),
                Answer::Nothing,
            )),
            ("PATCH" | "PUT", Some(model)) if !is_many => match self.json_body()? {
                Some(body @ Json::Object(_)) => {
                    let call = match self.request.method.as_str() {
                        "PATCH" => "update",
                        _ => "replace",
                    };
                    self.of_object(code, call, body, model)
                }
                Some(body) => Ok(self.of_json(code, &body, rust_type.clone())),
                None => Ok(self.of_text(code, model)),
            },
            ("PATCH" | "PUT" | "POST", _) => match self.json_body()? {
                Some(body) => Ok(self.of_json(code, &body, RustType::Json)),
                None => {
                    let value = self.scope.external("serde_json::Value");
                    let code = code.then(self.any_method(&value));
                    Ok(Draft::new(self.with_bytes(code), Answer::Written("answer")))
                }
            },
            _ => Err(self.wrong_method(&["GET", "PATCH", "PUT", "DELETE"])),
        }
    }
}

/// What a value of a model is called.
fn word(model: &ItemPath) -> String {
    use heck::ToSnakeCase as _;
    model.name.plain().to_snake_case()
}

/// Whether the client sends a header by itself, or the connection does.
fn is_automatic(name: &str, value: &str) -> bool {
    match name.to_lowercase().as_str() {
        "authorization" | "content-length" | "content-type" | "host" | "connection" => true,
        "accept" => matches!(value, "application/json" | "*/*"),
        _ => false,
    }
}
