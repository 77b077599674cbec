//! Examples: how a call is made, as a program that users can copy.

use crate::api::{ExampleItem, ExampleStep, OperationItem, ResultType, RustType};
use crate::emit::file::{self, Imports, ident};
use crate::emit::types;
use proc_macro2::TokenStream;
use quote::quote;

/// The text of the example of a call, if it has one.
pub(super) fn program(operation: &OperationItem) -> Option<String> {
    let example = operation.example.as_ref()?;
    let mut imports = Imports::of_user(&example.package);
    let function = function(operation, example, &mut imports);
    let imports = imports.declarations();
    Some(format!(
        "{}\n{}",
        file::plain(quote!(#(#imports)*)),
        file::plain(function)
    ))
}

/// What a call needs is what the function takes: there is no telling what values make sense.
fn function(
    operation: &OperationItem,
    example: &ExampleItem,
    imports: &mut Imports,
) -> TokenStream {
    let arguments = example.steps.iter().flat_map(|step| &step.arguments);
    let arguments: Vec<_> = arguments
        .map(|(name, rust_type)| {
            let (name, taken) = (ident(name), taken(rust_type, imports));
            quote!(#name: #taken)
        })
        .collect();
    let steps: Vec<_> = example.steps.iter().map(|it| step(it, imports)).collect();
    let call = quote!(client #(#steps)*);
    let body = match &operation.result {
        ResultType::Nothing => quote!(#call.send().await?;),
        ResultType::Bytes => quote! {
            let content = #call.send().await?;
            println!("{} bytes", content.len());
        },
        ResultType::Page(_) => quote! {
            let mut items = #call.stream();
            while let Some(item) = items.next().await {
                let item = item?;
                println!("{item:?}");
            }
        },
        ResultType::Object { .. } | ResultType::Value { .. } => quote! {
            let answer = #call.send().await?.into_inner();
            println!("{answer:?}");
        },
    };
    let client = imports.external("odata_runtime::Client");
    let result = imports.external("odata_runtime::Result");
    quote! {
        async fn example(client: &#client, #(#arguments),*) -> #result<()> {
            #body
            Ok(())
        }
    }
}

/// `.by_id(user_id)`, `.cast::<User>()`
fn step(step: &ExampleStep, imports: &mut Imports) -> TokenStream {
    let method = ident(&step.method);
    let of_type = step.of_type.as_ref().map(|of_type| {
        let of_type = imports.item(of_type);
        quote!(::<#of_type>)
    });
    let arguments = step.arguments.iter().map(|(name, _)| ident(name));
    quote!(.#method #of_type(#(#arguments),*))
}

/// The type of an argument in a program of a user.
fn taken(rust_type: &RustType, imports: &mut Imports) -> TokenStream {
    if *rust_type == RustType::String {
        let text = imports.prelude("primitive::str");
        return quote!(&#text);
    }
    types::tokens(rust_type, imports)
}
