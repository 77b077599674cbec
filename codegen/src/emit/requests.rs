//! Request builders and calls.

use super::docs::{Text, deprecated, inline};
use super::file::{File, Imports, ident};
use super::module_file;
use super::types::{self, argument};
use crate::api::{
    Argument, BuilderItem, CallMethod, NavigationMethod, OperationItem, PermissionItem, ResultType,
};
use proc_macro2::TokenStream;
use quote::quote;

/// The module `requests`.
pub(super) fn module(builders: &[BuilderItem]) -> File {
    let mut file = File::new("src/requests.rs".to_owned(), []);
    let mut text = Text::default();
    text.markdown(
        "Requests: a module for each type of resource, with the builder that leads on from it \
         and the calls that it answers.",
    );
    file.set_docs(text.lines());
    let modules = builders.iter().map(|builder| ident(&builder.module));
    file.push(quote!(#(pub mod #modules;)*));
    file
}

/// The file of a builder.
pub(super) fn builder(item: &BuilderItem) -> File {
    let path = format!("src/requests/{}.rs", item.module.plain());
    let operations = item.operations.iter().map(|operation| &operation.name);
    let mut file = File::new(path, operations.chain([&item.name]));
    let mut text = Text::default();
    text.markdown(&format!("Requests to a resource of the {}.", item.source));
    file.set_docs(text.lines());
    if !item.operations.is_empty() {
        let files: Vec<_> = item.operations.iter().map(|o| ident(&o.file)).collect();
        let names = item
            .operations
            .iter()
            .map(|operation| ident(&operation.name));
        file.push(quote!(#(mod #files;)*));
        file.push(quote!(#(pub use #files::#names;)*));
    }
    let name = ident(&item.name);
    let resource_path = file.imports().external("odata_runtime::ResourcePath");
    let mut text = Text::new(&item.docs, &format!("A resource of the {}.", item.source));
    text.markdown(&format!("Metadata: {}.", item.source));
    let docs = text.attributes();
    file.push(quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct #name {
            resource: #resource_path,
        }
    });
    let imports = file.imports();
    let navigation: Vec<_> = item
        .navigation
        .iter()
        .map(|n| navigate(n, &quote!(self.resource), imports))
        .collect();
    let module = &item.module;
    let calls = item.calls.iter().map(|method| {
        // The module's own operations are in scope by their names.
        let own = method.target.module.last() == Some(module);
        let name = ident(&method.target.name);
        let target = if own {
            quote!(#name)
        } else {
            imports.item(&method.target)
        };
        call(method, &target, imports)
    });
    let calls: Vec<_> = calls.collect();
    file.push(quote! {
        impl #name {
            pub(crate) fn new(resource: #resource_path) -> Self {
                Self { resource }
            }

            /// Where the requests go, for those that this type has no method for.
            pub fn resource(&self) -> &#resource_path {
                &self.resource
            }

            #(#navigation)*
            #(#calls)*
        }
    });
    file
}

/// `pub fn service_activity(&self) -> ServiceActivityRequestBuilder`
pub(super) fn navigate(
    method: &NavigationMethod,
    resource: &TokenStream,
    imports: &mut Imports,
) -> TokenStream {
    let name = ident(&method.name);
    let target = imports.item(&method.target);
    let segment = &method.segment;
    let docs = Text::new(&method.docs, &format!("The resource at `{segment}`.")).attributes();
    let deprecated = deprecated(&method.docs);
    quote! {
        #docs
        #deprecated
        pub fn #name(&self) -> #target {
            #target::new(#resource.segment(#segment))
        }
    }
}

/// `pub fn get_metrics(&self, start: impl Into<DateTime<Utc>>) -> GetMetrics`
fn call(method: &CallMethod, target: &TokenStream, imports: &mut Imports) -> TokenStream {
    let name = ident(&method.name);
    let mut text = Text::new(
        &crate::api::Docs {
            details: None,
            ..method.docs.clone()
        },
        "",
    );
    if method.docs.summary.is_none() {
        text.markdown(&format!("Makes the call `{}`.", method.target.name));
    }
    let docs = text.attributes();
    let deprecated = deprecated(&method.docs);
    let mut declared = Vec::new();
    let mut passed = Vec::new();
    for parameter in &method.arguments {
        let form = argument(&parameter.rust_type, imports);
        let (name, taken) = (ident(&parameter.name), form.taken);
        declared.push(quote!(#name: #taken));
        passed.push(if form.converts {
            quote!(#name.into())
        } else {
            quote!(#name)
        });
    }
    let allow = (declared.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #docs
        #deprecated
        #allow
        pub fn #name(&self, #(#declared),*) -> #target {
            #target::new(&self.resource, #(#passed),*)
        }
    }
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
        text.entry(&format!("`{}`: {summary}", argument.name.plain()));
    }
}

/// The file of a call.
pub(super) fn operation(builder: &BuilderItem, item: &OperationItem) -> File {
    let modules = [&builder.module, &item.file];
    let path = module_file(modules).replacen("src/", "src/requests/", 1);
    let mut file = File::new(path, [&item.name]);
    let result = result_type(&item.result, file.imports());
    declare(&mut file, item, &result);
    methods(&mut file, item, &result);
    traits(&mut file, item, &result);
    file
}

/// What `send` gives, without `Response<…>`.
fn result_type(result: &ResultType, imports: &mut Imports) -> TokenStream {
    match result {
        ResultType::Page(item) => {
            let (page, item) = (
                imports.external("odata_runtime::Page"),
                types::tokens(item, imports),
            );
            quote!(#page<#item>)
        }
        ResultType::Single(value) => types::tokens(value, imports),
    }
}

fn declare(file: &mut File, item: &OperationItem, result: &TokenStream) {
    let name = ident(&item.name);
    let source = format!("Calls the function `{}`.", item.qualified_name);
    let mut text = Text::new(&item.docs, &source);
    argument_docs("Parameters", &item.required, &mut text);
    if !item.permissions.is_empty() {
        text.heading("Permissions");
        for permission in &item.permissions {
            text.entry(&permission_text(permission));
        }
    }
    if item.docs.summary.is_some() {
        text.markdown(&format!("Metadata: function `{}`.", item.qualified_name));
    }
    let docs = text.attributes();
    let deprecated = deprecated(&item.docs);
    let request = file.imports().external("odata_runtime::Request");
    file.push(quote! {
        #docs
        #deprecated
        #[derive(Debug, Clone)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #name {
            request: #request<#result>,
        }
    });
}

fn permission_text(permission: &PermissionItem) -> String {
    let scopes: Vec<_> = permission
        .scopes
        .iter()
        .map(|s| format!("`{}`", inline(s)))
        .collect();
    format!("{}: {}", inline(&permission.scheme), scopes.join(" or "))
}

fn methods(file: &mut File, item: &OperationItem, result: &TokenStream) {
    let imports = file.imports();
    let name = ident(&item.name);
    let constants = constants(item, imports);
    let constructor = constructor(item, imports);
    let setters: Vec<_> = item.optional.iter().map(|o| setter(o, imports)).collect();
    let url = imports.external("odata_runtime::Url");
    let result_alias = imports.external("odata_runtime::Result");
    let response = imports.external("odata_runtime::Response");
    let paging = paging(&item.result, imports);
    file.push(quote! {
        impl #name {
            #constants
            #constructor
            #(#setters)*

            /// The URL that would be requested.
            pub fn url(&self) -> #url {
                self.request.url()
            }

            /// Sends the request.
            ///
            /// # Errors
            ///
            /// If the service cannot be reached or refuses, or if its answer cannot be read.
            pub async fn send(self) -> #result_alias<#response<#result>> {
                self.request.send().await
            }

            #paging
        }
    });
}

fn constants(item: &OperationItem, imports: &mut Imports) -> TokenStream {
    let permission = imports.external("odata_runtime::Permission");
    let operation = imports.external("odata_runtime::Operation");
    let permissions = item.permissions.iter().map(|declared| {
        let (scheme, scopes) = (&declared.scheme, &declared.scopes);
        quote!(#permission::new(#scheme, &[#(#scopes),*]))
    });
    let (qualified_name, segment, parameters) =
        (&item.qualified_name, &item.segment, &item.parameters);
    quote! {
        /// What a caller needs to be granted: any one of these.
        pub const PERMISSIONS: &'static [#permission] = &[#(#permissions),*];

        const OPERATION: #operation = #operation::function(
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
    quote! {
        #allow
        pub(crate) fn new(resource: &#resource_path, #(#declared),*) -> Self {
            Self { request: resource.function(&Self::OPERATION)#(#set)* }
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
    if let Some(default) = &argument_item.default_value {
        text.markdown(&format!("Default of the service: `{}`.", inline(default)));
    }
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

fn paging(result: &ResultType, imports: &mut Imports) -> TokenStream {
    let ResultType::Page(item) = result else {
        return TokenStream::new();
    };
    let item = types::tokens(item, imports);
    let pages = imports.external("odata_runtime::Pages");
    let items = imports.external("odata_runtime::Items");
    quote! {
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

fn traits(file: &mut File, item: &OperationItem, result: &TokenStream) {
    let imports = file.imports();
    let name = ident(&item.name);
    let configure = imports.external("odata_runtime::ConfigureRequest");
    let options = imports.external("odata_runtime::RequestOptions");
    let into_future = imports.prelude("future::IntoFuture");
    let future = imports.external("odata_runtime::BoxFuture");
    let result_alias = imports.external("odata_runtime::Result");
    let response = imports.external("odata_runtime::Response");
    let boxed = imports.prelude("boxed::Box");
    file.push(quote! {
        impl #configure for #name {
            fn options_mut(&mut self) -> &mut #options {
                self.request.options_mut()
            }
        }
    });
    file.push(quote! {
        impl #into_future for #name {
            type Output = #result_alias<#response<#result>>;
            type IntoFuture = #future<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                #boxed::pin(self.send())
            }
        }
    });
}
