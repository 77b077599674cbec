//! Paths through a model: from a type through its properties, related entities and derived types.

use super::{Model, NavigationProperty, Property, QualifiedName, TypeRef};
use std::sync::Arc;

/// A property or navigation property on a path.
#[derive(Debug, Clone, Copy)]
pub struct Step<'m> {
    /// The type that the path had come to.
    pub from: &'m QualifiedName,
    /// This type, or the one of its bases that declares the member.
    pub declaring: &'m QualifiedName,
    /// The member's name.
    pub name: &'m Arc<str>,
    /// The member.
    pub member: Member<'m>,
}

/// What a step follows.
#[derive(Debug, Clone, Copy)]
pub enum Member<'m> {
    /// A structural property.
    Property(&'m Property),
    /// A navigation property.
    Navigation(&'m NavigationProperty),
}

/// A navigation property as seen from a type.
#[derive(Debug, Clone, Copy)]
pub struct Relation<'m> {
    /// The type.
    pub from: &'m QualifiedName,
    /// This type, or the one of its bases that declares the property.
    pub declaring: &'m QualifiedName,
    /// The property's name.
    pub name: &'m Arc<str>,
    /// The property.
    pub property: &'m NavigationProperty,
}

impl<'m> Member<'m> {
    /// The type of its values.
    pub fn type_ref(self) -> &'m TypeRef {
        match self {
            Self::Property(property) => &property.type_ref,
            Self::Navigation(property) => &property.type_ref,
        }
    }
}

impl<'m> Step<'m> {
    /// The navigation property, if it is one.
    pub fn relation(self) -> Option<Relation<'m>> {
        let Member::Navigation(property) = self.member else {
            return None;
        };
        Some(Relation {
            from: self.from,
            declaring: self.declaring,
            name: self.name,
            property,
        })
    }
}

impl Model {
    /// The members on a path from a type. Segments are the names of members and qualified names of derived
    /// types. `None` if the path leads nowhere, or ends with a type.
    pub fn steps(&self, from: &QualifiedName, path: &str) -> Option<Vec<Step<'_>>> {
        let (mut at, _) = self.types.get_key_value(from)?;
        let mut steps = Vec::new();
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            if let Some((namespace, name)) = segment.rsplit_once('.') {
                segments.peek()?;
                let cast = QualifiedName::new(namespace, name);
                (at, _) = self.types.get_key_value(&cast)?;
                continue;
            }
            let step = self.step(at, segment)?;
            steps.push(step);
            if segments.peek().is_some() {
                let next = step.member.type_ref().named()?;
                (at, _) = self.types.get_key_value(next)?;
            }
        }
        Some(steps)
    }

    /// The members that a type has, then those that it inherits, the nearest first. Where one is declared
    /// anew, the first counts.
    pub fn members<'m>(&'m self, from: &'m QualifiedName) -> impl Iterator<Item = Step<'m>> {
        self.lineage(from).flat_map(move |(declaring, declared)| {
            let properties = declared.properties.iter();
            let properties = properties.map(|(name, it)| (name, Member::Property(it)));
            let navigation = declared.navigation.iter();
            let navigation = navigation.map(|(name, it)| (name, Member::Navigation(it)));
            let members = properties.chain(navigation);
            members.map(move |(name, member)| Step {
                from,
                declaring,
                name,
                member,
            })
        })
    }

    /// A member that a type has or inherits.
    fn step<'m>(&'m self, from: &'m QualifiedName, name: &str) -> Option<Step<'m>> {
        self.lineage(from).find_map(|(declaring, declared)| {
            let property = declared.properties.get_key_value(name);
            let property = property.map(|(name, it)| (name, Member::Property(it)));
            let navigation = || {
                let navigation = declared.navigation.get_key_value(name);
                navigation.map(|(name, it)| (name, Member::Navigation(it)))
            };
            let (name, member) = property.or_else(navigation)?;
            Some(Step {
                from,
                declaring,
                name,
                member,
            })
        })
    }

    /// The navigation property at the end of a path from a resource.
    pub fn relation_at(&self, from: &QualifiedName, path: &str) -> Option<Relation<'_>> {
        self.steps(from, path)?.pop()?.relation()
    }

    /// The navigation property at the end of a path below an entry point.
    pub fn relation_below(&self, entry: &str, path: &str) -> Option<Relation<'_>> {
        let child = self.container.as_ref()?.children.get(entry)?;
        let (from, _) = child.entry_point.resources()?;
        self.relation_at(from, path)
    }
}
