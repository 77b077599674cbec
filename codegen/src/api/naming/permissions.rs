//! Names of sets of permissions.

use super::identifier::RustName;
use super::namer::Namer;
use super::scope::Scope;
use crate::api::items::PermissionItem;
use std::collections::{BTreeMap, BTreeSet};

impl Namer {
    /// Sets with their names: each is called after its first scope, by which reviewers know it.
    pub fn permission_sets<'s>(
        &self,
        sets: impl Iterator<Item = &'s [PermissionItem]>,
    ) -> BTreeMap<&'s [PermissionItem], RustName> {
        let sets: BTreeSet<_> = sets.collect();
        let mut scope = Scope::with_reserved(&["TABLE"]);
        let named = sets.into_iter().map(|set| {
            let mut scopes = set.iter().flat_map(|permission| &permission.scopes);
            let first = scopes.next().map_or("none", String::as_str);
            (set, scope.take(&self.words.constant(first)))
        });
        named.collect()
    }
}
