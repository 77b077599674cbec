//! Reads CSDL documents (OData CSDL XML 4.01). The reader is the emulator's own on purpose: what a
//! client's generator misreads is not misread the same way here.

mod annotations;
mod kept;
mod names;
mod operations;
mod types;
mod xml;

use annotations::Annotations;
use names::Names;
use xml::Element;

use crate::service::{EntryPoint, Import, Model, OperationKind, TypeRef};

/// What these documents declare.
pub(crate) fn read(metadata: &str, annotations: &[String]) -> Result<Model, String> {
    let mut documents = vec![document("metadata", metadata)?];
    for text in annotations {
        documents.push(document("annotations", text)?);
    }
    let schemas: Vec<&Element> = documents
        .iter()
        .flat_map(|document| document.children_named("DataServices"))
        .flat_map(|services| services.children_named("Schema"))
        .collect();
    let names = Names::collect(&documents, &schemas);
    let reader = Reader {
        names: &names,
        annotations: Annotations::collect(&names, &schemas),
    };
    let mut service = Model::default();
    for schema in &schemas {
        reader.types(schema, &mut service)?;
        if let (Some(alias), Some(name)) =
            (schema.attribute("Alias"), schema.attribute("Namespace"))
        {
            service.aliases.insert(alias.to_owned(), name.to_owned());
        }
    }
    for schema in &schemas {
        reader.operations(schema, &mut service)?;
        for container in schema.children_named("EntityContainer") {
            reader.container(container, &mut service)?;
        }
    }
    reader.refuse_undeclared(&schemas, &service)?;
    Ok(service)
}

fn document<'a>(name: &'a str, text: &'a str) -> Result<Element<'a>, String> {
    let root = xml::read(name, text)?;
    if root.name != "Edmx" {
        let found = &root.name;
        return Err(format!(
            "{}: '{found}' is no CSDL document's root, Edmx is",
            root.place
        ));
    }
    Ok(root)
}

/// What the parts of the reader share.
struct Reader<'a> {
    names: &'a Names,
    annotations: Annotations<'a>,
}

impl<'a> Reader<'a> {
    fn container(&self, container: &Element, service: &mut Model) -> Result<(), String> {
        for child in &container.children {
            match child.name.as_str() {
                "EntitySet" | "Singleton" => {
                    let collection = child.name == "EntitySet";
                    let attribute = if collection { "EntityType" } else { "Type" };
                    let entry = EntryPoint {
                        ty: TypeRef {
                            name: self.names.full(required(child, attribute)?),
                            collection,
                        },
                        bindings: self.bindings(child)?,
                    };
                    let name = required(child, "Name")?.to_owned();
                    service.entry_points.insert(name, entry);
                }
                "FunctionImport" | "ActionImport" => {
                    let (kind, attribute) = match child.name.as_str() {
                        "FunctionImport" => (OperationKind::Function, "Function"),
                        _ => (OperationKind::Action, "Action"),
                    };
                    let operation = self.names.full(required(child, attribute)?);
                    let name = required(child, "Name")?.to_owned();
                    service.imports.insert(name, Import { kind, operation });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Where navigation properties of an entry point lead: target by path, casts left out.
    fn bindings(&self, entry: &Element) -> Result<Vec<(String, String)>, String> {
        entry
            .children_named("NavigationPropertyBinding")
            .map(|binding| {
                let path = required(binding, "Path")?.split('/');
                let path: Vec<&str> = path.filter(|part| !part.contains('.')).collect();
                let target = required(binding, "Target")?.to_owned();
                Ok((path.join("/"), target))
            })
            .collect()
    }

    /// Types that are used must be declared, here or in a document that is referred to.
    fn refuse_undeclared(&self, schemas: &[&Element], service: &Model) -> Result<(), String> {
        fn visit(reader: &Reader<'_>, element: &Element, service: &Model) -> Result<(), String> {
            if matches!(element.name.as_str(), "Annotation" | "Annotations" | "Term") {
                return Ok(());
            }
            for attribute in ["Type", "BaseType", "EntityType", "UnderlyingType"] {
                if let Some(written) = element.attribute(attribute) {
                    let ty = reader.names.type_ref(written);
                    let namespace = ty.name.rsplit_once('.').map_or("", |(prefix, _)| prefix);
                    let is_foreign = reader.names.included.iter().any(|n| n == namespace);
                    if namespace != "Edm" && !is_foreign && !service.is_declared(&ty.name) {
                        return Err(format!(
                            "{}: the type '{written}' is not declared",
                            element.place
                        ));
                    }
                }
            }
            element
                .children
                .iter()
                .try_for_each(|child| visit(reader, child, service))
        }
        schemas
            .iter()
            .flat_map(|schema| &schema.children)
            .try_for_each(|child| visit(self, child, service))
    }
}

fn required<'e>(element: &'e Element, attribute: &str) -> Result<&'e str, String> {
    element.attribute(attribute).ok_or_else(|| {
        format!(
            "{}: <{}> has no attribute '{attribute}'",
            element.place, element.name
        )
    })
}

#[cfg(test)]
mod tests;
