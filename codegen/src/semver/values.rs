//! Values that parameters may have, and those that absent ones stand for.

use super::annotations::texts;
use super::{Comparison, Kind, became, or_none};
use crate::edm::{Operation, Parameter, vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Comparison<'_> {
    pub(super) fn default_value(
        &mut self,
        place: (&str, Option<&str>),
        old: &Parameter,
        new: &Parameter,
    ) {
        let default = |parameter: &'_ Parameter| -> Option<String> {
            let optional = vocabulary::optional_parameter(&parameter.annotations)?;
            optional.default_value.map(str::to_owned)
        };
        let (before, after) = (default(old), default(new));
        if before == after {
            return;
        }
        let is_allowed = |parameter: &Parameter, value: &Option<String>| {
            let allowed = vocabulary::allowed_values(&parameter.annotations);
            allowed
                .iter()
                .any(|allowed| Some(allowed.value) == value.as_deref())
        };
        let loses_default = is_allowed(old, &before)
            && !vocabulary::allowed_values(&new.annotations).is_empty()
            && !is_allowed(new, &after);
        let kind = match loses_default {
            true => Kind::AllowedDefaultRemoved,
            false => Kind::DefaultValueChanged,
        };
        let detail = became(or_none(before), or_none(after));
        self.push(kind, place.0, place.1, detail);
    }

    pub(super) fn allowed_values(
        &mut self,
        (owner, member): (&str, Option<&str>),
        old: &Parameter,
        new: &Parameter,
    ) {
        let old = vocabulary::allowed_values(&old.annotations);
        let new = vocabulary::allowed_values(&new.annotations);
        match (old.is_empty(), new.is_empty()) {
            (true, true) => return,
            (true, false) => {
                return self.push(Kind::AllowedValuesListed, owner, member, String::new());
            }
            (false, true) => {
                return self.push(Kind::AllowedValuesDropped, owner, member, String::new());
            }
            (false, false) => {}
        }
        for value in &old {
            match new.iter().find(|now| now.value == value.value) {
                None => {
                    self.push(Kind::AllowedValueRemoved, owner, member, shown(value));
                }
                Some(now) if now.symbolic_name != value.symbolic_name => {
                    let detail = became(shown(value), shown(now));
                    self.push(Kind::AllowedValueRenamed, owner, member, detail);
                }
                Some(now) if now.description != value.description => {
                    let texts = texts(value.description, now.description);
                    let detail = format!("{}: {texts}", shown(value));
                    self.push(Kind::DescriptionChanged, owner, member, detail);
                }
                Some(_) => {}
            }
        }
        for value in &new {
            if !old.iter().any(|before| before.value == value.value) {
                self.push(Kind::AllowedValueAdded, owner, member, shown(value));
            }
        }
    }

    /// Parameters of one name share an enumeration as long as they list the same values.
    pub(super) fn diverged_values(&mut self) {
        let (old, new) = (
            value_lists(&self.old.operations),
            value_lists(&self.new.operations),
        );
        for (key, old) in &old {
            let Some(new) = new.get(key) else { continue };
            if old.len() != new.len() {
                let lists = |count: usize| match count {
                    1 => "one list".to_owned(),
                    count => format!("{count} lists"),
                };
                let (namespace, parameter) = key;
                let owner = format!("parameters of {namespace}");
                let detail = became(lists(old.len()), lists(new.len()));
                self.push(Kind::AllowedValuesDiverged, owner, Some(parameter), detail);
            }
        }
    }
}

fn shown(value: &vocabulary::AllowedValue<'_>) -> String {
    match value.symbolic_name {
        Some(name) => format!("{} ({name})", value.value),
        None => value.value.to_owned(),
    }
}

/// The lists of allowed values of all parameters, by namespace and parameter name.
fn value_lists(operations: &[Operation]) -> BTreeMap<(Arc<str>, Arc<str>), BTreeSet<String>> {
    let mut lists: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for operation in operations {
        for parameter in &operation.parameters {
            let values = vocabulary::allowed_values(&parameter.annotations);
            if !values.is_empty() {
                let optional = vocabulary::optional_parameter(&parameter.annotations);
                let default = optional.and_then(|optional| optional.default_value);
                let key = (operation.name.namespace.clone(), parameter.name.clone());
                let list = format!("{} {values:?} {default:?}", parameter.type_ref);
                lists.entry(key).or_default().insert(list);
            }
        }
    }
    lists
}
