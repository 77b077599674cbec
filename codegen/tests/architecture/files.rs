//! What the files of a crate name of each other.

use super::lexer::{Kind, Token, tokens};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A module's path from the root of its crate.
type Module = Vec<String>;

/// Macros whose content is code of others.
const QUOTES: &[&str] = &["quote", "parse_quote", "quote_spanned"];

/// Words before the names of items.
const ITEMS: &[&str] = &[
    "fn", "struct", "enum", "trait", "type", "const", "static", "union",
];

/// The files of one crate, tests left out.
#[derive(Debug, Default)]
pub struct Files {
    modules: BTreeMap<Module, File>,
}

/// One file, which is one module.
#[derive(Debug, Default)]
struct File {
    path: String,
    mentions: Vec<Mention>,
    /// The names that are declared here.
    items: BTreeSet<String>,
    /// The names that stand for something elsewhere, by the place of the mention.
    aliases: BTreeMap<String, usize>,
    /// Mentions that bring all names of a module.
    globs: Vec<usize>,
}

/// A path in a file.
#[derive(Debug)]
struct Mention {
    line: usize,
    /// From the crate's root.
    path: Vec<String>,
}

/// One file names something of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: String,
    pub line: usize,
    pub to: String,
    /// The path as it is resolved.
    pub path: String,
}

impl Files {
    /// The files below a folder; `names` are other names that code has for its crate's root.
    pub fn read(folder: &Path, names: &[&str]) -> Self {
        let mut texts = Vec::new();
        collect(folder, folder, &mut texts);
        Self::of(
            texts
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str())),
            names,
        )
    }

    /// Files by their paths below the folder of the crate's root.
    pub fn of<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>, names: &[&str]) -> Self {
        let texts: Vec<_> = texts
            .into_iter()
            .filter(|(path, _)| !matches!(file_stem(path), "tests" | "main"))
            .map(|(path, text)| (module(path), path, text))
            .collect();
        let known: BTreeSet<&Module> = texts.iter().map(|(module, ..)| module).collect();
        let modules = texts.iter().map(|(module, path, text)| {
            let is_module = |name: &str| {
                let child = [&**module, &[name.to_owned()]].concat();
                known.contains(&child)
            };
            let tokens = tokens(text);
            let mut reader = Reader {
                tokens: &tokens,
                at: 0,
                module,
                names,
                is_child: &is_module,
                file: File {
                    path: (*path).to_owned(),
                    ..File::default()
                },
            };
            reader.read();
            (module.clone(), reader.file)
        });
        Self {
            modules: modules.collect(),
        }
    }

    /// The paths of the files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.modules.values().map(|file| file.path.as_str())
    }

    /// All arrows between files, those from the crate's root left out: it declares everything.
    pub fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeSet::new();
        for (module, file) in self.modules.iter().filter(|(module, _)| !module.is_empty()) {
            for mention in &file.mentions {
                let target = self.resolve(&mention.path, 0);
                if target != *module {
                    arrows.insert(Arrow {
                        from: file.path.clone(),
                        line: mention.line,
                        to: self.modules[&target].path.clone(),
                        path: mention.path.join("::"),
                    });
                }
            }
        }
        arrows
    }

    /// The module that declares what a path names: what is re-exported is followed.
    fn resolve(&self, path: &[String], depth: usize) -> Module {
        let mut module = Module::new();
        for (at, name) in path.iter().enumerate() {
            let inner = [&*module, std::slice::from_ref(name)].concat();
            if self.modules.contains_key(&inner) {
                module = inner;
                continue;
            }
            let elsewhere = self.elsewhere(&module, name);
            return match elsewhere {
                // Two that re-export each other's names must not keep this from ending.
                Some(alias) if depth < 10 => {
                    self.resolve(&[alias, &path[at + 1..]].concat(), depth + 1)
                }
                _ => module,
            };
        }
        module
    }

    /// What a name of a module stands for, if it is not declared there.
    fn elsewhere(&self, module: &Module, name: &str) -> Option<&[String]> {
        let file = &self.modules[module];
        if file.items.contains(name) {
            return None;
        }
        if let Some(mention) = file.aliases.get(name) {
            return Some(&file.mentions[*mention].path);
        }
        let globs = file.globs.iter().map(|glob| &file.mentions[*glob].path);
        let mut declares = globs.filter(|path| {
            let target = self.modules.get(*path);
            target.is_some_and(|file| file.items.contains(name))
        });
        declares.next().map(Vec::as_slice)
    }
}

/// All files of a folder, by their paths below `root`.
fn collect(root: &Path, folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a text");
            let name = path.strip_prefix(root).expect("a path below the root");
            texts.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
}

fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.trim_end_matches(".rs")
}

/// `api/naming/mod.rs` and `api/naming.rs` are the module `api::naming`.
fn module(path: &str) -> Module {
    let parts = path.trim_end_matches(".rs").split('/');
    let parts = parts.filter(|part| !matches!(*part, "mod" | "lib"));
    parts.map(str::to_owned).collect()
}

struct Reader<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
    module: &'t Module,
    names: &'t [&'t str],
    is_child: &'t dyn Fn(&str) -> bool,
    file: File,
}

impl<'t> Reader<'t> {
    fn kind(&self, ahead: usize) -> Option<Kind<'t>> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    fn read(&mut self) {
        let mut braces = 0_usize;
        while let Some(kind) = self.kind(0) {
            match kind {
                Kind::Sign('#') if self.is_for_tests() => self.skip_item(),
                Kind::Sign('{') => braces += 1,
                Kind::Sign('}') => braces = braces.saturating_sub(1),
                Kind::Word(word)
                    if QUOTES.contains(&word) && self.kind(1) == Some(Kind::Sign('!')) =>
                {
                    self.at += 2;
                    self.skip_group();
                    continue;
                }
                // How far something can be seen is no use of it.
                Kind::Word("pub") if self.kind(1) == Some(Kind::Sign('(')) => {
                    self.at += 1;
                    self.skip_group();
                    continue;
                }
                Kind::Word("use") => {
                    self.at += 1;
                    self.tree(&[], braces == 0);
                    continue;
                }
                Kind::Word(word) if braces == 0 && ITEMS.contains(&word) => {
                    if let Some(Kind::Word(name)) = self.kind(1) {
                        self.file.items.insert(name.to_owned());
                    }
                }
                Kind::Word(_) if self.kind(1) == Some(Kind::PathSeparator) => {
                    self.tree(&[], false);
                    continue;
                }
                // The rest of a path whose beginning is nothing of this crate.
                Kind::PathSeparator => self.at += 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Whether `#[cfg(test)]` stands here.
    fn is_for_tests(&self) -> bool {
        let attribute = [Kind::Sign('['), Kind::Word("cfg"), Kind::Sign('(')];
        let is_cfg = (1..)
            .zip(attribute)
            .all(|(ahead, kind)| self.kind(ahead) == Some(kind));
        let inside = (4..).map_while(|ahead| self.kind(ahead));
        let mut inside = inside.take_while(|kind| *kind != Kind::Sign(']'));
        is_cfg && inside.any(|kind| kind == Kind::Word("test"))
    }

    /// Goes to the end of the item that an attribute stands before.
    fn skip_item(&mut self) {
        self.at += 1;
        self.skip_group();
        while let Some(kind) = self.kind(0) {
            match kind {
                Kind::Sign(';') => return,
                Kind::Sign('{') => {
                    self.skip_group();
                    self.at -= 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Goes behind the brackets that open here.
    fn skip_group(&mut self) {
        let mut depth = 0_usize;
        while let Some(kind) = self.kind(0) {
            self.at += 1;
            match kind {
                Kind::Sign('(' | '[' | '{') => depth += 1,
                Kind::Sign(')' | ']' | '}') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// A path, with the groups that it ends with; `declares` is whether its names are the module's.
    fn tree(&mut self, prefix: &[&'t str], declares: bool) {
        let line = self.tokens[self.at].line;
        let mut path = prefix.to_vec();
        loop {
            match self.kind(0) {
                Some(Kind::Word(word)) => {
                    path.push(word);
                    self.at += 1;
                    if self.kind(0) != Some(Kind::PathSeparator) {
                        break;
                    }
                    self.at += 1;
                }
                Some(Kind::Sign('{')) => {
                    self.group(&path, declares);
                    return;
                }
                Some(Kind::Sign('*')) if !path.is_empty() => {
                    self.at += 1;
                    if let Some(mention) = self.mention(line, &path)
                        && declares
                    {
                        self.file.globs.push(mention);
                    }
                    return;
                }
                // As in `Vec::<T>::new`, or `use ::name`.
                _ if path.is_empty() => {
                    self.at += 1;
                    return;
                }
                _ => break,
            }
        }
        let mut name = path.last().copied().unwrap_or_default();
        if name == "self" && path.len() > 1 {
            path.pop();
            name = path.last().copied().unwrap_or_default();
        }
        if declares && self.kind(0) == Some(Kind::Word("as")) {
            if let Some(Kind::Word(alias)) = self.kind(1) {
                name = alias;
            }
            self.at += 2;
        }
        if let Some(mention) = self.mention(line, &path)
            && declares
        {
            self.file.aliases.insert(name.to_owned(), mention);
        }
    }

    fn group(&mut self, path: &[&'t str], declares: bool) {
        self.at += 1;
        while let Some(kind) = self.kind(0) {
            match kind {
                Kind::Sign('}') => {
                    self.at += 1;
                    return;
                }
                Kind::Sign(',') => self.at += 1,
                _ => self.tree(path, declares),
            }
        }
    }

    /// Notes a path, if it is one of this crate.
    fn mention(&mut self, line: usize, path: &[&str]) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let mut base = match *first {
            "crate" => Module::new(),
            name if self.names.contains(&name) => Module::new(),
            "self" => self.module.clone(),
            "super" => self.module[..self.module.len().checked_sub(1)?].to_vec(),
            child if (self.is_child)(child) => [&**self.module, &[child.to_owned()]].concat(),
            _ => return None,
        };
        for name in rest {
            match *name {
                "super" => drop(base.pop()),
                name => base.push(name.to_owned()),
            }
        }
        self.file.mentions.push(Mention { line, path: base });
        Some(self.file.mentions.len() - 1)
    }
}
