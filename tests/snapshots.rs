//! What is generated for `getMetricsForMfaSignInFailure`, so that a review shows a change of
//! metadata or generator as a difference of code.
//!
//! A snapshot is a whole file of the client or, where the file repeats itself for 38 functions,
//! the part of it that belongs to this one. To accept a change: `cargo insta review`, or
//! `INSTA_UPDATE=always cargo test --test snapshots`.

use support::{built, read, snapshots};

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

/// The file without the modules, imports and methods of other functions.
///
/// The blank lines of an emitted file stand between imports, between items and between the members
/// of an `impl` block, never inside a method.
fn without_other_functions(text: &str, function: &str) -> String {
    let belongs = |block: &&str| !block.contains("pub fn ") || is_method(block, function);
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
