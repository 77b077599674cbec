//! Enumerations of the service: what they do not know is kept as text.

use super::item_docs_with;
use crate::api::{EnumItem, ModelItem};
use crate::emit::docs::{Text, deprecated};
use crate::emit::file::{File, ident};
use proc_macro2::Ident;
use quote::quote;

/// ```ignore
/// #[non_exhaustive]
/// pub enum Status { Active, …, Other(String) }
/// impl Status { pub fn as_str(&self) -> &str { … } }
/// impl From<&str> for Status { … }
/// ```
pub(super) fn enumeration(file: &mut File, item: &ModelItem, declared: &EnumItem) {
    let name = ident(&item.name);
    let other = ident(&declared.other);
    let members: Vec<_> = declared
        .members
        .iter()
        .map(|member| ident(&member.name))
        .collect();
    let wire_names: Vec<_> = declared
        .members
        .iter()
        .map(|m| m.wire_name.as_str())
        .collect();
    declare(file, item, declared, &members);
    let from = file.imports().prelude("convert::From");
    file.push(quote! {
        impl #name {
            /// The member as the service writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#members => #wire_names,)*
                    Self::#other(member) => member,
                }
            }
        }
    });
    file.push(quote! {
        impl #from<&str> for #name {
            fn from(member: &str) -> Self {
                match member {
                    #(#wire_names => Self::#members,)*
                    other => Self::#other(other.into()),
                }
            }
        }
    });
    traits(file, &name, declared, &other);
}

fn declare(file: &mut File, item: &ModelItem, declared: &EnumItem, members: &[Ident]) {
    let (name, other) = (ident(&item.name), ident(&declared.other));
    let note = declared
        .is_flags
        .then_some("A value may be several of these: a set, [`Flags`](odata_runtime::Flags).");
    let docs = item_docs_with(item, note);
    let string = file.imports().prelude("string::String");
    let member_docs = declared.members.iter().map(|member| {
        let text = Text::new(&member.docs, &format!("`{}`", member.wire_name)).attributes();
        let deprecated = deprecated(&member.docs);
        quote!(#text #deprecated)
    });
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#member_docs #members,)*
            /// A member that this version of the client does not know, as the service writes it.
            #other(#string),
        }
    });
}

fn traits(file: &mut File, name: &Ident, declared: &EnumItem, other: &Ident) {
    let imports = file.imports();
    let (default, string) = (
        imports.prelude("default::Default"),
        imports.prelude("string::String"),
    );
    let enum_member = imports.external("odata_runtime::EnumMember");
    let qualified_name = &declared.qualified_name;
    file.push(quote! {
        impl #default for #name {
            /// No member: a value that the service refuses, so that none is sent by accident.
            fn default() -> Self {
                Self::#other(#string::new())
            }
        }
    });
    file.push(quote! {
        impl #enum_member for #name {
            const TYPE_NAME: &'static str = #qualified_name;
            fn as_str(&self) -> &str {
                Self::as_str(self)
            }
        }
    });
    literal(file, name);
    json(file, name);
}

/// How a member is passed to an operation and in a filter.
fn literal(file: &mut File, name: &Ident) {
    let imports = file.imports();
    let literal = imports.external("odata_runtime::Literal");
    let literal_value = imports.external("odata_runtime::LiteralValue");
    let enum_member = imports.external("odata_runtime::EnumMember");
    file.push(quote! {
        impl #literal for #name {
            fn to_literal(&self) -> #literal_value {
                #literal_value::enumeration(<Self as #enum_member>::TYPE_NAME, self.as_str())
            }
        }
    });
}

/// `Serialize` and `Deserialize` in the OData JSON format.
fn json(file: &mut File, name: &Ident) {
    let imports = file.imports();
    let serialize = imports.external("serde::Serialize");
    let deserialize = imports.external("serde::Deserialize");
    let serializer = imports.external("serde::Serializer");
    let deserializer = imports.external("serde::Deserializer");
    let result = imports.prelude("result::Result");
    let json = imports.external("odata_runtime::json");
    file.push(quote! {
        impl #serialize for #name {
            fn serialize<S: #serializer>(&self, serializer: S) -> #result<S::Ok, S::Error> {
                #json::serialize(self, serializer)
            }
        }
    });
    file.push(quote! {
        impl<'de> #deserialize<'de> for #name {
            fn deserialize<D: #deserializer<'de>>(deserializer: D) -> #result<Self, D::Error> {
                #json::deserialize(deserializer)
            }
        }
    });
}
