//! Entity and complex types.

use super::item_docs_with;
use crate::api::{ADDITIONAL_PROPERTIES, Field, ModelItem, RustType, StructItem};
use crate::emit::docs::{Text, deprecated};
use crate::emit::file::{File, Imports, ident};
use crate::emit::table::{Table, name, path, string};
use crate::emit::types;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// ```ignore
/// #[derive(Debug, Clone, Default, PartialEq)]
/// #[non_exhaustive]
/// pub struct Metric {
///     pub start_date_time: DateTime<Utc>,
///     pub additional_properties: AdditionalProperties,
/// }
///
/// impl ODataType for Metric {
///     const NAME: &'static str = "graph.metric";
/// }
///
/// odata_runtime::model! {
///     Metric {
///         START_DATE_TIME: start_date_time = "startDateTime" of DateTime<Utc>,
///     }
/// }
/// ```
pub(super) fn structure(file: &mut File, item: &ModelItem, declared: &StructItem) {
    declare(file, item, declared);
    names(file, item, declared);
    table(file, item, declared);
    if declared.is_argument {
        file.push_text(format!("odata_runtime::argument!({});\n", name(&item.name)));
    }
}

fn declare(file: &mut File, item: &ModelItem, declared: &StructItem) {
    let imports = file.imports();
    let name = ident(&item.name);
    let derived = "The service may send one of the types that extend this one; \
                   [`downcast`](odata_runtime::ODataType::downcast) gives it.";
    let docs = item_docs_with(item, (!declared.derived.is_empty()).then_some(derived));
    let fields = declared
        .fields
        .iter()
        .map(|declared| field(declared, imports));
    let fields: Vec<_> = fields.collect();
    let additional = additional_properties();
    let others = imports.external("odata_runtime::AdditionalProperties");
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// What the service sent besides the fields, by JSON member.
            pub #additional: #others,
        }
    });
}

fn additional_properties() -> Ident {
    Ident::new(ADDITIONAL_PROPERTIES, Span::call_site())
}

/// What the metadata calls the type, and what it says of it.
fn names(file: &mut File, item: &ModelItem, declared: &StructItem) {
    let odata_type = file.imports().external("odata_runtime::ODataType");
    let (name, qualified_name) = (ident(&item.name), &declared.qualified_name);
    let list = |name: &str, items: &[String]| {
        let name = format_ident!("{name}");
        (!items.is_empty()).then(|| quote!(const #name: &'static [&'static str] = &[#(#items),*];))
    };
    let derived = list("DERIVED", &declared.derived);
    let read_only = list("READ_ONLY", &declared.read_only);
    file.push(quote! {
        impl #odata_type for #name {
            const NAME: &'static str = #qualified_name;
            #derived
            #read_only
        }
    });
}

fn field(field: &Field, imports: &mut Imports) -> TokenStream {
    let name = ident(&field.name);
    let rust_type = types::tokens(&field.rust_type, imports);
    let fallback = if field.is_navigation {
        format!(
            "`{}`, where it was asked for with `$expand`",
            field.wire_name
        )
    } else {
        format!("`{}`", field.wire_name)
    };
    let docs = Text::new(&field.docs, &fallback).attributes();
    let deprecated = deprecated(&field.docs);
    quote! {
        #docs
        #deprecated
        pub #name: #rust_type,
    }
}

/// The table of the model's members.
fn table(file: &mut File, item: &ModelItem, declared: &StructItem) {
    let mut table = Table::new("model");
    let head = format!("{} {{", name(&item.name));
    let (related, own): (Vec<_>, Vec<_>) = declared
        .fields
        .iter()
        .partition(|field| field.is_navigation);
    let imports = file.imports();
    rows(&mut table, &head, &own, imports);
    if !related.is_empty() {
        rows(&mut table, "navigation {", &related, imports);
    }
    let bases = declared.bases.iter().map(|base| path(&imports.item(base)));
    table.list("extends", bases);
    table.list("required", required(&declared.fields).map(string));
    file.push_text(table.finish());
}

fn rows(table: &mut Table, head: &str, fields: &[&Field], imports: &mut Imports) {
    table.line(head);
    for field in fields {
        let form = if field.is_base64 { " as base64" } else { "" };
        let values = path(&types::tokens(&field.rust_type.value(), imports));
        table.row(format!(
            "{}: {} = {}{form} of {values},",
            name(&field.constant),
            name(&field.name),
            string(&field.wire_name),
        ));
    }
    table.line("}");
}

/// The members that must be there. A service may leave out an empty collection.
fn required(fields: &[Field]) -> impl Iterator<Item = &str> {
    let optional =
        |field: &&Field| matches!(field.rust_type, RustType::Option(_) | RustType::Vec(_));
    let required = fields.iter().filter(move |field| !optional(field));
    required.map(|field| field.wire_name.as_str())
}
