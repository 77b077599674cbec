//! The methods of request builders and of the client.

use super::{Collector, Element, Owner, Part};
use crate::api::{
    Argument, ItemPath, KeyMethod, Method, MethodKind, Navigation, PermissionItem, StreamSegment,
};
use crate::edm::Multiplicity;

impl Owner {
    /// A method of which no declaration speaks.
    fn method(&self, part: Part, method: &Method, detail: &str) -> Element {
        Element {
            parent: self.builder.clone(),
            detail: detail.to_owned(),
            types: self.lineage.clone(),
            name: method.name.to_string(),
            ..Element::new(part, &self.shown, None)
        }
    }

    fn key(&self, what: &str) -> String {
        format!("{} {what}", self.shown)
    }
}

impl Collector<'_> {
    pub(super) fn methods(&mut self, owner: &Owner, methods: &[Method]) {
        for method in methods {
            self.method(owner, method);
        }
    }

    fn method(&mut self, owner: &Owner, method: &Method) {
        match &method.kind {
            MethodKind::Navigate(to) => self.navigation(owner, method, to),
            MethodKind::References {
                segment,
                multiplicity,
            } => self.references(owner, method, segment, *multiplicity),
            MethodKind::Key(key) => self.key(owner, method, key),
            MethodKind::ItemPath { .. } => self.request(owner, method, "at_path"),
            MethodKind::Cast { .. } => {
                self.add(owner.key("cast"), owner.method(Part::Cast, method, ""));
            }
            MethodKind::Get { .. } => self.request(owner, method, "get"),
            MethodKind::Create(_) => self.request(owner, method, "create"),
            MethodKind::Delete => self.request(owner, method, "delete"),
            MethodKind::Count(_) => self.request(owner, method, "count"),
            MethodKind::List { unsupported, .. } => {
                self.request(owner, method, "list");
                for option in unsupported {
                    let excluded = Element {
                        parent: Some(owner.key("list")),
                        detail: (*option).to_owned(),
                        ..Element::new(Part::ExcludedOption, &owner.shown, None)
                    };
                    self.add(owner.key(&format!("list without {option}")), excluded);
                }
            }
            MethodKind::Update { by_put, .. } => {
                self.request(owner, method, "update");
                if *by_put {
                    let put = Element {
                        parent: Some(owner.key("update")),
                        ..Element::new(Part::Put, &owner.shown, None)
                    };
                    self.add(owner.key("update with PUT"), put);
                }
            }
            MethodKind::Download(segment) => self.stream(owner, method, "download", segment),
            MethodKind::Upload { content, .. } => self.stream(owner, method, "upload", content),
            MethodKind::Call { target, arguments } => self.calls(owner, method, target, arguments),
        }
    }

    fn request(&mut self, owner: &Owner, method: &Method, what: &str) {
        let request = owner.method(Part::Request, method, what);
        self.add(owner.key(what), request);
    }

    fn navigation(&mut self, owner: &Owner, method: &Method, to: &Navigation) {
        let (segment, places) = self.member(owner, &to.segment);
        let key = owner.key(&format!("to {segment}"));
        let refused = to.refused.iter().map(|kind| kind.name().to_owned());
        let items = to.items.refused.iter();
        let items = items.map(|(kind, item)| format!("{} of {item}", kind.name()));
        let below = to.below.iter().flat_map(|below| {
            let refused = below.refused.iter();
            refused.map(|kind| format!("{} of {}", kind.name(), below.path))
        });
        let refused = refused.chain(items).chain(below);
        let refused = refused.map(|what| (Part::Refusal, "refuses", what));
        let permissions = to.permissions.iter().map(|(kind, permission)| {
            let what = format!("{}: {}", kind.name(), scopes(permission));
            (Part::Permission, "permits", what)
        });
        for (part, verb, what) in refused.chain(permissions) {
            let element = Element {
                parent: Some(key.clone()),
                places: places.clone(),
                detail: what.clone(),
                ..Element::new(part, &owner.shown, Some(&segment))
            };
            self.add(format!("{key}, {verb} {what}"), element);
        }
        let navigation = Element {
            places,
            shown: (owner.shown.clone(), Some(segment)),
            signature: self.item(&to.target),
            ..owner.method(Part::Navigation, method, "")
        };
        self.add(key, navigation);
    }

    fn references(
        &mut self,
        owner: &Owner,
        method: &Method,
        segment: &str,
        multiplicity: Multiplicity,
    ) {
        let (segment, places) = self.member(owner, segment);
        let references = Element {
            places,
            shown: (owner.shown.clone(), Some(segment.clone())),
            signature: match multiplicity {
                Multiplicity::Many => "several",
                Multiplicity::One => "one",
            }
            .to_owned(),
            ..owner.method(Part::References, method, "")
        };
        self.add(owner.key(&format!("references of {segment}")), references);
    }

    fn key(&mut self, owner: &Owner, method: &Method, key: &KeyMethod) {
        let names: Vec<_> = key.parts.iter().map(|part| &*part.wire_name).collect();
        let types = key.parts.iter().map(|part| self.type_text(&part.rust_type));
        let types: Vec<_> = types.collect();
        let places = names.iter().flat_map(|name| self.member(owner, name).1);
        let element = Element {
            places: places.collect(),
            signature: types.join(", "),
            ..owner.method(Part::Key, method, method.name.plain())
        };
        self.add(owner.key(&format!("by {}", names.join(", "))), element);
    }

    /// A method to the content of a media entity, or to a stream property.
    fn stream(&mut self, owner: &Owner, method: &Method, what: &str, segment: &StreamSegment) {
        let StreamSegment::Property(segment) = segment else {
            let media = owner.method(Part::Media, method, what);
            return self.add(owner.key(what), media);
        };
        let (name, places) = self.member(owner, segment);
        let stream = Element {
            places,
            shown: (owner.shown.clone(), Some(name.clone())),
            ..owner.method(Part::Request, method, what)
        };
        self.add(owner.key(&format!("{what} {name}")), stream);
    }

    fn calls(&mut self, owner: &Owner, method: &Method, to: &ItemPath, arguments: &[Argument]) {
        let call = &self.calls[to];
        let mut places = self.argument_places(call, arguments);
        places.push(call.place.clone());
        places.extend(call.import.clone());
        let element = Element {
            places,
            signature: self.arguments(call, arguments),
            shown: (call.place.clone(), None),
            ..owner.method(Part::Call, method, &owner.shown)
        };
        self.add(owner.key(&format!("calls {}", self.item(to))), element);
    }
}

fn scopes(permission: &PermissionItem) -> String {
    format!("{} {}", permission.scheme, permission.scopes.join(" or "))
}
