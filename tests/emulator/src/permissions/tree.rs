//! Templates of paths, and which of them a request has.

use std::collections::{BTreeMap, BTreeSet};

use crate::url::{Argument, Segment};

/// Templates by their segments.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The methods of each template.
    methods: Vec<BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct Node {
    next: BTreeMap<Step, usize>,
    /// The template that ends here.
    template: Option<usize>,
}

/// What leads from one place to the next. Names are in lower case: the service does not mind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Name(String),
    /// A name with arguments, or with the parts of an alternate key, by their names.
    Call(String, Vec<String>),
    Key,
    ItemPath,
}

impl Tree {
    /// Adds a template; gives its number, which is `next` for a new one. `None` if it is no path.
    pub(super) fn insert(&mut self, template: &str, next: usize) -> Option<usize> {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let mut at = 0;
        for step in steps(template)? {
            at = match self.nodes[at].next.get(&step) {
                Some(known) => *known,
                None => {
                    self.nodes.push(Node::default());
                    let made = self.nodes.len() - 1;
                    self.nodes[at].next.insert(step, made);
                    made
                }
            };
        }
        Some(*self.nodes[at].template.get_or_insert(next))
    }

    pub(super) fn set_methods(&mut self, methods: Vec<BTreeSet<String>>) {
        self.methods = methods;
    }

    /// The template of a request.
    pub(super) fn find(&self, segments: &[Segment], method: &str) -> Option<usize> {
        // Counting needs what listing needs.
        let segments = match segments {
            [rest @ .., last] if last.name == "$count" && method == "GET" => rest,
            all => all,
        };
        self.nodes.first()?;
        let found = self.from(0, segments, method);
        // Documents mean references where they name what is related itself.
        found.or_else(|| match segments {
            [rest @ .., last] if last.name == "$ref" => self.references(rest, method),
            _ => None,
        })
    }

    fn references(&self, segments: &[Segment], method: &str) -> Option<usize> {
        let found = self.from(0, segments, method);
        // One of several may be named in the query.
        found.or_else(|| {
            self.to(0, segments)
                .and_then(|at| self.step(at, &Step::Key))
                .and_then(|at| {
                    let template = self.nodes[at].template?;
                    self.methods[template].contains(method).then_some(template)
                })
        })
    }

    /// Where segments lead that are the names of templates.
    fn to(&self, at: usize, segments: &[Segment]) -> Option<usize> {
        let Some((segment, rest)) = segments.split_first() else {
            return Some(at);
        };
        let ways = self.ways(at, segment).into_iter();
        ways.filter_map(|way| self.to(way, rest)).next()
    }

    fn from(&self, at: usize, segments: &[Segment], method: &str) -> Option<usize> {
        let Some((segment, rest)) = segments.split_first() else {
            let template = self.nodes[at].template?;
            return self.methods[template].contains(method).then_some(template);
        };
        let mut ways: Vec<_> = self.ways(at, segment).into_iter().collect();
        // A second pair of parentheses is a key.
        if segment.key.is_some() {
            let keyed = ways.iter().filter_map(|way| self.step(*way, &Step::Key));
            ways = keyed.collect();
        }
        if segment
            .below
            .as_ref()
            .is_some_and(|it| !it.names.is_empty())
        {
            let items = ways
                .iter()
                .filter_map(|way| self.step(*way, &Step::ItemPath));
            ways = items.collect();
        }
        ways.into_iter()
            .find_map(|way| self.from(way, rest, method))
    }

    /// Where a segment may lead, the likeliest first.
    fn ways(&self, at: usize, segment: &Segment) -> Vec<usize> {
        let lower = segment.name.to_lowercase();
        let simple = lower.rsplit('.').next().unwrap_or(&lower).to_owned();
        let mut ways = Vec::new();
        for name in [lower, simple] {
            match &segment.arguments {
                None => ways.extend(self.step(at, &Step::Name(name))),
                Some(arguments) => {
                    ways.extend(self.step(at, &Step::Call(name.clone(), names(arguments))));
                    ways.extend(self.calls(at, &name, |known| known == arguments.len()));
                    let named = self.step(at, &Step::Name(name.clone()));
                    let keyed = named.and_then(|named| self.step(named, &Step::Key));
                    ways.extend(keyed.filter(|_| !arguments.is_empty()));
                    // Documents leave the arguments of functions out now and then, and requests those that
                    // are optional.
                    ways.extend(named);
                    ways.extend(self.calls(at, &name, |known| known > arguments.len()));
                }
            }
        }
        if segment.arguments.is_none() {
            ways.extend(self.step(at, &Step::Key));
        }
        let mut seen = BTreeSet::new();
        ways.retain(|way| seen.insert(*way));
        ways
    }

    /// Calls with so many arguments, under other names.
    fn calls(&self, at: usize, name: &str, takes: impl Fn(usize) -> bool) -> Vec<usize> {
        let steps = self.nodes[at].next.iter();
        let calls = steps.filter(|(step, _)| match step {
            Step::Call(known, arguments) => known == name && takes(arguments.len()),
            _ => false,
        });
        calls.map(|(_, node)| *node).collect()
    }

    fn step(&self, at: usize, step: &Step) -> Option<usize> {
        self.nodes[at].next.get(step).copied()
    }
}

fn names(arguments: &[Argument]) -> Vec<String> {
    let names = arguments.iter().filter_map(|it| it.name.as_deref());
    let mut names: Vec<_> = names.map(str::to_lowercase).collect();
    names.sort();
    names
}

/// The steps of a template; `None` if it is no path.
fn steps(template: &str) -> Option<Vec<Step>> {
    if template.contains('?') {
        return None;
    }
    let mut steps = Vec::new();
    let mut pieces = pieces(template.trim_matches('/')).into_iter();
    while let Some(piece) = pieces.next() {
        let (text, addressed) = match piece.strip_suffix(':') {
            Some(text) => (text, true),
            None => (piece, false),
        };
        steps.push(match text.split_once('(') {
            _ if text.starts_with('{') => Step::Key,
            None => Step::Name(text.to_lowercase()),
            Some((name, arguments)) => {
                let arguments = arguments.strip_suffix(')')?;
                let arguments = arguments.split(',').map(str::trim);
                let arguments = arguments.filter_map(|it| it.split_once('='));
                let mut names: Vec<_> = arguments.map(|(it, _)| it.to_lowercase()).collect();
                names.sort();
                Step::Call(name.to_lowercase(), names)
            }
        });
        if addressed {
            steps.push(Step::ItemPath);
            pieces.by_ref().find(|it| it.ends_with(':'));
        }
    }
    Some(steps)
}

/// What stands between slashes outside of braces.
fn pieces(template: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    template
        .split(move |c| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            c == '/' && depth == 0
        })
        .collect()
}
