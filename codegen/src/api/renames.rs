//! Names that could not be kept: another name of the metadata is the same in Rust, or the name means
//! something else there.

use super::items::*;
use super::naming::{RustName, Words};

/// Every item whose name is not just the form that Rust has for its name in the metadata.
pub(super) fn renames(
    models: &Module<ModelItem>,
    requests: &Module<ResourceItem>,
    client: &ClientItem,
    words: &Words,
) -> Vec<Renamed> {
    let mut finder = Finder {
        words,
        found: Vec::new(),
    };
    for model in models.all() {
        finder.model(model);
    }
    for resource in requests.all() {
        for builder in &resource.builders {
            finder.methods(&builder.source, &builder.methods);
        }
        for operation in &resource.operations {
            finder.operation(operation);
        }
    }
    finder.methods("entry point", &client.methods);
    finder.found.sort();
    finder.found.dedup();
    finder.found
}

struct Finder<'a> {
    words: &'a Words,
    found: Vec<Renamed>,
}

impl Finder<'_> {
    fn compare(&mut self, element: String, wanted: &str, name: &RustName) {
        if name.plain() != wanted {
            self.found.push(Renamed {
                element,
                name: name.to_string(),
            });
        }
    }

    fn model(&mut self, item: &ModelItem) {
        let source = &item.source;
        match &item.kind {
            ModelKind::Struct(declared) => {
                let simple = simple_name(&declared.qualified_name);
                self.compare(source.clone(), &self.words.pascal(simple), &item.name);
                for field in &declared.fields {
                    let wanted = self.words.snake(&field.wire_name);
                    let element = format!("{source}, property `{}`", field.wire_name);
                    self.compare(element, &wanted, &field.name);
                }
            }
            ModelKind::Enum(declared) => {
                let simple = simple_name(&declared.qualified_name);
                self.compare(source.clone(), &self.words.pascal(simple), &item.name);
                for member in &declared.members {
                    let wanted = self.words.pascal(&member.wire_name);
                    let element = format!("{source}, member `{}`", member.wire_name);
                    self.compare(element, &wanted, &member.name);
                }
            }
            ModelKind::AllowedValues(_) => {}
        }
    }

    fn methods(&mut self, source: &str, methods: &[Method]) {
        for method in methods {
            if let MethodKind::Navigate(navigation) = &method.kind {
                let wanted = self.words.snake(&navigation.segment);
                let element = format!("{source}, method to `{}`", navigation.segment);
                self.compare(element, &wanted, &method.name);
            }
        }
    }

    fn operation(&mut self, item: &OperationItem) {
        let kind = if item.is_action { "action" } else { "function" };
        let source = format!("{kind} `{}`", item.qualified_name);
        // An import has a name of its own.
        let name = self.words.pascal(simple_name(&item.segment));
        // An overload has its parameters in its name.
        if !item.name.plain().starts_with(&format!("{name}With")) {
            self.compare(source.clone(), &name, &item.name);
        }
        for argument in item.required.iter().chain(&item.optional) {
            let wanted = self.words.snake(&argument.wire_name);
            let element = format!("{source}, parameter `{}`", argument.wire_name);
            self.compare(element, &wanted, &argument.name);
        }
    }
}

fn simple_name(qualified: &str) -> &str {
    qualified.rsplit('.').next().unwrap_or(qualified)
}
