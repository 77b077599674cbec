//! Delta queries: rounds, commits, resets, and where the state is kept.

mod changes;
mod files;
mod links;
mod resets;
mod rounds;
mod states;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use odata_runtime::delta::{Change, DeltaPage, DeltaStore, DeltaSync};
use odata_runtime::{Client, List, Result};
use serde_json::{Value, json};

use crate::support::{Received, Reply, Server, Thing};

/// The call of most tests.
pub fn things(client: &Client) -> List<Thing> {
    client.root().segment("things").segment("delta").list()
}

/// A page of these entries, and what else it has.
pub fn page(entries: Value, others: Value) -> Reply {
    let mut page = others;
    page["value"] = entries;
    Reply::ok(page.to_string())
}

/// A page that is followed by another one.
pub fn page_before(entries: Value, next: &str) -> Reply {
    page(entries, json!({"@odata.nextLink": next}))
}

/// The last page of a round.
pub fn last_page(entries: Value, delta: &str) -> Reply {
    page(entries, json!({"@odata.deltaLink": delta}))
}

/// A server that answers by the target; anything else is unknown to it.
pub async fn server<const N: usize>(answers: [(&'static str, Reply); N]) -> Server {
    let answers = HashMap::from(answers);
    let answer = move |request: &Received| answers.get(request.target.as_str()).cloned();
    Server::start(move |request| answer(request).unwrap_or(Reply::status(404, ""))).await
}

/// What was asked for, in order.
pub fn targets(server: &Server) -> Vec<String> {
    let received = server.received();
    received.into_iter().map(|request| request.target).collect()
}

/// The keys of a page's changes, those of removed entities after a minus sign.
pub fn keys<S>(page: &DeltaPage<'_, Thing, S>) -> Vec<String> {
    let key = |change: &Change<Thing>| match change {
        Change::Upserted { id, .. } => id.clone(),
        Change::Removed { id, .. } => format!("-{id}"),
        other => format!("{other:?}"),
    };
    page.changes().iter().map(key).collect()
}

/// Asks for the next page, and commits it.
pub async fn take_page<S: DeltaStore>(sync: &mut DeltaSync<Thing, S>) {
    let page = sync.next_page().await.unwrap();
    page.expect("a page").commit().await.unwrap();
}

/// Reads and commits a round. Gives the keys of its pages.
pub async fn round<S: DeltaStore>(sync: &mut DeltaSync<Thing, S>) -> Result<Vec<Vec<String>>> {
    let mut pages = Vec::new();
    while let Some(page) = sync.next_page().await? {
        pages.push(keys(&page));
        page.commit().await?;
    }
    Ok(pages)
}

/// The error of the next page.
pub async fn failure<S: DeltaStore>(sync: &mut DeltaSync<Thing, S>) -> odata_runtime::Error {
    sync.next_page().await.unwrap_err()
}

/// A folder of its own, which is removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let name = format!("odata-runtime-deltas-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The names of what is in it.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
