//! What becomes of the entries of a page.

use odata_runtime::delta::{Change, DeltaSync, MemoryStore, RemovedReason};
use odata_runtime::{ErrorKind, Page, Property};
use serde_json::{Value, json};

use super::{failure, page, things};
use crate::support::{Reply, Server, Thing, builder, client};

type Configure = fn(DeltaSync<Thing, MemoryStore>) -> DeltaSync<Thing, MemoryStore>;

/// The delta query of a service that answers with this page alone.
async fn sync_of(entries: Value, context: Value) -> DeltaSync<Thing, MemoryStore> {
    let others = json!({"@odata.context": context, "@odata.deltaLink": "/beta/d"});
    let server = Server::replies([page(entries, others)]).await;
    DeltaSync::new(things(&client(&server)), MemoryStore::new())
}

/// What the changes of a page are, in short.
async fn changes(entries: Value, context: Value, configure: Configure) -> Vec<String> {
    let mut sync = configure(sync_of(entries, context).await);
    let page = sync.next_page().await.unwrap().unwrap();
    page.changes().iter().map(short).collect()
}

fn short(change: &Change<Thing>) -> String {
    match change {
        Change::Upserted { id, entity, .. } => {
            format!("{id} {}", entity.name.as_deref().unwrap_or_default())
        }
        Change::Removed { id, reason, .. } => format!("-{id} {reason:?}"),
        Change::LinkAdded(link) => format!("{}/{}/{}", link.source, link.relationship, link.target),
        Change::LinkRemoved(link) => {
            format!("-{}/{}/{}", link.source, link.relationship, link.target)
        }
        Change::Other(members) => Value::from(members.clone()).to_string(),
        other => panic!("{other:?}"),
    }
}

fn as_it_is(sync: DeltaSync<Thing, MemoryStore>) -> DeltaSync<Thing, MemoryStore> {
    sync
}

#[tokio::test]
async fn entries_of_microsoft_graph_are_understood() {
    let entries = json!([
        {"id": "a", "name": "A"},
        {"id": "b", "@removed": {"reason": "changed"}},
        {"id": "c", "@removed": {"reason": "deleted"}},
        {"id": "d", "@removed": {}},
        {"id": "e", "@removed": {"reason": "moved"}, "name": "E"},
        {"id": "f", "@removed": null, "name": "F"},
        {"id": "g", "name": "G", "deleted": {"state": "deleted"}},
        {"id": "h", "deleted": {}},
        {"id": "i", "name": "I", "deleted": null},
        {"id": "j", "name": "J", "deleted": true},
        {"id": "k", "members@delta": [{"id": "l", "@removed": {"reason": "deleted"}}]},
    ]);
    let expected = [
        "a A",
        "-b Changed",
        "-c Deleted",
        "-d Unspecified",
        "-e Other(\"moved\")",
        "f F",
        "-g Deleted",
        "-h Deleted",
        "i I",
        "j J",
        "k ",
    ];
    let contexts = [
        json!(null),
        json!("https://graph.microsoft.com/v1.0/$metadata#Collection(chatMessage)"),
        json!("https://graph.microsoft.com/v1.0/$metadata#users"),
    ];
    for context in contexts {
        assert_eq!(changes(entries.clone(), context, as_it_is).await, expected);
    }
}

/// The example of OData JSON Format 4.01, section "Delta Responses", in the forms of both versions.
#[tokio::test]
async fn entries_of_the_standard_are_understood() {
    let key: Configure = |sync| sync.key(Property::<Thing, String>::new("ID"));
    let link = |kind: &str| {
        json!({
            "@context": format!("#Customers/{kind}"),
            "source": "Customers('ALFKI')",
            "relationship": "Orders",
            "target": "Orders(10643)",
        })
    };
    let foreign = json!({"@context": "#Orders/$entity", "@id": "Orders(10643)", "name": "O"});
    let foreign_removed = json!({"@odata.context": "#Orders/$deletedEntity", "id": "Orders(1)"});
    let entries = json!([
        {"@id": "Customers('BOTTM')", "name": "Susan"},
        {"@odata.id": "https://host/service/Customers('O''Neil')"},
        link("$deletedLink"),
        link("$link"),
        foreign,
        foreign_removed,
        {"@context": "#Customers/$deletedEntity", "@removed": {"reason": "deleted"}, "@id": "Customers('A')"},
        {"@odata.context": "#Customers/$deletedEntity", "reason": "deleted", "id": "Customers('B')"},
        {"@odata.context": "#Customers/$deletedEntity", "id": "https://host/service/Customers('C')"},
        {"@removed": {"reason": "changed"}, "ID": "D"},
        {"@removed": {}, "ID": 9007199254740993_i64},
        {"ID": 7, "name": "Seven"},
    ]);
    let expected = [
        "BOTTM Susan",
        "O'Neil ",
        "-Customers('ALFKI')/Orders/Orders(10643)",
        "Customers('ALFKI')/Orders/Orders(10643)",
        &foreign.to_string(),
        &foreign_removed.to_string(),
        "-A Deleted",
        "-B Deleted",
        "-C Unspecified",
        "-D Changed",
        "-9007199254740993 Unspecified",
        "7 Seven",
    ];
    let context = json!("http://host/service/$metadata#Customers(name,Orders())/$delta");
    assert_eq!(changes(entries, context, key).await, expected);
}

/// As Dataverse documents it: the key has a name of its own, and deleted entities have a bare key.
#[tokio::test]
async fn keys_of_other_names_are_found() {
    let key: Configure = |sync| sync.key(Property::<Thing, String>::new("accountid"));
    let context = json!("https://host/data/v9.0/$metadata#accounts(name)/$delta");
    let entries = json!([
        {"@odata.etag": "W/\"915244\"", "name": "Monte", "accountid": "60c4e274-0d87"},
        {
            "@odata.context": "https://host/data/v9.0/$metadata#accounts/$deletedEntity",
            "id": "2e451703-c686",
            "reason": "deleted",
        },
    ]);
    let expected = ["60c4e274-0d87 Monte", "-2e451703-c686 Deleted"];
    assert_eq!(changes(entries, context, key).await, expected);
}

#[tokio::test]
async fn a_facet_can_be_a_plain_property() {
    let entries = json!([{"id": "a", "name": "A", "deleted": {"by": "b"}}]);
    let plain: Configure = DeltaSync::ignore_deleted_facet;
    assert_eq!(changes(entries, json!(null), plain).await, ["a A"]);
}

#[tokio::test]
async fn removed_entities_keep_their_members() {
    let entry = json!({"id": "a", "deleted": {"state": "deleted"}, "parentReference": {"id": "p"}});
    let mut sync = sync_of(json!([entry]), json!(null)).await;
    let page = sync.next_page().await.unwrap().unwrap();
    let expected = entry.as_object().unwrap().clone();
    match &page.changes()[0] {
        Change::Removed {
            id,
            reason,
            members,
            ..
        } => assert_eq!(
            (id.as_str(), reason, members),
            ("a", &RemovedReason::Deleted, &expected)
        ),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn entries_that_cannot_be_read_are_located() {
    let key = "a member `id`, or the key property that DeltaSync::key names";
    let link = json!({"@context": "#Things/$link", "source": "a", "target": "b"});
    for (entry, expected) in [
        (json!({"name": "A"}), key),
        (json!({"id": null}), key),
        (json!({"@removed": {}}), key),
        (link, "a member `relationship`"),
        (json!(7), "a change: an object"),
        (json!([]), "a change: an object"),
    ] {
        let mut sync = sync_of(json!([{"id": "a"}, entry]), json!(null)).await;
        let error = failure(&mut sync).await;
        let decode = error.decode_error().unwrap();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(
            (decode.path.as_str(), decode.expected.as_deref()),
            ("$.value[1]", Some(expected)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn values_that_cannot_be_read_are_located() {
    #[derive(Debug, serde::Deserialize)]
    struct Strict {
        #[allow(dead_code)]
        size: u32,
    }
    let body =
        "{\"value\": [\n  {\"id\": \"a\", \"size\": 1},\n  {\"id\": \"b\", \"size\": \"many\"}\n]}";
    let server = Server::replies([Reply::ok(body)]).await;
    let client = client(&server);
    let call = client.root().segment("things").get::<Page<Strict>>();
    let mut sync = DeltaSync::new(call, MemoryStore::new());
    let error = sync.next_page().await.unwrap_err();
    let decode = error.decode_error().unwrap();
    assert_eq!(
        (
            decode.path.as_str(),
            decode.position,
            decode.expected.as_deref()
        ),
        ("$.value[1].size", (3, 28), Some("u32")),
    );
}

/// A model that takes far more memory than its JSON.
#[derive(Debug, serde::Deserialize)]
struct Large {
    #[serde(skip)]
    _room: Room,
}

#[derive(Debug)]
struct Room(#[allow(dead_code)] [u8; 4096]);

impl Default for Room {
    fn default() -> Self {
        Self([0; 4096])
    }
}

#[tokio::test]
async fn changes_stay_within_the_limit_of_memory() {
    let entries: Vec<_> = (0..1_000).map(|id| json!({"id": id.to_string()})).collect();
    let others = json!({"@odata.deltaLink": "/beta/d"});
    let server = Server::replies([page(entries.into(), others)]).await;
    for (limit, fits_small, fits_large) in [
        (100_000, false, false),
        (4_000_000, true, false),
        (16_000_000, true, true),
    ] {
        let client = builder(&server).max_response_memory(limit).build().unwrap();
        let mut small = DeltaSync::new(things(&client), MemoryStore::new());
        let call = client.root().segment("things").get::<Page<Large>>();
        let mut large = DeltaSync::new(call, MemoryStore::new());
        let small = small.next_page().await.map(|_| ());
        let large = large.next_page().await.map(|_| ());
        assert_eq!((small.is_ok(), large.is_ok()), (fits_small, fits_large));
        for error in [small, large].into_iter().filter_map(Result::err) {
            assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
        }
    }
}
