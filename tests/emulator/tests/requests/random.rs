//! Random data and requests.

use super::Members;
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

/// A user as a body describes one; references are paths below the service root.
pub type Body = Members;

/// All kinds of requests.
pub const KINDS: [&str; 12] = [
    "get",
    "list",
    "count",
    "create",
    "update",
    "delete",
    "property",
    "contained",
    "references",
    "navigate",
    "function",
    "action",
];

#[derive(Clone, Debug)]
pub enum Request {
    Get {
        id: String,
        as_segment: bool,
        shape: Shape,
    },
    List {
        choice: Choice,
        shape: Shape,
        counted: bool,
    },
    Count {
        choice: Choice,
    },
    Create {
        body: Body,
        minimal: bool,
    },
    Update {
        id: String,
        body: Body,
        replaces: bool,
        shown: bool,
    },
    Delete {
        id: String,
    },
    Property {
        id: String,
        name: &'static str,
        act: Act,
    },
    Contained {
        id: String,
        message: String,
        act: Act,
    },
    AllContained {
        id: String,
        create: Option<Body>,
    },
    Reference {
        group: String,
        id: String,
        act: Link,
    },
    Manager {
        id: String,
        manager: String,
        act: Link,
    },
    Members {
        group: String,
        shape: Shape,
    },
    CreateMember {
        group: String,
        body: Body,
    },
    Groups,
    Recent {
        days: i32,
        count: bool,
    },
    NumberOfTips,
    Promote {
        id: String,
    },
    Reset {
        body: Body,
    },
}

#[derive(Clone, Debug)]
pub enum Act {
    Read,
    Raw,
    Write(Value),
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The entity that the reference leads to.
    Follow,
    Read,
    Set,
    Remove,
}

/// What of an entity is wanted.
#[derive(Clone, Debug)]
pub struct Shape {
    pub select: Option<Vec<&'static str>>,
    pub expand: Vec<Expand>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expand {
    Manager {
        id_only: bool,
    },
    Messages {
        subject: Option<String>,
        descends: Option<bool>,
        top: Option<usize>,
        counted: bool,
    },
}

/// Which entities are wanted.
#[derive(Clone, Debug)]
pub struct Choice {
    pub filter: Option<Filter>,
    pub search: Option<String>,
    pub order: Option<(&'static str, bool)>,
    pub skip: usize,
    pub page: usize,
}

#[derive(Clone, Debug)]
pub enum Filter {
    AgeFrom(i32),
    Named(String),
    Tagged(String),
    ManagerNamed(String),
    MessagesMoreThan(usize),
    Home(String),
}

impl Filter {
    fn written(&self) -> String {
        match self {
            Self::AgeFrom(age) => format!("age ge {age}"),
            Self::Named(name) => format!("displayName eq '{name}'"),
            Self::Tagged(tag) => format!("tags/any(t:t eq '{tag}')"),
            Self::ManagerNamed(name) => format!("manager/displayName eq '{name}'"),
            Self::MessagesMoreThan(count) => format!("messages/$count gt {count}"),
            Self::Home(city) => format!("home/city eq '{city}'"),
        }
    }
}

impl Expand {
    fn written(&self) -> String {
        match self {
            Self::Manager { id_only: false } => "manager".to_owned(),
            Self::Manager { id_only: true } => "manager($select=id)".to_owned(),
            Self::Messages {
                subject,
                descends,
                top,
                counted,
            } => {
                let filter = subject.iter().map(|s| format!("$filter=subject eq '{s}'"));
                let order = descends.iter().map(|descends| {
                    format!("$orderby=subject{}", if *descends { " desc" } else { "" })
                });
                let top = top.iter().map(|top| format!("$top={top}"));
                let count = counted.then(|| "$count=true".to_owned());
                let options: Vec<String> = filter.chain(order).chain(top).chain(count).collect();
                match options.is_empty() {
                    true => "messages".to_owned(),
                    false => format!("messages({})", options.join(";")),
                }
            }
        }
    }
}

impl Shape {
    fn written(&self) -> Vec<(String, String)> {
        let select = self.select.iter().map(|names| ("$select", names.join(",")));
        let expand: Vec<String> = self.expand.iter().map(Expand::written).collect();
        let expand = (!expand.is_empty()).then(|| ("$expand", expand.join(",")));
        let options = select.chain(expand);
        options
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

impl Choice {
    fn written(&self, counts: bool) -> Vec<(String, String)> {
        let filter = self
            .filter
            .iter()
            .map(|filter| ("$filter", filter.written()));
        let search = self.search.iter().map(|word| ("$search", word.clone()));
        let mut options: Vec<(&str, String)> = filter.chain(search).collect();
        if !counts {
            if let Some((name, descends)) = self.order {
                let direction = if descends { " desc" } else { "" };
                options.push(("$orderby", format!("{name}{direction}")));
            }
            options.push(("$skip", self.skip.to_string()));
            options.push(("$top", self.page.to_string()));
        }
        let options = options.into_iter();
        options
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

impl Request {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Get { .. } => "get",
            Self::List { .. } | Self::Groups => "list",
            Self::Count { .. } => "count",
            Self::Create { .. } | Self::CreateMember { .. } => "create",
            Self::Update { .. } => "update",
            Self::Delete { .. } => "delete",
            Self::Property { .. } => "property",
            Self::Contained { .. } | Self::AllContained { .. } => "contained",
            Self::Reference { .. } | Self::Manager { .. } => "references",
            Self::Members { .. } => "navigate",
            Self::Recent { .. } | Self::NumberOfTips => "function",
            Self::Promote { .. } | Self::Reset { .. } => "action",
        }
    }

    /// Method, path below the service root, and query.
    pub fn address(&self) -> (Method, String, Vec<(String, String)>) {
        let none = Vec::new;
        let link = |act: &Link, several: bool| match act {
            Link::Follow | Link::Read => Method::GET,
            Link::Set if several => Method::POST,
            Link::Set => Method::PUT,
            Link::Remove => Method::DELETE,
        };
        let act = |act: &Act, write: Method| match act {
            Act::Read | Act::Raw => Method::GET,
            Act::Write(_) => write,
            Act::Delete => Method::DELETE,
        };
        match self {
            Self::Get {
                id,
                as_segment: true,
                shape,
            } => (Method::GET, format!("users/{id}"), shape.written()),
            Self::Get { id, shape, .. } => (Method::GET, format!("users('{id}')"), shape.written()),
            Self::List {
                choice,
                shape,
                counted,
            } => {
                let mut query = choice.written(false);
                query.extend(shape.written());
                if *counted {
                    query.push(("$count".to_owned(), "true".to_owned()));
                }
                (Method::GET, "users".to_owned(), query)
            }
            Self::Count { choice } => {
                (Method::GET, "users/$count".to_owned(), choice.written(true))
            }
            Self::Create { .. } => (Method::POST, "users".to_owned(), none()),
            Self::Update { id, replaces, .. } => {
                let method = if *replaces {
                    Method::PUT
                } else {
                    Method::PATCH
                };
                (method, format!("users/{id}"), none())
            }
            Self::Delete { id } => (Method::DELETE, format!("users/{id}"), none()),
            Self::Property { id, name, act: on } => {
                let raw = if matches!(on, Act::Raw) {
                    "/$value"
                } else {
                    ""
                };
                (
                    act(on, Method::PUT),
                    format!("users/{id}/{name}{raw}"),
                    none(),
                )
            }
            Self::Contained {
                id,
                message,
                act: on,
            } => (
                act(on, Method::PATCH),
                format!("users/{id}/messages/{message}"),
                none(),
            ),
            Self::AllContained { id, create } => {
                let method = if create.is_some() {
                    Method::POST
                } else {
                    Method::GET
                };
                (method, format!("users/{id}/messages"), none())
            }
            Self::Reference { group, id, act } => {
                let path = match act {
                    Link::Follow => format!("groups/{group}/members/{id}"),
                    Link::Read | Link::Set => format!("groups/{group}/members/$ref"),
                    Link::Remove => format!("groups/{group}/members/{id}/$ref"),
                };
                (link(act, true), path, none())
            }
            Self::Manager { id, act, .. } => {
                let reference = if *act == Link::Follow { "" } else { "/$ref" };
                (
                    link(act, false),
                    format!("users/{id}/manager{reference}"),
                    none(),
                )
            }
            Self::Members { group, shape } => (
                Method::GET,
                format!("groups/{group}/members"),
                shape.written(),
            ),
            Self::CreateMember { group, .. } => {
                (Method::POST, format!("groups/{group}/members"), none())
            }
            Self::Groups => {
                let expand = ("$expand".to_owned(), "members($select=id)".to_owned());
                (Method::GET, "groups".to_owned(), vec![expand])
            }
            Self::Recent { days, count } => {
                let count = if *count { "/$count" } else { "" };
                (
                    Method::GET,
                    format!("users/recent(days={days}){count}"),
                    none(),
                )
            }
            Self::NumberOfTips => (Method::GET, "numberOfTips()".to_owned(), none()),
            Self::Promote { id } => (Method::POST, format!("users/{id}/promote"), none()),
            Self::Reset { .. } => (Method::POST, "resetAll".to_owned(), none()),
        }
    }

    pub fn prefers(&self) -> &'static str {
        match self {
            Self::Create { minimal: true, .. } => "return=minimal",
            Self::Update { shown: true, .. } => "return=representation",
            _ => "",
        }
    }

    /// The body; references have the service's own address.
    pub fn body(&self, root: &str) -> Option<Value> {
        let reference = |id: &str| Some(json!({"@odata.id": format!("{root}/users/{id}")}));
        match self {
            Self::Create { body, .. }
            | Self::Update { body, .. }
            | Self::CreateMember { body, .. }
            | Self::AllContained {
                create: Some(body), ..
            }
            | Self::Reset { body } => Some(body.clone().into()),
            Self::Property {
                act: Act::Write(value),
                ..
            } => Some(json!({"value": value})),
            Self::Contained {
                act: Act::Write(value),
                ..
            } => Some(value.clone()),
            Self::Reference {
                id, act: Link::Set, ..
            } => reference(id),
            Self::Manager {
                manager,
                act: Link::Set,
                ..
            } => reference(manager),
            Self::Promote { .. } => Some(json!({})),
            _ => None,
        }
    }
}

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(texts).prop_map(str::to_owned)
}

fn word() -> impl Strategy<Value = String> {
    one_of(&["a", "b", "A", "ab", "bA", "bb"])
}

fn id() -> impl Strategy<Value = String> {
    one_of(&["u0", "u1", "u2", "u3"])
}

fn group() -> impl Strategy<Value = String> {
    one_of(&["g0", "g1", "g2"])
}

fn message_id() -> impl Strategy<Value = String> {
    one_of(&["m0", "m1"])
}

fn or_null<T: Into<Value> + std::fmt::Debug>(
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = Value> {
    proptest::option::weighted(0.8, values).prop_map(|value| value.map_or(Value::Null, Into::into))
}

/// Members of a user that a body may have; now and then one that it must not.
fn members() -> impl Strategy<Value = Body> {
    let member = prop_oneof![
        12 => or_null(word()).prop_map(|v| ("displayName", v)),
        12 => or_null(-2..4).prop_map(|v| ("age", v)),
        8 => or_null(prop_oneof![Just("silver"), Just("gold")]).prop_map(|v| ("level", v)),
        8 => proptest::collection::vec(word(), 0..3).prop_map(|v| ("tags", v.into())),
        8 => home().prop_map(|v| ("home", v)),
        6 => word().prop_map(|v| ("code", v.into())),
        6 => id().prop_map(|v| ("manager@odata.bind", format!("users/{v}").into())),
        4 => Just(("createdBy", json!("the service alone says so"))),
        1 => Just(("age", json!("1"))),
        1 => Just(("tags", Value::Null)),
        1 => Just(("country", json!("too long"))),
        1 => Just(("nothing", json!(1))),
    ];
    proptest::collection::vec(member, 0..5).prop_map(|members| {
        let members = members.into_iter();
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

fn home() -> impl Strategy<Value = Value> {
    let part =
        |name: &'static str| proptest::option::of(or_null(word()).prop_map(move |v| (name, v)));
    let parts = (part("street"), part("city"));
    let home = parts.prop_map(|(street, city)| {
        let parts = street.into_iter().chain(city);
        Value::Object(
            parts
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    });
    prop_oneof![4 => home, 1 => Just(Value::Null)]
}

fn message() -> impl Strategy<Value = Body> {
    (
        proptest::option::weighted(0.8, message_id()),
        or_null(word()),
    )
        .prop_map(|(id, subject)| {
            let mut message = Body::from_iter([("subject".to_owned(), subject)]);
            if let Some(id) = id {
                message.insert("id".to_owned(), id.into());
            }
            message
        })
}

fn user(id: impl Strategy<Value = Option<String>>) -> impl Strategy<Value = Body> {
    let messages = proptest::collection::vec((message_id(), or_null(word())), 0..3);
    (id, members(), messages).prop_map(|(id, mut body, messages)| {
        if let Some(id) = id {
            body.insert("id".to_owned(), id.into());
        }
        if !messages.is_empty() {
            let messages = messages.into_iter();
            let messages = messages.map(|(id, subject)| json!({"id": id, "subject": subject}));
            body.insert("messages".to_owned(), messages.collect());
        }
        body
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let names = ["id", "displayName", "age", "tags", "home", "code"];
    let select = proptest::sample::subsequence(names.to_vec(), 1..4);
    let messages = (
        proptest::option::weighted(0.3, word()),
        proptest::option::of(any::<bool>()),
        proptest::option::weighted(0.3, 1..3_usize),
        any::<bool>(),
    );
    let messages = messages.prop_map(|(subject, descends, top, counted)| Expand::Messages {
        subject,
        descends,
        top,
        counted,
    });
    let manager = any::<bool>().prop_map(|id_only| Expand::Manager { id_only });
    let expand = (
        proptest::option::weighted(0.3, messages),
        proptest::option::weighted(0.3, manager),
    );
    (proptest::option::of(select), expand).prop_map(|(select, (messages, manager))| Shape {
        select,
        expand: messages.into_iter().chain(manager).collect(),
    })
}

fn choice() -> impl Strategy<Value = Choice> {
    let filter = prop_oneof![
        (-2..4).prop_map(Filter::AgeFrom),
        word().prop_map(Filter::Named),
        word().prop_map(Filter::Tagged),
        word().prop_map(Filter::ManagerNamed),
        (0..2_usize).prop_map(Filter::MessagesMoreThan),
        word().prop_map(Filter::Home),
    ];
    let order = (
        prop_oneof![Just("displayName"), Just("age"), Just("home/city")],
        any::<bool>(),
    );
    (
        proptest::option::weighted(0.6, filter),
        proptest::option::weighted(0.3, word()),
        proptest::option::of(order),
        0..3_usize,
        1..4_usize,
    )
        .prop_map(|(filter, search, order, skip, page)| Choice {
            filter,
            search,
            order,
            skip,
            page,
        })
}

fn act(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Read),
        2 => value.prop_map(Act::Write),
        1 => Just(Act::Delete),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let link = || proptest::sample::select(vec![Link::Follow, Link::Read, Link::Set, Link::Remove]);
    let some_id = || proptest::option::weighted(0.8, id());
    let text = |name: &'static str| {
        let act = prop_oneof![4 => act(or_null(word())), 1 => Just(Act::Raw)];
        (id(), act).prop_map(move |(id, act)| Request::Property { id, name, act })
    };
    prop_oneof![
        2 => (id(), any::<bool>(), shape())
            .prop_map(|(id, as_segment, shape)| Request::Get { id, as_segment, shape }),
        3 => (choice(), shape(), any::<bool>())
            .prop_map(|(choice, shape, counted)| Request::List { choice, shape, counted }),
        1 => choice().prop_map(|choice| Request::Count { choice }),
        2 => (user(some_id()), any::<bool>())
            .prop_map(|(body, minimal)| Request::Create { body, minimal }),
        2 => (id(), members(), any::<bool>(), any::<bool>()).prop_map(
            |(id, body, replaces, shown)| Request::Update { id, body, replaces, shown }
        ),
        1 => id().prop_map(|id| Request::Delete { id }),
        1 => text("displayName"),
        1 => text("home/city"),
        1 => (id(), message_id(), act(message().prop_map(Value::from)))
            .prop_map(|(id, message, act)| Request::Contained { id, message, act }),
        1 => (id(), proptest::option::of(message()))
            .prop_map(|(id, create)| Request::AllContained { id, create }),
        2 => (group(), id(), link())
            .prop_map(|(group, id, act)| Request::Reference { group, id, act }),
        2 => (id(), id(), link())
            .prop_map(|(id, manager, act)| Request::Manager { id, manager, act }),
        1 => (group(), shape()).prop_map(|(group, shape)| Request::Members { group, shape }),
        1 => (group(), user(some_id()))
            .prop_map(|(group, body)| Request::CreateMember { group, body }),
        1 => Just(Request::Groups),
        1 => (-2..4, any::<bool>()).prop_map(|(days, count)| Request::Recent { days, count }),
        1 => Just(Request::NumberOfTips),
        1 => id().prop_map(|id| Request::Promote { id }),
        1 => reset(),
    ]
}

fn reset() -> impl Strategy<Value = Request> {
    let bodies = vec![json!({"hard": true}), json!({}), json!({"hard": 1})];
    proptest::sample::select(bodies).prop_map(|body| Request::Reset {
        body: body.as_object().cloned().unwrap_or_default(),
    })
}

/// Users and members of groups to begin with, and requests.
pub fn case() -> impl Strategy<Value = (Vec<Body>, Vec<Vec<String>>, Vec<Request>)> {
    let users = proptest::collection::vec(user(id().prop_map(Some)), 0..8);
    let groups = proptest::collection::vec(proptest::collection::vec(id(), 0..4), 1..4);
    let requests = proptest::collection::vec(request(), 1..12);
    (users, groups, requests)
}
