//! What is said about documents and configurations that no client can be made from.
//!
//! Each snapshot shows the fixtures of one kind, each with what the generator says about it. To
//! accept a change: `cargo insta review`, or `INSTA_UPDATE=always cargo test --test suite diagnostics`.

use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::{Code, Diagnostics};
use csdl_codegen::generate::generate;
use csdl_codegen::source::Sources;
use std::collections::BTreeSet;
use std::path::Path;
use support::{snapshots, workspace};

/// Relative, as cargo starts tests in the package's folder: snapshots show the path.
const FOLDER: &str = "tests/fixtures/diagnostics";

const NOT_XML: &[&str] = &[
    "unclosed_element.csdl",
    "cut_short.csdl",
    "unquoted_attribute.csdl",
    "unknown_entity.csdl",
    "document_type.csdl",
    "two_documents.csdl",
    "merge_conflict.csdl",
];
const NOT_JSON: &[&str] = &[
    "json_cut_short.csdl",
    "json_unclosed.csdl",
    "json_trailing_comma.csdl",
    "json_missing_comma.csdl",
    "json_given_twice.csdl",
    "json_half_of_a_pair.csdl",
    "json_null_character.csdl",
    "json_line_break.csdl",
    "json_bad_number.csdl",
    "json_comment.csdl",
    "json_two_documents.csdl",
];
const NOT_CSDL: &[&str] = &[
    "html.csdl",
    "xhtml.csdl",
    "json.csdl",
    "json_array.csdl",
    "json_error.csdl",
    "json_data.csdl",
    "json_no_schema.csdl",
    "openapi.csdl",
    "empty.csdl",
    "blank.csdl",
    "bare_schema.csdl",
    "no_schema.csdl",
    "schema_without_xmlns.csdl",
    "schema_of_another_xmlns.csdl",
];
const ENCODINGS: &[&str] = &[
    "gzip.csdl",
    "utf_16.csdl",
    "utf_16_without_mark.csdl",
    "latin_1.csdl",
];
const OLD_VERSIONS: &[&str] = &[
    "version_2.csdl",
    "version_3.csdl",
    "version_3_schema.csdl",
    "json_version_3.csdl",
];
const VALUES: &[&str] = &[
    "missing_attribute.csdl",
    // Found by fuzzing: what an empty namespace declares cannot be referred to.
    "empty_name.csdl",
    "bad_boolean.csdl",
    "bad_number.csdl",
    "enum_of_strings.csdl",
    "typed_by_collection.csdl",
    "unbound_binding.csdl",
    "unexpected_element.csdl",
];
/// What there is wrong with documents in JSON only, and that places in them are shown.
const JSON: &[&str] = &[
    "json_type_of_no_name.csdl",
    "json_property_of_no_object.csdl",
    "json_truth_of_a_number.csdl",
    "json_nameless_parameter.csdl",
    "json_unknown_type.csdl",
    "json_unresolved_target.csdl",
];
const REFERENCES: &[&str] = &[
    "unknown_type.csdl",
    "unknown_alias.csdl",
    "unqualified_type.csdl",
    "unknown_primitive.csdl",
    "unknown_included_type.csdl",
    "unknown_base_type.csdl",
    "unknown_entity_type.csdl",
    "enum_as_base_type.csdl",
    "unknown_import.csdl",
    "foreign_namespace.csdl",
];
const DUPLICATES: &[&str] = &[
    "duplicate_type.csdl",
    "identical_type.csdl",
    "duplicate_property.csdl",
    "duplicate_property_and_navigation.csdl",
    "duplicate_member.csdl",
    "duplicate_parameter.csdl",
    "duplicate_overload.csdl",
    "duplicate_entry_point.csdl",
    "duplicate_alias.csdl",
];
const INHERITANCE: &[&str] = &[
    "inheritance_cycle.csdl",
    "own_base_type.csdl",
    "complex_of_entity.csdl",
    "abstract_of_concrete.csdl",
    "redeclared_property.csdl",
];
const CONTAINERS: &[&str] = &[
    "two_containers.csdl",
    "container_cycle.csdl",
    "unknown_container.csdl",
];
const LIMITS: &[&str] = &["tight_limits.toml", "small_limit.toml"];
/// What published documents have that the standard does not allow: several of a kind in each.
const ODD_NAMES: &[&str] = &["odd_names.csdl", "odd_alias.csdl", "reserved_alias.csdl"];
const ODD_VALUES: &[&str] = &[
    "unqualified_primitives.csdl",
    "odd_facets.csdl",
    "odd_truth.csdl",
    "no_version.csdl",
    "odd_version.csdl",
];
const ODD_JSON: &[&str] = &[
    "json_odd_members.csdl",
    "json_odd_values.csdl",
    "json_no_version.csdl",
];
const ODD_ELEMENTS: &[&str] = &[
    "unknown_attributes.csdl",
    "misspelt_elements.csdl",
    "misspelt_services.csdl",
    "entity_framework.csdl",
    "unbound_prefix.csdl",
    "empty_declarations.csdl",
    "dangling_key.csdl",
    "odd_keys.csdl",
    "keyless_set.csdl",
    "types_of_another_kind.csdl",
];
const ANNOTATIONS: &[&str] = &[
    "unresolved_target.csdl",
    "unresolved_label.csdl",
    "label_in_itself.csdl",
    "unqualified_term.csdl",
    "inner_target.csdl",
];
const SEVERAL: &[&str] = &["several_problems.csdl", "errors_in_both.toml"];
const PATHS: &[&str] = &[
    "path_without_entry_point.toml",
    "path_without_navigation.toml",
    "path_beyond_values.toml",
];
const CONFIGURATIONS: &[&str] = &[
    "not_toml.toml",
    "misspelt_key.toml",
    "missing_table.toml",
    "wrong_type.toml",
    "no_cloud.toml",
    "missing_document.toml",
];

/// Every fixture with something wrong in it.
const ALL: &[&[&str]] = &[
    NOT_XML,
    NOT_JSON,
    NOT_CSDL,
    ENCODINGS,
    OLD_VERSIONS,
    VALUES,
    JSON,
    REFERENCES,
    DUPLICATES,
    INHERITANCE,
    CONTAINERS,
    LIMITS,
    ODD_NAMES,
    ODD_VALUES,
    ODD_JSON,
    ODD_ELEMENTS,
    ANNOTATIONS,
    SEVERAL,
    PATHS,
    CONFIGURATIONS,
];

/// What the generator says about a document or a configuration.
fn diagnose(fixture: &str) -> (Diagnostics, Sources) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let document = fixture.strip_suffix(".csdl").map(|_| fixture);
    let config = document.map_or(fixture, |_| "client.toml");
    match LoadedConfig::read(&Path::new(FOLDER).join(config), &mut sources) {
        Ok(mut config) => {
            if let Some(document) = document {
                config.config.metadata.document = document.into();
            }
            let generated = generate(&config, &mut sources, &mut diagnostics);
            assert_eq!(generated.is_none(), diagnostics.has_errors(), "{fixture}");
        }
        Err(problems) => diagnostics = problems,
    }
    (diagnostics, sources)
}

fn check(name: &str, fixtures: &[&str]) {
    let shown = fixtures.iter().map(|fixture| {
        let (diagnostics, sources) = diagnose(fixture);
        format!("## {fixture}\n\n{}\n", diagnostics.render(&sources))
    });
    let shown = shown.collect::<Vec<_>>().join("\n");
    snapshots("diagnostics").bind(|| insta::assert_snapshot!(name, shown));
}

#[test]
fn not_xml() {
    check("not_xml", NOT_XML);
}

#[test]
fn not_json() {
    check("not_json", NOT_JSON);
}

#[test]
fn json() {
    check("json", JSON);
}

#[test]
fn odd_json() {
    check("odd_json", ODD_JSON);
}

#[test]
fn not_csdl() {
    check("not_csdl", NOT_CSDL);
}

#[test]
fn encodings() {
    check("encodings", ENCODINGS);
}

#[test]
fn old_versions() {
    check("old_versions", OLD_VERSIONS);
}

#[test]
fn values() {
    check("values", VALUES);
}

#[test]
fn references() {
    check("references", REFERENCES);
}

#[test]
fn duplicates() {
    check("duplicates", DUPLICATES);
}

#[test]
fn inheritance() {
    check("inheritance", INHERITANCE);
}

#[test]
fn containers() {
    check("containers", CONTAINERS);
}

#[test]
fn limits() {
    check("limits", LIMITS);
}

#[test]
fn odd_names() {
    check("odd_names", ODD_NAMES);
}

#[test]
fn odd_values() {
    check("odd_values", ODD_VALUES);
}

#[test]
fn odd_elements() {
    check("odd_elements", ODD_ELEMENTS);
}

#[test]
fn annotations() {
    check("annotations", ANNOTATIONS);
}

#[test]
fn several_problems() {
    check("several_problems", SEVERAL);
}

#[test]
fn paths() {
    check("paths", PATHS);
}

#[test]
fn configurations() {
    check("configurations", CONFIGURATIONS);
}

#[test]
fn every_fixture_is_looked_at() {
    let entries = std::fs::read_dir(workspace().join(FOLDER)).expect("the fixtures' folder");
    let names = entries.map(|entry| {
        entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name")
    });
    let mut found: BTreeSet<String> = names.collect();
    for sound in ["client.toml", "service.csdl", "annotations_of_broken.csdl"] {
        assert!(found.remove(sound), "{sound} is missing");
    }
    let expected: BTreeSet<String> = ALL.concat().into_iter().map(str::to_owned).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_diagnostic_has_a_place_and_an_expectation() {
    for fixture in ALL.concat() {
        let (diagnostics, sources) = diagnose(fixture);
        assert!(!diagnostics.is_empty(), "nothing is wrong with {fixture}");
        for diagnostic in &diagnostics {
            let said = diagnostic.headline(&sources);
            // There is no place in a text that cannot be read.
            let unreadable = matches!(diagnostic.code, Code::Io | Code::LimitExceeded);
            let unreadable = unreadable && said.contains(FOLDER);
            assert!(diagnostic.place.is_some() || unreadable, "no place: {said}");
            let label = diagnostic.place.as_ref().map_or("", |place| &place.label);
            let hint = !label.is_empty() || diagnostic.help.is_some();
            assert!(
                hint || fixture == "missing_document.toml",
                "no hint: {said}"
            );
            assert!(!said.contains('\n'), "{said:?}");
        }
    }
}

/// One mistake is one error, not a string of errors that follow from it.
#[test]
fn one_mistake_is_one_error() {
    let several = [
        "unknown_type.csdl",
        "unknown_primitive.csdl",
        "unresolved_target.csdl",
        "several_problems.csdl",
        "errors_in_both.toml",
        "redeclared_property.csdl",
    ];
    let odd = [ODD_NAMES, ODD_VALUES, ODD_JSON, ODD_ELEMENTS].concat();
    for fixture in ALL.concat() {
        if odd.contains(&fixture) {
            continue;
        }
        let (diagnostics, sources) = diagnose(fixture);
        let said: Vec<_> = diagnostics.iter().map(|d| d.headline(&sources)).collect();
        assert!(
            said.len() == 1 || several.contains(&fixture),
            "{fixture}: {said:#?}"
        );
    }
}

/// What published documents have is a warning; `--strict` makes it an error. Errors are left for
/// what gives no model, or one that would say something else.
#[test]
fn only_what_makes_a_model_wrong_is_an_error() {
    let groups = [
        VALUES,
        JSON,
        REFERENCES,
        DUPLICATES,
        INHERITANCE,
        CONTAINERS,
        ODD_NAMES,
        ODD_VALUES,
        ODD_JSON,
        ODD_ELEMENTS,
        ANNOTATIONS,
    ];
    let refused: Vec<&str> = groups
        .concat()
        .into_iter()
        .filter(|fixture| diagnose(fixture).0.has_errors())
        .collect();
    let expected = [
        "empty_name.csdl",
        "bad_boolean.csdl",
        "json_type_of_no_name.csdl",
        "json_property_of_no_object.csdl",
        "json_truth_of_a_number.csdl",
        "json_nameless_parameter.csdl",
        "duplicate_alias.csdl",
        "inheritance_cycle.csdl",
        "own_base_type.csdl",
    ];
    assert_eq!(refused, expected);
}
