//! The public items of emitted source files, one line each.

use crate::file;
use crate::tables::expanded;
use csdl_codegen::emit::SourceFile;
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::{Fields, ImplItem, Item, ReturnType, Token, Type, UseTree, Visibility};

/// What users can name, as `path: signature`, sorted. Re-exports lead to the items themselves, so
/// a public item is listed at every path that it can be used by, and nowhere else.
pub fn surface(files: &[SourceFile]) -> Vec<String> {
    let root = Module::read(files, "src/lib.rs", "src");
    let mut surface = Surface {
        root: &root,
        lines: BTreeSet::new(),
    };
    surface.module(&root, "");
    surface.lines.into_iter().collect()
}

/// A module and the modules in it.
struct Module {
    items: Vec<Item>,
    children: Vec<(String, bool, Module)>,
}

impl Module {
    fn read(files: &[SourceFile], path: &str, folder: &str) -> Self {
        let source = file(files, path).unwrap_or_else(|| panic!("{path} is missing"));
        let mut items = syn::parse_file(&source.contents).unwrap().items;
        items.extend(expanded(&items));
        let mut children = Vec::new();
        for item in &items {
            if let Item::Mod(module) = item {
                let name = module.ident.to_string();
                let stem = name.strip_prefix("r#").unwrap_or(&name);
                let child = format!("{folder}/{stem}");
                let module_file = format!("{child}.rs");
                // A module that is kept by hand changes with no metadata.
                if file(files, &module_file).is_some() {
                    let inner = Self::read(files, &module_file, &child);
                    children.push((name, is_public(&module.vis), inner));
                }
            }
        }
        Self { items, children }
    }

    fn child(&self, name: &str) -> Option<&Self> {
        let child = self.children.iter().find(|(child, ..)| child == name);
        child.map(|(.., module)| module)
    }
}

struct Surface<'a> {
    root: &'a Module,
    lines: BTreeSet<String>,
}

impl Surface<'_> {
    fn module(&mut self, module: &Module, path: &str) {
        for (name, is_public, child) in &module.children {
            if *is_public {
                self.lines.insert(format!("mod {path}{name}"));
                self.module(child, &format!("{path}{name}::"));
            }
        }
        for item in &module.items {
            match item {
                Item::Use(item) if is_public(&item.vis) => {
                    self.reexport(module, &item.tree, &mut Vec::new(), path);
                }
                Item::Impl(item) => self.elsewhere(module, item),
                item => self.item(module, item, path),
            }
        }
    }

    /// A trait that is implemented for a type of another module of the crate.
    fn elsewhere(&mut self, module: &Module, item: &syn::ItemImpl) {
        let (Some((implemented, _)), this) = (&item.trait_, text(&item.self_ty)) else {
            return;
        };
        let imports = module.items.iter().filter_map(|item| match item {
            Item::Use(item) => Some(&item.tree),
            _ => None,
        });
        let mut imported = imports.filter_map(|tree| full_name(tree, &this));
        let full = imported.next().unwrap_or(this);
        if let Some(path) = full.strip_prefix("crate::") {
            let implemented = text(implemented);
            self.lines.insert(format!("impl {implemented} for {path}"));
        }
    }

    /// Lists what a `pub use` leads to; names of other crates are listed as they are.
    fn reexport(&mut self, module: &Module, tree: &UseTree, prefix: &mut Vec<String>, path: &str) {
        match tree {
            UseTree::Path(inner) => {
                prefix.push(inner.ident.to_string());
                self.reexport(module, &inner.tree, prefix, path);
                prefix.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.reexport(module, tree, prefix, path);
                }
            }
            UseTree::Name(name) => self.reexported(module, prefix, &name.ident.to_string(), path),
            UseTree::Rename(rename) => {
                let target = format!("{}::{}", prefix.join("::"), rename.ident);
                self.lines
                    .insert(format!("use {path}{} = {target}", rename.rename));
            }
            UseTree::Glob(_) => {
                self.lines
                    .insert(format!("use {path}* = {}::*", prefix.join("::")));
            }
        }
    }

    fn reexported(&mut self, module: &Module, prefix: &[String], name: &str, path: &str) {
        let mut target = Some(module);
        for (index, part) in prefix.iter().enumerate() {
            target = match (index, part.as_str()) {
                (0, "crate") => Some(self.root),
                (0, "self") => target,
                (_, part) => target.and_then(|module| module.child(part)),
            };
        }
        let Some(target) = target else {
            self.lines
                .insert(format!("use {path}{name} = {}::{name}", prefix.join("::")));
            return;
        };
        let named = |item: &&Item| name_of(item).is_some_and(|item| item == name);
        for item in target.items.iter().filter(named) {
            self.item(target, item, path);
        }
    }

    /// An item and, where it is a type, what is declared on it in its module.
    fn item(&mut self, module: &Module, item: &Item, path: &str) {
        let (kind, name) = match item {
            Item::Struct(item) if is_public(&item.vis) => ("struct", item.ident.to_string()),
            Item::Enum(item) if is_public(&item.vis) => ("enum", item.ident.to_string()),
            Item::Fn(item) if is_public(&item.vis) => {
                let signature = text(&item.sig);
                self.lines.insert(format!("{signature} in {path}"));
                return;
            }
            Item::Type(item) if is_public(&item.vis) => ("type", item.ident.to_string()),
            Item::Const(item) if is_public(&item.vis) => {
                let name = &item.ident;
                self.lines
                    .insert(format!("const {path}{name}: {}", text(&item.ty)));
                return;
            }
            Item::Trait(item) if is_public(&item.vis) => ("trait", item.ident.to_string()),
            _ => return,
        };
        let path = format!("{path}{name}");
        let traits = attributes(item);
        self.lines.insert(format!("{kind} {path}{traits}"));
        self.members(item, &path);
        for item in &module.items {
            if let Item::Impl(item) = item
                && self_name(&item.self_ty).is_some_and(|this| this == name)
            {
                self.implementation(item, &path);
            }
        }
    }

    fn members(&mut self, item: &Item, path: &str) {
        match item {
            Item::Struct(item) => {
                if let Fields::Named(fields) = &item.fields {
                    for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                        let name = field.ident.as_ref().map(ToString::to_string);
                        let name = name.unwrap_or_default();
                        self.lines
                            .insert(format!("{path}.{name}: {}", text(&field.ty)));
                    }
                }
            }
            Item::Enum(item) => {
                for variant in &item.variants {
                    let values = variant.fields.iter().map(|field| text(&field.ty));
                    let values = values.collect::<Vec<_>>().join(", ");
                    let values = if values.is_empty() {
                        values
                    } else {
                        format!("({values})")
                    };
                    self.lines
                        .insert(format!("{path}::{}{values}", variant.ident));
                }
            }
            _ => {}
        }
    }

    fn implementation(&mut self, item: &syn::ItemImpl, path: &str) {
        if let Some((implemented, _)) = &item.trait_ {
            self.lines
                .insert(format!("impl {} for {path}", text(implemented)));
            return;
        }
        for member in &item.items {
            match member {
                ImplItem::Fn(method) if is_public(&method.vis) => {
                    let arguments: Vec<_> = method.sig.inputs.iter().map(text).collect();
                    let keyword = match member_is_async(method) {
                        true => "async fn",
                        false => "fn",
                    };
                    let returned = match &method.sig.output {
                        ReturnType::Default => String::new(),
                        ReturnType::Type(_, returned) => format!(" -> {}", text(returned)),
                    };
                    let (name, arguments) = (&method.sig.ident, arguments.join(", "));
                    self.lines
                        .insert(format!("{keyword} {path}::{name}({arguments}){returned}"));
                }
                ImplItem::Const(constant) if is_public(&constant.vis) => {
                    let (name, value) = (&constant.ident, text(&constant.expr));
                    self.lines
                        .insert(format!("{path}::{name}: {} = {value}", text(&constant.ty)));
                }
                _ => {}
            }
        }
    }
}

/// What a name stands for, if an import brings it.
fn full_name(tree: &UseTree, name: &str) -> Option<String> {
    match tree {
        UseTree::Path(inner) => {
            let rest = full_name(&inner.tree, name)?;
            Some(format!("{}::{rest}", inner.ident))
        }
        UseTree::Group(group) => group.items.iter().find_map(|tree| full_name(tree, name)),
        UseTree::Name(last) => (last.ident == name).then(|| name.to_owned()),
        UseTree::Rename(_) | UseTree::Glob(_) => None,
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Const(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

fn member_is_async(method: &syn::ImplItemFn) -> bool {
    method.sig.asyncness.is_some()
}

/// Derived traits, and whether more members may come: ` (Clone, Debug, non_exhaustive)`.
fn attributes(item: &Item) -> String {
    let attributes = match item {
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        _ => return String::new(),
    };
    let mut names = BTreeSet::new();
    for attribute in attributes {
        if attribute.path().is_ident("derive") {
            let derived =
                attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
            names.extend(derived.unwrap().iter().map(text));
        } else if attribute.path().is_ident("non_exhaustive") {
            names.insert("non_exhaustive".to_owned());
        }
    }
    match names.is_empty() {
        true => String::new(),
        false => format!(" ({})", names.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

fn self_name(this: &Type) -> Option<String> {
    match this {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Tokens as one would write them.
fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, plain) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        ("' ", "'"),
        (" : ", ": "),
        (" (", "("),
        ("[ ", "["),
        (" ]", "]"),
        (", ]", "]"),
        (", )", ")"),
        ("( ", "("),
        (" )", ")"),
    ] {
        text = text.replace(spaced, plain);
    }
    text
}
