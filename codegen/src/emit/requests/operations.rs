//! The calls of functions and actions.

use super::example;
use crate::api::{Argument, OperationItem, PermissionItem, ResultType};
use crate::emit::docs::{Text, deprecated, inline};
use crate::emit::file::{File, Imports, ident};
use crate::emit::permissions;
use crate::emit::table::{name, path};
use crate::emit::types::{self, argument};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The struct of a call, with everything that belongs to it.
pub(super) fn operation(file: &mut File, item: &OperationItem) {
    let answer = Answer::new(item, file.imports());
    declare(file, item, &answer);
    methods(file, item);
    call(file, item, &answer);
}

/// What the service answers, in Rust.
enum Answer {
    /// No body.
    Nothing,
    /// Bytes, not JSON.
    Bytes,
    /// Pages of items of this type.
    Page(TokenStream),
    /// A value of this type, as it is sent.
    Value(TokenStream),
}

impl Answer {
    fn new(operation: &OperationItem, imports: &mut Imports) -> Self {
        match &operation.result {
            ResultType::Nothing => Self::Nothing,
            ResultType::Bytes => Self::Bytes,
            ResultType::Page(item) => Self::Page(types::tokens(item, imports)),
            ResultType::Object {
                rust_type,
                is_nullable,
            } => {
                let rust_type = types::tokens(rust_type, imports);
                Self::Value(optional(rust_type, *is_nullable, imports))
            }
            ResultType::Value {
                rust_type,
                is_nullable,
            } => {
                let value = imports.external("odata_runtime::Value");
                let rust_type = types::tokens(rust_type, imports);
                // No value is an answer without a body, or one that wraps a null.
                let rust_type = optional(rust_type, *is_nullable, imports);
                Self::Value(quote!(#value<#rust_type>))
            }
        }
    }

    /// The type parameter of the request.
    fn request(&self, imports: &mut Imports) -> TokenStream {
        match self {
            Self::Nothing => quote!(()),
            Self::Bytes => imports.external("odata_runtime::Bytes"),
            Self::Page(item) => {
                let page = imports.external("odata_runtime::Page");
                quote!(#page<#item>)
            }
            Self::Value(sent) => sent.clone(),
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
    permissions::by_scheme(&item.permissions, &mut text);
    permissions::by_path(&item.by_path, &mut text);
    if item.docs.summary.is_some() {
        text.markdown(&format!("Metadata: {source}."));
    }
    if let Some(program) = example::program(item) {
        text.heading("Example");
        text.code(&program);
    }
    example::documented(&item.documented, &mut text);
    let docs = text.attributes();
    let deprecated = deprecated(&item.docs);
    let request = file.imports().external("odata_runtime::Request");
    let answer = answer.request(file.imports());
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

fn methods(file: &mut File, item: &OperationItem) {
    let imports = file.imports();
    let name = ident(&item.name);
    let constants = constants(item, imports);
    let constructor = constructor(item, imports);
    let setters: Vec<_> = item.optional.iter().map(|o| setter(o, imports)).collect();
    let leads_to = item.leads_to.as_ref().map(|target| {
        let target = imports.item(target);
        quote! {
            /// Requests to what the function gives.
            #[inline]
            pub fn request_builder(self) -> #target {
                #target::from(self.request.into_resource())
            }
        }
    });
    file.push(quote! {
        impl #name {
            #constants
            #constructor
            #(#setters)*
            #leads_to
        }
    });
}

fn constants(item: &OperationItem, imports: &mut Imports) -> TokenStream {
    let operation = imports.external("odata_runtime::Operation");
    let (qualified_name, segment, parameters) =
        (&item.qualified_name, &item.segment, &item.parameters);
    let make = format_ident!("{}", kind(item));
    let permissions = set(item, imports);
    quote! {
        pub(crate) const OPERATION: #operation = #operation::#make(
            #qualified_name,
            #segment,
            &[#(#parameters),*],
            #permissions,
        );
    }
}

/// The permissions, or the set of the crate that has them.
fn set(item: &OperationItem, imports: &mut Imports) -> TokenStream {
    if let Some(set) = &item.permission_set {
        let set = ident(set);
        return quote!(crate::permissions::#set);
    }
    let permissions = item.permissions.iter();
    let permissions = permissions.map(|it| permissions::permission(it, imports));
    let permissions: Vec<_> = permissions.collect();
    quote!(&[#(#permissions),*])
}

fn constructor(item: &OperationItem, imports: &mut Imports) -> TokenStream {
    let resource_path = imports.external("odata_runtime::ResourcePath");
    let mut declared = Vec::new();
    let mut set = Vec::new();
    for parameter in &item.required {
        let (name, wire_name) = (ident(&parameter.name), &parameter.wire_name);
        let rust_type = types::tokens(&parameter.rust_type, imports);
        declared.push(quote!(#name: #rust_type));
        let value = sent(parameter, quote!(#name), imports);
        set.push(quote!(.parameter(#wire_name, #value)));
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
        #[inline]
        pub(crate) fn new(resource: &#resource_path, #(#declared),*) -> Self {
            Self { request: resource.#call(&Self::OPERATION)#(#set)* }
        }
    }
}

/// What is sent of an argument.
fn sent(argument: &Argument, value: TokenStream, imports: &mut Imports) -> TokenStream {
    if !argument.is_base64 {
        return value;
    }
    let literal = imports.external("odata_runtime::LiteralValue");
    quote!(#literal::base64(&#value))
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
    let taken = form.taken;
    let value = if form.converts {
        quote!(value.into())
    } else {
        quote!(value)
    };
    let value = sent(argument_item, value, imports);
    quote! {
        #docs
        #[inline]
        pub fn #name(mut self, value: #taken) -> Self {
            self.request = self.request.parameter(#wire_name, #value);
            self
        }
    }
}

/// What is the same for all calls, by what they give back.
fn call(file: &mut File, item: &OperationItem, answer: &Answer) {
    let given = match answer {
        Answer::Nothing => "nothing".to_owned(),
        Answer::Bytes => "bytes".to_owned(),
        Answer::Page(of) if item.lists_entities => format!("entities of {}", path(of)),
        Answer::Page(of) => format!("pages of {}", path(of)),
        Answer::Value(sent) => path(sent),
    };
    // Only an action changes something, for which there can be a condition.
    let action = if item.is_action { "action " } else { "" };
    file.push_text(format!(
        "odata_runtime::call!({action}{} -> {given});\n",
        name(&item.name)
    ));
}
