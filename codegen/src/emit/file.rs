//! One source file: imports and items.

use super::{MARKER, SourceFile};
use crate::api::{ItemPath, RustName};
use crate::layout;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// A file that is being put together.
pub(super) struct File {
    path: String,
    header: String,
    docs: Vec<String>,
    items: Vec<Block>,
    imports: Imports,
}

/// Items of a file.
enum Block {
    /// To be laid out.
    Tokens(TokenStream),
    /// As they are.
    Text(String),
    /// An `impl` block that begins with calls of macros.
    Impl {
        name: Ident,
        tables: String,
        methods: TokenStream,
    },
}

impl File {
    /// An empty file in which these names are declared.
    pub fn new<'a>(path: String, declared: impl IntoIterator<Item = &'a RustName>) -> Self {
        Self {
            path,
            header: format!(
                "{MARKER} from metadata/. Do not edit: change those files and run it again.\n"
            ),
            docs: Vec::new(),
            items: Vec::new(),
            imports: Imports::new(declared),
        }
    }

    /// More lines for the comment at the top.
    pub fn add_header(&mut self, lines: &str) {
        self.header.push_str(lines);
    }

    /// The module's documentation.
    pub fn set_docs(&mut self, docs: Vec<String>) {
        self.docs = docs;
    }

    /// Adds an item.
    pub fn push(&mut self, item: TokenStream) {
        self.items.push(Block::Tokens(item));
    }

    /// Adds an item that is laid out already.
    pub fn push_text(&mut self, item: String) {
        self.items.push(Block::Text(item));
    }

    /// Adds an `impl` block of a type, which begins with calls of macros and goes on with methods.
    pub fn push_impl(&mut self, name: &Ident, tables: String, methods: TokenStream) {
        self.items.push(Block::Impl {
            name: name.clone(),
            tables,
            methods,
        });
    }

    /// The names that the file imports.
    pub fn imports(&mut self) -> &mut Imports {
        &mut self.imports
    }

    /// The file's text.
    pub fn finish(self) -> SourceFile {
        let mut contents = self.header;
        if !self.docs.is_empty() {
            contents.push('\n');
        }
        for line in &self.docs {
            contents.push_str(&format!("//!{line}\n"));
        }
        let imports = self.imports.declarations();
        let mut blocks: Vec<String> = Vec::new();
        if !imports.is_empty() {
            blocks.push(layout::items(quote!(#(#imports)*)));
        }
        blocks.extend(self.items.into_iter().map(|item| match item {
            Block::Tokens(tokens) => layout::items(tokens),
            Block::Text(text) => text,
            Block::Impl {
                name,
                tables,
                methods,
            } => layout::implementation(&name, &tables, methods),
        }));
        for block in blocks {
            contents.push('\n');
            contents.push_str(&block);
        }
        SourceFile {
            path: self.path,
            contents,
        }
    }
}

/// What a file's short names stand for.
#[derive(Clone)]
pub(crate) struct Imports {
    /// Names that the file declares itself.
    declared: BTreeSet<String>,
    /// Short names in use, with their full paths.
    used: BTreeMap<String, String>,
    /// The module whose items need no import.
    module: Vec<RustName>,
    /// Whether names are written in full, as in code that a feature may turn off: an import of
    /// what only such code names would be one too many without it.
    in_full: bool,
    /// The package, in code of those who use it, to whom its root gives what they need.
    package: Option<String>,
}

impl Imports {
    pub fn new<'a>(declared: impl IntoIterator<Item = &'a RustName>) -> Self {
        Self {
            declared: declared
                .into_iter()
                .map(|name| name.plain().to_owned())
                .collect(),
            used: BTreeMap::new(),
            module: Vec::new(),
            in_full: false,
            package: None,
        }
    }

    /// Those of code that uses the package.
    pub fn of_user(package: &str) -> Self {
        Self {
            // No import gives it another meaning.
            declared: BTreeSet::from(["Ok".to_owned()]),
            package: Some(package.replace('-', "_")),
            ..Self::new([])
        }
    }

    /// A name of the standard prelude: short, unless the file means something else by it.
    pub fn prelude(&mut self, path: &str) -> TokenStream {
        self.short_or_full(path, "std::")
    }

    /// A name of a crate that the client depends on, such as `chrono::Utc`.
    pub fn external(&mut self, path: &str) -> TokenStream {
        self.short_or_full(path, "")
    }

    /// Makes the items of a module, which is the file's own, known without an import.
    pub fn set_module(&mut self, module: Vec<RustName>) {
        self.module = module;
    }

    /// Makes names be written in full from here on, or no longer.
    pub fn set_in_full(&mut self, in_full: bool) {
        self.in_full = in_full;
    }

    /// An item of this crate.
    pub fn item(&mut self, item: &ItemPath) -> TokenStream {
        if item.module == self.module {
            let name = ident(&item.name);
            return quote!(#name);
        }
        let module: Vec<_> = item.module.iter().map(RustName::as_str).collect();
        self.short_or_full(&format!("crate::{}::{}", module.join("::"), item.name), "")
    }

    fn short_or_full(&mut self, path: &str, prefix: &str) -> TokenStream {
        let full = self.seen_by_user(format!("{prefix}{path}"));
        let name = path.rfind(':').map_or(path, |at| &path[at + 1..]);
        let plain = name.strip_prefix("r#").unwrap_or(name);
        let used = self.used.get(plain);
        let free = match used {
            Some(used) => *used == full,
            None => !self.declared.contains(plain),
        };
        // What is in the prelude needs no import.
        if free && (!self.in_full || prefix == "std::") {
            if used.is_none() {
                self.used.insert(plain.to_owned(), full);
            }
            let name = ident_of(name);
            return quote!(#name);
        }
        let segments = full.split("::").map(ident_of);
        if full.starts_with("crate::") {
            quote!(#(#segments)::*)
        } else {
            quote!(::#(#segments)::*)
        }
    }

    /// What is in this crate or in its runtime, to those who use the package.
    fn seen_by_user(&self, full: String) -> String {
        let Some(package) = &self.package else {
            return full;
        };
        let ours = |root| full.strip_prefix(root);
        match ours("crate::").or_else(|| ours("odata_runtime::")) {
            Some(inner) => format!("{package}::{inner}"),
            None => full,
        }
    }

    /// One `use` for each crate or module, those of this crate last.
    pub fn declarations(&self) -> Vec<TokenStream> {
        let mut modules: BTreeMap<(bool, &str), Vec<&str>> = BTreeMap::new();
        for full in self.used.values() {
            if let Some((module, name)) = full.rsplit_once("::")
                && !full.starts_with("std::")
            {
                modules
                    .entry((module.starts_with("crate"), module))
                    .or_default()
                    .push(name);
            }
        }
        let uses = modules.into_iter().map(|((_, module), names)| {
            let module = module.split("::").map(ident_of);
            let names: Vec<_> = names.into_iter().map(ident_of).collect();
            match names.as_slice() {
                [name] => quote!(use #(#module)::*::#name;),
                names => quote!(use #(#module)::*::{#(#names),*};),
            }
        });
        uses.collect()
    }
}

/// The condition that a feature of the package is turned on.
pub(super) fn enabled_by(feature: Option<&str>) -> TokenStream {
    feature.map_or_else(
        TokenStream::new,
        |feature| quote!(#[cfg(feature = #feature)]),
    )
}

/// The identifier of a name.
pub(super) fn ident(name: &RustName) -> Ident {
    ident_of(name.as_str())
}

fn ident_of(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
