//! The document in which Microsoft Graph publishes its permissions: which permission lets callers make
//! which requests.
//!
//! <https://github.com/microsoftgraph/kibali> describes the format.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a document says, by request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionDocument {
    /// Requests by the template of their path, as it is written, then by method.
    pub requests: BTreeMap<String, BTreeMap<String, PermissionSet>>,
}

/// What lets callers make a request: for each scheme, scopes of which one suffices.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PermissionSet(pub Vec<SchemeScopes>);

/// The scopes of an authorization scheme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemeScopes {
    /// The scheme.
    pub scheme: String,
    /// The scopes, the least privileged first.
    pub scopes: Vec<Scope>,
}

/// One scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// Its name.
    pub name: String,
    /// Whether it is marked as the least privileged.
    pub is_least: bool,
    /// Scopes of which one is needed besides.
    pub also: Vec<String>,
}

/// Why a text is no such document.
#[derive(Debug)]
pub struct NoPermissions(serde_json::Error);

impl fmt::Display for NoPermissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; expected permissions in the format of Microsoft Graph: an object with `permissions`, each with \
             `schemes` and `pathSets`",
            self.0
        )
    }
}

impl std::error::Error for NoPermissions {}

#[derive(Deserialize)]
struct File {
    permissions: BTreeMap<String, Declared>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Declared {
    #[serde(default)]
    schemes: BTreeMap<String, Scheme>,
    #[serde(default)]
    path_sets: Vec<PathSet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scheme {
    privilege_level: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PathSet {
    scheme_keys: BTreeSet<String>,
    methods: BTreeSet<String>,
    paths: BTreeMap<String, String>,
}

/// What is said of a path in a path set: `least=Application;AlsoRequires=A,B`.
#[derive(Default)]
struct Marks<'t> {
    least: Vec<&'t str>,
    also: Vec<&'t str>,
}

impl<'t> Marks<'t> {
    fn parse(text: &'t str) -> Self {
        let mut marks = Self::default();
        for part in text.split(';') {
            let (name, values) = part.split_once('=').unwrap_or((part, ""));
            let values = values.split(',').map(str::trim).filter(|it| !it.is_empty());
            match name.trim() {
                name if name.eq_ignore_ascii_case("least") => marks.least.extend(values),
                name if name.eq_ignore_ascii_case("alsoRequires") => marks.also.extend(values),
                _ => {}
            }
        }
        marks
    }
}

/// A scope and its level of privilege, before all that is said of it is known.
struct Claim {
    level: u32,
    is_least: bool,
    also: Vec<String>,
}

/// Scopes by scheme and name.
type Claims = BTreeMap<String, BTreeMap<String, Claim>>;

impl PermissionDocument {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// If it is not JSON, or not in this format.
    pub fn parse(text: &str) -> Result<Self, NoPermissions> {
        let file: File = serde_json::from_str(text).map_err(NoPermissions)?;
        // Services do not mind capitals, and documents have paths now with them and now without.
        let mut found: BTreeMap<String, (String, BTreeMap<String, Claims>)> = BTreeMap::new();
        for (name, declared) in &file.permissions {
            for set in &declared.path_sets {
                for (path, marks) in &set.paths {
                    let known = found.entry(path.to_lowercase());
                    let (written, methods) =
                        known.or_insert_with(|| (path.clone(), BTreeMap::new()));
                    if path < written {
                        written.clone_from(path);
                    }
                    for method in &set.methods {
                        let claims = methods.entry(method.to_ascii_uppercase()).or_default();
                        add(claims, name, declared, set, &Marks::parse(marks));
                    }
                }
            }
        }
        let of_method = |(method, claims)| (method, PermissionSet::of(claims));
        let requests = found.into_values().map(|(path, methods)| {
            let methods = methods.into_iter().map(of_method);
            (path, methods.collect())
        });
        Ok(Self {
            requests: requests.collect(),
        })
    }
}

fn add(claims: &mut Claims, name: &str, declared: &Declared, set: &PathSet, marks: &Marks<'_>) {
    for key in &set.scheme_keys {
        let level = declared.schemes.get(key).and_then(|it| it.privilege_level);
        let scopes = claims.entry(key.clone()).or_default();
        let also = || marks.also.iter().map(ToString::to_string);
        let claim = scopes.entry(name.to_owned()).or_insert_with(|| Claim {
            level: level.unwrap_or(u32::MAX),
            is_least: false,
            also: also().collect(),
        });
        claim.is_least |= marks.least.contains(&key.as_str());
        // Where it suffices alone, nothing else is needed.
        if marks.also.is_empty() {
            claim.also.clear();
        }
    }
}

impl PermissionSet {
    fn of(claims: Claims) -> Self {
        let mut schemes: Vec<_> = claims.into_iter().collect();
        schemes.sort_by_cached_key(|(scheme, _)| (rank(scheme), scheme.clone()));
        let schemes = schemes.into_iter().map(|(scheme, scopes)| {
            let mut scopes: Vec<_> = scopes.into_iter().collect();
            scopes.sort_by_cached_key(|(name, it)| (!it.is_least, it.level, name.clone()));
            let scopes = scopes.into_iter().map(|(name, claim)| Scope {
                name,
                is_least: claim.is_least,
                also: claim.also,
            });
            SchemeScopes {
                scheme,
                scopes: scopes.collect(),
            }
        });
        Self(schemes.collect())
    }
}

/// The order in which documentation has the schemes.
fn rank(scheme: &str) -> usize {
    let known = ["DelegatedWork", "DelegatedPersonal", "Application"];
    known
        .iter()
        .position(|it| *it == scheme)
        .unwrap_or(known.len())
}
