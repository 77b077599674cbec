//! Names of the package's features.

use super::identifier::RustName;
use super::scope::Scope;
use crate::reserved::FEATURES;

/// The features of entry points, by the client's methods to these.
pub(in crate::api) fn entry_point_features<'n>(
    methods: impl IntoIterator<Item = &'n RustName>,
) -> Vec<String> {
    let mut scope = Scope::with_reserved(FEATURES);
    let methods = methods.into_iter();
    let names = methods.map(|method| kebab(scope.take(method.plain()).plain()));
    names.collect()
}

/// The feature of a file that several entry points need: `_models-sub-name`.
pub(in crate::api) fn shared_feature(module: &[RustName], file: &RustName) -> String {
    let words = module.iter().chain([file]).map(|name| kebab(name.plain()));
    format!("_{}", words.collect::<Vec<_>>().join("-"))
}

/// The form that names of features have. Unlike names in Rust, they may begin with a digit; a dash
/// they must not begin with.
fn kebab(name: &str) -> String {
    name.trim_start_matches('_').replace('_', "-")
}
