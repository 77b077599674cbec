//! Rust types as tokens.

use super::file::Imports;
use crate::api::RustType;
use proc_macro2::TokenStream;
use quote::quote;

/// The type as it is written in a file.
pub(crate) fn tokens(rust_type: &RustType, imports: &mut Imports) -> TokenStream {
    match rust_type {
        RustType::Bool => primitive("bool", imports),
        RustType::U8 => primitive("u8", imports),
        RustType::I8 => primitive("i8", imports),
        RustType::I16 => primitive("i16", imports),
        RustType::I32 => primitive("i32", imports),
        RustType::I64 => primitive("i64", imports),
        RustType::F32 => primitive("f32", imports),
        RustType::F64 => primitive("f64", imports),
        RustType::String => imports.prelude("string::String"),
        RustType::DateTime => {
            let (date_time, utc) = (
                imports.external("chrono::DateTime"),
                imports.external("chrono::Utc"),
            );
            quote!(#date_time<#utc>)
        }
        RustType::Date => imports.external("chrono::NaiveDate"),
        RustType::TimeOfDay => imports.external("chrono::NaiveTime"),
        RustType::Duration => imports.external("chrono::TimeDelta"),
        RustType::Guid => imports.external("odata_runtime::Guid"),
        RustType::Binary => {
            let (vec, byte) = (imports.prelude("vec::Vec"), primitive("u8", imports));
            quote!(#vec<#byte>)
        }
        RustType::Json => imports.external("serde_json::Value"),
        RustType::Decimal => imports.external("odata_runtime::Decimal"),
        RustType::Model(path) | RustType::Enum(path) | RustType::AllowedValues(path) => {
            imports.item(path)
        }
        RustType::Flags(path) => {
            let (flags, item) = (imports.external("odata_runtime::Flags"), imports.item(path));
            quote!(#flags<#item>)
        }
        RustType::Boxed(inner) => {
            let (boxed, inner) = (imports.prelude("boxed::Box"), tokens(inner, imports));
            quote!(#boxed<#inner>)
        }
        RustType::Option(inner) => {
            let (option, inner) = (imports.prelude("option::Option"), tokens(inner, imports));
            quote!(#option<#inner>)
        }
        RustType::Vec(inner) => {
            let (vec, inner) = (imports.prelude("vec::Vec"), tokens(inner, imports));
            quote!(#vec<#inner>)
        }
    }
}

/// Names of primitive types are in scope everywhere and start in lower case, as no emitted type
/// does.
fn primitive(name: &str, imports: &mut Imports) -> TokenStream {
    imports.prelude(&format!("primitive::{name}"))
}

/// How an argument takes values of a type, and how the value is made of it.
pub(super) struct ArgumentForm {
    /// The type of the argument.
    pub taken: TokenStream,
    /// Whether `.into()` makes the value.
    pub converts: bool,
}

/// `impl Into<…>` where callers have more than one type for the value; the type itself elsewhere.
pub(super) fn argument(rust_type: &RustType, imports: &mut Imports) -> ArgumentForm {
    let plain = tokens(rust_type, imports);
    let converts = converts(rust_type);
    if converts {
        let into = imports.prelude("convert::Into");
        ArgumentForm {
            taken: quote!(impl #into<#plain>),
            converts,
        }
    } else {
        ArgumentForm {
            taken: plain,
            converts,
        }
    }
}

/// Whether an argument of this type is taken as whatever converts into it.
pub(crate) fn converts(rust_type: &RustType) -> bool {
    matches!(
        rust_type,
        RustType::String
            | RustType::DateTime
            | RustType::Enum(_)
            | RustType::AllowedValues(_)
            | RustType::Option(_)
    )
}
