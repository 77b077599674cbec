//! Functions and actions on the way.

use super::{Target, Walk, Way};
use crate::api::{Argument, Method, MethodKind, Navigation, OperationItem, ResultType, RustType};
use crate::layout::Code;
use crate::slice::path::Segment;
use crate::snippet::address::{arguments, decoded};
use crate::snippet::literal::Taker;
use crate::snippet::problem::Problem;
use crate::snippet::resource::Resource as _;
use crate::snippet::value::from_url;

impl<'a> Walk<'a, '_> {
    /// A function or action of this name: the overload that takes the arguments.
    pub(super) fn call(
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
                "no overload of `{name}` takes these arguments; it has {}",
                known.join(", ")
            )));
        };
        let code = match operation.is_action {
            // Its arguments come from the body.
            true => code,
            false => {
                let before = self.scope.clone();
                match self.with_arguments(code, method, operation, required, &given) {
                    Ok(code) => code,
                    Err(problem) => {
                        // Nothing of the arguments is left.
                        *self.scope = before;
                        return self.whole(problem, operation).map(Some);
                    }
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

    /// The whole address as it stands, since a function takes no such argument. It must end with the
    /// function, and have no placeholder.
    pub(super) fn whole(
        &mut self,
        problem: Problem,
        operation: &OperationItem,
    ) -> Result<Way<'a>, Problem> {
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
    pub(super) fn untyped_call(&mut self, code: Code, operation: &OperationItem) -> Way<'a> {
        self.scope.note(format!(
            "`{}` is declared with parameters that the address leaves out",
            operation.qualified_name
        ));
        Way {
            code: code.resource().segment(&operation.segment),
            navigations: Vec::new(),
            is_item: false,
            target: Target::Value(result_of(operation)),
        }
    }

    /// `.get_metrics(start, end).interval(15)`
    pub(super) fn with_arguments(
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

    pub(super) fn argument(&mut self, argument: &Argument, value: &str) -> Result<Code, Problem> {
        let taker = Taker::of_argument(&argument.rust_type);
        let name = argument.name.plain();
        let code = from_url(value, &argument.rust_type, taker, name, self.scope);
        code.ok_or_else(|| {
            let value = decoded(value);
            self.problem(format!(
                "`{value}` is not a valid value for the parameter `{}`",
                argument.wire_name
            ))
        })
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
