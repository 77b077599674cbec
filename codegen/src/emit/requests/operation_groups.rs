//! Enumerations of functions that take the same parameters.

use crate::api::OperationGroupItem;
use crate::emit::docs::{Text, deprecated};
use crate::emit::file::{File, ident};
use quote::quote;

/// ```ignore
/// pub enum Metric { MfaSignInFailures, … }
/// impl Metric { pub const ALL: &'static [Self] = …; pub fn operation(self) -> &'static Operation }
/// ```
pub(super) fn operation_group(file: &mut File, item: &OperationGroupItem) {
    declare(file, item);
    let imports = file.imports();
    let name = ident(&item.name);
    let members: Vec<_> = item
        .members
        .iter()
        .map(|member| ident(&member.name))
        .collect();
    let operations: Vec<_> = item
        .members
        .iter()
        .map(|member| imports.item(&member.operation))
        .collect();
    let summaries: Vec<_> = item
        .members
        .iter()
        .map(|member| member.docs.summary.as_deref().unwrap_or_default())
        .collect();
    let units: Vec<_> = item
        .members
        .iter()
        .map(|member| member.unit.as_deref().unwrap_or_default())
        .collect();
    let operation = imports.external("odata_runtime::Operation");
    let option = imports.prelude("option::Option");
    let text = imports.prelude("primitive::str");
    file.push(quote! {
        impl #name {
            /// All of them, by name.
            pub const ALL: &'static [Self] = &[#(Self::#members),*];

            /// The one with this name in the metadata, without its namespace.
            pub fn from_name(name: &#text) -> #option<Self> {
                let mut all = Self::ALL.iter().copied();
                all.find(|function| function.name() == name)
            }

            /// The name in the metadata, without its namespace.
            pub fn name(self) -> &'static #text {
                let name = self.operation().qualified_name();
                name.rsplit('.').next().unwrap_or(name)
            }

            /// The function: its names, its parameters, and what a caller needs to be granted.
            pub fn operation(self) -> &'static #operation {
                match self {
                    #(Self::#members => &#operations::OPERATION,)*
                }
            }

            /// What the function gives, in one sentence.
            pub fn summary(self) -> &'static #text {
                match self {
                    #(Self::#members => #summaries,)*
                }
            }

            /// What a value counts or measures; empty if the metadata does not say.
            pub fn unit(self) -> &'static #text {
                match self {
                    #(Self::#members => #units,)*
                }
            }
        }
    });
    display(file, item);
}

fn declare(file: &mut File, item: &OperationGroupItem) {
    let name = ident(&item.name);
    let mut text = Text::default();
    text.markdown(&item.description);
    let docs = text.attributes();
    let members = item.members.iter().map(|member| {
        let text = Text::new(
            &crate::api::Docs {
                details: None,
                ..member.docs.clone()
            },
            &format!(
                "[`{}`](super::{})",
                member.operation.name, member.operation.name
            ),
        );
        let (docs, deprecated) = (text.attributes(), deprecated(&member.docs));
        let name = ident(&member.name);
        quote!(#docs #deprecated #name,)
    });
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#members)*
        }
    });
}

fn display(file: &mut File, item: &OperationGroupItem) {
    let name = ident(&item.name);
    file.push(quote! {
        impl std::fmt::Display for #name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.name())
            }
        }
    });
}
