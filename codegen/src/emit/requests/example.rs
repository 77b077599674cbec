//! Examples: how requests are made, as programs that users can copy.

use crate::api::{
    BuilderItem, DocumentedRequest, ExampleItem, ExampleStep, Method, MethodKind, OperationItem,
    ResultType, RustType,
};
use crate::edm::Multiplicity;
use crate::emit::docs::Text;
use crate::emit::file::{Imports, ident};
use crate::emit::types;
use crate::layout;
use proc_macro2::TokenStream;
use quote::quote;

/// The text of the example of a call, if it has one.
pub(super) fn program(operation: &OperationItem) -> Option<String> {
    let example = operation.example.as_ref()?;
    Some(text(example, None, |call, _| of_call(operation, call)))
}

/// The text of the example of a builder's requests, if it has one.
pub(super) fn requests(builder: &BuilderItem) -> Option<String> {
    let example = builder.example.as_ref()?;
    let url = first_references(builder).map(|_| quote!(url: &str));
    Some(text(example, url, |resource, imports| {
        of_builder(builder, resource, imports)
    }))
}

/// The programs of documented requests.
pub(super) fn documented(requests: &[DocumentedRequest], text: &mut Text) {
    if requests.is_empty() {
        return;
    }
    text.heading("Requests");
    for documented in requests {
        text.request(&documented.request);
        text.code(&documented.program);
    }
}

/// A function whose arguments are what the way needs: there is no telling what values make sense.
fn text(
    example: &ExampleItem,
    another_argument: Option<TokenStream>,
    body: impl FnOnce(TokenStream, &mut Imports) -> TokenStream,
) -> String {
    let mut imports = Imports::of_user(&example.package);
    let arguments = example.steps.iter().flat_map(|step| &step.arguments);
    let arguments: Vec<_> = arguments
        .map(|(name, rust_type)| {
            let (name, taken) = (ident(name), taken(rust_type, &mut imports));
            quote!(#name: #taken)
        })
        .chain(another_argument)
        .collect();
    let steps: Vec<_> = example
        .steps
        .iter()
        .map(|it| step(it, &mut imports))
        .collect();
    let body = body(quote!(client #(#steps)*), &mut imports);
    let client = imports.external("odata_runtime::Client");
    let result = imports.external("odata_runtime::Result");
    let function = quote! {
        async fn example(client: &#client, #(#arguments),*) -> #result<()> {
            #body
            Ok(())
        }
    };
    let imports = imports.declarations();
    format!(
        "{}\n{}",
        layout::items(quote!(#(#imports)*)),
        layout::items(function)
    )
}

fn of_call(operation: &OperationItem, call: TokenStream) -> TokenStream {
    match &operation.result {
        ResultType::Nothing => quote!(#call.send().await?;),
        ResultType::Bytes => quote! {
            let content = #call.send().await?;
            println!("{} bytes", content.len());
        },
        ResultType::Page(_) => all_items(&call),
        ResultType::Object { .. } | ResultType::Value { .. } => quote! {
            let answer = #call.send().await?.into_inner();
            println!("{answer:?}");
        },
    }
}

fn all_items(list: &TokenStream) -> TokenStream {
    quote! {
        let mut items = #list.stream();
        while let Some(item) = items.next().await {
            let item = item?;
            println!("{item:?}");
        }
    }
}

/// Each request that the builder has, in the order of a resource's life.
fn of_builder(builder: &BuilderItem, resource: TokenStream, imports: &mut Imports) -> TokenStream {
    let mut body = quote!(let resource = #resource;);
    let mut end = TokenStream::new();
    let references = first_references(builder).map(|method| &method.name);
    for method in &builder.methods {
        let name = ident(&method.name);
        body.extend(match &method.kind {
            MethodKind::List { .. } => all_items(&quote!(resource.#name())),
            MethodKind::Count(_) => quote! {
                let count = resource.#name().await?.into_inner();
                println!("{count} in all");
            },
            MethodKind::Get { .. } => quote! {
                let found = resource.#name().await?;
                println!("{found:?}");
            },
            MethodKind::Create(model) => {
                let model = imports.item(model);
                quote! {
                    let new = #model::default();
                    resource.#name(&new).await?;
                }
            }
            MethodKind::Update { model, .. } => {
                let model = imports.item(model);
                quote! {
                    let changes = #model::default();
                    resource.#name(&changes).await?;
                }
            }
            MethodKind::References { multiplicity, .. } if references == Some(&method.name) => {
                match multiplicity {
                    Multiplicity::Many => quote!(resource.#name().add(url).await?;),
                    Multiplicity::One => quote!(resource.#name().set(url).await?;),
                }
            }
            MethodKind::Delete => {
                end = quote!(resource.#name().await?;);
                continue;
            }
            _ => continue,
        });
    }
    body.extend(end);
    body
}

/// The first of the builder's references: all are used alike.
fn first_references(builder: &BuilderItem) -> Option<&Method> {
    let mut methods = builder.methods.iter();
    methods.find(|it| matches!(it.kind, MethodKind::References { .. }))
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
