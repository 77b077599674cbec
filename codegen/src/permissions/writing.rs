//! Permissions of requests → CSDL that annotates a service, in a canonical form.

use super::document::{PermissionSet, SchemeScopes, Scope};
use super::matching::{Matched, Requested, Target};
use crate::edm::QualifiedName;
use crate::edm::vocabulary::PERMISSIONS;
use crate::write::{Tag, Xml};
use std::collections::{BTreeMap, BTreeSet};

/// What stands at the top of the document.
const HEAD: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<!--
  Written by `csdl-codegen permissions`; do not edit. What callers need to be granted for each request, by the path
  that is taken. Paths leave out keys. Sets of permissions stand at the top, and are referred to by their names; of the
  scopes of a scheme any one suffices, and those that are marked are the least privileged.
-->
"#;

/// The document: annotations of the entity container with this name.
pub fn write(matched: &Matched, container: &QualifiedName) -> String {
    let names = names(matched.requests.values());
    let mut xml = Xml::default();
    xml.out.push_str(HEAD);
    let edmx = Tag::new("edmx:Edmx")
        .with("Version", "4.01")
        .with("xmlns:edmx", "http://docs.oasis-open.org/odata/ns/edmx");
    xml.element(edmx, |xml| {
        for (vocabulary, alias) in [("Capabilities", "Capabilities"), ("Core", "Core")] {
            let uri = format!(
                "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.{vocabulary}.V1.xml"
            );
            xml.element(Tag::new("edmx:Reference").with("Uri", uri), |xml| {
                let namespace = format!("Org.OData.{vocabulary}.V1");
                let include = Tag::new("edmx:Include").with("Namespace", namespace);
                xml.empty(include.with("Alias", alias));
            });
        }
        xml.element(Tag::new("edmx:DataServices"), |xml| {
            let schema = Tag::new("Schema")
                .with("Namespace", PERMISSIONS)
                .with("Alias", "Permissions")
                .with("xmlns", "http://docs.oasis-open.org/odata/ns/edm");
            xml.element(schema, |xml| {
                terms(xml);
                for (set, name) in &names {
                    labelled(xml, name, set);
                }
                let mut targets: BTreeMap<&str, Vec<_>> = BTreeMap::new();
                for (Target { path, request }, set) in &matched.requests {
                    let requests = targets.entry(path).or_default();
                    requests.push((*request, names[set].as_str()));
                }
                for (path, requests) in targets {
                    let target = format!("{container}/{path}");
                    let tag = Tag::new("Annotations").with("Target", target);
                    xml.element(tag, |xml| annotations(xml, &requests));
                }
            });
        });
    });
    xml.out
}

fn terms(xml: &mut Xml) {
    let terms = [
        (
            "AlsoRequires",
            "Collection(Edm.String)",
            "Scopes of which one is needed besides.",
        ),
        (
            "LeastPrivileged",
            "Core.Tag",
            "No scope with fewer privileges suffices.",
        ),
        (
            "Set",
            "Edm.Untyped",
            "Permissions that several requests need.",
        ),
    ];
    for (name, of, text) in terms {
        let tag = Tag::new("Term").with("Name", name).with("Type", of);
        xml.element(tag, |xml| {
            let annotation = Tag::new("Annotation").with("Term", "Core.Description");
            xml.empty(annotation.with("String", text));
        });
    }
}

/// Sets with their names: each is called after its first scope, by which reviewers know it.
fn names<'s>(sets: impl Iterator<Item = &'s PermissionSet>) -> BTreeMap<&'s PermissionSet, String> {
    let sets: BTreeSet<_> = sets.collect();
    let mut taken = BTreeSet::new();
    let named = sets.into_iter().map(|set| {
        let first = set.0.iter().flat_map(|scheme| &scheme.scopes).next();
        let first = first.map_or("None", |scope| scope.name.as_str());
        let is_kept = |c: char| c.is_ascii_alphanumeric();
        let plain = first.chars().map(|c| if is_kept(c) { c } else { '_' });
        let plain: String = plain.collect();
        let mut names = (1..).map(|number| match number {
            1 => plain.clone(),
            number => format!("{plain}_{number}"),
        });
        // Of infinitely many, one is free.
        let name = names.find(|name| !taken.contains(name)).unwrap_or_default();
        taken.insert(name.clone());
        (set, name)
    });
    named.collect()
}

fn labelled(xml: &mut Xml, name: &str, set: &PermissionSet) {
    let tag = Tag::new("Annotation").with("Term", "Permissions.Set");
    xml.element(tag.with("Qualifier", name), |xml| {
        xml.element(Tag::new("LabeledElement").with("Name", name), |xml| {
            xml.element(Tag::new("Collection"), |xml| {
                for scheme in &set.0 {
                    permission(xml, scheme);
                }
            });
        });
    });
}

fn permission(xml: &mut Xml, SchemeScopes { scheme, scopes }: &SchemeScopes) {
    xml.element(Tag::new("Record"), |xml| {
        xml.empty(property("SchemeName").with("String", scheme));
        xml.element(property("Scopes"), |xml| {
            xml.element(Tag::new("Collection"), |xml| {
                scopes.iter().for_each(|it| scope(xml, it));
            });
        });
    });
}

fn scope(xml: &mut Xml, scope: &Scope) {
    xml.element(Tag::new("Record"), |xml| {
        xml.empty(property("Scope").with("String", &scope.name));
        if !scope.also.is_empty() {
            let tag = Tag::new("Annotation").with("Term", "Permissions.AlsoRequires");
            xml.element(tag, |xml| {
                xml.element(Tag::new("Collection"), |xml| {
                    for also in &scope.also {
                        xml.text_element("String", also);
                    }
                });
            });
        }
        if scope.is_least {
            let mark = Tag::new("Annotation").with("Term", "Permissions.LeastPrivileged");
            xml.empty(mark.with("Bool", true));
        }
    });
}

fn property(name: &str) -> Tag {
    Tag::new("PropertyValue").with("Property", name)
}

/// What is said of the requests at one path, in the order of terms.
fn annotations(xml: &mut Xml, requests: &[(Requested, &str)]) {
    let set = |request| {
        requests
            .iter()
            .find(|(it, _)| *it == request)
            .map(|(_, set)| *set)
    };
    let terms = [
        ("DeleteRestrictions", Requested::Delete),
        ("InsertRestrictions", Requested::Insert),
        ("OperationRestrictions", Requested::Call),
        ("ReadRestrictions", Requested::Read),
        ("UpdateRestrictions", Requested::Update),
    ];
    for (term, request) in terms {
        let by_key = set(Requested::ReadByKey).filter(|_| request == Requested::Read);
        if set(request).or(by_key).is_none() {
            continue;
        }
        let tag = Tag::new("Annotation").with("Term", format!("Capabilities.{term}"));
        // What else is said of it elsewhere is another annotation.
        xml.element(tag.with("Qualifier", "Permissions"), |xml| {
            xml.element(Tag::new("Record"), |xml| {
                if let Some(set) = set(request) {
                    permissions(xml, set);
                }
                if let Some(set) = by_key {
                    xml.element(property("ReadByKeyRestrictions"), |xml| {
                        xml.element(Tag::new("Record"), |xml| permissions(xml, set));
                    });
                }
            });
        });
    }
}

fn permissions(xml: &mut Xml, set: &str) {
    xml.element(property("Permissions"), |xml| {
        xml.text_element("LabeledElementReference", &format!("Permissions.{set}"));
    });
}
