//! Model → the Rust items that will exist.

mod allowed;
pub mod items;
mod models;
pub mod naming;
mod requests;
mod types;

pub use items::*;
pub use naming::RustName;

use crate::config::Config;
use crate::edm::{Annotation, Model, vocabulary};
use naming::{Scope, Words};
use types::Types;

/// The field of every struct that holds what the metadata does not declare.
pub const ADDITIONAL_PROPERTIES: &str = "additional_properties";

/// Names in the scope of a call that its parameters cannot have: its methods, those of the
/// runtime's `ConfigureRequest`, and the argument of its constructor.
const CALL_METHODS: &[&str] = &[
    "attempt_timeout",
    "clone",
    "client_request_id",
    "fmt",
    "header",
    "into",
    "into_future",
    "new",
    "options_mut",
    "pages",
    "query_option",
    "request",
    "resource",
    "retry",
    "send",
    "stream",
    "timeout",
    "to_http",
    "url",
];

/// Names that methods of a request builder cannot have.
const BUILDER_METHODS: &[&str] = &["clone", "fmt", "into", "new", "resource"];

/// Names that the client's methods to entry points cannot have.
const CLIENT_METHODS: &[&str] = &[
    "builder",
    "clone",
    "credential_source",
    "fmt",
    "from",
    "from_env",
    "into",
    "untyped",
];

/// The items of a client for `model`.
pub fn build(model: &Model, config: &Config) -> Api {
    let words = Words::new(&config.naming.words);
    let allowed = allowed::AllowedValues::collect(model, &words);
    let mut types = Types::new(model, config, &words, &allowed);
    let builders = requests::builders(model, config, &words, &allowed, &types);
    let models = models::module(model, &words, &allowed, &types);
    let entries = requests::entries(model, &words, &types);
    let client = client(config, entries);
    Api {
        client,
        models,
        builders,
        renamed: types.take_renamed(),
    }
}

fn client(config: &Config, entries: Vec<NavigationMethod>) -> ClientItem {
    let mut scope = Scope::default();
    let clouds = config.service.clouds.iter().map(|cloud| CloudItem {
        name: scope.take(&cloud.name),
        description: cloud.description.clone(),
        root: cloud.root.clone(),
        scope: cloud.scope.clone(),
        login_authority: cloud.login_authority.clone(),
    });
    let documentation = &config.client.documentation;
    ClientItem {
        crate_name: config.client.name.clone(),
        docs: Docs {
            summary: Some(config.client.title.clone()),
            details: (!documentation.is_empty()).then(|| documentation.clone()),
            deprecated: None,
        },
        service: config.service.name.clone(),
        token_variable: config.service.token_variable.clone(),
        clouds: clouds.collect(),
        entries,
    }
}

/// What the annotations of an element say to its users.
fn docs(annotations: &[Annotation]) -> Docs {
    Docs {
        summary: vocabulary::description(annotations).map(str::to_owned),
        details: vocabulary::long_description(annotations).map(str::to_owned),
        deprecated: vocabulary::deprecation(annotations).map(|deprecation| {
            let mut text = deprecation.description.unwrap_or("deprecated").to_owned();
            if let Some(date) = deprecation.removal_date {
                text.push_str(&format!(" (removal announced for {date})"));
            }
            text
        }),
    }
}
