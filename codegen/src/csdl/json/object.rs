//! The members of an object → attributes; what the grammar does not have is reported.

use super::grammar::{Holds, Shape};
use super::value::{Data, Member, Value};
use crate::csdl::element::{Attribute, Element};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use std::borrow::Cow;

/// Turns objects into elements; what is wrong with them becomes a diagnostic.
pub(super) struct Translator<'d> {
    pub diagnostics: &'d mut Diagnostics,
}

/// The member of a name.
pub(super) fn member<'v, 'a>(members: &'v [Member<'a>], name: &str) -> Option<&'v Member<'a>> {
    members.iter().find(|member| member.name == name)
}

/// An element without anything in it.
pub(super) fn element<'a>(name: &'static str, span: Span) -> Element<'a> {
    Element {
        name,
        span,
        attributes: Vec::new(),
        children: Vec::new(),
        text: Cow::Borrowed(""),
    }
}

/// An attribute that a member does not give as it is.
pub(super) fn attribute<'a>(
    name: &'static str,
    value: impl Into<Cow<'a, str>>,
    span: Span,
) -> Attribute<'a> {
    Attribute {
        name,
        name_span: span,
        value: value.into(),
        span,
    }
}

/// Whether a member annotates the object or another member.
pub(super) fn is_annotation(member: &Member<'_>) -> bool {
    member.name.contains('@')
}

impl Translator<'_> {
    /// The element that an object is, with those attributes that its members are; members that the
    /// grammar does not have are reported.
    pub fn element<'a>(
        &mut self,
        name: &'static str,
        span: Span,
        members: &[Member<'a>],
    ) -> Element<'a> {
        let shape = Shape::of(name);
        let mut element = element(name, span);
        for member in members.iter().filter(|member| !is_annotation(member)) {
            let known = shape.members().find(|(known, _)| *known == member.name);
            match known {
                Some((_, Holds::More)) => {}
                Some((known, holds)) => {
                    let value = self.attribute_value(member, holds);
                    element.attributes.extend(value.map(|value| Attribute {
                        name: known.trim_start_matches('$'),
                        name_span: member.name_span,
                        value,
                        span: member.value.span,
                    }));
                }
                None if shape.has_named && !member.name.starts_with('$') => {}
                None => {
                    let known = shape.members().map(|(known, _)| known);
                    let free = known.filter(|known| self::member(members, known).is_none());
                    self.unexpected(&format!("`{name}`"), member, free);
                }
            }
        }
        element
    }

    /// The value as an attribute of CSDL XML has it; `None` if it is of a wrong kind, which is said.
    fn attribute_value<'a>(&mut self, member: &Member<'a>, holds: Holds) -> Option<Cow<'a, str>> {
        match (holds, &member.value.data) {
            (Holds::Text | Holds::Primitive, Data::String(text)) => Some(text.clone()),
            (Holds::Primitive, data) => match constant(data) {
                Some(value) => Some(value),
                None => self.ignore(member, "expected a primitive value; ignored"),
            },
            (Holds::Text, _) => self.refuse(member, "expected a string"),
            (Holds::Flag, _) => {
                let flag = self.flag_of(member)?;
                Some(Cow::Borrowed(if flag { "true" } else { "false" }))
            }
            (Holds::Number, Data::Number(number)) => Some(Cow::Borrowed(number)),
            (Holds::Number, Data::String(text)) => {
                let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
                // The reference systems are names, although all of them are numbers.
                if is_number && member.name != "$SRID" {
                    self.tolerated(member, "expected a number without quotes");
                }
                Some(text.clone())
            }
            (Holds::Number, _) => self.ignore(member, "expected a number; ignored"),
            (Holds::More, _) => None,
        }
    }

    /// The text of a member, if there is one.
    pub fn text<'a>(&mut self, members: &[Member<'a>], name: &str) -> Option<(Cow<'a, str>, Span)> {
        let member = member(members, name)?;
        match &member.value.data {
            Data::String(text) => Some((text.clone(), member.value.span)),
            _ => self.refuse(member, "expected a string"),
        }
    }

    /// The truth value of a member, false if there is none.
    pub fn flag(&mut self, members: &[Member<'_>], name: &str) -> bool {
        let member = member(members, name);
        member.and_then(|member| self.flag_of(member)) == Some(true)
    }

    fn flag_of(&mut self, member: &Member<'_>) -> Option<bool> {
        match &member.value.data {
            Data::Bool(flag) => Some(*flag),
            Data::String(text) => match text.trim().to_ascii_lowercase().parse() {
                Ok(flag) => {
                    let expected = if flag { "`true`" } else { "`false`" };
                    self.tolerated(member, &format!("expected {expected} without quotes"));
                    Some(flag)
                }
                Err(_) => self.refuse(member, "expected `true` or `false`"),
            },
            _ => self.refuse(member, "expected `true` or `false`"),
        }
    }

    /// The members of the object that a member holds; none if there is no such member.
    pub fn object<'v, 'a>(
        &mut self,
        members: &'v [Member<'a>],
        name: &str,
    ) -> Option<(&'v [Member<'a>], Span)> {
        let member = member(members, name)?;
        match &member.value.data {
            Data::Object(inner) => Some((inner, member.value.span)),
            _ => self.refuse(member, "expected an object"),
        }
    }

    /// The items of the array that a member holds; none if there is no such member.
    pub fn array<'v, 'a>(&mut self, members: &'v [Member<'a>], name: &str) -> &'v [Value<'a>] {
        let Some(member) = member(members, name) else {
            return &[];
        };
        match &member.value.data {
            Data::Array(items) => items,
            _ => self.refuse(member, "expected an array").unwrap_or_default(),
        }
    }

    /// The objects of the array that a member holds, with their places.
    pub fn objects<'v, 'a>(
        &mut self,
        members: &'v [Member<'a>],
        name: &str,
    ) -> Vec<(&'v [Member<'a>], Span)> {
        let items = self.array(members, name).iter();
        let objects = items.filter_map(|item| match &item.data {
            Data::Object(inner) => Some((&**inner, item.span)),
            _ => {
                self.wrong_item(name, item, "expected an object");
                None
            }
        });
        objects.collect()
    }

    /// A value that is of another kind than the standard has there, and cannot be understood.
    pub fn wrong(&mut self, member: &Member<'_>, expected: &str) {
        let error = Diagnostic::error(Code::InvalidValue, not_a_value(&member.name, &member.value));
        self.diagnostics.push(error.at(member.value.span, expected));
    }

    /// The same, for what is then left out.
    pub fn refuse<T>(&mut self, member: &Member<'_>, expected: &str) -> Option<T> {
        self.wrong(member, expected);
        None
    }

    /// The same of an item of an array.
    pub fn wrong_item(&mut self, name: &str, item: &Value<'_>, expected: &str) {
        let message = format!("{} is not an item of `{name}`", shown(item));
        let error = Diagnostic::error(Code::InvalidValue, message);
        self.diagnostics.push(error.at(item.span, expected));
    }

    /// A value that is of another kind, and without which the model says the same.
    pub fn ignore<T>(&mut self, member: &Member<'_>, label: &str) -> Option<T> {
        self.tolerated(member, label);
        None
    }

    /// A value that is of another kind, and can be understood all the same.
    pub fn tolerated(&mut self, member: &Member<'_>, expected: &str) {
        let message = not_a_value(&member.name, &member.value);
        let warning = Diagnostic::warning(Code::InvalidValue, message);
        self.diagnostics
            .push(warning.at(member.value.span, expected));
    }

    /// A member that an object does not have.
    pub fn unexpected<'k>(
        &mut self,
        owner: &str,
        member: &Member<'_>,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let message = format!("{owner} has no member `{}`", member.name);
        let warning = Diagnostic::warning(Code::UnexpectedAttribute, message);
        let warning = warning.at(member.name_span, "this member is ignored");
        self.diagnostics
            .suggest_with(warning, &member.name, || known);
    }
}

/// A constant as CSDL XML writes it.
fn constant<'a>(data: &Data<'a>) -> Option<Cow<'a, str>> {
    Some(match data {
        Data::Null => Cow::Borrowed("null"),
        Data::Bool(true) => Cow::Borrowed("true"),
        Data::Bool(false) => Cow::Borrowed("false"),
        Data::Number(number) => Cow::Borrowed(number),
        Data::String(text) => text.clone(),
        Data::Array(_) | Data::Object(_) => return None,
    })
}

fn not_a_value(name: &str, value: &Value<'_>) -> String {
    format!("{} is not a value of `{name}`", shown(value))
}

/// A value as diagnostics name it.
pub(super) fn shown(value: &Value<'_>) -> String {
    match &value.data {
        Data::Array(_) => "an array".to_owned(),
        Data::Object(_) => "an object".to_owned(),
        Data::String(text) => format!("the string `{text}`"),
        data => format!("`{}`", constant(data).unwrap_or_default()),
    }
}
