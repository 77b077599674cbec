//! What the client of Graph makes of documented requests: none of them may be refused.

use super::address;
use csdl_codegen::api::Navigation;
use csdl_codegen::edm::vocabulary::Capability;
use csdl_codegen::edm::{Model, Multiplicity, QualifiedName};
use support::Offers;

/// Where a documented address leads by the ways of a client.
#[derive(Clone)]
pub struct Place<'a> {
    /// The ways to it, from the service's root.
    ways: Vec<&'a Navigation>,
    type_name: QualifiedName,
    multiplicity: Multiplicity,
    is_item: bool,
}

impl<'a> Place<'a> {
    /// The place at a path; `None` if anything but resources is there, such as a call or bytes.
    pub fn at(offers: &Offers<'a>, model: &Model, path: &str) -> Option<Self> {
        let path = path.split('?').next()?.trim_matches('/');
        let mut segments = path.split('/');
        let first = segments.next()?;
        let way = offers.entry_named(name_of(first))?;
        let mut place = Self::behind(offers, Vec::new(), way, first);
        for segment in segments {
            place = place.next(offers, model, segment)?;
        }
        Some(place)
    }

    fn behind(
        offers: &Offers<'a>,
        mut ways: Vec<&'a Navigation>,
        way: &'a Navigation,
        segment: &str,
    ) -> Self {
        let (name, multiplicity) = offers.target(way);
        ways.push(way);
        let place = Self {
            ways,
            type_name: name.clone(),
            multiplicity,
            is_item: false,
        };
        match multiplicity.is_many() && segment.contains('(') {
            true => place.item(),
            false => place,
        }
    }

    fn item(self) -> Self {
        Self {
            multiplicity: Multiplicity::One,
            is_item: true,
            ..self
        }
    }

    fn next(self, offers: &Offers<'a>, model: &Model, segment: &str) -> Option<Self> {
        let name = name_of(segment);
        let cast = name
            .contains('.')
            .then(|| address::declared(model, name))
            .flatten();
        if let Some(type_name) = cast {
            return Some(Self { type_name, ..self });
        }
        if self.multiplicity.is_many() {
            let is_key = !segment.starts_with('$') && !address::is_operation(model, name);
            return is_key.then(|| self.item());
        }
        let way = offers.step_named(&self.type_name, name)?;
        Some(Self::behind(offers, self.ways, way, segment))
    }

    /// What a method asks of the place; `None` if that is no request that restrictions speak of.
    pub fn asked(&self, method: &str) -> Option<Capability> {
        let is_many = self.multiplicity.is_many();
        Some(match method {
            "GET" if self.is_item => Capability::ReadByKey,
            "GET" => Capability::Read,
            "POST" if is_many => Capability::Insert,
            "PATCH" | "PUT" if !is_many => Capability::Update,
            "DELETE" if !is_many => Capability::Delete,
            _ => return None,
        })
    }

    /// Whether the client sends it.
    pub fn sends(&self, offers: &Offers<'a>, asked: Capability) -> bool {
        let (last, earlier) = self.ways.split_last().expect("a way");
        let mut path = last.segment.clone();
        for way in earlier.iter().rev() {
            if let Some(below) = way.below.iter().find(|it| it.path == path) {
                if below.permitted.contains(&asked) {
                    return offers.sends_permitted(last, &self.type_name, asked);
                }
                if below.refused.contains(&asked) {
                    return false;
                }
            }
            path = format!("{}/{path}", way.segment);
        }
        offers.sends_as(last, &self.type_name, asked)
    }
}

fn name_of(segment: &str) -> &str {
    segment.split('(').next().unwrap_or(segment)
}
