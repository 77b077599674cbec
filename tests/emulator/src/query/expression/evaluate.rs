//! The values of expressions for one item.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{Expression, Operator, Path, Quantifier, Step, arithmetic};
use crate::literal::{self, Literal};
use crate::service::{Primitive, Service, TypeRef, ValueType};
use crate::store::{Id, Store};

/// What an expression's value can be.
#[derive(Clone, Debug)]
pub(in crate::query) enum Datum {
    One(Literal),
    Entity(Id),
    /// A complex value and its type.
    Object(Map<String, Value>, String),
    Many(Vec<Datum>),
}

/// What an expression is about.
pub(in crate::query) struct Scope<'a> {
    service: &'a Service,
    store: &'a Store,
    /// The item, then the values of the open variables.
    open: Vec<Datum>,
}

impl Datum {
    const NULL: Self = Self::One(Literal::Null);

    /// The primitive value; null stands for everything else.
    pub(super) fn literal(&self) -> Literal {
        match self {
            Self::One(literal) => literal.clone(),
            _ => Literal::Null,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::One(Literal::Null))
    }

    /// The items of a collection; JSON and null count as collections where one is wanted.
    fn items(self) -> Vec<Self> {
        match self {
            Self::Many(items) => items,
            Self::One(Literal::Json(Value::Array(items))) => {
                items.iter().map(|item| Self::One(untyped(item))).collect()
            }
            Self::One(Literal::Null) => Vec::new(),
            other => vec![other],
        }
    }
}

impl<'a> Scope<'a> {
    pub(in crate::query) fn new(service: &'a Service, store: &'a Store, id: Id) -> Self {
        Self {
            service,
            store,
            open: vec![Datum::Entity(id)],
        }
    }

    /// Whether a condition is true; neither false nor null is.
    pub(in crate::query) fn holds(&mut self, condition: &Expression) -> bool {
        self.truth(condition) == Some(true)
    }

    /// The primitive value of an expression.
    pub(in crate::query) fn value(&mut self, expression: &Expression) -> Literal {
        self.evaluate(expression).literal()
    }

    fn truth(&mut self, condition: &Expression) -> Option<bool> {
        match self.value(condition) {
            Literal::Boolean(value) => Some(value),
            _ => None,
        }
    }

    fn evaluate(&mut self, expression: &Expression) -> Datum {
        let of_truth = |truth: Option<bool>| truth.map_or(Literal::Null, Literal::Boolean);
        Datum::One(match expression {
            Expression::Literal(literal) => literal.clone(),
            Expression::Path(path) => return self.follow(path),
            Expression::Not(condition) => of_truth(self.truth(condition).map(|truth| !truth)),
            Expression::Negate(operand) => arithmetic::negate(&self.value(operand)),
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expression::In(item, list) => {
                let item = self.evaluate(item);
                let list = self.evaluate(list).items();
                Literal::Boolean(list.iter().any(|other| are_equal(&item, other)))
            }
            Expression::List(items) => {
                return Datum::Many(items.iter().map(|item| self.evaluate(item)).collect());
            }
            Expression::Call(function, arguments) => {
                let arguments: Vec<Datum> = arguments
                    .iter()
                    .map(|argument| self.evaluate(argument))
                    .collect();
                return function.apply(&arguments);
            }
            Expression::Lambda {
                items,
                quantifier,
                condition,
            } => {
                let items = self.evaluate(items).items();
                let fits = self.count(items.clone(), condition.as_deref());
                Literal::Boolean(match quantifier {
                    Quantifier::Any => fits > 0,
                    Quantifier::All => fits == items.len(),
                })
            }
            Expression::Count { items, condition } => {
                let items = self.evaluate(items).items();
                let count = self.count(items, condition.as_deref());
                Literal::Integer(i64::try_from(count).unwrap_or(i64::MAX))
            }
            Expression::Cast(operand, ty) => {
                let value = self.evaluate(operand);
                return self.cast(value, ty);
            }
            Expression::IsOf(operand, ty) => {
                let value = self.evaluate(operand);
                Literal::Boolean(self.is_of(&value, ty))
            }
            Expression::Case(pairs) => {
                for (condition, value) in pairs {
                    if self.holds(condition) {
                        return self.evaluate(value);
                    }
                }
                Literal::Null
            }
        })
    }

    /// How many items a condition holds for.
    fn count(&mut self, items: Vec<Datum>, condition: Option<&Expression>) -> usize {
        let Some(condition) = condition else {
            return items.len();
        };
        let mut count = 0;
        for item in items {
            self.open.push(item);
            count += usize::from(self.holds(condition));
            self.open.pop();
        }
        count
    }

    /// Null makes a result null, but for comparisons and where the other side decides.
    fn binary(&mut self, operator: Operator, left: &Expression, right: &Expression) -> Literal {
        match operator {
            Operator::And | Operator::Or => {
                let decides = operator == Operator::Or;
                let left = self.truth(left);
                if left == Some(decides) {
                    return Literal::Boolean(decides);
                }
                match (left, self.truth(right)) {
                    (_, Some(right)) if right == decides => Literal::Boolean(decides),
                    (Some(_), Some(right)) => Literal::Boolean(right),
                    _ => Literal::Null,
                }
            }
            Operator::Eq | Operator::Ne => {
                let (left, right) = (self.evaluate(left), self.evaluate(right));
                Literal::Boolean(are_equal(&left, &right) == (operator == Operator::Eq))
            }
            _ => {
                let (left, right) = (self.value(left), self.value(right));
                operator.apply(&left, &right)
            }
        }
    }

    fn follow(&self, path: &Path) -> Datum {
        let Some(mut at) = self.open.get(path.from).cloned() else {
            return Datum::NULL;
        };
        for step in &path.steps {
            at = match (at, step) {
                (Datum::Entity(id), Step::Property { name, ty }) => {
                    let entity = self.store.entity(id).ok();
                    let value = entity.and_then(|entity| entity.members.get(name));
                    value.map_or_else(|| absent(ty), |value| self.datum(value, ty))
                }
                (Datum::Object(members, _), Step::Property { name, ty }) => members
                    .get(name)
                    .map_or_else(|| absent(ty), |value| self.datum(value, ty)),
                (Datum::One(Literal::Json(value)), Step::Property { name, ty }) => value
                    .get(name)
                    .map_or_else(|| absent(ty), |value| self.datum(value, ty)),
                (Datum::Entity(id), Step::Navigation { name }) => self.linked(id, name),
                (Datum::Many(items), Step::Cast(ty)) => {
                    let ty = &super::types::single(ty);
                    let is = |item: &Datum| self.is_of(item, ty);
                    Datum::Many(items.into_iter().filter(is).collect())
                }
                (item, Step::Cast(ty)) => self.cast(item, &super::types::single(ty)),
                _ => Datum::NULL,
            };
        }
        at
    }

    fn linked(&self, id: Id, name: &str) -> Datum {
        let ids = self.store.linked(id, name);
        let owner = self.store.entity(id).map_or("", |entity| &entity.ty);
        let navigation = self.service.navigation(owner, name);
        if navigation.is_some_and(|navigation| navigation.ty.collection) {
            return Datum::Many(ids.into_iter().map(Datum::Entity).collect());
        }
        ids.first().map_or(Datum::NULL, |id| Datum::Entity(*id))
    }

    fn datum(&self, value: &Value, ty: &TypeRef) -> Datum {
        if let (Value::Array(items), true) = (value, ty.collection) {
            let item = super::types::single(&ty.name);
            return Datum::Many(items.iter().map(|value| self.datum(value, &item)).collect());
        }
        let value_type = self.service.value_type(ty);
        match (value, &value_type) {
            (Value::Object(members), ValueType::Structured(name)) => {
                let said = members.get("@odata.type").and_then(Value::as_str);
                let said = said.and_then(|said| self.service.cast(said.trim_start_matches('#')));
                Datum::Object(members.clone(), said.unwrap_or_else(|| name.clone()))
            }
            _ => Datum::One(
                literal::from_json(value, &value_type).unwrap_or_else(|_| untyped(value)),
            ),
        }
    }

    fn is_of(&self, value: &Datum, ty: &TypeRef) -> bool {
        match value {
            Datum::Entity(id) => self
                .store
                .entity(*id)
                .is_ok_and(|entity| self.service.is_or_derives_from(&entity.ty, &ty.name)),
            Datum::Object(_, own) => self.service.is_or_derives_from(own, &ty.name),
            Datum::Many(_) => ty.collection,
            Datum::One(Literal::Null) => false,
            value @ Datum::One(_) => !self.cast(value.clone(), ty).is_null(),
        }
    }

    /// The value as one of another type; null when it is none.
    fn cast(&self, value: Datum, ty: &TypeRef) -> Datum {
        let literal = match value {
            Datum::One(literal) => literal,
            item if self.is_of(&item, ty) => return item,
            _ => return Datum::NULL,
        };
        let value_type = self.service.value_type(ty);
        let text = match literal::to_json(&literal, self.service.behavior.alphabet) {
            Value::String(text) => text,
            Value::Null => return Datum::NULL,
            other => other.to_string(),
        };
        if value_type == ValueType::Primitive(Primitive::String) {
            return Datum::One(Literal::String(text));
        }
        let cast = literal::parse_value(&text, &value_type);
        Datum::One(cast.unwrap_or(Literal::Null))
    }
}

impl Operator {
    fn apply(self, a: &Literal, b: &Literal) -> Literal {
        if self.is_arithmetic() {
            return arithmetic::calculate(self, a, b);
        }
        if let (Self::Has, Literal::Enum(a), Literal::Enum(b)) = (self, a, b) {
            return Literal::Boolean(a.value & b.value == b.value);
        }
        // No order holds with null.
        if *a == Literal::Null || *b == Literal::Null {
            return Literal::Boolean(false);
        }
        let ordering = a.order(b);
        Literal::Boolean(ordering.is_some_and(|ordering| match self {
            Self::Gt => ordering == Ordering::Greater,
            Self::Ge => ordering != Ordering::Less,
            Self::Lt => ordering == Ordering::Less,
            Self::Le => ordering != Ordering::Greater,
            _ => false,
        }))
    }
}

fn are_equal(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::One(a), Datum::One(b)) => a.order(b) == Some(Ordering::Equal),
        (Datum::Entity(a), Datum::Entity(b)) => a == b,
        _ => false,
    }
}

/// A member that nobody set.
fn absent(ty: &TypeRef) -> Datum {
    if ty.collection {
        Datum::Many(Vec::new())
    } else {
        Datum::NULL
    }
}

/// The value of a member that is not declared: it has whatever type its JSON has.
fn untyped(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::Null,
        Value::String(text) => Literal::String(text.clone()),
        Value::Bool(value) => Literal::Boolean(*value),
        Value::Number(number) => Literal::Decimal(number.to_string()),
        other => Literal::Json(other.clone()),
    }
}
