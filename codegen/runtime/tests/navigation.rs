//! Paths through functions, references, refusals, and rounds of delta queries, against a tiny server on
//! loopback.

#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "client/support.rs"]
mod support;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt as _;
use odata_runtime::{
    AdditionalProperties, ConfigureRequest as _, Continuation, Decimal, ErrorKind, Guid, Literal,
    LiteralValue, NavigationProperty, ODataType, Operation, Page, Property, Reference, Refusal,
    Request, ResourcePath, Url, Value,
};
use serde_json::json;

use support::{Metric, Received, Reply, Server, client};

static RANGE: Operation =
    Operation::function("test.range", "range", &["address", "cells", "cells2"], &[]);
static EXPORT: Operation = Operation::action("test.export", "export", &["format"], &[]);

#[derive(Debug, Clone, Default, PartialEq)]
struct Entity {
    additional_properties: AdditionalProperties,
}

odata_runtime::model! {
    Entity {}
}

impl ODataType for Entity {
    const NAME: &'static str = "test.entity";
}

impl Literal for Entity {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::from_serialize(self)
    }
}

/// A server with one answer for all, and a path on it.
async fn answering(reply: Reply) -> (Server, ResourcePath) {
    let server = Server::replies([reply]).await;
    let things = client(&server).root().segment("things");
    (server, things)
}

fn line(received: &Received) -> String {
    format!("{} {}", received.method, received.target)
}

fn lines(server: &Server) -> Vec<String> {
    server.received().iter().map(line).collect()
}

fn body(received: &Received) -> &str {
    std::str::from_utf8(&received.body).unwrap()
}

#[tokio::test]
async fn what_follows_a_function_has_its_call_in_the_path() {
    let (server, things) = answering(Reply::ok(r#"{"value":[]}"#)).await;
    let range = things
        .function::<Entity>(&RANGE)
        .parameter("address", "A1/B2")
        .header("x-of", "the function")
        .into_resource();
    range.read::<Entity>().send().await.unwrap();
    let format = range.segment("format");
    format.update(&Entity::default()).send().await.unwrap();
    let cell = format
        .function::<Page<Entity>>(&RANGE)
        .parameter("address", 1);
    cell.send().await.unwrap();
    let call = "/beta/things/range(address='A1%2FB2')";
    assert_eq!(
        lines(&server),
        [
            format!("GET {call}"),
            format!("PATCH {call}/format"),
            format!("GET {call}/format/range(address=1)"),
        ]
    );
    assert_eq!(server.received()[0].header("x-of"), None);
    assert_eq!(range.url().path(), call);
}

#[tokio::test]
async fn aliases_in_a_path_are_in_every_query() {
    let (server, things) = answering(Reply::ok(r#"{"value":[]}"#)).await;
    let range = things
        .function::<Entity>(&RANGE)
        .parameter("cells", vec![1, 2])
        .into_resource();
    let call = "/beta/things/range(cells=@cells)";
    let query = "?@cells=%5B1,2%5D";
    assert_eq!(range.url().query(), Some(&query[1..]));
    range.key(7).list::<Entity>().top(1).send().await.unwrap();
    range.create(&Entity::default()).send().await.unwrap();
    let nested = range
        .segment("more")
        .function::<Page<Entity>>(&RANGE)
        .parameter("cells", vec![3])
        .parameter("cells2", vec![4])
        .into_resource();
    nested.segment("x").get::<Entity>().send().await.unwrap();
    assert_eq!(
        lines(&server),
        [
            format!("GET {call}(7){query}&$top=1"),
            format!("POST {call}{query}"),
            format!(
                "GET {call}/more/range(cells=@cells2,cells2=@cells22)/x\
                 {query}&@cells2=%5B3%5D&@cells22=%5B4%5D"
            ),
        ],
        "no alias has two values"
    );
    let shown = format!("{nested:?} {:?}", nested.references());
    assert!(!shown.contains("%5B"), "{shown}");
}

#[tokio::test]
async fn an_invalid_path_is_an_error_and_sends_nothing() {
    let (server, things) = answering(Reply::ok("null")).await;
    let broken = LiteralValue::from_serialize(&std::collections::HashMap::from([(vec![1], 1)]));
    let failed = things.function::<Entity>(&RANGE).parameter("cells", broken);
    let action = things.action_call::<Entity>(&EXPORT);
    let raw: Request<Entity> = client(&server)
        .request(odata_runtime::Method::GET, "x")
        .unwrap();
    for (resource, expected) in [
        (failed.into_resource(), "cannot be written as JSON"),
        (action.into_resource(), "only a call of a function"),
        (raw.into_resource(), "only a call of a function"),
    ] {
        let error = resource.segment("x").key(1).read::<Entity>().send().await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn functions_and_actions_may_answer_with_bytes() {
    let (server, things) = answering(Reply::ok("a,b")).await;
    let report = things.function::<()>(&RANGE).parameter("address", "x");
    let report = report.header("x-key", "1").into_download();
    assert_eq!(report.url().path(), "/beta/things/range(address='x')");
    assert_eq!(report.send().await.unwrap().into_inner(), "a,b");
    let export = things.action_call::<()>(&EXPORT).parameter("format", "csv");
    let mut bytes = export.into_download().stream();
    assert_eq!(bytes.next().await.unwrap().unwrap(), "a,b");
    let received = server.received();
    assert_eq!(received[0].header("x-key"), Some("1"));
    assert_eq!(line(&received[1]), "POST /beta/things/export");
    assert_eq!(body(&received[1]), r#"{"format":"csv"}"#);
    assert_eq!(received[1].header("content-type"), Some("application/json"));
    for request in &received {
        assert_eq!(request.header("accept"), Some("*/*"));
    }
}

#[tokio::test]
async fn a_refused_download_names_its_permissions() {
    let (_server, things) = answering(Reply::status(403, "")).await;
    let report = things.function::<()>(&support::METRICS).into_download();
    let error = report.open().await.unwrap_err();
    assert_eq!(error.permissions_needed().len(), 2);
}

#[tokio::test]
async fn references_are_listed_added_and_removed() {
    let page = json!({"value": [{"@odata.id": "a"}, {"@id": "b"}], "@odata.nextLink": "n"});
    let server = Server::replies([
        Reply::ok(page.to_string()),
        Reply::ok(r#"{"value":[{"@odata.id":"c","@odata.type":"t"}]}"#),
        Reply::status(204, ""),
    ])
    .await;
    let things = client(&server).root().segment("things");
    let members = things.key("1").segment("members").references();
    let listed: Vec<Reference> = members.list().stream().try_collect().await.unwrap();
    assert_eq!(listed, ["a", "b", "c"].map(Reference::new));
    members.add(things.key("2").url()).send().await.unwrap();
    let url = Url::parse("https://host/v1/things('2')?a=\"b\"&c=d#e").unwrap();
    members.remove(&url).send().await.unwrap();
    members.remove_key("2/3").send().await.unwrap();
    let lines = lines(&server);
    assert_eq!(lines[0], "GET /beta/things('1')/members/$ref");
    assert_eq!(
        lines[2..],
        [
            "POST /beta/things('1')/members/$ref",
            "DELETE /beta/things('1')/members/$ref\
             ?$id=https://host/v1/things(%272%27)%3Fa=%22b%22%26c=d%23e"
                .replace("%22b%22", "%2522b%2522")
                .as_str(),
            "DELETE /beta/things('1')/members('2%2F3')/$ref",
        ]
    );
    let received = server.received();
    let added = format!(r#"{{"@odata.id":"{}/beta/things('2')"}}"#, server.url());
    assert_eq!(body(&received[2]), added);
    for removal in &received[3..] {
        assert_eq!((body(removal), removal.header("content-type")), ("", None));
    }
}

#[tokio::test]
async fn a_single_reference_is_read_set_and_removed() {
    let server = Server::replies([
        Reply::ok(r##"{"@odata.context":"$metadata#$ref","@odata.id":"things('2')"}"##),
        Reply::status(204, ""),
    ])
    .await;
    let owner = client(&server).root().segment("owner").reference();
    let found = owner.get().send().await.unwrap().into_inner();
    assert_eq!(found, Some(Reference::new("things('2')")));
    assert_eq!(owner.get().send().await.unwrap().into_inner(), None);
    owner.set("https://host/x").send().await.unwrap();
    owner.remove().send().await.unwrap();
    assert_eq!(
        lines(&server)[2..],
        ["PUT /beta/owner/$ref", "DELETE /beta/owner/$ref"]
    );
    let received = server.received();
    assert_eq!(body(&received[2]), r#"{"@odata.id":"https://host/x"}"#);
    assert_eq!(body(&received[3]), "");
}

#[tokio::test]
async fn a_refusal_is_an_error_and_sends_nothing() {
    use Refusal::{Delete, Insert, Read, ReadByKey, Update};
    let (server, things) = answering(Reply::ok(r#"{"value":[]}"#)).await;
    let entity = Entity::default();
    let none = things
        .clone()
        .refusing(&[Read, ReadByKey, Insert, Update, Delete]);
    let errors = [
        (none.key("k").read::<Entity>().send().await.err(), "be read"),
        (none.list::<Entity>().send().await.err(), "be read"),
        (
            none.list::<Entity>().stream().next().await.unwrap().err(),
            "be read",
        ),
        (none.count::<Entity>().send().await.err(), "be read"),
        (none.download().send().await.err(), "be read"),
        (
            none.create(&entity).send().await.err(),
            "have entities created",
        ),
        (none.update(&entity).send().await.err(), "be changed"),
        (
            none.upload::<Entity>("text/plain", "x").send().await.err(),
            "be changed",
        ),
        (none.remove().send().await.err(), "be deleted"),
    ];
    for (error, expected) in errors {
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        let text = error.to_string();
        for part in [expected, "metadata says that /things", "resource()"] {
            assert!(text.contains(part), "{text}");
        }
    }
    assert_eq!(server.connections(), 0);
    none.get::<Entity>().send().await.unwrap();
    none.post::<Entity>(&entity).send().await.unwrap();
    none.patch::<Entity>(&entity).send().await.unwrap();
    none.key(1)
        .segment("parts")
        .list::<Entity>()
        .send()
        .await
        .unwrap();
    let some = things.refusing(&[Insert]);
    some.list::<Entity>().send().await.unwrap();
    some.update(&entity).send().await.unwrap();
    assert_eq!(server.count(), 6);
}

#[tokio::test]
async fn single_items_of_options_are_refused() {
    const OWNER: NavigationProperty<Entity, Entity> = NavigationProperty::new("owner");
    const PARTS: NavigationProperty<Entity, Entity> = NavigationProperty::new("parts");
    let by = |name| Property::<Entity, String>::new(name).desc();
    let (server, things) = answering(Reply::ok(r#"{"value":[]}"#)).await;
    let all = things.clone();
    let some = things.refusing_items(&[(Refusal::Expand, "owner"), (Refusal::OrderBy, "size")]);
    let list = || some.list::<Entity>();
    let refused = [
        (list().expand([OWNER]), "$expand=owner"),
        (list().expand([PARTS, OWNER]), "$expand=owner"),
        (
            list().expand_with(PARTS, "$top=1").expand([OWNER]),
            "$expand=owner",
        ),
        (list().expand_with(OWNER, "$top=1"), "$expand=owner"),
        (
            list().expand([NavigationProperty::<Entity, Entity>::new("owner/$ref")]),
            "$expand=owner",
        ),
        (list().order_by([by("id"), by("size")]), "$orderby=size"),
        (
            some.cast("n.b").list().order_by([by("size")]),
            "$orderby=size",
        ),
    ];
    for (request, expected) in refused {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let item = some.key(1).read::<Entity>().expand([OWNER]);
    assert!(item.send().await.is_err());
    assert_eq!(server.connections(), 0);
    let sent = [
        list().order_by([by("id"), by("sizes"), by("size/unit")]),
        list().expand_with(PARTS, "$expand=owner,parts;$orderby=size"),
        list().expand_with(PARTS, "$filter=name eq '),owner,'"),
        some.segment("parts").list().expand([OWNER]),
        all.list().expand([OWNER]),
    ];
    for request in sent {
        request.send().await.unwrap();
    }
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn a_delta_query_goes_on_where_its_last_round_ended() {
    static DELTA: Operation = Operation::function("test.delta", "delta", &[], &[]);
    let server = Server::start(|request| {
        Reply::ok(match request.target.as_str() {
            "/beta/things/delta()" => r#"{"value":[{"value":1}],"@odata.nextLink":"?skip=1"}"#,
            "/beta/things/delta()?skip=1" | "/beta/things/?skip=1" => {
                r#"{"value":[{"value":2},{"value":3}],"@odata.deltaLink":"/beta/things/delta()?d=1"}"#
            }
            "/beta/things/delta()?d=1" => {
                r#"{"value":[],"@deltaLink":"/beta/things/delta()?d=2"}"#
            }
            "/beta/things/delta()?d=2" => {
                r#"{"value":[{"value":4}],"@odata.deltaLink":"http://[bad"}"#
            }
            other => panic!("{other}"),
        })
    })
    .await;
    let things = client(&server).root().segment("things");
    let delta = || {
        let call = things.function::<Page<Metric>>(&DELTA);
        call.header("prefer", "return=minimal")
    };
    let mut place: Option<Continuation> = None;
    let mut rounds = Vec::new();
    for _ in 0..3 {
        let mut items = delta().stream();
        if let Some(place) = &place {
            items = items.resume(place);
        }
        assert_eq!(items.delta_continuation(), None);
        let mut round = Vec::new();
        while let Some(item) = items.next().await {
            round.push(item.unwrap().value);
            let ended = items.continuation().is_none();
            assert_eq!(items.delta_continuation().is_some(), ended);
        }
        let text = serde_json::to_string(&items.delta_continuation().unwrap()).unwrap();
        place = Some(serde_json::from_str(&text).unwrap());
        rounds.push(round);
    }
    assert_eq!(rounds, [vec![1, 2, 3], vec![], vec![4]]);
    for request in server.received() {
        assert_eq!(request.header("prefer"), Some("return=minimal"));
    }
    let mut pages = delta().pages().resume(&place.unwrap());
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn a_delta_link_to_another_host_is_not_followed() {
    let foreign = Server::replies([Reply::page(&[], None)]).await;
    let link = format!("{}/beta/x?d=1", foreign.url());
    let page = json!({"value": [], "@odata.deltaLink": link});
    let server = Server::replies([Reply::ok(page.to_string())]).await;
    let list = || client(&server).root().segment("x").list::<Entity>();
    let mut pages = list().pages();
    pages.next().await.unwrap().unwrap();
    let place = pages.delta_continuation().unwrap();
    let error = list()
        .pages()
        .resume(&place)
        .next()
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    assert_eq!(foreign.connections(), 0);
}

#[tokio::test]
async fn primitive_collections_are_decoded_in_their_form() {
    static VALUES: Operation = Operation::function("test.values", "values", &[], &[]);
    let (_server, things) = answering(Reply::ok(
        r#"{"@odata.context":"c","value":["1",2],"@odata.nextLink":"values?p=2"}"#,
    ))
    .await;
    let numbers = things
        .function::<Value<Vec<i64>>>(&VALUES)
        .send()
        .await
        .unwrap();
    assert_eq!(numbers.value, [1, 2]);
    assert_eq!(numbers.next_link.as_deref(), Some("values?p=2"));
    let guid = "7b795fb9-09d3-42f4-a494-38864f99ba3c";
    let text = json!({"value": [guid.to_uppercase()]}).to_string();
    let (_server, things) = answering(Reply::ok(text)).await;
    let guids = things
        .function::<Value<Vec<Guid>>>(&VALUES)
        .send()
        .await
        .unwrap();
    assert_eq!(guids[0].to_string(), guid);
    let (_server, things) = answering(Reply::status(204, "")).await;
    type Nullable<T> = Value<Option<T>>;
    let none = things
        .function::<Nullable<DateTime<Utc>>>(&VALUES)
        .send()
        .await;
    assert_eq!(none.unwrap().into_inner().into_inner(), None);
    let none = things.function::<Nullable<TimeDelta>>(&VALUES).send().await;
    assert_eq!(none.unwrap().value, None);
    let error = things
        .function::<Value<Decimal>>(&VALUES)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoContent);
}

#[tokio::test]
async fn models_as_parameters_are_json_with_all_members() {
    let (server, things) = answering(Reply::ok("{}")).await;
    let entity: Entity = serde_json::from_value(json!({"id": 1, "name": "it's"})).unwrap();
    let range = || things.function::<Entity>(&RANGE);
    range().parameter("cells", &entity).send().await.unwrap();
    range()
        .parameter("cells", vec![entity.clone()])
        .send()
        .await
        .unwrap();
    let export = things
        .action_call::<()>(&EXPORT)
        .parameter("format", vec![entity]);
    export.send_bytes().await.unwrap();
    let received = server.received();
    let query = |index: usize| {
        let url = Url::parse(&format!("http://host{}", received[index].target)).unwrap();
        url.query_pairs().into_owned().collect::<Vec<_>>()
    };
    let json = r#"{"id":1,"name":"it's"}"#;
    assert_eq!(query(0), [("@cells".to_owned(), json.to_owned())]);
    assert_eq!(query(1), [("@cells".to_owned(), format!("[{json}]"))]);
    assert_eq!(body(&received[2]), format!(r#"{{"format":[{json}]}}"#));
}

#[tokio::test]
async fn the_rest_of_an_expanded_collection_is_read() {
    const PARTS: NavigationProperty<Entity, Vec<Entity>> = NavigationProperty::new("parts");
    let server = Server::replies([
        Reply::ok(
            r#"{"@odata.context":"$metadata#things","value":[
                {"id":1,"parts":[{"id":11}],"parts@odata.nextLink":"things(1)/parts?p=2"},
                {"id":2,"parts":[{"id":21}]},
                {"id":3,"parts@odata.nextLink":"https://elsewhere.example/parts"}]}"#,
        ),
        Reply::ok(r#"{"value":[{"id":12}],"@odata.nextLink":"parts?p=3"}"#),
        Reply::ok(r#"{"value":[{"id":13}]}"#),
    ])
    .await;
    let client = client(&server);
    let page = client
        .root()
        .segment("things")
        .list::<Entity>()
        .expand(PARTS);
    let page = page.send().await.unwrap();
    let mut rest = client
        .rest_of(&page, &page.value[0], PARTS)
        .unwrap()
        .unwrap();
    let mut ids = Vec::new();
    while let Some(part) = rest.next().await {
        ids.push(part.unwrap().additional_properties["id"].clone());
    }
    assert_eq!(ids, [12, 13]);
    assert!(
        client
            .rest_of(&page, &page.value[1], PARTS)
            .unwrap()
            .is_none()
    );
    let mut elsewhere = client
        .rest_of(&page, &page.value[2], PARTS)
        .unwrap()
        .unwrap();
    let error = elsewhere.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
    let asked: Vec<_> = server.received().into_iter().map(|it| it.target).collect();
    assert_eq!(
        asked,
        [
            "/beta/things?$expand=parts",
            "/beta/things(1)/parts?p=2",
            "/beta/things(1)/parts?p=3"
        ]
    );
}

/// The links of what was expanded stand in the items, whose own contexts count first.
#[tokio::test]
async fn links_in_items_lead_where_their_context_says() {
    let (server, things) = answering(Reply::ok(
        r#"{"@odata.context":"$metadata#things","value":[
            {"parts@odata.nextLink":"things(1)/parts?p=2"},
            {"@context":"/v2/$metadata#t","parts@nextLink":"things(2)/parts?p=2"}]}"#,
    ))
    .await;
    let page = things.list::<Entity>().send().await.unwrap();
    let links = page.value.iter().map(|item| {
        let link = item.property_annotation("parts", "nextLink").unwrap();
        let link = page.resolve_link_of(item, link.as_str().unwrap()).unwrap();
        link.to_string()
    });
    let expected = ["/beta/things(1)", "/v2/things(2)"];
    let expected = expected.map(|path| format!("{}{path}/parts?p=2", server.url()));
    assert_eq!(links.collect::<Vec<_>>(), expected);
    let error = page.resolve_link("http://[").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}
