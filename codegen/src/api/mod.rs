//! Model → the Rust items that will exist.

mod allowed;
mod bound_sets;
mod builders;
mod context;
mod docs;
mod examples;
mod features;
mod index;
pub mod items;
mod known;
mod models;
mod naming;
mod operation_groups;
mod operations;
mod origin;
mod permissions;
mod reach;
mod refusals;
mod restrictions;
mod selection;
mod types;

pub use crate::edm::Multiplicity;
pub use crate::reserved::ADDITIONAL_PROPERTIES;
pub use context::Options;
pub use items::*;
pub use naming::{Renamed, RustName};
pub(crate) use naming::{Variables, key_argument};
pub use origin::Origin;

use crate::edm::Model;
use crate::parallel::both;
use builders::Builders;
use context::Context;
use naming::{Namer, cloud_names, kept_modules};
use operations::Operations;
use selection::Selection;

/// The items of a client for `model`.
pub fn build(model: &Model, options: Options<'_>) -> Api {
    let mut api = build_items(model, options);
    if options.client.entry_point_features {
        features::assign(&mut api.models, &mut api.requests, &mut api.client);
    }
    if options.client.examples {
        examples::assign(&mut api.requests, &api.models, &mut api.client);
    }
    api
}

/// The same without the features that turn items on, and without examples.
pub fn build_items(model: &Model, options: Options<'_>) -> Api {
    let namer = Namer::new(&options.naming.words);
    let context = Context::new(Selection::new(model), options, &namer);
    let permissions = permissions::permissions(&context);
    let builders = Builders {
        context: &context,
        operations: Operations {
            context: &context,
            permissions: &permissions,
        },
    };
    let client = client(options, builders.entries());
    let (models, requests) = both(|| models::module(&context), || builders.module());
    let omitted = context.selection.omitted();
    Api {
        client,
        models,
        requests,
        permissions,
        renamed: namer.renamed(),
        omitted,
    }
}

fn client(options: Options<'_>, methods: Vec<Method>) -> ClientItem {
    let Options {
        client, service, ..
    } = options;
    let names = cloud_names(service.clouds.iter().map(|cloud| cloud.name.as_str()));
    let clouds = service.clouds.iter().zip(names);
    let clouds = clouds.map(|(cloud, name)| CloudItem {
        name,
        description: cloud.description.clone(),
        root: service.root(cloud),
        login: cloud.login().map(|(scope, authority)| LoginItem {
            scope: scope.to_owned(),
            authority: authority.to_owned(),
        }),
    });
    let documentation = &client.documentation;
    ClientItem {
        crate_name: client.name.clone(),
        docs: Docs {
            summary: Some(client.title.clone()),
            details: (!documentation.is_empty()).then(|| documentation.clone()),
            deprecated: None,
        },
        service: service.name.clone(),
        token_variable: service.token_variable.clone(),
        ieee754_compatible: service.ieee754_compatible,
        batch: service.batch,
        clouds: clouds.collect(),
        example: None,
        modules: kept_modules(&client.modules),
        methods,
        features: Vec::new(),
    }
}
