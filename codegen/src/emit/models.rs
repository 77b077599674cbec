//! Data types.

use super::docs::{Text, deprecated};
use super::file::{File, ident};
use super::{module_file, types};
use crate::api::{
    ADDITIONAL_PROPERTIES, AllowedValuesItem, AllowedVariant, Constant, EnumItem, Field, ModelItem,
    ModelKind, ModelModule, RustType, StructItem,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// The module of a namespace: its files and what they hold.
pub(super) fn module(module: &ModelModule) -> File {
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
        let names = module
            .modules
            .iter()
            .filter_map(|inner| inner.path.last())
            .map(ident);
        file.push(quote!(#(pub mod #names;)*));
    }
    if !module.items.is_empty() {
        let files: Vec<_> = module.items.iter().map(|item| ident(&item.file)).collect();
        let names = module.items.iter().map(|item| ident(&item.name));
        file.push(quote!(#(mod #files;)*));
        file.push(quote!(#(pub use #files::#names;)*));
    }
    file
}

/// The file of a type.
pub(super) fn item(module: &ModelModule, item: &ModelItem) -> File {
    let path = module_file(module.path.iter().chain([&item.file]));
    let mut file = File::new(path, [&item.name]);
    match &item.kind {
        ModelKind::Struct(declared) => structure(&mut file, item, declared),
        ModelKind::Enum(enumeration) => enumeration_items(&mut file, item, enumeration),
        ModelKind::AllowedValues(allowed) => allowed_values(&mut file, item, allowed),
    }
    file
}

/// The type's documentation, which ends with its source.
fn item_docs(item: &ModelItem) -> TokenStream {
    let mut text = Text::new(&item.docs, &capitalized(&item.source));
    if item.docs.summary.is_some() {
        text.markdown(&format!("Metadata: {}.", item.source));
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

/// ```ignore
/// #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
/// #[non_exhaustive]
/// pub struct Metric {
///     #[serde(rename = "value", with = "odata_runtime::json")]
///     pub value: i64,
///     #[serde(flatten)]
///     pub additional_properties: Map<String, Value>,
/// }
/// ```
fn structure(file: &mut File, item: &ModelItem, declared: &StructItem) {
    let imports = file.imports();
    let name = ident(&item.name);
    let docs = item_docs(item);
    let serialize = imports.external("serde::Serialize");
    let deserialize = imports.external("serde::Deserialize");
    let fields: Vec<_> = declared
        .fields
        .iter()
        .map(|declared| field(declared, imports))
        .collect();
    let additional = Ident::new(ADDITIONAL_PROPERTIES, Span::call_site());
    let (map, string, value) = (
        imports.external("serde_json::Map"),
        imports.prelude("string::String"),
        imports.external("serde_json::Value"),
    );
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, Default, PartialEq, #serialize, #deserialize)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// What the service sent and the metadata does not declare, by JSON member.
            #[serde(flatten)]
            pub #additional: #map<#string, #value>,
        }
    });
    if declared.is_argument {
        argument_literal(file, &name);
    }
}

/// How a value is passed to an operation: as JSON.
fn argument_literal(file: &mut File, name: &Ident) {
    let imports = file.imports();
    let literal = imports.external("odata_runtime::Literal");
    let literal_value = imports.external("odata_runtime::LiteralValue");
    let to_value = imports.external("serde_json::to_value");
    file.push(quote! {
        impl #literal for #name {
            fn to_literal(&self) -> #literal_value {
                #literal_value::json(#to_value(self).unwrap_or_default())
            }
        }
    });
}

fn field(field: &Field, imports: &mut super::file::Imports) -> TokenStream {
    let name = ident(&field.name);
    let rust_type = types::tokens(&field.rust_type, imports);
    let fallback = format!("Property `{}`.", field.wire_name);
    let docs = Text::new(&field.docs, &fallback).attributes();
    let mut options = Vec::new();
    if field.name.plain() != field.wire_name {
        let wire_name = &field.wire_name;
        options.push(quote!(rename = #wire_name));
    }
    if types::needs_json_format(&field.rust_type) {
        options.push(quote!(with = "odata_runtime::json"));
    }
    match &field.rust_type {
        RustType::Option(_) => {
            options.push(quote!(default));
            let option = imports
                .prelude("option::Option")
                .to_string()
                .replace(' ', "");
            let is_none = format!("{option}::is_none");
            options.push(quote!(skip_serializing_if = #is_none));
        }
        // A service may leave out an empty collection.
        RustType::Vec(_) => options.push(quote!(default)),
        _ => {}
    }
    let options = (!options.is_empty()).then(|| quote!(#[serde(#(#options),*)]));
    let deprecated = deprecated(&field.docs);
    quote! {
        #docs
        #deprecated
        #options
        pub #name: #rust_type,
    }
}

/// An enumeration of the service: what it does not know is kept as text.
fn enumeration_items(file: &mut File, item: &ModelItem, enumeration: &EnumItem) {
    let imports = file.imports();
    let name = ident(&item.name);
    let docs = item_docs(item);
    let string = imports.prelude("string::String");
    let from = imports.prelude("convert::From");
    let literal = imports.external("odata_runtime::Literal");
    let literal_value = imports.external("odata_runtime::LiteralValue");
    let members: Vec<_> = enumeration
        .members
        .iter()
        .map(|member| ident(&member.name))
        .collect();
    let wire_names: Vec<_> = enumeration
        .members
        .iter()
        .map(|m| m.wire_name.as_str())
        .collect();
    let member_docs = enumeration.members.iter().map(|member| {
        Text::new(&member.docs, &format!("Member `{}`.", member.wire_name)).attributes()
    });
    let qualified_name = &enumeration.qualified_name;
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#member_docs #members,)*
            /// A member that this version of the client does not know, as the service writes it.
            Other(#string),
        }
    });
    file.push(quote! {
        impl #name {
            /// The member as the service writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#members => #wire_names,)*
                    Self::Other(member) => member,
                }
            }
        }
    });
    file.push(quote! {
        impl #from<&str> for #name {
            fn from(member: &str) -> Self {
                match member {
                    #(#wire_names => Self::#members,)*
                    other => Self::Other(other.into()),
                }
            }
        }
    });
    file.push(quote! {
        impl #literal for #name {
            fn to_literal(&self) -> #literal_value {
                #literal_value::enumeration(#qualified_name, self.as_str())
            }
        }
    });
    let default = file.imports().prelude("default::Default");
    file.push(quote! {
        impl #default for #name {
            /// No member: a value that the service refuses, so that none is sent by accident.
            fn default() -> Self {
                Self::Other(#string::new())
            }
        }
    });
    text_serde(file, &name);
}

/// `Serialize` and `Deserialize` by `as_str` and `From<&str>`.
fn text_serde(file: &mut File, name: &Ident) {
    let imports = file.imports();
    let serialize = imports.external("serde::Serialize");
    let deserialize = imports.external("serde::Deserialize");
    let serializer = imports.external("serde::Serializer");
    let deserializer = imports.external("serde::Deserializer");
    let result = imports.prelude("result::Result");
    let string = imports.prelude("string::String");
    file.push(quote! {
        impl #serialize for #name {
            fn serialize<S: #serializer>(&self, serializer: S) -> #result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    });
    file.push(quote! {
        impl<'de> #deserialize<'de> for #name {
            fn deserialize<D: #deserializer<'de>>(deserializer: D) -> #result<Self, D::Error> {
                let member = #string::deserialize(deserializer)?;
                Ok(Self::from(member.as_str()))
            }
        }
    });
}

/// ```ignore
/// #[non_exhaustive]
/// pub enum Interval { FiveMinutes, …, Other(i32) }
/// impl Interval { pub fn value(&self) -> i32 { … } }
/// impl From<i32> for Interval { … }
/// impl Literal for Interval { … }
/// ```
fn allowed_values(file: &mut File, item: &ModelItem, allowed: &AllowedValuesItem) {
    let text = allowed.value_type == RustType::String;
    let imports = file.imports();
    let name = ident(&item.name);
    let docs = item_docs(item);
    let value_type = types::tokens(&allowed.value_type, imports);
    let variants = allowed.variants.iter().map(|variant| {
        let docs = Text::new(
            &variant.docs,
            &format!("`{}`.", constant_text(&variant.value)),
        );
        let (docs, name) = (docs.attributes(), ident(&variant.name));
        quote!(#docs #name,)
    });
    let variants: Vec<_> = variants.collect();
    let other = ident(&allowed.other);
    let copy = (!text).then(|| quote!(Copy,));
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, #copy PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that the metadata does not list.
            #other(#value_type),
        }
    });
    value_method(file, &name, allowed);
    value_conversions(file, &name, allowed);
    if let Some(default) = &allowed.default {
        let (default_trait, default) = (file.imports().prelude("default::Default"), ident(default));
        file.push(quote! {
            impl #default_trait for #name {
                /// What the service takes when the parameter is left out.
                fn default() -> Self {
                    Self::#default
                }
            }
        });
    }
    let literal = file.imports().external("odata_runtime::Literal");
    let literal_value = file.imports().external("odata_runtime::LiteralValue");
    file.push(quote! {
        impl #literal for #name {
            fn to_literal(&self) -> #literal_value {
                self.value().to_literal()
            }
        }
    });
}

fn value_method(file: &mut File, name: &Ident, allowed: &AllowedValuesItem) {
    let imports = file.imports();
    let (returned, other) = match allowed.value_type {
        RustType::String => (quote!(&str), quote!(value)),
        ref other => (types::tokens(other, imports), quote!(*value)),
    };
    let arms = allowed
        .variants
        .iter()
        .map(|AllowedVariant { name, value, .. }| {
            let (name, value) = (ident(name), constant(value));
            quote!(Self::#name => #value,)
        });
    let other_name = ident(&allowed.other);
    file.push(quote! {
        impl #name {
            /// The value that is sent.
            pub fn value(&self) -> #returned {
                match self {
                    #(#arms)*
                    Self::#other_name(value) => #other,
                }
            }
        }
    });
}

fn value_conversions(file: &mut File, name: &Ident, allowed: &AllowedValuesItem) {
    let imports = file.imports();
    let from = imports.prelude("convert::From");
    let value_type = match allowed.value_type {
        RustType::String => quote!(&str),
        ref other => types::tokens(other, imports),
    };
    let other_value = match allowed.value_type {
        RustType::String => quote!(other.into()),
        _ => quote!(other),
    };
    let arms = allowed
        .variants
        .iter()
        .map(|AllowedVariant { name, value, .. }| {
            let (name, value) = (ident(name), constant(value));
            quote!(#value => Self::#name,)
        });
    let other_name = ident(&allowed.other);
    file.push(quote! {
        impl #from<#value_type> for #name {
            fn from(value: #value_type) -> Self {
                match value {
                    #(#arms)*
                    other => Self::#other_name(#other_value),
                }
            }
        }
    });
}

fn constant(constant: &Constant) -> TokenStream {
    match constant {
        Constant::Integer(number) => {
            let digits = Literal::u64_unsuffixed(number.unsigned_abs());
            if *number < 0 {
                quote!(-#digits)
            } else {
                quote!(#digits)
            }
        }
        Constant::Text(text) => quote!(#text),
    }
}

fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::Integer(number) => number.to_string(),
        Constant::Text(text) => super::docs::inline(text),
    }
}
