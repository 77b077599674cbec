//! Keys: in parentheses, as segments, and paths of names in place of them.

use super::{Target, Walk, Way};
use crate::api::{Argument, BuilderItem, KeyMethod, Method, MethodKind, RustType, key_argument};
use crate::layout::Code;
use crate::snippet::address::{arguments, decoded};
use crate::snippet::literal::Taker;
use crate::snippet::problem::Problem;
use crate::snippet::scope::placeholder;
use crate::snippet::value::from_url;

impl<'a> Walk<'a, '_> {
    pub(super) fn key_in_parentheses(
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
                "`({key})` is not a key of this collection: expected {}",
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

    pub(super) fn key_as_segment(
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

    pub(super) fn keyed(
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
            let name = key_argument(resource, &part.name);
            let taker = match part.rust_type {
                RustType::String => Taker::Operand,
                _ => Taker::Exact,
            };
            let code = from_url(value, &part.rust_type, taker, name.plain(), self.scope);
            let code = code.ok_or_else(|| {
                let value = decoded(value);
                self.problem(format!(
                    "`{value}` is not a valid value for the key `{}`",
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
    pub(super) fn item_path(&mut self, way: Way<'a>, begins: bool) -> Result<Way<'a>, Problem> {
        if !begins || self.at == self.pieces.len() {
            return Ok(way);
        }
        let Target::Resources(builder) = way.target else {
            return Err(
                self.problem("an item path follows something that is not a resource".into())
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
                "items below `{}` are not addressed by their paths",
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
