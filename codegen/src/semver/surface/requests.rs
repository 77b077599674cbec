//! Request builders, calls, and the client.

use super::{Call, Collector, Element, Owner, Part, last_segment, path};
use crate::api::{
    ItemPath, OperationGroupItem, OperationItem, Origin, ResourceItem, ResultType, RustName,
};
use crate::edm::{Multiplicity, QualifiedName};
use crate::semver::entry_points::SERVICE;

impl<'a> Collector<'a> {
    /// The modules of requests, each with its path.
    fn resources(&self) -> Vec<(Vec<RustName>, &'a ResourceItem)> {
        let mut found = Vec::new();
        let api = self.api;
        api.requests.visit(&mut |parent, item| {
            let module = parent.iter().chain([&item.module]).cloned();
            found.push((module.collect(), item));
        });
        found
    }

    /// What request builders and calls are in the metadata.
    pub(super) fn note_requests(&mut self) {
        for (module, resource) in self.resources() {
            let name = resource.origin.type_name();
            let name = name.map_or_else(String::new, |name| self.type_name(name));
            for builder in &resource.builders {
                let what = format!("requests to {}", shown(&name, builder.multiplicity));
                self.names.insert(path(&module, &builder.name), what);
            }
            for item in &resource.operations {
                let path = path(&module, &item.name);
                let place = self.places[&item.operation].clone();
                let import = (resource.origin == Origin::Service).then(|| {
                    self.translation
                        .place(format!("{SERVICE}/{}", item.segment))
                });
                // A call is what it calls; one of an import is what the import calls it, too.
                let key = match &import {
                    Some(import) => format!("import {} {place}", last_segment(import)),
                    None => format!("call {place}"),
                };
                self.names.insert(path.clone(), key);
                let operation = self.model.operation(item.operation);
                self.calls.insert(
                    path,
                    Call {
                        operation,
                        place,
                        import,
                    },
                );
            }
        }
    }

    pub(super) fn requests(&mut self) {
        for (module, resource) in self.resources() {
            let name = resource.origin.type_name();
            let key = name.map(|name| self.resource(&module, name, resource));
            for operation in &resource.operations {
                let path = path(&module, &operation.name);
                self.call(key.as_deref(), &path, operation);
            }
        }
    }

    /// A module, its builders and operation groups; the key of the module.
    fn resource(
        &mut self,
        module: &[RustName],
        name: &QualifiedName,
        resource: &ResourceItem,
    ) -> String {
        let owner = self.type_name(name);
        let key = format!("module {owner}");
        let part = |part, shown: &str, name: String| Element {
            places: vec![owner.clone()],
            name,
            ..Element::new(part, shown, None)
        };
        let names: Vec<_> = module.iter().map(RustName::plain).collect();
        self.add(key.clone(), part(Part::Module, &owner, names.join("::")));
        for builder in &resource.builders {
            let shown = shown(&owner, builder.multiplicity);
            let element = Element {
                parent: Some(key.clone()),
                ..part(Part::Builder, &shown, builder.name.to_string())
            };
            let builder_key = format!("builder {shown}");
            self.add(builder_key.clone(), element);
            let owner = Owner {
                builder: Some(builder_key),
                shown,
                ..self.owner(name)
            };
            self.methods(&owner, &builder.methods);
        }
        for group in &resource.operation_groups {
            self.operation_group(&key, &owner, group);
        }
        key
    }

    /// The methods of the client, and the deployments that it knows.
    pub(super) fn client(&mut self) {
        let client = &self.api.client;
        let owner = Owner {
            builder: None,
            shown: SERVICE.to_owned(),
            declared: None,
            lineage: vec![SERVICE.to_owned()],
        };
        self.methods(&owner, &client.methods);
        for cloud in &client.clouds {
            let detail = format!("`Cloud::{}`", cloud.name);
            let element = Element {
                detail: detail.clone(),
                name: cloud.name.to_string(),
                ..Element::new(Part::Member, SERVICE, None)
            };
            self.add(detail, element);
        }
    }

    fn call(&mut self, module: Option<&str>, path: &ItemPath, item: &OperationItem) {
        let (key, call) = (self.item(path), self.calls[path].clone());
        let mut places = self.argument_places(&call, item.required.iter().chain(&item.optional));
        places.push(call.place.clone());
        let returned = call.operation.return_type.as_ref();
        places.extend(returned.and_then(|it| self.deciding(&it.type_ref)));
        places.extend(call.import.clone());
        let arguments = self.arguments(&call, &item.required);
        let element = Element {
            parent: module.map(str::to_owned),
            places,
            name: item.name.to_string(),
            signature: format!("({arguments}) → {}", self.result(&item.result)),
            ..Element::new(Part::CallType, &call.place, None)
        };
        self.add(key.clone(), element);
        for argument in &item.optional {
            let parameter = self.parameter(&call.place, &argument.wire_name);
            let setter = Element {
                parent: Some(key.clone()),
                places: self.argument_places(&call, [argument]),
                name: argument.name.to_string(),
                signature: self.type_text(&argument.rust_type),
                ..Element::new(Part::Member, &call.place, Some(last_segment(&parameter)))
            };
            self.add(format!("{key}, setter {parameter}"), setter);
        }
        if let Some(target) = &item.leads_to {
            let onward = Element {
                parent: Some(key.clone()),
                places: vec![call.place.clone()],
                signature: self.item(target),
                ..Element::new(Part::Onward, &call.place, None)
            };
            self.add(format!("{key}, onward"), onward);
        }
    }

    fn result(&self, result: &ResultType) -> String {
        let optional = |text: String, is_nullable: bool| match is_nullable {
            true => format!("optional {text}"),
            false => text,
        };
        match result {
            ResultType::Nothing => "nothing".to_owned(),
            ResultType::Bytes => "bytes".to_owned(),
            ResultType::Page(item) => format!("page of {}", self.type_text(item)),
            ResultType::Object {
                rust_type,
                is_nullable,
            } => optional(self.type_text(rust_type), *is_nullable),
            ResultType::Value {
                rust_type,
                is_nullable,
            } => optional(
                format!("value of {}", self.type_text(rust_type)),
                *is_nullable,
            ),
        }
    }

    fn operation_group(&mut self, module: &str, owner: &str, group: &OperationGroupItem) {
        // One of another name is another one.
        let key = format!("operation group {owner} {}", group.name);
        let enumeration = Element {
            parent: Some(module.to_owned()),
            detail: format!("enumeration `{}`", group.name),
            name: group.name.to_string(),
            ..Element::new(Part::Type, owner, None)
        };
        self.add(key.clone(), enumeration);
        for member in &group.members {
            let place = self.calls[&member.operation].place.clone();
            let variant = Element {
                parent: Some(key.clone()),
                detail: format!("`{}`", group.name),
                places: vec![place.clone()],
                name: member.name.to_string(),
                is_qualified: true,
                ..Element::new(Part::GroupMember, &place, None)
            };
            self.add(format!("{key}: {place}"), variant);
        }
    }
}

fn shown(name: &str, multiplicity: Multiplicity) -> String {
    match multiplicity {
        Multiplicity::Many => format!("Collection({name})"),
        Multiplicity::One => name.to_owned(),
    }
}
