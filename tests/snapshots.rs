//! What is generated for `getMetricsForMfaSignInFailure`, so that a review shows a change of
//! metadata or generator as a difference of code.
//!
//! A snapshot is a whole file of the client or, where the file repeats itself for 38 functions,
//! the part of it that belongs to this one. To accept a change: `cargo insta review`, or
//! `INSTA_UPDATE=always cargo test --test suite snapshots`.

use support::{built, read, snapshots, workspace};

/// Compares with `tests/snapshots/mfa_sign_in_failure/<name>.snap`.
fn check(name: &str, text: &str) {
    snapshots("mfa_sign_in_failure").bind(|| insta::assert_snapshot!(name, text));
}

fn file(path: &str) -> String {
    read(&built().join("src").join(path))
}

#[test]
fn request() {
    let path = "requests/service_activity/get_metrics_for_mfa_sign_in_failure.rs";
    check("request", &file(path));
}

#[test]
fn parameter_enum() {
    let path = "models/aggregation_interval_in_minutes.rs";
    check("parameter_enum", &file(path));
}

#[test]
fn metric_model() {
    let path = "models/service_activity_value_metric.rs";
    check("metric_model", &file(path));
}

#[test]
fn models_module() {
    check("models_module", &file("models.rs"));
}

#[test]
fn request_builder() {
    let text = file("requests/service_activity.rs");
    let function = "get_metrics_for_mfa_sign_in_failure";
    check("request_builder", &without_other_functions(&text, function));
}

/// How the service's 38 functions are called, beside the names that it has for them.
#[test]
fn function_names() {
    let (pinned, builder) = (
        read(&workspace().join("metadata/beta.csdl")),
        file("requests/service_activity.rs"),
    );
    let names = pinned
        .split("<Function Name=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let methods = builder
        .split("pub fn ")
        .skip(1)
        .filter_map(|rest| rest.split('(').next())
        .filter(|method| method.starts_with("get_"));
    let (names, mut methods): (Vec<_>, Vec<_>) = (names.collect(), methods.collect());
    methods.sort_unstable();
    let of = |name: &str| {
        let letters = |text: &str| text.replace('_', "").to_lowercase();
        let same = methods
            .iter()
            .filter(|method| letters(method) == letters(name));
        same.copied().collect::<Vec<_>>().join(", ")
    };
    let lines: Vec<_> = names
        .iter()
        .map(|name| format!("{name}\n    {}", of(name)))
        .collect();
    assert_eq!((names.len(), methods.len()), (38, 38));
    check("function_names", &lines.join("\n"));
}

/// The file without the modules, imports and methods of other functions.
///
/// The blank lines of an emitted file stand between imports, between items and between the members
/// of an `impl` block, never inside a method.
fn without_other_functions(text: &str, function: &str) -> String {
    // The first method is in one block with the line that opens the `impl` block.
    let kept = [function, "resource"];
    let belongs = |block: &&str| {
        !block.contains("pub fn ") || kept.iter().any(|method| is_method(block, method))
    };
    let blocks: Vec<_> = text.split("\n\n").filter(belongs).collect();
    let of_another = |line: &&str| {
        let module = line.strip_prefix("mod ").or(line.strip_prefix("pub use "));
        module.is_some_and(|module| module.starts_with("get_") && !module.starts_with(function))
    };
    let lines = blocks.join("\n\n");
    let lines: Vec<_> = lines.lines().filter(|line| !of_another(line)).collect();
    let mut text = lines.join("\n");
    if !text.ends_with("\n}") {
        text.push_str("\n}");
    }
    text
}

fn is_method(block: &str, function: &str) -> bool {
    block.contains(&format!("pub fn {function}("))
}
