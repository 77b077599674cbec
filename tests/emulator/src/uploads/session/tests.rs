use axum::body::Bytes;
use axum::http::Request;
use proptest::prelude::*;

use super::super::Rules;
use super::*;
use crate::record::Origin;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn session(digest_only: bool) -> Session {
    let plan = Plan {
        protocol: Protocol::Files,
        path: String::new(),
        destination: Destination::Entity(1),
        ty: String::new(),
        members: Map::new(),
        announced: None,
        deferred: false,
    };
    let rules = Rules {
        digest_only,
        fragment_multiple: 2,
        ..Rules::default()
    };
    Session::new(plan, &rules, NOW)
}

/// A PUT of a range, whose body may have another length.
fn put(first: u64, last: u64, total: u64, body: Vec<u8>) -> ReceivedRequest {
    let range = format!("bytes {first}-{last}/{total}");
    let request = Request::put("/").header("content-range", range);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let mut request = ReceivedRequest::new(parts, Origin::Foreign, false);
    request.body = Bytes::from(body);
    request
}

/// What a fragment looks like that arrives where only its digest is kept.
fn digested(session: &Session, mut request: ReceivedRequest) -> ReceivedRequest {
    let mut digest = session.digest().unwrap();
    digest.update(&request.body);
    request.digest = Some(digest);
    request.body = Bytes::new();
    request
}

proptest! {
    /// Whatever arrives, the file is the fragments that were taken, one after the other.
    #[test]
    fn the_file_is_what_was_taken(
        puts in prop::collection::vec((0_u64..12, 0_u64..6, 10_u64..12, 0_usize..7, any::<u8>()), 0..40)
    ) {
        let (mut bytes, mut digests) = (session(false), session(true));
        let mut file = Vec::new();
        for (first, more, total, length, byte) in puts {
            let request = put(first, first + more, total, vec![byte; length]);
            let taken = bytes.take(&request, NOW);
            let small = digested(&digests, request.clone());
            prop_assert_eq!(&taken, &digests.take(&small, NOW));
            if taken.is_ok() {
                file.extend_from_slice(&request.body);
            }
            prop_assert_eq!(bytes.content.bytes.as_deref(), Some(&file[..]));
            prop_assert_eq!(bytes.content.digest.hex(), digests.content.digest.hex());
            prop_assert_eq!(bytes.status(), digests.status());
            let taken = bytes.fragments.iter().filter(|it| it.taken);
            let length: u64 = taken.map(|it| it.last - it.first + 1).sum();
            prop_assert_eq!(length, bytes.content.digest.length);
            prop_assert!(bytes.total.is_none_or(|total| length <= total));
        }
    }
}

#[test]
fn two_fragments_at_once_are_not_mixed_up() {
    let mut session = session(true);
    let first = digested(&session, put(0, 3, 8, vec![1; 4]));
    let second = digested(&session, put(4, 7, 8, vec![2; 4]));
    assert!(session.take(&first, NOW).is_ok());
    let refused = session.take(&second, NOW).unwrap_err();
    assert_eq!(refused.code, "invalidRequest");
    assert_eq!(session.content.digest.length, 4);
}
