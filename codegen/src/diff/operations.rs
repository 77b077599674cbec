//! Functions and actions.

use super::annotations::texts;
use super::matching::{Sides, Sort, pair};
use super::members::nullability;
use super::{Comparison, Kind, became, or_none};
use crate::edm::{Operation, Parameter, ReturnType, TypeRef, vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Operations that only their parameters tell apart: simple name and what they are called on.
type Overloads<'m> = BTreeMap<(String, Option<TypeRef>), Vec<&'m Operation>>;

impl<'m> Comparison<'m> {
    pub(super) fn operations(&mut self) {
        self.diverged_values();
        let old = self.overloads(&self.old.operations, true);
        let mut new = self.overloads(&self.new.operations, false);
        let (mut removed, mut same) = (Vec::new(), Vec::new());
        for (key, old) in old {
            let rest = matched(old, new.entry(key).or_default(), &mut same);
            removed.extend(rest);
        }
        let mut added: Vec<_> = new.into_values().flatten().collect();
        self.renamed_operations(&mut removed, &mut added, &mut same);
        for operation in removed {
            let place = place(operation, &self.old.operations);
            self.push(Kind::OperationRemoved, place, None, String::new());
        }
        for operation in added {
            let place = place(operation, &self.new.operations);
            self.push(Kind::OperationAdded, place, None, signature(operation));
        }
        for (old, new) in same {
            self.operation(old, new);
        }
    }

    fn overloads(&self, operations: &'m [Operation], is_old: bool) -> Overloads<'m> {
        let mut overloads = Overloads::new();
        for operation in operations {
            let binding = operation.binding.as_ref().map(|b| &b.type_ref);
            let binding = binding.map(|type_ref| self.reference(type_ref, is_old));
            let key = (operation.name.name.to_string(), binding);
            overloads.entry(key).or_default().push(operation);
        }
        overloads
    }

    /// A reference with the names of the new model.
    fn reference(&self, type_ref: &TypeRef, is_old: bool) -> TypeRef {
        match is_old {
            true => self.new_type(type_ref),
            false => type_ref.clone(),
        }
    }

    /// Moves the operations of which all but the name is the same to `same`.
    fn renamed_operations(
        &mut self,
        removed: &mut Vec<&'m Operation>,
        added: &mut Vec<&'m Operation>,
        same: &mut Vec<(&'m Operation, &'m Operation)>,
    ) {
        let shapes = |operations: &[&'m Operation], is_old| -> Vec<_> {
            let shape = |o: &&'m Operation| (o.name.name.clone(), self.shape(o, is_old));
            operations.iter().map(shape).collect()
        };
        let pairs = pair(&shapes(removed, true), &shapes(added, false));
        let renamed: Vec<_> = pairs
            .iter()
            .map(|(from, to)| (removed[*from], added[*to]))
            .collect();
        for (from, to) in &renamed {
            let detail = became(&from.name.name, &to.name.name);
            let place = place(to, &self.new.operations);
            self.push(Kind::OperationRenamed, place, None, detail);
        }
        same.extend(&renamed);
        removed.retain(|o| !renamed.iter().any(|(from, _)| std::ptr::eq(*from, *o)));
        added.retain(|o| !renamed.iter().any(|(_, to)| std::ptr::eq(*to, *o)));
    }

    /// All of an operation but its name and annotations.
    fn shape(&self, operation: &Operation, is_old: bool) -> String {
        let reference = |type_ref: &TypeRef| self.reference(type_ref, is_old).to_string();
        let parameter = |p: &Parameter| {
            let is_optional = vocabulary::optional_parameter(&p.annotations).is_some();
            (
                p.name.clone(),
                reference(&p.type_ref),
                p.is_nullable(),
                is_optional,
            )
        };
        let parameters: Vec<_> = operation.parameters.iter().map(parameter).collect();
        let binding = operation.binding.as_ref().map(|b| reference(&b.type_ref));
        let returned = operation.return_type.as_ref();
        let returned = returned.map(|r| (reference(&r.type_ref), is_option(r)));
        format!(
            "{:?} {binding:?} {parameters:?} {returned:?}",
            operation.kind
        )
    }

    fn operation(&mut self, old: &'m Operation, new: &'m Operation) {
        let place = place(new, &self.new.operations);
        if old.kind != new.kind {
            let kind = |operation: &Operation| format!("{:?}", operation.kind).to_lowercase();
            self.push(
                Kind::OperationKindChanged,
                &place,
                None,
                became(kind(old), kind(new)),
            );
        }
        if old.name.namespace != new.name.namespace {
            let detail = became(&old.name, &new.name);
            self.push(Kind::OperationMoved, &place, None, detail);
        }
        let details = |o: &Operation| (o.is_composable, o.entity_set_path.clone());
        if details(old) != details(new) {
            self.push(Kind::OperationDetailChanged, &place, None, String::new());
        }
        self.returned(&place, old.return_type.as_ref(), new.return_type.as_ref());
        self.parameters(&place, old, new);
        self.operation_annotations(&place, &old.annotations, &new.annotations);
    }

    fn returned(&mut self, place: &str, old: Option<&ReturnType>, new: Option<&ReturnType>) {
        let (old_ref, new_ref) = (old.map(|r| &r.type_ref), new.map(|r| &r.type_ref));
        if old_ref.map(|old| self.new_type(old)).as_ref() != new_ref {
            let detail = became(or_none(old_ref), or_none(new_ref));
            self.push(Kind::ReturnTypeChanged, place, None, detail);
        } else if old.map(is_option) != new.map(is_option)
            && let Some(new) = new
        {
            let now = is_option(new);
            let detail = became(nullability(!now), nullability(now));
            self.push(Kind::ReturnNullabilityChanged, place, None, detail);
        }
    }

    fn parameters(&mut self, place: &str, old: &'m Operation, new: &'m Operation) {
        let stayed = self.matched_parameters(place, old, new);
        let order = |operation: &'m Operation, of: &dyn Fn(&Stayed<'m>) -> &'m Parameter| {
            let required = operation.parameters.iter().filter(|p| !is_optional(p));
            let position = |p: &Parameter| stayed.iter().position(|s| std::ptr::eq(of(s), p));
            required.filter_map(position).collect::<Vec<_>>()
        };
        let is_required = |index: &usize| {
            let (_, old, new) = &stayed[*index];
            !is_optional(old) && !is_optional(new)
        };
        let mut before = order(old, &|stayed| stayed.1);
        let mut after = order(new, &|stayed| stayed.2);
        before.retain(is_required);
        after.retain(is_required);
        if before != after {
            let names = |order: &[usize]| -> String {
                let names: Vec<_> = order.iter().map(|index| &*stayed[*index].0).collect();
                names.join(", ")
            };
            let detail = became(names(&before), names(&after));
            self.push(Kind::RequiredParametersReordered, place, None, detail);
        }
        for (name, old, new) in stayed {
            self.parameter((place, Some(&name)), old, new);
        }
    }

    /// Reports the parameters that came, went or were renamed, and gives those that stayed.
    fn matched_parameters(
        &mut self,
        place: &str,
        old: &'m Operation,
        new: &'m Operation,
    ) -> Vec<Stayed<'m>> {
        let by_name = |operation: &'m Operation, optional: bool| {
            let parameters = operation.parameters.iter().enumerate();
            let names = parameters.filter(move |(_, p)| is_optional(p) == optional);
            names
                .map(|(_, p)| (p.name.clone(), p))
                .collect::<BTreeMap<_, _>>()
        };
        let mut stayed = Vec::new();
        for optional in [false, true] {
            let (mut old_of, mut new_of) = (by_name(old, optional), by_name(new, optional));
            // A parameter that changes sides is the same parameter.
            for (name, new) in by_name(new, !optional) {
                if let Some(old) = old_of.remove(&name) {
                    stayed.push((name, old, new));
                }
            }
            let had: BTreeSet<_> = old.parameters.iter().map(|p| &p.name).collect();
            new_of.retain(|name, _| old_of.contains_key(name) || !had.contains(name));
            let sides = Sides::of(old_of, new_of);
            let shape = |c: &Self, p: &Parameter, is_old: bool| {
                let operation = if is_old { old } else { new };
                let position = operation.parameters.iter().position(|q| std::ptr::eq(p, q));
                // Required parameters are told apart by their position.
                let position = position.filter(|_| !optional);
                (position, c.reference(&p.type_ref, is_old), p.is_nullable())
            };
            let sort = if optional { &OPTIONAL } else { &REQUIRED };
            stayed.extend(self.settle(place, sort, sides, shape));
        }
        stayed
    }

    fn parameter(&mut self, place: (&str, Option<&str>), old: &Parameter, new: &Parameter) {
        let (was, is) = (is_optional(old), is_optional(new));
        match (was, is) {
            (true, false) => {
                self.push(Kind::ParameterMadeRequired, place.0, place.1, String::new());
            }
            (false, true) => {
                self.push(Kind::ParameterMadeOptional, place.0, place.1, String::new());
            }
            _ => {}
        }
        self.type_ref(
            Kind::ParameterTypeChanged,
            place,
            &old.type_ref,
            &new.type_ref,
        );
        if was == is && old.is_nullable() != new.is_nullable() {
            let shapes_argument = !was && !is && !new.type_ref.is_collection;
            let kind = match shapes_argument {
                true => Kind::ParameterNullabilityChanged,
                false => Kind::ParameterDetailChanged,
            };
            let detail = became(
                nullability(old.is_nullable()),
                nullability(new.is_nullable()),
            );
            self.push(kind, place.0, place.1, detail);
        }
        if old.facets != new.facets {
            let detail = super::types::facets(&old.facets, &new.facets).join(", ");
            self.push(Kind::ParameterDetailChanged, place.0, place.1, detail);
        }
        self.default_value(place, old, new);
        self.allowed_values(place, old, new);
        self.annotations(place, &old.annotations, &new.annotations);
    }

    fn default_value(&mut self, place: (&str, Option<&str>), old: &Parameter, new: &Parameter) {
        let default = |parameter: &'_ Parameter| -> Option<String> {
            let optional = vocabulary::optional_parameter(&parameter.annotations)?;
            optional.default_value.map(str::to_owned)
        };
        let (before, after) = (default(old), default(new));
        if before == after || is_optional(old) != is_optional(new) {
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

    fn allowed_values(
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
    fn diverged_values(&mut self) {
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

const REQUIRED: Sort = Sort {
    removed: Kind::ParameterRemoved,
    renamed: Kind::RequiredParameterRenamed,
    added: Kind::RequiredParameterAdded,
};

const OPTIONAL: Sort = Sort {
    removed: Kind::ParameterRemoved,
    renamed: Kind::OptionalParameterRenamed,
    added: Kind::OptionalParameterAdded,
};

/// A parameter before and after, by its new name.
type Stayed<'m> = (Arc<str>, &'m Parameter, &'m Parameter);

/// Takes the operations of one key that are the same overload; gives the old ones that are left.
fn matched<'m>(
    old: Vec<&'m Operation>,
    new: &mut Vec<&'m Operation>,
    same: &mut Vec<(&'m Operation, &'m Operation)>,
) -> Vec<&'m Operation> {
    let names = |operation: &Operation| -> BTreeSet<Arc<str>> {
        operation
            .parameters
            .iter()
            .map(|p| p.name.clone())
            .collect()
    };
    let mut rest = Vec::new();
    for operation in old {
        let index = new.iter().position(|now| names(now) == names(operation));
        match index {
            Some(index) => same.push((operation, new.remove(index))),
            None => rest.push(operation),
        }
    }
    // Of what is left, one overload before and after is the same with other parameters.
    let pairs = rest.len().min(new.len());
    same.extend(rest.drain(..pairs).zip(new.drain(..pairs)));
    rest
}

/// What it is called on and its name; parameter names too where these do not tell it apart.
fn place(operation: &Operation, all: &[Operation]) -> String {
    let binding = |o: &Operation| o.binding.as_ref().map(|b| b.type_ref.clone());
    let is_overload =
        |o: &&Operation| o.name.name == operation.name.name && binding(o) == binding(operation);
    let mut place = match &operation.binding {
        Some(binding) => format!("{}/{}", binding.type_ref, operation.name.name),
        None => operation.name.to_string(),
    };
    if all.iter().filter(is_overload).count() > 1 {
        let names: Vec<_> = operation.parameters.iter().map(|p| &*p.name).collect();
        place.push_str(&format!("({})", names.join(", ")));
    }
    place
}

fn signature(operation: &Operation) -> String {
    let parameters = operation.parameters.iter().map(|parameter| {
        let mark = if is_optional(parameter) { "?" } else { "" };
        format!("{}{mark}: {}", parameter.name, parameter.type_ref)
    });
    let parameters: Vec<_> = parameters.collect();
    let returned = operation.return_type.as_ref();
    let returned = returned.map_or_else(String::new, |r| format!(" → {}", r.type_ref));
    format!("({}){returned}", parameters.join(", "))
}

fn is_optional(parameter: &Parameter) -> bool {
    vocabulary::optional_parameter(&parameter.annotations).is_some()
}

/// Whether the emitted result, or item of a collection, is an `Option`.
fn is_option(returned: &ReturnType) -> bool {
    returned
        .nullable
        .unwrap_or(!returned.type_ref.is_collection)
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
