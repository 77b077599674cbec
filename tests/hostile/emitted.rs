//! What emitted code consists of, whatever a document says.
//!
//! The fuzz target `generate` has it too.

use csdl_codegen::emit::SourceFile;
use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// What emitted code may invoke.
const MACROS: &[&str] = &["concat", "env"];

/// Macros of the runtime, which take tables of names and strings.
const TABLES: &[&str] = &[
    "allowed_values",
    "argument",
    "call",
    "enumeration",
    "model",
    "navigation",
    "references",
    "request_builder",
    "requests",
];

/// Modules of the standard library that emitted code names in full, where the client has an item of the
/// short name. None of them reaches out of the program.
const STANDARD: &[&str] = &[
    "boxed",
    "convert",
    "default",
    "fmt",
    "future",
    "option",
    "primitive",
    "result",
    "string",
    "vec",
];

/// Attributes that emitted code may have.
const ATTRIBUTES: &[&str] = &[
    "allow",
    "default",
    "deprecated",
    "derive",
    "doc",
    "inline",
    "must_use",
    "non_exhaustive",
];

/// Texts that would be code if they stood in the wrong place.
pub const HOSTILE: &[&str] = &[
    "\"; std::process::exit(1); \"",
    "*/ fn canary() {} /*",
    "\n#![feature(canary)]\n",
    "\n}\nfn canary() {}\nmod x {",
    "```\nstd::process::exit(1)\n```",
    "<script>canary()</script>",
    "../../../canary",
    "r#\"canary\"#",
    "{canary} {{}} {",
    "\\\"; canary!(); //",
    "\u{202e}canary\u{2066}",
    "include!(\"/etc/passwd\")",
    "self",
    "crate",
    "'",
    "\\",
    "\r",
    "_",
    "Self::canary::<u8>",
    "]]> <canary/>",
];

/// Looks for what no emitted file has.
#[derive(Default)]
struct Suspicious(Vec<String>);

impl<'ast> Visit<'ast> for Suspicious {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let is_call =
            matches!(item, syn::Item::Macro(item) if item.ident.is_none() && item.attrs.is_empty());
        let is_known = is_call
            || matches!(
                item,
                syn::Item::Use(_)
                    | syn::Item::Mod(_)
                    | syn::Item::Struct(_)
                    | syn::Item::Enum(_)
                    | syn::Item::Impl(_)
            );
        if !is_known {
            self.0.push("an item of another kind".to_owned());
        }
        visit::visit_item(self, item);
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        let segments = invoked.path.segments.iter();
        let segments: Vec<_> = segments.map(|segment| segment.ident.to_string()).collect();
        let is_table =
            matches!(&*segments, [of, name] if of == "odata_runtime" && TABLES.contains(&&**name));
        if is_table {
            self.table(invoked.tokens.clone());
        } else if !MACROS.iter().any(|name| invoked.path.is_ident(name)) {
            self.0.push("a macro".to_owned());
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let first = attribute
            .path()
            .segments
            .first()
            .map(|segment| segment.ident.to_string());
        let known = first.is_some_and(|first| ATTRIBUTES.contains(&first.as_str()));
        if is_doc_cfg(attribute) || is_feature(attribute) {
            return;
        }
        if !known
            || matches!(attribute.style, syn::AttrStyle::Inner(_))
                && !attribute.path().is_ident("doc")
                && !attribute.path().is_ident("allow")
        {
            self.0.push("an attribute".to_owned());
        }
    }

    fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {
        self.0.push("unsafe code".to_owned());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if segments.len() > 1 && segments[0] == "std" && !STANDARD.contains(&segments[1].as_str()) {
            self.0.push(format!("the path {}", segments.join("::")));
        }
        visit::visit_path(self, path);
    }

    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        if !ident.to_string().is_ascii() {
            self.0.push(format!("the identifier {ident}"));
        }
    }
}

impl Suspicious {
    /// A table has names, paths, types and literals, and lines of documentation.
    fn table(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(tree) = tokens.next() {
            // A field may be called so; what is below the library may not be named.
            let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(next))
                if next.as_char() == ':' && next.spacing() == Spacing::Joint);
            match tree {
                TokenTree::Group(group) => self.table(group.stream()),
                TokenTree::Ident(ident) if ident == "unsafe" || (ident == "std" && is_path) => {
                    self.0.push(format!("{ident} in a table"));
                }
                TokenTree::Ident(ident) => self.visit_ident(&ident),
                TokenTree::Punct(punct) if ",:=<>-[]#".contains(punct.as_char()) => {}
                TokenTree::Punct(punct) => self.0.push(format!("{punct} in a table")),
                TokenTree::Literal(_) => {}
            }
        }
    }
}

/// Whether these are files of a client that consist of names, strings and comments only.
pub fn check(files: &[SourceFile]) -> Result<(), String> {
    for file in files {
        let inside = file.path.starts_with("src/") && file.path.ends_with(".rs");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.');
        if !inside || file.path.contains("..") || !file.path.chars().all(plain) {
            return Err(format!("the file name {:?}", file.path));
        }
        let parsed = syn::parse_file(&file.contents)
            .map_err(|error| format!("{} is no Rust: {error}\n{}", file.path, file.contents))?;
        let mut suspicious = Suspicious::default();
        suspicious.visit_file(&parsed);
        if let Some(found) = suspicious.0.first() {
            return Err(format!("{} has {found}:\n{}", file.path, file.contents));
        }
    }
    Ok(())
}

/// Whether it is `cfg_attr(docsrs, feature(doc_cfg))`, the only feature that emitted code asks for.
fn is_doc_cfg(attribute: &syn::Attribute) -> bool {
    let list = attribute.meta.require_list();
    list.is_ok_and(|list| {
        let text = list.tokens.to_string().replace(' ', "");
        list.path.is_ident("cfg_attr") && text == "docsrs,feature(doc_cfg)"
    })
}

/// Whether it is `cfg(feature = "…")` with a name of the form that features have.
fn is_feature(attribute: &syn::Attribute) -> bool {
    let condition = attribute.parse_args::<syn::MetaNameValue>();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    attribute.path().is_ident("cfg")
        && condition.is_ok_and(|condition| {
            condition.path.is_ident("feature")
                && matches!(&condition.value, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. })
                    if name.value().chars().all(is_name))
        })
}
