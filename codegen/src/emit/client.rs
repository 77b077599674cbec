//! The crate's root and the client.

use super::Provenance;
use super::docs::{Text, inline, visible};
use super::file::{File, Imports, ident};
use super::requests;
use crate::api::{
    Api, ClientItem, CloudItem, Docs, FirstExample, LoginItem, Method, MethodKind, Multiplicity,
    RustName,
};
use crate::config::{BatchConfig, BatchFormat, BatchUrls};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// What users need of the runtime; the crate's root gives it, so that they depend on one crate.
const RUNTIME_ITEMS: &[&str] = &[
    "AccessToken",
    "AdditionalProperties",
    "AsyncResponse",
    "AtomicityGroup",
    "Attempt",
    "AttemptResponse",
    "Batch",
    "BatchAnswers",
    "BatchFormat",
    "BatchHandle",
    "BatchRequest",
    "BatchSettings",
    "BatchUrls",
    "Body",
    "BoxError",
    "BoxFuture",
    "ByteStream",
    "Bytes",
    "ClientBuilder",
    "Clock",
    "CollectionReferences",
    "CollectionResource",
    "Completed",
    "Conditional",
    "ConditionalDownload",
    "ConfigureRequest",
    "Content",
    "Continuation",
    "Count",
    "Create",
    "Credential",
    "CredentialSource",
    "Decimal",
    "DecodeError",
    "Delete",
    "DerivedFrom",
    "Download",
    "DownloadRedirects",
    "EntityAnswer",
    "EnumLiterals",
    "EnumMember",
    "Error",
    "ErrorKind",
    "Flags",
    "FromResponse",
    "Get",
    "Guid",
    "HasContext",
    "HeaderMap",
    "HeaderName",
    "HeaderValue",
    "InnerError",
    "Items",
    "JsonObject",
    "Layer",
    "List",
    "Literal",
    "LiteralValue",
    "Method",
    "NavigationProperty",
    "Next",
    "ODataType",
    "Operation",
    "OperationKind",
    "OperationStatus",
    "OrderBy",
    "Page",
    "Pages",
    "ParseDecimalError",
    "Permission",
    "PermissionTable",
    "Polled",
    "Poller",
    "PollerState",
    "Progress",
    "Property",
    "Reference",
    "Refusal",
    "RefusalsBelow",
    "Request",
    "RequestOptions",
    "ResourcePath",
    "Response",
    "Result",
    "RetryPolicy",
    "SendAll",
    "ServiceError",
    "ServiceErrorDetail",
    "SingleReference",
    "SingleResource",
    "StatusCode",
    "SystemClock",
    "TestClock",
    "TextKey",
    "TokenRequest",
    "Transport",
    "TransportError",
    "TransportErrorKind",
    "Update",
    "Upload",
    "UploadProgress",
    "UploadSession",
    "UploadState",
    "Url",
    "Value",
    "credential",
    "delta",
    "object",
    "query",
    "reqwest",
    "transport",
];

/// `src/lib.rs`
pub(super) fn root(api: &Api, provenance: &Provenance) -> File {
    let mut file = File::new("src/lib.rs".to_owned(), []);
    file.add_header(&format!(
        "// generator: csdl-codegen {}\n// documents: {}\n// sha256: {}\n",
        env!("CARGO_PKG_VERSION"),
        visible(&provenance.documents.join(", ")),
        provenance.sha256,
    ));
    file.set_docs(front_page(&api.client).lines());
    // docs.rs says of items which features they need; only a nightly toolchain can.
    let conditions = quote!(#![cfg_attr(docsrs, feature(doc_cfg))]);
    // The crate names what it deprecates; only its users are to be warned.
    let deprecated = api.has_deprecated().then(|| quote!(#![allow(deprecated)]));
    file.push(quote!(#conditions #deprecated));
    file.push(quote! {
        mod client;
        pub mod models;
        pub mod requests;
    });
    if !api.permissions.rows.is_empty() {
        file.push(quote! {
            mod permissions;
        });
    }
    let items = RUNTIME_ITEMS
        .iter()
        .map(|name| quote::format_ident!("{name}"));
    let by_hand: Vec<_> = api.client.modules.iter().map(ident).collect();
    if !by_hand.is_empty() {
        file.push(quote!(#(pub mod #by_hand;)*));
    }
    file.push(quote! {
        pub use client::{Client, Cloud};
        pub use odata_runtime::{#(#items),*};
    });
    file
}

/// Title and documentation are those of the configuration, never of the metadata.
fn front_page(item: &ClientItem) -> Text {
    let title = Docs {
        details: None,
        ..item.docs.clone()
    };
    let mut text = Text::new(&title, &item.crate_name);
    match &item.docs.details {
        Some(documentation) => text.configured(documentation),
        None => first_steps(item, &mut text),
    }
    text
}

/// What a front page has that nobody wrote: how something is read, and where requests start.
fn first_steps(item: &ClientItem, text: &mut Text) {
    if let Some(example) = &item.example {
        text.code(&first_example(item, example));
    }
    let features = item.entry_point_features();
    let entries = item.methods.iter().filter_map(|method| {
        let name = &method.name;
        let call = match &method.kind {
            MethodKind::Navigate(_) => format!("`client.{name}()`"),
            MethodKind::Call { .. } => format!("`client.{name}(…)`"),
            _ => return None,
        };
        // Without its feature, an entry point is not there to be linked to.
        let call = match features.contains_key(name) {
            true => call,
            false => format!("[{call}](Client::{})", name.plain()),
        };
        let summary = method.docs.summary.as_deref();
        let summary = summary.map_or_else(String::new, |summary| format!(": {}", inline(summary)));
        Some(call + &summary)
    });
    let entries: Vec<_> = entries.collect();
    if !entries.is_empty() {
        text.heading("Entry points");
        entries.iter().for_each(|entry| text.entry(entry));
    }
}

/// A program that reads what is nearest.
fn first_example(item: &ClientItem, example: &FirstExample) -> String {
    let package = item.crate_name.replace('-', "_");
    let made = match &item.token_variable {
        Some(variable) => format!("Client::from_env()?; // the token in {variable}"),
        None => "Client::builder().anonymous().build()?;".to_owned(),
    };
    let steps = example
        .steps
        .iter()
        .map(|step| format!(".{}()", step.method));
    let way: String = steps.collect();
    let method = &example.method;
    let read = match example.multiplicity {
        Multiplicity::Many => format!(
            "let mut items = client{way}.{method}().stream(); // all pages\n    \
             while let Some(item) = items.next().await.transpose()? {{\n        \
             println!(\"{{item:?}}\");\n    }}"
        ),
        Multiplicity::One => {
            format!("let found = client{way}.{method}().await?;\n    println!(\"{{found:?}}\");")
        }
    };
    format!(
        "use {package}::{{Client, Result}};\n\nasync fn example() -> Result<()> {{\n    \
         let client = {made}\n    {read}\n    Ok(())\n}}"
    )
}

/// `src/client.rs`
pub(super) fn client(api: &Api) -> File {
    let item = &api.client;
    let declared = ["Client", "Cloud"].map(RustName::fixed);
    let mut file = File::new("src/client.rs".to_owned(), &declared);
    file.set_docs(vec![
        " The client and the clouds that it can be used with.".to_owned(),
    ]);
    let service = &item.service;
    let summary = format!(" Calls {}.", inline(service));
    let inner = file.imports().external("odata_runtime::Client");
    file.push(quote! {
        #[doc = #summary]
        ///
        /// Cheap to clone: clones share connections and tokens.
        #[derive(Debug, Clone)]
        pub struct Client {
            inner: #inner,
        }
    });
    methods(&mut file, item, !api.permissions.rows.is_empty());
    let from = file.imports().prelude("convert::From");
    file.push(quote! {
        impl #from<#inner> for Client {
            fn from(inner: #inner) -> Self {
                Self { inner }
            }
        }
    });
    clouds(&mut file, item);
    file
}

fn methods(file: &mut File, item: &ClientItem, has_permissions: bool) {
    let imports = file.imports();
    let builder = imports.external("odata_runtime::ClientBuilder");
    let inner = imports.external("odata_runtime::Client");
    let source = imports.external("odata_runtime::CredentialSource");
    let default = ident(&item.clouds[0].name);
    let from_env = from_env(item.token_variable.as_deref(), imports);
    let numbers = item
        .ieee754_compatible
        .then(|| quote!(.ieee754_compatible()));
    let batch_settings = batch_settings(item.batch, imports);
    let permissions = has_permissions.then(|| quote!(.permissions(&crate::permissions::TABLE)));
    let batches = batches(imports);
    let operations = operations(imports);
    let features = item.entry_point_features();
    let entries: Vec<_> = item
        .methods
        .iter()
        .map(|method| entry(method, features.get(&method.name).copied(), imports))
        .collect();
    file.push(quote! {
        impl Client {
            /// Starts a client; it needs at least a credential.
            pub fn builder() -> #builder<Self> {
                #builder::new(
                    Cloud::#default.into(),
                    concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
                )
                #numbers
                #batch_settings
                #permissions
            }

            #from_env

            /// Which credential the client uses.
            pub fn credential_source(&self) -> &#source {
                self.inner.credential_source()
            }

            /// The untyped client, for what this crate has no method for.
            pub fn untyped(&self) -> &#inner {
                &self.inner
            }

            #batches

            #operations

            #(#entries)*
        }
    });
}

/// The setting of the builder that says how the service takes batches, if that is not the standard's way.
fn batch_settings(batch: BatchConfig, imports: &mut Imports) -> Option<TokenStream> {
    if batch == BatchConfig::default() {
        return None;
    }
    let settings = imports.external("odata_runtime::BatchSettings");
    let format = (batch.format == BatchFormat::Multipart).then(|| {
        let format = imports.external("odata_runtime::BatchFormat");
        quote!(.format(#format::Multipart))
    });
    let limit = batch.limit.map(|limit| {
        let limit = Literal::u32_unsuffixed(limit.get());
        quote!(.limit(#limit))
    });
    let urls = match batch.urls {
        BatchUrls::Relative => None,
        BatchUrls::LeadingSlash => Some(ident(&RustName::fixed("LeadingSlash"))),
        BatchUrls::Absolute => Some(ident(&RustName::fixed("Absolute"))),
    };
    let urls = urls.map(|form| {
        let urls = imports.external("odata_runtime::BatchUrls");
        quote!(.urls(#urls::#form))
    });
    let references = (!batch.references).then(|| quote!(.without_references()));
    Some(quote!(.batch(#settings::new() #format #limit #urls #references)))
}

/// The methods for batches.
fn batches(imports: &mut Imports) -> TokenStream {
    let batch = imports.external("odata_runtime::Batch");
    let request = imports.external("odata_runtime::BatchRequest");
    let send_all = imports.external("odata_runtime::SendAll");
    let iterator = imports.prelude("iter::IntoIterator");
    let send = imports.prelude("marker::Send");
    quote! {
        /// An empty batch: requests that are sent in as few posts as the service allows.
        pub fn batch(&self) -> #batch {
            self.inner.batch()
        }

        /// Sends independent requests, however many, in batches. The answers come as a stream, in the
        /// order of the requests.
        pub fn send_all<I>(&self, requests: I) -> #send_all<<I::Item as #request>::Answer>
        where
            I: #iterator<Item: #request + 'static>,
            I::IntoIter: #send + 'static,
        {
            self.inner.send_all(requests)
        }
    }
}

/// The methods for what goes on after an answer.
fn operations(imports: &mut Imports) -> TokenStream {
    let answer = imports.external("odata_runtime::AsyncResponse");
    let option = imports.prelude("option::Option");
    let poller = imports.external("odata_runtime::Poller");
    let request = imports.external("odata_runtime::BatchRequest");
    let response = imports.external("odata_runtime::Response");
    let result = imports.external("odata_runtime::Result");
    quote! {
        /// Follows an operation that goes on after this answer, until there is an `R`; `None` if
        /// none does.
        ///
        /// # Errors
        ///
        /// If the answer leads to the operation by anything but a URL of https.
        pub fn poller<R, T>(&self, response: &#response<T>) -> #result<#option<#poller<R>>> {
            self.inner.poller(response)
        }

        /// Sends a request, and asks the service to answer at once and to run on by itself.
        ///
        /// # Errors
        ///
        /// Those of the request, and those of [`poller`](Self::poller).
        pub async fn respond_async<C: #request>(&self, call: C) -> #result<#answer<C::Answer>> {
            self.inner.respond_async(call).await
        }
    }
}

/// The method of an entry point, which may have a feature.
fn entry(method: &Method, feature: Option<&str>, imports: &mut Imports) -> TokenStream {
    imports.set_in_full(feature.is_some());
    let code = requests::method(method, feature, &quote!(self.inner.root()), imports);
    imports.set_in_full(false);
    code
}

fn from_env(variable: Option<&str>, imports: &mut Imports) -> TokenStream {
    let Some(variable) = variable else {
        return TokenStream::new();
    };
    let result = imports.external("odata_runtime::Result");
    let mut text = Text::default();
    text.markdown(&format!(
        "A client with the access token of the environment variable `{variable}`, or with what \
         else the environment holds; see [`{builder}::credential_from_env`].",
        variable = inline(variable),
        builder = "ClientBuilder",
    ));
    text.heading("Errors");
    text.markdown("If the environment holds no credential.");
    let docs = text.attributes();
    quote! {
        #docs
        pub fn from_env() -> #result<Self> {
            Self::builder().credential_from_env(#variable).build()
        }
    }
}

fn clouds(file: &mut File, item: &ClientItem) {
    let imports = file.imports();
    let runtime_cloud = imports.external("odata_runtime::Cloud");
    let (from, default) = (
        imports.prelude("convert::From"),
        imports.prelude("default::Default"),
    );
    let summary = format!(" Where {} runs.", inline(&item.service));
    let variants = item.clouds.iter().enumerate().map(|(index, cloud)| {
        let (name, mut text) = (ident(&cloud.name), Text::default());
        text.markdown(&inline(&cloud.description));
        text.markdown(&format!("Service root: <{}>", cloud.root));
        let docs = text.attributes();
        let default = (index == 0).then(|| quote!(#[default]));
        quote!(#docs #default #name,)
    });
    let arms = item.clouds.iter().map(
        |CloudItem {
             name, root, login, ..
         }| {
            let (variant, text) = (ident(name), RustName::plain(name));
            match login {
                Some(LoginItem { scope, authority }) => {
                    quote!(Cloud::#variant => Self::new(#text, #root, #scope, #authority),)
                }
                None => quote!(Cloud::#variant => Self::without_login(#text, #root),),
            }
        },
    );
    let (variants, arms): (Vec<_>, Vec<_>) = (variants.collect(), arms.collect());
    let names = item.clouds.iter().map(|cloud| ident(&cloud.name));
    file.push(quote! {
        #[doc = #summary]
        ///
        /// Tokens are valid for one cloud only.
        #[derive(Debug, Clone, Copy, #default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Cloud {
            #(#variants)*
        }
    });
    file.push(quote! {
        impl Cloud {
            /// All clouds that this version of the crate knows, the default first.
            pub const ALL: &'static [Self] = &[#(Self::#names),*];
        }
    });
    file.push(quote! {
        impl #from<Cloud> for #runtime_cloud {
            fn from(cloud: Cloud) -> Self {
                match cloud {
                    #(#arms)*
                }
            }
        }
    });
}
