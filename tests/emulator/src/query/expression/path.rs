//! Paths, and the operators that end them.

use super::parse::Parser;
use super::token::Kind;
use super::types::{self, Class, Typed, not_served, single};
use super::{Expression, Path, Quantifier, Step};
use crate::error::{Refusal, excerpt};
use crate::service::TypeRef;

impl Parser<'_> {
    pub(super) fn path(&mut self, from: usize) -> Result<Typed, Refusal> {
        let (first, mut ty) = self.start()?;
        let mut path = Path {
            from: first,
            steps: Vec::new(),
        };
        // A path that is a variable alone has no further step.
        let mut is_first = !matches!(self.tokens.get(from), Some(t) if self.is_variable(&t.text()));
        if !is_first {
            self.at += 1;
        }
        while is_first || self.take_joined('/') {
            is_first = false;
            let is_apart = self.at > from && !self.is_joined(0);
            let Some(Kind::Word(name)) = self.peek().cloned().filter(|_| !is_apart) else {
                return Err(self.unexpected());
            };
            let is_call = self.is_mark(1, '(') && self.is_joined(1);
            let lower = name.to_ascii_lowercase();
            self.at += 1;
            match lower.as_str() {
                "any" | "all" if is_call => return self.lambda(&lower, path, ty, from),
                "$count" => return self.count(path, ty, from),
                _ if is_call => {
                    return Err(match name.contains('.') {
                        true => not_served(&format!("the function '{name}'"), self.option),
                        false => not_served(&format!("a key after '{name}'"), self.option),
                    });
                }
                "$filter" | "$search" | "$each" => {
                    return Err(not_served(&format!("the segment '{name}'"), self.option));
                }
                _ => ty = self.step(&mut path, ty, &name)?,
            }
        }
        let value = Expression::Path(path);
        Ok(self.typed(value, ty, from))
    }

    fn is_variable(&self, name: &str) -> bool {
        name == "$this" || self.variables.iter().any(|(variable, _)| variable == name)
    }

    /// The item that a path starts from: a variable, or the item itself.
    fn start(&self) -> Result<(usize, Option<TypeRef>), Refusal> {
        let Some(Kind::Word(name)) = self.peek() else {
            return Err(self.unexpected());
        };
        if name == "$root" {
            return Err(not_served("'$root'", self.option));
        }
        let mut open = self.variables.iter().enumerate().rev();
        let found = if name == "$this" {
            open.next()
        } else {
            open.find(|(_, (variable, _))| variable == name)
        };
        let (index, (_, ty)) = found
            .or_else(|| self.variables.iter().enumerate().nth(self.item))
            .ok_or_else(|| self.unexpected())?;
        Ok((index, Some(ty.clone())))
    }

    fn step(
        &self,
        path: &mut Path,
        ty: Option<TypeRef>,
        name: &str,
    ) -> Result<Option<TypeRef>, Refusal> {
        let Some(owner) = ty else {
            // Below a member that is not declared nothing is.
            let ty = single("Edm.Untyped");
            let name = name.to_owned();
            path.steps.push(Step::Property { name, ty });
            return Ok(None);
        };
        let name = self.service.spelled(&owner, name);
        if let Some(cast) = self.service.cast(name) {
            path.steps.push(Step::Cast(cast.clone()));
            let collection = owner.collection;
            return Ok(Some(TypeRef {
                name: cast,
                collection,
            }));
        }
        if owner.collection {
            return Err(self.refuse(&format!(
                "'{}' follows a collection, whose items only 'any', 'all' and '$count' see,",
                excerpt(name)
            )));
        }
        if let Some(navigation) = self.service.navigation(&owner.name, name) {
            let name = name.to_owned();
            path.steps.push(Step::Navigation { name });
            return Ok(Some(navigation.ty.clone()));
        }
        if let Some(property) = self.service.property(&owner.name, name) {
            let (name, ty) = (name.to_owned(), property.ty.clone());
            path.steps.push(Step::Property {
                name,
                ty: ty.clone(),
            });
            return Ok(Some(ty));
        }
        if self.service.is_open(&owner.name) && !name.starts_with('$') {
            let ty = single("Edm.Untyped");
            let name = name.to_owned();
            path.steps.push(Step::Property { name, ty });
            return Ok(None);
        }
        Err(crate::query::no_such_property(name, &owner.name))
    }

    /// The items that a lambda operator or `$count` is about, and the type of one.
    fn items(&self, path: Path, ty: Option<TypeRef>) -> Result<(Expression, TypeRef), Refusal> {
        match ty {
            Some(ty) if ty.collection => Ok((Expression::Path(path), single(&ty.name))),
            None => Ok((Expression::Path(path), single("Edm.Untyped"))),
            Some(ty) => Err(self.refuse(&format!(
                "A collection is wanted where the type is {}",
                ty.name
            ))),
        }
    }

    fn lambda(
        &mut self,
        name: &str,
        path: Path,
        ty: Option<TypeRef>,
        from: usize,
    ) -> Result<Typed, Refusal> {
        let quantifier = match name {
            "any" => Quantifier::Any,
            _ => Quantifier::All,
        };
        let (items, item) = self.items(path, ty)?;
        self.expect('(')?;
        let condition = if quantifier == Quantifier::Any && self.take(')') {
            None
        } else {
            let Some(Kind::Word(variable)) = self.peek().cloned() else {
                return Err(self.unexpected());
            };
            self.at += 1;
            self.expect(':')?;
            let condition = self.about((variable, item))?;
            self.expect(')')?;
            Some(Box::new(condition))
        };
        let lambda = Expression::Lambda {
            items: Box::new(items),
            quantifier,
            condition,
        };
        Ok(self.typed(lambda, types::type_of(Class::Boolean), from))
    }

    /// A condition in which one more variable is open.
    fn about(&mut self, variable: (String, TypeRef)) -> Result<Expression, Refusal> {
        self.variables.push(variable);
        let condition = self.condition();
        self.variables.pop();
        condition
    }

    fn count(&mut self, path: Path, ty: Option<TypeRef>, from: usize) -> Result<Typed, Refusal> {
        let (items, item) = self.items(path, ty)?;
        let mut condition = None;
        if self.take_joined('(') {
            let Some(option) = self.take_word(|word| matches!(word, "$filter" | "$search")) else {
                return Err(self.unexpected());
            };
            if option == "$search" {
                return Err(not_served("'$search' after '$count'", self.option));
            }
            self.expect('=')?;
            // Paths in it start from the counted item, as in an option of its own.
            let outer = std::mem::replace(&mut self.item, self.variables.len());
            condition = Some(Box::new(self.about(("$this".to_owned(), item))?));
            self.item = outer;
            self.expect(')')?;
        }
        let items = Box::new(items);
        let count = Expression::Count { items, condition };
        Ok(self.typed(count, Some(single("Edm.Int64")), from))
    }
}
