//! What services do differently under the same metadata.

use std::time::Duration;

use chrono::TimeDelta;

use super::EmulatorBuilder;
use crate::behavior::{
    BinaryAlphabet, CreateAnswer, DownloadAnswer, NameCase, PathAddressing, Top, Undollared,
    UploadAnswer,
};

impl EmulatorBuilder {
    /// The alphabet of binary values in JSON; base64 by default, as Graph has it. Bodies that use
    /// the other one are refused.
    pub fn binary_alphabet(mut self, alphabet: BinaryAlphabet) -> Self {
        self.behavior.alphabet = alphabet;
        self
    }

    /// How downloads are answered; with the bytes by default.
    pub fn downloads(mut self, answer: DownloadAnswer) -> Self {
        self.behavior.downloads = answer;
        self
    }

    /// How a POST is answered that makes an entity of this type, by its qualified name, or of a
    /// derived one; with the entity by default.
    pub fn creates(mut self, entity_type: impl Into<String>, answer: CreateAnswer) -> Self {
        self.behavior.creates.insert(entity_type.into(), answer);
        self
    }

    /// How a PUT of a stream is answered that belongs to an entity of this type, by its qualified
    /// name, or of a derived one; with 204 by default, and with the entity for
    /// `microsoft.graph.driveItem`.
    pub fn uploads(mut self, entity_type: impl Into<String>, answer: UploadAnswer) -> Self {
        self.behavior.uploads.insert(entity_type.into(), answer);
        self
    }

    /// Takes paths of names for items of one more type. Those of `microsoft.graph.driveItem`
    /// (`name`, `children`) and `microsoft.graph.site` (`name`, `sites`) are there by default.
    pub fn path_addressing(mut self, addressing: PathAddressing) -> Self {
        self.behavior.paths.insert(0, addressing);
        self
    }

    /// Takes the value of a string property for the key of this type's entities, too, as in
    /// `users('adele@contoso.com')`; the case of letters does not matter. Graph's
    /// `userPrincipalName` of `microsoft.graph.user` is taken by default.
    pub fn lookup_property(
        mut self,
        entity_type: impl Into<String>,
        property: impl Into<String>,
    ) -> Self {
        let lookup = (entity_type.into(), property.into());
        self.behavior.lookups.push(lookup);
        self
    }

    /// Says that an entity of this type, by its qualified name, or of a derived one was deleted by
    /// a complex property, as in `{"id": "1", "deleted": {"state": "deleted"}}`, where a delta has
    /// `@removed` by default. Graph's `deleted` of `microsoft.graph.driveItem` is known.
    pub fn deleted_facet(
        mut self,
        entity_type: impl Into<String>,
        property: impl Into<String>,
    ) -> Self {
        let facet = (entity_type.into(), property.into());
        self.behavior.deleted_facets.push(facet);
        self
    }

    /// Says that entities of this type, by its qualified name, or of a derived one can be restored once
    /// they were deleted: a delta gives `changed` as the reason, and not `deleted`. Those that Graph keeps
    /// in `directory/deletedItems` are known, such as users and groups.
    pub fn restorable(mut self, entity_type: impl Into<String>) -> Self {
        self.behavior.restorable.push(entity_type.into());
        self
    }

    /// How long delta links are good for, by [`clock`](Self::clock); as long as the emulator lives by
    /// default. [`Emulator::expire_delta_links`] ends those that there are.
    ///
    /// [`Emulator::expire_delta_links`]: crate::Emulator::expire_delta_links
    pub fn delta_link_lifetime(mut self, lifetime: Duration) -> Self {
        self.behavior.delta_lifetime = TimeDelta::from_std(lifetime).ok();
        self
    }

    /// Tells in each round of a delta twice of the entity that is first, as Graph does now and then.
    pub fn delta_replays(mut self) -> Self {
        self.behavior.delta_replays = true;
        self
    }

    /// What becomes of query options that lack their dollar sign; they are refused by default.
    pub fn undollared(mut self, undollared: Undollared) -> Self {
        self.behavior.undollared = undollared;
        self
    }

    /// Refuses queries of entities of these types, by their qualified names, and of derived ones
    /// that count, search, or filter by `ne`, `not`, `endswith` or `/$count`, or filter and order,
    /// without `ConsistencyLevel: eventual`, and, but for searches and `/$count`, without
    /// `$count=true`. `microsoft.graph.directoryObject` by default, as Graph documents it.
    pub fn advanced_queries<T: Into<String>>(
        mut self,
        entity_types: impl IntoIterator<Item = T>,
    ) -> Self {
        self.behavior.advanced = entity_types.into_iter().map(Into::into).collect();
        self
    }

    /// Whether the case of letters matters in names; it does not by default, as in Graph.
    pub fn name_case(mut self, case: NameCase) -> Self {
        self.behavior.name_case = case;
        self
    }

    /// What `$top` asks for; a page size by default, as in Graph.
    pub fn top(mut self, top: Top) -> Self {
        self.behavior.top = top;
        self
    }
}
