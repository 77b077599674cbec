//! Context URLs and key predicates.

use serde_json::Value;

use super::Exchange;
use crate::behavior::BinaryAlphabet;
use crate::keys;
use crate::literal;
use crate::query::Options;
use crate::route::Step;
use crate::service::TypeRef;

impl Exchange<'_> {
    /// The context URL of an answer (OData Protocol, section "Context URL"); `single` says whether
    /// the answer is one entity.
    pub(super) fn context(&self, ty: &TypeRef, single: bool, options: &Options) -> String {
        let (path, is_set) = self.context_path(ty);
        let selected = options.context();
        let selected = if selected.is_empty() {
            selected
        } else {
            format!("({selected})")
        };
        let entity = match (single, is_set) {
            (true, true) => "/$entity",
            _ => "",
        };
        format!(
            "{}/$metadata#{path}{selected}{entity}",
            self.app.context_root
        )
    }

    /// The context URL of a property's value.
    pub(super) fn property_context(&self, names: &[String]) -> String {
        let mut path = String::new();
        for step in self.steps {
            match step {
                Step::Entry { name, .. } | Step::Navigate { name, .. } => {
                    append(&mut path, name);
                }
                Step::Key(key) => path.push_str(&written(key)),
                _ => {}
            }
        }
        format!(
            "{}/$metadata#{path}/{}",
            self.app.context_root,
            names.join("/")
        )
    }

    /// The path of the entity set or place that an answer's entities belong to, and whether it is
    /// a set of them.
    fn context_path(&self, ty: &TypeRef) -> (String, bool) {
        let mut path = String::new();
        let mut is_set = false;
        let last = self.steps.len();
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Entry { name, ty } => {
                    append(&mut path, name);
                    is_set = ty.collection;
                }
                Step::Key(key) if index + 1 < last => path.push_str(&written(key)),
                Step::Navigate {
                    name,
                    navigation,
                    bound_to,
                } => {
                    is_set = navigation.ty.collection;
                    if navigation.contained {
                        append(&mut path, name);
                    } else if let Some(target) = bound_to {
                        path = (*target).to_owned();
                        is_set = true;
                    } else if is_set {
                        path = format!("Collection({})", navigation.ty.name);
                    } else {
                        path.clone_from(&navigation.ty.name);
                    }
                }
                Step::Cast(name) => append(&mut path, name),
                _ => {}
            }
        }
        if path.is_empty() {
            (ty.to_string(), false)
        } else {
            (path, is_set)
        }
    }
}

fn append(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('/');
    }
    path.push_str(name);
}

fn written(key: &keys::Key) -> String {
    let quoted: Vec<String> = key
        .parts
        .iter()
        .map(
            |(_, value)| match literal::to_json(value, BinaryAlphabet::Base64Url) {
                Value::String(text) if matches!(value, literal::Literal::String(_)) => {
                    keys::quote(&text)
                }
                Value::String(text) => text,
                other => other.to_string(),
            },
        )
        .collect();
    format!("({})", quoted.join(","))
}
