//! Opens upload sessions.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::Exchange;
use crate::answer::Answer;
use crate::error::Refusal;
use crate::payload::is_annotation;
use crate::route::Step;
use crate::service::{Operation, Service};
use crate::store::{Home, Place, Store};
use crate::uploads::{Conflict, Destination, Plan, Protocol, name_exists};

/// The name of the actions that open an upload session, by what they return.
const CREATE_UPLOAD_SESSION: &str = "createUploadSession";

const CONFLICT_BEHAVIOR: &str = "@microsoft.graph.conflictBehavior";

/// The members that tell the length of the file.
const LENGTHS: [&str; 2] = ["fileSize", "size"];

impl Exchange<'_> {
    /// Opens an upload session; `None` when the action is something else.
    pub(super) fn upload_session(
        &self,
        action: &Operation,
        parameters: &BTreeMap<String, Value>,
    ) -> Option<Result<Answer, Refusal>> {
        let returns = action.returns.as_ref().filter(|it| !it.collection)?;
        let binding = action.binding.as_ref()?;
        let service = &self.app.service;
        let is_session = service.property(&returns.name, "uploadUrl").is_some();
        if action.name != CREATE_UPLOAD_SESSION || !is_session {
            return None;
        }
        let plan = self.upload_plan(&binding.name, parameters);
        Some(plan.map(|plan| {
            // As Outlook documents it, against OneDrive.
            let status = match plan.protocol {
                Protocol::Files => StatusCode::OK,
                Protocol::Outlook => StatusCode::CREATED,
            };
            let (path, mut session) = self.app.uploads.open(plan, self.app.clock.now());
            let url = format!("{}{path}", self.app.foreign_origin);
            session.insert("uploadUrl".to_owned(), url.into());
            let context = format!("{}/$metadata#{returns}", self.app.context_root);
            Answer::Whole(self.entity_answer(status, context, session))
        }))
    }

    fn upload_plan(
        &self,
        bound_to: &str,
        parameters: &BTreeMap<String, Value>,
    ) -> Result<Plan, Refusal> {
        let service = &self.app.service;
        // One parameter describes the file, whatever its name is.
        let described = parameters.values().find_map(Value::as_object);
        let nothing = Map::new();
        let described = described.unwrap_or(&nothing);
        let mut store = self.app.store();
        let (destination, ty) = self.destination(&mut store, described)?;
        let ty = ty.unwrap_or_else(|| bound_to.to_owned());
        let members = described.iter().filter(|(name, _)| {
            !is_annotation(name) && service.property(&ty, name).is_some_and(|it| !it.read_only)
        });
        let members = members.map(|(name, value)| (name.clone(), value.clone()));
        let mut lengths = LENGTHS
            .iter()
            .filter_map(|name| described.get(*name)?.as_u64());
        let is_deferred = parameters.get("deferCommit") == Some(&Value::Bool(true));
        Ok(Plan {
            protocol: match destination {
                Destination::Item(_) => Protocol::Outlook,
                _ => Protocol::Files,
            },
            path: self.request.path.clone(),
            destination,
            members: members.collect(),
            announced: lengths.next(),
            deferred: is_deferred,
            ty,
        })
    }

    /// What the file will be the content of, and the type of the entity that is made for it where
    /// the action does not tell.
    fn destination(
        &self,
        store: &mut Store,
        described: &Map<String, Value>,
    ) -> Result<(Destination, Option<String>), Refusal> {
        if let Some(named) = self.named_item(store, described)? {
            return Ok((named, None));
        }
        match self.place(store)? {
            Place::Entity(id) => {
                self.check_tags(store, Some(id))?;
                Ok((Destination::Entity(id), None))
            }
            Place::Collection { home, .. } => {
                let ty = self.attachment_type(store, &home)?;
                Ok((Destination::Item(home), Some(ty)))
            }
            Place::Nothing { key: Some(key), .. } => Err(Refusal::not_found(&key.text)),
            _ => Err(Refusal::not_found(&self.last_segment())),
        }
    }

    /// The item that the path names, there or not; `None` when it names none.
    fn named_item(
        &self,
        store: &mut Store,
        described: &Map<String, Value>,
    ) -> Result<Option<Destination>, Refusal> {
        let [way @ .., Step::Below { rule, names }] = self.steps else {
            return Ok(None);
        };
        let Some((name, folders)) = names.split_last() else {
            return Ok(None);
        };
        let told = described.get(&rule.name).and_then(Value::as_str);
        if told.is_some_and(|told| told != name) {
            return Err(Refusal::bad_request(
                "The name in the body is not the one in the path.",
            ));
        }
        let mut way = way.to_vec();
        if !folders.is_empty() {
            let names = folders;
            way.push(Step::Below { rule, names });
        }
        let home = self.children(store, &way, &rule.children)?;
        let there = store.named(&home, &rule.name, name);
        self.check_tags(store, there)?;
        let conflict = conflict_behavior(described)?;
        if there.is_some() && conflict == Conflict::Fail {
            return Err(name_exists());
        }
        Ok(Some(Destination::Named {
            home,
            property: rule.name.clone(),
            name: name.clone(),
            conflict,
        }))
    }

    /// The place of the items below the one at the end of a way.
    fn children(
        &self,
        store: &mut Store,
        way: &[Step<'_>],
        property: &str,
    ) -> Result<Home, Refusal> {
        let Place::Entity(owner) = store.find(&self.app.service, way)? else {
            return Err(Refusal::not_found(property));
        };
        Ok(Home::Link {
            owner,
            property: property.to_owned(),
            single: false,
            set: None,
        })
    }

    /// The type of files among what a collection has: the one that holds bytes.
    fn attachment_type(&self, store: &Store, home: &Home) -> Result<String, Refusal> {
        let service = &self.app.service;
        let declared = match home {
            Home::Set(name) => service.entry_points.get(name).map(|set| &set.ty.name),
            Home::Link {
                owner, property, ..
            } => {
                let owner = &store.entity(*owner)?.ty;
                service.navigation(owner, property).map(|it| &it.ty.name)
            }
        };
        let declared = declared.ok_or_else(|| Refusal::not_found(&self.last_segment()))?;
        let mut types = service.types.iter().filter(|(name, ty)| {
            !ty.is_abstract
                && service.is_or_derives_from(name, declared)
                && service.property(name, "contentBytes").is_some()
        });
        let found = types.next().map(|(name, _)| name.clone());
        found.ok_or_else(|| {
            Refusal::not_implemented(format!(
                "The emulator uploads into collections of what has contentBytes; '{declared}' has none."
            ))
        })
    }
}

/// What the request asks to be done when the name is taken; to fail, unless it says otherwise.
fn conflict_behavior(described: &Map<String, Value>) -> Result<Conflict, Refusal> {
    match described.get(CONFLICT_BEHAVIOR).map(Value::as_str) {
        None | Some(Some("fail")) => Ok(Conflict::Fail),
        Some(Some("replace")) => Ok(Conflict::Replace),
        Some(Some("rename")) => Ok(Conflict::Rename),
        Some(_) => Err(Refusal::bad_request(format!(
            "{CONFLICT_BEHAVIOR} must be one of 'fail', 'replace' and 'rename'."
        ))),
    }
}

impl Service {
    /// The stream that holds the content of a type's entities: `content`, or their own media, which
    /// has the empty name.
    pub(crate) fn content_stream(&self, ty: &str) -> Option<String> {
        if self.has_stream(ty) {
            return Some(String::new());
        }
        let content = self.property(ty, "content");
        let content = content.filter(|content| content.ty.name == "Edm.Stream");
        content.map(|content| content.name.clone())
    }
}
