//! From a documented address to the calls that lead there.

mod calls;
mod keys;

use crate::api::{
    BuilderItem, ItemPath, Method, MethodKind, Navigation, OperationItem, RustType, StreamSegment,
};
use crate::diagnostic::nearest;
use crate::edm::Multiplicity;
use crate::edm::vocabulary::Capability;
use crate::layout::Code;
use crate::slice::path::Segment;
use crate::snippet::address::decoded;
use crate::snippet::index::{Index, Page};
use crate::snippet::literal::Taker;
use crate::snippet::problem::{Problem, ProblemKind};
use crate::snippet::resource::Resource as _;
use crate::snippet::scope::{Scope, variable_name};
use crate::snippet::value::from_url;

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
            let problem = self.problem("a batch is not a single request".into());
            return Err(problem
                .with_help("write its requests one by one; `client.batch()` sends them together"));
        }
        if self.pieces.is_empty() {
            return Err(
                self.problem("the address is the service root, which takes no requests".into())
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
            Some(_) => Err(self.problem(format!("`{name}` is a single resource and takes no key"))),
            None => Ok(Some(way)),
        }
    }

    /// One segment further.
    fn step(&mut self, way: Way<'a>) -> Result<Way<'a>, Problem> {
        match &way.target {
            Target::Resources(builder) => {
                let builder = *builder;
                let (piece, begins_path) = self.take();
                let way = self.behind_resources(way, builder, piece)?;
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
                        "`{next}` follows `{name}`, which is not composable: no path continues from its result"
                    )))
                }
            },
            Target::Value(rust_type) => {
                let rust_type = rust_type.clone();
                let (piece, _) = self.take();
                self.behind_value(way, &rust_type, piece)
            }
            _ => {
                let next = self.pieces[self.at];
                Err(self.problem(format!("`{next}` follows something that ends a path")))
            }
        }
    }

    fn behind_resources(
        &mut self,
        way: Way<'a>,
        builder: &'a BuilderItem,
        piece: &'s str,
    ) -> Result<Way<'a>, Problem> {
        let is_many = builder.multiplicity.is_many();
        match piece {
            "$count" if is_many => {
                let has_method = find(builder, |it| matches!(it, MethodKind::Count(_))).is_some();
                return Ok(Way {
                    code: match has_method {
                        true => way.code,
                        false => way.code.resource(),
                    },
                    target: Target::Count(builder.model.as_ref()),
                    ..way
                });
            }
            "$value" if !is_many => {
                return Ok(Way {
                    target: bytes(builder, &StreamSegment::Content),
                    ..way
                });
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
        let types = self.index.model_names();
        let types = types.filter(|_| name.contains('.'));
        let near = nearest(&name, fields.chain(methods).chain(types));
        let problem = self.problem(format!("`{}`, a `{of}`, has no `{name}`", self.so_far()));
        match near {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem,
        }
    }

    /// The references of the property whose resources the way leads to: the method is that of the builder
    /// before, so this is for a property that has none.
    fn references(&mut self, way: Way<'a>, key: Option<Code>) -> Result<Way<'a>, Problem> {
        let Target::Resources(builder) = way.target else {
            return Err(self.problem("`$ref` follows something that is not a resource".into()));
        };
        let (method, multiplicity) = match builder.multiplicity {
            Multiplicity::Many => (".references()", Multiplicity::Many),
            Multiplicity::One => (".reference()", Multiplicity::One),
        };
        Ok(Way {
            code: way.code.resource().then(Code::text(method)),
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
            self.scope.note(format!(
                "the resource is declared as `{name}`, so the cast is left out"
            ));
            return Some(Ok(Way {
                code: way.code.clone(),
                navigations: way.navigations.clone(),
                is_item: way.is_item,
                target: Target::Resources(builder),
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
        let code = way.code.clone().resource().segment(&field.wire_name);
        Some(with(code, Target::Value(field.rust_type.value())))
    }

    /// From a value to one in it, or to its bytes.
    fn behind_value(
        &mut self,
        way: Way<'a>,
        rust_type: &RustType,
        piece: &str,
    ) -> Result<Way<'a>, Problem> {
        let name = decoded(piece);
        match (rust_type, name.as_str()) {
            (RustType::Vec(_), "$count") => Ok(Way {
                code: way.code,
                target: Target::Count(None),
                ..way
            }),
            (_, "$value") => Ok(Way {
                code: way.code.segment("$value"),
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
                    code: way.code.segment(&field.wire_name),
                    target: Target::Value(field.rust_type.value()),
                    ..way
                })
            }
            _ => Err(self.problem(format!("the value at `{}` has no `{name}`", self.so_far()))),
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

/// The segment that a method leads to.
fn wire_name<'a>(method: &'a Method, index: &Index<'a>) -> Option<&'a str> {
    match &method.kind {
        MethodKind::Navigate(to) => Some(&to.segment),
        MethodKind::Call { target, .. } => Some(&index.operation(target)?.segment),
        _ => None,
    }
}
