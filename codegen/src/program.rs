//! A Rust program that uses a client: which names it has, and where.
//!
//! Nothing is compiled, so it is not known what a name means; a program that uses an item has its name
//! somewhere, be it within a macro.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// How many lines of one file are told for a name.
const LINES: usize = 3;

/// The names in a program's sources.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The sources, as seen from the program's folder.
    files: Vec<Source>,
    /// The indices of the files that have a name.
    names: BTreeMap<String, BTreeSet<usize>>,
}

#[derive(Debug, Clone)]
struct Source {
    path: PathBuf,
    text: String,
}

/// Where a name is in a program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as seen from the program's folder.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

impl Program {
    /// Reads all Rust sources in a folder, but for those that Cargo made and hidden ones. Links are
    /// followed, as Cargo follows them.
    ///
    /// # Errors
    ///
    /// If a folder or file cannot be read, a link leads nowhere, or there is no source.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut paths = Vec::new();
        sources(folder, &mut BTreeSet::new(), &mut paths)?;
        if paths.is_empty() {
            let message = format!("{}: there is no Rust source", folder.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        paths.sort();
        let mut program = Self::default();
        for path in paths {
            let bytes = std::fs::read(&path).map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", path.display()))
            })?;
            let file = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            program.add(file, String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(program)
    }

    /// Adds a source.
    pub fn add(&mut self, path: PathBuf, text: String) {
        let mut names = BTreeSet::new();
        match text.parse::<TokenStream>() {
            Ok(tokens) => identifiers(tokens, &mut names),
            // What is no Rust may be a template of it: all of its words are taken for names.
            Err(_) => names.extend(words(&text).map(str::to_owned)),
        }
        let index = self.files.len();
        for name in names {
            self.names.entry(name).or_default().insert(index);
        }
        self.files.push(Source { path, text });
    }

    /// How many sources it has.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// The sources: their files, as seen from the program's folder, and their texts.
    pub fn sources(&self) -> impl Iterator<Item = (&Path, &str)> {
        let files = self.files.iter();
        files.map(|Source { path, text }| (path.as_path(), text.as_str()))
    }

    /// Whether it has a name anywhere.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(plain(name))
    }

    /// Where it has a name, as far as that is told.
    pub fn places(&self, name: &str) -> Vec<Place> {
        let name = plain(name);
        let mut places = Vec::new();
        for index in self.names.get(name).into_iter().flatten() {
            let Source { path, text } = &self.files[*index];
            let lines = text.lines().enumerate();
            let lines = lines.filter(|(_, line)| words(code(line)).any(|word| plain(word) == name));
            places.extend(lines.take(LINES).map(|(index, _)| Place {
                file: path.clone(),
                line: index + 1,
            }));
        }
        places
    }
}

/// The Rust sources below a folder, each folder once however many links lead to it.
fn sources(
    folder: &Path,
    seen: &mut BTreeSet<PathBuf>,
    found: &mut Vec<PathBuf>,
) -> io::Result<()> {
    let failed = |path: &Path, error: io::Error| {
        io::Error::new(error.kind(), format!("{}: {error}", path.display()))
    };
    let in_folder = |error| failed(folder, error);
    if !seen.insert(folder.canonicalize().map_err(in_folder)?) {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(in_folder)? {
        let entry = entry.map_err(in_folder)?;
        let (path, name) = (entry.path(), entry.file_name());
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let is_hidden = name.to_string_lossy().starts_with('.');
        let kind = match std::fs::metadata(&path) {
            Ok(found) => found.file_type(),
            // What it uses is not known; but editors leave hidden links that lead nowhere.
            Err(error) if is_source && !is_hidden => return Err(failed(&path, error)),
            Err(_) => continue,
        };
        if kind.is_dir() {
            let made = name == "target" && path.join("CACHEDIR.TAG").exists();
            if !made && !is_hidden {
                sources(&path, seen, found)?;
            }
        } else if kind.is_file() && is_source {
            found.push(path);
        }
    }
    Ok(())
}

/// All identifiers, those within macros too. The tokens may be nested deeply.
fn identifiers(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let mut pending = vec![tokens];
    while let Some(tokens) = pending.pop() {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => drop(found.insert(plain(&name.to_string()).to_owned())),
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

/// A name without what lets it be a keyword.
fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.filter(|word| !word.is_empty())
}

/// A line without the comment that it begins with.
fn code(line: &str) -> &str {
    match line.trim_start().starts_with("//") {
        true => "",
        false => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(text: &str) -> Program {
        let mut program = Program::default();
        program.add("main.rs".into(), text.to_owned());
        program
    }

    fn lines(program: &Program, name: &str) -> Vec<usize> {
        program
            .places(name)
            .iter()
            .map(|place| place.line)
            .collect()
    }

    #[test]
    fn names_in_macros_are_names_and_texts_are_none() {
        let program = program(
            "// id\nfn main() {\n    assert_eq!(user.mail, \"name\");\n    r#type();\n    Type::ID;\n}\n/// id\nmod id {}",
        );
        assert_eq!(lines(&program, "mail"), [3]);
        assert_eq!(lines(&program, "type"), [4]);
        assert_eq!(lines(&program, "r#type"), [4]);
        assert_eq!(lines(&program, "ID"), [5]);
        assert_eq!(lines(&program, "id"), [8]);
        assert!(!program.has("name"));
        assert_eq!(program.files(), 1);
    }

    /// Too many names rather than too few.
    #[test]
    fn all_words_of_what_is_no_rust_are_names() {
        let program = program("{{ if }\nlet x = user.mail; \"");
        assert_eq!(lines(&program, "mail"), [2]);
    }

    #[test]
    fn sources_are_read_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "src/main.rs",
            "src/a/b.rs",
            "build.rs",
            ".git/c.rs",
            "target/d.rs",
            "e.txt",
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "fn f() {}").unwrap();
        }
        // A folder of this name is Cargo's only if it says so.
        assert_eq!(Program::read(folder.path()).unwrap().files(), 4);
        std::fs::write(folder.path().join("target/CACHEDIR.TAG"), "").unwrap();
        assert_eq!(Program::read(folder.path()).unwrap().files(), 3);
        let error = Program::read(&folder.path().join("none")).unwrap_err();
        assert!(error.to_string().contains("none"), "{error}");
        let error =
            Program::read(&folder.path().join("src/a/..").join("..").join("target")).unwrap();
        assert_eq!(error.files(), 1);
    }

    /// Cargo compiles what links lead to.
    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_none_forever() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for (path, text) in [
            ("program/main.rs", "fn f() {}"),
            ("shared/a.rs", "fn linked() {}"),
            ("shared/b/c.rs", "fn inner() {}"),
        ] {
            std::fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            std::fs::write(at(path), text).unwrap();
        }
        symlink(at("shared/a.rs"), at("program/a.rs")).unwrap();
        symlink(at("shared/b"), at("program/b")).unwrap();
        symlink(at("program"), at("program/again")).unwrap();
        // Such as an editor leaves behind.
        symlink("someone@host", at("program/.#main.rs")).unwrap();
        let program = Program::read(&at("program")).unwrap();
        assert!(program.has("linked") && program.has("inner"));
        assert_eq!(program.files(), 3);

        symlink(at("none.rs"), at("program/gone.rs")).unwrap();
        let error = Program::read(&at("program")).unwrap_err().to_string();
        assert!(error.contains("gone.rs"), "{error}");
    }
}
