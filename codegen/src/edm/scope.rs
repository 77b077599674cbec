//! What a document's names refer to.

use super::declarations::{Declarations, Declared};
use super::names::{ItemType, Multiplicity, Primitive, QualifiedName, TypeRef};
use crate::csdl::ast::{Document, StructuredKind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::source::{Span, Text};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Namespaces, aliases and declarations that a document can refer to.
pub(super) struct Scope<'a> {
    /// Namespace by namespace and by alias.
    namespaces: BTreeMap<&'a str, Arc<str>>,
    /// Namespaces that the document includes; their declarations may be unknown.
    included: BTreeMap<&'a str, Span>,
    /// What all documents declare.
    declarations: &'a Declarations<'a>,
    /// Namespaces that were reported as missing, or as misspelt.
    reported: RefCell<BTreeSet<String>>,
}

impl<'a> Scope<'a> {
    /// The scope of one document; aliases hold in the whole of it (CSDL XML 4.01, section 5.2).
    pub fn new(
        document: &'a Document<'a>,
        declarations: &'a Declarations<'a>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut scope = Self {
            namespaces: BTreeMap::new(),
            included: BTreeMap::new(),
            declarations,
            reported: RefCell::default(),
        };
        let included = document
            .references
            .iter()
            .flat_map(|reference| &reference.includes);
        let includes = included.map(|include| (&include.namespace, include.alias.as_ref(), true));
        let schemas = document
            .schemas
            .iter()
            .map(|s| (&s.namespace, s.alias.as_ref(), false));
        for (namespace, alias, is_include) in includes.chain(schemas) {
            if is_include {
                scope.included.insert(namespace.as_str(), namespace.span);
            }
            let shared: Arc<str> = namespace.as_str().into();
            for name in std::iter::once(namespace).chain(alias) {
                scope.declare(name, &shared, diagnostics);
            }
        }
        scope
    }

    fn declare(&mut self, name: &'a Text, namespace: &Arc<str>, diagnostics: &mut Diagnostics) {
        match self.namespaces.get(name.as_str()) {
            Some(other) if other != namespace => {
                let message = format!("`{name}` stands for two namespaces");
                diagnostics.push(
                    Diagnostic::error(Code::NamespaceConflict, message)
                        .at(name.span, format!("it already stands for `{other}`"))
                        .help("give one of them another alias"),
                );
            }
            _ => {
                self.namespaces.insert(name.as_str(), namespace.clone());
            }
        }
    }

    /// The name in full. Split at the last dot: a namespace may itself be the name of a type.
    pub fn qualified(&self, text: &str) -> Option<QualifiedName> {
        let (qualifier, name) = text.trim().rsplit_once('.')?;
        if qualifier.is_empty() || name.is_empty() {
            return None;
        }
        let namespace = self.namespaces.get(qualifier);
        let known = self.known(namespace.map_or(qualifier, |known| known), name);
        Some(match known {
            Some((known, _)) => known.clone(),
            None => {
                let namespace = namespace.cloned().unwrap_or_else(|| qualifier.into());
                QualifiedName::new(namespace, name)
            }
        })
    }

    /// A path with the qualified names in its segments in full.
    pub fn path(&self, text: &str) -> String {
        let segments = text.split('/').map(|segment| {
            let (head, tail) = segment.split_at(segment.find('@').map_or(0, |at| at + 1));
            let (name, rest) = tail.split_at(tail.find(['(', '#']).unwrap_or(tail.len()));
            let full = self
                .qualified(name)
                .map_or_else(|| name.to_owned(), |q| q.to_string());
            format!("{head}{full}{rest}")
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// The declared type of a namespace and name.
    pub fn known(&self, namespace: &str, name: &str) -> Option<(&'a QualifiedName, Declared)> {
        self.declarations.index.get(&(namespace, name)).copied()
    }

    /// The declared type that a text names; one that is not declared is reported, with what comes of
    /// that.
    fn declared(
        &self,
        text: &Text<'_>,
        item: &str,
        consequence: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<(&'a QualifiedName, Declared)> {
        let item = item.trim();
        if let Some(expected) = self.no_name(item) {
            let message = format!("`{text}` is not the name of a type that can stand here");
            let warning = Diagnostic::warning(Code::UnresolvedReference, message);
            diagnostics.push(warning.at(text.span, format!("{expected}; {consequence}")));
            return None;
        }
        let Some((qualifier, name)) = item.rsplit_once('.') else {
            self.report_unqualified(text, item, consequence, diagnostics);
            return None;
        };
        let known = self.namespaces.get(qualifier);
        let namespace = known.map_or(qualifier, |known| known);
        let found = self.known(namespace, name);
        if found.is_some() {
            return found;
        }
        if self.declarations.namespaces.contains(namespace) {
            self.report_unresolved(text, item, consequence, diagnostics);
        } else {
            self.report_missing(text, namespace, diagnostics);
        }
        None
    }

    /// What is expected instead of a text that cannot be the name of a declared type.
    fn no_name(&self, item: &str) -> Option<&'static str> {
        let is_primitive = name_in_edm(item).is_some();
        if item.starts_with("Collection(") {
            Some("expected a type, not a collection")
        } else if is_primitive && !self.namespaces.contains_key("Edm") {
            Some("expected a type that a schema declares")
        } else {
            None
        }
    }

    /// The structured type that a text names, and whether it is an entity or a complex type.
    pub fn structured(
        &self,
        text: &Text<'_>,
        consequence: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<(QualifiedName, StructuredKind)> {
        let (name, kind) = self.declared(text, text.as_str(), consequence, diagnostics)?;
        if let Declared::Structured(kind) = kind {
            return Some((name.clone(), kind));
        }
        let message = format!("`{text}` is not an entity or complex type");
        diagnostics.push(
            Diagnostic::warning(Code::UnresolvedReference, message).at(text.span, consequence),
        );
        None
    }

    /// The declared type that a text names, as far as a start tag is to be understood: nothing is reported.
    fn outlined(&self, item: &str) -> Option<(&'a QualifiedName, Declared)> {
        let (qualifier, name) = item.trim().rsplit_once('.')?;
        let namespace = self.namespaces.get(qualifier);
        self.known(namespace.map_or(qualifier, |known| known), name)
    }

    /// The base type of an outlined one.
    pub fn outlined_base(&self, text: &Text<'_>, kind: StructuredKind) -> Option<QualifiedName> {
        let (name, declared) = self.outlined(text.as_str())?;
        (declared == Declared::Structured(kind)).then(|| name.clone())
    }

    /// The declared type that an outlined operation is bound to, or that values are of.
    pub fn outlined_type(&self, text: &Text<'_>) -> Option<TypeRef> {
        let (item, multiplicity) = split_collection(text.as_str());
        let (name, _) = self.outlined(item)?;
        let item = ItemType::Named(name.clone());
        Some(TypeRef { item, multiplicity })
    }

    /// The name of what a schema of this namespace declares.
    pub fn own(&self, namespace: &str, name: &str) -> QualifiedName {
        if let Some((known, _)) = self.known(namespace, name) {
            return known.clone();
        }
        let shared = self.namespaces.get(namespace);
        let namespace = shared.cloned().unwrap_or_else(|| namespace.into());
        QualifiedName::new(namespace, name)
    }

    /// The operation that a text names.
    pub fn operation(
        &self,
        text: &Text<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<QualifiedName> {
        let operations = &self.declarations.operations;
        let name = self.qualified(text.as_str());
        if let Some(name) = name.as_ref().filter(|name| operations.contains(name)) {
            return Some(name.clone());
        }
        if let Some(name) = &name
            && !self.declarations.namespaces.contains(&*name.namespace)
        {
            self.report_missing(text, &name.namespace, diagnostics);
            return None;
        }
        let message = format!("the operation `{text}` is not declared");
        let expected = "expected the qualified name of a function or action";
        let warning =
            Diagnostic::warning(Code::UnresolvedReference, message).at(text.span, expected);
        let searched = name.map_or_else(|| text.value.to_string(), |name| name.to_string());
        let known = || operations.iter().map(ToString::to_string);
        diagnostics.suggest_with(warning, &searched, known);
        None
    }

    /// The container that a text names; one that is not declared is reported.
    pub fn container(
        &self,
        text: &Text<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<QualifiedName> {
        let name = self.qualified(text.as_str());
        if let Some(name) = &name {
            if self.declarations.others.contains(name) {
                return Some(name.clone());
            }
            if !self.declarations.namespaces.contains(&*name.namespace) {
                self.report_missing(text, &name.namespace, diagnostics);
                return None;
            }
        }
        let message = format!("the entity container `{text}` is not declared");
        let expected = "expected the qualified name of an entity container";
        let warning = Diagnostic::warning(Code::UnresolvedReference, message);
        diagnostics.push(warning.at(text.span, expected));
        None
    }

    /// The type that a text refers to, `Collection(…)` included. Values of a type that is not
    /// declared, which is reported, are untyped.
    pub fn type_ref(&self, text: &Text<'_>, diagnostics: &mut Diagnostics) -> TypeRef {
        self.type_ref_or(text, "the values are untyped", diagnostics)
    }

    /// The same where something else comes of a type that is not declared.
    pub fn type_ref_or(
        &self,
        text: &Text<'_>,
        consequence: &str,
        diagnostics: &mut Diagnostics,
    ) -> TypeRef {
        let (item, multiplicity) = split_collection(text.as_str());
        let item = match name_in_edm(item).or(self.edm_in_another_case(item)) {
            Some(name) => ItemType::Primitive(primitive(text, item, name, diagnostics)),
            None => match Primitive::from_any_case(item) {
                Some(primitive) => {
                    tolerate(text, item, primitive, diagnostics);
                    ItemType::Primitive(primitive)
                }
                None => match self.declared(text, item, consequence, diagnostics) {
                    Some((name, _)) => ItemType::Named(name.clone()),
                    None => ItemType::Primitive(Primitive::Untyped),
                },
            },
        };
        TypeRef { item, multiplicity }
    }

    /// The name in the namespace `Edm` where that is written in another case, and means nothing else.
    fn edm_in_another_case<'t>(&self, item: &'t str) -> Option<&'t str> {
        let (namespace, name) = item.rsplit_once('.')?;
        let means_edm = namespace.eq_ignore_ascii_case("Edm");
        (means_edm && !self.namespaces.contains_key(namespace)).then_some(name)
    }

    /// Reports a namespace that no document declares, once for each document that uses it.
    pub fn report_missing(&self, text: &Text<'_>, namespace: &str, diagnostics: &mut Diagnostics) {
        if !self.reported.borrow_mut().insert(namespace.to_owned()) {
            return;
        }
        let include = self.included.get(namespace);
        let near = match include {
            None => diagnostics.hint(|| nearest(namespace, self.namespaces.keys().copied())),
            Some(_) => None,
        };
        diagnostics.push(match near {
            Some(near) => misspelt(text, namespace, near),
            None => missing_document(text, namespace, include),
        });
    }

    /// A name without a namespace.
    fn report_unqualified(
        &self,
        text: &Text<'_>,
        item: &str,
        consequence: &str,
        diagnostics: &mut Diagnostics,
    ) {
        let message = format!("the type `{item}` is not declared");
        let label = format!("expected a qualified name; {consequence}");
        let warning = Diagnostic::warning(Code::UnresolvedReference, message).at(text.span, label);
        let known = diagnostics.hint(|| {
            let mut types = self.declarations.types.keys();
            types.find(|known| *known.name == *item)
        });
        let general = "a type's name is its schema's namespace or alias, a dot, and its own name";
        diagnostics.push(warning.help(general).did_you_mean(known));
    }

    fn report_unresolved(
        &self,
        text: &Text<'_>,
        item: &str,
        consequence: &str,
        diagnostics: &mut Diagnostics,
    ) {
        let message = format!("the type `{item}` is not declared");
        let label = format!("not found; {consequence}");
        let warning = Diagnostic::warning(Code::UnresolvedReference, message).at(text.span, label);
        let near = diagnostics.hint(|| self.nearest_type(&self.qualified(item)?));
        diagnostics.push(warning.did_you_mean(near));
    }

    /// The type of the namespace with the nearest name, or one of this name elsewhere.
    fn nearest_type(&self, name: &QualifiedName) -> Option<&QualifiedName> {
        let types = &self.declarations.types;
        let inside = types.keys().filter(|k| k.namespace == name.namespace);
        let near = nearest(&name.name, inside.clone().map(|known| &*known.name));
        near.and_then(|near| inside.clone().find(|known| *known.name == *near))
            .or_else(|| types.keys().find(|known| known.name == name.name))
    }
}

fn misspelt(text: &Text<'_>, namespace: &str, near: &str) -> Diagnostic {
    let message = format!("the namespace of `{text}` is not declared");
    let label = format!("no document declares anything in `{namespace}`");
    Diagnostic::warning(Code::UnresolvedReference, message)
        .at(text.span, label)
        .help(format!("did you mean `{near}`?"))
}

fn missing_document(text: &Text<'_>, namespace: &str, include: Option<&Span>) -> Diagnostic {
    let message = format!("no document here declares the namespace `{namespace}`");
    let label = "values of its types are untyped; what else needs one is left out";
    let warning = Diagnostic::warning(Code::MissingDocument, message).at(text.span, label);
    let warning = match include {
        Some(include) => warning.related(*include, "included from a document that is not found"),
        None => warning,
    };
    warning
        .help("put the document beside this one, or into a folder of `references` in `[metadata]`")
}

/// The name in the namespace `Edm`; what begins with that may be a longer namespace.
fn name_in_edm(item: &str) -> Option<&str> {
    let (namespace, name) = item.rsplit_once('.')?;
    (namespace == "Edm").then_some(name)
}

/// The primitive type of an item that is this name in the namespace `Edm`.
fn primitive(text: &Text<'_>, item: &str, name: &str, diagnostics: &mut Diagnostics) -> Primitive {
    if let Some(primitive) = Primitive::from_any_case(name) {
        if name_in_edm(item) != Some(primitive.name()) {
            tolerate(text, item, primitive, diagnostics);
        }
        return primitive;
    }
    let message = format!("`{item}` is not a primitive type");
    let label = "the namespace `Edm` has no type of this name";
    let warning = Diagnostic::warning(Code::UnresolvedReference, message).at(text.span, label);
    diagnostics.suggest_with(warning, name, Primitive::names);
    Primitive::Untyped
}

/// Reports the name of a primitive type that is not written as it should be.
fn tolerate(text: &Text<'_>, found: &str, primitive: Primitive, diagnostics: &mut Diagnostics) {
    let message = format!("`{found}` is not the name of a primitive type");
    let warning = Diagnostic::warning(Code::UnresolvedReference, message);
    diagnostics.push(warning.at(text.span, format!("taken as `{primitive}`")));
}

/// The inner type's name and whether it stands in `Collection(…)`.
fn split_collection(text: &str) -> (&str, Multiplicity) {
    let inner = text
        .strip_prefix("Collection(")
        .and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(item) => (item.trim(), Multiplicity::Many),
        None => (text.trim(), Multiplicity::One),
    }
}
