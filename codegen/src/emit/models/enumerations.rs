//! Enumerations of the service: what they do not know is kept as text.

use super::item_docs_with;
use crate::api::{EnumItem, ModelItem};
use crate::config::EnumerationLiterals;
use crate::emit::docs::{Text, deprecated};
use crate::emit::file::{File, ident};
use crate::emit::table::{Table, name, string};
use quote::quote;

/// ```ignore
/// #[non_exhaustive]
/// pub enum Status { Active, …, Other(String) }
///
/// odata_runtime::enumeration! {
///     Status = "graph.status" {
///         Active = "active",
///         _ = Other,
///     }
/// }
/// ```
pub(super) fn enumeration(file: &mut File, item: &ModelItem, declared: &EnumItem) {
    declare(file, item, declared);
    let mut table = Table::new("enumeration");
    let (enumeration, qualified_name) = (name(&item.name), string(&declared.qualified_name));
    table.line(format!("{enumeration} = {qualified_name} {{"));
    for member in &declared.members {
        table.row(format!(
            "{} = {},",
            name(&member.name),
            string(&member.wire_name)
        ));
    }
    table.row(format!("_ = {},", name(&declared.other)));
    table.line("}");
    if declared.literals == EnumerationLiterals::Quoted {
        table.line("literals Quoted");
    }
    file.push_text(table.finish());
}

fn declare(file: &mut File, item: &ModelItem, declared: &EnumItem) {
    let (enumeration, other) = (ident(&item.name), ident(&declared.other));
    let note = declared
        .is_flags
        .then_some("A value may be several of these: a set, [`Flags`](odata_runtime::Flags).");
    let docs = item_docs_with(item, note);
    let members = declared.members.iter().map(|member| ident(&member.name));
    let text = file.imports().prelude("string::String");
    let member_docs = declared.members.iter().map(|member| {
        let docs = Text::new(&member.docs, &format!("`{}`", member.wire_name)).attributes();
        let deprecated = deprecated(&member.docs);
        quote!(#docs #deprecated)
    });
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #enumeration {
            #(#member_docs #members,)*
            /// A member that this version of the client does not know, as the service writes it.
            #other(#text),
        }
    });
}
