//! Two documents → a report that is the generator's own in every format: one verdict, on the first
//! line; nothing that draws, is Markdown or commands but what the generator writes itself.
//!
//! The documents are any models, or have any names and texts.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use csdl_codegen_fuzz::document::Document;
use csdl_codegen_fuzz::inert::{self, NAMES, TEXTS};
use libfuzzer_sys::fuzz_target;

/// What ends a text.
const END: u8 = 0;

fuzz_target!(|bytes: &[u8]| {
    let documents = match bytes {
        [0, rest @ ..] => models(rest),
        [without, more, rest @ ..] => Some(texts([*without, *more], rest)),
        _ => None,
    };
    let Some((old, new)) = documents else { return };
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("{old}\n{new}");
    }
    if let Err(found) = inert::check(&old, &new) {
        panic!("{found}\n{old}\n{new}");
    }
});

fn models(bytes: &[u8]) -> Option<(String, String)> {
    let mut unstructured = Unstructured::new(bytes);
    let old = Document::arbitrary(&mut unstructured).ok()?;
    let new = Document::arbitrary(&mut unstructured).ok()?;
    Some((old.text, new.text))
}

/// Documents of the same names; the texts of the one are those of the other, turned round.
fn texts(without: [u8; 2], bytes: &[u8]) -> (String, String) {
    let mut all = bytes
        .split(|byte| *byte == END)
        .map(|text| String::from_utf8_lossy(text).into_owned());
    let mut next = |_| all.next().unwrap_or_default();
    let names: [String; NAMES] = std::array::from_fn(&mut next);
    let texts: [String; TEXTS] = std::array::from_fn(&mut next);
    let mut index = 0;
    // Nothing could refer to what has no name, nor to two that have the same.
    let names = names.map(|name| {
        index += 1;
        format!("{name}{index}")
    });
    let mut turned = texts.clone();
    turned.rotate_left(1);
    let without = u16::from_le_bytes(without);
    let old = inert::document(&names, &texts, 0);
    (old, inert::document(&names, &turned, without))
}
