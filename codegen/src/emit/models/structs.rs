//! Entity and complex types.

use super::{item_docs_with, json_object};
use crate::api::{ADDITIONAL_PROPERTIES, Field, ModelItem, PropertyName, StructItem};
use crate::emit::docs::{Text, deprecated};
use crate::emit::file::{File, Imports, ident};
use crate::emit::types;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// ```ignore
/// #[derive(Debug, Clone, Default, PartialEq)]
/// #[non_exhaustive]
/// pub struct Metric {
///     pub start_date_time: DateTime<Utc>,
///     pub additional_properties: Map<String, Value>,
/// }
/// impl JsonObject for Metric { … }
/// ```
pub(super) fn structure(file: &mut File, item: &ModelItem, declared: &StructItem) {
    let name = ident(&item.name);
    declare(file, item, declared);
    if !declared.property_names.is_empty() {
        property_names(file, &name, &declared.property_names);
    }
    type_information(file, &name, declared);
    json_object::json_object(file, &name, &declared.fields);
    if declared.is_argument {
        argument_literal(file, &name);
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
    let map = map(imports);
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// What the service sent and the metadata does not declare, by JSON member.
            pub #additional: #map,
        }
    });
}

pub(super) fn additional_properties() -> Ident {
    Ident::new(ADDITIONAL_PROPERTIES, Span::call_site())
}

/// `Map<String, Value>`
pub(super) fn map(imports: &mut Imports) -> TokenStream {
    let (map, string, value) = (
        imports.external("serde_json::Map"),
        imports.prelude("string::String"),
        imports.external("serde_json::Value"),
    );
    quote!(#map<#string, #value>)
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

/// `pub const DISPLAY_NAME: Property<Self> = Property::new("displayName");`
fn property_names(file: &mut File, name: &Ident, names: &[PropertyName]) {
    let imports = file.imports();
    let constants: Vec<_> = names
        .iter()
        .map(|property| {
            let (name, wire_name) = (ident(&property.name), &property.wire_name);
            let kind = if property.is_navigation {
                imports.external("odata_runtime::NavigationProperty")
            } else {
                imports.external("odata_runtime::Property")
            };
            let mut text = Text::default();
            text.markdown(&format!("`{wire_name}`"));
            let docs = text.attributes();
            quote!(#docs pub const #name: #kind<Self> = #kind::new(#wire_name);)
        })
        .collect();
    file.push(quote! {
        /// The names of the properties, for query options.
        impl #name {
            #(#constants)*
        }
    });
}

/// What the type says of itself: its name, and the types above and below it.
fn type_information(file: &mut File, name: &Ident, declared: &StructItem) {
    let imports = file.imports();
    let odata_type = imports.external("odata_runtime::ODataType");
    let qualified_name = &declared.qualified_name;
    let (derived, read_only) = (&declared.derived, &declared.read_only);
    let derived = (!derived.is_empty())
        .then(|| quote!(const DERIVED: &'static [&'static str] = &[#(#derived),*];));
    let read_only = (!read_only.is_empty())
        .then(|| quote!(const READ_ONLY: &'static [&'static str] = &[#(#read_only),*];));
    let (additional, map) = (additional_properties(), map(imports));
    file.push(quote! {
        impl #odata_type for #name {
            const NAME: &'static str = #qualified_name;
            #derived
            #read_only
            fn additional_properties(&self) -> &#map {
                &self.#additional
            }
        }
    });
    if !declared.bases.is_empty() {
        let imports = file.imports();
        let derived_from = imports.external("odata_runtime::DerivedFrom");
        let bases: Vec<_> = declared
            .bases
            .iter()
            .map(|base| imports.item(base))
            .collect();
        file.push(quote!(#(impl #derived_from<#bases> for #name {})*));
    }
}

/// How a value is passed to an operation: as JSON.
fn argument_literal(file: &mut File, name: &Ident) {
    let imports = file.imports();
    let literal = imports.external("odata_runtime::Literal");
    let literal_value = imports.external("odata_runtime::LiteralValue");
    file.push(quote! {
        impl #literal for #name {
            fn to_literal(&self) -> #literal_value {
                #literal_value::from_serialize(self)
            }
        }
    });
}
