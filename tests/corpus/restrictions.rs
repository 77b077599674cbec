//! What becomes of each restriction that the documents of services declare: the client keeps to it, or
//! there is a reason.
//!
//! Each is looked up in the items of two clients: that of the document, and that of the same document
//! without restrictions, which tells what would be sent otherwise.

use super::declared::{Element, Restriction, restrictions};
use super::{SERVICES, corpus, documents};
use csdl_codegen::api::{self, Navigation};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::correct::correct;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::vocabulary::{Capabilities, Capability};
use csdl_codegen::edm::{Annotation, Model, QualifiedName, Type};
use csdl_codegen::generate::{api_options, read_whole};
use csdl_codegen::source::{Sources, read};
use std::collections::BTreeMap;
use std::path::Path;
use support::{Offers, snapshots, workspace};

/// What became of a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Honoured,
    Documented,
    NoPath,
    NotOffered,
    SaidOtherwise,
    OtherTerm,
    Qualified,
    Unhonoured,
}

impl Outcome {
    /// In the order of the table's rows.
    const WORDS: [(Self, &'static str); 7] = [
        (Self::Honoured, "honoured"),
        (Self::Documented, "documented at the methods"),
        (Self::NoPath, "no path leads there"),
        (Self::NotOffered, "not offered there anyway"),
        (Self::SaidOtherwise, "each way there says otherwise"),
        (Self::OtherTerm, "not a term that requests are refused by"),
        (Self::Qualified, "said with a qualifier"),
    ];
}

/// A client, and the same without restrictions.
struct Clients<'a> {
    model: &'a Model,
    offers: Offers<'a>,
    free: Offers<'a>,
}

/// A place that a restriction is of.
struct Place<'a> {
    /// The type that the way begins at; `None` for an entry point.
    from: Option<&'a QualifiedName>,
    way: &'a Navigation,
    /// What the resources there are asked for as.
    of: &'a QualifiedName,
    /// The way on from there.
    below: Option<&'a str>,
    /// Whether the restriction is of a type, and the way to the place says otherwise.
    is_overruled: bool,
}

/// What a client does with a forbidden request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sent {
    Overruled,
    No,
    /// The documentation of the place advises against it.
    Told,
    Yes,
}

impl Clients<'_> {
    fn outcome(&self, restriction: &Restriction) -> Outcome {
        let Some(capability) = restriction.capability() else {
            return Outcome::OtherTerm;
        };
        if restriction.is_qualified {
            return Outcome::Qualified;
        }
        let most = |offers| {
            let places = self.places(offers, restriction, capability).into_iter();
            let item = restriction.item.as_deref();
            let sent = places.filter_map(|place| match item {
                None => sent(offers, &place, capability),
                Some(item) => sent_with(offers, &place, capability, item),
            });
            sent.max()
        };
        match (most(&self.free), most(&self.offers)) {
            (None, _) => Outcome::NoPath,
            (Some(Sent::Overruled), _) => Outcome::SaidOtherwise,
            (Some(Sent::No | Sent::Told), _) => Outcome::NotOffered,
            (Some(Sent::Yes), Some(Sent::Told)) => Outcome::Documented,
            (Some(Sent::Yes), Some(Sent::Yes)) => Outcome::Unhonoured,
            (Some(Sent::Yes), _) => Outcome::Honoured,
        }
    }

    /// The places that a restriction is of.
    fn places<'p>(
        &self,
        offers: &'p Offers<'p>,
        restriction: &'p Restriction,
        capability: Capability,
    ) -> Vec<Place<'p>> {
        let below = restriction.below.as_deref();
        let place = |from, way, below, is_overruled| Place {
            from,
            way,
            of: offers.target(way).0,
            below,
            is_overruled,
        };
        let steps = |from: &'p QualifiedName, name: &'p str| {
            let from = offers.family(from);
            from.filter_map(move |from| Some((from, offers.step(from, name)?)))
        };
        match (&restriction.of, below) {
            (Element::Other, _) => Vec::new(),
            (Element::EntryPoint(name), _) => {
                let way = offers.entry(name).into_iter();
                way.map(|way| place(None, way, below, false)).collect()
            }
            (Element::Relation(from, name), _) => {
                let ways = steps(from, name);
                let places = ways.map(|(from, way)| place(Some(from), way, below, false));
                places.collect()
            }
            (Element::Type(name), None) => {
                let mut ways = offers.ways_to(name);
                // References are of those that a navigation property leads to, as whatever they are read.
                if capability != Capability::Reference {
                    ways.extend(offers.casts_to(name));
                }
                let ways = ways.into_iter();
                let places = ways.map(|(from, way)| Place {
                    of: name,
                    ..place(from, way, None, self.allows(from, way, capability))
                });
                places.collect()
            }
            (Element::Type(name), Some(path)) => {
                let (first, rest) = match path.split_once('/') {
                    Some((first, rest)) => (first, Some(rest)),
                    None => (path, None),
                };
                let places = steps(name, first).map(|(from, way)| {
                    let allows = self.relation_says(from, first, capability) == Some(true);
                    place(Some(from), way, rest, rest.is_none() && allows)
                });
                places.collect()
            }
        }
    }

    /// Whether an entry point or a navigation property itself allows it.
    fn allows(
        &self,
        from: Option<&QualifiedName>,
        way: &Navigation,
        capability: Capability,
    ) -> bool {
        self.place_says(from, way, capability) == Some(true)
    }

    /// What an entry point or a navigation property itself says.
    fn place_says(
        &self,
        from: Option<&QualifiedName>,
        way: &Navigation,
        capability: Capability,
    ) -> Option<bool> {
        match from {
            Some(from) => {
                let said = self.relation_says(from, &way.segment, capability);
                said.or_else(|| self.type_says(from, &way.segment, capability))
            }
            None => {
                let container = self.model.container.as_ref()?;
                let child = container.children.get(&*way.segment)?;
                Capabilities::of(&child.annotations).get(capability)
            }
        }
    }

    fn relation_says(
        &self,
        from: &QualifiedName,
        name: &str,
        capability: Capability,
    ) -> Option<bool> {
        let relation = self.model.relation_at(from, name)?;
        Capabilities::of(&relation.property.annotations).get(capability)
    }

    fn type_says(&self, from: &QualifiedName, name: &str, capability: Capability) -> Option<bool> {
        let mut lineage = self.model.lineage(from);
        lineage.find_map(|(_, declared)| {
            let below = Capabilities::below(&declared.annotations);
            below.get(name)?.get(capability)
        })
    }
}

/// Whether a request is sent at a place; `None` if no way leads there.
fn sent(offers: &Offers<'_>, place: &Place<'_>, capability: Capability) -> Option<Sent> {
    let is_sent = match (place.below, capability, place.from) {
        (Some(path), ..) => offers.sends_below(place.way, path, capability)?,
        (None, Capability::Reference, Some(from)) => {
            offers.has_references(from, &place.way.segment)
        }
        (None, ..) => offers.sends_as(place.way, place.of, capability),
    };
    let is_told = place.below.is_none() && offers.tells(place.way, place.of, capability);
    Some(match (place.is_overruled, is_sent) {
        (true, _) => Sent::Overruled,
        (false, false) => Sent::No,
        (false, true) if is_told => Sent::Told,
        (false, true) => Sent::Yes,
    })
}

/// The same with one property alone, such as `$expand` of it; `None` if there is no such property.
fn sent_with(
    offers: &Offers<'_>,
    place: &Place<'_>,
    capability: Capability,
    item: &str,
) -> Option<Sent> {
    if !offers.has_property(place.of, item) {
        return None;
    }
    let items = &place.way.items;
    let is_in = |list: &[(Capability, String)]| {
        let mut items = list.iter();
        items.any(|(of, it)| (*of, it.as_str()) == (capability, item))
    };
    Some(match sent(offers, place, capability)? {
        Sent::Yes if is_in(&items.refused) => Sent::No,
        Sent::Yes if is_in(&items.told) => Sent::Told,
        as_a_whole => as_a_whole,
    })
}

/// The model without the annotations that restrict.
fn without_restrictions(model: &Model) -> Model {
    let mut free = model.clone();
    let clear = |annotations: &mut Vec<Annotation>| {
        annotations.retain(|it| &*it.term.namespace != "Org.OData.Capabilities.V1");
    };
    for declared in free.types.values_mut() {
        if let Type::Structured(structured) = declared {
            clear(&mut structured.annotations);
            let navigation = structured.navigation.values_mut();
            navigation.for_each(|property| clear(&mut property.annotations));
        }
    }
    let container = free.container.iter_mut();
    for child in container.flat_map(|container| container.children.values_mut()) {
        clear(&mut child.annotations);
        child.below.values_mut().for_each(clear);
    }
    free
}

/// How often each outcome is; and the restrictions that are not honoured.
#[derive(Default)]
struct Counts {
    outcomes: BTreeMap<Outcome, usize>,
    documents: usize,
    unhonoured: Vec<String>,
}

impl Counts {
    fn of(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }
}

fn count(config: &Path, document: &Path, counts: &mut Counts) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let mut config = LoadedConfig::read(config, &mut sources).expect("a configuration");
    config.config.metadata.document = std::path::absolute(document).expect("a path");
    let id = read::read(document, &mut sources).expect("a document");
    let model = read_whole(&config, &[id], &sources, &mut diagnostics);
    let mut model = model.unwrap_or_else(|| panic!("{}", diagnostics.render(&sources)));
    let found = restrictions(&model);
    if found.is_empty() {
        return;
    }
    counts.documents += 1;
    correct(&mut model, &config.corrections(), &mut diagnostics);
    let free_model = without_restrictions(&model);
    let options = api_options(&config.config);
    let (own, free) = (
        api::build(&model, options),
        api::build(&free_model, options),
    );
    let clients = Clients {
        model: &model,
        offers: Offers::new(&model, &own),
        free: Offers::new(&free_model, &free),
    };
    for restriction in &found {
        let outcome = clients.outcome(restriction);
        *counts.outcomes.entry(outcome).or_default() += 1;
        if outcome == Outcome::Unhonoured {
            let name = document.file_name().unwrap_or_default().display();
            counts.unhonoured.push(format!("{name}: {restriction:?}"));
        }
    }
}

/// A row for each outcome, a column for each group of documents.
fn table(groups: &BTreeMap<String, Counts>) -> String {
    let groups: Vec<_> = groups.iter().filter(|(_, it)| it.documents > 0).collect();
    let row = |first: &str, cells: &mut dyn Iterator<Item = String>| {
        let cells: String = cells.map(|cell| format!(" {cell} |")).collect();
        format!("| {first} |{cells}\n")
    };
    let names = groups.iter().map(|(name, _)| name.to_string());
    let mut table = row("restrictions", &mut names.into_iter());
    table += &format!("|---|{}\n", "---:|".repeat(groups.len()));
    let documents = groups.iter().map(|(_, it)| it.documents.to_string());
    table += &row("documents that have some", &mut documents.into_iter());
    for (outcome, words) in Outcome::WORDS {
        if groups.iter().all(|(_, it)| it.of(outcome) == 0) {
            continue;
        }
        let counts = groups.iter().map(|(_, it)| it.of(outcome).to_string());
        table += &row(words, &mut counts.into_iter());
    }
    table
}

#[test]
fn every_restriction_is_honoured_or_has_a_reason() {
    let Some(corpus) = corpus() else {
        return;
    };
    let mut groups: BTreeMap<String, Counts> = BTreeMap::new();
    let mut add = |group: &str, config: &str, document: &Path| {
        let config = workspace().join("tests/fixtures").join(config);
        count(
            &config,
            document,
            groups.entry(group.to_owned()).or_default(),
        );
    };
    for (name, path) in documents(&corpus) {
        let folder = name.split('/').next().unwrap_or_default();
        if SERVICES.contains(&folder) {
            add(folder, "diagnostics/client.toml", &path);
        }
    }
    for (group, document) in [
        ("Graph v1.0", "v1.0-Prod.csdl"),
        ("Graph beta", "beta-composite.csdl"),
    ] {
        let path = corpus.join("../metadata").join(document);
        add(group, "graph-v1/client.toml", &path);
    }
    let unhonoured: Vec<_> = groups.values().flat_map(|it| &it.unhonoured).collect();
    assert!(unhonoured.is_empty(), "{unhonoured:#?}");
    let table = table(&groups);
    snapshots("corpus").bind(|| insta::assert_snapshot!("restrictions", table));
    let page = support::read(&workspace().join("codegen/README.md"));
    let found = page.split("<!-- restrictions: begin -->\n").nth(1);
    let found = found.and_then(|rest| rest.split("<!-- restrictions: end -->").next());
    assert_eq!(found, Some(&*table), "the table in codegen/README.md");
}
