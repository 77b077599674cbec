//! Elements → syntax tree.

use super::ast::*;
use super::attributes::Parser;
use super::element::{Element, Notation, SchemaVisitor};
use super::expression;
use super::namespaces::Namespaces;
use super::outline::{self, Outlines};
use super::shape;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Text;
use std::ops::Range;

/// Makes the tree of a document while it is read.
pub(super) struct DocumentParser<'a, 'd> {
    parser: Parser<'d>,
    schemas: Vec<Schema<'a>>,
    /// How many children each of them has, understood or not.
    children: Vec<usize>,
    /// Whether the last schema could be read, so that its children belong to it.
    open: bool,
    /// Whether the document has a schema at all.
    any: bool,
    detail: Detail,
}

/// How much of a document is read at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Everything.
    Whole,
    /// Which types, operations and blocks of annotations there are, and all of the rest.
    Outline,
}

impl<'a, 'd> DocumentParser<'a, 'd> {
    pub fn new(notation: Notation, detail: Detail, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            parser: Parser {
                notation,
                diagnostics,
            },
            schemas: Vec::new(),
            children: Vec::new(),
            open: false,
            any: false,
            detail,
        }
    }

    /// The tree, if `root` is the root element of a CSDL document.
    pub fn finish(mut self, root: &Element<'a>) -> Option<Document<'a>> {
        if root.name != "Edmx" {
            self.parser.diagnostics.push(
                Diagnostic::error(Code::NotCsdl, "the document is not a CSDL document")
                    .at(root.span, format!("found `{}`", root.name))
                    .help("a schema must stand inside `edmx:Edmx` and `edmx:DataServices`"),
            );
            return None;
        }
        if !self.any {
            let expected = match self.parser.notation {
                Notation::Xml => "expected `DataServices` with a `Schema` in it",
                Notation::Json => "expected a member with the namespace and the object of a schema",
            };
            self.parser.diagnostics.push(
                Diagnostic::error(Code::NotCsdl, "the document has no schema")
                    .at(root.span, expected),
            );
        }
        self.parser.version(root);
        self.parser.check_shape(root);
        let references = self.parser.each(root, "Reference", Parser::reference);
        let childless = self.schemas.iter().zip(&self.children);
        for (schema, _) in childless.filter(|(_, children)| **children == 0) {
            let message = format!("the schema `{}` is empty", schema.namespace);
            let warning = Diagnostic::warning(Code::EmptyDeclaration, message);
            let label = "there is nothing to make code from";
            self.parser.diagnostics.push(warning.at(schema.span, label));
        }
        Some(Document {
            references,
            schemas: self.schemas,
            span: root.span,
        })
    }
}

impl<'a> DocumentParser<'a, '_> {
    /// Adds a declaration to a schema.
    pub fn child(&mut self, element: &Element<'a>, schema: &mut Schema<'a>) {
        self.parser.schema_child(element, schema);
    }

    /// Reports what is wrong with one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.parser.diagnostics.push(diagnostic);
    }
}

impl<'a> SchemaVisitor<'a> for DocumentParser<'a, '_> {
    fn schema(&mut self, element: &Element<'a>, namespaces: &Namespaces<'a>) {
        let mut schema = self.parser.schema(element);
        if let Some(schema) = &mut schema {
            schema.outlines = Outlines::new(namespaces);
        }
        self.open = schema.is_some();
        self.any = true;
        self.children.extend(schema.as_ref().map(|_| 0));
        self.schemas.extend(schema);
    }

    fn schema_alias(&mut self, element: &Element<'a>) {
        if let Some(schema) = self.schemas.last_mut().filter(|_| self.open) {
            schema.alias = self.parser.alias(element);
        }
    }

    fn diagnostics(&mut self) -> &mut Diagnostics {
        self.parser.diagnostics
    }

    fn outlines(&self, element: &Element<'a>) -> bool {
        self.detail == Detail::Outline && self.open && outline::is_enough(element)
    }

    fn outlined(&mut self, element: Element<'a>, bytes: Range<usize>, parameter: Option<Text<'a>>) {
        if let (Some(schema), Some(children)) = (self.schemas.last_mut(), self.children.last_mut())
        {
            *children += 1;
            schema.outlines.push(&element, bytes, parameter);
        }
    }

    fn schema_child(&mut self, element: &Element<'a>) {
        if let Some(schema) = self.schemas.last_mut().filter(|_| self.open) {
            if let Some(children) = self.children.last_mut() {
                *children += 1;
            }
            self.parser.schema_child(element, schema);
        }
    }
}

impl Parser<'_> {
    /// Reports what the standard does not have; in JSON that was done with the members.
    fn check_shape(&mut self, element: &Element<'_>) {
        if self.notation == Notation::Xml {
            shape::check(element, self.diagnostics);
        }
    }

    /// The document's version; a namespace of OData 4 says more than a wrong number.
    fn version(&mut self, root: &Element<'_>) {
        const KNOWN: &[&str] = &["4.0", "4.01", "4.02"];
        let expected = "expected `4.0` or `4.01`";
        match root.attribute("Version") {
            Some(version) if KNOWN.contains(&version.value.trim()) => {}
            Some(version) => self.invalid(version, expected, true),
            None => {
                let message = match self.notation {
                    Notation::Xml => "`Edmx` has no attribute `Version`",
                    Notation::Json => "the document has no member `$Version`",
                };
                let warning = Diagnostic::warning(Code::MissingAttribute, message);
                self.diagnostics.push(warning.at(root.span, expected));
            }
        }
    }

    fn reference<'a>(&mut self, element: &Element<'a>) -> Option<Reference<'a>> {
        let uri = self.required(element, "Uri")?;
        let includes = element
            .children_named("Include")
            .filter_map(|include| {
                let namespace = self.required(include, "Namespace")?;
                Some(Include {
                    namespace,
                    alias: self.alias(include),
                })
            })
            .collect();
        Some(Reference { uri, includes })
    }

    /// A schema without its children.
    fn schema<'a>(&mut self, element: &Element<'a>) -> Option<Schema<'a>> {
        let namespace = self.namespace(element)?;
        let alias = self.alias(element);
        Some(Schema::new(namespace, alias, element.span))
    }

    fn schema_child<'a>(&mut self, child: &Element<'a>, schema: &mut Schema<'a>) {
        use OperationKind::{Action, Function};
        use StructuredKind::{Complex, Entity};
        self.check_shape(child);
        match child.name {
            "EntityType" => schema
                .structured_types
                .extend(self.structured_type(child, Entity)),
            "ComplexType" => schema
                .structured_types
                .extend(self.structured_type(child, Complex)),
            "EnumType" => schema.enum_types.extend(self.enum_type(child)),
            "TypeDefinition" => schema.type_definitions.extend(self.type_definition(child)),
            "Function" => schema.operations.extend(self.operation(child, Function)),
            "Action" => schema.operations.extend(self.operation(child, Action)),
            "Term" => schema.terms.extend(self.term(child)),
            "EntityContainer" => schema.containers.extend(self.container(child)),
            "Annotations" => schema.external_annotations.extend(self.external(child)),
            "Annotation" => schema
                .annotations
                .extend(expression::annotation(self, child)),
            _ => shape::unexpected_in_schema(child, self.diagnostics),
        }
    }

    fn external<'a>(&mut self, element: &Element<'a>) -> Option<ExternalAnnotations<'a>> {
        let target = self.required(element, "Target")?;
        let qualifier = element
            .text_attribute("Qualifier")
            .map(|text| text.to_string());
        let mut annotations = self.annotations(element);
        for annotation in &mut annotations {
            annotation.qualifier = annotation.qualifier.take().or_else(|| qualifier.clone());
        }
        Some(ExternalAnnotations {
            target,
            annotations,
        })
    }

    fn structured_type<'a>(
        &mut self,
        element: &Element<'a>,
        kind: StructuredKind,
    ) -> Option<StructuredType<'a>> {
        let name = self.name(element)?;
        let mut keys = element.children_named("Key");
        let key = keys.next();
        if let Some(second) = keys.next() {
            let message = format!("the type `{name}` has two keys");
            let warning = Diagnostic::warning(Code::InvalidKey, message);
            let warning = warning.at(second.span, "this one and all further ones are ignored");
            self.diagnostics.push(warning);
        }
        let key = key
            .into_iter()
            .flat_map(|key| key.children_named("PropertyRef"))
            .filter_map(|part| {
                let name = self.required(part, "Name")?;
                Some(PropertyRef {
                    name,
                    alias: part.text_attribute("Alias"),
                })
            })
            .collect();
        Some(StructuredType {
            kind,
            name,
            base_type: element.text_attribute("BaseType"),
            is_abstract: self.flag(element, "Abstract"),
            is_open: self.flag(element, "OpenType"),
            has_stream: self.flag(element, "HasStream"),
            key,
            properties: self.each(element, "Property", Self::property),
            navigation_properties: self.each(
                element,
                "NavigationProperty",
                Self::navigation_property,
            ),
            annotations: self.annotations(element),
            span: element.span,
        })
    }

    fn property<'a>(&mut self, element: &Element<'a>) -> Option<Property<'a>> {
        Some(Property {
            name: self.name(element)?,
            type_name: self.required(element, "Type")?,
            nullable: self.boolean(element, "Nullable"),
            // White space is part of a default value, so it is not trimmed away.
            default_value: element.attribute("DefaultValue").map(|a| Text {
                value: a.value.clone(),
                span: a.span,
            }),
            facets: self.facets(element),
            annotations: self.annotations(element),
        })
    }

    fn navigation_property<'a>(&mut self, element: &Element<'a>) -> Option<NavigationProperty<'a>> {
        let referential_constraints = self.each(element, "ReferentialConstraint", |parser, e| {
            Some((
                parser.required(e, "Property")?,
                parser.required(e, "ReferencedProperty")?,
            ))
        });
        Some(NavigationProperty {
            name: self.name(element)?,
            type_name: self.required(element, "Type")?,
            nullable: self.boolean(element, "Nullable"),
            partner: element.text_attribute("Partner"),
            contains_target: self.flag(element, "ContainsTarget"),
            referential_constraints,
            on_delete: element
                .children_named("OnDelete")
                .find_map(|action| action.text_attribute("Action")),
            annotations: self.annotations(element),
        })
    }

    fn enum_type<'a>(&mut self, element: &Element<'a>) -> Option<EnumType<'a>> {
        Some(EnumType {
            name: self.name(element)?,
            underlying_type: element.text_attribute("UnderlyingType"),
            is_flags: self.flag(element, "IsFlags"),
            members: self.each(element, "Member", Self::enum_member),
            annotations: self.annotations(element),
            span: element.span,
        })
    }

    fn enum_member<'a>(&mut self, element: &Element<'a>) -> Option<EnumMember<'a>> {
        let name = self.name(element)?;
        let value = element.attribute("Value").and_then(|attribute| {
            let value = attribute.value.trim().parse().ok();
            if value.is_none() {
                // Names, not numbers, go over the wire.
                let expected = "expected a 64-bit integer; the next free number is taken";
                self.invalid(attribute, expected, true);
            }
            value
        });
        Some(EnumMember {
            name,
            value,
            annotations: self.annotations(element),
        })
    }

    fn type_definition<'a>(&mut self, element: &Element<'a>) -> Option<TypeDefinition<'a>> {
        Some(TypeDefinition {
            name: self.name(element)?,
            underlying_type: self.required(element, "UnderlyingType")?,
            facets: self.facets(element),
            annotations: self.annotations(element),
        })
    }

    fn operation<'a>(
        &mut self,
        element: &Element<'a>,
        kind: OperationKind,
    ) -> Option<Operation<'a>> {
        Some(Operation {
            kind,
            name: self.name(element)?,
            is_bound: self.flag(element, "IsBound"),
            is_composable: self.flag(element, "IsComposable"),
            entity_set_path: element.text_attribute("EntitySetPath"),
            parameters: self.each(element, "Parameter", Self::parameter),
            return_type: self.each(element, "ReturnType", Self::return_type).pop(),
            annotations: self.annotations(element),
            span: element.span,
        })
    }

    fn parameter<'a>(&mut self, element: &Element<'a>) -> Option<Parameter<'a>> {
        Some(Parameter {
            name: self.name(element)?,
            type_name: self.required(element, "Type")?,
            nullable: self.boolean(element, "Nullable"),
            facets: self.facets(element),
            annotations: self.annotations(element),
        })
    }

    fn return_type<'a>(&mut self, element: &Element<'a>) -> Option<ReturnType<'a>> {
        Some(ReturnType {
            type_name: self.required(element, "Type")?,
            nullable: self.boolean(element, "Nullable"),
            facets: self.facets(element),
            annotations: self.annotations(element),
        })
    }

    fn term<'a>(&mut self, element: &Element<'a>) -> Option<Term<'a>> {
        let name = self.name(element)?;
        Some(Term {
            name,
            type_name: element.text_attribute("Type"),
        })
    }

    fn container<'a>(&mut self, element: &Element<'a>) -> Option<EntityContainer<'a>> {
        let name = self.name(element)?;
        let mut children = Vec::new();
        for child in &element.children {
            match child.name {
                "EntitySet" => {
                    children.extend(self.entry(child, ContainerChildKind::EntitySet, "EntityType"))
                }
                "Singleton" => {
                    children.extend(self.entry(child, ContainerChildKind::Singleton, "Type"));
                }
                "FunctionImport" => children.extend(self.entry(
                    child,
                    ContainerChildKind::FunctionImport,
                    "Function",
                )),
                "ActionImport" => {
                    children.extend(self.entry(child, ContainerChildKind::ActionImport, "Action"));
                }
                // Annotations are read below, and what else there is was reported.
                _ => {}
            }
        }
        let extends = element.text_attribute("Extends");
        let annotations = self.annotations(element);
        Some(EntityContainer {
            name,
            extends,
            children,
            annotations,
            span: element.span,
        })
    }

    fn entry<'a>(
        &mut self,
        element: &Element<'a>,
        kind: ContainerChildKind,
        refers_to: &str,
    ) -> Option<ContainerChild<'a>> {
        Some(ContainerChild {
            kind,
            name: self.name(element)?,
            refers_to: self.required(element, refers_to)?,
            entity_set: element.text_attribute("EntitySet"),
            include_in_service_document: self.boolean(element, "IncludeInServiceDocument"),
            bindings: self.each(element, "NavigationPropertyBinding", |parser, e| {
                Some((parser.required(e, "Path")?, parser.required(e, "Target")?))
            }),
            annotations: self.annotations(element),
        })
    }
}
