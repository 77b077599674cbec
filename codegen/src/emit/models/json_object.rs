//! How models are read from JSON and written to it.

use super::structs::{additional_properties, map};
use crate::api::{Field, RustType};
use crate::emit::file::{File, ident};
use crate::emit::types;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// ```ignore
/// impl JsonObject for Metric {
///     fn read_member(…) { match name { "value" => value.read(&mut self.value), … } }
///     fn write_members(…) { members.write("value", &self.value)…; }
/// }
/// ```
pub(super) fn json_object(file: &mut File, name: &Ident, fields: &[Field]) {
    let imports = file.imports();
    let json_object = imports.external("odata_runtime::object::JsonObject");
    let map_access = imports.external("serde::de::MapAccess");
    let serialize_map = imports.external("serde::ser::SerializeMap");
    let member_value = imports.external("odata_runtime::object::MemberValue");
    let members = imports.external("odata_runtime::object::Members");
    let result = imports.prelude("result::Result");
    let (boolean, text) = (
        imports.prelude("primitive::bool"),
        imports.prelude("primitive::str"),
    );
    let (additional, map) = (additional_properties(), map(imports));
    let (required, read) = (required(fields), read(fields));
    let (written, write) = write(fields);
    // What a model without members does not use.
    let (read_name, read_value) = if fields.is_empty() {
        (quote!(_name), quote!(_value))
    } else {
        (quote!(name), quote!(value))
    };
    file.push(quote! {
        impl #json_object for #name {
            #required
            fn read_member<'de, A: #map_access<'de>>(
                &mut self,
                #read_name: &#text,
                #read_value: #member_value<'_, A>,
            ) -> #result<#boolean, A::Error> {
                #read
            }

            fn write_members<M: #serialize_map>(&self, #written: &mut #members<'_, M>) {
                #write
            }

            fn additional_properties_mut(&mut self) -> &mut #map {
                &mut self.#additional
            }
        }
    });
    serde(file, name);
}

/// The members that must be there. A service may leave out an empty collection.
fn required(fields: &[Field]) -> TokenStream {
    let optional =
        |field: &&Field| matches!(field.rust_type, RustType::Option(_) | RustType::Vec(_));
    let names = fields
        .iter()
        .filter(|field| !optional(field))
        .map(|field| &field.wire_name);
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return TokenStream::new();
    }
    quote!(const REQUIRED: &'static [&'static str] = &[#(#names),*];)
}

fn read(fields: &[Field]) -> TokenStream {
    if fields.is_empty() {
        return quote!(Ok(false));
    }
    let arms = fields.iter().map(|field| {
        let (name, wire_name) = (ident(&field.name), &field.wire_name);
        let read = if types::needs_json_format(&field.rust_type) {
            quote!(read_formatted)
        } else {
            quote!(read)
        };
        quote!(#wire_name => value.#read(&mut self.#name),)
    });
    quote! {
        match name {
            #(#arms)*
            _ => Ok(false),
        }
    }
}

/// Most calls in one expression. Each of them nests it deeper for those who read it: the formatter, and
/// the compiler.
const LONGEST_CHAIN: usize = 200;

/// The argument's name and the body.
fn write(fields: &[Field]) -> (TokenStream, TokenStream) {
    if fields.is_empty() {
        return (quote!(_members), TokenStream::new());
    }
    let calls = fields.iter().map(|field| {
        let (name, wire_name) = (ident(&field.name), &field.wire_name);
        let some = if matches!(field.rust_type, RustType::Option(_)) {
            "_some"
        } else {
            ""
        };
        let formatted = if types::needs_json_format(&field.rust_type) {
            "_formatted"
        } else {
            ""
        };
        let write = format_ident!("write{some}{formatted}");
        quote!(.#write(#wire_name, &self.#name))
    });
    let calls: Vec<TokenStream> = calls.collect();
    let chains = calls.chunks(LONGEST_CHAIN);
    (quote!(members), quote!(#(members #(#chains)*;)*))
}

/// `Serialize` and `Deserialize` by what the model says of its members.
fn serde(file: &mut File, name: &Ident) {
    let imports = file.imports();
    let serialize = imports.external("serde::Serialize");
    let deserialize = imports.external("serde::Deserialize");
    let serializer = imports.external("serde::Serializer");
    let deserializer = imports.external("serde::Deserializer");
    let result = imports.prelude("result::Result");
    let object = imports.external("odata_runtime::object");
    file.push(quote! {
        impl #serialize for #name {
            fn serialize<S: #serializer>(&self, serializer: S) -> #result<S::Ok, S::Error> {
                #object::serialize(self, serializer)
            }
        }
    });
    file.push(quote! {
        impl<'de> #deserialize<'de> for #name {
            fn deserialize<D: #deserializer<'de>>(deserializer: D) -> #result<Self, D::Error> {
                #object::deserialize(deserializer)
            }
        }
    });
}
