//! Enumerations of the values that a parameter may have.

use super::item_docs;
use crate::api::{AllowedValuesItem, AllowedVariant, Constant, ModelItem, RustType};
use crate::emit::docs::Text;
use crate::emit::file::{File, ident};
use crate::emit::types;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// ```ignore
/// #[non_exhaustive]
/// pub enum Interval { FiveMinutes, …, Other(i32) }
/// impl Interval { pub fn value(&self) -> i32 { … } }
/// impl From<i32> for Interval { … }
/// impl Literal for Interval { … }
/// ```
pub(super) fn allowed_values(file: &mut File, item: &ModelItem, allowed: &AllowedValuesItem) {
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
        Constant::Text(text) => crate::emit::docs::inline(text),
    }
}
