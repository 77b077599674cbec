//! Which files of the client need which others.

use super::uses::Uses;
use crate::api::items::*;
use crate::api::naming::{RustName, shared_feature};
use std::collections::{BTreeMap, BTreeSet};

/// What is turned on as a whole.
pub(super) struct Unit<'a> {
    item: Item<'a>,
    /// What its own feature would be called.
    pub name: String,
    /// Units that its code names.
    pub uses: BTreeSet<usize>,
    /// Units of the types that its own extends, nearest first; its code names them, too.
    pub bases: Vec<usize>,
    /// Of a type, the builders of such resources.
    pub builders: Option<usize>,
}

#[derive(Clone, Copy)]
enum Item<'a> {
    /// The file of a type of resource, in which its calls are declared.
    Resource(&'a ResourceItem),
    /// The file of a call, and the unit of the resource.
    Operation(&'a OperationItem, usize),
    /// The file of a type.
    Type(&'a ModelItem),
}

/// Units: each resource with its operations, then the types.
pub(super) struct Graph<'a> {
    pub units: Vec<Unit<'a>>,
    by_item: BTreeMap<ItemPath, usize>,
    /// The types that come with each, as they extend it.
    derived: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Graph<'a> {
    pub fn new(
        models: &'a Module<ModelItem>,
        requests: &'a Module<ResourceItem>,
        client: &ClientItem,
    ) -> Self {
        let mut graph = Self {
            units: Vec::new(),
            by_item: BTreeMap::new(),
            derived: BTreeMap::new(),
        };
        requests.visit(&mut |module, item| graph.add_resource(module, item));
        models.visit(&mut |module, item| {
            graph.name(module, &item.name);
            graph.add(module, &item.file, Item::Type(item));
        });
        graph.bases();
        graph.derivations(client);
        graph.connect();
        graph
    }

    fn add_resource(&mut self, parent: &[RustName], item: &'a ResourceItem) {
        let module: Vec<_> = parent.iter().chain([&item.module]).cloned().collect();
        let builders = item.builders.iter().map(|item| &item.name);
        for name in builders.chain(item.operation_groups.iter().map(|item| &item.name)) {
            self.name(&module, name);
        }
        let resource = self.units.len();
        self.add(parent, &item.module, Item::Resource(item));
        for operation in &item.operations {
            self.name(&module, &operation.name);
            self.add(
                &module,
                &operation.file,
                Item::Operation(operation, resource),
            );
        }
    }

    /// Notes that an item is in the unit that is added next.
    fn name(&mut self, module: &[RustName], name: &RustName) {
        let path = ItemPath {
            module: module.to_vec(),
            name: name.clone(),
        };
        self.by_item.insert(path, self.units.len());
    }

    fn add(&mut self, module: &[RustName], file: &RustName, item: Item<'a>) {
        self.units.push(Unit {
            item,
            name: shared_feature(module, file),
            uses: BTreeSet::new(),
            bases: Vec::new(),
            builders: None,
        });
    }

    fn bases(&mut self) {
        for unit in &mut self.units {
            if let Some(declared) = unit.item.structure() {
                let bases = declared.bases.iter().map(|base| self.by_item[base]);
                unit.bases = bases.collect();
            }
        }
    }

    fn derivations(&mut self, client: &ClientItem) {
        let general = self.general_types(client);
        for (index, unit) in self.units.iter().enumerate() {
            let is_entity = unit.item.structure().is_some_and(|item| item.is_entity);
            let is_general = |base: &&usize| is_entity && general.contains(base);
            for base in unit.bases.iter().take_while(|base| !is_general(base)) {
                self.derived.entry(*base).or_default().push(index);
            }
        }
    }

    /// The types that those of entry points extend.
    fn general_types(&self, client: &ClientItem) -> BTreeSet<usize> {
        let targets = client
            .methods
            .iter()
            .filter_map(|method| match &method.kind {
                MethodKind::Navigate(navigation) => Some(self.by_item[&navigation.target]),
                _ => None,
            });
        let models = targets.flat_map(|target| self.units[target].item.models());
        let bases = models.flat_map(|model| &self.units[self.by_item[model]].bases);
        bases.copied().collect()
    }

    fn connect(&mut self) {
        for index in 0..self.units.len() {
            let item = self.units[index].item;
            let mut uses = Uses::default();
            match item {
                Item::Resource(item) => uses.resource(item),
                Item::Operation(item, _) => uses.operation(item),
                Item::Type(item) => uses.model(item),
            }
            let mut units = self.units_of(&uses);
            if let Item::Operation(_, resource) = item {
                units.insert(resource);
            }
            self.units[index].uses = units;
            for model in item.models() {
                self.units[self.by_item[model]].builders = Some(index);
            }
        }
    }

    /// The units that code needs.
    pub fn units_of(&self, uses: &Uses<'_>) -> BTreeSet<usize> {
        let mut units: BTreeSet<_> = uses.items.iter().map(|path| self.by_item[*path]).collect();
        for value in &uses.values {
            let derived = self.derived.get(&self.by_item[*value]);
            units.extend(derived.into_iter().flatten());
        }
        units
    }
}

impl<'a> Item<'a> {
    fn structure(self) -> Option<&'a StructItem> {
        match self {
            Self::Type(ModelItem {
                kind: ModelKind::Struct(declared),
                ..
            }) => Some(declared),
            _ => None,
        }
    }

    /// The type whose resources it has builders for, once for each.
    fn models(self) -> impl Iterator<Item = &'a ItemPath> {
        let builders = match self {
            Self::Resource(item) => item.builders.as_slice(),
            Self::Operation(..) | Self::Type(_) => &[],
        };
        builders.iter().filter_map(|builder| builder.model.as_ref())
    }
}
