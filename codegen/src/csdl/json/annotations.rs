//! Annotations and their values (CSDL JSON 4.01, section 14).
//!
//! A member `target@term#qualifier` annotates the member `target` beside it, which may be an
//! annotation; without a target it annotates the object.

use super::object::{Translator, attribute, element, is_annotation};
use super::value::{Data, Member, Value};
use crate::csdl::ast::ScalarKind;
use crate::csdl::element::{Attribute, Element};
use crate::csdl::grammar::DYNAMIC;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The annotations of an object, by the name of what they annotate.
pub(super) struct Annotations<'v, 'a> {
    by_target: HashMap<&'v str, Vec<&'v Member<'a>>>,
}

/// Says of which type a record is, and is no annotation.
const TYPE: &[&str] = &["@type", "@odata.type"];

/// Members of expressions beside the one that says what they are.
const OPERANDS: &[&str] = &[
    "$Function",
    "$Name",
    "$Type",
    "$Collection",
    "$Nullable",
    "$MaxLength",
    "$Precision",
    "$Scale",
    "$SRID",
    "$Unicode",
];

impl<'v, 'a> Annotations<'v, 'a> {
    pub fn of(members: &'v [Member<'a>]) -> Self {
        let mut by_target: HashMap<&str, Vec<&Member<'a>>> = HashMap::new();
        for member in members {
            if let Some((target, _)) = member.name.rsplit_once('@')
                && !TYPE.contains(&&*member.name)
            {
                by_target.entry(target).or_default().push(member);
            }
        }
        Self { by_target }
    }

    fn at(&self, target: &str) -> &[&'v Member<'a>] {
        self.by_target.get(target).map_or(&[], Vec::as_slice)
    }
}

impl Translator<'_> {
    /// The annotations of an object, or of the member of this name that stands in it.
    ///
    /// Recursion is as deep as annotations annotate each other, which the reader limits.
    pub fn annotations<'a>(
        &mut self,
        annotations: &Annotations<'_, 'a>,
        target: &str,
    ) -> Vec<Element<'a>> {
        let found = annotations.at(target).iter();
        found
            .map(|member| self.annotation(annotations, member))
            .collect()
    }

    fn annotation<'a>(
        &mut self,
        annotations: &Annotations<'_, 'a>,
        member: &Member<'a>,
    ) -> Element<'a> {
        let mut annotation = element("Annotation", member.name_span);
        let (target, name) = member.name.rsplit_once('@').unwrap_or_default();
        let (term, qualifier) = match name.split_once('#') {
            Some((term, qualifier)) => (term, Some(qualifier)),
            None => (name, None),
        };
        let at = target.len() + 1;
        annotation
            .attributes
            .push(name_part("Term", member, at, term));
        annotation.attributes.extend(qualifier.map(|qualifier| {
            let at = at + term.len() + 1;
            name_part("Qualifier", member, at, qualifier)
        }));
        self.put_value(&member.value, &mut annotation);
        annotation
            .children
            .extend(self.annotations(annotations, &member.name));
        annotation
    }

    /// Reports annotations of members that are not there.
    pub fn check_targets(&mut self, annotations: &Annotations<'_, '_>, members: &[Member<'_>]) {
        let names: HashSet<&str> = members.iter().map(|member| &*member.name).collect();
        let mut lost: Vec<_> = annotations
            .by_target
            .iter()
            .filter(|(target, _)| !target.is_empty() && !names.contains(*target))
            .flat_map(|(target, annotations)| annotations.iter().map(move |it| (*target, *it)))
            .collect();
        lost.sort_by_key(|(_, annotation)| annotation.name_span);
        for (target, annotation) in lost {
            let message = format!("`{}` annotates a member that is not there", annotation.name);
            let warning = Diagnostic::warning(Code::UnexpectedAttribute, message)
                .at(annotation.name_span, "this member is ignored");
            let names = members.iter().map(|member| &*member.name);
            let names = names.filter(|name| *name != annotation.name);
            self.diagnostics.suggest_with(warning, target, || names);
        }
    }

    /// Gives an element the value: constants as an attribute, all else as a child.
    fn put_value<'a>(&mut self, value: &Value<'a>, element: &mut Element<'a>) {
        match scalar(value) {
            Some((kind, text)) => {
                let constant = attribute(kind.name(), text, value.span);
                element.attributes.push(constant);
            }
            None => element.children.extend(self.expression(value)),
        }
    }

    /// The element that a value is.
    ///
    /// Recursion is as deep as values nest, which the reader limits.
    fn expression<'a>(&mut self, value: &Value<'a>) -> Option<Element<'a>> {
        if let Some((kind, text)) = scalar(value) {
            let mut constant = element(kind.name(), value.span);
            constant.text = text;
            return Some(constant);
        }
        match &value.data {
            Data::Array(items) => {
                let mut collection = element("Collection", value.span);
                let items = items.iter().filter_map(|item| self.expression(item));
                collection.children.extend(items);
                Some(collection)
            }
            Data::Object(members) => self.object_value(members, value.span),
            _ => Some(element("Null", value.span)),
        }
    }

    fn object_value<'a>(&mut self, members: &[Member<'a>], span: Span) -> Option<Element<'a>> {
        let is_operator = |member: &&Member<'a>| {
            member.name.starts_with('$')
                && !is_annotation(member)
                && !OPERANDS.contains(&&*member.name)
        };
        let Some(operator) = members.iter().find(is_operator) else {
            return Some(self.record(members, span));
        };
        let name = operator.name.trim_start_matches('$');
        if let Some(kind) = ScalarKind::from_name(name) {
            return match &operator.value.data {
                Data::String(path) => {
                    let mut constant = element(kind.name(), operator.value.span);
                    constant.text = path.clone();
                    Some(constant)
                }
                _ => self.refuse(operator, "expected a string"),
            };
        }
        match name {
            "Null" => Some(element("Null", operator.name_span)),
            "LabeledElement" => {
                let mut labelled = element("LabeledElement", operator.name_span);
                if let Some((name, span)) = self.text(members, "$Name") {
                    labelled.attributes.push(attribute("Name", name, span));
                }
                self.put_value(&operator.value, &mut labelled);
                Some(labelled)
            }
            "LabeledElementReference" => {
                let (name, span) = self.text(members, "$LabeledElementReference")?;
                let mut reference = element("LabeledElementReference", span);
                reference.text = name;
                Some(reference)
            }
            name => match DYNAMIC.iter().find(|known| **known == name) {
                Some(known) => Some(element(known, operator.name_span)),
                None => {
                    let names = ["Null", "LabeledElement", "LabeledElementReference"];
                    let kinds = ScalarKind::ALL.iter().map(|kind| kind.name());
                    let names = names
                        .into_iter()
                        .chain(kinds)
                        .chain(DYNAMIC.iter().copied());
                    let names: Vec<_> = names.map(|name| format!("${name}")).collect();
                    let names = names.iter().map(String::as_str);
                    self.unexpected("an expression", operator, names);
                    None
                }
            },
        }
    }

    fn record<'a>(&mut self, members: &[Member<'a>], span: Span) -> Element<'a> {
        let mut record = element("Record", span);
        let annotations = Annotations::of(members);
        for member in members {
            if TYPE.contains(&&*member.name) {
                match &member.value.data {
                    Data::String(name) => {
                        let name = fragment(name);
                        let ty = attribute("Type", name, member.value.span);
                        record.attributes.push(ty);
                    }
                    _ => self.wrong(member, "expected a string"),
                }
            } else if member.name.starts_with('$') && !is_annotation(member) {
                self.unexpected("a record", member, []);
            } else if !is_annotation(member) {
                let mut property = element("PropertyValue", member.name_span);
                let name = name_part("Property", member, 0, &member.name);
                property.attributes.push(name);
                self.put_value(&member.value, &mut property);
                let said = self.annotations(&annotations, &member.name);
                property.children.extend(said);
                record.children.push(property);
            }
        }
        record.children.extend(self.annotations(&annotations, ""));
        self.check_targets(&annotations, members);
        record
    }
}

/// A constant: its kind as far as JSON tells, and its text.
fn scalar<'a>(value: &Value<'a>) -> Option<(ScalarKind, Cow<'a, str>)> {
    Some(match &value.data {
        Data::Bool(true) => (ScalarKind::Bool, Cow::Borrowed("true")),
        Data::Bool(false) => (ScalarKind::Bool, Cow::Borrowed("false")),
        Data::Number(number) if number.contains(['.', 'e', 'E']) => {
            (ScalarKind::Decimal, Cow::Borrowed(number))
        }
        Data::Number(number) => (ScalarKind::Int, Cow::Borrowed(number)),
        Data::String(text) => (ScalarKind::String, text.clone()),
        Data::Null | Data::Array(_) | Data::Object(_) => return None,
    })
}

/// The type of a record, which is written as a URL whose fragment is its name.
fn fragment<'a>(url: &Cow<'a, str>) -> Cow<'a, str> {
    let name = |url: &str| url.rfind('#').map_or(0, |at| at + 1);
    match url {
        Cow::Borrowed(url) => Cow::Borrowed(&url[name(url)..]),
        Cow::Owned(url) => Cow::Owned(url[name(url)..].to_owned()),
    }
}

/// A part of a member's name as an attribute, with its place.
pub(super) fn name_part<'a>(
    name: &'static str,
    member: &Member<'a>,
    at: usize,
    part: &str,
) -> Attribute<'a> {
    let whole = member.name_span;
    let (value, span) = match &member.name {
        Cow::Borrowed(text) => {
            let start = whole.start + at as u32;
            let end = start + part.len() as u32;
            let span = Span {
                start,
                end,
                ..whole
            };
            (Cow::Borrowed(&text[at..at + part.len()]), span)
        }
        // With escapes, no part of it has a place of its own.
        Cow::Owned(_) => (Cow::Owned(part.to_owned()), whole),
    };
    Attribute {
        name,
        name_span: span,
        value,
        span,
    }
}
