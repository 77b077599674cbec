//! Any CSDL document in which names refer to what is there, so that most of them are not refused.

use crate::emitted::HOSTILE;
use crate::goes_on;
use arbitrary::{Arbitrary, Result, Unstructured};
use quick_xml::escape::escape;
use std::collections::BTreeSet;

/// Names that a generator can stumble over.
const NAMES: &str = include_str!("../../../tests/fixtures/obstacle_course/names.txt");

const NAMESPACES: &[&str] = &[
    "shop",
    "shop.model",
    "self",
    "std",
    "crate.core",
    "Org.Shop",
    "a.b.c",
];

const PRIMITIVES: &[&str] = &[
    "Binary",
    "Boolean",
    "Byte",
    "Date",
    "DateTimeOffset",
    "Decimal",
    "Double",
    "Duration",
    "Guid",
    "Int16",
    "Int32",
    "Int64",
    "SByte",
    "Single",
    "Stream",
    "String",
    "TimeOfDay",
    "GeographyPoint",
    "GeometryPolygon",
    "Untyped",
    "PrimitiveType",
    "ComplexType",
];

/// What can be said of an element, `{}` standing for some text.
const ANNOTATIONS: &[&str] = &[
    r#"<Annotation Term="Core.Description" String="{}"/>"#,
    r#"<Annotation Term="Core.LongDescription" String="{}"/>"#,
    r#"<Annotation Term="Core.Computed" Bool="true"/>"#,
    r#"<Annotation Term="Core.Immutable"/>"#,
    r#"<Annotation Term="Core.OptionalParameter"/>"#,
    r#"<Annotation Term="Core.OptionalParameter"><Record><PropertyValue Property="DefaultValue" String="{}"/></Record></Annotation>"#,
    r#"<Annotation Term="Core.Revisions"><Collection><Record><PropertyValue Property="Kind" EnumMember="Core.RevisionKind/Deprecated"/><PropertyValue Property="Description" String="{}"/></Record></Collection></Annotation>"#,
    r#"<Annotation Term="Validation.AllowedValues"><Collection><Record><PropertyValue Property="Value" String="{}"/></Record><Record><PropertyValue Property="Value" String="{}"/></Record></Collection></Annotation>"#,
    r#"<Annotation Term="Capabilities.InsertRestrictions"><Record><PropertyValue Property="Insertable" Bool="false"/><PropertyValue Property="Description" String="{}"/></Record></Annotation>"#,
    r#"<Annotation Term="Capabilities.UpdateRestrictions"><Record><PropertyValue Property="UpdateMethod"><EnumMember>Capabilities.HttpMethod/PUT</EnumMember></PropertyValue></Record></Annotation>"#,
    r#"<Annotation Term="Capabilities.DeleteRestrictions"><Record><PropertyValue Property="Deletable" Bool="false"/></Record></Annotation>"#,
    r#"<Annotation Term="Capabilities.ReadRestrictions"><Record><PropertyValue Property="Readable" Bool="false"/></Record></Annotation>"#,
    r#"<Annotation Term="Capabilities.OperationRestrictions"><Record><PropertyValue Property="Permissions"><Collection><Record><PropertyValue Property="SchemeName" String="{}"/><PropertyValue Property="Scopes"><Collection><Record><PropertyValue Property="Scope" String="{}"/></Record></Collection></PropertyValue></Record></Collection></PropertyValue></Record></Annotation>"#,
    r#"<Annotation Term="Unknown.Term" Qualifier="q" String="{}"/>"#,
];

/// A document, and a number for the order that its declarations are put into.
#[derive(Debug)]
pub struct Document {
    /// CSDL.
    pub text: String,
    /// Not zero.
    pub seed: u64,
}

impl<'a> Arbitrary<'a> for Document {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let seed = u64::from(u8::arbitrary(u)?) + 1;
        let first = *u.choose(NAMESPACES)?;
        let second = *u.choose(NAMESPACES)?;
        let mut writer = Writer::new(u);
        let mut schemas = writer.schema(first, true)?;
        if second != first {
            schemas.push_str(&writer.schema(second, false)?);
        }
        let text = format!(
            r#"<edmx:Edmx Version="4.01" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">{}<edmx:DataServices>{schemas}</edmx:DataServices></edmx:Edmx>"#,
            ["Core", "Capabilities", "Validation"]
                .map(reference)
                .concat(),
        );
        Ok(Self { text, seed })
    }
}

fn reference(vocabulary: &str) -> String {
    format!(
        r#"<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.{vocabulary}.V1.xml"><edmx:Include Namespace="Org.OData.{vocabulary}.V1" Alias="{vocabulary}"/></edmx:Reference>"#
    )
}

#[derive(Clone, Copy, PartialEq, Eq, Arbitrary)]
enum Kind {
    Enum,
    Definition,
    Complex,
    Entity,
}

/// A type that is declared.
struct Declared {
    kind: Kind,
    /// Qualified.
    name: String,
    /// The names of its members, inherited ones included.
    members: BTreeSet<String>,
}

struct Writer<'u, 'a> {
    u: &'u mut Unstructured<'a>,
    types: Vec<Declared>,
    /// Unbound functions and actions, qualified.
    functions: Vec<String>,
    actions: Vec<String>,
}

impl<'u, 'a> Writer<'u, 'a> {
    fn new(u: &'u mut Unstructured<'a>) -> Self {
        Self {
            u,
            types: Vec::new(),
            functions: Vec::new(),
            actions: Vec::new(),
        }
    }

    fn schema(&mut self, namespace: &str, has_container: bool) -> Result<String> {
        let mut names = BTreeSet::new();
        let mut content = String::new();
        while goes_on(self.u)? {
            let name = self.name(&mut names)?;
            content.push_str(&self.declared_type(namespace, &name)?);
        }
        while goes_on(self.u)? {
            // Overloads have one name.
            let name = match names.last().filter(|_| self.u.ratio(1, 4).unwrap_or(false)) {
                Some(last) => last.clone(),
                None => self.name(&mut names)?,
            };
            content.push_str(&self.operation(namespace, &name)?);
        }
        if has_container {
            let name = self.name(&mut names)?;
            content.push_str(&self.container(&name)?);
        }
        Ok(format!(
            r#"<Schema Namespace="{namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">{content}</Schema>"#
        ))
    }

    /// A name that is not among these, and now is; escaped.
    fn name(&mut self, names: &mut BTreeSet<String>) -> Result<String> {
        let text = match self.u.int_in_range(0..=63)? {
            // White space around it would not count.
            0 => escape(self.text()?.trim()).into_owned(),
            1 => escape(self.string()?.trim()).into_owned(),
            _ => {
                let lines = NAMES
                    .lines()
                    .filter(|line| !line.is_empty() && !line.starts_with('#'));
                let lines: Vec<_> = lines.collect();
                (*self.u.choose(&lines)?).to_owned()
            }
        };
        let mut name = text.clone();
        let mut number = 1;
        while !names.insert(name.clone()) {
            number += 1;
            name = format!("{text}{number}");
        }
        Ok(name)
    }

    /// Some text that XML can hold.
    fn text(&mut self) -> Result<String> {
        let (before, after) = (*self.u.choose(HOSTILE)?, *self.u.choose(HOSTILE)?);
        Ok(match self.u.int_in_range(0..=2)? {
            0 => before.to_owned(),
            1 => self.string()?,
            _ => format!("{before}{}{after}", self.string()?),
        })
    }

    fn string(&mut self) -> Result<String> {
        let is_xml = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        let text = String::arbitrary(self.u)?;
        Ok(text.chars().filter(is_xml).collect())
    }

    /// Annotations of different terms; of two of the same the later counts, whatever the order.
    fn annotations(&mut self) -> Result<String> {
        let mut annotations = String::new();
        let mut terms = BTreeSet::new();
        while !self.u.is_empty() && self.u.ratio(1, 4)? {
            let template = *self.u.choose(ANNOTATIONS)?;
            if !terms.insert(template.split('"').nth(1)) {
                continue;
            }
            for (index, part) in template.split("{}").enumerate() {
                if index > 0 {
                    annotations.push_str(&escape(self.text()?));
                }
                annotations.push_str(part);
            }
        }
        Ok(annotations)
    }

    fn declared_type(&mut self, namespace: &str, name: &str) -> Result<String> {
        let kind = Kind::arbitrary(self.u)?;
        let mut members = BTreeSet::new();
        let annotations = self.annotations()?;
        let xml = match kind {
            Kind::Enum => self.enumeration(name, &annotations, &mut members)?,
            Kind::Definition => format!(
                r#"<TypeDefinition Name="{name}" UnderlyingType="Edm.{}">{annotations}</TypeDefinition>"#,
                self.u.choose(&PRIMITIVES[..14])?
            ),
            Kind::Complex => {
                self.structured("ComplexType", kind, name, &annotations, &mut members)?
            }
            Kind::Entity => {
                self.structured("EntityType", kind, name, &annotations, &mut members)?
            }
        };
        self.types.push(Declared {
            kind,
            name: format!("{namespace}.{name}"),
            members,
        });
        Ok(xml)
    }

    fn enumeration(
        &mut self,
        name: &str,
        annotations: &str,
        members: &mut BTreeSet<String>,
    ) -> Result<String> {
        let mut content = annotations.to_owned();
        let is_flags = bool::arbitrary(self.u)?;
        while goes_on(self.u)? {
            let value = 1_u64 << members.len().min(60);
            let member = self.name(members)?;
            let said = self.annotations()?;
            content.push_str(&format!(
                r#"<Member Name="{member}" Value="{value}">{said}</Member>"#
            ));
        }
        Ok(format!(
            r#"<EnumType Name="{name}" IsFlags="{is_flags}">{content}</EnumType>"#
        ))
    }

    fn structured(
        &mut self,
        element: &str,
        kind: Kind,
        name: &str,
        annotations: &str,
        members: &mut BTreeSet<String>,
    ) -> Result<String> {
        let mut attributes = String::new();
        let mut content = annotations.to_owned();
        for attribute in ["Abstract", "OpenType", "HasStream"] {
            let is_for_all = attribute != "HasStream" || kind == Kind::Entity;
            if is_for_all && self.u.ratio(1, 8)? {
                attributes.push_str(&format!(r#" {attribute}="true""#));
            }
        }
        match self.base(kind)? {
            Some(base) => {
                attributes.push_str(&format!(r#" BaseType="{}""#, self.types[base].name));
                members.extend(self.types[base].members.iter().cloned());
            }
            None if kind == Kind::Entity => {
                let key = self.name(members)?;
                content.push_str(&format!(
                    r#"<Key><PropertyRef Name="{key}"/></Key><Property Name="{key}" Type="Edm.String" Nullable="false"/>"#
                ));
            }
            None => {}
        }
        while goes_on(self.u)? {
            content.push_str(&self.property(members)?);
        }
        Ok(format!(
            r#"<{element} Name="{name}"{attributes}>{content}</{element}>"#
        ))
    }

    /// A type that is declared already, or none.
    fn base(&mut self, kind: Kind) -> Result<Option<usize>> {
        if self.u.ratio(1, 2)? {
            return Ok(None);
        }
        self.any_of(&[kind])
    }

    fn any_of(&mut self, kinds: &[Kind]) -> Result<Option<usize>> {
        let types = self.types.iter().enumerate();
        let fitting = types.filter(|(_, declared)| kinds.contains(&declared.kind));
        let fitting: Vec<_> = fitting.map(|(index, _)| index).collect();
        match fitting.is_empty() {
            true => Ok(None),
            false => Ok(Some(*self.u.choose(&fitting)?)),
        }
    }

    fn property(&mut self, members: &mut BTreeSet<String>) -> Result<String> {
        let name = self.name(members)?;
        let said = self.annotations()?;
        if self.u.ratio(1, 3)?
            && let Some(target) = self.any_of(&[Kind::Entity])?
        {
            let ty = self.collected(&self.types[target].name.clone())?;
            let contains = bool::arbitrary(self.u)?;
            return Ok(format!(
                r#"<NavigationProperty Name="{name}" Type="{ty}" ContainsTarget="{contains}">{said}</NavigationProperty>"#
            ));
        }
        let ty = self.value_type(&[Kind::Enum, Kind::Definition, Kind::Complex])?;
        let nullable = bool::arbitrary(self.u)?;
        let default = match self.u.ratio(1, 8)? {
            true => format!(r#" DefaultValue="{}""#, escape(self.text()?)),
            false => String::new(),
        };
        Ok(format!(
            r#"<Property Name="{name}" Type="{ty}" Nullable="{nullable}"{default}>{said}</Property>"#
        ))
    }

    fn value_type(&mut self, kinds: &[Kind]) -> Result<String> {
        let name = match self.u.ratio(1, 2)? {
            true => self
                .any_of(kinds)?
                .map(|index| self.types[index].name.clone()),
            false => None,
        };
        let name = match name {
            Some(name) => name,
            None => format!("Edm.{}", self.u.choose(PRIMITIVES)?),
        };
        self.collected(&name)
    }

    fn collected(&mut self, name: &str) -> Result<String> {
        Ok(match self.u.ratio(1, 3)? {
            true => format!("Collection({name})"),
            false => name.to_owned(),
        })
    }

    fn operation(&mut self, namespace: &str, name: &str) -> Result<String> {
        let all = [Kind::Enum, Kind::Definition, Kind::Complex, Kind::Entity];
        let is_function = bool::arbitrary(self.u)?;
        let mut names = BTreeSet::new();
        let mut content = self.annotations()?;
        let binding = match self.u.ratio(3, 4)? {
            true => self.any_of(&[Kind::Complex, Kind::Entity])?,
            false => None,
        };
        if let Some(binding) = binding {
            let ty = self.collected(&self.types[binding].name.clone())?;
            let parameter = self.name(&mut names)?;
            content.push_str(&format!(
                r#"<Parameter Name="{parameter}" Type="{ty}" Nullable="false"/>"#
            ));
        } else {
            let operations = if is_function {
                &mut self.functions
            } else {
                &mut self.actions
            };
            operations.push(format!("{namespace}.{name}"));
        }
        while goes_on(self.u)? {
            let (parameter, ty) = (self.name(&mut names)?, self.value_type(&all)?);
            let (nullable, said) = (bool::arbitrary(self.u)?, self.annotations()?);
            content.push_str(&format!(
                r#"<Parameter Name="{parameter}" Type="{ty}" Nullable="{nullable}">{said}</Parameter>"#
            ));
        }
        if is_function || bool::arbitrary(self.u)? {
            let ty = self.value_type(&all)?;
            content.push_str(&format!(r#"<ReturnType Type="{ty}"/>"#));
        }
        let element = if is_function { "Function" } else { "Action" };
        let is_composable = is_function && bool::arbitrary(self.u)?;
        let composable = if is_composable {
            r#" IsComposable="true""#
        } else {
            ""
        };
        let is_bound = binding.is_some();
        Ok(format!(
            r#"<{element} Name="{name}" IsBound="{is_bound}"{composable}>{content}</{element}>"#
        ))
    }

    fn container(&mut self, name: &str) -> Result<String> {
        let mut names = BTreeSet::new();
        let mut content = String::new();
        let entities = self
            .types
            .iter()
            .filter(|declared| declared.kind == Kind::Entity);
        let entities: Vec<_> = entities.map(|declared| declared.name.clone()).collect();
        for ty in entities {
            let (set, said) = (self.name(&mut names)?, self.annotations()?);
            content.push_str(&match bool::arbitrary(self.u)? {
                true => format!(r#"<EntitySet Name="{set}" EntityType="{ty}">{said}</EntitySet>"#),
                false => format!(r#"<Singleton Name="{set}" Type="{ty}">{said}</Singleton>"#),
            });
        }
        for function in std::mem::take(&mut self.functions) {
            let import = self.name(&mut names)?;
            content.push_str(&format!(
                r#"<FunctionImport Name="{import}" Function="{function}"/>"#
            ));
        }
        for action in std::mem::take(&mut self.actions) {
            let import = self.name(&mut names)?;
            content.push_str(&format!(
                r#"<ActionImport Name="{import}" Action="{action}"/>"#
            ));
        }
        Ok(format!(
            r#"<EntityContainer Name="{name}">{content}</EntityContainer>"#
        ))
    }
}
