//! The calls of functions and actions.

use super::example;
use crate::api::{Argument, OperationItem, PermissionItem, ResultType};
use crate::emit::docs::{Text, deprecated, inline};
use crate::emit::file::{File, Imports, ident};
use crate::emit::types::{self, argument};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The struct of a call, with everything that belongs to it.
pub(super) fn operation(file: &mut File, item: &OperationItem) {
    let answer = Answer::new(item, file.imports());
    declare(file, item, &answer);
    methods(file, item, &answer);
    traits(file, item, &answer);
}

/// What the service answers, in Rust.
struct Answer {
    /// The type parameter of the request.
    request: TokenStream,
    /// What `send` gives, without `Response<…>`.
    sent: TokenStream,
    /// The type of the items, where there are pages of them.
    items: Option<TokenStream>,
    /// Whether they are entities.
    lists_entities: bool,
    /// Whether it is bytes, not JSON.
    is_bytes: bool,
    /// Whether there is none.
    is_nothing: bool,
}

impl Answer {
    fn new(operation: &OperationItem, imports: &mut Imports) -> Self {
        let of_type = |sent: TokenStream| Self {
            request: sent.clone(),
            sent,
            items: None,
            lists_entities: false,
            is_bytes: false,
            is_nothing: false,
        };
        match &operation.result {
            ResultType::Nothing => Self {
                is_nothing: true,
                ..of_type(quote!(()))
            },
            ResultType::Bytes => Self {
                is_bytes: true,
                ..of_type(imports.external("odata_runtime::Bytes"))
            },
            ResultType::Page(item) => {
                let page = imports.external("odata_runtime::Page");
                let item = types::tokens(item, imports);
                Self {
                    items: Some(item.clone()),
                    lists_entities: operation.lists_entities,
                    ..of_type(quote!(#page<#item>))
                }
            }
            ResultType::Object {
                rust_type,
                is_nullable,
            } => {
                let rust_type = types::tokens(rust_type, imports);
                of_type(optional(rust_type, *is_nullable, imports))
            }
            ResultType::Value {
                rust_type,
                is_nullable,
            } => {
                let value = imports.external("odata_runtime::Value");
                let rust_type = types::tokens(rust_type, imports);
                // No value is an answer without a body, or one that wraps a null.
                let rust_type = optional(rust_type, *is_nullable, imports);
                of_type(quote!(#value<#rust_type>))
            }
        }
    }
}

fn optional(rust_type: TokenStream, is_nullable: bool, imports: &mut Imports) -> TokenStream {
    if !is_nullable {
        return rust_type;
    }
    let option = imports.prelude("option::Option");
    quote!(#option<#rust_type>)
}

fn kind(item: &OperationItem) -> &'static str {
    if item.is_action { "action" } else { "function" }
}

fn declare(file: &mut File, item: &OperationItem, answer: &Answer) {
    let name = ident(&item.name);
    let source = format!("{} `{}`", kind(item), item.qualified_name);
    let mut text = Text::new(&item.docs, &format!("Calls the {source}."));
    argument_docs("Parameters", &item.required, &mut text);
    if !item.permissions.is_empty() {
        text.heading("Permissions");
        for permission in &item.permissions {
            text.entry(&permission_text(permission));
        }
    }
    if item.docs.summary.is_some() {
        text.markdown(&format!("Metadata: {source}."));
    }
    if let Some(program) = example::program(item) {
        text.heading("Example");
        text.code(&program);
    }
    let docs = text.attributes();
    let deprecated = deprecated(&item.docs);
    let request = file.imports().external("odata_runtime::Request");
    let answer = &answer.request;
    file.push(quote! {
        #docs
        #deprecated
        #[derive(Debug, Clone)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #name {
            request: #request<#answer>,
        }
    });
}

fn argument_docs(heading: &str, arguments: &[Argument], text: &mut Text) {
    let described = arguments
        .iter()
        .filter(|argument| argument.docs.summary.is_some());
    let described: Vec<_> = described.collect();
    if described.is_empty() {
        return;
    }
    text.heading(heading);
    for argument in described {
        let summary = inline(argument.docs.summary.as_deref().unwrap_or_default());
        let allowed = allowed_values(argument).map_or_else(String::new, |text| format!(" {text}"));
        text.entry(&format!("`{}`: {summary}{allowed}", argument.name.plain()));
    }
}

/// What a parameter may be.
fn allowed_values(argument: &Argument) -> Option<String> {
    let values = argument.allowed.iter();
    let values: Vec<_> = values.map(|value| format!("`{}`", inline(value))).collect();
    let (last, others) = values.split_last()?;
    Some(if others.is_empty() {
        format!("Allowed: {last}.")
    } else {
        format!("Allowed: {} or {last}.", others.join(", "))
    })
}

pub(super) fn permission_text(permission: &PermissionItem) -> String {
    let scopes = permission
        .scopes
        .iter()
        .map(|scope| format!("`{}`", inline(scope)));
    let scopes: Vec<_> = scopes.collect();
    format!("{}: {}", inline(&permission.scheme), scopes.join(" or "))
}

fn methods(file: &mut File, item: &OperationItem, answer: &Answer) {
    let imports = file.imports();
    let name = ident(&item.name);
    let constants = constants(item, imports);
    let constructor = constructor(item, imports);
    let setters: Vec<_> = item.optional.iter().map(|o| setter(o, imports)).collect();
    let url = imports.external("odata_runtime::Url");
    let leads_to = item.leads_to.as_ref().map(|target| {
        let target = imports.item(target);
        quote! {
            /// Requests to what the function gives.
            pub fn request_builder(self) -> #target {
                #target::from(self.request.into_resource())
            }
        }
    });
    let send = send(answer, imports);
    file.push(quote! {
        impl #name {
            #constants
            #constructor
            #(#setters)*

            /// The URL that would be requested.
            pub fn url(&self) -> #url {
                self.request.url()
            }

            #leads_to
            #send
        }
    });
}

fn constants(item: &OperationItem, imports: &mut Imports) -> TokenStream {
    let operation = imports.external("odata_runtime::Operation");
    let (qualified_name, segment, parameters) =
        (&item.qualified_name, &item.segment, &item.parameters);
    let make = format_ident!("{}", kind(item));
    let permission = imports.external("odata_runtime::Permission");
    let permissions = item.permissions.iter().map(|declared| {
        let (scheme, scopes) = (&declared.scheme, &declared.scopes);
        quote!(#permission::new(#scheme, &[#(#scopes),*]))
    });
    let text = if item.permissions.is_empty() {
        " What a caller needs to be granted; the metadata does not say."
    } else {
        " What a caller needs to be granted: any one of these."
    };
    quote! {
        #[doc = #text]
        pub const PERMISSIONS: &'static [#permission] = &[#(#permissions),*];

        pub(crate) const OPERATION: #operation = #operation::#make(
            #qualified_name,
            #segment,
            &[#(#parameters),*],
            Self::PERMISSIONS,
        );
    }
}

fn constructor(item: &OperationItem, imports: &mut Imports) -> TokenStream {
    let resource_path = imports.external("odata_runtime::ResourcePath");
    let mut declared = Vec::new();
    let mut set = Vec::new();
    for parameter in &item.required {
        let (name, wire_name) = (ident(&parameter.name), &parameter.wire_name);
        let rust_type = types::tokens(&parameter.rust_type, imports);
        declared.push(quote!(#name: #rust_type));
        set.push(quote!(.parameter(#wire_name, #name)));
    }
    let allow = (declared.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let call = format_ident!(
        "{}",
        if item.is_action {
            "action_call"
        } else {
            "function"
        }
    );
    quote! {
        #allow
        pub(crate) fn new(resource: &#resource_path, #(#declared),*) -> Self {
            Self { request: resource.#call(&Self::OPERATION)#(#set)* }
        }
    }
}

/// `pub fn interval(mut self, value: impl Into<Interval>) -> Self`
fn setter(argument_item: &Argument, imports: &mut Imports) -> TokenStream {
    let (name, wire_name) = (ident(&argument_item.name), &argument_item.wire_name);
    let mut text = Text::new(
        &argument_item.docs,
        &format!("Sets the parameter `{wire_name}`."),
    );
    let default = argument_item.default_value.as_deref();
    let default = default.map(|default| format!("Default of the service: `{}`.", inline(default)));
    let said: Vec<_> = allowed_values(argument_item)
        .into_iter()
        .chain(default)
        .collect();
    text.markdown(&said.join(" "));
    let docs = text.attributes();
    let form = argument(&argument_item.rust_type, imports);
    let (taken, value) = (
        form.taken,
        if form.converts {
            quote!(value.into())
        } else {
            quote!(value)
        },
    );
    quote! {
        #docs
        pub fn #name(mut self, value: #taken) -> Self {
            self.request = self.request.parameter(#wire_name, #value);
            self
        }
    }
}

/// The methods that send the request.
fn send(answer: &Answer, imports: &mut Imports) -> TokenStream {
    let result = imports.external("odata_runtime::Result");
    let response = imports.external("odata_runtime::Response");
    let sent = &answer.sent;
    let (send, errors) = if answer.is_bytes {
        let send = quote!(into_download().send());
        (send, ", or if its answer is too large to be held")
    } else if answer.is_nothing {
        (quote!(send_ignoring_body()), "")
    } else {
        (quote!(send()), ", or if its answer cannot be read")
    };
    let errors = format!(" If the service cannot be reached or refuses{errors}.");
    let further = further(answer, imports);
    quote! {
        /// Sends the request.
        ///
        /// # Errors
        ///
        #[doc = #errors]
        pub async fn send(self) -> #result<#response<#sent>> {
            self.request.#send.await
        }

        #further
    }
}

/// Methods that send the request and give the answer bit by bit.
fn further(answer: &Answer, imports: &mut Imports) -> TokenStream {
    if answer.is_bytes {
        let byte_stream = imports.external("odata_runtime::ByteStream");
        return quote! {
            /// The bytes as they come, however many they are.
            pub fn stream(self) -> #byte_stream {
                self.request.into_download().stream()
            }
        };
    }
    let Some(item) = &answer.items else {
        return TokenStream::new();
    };
    let pages = imports.external("odata_runtime::Pages");
    let items = imports.external("odata_runtime::Items");
    let into_list = answer.lists_entities.then(|| {
        let list = imports.external("odata_runtime::List");
        quote! {
            /// The same request with `select`, `filter` and the other query options of a collection.
            pub fn into_list(self) -> #list<#item> {
                #list::from(self.request)
            }
        }
    });
    quote! {
        #into_list

        /// The pages of the answer, each requested when it is wanted.
        pub fn pages(self) -> #pages<#item> {
            self.request.pages()
        }

        /// The items of all pages.
        pub fn stream(self) -> #items<#item> {
            self.request.stream()
        }
    }
}

fn traits(file: &mut File, item: &OperationItem, answer: &Answer) {
    let imports = file.imports();
    let name = ident(&item.name);
    let configure = imports.external("odata_runtime::ConfigureRequest");
    let options = imports.external("odata_runtime::RequestOptions");
    let into_future = imports.prelude("future::IntoFuture");
    let future = imports.external("odata_runtime::BoxFuture");
    let result = imports.external("odata_runtime::Result");
    let response = imports.external("odata_runtime::Response");
    let boxed = imports.prelude("boxed::Box");
    let sent = &answer.sent;
    file.push(quote! {
        impl #configure for #name {
            fn options_mut(&mut self) -> &mut #options {
                self.request.options_mut()
            }
        }
    });
    file.push(quote! {
        impl #into_future for #name {
            type Output = #result<#response<#sent>>;
            type IntoFuture = #future<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                #boxed::pin(self.send())
            }
        }
    });
}
