//! What a token may do: permissions, as Microsoft Graph publishes them.
//!
//! The document is read and its templates are compared with requests by code of the emulator's own, so
//! that it does not share mistakes with the client that it tests.

mod document;
mod least;
mod tree;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::Method;

use crate::error::{Refusal, excerpt};
use crate::url::Segment;
use document::Document;
use least::Choice;

/// How a token came about, which decides what its permissions allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// Someone with a work or school account is signed in.
    #[default]
    DelegatedWork,
    /// Someone with a personal account is signed in.
    DelegatedPersonal,
    /// Nobody is signed in: the application acts for itself.
    Application,
}

impl Scheme {
    /// All schemes.
    pub const ALL: [Self; 3] = [
        Self::DelegatedWork,
        Self::DelegatedPersonal,
        Self::Application,
    ];

    /// The name in permission documents.
    fn name(self) -> &'static str {
        match self {
            Self::DelegatedWork => "DelegatedWork",
            Self::DelegatedPersonal => "DelegatedPersonal",
            Self::Application => "Application",
        }
    }
}

/// The least permissions that the requests of a program need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionsUsed {
    /// By scheme, in the order of [`Scheme::ALL`].
    sets: [Option<Vec<String>>; 3],
    unknown: Vec<String>,
}

impl PermissionsUsed {
    /// The smallest set of permissions that lets all requests through, sorted by name; of several, that
    /// with the least privileges. `None` if one of the requests cannot be made under the scheme.
    pub fn least(&self, scheme: Scheme) -> Option<&[String]> {
        self.sets[scheme as usize].as_deref()
    }

    /// Requests of which the document says nothing, such as `GET /me/unheardOf`. They are let through,
    /// and are not part of the sets.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

/// The permissions that are granted, and what the requests so far needed.
#[derive(Debug, Default)]
pub(crate) struct Permissions {
    document: Document,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Nothing is refused before something is granted.
    granted: Option<(Scheme, BTreeSet<String>)>,
    /// The templates of the requests so far, by their numbers, with the method.
    used: BTreeSet<(usize, String)>,
    unknown: BTreeSet<String>,
}

impl Permissions {
    /// Reads a document in the format of Microsoft Graph.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Ok(Self {
            document: Document::parse(text)?,
            state: Mutex::default(),
        })
    }

    pub(crate) fn grant(&self, scheme: Scheme, granted: BTreeSet<String>) {
        self.state().granted = Some((scheme, granted));
    }

    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.used.clear();
        state.unknown.clear();
    }

    /// Refuses a request for which nothing suffices that is granted.
    pub(crate) fn check(&self, method: &Method, segments: &[Segment]) -> Result<(), Refusal> {
        let mut state = self.state();
        let method = method.as_str();
        let Some(template) = self.document.tree.find(segments, method) else {
            if !self.document.is_empty() {
                state.unknown.insert(shown(method, segments));
            }
            return Ok(());
        };
        let needed = &self.document.requests[template][method];
        if let Some((scheme, granted)) = &state.granted
            && !needed.is_granted(*scheme, granted)
        {
            return Err(Refusal::forbidden());
        }
        state.used.insert((template, method.to_owned()));
        Ok(())
    }

    pub(crate) fn used(&self) -> PermissionsUsed {
        let state = self.state();
        let requests = || {
            let used = state.used.iter();
            used.map(|(template, method)| &self.document.requests[*template][method])
        };
        let set = |scheme| {
            let choices: Option<Vec<Choice>> = requests().map(|it| it.choice(scheme)).collect();
            least::least(choices?, |scope| self.document.level(scope, scheme))
        };
        PermissionsUsed {
            sets: Scheme::ALL.map(set),
            unknown: state.unknown.iter().cloned().collect(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request whose path no template describes.
fn shown(method: &str, segments: &[Segment]) -> String {
    let names = segments.iter().map(|it| excerpt(&it.name));
    format!("{method} /{}", names.collect::<Vec<_>>().join("/"))
}
