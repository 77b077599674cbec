//! What a request sends of the models in its body, at every depth.
//!
//! serde passes nothing to the types that it writes. Writing stays on its thread, so its purpose is
//! kept there.

use std::cell::Cell;

/// What to do with what navigation properties lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Related {
    /// It is sent: a deep insert or a deep update.
    Sent,
    /// It is left out: it came with a response and is not part of the entity.
    LeftOut,
}

thread_local! {
    /// What is being written for a request, and whether it is within an object.
    static SENDING: Cell<Option<Sending>> = const { Cell::new(None) };
}

#[derive(Debug, Clone, Copy)]
struct Sending {
    related: Related,
    depth: usize,
    /// Whether something was left out because it is related.
    has_left_out: bool,
}

/// Restores the previous state, also when a type of the caller's panics.
struct Restore(Option<Sending>);

impl Drop for Restore {
    fn drop(&mut self) {
        SENDING.set(self.0);
    }
}

/// Writes something for a request, and says whether something related was left out.
pub(crate) fn sent<T>(related: Related, write: impl FnOnce() -> T) -> (T, bool) {
    let sending = Sending {
        related,
        depth: 0,
        has_left_out: false,
    };
    let _restore = Restore(SENDING.replace(Some(sending)));
    let written = write();
    let has_left_out = SENDING.get().is_some_and(|sending| sending.has_left_out);
    (written, has_left_out)
}

/// An object that is being written.
pub(super) struct Inner(());

impl Inner {
    pub(super) fn enter() -> Self {
        descend(|depth| depth + 1);
        Self(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        descend(|depth| depth - 1);
    }
}

fn descend(change: impl FnOnce(usize) -> usize) {
    if let Some(mut sending) = SENDING.get() {
        sending.depth = change(sending.depth);
        SENDING.set(Some(sending));
    }
}

/// The members of a model that are not written now.
pub(super) fn members_left_out(read_only: &'static [&'static str]) -> &'static [&'static str] {
    match SENDING.get() {
        Some(_) => read_only,
        None => &[],
    }
}

/// Whether what is related is not written now; that there was some is noted.
pub(super) fn leaves_out_related() -> bool {
    match SENDING.get() {
        Some(sending) if sending.related == Related::LeftOut => {
            SENDING.set(Some(Sending {
                has_left_out: true,
                ..sending
            }));
            true
        }
        _ => false,
    }
}

/// Control information that describes a response and is never sent in a request (OData JSON Format
/// 4.01, section "Control Information"). Its names may begin with `odata.`.
const OF_ANSWERS: [&str; 15] = [
    "associationLink",
    "collectionAnnotations",
    "context",
    "count",
    "deltaLink",
    "editLink",
    "etag",
    "mediaContentType",
    "mediaEditLink",
    "mediaEtag",
    "mediaReadLink",
    "metadataEtag",
    "navigationLink",
    "nextLink",
    "readLink",
];

/// Which of the members without a field are written now.
pub(super) fn filter() -> fn(&str, &[&str]) -> bool {
    match SENDING.get() {
        None => |_, _| true,
        Some(Sending { depth: 1, .. }) => {
            |name, read_only| !is_id(name) && is_sent(name, read_only)
        }
        // Within a body, `{"@odata.id": …}` names an entity that is there already.
        Some(_) => is_sent,
    }
}

fn is_id(name: &str) -> bool {
    matches!(name, "@odata.id" | "@id")
}

/// Whether a request has this member of a model: it is neither computed by the service nor about
/// the response that the model came with.
///
/// Types of values and members stay, as do links by `@odata.bind` and vocabulary annotations.
fn is_sent(name: &str, read_only: &[&str]) -> bool {
    // `#namespace.action` tells that the action can be called.
    if name.starts_with('#') {
        return false;
    }
    let (property, annotation) = name.split_once('@').unwrap_or((name, ""));
    if read_only.contains(&property) {
        return false;
    }
    let annotation = annotation.strip_prefix("odata.").unwrap_or(annotation);
    !OF_ANSWERS.contains(&annotation) && (annotation != "id" || property.is_empty())
}
