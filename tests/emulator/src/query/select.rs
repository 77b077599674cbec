//! `$select`.

use super::apply::Computed;
use super::no_such_property;
use crate::error::{Refusal, excerpt};
use crate::service::{Service, TypeRef};

/// The members to answer with.
#[derive(Debug)]
pub(crate) struct Selection {
    /// The paths as they were asked for.
    pub(crate) paths: Vec<String>,
    /// Whether `*` is among them.
    pub(crate) all: bool,
}

impl Selection {
    pub(super) fn parse(
        service: &Service,
        ty: &str,
        text: &str,
        computed: &[Computed],
    ) -> Result<Self, Refusal> {
        let mut selection = Self {
            paths: Vec::new(),
            all: false,
        };
        for item in text.split(',').map(str::trim) {
            if item == "*" {
                selection.all = true;
                continue;
            }
            if item.contains('(') {
                return Err(Refusal::not_implemented(format!(
                    "The emulator does not serve options inside $select, as in '{}'.",
                    excerpt(item)
                )));
            }
            if computed.iter().any(|it| it.name == item) {
                selection.paths.push(item.to_owned());
                continue;
            }
            // Operations have no value to answer with.
            if is_operation(service, item) {
                continue;
            }
            selection.paths.push(check(service, ty, item)?);
        }
        Ok(selection)
    }

    /// Whether a member is selected, whole or in part.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut firsts = self.paths.iter().map(|path| first(path));
        self.all || firsts.any(|first| first == name)
    }

    /// The members of a complex value to answer with; `None` for all of them.
    pub(super) fn within(&self, name: &str) -> Option<Vec<&str>> {
        let of_member = self.paths.iter().filter(|path| first(path) == name);
        let rest: Option<Vec<&str>> = of_member
            .map(|path| path.split_once('/').map(|(_, rest)| rest))
            .collect();
        rest.filter(|rest| !rest.is_empty())
    }
}

fn first(path: &str) -> &str {
    path.split_once('/').map_or(path, |(first, _)| first)
}

/// Checks a path of `$select`, and takes casts out of it.
fn check(service: &Service, ty: &str, path: &str) -> Result<String, Refusal> {
    let mut owner = ty.to_owned();
    let mut names = Vec::new();
    for name in path.split('/') {
        if let Some(cast) = service.cast(name) {
            owner = cast;
            continue;
        }
        let name = service.spelled(&one(&owner), name);
        let property = service.property(&owner, name).map(|p| p.ty.name.clone());
        let navigation = || service.navigation(&owner, name).map(|n| n.ty.name.clone());
        let is_dynamic = service.is_open(&owner) && !name.is_empty();
        let dynamic = || is_dynamic.then(|| "Edm.Untyped".to_owned());
        let found = property.or_else(navigation).or_else(dynamic);
        owner = found.ok_or_else(|| no_such_property(name, &owner))?;
        names.push(name.to_owned());
    }
    if names.is_empty() {
        return Err(no_such_property(path, ty));
    }
    Ok(names.join("/"))
}

fn one(ty: &str) -> TypeRef {
    TypeRef {
        name: ty.to_owned(),
        collection: false,
    }
}

/// Whether an item names operations: `my.promote`, or `my.*` for all of a namespace.
fn is_operation(service: &Service, item: &str) -> bool {
    let name = service.full_name(item);
    let Some((namespace, simple)) = name.rsplit_once('.') else {
        return false;
    };
    let mut operations = service.operations.values().flatten();
    operations.any(|operation| {
        operation.namespace == namespace && (simple == "*" || operation.name == simple)
    })
}
