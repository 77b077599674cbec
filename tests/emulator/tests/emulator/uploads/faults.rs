//! Fragments that get lost, that are large, and whose bytes are not kept.

use super::{ABC, drive, open, put, start};
use crate::common::memory::{exchange, get, request};
use graph_emulator::{Emulator, Fault, RetryAfter, UploadFragment};
use serde_json::json;
use std::io::ErrorKind;

fn fragment(first: u64, last: u64, taken: bool) -> (u64, u64, bool) {
    (first, last, taken)
}

fn arrived(emulator: &Emulator) -> Vec<(u64, u64, bool)> {
    let session = emulator.upload_sessions().remove(0);
    let fragments = session.fragments.into_iter();
    fragments
        .map(
            |UploadFragment {
                 first, last, taken, ..
             }| (first, last, taken),
        )
        .collect()
}

#[tokio::test]
async fn faults_strike_before_a_fragment_or_after() {
    let unavailable = Fault::ServiceUnavailable {
        retry_after: RetryAfter::Seconds(1),
    };
    let setup = drive()
        .pass()
        .fault(Fault::ConnectionReset)
        .fault(unavailable.clone())
        .fault(unavailable.after_effect())
        .pass()
        .fault(Fault::ConnectionReset.after_effect());
    let emulator = start(setup);
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    let send = async |range: &str, body: &'static str| {
        let request = request(&emulator, "PUT", &url).header("content-range", range);
        let answer = exchange(&emulator, request, body).await;
        answer
            .map(|it| it.status.as_u16())
            .map_err(|error| error.kind())
    };
    let first = "bytes 0-3/6";
    assert_eq!(send(first, "abcd").await, Err(ErrorKind::ConnectionReset));
    assert_eq!(send(first, "abcd").await, Ok(503));
    assert_eq!(send(first, "abcd").await, Ok(503), "and it was taken");
    assert_eq!(send(first, "abcd").await, Ok(416));
    let lost = send("bytes 4-5/6", "ef").await;
    assert_eq!(
        lost,
        Err(ErrorKind::ConnectionReset),
        "and the file is there"
    );
    assert_eq!(send("bytes 4-5/6", "ef").await, Ok(404));
    assert_eq!(
        get(&emulator, "/drive/root:/a:/content").await.body,
        b"abcdef"
    );
    let expected = [
        fragment(0, 3, false),
        fragment(0, 3, false),
        fragment(0, 3, true),
        fragment(0, 3, false),
        fragment(4, 5, true),
    ];
    assert_eq!(arrived(&emulator), expected);
}

#[tokio::test]
async fn a_fragment_that_breaks_off_is_ignored() {
    for setup in [drive(), drive().upload_digest_only()] {
        let emulator = start(setup);
        let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
        let broken = futures_util::stream::iter([Ok("ab"), Err(std::io::Error::other("cut"))]);
        let request = request(&emulator, "PUT", &url).header("content-range", "bytes 0-2/3");
        let body = graph_emulator::Body::from_stream(broken);
        assert_eq!(
            exchange(&emulator, request, body).await.unwrap().status,
            400
        );
        assert_eq!(put(&emulator, &url, "bytes 0-2/3", "abc").await.status, 201);
        assert_eq!(emulator.upload_sessions()[0].sha256, ABC);
        assert_eq!(
            arrived(&emulator),
            [fragment(0, 2, false), fragment(0, 2, true)]
        );
    }
}

#[tokio::test]
async fn a_digest_stands_for_the_bytes() {
    let emulator = start(drive().upload_digest_only());
    let url = open(&emulator, "/drive/items/f/createUploadSession", json!({})).await;
    let large = "x".repeat(320 << 10);
    let total = 4 * large.len();
    for first in (0..total).step_by(large.len()) {
        let range = format!("bytes {first}-{}/{total}", first + large.len() - 1);
        let request = request(&emulator, "PUT", &url).header("content-range", range);
        let answer = exchange(&emulator, request, large.clone()).await.unwrap();
        assert!(answer.status.is_success(), "{answer:?}");
    }
    let session = emulator.upload_sessions().remove(0);
    assert_eq!(session.total, Some(u64::try_from(total).unwrap()));
    // `head -c 1310720 /dev/zero | tr '\0' x | sha256sum`
    assert_eq!(
        session.sha256,
        "6f43ac5ea4b9ee61fd611695cda363b4ff42074d93a37c9e2551e33d9da05bb2"
    );
    assert_eq!(emulator.entity("drive/items/f").unwrap()["size"], total);
    assert_eq!(get(&emulator, "/drive/items/f/content").await.status, 404);
    let is_kept = |request: &graph_emulator::ReceivedRequest| !request.body.is_empty();
    assert!(!emulator.foreign_requests().iter().any(is_kept));
}

#[tokio::test]
async fn a_fragment_has_60_mib_at_most() {
    let emulator = start(drive().upload_digest_only());
    let url = open(&emulator, "/drive/root:/a:/createUploadSession", json!({})).await;
    let length = (60 << 20) + 4;
    let send = async |length: usize, total: usize| {
        let range = format!("bytes 0-{}/{total}", length - 1);
        let request = request(&emulator, "PUT", &url).header("content-range", range);
        exchange(&emulator, request, vec![0; length])
            .await
            .unwrap()
            .status
    };
    assert_eq!(send(length, length * 2).await, 413);
    assert_eq!(send(length - 4, length * 2).await, 202);
}
