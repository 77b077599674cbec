//! The restrictions that a model declares, as the vocabulary `Org.OData.Capabilities.V1` has them.

use csdl_codegen::edm::vocabulary::Capability;
use csdl_codegen::edm::{Annotation, Model, QualifiedName, Type, Value};
use std::sync::Arc;

/// What restricts.
#[derive(Debug, Clone)]
pub enum Element {
    EntryPoint(Arc<str>),
    Type(QualifiedName),
    Relation(QualifiedName, Arc<str>),
    /// Whatever no request is made of: the container, schemas, operations, parameters, properties.
    Other,
}

/// A flag that is false, or an item of a list.
#[derive(Debug)]
pub struct Restriction {
    pub of: Element,
    /// The path from there to what is restricted, if it is not the element itself.
    pub below: Option<String>,
    /// The property that is excluded, if it is one alone.
    pub item: Option<String>,
    /// `InsertRestrictions/Insertable`
    flag: String,
    /// Whether it is said with a qualifier, for those who ask for that.
    pub is_qualified: bool,
}

impl Restriction {
    /// What it forbids, as the vocabulary has it; `None` if requests are not refused by it.
    pub fn capability(&self) -> Option<Capability> {
        Some(match self.flag.as_str() {
            "ReadRestrictions/Readable" => Capability::Read,
            "ReadRestrictions/ReadByKeyRestrictions/Readable" => Capability::ReadByKey,
            "InsertRestrictions/Insertable" => Capability::Insert,
            "UpdateRestrictions/Updatable" => Capability::Update,
            "DeleteRestrictions/Deletable" => Capability::Delete,
            "NavigationRestrictions/Referenceable" => Capability::Reference,
            "FilterRestrictions/Filterable" => Capability::Filter,
            "SortRestrictions/Sortable" => Capability::Sort,
            "CountRestrictions/Countable"
            | "CountRestrictions/NonCountableNavigationProperties" => Capability::Count,
            "SearchRestrictions/Searchable" => Capability::Search,
            "SelectSupport/Supported" => Capability::Select,
            "ExpandRestrictions/Expandable" => Capability::Expand,
            "ExpandRestrictions/NonExpandableProperties" => Capability::Expand,
            "SortRestrictions/NonSortableProperties" => Capability::Sort,
            "FilterRestrictions/NonFilterableProperties" => Capability::Filter,
            "InsertRestrictions/NonInsertableNavigationProperties" => Capability::Insert,
            "TopSupported" => Capability::Top,
            "SkipSupported" => Capability::Skip,
            _ => return None,
        })
    }
}

/// All restrictions of a model.
pub fn restrictions(model: &Model) -> Vec<Restriction> {
    let mut found = Vec::new();
    let mut see = |of: Element, below: Option<&str>, annotations: &[Annotation]| {
        for annotation in annotations {
            if &*annotation.term.namespace == "Org.OData.Capabilities.V1" {
                let value = annotation.value.as_ref();
                let start = found.len();
                flags(&of, below, &annotation.term.name, value, &mut found);
                for restriction in &mut found[start..] {
                    restriction.is_qualified = annotation.qualifier.is_some();
                }
            }
        }
    };
    for schema in model.schemas.values() {
        see(Element::Other, None, &schema.annotations);
    }
    for (name, declared) in &model.types {
        see(Element::Type(name.clone()), None, declared.annotations());
        if let Type::Structured(structured) = declared {
            for property in structured.properties.values() {
                see(Element::Other, None, &property.annotations);
            }
            for (way, property) in &structured.navigation {
                let relation = Element::Relation(name.clone(), way.clone());
                see(relation, None, &property.annotations);
            }
        }
    }
    for operation in &model.operations {
        see(Element::Other, None, &operation.annotations);
        for parameter in &operation.parameters {
            see(Element::Other, None, &parameter.annotations);
        }
    }
    if let Some(container) = &model.container {
        see(Element::Other, None, &container.annotations);
        for (name, child) in &container.children {
            let entry = || Element::EntryPoint(name.clone());
            see(entry(), None, &child.annotations);
            for (path, annotations) in &child.below {
                see(entry(), Some(path), annotations);
            }
        }
    }
    found
}

/// The flags in a value. Those that say what is not required restrict nothing.
fn flags(
    of: &Element,
    below: Option<&str>,
    path: &str,
    value: Option<&Value>,
    found: &mut Vec<Restriction>,
) {
    let restriction = |below: Option<String>, item: Option<&str>| Restriction {
        of: of.clone(),
        below,
        item: item.map(str::to_owned),
        flag: path.to_owned(),
        is_qualified: false,
    };
    match value {
        Some(Value::Scalar(_, text)) if text.eq_ignore_ascii_case("false") => {
            let name = path.rsplit('/').next().unwrap_or(path);
            if !name.contains("Required") && !name.starts_with("Requires") {
                found.push(restriction(below.map(str::to_owned), None));
            }
        }
        Some(Value::Record(record)) => {
            for (name, value) in &record.properties {
                flags(of, below, &format!("{path}/{name}"), value.as_ref(), found);
            }
        }
        Some(Value::Collection(items)) if path == "NavigationRestrictions/RestrictedProperties" => {
            for record in items {
                restricted_property(of, below, record, found);
            }
        }
        Some(Value::Collection(items)) => {
            for item in items {
                match item {
                    Value::Scalar(_, text) if path.contains("/NonCountable") => {
                        found.push(restriction(Some(join(below, text)), None));
                    }
                    Value::Scalar(_, text) if path.contains("/Non") => {
                        found.push(restriction(below.map(str::to_owned), Some(text)));
                    }
                    Value::Record(_) => flags(of, below, path, Some(item), found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// What a record says of one way.
fn restricted_property(
    of: &Element,
    below: Option<&str>,
    record: &Value,
    found: &mut Vec<Restriction>,
) {
    let Value::Record(record) = record else {
        return;
    };
    let way = record.properties.get("NavigationProperty");
    let Some(Some(Value::Scalar(_, way))) = way else {
        return;
    };
    let below = join(below, way);
    for (name, value) in &record.properties {
        let path = match name.as_str() {
            "Referenceable" => "NavigationRestrictions/Referenceable",
            other => other,
        };
        flags(of, Some(&below), path, value.as_ref(), found);
    }
}

fn join(below: Option<&str>, path: &str) -> String {
    below.map_or_else(|| path.to_owned(), |below| format!("{below}/{path}"))
}
