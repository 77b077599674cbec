//! The program around a request.

use super::index::Index;
use super::scope::Scope;
use super::send::{Answer, Sent};
use crate::api::ItemPath;
use crate::layout::{self, Code};
use crate::show::inert;
use quote::quote;

/// The program that sends a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Snippet {
    /// What it imports, one line each.
    pub imports: String,
    /// The statements that use `client`.
    pub statements: String,
    /// The expression of a client.
    pub client: String,
    /// What stands for placeholders of the request.
    pub placeholders: Vec<Placeholder>,
    /// What there is to say about it.
    pub notes: Vec<String>,
    /// The feature of the package that it needs, if the package has features.
    pub feature: Option<String>,
    /// Whose documentation tells of the request.
    pub page: Option<ItemPath>,
    /// Whether `?` is used on other errors than those of the client.
    pub parses: bool,
}

/// A variable for what documentation has a placeholder for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// The placeholder as it stands.
    pub text: String,
    /// The variable.
    pub variable: String,
    /// The value that it has until it is replaced, as it is in a URL.
    pub value: String,
}

impl Snippet {
    /// The whole program.
    pub fn program(&self) -> String {
        let result = match self.parses {
            true => "Result<(), Box<dyn std::error::Error>>",
            false => "Result<()>",
        };
        format!(
            "{}\n#[tokio::main]\nasync fn main() -> {result} {{\n    let client = {};\n{}    Ok(())\n}}\n",
            self.imports, self.client, self.statements
        )
    }
}

impl Snippet {
    /// The program as a function that is given a client, for documentation.
    pub fn function(&self) -> String {
        let result = match self.parses {
            true => "Result<(), Box<dyn std::error::Error>>",
            false => "Result<()>",
        };
        format!(
            "{}\nasync fn example(client: &Client) -> {result} {{\n{}    Ok(())\n}}\n",
            self.imports, self.statements
        )
    }
}

/// How deep the statements of a function are.
const INDENT: usize = 4;

pub(super) fn write(index: &Index<'_>, mut scope: Scope<'_>, sent: Sent, way: &Code) -> Snippet {
    let statements = statements(&mut scope, sent);
    let client = scope.external("odata_runtime::Client");
    let made = match index.api.client.token_variable {
        Some(_) => format!("{client}::from_env()?"),
        None => format!("{client}::builder().anonymous().build()?"),
    };
    if !scope.parses {
        scope.external("odata_runtime::Result");
    }
    let imports = scope.imports.declarations();
    let placeholders = scope.variables.iter().map(|variable| Placeholder {
        text: variable.placeholder.clone(),
        variable: variable.name.clone(),
        value: variable.sample.clone(),
    });
    Snippet {
        imports: layout::items(quote!(#(#imports)*)),
        statements,
        client: made,
        placeholders: placeholders.collect(),
        notes: scope.notes.clone(),
        feature: feature(index, way),
        page: None,
        parses: scope.parses,
    }
}

/// The feature of the entry point that the way begins with.
fn feature(index: &Index<'_>, way: &Code) -> Option<String> {
    let Code::Chain(links) = way else {
        return None;
    };
    let mut first = String::new();
    links.get(1)?.write_flat(&mut first);
    let name = first.strip_prefix('.')?.split('(').next()?;
    let features = index.api.client.entry_point_features();
    let mut features = features.iter();
    let (_, feature) = features.find(|(method, _)| method.as_str() == name)?;
    Some((*feature).to_owned())
}

/// Lines of a function.
struct Lines(String);

impl Lines {
    /// `before`, which is empty or ends with `=`, an expression, `;`
    fn push(&mut self, before: &str, code: &Code) {
        layout::statement(&mut self.0, INDENT, before, code);
    }

    fn line(&mut self, text: &str) {
        self.0.extend(std::iter::repeat_n(' ', INDENT));
        self.0.push_str(text);
        self.0.push('\n');
    }
}

fn statements(scope: &mut Scope<'_>, sent: Sent) -> String {
    let mut lines = Lines(String::new());
    for variable in scope.variables.clone() {
        lines.push(&format!("let {} =", variable.name), &variable.value);
        if variable.sample != variable.placeholder {
            // The value is one of many; what it is for stands behind it.
            lines.0.pop();
            lines
                .0
                .push_str(&format!(" // {}\n", inert(&variable.placeholder)));
        }
    }
    for note in &scope.notes {
        lines.line(&format!("// Note: {}.", inert(note)));
    }
    for (name, value) in &sent.lets {
        lines.push(&format!("let {name} ="), value);
    }
    let awaited = |code: Code| code.then(Code::text(".await?"));
    let code = sent.code;
    match sent.answer {
        Answer::Nothing => lines.push("", &awaited(code)),
        Answer::Ignored => lines.push("", &awaited(code.then(Code::text(".send_ignoring_body()")))),
        Answer::Items(word) => {
            let (items, item) = (scope.name("items"), scope.name(&word));
            lines.push(
                &format!("let mut {items} ="),
                &code.then(Code::text(".stream()")),
            );
            lines.line(&format!("while let Some({item}) = {items}.next().await {{"));
            lines.line(&format!("    println!(\"{{:?}}\", {item}?);"));
            lines.line("}");
        }
        Answer::Page => {
            let page = scope.name("page");
            let code = awaited(code.then(Code::text(".send()")));
            lines.push(&format!("let {page} ="), &code);
            lines.line(&format!("println!(\"{{:?}} in all\", {page}.count);"));
            lines.line(&format!("println!(\"{{:?}}\", {page}.value);"));
        }
        Answer::Value(word) => {
            let name = scope.name(&word);
            lines.push(&format!("let {name} ="), &awaited(code));
            lines.line(&format!("println!(\"{{{name}:?}}\");"));
        }
        Answer::Written(word) => {
            let name = scope.name(word);
            let code = awaited(code).then(Code::text(".into_inner()"));
            lines.push(&format!("let {name} ="), &code);
            lines.line(&format!("println!(\"{{{name}:?}}\");"));
        }
        Answer::Count => {
            let code = awaited(code).then(Code::text(".into_inner()"));
            let name = scope.name("count");
            lines.push(&format!("let {name} ="), &code);
            lines.line(&format!("println!(\"{{{name}}} in all\");"));
        }
        Answer::Bytes => {
            let name = scope.name("content");
            lines.push(&format!("let {name} ="), &awaited(code));
            lines.line(&format!("println!(\"{{}} bytes\", {name}.len());"));
        }
    }
    lines.0
}
