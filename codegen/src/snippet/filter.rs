//! `$filter` and what else is made of properties, with their constants.

use super::index::Index;
use super::literal::Taker;
use super::scope::Scope;
use super::syntax::{Expression, parse};
use super::value::from_url;
use crate::api::{ItemPath, RustType};
use crate::layout::Code;
use heck::ToSnakeCase as _;

/// The condition with the client's constants; `None` if it says what these cannot.
pub(super) fn filter(text: &str, model: &ItemPath, scope: &mut Scope<'_>) -> Option<Code> {
    let expression = parse(text)?;
    let mut filter = Filter {
        index: scope.index,
        model,
        variables: Vec::new(),
        scope,
    };
    filter.condition(&expression)
}

/// The constant of a property, or a path that begins with it, and the type of its values.
pub(super) fn path(
    path: &str,
    model: &ItemPath,
    scope: &mut Scope<'_>,
) -> Option<(Code, RustType)> {
    let names: Vec<_> = path.split('/').map(|name| name.trim().to_owned()).collect();
    let mut filter = Filter {
        index: scope.index,
        model,
        variables: Vec::new(),
        scope,
    };
    filter.path(&names)
}

struct Filter<'a, 's> {
    index: &'s Index<'a>,
    model: &'s ItemPath,
    /// Those of the lambdas around: the name in the request, that in Rust, and the type of the items.
    variables: Vec<(String, String, RustType)>,
    scope: &'s mut Scope<'a>,
}

impl Filter<'_, '_> {
    fn condition(&mut self, expression: &Expression) -> Option<Code> {
        match expression {
            Expression::Not(inner) => Some(Code::after("!", self.condition(inner)?)),
            Expression::Binary {
                operator,
                left,
                right,
            } => match operator.as_str() {
                "and" | "or" => {
                    let left = self.condition(left)?;
                    // `!a.and(b)` would be another condition.
                    if matches!(left, Code::After(..)) {
                        let mut text = String::from("(");
                        left.write_flat(&mut text);
                        let right = self.condition(right)?;
                        return Some(
                            Code::Text(text + ")").then(Code::method(operator, vec![right])),
                        );
                    }
                    let right = self.condition(right)?;
                    Some(left.then(Code::method(operator, vec![right])))
                }
                "eq" | "ne" | "gt" | "ge" | "lt" | "le" => self.comparison(operator, left, right),
                "has" => {
                    let (code, rust_type) = self.value(left)?;
                    let right = self.literal(right, &rust_type)?;
                    Some(code.then(Code::method("has", vec![right])))
                }
                "in" => {
                    let (code, rust_type) = self.value(left)?;
                    let Expression::List(items) = &**right else {
                        return None;
                    };
                    let items = items.iter().map(|item| self.literal(item, &rust_type));
                    let items = Code::array(items.collect::<Option<_>>()?);
                    Some(code.then(Code::method("is_in", vec![items])))
                }
                _ => None,
            },
            Expression::Call { name, arguments } => {
                let method = match name.to_lowercase().as_str() {
                    "contains" => "contains",
                    "startswith" => "starts_with",
                    "endswith" => "ends_with",
                    _ => return None,
                };
                let [of, text] = arguments.as_slice() else {
                    return None;
                };
                let (code, rust_type) = self.value(of)?;
                if rust_type != RustType::String {
                    return None;
                }
                let text = self.operand(text, &rust_type)?;
                Some(code.then(Code::method(method, vec![text])))
            }
            Expression::Lambda {
                path,
                is_all,
                variable,
                condition,
            } => self.lambda(path, *is_all, variable, condition.as_deref()),
            Expression::Path(names) => {
                let (code, rust_type) = self.path(names)?;
                (rust_type == RustType::Bool).then_some(code)
            }
            Expression::Literal(_) | Expression::List(_) => None,
        }
    }

    fn comparison(
        &mut self,
        operator: &str,
        left: &Expression,
        right: &Expression,
    ) -> Option<Code> {
        let (code, rust_type) = self.value(left)?;
        if *right == Expression::Literal("null".to_owned()) {
            return match operator {
                "eq" => Some(code.then(Code::text(".is_null()"))),
                "ne" => Some(code.then(Code::text(".is_not_null()"))),
                _ => None,
            };
        }
        if matches!(
            rust_type,
            RustType::Vec(_) | RustType::Model(_) | RustType::Json
        ) {
            return None;
        }
        let right = self.operand(right, &rust_type)?;
        Some(code.then(Code::method(operator, vec![right])))
    }

    /// A literal, or another value of this type.
    fn operand(&mut self, expression: &Expression, rust_type: &RustType) -> Option<Code> {
        if let Expression::Literal(_) = expression {
            return self.literal(expression, rust_type);
        }
        let (code, other) = self.value(expression)?;
        (other == *rust_type).then_some(code)
    }

    fn literal(&mut self, expression: &Expression, rust_type: &RustType) -> Option<Code> {
        let Expression::Literal(text) = expression else {
            return None;
        };
        let is_quoted = text.contains('\'');
        match rust_type {
            // Another literal than the type's would be another request.
            RustType::String if !is_quoted && !text.starts_with('{') => None,
            RustType::Bool | RustType::DateTime | RustType::Date | RustType::Guid if is_quoted => {
                None
            }
            // An unknown member may be a mistake, or a member of another type.
            _ => {
                // It is decoded already; it must not be once more.
                let text = text.replace('%', "%25");
                from_url(&text, rust_type, Taker::Operand, "value", self.scope)
            }
        }
    }

    /// What has a value, with methods of its own.
    fn value(&mut self, expression: &Expression) -> Option<(Code, RustType)> {
        match expression {
            Expression::Path(names) => self.path(names),
            Expression::Call { name, arguments } => self.function(name, arguments),
            _ => None,
        }
    }

    fn function(&mut self, name: &str, arguments: &[Expression]) -> Option<(Code, RustType)> {
        let [of] = arguments else {
            return None;
        };
        let (code, rust_type) = self.value(of)?;
        let (method, given) = match (&rust_type, name.to_lowercase().as_str()) {
            (RustType::String, "tolower") => ("to_lower", RustType::String),
            (RustType::String, "toupper") => ("to_upper", RustType::String),
            (RustType::String, "trim") => ("trim", RustType::String),
            (RustType::String, "length") => ("length", RustType::I32),
            (RustType::DateTime | RustType::Date, "year") => ("year", RustType::I32),
            (RustType::DateTime | RustType::Date, "month") => ("month", RustType::I32),
            (RustType::DateTime | RustType::Date, "day") => ("day", RustType::I32),
            (RustType::DateTime | RustType::TimeOfDay, "hour") => ("hour", RustType::I32),
            (RustType::DateTime | RustType::TimeOfDay, "minute") => ("minute", RustType::I32),
            (RustType::DateTime | RustType::TimeOfDay, "second") => ("second", RustType::I32),
            _ => return None,
        };
        Some((code.then(Code::method(method, Vec::new())), given))
    }

    fn lambda(
        &mut self,
        path: &[String],
        is_all: bool,
        variable: &str,
        condition: Option<&Expression>,
    ) -> Option<Code> {
        let (code, rust_type) = self.path(path)?;
        let RustType::Vec(item) = rust_type else {
            return None;
        };
        let Some(condition) = condition else {
            return Some(code.then(Code::text(".has_items()")));
        };
        let name = self.scope.name(&variable.to_snake_case());
        self.variables
            .push((variable.to_owned(), name.clone(), item.value()));
        let condition = self.condition(condition);
        self.variables.pop();
        let closure = Code::after(format!("|{name}| "), condition?);
        let method = if is_all { "all" } else { "any" };
        Some(code.then(Code::method(method, vec![closure])))
    }

    /// `User::MANAGER.then(User::DISPLAY_NAME)`
    fn path(&mut self, names: &[String]) -> Option<(Code, RustType)> {
        let (first, rest) = names.split_first()?;
        let variable = self.variables.iter().rev().find(|(name, ..)| name == first);
        let (mut code, mut rust_type) = match variable {
            Some((_, name, rust_type)) => (Code::text(name), rust_type.clone()),
            None => {
                let model = self.model.clone();
                self.property(&model, first)?
            }
        };
        for (at, name) in rest.iter().enumerate() {
            let is_last = at + 1 == rest.len();
            match &rust_type {
                RustType::Vec(_) if name == "$count" && is_last => {
                    return Some((code.then(Code::text(".count()")), RustType::I64));
                }
                RustType::Model(model) => {
                    let model = model.clone();
                    let (step, next) = self.property(&model, name)?;
                    code = code.then(Code::method("then", vec![step]));
                    rust_type = next;
                }
                _ => return None,
            }
        }
        Some((code, rust_type))
    }

    fn property(&mut self, model: &ItemPath, name: &str) -> Option<(Code, RustType)> {
        let field = self.index.field(model, name)?;
        let model = self.scope.item(model);
        let code = Code::Text(format!("{model}::{}", field.constant));
        Some((code, field.rust_type.value()))
    }
}
