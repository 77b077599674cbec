//! The methods of request builders and of the client.

use super::operations::permission_text;
use crate::api::{
    Argument, ItemPath, KeyMethod, Method, MethodKind, Multiplicity, Navigation, RequestKind,
    RustType, StreamSegment,
};
use crate::edm::vocabulary::Capability;
use crate::emit::docs::{Text, deprecated, inline};
use crate::emit::file::{Imports, enabled_by, ident};
use crate::emit::types::{self, argument};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// How many arguments a method may have before clippy calls them too many, `self` not counted.
const MANY_ARGUMENTS: usize = 6;

/// The methods; `resource` is the expression of the path that they start at.
pub(super) fn methods(
    methods: &[&Method],
    resource: &TokenStream,
    imports: &mut Imports,
) -> TokenStream {
    let methods = methods.iter().map(|it| method(it, None, resource, imports));
    let methods: Vec<_> = methods.collect();
    quote!(#(#methods)*)
}

/// One method, which is there if a feature of the package is turned on.
pub(in crate::emit) fn method(
    method: &Method,
    feature: Option<&str>,
    resource: &TokenStream,
    imports: &mut Imports,
) -> TokenStream {
    let Signature { docs, code } = Maker { resource }.signature(method, imports);
    let (docs, enabled) = (docs.attributes(), enabled_by(feature));
    let deprecated = deprecated(&method.docs);
    quote! {
        #docs
        #deprecated
        #enabled
        #[inline]
        #code
    }
}

struct Maker<'a> {
    resource: &'a TokenStream,
}

/// A method without its documentation.
struct Signature {
    docs: Text,
    code: TokenStream,
}

impl Maker<'_> {
    fn signature(&self, method: &Method, imports: &mut Imports) -> Signature {
        let resource = self.resource;
        let name = ident(&method.name);
        match &method.kind {
            MethodKind::Navigate(navigation) => self.navigate(method, navigation, imports),
            MethodKind::References {
                segment,
                multiplicity,
            } => {
                let kind = references(*multiplicity);
                let references = imports.external(&format!("odata_runtime::{kind}"));
                plain(
                    &format!(
                        "References to `{segment}`: which resources are there, without their values. One is \
                         named by its URL, which its builder's `resource().url()` tells."
                    ),
                    quote! {
                        pub fn #name(&self) -> #references { #resource.segment(#segment).into() }
                    },
                )
            }
            MethodKind::Key(key) => self.key(method, key, imports),
            MethodKind::ItemPath { target, delimiter } => {
                let target = imports.item(target);
                let as_ref = imports.prelude("convert::AsRef");
                let text = imports.prelude("primitive::str");
                let mut docs = Text::default();
                docs.markdown(
                    "The item at a path below this one: plain text such as `folder/file.txt`, which \
                     is encoded as necessary.",
                );
                docs.markdown(
                    "Requests to it fail before they are sent if a name in the path is empty, `.` or \
                     `..`.",
                );
                Signature {
                    docs,
                    code: quote! {
                        pub fn #name(&self, path: impl #as_ref<#text>) -> #target {
                            #resource.item_at(#delimiter, path.as_ref()).into()
                        }
                    },
                }
            }
            MethodKind::Cast {
                model,
                multiplicity,
            } => self.cast(method, model, *multiplicity, imports),
            MethodKind::Get { model, unsupported } => {
                let text = format!("Gets the `{}`.", model.name);
                let (get, model) = (imports.external("odata_runtime::Get"), imports.item(model));
                Signature {
                    docs: reading(&text, unsupported),
                    code: quote!(pub fn #name(&self) -> #get<#model> { #resource.read() }),
                }
            }
            MethodKind::List { model, unsupported } => {
                let (list, model) = (imports.external("odata_runtime::List"), imports.item(model));
                Signature {
                    docs: reading("Lists the collection, page by page.", unsupported),
                    code: quote!(pub fn #name(&self) -> #list<#model> { #resource.list() }),
                }
            }
            MethodKind::Create(model) => {
                let create = imports.external("odata_runtime::Create");
                let model = imports.item(model);
                plain(
                    "Adds one to the collection.",
                    quote! {
                        pub fn #name(&self, new: &#model) -> #create<#model> { #resource.create(new) }
                    },
                )
            }
            MethodKind::Update { model, by_put } => self.update(method, model, *by_put, imports),
            MethodKind::Delete => {
                let delete = imports.external("odata_runtime::Delete");
                plain(
                    "Deletes it.",
                    quote!(pub fn #name(&self) -> #delete { #resource.remove() }),
                )
            }
            MethodKind::Count(model) => {
                let count = imports.external("odata_runtime::Count");
                let model = imports.item(model);
                plain(
                    "Counts the items of the collection.",
                    quote! {
                        pub fn #name(&self) -> #count<#model> { #resource.count() }
                    },
                )
            }
            MethodKind::Download(segment) => {
                let download = imports.external("odata_runtime::Download");
                let path = segment.as_str();
                self.media(
                    method,
                    segment,
                    "Reads",
                    quote! {
                        pub fn #name(&self) -> #download { #resource.segment(#path).download() }
                    },
                )
            }
            MethodKind::Upload { content, model } => self.upload(method, content, model, imports),
            MethodKind::Call { target, arguments } => self.call(method, target, arguments, imports),
        }
    }

    /// `pub fn service_activity(&self) -> ServiceActivityRequestBuilder`
    fn navigate(&self, method: &Method, to: &Navigation, imports: &mut Imports) -> Signature {
        let (name, resource) = (ident(&method.name), self.resource);
        let target = imports.item(&to.target);
        let segment = &to.segment;
        let mut docs = Text::new(&method.docs, &format!("Requests to `{segment}`."));
        if !to.permissions.is_empty() {
            docs.heading("Permissions");
            for (kind, permission) in &to.permissions {
                docs.entry(&format!(
                    "For {}, {}",
                    verb(*kind),
                    permission_text(permission)
                ));
            }
        }
        for sentence in refused_text(&to.refused, "here") {
            docs.markdown(&sentence);
        }
        let told = told_text(to);
        if !told.is_empty() {
            docs.markdown(&format!("Not supported here: {told}."));
        }
        for below in &to.below {
            for sentence in refused_text(&below.refused, &format!("below, at `{}`", below.path)) {
                docs.markdown(&sentence);
            }
        }
        let refusing = refusing(to, imports);
        Signature {
            docs,
            code: quote! {
                pub fn #name(&self) -> #target {
                    #resource.segment(#segment)#refusing.into()
                }
            },
        }
    }

    /// `pub fn by_id(&self, id: impl TextKey) -> AlertRequestBuilder`
    fn key(&self, method: &Method, key: &KeyMethod, imports: &mut Imports) -> Signature {
        let (name, resource) = (ident(&method.name), self.resource);
        let target = imports.item(&key.target);
        let mut declared = Vec::new();
        let mut literals = Vec::new();
        for part in &key.parts {
            let part_name = ident(&part.name);
            if part.rust_type == RustType::String {
                let key = imports.external("odata_runtime::TextKey");
                declared.push(quote!(#part_name: impl #key));
                literals.push(quote!(#part_name.as_key()));
            } else {
                let rust_type = types::tokens(&part.rust_type, imports);
                declared.push(quote!(#part_name: #rust_type));
                literals.push(quote!(#part_name));
            }
        }
        let keyed = if key.is_named {
            let names = key.parts.iter().map(|part| &part.wire_name);
            quote!(compound_key(&[#((#names, &#literals)),*]))
        } else {
            quote!(key(#(#literals),*))
        };
        let parts: Vec<_> = key
            .parts
            .iter()
            .map(|part| format!("`{}`", part.wire_name))
            .collect();
        let also = if key.is_alternate {
            ", an alternate key"
        } else {
            ""
        };
        plain(
            &format!("The one with this {}{also}.", parts.join(" and ")),
            quote! {
                pub fn #name(&self, #(#declared),*) -> #target {
                    #resource.#keyed.into()
                }
            },
        )
    }

    fn cast(
        &self,
        method: &Method,
        model: &ItemPath,
        multiplicity: Multiplicity,
        imports: &mut Imports,
    ) -> Signature {
        let (name, resource) = (ident(&method.name), self.resource);
        let derived_from = imports.external("odata_runtime::DerivedFrom");
        let model = imports.item(model);
        let (trait_name, text) = if multiplicity.is_many() {
            (
                "CollectionResource",
                "Those that are of a type `D`, as such.",
            )
        } else {
            (
                "SingleResource",
                "The same resource as one of the type `D`.",
            )
        };
        let kind = imports.external(&format!("odata_runtime::{trait_name}"));
        plain(
            text,
            quote! {
                pub fn #name<D: #derived_from<#model> + #kind>(&self) -> D::RequestBuilder {
                    #resource.cast(D::NAME).into()
                }
            },
        )
    }

    fn update(
        &self,
        method: &Method,
        model: &ItemPath,
        by_put: bool,
        imports: &mut Imports,
    ) -> Signature {
        let (name, resource) = (ident(&method.name), self.resource);
        let (update, model) = (
            imports.external("odata_runtime::Update"),
            imports.item(model),
        );
        let (text, argument, make) = if by_put {
            ("Replaces it as a whole.", "replacement", "replace")
        } else {
            (
                "Changes what is set in `changes`, and nothing else.",
                "changes",
                "update",
            )
        };
        let (argument, make) = (format_ident!("{argument}"), format_ident!("{make}"));
        plain(
            text,
            quote! {
                pub fn #name(&self, #argument: &#model) -> #update<#model> {
                    #resource.#make(#argument)
                }
            },
        )
    }

    fn upload(
        &self,
        method: &Method,
        segment: &StreamSegment,
        model: &ItemPath,
        imports: &mut Imports,
    ) -> Signature {
        let (name, resource) = (ident(&method.name), self.resource);
        let model = imports.item(model);
        let upload = imports.external("odata_runtime::Upload");
        let path = segment.as_str();
        let bytes = imports.external("odata_runtime::Content");
        let into = imports.prelude("convert::Into");
        let as_ref = imports.prelude("convert::AsRef");
        let text = imports.prelude("primitive::str");
        self.media(
            method,
            segment,
            "Writes",
            quote! {
                pub fn #name(
                    &self,
                    content_type: impl #as_ref<#text>,
                    content: impl #into<#bytes>,
                ) -> #upload<#model> {
                    #resource.segment(#path).upload(content_type, content)
                }
            },
        )
    }

    fn media(
        &self,
        method: &Method,
        segment: &StreamSegment,
        verb: &str,
        code: TokenStream,
    ) -> Signature {
        let what = match segment {
            StreamSegment::Content => "its content".to_owned(),
            StreamSegment::Property(name) => format!("the bytes of `{name}`"),
        };
        let mut docs = Text::default();
        docs.markdown(&format!("{verb} {what}."));
        if let Some(summary) = &method.docs.summary {
            docs.markdown(&inline(summary));
        }
        Signature { docs, code }
    }

    /// `pub fn get_metrics(&self, start: impl Into<DateTime<Utc>>) -> GetMetrics`
    fn call(
        &self,
        method: &Method,
        target: &ItemPath,
        arguments: &[Argument],
        imports: &mut Imports,
    ) -> Signature {
        let (name, resource) = (ident(&method.name), self.resource);
        let docs = crate::api::Docs {
            details: None,
            ..method.docs.clone()
        };
        let docs = Text::new(&docs, &format!("Calls `{}`.", target.name));
        let target = imports.item(target);
        let mut declared = Vec::new();
        let mut passed = Vec::new();
        for parameter in arguments {
            let form = argument(&parameter.rust_type, imports);
            let (name, taken) = (ident(&parameter.name), form.taken);
            declared.push(quote!(#name: #taken));
            passed.push(if form.converts {
                quote!(#name.into())
            } else {
                quote!(#name)
            });
        }
        let allow =
            (declared.len() > MANY_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        Signature {
            docs,
            code: quote! {
                #allow
                pub fn #name(&self, #(#declared),*) -> #target {
                    #target::new(&#resource, #(#passed),*)
                }
            },
        }
    }
}

/// The type of the runtime for references.
pub(super) fn references(multiplicity: Multiplicity) -> &'static str {
    match multiplicity {
        Multiplicity::Many => "CollectionReferences",
        Multiplicity::One => "SingleReference",
    }
}

/// What a method reads, and query options that it does without.
fn reading(sentence: &str, unsupported: &[&str]) -> Text {
    let mut docs = Text::default();
    docs.markdown(sentence);
    if !unsupported.is_empty() {
        let options: Vec<_> = unsupported.iter().map(|o| format!("`{o}`")).collect();
        docs.markdown(&format!("Not supported here: {}.", options.join(", ")));
    }
    docs
}

/// A method that is documented in one sentence.
fn plain(sentence: &str, code: TokenStream) -> Signature {
    let mut docs = Text::default();
    docs.markdown(sentence);
    Signature { docs, code }
}

/// `.refusing(&[Refusal::Delete])`, and what is said of ways below.
fn refusing(to: &Navigation, imports: &mut Imports) -> TokenStream {
    let mut code = TokenStream::new();
    if to.refused.is_empty() && to.items.refused.is_empty() && to.below.is_empty() {
        return code;
    }
    let refusal = imports.external("odata_runtime::Refusal");
    let list = |refused: &[Capability]| {
        let refused = refused.iter().filter_map(|it| refusal_variant(*it));
        let refused = refused.map(|variant| format_ident!("{variant}"));
        quote!(&[#(#refusal::#refused),*])
    };
    if !to.refused.is_empty() {
        let refused = list(&to.refused);
        code.extend(quote!(.refusing(#refused)));
    }
    if !to.items.refused.is_empty() {
        let items = to.items.refused.iter();
        let items = items.filter_map(|(of, item)| {
            let variant = format_ident!("{}", refusal_variant(*of)?);
            Some(quote!((#refusal::#variant, #item)))
        });
        code.extend(quote!(.refusing_items(&[#(#items),*])));
    }
    if !to.below.is_empty() {
        let struct_name = imports.external("odata_runtime::RefusalsBelow");
        let below = to.below.iter().map(|below| {
            let (path, refused) = (&below.path, list(&below.refused));
            let permitted = list(&below.permitted);
            quote!(#struct_name { path: #path, refused: #refused, permitted: #permitted })
        });
        code.extend(quote!(.refusing_below(&[#(#below),*])));
    }
    code
}

fn refusal_variant(capability: Capability) -> Option<&'static str> {
    Some(match capability {
        Capability::Read => "Read",
        Capability::ReadByKey => "ReadByKey",
        Capability::Insert => "Insert",
        Capability::Update => "Update",
        Capability::Delete => "Delete",
        Capability::Filter => "Filter",
        Capability::Sort => "OrderBy",
        Capability::Count => "Count",
        Capability::Search => "Search",
        Capability::Select => "Select",
        Capability::Expand => "Expand",
        Capability::Top => "Top",
        Capability::Skip => "Skip",
        Capability::UpdateByPut | Capability::Reference => return None,
    })
}

/// What the service does not support at a place: requests in one sentence, query options in another.
fn refused_text(refused: &[Capability], place: &str) -> Vec<String> {
    let verbs = refused.iter().filter_map(|capability| match capability {
        Capability::Read => Some("reading"),
        Capability::ReadByKey if refused.contains(&Capability::Read) => None,
        Capability::ReadByKey => Some("reading by key"),
        Capability::Insert => Some("creating"),
        Capability::Update => Some("updating"),
        Capability::Delete => Some("deleting"),
        _ => None,
    });
    let verbs = verbs.collect::<Vec<_>>().join(" or ");
    let options = option_names(refused);
    let mut sentences = Vec::new();
    if !verbs.is_empty() {
        sentences.push(format!("The service does not support {verbs} {place}."));
    }
    if !options.is_empty() {
        sentences.push(format!("Not supported {place}: {options}."));
    }
    sentences
}

/// What is not supported at the end of a way and not a request of its own: query options that are sent all
/// the same, and what is excluded with one property alone.
pub(super) fn told_text(to: &Navigation) -> String {
    let mut parts = Vec::new();
    if !to.told.is_empty() {
        parts.push(option_names(&to.told));
    }
    let items = || to.items.refused.iter().chain(&to.items.told);
    for (of, what) in [
        (Capability::Expand, "`$expand` of"),
        (Capability::Sort, "`$orderby` by"),
        (Capability::Filter, "`$filter` by"),
        (Capability::Insert, "creating together with"),
    ] {
        let names = items().filter(|(it, _)| *it == of);
        let names: Vec<_> = names.map(|(_, name)| format!("`{name}`")).collect();
        if !names.is_empty() {
            parts.push(format!("{what} {}", names.join(", ")));
        }
    }
    parts.join("; ")
}

/// The query options, as documentation lists them.
fn option_names(capabilities: &[Capability]) -> String {
    let options = capabilities.iter().filter_map(|it| it.option());
    let options: Vec<_> = options.map(|option| format!("`{option}`")).collect();
    options.join(", ")
}

fn verb(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Read => "reading",
        RequestKind::Insert => "creating",
        RequestKind::Update => "updating",
        RequestKind::Delete => "deleting",
    }
}
