//! From a documented address to the calls that lead there.

use super::address::{Segment, arguments, decoded};
use super::code::Code;
use super::index::{Index, Page};
use super::literal::Taker;
use super::problem::{Problem, ProblemKind};
use super::scope::{Scope, placeholder, variable_name};
use super::value::from_url;
use crate::api::{
    Argument, BuilderItem, ItemPath, KeyMethod, Method, MethodKind, Navigation, OperationItem,
    ResultType, RustType, StreamSegment,
};
use crate::diagnostic::nearest;
use crate::edm::Multiplicity;
use crate::edm::vocabulary::Capability;

/// What stands at the end of an address.
pub(super) enum Target<'a> {
    /// Resources with a request builder.
    Resources(&'a BuilderItem),
    /// A call, with its arguments but for those of a body.
    Call {
        operation: &'a OperationItem,
        /// The method's name, by which the call is made.
        method: &'a Method,
    },
    /// The references of a navigation property.
    References {
        multiplicity: Multiplicity,
        /// Whether one of them is named by its key.
        key: Option<Code>,
    },
    /// How many resources there are.
    Count(Option<&'a ItemPath>),
    /// Bytes of a resource, and the methods for them, if the client has such.
    Bytes {
        /// Where they are below the resource, if the way does not end there already.
        segment: Option<String>,
        download: Option<&'a Method>,
        upload: Option<&'a Method>,
    },
    /// A value for which there is no builder.
    Value(RustType),
    /// What a whole address leads to, which no calls do.
    Whole { address: String, result: RustType },
}

/// A way through a client.
pub(super) struct Way<'a> {
    /// The calls so far.
    pub code: Code,
    /// The navigation properties, which may forbid what comes behind them.
    navigations: Vec<&'a Navigation>,
    /// Whether one resource of a collection was chosen last.
    is_item: bool,
    pub target: Target<'a>,
}

/// What is at the end of an address.
pub(super) struct Found<'a> {
    pub way: Way<'a>,
    /// Whose documentation tells of it.
    pub page: Option<Page<'a>>,
}

impl<'a> Way<'a> {
    /// What documentation has on its page.
    fn page(&self) -> Option<Page<'a>> {
        match self.target {
            Target::Resources(builder) => Some(Page::Builder(builder)),
            Target::Call { operation, .. } => Some(Page::Call(operation)),
            _ => None,
        }
    }

    /// Whether the metadata forbids a kind of request here, so that the client would refuse it.
    pub fn forbids(&self, capability: Capability) -> bool {
        let capability = match capability {
            Capability::Read if self.is_item => Capability::ReadByKey,
            other => other,
        };
        let Some((last, earlier)) = self.navigations.split_last() else {
            return false;
        };
        let mut path = last.segment.clone();
        for navigation in earlier.iter().rev() {
            if let Some(below) = navigation.below.iter().find(|it| it.path == path) {
                if below.permitted.contains(&capability) {
                    return false;
                }
                if below.refused.contains(&capability) {
                    return true;
                }
            }
            path = format!("{}/{path}", navigation.segment);
        }
        last.refused.contains(&capability)
    }
}

/// Follows an address.
pub(super) struct Walk<'a, 's> {
    pub index: &'a Index<'a>,
    pub scope: &'s mut Scope<'a>,
    pieces: Vec<&'s str>,
    at: usize,
    /// Whether the request has a body.
    has_body: bool,
}

impl<'a, 's> Walk<'a, 's> {
    /// The way to what an address leads to.
    pub fn to(
        pieces: &'s [String],
        has_body: bool,
        scope: &'s mut Scope<'a>,
    ) -> Result<Found<'a>, Problem> {
        let index = scope.index;
        let pieces = pieces.iter().map(|piece| &**piece).collect();
        let mut walk = Self {
            index,
            scope,
            pieces,
            at: 0,
            has_body,
        };
        let mut way = walk.entry()?;
        let mut page = way.page();
        while walk.at < walk.pieces.len() {
            way = walk.step(way)?;
            page = way.page().or(page);
        }
        Ok(Found { way, page })
    }

    /// The piece that is next, which does not end as the path of an item does.
    fn take(&mut self) -> (&'s str, bool) {
        let piece = self.pieces[self.at];
        self.at += 1;
        match piece.strip_suffix(':').filter(|name| !name.is_empty()) {
            Some(name) => (name, true),
            None => (piece, false),
        }
    }

    fn problem(&self, message: String) -> Problem {
        Problem::new(ProblemKind::Address, message)
    }

    /// What was read of the address, as it stands.
    fn so_far(&self) -> String {
        format!("/{}", self.pieces[..self.at.saturating_sub(1)].join("/"))
    }

    fn entry(&mut self) -> Result<Way<'a>, Problem> {
        let index = self.index;
        if self.pieces.first() == Some(&"$batch") {
            let problem = self.problem("a batch is no request of its own".into());
            return Err(problem.with_help("`client.batch()` makes one of other requests"));
        }
        if self.pieces.is_empty() {
            return Err(
                self.problem("the address is the service root, which has no requests".into())
            );
        }
        let (piece, begins_path) = self.take();
        let segment = Segment::of(piece);
        let methods = &index.api.client.methods;
        let root = Code::text("client");
        let way = match self.navigate(methods, &segment, root, Vec::new())? {
            Some(way) => way,
            None => match self.call(methods, &segment, Code::text("client"), Vec::new())? {
                Some(way) => way,
                None => return Err(self.no_entry(segment.name)),
            },
        };
        self.item_path(way, begins_path)
    }

    fn no_entry(&self, name: &str) -> Problem {
        let name = decoded(name);
        let methods = self.index.api.client.methods.iter();
        let near = nearest(
            &name,
            methods.filter_map(|method| wire_name(method, self.index)),
        );
        let problem = self.problem(format!("the client has no entry point `{name}`"));
        match near {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem,
        }
    }

    /// To a navigation property, and to the one with the key in parentheses behind it.
    fn navigate(
        &mut self,
        methods: &'a [Method],
        segment: &Segment<'_>,
        code: Code,
        mut navigations: Vec<&'a Navigation>,
    ) -> Result<Option<Way<'a>>, Problem> {
        let name = decoded(segment.name);
        let found = methods.iter().find_map(|method| match &method.kind {
            MethodKind::Navigate(to) if to.segment.eq_ignore_ascii_case(&name) => {
                Some((method, to))
            }
            _ => None,
        });
        let Some((method, to)) = found else {
            return Ok(None);
        };
        let Some(builder) = self.index.builder(&to.target) else {
            return Ok(None);
        };
        navigations.push(to);
        let way = Way {
            code: code.then(Code::method(&method.name, Vec::new())),
            navigations,
            is_item: false,
            target: Target::Resources(builder),
        };
        match segment.arguments {
            Some(key) if builder.multiplicity.is_many() => {
                self.key_in_parentheses(way, builder, key).map(Some)
            }
            Some(_) => Err(self.problem(format!("`{name}` is one resource and takes no key"))),
            None => Ok(Some(way)),
        }
    }

    /// One segment further.
    fn step(&mut self, way: Way<'a>) -> Result<Way<'a>, Problem> {
        match &way.target {
            Target::Resources(builder) => {
                let builder = *builder;
                let (piece, begins_path) = self.take();
                let way = self.from_resources(way, builder, piece)?;
                self.item_path(way, begins_path)
            }
            Target::Call { operation, .. } => match &operation.leads_to {
                Some(builder) if self.index.builder(builder).is_some() => Ok(Way {
                    target: Target::Resources(self.index.builder(builder).expect("it is there")),
                    code: way.code.then(Code::method("request_builder", Vec::new())),
                    is_item: false,
                    navigations: Vec::new(),
                }),
                _ => {
                    let name = &operation.qualified_name;
                    let next = self.pieces[self.at];
                    Err(self.problem(format!(
                        "`{next}` is behind `{name}`, whose result the metadata lets no address go on from"
                    )))
                }
            },
            Target::Value(rust_type) => {
                let rust_type = rust_type.clone();
                let (piece, _) = self.take();
                self.from_value(way, &rust_type, piece)
            }
            _ => {
                let next = self.pieces[self.at];
                Err(self.problem(format!("nothing can be behind it, as `{next}` is")))
            }
        }
    }

    fn from_resources(
        &mut self,
        way: Way<'a>,
        builder: &'a BuilderItem,
        piece: &'s str,
    ) -> Result<Way<'a>, Problem> {
        let is_many = builder.multiplicity.is_many();
        match piece {
            "$count" if is_many => {
                let method = find(builder, |kind| matches!(kind, MethodKind::Count(_)));
                return Ok(self.ended(
                    way,
                    Target::Count(builder.model.as_ref()),
                    method.is_none(),
                ));
            }
            "$value" if !is_many => {
                let content = StreamSegment::Content;
                return Ok(self.ended(way, bytes(builder, &content), false).at_value());
            }
            "$ref" => return self.references(way, None),
            _ => {}
        }
        let segment = Segment::of(piece);
        if let Some(way) = self.references_ahead(&way, builder, &segment)? {
            return Ok(way);
        }
        let navigated = self.navigate(
            &builder.methods,
            &segment,
            way.code.clone(),
            way.navigations.clone(),
        )?;
        if let Some(way) = navigated {
            return Ok(way);
        }
        if let Some(way) = self.cast(&way, builder, &segment) {
            return way;
        }
        let called = self.call(
            &builder.methods,
            &segment,
            way.code.clone(),
            way.navigations.clone(),
        )?;
        if let Some(way) = called {
            return Ok(way);
        }
        if is_many {
            return self.key_as_segment(way, builder, piece);
        }
        if let Some(way) = self.property(&way, builder, segment.name) {
            return Ok(way);
        }
        Err(self.nothing(builder, segment.name))
    }

    fn nothing(&self, builder: &BuilderItem, name: &str) -> Problem {
        let name = decoded(name);
        let of = builder.origin.type_name();
        let of = of.map_or_else(|| builder.name.to_string(), ToString::to_string);
        let fields = builder
            .model
            .as_ref()
            .and_then(|it| self.index.structure(it));
        let fields = fields.into_iter().flat_map(|it| &it.fields);
        let fields = fields.map(|field| field.wire_name.as_str());
        let methods = builder.methods.iter();
        let methods = methods.filter_map(|method| wire_name(method, self.index));
        let near = nearest(&name, fields.chain(methods));
        let problem = self.problem(format!(
            "`{name}` is nothing that `{}` has, which is a `{of}`",
            self.so_far()
        ));
        match near {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem,
        }
    }

    /// To a way on for which the client has no method.
    fn ended(&self, way: Way<'a>, target: Target<'a>, is_raw: bool) -> Way<'a> {
        let code = match (&target, is_raw) {
            (Target::Count(_), true) => way.code.then(Code::text(".resource()")),
            _ => way.code,
        };
        Way {
            code,
            target,
            ..way
        }
    }

    /// The references of the property whose resources the way leads to: the method is that of the builder
    /// before, so this is for a property that has none.
    fn references(&mut self, way: Way<'a>, key: Option<Code>) -> Result<Way<'a>, Problem> {
        let Target::Resources(builder) = way.target else {
            return Err(self.problem("`$ref` is behind something that is no resource".into()));
        };
        let (method, multiplicity) = match builder.multiplicity {
            Multiplicity::Many => (".references()", Multiplicity::Many),
            Multiplicity::One => (".reference()", Multiplicity::One),
        };
        let code = way.code.then(Code::text(".resource()"));
        Ok(Way {
            code: code.then(Code::text(method)),
            target: Target::References { multiplicity, key },
            ..way
        })
    }

    /// `members/$ref`, `members/{id}/$ref`
    fn references_ahead(
        &mut self,
        way: &Way<'a>,
        builder: &'a BuilderItem,
        segment: &Segment<'s>,
    ) -> Result<Option<Way<'a>>, Problem> {
        let ahead = &self.pieces[self.at..];
        let key = match (ahead, segment.arguments) {
            (["$ref"], key) => key,
            ([key, "$ref"], None) if !key.contains('.') || key.contains(['{', '-']) => Some(*key),
            _ => return Ok(None),
        };
        let found = builder
            .methods
            .iter()
            .find_map(|method| match &method.kind {
                MethodKind::References {
                    segment: name,
                    multiplicity,
                } if name.eq_ignore_ascii_case(segment.name) => Some((method, *multiplicity)),
                _ => None,
            });
        let Some((method, multiplicity)) = found else {
            return Ok(None);
        };
        let key = key.and_then(|key| {
            let name = format!("{}_id", segment.name.trim_end_matches('s'));
            let name = variable_name(&name, "id");
            from_url(key, &RustType::String, Taker::Converting, &name, self.scope)
        });
        self.at = self.pieces.len();
        Ok(Some(Way {
            code: way
                .code
                .clone()
                .then(Code::method(&method.name, Vec::new())),
            navigations: way.navigations.clone(),
            is_item: false,
            target: Target::References { multiplicity, key },
        }))
    }

    /// `microsoft.graph.user`
    fn cast(
        &mut self,
        way: &Way<'a>,
        builder: &'a BuilderItem,
        segment: &Segment<'_>,
    ) -> Option<Result<Way<'a>, Problem>> {
        let name = segment.name;
        let model = name
            .contains('.')
            .then(|| self.index.model_named(name))
            .flatten()?;
        let declared = builder.model.as_ref()?;
        if model == declared && segment.arguments.is_none() {
            // A cast to what it is says nothing.
            return Some(Ok(Way {
                code: way
                    .code
                    .clone()
                    .then(Code::text(".resource()"))
                    .then(Code::call(
                        ".cast",
                        vec![Code::string(&self.index.structure(model)?.qualified_name)],
                    )),
                navigations: way.navigations.clone(),
                is_item: way.is_item,
                target: Target::Value(match builder.multiplicity {
                    Multiplicity::Many => RustType::Vec(Box::new(RustType::Model(model.clone()))),
                    Multiplicity::One => RustType::Model(model.clone()),
                }),
            }));
        }
        let cast = find(builder, |kind| matches!(kind, MethodKind::Cast { .. }))?;
        let target = self.index.builder_of(model, builder.multiplicity)?;
        if !self.index.is_or_extends(model, declared) {
            let of = builder.origin.type_name()?;
            return Some(Err(
                self.problem(format!("`{name}` does not derive from `{of}`"))
            ));
        }
        let model = self.scope.item(model);
        let way = Way {
            code: way
                .code
                .clone()
                .then(Code::Text(format!(".{}::<{model}>()", cast.name))),
            navigations: way.navigations.clone(),
            is_item: way.is_item,
            target: Target::Resources(target),
        };
        Some(match segment.arguments {
            Some(key) if target.multiplicity.is_many() => self.key_in_parentheses(way, target, key),
            _ => Ok(way),
        })
    }

    /// A function or action of this name: the overload that takes the arguments.
    fn call(
        &mut self,
        methods: &'a [Method],
        segment: &Segment<'_>,
        code: Code,
        navigations: Vec<&'a Navigation>,
    ) -> Result<Option<Way<'a>>, Problem> {
        let name = decoded(segment.name);
        let bare = name.rsplit('.').next().unwrap_or(&name);
        let overloads = methods.iter().filter_map(|method| {
            let MethodKind::Call { target, arguments } = &method.kind else {
                return None;
            };
            let operation = self.index.operation(target)?;
            let segment = &operation.segment;
            let last = segment.rsplit('.').next().unwrap_or(segment);
            let is_it = segment.eq_ignore_ascii_case(&name) || last.eq_ignore_ascii_case(bare);
            is_it.then_some((method, operation, arguments))
        });
        let overloads: Vec<_> = overloads.collect();
        if overloads.is_empty() {
            return Ok(None);
        }
        let given = arguments(segment.arguments.unwrap_or_default());
        let fitting = overloads
            .iter()
            .find(|(_, operation, _)| takes(operation, &given));
        let Some((method, operation, required)) = fitting else {
            if given.is_empty() && self.has_body {
                let (_, operation, _) = overloads[0];
                return Ok(Some(self.untyped_call(code, operation)));
            }
            let known: Vec<_> = overloads
                .iter()
                .map(|(_, operation, _)| {
                    format!(
                        "`{}({})`",
                        operation.segment,
                        operation.parameters.join(", ")
                    )
                })
                .collect();
            return Err(self.problem(format!(
                "`{name}` takes other arguments: {}",
                known.join(" or ")
            )));
        };
        let code = match operation.is_action {
            // Its arguments come from the body.
            true => code,
            false => {
                match self.attempt_arguments(code.clone(), method, operation, required, &given) {
                    Ok(code) => code,
                    Err(problem) => return self.whole(problem, operation).map(Some),
                }
            }
        };
        Ok(Some(Way {
            code,
            navigations,
            is_item: false,
            target: Target::Call { operation, method },
        }))
    }

    /// The call with its arguments; nothing of them is left in the scope if one has no such value.
    fn attempt_arguments(
        &mut self,
        code: Code,
        method: &Method,
        operation: &OperationItem,
        required: &[Argument],
        given: &[(Option<&str>, &str)],
    ) -> Result<Code, Problem> {
        let before = self.scope.clone();
        let made = self.with_arguments(code, method, operation, required, given);
        if made.is_err() {
            *self.scope = before;
        }
        made
    }

    /// The whole address as it stands, since a function takes no such argument. It must end with the
    /// function, and have no placeholder.
    fn whole(&mut self, problem: Problem, operation: &OperationItem) -> Result<Way<'a>, Problem> {
        let address = self.pieces.join("/");
        if self.at < self.pieces.len() || address.contains('{') {
            return Err(problem);
        }
        self.scope.note(problem.message);
        Ok(Way {
            code: Code::text("client"),
            navigations: Vec::new(),
            is_item: false,
            target: Target::Whole {
                address: format!("/{address}"),
                result: result_of(operation),
            },
        })
    }

    /// A call of a function without arguments, which its declaration has.
    fn untyped_call(&mut self, code: Code, operation: &OperationItem) -> Way<'a> {
        self.scope.note(format!(
            "`{}` is declared with other parameters: it is called as it stands",
            operation.qualified_name
        ));
        let code = match code {
            Code::Text(_) => code
                .then(Code::text(".untyped()"))
                .then(Code::text(".root()")),
            code => code.then(Code::text(".resource()")),
        };
        let segment = Code::string(&operation.segment);
        Way {
            code: code.then(Code::method("segment", vec![segment])),
            navigations: Vec::new(),
            is_item: false,
            target: Target::Value(result_of(operation)),
        }
    }

    /// `.get_metrics(start, end).interval(15)`
    fn with_arguments(
        &mut self,
        code: Code,
        method: &Method,
        operation: &OperationItem,
        required: &[Argument],
        given: &[(Option<&str>, &str)],
    ) -> Result<Code, Problem> {
        let value_of = |argument: &Argument| {
            let mut values = given.iter();
            let is_named = |name: &str| name.eq_ignore_ascii_case(&argument.wire_name);
            values
                .find(|(name, _)| name.is_none_or(is_named))
                .map(|(_, value)| *value)
        };
        let mut passed = Vec::new();
        for argument in required {
            let value = value_of(argument).unwrap_or_default();
            passed.push(self.argument(argument, value)?);
        }
        let mut code = code.then(Code::method(&method.name, passed));
        for argument in &operation.optional {
            if let Some(value) = value_of(argument) {
                let value = self.argument(argument, value)?;
                code = code.then(Code::method(&argument.name, vec![value]));
            }
        }
        Ok(code)
    }

    fn argument(&mut self, argument: &Argument, value: &str) -> Result<Code, Problem> {
        let taker = Taker::of_argument(&argument.rust_type);
        let name = argument.name.plain();
        let code = from_url(value, &argument.rust_type, taker, name, self.scope);
        code.ok_or_else(|| {
            let value = decoded(value);
            self.problem(format!(
                "`{value}` is no value of the parameter `{}`",
                argument.wire_name
            ))
        })
    }

    fn key_in_parentheses(
        &mut self,
        way: Way<'a>,
        builder: &'a BuilderItem,
        key: &str,
    ) -> Result<Way<'a>, Problem> {
        let given = arguments(key);
        let keys = keys(builder);
        let is_it = |(_, key): &&(&Method, &KeyMethod)| {
            key.parts.len() == given.len()
                && given.iter().all(|(name, _)| match name {
                    Some(name) => key
                        .parts
                        .iter()
                        .any(|part| part.wire_name.eq_ignore_ascii_case(name)),
                    None => !key.is_named,
                })
        };
        let Some((method, key)) = keys.iter().find(is_it) else {
            let known = keys.iter().map(|(_, key)| {
                let parts: Vec<_> = key.parts.iter().map(|it| it.wire_name.as_str()).collect();
                format!("`({})`", parts.join(", "))
            });
            let known: Vec<_> = known.collect();
            return Err(self.problem(format!(
                "`({key})` is no key here; one is {}",
                known.join(" or ")
            )));
        };
        let mut parts = Vec::new();
        for part in &key.parts {
            let mut values = given.iter();
            let value = values
                .find(|(name, _)| name.is_none_or(|it| it.eq_ignore_ascii_case(&part.wire_name)));
            parts.push((part, value.map_or("", |(_, value)| *value)));
        }
        self.keyed(way, builder, method, key, &parts)
    }

    fn key_as_segment(
        &mut self,
        way: Way<'a>,
        builder: &'a BuilderItem,
        piece: &str,
    ) -> Result<Way<'a>, Problem> {
        let keys = keys(builder);
        let Some((method, key)) = keys
            .iter()
            .find(|(_, it)| it.parts.len() == 1 && !it.is_named)
        else {
            return Err(self.nothing(builder, piece));
        };
        // Within quotes, it is a key in parentheses alone.
        self.keyed(way, builder, method, key, &[(&key.parts[0], piece)])
    }

    fn keyed(
        &mut self,
        way: Way<'a>,
        builder: &'a BuilderItem,
        method: &Method,
        key: &KeyMethod,
        parts: &[(&Argument, &str)],
    ) -> Result<Way<'a>, Problem> {
        let Some(target) = self.index.builder(&key.target) else {
            return Err(self.nothing(builder, &key.target.name.to_string()));
        };
        let resource = key.target.module.last().map_or("", |it| it.plain());
        let mut passed = Vec::new();
        for (part, value) in parts {
            let name = key_name(resource, part.name.plain());
            let taker = match part.rust_type {
                RustType::String => Taker::Operand,
                _ => Taker::Exact,
            };
            let code = from_url(value, &part.rust_type, taker, &name, self.scope);
            let code = code.ok_or_else(|| {
                let value = decoded(value);
                self.problem(format!(
                    "`{value}` is no value of the key `{}`",
                    part.wire_name
                ))
            })?;
            passed.push(code);
        }
        Ok(Way {
            code: way.code.then(Code::method(&method.name, passed)),
            is_item: true,
            target: Target::Resources(target),
            ..way
        })
    }

    /// `root:/folder/file.txt:`: what comes behind a colon, as far as the next one, is a path of names.
    fn item_path(&mut self, way: Way<'a>, begins: bool) -> Result<Way<'a>, Problem> {
        if !begins {
            return Ok(way);
        }
        if self.at == self.pieces.len() {
            return Ok(way);
        }
        let Target::Resources(builder) = way.target else {
            return Err(
                self.problem("a path of names is behind something that is no resource".into())
            );
        };
        let method = builder
            .methods
            .iter()
            .find_map(|method| match &method.kind {
                MethodKind::ItemPath {
                    target,
                    delimiter: ':',
                } => Some((method, target)),
                _ => None,
            });
        let Some((method, target)) = method else {
            return Err(self.problem(format!(
                "`{}` is followed by a path of names, which the client knows no way for",
                self.so_far()
            )));
        };
        let mut names = Vec::new();
        while self.at < self.pieces.len() {
            let (name, is_last) = self.take();
            names.push(name);
            if is_last {
                break;
            }
        }
        let path = match names.as_slice() {
            [name] if placeholder(name).is_some() => {
                from_url(name, &RustType::String, Taker::Operand, "path", self.scope)
                    .expect("a text is any")
            }
            names => {
                let names: Vec<_> = names.iter().map(|it| decoded(it)).collect();
                Code::string(&names.join("/"))
            }
        };
        let target = self
            .index
            .builder(target)
            .ok_or_else(|| self.nothing(builder, "path"))?;
        Ok(Way {
            code: way.code.then(Code::method(&method.name, vec![path])),
            is_item: true,
            target: Target::Resources(target),
            ..way
        })
    }

    /// To the value of a property, for which there is no builder.
    fn property(&self, way: &Way<'a>, builder: &'a BuilderItem, name: &str) -> Option<Way<'a>> {
        let streams = StreamSegment::Property(name.to_owned());
        let with = |code, target| Way {
            code,
            navigations: Vec::new(),
            is_item: false,
            target,
        };
        let target = bytes(builder, &streams);
        if let Target::Bytes {
            download: Some(_), ..
        } = target
        {
            return Some(with(way.code.clone(), target));
        }
        let field = self.index.field(builder.model.as_ref()?, name)?;
        let code = way.code.clone().then(Code::text(".resource()"));
        let code = code.then(Code::method(
            "segment",
            vec![Code::string(&field.wire_name)],
        ));
        Some(with(code, Target::Value(field.rust_type.value())))
    }

    /// From a value to one in it, or to its bytes.
    fn from_value(
        &mut self,
        way: Way<'a>,
        rust_type: &RustType,
        piece: &str,
    ) -> Result<Way<'a>, Problem> {
        let name = decoded(piece);
        let segment =
            |code: Code, name: &str| code.then(Code::method("segment", vec![Code::string(name)]));
        match (rust_type, name.as_str()) {
            (RustType::Vec(_), "$count") => Ok(Way {
                code: way.code,
                target: Target::Count(None),
                ..way
            }),
            (_, "$value") => Ok(Way {
                code: segment(way.code, "$value"),
                target: Target::Bytes {
                    segment: None,
                    download: None,
                    upload: None,
                },
                ..way
            }),
            (RustType::Model(model), name) if self.index.field(model, name).is_some() => {
                let field = self.index.field(model, name).expect("it is there");
                Ok(Way {
                    code: segment(way.code, &field.wire_name),
                    target: Target::Value(field.rust_type.value()),
                    ..way
                })
            }
            _ => Err(self.problem(format!(
                "`{name}` is nothing that the value at `{}` has",
                self.so_far()
            ))),
        }
    }
}

impl<'a> Way<'a> {
    /// Bytes below a resource that is no media entity: what the metadata does not declare, and yet is there.
    fn at_value(self) -> Self {
        let Target::Bytes { download: None, .. } = self.target else {
            return self;
        };
        let code = self.code.then(Code::text(".resource()"));
        Self {
            code: code.then(Code::method("segment", vec![Code::string("$value")])),
            navigations: Vec::new(),
            target: Target::Bytes {
                segment: None,
                download: None,
                upload: None,
            },
            ..self
        }
    }
}

/// The methods for the bytes of a resource.
fn bytes<'a>(builder: &'a BuilderItem, wanted: &StreamSegment) -> Target<'a> {
    let is_it = |segment: &StreamSegment| segment.as_str().eq_ignore_ascii_case(wanted.as_str());
    Target::Bytes {
        segment: Some(wanted.as_str().to_owned()),
        download: find(
            builder,
            |kind| matches!(kind, MethodKind::Download(it) if is_it(it)),
        ),
        upload: find(
            builder,
            |kind| matches!(kind, MethodKind::Upload { content, .. } if is_it(content)),
        ),
    }
}

/// The first method of a kind.
pub(super) fn find(builder: &BuilderItem, is_it: impl Fn(&MethodKind) -> bool) -> Option<&Method> {
    builder.methods.iter().find(|method| is_it(&method.kind))
}

fn keys(builder: &BuilderItem) -> Vec<(&Method, &KeyMethod)> {
    let keys = builder
        .methods
        .iter()
        .filter_map(|method| match &method.kind {
            MethodKind::Key(key) => Some((method, key)),
            _ => None,
        });
    keys.collect()
}

/// The type of what a function gives.
fn result_of(operation: &OperationItem) -> RustType {
    match &operation.result {
        ResultType::Page(item) => RustType::Vec(Box::new(item.value())),
        ResultType::Object { rust_type, .. } | ResultType::Value { rust_type, .. } => {
            rust_type.value()
        }
        ResultType::Nothing | ResultType::Bytes => RustType::Json,
    }
}

/// Whether an operation takes these arguments; those of an action are in the body.
fn takes(operation: &OperationItem, given: &[(Option<&str>, &str)]) -> bool {
    if operation.is_action {
        return given.is_empty();
    }
    let is_given = |argument: &Argument| {
        let mut names = given.iter();
        names.any(|(name, _)| name.is_some_and(|it| it.eq_ignore_ascii_case(&argument.wire_name)))
    };
    let is_known = |name: Option<&str>| match name {
        Some(name) => operation
            .parameters
            .iter()
            .any(|it| it.eq_ignore_ascii_case(name)),
        // Without a name, it is the only one.
        None => operation.parameters.len() == 1,
    };
    let has_names = given.iter().all(|(name, _)| name.is_some());
    given.iter().all(|(name, _)| is_known(*name))
        && (!has_names || operation.required.iter().all(is_given))
}

/// A part of a key, called after the type of resource.
fn key_name(resource: &str, part: &str) -> String {
    match part.split('_').next() == resource.split('_').next() {
        true => part.to_owned(),
        false => format!("{resource}_{part}"),
    }
}

/// The segment that a method leads to.
fn wire_name<'a>(method: &'a Method, index: &Index<'a>) -> Option<&'a str> {
    match &method.kind {
        MethodKind::Navigate(to) => Some(&to.segment),
        MethodKind::Call { target, .. } => Some(&index.operation(target)?.segment),
        _ => None,
    }
}
