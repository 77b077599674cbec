//! Names of Rust that change although those of the metadata do not.

use super::{assert_changes, lines};
use crate::edits::{BASE, CONFIG};
use crate::{Client, client_of};

/// What another configuration changes.
fn configured(config: &str) -> Vec<String> {
    lines(&client_of(BASE).diff(&Client::of(config, BASE)))
}

/// What it changes that a word of names is kept whole, in this form.
fn word(word: &str, form: &str) -> Vec<String> {
    configured(&format!("{CONFIG}[naming.words]\n{word} = \"{form}\"\n"))
}

#[test]
fn words_of_types_name_modules_and_builders() {
    assert_changes(
        &word("son", "SON"),
        &[
            "major Collection(demo.person): name-changed [PersonCollectionRequestBuilder → PerSONCollectionRequestBuilder]",
            "major demo.person: name-changed [PersonRequestBuilder → PerSONRequestBuilder]",
            "major demo.person: name-changed [models::Person → models::PerSON]",
            "major demo.person: name-changed [requests::person → requests::per_son]",
        ],
    );
}

#[test]
fn words_of_navigation_name_fields_and_methods() {
    assert_changes(
        &word("thor", "Thor"),
        &[
            "major demo.book/author: name-changed [AUTHOR → AU_THOR]",
            "major demo.book/author: name-changed [author → au_thor]",
            "major demo.book/author: name-changed [author_ref → au_thor_ref]",
        ],
    );
}

#[test]
fn words_of_streams_name_inherited_methods() {
    let types = ["atlas", "book", "bound", "item", "volume"];
    let expected = types.iter().flat_map(|name| {
        ["download", "upload"].map(|what| {
            format!("major demo.{name}/cover: name-changed [{what}_cover → {what}_co_ver]")
        })
    });
    let expected: Vec<_> = expected.collect();
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    assert_changes(&word("ver", "Ver"), &expected);
}

#[test]
fn words_of_operations_name_methods_and_types() {
    assert_changes(
        &word("Read", "READ"),
        &[
            "major demo.copy/pagesRead: name-changed [PagesRead → PagesREAD]",
            "major demo.copy/pagesRead: name-changed [`Pages`: PagesRead → PagesREAD]",
        ],
    );
    assert_changes(
        &word("row", "Row"),
        &[
            "major demo.book/borrow: name-changed [Borrow → BorRow]",
            "major demo.book/borrow: name-changed [borrow → bor_row]",
        ],
    );
    assert_changes(
        &word("Hours", "HOURS"),
        &["major demo.hours: name-changed [OpeningHours → OpeningHOURS]"],
    );
}

#[test]
fn words_of_parameters_name_setters_and_values() {
    assert_changes(
        &word("val", "Val"),
        &[
            "major demo.activity/getMetrics/interval: name-changed [interval → inter_val]",
            "major values of parameters of demo/interval: name-changed [models::Interval → models::InterVal]",
        ],
    );
    assert_changes(
        &word("Fifteen", "FIFTEEN"),
        &["major values of parameters of demo/interval/15: name-changed [Fifteen → FIFTEEN]"],
    );
}

#[test]
fn clouds_and_groups_are_named_as_in_code() {
    assert_changes(
        &configured(&CONFIG.replace("name = \"Global\"", "name = \"Europe\"")),
        &[
            "major : declaration-removed [`Cloud::Global`]",
            "minor : declaration-added [`Cloud::Europe`]",
        ],
    );
    assert_changes(
        &configured(&CONFIG.replace("name = \"Pages\"", "name = \"Counts\"")),
        &[
            "major demo.copy: declaration-removed [enumeration `Pages`]",
            "minor demo.copy: declaration-added [enumeration `Counts`]",
        ],
    );
}
