//! Entity and complex types.

use super::item_docs_with;
use crate::api::{ADDITIONAL_PROPERTIES, Field, ModelItem, PropertyName, RustType, StructItem};
use crate::emit::docs::{Text, deprecated};
use crate::emit::file::{File, Imports, ident};
use crate::emit::types;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// ```ignore
/// #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// #[non_exhaustive]
/// pub struct Metric {
///     #[serde(with = "odata_runtime::json")]
///     pub start_date_time: DateTime<Utc>,
///     #[serde(flatten)]
///     pub additional_properties: Map<String, Value>,
/// }
/// ```
pub(super) fn structure(file: &mut File, item: &ModelItem, declared: &StructItem) {
    let name = ident(&item.name);
    declare(file, item, declared);
    if !declared.property_names.is_empty() {
        property_names(file, &name, &declared.property_names);
    }
    type_information(file, &name, declared);
    if declared.is_argument {
        argument_literal(file, &name);
    }
}

fn declare(file: &mut File, item: &ModelItem, declared: &StructItem) {
    let imports = file.imports();
    let name = ident(&item.name);
    let derived = "The service may send one of the types that extend this one; \
                   [`downcast`](odata_runtime::ODataType::downcast) gives it.";
    let docs = item_docs_with(item, (!declared.derived.is_empty()).then_some(derived));
    let serialize = imports.external("serde::Serialize");
    let deserialize = imports.external("serde::Deserialize");
    let case = Case::of(&declared.fields);
    let may_be_absent =
        |field: &Field| matches!(field.rust_type, RustType::Option(_) | RustType::Vec(_));
    let all_may_be_absent = declared.fields.iter().all(may_be_absent);
    let mut options = Vec::new();
    options.extend(case.rule().map(|rule| quote!(rename_all = #rule)));
    if all_may_be_absent && !declared.fields.is_empty() {
        options.push(quote!(default));
    }
    let options = (!options.is_empty()).then(|| quote!(#[serde(#(#options),*)]));
    let fields: Vec<_> = declared
        .fields
        .iter()
        .map(|declared| field(declared, case, !all_may_be_absent, imports))
        .collect();
    let additional = additional_properties();
    let map = map(imports);
    file.push(quote! {
        #docs
        #[derive(Debug, Clone, Default, PartialEq, #serialize, #deserialize)]
        #options
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// What the service sent and the metadata does not declare, by JSON member.
            #[serde(flatten)]
            pub #additional: #map,
        }
    });
}

fn additional_properties() -> Ident {
    Ident::new(ADDITIONAL_PROPERTIES, Span::call_site())
}

fn map(imports: &mut Imports) -> TokenStream {
    let (map, string, value) = (
        imports.external("serde_json::Map"),
        imports.prelude("string::String"),
        imports.external("serde_json::Value"),
    );
    quote!(#map<#string, #value>)
}

/// A field; `says_default` if the struct does not say for all fields that they may be absent.
fn field(field: &Field, case: Case, says_default: bool, imports: &mut Imports) -> TokenStream {
    let name = ident(&field.name);
    let rust_type = types::tokens(&field.rust_type, imports);
    let fallback = if field.is_navigation {
        format!(
            "`{}`, where it was asked for with `$expand`",
            field.wire_name
        )
    } else {
        format!("`{}`", field.wire_name)
    };
    let docs = Text::new(&field.docs, &fallback).attributes();
    let mut options = Vec::new();
    if case.apply(field.name.plain()) != field.wire_name {
        let wire_name = &field.wire_name;
        options.push(quote!(rename = #wire_name));
    }
    let has_format = types::needs_json_format(&field.rust_type);
    if has_format {
        options.push(quote!(with = "odata_runtime::json"));
    }
    match &field.rust_type {
        RustType::Option(_) => {
            // serde takes an absent `Option` for `None` only where it reads it by itself.
            if has_format && says_default {
                options.push(quote!(default));
            }
            let option = imports
                .prelude("option::Option")
                .to_string()
                .replace(' ', "");
            let is_none = format!("{option}::is_none");
            options.push(quote!(skip_serializing_if = #is_none));
        }
        // A service may leave out an empty collection.
        RustType::Vec(_) if says_default => options.push(quote!(default)),
        _ => {}
    }
    let options = (!options.is_empty()).then(|| quote!(#[serde(#(#options),*)]));
    let deprecated = deprecated(&field.docs);
    quote! {
        #docs
        #deprecated
        #options
        pub #name: #rust_type,
    }
}

/// The rule by which serde makes the names of JSON members from those of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// They are the same.
    Same,
    /// `camelCase`
    Camel,
    /// `PascalCase`
    Pascal,
}

impl Case {
    /// The rule with the fewest exceptions.
    fn of(fields: &[Field]) -> Self {
        let exceptions = |case: &Self| {
            let fits = |field: &&Field| case.apply(field.name.plain()) != field.wire_name;
            fields.iter().filter(fits).count()
        };
        let cases = [Self::Same, Self::Camel, Self::Pascal];
        cases
            .into_iter()
            .min_by_key(exceptions)
            .unwrap_or(Self::Same)
    }

    fn rule(self) -> Option<&'static str> {
        match self {
            Self::Same => None,
            Self::Camel => Some("camelCase"),
            Self::Pascal => Some("PascalCase"),
        }
    }

    /// What serde makes of a field's name: a capital letter behind each underscore, and first.
    fn apply(self, field: &str) -> String {
        if self == Self::Same {
            return field.to_owned();
        }
        let mut name = String::with_capacity(field.len());
        let mut capital = self == Self::Pascal;
        for letter in field.chars() {
            if letter == '_' {
                capital = true;
            } else if std::mem::take(&mut capital) {
                name.push(letter.to_ascii_uppercase());
            } else {
                name.push(letter);
            }
        }
        if self == Self::Camel
            && let Some(first) = name.get_mut(..1)
        {
            first.make_ascii_lowercase();
        }
        name
    }
}

/// `pub const DISPLAY_NAME: Property<Self> = Property::new("displayName");`
fn property_names(file: &mut File, name: &Ident, names: &[PropertyName]) {
    let imports = file.imports();
    let constants: Vec<_> = names
        .iter()
        .map(|property| {
            let (name, wire_name) = (ident(&property.name), &property.wire_name);
            let kind = if property.is_navigation {
                imports.external("odata_runtime::NavigationProperty")
            } else {
                imports.external("odata_runtime::Property")
            };
            let docs = format!(" `{wire_name}`");
            quote!(#[doc = #docs] pub const #name: #kind<Self> = #kind::new(#wire_name);)
        })
        .collect();
    file.push(quote! {
        /// The names of the properties, for query options.
        impl #name {
            #(#constants)*
        }
    });
}

/// What the type says of itself: its name, and the types above and below it.
fn type_information(file: &mut File, name: &Ident, declared: &StructItem) {
    let imports = file.imports();
    let odata_type = imports.external("odata_runtime::ODataType");
    let qualified_name = &declared.qualified_name;
    let (derived, read_only) = (&declared.derived, &declared.read_only);
    let derived = (!derived.is_empty())
        .then(|| quote!(const DERIVED: &'static [&'static str] = &[#(#derived),*];));
    let read_only = (!read_only.is_empty())
        .then(|| quote!(const READ_ONLY: &'static [&'static str] = &[#(#read_only),*];));
    let (additional, map) = (additional_properties(), map(imports));
    file.push(quote! {
        impl #odata_type for #name {
            const NAME: &'static str = #qualified_name;
            #derived
            #read_only
            fn additional_properties(&self) -> &#map {
                &self.#additional
            }
        }
    });
    if !declared.bases.is_empty() {
        let imports = file.imports();
        let derived_from = imports.external("odata_runtime::DerivedFrom");
        let bases: Vec<_> = declared
            .bases
            .iter()
            .map(|base| imports.item(base))
            .collect();
        file.push(quote!(#(impl #derived_from<#bases> for #name {})*));
    }
    let builders = [
        ("SingleResource", &declared.builder),
        ("CollectionResource", &declared.collection_builder),
    ];
    for (trait_name, builder) in builders {
        if let Some(builder) = builder {
            let imports = file.imports();
            let resource = imports.external(&format!("odata_runtime::{trait_name}"));
            let builder = imports.item(builder);
            file.push(quote! {
                impl #resource for #name {
                    type RequestBuilder = #builder;
                }
            });
        }
    }
}

/// How a value is passed to an operation: as JSON.
fn argument_literal(file: &mut File, name: &Ident) {
    let imports = file.imports();
    let literal = imports.external("odata_runtime::Literal");
    let literal_value = imports.external("odata_runtime::LiteralValue");
    file.push(quote! {
        impl #literal for #name {
            fn to_literal(&self) -> #literal_value {
                #literal_value::from_serialize(self)
            }
        }
    });
}
