//! What the emulator should do, in the plainest way: lists, looked through from the beginning.

use super::Members;
use super::random::{Act, Body, Choice, Expand, Filter, Link, Request, Shape};
use serde_json::{Value, json};

/// An answer as far as it is compared; the body is null where there is none, or where the answer
/// is an error.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// The key of what was made, where the answer has no body.
    pub made: Option<String>,
}

#[derive(Debug, Default)]
pub struct Directory {
    users: Vec<User>,
    groups: Vec<Group>,
}

#[derive(Clone, Debug, Default)]
struct User {
    members: Members,
    messages: Vec<Members>,
    manager: Option<String>,
}

#[derive(Debug)]
struct Group {
    id: String,
    members: Vec<String>,
}

/// A status, and the body of a good answer.
type Outcome = Result<(u16, Value), u16>;

impl User {
    fn id(&self) -> &str {
        self.members["id"].as_str().unwrap()
    }

    fn get(&self, name: &str) -> &Value {
        self.members.get(name).unwrap_or(&Value::Null)
    }

    fn city(&self) -> &Value {
        &self.get("home")["city"]
    }
}

impl Directory {
    /// Makes the groups that there are from the beginning, whose members must be there; says what
    /// the emulator is set up with.
    pub fn found(&mut self, groups: Vec<Vec<String>>) -> Vec<Value> {
        for (number, wanted) in groups.into_iter().enumerate() {
            let mut members = Vec::new();
            for id in wanted {
                if self.user(&id).is_ok() && !members.contains(&id) {
                    members.push(id);
                }
            }
            let id = format!("g{number}");
            self.groups.push(Group { id, members });
        }
        let groups = self.groups.iter().map(|group| {
            let members = group.members.iter().map(|id| format!("users/{id}"));
            json!({"id": group.id, "members@odata.bind": members.collect::<Vec<_>>()})
        });
        groups.collect()
    }

    pub fn answer(&mut self, request: &Request, found: &Answer) -> Answer {
        let made = found.body.get("id").and_then(Value::as_str);
        let made = made.or(found.made.as_deref());
        let (status, body) = self
            .outcome(request, made)
            .unwrap_or_else(|status| (status, Value::Null));
        let made = None;
        Answer { status, body, made }
    }

    fn outcome(&mut self, request: &Request, made: Option<&str>) -> Outcome {
        match request {
            Request::Get { id, shape, .. } => Ok((200, self.shown(self.user(id)?, shape))),
            Request::List {
                choice,
                shape,
                counted,
            } => {
                let chosen = self.chosen(choice);
                let count = chosen.len();
                let items = chosen.into_iter().skip(choice.skip);
                let items: Value = items.map(|user| self.shown(user, shape)).collect();
                Ok((
                    200,
                    match counted {
                        true => json!({"@odata.count": count, "value": items}),
                        false => json!({"value": items}),
                    },
                ))
            }
            Request::Count { choice } => Ok((200, self.chosen(choice).len().to_string().into())),
            Request::Create { body, minimal } => {
                let id = self.create(body, made)?;
                Ok(match minimal {
                    true => (204, Value::Null),
                    false => (201, self.user(&id)?.members.clone().into()),
                })
            }
            Request::Update {
                id,
                body,
                replaces,
                shown,
            } => {
                self.update(id, body, *replaces)?;
                Ok(match shown {
                    true => (200, self.user(id)?.members.clone().into()),
                    false => (204, Value::Null),
                })
            }
            Request::Delete { id } => {
                self.user(id)?;
                self.delete(id);
                Ok((204, Value::Null))
            }
            Request::Property { id, name, act } => self.property(id, name, act),
            Request::Contained { id, message, act } => self.message(id, message, act),
            Request::AllContained { id, create } => self.messages(id, create.as_ref(), made),
            Request::Reference { group, id, act } => self.membership(group, id, *act),
            Request::Manager { id, manager, act } => self.manager(id, manager, *act),
            Request::Members { group, shape } => {
                let members = &self.group(group)?.members;
                let items = members
                    .iter()
                    .map(|id| Ok::<_, u16>(self.shown(self.user(id)?, shape)));
                let items: Value = items.collect::<Result<_, _>>()?;
                Ok((200, json!({"value": items})))
            }
            Request::CreateMember { group, body } => {
                check(body)?;
                self.group(group)?;
                let id = self.create(body, made)?;
                let members = self.user(&id)?.members.clone();
                let mut groups = self.groups.iter_mut();
                groups.find(|it| it.id == *group).unwrap().members.push(id);
                Ok((201, members.into()))
            }
            Request::Groups => {
                let groups = self.groups.iter().map(|group| {
                    let members = group.members.iter().map(|id| json!({"id": id}));
                    json!({"id": group.id, "members": members.collect::<Vec<_>>()})
                });
                Ok((200, json!({"value": groups.collect::<Vec<_>>()})))
            }
            Request::Recent { days, count } => {
                let users = self.users.iter();
                let recent = users.filter(|user| {
                    user.get("age")
                        .as_i64()
                        .is_some_and(|age| age >= i64::from(*days))
                });
                let recent: Vec<Value> = recent.map(|user| user.members.clone().into()).collect();
                Ok((
                    200,
                    match count {
                        true => recent.len().to_string().into(),
                        false => json!({"value": recent}),
                    },
                ))
            }
            Request::NumberOfTips => Ok((200, json!({"value": self.users.len()}))),
            Request::Promote { id } => {
                let user = self.user_mut(id)?;
                user.members.insert("level".to_owned(), "gold".into());
                Ok((200, user.members.clone().into()))
            }
            Request::Reset { body } => {
                if body.get("hard") != Some(&json!(true)) {
                    return Err(400);
                }
                let ids: Vec<String> = self.users.iter().map(|u| u.id().to_owned()).collect();
                ids.iter().for_each(|id| self.delete(id));
                Ok((204, Value::Null))
            }
        }
    }

    fn user(&self, id: &str) -> Result<&User, u16> {
        self.users.iter().find(|user| user.id() == id).ok_or(404)
    }

    fn user_mut(&mut self, id: &str) -> Result<&mut User, u16> {
        self.users
            .iter_mut()
            .find(|user| user.id() == id)
            .ok_or(404)
    }

    fn group(&self, id: &str) -> Result<&Group, u16> {
        self.groups.iter().find(|group| group.id == id).ok_or(404)
    }

    /// Makes a user; `made` is the key that the service made up where the body has none.
    pub fn create(&mut self, body: &Body, made: Option<&str>) -> Result<String, u16> {
        check(body)?;
        let mut user = User::default();
        for (name, value) in body {
            match name.as_str() {
                "messages" => {
                    let messages = value.as_array().unwrap().iter();
                    user.messages = messages.map(|m| m.as_object().unwrap().clone()).collect();
                }
                "createdBy" if made.is_some() => {}
                "manager@odata.bind" => user.manager = Some(target(value)),
                _ => {
                    user.members.insert(name.clone(), value.clone());
                }
            }
        }
        // A service that refuses the body makes no key up.
        let key = body.get("id").and_then(Value::as_str).or(made);
        let key = key.unwrap_or_default().to_owned();
        user.members.insert("id".to_owned(), key.clone().into());
        if self.user(&key).is_ok() {
            return Err(409);
        }
        let mut ids: Vec<&Value> = user.messages.iter().map(|message| &message["id"]).collect();
        let count = ids.len();
        ids.sort_by_key(|id| id.to_string());
        ids.dedup();
        if ids.len() < count {
            return Err(409);
        }
        if let Some(manager) = &user.manager {
            // Nobody is a manager before being there.
            self.user(manager)?;
        }
        self.users.push(user);
        Ok(key)
    }

    fn update(&mut self, id: &str, body: &Body, replaces: bool) -> Result<(), u16> {
        check(body)?;
        let user = self.user(id)?;
        if let (Some(old), Some(new)) = (user.members.get("code"), body.get("code"))
            && old != new
        {
            return Err(400);
        }
        let manager = body.get("manager@odata.bind").map(target);
        if let Some(manager) = &manager {
            self.user(manager)?;
        }
        let user = self.user_mut(id)?;
        user.manager = manager.or(user.manager.take());
        if replaces {
            user.members.retain(|name, _| name == "id");
        }
        for (name, value) in body {
            if !matches!(name.as_str(), "createdBy" | "manager@odata.bind") {
                merge(&mut user.members, name, value);
            }
        }
        Ok(())
    }

    fn delete(&mut self, id: &str) {
        self.users.retain(|user| user.id() != id);
        for user in &mut self.users {
            user.manager.take_if(|manager| manager == id);
        }
        for group in &mut self.groups {
            group.members.retain(|member| member != id);
        }
    }

    fn property(&mut self, id: &str, name: &str, act: &Act) -> Outcome {
        let user = self.user_mut(id)?;
        let value = match act {
            Act::Read | Act::Raw => {
                let value = match name {
                    "home/city" => user.city().clone(),
                    name => user.get(name).clone(),
                };
                return Ok(match (value, act) {
                    (Value::Null, _) => (204, Value::Null),
                    (value, Act::Raw) => (200, value),
                    (value, _) => (200, json!({"value": value})),
                });
            }
            Act::Write(value) => value.clone(),
            Act::Delete => Value::Null,
        };
        match name {
            "home/city" => {
                let home = user.members.entry("home").or_insert(Value::Null);
                if home.is_null() {
                    *home = json!({});
                }
                home["city"] = value;
            }
            name => {
                user.members.insert(name.to_owned(), value);
            }
        }
        Ok((204, Value::Null))
    }

    fn message(&mut self, id: &str, message: &str, act: &Act) -> Outcome {
        let messages = &mut self.user_mut(id)?.messages;
        let position = messages
            .iter()
            .position(|it| it["id"] == message)
            .ok_or(404_u16)?;
        match act {
            Act::Read | Act::Raw => Ok((200, messages[position].clone().into())),
            Act::Write(value) => {
                messages[position].insert("subject".to_owned(), value["subject"].clone());
                Ok((204, Value::Null))
            }
            Act::Delete => {
                messages.remove(position);
                Ok((204, Value::Null))
            }
        }
    }

    fn messages(&mut self, id: &str, create: Option<&Body>, made: Option<&str>) -> Outcome {
        let messages = &mut self.user_mut(id)?.messages;
        let Some(body) = create else {
            return Ok((200, json!({"value": messages})));
        };
        let mut message = body.clone();
        if let (None, Some(made)) = (body.get("id"), made) {
            message.insert("id".to_owned(), made.into());
        }
        if messages.iter().any(|it| it["id"] == message["id"]) {
            return Err(409);
        }
        messages.push(message.clone());
        Ok((201, message.into()))
    }

    fn membership(&mut self, group: &str, id: &str, act: Link) -> Outcome {
        let is_user = self.user(id).is_ok();
        let position = self
            .groups
            .iter()
            .position(|it| it.id == group)
            .ok_or(404_u16)?;
        let members = &mut self.groups[position].members;
        let is_member = members.iter().any(|member| member == id);
        match act {
            Link::Read => {
                let references = members.iter().map(|id| reference(id));
                Ok((200, json!({"value": references.collect::<Vec<_>>()})))
            }
            Link::Set if !is_user => Err(404),
            Link::Set if is_member => Err(400),
            Link::Set => {
                members.push(id.to_owned());
                Ok((204, Value::Null))
            }
            _ if !is_member => Err(404),
            Link::Remove => {
                members.retain(|member| member != id);
                Ok((204, Value::Null))
            }
            Link::Follow => Ok((200, self.user(id)?.members.clone().into())),
        }
    }

    fn manager(&mut self, id: &str, manager: &str, act: Link) -> Outcome {
        let has = self.user(id)?.manager.clone();
        match act {
            Link::Set => {
                self.user(manager)?;
                self.user_mut(id)?.manager = Some(manager.to_owned());
                Ok((204, Value::Null))
            }
            Link::Remove => {
                has.ok_or(404_u16)?;
                self.user_mut(id)?.manager = None;
                Ok((204, Value::Null))
            }
            Link::Read => Ok((200, reference(&has.ok_or(404_u16)?))),
            Link::Follow => {
                let manager = self.user(&has.ok_or(404_u16)?)?;
                Ok((200, manager.members.clone().into()))
            }
        }
    }

    fn chosen(&self, choice: &Choice) -> Vec<&User> {
        let mut users: Vec<&User> = self.users.iter().collect();
        users.retain(|user| {
            let filtered = choice
                .filter
                .as_ref()
                .is_none_or(|filter| self.fits(user, filter));
            let searched = choice.search.as_ref().is_none_or(|word| {
                user.members
                    .values()
                    .any(|value| has(value, &word.to_lowercase()))
            });
            filtered && searched
        });
        if let Some((name, descends)) = choice.order {
            // Null comes before everything else.
            let key = |user: &&User| match name {
                "age" => (user.get("age").as_i64(), None),
                "home/city" => (None, user.city().as_str().map(str::to_owned)),
                name => (None, user.get(name).as_str().map(str::to_owned)),
            };
            if descends {
                users.sort_by_key(|user| std::cmp::Reverse(key(user)));
            } else {
                users.sort_by_key(key);
            }
        }
        users
    }

    fn fits(&self, user: &User, filter: &Filter) -> bool {
        match filter {
            Filter::AgeFrom(age) => user
                .get("age")
                .as_i64()
                .is_some_and(|it| it >= i64::from(*age)),
            Filter::Named(name) => user.get("displayName") == name,
            Filter::Tagged(tag) => user
                .get("tags")
                .as_array()
                .is_some_and(|tags| tags.iter().any(|it| it == tag)),
            Filter::ManagerNamed(name) => {
                let manager = user.manager.as_ref().and_then(|id| self.user(id).ok());
                manager.is_some_and(|manager| manager.get("displayName") == name)
            }
            Filter::MessagesMoreThan(count) => user.messages.len() > *count,
            Filter::Home(city) => user.city() == city,
        }
    }

    fn shown(&self, user: &User, shape: &Shape) -> Value {
        let mut shown = selected(&user.members, shape.select.as_deref());
        for expand in &shape.expand {
            match expand {
                Expand::Manager { id_only } => {
                    let manager = user.manager.as_ref().and_then(|id| self.user(id).ok());
                    let only = id_only.then_some(&["id"][..]);
                    let manager = manager.map(|it| selected(&it.members, only).into());
                    shown.insert("manager".to_owned(), manager.unwrap_or(Value::Null));
                }
                Expand::Messages {
                    subject,
                    descends,
                    top,
                    counted,
                } => {
                    let mut messages = user.messages.clone();
                    if let Some(subject) = subject {
                        messages.retain(|it| it["subject"] == *subject);
                    }
                    let key = |it: &Members| it["subject"].as_str().map(str::to_owned);
                    match descends {
                        Some(true) => messages.sort_by_key(|it| std::cmp::Reverse(key(it))),
                        Some(false) => messages.sort_by_key(key),
                        None => {}
                    }
                    if *counted {
                        shown.insert("messages@odata.count".to_owned(), messages.len().into());
                    }
                    messages.truncate(top.unwrap_or(usize::MAX));
                    shown.insert("messages".to_owned(), messages.into());
                }
            }
        }
        shown.into()
    }
}

fn selected(members: &Members, names: Option<&[&str]>) -> Members {
    let Some(names) = names else {
        return members.clone();
    };
    let mut shown = Members::new();
    for name in names {
        match members.get(*name) {
            Some(value) => shown.insert((*name).to_owned(), value.clone()),
            // A collection is never null.
            None if *name == "tags" => None,
            None => shown.insert((*name).to_owned(), Value::Null),
        };
    }
    shown
}

/// What metadata does not allow in a body.
fn check(body: &Body) -> Result<(), u16> {
    for (name, value) in body {
        let is_good = match name.as_str() {
            "age" => value.is_null() || value.is_i64(),
            "tags" => value.is_array(),
            "country" => value.as_str().is_none_or(|text| text.len() <= 2),
            "code" => value.as_str().is_none_or(|text| text.len() <= 3),
            "nothing" => false,
            _ => true,
        };
        if !is_good {
            return Err(400);
        }
    }
    Ok(())
}

fn merge(members: &mut Members, name: &str, value: &Value) {
    match (members.get_mut(name), value) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            new.iter().for_each(|(name, value)| merge(old, name, value));
        }
        _ => {
            members.insert(name.to_owned(), value.clone());
        }
    }
}

fn has(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(word),
        Value::Array(items) => items.iter().any(|item| has(item, word)),
        Value::Object(members) => members.values().any(|member| has(member, word)),
        _ => false,
    }
}

fn target(reference: &Value) -> String {
    reference
        .as_str()
        .unwrap()
        .trim_start_matches("users/")
        .to_owned()
}

fn reference(id: &str) -> Value {
    json!({"@odata.id": format!("users('{id}')")})
}
