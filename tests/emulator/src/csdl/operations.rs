//! Declarations of functions and actions.

use super::xml::Element;
use super::{Reader, required};
use crate::service::{Model, Operation, OperationKind, Parameter};

impl<'a> Reader<'a> {
    /// Reads the functions and actions of a schema; types are read before them.
    pub(super) fn operations(
        &self,
        schema: &'a Element<'a>,
        service: &mut Model,
    ) -> Result<(), String> {
        let namespace = schema.attribute("Namespace").unwrap_or_default();
        for child in &schema.children {
            let kind = match child.name.as_str() {
                "Function" => OperationKind::Function,
                "Action" => OperationKind::Action,
                _ => continue,
            };
            let operation = self.operation(child, namespace, kind, service)?;
            let overloads = service.operations.entry(operation.name.clone());
            overloads.or_default().push(operation);
        }
        Ok(())
    }

    fn operation(
        &self,
        declared: &'a Element<'a>,
        namespace: &str,
        kind: OperationKind,
        service: &Model,
    ) -> Result<Operation, String> {
        let name = required(declared, "Name")?.to_owned();
        let targets = self.targets(declared, &format!("{namespace}.{name}"))?;
        let mut parameters: Vec<&Element> = declared.children_named("Parameter").collect();
        let is_bound = declared.flag("IsBound", false) && !parameters.is_empty();
        let binding = match is_bound.then(|| parameters.remove(0)) {
            Some(first) => Some(self.names.type_ref(required(first, "Type")?)),
            None => None,
        };
        let returned = declared.children_named("ReturnType").next();
        let returns = match returned {
            Some(returned) => Some(self.names.type_ref(required(returned, "Type")?)),
            None => None,
        };
        Ok(Operation {
            kind,
            namespace: namespace.to_owned(),
            name,
            binding,
            composable: declared.flag("IsComposable", false),
            parameters: parameters
                .into_iter()
                .map(|parameter| self.parameter(parameter, &targets, service))
                .collect::<Result<_, _>>()?,
            returns,
        })
    }

    fn parameter(
        &self,
        declared: &'a Element<'a>,
        operation: &[String],
        service: &Model,
    ) -> Result<Parameter, String> {
        let name = required(declared, "Name")?.to_owned();
        let targets: Vec<String> = operation.iter().map(|o| format!("{o}/{name}")).collect();
        let annotations = self.annotations.of(declared, &targets);
        let (optional, default) = annotations.optional();
        let ty = self.names.type_ref(required(declared, "Type")?);
        Ok(Parameter {
            ty: service.value_type(&ty),
            item: ty,
            nullable: declared.flag("Nullable", true),
            optional,
            default,
            allowed: annotations.allowed_values(),
            name,
        })
    }

    /// The targets that mean an operation: its overload with all types or with the binding type
    /// alone, and its name, which covers every overload.
    fn targets(&self, declared: &Element, name: &str) -> Result<Vec<String>, String> {
        let types = declared
            .children_named("Parameter")
            .map(|parameter| {
                Ok(self
                    .names
                    .type_ref(required(parameter, "Type")?)
                    .to_string())
            })
            .collect::<Result<Vec<_>, String>>()?;
        let first = types.first().cloned().unwrap_or_default();
        Ok(vec![
            format!("{name}({})", types.join(",")),
            format!("{name}({first})"),
            name.to_owned(),
        ])
    }
}
