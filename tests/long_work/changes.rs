//! What changed in a collection: a copy follows a service that changes, forgets and begins anew.

use super::{client, emulator};
use graph_emulator::{Emulator, Resync};
use odata_runtime::delta::{Change, DeltaStore, DeltaSync, MemoryStore};
use odata_runtime::{Client, Page};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A copy of a collection: of each entity, when it was seen last and what it was.
#[derive(Default)]
struct Copy(BTreeMap<String, (u64, Value)>);

impl Copy {
    /// Takes all that changed; the kinds of resets that were told.
    async fn follow<S: DeltaStore>(&mut self, sync: &mut DeltaSync<Value, S>) -> usize {
        let mut resets = 0;
        while let Some(page) = sync.next_page().await.unwrap() {
            resets += usize::from(page.begins_round() && page.resync().is_some());
            for change in page.changes() {
                match change {
                    Change::Upserted { id, entity, .. } => {
                        let entity = (page.generation(), entity.clone());
                        self.0.insert(id.clone(), entity);
                    }
                    Change::Removed { id, .. } => {
                        self.0.remove(id);
                    }
                    other => panic!("{other:?}"),
                }
            }
            if page.round().is_full() && page.ends_round() {
                let generation = page.generation();
                self.0.retain(|_, (seen, _)| *seen == generation);
            }
            page.commit().await.unwrap();
        }
        resets
    }

    fn names(&self) -> BTreeMap<&str, &Value> {
        let names = self.0.iter();
        names
            .map(|(id, (_, entity))| (id.as_str(), &entity["displayName"]))
            .collect()
    }
}

fn service(page_size: u64) -> Emulator {
    let groups: Vec<_> = (0..25)
        .map(|index| json!({"id": format!("m{index}"), "displayName": "first"}))
        .collect();
    let setup = emulator().with_entities("groups", Value::Array(groups));
    setup
        .page_size(page_size)
        .delta_replays()
        .start_in_memory()
        .unwrap()
}

fn sync(client: &Client) -> DeltaSync<Value, MemoryStore> {
    let groups = client.root().segment("groups").segment("delta");
    DeltaSync::new(groups.get::<Page<Value>>(), MemoryStore::default())
}

/// What the service has.
async fn names(client: &Client) -> BTreeMap<String, Value> {
    let groups = client.root().segment("groups").get::<Page<Value>>();
    let mut names = BTreeMap::new();
    let mut items = groups.stream();
    while let Some(item) = items.next().await {
        let item = item.unwrap();
        let id = item["id"].as_str().unwrap().to_owned();
        names.insert(id, item["displayName"].clone());
    }
    names
}

#[tokio::test]
async fn a_copy_follows_a_service() {
    for page_size in [1, 7, 100] {
        let emulator = service(page_size);
        let client = client(&emulator);
        let mut sync = sync(&client);
        let mut copy = Copy::default();
        assert_eq!(copy.follow(&mut sync).await, 0);
        for round in 0..6 {
            let entities = emulator.entities();
            let changed = format!("groups/m{}", round * 2);
            entities
                .update(&changed, json!({"displayName": format!("round {round}")}))
                .unwrap();
            entities
                .delete(&format!("groups/m{}", round * 2 + 1))
                .unwrap();
            entities
                .create(
                    "groups",
                    json!({"id": format!("n{round}"), "displayName": "new"}),
                )
                .unwrap();
            let expired = [
                None,
                Some(Resync::ApplyDifferences),
                Some(Resync::UploadDifferences),
                Some(Resync::StateNotFound),
            ];
            let expired = expired[round % expired.len()];
            if let Some(resync) = expired {
                emulator.expire_delta_links(resync);
            }
            let resets = copy.follow(&mut sync).await;
            assert_eq!(resets, usize::from(expired.is_some()), "round {round}");
            let there = names(&client).await;
            let there = there.iter().map(|(id, name)| (id.as_str(), name)).collect();
            assert_eq!(copy.names(), there, "round {round}");
        }
    }
}
