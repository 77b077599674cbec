//! Values that parameters may have, and those that absent ones stand for.

use super::annotations::texts;
use super::{At, Comparison, Kind, became, or_none};
use crate::edm::{Annotation, Parameter, vocabulary};

impl Comparison<'_> {
    pub(super) fn default_value(&mut self, at: At<'_>, old: &Parameter, new: &Parameter) {
        let default = |parameter: &Parameter| {
            let optional = vocabulary::optional_parameter(&parameter.annotations);
            or_none(optional.and_then(|optional| optional.default_value))
        };
        self.value(Kind::DefaultValueChanged, at, default(old), default(new));
    }

    pub(super) fn allowed_values(&mut self, at: At<'_>, old: &[Annotation], new: &[Annotation]) {
        let (old, new) = (
            vocabulary::allowed_values(old),
            vocabulary::allowed_values(new),
        );
        match (old.is_empty(), new.is_empty()) {
            (true, true) => return,
            (true, false) => return self.push(Kind::AllowedValuesListed, at, ""),
            (false, true) => return self.push(Kind::AllowedValuesDropped, at, ""),
            (false, false) => {}
        }
        for value in &old {
            match new.iter().find(|now| now.value == value.value) {
                None => self.push(Kind::AllowedValueRemoved, at, shown(value)),
                Some(now) if now.symbolic_name != value.symbolic_name => {
                    self.push(
                        Kind::AllowedValueRenamed,
                        at,
                        became(shown(value), shown(now)),
                    );
                }
                Some(now) if now.description != value.description => {
                    let texts = texts(value.description, now.description);
                    let detail = format!("{}: {texts}", shown(value));
                    self.push(Kind::DescriptionChanged, at, detail);
                }
                Some(_) => {}
            }
        }
        for value in &new {
            if !old.iter().any(|before| before.value == value.value) {
                self.push(Kind::AllowedValueAdded, at, shown(value));
            }
        }
    }
}

fn shown(value: &vocabulary::AllowedValue<'_>) -> String {
    match value.symbolic_name {
        Some(name) => format!("{} ({name})", value.value),
        None => value.value.to_owned(),
    }
}
