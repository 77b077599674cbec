//! Writes entities as JSON: the selected members, the expanded ones, and control information.

use serde_json::{Map, Value};

use super::Options;
use super::expand::{Expand, Form};
use crate::literal::binary;
use crate::numbers::Numbers;
use crate::service::{EnumType, Property, Service};
use crate::store::{Id, Store};

/// The member after which an enumeration's members are hidden from clients that do not ask for
/// them (Graph's "evolvable enumerations").
const SENTINEL: &str = "unknownFutureValue";

/// Writes the entities of one answer.
#[derive(Clone, Copy)]
pub(crate) struct Projector<'a> {
    pub(crate) service: &'a Service,
    pub(crate) store: &'a Store,
    /// Whether the client asked for them with `Prefer: include-unknown-enum-members`.
    pub(crate) unknown_members: bool,
    /// The service root, without a slash at its end.
    pub(crate) root: &'a str,
    /// Whether control information is written that clients can work out.
    pub(crate) full: bool,
    pub(crate) numbers: Numbers,
}

impl Projector<'_> {
    /// An entity of a collection or place that is declared to hold the type `declared`.
    pub(crate) fn entity(&self, id: Id, declared: &str, options: &Options) -> Map<String, Value> {
        let mut written = Map::new();
        let Ok(entity) = self.store.entity(id) else {
            return written;
        };
        if self.full || entity.ty != declared {
            written.insert("@odata.type".to_owned(), format!("#{}", entity.ty).into());
        }
        written.insert("@odata.etag".to_owned(), entity.etag().into());
        if self.full {
            let url = format!("{}/{}", self.root, self.store.address(self.service, id));
            self.links(&entity.ty, &url, &mut written);
        }
        let select = options.select.as_ref();
        for (name, value) in &entity.members {
            if select.is_some_and(|select| !select.has(name)) {
                continue;
            }
            let mut value = self.value(&entity.ty, name, value);
            if let Some(inner) = select.and_then(|select| select.within(name)) {
                keep(&mut value, &inner);
            }
            if let Some(ty) = self.written_type(&entity.ty, name) {
                written.insert(format!("{name}@odata.type"), ty.into());
            }
            written.insert(name.clone(), value);
        }
        let is_selected = |name: &str| select.is_none_or(|select| select.has(name));
        for computed in &options.computed {
            if is_selected(&computed.name) {
                let value = computed.of(self.service, self.store, id);
                written.insert(computed.name.clone(), value);
            }
        }
        // A selected property that nobody set is null.
        for path in select.into_iter().flat_map(|select| &select.paths) {
            let property = self.service.property(&entity.ty, path);
            let may_be_null =
                |property: &&Property| !property.ty.collection && property.ty.name != "Edm.Stream";
            if property.filter(may_be_null).is_some() {
                written.entry(path.clone()).or_insert(Value::Null);
            }
        }
        for expand in &options.expand {
            self.expand(id, expand, expand.levels, &mut written);
        }
        written
    }

    /// Adds where an entity and what it leads to are.
    fn links(&self, ty: &str, url: &str, written: &mut Map<String, Value>) {
        for control in ["id", "editLink"] {
            written.insert(format!("@odata.{control}"), url.into());
        }
        for name in self.service.navigation_names(ty) {
            let links = [("associationLink", "/$ref"), ("navigationLink", "")];
            for (control, end) in links {
                let link = format!("{url}/{name}{end}");
                written.insert(format!("{name}@odata.{control}"), link.into());
            }
        }
    }

    /// The type of a member, when JSON alone does not tell it and full detail is asked for.
    fn written_type(&self, owner: &str, name: &str) -> Option<String> {
        const TOLD_BY_JSON: [&str; 3] = ["Edm.String", "Edm.Boolean", "Edm.Double"];
        let property = self.service.property(owner, name).filter(|_| self.full)?;
        let ty = &property.ty;
        if !ty.collection && TOLD_BY_JSON.contains(&ty.name.as_str()) {
            return None;
        }
        let written = ty.to_string().replace("Edm.", "");
        Some(format!("#{written}"))
    }

    /// Adds what a navigation property leads to, `levels` times in a row.
    fn expand(&self, id: Id, expand: &Expand, levels: usize, written: &mut Map<String, Value>) {
        let owner = self.store.entity(id).map_or("", |entity| &entity.ty);
        if levels == 0 || !self.service.is_or_derives_from(owner, &expand.owner) {
            return;
        }
        let mut ids = self.store.linked(id, &expand.name);
        ids.retain(|id| {
            let entity = self.store.entity(*id);
            entity.is_ok_and(|entity| self.service.is_or_derives_from(&entity.ty, &expand.ty.name))
        });
        expand.options.choose(self.service, self.store, &mut ids);
        let one = |id: Id| match expand.form {
            Form::References => {
                let address = self.store.address(self.service, id);
                let url = format!("{}/{address}", self.root);
                Value::Object(Map::from_iter([("@odata.id".to_owned(), url.into())]))
            }
            _ => {
                let mut entity = self.entity(id, &expand.ty.name, &expand.options);
                self.expand(id, expand, levels - 1, &mut entity);
                entity.into()
            }
        };
        if !expand.ty.collection {
            let value = ids.first().map_or(Value::Null, |id| one(*id));
            written.insert(expand.name.clone(), value);
            return;
        }
        if expand.count || expand.form == Form::Count {
            let count = format!("{}@odata.count", expand.name);
            let length = u64::try_from(ids.len()).unwrap_or(u64::MAX);
            written.insert(count, self.numbers.count(length));
        }
        if expand.form == Form::Count {
            return;
        }
        let skip = usize::try_from(expand.skip).unwrap_or(usize::MAX);
        let top = expand.top.and_then(|top| usize::try_from(top).ok());
        let items = ids.into_iter().skip(skip).take(top.unwrap_or(usize::MAX));
        written.insert(expand.name.clone(), items.map(one).collect());
    }

    /// A member's value as this client gets it.
    pub(crate) fn value(&self, owner: &str, name: &str, value: &Value) -> Value {
        let Some(property) = self.service.property(owner, name) else {
            return value.clone();
        };
        self.typed(&property.ty.name, value)
    }

    /// A value of a type as this client gets it.
    pub(crate) fn typed(&self, ty: &str, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.typed(ty, item)).collect(),
            Value::Object(members) => {
                let said = members.get("@odata.type").and_then(Value::as_str);
                let said = said.and_then(|said| self.service.cast(said.trim_start_matches('#')));
                let ty = said.unwrap_or_else(|| ty.to_owned());
                let member =
                    |(name, value): (&String, &Value)| (name.clone(), self.value(&ty, name, value));
                Value::Object(members.iter().map(member).collect())
            }
            Value::String(text)
                if !self.unknown_members
                    && self
                        .service
                        .enums
                        .get(ty)
                        .is_some_and(|ty| is_hidden(ty, text)) =>
            {
                SENTINEL.into()
            }
            Value::String(text) if self.is_binary(ty) => {
                let bytes = binary::decode_any(text);
                bytes.map_or_else(
                    || value.clone(),
                    |bytes| binary::encode(&bytes, self.service.behavior.alphabet).into(),
                )
            }
            _ => self.numbers.of(self.service, ty, value),
        }
    }

    fn is_binary(&self, ty: &str) -> bool {
        let definitions = &self.service.definitions;
        definitions.get(ty).map_or(ty, String::as_str) == "Edm.Binary"
    }
}

/// Whether a member comes after the sentinel.
fn is_hidden(ty: &EnumType, member: &str) -> bool {
    let position = |name: &str| ty.members.iter().position(|member| member.name == name);
    match (position(SENTINEL), position(member)) {
        (Some(sentinel), Some(member)) => member > sentinel,
        _ => false,
    }
}

/// Keeps the members of a complex value that the paths name.
fn keep(value: &mut Value, paths: &[&str]) {
    match value {
        Value::Object(members) => members.retain(|name, _| {
            let mut firsts = paths
                .iter()
                .map(|p| p.split_once('/').map_or(*p, |(f, _)| f));
            name.contains('@') || firsts.any(|first| first == name)
        }),
        Value::Array(items) => items.iter_mut().for_each(|item| keep(item, paths)),
        _ => {}
    }
}
