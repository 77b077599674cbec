//! What changed of requests and names without a declaration of its own: capabilities, keys and
//! streams decide which methods a request builder has, and names can force each other out.

use super::report::Change;
use super::rules::Kind;
use crate::api::{
    Api, BuilderItem, ItemPath, Method, MethodKind, ModelItem, ModelKind, Module, OperationItem,
    ResourceItem,
};
use std::collections::BTreeMap;

/// The changes of methods that no element of the metadata stands for, and of names that only Rust
/// knows.
pub(super) fn changes(old: &Api, new: &Api) -> Vec<Change> {
    let mut changes = Vec::new();
    let (old_requests, new_requests) = (requests(old), requests(new));
    for (owner, old_methods) in &old_requests {
        // What comes and goes with its type is reported with it.
        let Some(new_methods) = new_requests.get(owner) else {
            continue;
        };
        compare(owner, old_methods, new_methods, &mut changes);
    }
    let (old_names, new_names) = (names(old), names(new));
    for (element, old_name) in &old_names {
        if let Some(new_name) = new_names
            .get(element)
            .filter(|new_name| *new_name != old_name)
        {
            changes.push(change(
                Kind::NameChanged,
                element,
                None,
                format!("{old_name} → {new_name}"),
            ));
        }
    }
    changes
}

fn change(kind: Kind, owner: &str, member: Option<&str>, detail: String) -> Change {
    Change {
        kind,
        owner: owner.to_owned(),
        member: member.map(str::to_owned),
        detail,
    }
}

/// Methods by what they do, with the form that they have.
type Requests = BTreeMap<String, String>;

fn compare(owner: &str, old: &Requests, new: &Requests, changes: &mut Vec<Change>) {
    for (request, old_form) in old {
        let kind = match new.get(request) {
            None => Kind::RequestRemoved,
            Some(new_form) if new_form != old_form => Kind::RequestChanged,
            Some(_) => continue,
        };
        let detail = match new.get(request) {
            None => String::new(),
            Some(new_form) => format!("{old_form} → {new_form}"),
        };
        changes.push(change(kind, owner, Some(request), detail));
    }
    for request in new.keys().filter(|request| !old.contains_key(*request)) {
        changes.push(change(
            Kind::RequestAdded,
            owner,
            Some(request),
            String::new(),
        ));
    }
}

/// The requests of all builders that no navigation property and no operation stands for, by the
/// resource that they are made of.
fn requests(api: &Api) -> BTreeMap<String, Requests> {
    let mut found = BTreeMap::new();
    for resource in api.requests.all() {
        for builder in &resource.builders {
            let owner = if builder.is_collection {
                format!("collection of the {}", builder.source)
            } else {
                builder.source.clone()
            };
            found.insert(owner, of_builder(builder));
        }
        for operation in &resource.operations {
            let leads = operation
                .leads_to
                .as_ref()
                .map(|target| ("paths that go on".to_owned(), path(target)));
            found.insert(described(operation), leads.into_iter().collect());
        }
    }
    found
}

fn of_builder(builder: &BuilderItem) -> Requests {
    let methods = builder.methods.iter();
    methods
        .filter_map(|method| Some((request(method)?, form(method))))
        .collect()
}

/// What the method does, for those that no declared element stands for.
fn request(method: &Method) -> Option<String> {
    Some(match &method.kind {
        MethodKind::Navigate(_) | MethodKind::Call { .. } => return None,
        MethodKind::References { segment, .. } => format!("references of `{segment}`"),
        MethodKind::Key(key) => {
            let parts: Vec<_> = key
                .parts
                .iter()
                .map(|part| part.wire_name.as_str())
                .collect();
            format!("one by `{}`", parts.join("`, `"))
        }
        MethodKind::Cast { .. } => "cast".to_owned(),
        MethodKind::Get(_) => "get".to_owned(),
        MethodKind::List { .. } => "list".to_owned(),
        MethodKind::Create(_) => "create".to_owned(),
        MethodKind::Update { .. } => "update".to_owned(),
        MethodKind::Delete => "delete".to_owned(),
        MethodKind::Count => "count".to_owned(),
        MethodKind::Download(segment) => format!("download of `{segment}`"),
        MethodKind::Upload(segment) => format!("upload of `{segment}`"),
    })
}

/// What callers see of the method.
fn form(method: &Method) -> String {
    let name = &method.name;
    match &method.kind {
        MethodKind::Key(key) => {
            let types: Vec<_> = key
                .parts
                .iter()
                .map(|part| format!("{:?}", part.rust_type))
                .collect();
            format!("{name}({})", types.join(", "))
        }
        MethodKind::Update { by_put: true, .. } => format!("{name} by PUT"),
        MethodKind::Update { .. } => format!("{name} by PATCH"),
        MethodKind::References { is_collection, .. } => format!("{name} ({is_collection})"),
        _ => name.to_string(),
    }
}

/// The Rust names of elements, as far as other names had a say in them.
fn names(api: &Api) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    model_names(&api.models, &mut found);
    for resource in api.requests.all() {
        resource_names(resource, &mut found);
    }
    for method in &api.client.methods {
        method_name("the service", method, &mut found);
    }
    found
}

fn model_names(module: &Module<ModelItem>, found: &mut BTreeMap<String, String>) {
    for item in module.all() {
        match &item.kind {
            ModelKind::Struct(declared) => {
                for field in &declared.fields {
                    let element =
                        format!("property {}/{}", declared.qualified_name, field.wire_name);
                    found.insert(element, field.name.to_string());
                }
            }
            ModelKind::Enum(declared) => {
                for member in &declared.members {
                    let element =
                        format!("member {}/{}", declared.qualified_name, member.wire_name);
                    found.insert(element, member.name.to_string());
                }
                let element = format!("{}, unknown members", declared.qualified_name);
                found.insert(element, declared.other.to_string());
            }
            ModelKind::AllowedValues(_) => {}
        }
    }
}

fn resource_names(resource: &ResourceItem, found: &mut BTreeMap<String, String>) {
    for builder in &resource.builders {
        for method in &builder.methods {
            let owner = format!("{} ({})", builder.source, builder.is_collection);
            method_name(&owner, method, found);
        }
    }
    for operation in &resource.operations {
        found.insert(described(operation), operation.name.to_string());
    }
    for family in &resource.families {
        for member in &family.members {
            let element = format!("{} among {}", path(&member.operation), family.name);
            found.insert(element, member.name.to_string());
        }
    }
}

fn method_name(owner: &str, method: &Method, found: &mut BTreeMap<String, String>) {
    let element = match &method.kind {
        MethodKind::Navigate(navigation) => format!("{owner}/{}", navigation.segment),
        MethodKind::Call { target, .. } => format!("{owner}, call of {}", path(target)),
        _ => return,
    };
    found.insert(element, method.name.to_string());
}

/// The overload with the names of its parameters.
fn described(operation: &OperationItem) -> String {
    let kind = if operation.is_action {
        "action"
    } else {
        "function"
    };
    let parameters = operation.parameters.join(", ");
    format!("{kind} {}({parameters})", operation.qualified_name)
}

fn path(item: &ItemPath) -> String {
    let module = item.module.iter().map(|name| name.plain());
    module
        .chain([item.name.plain()])
        .collect::<Vec<_>>()
        .join("::")
}
