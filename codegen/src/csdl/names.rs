//! Names and values as CSDL writes them.

use super::ast::{Facets, MaxLength, Scale, Srid};
use super::attributes::Parser;
use super::element::{Attribute, Element};
use super::text::is_identifier;
use crate::diagnostic::{Code, Diagnostic};
use crate::show::is_control;
use crate::source::Text;

/// Most characters of a namespace (CSDL XML 4.01, section 15.1).
const NAMESPACE_CHARS: usize = 511;
/// Neither namespaces nor aliases (CSDL XML 4.01, sections 5.1 and 5.2).
const RESERVED: &[&str] = &["Edm", "odata", "System", "Transient"];

/// What is expected of a simple identifier.
const IDENTIFIER: &str = "expected a letter or `_`, then letters and digits";

fn is_namespace(text: &str) -> bool {
    text.split('.').all(is_identifier) && text.chars().count() <= NAMESPACE_CHARS
}

impl Parser<'_> {
    /// The name of a declaration; one that is no identifier is kept with a warning.
    pub(super) fn name<'a>(&mut self, element: &Element<'a>) -> Option<Text<'a>> {
        let name = self.required(element, "Name")?;
        self.check_name(&name, is_identifier, IDENTIFIER);
        Some(name)
    }

    /// The namespace of a schema.
    pub(super) fn namespace<'a>(&mut self, element: &Element<'a>) -> Option<Text<'a>> {
        let name = self.required(element, "Namespace")?;
        self.check_name(&name, is_namespace, "expected names with dots between them");
        self.reserved(&name);
        Some(name)
    }

    /// The alias of a schema or of an included one.
    pub(super) fn alias<'a>(&mut self, element: &Element<'a>) -> Option<Text<'a>> {
        let name = element.text_attribute("Alias")?;
        self.check_name(&name, is_identifier, IDENTIFIER);
        self.reserved(&name);
        Some(name)
    }

    fn reserved(&mut self, name: &Text<'_>) {
        if RESERVED.contains(&name.as_str()) {
            let message = format!("the name `{name}` is reserved");
            let warning = Diagnostic::warning(Code::InvalidName, message);
            let label = "the standard has this name for itself";
            self.diagnostics.push(warning.at(name.span, label));
        }
    }

    /// A name that is odd is kept with a warning; one that nobody can see is an error, as whoever
    /// reads it takes it for another.
    fn check_name(&mut self, name: &Text<'_>, is_valid: fn(&str) -> bool, expected: &str) {
        let message = format!("`{name}` is not a name of CSDL");
        if let Some(character) = name.as_str().chars().find(|c| is_control(*c)) {
            let error = Diagnostic::error(Code::InvalidName, message);
            let number = u32::from(character);
            let label = format!("names cannot have the control character U+{number:04X}");
            self.diagnostics.push(error.at(name.span, label));
        } else if !is_valid(name.as_str()) {
            let warning = Diagnostic::warning(Code::InvalidName, message);
            self.diagnostics.push(warning.at(name.span, expected));
        }
    }

    /// Limits of values; those that cannot be understood are ignored with a warning.
    pub(super) fn facets(&mut self, element: &Element<'_>) -> Facets {
        let mut facets = Facets::default();
        for attribute in &element.attributes {
            match attribute.name {
                "MaxLength" => {
                    let words = &[("max", MaxLength::Max)];
                    facets.max_length = self.facet(attribute, MaxLength::Number, words);
                }
                "Precision" => facets.precision = self.facet(attribute, |number| number, &[]),
                "Scale" => {
                    let words = &[("variable", Scale::Variable), ("floating", Scale::Floating)];
                    facets.scale = self.facet(attribute, Scale::Number, words);
                }
                "SRID" => {
                    let words = &[("variable", Srid::Variable)];
                    facets.srid = self.facet(attribute, Srid::Number, words);
                }
                "Unicode" => facets.unicode = self.unicode(attribute),
                _ => {}
            }
        }
        facets
    }

    /// A number or one of some words, which services write in any case.
    fn facet<T: Copy>(
        &mut self,
        attribute: &Attribute<'_>,
        number: impl FnOnce(u64) -> T,
        words: &[(&str, T)],
    ) -> Option<T> {
        let value = attribute.value.trim();
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(found) = value.parse().ok().filter(|_| is_number) {
            return Some(number(found));
        }
        let mut known = words.iter();
        let word = known.find(|(word, _)| word.eq_ignore_ascii_case(value));
        // CSDL XML 4.01, sections 7.2.4 and 7.2.6: clients should accept these in any case.
        let any_case = matches!(attribute.name, "Scale" | "SRID");
        if word.is_none_or(|(word, _)| *word != value && !any_case) {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let expected = match &*words {
                [] => "expected a number".to_owned(),
                words => format!("expected a number or `{}`", words.join("` or `")),
            };
            self.invalid(attribute, &expected, true);
        }
        word.map(|(_, value)| *value)
    }

    fn unicode(&mut self, attribute: &Attribute<'_>) -> Option<bool> {
        let (value, is_well_written) = match attribute.value.trim() {
            "true" | "1" => (Some(true), true),
            "false" | "0" => (Some(false), true),
            other => (other.to_ascii_lowercase().parse().ok(), false),
        };
        if !is_well_written {
            self.invalid(attribute, "expected `true` or `false`", true);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_of_the_standard() {
        for name in ["a", "_", "Ünïcode", "名前", "a\u{301}", "x1"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["", "1a", "a.b", "a b", "a!", "a-b", "a\u{7}", "\u{a0}a"] {
            assert!(!is_identifier(name), "{name}");
        }
        assert!(is_identifier(&"ü".repeat(128)));
        assert!(!is_identifier(&"a".repeat(129)));
        assert!(is_namespace("microsoft.graph.security"));
        assert!(!is_namespace("Port.v1_6_!"));
        assert!(!is_namespace("a..b"));
    }
}
