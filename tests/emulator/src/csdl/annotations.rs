//! What annotations say, inline ones and those of an `Annotations` element elsewhere.

use std::collections::BTreeMap;

use super::names::Names;
use super::xml::Element;

const CORE: &str = "Org.OData.Core.V1";
const VALIDATION: &str = "Org.OData.Validation.V1";

/// The annotations of all documents, by target.
pub(super) struct Annotations<'a> {
    names: &'a Names,
    /// Annotations of `Annotations` elements by their target, names in full and without spaces.
    external: BTreeMap<String, Vec<&'a Element<'a>>>,
    /// What a `LabeledElementReference` stands for.
    labelled: BTreeMap<String, &'a Element<'a>>,
}

/// The annotations of one declaration; the external ones go before its own.
pub(super) struct Applied<'a, 'b> {
    all: &'b Annotations<'a>,
    found: Vec<&'a Element<'a>>,
}

impl<'a> Annotations<'a> {
    pub(super) fn collect(names: &'a Names, schemas: &[&'a Element<'a>]) -> Self {
        let mut all = Self {
            names,
            external: BTreeMap::new(),
            labelled: BTreeMap::new(),
        };
        for schema in schemas {
            let namespace = schema.attribute("Namespace").unwrap_or_default();
            for block in schema.children_named("Annotations") {
                let target = names.full_target(block.attribute("Target").unwrap_or_default());
                let annotations = all.external.entry(target).or_default();
                annotations.extend(block.children_named("Annotation"));
                all.find_labels(namespace, block);
            }
            for annotation in schema.children_named("Annotation") {
                all.find_labels(namespace, annotation);
            }
        }
        all
    }

    fn find_labels(&mut self, namespace: &str, element: &'a Element<'a>) {
        for child in &element.children {
            if let ("LabeledElement", Some(name)) = (child.name.as_str(), child.attribute("Name")) {
                self.labelled.insert(format!("{namespace}.{name}"), child);
            }
            self.find_labels(namespace, child);
        }
    }

    /// The annotations of an element that any of these targets names.
    pub(super) fn of<'b>(
        &'b self,
        element: &'a Element<'a>,
        targets: &[String],
    ) -> Applied<'a, 'b> {
        let external = targets
            .iter()
            .filter_map(|target| self.external.get(target));
        let mut found: Vec<&Element> = external.flatten().copied().collect();
        found.extend(element.children_named("Annotation"));
        Applied { all: self, found }
    }

    /// The element that a reference stands for, through any chain of them.
    fn resolve(&self, element: &'a Element<'a>) -> &'a Element<'a> {
        let mut at = element;
        for _ in 0..self.labelled.len() {
            if at.name != "LabeledElementReference" {
                break;
            }
            let named = self.labelled.get(at.text.trim());
            match named.and_then(|label| label.children.first()) {
                Some(value) => at = value,
                None => break,
            }
        }
        at
    }
}

impl<'a> Applied<'a, '_> {
    /// The annotations of a term, the one to prefer first.
    fn term(&self, namespace: &str, name: &str) -> impl Iterator<Item = &'a Element<'a>> {
        let term = format!("{namespace}.{name}");
        self.found.iter().copied().filter(move |annotation| {
            let written = annotation.attribute("Term").unwrap_or_default();
            self.all.names.full(written) == term
        })
    }

    /// The record or collection that an element holds.
    fn value(&self, element: &'a Element<'a>) -> Option<&'a Element<'a>> {
        let expression = |child: &&Element| child.name != "Annotation";
        let child = element.children.iter().find(expression)?;
        Some(self.all.resolve(child))
    }

    /// The record's property, as the `PropertyValue` element.
    fn property(&self, record: &'a Element<'a>, name: &str) -> Option<&'a Element<'a>> {
        let mut values = record.children_named("PropertyValue");
        values.find(|value| value.attribute("Property") == Some(name))
    }

    /// The records of the collection that an element holds.
    fn records(&self, element: Option<&'a Element<'a>>) -> Vec<&'a Element<'a>> {
        let collection = element.and_then(|element| self.value(element));
        let items = collection.into_iter().flat_map(|c| &c.children);
        items.map(|item| self.all.resolve(item)).collect()
    }

    /// Whether a tagging term holds.
    pub(super) fn is_tagged(&self, name: &str) -> bool {
        self.term(CORE, name)
            .next()
            .is_some_and(|a| a.flag("Bool", true))
    }

    /// Whether `Core.Permissions` allows nothing but reading.
    pub(super) fn is_read_only(&self) -> bool {
        self.term(CORE, "Permissions")
            .next()
            .is_some_and(|annotation| {
                let child = annotation.children_named("EnumMember").next();
                let member = annotation.attribute("EnumMember");
                let member = member.or(child.map(|child| child.text.trim()));
                member.is_some_and(|member| member.ends_with("/Read"))
            })
    }

    /// Whether a parameter may be left out, and what it stands for then.
    pub(super) fn optional(&self) -> (bool, Option<String>) {
        let mut terms = self.term(CORE, "OptionalParameter").peekable();
        let is_optional = terms.peek().is_some();
        let default = terms.find_map(|annotation| {
            let value = self.property(self.value(annotation)?, "DefaultValue")?;
            scalar(value)
        });
        (is_optional, default)
    }

    pub(super) fn allowed_values(&self) -> Vec<String> {
        let allowed = self.term(VALIDATION, "AllowedValues").next();
        let records = self.records(allowed).into_iter();
        records
            .filter_map(|record| scalar(self.property(record, "Value")?))
            .collect()
    }

    /// The alternate keys: alias and path of each part.
    pub(super) fn alternate_keys(&self) -> Vec<Vec<(String, String)>> {
        let keys = self.records(self.term(CORE, "AlternateKeys").next());
        let part = |part: &'a Element<'a>| {
            let path = scalar(self.property(part, "Name")?)?;
            let alias = self.property(part, "Alias").and_then(scalar);
            Some((alias.unwrap_or_else(|| path.clone()), path))
        };
        keys.into_iter()
            .map(|key| self.records(self.property(key, "Key")))
            .map(|parts| parts.into_iter().filter_map(part).collect())
            .collect()
    }
}

/// The text of a constant, written as an attribute or as a child element.
fn scalar(element: &Element) -> Option<String> {
    const KINDS: [&str; 7] = [
        "String",
        "Int",
        "Decimal",
        "Float",
        "Bool",
        "PropertyPath",
        "EnumMember",
    ];
    let attribute = KINDS.iter().find_map(|kind| element.attribute(kind));
    let child = || {
        element
            .children
            .iter()
            .find(|c| KINDS.contains(&c.name.as_str()))
    };
    attribute
        .map(str::to_owned)
        .or_else(|| Some(child()?.text.trim().to_owned()))
}
