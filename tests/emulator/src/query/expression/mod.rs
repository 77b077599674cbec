//! The expressions of `$filter` and `$orderby` (OData URL Conventions, section "Common Expression
//! Syntax").
//!
//! They are held against the types of the metadata when they are read. What is grammatical and not
//! served is refused with 501 by name, everything else that is wrong with 400.

mod arithmetic;
mod call;
mod evaluate;
mod function;
mod parse;
mod path;
mod token;
mod types;

use crate::literal::Literal;
use crate::service::TypeRef;

pub(super) use arithmetic::{Number, calculate};
pub(super) use evaluate::Scope;
pub(super) use function::Function;
pub(super) use parse::{condition, expressions, is_primitive, value};

/// An expression whose types fit.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Literal(Literal),
    Path(Path),
    Not(Box<Expression>),
    Negate(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// Whether the value is among those of the list.
    In(Box<Expression>, Box<Expression>),
    List(Vec<Expression>),
    Call(Function, Vec<Expression>),
    /// `any` and `all`; the variable is known by its place among those that are open.
    Lambda {
        items: Box<Expression>,
        quantifier: Quantifier,
        condition: Option<Box<Expression>>,
    },
    /// The number of items that fit.
    Count {
        items: Box<Expression>,
        condition: Option<Box<Expression>>,
    },
    Cast(Box<Expression>, TypeRef),
    IsOf(Box<Expression>, TypeRef),
    /// The value of the first pair whose condition holds.
    Case(Vec<(Expression, Expression)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    Any,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Has,
    Add,
    Sub,
    Mul,
    Div,
    DivBy,
    Mod,
}

/// A way from an item to a value.
#[derive(Clone, Debug)]
pub(super) struct Path {
    /// How many variables were opened when the one was that the way starts from; 0 is the item
    /// that the whole expression is about.
    pub(super) from: usize,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Property { name: String, ty: TypeRef },
    Navigation { name: String },
    Cast(String),
}

impl Expression {
    /// The first operator or function that an index of plain values does not answer.
    pub(super) fn advanced(&self) -> Option<&'static str> {
        let parts: Vec<&Self> = match self {
            Self::Not(_) => return Some("'not'"),
            Self::Binary(Operator::Ne, ..) => return Some("'ne'"),
            Self::Call(Function::EndsWith, _) => return Some("'endswith'"),
            Self::Count { .. } => return Some("'$count' in $filter"),
            Self::Binary(_, left, right) | Self::In(left, right) => vec![left, right],
            Self::Call(_, parts) | Self::List(parts) => parts.iter().collect(),
            Self::Lambda { condition, .. } => condition.as_deref().into_iter().collect(),
            Self::Negate(part) | Self::Cast(part, _) | Self::IsOf(part, _) => vec![part],
            Self::Case(pairs) => pairs.iter().flat_map(|(a, b)| [a, b]).collect(),
            Self::Literal(_) | Self::Path(_) => Vec::new(),
        };
        parts.into_iter().find_map(Self::advanced)
    }
}

impl Operator {
    /// The operator of a name, whose case does not matter.
    fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "or" => Self::Or,
            "and" => Self::And,
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "gt" => Self::Gt,
            "ge" => Self::Ge,
            "lt" => Self::Lt,
            "le" => Self::Le,
            "has" => Self::Has,
            "add" => Self::Add,
            "sub" => Self::Sub,
            "mul" => Self::Mul,
            "div" => Self::Div,
            "divby" => Self::DivBy,
            "mod" => Self::Mod,
            _ => return None,
        })
    }

    /// How tightly it binds; higher goes first.
    fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Eq | Self::Ne => 3,
            Self::Gt | Self::Ge | Self::Lt | Self::Le => 4,
            Self::Add | Self::Sub => 5,
            Self::Mul | Self::Div | Self::DivBy | Self::Mod => 6,
            Self::Has => 8,
        }
    }

    fn is_arithmetic(self) -> bool {
        matches!(self.precedence(), 5 | 6)
    }

    fn name(self) -> String {
        format!("{self:?}").to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests;
