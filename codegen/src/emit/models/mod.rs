//! Data types.

mod allowed_values;
mod enumerations;
mod structs;

use super::docs::{Text, deprecated};
use super::file::{File, enabled_by, ident};
use super::module_file;
use crate::api::{ModelItem, ModelKind, Module};
use proc_macro2::TokenStream;
use quote::quote;

/// The module of a namespace: its files and what they hold.
pub(super) fn module(module: &Module<ModelItem>) -> File {
    let mut file = File::new(module_file(&module.path), []);
    let namespaces: Vec<_> = module.namespaces.iter().map(|n| format!("`{n}`")).collect();
    let mut text = Text::default();
    match namespaces.as_slice() {
        [] => text.markdown("Data types."),
        names => text.markdown(&format!(
            "Data types of the namespace {}.",
            names.join(", ")
        )),
    }
    file.set_docs(text.lines());
    if !module.modules.is_empty() {
        let names = module.modules.keys().map(ident);
        file.push(quote!(#(pub mod #names;)*));
    }
    if !module.items.is_empty() {
        let items = module.items.iter().map(|item| {
            let (enabled, file) = (enabled_by(item.feature.as_deref()), ident(&item.file));
            let name = ident(&item.name);
            let declared = quote!(#enabled mod #file;);
            (declared, quote!(#enabled pub use #file::#name;))
        });
        let (files, names): (Vec<_>, Vec<_>) = items.unzip();
        file.push(quote!(#(#files)*));
        file.push(quote!(#(#names)*));
    }
    file
}

/// The file of a type.
pub(super) fn item(module: &Module<ModelItem>, item: &ModelItem) -> File {
    let path = module_file(module.path.iter().chain([&item.file]));
    let mut file = File::new(path, [&item.name]);
    match &item.kind {
        ModelKind::Struct(declared) => structs::structure(&mut file, item, declared),
        ModelKind::Enum(declared) => enumerations::enumeration(&mut file, item, declared),
        ModelKind::AllowedValues(allowed) => {
            allowed_values::allowed_values(&mut file, item, allowed);
        }
    }
    file
}

/// The type's documentation, which ends with its source.
fn item_docs(item: &ModelItem) -> TokenStream {
    item_docs_with(item, None)
}

/// The type's documentation with a note of our own.
fn item_docs_with(item: &ModelItem, note: Option<&str>) -> TokenStream {
    let mut text = Text::new(&item.docs, &capitalized(&item.origin.to_string()));
    if let Some(note) = note {
        text.markdown(note);
    }
    if item.docs.summary.is_some() {
        text.markdown(&format!("Metadata: {}.", item.origin));
    }
    let (docs, deprecated) = (text.attributes(), deprecated(&item.docs));
    quote!(#docs #deprecated)
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
