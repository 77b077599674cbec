//! Calls of functions.

use super::function::Function;
use super::parse::Parser;
use super::types::{self, Class, Term, Typed, not_served, single};
use super::{Expression, Path};
use crate::error::{Refusal, excerpt};
use crate::literal::Literal;
use crate::service::TypeRef;

impl Parser<'_> {
    /// A function's arguments, after the opening parenthesis.
    pub(super) fn call(&mut self, name: &str, from: usize) -> Result<Typed, Refusal> {
        match name.to_ascii_lowercase().as_str() {
            "cast" | "isof" => return self.type_function(name, from),
            "case" => return self.case(from),
            _ => {}
        }
        if name.eq_ignore_ascii_case("now") && self.take(')') {
            let now = Expression::Literal(Literal::DateTimeOffset(self.asked.now));
            return Ok(self.typed(now, types::type_of(Class::Instant), from));
        }
        let Some(function) = Function::of(name) else {
            return Err(self.unknown_function(name));
        };
        let mut arguments = Vec::new();
        if !self.take(')') {
            loop {
                let argument = self.expression(0)?;
                let expected = function.takes_text(arguments.len());
                arguments.push(self.argument(argument, expected)?);
                if !self.take(',') {
                    break;
                }
            }
            self.expect(')')?;
        }
        let classes: Vec<Class> = arguments
            .iter()
            .map(|(_, ty)| self.class_of(ty.as_ref()))
            .collect();
        let returns = function
            .returns(&classes)
            .map_err(|what| self.refuse(&format!("'{name}' {what}")))?;
        let arguments = arguments.into_iter().map(|(argument, _)| argument);
        let call = Expression::Call(function, arguments.collect());
        Ok(self.typed(call, types::type_of(returns), from))
    }

    fn argument(
        &self,
        argument: Typed,
        is_text: bool,
    ) -> Result<(Expression, Option<TypeRef>), Refusal> {
        // Where a text is wanted, a literal without quotes is not read as something else.
        match &argument.term {
            Term::Unread(text) if is_text && text != "null" => {
                let ty = single("Edm.String");
                let read = types::read_as(self.service, text, &ty, "the argument", self.option)?;
                Ok((read, Some(ty)))
            }
            _ => self.read(argument),
        }
    }

    fn unknown_function(&self, name: &str) -> Refusal {
        let lower = name.to_ascii_lowercase();
        if name.contains('.') || matches!(lower.as_str(), "matchespattern" | "aggregate") {
            return not_served(&format!("the function '{name}'"), self.option);
        }
        let item = self.variables.get(self.item).map_or("", |(_, ty)| &ty.name);
        if self.service.navigation(item, name).is_some() {
            return not_served(&format!("a key after '{name}'"), self.option);
        }
        Refusal::bad_request(format!(
            "{} knows no function '{}'.",
            self.option,
            excerpt(name)
        ))
    }

    /// `cast` and `isof`, whose last argument is a type, with or without quotes.
    fn type_function(&mut self, name: &str, from: usize) -> Result<Typed, Refusal> {
        let of = |index: usize, parser: &Self| match parser.tokens.get(parser.at + index) {
            Some(token) => token.text().trim_matches('\'').to_owned(),
            None => String::new(),
        };
        let operand = if self.is_mark(1, ')') && self.type_name(&of(0, self)).is_some() {
            let item = self.variables.get(self.item).map(|(_, ty)| ty.clone());
            let path = Path {
                from: self.item,
                steps: Vec::new(),
            };
            (Expression::Path(path), item)
        } else {
            let operand = self.expression(0)?;
            self.expect(',')?;
            self.read(operand)?
        };
        let written = of(0, self);
        let ty = self
            .type_name(&written)
            .ok_or_else(|| self.refuse(&format!("'{}' is no type", excerpt(&written))))?;
        self.at += 1;
        self.expect(')')?;
        let operand = Box::new(operand.0);
        if name.eq_ignore_ascii_case("isof") {
            let is = Expression::IsOf(operand, ty);
            return Ok(self.typed(is, types::type_of(Class::Boolean), from));
        }
        let cast = Expression::Cast(operand, ty.clone());
        if self.take_joined('/') {
            return Err(not_served("a path after 'cast'", self.option));
        }
        Ok(self.typed(cast, Some(ty), from))
    }

    /// The type of a name in full.
    fn type_name(&self, written: &str) -> Option<TypeRef> {
        let name = self.service.full_name(written);
        let is_known = name.starts_with("Edm.") || self.service.is_declared(&name);
        is_known.then(|| single(&name))
    }

    /// `case(condition:value,…)`.
    fn case(&mut self, from: usize) -> Result<Typed, Refusal> {
        let mut pairs = Vec::new();
        let mut ty = None;
        loop {
            let condition = self.condition()?;
            self.expect(':')?;
            let value = self.expression(0)?;
            let (value, value_type) = self.read(value)?;
            ty = ty.or(value_type);
            pairs.push((condition, value));
            if !self.take(',') {
                break;
            }
        }
        self.expect(')')?;
        Ok(self.typed(Expression::Case(pairs), ty, from))
    }
}
