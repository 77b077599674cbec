//! Reads expressions, by precedence.

use super::token::{Kind, Token, tokens};
use super::types::{self, Class, Term, Typed, class, not_served, single};
use super::{Expression, Operator};
use crate::error::{Refusal, excerpt};
use crate::literal::Literal;
use crate::query::Asked;
use crate::service::{Service, TypeRef};

/// The deepest nesting of expressions.
const DEEPEST: usize = 50;

/// Reads the condition of an option such as `$filter` about items of a type.
pub(in crate::query) fn condition(
    asked: &Asked<'_>,
    ty: &str,
    text: &str,
    option: &str,
) -> Result<Expression, Refusal> {
    let mut parser = Parser::new(asked, ty, text, option)?;
    let condition = parser.expression(0)?;
    parser.end()?;
    parser.as_condition(condition)
}

/// Reads an expression alone, with its type if that is known.
pub(in crate::query) fn value(
    asked: &Asked<'_>,
    ty: &str,
    text: &str,
    option: &str,
) -> Result<(Expression, Option<TypeRef>), Refusal> {
    let mut parser = Parser::new(asked, ty, text, option)?;
    let value = parser.expression(0)?;
    parser.end()?;
    parser.read(value)
}

/// Whether values of a type are neither structured nor collections.
pub(in crate::query) fn is_primitive(service: &Service, ty: Option<&TypeRef>) -> bool {
    !matches!(class(service, ty), Class::Collection | Class::Structured)
}

/// Reads a list of expressions that a direction may follow each: `$orderby`. The flag says
/// whether it descends.
pub(in crate::query) fn expressions(
    asked: &Asked<'_>,
    ty: &str,
    text: &str,
    option: &str,
) -> Result<Vec<(Expression, bool)>, Refusal> {
    let mut parser = Parser::new(asked, ty, text, option)?;
    let mut expressions = Vec::new();
    loop {
        let typed = parser.expression(0)?;
        let (expression, ty) = parser.read(typed)?;
        if !is_primitive(asked.service, ty.as_ref()) {
            return Err(Refusal::bad_request(format!(
                "{option} takes primitive values only."
            )));
        }
        let direction = parser.take_word(|word| matches!(word, "asc" | "desc"));
        expressions.push((expression, direction.as_deref() == Some("desc")));
        if !parser.take(',') {
            break;
        }
    }
    parser.end()?;
    Ok(expressions)
}

pub(super) struct Parser<'a> {
    pub(super) service: &'a Service,
    pub(super) asked: &'a Asked<'a>,
    pub(super) option: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) depth: usize,
    /// The items that paths can start from: the item itself, then the open variables.
    pub(super) variables: Vec<(String, TypeRef)>,
    /// The place among them of the one that a path without a variable starts from.
    pub(super) item: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(
        asked: &'a Asked<'a>,
        ty: &str,
        text: &str,
        option: &'a str,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            service: asked.service,
            asked,
            option,
            tokens: tokens(text, option)?,
            at: 0,
            depth: 0,
            variables: vec![("$it".to_owned(), single(ty))],
            item: 0,
        })
    }

    // Tokens

    pub(super) fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    /// Whether the token at an offset follows the one before it without white space.
    pub(super) fn is_joined(&self, offset: usize) -> bool {
        let token = self.tokens.get(self.at + offset);
        token.is_some_and(|token| !token.spaced)
    }

    pub(super) fn is_mark(&self, offset: usize, mark: char) -> bool {
        let token = self.tokens.get(self.at + offset);
        token.is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    pub(super) fn take(&mut self, mark: char) -> bool {
        let is_next = self.is_mark(0, mark);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes a slash or an opening parenthesis that belongs to what stands before it.
    pub(super) fn take_joined(&mut self, mark: char) -> bool {
        self.is_joined(0) && self.take(mark)
    }

    pub(super) fn take_word(&mut self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let Some(Kind::Word(word)) = self.peek() else {
            return None;
        };
        let word = word.to_ascii_lowercase();
        if !wanted(&word) {
            return None;
        }
        self.at += 1;
        Some(word)
    }

    pub(super) fn expect(&mut self, mark: char) -> Result<(), Refusal> {
        if self.take(mark) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    pub(super) fn end(&self) -> Result<(), Refusal> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected()),
        }
    }

    pub(super) fn unexpected(&self) -> Refusal {
        match self.tokens.get(self.at) {
            Some(token) => self.refuse(&format!("'{}' is not expected", excerpt(&token.text()))),
            None => {
                Refusal::bad_request(format!("The expression of {} ends too early.", self.option))
            }
        }
    }

    pub(super) fn refuse(&self, what: &str) -> Refusal {
        Refusal::bad_request(format!("{what} in {}.", self.option))
    }

    // Terms

    pub(super) fn typed(&self, expression: Expression, ty: Option<TypeRef>, from: usize) -> Typed {
        let text: Vec<String> = self
            .tokens
            .get(from..self.at)
            .unwrap_or_default()
            .iter()
            .map(Token::text)
            .collect();
        Typed {
            term: Term::Read(expression, ty),
            text: text.concat(),
        }
    }

    /// An expression that has no neighbor to ask for a type.
    pub(super) fn read(&self, typed: Typed) -> Result<(Expression, Option<TypeRef>), Refusal> {
        match typed.term {
            Term::Read(expression, ty) => Ok((expression, ty)),
            Term::Unread(text) => types::read(self.service, &text, self.option),
        }
    }

    pub(super) fn class_of(&self, ty: Option<&TypeRef>) -> Class {
        class(self.service, ty)
    }

    /// An expression that is true or false.
    pub(super) fn condition(&mut self) -> Result<Expression, Refusal> {
        let typed = self.expression(0)?;
        self.as_condition(typed)
    }

    pub(super) fn as_condition(&self, typed: Typed) -> Result<Expression, Refusal> {
        let text = typed.text.clone();
        let (expression, ty) = self.read(typed)?;
        match self.class_of(ty.as_ref()) {
            Class::Boolean | Class::Unknown => Ok(expression),
            _ => Err(self.refuse(&format!("'{}' is no condition", excerpt(&text)))),
        }
    }

    // Operators

    pub(super) fn expression(&mut self, lowest: u8) -> Result<Typed, Refusal> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Refusal::bad_request(format!(
                "The expression of {} nests too deep.",
                self.option
            )));
        }
        let from = self.at;
        let mut left = self.unary()?;
        while let Some(Kind::Word(word)) = self.peek() {
            if word.eq_ignore_ascii_case("in") {
                self.at += 1;
                left = self.list(left, from)?;
                continue;
            }
            let Some(operator) = Operator::of(word) else {
                break;
            };
            if operator.precedence() <= lowest {
                break;
            }
            // White space stands around an operator.
            if self.is_joined(0) || self.is_joined(1) {
                return Err(self.unexpected());
            }
            self.at += 1;
            let right = self.expression(operator.precedence())?;
            left = self.binary(operator, left, right, from)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    pub(super) fn unary(&mut self) -> Result<Typed, Refusal> {
        let from = self.at;
        if self.is_not() {
            self.at += 1;
            let operand = self.expression(7)?;
            let condition = self.as_condition(operand)?;
            let not = Expression::Not(Box::new(condition));
            return Ok(self.typed(not, types::type_of(Class::Boolean), from));
        }
        if self.take('-') {
            let operand = self.expression(7)?;
            let (operand, ty) = self.read(operand)?;
            let class = self.class_of(ty.as_ref());
            if !matches!(class, Class::Number | Class::Duration | Class::Unknown) {
                return Err(self.refuse("Only numbers and durations can be negated"));
            }
            let negated = Expression::Negate(Box::new(operand));
            return Ok(self.typed(negated, ty, from));
        }
        self.primary()
    }

    /// `not` is an operator unless a member of this name is meant.
    pub(super) fn is_not(&self) -> bool {
        matches!(self.peek(), Some(Kind::Word(word)) if word.eq_ignore_ascii_case("not"))
            && !self.is_mark(1, '/')
            && self.tokens.len() > self.at + 1
    }

    pub(super) fn binary(
        &self,
        operator: Operator,
        left: Typed,
        right: Typed,
        from: usize,
    ) -> Result<Typed, Refusal> {
        let boxed = |a, b| Expression::Binary(operator, Box::new(a), Box::new(b));
        if matches!(operator, Operator::And | Operator::Or) {
            let (left, right) = (self.as_condition(left)?, self.as_condition(right)?);
            return Ok(self.typed(boxed(left, right), types::type_of(Class::Boolean), from));
        }
        if operator.is_arithmetic() {
            let ((left, a), (right, b)) = (self.read(left)?, self.read(right)?);
            let (a, b) = (self.class_of(a.as_ref()), self.class_of(b.as_ref()));
            let class = types::arithmetic(operator, a, b);
            let class = class.ok_or_else(|| self.does_not_take(operator, a, b))?;
            return Ok(self.typed(boxed(left, right), types::type_of(class), from));
        }
        let ((left, a), (right, b)) = self.pair(left, right)?;
        self.check_comparison(operator, a, b)?;
        Ok(self.typed(boxed(left, right), types::type_of(Class::Boolean), from))
    }

    /// Both sides of a comparison; a literal is read as what the other side is.
    #[expect(clippy::type_complexity, reason = "two of what `read` gives")]
    pub(super) fn pair(
        &self,
        left: Typed,
        right: Typed,
    ) -> Result<((Expression, Class), (Expression, Class)), Refusal> {
        let ((left, a), (right, b)) = match (&left.term, &right.term) {
            (Term::Read(_, Some(ty)), Term::Unread(text)) if !ty.collection => {
                let ty = ty.clone();
                let right = self.read_beside(text, &ty, &left.text)?;
                (self.read(left)?, (right, Some(ty)))
            }
            (Term::Unread(text), Term::Read(_, Some(ty))) if !ty.collection => {
                let ty = ty.clone();
                let left = self.read_beside(text, &ty, &right.text)?;
                ((left, Some(ty)), self.read(right)?)
            }
            _ => (self.read(left)?, self.read(right)?),
        };
        let of = |expression: &Expression, ty: Option<&TypeRef>| match expression {
            Expression::Literal(Literal::Null) => Class::Unknown,
            _ => self.class_of(ty),
        };
        let (a, b) = (of(&left, a.as_ref()), of(&right, b.as_ref()));
        Ok(((left, a), (right, b)))
    }

    pub(super) fn read_beside(
        &self,
        text: &str,
        ty: &TypeRef,
        beside: &str,
    ) -> Result<Expression, Refusal> {
        if self.class_of(Some(ty)) == Class::Structured && text != "null" {
            return Err(self.refuse(&format!(
                "'{}' is of type {} and is compared with a literal",
                excerpt(beside),
                ty.name
            )));
        }
        types::read_as(self.service, text, ty, beside, self.option)
    }

    pub(super) fn check_comparison(
        &self,
        operator: Operator,
        a: Class,
        b: Class,
    ) -> Result<(), Refusal> {
        let is_whole = |class| matches!(class, Class::Structured | Class::Collection);
        let has_null = a == Class::Unknown || b == Class::Unknown;
        let is_equality = matches!(operator, Operator::Eq | Operator::Ne);
        if (is_whole(a) || is_whole(b)) && !(has_null && is_equality) {
            return Err(match (a, b) {
                (a, b) if a == b => not_served(
                    &format!(
                        "'{}' between entities, objects or collections",
                        operator.name()
                    ),
                    self.option,
                ),
                _ => self.does_not_take(operator, a, b),
            });
        }
        let is_enum = |class| matches!(class, Class::Enumeration | Class::Unknown);
        let fits = match operator {
            Operator::Has => is_enum(a) && is_enum(b),
            _ => types::are_comparable(a, b),
        };
        if fits {
            Ok(())
        } else {
            Err(self.does_not_take(operator, a, b))
        }
    }

    pub(super) fn does_not_take(&self, operator: Operator, a: Class, b: Class) -> Refusal {
        let (a, b) = (format!("{a:?}"), format!("{b:?}"));
        self.refuse(&format!(
            "'{}' does not take {} and {}",
            operator.name(),
            a.to_ascii_lowercase(),
            b.to_ascii_lowercase()
        ))
    }

    /// What follows `in`: literals in parentheses, JSON, or a collection.
    pub(super) fn list(&mut self, left: Typed, from: usize) -> Result<Typed, Refusal> {
        let mut items = Vec::new();
        let mut left_read = None;
        let list = if self.take('(') {
            loop {
                let item = self.expression(0)?;
                let ((read, a), (item, b)) = self.pair(left.clone(), item)?;
                self.check_comparison(Operator::Eq, a, b)?;
                left_read = Some(read);
                items.push(item);
                if !self.take(',') {
                    break;
                }
            }
            self.expect(')')?;
            Expression::List(items)
        } else {
            let list = self.primary()?;
            let (list, ty) = self.read(list)?;
            if !ty.is_none_or(|ty| ty.collection) {
                return Err(self.refuse("'in' wants a list or a collection"));
            }
            list
        };
        let left = match left_read {
            Some(left) => left,
            None => self.read(left)?.0,
        };
        let within = Expression::In(Box::new(left), Box::new(list));
        Ok(self.typed(within, types::type_of(Class::Boolean), from))
    }

    // Primaries

    pub(super) fn primary(&mut self) -> Result<Typed, Refusal> {
        let from = self.at;
        let Some(kind) = self.peek().cloned() else {
            return Err(self.unexpected());
        };
        match kind {
            Kind::Mark('(') => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.expect(')')?;
                Ok(inner)
            }
            Kind::Literal(text) => {
                self.at += 1;
                Ok(Typed {
                    term: Term::Unread(text.clone()),
                    text,
                })
            }
            Kind::Json(value) => {
                self.at += 1;
                Ok(self.typed(Expression::Literal(Literal::Json(value)), None, from))
            }
            Kind::Alias(name) => {
                self.at += 1;
                self.alias(&name)
            }
            Kind::Word(word) if self.is_mark(1, '(') && self.is_joined(1) => {
                self.at += 2;
                self.call(&word, from)
            }
            Kind::Word(word) => match self.computed(&word) {
                Some((value, ty)) => {
                    self.at += 1;
                    Ok(self.typed(value, ty, from))
                }
                None => self.path(from),
            },
            Kind::Mark(_) => Err(self.unexpected()),
        }
    }

    /// What the request computes under this name, where the item itself is meant.
    fn computed(&self, name: &str) -> Option<(Expression, Option<TypeRef>)> {
        let mut computed = self.asked.computed.iter();
        let found = computed.find(|it| it.name == name && self.item == 0)?;
        Some((found.value.clone(), found.ty.clone()))
    }

    /// The expression that the query gives an alias; null when it gives none.
    pub(super) fn alias(&mut self, name: &str) -> Result<Typed, Refusal> {
        let text = self.asked.query.get(name).unwrap_or("null").to_owned();
        let tokens = std::mem::replace(&mut self.tokens, tokens(&text, name)?);
        let at = std::mem::replace(&mut self.at, 0);
        let typed = self.expression(0)?;
        self.end()?;
        (self.tokens, self.at) = (tokens, at);
        Ok(typed)
    }
}
