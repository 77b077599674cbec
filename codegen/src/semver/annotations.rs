//! What the vocabularies' terms say: descriptions, deprecations, permissions, and all others.

use super::{At, Comparison, Kind, became, or_none};
use crate::edm::Annotation;
use crate::edm::vocabulary::{self, Term};
use std::collections::{BTreeMap, BTreeSet};

/// Longest piece of a description that is shown.
const SHOWN: usize = 60;

/// Terms whose changes are reported by what they say.
const EXPLAINED: &[Term] = &[
    Term::Description,
    Term::LongDescription,
    Term::OptionalParameter,
    Term::AllowedValues,
];

impl Comparison<'_> {
    /// The annotations of any element.
    pub(super) fn annotations(&mut self, at: At<'_>, old: &[Annotation], new: &[Annotation]) {
        for text in [vocabulary::description, vocabulary::long_description] {
            let (before, after) = (text(old), text(new));
            if before != after {
                self.push(Kind::DescriptionChanged, at, texts(before, after));
                break;
            }
        }
        let was_deprecated = self.deprecation(at, old, new);
        let is_told = |annotation: &&Annotation| {
            let is = |term: &Term| annotation.qualifier.is_none() && term.is_of(annotation);
            EXPLAINED.iter().any(is) || (was_deprecated && is(&Term::Revisions))
        };
        let told: BTreeSet<_> = old.iter().chain(new).filter(is_told).map(name_of).collect();
        for term in changed_terms(old, new) {
            if !told.contains(&term) {
                self.push(Kind::AnnotationChanged, at, term);
            }
        }
    }

    /// Whether the deprecation changed.
    fn deprecation(&mut self, at: At<'_>, old: &[Annotation], new: &[Annotation]) -> bool {
        match (vocabulary::deprecation(old), vocabulary::deprecation(new)) {
            (None, Some(new)) => {
                let date = new.removal_date.map(|date| format!("removal on {date}"));
                let detail = date.or_else(|| new.description.map(shortened));
                self.push(Kind::Deprecated, at, detail.unwrap_or_default());
            }
            (Some(old), Some(new)) if old != new => {
                let detail = if old.removal_date != new.removal_date {
                    became(or_none(old.removal_date), or_none(new.removal_date))
                } else if old.description != new.description {
                    texts(old.description, new.description)
                } else {
                    let version = became(or_none(old.version), or_none(new.version));
                    format!("version {version}")
                };
                self.push(Kind::DeprecationChanged, at, detail);
            }
            (Some(_), None) => {
                self.push(Kind::DeprecationChanged, at, "no longer deprecated");
            }
            _ => return false,
        }
        true
    }

    /// The annotations of an operation.
    pub(super) fn operation_annotations(
        &mut self,
        at: At<'_>,
        old: &[Annotation],
        new: &[Annotation],
    ) {
        let (before, after) = (scopes(old), scopes(new));
        if before == after {
            return self.annotations(at, old, new);
        }
        let gone = before.difference(&after).map(|scope| format!("−{scope}"));
        let come = after.difference(&before).map(|scope| format!("+{scope}"));
        let detail: Vec<_> = gone.chain(come).collect();
        self.push(Kind::PermissionsChanged, at, detail.join(", "));
        let [old, new] = [old, new].map(|annotations| -> Vec<_> {
            let rest = annotations.iter();
            rest.filter(|it| !Term::OperationRestrictions.is_of(it))
                .cloned()
                .collect()
        });
        self.annotations(at, &old, &new);
    }
}

/// `scheme scope` of all permissions.
fn scopes(annotations: &[Annotation]) -> BTreeSet<String> {
    let permissions = vocabulary::permissions(annotations).into_iter();
    let scopes = permissions.flat_map(|permission| {
        let scheme = permission.scheme;
        let scopes = permission.scopes.into_iter();
        scopes.map(move |scope| format!("{scheme} {scope}"))
    });
    scopes.collect()
}

/// Two texts, from shortly before the place where they begin to differ.
pub(super) fn texts(old: Option<&str>, new: Option<&str>) -> String {
    let (Some(old), Some(new)) = (old, new) else {
        return became(
            old.map_or_else(|| "none".to_owned(), shortened),
            new.map_or_else(|| "none".to_owned(), shortened),
        );
    };
    let common = old
        .chars()
        .zip(new.chars())
        .take_while(|(o, n)| o == n)
        .count();
    let start = common.saturating_sub(SHOWN / 3);
    let from = |text: &str| {
        let rest: String = text.chars().skip(start).collect();
        let shown = shortened(&rest);
        if start > 0 {
            shown.replacen('“', "“…", 1)
        } else {
            shown
        }
    };
    became(from(old), from(new))
}

/// The beginning of a text, in quotation marks and on one line.
fn shortened(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > SHOWN {
        words = words.chars().take(SHOWN - 1).collect();
        words.push('…');
    }
    format!("“{words}”")
}

/// The term of an annotation, with its qualifier.
fn name_of(annotation: &Annotation) -> String {
    let qualifier = annotation.qualifier.as_ref();
    let qualifier = qualifier.map_or_else(String::new, |qualifier| format!("#{qualifier}"));
    format!("{}{qualifier}", annotation.term)
}

/// The terms whose annotations do not say the same.
pub(super) fn changed_terms(old: &[Annotation], new: &[Annotation]) -> Vec<String> {
    let (old, new) = (by_term(old), by_term(new));
    let is_same = |term: &String| match (old.get(term), new.get(term)) {
        (Some(old), Some(new)) => old.says_the_same(new),
        _ => false,
    };
    let terms: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changed = terms.into_iter().filter(|term| !is_same(term));
    changed.cloned().collect()
}

fn by_term(annotations: &[Annotation]) -> BTreeMap<String, &Annotation> {
    let annotations = annotations.iter();
    annotations.map(|it| (name_of(it), it)).collect()
}
