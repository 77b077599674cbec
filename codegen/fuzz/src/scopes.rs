//! What the compiler would say of names in emitted code: that each is there, and there once.

use csdl_codegen::emit::SourceFile;
use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;
use syn::{Fields, FnArg, ImplItem, Item, Pat, UseTree};

/// The first name that is taken twice in its scope, or that is imported and not there.
pub fn check(files: &[SourceFile]) -> Result<(), String> {
    let mut modules = BTreeMap::new();
    let mut imports = Vec::new();
    for file in files {
        let parsed = syn::parse_file(&file.contents).map_err(|error| error.to_string())?;
        let mut module = Module::default();
        parsed
            .items
            .iter()
            .try_for_each(|item| module.item(item))
            .map_err(|found| format!("{} has {found}:\n{}", file.path, file.contents))?;
        imports.extend(
            module
                .imports
                .drain(..)
                .map(|import| (file.path.clone(), import)),
        );
        modules.insert(module_path(&file.path), module.names);
    }
    for (file, mut path) in imports {
        let Some(name) = path.pop() else { continue };
        let is_there = modules
            .get(&path)
            .is_some_and(|names| names.contains(&name));
        if !is_there {
            return Err(format!(
                "{file} imports {}::{name}, which is not there",
                path.join("::")
            ));
        }
    }
    Ok(())
}

/// `src/models/book.rs` is `models`, `book`; the root is nothing.
fn module_path(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    path.split('/')
        .filter(|name| *name != "lib")
        .map(str::to_owned)
        .collect()
}

/// The names of a scope.
#[derive(Default)]
struct Scope(BTreeSet<String>);

impl Scope {
    fn add(&mut self, name: impl ToString, kind: &str) -> Result<(), String> {
        let name = name.to_string();
        match self.0.insert(name.clone()) {
            true => Ok(()),
            false => Err(format!("two {kind} of the name {name}")),
        }
    }
}

#[derive(Default)]
struct Module {
    names: BTreeSet<String>,
    /// By the name of the type.
    associated: BTreeMap<String, Scope>,
    /// Whole paths within the crate.
    imports: Vec<Vec<String>>,
}

impl Module {
    fn add(&mut self, name: String) -> Result<(), String> {
        let is_free = self.names.insert(name.clone());
        is_free
            .then_some(())
            .ok_or_else(|| format!("two items of the name {name}"))
    }

    fn item(&mut self, item: &Item) -> Result<(), String> {
        match item {
            Item::Mod(module) => self.add(module.ident.unraw().to_string()),
            Item::Use(import) => self.import(&import.tree, &mut Vec::new()),
            Item::Struct(declared) => {
                self.add(declared.ident.unraw().to_string())?;
                fields(&declared.fields)
            }
            Item::Enum(declared) => {
                self.add(declared.ident.unraw().to_string())?;
                let mut variants = Scope::default();
                for variant in &declared.variants {
                    variants.add(&variant.ident, "variants")?;
                    fields(&variant.fields)?;
                }
                Ok(())
            }
            Item::Impl(block) => self.block(block),
            _ => Ok(()),
        }
    }

    fn import(&mut self, tree: &UseTree, path: &mut Vec<String>) -> Result<(), String> {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.unraw().to_string());
                self.import(&step.tree, path)?;
                path.pop();
                Ok(())
            }
            UseTree::Group(group) => group
                .items
                .iter()
                .try_for_each(|tree| self.import(tree, path)),
            UseTree::Name(name) => self.imported(path, name.ident.unraw().to_string(), None),
            UseTree::Rename(name) => self.imported(
                path,
                name.ident.unraw().to_string(),
                Some(name.rename.unraw().to_string()),
            ),
            UseTree::Glob(_) => Ok(()),
        }
    }

    fn imported(
        &mut self,
        path: &[String],
        name: String,
        rename: Option<String>,
    ) -> Result<(), String> {
        if let Some((first, rest)) = path.split_first()
            && first == "crate"
        {
            self.imports
                .push(rest.iter().cloned().chain([name.clone()]).collect());
        }
        match rename.unwrap_or(name) {
            hidden if hidden == "_" || hidden == "self" => Ok(()),
            name => self.add(name),
        }
    }

    fn block(&mut self, block: &syn::ItemImpl) -> Result<(), String> {
        let mut own = Scope::default();
        let syn::Type::Path(ty) = &*block.self_ty else {
            return Ok(());
        };
        // Methods of a type are in one scope, those of a trait's implementation in another.
        let name = ty
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string());
        let scope = match block.trait_ {
            None => self.associated.entry(name.unwrap_or_default()).or_default(),
            Some(_) => &mut own,
        };
        for item in &block.items {
            match item {
                ImplItem::Const(constant) => scope.add(&constant.ident, "constants")?,
                ImplItem::Type(ty) => scope.add(&ty.ident, "types")?,
                ImplItem::Fn(function) => {
                    scope.add(&function.sig.ident, "functions")?;
                    arguments(&function.sig)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn fields(fields: &Fields) -> Result<(), String> {
    let mut scope = Scope::default();
    fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .try_for_each(|name| scope.add(name, "fields"))
}

fn arguments(signature: &syn::Signature) -> Result<(), String> {
    let mut scope = Scope::default();
    for argument in &signature.inputs {
        if let FnArg::Typed(typed) = argument
            && let Pat::Ident(name) = &*typed.pat
        {
            scope.add(&name.ident, "arguments")?;
        }
    }
    Ok(())
}
