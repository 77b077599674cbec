//! Keys of entities, and the entity sets that they are of.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// What the context URL of an entry says that it is, with the slash before it.
pub(super) const DELETED_ENTITY: &str = "/$deletedEntity";
pub(super) const LINK: &str = "/$link";
pub(super) const DELETED_LINK: &str = "/$deletedLink";

const SUFFIXES: [&str; 5] = [DELETED_ENTITY, LINK, DELETED_LINK, "/$delta", "/$entity"];

/// The key in an entity-id: `ANTON` in `Customers('ANTON')`, in `https://host/service/Customers('ANTON')`
/// and in `Customers/ANTON`. Keys of several parts stay as they are written; a text that is no URL of an
/// entity is a key already.
pub(super) fn of_entity_id(id: &str) -> Cow<'_, str> {
    if let Some(key) = in_parentheses(id) {
        let quoted = key
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        return match quoted {
            Some(text) if !text.replace("''", "").contains('\'') => {
                Cow::Owned(decoded(text).replace("''", "'"))
            }
            _ => decoded(key),
        };
    }
    match id.trim_end_matches('/').rsplit_once('/') {
        Some((_, key)) => decoded(key),
        None => Cow::Borrowed(id),
    }
}

/// What is in the parentheses that the text ends with; those in quotes are text.
fn in_parentheses(id: &str) -> Option<&str> {
    let inner = id.strip_suffix(')')?;
    let (mut start, mut depth, mut is_text) = (0, 0_usize, false);
    for (index, byte) in inner.bytes().enumerate() {
        match byte {
            b'\'' => is_text = !is_text,
            _ if is_text => {}
            b'(' => {
                if depth == 0 {
                    start = index + 1;
                }
                depth += 1;
            }
            b')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    let content = &inner[start..];
    (depth == 1 && !is_text && !content.is_empty()).then_some(content)
}

fn decoded(text: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.unwrap_or(Cow::Borrowed(text))
}

/// The entity set that a context URL names, without the properties that were selected, and without a
/// cast to a derived type. `None` if it names none.
pub(super) fn entity_set(context: &str) -> Option<&str> {
    let (_, fragment) = context.split_once('#')?;
    let suffix = SUFFIXES
        .iter()
        .find_map(|suffix| fragment.strip_suffix(suffix));
    let mut set = suffix.unwrap_or(fragment);
    if let Some(selected) = in_parentheses(set) {
        set = &set[..set.len() - selected.len() - 2];
    }
    if let Some((before, cast)) = set.rsplit_once('/')
        && cast.contains('.')
        && !cast.contains('\'')
    {
        set = before;
    }
    // The result of a function is a collection of a type, not a set.
    (!set.is_empty() && set != "Collection").then_some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_entity_ids() {
        for (id, key) in [
            ("Customers('ANTON')", "ANTON"),
            ("https://host/service/Customers('ANTON')", "ANTON"),
            ("Orders(10643)", "10643"),
            ("Customers('O''Neil')", "O'Neil"),
            ("Customers('A%2FB')", "A/B"),
            ("Customers('A/B')", "A/B"),
            ("Customers('A(B)')", "A(B)"),
            ("users('a')/messages('b')", "b"),
            ("https://host/users/a%20b", "a b"),
            ("users/a/", "a"),
            ("Items(a=1,b='x')", "a=1,b='x'"),
            ("Items('x',y='z')", "'x',y='z'"),
            (
                "2e451703-c686-e711-80e5-00155db19e6d",
                "2e451703-c686-e711-80e5-00155db19e6d",
            ),
            ("Customers()", "Customers()"),
            ("Customers('a)", "Customers('a)"),
            ("a)b)", "a)b)"),
            ("(", "("),
            ("", ""),
        ] {
            assert_eq!(of_entity_id(id), key, "{id}");
        }
    }

    #[test]
    fn entity_sets_are_found_in_context_urls() {
        for (context, set) in [
            ("https://h/s/$metadata#Customers/$delta", Some("Customers")),
            ("#Customers(Name,Orders())/$delta", Some("Customers")),
            ("#Customers/$deletedEntity", Some("Customers")),
            ("#Customers/Model.Vip/$entity", Some("Customers")),
            ("#Customers", Some("Customers")),
            (
                "#users('a.b')/messages/$delta",
                Some("users('a.b')/messages"),
            ),
            ("#users('a')/messages(subject)", Some("users('a')/messages")),
            ("#Collection(chatMessage)", None),
            ("$metadata", None),
            ("#", None),
        ] {
            assert_eq!(entity_set(context), set, "{context}");
        }
    }
}
