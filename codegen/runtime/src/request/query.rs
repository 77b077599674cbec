//! System query options, without the types of models.

use super::options::RequestOptions;
use super::template;
use crate::value::Literal;

/// Sets an option, instead of an earlier value.
pub(super) fn set(options: &mut RequestOptions, name: &str, value: String) {
    match options.query.iter_mut().find(|(known, _)| known == name) {
        Some((_, current)) => *current = value,
        None => options.query.push((name.to_owned(), value)),
    }
}

/// Adds an item to an option that is a list.
pub(super) fn add(options: &mut RequestOptions, name: &str, item: &str) {
    match options.query.iter_mut().find(|(known, _)| known == name) {
        Some((_, list)) => {
            list.push(',');
            list.push_str(item);
        }
        None => options.query.push((name.to_owned(), item.to_owned())),
    }
}

/// Sets `$filter` from a template; an error in it is returned by sending.
pub(super) fn filter(options: &mut RequestOptions, template: &str, values: &[&dyn Literal]) {
    match template::fill(template, values) {
        Ok(text) => set(options, "$filter", text),
        Err(error) => options.fail(error),
    }
}

/// Adds an item with nested options to `$expand`.
pub(super) fn expand_with(options: &mut RequestOptions, name: &str, nested: &str) {
    add(options, "$expand", &format!("{name}({nested})"));
}
