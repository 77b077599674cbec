//! CSDL JSON → the elements that CSDL XML has for the same.
//!
//! Schemas are handed on declaration by declaration, so that no tree of all of a document is held.

mod annotations;
mod declarations;
mod grammar;
mod head;
mod object;
mod refusal;
mod value;

pub(super) use head::{other_than_csdl, references};

use super::element::{Attribute, Element, SchemaVisitor};
use super::limits::Limits;
use super::namespaces::Namespaces;
use super::text::{forbidden, span_in};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use annotations::Annotations;
use head::Head;
use object::{Translator, attribute, element};
use std::borrow::Cow;
use value::{Data, Member, Name, Reader};

/// Reads the document's object; what schemas hold is given to `visitor` and not kept.
pub(super) fn read<'a>(
    sources: &'a Sources,
    id: SourceId,
    limits: &Limits,
    visitor: &mut dyn SchemaVisitor<'a>,
) -> Result<Element<'a>, Diagnostic> {
    let text = sources.get(id).text();
    if let Some((at, character)) = forbidden(text) {
        let end = at + character.len_utf8();
        return Err(refusal::forbidden_raw(
            character,
            span_in(id, text, at, end),
        ));
    }
    let mut reader = Reader::new(text, id, limits);
    let start = reader
        .peek()
        .map_or(span_in(id, text, 0, 0), |(_, span)| span);
    match Head::of(text) {
        Head::Csdl => {}
        other => {
            // What is not even JSON is told as such.
            reader.object(&mut |reader, name| {
                reader.declaration(name.span)?;
                reader.value().map(|_| ())
            })?;
            reader.end()?;
            return Err(refusal::not_csdl(&other, start));
        }
    }
    let mut document = DocumentReader {
        visitor,
        root: element("Edmx", start),
    };
    reader.object(&mut |reader, name| document.member(reader, name))?;
    reader.end()?;
    Ok(document.root)
}

struct DocumentReader<'a, 'v> {
    visitor: &'v mut dyn SchemaVisitor<'a>,
    root: Element<'a>,
}

impl<'a> DocumentReader<'a, '_> {
    fn translator(&mut self) -> Translator<'_> {
        Translator {
            diagnostics: self.visitor.diagnostics(),
        }
    }

    /// A member of the document.
    fn member(&mut self, reader: &mut Reader<'a, '_>, name: Name<'a>) -> Result<(), Diagnostic> {
        match &*name.text {
            "$Reference" => self.references(reader, name),
            "$Version" => {
                let version = member(reader, name)?;
                self.version(&version)
            }
            "$EntityContainer" => {
                let container = member(reader, name)?;
                if !matches!(container.value.data, Data::String(_)) {
                    let expected = "expected the qualified name of the entity container";
                    self.translator().tolerated(&container, expected);
                }
                Ok(())
            }
            text if text.starts_with('$') || text.contains('@') => {
                let known = grammar::DOCUMENT.iter().copied();
                let found = member(reader, name)?;
                self.translator().unexpected("a document", &found, known);
                Ok(())
            }
            _ => self.schema(reader, name),
        }
    }

    fn version(&mut self, version: &Member<'a>) -> Result<(), Diagnostic> {
        let text = match &version.value.data {
            Data::String(text) => text.clone(),
            Data::Number(number) => {
                let expected = "expected a string";
                self.translator().tolerated(version, expected);
                Cow::Borrowed(*number)
            }
            _ => {
                self.translator().wrong(version, "expected a string");
                return Ok(());
            }
        };
        if ["1.0", "2.0", "3.0"].contains(&text.trim()) {
            return Err(refusal::old_version(&text, version.value.span));
        }
        self.root.attributes.push(Attribute {
            name: "Version",
            name_span: version.name_span,
            value: text,
            span: version.value.span,
        });
        Ok(())
    }

    /// The name of a member that holds an object. Anything else that it holds is reported and skipped.
    fn of_object(
        &mut self,
        reader: &mut Reader<'a, '_>,
        name: Name<'a>,
        expected: &str,
    ) -> Result<Option<Name<'a>>, Diagnostic> {
        if matches!(reader.peek(), Some((b'{', _))) {
            return Ok(Some(name));
        }
        let found = member(reader, name)?;
        self.translator().wrong(&found, expected);
        Ok(None)
    }

    fn references(
        &mut self,
        reader: &mut Reader<'a, '_>,
        name: Name<'a>,
    ) -> Result<(), Diagnostic> {
        if self
            .of_object(reader, name, "expected an object")?
            .is_none()
        {
            return Ok(());
        }
        reader.object(&mut |reader, uri| {
            let uri = member(reader, uri)?;
            reader.keep();
            let reference = self.translator().reference(&uri);
            self.root.children.extend(reference);
            Ok(())
        })?;
        Ok(())
    }

    fn schema(&mut self, reader: &mut Reader<'a, '_>, name: Name<'a>) -> Result<(), Diagnostic> {
        let Some(name) = self.of_object(reader, name, "expected the object of a schema")? else {
            return Ok(());
        };
        reader.declaration(name.span)?;
        let mut schema = element("Schema", name.span);
        schema.attributes.push(Attribute {
            name: "Namespace",
            name_span: name.span,
            value: name.text,
            span: name.span,
        });
        self.visitor.schema(&schema, &Namespaces::default());
        let mut annotations = Vec::new();
        reader.object(&mut |reader, name| match &*name.text {
            "$Alias" => {
                let alias = member(reader, name)?;
                self.alias(&alias);
                Ok(())
            }
            "$Annotations" => self.external_annotations(reader, name),
            text if text.contains('@') => {
                reader.declaration(name.span)?;
                annotations.push(member(reader, name)?);
                reader.keep();
                Ok(())
            }
            text if text.starts_with('$') => {
                let found = member(reader, name)?;
                let known = grammar::SCHEMA.iter().copied();
                self.translator().unexpected("a schema", &found, known);
                Ok(())
            }
            _ => self.declaration(reader, name),
        })?;
        let by_target = Annotations::of(&annotations);
        let mut translator = self.translator();
        let elements = translator.annotations(&by_target, "");
        translator.check_targets(&by_target, &annotations);
        for annotation in &elements {
            self.visitor.schema_child(annotation);
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Member<'a>) {
        match &alias.value.data {
            Data::String(text) => {
                let mut schema = element("Schema", alias.name_span);
                let alias = attribute("Alias", text.clone(), alias.value.span);
                schema.attributes.push(alias);
                self.visitor.schema_alias(&schema);
            }
            _ => self.translator().wrong(alias, "expected a string"),
        }
    }

    fn external_annotations(
        &mut self,
        reader: &mut Reader<'a, '_>,
        name: Name<'a>,
    ) -> Result<(), Diagnostic> {
        if self
            .of_object(reader, name, "expected an object")?
            .is_none()
        {
            return Ok(());
        }
        reader.object(&mut |reader, target| {
            reader.declaration(target.span)?;
            let target = member(reader, target)?;
            if let Some(annotations) = self.translator().external(&target) {
                self.visitor.schema_child(&annotations);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// A declaration, or the overloads of one.
    fn declaration(
        &mut self,
        reader: &mut Reader<'a, '_>,
        name: Name<'a>,
    ) -> Result<(), Diagnostic> {
        if !matches!(reader.peek(), Some((b'[', _))) {
            reader.declaration(name.span)?;
            let declared = member(reader, name)?;
            if let Some(declaration) = self.translator().declaration(&declared) {
                self.visitor.schema_child(&declaration);
            }
            return Ok(());
        }
        reader.array(&mut |reader| {
            reader.declaration(name.span)?;
            let overload = Member {
                name: name.text.clone(),
                name_span: name.span,
                value: reader.value()?,
            };
            if let Some(operation) = self.translator().overload(&overload) {
                self.visitor.schema_child(&operation);
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// The member whose name was read, with its value.
fn member<'a>(reader: &mut Reader<'a, '_>, name: Name<'a>) -> Result<Member<'a>, Diagnostic> {
    Ok(Member {
        value: reader.value()?,
        name: name.text,
        name_span: name.span,
    })
}
