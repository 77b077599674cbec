//! The chains of method calls in a program: `client.me().messages().list()`.
//!
//! Nothing is compiled, so nothing has a type. Tokens are read as they stand, within macros as well.

use crate::program::Program;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How many variables stand for what others stand for.
const DEPTH: usize = 8;

/// How deeply groups may be nested for chains in them to be seen.
const NESTING: usize = 128;

/// Methods that are called one after the other.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub file: PathBuf,
    pub line: usize,
    pub calls: Vec<Called>,
    /// The variable that it begins with.
    root: Option<String>,
}

/// A call in a chain.
#[derive(Debug, Clone)]
pub(super) struct Called {
    pub name: String,
    /// Whether it is given nothing; unknown where the method is only named.
    pub is_empty: Option<bool>,
}

/// All chains of a program, variables replaced by what they stand for.
pub(super) fn chains(program: &Program) -> Vec<Chain> {
    let mut found = Vec::new();
    for (file, text) in program.sources() {
        let mut reader = Reader {
            file: file.to_owned(),
            depth: 0,
            found: Vec::new(),
            bound: BTreeMap::new(),
            others: BTreeSet::new(),
        };
        match text.parse::<TokenStream>() {
            Ok(tokens) => reader.sequence(&tokens.into_iter().collect::<Vec<_>>()),
            // What is no Rust may be a template of it.
            Err(_) => reader.words(text),
        }
        found.extend(reader.finish());
    }
    found
}

struct Reader {
    file: PathBuf,
    /// How many groups are around what is read.
    depth: usize,
    found: Vec<Chain>,
    /// What variables are bound to: the indices of chains.
    bound: BTreeMap<String, Vec<Option<usize>>>,
    /// Names that are bound in other ways, as arguments are.
    others: BTreeSet<String>,
}

impl Reader {
    fn words(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            for word in words.filter(|word| !word.is_empty()) {
                self.named(word, index + 1);
            }
        }
    }

    /// A method that is only named, or whose call is not seen.
    fn named(&mut self, name: &str, line: usize) {
        self.found.push(Chain {
            file: self.file.clone(),
            line,
            calls: vec![Called {
                name: plain(name),
                is_empty: None,
            }],
            root: None,
        });
    }

    fn sequence(&mut self, tokens: &[TokenTree]) {
        self.patterns(tokens);
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Punct(punct) if punct.as_char() == '.' => {
                    at = self.chain(tokens, at);
                    continue;
                }
                TokenTree::Ident(name) if is_path(tokens, at) => {
                    self.named(&name.to_string(), name.span().start().line);
                }
                TokenTree::Group(group) => self.group(group.stream()),
                _ => {}
            }
            at += 1;
        }
    }

    /// The chain whose first dot is here; gives where it ends.
    fn chain(&mut self, tokens: &[TokenTree], start: usize) -> usize {
        let root = start
            .checked_sub(1)
            .and_then(|before| match &tokens[before] {
                TokenTree::Ident(name) => Some(plain(&name.to_string())),
                _ => None,
            });
        // A field, or a path, is not a variable.
        let is_alone = start < 2 || !is_joined(&tokens[start - 2]);
        let mut chain = Chain {
            file: self.file.clone(),
            line: tokens[start].span().start().line,
            calls: Vec::new(),
            root: root.filter(|_| is_alone),
        };
        let mut at = start;
        while let Some((name, group, next)) = call(tokens, at) {
            match group {
                Some(stream) => {
                    chain.calls.push(Called {
                        name,
                        is_empty: Some(stream.is_empty()),
                    });
                    self.group(stream);
                }
                // `.await` goes on, a field is another thing.
                None if name == "await" => {}
                None => {
                    let rest = Chain {
                        calls: Vec::new(),
                        root: None,
                        ..chain.clone()
                    };
                    self.found.push(std::mem::replace(&mut chain, rest));
                }
            }
            at = next;
        }
        if at == start {
            return start + 1;
        }
        let index = self.found.len();
        if let Some(variable) = bound_variable(tokens, start) {
            self.bound.entry(variable).or_default().push(Some(index));
        }
        self.found.push(chain);
        at
    }

    /// Names that are bound by other patterns than `let x =`.
    fn patterns(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            let TokenTree::Ident(name) = token else {
                self.pattern_before(tokens, at);
                continue;
            };
            let name = plain(&name.to_string());
            match name.as_str() {
                "for" => self.bind_until(&tokens[at + 1..], |it| is_ident(it, "in")),
                "let" => {
                    let rest = &tokens[at + 1..];
                    match simple_let(rest) {
                        // Whatever it is bound to may be no chain.
                        Some(variable) => self.bound.entry(variable).or_default().push(None),
                        None => self.bind_until(rest, |it| is_punct(it, '=')),
                    }
                }
                _ if followed_by_type(tokens, at) => drop(self.others.insert(name)),
                _ => {}
            }
        }
    }

    /// The pattern of an arm, and the arguments of a closure.
    fn pattern_before(&mut self, tokens: &[TokenTree], at: usize) {
        if is_punct(&tokens[at], '=') && tokens.get(at + 1).is_some_and(|it| is_punct(it, '>')) {
            let begins = |it: &TokenTree| is_punct(it, ',') || is_brace(it);
            let start = tokens[..at].iter().rposition(begins).map_or(0, |it| it + 1);
            self.bind_until(&tokens[start..at], |_| false);
        }
        if is_punct(&tokens[at], '|') {
            self.bind_until(&tokens[at + 1..], |it| is_punct(it, '|'));
        }
    }

    fn bind_until(&mut self, tokens: &[TokenTree], ends: impl Fn(&TokenTree) -> bool) {
        let pattern = tokens.iter().take_while(|it| !ends(it)).cloned();
        let mut pending: Vec<_> = pattern.collect();
        while let Some(token) = pending.pop() {
            match token {
                TokenTree::Ident(name) => drop(self.others.insert(plain(&name.to_string()))),
                TokenTree::Group(group) => pending.extend(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// What is in a group; all names of it, if it is nested too deeply.
    fn group(&mut self, stream: TokenStream) {
        if self.depth < NESTING {
            self.depth += 1;
            self.sequence(&stream.into_iter().collect::<Vec<_>>());
            self.depth -= 1;
            return;
        }
        let mut pending = vec![stream];
        while let Some(stream) = pending.pop() {
            for token in stream {
                match token {
                    TokenTree::Ident(name) => {
                        self.named(&name.to_string(), name.span().start().line);
                    }
                    TokenTree::Group(group) => pending.push(group.stream()),
                    TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                }
            }
        }
    }

    fn finish(self) -> Vec<Chain> {
        let all: Vec<_> = self
            .found
            .iter()
            .map(|chain| self.replaced(chain, DEPTH))
            .collect();
        all.into_iter()
            .flatten()
            .filter(|it| !it.calls.is_empty())
            .collect()
    }

    /// A chain from a variable, as those that begin with what the variable stands for.
    fn replaced(&self, chain: &Chain, depth: usize) -> Vec<Chain> {
        let root = chain
            .root
            .as_ref()
            .filter(|root| !self.others.contains(*root));
        let bound = root.and_then(|root| self.bound.get(root));
        let Some(bound) = bound else {
            return vec![chain.clone()];
        };
        let known: Vec<_> = bound.iter().flatten().collect();
        let lets = bound.iter().filter(|it| it.is_none()).count();
        // Each `let` is noted, and so is each chain that one is bound to.
        if known.len() < lets || depth == 0 {
            return vec![chain.clone()];
        }
        let starts = known
            .into_iter()
            .flat_map(|index| self.replaced(&self.found[*index], depth - 1));
        let chains = starts.map(|start| Chain {
            calls: start.calls.iter().chain(&chain.calls).cloned().collect(),
            root: None,
            ..chain.clone()
        });
        chains.collect()
    }
}

/// `.name::<T>(…)`, `.name` at a dot: the name, what it is given, and what comes next.
fn call(tokens: &[TokenTree], at: usize) -> Option<(String, Option<TokenStream>, usize)> {
    if !is_punct(tokens.get(at)?, '.') {
        // `?` between calls.
        let skipped = is_punct(tokens.get(at)?, '?') && is_punct(tokens.get(at + 1)?, '.');
        return match skipped {
            true => call(tokens, at + 1),
            false => None,
        };
    }
    let TokenTree::Ident(name) = tokens.get(at + 1)? else {
        return None;
    };
    let mut next = at + 2;
    if is_punct_at(tokens, next, ':') && is_punct_at(tokens, next + 1, ':') {
        let mut depth = 0_usize;
        next += 2;
        while let Some(token) = tokens.get(next) {
            depth += usize::from(is_punct(token, '<'));
            next += 1;
            if is_punct(token, '>') {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
        }
    }
    let group = match tokens.get(next) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            next += 1;
            Some(group.stream())
        }
        _ => None,
    };
    Some((plain(&name.to_string()), group, next))
}

/// The variable that the expression with its first dot here is bound to: `let x = client.me()`.
fn bound_variable(tokens: &[TokenTree], dot: usize) -> Option<String> {
    let mut before = dot.checked_sub(2)?;
    while is_punct(&tokens[before], '&') || is_ident(&tokens[before], "mut") {
        before = before.checked_sub(1)?;
    }
    if !is_punct(&tokens[before], '=') {
        return None;
    }
    let variable = before.checked_sub(1)?;
    let start = variable.checked_sub(1)?;
    let start = match is_ident(&tokens[start], "mut") {
        true => start.checked_sub(1)?,
        false => start,
    };
    let TokenTree::Ident(name) = &tokens[variable] else {
        return None;
    };
    is_ident(&tokens[start], "let").then(|| plain(&name.to_string()))
}

/// The variable of `x =` and `mut x =` behind a `let`.
fn simple_let(tokens: &[TokenTree]) -> Option<String> {
    let rest = match tokens {
        [first, rest @ ..] if is_ident(first, "mut") => rest,
        all => all,
    };
    match rest {
        [TokenTree::Ident(name), equals, ..] if is_punct(equals, '=') => {
            Some(plain(&name.to_string()))
        }
        _ => None,
    }
}

/// Whether a method is named by its path: `Builder::list`.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_punct(&tokens[at - 1], ':') && is_punct(&tokens[at - 2], ':')
}

/// `name: Type`
fn followed_by_type(tokens: &[TokenTree], at: usize) -> bool {
    is_punct_at(tokens, at + 1, ':')
        && !is_punct_at(tokens, at + 2, ':')
        && !(at > 0 && is_punct(&tokens[at - 1], ':'))
}

fn is_joined(token: &TokenTree) -> bool {
    is_punct(token, '.') || is_punct(token, ':')
}

fn is_punct_at(tokens: &[TokenTree], at: usize, c: char) -> bool {
    tokens.get(at).is_some_and(|it| is_punct(it, c))
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

fn is_brace(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_ident(token: &TokenTree, text: &str) -> bool {
    matches!(token, TokenTree::Ident(name) if name == text)
}

fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}
