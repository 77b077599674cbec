//! Request builders and calls.

mod example;
mod methods;
mod operation_groups;
mod operations;
mod tables;

pub(super) use methods::method;

use methods::methods;

use super::docs::{Text, deprecated};
use super::file::{File, enabled_by, ident};
use super::module_file;
use super::permissions;
use super::table::path;
use crate::api::{
    BuilderItem, Module, Multiplicity, OperationGroupItem, OperationItem, ResourceItem,
};
use quote::quote;
use tables::Tables;

/// A module of requests: the types of a namespace.
pub(super) fn module(module: &Module<ResourceItem>) -> File {
    let mut file = File::new(module_file(&module.path), []);
    let namespaces: Vec<_> = module.namespaces.iter().map(|n| format!("`{n}`")).collect();
    let of = match namespaces.as_slice() {
        [] => String::new(),
        names => format!(" of the namespace {}", names.join(", ")),
    };
    let mut text = Text::default();
    text.markdown(&format!(
        "Requests: a module for each type of resource{of}, with the builders that lead on from it \
         and the calls that it answers."
    ));
    file.set_docs(text.lines());
    let inner = module.modules.keys().map(ident);
    let modules = module.items.iter().map(|item| {
        let (enabled, module) = (enabled_by(item.feature.as_deref()), ident(&item.module));
        quote!(#enabled pub mod #module;)
    });
    if !(module.modules.is_empty() && module.items.is_empty()) {
        file.push(quote!(#(pub mod #inner;)* #(#modules)*));
    }
    file
}

/// The file of a type of resource: its builders, and the modules of its operations.
pub(super) fn resource(module: &Module<ResourceItem>, item: &ResourceItem) -> File {
    let path = module_file(module.path.iter().chain([&item.module]));
    let operations = item.operations.iter().map(|operation| &operation.name);
    let operations = operations.chain(item.operation_groups.iter().map(|group| &group.name));
    let builders = item.builders.iter().map(|builder| &builder.name);
    let mut file = File::new(path, operations.chain(builders));
    let mut text = Text::default();
    text.markdown(&format!("Requests to resources of the {}.", item.origin));
    file.set_docs(text.lines());
    if !item.operations.is_empty() {
        let operations = item.operations.iter().map(|operation| {
            // What comes and goes with this file needs no condition of its own.
            let feature = operation.feature.as_deref();
            let feature = feature.filter(|_| operation.feature != item.feature);
            (enabled_by(feature), &operation.file, &operation.name)
        });
        let groups = item.operation_groups.iter();
        let groups = groups.map(|group| (enabled_by(None), &group.file, &group.name));
        let inner = operations.chain(groups).map(|(enabled, file, name)| {
            let (file, name) = (ident(file), ident(name));
            let declared = quote!(#enabled mod #file;);
            (declared, quote!(#enabled pub use #file::#name;))
        });
        let (files, names): (Vec<_>, Vec<_>) = inner.unzip();
        file.push(quote!(#(#files)*));
        file.push(quote!(#(#names)*));
    }
    let own: Vec<_> = module.path.iter().chain([&item.module]).cloned().collect();
    file.imports().set_module(own);
    for builder in &item.builders {
        self::builder(&mut file, builder);
    }
    file
}

fn builder(file: &mut File, item: &BuilderItem) {
    let imports = file.imports();
    let name = ident(&item.name);
    let resource_path = imports.external("odata_runtime::ResourcePath");
    let mut text = if item.multiplicity.is_many() {
        let mut text = Text::default();
        text.markdown(&format!("Requests to a collection of the {}.", item.origin));
        text
    } else {
        let mut text = Text::new(&item.docs, &format!("A resource of the {}.", item.origin));
        if item.docs.summary.is_some() {
            text.markdown(&format!("Metadata: {}.", item.origin));
        }
        text
    };
    permissions::by_path(&item.permissions, &mut text);
    if let Some(program) = example::requests(item) {
        text.heading("Example");
        text.code(&program);
    }
    example::documented(&item.documented, &mut text);
    let (docs, deprecated) = (text.attributes(), deprecated(&item.docs));
    let tables = Tables::new(&item.methods, imports);
    let methods = methods(&tables.others, &quote!(self.resource), imports);
    let resource_of = item.model.as_ref().map(|model| {
        let resource = match item.multiplicity {
            Multiplicity::Many => "CollectionResource",
            Multiplicity::One => "SingleResource",
        };
        format!(": {resource} for {}", path(&imports.item(model)))
    });
    let resource_of = resource_of.unwrap_or_default();
    file.push(quote! {
        #docs
        #deprecated
        #[derive(Debug, Clone)]
        pub struct #name {
            resource: #resource_path,
        }
    });
    file.push_text(format!(
        "odata_runtime::request_builder!({name}{resource_of});\n"
    ));
    if !item.methods.is_empty() {
        file.push_impl(&name, tables.finish(), methods);
    }
}

/// The file of a call.
pub(super) fn operation(
    module: &Module<ResourceItem>,
    resource: &ResourceItem,
    item: &OperationItem,
) -> File {
    let path = module_file(module.path.iter().chain([&resource.module, &item.file]));
    let mut file = File::new(path, [&item.name]);
    operations::operation(&mut file, item);
    file
}

/// The file of an operation group.
pub(super) fn operation_group(
    module: &Module<ResourceItem>,
    resource: &ResourceItem,
    item: &OperationGroupItem,
) -> File {
    let path = module_file(module.path.iter().chain([&resource.module, &item.file]));
    let mut file = File::new(path, [&item.name]);
    operation_groups::operation_group(&mut file, item);
    file
}
