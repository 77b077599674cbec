//! Filters as templates, whose values cannot become syntax.

use crate::error::{Error, ErrorKind, Result};
use crate::literal::Literal;

/// The template with each `{}` replaced by the literal of the value at its place; `{{` and `}}` are
/// braces.
pub(super) fn fill(template: &str, values: &[&dyn Literal]) -> Result<String> {
    let mut filled = String::with_capacity(template.len() + 16 * values.len());
    let mut places = 0;
    let mut characters = template.chars();
    while let Some(character) = characters.next() {
        if !matches!(character, '{' | '}') {
            filled.push(character);
            continue;
        }
        match (character, characters.next()) {
            ('{', Some('}')) => {
                if let Some(value) = values.get(places) {
                    let literal = value.to_literal();
                    literal.check()?;
                    filled.push_str(&literal.text());
                }
                places += 1;
            }
            (open, Some(next)) if next == open => filled.push(open),
            _ => return Err(lone_brace(template, character)),
        }
    }
    if places == values.len() {
        Ok(filled)
    } else {
        Err(wrong_count(template, places, values.len()))
    }
}

fn lone_brace(template: &str, brace: char) -> Error {
    let message = format!(
        "the filter {template:?} has a lone `{brace}`; \
         write `{{}}` for a value and `{brace}{brace}` for the brace itself"
    );
    Error::new(ErrorKind::InvalidRequest, message)
}

fn wrong_count(template: &str, places: usize, values: usize) -> Error {
    let message = format!(
        "the filter {template:?} has {places} of `{{}}`, but {values} values were given for them"
    );
    Error::new(ErrorKind::InvalidRequest, message)
}
