//! From what is at an address to a request: the method, the body and the headers.

mod calls;
mod written;

use crate::api::{BuilderItem, ItemPath, MethodKind, RustType};
use crate::edm::Multiplicity;
use crate::edm::vocabulary::Capability;
use crate::layout::Code;
use crate::snippet::json::Json;
use crate::snippet::problem::{Problem, ProblemKind};
use crate::snippet::query::{self, Options};
use crate::snippet::request::HttpRequest;
use crate::snippet::resource::Resource as _;
use crate::snippet::scope::Scope;
use crate::snippet::walk::{Target, Way, find};

/// What is made before a request: names and values.
pub(super) type Lets = Vec<(String, Code)>;

/// A request that is ready to be sent.
pub(super) struct Sent {
    pub lets: Lets,
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
    lets: Lets,
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
            Target::Count(Some(model)) if method == "GET" => Draft {
                options: Options::Count,
                model: Some((*model).clone()),
                ..Draft::new(way.code.clone().then(Code::text(".count()")), Answer::Count)
            },
            Target::Count(None) if method == "GET" => Draft::new(
                way.code.clone().then(Code::text(".count::<()>()")),
                Answer::Count,
            ),
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
        let request = Code::list(format!(".request::<{name}>("), arguments, ")?");
        Draft::new(code.then(request), answer)
    }

    fn wrong_method(&self, allowed: &[&str]) -> Problem {
        let method = &self.request.method;
        Problem::new(
            ProblemKind::Method,
            format!("{method} is not allowed at this address"),
        )
        .with_help(format!("allowed here: {}", allowed.join(", ")))
    }

    /// Sets query options and headers.
    fn finished(&mut self, draft: Draft) -> Sent {
        let is_plain = matches!(self.request.method.as_str(), "GET" | "DELETE");
        if is_plain && self.request.body.is_some() && !self.sends_body {
            let method = &self.request.method;
            self.scope.note(format!(
                "a {method} has no body, so that of the request is left out"
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
        let raw = || code().resource();
        let model = builder.model.as_ref();
        let Some(model) = model else {
            return Err(Problem::new(
                ProblemKind::Address,
                "the resource has no type",
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
                    "the body does not refer to a resource: expected an object with `@odata.id`",
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
            Some(segment) => code.clone().resource().segment(segment),
            None => code.clone(),
        };
        match self.request.method.as_str() {
            "GET" => {
                let code = match download {
                    Some(name) => code.then(Code::method(name, Vec::new())),
                    None => raw.then(Code::text(".download()")),
                };
                Ok(Draft {
                    takes_etag: false,
                    ..Draft::new(code, Answer::Bytes)
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
            "PATCH" => self.untyped(raw, RustType::Json),
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
                _ => self.untyped(code, rust_type.clone()),
            },
            ("PATCH" | "PUT" | "POST", _) => self.untyped(code, RustType::Json),
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
