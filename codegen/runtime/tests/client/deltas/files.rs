//! States in files.

use std::fs;
use std::path::Path;

use futures_util::FutureExt as _;
use odata_runtime::delta::{DeltaStore as _, DeltaSync, FileStore};
use odata_runtime::{Error, ErrorKind};
use serde_json::{Value, json};

use super::{Folder, failure, keys, last_page, page_before, round, take_page, things};
use crate::support::{Server, client};

async fn two_pages() -> Server {
    Server::start(|request| match request.target.as_str() {
        "/beta/n" => last_page(json!([{"id": "b"}]), "/beta/d"),
        "/beta/d" => last_page(json!([]), "/beta/d"),
        _ => page_before(json!([{"id": "a"}]), "/beta/n"),
    })
    .await
}

/// The error of a sync with a store at this path.
async fn error_at(server: &Server, path: &Path) -> Error {
    failure(&mut DeltaSync::new(
        things(&client(server)),
        FileStore::new(path),
    ))
    .await
}

#[tokio::test]
async fn a_file_keeps_the_state() {
    let server = two_pages().await;
    let folder = Folder::new();
    let path = folder.path().join("state");
    let client = client(&server);
    let mut sync = DeltaSync::new(things(&client), FileStore::new(&path));
    take_page(&mut sync).await;
    let mut sync = DeltaSync::new(things(&client), FileStore::new(&path));
    assert_eq!(keys(&sync.next_page().await.unwrap().unwrap()), ["b"]);
    round(&mut sync).await.unwrap();
    assert_eq!(folder.names(), ["state"]);
    let state: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(
        (&state["format"], &state["version"], &state["place"]),
        (
            &json!("odata-delta-state"),
            &json!(1),
            &json!({"at": "delta", "link": format!("{}/beta/d", server.url())})
        )
    );
}

#[tokio::test]
async fn a_file_that_is_no_state_is_an_error() {
    let server = two_pages().await;
    let folder = Folder::new();
    let path = folder.path().join("state");
    let not_all = "it is not the state of a delta query, or not all of it";
    let other = "it is not the state of a delta query";
    for (text, problem) in [
        (&b""[..], not_all),
        (b"{\"format\":\"odata-delta-sta", not_all),
        (b"\0\0\0\0", not_all),
        (b"<html>", not_all),
        (b"{}", other),
        (b"{\"name\":\"another program's\"}", other),
    ] {
        fs::write(&path, text).unwrap();
        let error = error_at(&server, &path).await;
        assert_eq!((error.kind(), server.count()), (ErrorKind::DeltaState, 0));
        assert_eq!(
            error.to_string(),
            format!(
                "the stored state cannot be read: {path:?}: {problem}; to begin anew, remove the file"
            )
        );
        assert_eq!(fs::read(&path).unwrap(), text, "it is left alone");
    }
    fs::write(&path, vec![b' '; 1024 * 1024 + 1]).unwrap();
    let error = error_at(&server, &path).await.to_string();
    assert!(
        error.ends_with("it is too large to be the state of a delta query"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_no_file_is_an_error() {
    let server = two_pages().await;
    let folder = Folder::new();
    let path = folder.path().join("state");
    fs::create_dir(&path).unwrap();
    let error = error_at(&server, &path).await.to_string();
    assert!(error.ends_with("it is not a regular file"), "{error}");
    // The folder is missing: found before anything is asked for.
    let error = error_at(&server, &folder.path().join("missing/state")).await;
    assert_eq!((error.kind(), server.count()), (ErrorKind::DeltaState, 0));
    assert_eq!(folder.names(), ["state"]);
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_not_followed() {
    let server = two_pages().await;
    let folder = Folder::new();
    let path = folder.path().join("state");
    let target = folder.path().join("target");
    let client = client(&server);
    round(&mut DeltaSync::new(
        things(&client),
        FileStore::new(&target),
    ))
    .await
    .unwrap();
    let whole = fs::read(&target).unwrap();
    for target in [&target, &folder.path().join("dangling")] {
        std::os::unix::fs::symlink(target, &path).unwrap();
        let requests = server.count();
        let error = error_at(&server, &path).await;
        assert_eq!(server.count(), requests);
        assert_eq!(
            error.to_string(),
            format!(
                "the stored state cannot be read: {path:?}: it is a link, which is not followed; name its \
                 target"
            )
        );
        // Nor is it written through, if it appears in between.
        let state = FileStore::new(folder.path().join("target")).load().await;
        let saved = FileStore::new(&path).save(state.unwrap().unwrap()).await;
        assert!(saved.unwrap_err().to_string().contains("it is a link"));
        fs::remove_file(&path).unwrap();
    }
    assert_eq!(fs::read(&target).unwrap(), whole);
    assert_eq!(folder.names(), ["target"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_beside_the_file_is_not_written_to() {
    let server = two_pages().await;
    let folder = Folder::new();
    let victim = folder.path().join("victim");
    fs::write(&victim, "mine").unwrap();
    std::os::unix::fs::symlink(&victim, folder.path().join("state.new")).unwrap();
    let store = FileStore::new(folder.path().join("state"));
    round(&mut DeltaSync::new(things(&client(&server)), store))
        .await
        .unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    assert_eq!(folder.names(), ["state", "victim"]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = two_pages().await;
    let folder = Folder::new();
    let path = folder.path().join("state");
    let client = client(&server);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    round(&mut DeltaSync::new(things(&client), FileStore::new(&path)))
        .await
        .unwrap();
    assert_eq!(mode(&path), 0o600);
    // Also one that others could read before.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    round(&mut DeltaSync::new(things(&client), FileStore::new(&path)))
        .await
        .unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[tokio::test]
async fn what_a_crash_left_is_replaced() {
    let server = two_pages().await;
    let folder = Folder::new();
    fs::write(folder.path().join("state.new"), "half").unwrap();
    let store = FileStore::new(folder.path().join("state"));
    round(&mut DeltaSync::new(things(&client(&server)), store))
        .await
        .unwrap();
    assert_eq!(folder.names(), ["state"]);
}

#[tokio::test]
async fn saves_without_a_waiter_stay_in_order() {
    let server = two_pages().await;
    let folder = Folder::new();
    let path = folder.path().join("state");
    let store = FileStore::new(&path);
    let mut sync = DeltaSync::new(things(&client(&server)), &store);
    let first = sync.next_page().await.unwrap().unwrap();
    first.commit().await.unwrap();
    let old = store.load().await.unwrap().unwrap();
    round(&mut sync).await.unwrap();
    let new = store.load().await.unwrap().unwrap();
    for _ in 0..50 {
        // The first is dropped when it has begun, and writes on.
        assert!(store.save(old.clone()).now_or_never().is_none());
        store.save(new.clone()).await.unwrap();
        assert_eq!(store.load().await.unwrap().as_ref(), Some(&new));
    }
    assert_eq!(folder.names(), ["state"]);
}
