//! Enumerations of the values that a parameter may have.

use super::item_docs;
use crate::api::{AllowedValuesItem, Constant, ModelItem, RustType};
use crate::emit::docs::Text;
use crate::emit::file::{File, Imports, ident};
use crate::emit::table::{Table, name, string};
use crate::emit::types;
use quote::quote;

/// ```ignore
/// #[non_exhaustive]
/// pub enum Interval { FiveMinutes, …, Other(i32) }
///
/// odata_runtime::allowed_values! {
///     Interval = i32 {
///         FiveMinutes = 5,
///         _ = Other,
///     }
///     default FiveMinutes
/// }
/// ```
pub(super) fn allowed_values(file: &mut File, item: &ModelItem, allowed: &AllowedValuesItem) {
    let text = allowed.value_type == RustType::String;
    let imports = file.imports();
    let enumeration = ident(&item.name);
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
        pub enum #enumeration {
            #(#variants)*
            /// A value that the metadata does not list.
            #other(#value_type),
        }
    });
    table(file, item, allowed);
}

fn table(file: &mut File, item: &ModelItem, allowed: &AllowedValuesItem) {
    let mut table = Table::new("allowed_values");
    let value_type = match &allowed.value_type {
        RustType::String => "str".to_owned(),
        // In full, whatever the file means by the short name.
        number => types::tokens(number, &mut Imports::new([])).to_string(),
    };
    table.line(format!("{} = {value_type} {{", name(&item.name)));
    for variant in &allowed.variants {
        table.row(format!(
            "{} = {},",
            name(&variant.name),
            constant(&variant.value)
        ));
    }
    table.row(format!("_ = {},", name(&allowed.other)));
    table.line("}");
    if let Some(default) = &allowed.default {
        table.line(format!("default {}", name(default)));
    }
    file.push_text(table.finish());
}

fn constant(constant: &Constant) -> String {
    match constant {
        Constant::Integer(number) => number.to_string(),
        Constant::Text(text) => string(text).to_string(),
    }
}

fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::Integer(number) => number.to_string(),
        Constant::Text(text) => crate::emit::docs::inline(text),
    }
}
