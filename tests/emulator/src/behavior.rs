//! What services do differently under the same metadata.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::service::Service;

/// The alphabet of `Edm.Binary` values in JSON.
///
/// OData asks for base64url; Graph and the clients that Microsoft ships use base64. Literals in
/// URLs are base64url either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BinaryAlphabet {
    /// `+` and `/`, padded with `=` (RFC 4648, section 4), as Graph has it.
    #[default]
    Base64,
    /// `-` and `_`, padding optional (RFC 4648, section 5), as OData has it.
    Base64Url,
}

/// How a POST that makes an entity is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CreateAnswer {
    /// 201 with the entity.
    #[default]
    Entity,
    /// 201 with `Location` and no body.
    Created,
    /// 202 with `Location` and no body, as for what takes the service a while.
    Accepted,
}

/// How a PUT that writes a stream is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadAnswer {
    /// 204.
    #[default]
    NoContent,
    /// 200 with the entity that the stream belongs to.
    Entity,
}

/// How a GET of a stream is answered: a stream property, `$value` of a media entity, or a function
/// that returns a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DownloadAnswer {
    /// 200 with the bytes.
    #[default]
    Bytes,
    /// 302 to another port of the emulator, where each answer has an address of its own that needs
    /// no token. A request that carries an `Authorization` header there is refused with 401.
    Redirect,
    /// 302 to this URL.
    RedirectTo(String),
}

/// What `$top` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Top {
    /// The most items on a page, as in Graph: a next link leads to the rest.
    #[default]
    PageSize,
    /// The most items altogether, as in OData: nothing follows.
    Limit,
}

/// What becomes of a query option such as `filter` that lacks its dollar sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undollared {
    /// 400: a test finds the mistake.
    #[default]
    Refuse,
    /// It is a custom option without effect, as OData 4.0 has it.
    Ignore,
    /// It is the option itself, as OData 4.01 has it, and as Graph has it for some resources.
    Accept,
}

/// What a client is told whose delta link has expired: 410 with `Location`, where it begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resync {
    /// `resyncRequired` with `resyncChangesApplyDifferences` inside: the service's version of items
    /// replaces the client's.
    ApplyDifferences,
    /// `resyncRequired` with `resyncChangesUploadDifferences` inside: the client keeps both versions of
    /// what differs.
    UploadDifferences,
    /// `syncStateNotFound`, as for directory objects and in Outlook.
    StateNotFound,
}

/// Whether the case of letters matters in the names of addresses and queries: of entity sets,
/// members, operations, parameters and types. It always does in bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameCase {
    /// It does not where the metadata has no name that is written so, as in Graph.
    #[default]
    Ignored,
    /// It does, as OData has it.
    Significant,
}

/// Items that are addressed by a path of names, such as `/me/drive/root:/a/b.txt:/content`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathAddressing {
    /// The qualified name of the entity type that such a path goes through.
    pub entity_type: String,
    /// What stands around the names.
    pub delimiter: char,
    /// The property that holds the name.
    pub name: String,
    /// The navigation property that leads to the items below.
    pub children: String,
}

impl PathAddressing {
    /// Addresses items of a type by the value of the property `name`, below the navigation
    /// property `children`, between colons.
    pub fn new(
        entity_type: impl Into<String>,
        name: impl Into<String>,
        children: impl Into<String>,
    ) -> Self {
        Self {
            entity_type: entity_type.into(),
            delimiter: ':',
            name: name.into(),
            children: children.into(),
        }
    }

    /// Sets the character that stands around the names, `:` by default.
    #[must_use]
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = delimiter;
        self
    }
}

/// All of it, for one service.
#[derive(Clone, Debug)]
pub(crate) struct Behavior {
    pub(crate) alphabet: BinaryAlphabet,
    pub(crate) downloads: DownloadAnswer,
    pub(crate) top: Top,
    pub(crate) undollared: Undollared,
    pub(crate) name_case: NameCase,
    /// Types, and properties whose value is taken for their key.
    pub(crate) lookups: Vec<(String, String)>,
    /// Types whose entities are queried with `ConsistencyLevel: eventual`.
    pub(crate) advanced: Vec<String>,
    /// By type; those of base types hold for derived ones.
    pub(crate) creates: BTreeMap<String, CreateAnswer>,
    pub(crate) uploads: BTreeMap<String, UploadAnswer>,
    pub(crate) paths: Vec<PathAddressing>,
    /// Types, and the properties that say of their entities in a delta that they are deleted.
    pub(crate) deleted_facets: Vec<(String, String)>,
    /// Types whose deleted entities can be restored, of which a delta says that they changed.
    pub(crate) restorable: Vec<String>,
    /// How long delta links are good for.
    pub(crate) delta_lifetime: Option<TimeDelta>,
    /// Whether a delta tells of an entity twice.
    pub(crate) delta_replays: bool,
}

/// Whose deleted entities Graph keeps in `directory/deletedItems`.
const RESTORABLE: [&str; 5] = [
    "administrativeUnit",
    "application",
    "group",
    "servicePrincipal",
    "user",
];

impl Default for Behavior {
    /// What Graph documents.
    fn default() -> Self {
        let drive_item = "microsoft.graph.driveItem".to_owned();
        Self {
            alphabet: BinaryAlphabet::default(),
            downloads: DownloadAnswer::default(),
            top: Top::default(),
            undollared: Undollared::default(),
            name_case: NameCase::default(),
            lookups: vec![(
                "microsoft.graph.user".to_owned(),
                "userPrincipalName".to_owned(),
            )],
            advanced: vec!["microsoft.graph.directoryObject".to_owned()],
            creates: BTreeMap::new(),
            paths: vec![
                PathAddressing::new(&drive_item, "name", "children"),
                PathAddressing::new("microsoft.graph.site", "name", "sites"),
            ],
            deleted_facets: vec![(drive_item.clone(), "deleted".to_owned())],
            restorable: RESTORABLE
                .map(|name| format!("microsoft.graph.{name}"))
                .into(),
            delta_lifetime: None,
            delta_replays: false,
            uploads: BTreeMap::from([(drive_item, UploadAnswer::Entity)]),
        }
    }
}

impl Service {
    /// How a POST that makes an entity of a type is answered.
    pub(crate) fn create_answer(&self, ty: &str) -> CreateAnswer {
        self.of_type(ty, &self.behavior.creates)
    }

    /// How a PUT of a stream of a type's entity is answered.
    pub(crate) fn upload_answer(&self, ty: &str) -> UploadAnswer {
        self.of_type(ty, &self.behavior.uploads)
    }

    /// The properties whose value is taken for the key of a type's entities.
    pub(crate) fn lookups(&self, ty: &str) -> impl Iterator<Item = &str> {
        let lookups = self.behavior.lookups.iter();
        let lookups = lookups.filter(move |(owner, _)| self.is_or_derives_from(ty, owner));
        lookups.map(|(_, property)| property.as_str())
    }

    /// The property that says of a type's entity in a delta that it is deleted.
    pub(crate) fn deleted_facet(&self, ty: &str) -> Option<&str> {
        let mut facets = self.behavior.deleted_facets.iter();
        let facet = facets.find(|(owner, property)| {
            self.is_or_derives_from(ty, owner) && self.property(ty, property).is_some()
        });
        facet.map(|(_, property)| property.as_str())
    }

    /// What clients of a type's delta links are told when these have expired.
    pub(crate) fn resync(&self, ty: &str) -> Resync {
        match self.deleted_facet(ty) {
            Some(_) => Resync::ApplyDifferences,
            None => Resync::StateNotFound,
        }
    }

    /// Whether entities of a type can be restored once they were deleted.
    pub(crate) fn is_restorable(&self, ty: &str) -> bool {
        let mut types = self.behavior.restorable.iter();
        types.any(|owner| self.is_or_derives_from(ty, owner))
    }

    /// How items below one of a type are addressed by their names.
    pub(crate) fn path_addressing(&self, ty: &str, delimiter: char) -> Option<&PathAddressing> {
        let mut rules = self.behavior.paths.iter();
        rules.find(|rule| {
            rule.delimiter == delimiter && self.is_or_derives_from(ty, &rule.entity_type)
        })
    }

    /// Whether items of a type are addressed by their names.
    pub(crate) fn is_addressed_by_path(&self, ty: &str) -> bool {
        let mut rules = self.behavior.paths.iter();
        rules.any(|rule| self.is_or_derives_from(ty, &rule.entity_type))
    }

    /// The delimiters of path addressing that this service has.
    pub(crate) fn delimiters(&self) -> Vec<char> {
        let paths = self.behavior.paths.iter();
        let paths = paths.filter(|rule| self.types.contains_key(&rule.entity_type));
        paths.map(|rule| rule.delimiter).collect()
    }

    fn of_type<T: Copy + Default>(&self, ty: &str, answers: &BTreeMap<String, T>) -> T {
        let mut lineage = self.lineage(ty);
        let found = lineage.find_map(|(name, _)| answers.get(name));
        found.copied().unwrap_or_default()
    }
}
