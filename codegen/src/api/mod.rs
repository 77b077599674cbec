//! Model → the Rust items that will exist.

mod allowed;
mod builders;
mod examples;
mod families;
mod features;
mod index;
pub mod items;
mod models;
pub mod naming;
mod operations;
mod overloads;
mod reach;
mod renames;
mod selection;
mod types;

pub use items::*;
pub use naming::RustName;

use crate::config::Config;
use crate::edm::{Annotation, Model, vocabulary};
use allowed::AllowedValues;
use builders::BuilderMaker;
use naming::{Scope, Words};
use operations::OperationMaker;
use overloads::Overloads;
use selection::Selection;
use types::Types;

/// The field of every struct that holds what the metadata does not declare.
pub const ADDITIONAL_PROPERTIES: &str = "additional_properties";

/// The items of a client for `model`.
pub fn build(model: &Model, config: &Config) -> Api {
    let words = Words::new(&config.naming.words);
    let selection = Selection::new(model);
    let allowed = AllowedValues::collect(&selection, &words);
    let types = Types::new(&selection, config, &words, &allowed);
    let overloads = Overloads::new(&selection, &types, &words);
    let operations = OperationMaker {
        selection: &selection,
        config,
        words: &words,
        allowed: &allowed,
        types: &types,
    };
    let builders = BuilderMaker {
        selection: &selection,
        config,
        words: &words,
        types: &types,
        overloads: &overloads,
        operations: &operations,
    };
    let mut client = client(config, builders.entries());
    let (mut models, mut requests) = std::thread::scope(|scope| {
        let models = scope
            .spawn(|| models::module(&selection, &words, &allowed, &types, config.service.binary));
        let requests = builders.module();
        let models = models.join();
        let models = models.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (models, requests)
    });
    if config.client.entry_point_features {
        features::assign(&mut models, &mut requests, &mut client);
    }
    if config.client.examples {
        examples::assign(&mut requests, &models, &client);
    }
    Api {
        renamed: renames::renames(&models, &requests, &client, &words),
        client,
        models,
        requests,
        omitted: selection.omitted(),
    }
}

fn client(config: &Config, methods: Vec<Method>) -> ClientItem {
    // The enumeration has a constant of this name.
    let mut scope = Scope::with_reserved(["ALL"]);
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
        modules: modules(config),
        methods,
        features: Vec::new(),
    }
}

/// The modules that are kept by hand, and that no emitted one can be called like.
fn modules(config: &Config) -> Vec<RustName> {
    let mut scope = Scope::with_reserved(["client", "models", "requests"]);
    let mut names = config.client.modules.clone();
    names.sort();
    names.iter().map(|name| scope.take(name)).collect()
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
