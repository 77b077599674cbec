//! Declarations of types.

use super::xml::Element;
use super::{Reader, required};
use crate::service::{EnumMember, EnumType, KeyPart, Model, Navigation, Property, StructuredType};

impl<'a> Reader<'a> {
    /// Reads the types of a schema.
    pub(super) fn types(&self, schema: &'a Element<'a>, service: &mut Model) -> Result<(), String> {
        let namespace = schema.attribute("Namespace").unwrap_or_default();
        for child in &schema.children {
            let name = || required(child, "Name").map(|name| format!("{namespace}.{name}"));
            match child.name.as_str() {
                "EntityType" | "ComplexType" => {
                    let name = name()?;
                    let ty = self.structured(child, &name)?;
                    service.types.insert(name, ty);
                }
                "EnumType" => {
                    let ty = enum_type(child, name()?)?;
                    service.enums.insert(ty.name.clone(), ty);
                }
                "TypeDefinition" => {
                    let underlying = required(child, "UnderlyingType")?.to_owned();
                    if let Some(length) = max_length(child) {
                        service.max_lengths.insert(name()?, length);
                    }
                    service.definitions.insert(name()?, underlying);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn structured(&self, declared: &'a Element<'a>, name: &str) -> Result<StructuredType, String> {
        let mut ty = StructuredType {
            is_entity: declared.name == "EntityType",
            is_abstract: declared.flag("Abstract", false),
            base: declared
                .attribute("BaseType")
                .map(|base| self.names.full(base)),
            open: declared.flag("OpenType", false),
            has_stream: declared.flag("HasStream", false),
            ..StructuredType::default()
        };
        for property in declared.children_named("Property") {
            ty.properties.push(self.property(property, name)?);
        }
        for property in declared.children_named("NavigationProperty") {
            let navigation = Navigation {
                ty: self.names.type_ref(required(property, "Type")?),
                contained: property.flag("ContainsTarget", false),
            };
            let name = required(property, "Name")?.to_owned();
            ty.navigation.insert(name, navigation);
        }
        let parts = declared.children_named("Key");
        for part in parts.flat_map(|key| key.children_named("PropertyRef")) {
            let path = required(part, "Name")?.to_owned();
            let name = part.attribute("Alias").unwrap_or(&path).to_owned();
            ty.key.push(KeyPart { name, path });
        }
        let annotations = self.annotations.of(declared, &[name.to_owned()]);
        let part = |(name, path)| KeyPart { name, path };
        ty.alternate_keys = annotations
            .alternate_keys()
            .into_iter()
            .map(|key| key.into_iter().map(part).collect())
            .collect();
        Ok(ty)
    }

    fn property(&self, declared: &'a Element<'a>, owner: &str) -> Result<Property, String> {
        let name = required(declared, "Name")?.to_owned();
        let target = format!("{owner}/{name}");
        let annotations = self.annotations.of(declared, &[target]);
        Ok(Property {
            ty: self.names.type_ref(required(declared, "Type")?),
            nullable: declared.flag("Nullable", true),
            immutable: annotations.is_tagged("Immutable"),
            max_length: max_length(declared),
            read_only: annotations.is_tagged("Computed") || annotations.is_read_only(),
            name,
        })
    }
}

/// The facet of a property or type definition; "max" is no limit that a document knows.
fn max_length(declared: &Element) -> Option<usize> {
    declared.attribute("MaxLength")?.parse().ok()
}

fn enum_type(declared: &Element, name: String) -> Result<EnumType, String> {
    let flags = declared.flag("IsFlags", false);
    let mut members = Vec::new();
    // A member without a value has the one after the member before it, or the next bit.
    let mut next = i64::from(flags);
    for member in declared.children_named("Member") {
        let value = match member.attribute("Value") {
            Some(text) => text
                .trim()
                .parse()
                .map_err(|_| format!("{}: '{text}' is no value of an enumeration", member.place))?,
            None => next,
        };
        next = if flags {
            value.wrapping_mul(2)
        } else {
            value.wrapping_add(1)
        };
        let name = required(member, "Name")?.to_owned();
        members.push(EnumMember { name, value });
    }
    Ok(EnumType {
        name,
        flags,
        members,
    })
}
