//! The document of permissions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Scheme;
use super::least::Choice;
use super::tree::Tree;

/// What a document says.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The paths that it knows, each with the index of its requests.
    pub(super) tree: Tree,
    /// By path and method.
    pub(super) requests: Vec<BTreeMap<String, Needed>>,
    /// The level of privilege of a permission, by scheme and name.
    levels: BTreeMap<(String, String), u64>,
}

/// What lets a request through: by scheme, permissions of which one suffices.
#[derive(Debug, Default)]
pub(super) struct Needed(BTreeMap<String, BTreeMap<String, Grant>>);

/// A permission that lets a request through.
#[derive(Debug)]
struct Grant {
    least: bool,
    /// Permissions of which one is needed besides.
    also: BTreeSet<String>,
}

#[derive(Deserialize)]
struct File {
    permissions: BTreeMap<String, Permission>,
}

#[derive(Deserialize)]
struct Permission {
    #[serde(default)]
    schemes: BTreeMap<String, Level>,
    #[serde(default, rename = "pathSets")]
    path_sets: Vec<PathSet>,
}

#[derive(Deserialize)]
struct Level {
    #[serde(rename = "privilegeLevel")]
    level: Option<u64>,
}

#[derive(Deserialize)]
struct PathSet {
    #[serde(rename = "schemeKeys")]
    schemes: Vec<String>,
    methods: Vec<String>,
    paths: BTreeMap<String, String>,
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut document = Self::default();
        for (name, permission) in file.permissions {
            for (scheme, level) in permission.schemes {
                let level = level.level.unwrap_or(u64::from(u32::MAX));
                document.levels.insert((scheme, name.clone()), level);
            }
            for set in permission.path_sets {
                for (path, marks) in &set.paths {
                    let next = document.requests.len();
                    // What is no path of a URL, such as a query, no request can have.
                    let Some(index) = document.tree.insert(path, next) else {
                        continue;
                    };
                    if index == next {
                        document.requests.push(BTreeMap::new());
                    }
                    for method in &set.methods {
                        let needed = document.requests[index].entry(method.to_uppercase());
                        needed.or_default().add(&name, &set.schemes, marks);
                    }
                }
            }
        }
        let methods = document.requests.iter();
        let methods = methods.map(|it| it.keys().cloned().collect()).collect();
        document.tree.set_methods(methods);
        Ok(document)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    pub(super) fn level(&self, permission: &str, scheme: Scheme) -> u64 {
        let key = (scheme.name().to_owned(), permission.to_owned());
        self.levels
            .get(&key)
            .copied()
            .unwrap_or(u64::from(u32::MAX))
    }
}

impl Needed {
    /// Adds what `least=Application;AlsoRequires=A,B` says of a permission.
    fn add(&mut self, permission: &str, schemes: &[String], marks: &str) {
        let values = |name: &str| {
            let mut parts = marks.split(';').filter_map(|part| part.split_once('='));
            let values = parts.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
            let values = values.map_or("", |(_, values)| values).split(',');
            let values = values.map(|it| it.trim().to_owned());
            values.filter(|it| !it.is_empty()).collect::<BTreeSet<_>>()
        };
        let (least, also) = (values("least"), values("alsoRequires"));
        for scheme in schemes {
            let grants = self.0.entry(scheme.clone()).or_default();
            let grant = grants
                .entry(permission.to_owned())
                .or_insert_with(|| Grant {
                    least: false,
                    also: also.clone(),
                });
            grant.least |= least.contains(scheme);
            if also.is_empty() {
                grant.also.clear();
            }
        }
    }

    pub(super) fn is_granted(&self, scheme: Scheme, granted: &BTreeSet<String>) -> bool {
        let grants = self.0.get(scheme.name()).into_iter().flatten();
        let mut suffices = grants.filter(|(name, _)| granted.contains(*name));
        suffices.any(|(_, grant)| grant.also.is_empty() || !grant.also.is_disjoint(granted))
    }

    /// The sets of permissions of which each suffices; `None` if the scheme has none.
    pub(super) fn choice(&self, scheme: Scheme) -> Option<Choice> {
        let grants = self.0.get(scheme.name())?;
        let mut choice = Choice::default();
        for (name, grant) in grants {
            if grant.also.is_empty() {
                choice.add(BTreeSet::from([name.clone()]), grant.least);
            }
            for also in &grant.also {
                choice.add(BTreeSet::from([name.clone(), also.clone()]), grant.least);
            }
        }
        Some(choice)
    }
}
