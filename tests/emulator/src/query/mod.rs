//! System query options (OData URL Conventions, section "System Query Options").

mod apply;
mod expand;
mod expression;
mod order;
mod project;
mod search;
mod select;

use chrono::{DateTime, Utc};

use crate::error::{Refusal, excerpt};
use crate::service::Service;
use crate::store::{Id, Store};
use crate::url::ParsedQuery;
use expand::Form;
use expression::{Expression, Scope};

pub(crate) use project::Projector;

/// The query of a request, and what it is read against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) service: &'a Service,
    pub(crate) query: &'a ParsedQuery,
    /// The value of the function `now`.
    pub(crate) now: DateTime<Utc>,
    /// Values that the request computes, which its other options name.
    pub(crate) computed: &'a [apply::Computed],
}

/// The options that choose among entities and their members.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) select: Option<select::Selection>,
    pub(crate) expand: Vec<expand::Expand>,
    filter: Option<Expression>,
    search: Option<search::Search>,
    order: Vec<(Expression, bool)>,
    pub(crate) computed: Vec<apply::Computed>,
    apply: Option<apply::Apply>,
}

impl Options {
    /// Reads the options of a request for entities of a type.
    pub(crate) fn of(asked: &Asked<'_>, ty: &str) -> Result<Self, Refusal> {
        Self::at_depth(asked, ty, 0)
    }

    fn at_depth(asked: &Asked<'_>, ty: &str, depth: usize) -> Result<Self, Refusal> {
        let Asked { service, query, .. } = asked;
        let computed = match query.get("$compute") {
            Some(text) => apply::computed(asked, ty, text)?,
            None => Vec::new(),
        };
        let asked = &Asked {
            computed: &computed,
            ..*asked
        };
        let apply = query.get("$apply");
        let apply = apply.map(|text| apply::Apply::parse(asked, ty, text));
        let apply = apply.transpose()?;
        if apply.as_ref().is_some_and(|it| it.aggregation.is_some()) {
            refuse_beside_apply(query)?;
        }
        let selected = query.get("$select");
        let selected = selected.map(|text| select::Selection::parse(service, ty, text, &computed));
        let condition = query.get("$filter");
        let condition = condition.map(|text| expression::condition(asked, ty, text, "$filter"));
        let search = query.get("$search").map(search::Search::parse);
        Ok(Self {
            select: selected.transpose()?,
            expand: match query.get("$expand") {
                Some(text) => expand::parse(asked, ty, text, depth)?,
                None => Vec::new(),
            },
            filter: condition.transpose()?,
            search: search.transpose()?,
            order: match query.get("$orderby") {
                Some(text) => expression::expressions(asked, ty, text, "$orderby")?,
                None => Vec::new(),
            },
            apply,
            computed: computed.clone(),
        })
    }

    /// The results of `$apply`, where there are such in place of entities.
    pub(crate) fn results(
        &self,
        service: &Service,
        store: &Store,
        ids: &[Id],
    ) -> Option<Vec<serde_json::Value>> {
        let aggregation = self.apply.as_ref()?.aggregation.as_ref()?;
        Some(aggregation.results(service, store, ids))
    }

    /// What a context URL says in parentheses: the selected members and the expanded ones.
    pub(crate) fn context(&self) -> String {
        let selected = self.select.iter().flat_map(|select| {
            let all = select.all.then_some("*");
            all.into_iter()
                .chain(select.paths.iter().map(String::as_str))
        });
        let expanded = self.expand.iter().map(|expand| match expand.form {
            Form::References => format!("{}/$ref", expand.name),
            Form::Count => format!("{}/$count", expand.name),
            Form::Entities => format!("{}({})", expand.name, expand.options.context()),
        });
        let items: Vec<String> = selected.map(str::to_owned).chain(expanded).collect();
        items.join(",")
    }

    pub(crate) fn searches(&self) -> bool {
        self.search.is_some()
    }

    /// What makes the query one that not every index of a service answers.
    pub(crate) fn advanced(&self) -> Option<&'static str> {
        let filter = self.filter.as_ref()?;
        let by_filter = filter.advanced();
        by_filter.or((!self.order.is_empty()).then_some("$filter with $orderby"))
    }

    /// Keeps the entities that fit, in the order wanted.
    pub(crate) fn choose(&self, service: &Service, store: &Store, ids: &mut Vec<Id>) {
        for filter in self.apply.iter().flat_map(|apply| &apply.filters) {
            ids.retain(|id| Scope::new(service, store, *id).holds(filter));
        }
        if let Some(filter) = &self.filter {
            ids.retain(|id| Scope::new(service, store, *id).holds(filter));
        }
        if let Some(search) = &self.search {
            ids.retain(|id| {
                let entity = store.entity(*id);
                entity.is_ok_and(|entity| search.finds(&entity.members))
            });
        }
        if !self.order.is_empty() {
            order::sort(service, store, &self.order, ids);
        }
    }
}

/// Refuses options about results, which have no declared type.
fn refuse_beside_apply(query: &ParsedQuery) -> Result<(), Refusal> {
    const OTHERS: [&str; 6] = [
        "$compute", "$expand", "$filter", "$orderby", "$search", "$select",
    ];
    match OTHERS.iter().find(|name| query.get(name).is_some()) {
        None => Ok(()),
        Some(name) => Err(Refusal::not_implemented(format!(
            "The emulator does not serve '{name}' of what '$apply' aggregates; filters go into '$apply'."
        ))),
    }
}

fn no_such_property(name: &str, ty: &str) -> Refusal {
    Refusal::bad_request(format!(
        "Could not find a property named '{}' on type '{ty}'.",
        excerpt(name)
    ))
}

/// Splits at a separator outside quotes and parentheses; `None` when one of them stays open.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let mut quote = None;
    for (index, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) => {
                if character == open {
                    quote = None;
                }
            }
            (None, '\'' | '"') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.checked_sub(1)?,
            (None, _) if character == separator && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + separator.len_utf8();
            }
            (None, _) => {}
        }
    }
    parts.push(&text[start..]);
    (quote.is_none() && depth == 0).then_some(parts)
}

#[cfg(test)]
mod tests;
