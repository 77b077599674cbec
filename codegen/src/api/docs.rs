//! What is documented.

use super::items::Docs;
use crate::edm::{Annotation, vocabulary};

/// What the annotations of an element say to its users.
pub(super) fn docs(annotations: &[Annotation]) -> Docs {
    Docs {
        summary: vocabulary::description(annotations).map(str::to_owned),
        details: vocabulary::long_description(annotations).map(str::to_owned),
        deprecated: vocabulary::deprecation(annotations).map(|deprecation| {
            let mut text = deprecation.description.unwrap_or("deprecated").to_owned();
            if let Some(date) = deprecation.removal_date {
                text.push_str(&format!(" (removal announced for {date})"));
            }
            text
        }),
    }
}
