//! What a service refuses at a place, according to its metadata.

use super::options::RequestOptions;
use crate::error::{Error, ErrorKind};

/// Something that the service refuses at one place, though it may allow it for the same type elsewhere.
///
/// From the metadata's capabilities: the terms of the vocabulary `Org.OData.Capabilities.V1`, such as
/// `InsertRestrictions` and `FilterRestrictions`, also for one navigation property in
/// `NavigationRestrictions`.
///
/// See [`ResourcePath::refusing`](crate::ResourcePath::refusing).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// Reading: one entity, a collection, its count, or bytes.
    Read,
    /// Reading one entity of a collection by its key.
    ReadByKey,
    /// Creating an entity.
    Insert,
    /// Changing an entity, or writing bytes.
    Update,
    /// Deleting an entity.
    Delete,
    /// Counting a collection, with its items or alone.
    Count,
    /// The query option `$expand`.
    Expand,
    /// The query option `$filter`.
    Filter,
    /// The query option `$orderby`.
    OrderBy,
    /// The query option `$search`.
    Search,
    /// The query option `$select`.
    Select,
    /// The query option `$skip`.
    Skip,
    /// The query option `$top`.
    Top,
}

impl Refusal {
    /// Those of query options, and their names.
    const OPTIONS: [(Self, &'static str); 8] = [
        (Self::Count, "$count"),
        (Self::Expand, "$expand"),
        (Self::Filter, "$filter"),
        (Self::OrderBy, "$orderby"),
        (Self::Search, "$search"),
        (Self::Select, "$select"),
        (Self::Skip, "$skip"),
        (Self::Top, "$top"),
    ];

    const fn bit(self) -> u16 {
        1 << self as u16
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Read => "be read",
            Self::ReadByKey => "be read by a key",
            Self::Insert => "have entities created in it",
            Self::Update => "be changed",
            Self::Delete => "be deleted",
            Self::Count => "be counted",
            Self::Expand => "be expanded with $expand",
            Self::Filter => "be filtered with $filter",
            Self::OrderBy => "be sorted with $orderby",
            Self::Search => "be searched with $search",
            Self::Select => "be narrowed with $select",
            Self::Skip => "be read with $skip",
            Self::Top => "be read with $top",
        }
    }

    /// The error of a request that the service would refuse.
    pub(super) fn error(self, path: &str) -> Error {
        forbidden(path, self.what())
    }
}

fn forbidden(path: &str, what: &str) -> Error {
    let message = format!(
        "the service's metadata says that {path} cannot {what}, so nothing was sent; where the \
         metadata is wrong, get, post, patch and delete of resource() send all the same"
    );
    Error::new(ErrorKind::InvalidRequest, message)
}

/// What the service refuses, and what it permits, on one path below a place; for
/// [`ResourcePath::refusing_below`](crate::ResourcePath::refusing_below).
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs, reason = "clients are made of them")]
pub struct RefusalsBelow {
    /// The path, without keys: `orders/items`.
    pub path: &'static str,
    /// What it refuses.
    pub refused: &'static [Refusal],
    /// What it permits there, though it refuses it on other paths.
    pub permitted: &'static [Refusal],
}

/// A set of refusals.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Refusals {
    refused: u16,
    /// What has been said of this path in particular; what is said of all paths does not override it.
    settled: u16,
    /// Query options that are refused with one item alone.
    items: &'static [(Refusal, &'static str)],
}

impl Refusals {
    /// Adds what is refused whatever the path.
    pub(crate) fn add(&mut self, refusals: &[Refusal]) {
        self.refused |= bits(refusals) & !self.settled;
    }

    /// Adds what is said of this path.
    pub(super) fn settle(&mut self, said: &RefusalsBelow) {
        let (refused, permitted) = (bits(said.refused), bits(said.permitted));
        self.refused |= refused;
        self.settled |= refused | permitted;
    }

    /// Those of one entity of a collection.
    pub(super) fn of_item(mut self) -> Self {
        let by_key = self.contains(Refusal::ReadByKey);
        self.refused &= !Refusal::Read.bit();
        if by_key {
            self.refused |= Refusal::Read.bit();
        }
        self
    }

    pub(crate) const fn contains(self, refusal: Refusal) -> bool {
        self.refused & refusal.bit() != 0
    }

    /// Refuses single items of query options that are lists.
    pub(super) fn set_items(&mut self, items: &'static [(Refusal, &'static str)]) {
        self.items = items;
    }

    /// The error of the first of the query options that is refused.
    pub(super) fn option(self, path: &str, options: &RequestOptions) -> Option<Error> {
        let find = |name: &str| options.query.iter().find(|(set, _)| set == name);
        let set = Refusal::OPTIONS.into_iter();
        let mut set = set.filter_map(|(refusal, name)| Some((refusal, &*find(name)?.1)));
        set.find_map(|(refusal, value)| {
            if self.contains(refusal) {
                return Some(refusal.error(path));
            }
            let mut refused = self.items.iter().filter(|(of, _)| *of == refusal);
            let (_, item) = refused.find(|(_, item)| has_item(refusal, value, item))?;
            Some(forbidden(path, &format!("{}={item}", refusal.what())))
        })
    }
}

/// Whether a query option that is a list has an item, with whatever options or direction.
fn has_item(option: Refusal, list: &str, item: &str) -> bool {
    let (mut depth, mut is_quoted) = (0_usize, false);
    let mut items = list.split(|c| {
        match c {
            '\'' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0 && !is_quoted
    });
    items.any(|text| {
        let rest = text.trim().strip_prefix(item);
        rest.is_some_and(|rest| match option {
            // `$expand=author/$ref` expands it as well; `$orderby=author/name` sorts by something else.
            Refusal::Expand => rest.is_empty() || rest.starts_with(['(', '/']),
            _ => rest.is_empty() || rest.starts_with(' '),
        })
    })
}

fn bits(refusals: &[Refusal]) -> u16 {
    refusals
        .iter()
        .fold(0, |bits, refusal| bits | refusal.bit())
}
