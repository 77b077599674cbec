//! System query options, without the types of models.

use super::options::RequestOptions;
use crate::query::{Operand, Place, Text};

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

/// Sets an option that may be refused; sending says why.
pub(super) fn write(options: &mut RequestOptions, name: &str, write: impl FnOnce(&mut Text)) {
    let mut text = Text::default();
    write(&mut text);
    match text.finish() {
        Ok(text) => set(options, name, text),
        Err(error) => options.fail(error),
    }
}

/// Adds items to an option that is a list.
pub(super) fn add_items(options: &mut RequestOptions, name: &str, write: impl FnOnce(&mut Text)) {
    let mut items = Text::default();
    write(&mut items);
    match items.finish() {
        Ok(items) if items.is_empty() => {}
        Ok(items) => add(options, name, &items),
        Err(error) => options.fail(error),
    }
}

/// Sets `$filter`.
pub(super) fn filter<T>(options: &mut RequestOptions, condition: impl Operand<T, bool>) {
    write(options, "$filter", |text| {
        condition.write(Place::Separate, text)
    });
}

/// Adds an item with nested options to `$expand`.
pub(super) fn expand_with(options: &mut RequestOptions, name: &str, nested: &str) {
    add(options, "$expand", &format!("{name}({nested})"));
}
