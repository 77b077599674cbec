//! Where the metadata says something else than the service does: corrections from the
//! configuration, applied to the model before anything is made of it.
//!
//! The documents stay as the service publishes them, so that their changes can be seen.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::{
    ItemType, Model, Presence, Primitive, QualifiedName, StructuredKind, Type, TypeRef,
};
use crate::source::Span;

/// What the configuration says of the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections {
    /// Types that stand for others.
    pub types: Vec<Correction>,
    /// Types whose values are as complete as they are declared.
    pub trusted: Vec<TrustedType>,
    /// Types with items that are addressed by their paths.
    pub addressed: Vec<AddressedType>,
}

/// An entity type of whose resources items below them are addressed by their paths, as in
/// `/me/drive/root:/folder/file.txt:/content`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressedType {
    /// The type's name, qualified with its namespace.
    pub type_name: String,
    /// Where that stands in the configuration; `None` if it comes with a preset.
    pub span: Option<Span>,
    /// What stands before the path, and behind it.
    pub delimiter: char,
}

/// A complex type of which the service sends every property that is declared non-nullable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedType {
    /// The type's name, qualified with its namespace.
    pub type_name: String,
    /// Where that stands in the configuration; `None` if it comes with a preset.
    pub span: Option<Span>,
}

/// A type that the metadata uses in the place of a primitive one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The type's name, qualified with its namespace.
    pub type_name: String,
    /// Where that stands in the configuration; `None` if it comes with a preset.
    pub span: Option<Span>,
    /// What values of the type are in truth: the name of a type of the namespace `Edm`.
    pub stands_for: String,
    /// The operations whose results are meant, if nothing else is: a simple name, or the beginning
    /// of one and a `*`.
    pub returned_by: Option<String>,
}

/// Applies the corrections; one that changes nothing is reported.
pub fn correct(model: &mut Model, corrections: &Corrections, diagnostics: &mut Diagnostics) {
    for trusted in &corrections.trusted {
        trust(model, trusted, diagnostics);
    }
    for addressed in &corrections.addressed {
        address(model, addressed, diagnostics);
    }
    for correction in &corrections.types {
        let span = correction.span;
        let Some(primitive) = primitive(correction) else {
            let message = format!(
                "`{}` is no type of the namespace Edm",
                correction.stands_for
            );
            let error = Diagnostic::error(Code::InvalidConfig, message);
            diagnostics.push(error.at_known(span, "what this type stands for"));
            continue;
        };
        let type_name = QualifiedName::parse(&correction.type_name);
        let changed = type_name.map_or(0, |name| replace(model, correction, &name, primitive));
        if let Some(span) = span.filter(|_| changed == 0) {
            let warning =
                Diagnostic::warning(Code::InvalidConfig, "the correction changes nothing");
            let label = "the client's part of the metadata has no use of this type";
            diagnostics.push(warning.at(span, label));
        }
    }
}

/// Notes that values of a type are as complete as they are declared.
fn trust(model: &mut Model, trusted: &TrustedType, diagnostics: &mut Diagnostics) {
    let name = QualifiedName::parse(&trusted.type_name);
    let label = match name.and_then(|name| model.types.get_mut(&name)) {
        Some(Type::Structured(structured)) if structured.kind == StructuredKind::Complex => {
            structured.presence = Presence::Kept;
            return;
        }
        Some(Type::Structured(_)) => "an entity type: `$select` leaves out any of its properties",
        _ => "the client's part of the metadata has no complex type of this name",
    };
    // A preset is for all of a service, of which a client may have any part.
    if let Some(span) = trusted.span {
        let message = "the nullability of this type cannot be trusted";
        let warning = Diagnostic::warning(Code::InvalidConfig, message);
        diagnostics.push(warning.at(span, label));
    }
}

/// Notes that items below resources of a type are addressed by their paths.
fn address(model: &mut Model, addressed: &AddressedType, diagnostics: &mut Diagnostics) {
    let name = QualifiedName::parse(&addressed.type_name);
    let declared = name.and_then(|name| model.types.get_mut(&name));
    if let Some(Type::Structured(structured)) = declared
        && structured.kind == StructuredKind::Entity
    {
        structured.item_path_delimiter = Some(addressed.delimiter);
    } else if let Some(span) = addressed.span {
        let message = "nothing is addressed by its path from this type";
        let label = "the client's part of the metadata has no entity type of this name";
        let warning = Diagnostic::warning(Code::InvalidConfig, message);
        diagnostics.push(warning.at(span, label));
    }
}

fn primitive(correction: &Correction) -> Option<Primitive> {
    Primitive::from_name(correction.stands_for.strip_prefix("Edm.")?)
}

/// Puts the primitive type in the place of the other. Gives how often.
fn replace(
    model: &mut Model,
    correction: &Correction,
    name: &QualifiedName,
    primitive: Primitive,
) -> usize {
    let mut changed = 0;
    let mut replace = |type_ref: &mut TypeRef| {
        if type_ref.named() == Some(name) {
            type_ref.item = ItemType::Primitive(primitive);
            changed += 1;
        }
    };
    for operation in &mut model.operations {
        if correction.concerns(&operation.name.name)
            && let Some(returned) = &mut operation.return_type
        {
            replace(&mut returned.type_ref);
        }
    }
    if correction.returned_by.is_some() {
        return changed;
    }
    let parameters = model
        .operations
        .iter_mut()
        .flat_map(|operation| &mut operation.parameters);
    for parameter in parameters {
        replace(&mut parameter.type_ref);
    }
    for declared in model.types.values_mut() {
        if let Type::Structured(structured) = declared {
            for property in structured.properties.values_mut() {
                replace(&mut property.type_ref);
            }
        }
    }
    changed
}

impl Correction {
    /// Whether it is about the result of an operation of this name.
    fn concerns(&self, operation: &str) -> bool {
        match self
            .returned_by
            .as_deref()
            .map(|pattern| (pattern, pattern.strip_suffix('*')))
        {
            None => true,
            Some((_, Some(beginning))) => operation.starts_with(beginning),
            Some((name, None)) => operation == name,
        }
    }
}
