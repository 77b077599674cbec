//! Requests for entities, and their answers, against a tiny server on loopback.

#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "client/support.rs"]
mod support;

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use odata_runtime::{
    AdditionalProperties, ByteStream, Client, ConfigureRequest as _, Count, Create, Decimal,
    Delete, Download, ErrorKind, Flags, Get, List, LiteralValue, Method, NavigationProperty,
    ODataType, Operation, Page, Property, Request, ResourcePath, Response, Update, Upload, Value,
    query::template,
};
use serde_json::json;

use support::{Received, Reply, Server, builder, client};

const SHORT: Duration = Duration::from_millis(200);
const HUGE: &str = "12345678901234567890.12345678901234567890";

#[derive(Debug, Clone, Default, PartialEq)]
struct User {
    id: Option<String>,
    display_name: Option<String>,
    balance: Option<Decimal>,
    additional_properties: AdditionalProperties,
}

odata_runtime::model! {
    User {
        ID: id = "id" of String,
        DISPLAY_NAME: display_name = "displayName" of String,
        BALANCE: balance = "balance" of Decimal,
    }
}

impl User {
    const MANAGER: NavigationProperty<Self, Self> = NavigationProperty::new("manager");

    fn named(name: &str) -> Self {
        Self {
            display_name: Some(name.to_owned()),
            ..Self::default()
        }
    }
}

impl ODataType for User {
    const NAME: &'static str = "test.user";
    const READ_ONLY: &'static [&'static str] = &["id"];
}

fn users(client: &Client) -> ResourcePath {
    client.root().segment("users")
}

/// A server with one answer for all, and its users.
async fn answering(reply: Reply) -> (Server, ResourcePath) {
    let server = Server::replies([reply]).await;
    let users = users(&client(&server));
    (server, users)
}

fn only(server: &Server) -> Received {
    let mut received = server.received();
    assert_eq!(received.len(), 1);
    received.remove(0)
}

fn line(received: &Received) -> String {
    format!("{} {}", received.method, received.target)
}

fn body(received: &Received) -> &str {
    std::str::from_utf8(&received.body).unwrap()
}

#[tokio::test]
async fn one_entity_is_read() {
    let json = format!(r#"{{"@odata.context":"c","id":"1","displayName":"Ada","balance":{HUGE}}}"#);
    let (server, users) = answering(Reply::ok(json).header("etag", "W/\"1\"")).await;
    let request = users
        .key("a/b")
        .read::<User>()
        .select([User::ID, User::DISPLAY_NAME])
        .expand_with(User::MANAGER, "$select=id")
        .header("ConsistencyLevel", "eventual");
    let url = request.url();
    let user = request.await.unwrap();
    assert_eq!(user.display_name.as_deref(), Some("Ada"));
    assert_eq!(user.balance.as_ref().unwrap().as_str(), HUGE);
    assert_eq!(user.additional_properties["@odata.context"], "c");
    assert_eq!(user.headers()["etag"], "W/\"1\"");
    let received = only(&server);
    assert_eq!(
        line(&received),
        "GET /beta/users('a%2Fb')?$select=id,displayName&$expand=manager($select=id)"
    );
    assert_eq!(url.as_str(), format!("{}{}", server.url(), received.target));
    assert_eq!(received.header("accept"), Some("application/json"));
    assert_eq!(received.header("consistencylevel"), Some("eventual"));
    assert_eq!(received.header("content-type"), None);
    assert_eq!(body(&received), "");
}

#[tokio::test]
async fn a_collection_is_read_with_all_options() {
    let json = json!({"@odata.count": 7, "value": [{"id": "1"}, {"id": "2"}]});
    let (server, users) = answering(Reply::ok(json.to_string())).await;
    let page = users
        .list::<User>()
        .filter(template(
            "startsWith(displayName,{}) and age gt {}",
            &[&"O'N&#", &40],
        ))
        .order_by([User::DISPLAY_NAME.desc(), User::ID.asc()])
        .expand([User::MANAGER])
        .top(2)
        .skip(4)
        .search("\"displayName:x\"")
        .count()
        .await
        .unwrap();
    assert_eq!(page.count, Some(7));
    let ids: Vec<_> = page.into_iter().filter_map(|user| user.id).collect();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(
        line(&only(&server)),
        "GET /beta/users?$filter=startsWith(displayName,%27O%27%27N%26%23%27)%20and%20age%20gt%2040\
         &$orderby=displayName%20desc,id&$expand=manager&$top=2&$skip=4\
         &$search=%22displayName:x%22&$count=true"
    );
}

#[tokio::test]
async fn pages_are_read_and_the_delta_link_is_kept() {
    let server = Server::start(|request| {
        Reply::ok(match request.target.as_str() {
            "/beta/users?$select=id" => {
                r#"{"value":[{"id":"1"}],"@odata.nextLink":"users?token=2"}"#
            }
            "/beta/users?token=2" => r#"{"value":[{"id":"2"}],"@odata.deltaLink":"users?delta=3"}"#,
            _ => r#"{"value":[]}"#,
        })
    })
    .await;
    let client = client(&server);
    let list = users(&client).list::<User>().select([User::ID]);
    let mut pages = list.clone().header("Prefer", "x").pages();
    assert_eq!(pages.delta_link(), None);
    assert!(pages.next().await.unwrap().unwrap().next_link.is_some());
    assert_eq!(pages.delta_link(), None);
    pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.is_none());
    assert_eq!(pages.delta_link(), Some("users?delta=3"));
    let mut items = list.stream();
    let ids: Vec<_> = items
        .by_ref()
        .map(|user| user.unwrap().id.unwrap())
        .collect()
        .await;
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(items.delta_link(), Some("users?delta=3"));
    let link = items.delta_link().unwrap();
    let changes: Request<Page<User>> = client.request(Method::GET, link).unwrap();
    assert_eq!(changes.send().await.unwrap().value, []);
    let received = server.received();
    assert!(
        received[..2]
            .iter()
            .all(|request| request.header("prefer") == Some("x"))
    );
    assert_eq!(received.last().unwrap().target, "/beta/users?delta=3");
}

#[tokio::test]
async fn computed_members_are_not_sent_on_create() {
    let reply = Reply::status(201, r#"{"id":"7","displayName":"Ada"}"#);
    let (server, users) = answering(reply).await;
    let user = User {
        id: Some("mine".to_owned()),
        balance: Some(HUGE.parse().unwrap()),
        ..User::named("Ada")
    };
    let created = users.create(&user).await.unwrap().require().unwrap();
    assert_eq!(
        (created.status().as_u16(), created.id.as_deref()),
        (201, Some("7"))
    );
    let received = only(&server);
    assert_eq!(line(&received), "POST /beta/users");
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(
        body(&received),
        format!(r#"{{"displayName":"Ada","balance":{HUGE}}}"#)
    );
}

#[tokio::test]
async fn a_created_entity_need_not_come_back() {
    for status in [201, 202, 204] {
        let reply = Reply::status(status, "").header("location", "/beta/users('7')");
        let reply = reply
            .header("request-id", "r")
            .header("odata-entityid", "x");
        let (_server, users) = answering(reply).await;
        let created = users.create(&User::named("Ada")).await.unwrap();
        assert_eq!((created.status().as_u16(), created.value()), (status, None));
        assert_eq!(created.location(), Some("/beta/users('7')"));
        assert_eq!(created.entity_id(), Some("x"));
        let error = created.require().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoContent);
        assert_eq!((error.request_id(), error.attempts()), (Some("r"), 1));
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[tokio::test]
async fn an_update_sends_changes_and_explicit_nulls() {
    let server = Server::replies([
        Reply::status(204, ""),
        Reply::ok(r#"{"id":"7","displayName":"Eve"}"#),
    ])
    .await;
    let user = users(&client(&server)).key("7");
    let changes = User {
        id: Some("7".to_owned()),
        ..User::named("Eve")
    };
    let update = user
        .update(&changes)
        .null(User::BALANCE)
        .if_match("W/\"1\"")
        .if_match("W/\"2\"");
    let answer = update.clone().send().await.unwrap();
    assert_eq!(answer.into_inner(), None);
    let answer = update.null(User::DISPLAY_NAME).await.unwrap();
    assert_eq!(
        answer.as_ref().as_ref().unwrap().display_name.as_deref(),
        Some("Eve")
    );
    let received = server.received();
    assert_eq!(line(&received[0]), "PATCH /beta/users('7')");
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    let etags = received[0]
        .headers
        .iter()
        .filter(|(name, _)| name == "if-match");
    assert_eq!(
        etags.map(|(_, etag)| etag.as_str()).collect::<Vec<_>>(),
        ["W/\"2\""]
    );
    assert_eq!(
        body(&received[0]),
        r#"{"displayName":"Eve","balance":null}"#
    );
    assert_eq!(body(&received[1]), r#"{"displayName":null,"balance":null}"#);
}

#[tokio::test]
async fn if_match_guards_a_delete() {
    let server = Server::replies([
        Reply::status(204, ""),
        Reply::ok("not JSON"),
        Reply::status(412, r#"{"error":{"code":"preconditionFailed"}}"#),
    ])
    .await;
    let user = users(&client(&server)).key("7");
    assert_eq!(user.remove().await.unwrap().status().as_u16(), 204);
    user.remove().send().await.unwrap();
    let error = user.remove().if_match("\"old\"").send().await.unwrap_err();
    assert_eq!(error.code(), Some("preconditionFailed"));
    let received = server.received();
    assert_eq!(line(&received[0]), "DELETE /beta/users('7')");
    assert_eq!(received[0].header("if-match"), None);
    assert_eq!(received[2].header("if-match"), Some("\"old\""));
}

#[tokio::test]
async fn a_count_is_plain_text() {
    let json = [
        "\"42\"",
        r#"{"@odata.context":"$metadata#Edm.Int64","value":"42"}"#,
    ];
    let plain = ["42", "\u{feff}42", " 42\r\n"];
    for text in plain.into_iter().chain(json) {
        let (server, users) = answering(Reply::ok(text)).await;
        let count = users
            .count::<User>()
            .filter(template("accountEnabled eq {}", &[&true]))
            .search("x")
            .header("ConsistencyLevel", "eventual");
        assert_eq!(*count.await.unwrap(), 42);
        let received = only(&server);
        assert_eq!(
            line(&received),
            "GET /beta/users/$count?$filter=accountEnabled%20eq%20true&$search=x"
        );
        let accept = "text/plain, application/json;q=0.9, */*;q=0.1";
        assert_eq!(received.header("accept"), Some(accept));
        assert_eq!(received.header("consistencylevel"), Some("eventual"));
    }
    for text in ["", "many", "{}", "4 2", "99999999999999999999"] {
        let (_server, users) = answering(Reply::ok(text)).await;
        let error = users.count::<User>().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.raw_body(), Some(text.as_bytes()));
    }
}

static SEND: Operation =
    Operation::action("test.send", "send", &["message", "count", "price"], &[]);

#[tokio::test]
async fn action_parameters_are_a_body_in_metadata_order() {
    let (server, users) = answering(Reply::status(204, "")).await;
    let user = users.key(1);
    let message = LiteralValue::from_serialize(&json!({"subject": "it's"}));
    let call = user
        .action_call::<()>(&SEND)
        .parameter("price", HUGE.parse::<Decimal>().unwrap())
        .parameter("count", 1)
        .parameter("count", 2_i64)
        .parameter("message", message);
    call.send().await.unwrap();
    user.action_call::<()>(&SEND).send().await.unwrap();
    user.action_call::<()>(&SEND)
        .parameter("message", None::<String>)
        .parameter("count", vec!["a", "b"])
        .parameter("price", "INF".parse::<Decimal>().unwrap())
        .send()
        .await
        .unwrap();
    let received = server.received();
    for request in &received {
        assert_eq!(line(request), "POST /beta/users(1)/send");
        assert_eq!(request.header("content-type"), Some("application/json"));
    }
    let bodies: Vec<_> = received.iter().map(body).collect();
    assert_eq!(
        bodies,
        [
            format!(r#"{{"message":{{"subject":"it's"}},"count":2,"price":{HUGE}}}"#).as_str(),
            "{}",
            r#"{"message":null,"count":["a","b"],"price":"INF"}"#,
        ]
    );
}

#[tokio::test]
async fn pages_of_an_action_post_once_and_then_get() {
    let server = Server::start(|request| {
        Reply::ok(match request.method.as_str() {
            "POST" => r#"{"value":[{"id":"1"}],"@odata.nextLink":"send?token=2"}"#,
            _ => r#"{"value":[{"id":"2"}]}"#,
        })
    })
    .await;
    let call = users(&client(&server))
        .action_call::<Page<User>>(&SEND)
        .parameter("count", 1)
        .query_option("$top", "1");
    let ids: Vec<_> = call
        .stream()
        .map(|user| user.unwrap().id.unwrap())
        .collect()
        .await;
    assert_eq!(ids, ["1", "2"]);
    let received = server.received();
    assert_eq!(line(&received[0]), "POST /beta/users/send?$top=1");
    assert_eq!(body(&received[0]), r#"{"count":1}"#);
    assert_eq!(line(&received[1]), "GET /beta/users/send?token=2");
    assert_eq!(
        (body(&received[1]), received[1].header("content-type")),
        ("", None)
    );
}

#[tokio::test]
async fn single_values_are_enveloped_and_may_be_absent() {
    static RATE: Operation = Operation::function("test.rate", "rate", &["days"], &[]);
    let server = Server::replies([
        Reply::ok(format!(r#"{{"@odata.context":"c","value":{HUGE}}}"#)),
        Reply::status(204, ""),
    ])
    .await;
    let users = users(&client(&server));
    let call = || {
        users
            .function::<Option<Value<Decimal>>>(&RATE)
            .parameter("days", 3)
    };
    let rate = call().send().await.unwrap().into_inner().unwrap();
    assert_eq!(rate.as_str(), HUGE);
    assert_eq!(call().send().await.unwrap().into_inner(), None);
    assert_eq!(line(&server.received()[0]), "GET /beta/users/rate(days=3)");
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error_and_sends_nothing() {
    let (server, users) = answering(Reply::ok("null")).await;
    let broken = || LiteralValue::from_serialize(&std::collections::HashMap::from([(vec![1], 1)]));
    let list = || users.list::<User>();
    let errors = [
        list()
            .filter(template("a eq {}", &[]))
            .send()
            .await
            .unwrap_err(),
        list()
            .filter(template("a eq {", &[]))
            .stream()
            .next()
            .await
            .unwrap()
            .unwrap_err(),
        list()
            .filter(template("a eq {}", &[&broken()]))
            .send()
            .await
            .unwrap_err(),
        users
            .count::<User>()
            .filter(template("a", &[&1]))
            .send()
            .await
            .unwrap_err(),
        list()
            .filter(template("a eq '{}'", &[&1]))
            .send()
            .await
            .unwrap_err(),
        users
            .count::<User>()
            .filter(template("a eq '{}'", &[&1]))
            .send()
            .await
            .unwrap_err(),
        users.key(broken()).remove().send().await.unwrap_err(),
        users
            .key(broken())
            .segment("x")
            .read::<User>()
            .send()
            .await
            .unwrap_err(),
        users
            .compound_key(&[("a", &1), ("b", &broken())])
            .remove()
            .send()
            .await
            .unwrap_err(),
        users
            .action_call::<()>(&SEND)
            .parameter("message", broken())
            .send()
            .await
            .unwrap_err(),
        users
            .action_call::<()>(&SEND)
            .parameter("message", vec![broken()])
            .send()
            .await
            .unwrap_err(),
        users
            .key(1)
            .update(&User::default())
            .if_match("a\nb")
            .send()
            .await
            .unwrap_err(),
        users
            .upload::<User>("text/plain\n", "x")
            .send()
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn bytes_are_read_at_once_within_the_limit() {
    let bytes = vec![0, 255, 13, 10];
    let reply = Reply::Full(
        200,
        vec![("content-type", "image/png".to_owned())],
        bytes.clone(),
    );
    let (server, users) = answering(reply).await;
    let photo = users.key("1").segment("photo").segment("$value");
    let response = photo
        .download()
        .header("If-None-Match", "\"x\"")
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.into_inner(), bytes);
    let received = only(&server);
    assert_eq!(line(&received), "GET /beta/users('1')/photo/$value");
    assert_eq!(received.header("accept"), Some("*/*"));
    assert_eq!(received.header("if-none-match"), Some("\"x\""));
    let client = builder(&server).max_response_bytes(3).build().unwrap();
    let error = client.root().download().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn a_byte_stream_has_no_limit_and_can_be_dropped() {
    const LIMIT: usize = 1 << 16;
    let server = Server::replies([Reply::Endless]).await;
    let client = builder(&server).max_response_bytes(LIMIT).build().unwrap();
    let mut stream = client.root().segment("file").download().stream();
    assert_eq!(
        server.connections(),
        0,
        "nothing is sent before it is polled"
    );
    let mut length = 0;
    while length < 100 * LIMIT {
        let chunk = stream.next().await.unwrap().unwrap();
        assert!(chunk.len() <= 16 * LIMIT, "{} bytes at once", chunk.len());
        length += chunk.len();
    }
    drop(stream);
    server.abandoned().await;
    assert_eq!(server.count(), 1);
}

async fn collect(stream: ByteStream) -> Vec<u8> {
    let chunks: Vec<_> = stream.map(|chunk| chunk.unwrap()).collect().await;
    chunks.concat()
}

#[tokio::test]
async fn an_opened_download_is_retried_until_its_head() {
    let whole = Reply::Full(
        200,
        vec![("content-type", "text/csv".to_owned())],
        b"a,b".to_vec(),
    );
    let server = Server::replies([Reply::status(503, ""), Reply::close(), whole]).await;
    let file = client(&server).root().segment("file");
    let response = file.download().open().await.unwrap();
    assert_eq!((response.status().as_u16(), response.attempts()), (200, 3));
    assert_eq!(response.headers()["content-type"], "text/csv");
    assert_eq!(collect(response.into_inner()).await, b"a,b");
    assert_eq!(collect(file.download().stream()).await, b"a,b");
    let (_server, users) = answering(Reply::status(204, "")).await;
    assert_eq!(collect(users.download().stream()).await, b"");
}

#[tokio::test]
async fn a_download_that_is_refused_is_the_services_error() {
    let reply = Reply::status(404, r#"{"error":{"code":"itemNotFound"}}"#);
    let (_server, users) = answering(reply).await;
    let error = users.download().open().await.unwrap_err();
    assert_eq!(error.code(), Some("itemNotFound"));
    let mut stream = users.download().stream();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.code(), Some("itemNotFound"));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_broken_byte_stream_is_not_retried() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin".to_vec();
    let server = Server::replies([Reply::Raw(head)]).await;
    let mut stream = client(&server).root().segment("file").download().stream();
    assert_eq!(stream.next().await.unwrap().unwrap(), "begin");
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert!(error.to_string().contains("/beta/file"), "{error}");
    assert!(stream.next().await.is_none());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_stream_that_stalls_is_ended_by_its_deadlines() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin".to_vec();
    let server = Server::replies([Reply::Stall(head)]).await;
    let download = client(&server).root().segment("file").download();
    for (download, kind) in [
        (
            download.clone().attempt_timeout(SHORT),
            ErrorKind::AttemptTimeout,
        ),
        (download.timeout(SHORT), ErrorKind::TotalTimeout),
    ] {
        let mut stream = download.open().await.unwrap().into_inner();
        assert_eq!(stream.next().await.unwrap().unwrap(), "begin");
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains("200ms"), "{error}");
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn bytes_are_written_with_their_media_type() {
    let (server, users) = answering(Reply::ok(r#"{"id":"item"}"#)).await;
    let photo = users.key("1").segment("photo").segment("$value");
    let content = Bytes::from_static(&[0, 255]);
    let kind = String::from("image/jpeg");
    photo
        .upload::<User>(&kind, content.clone())
        .if_match("*")
        .await
        .unwrap();
    let upload = photo.upload::<User>("a/b", content);
    let stored = upload.header("Content-Type", "c/d").await.unwrap();
    assert_eq!(stored.require().unwrap().id.as_deref(), Some("item"));
    let received = server.received();
    assert_eq!(line(&received[0]), "PUT /beta/users('1')/photo/$value");
    assert_eq!(received[0].header("content-type"), Some("image/jpeg"));
    assert_eq!(received[0].header("if-match"), Some("*"));
    assert_eq!(received[0].body, [0, 255]);
    let kinds = received[1]
        .headers
        .iter()
        .filter(|(name, _)| name == "content-type");
    assert_eq!(
        kinds.map(|(_, kind)| kind.as_str()).collect::<Vec<_>>(),
        ["c/d"]
    );
}

#[tokio::test]
async fn personal_data_is_not_in_debug_texts() {
    let (_server, users) = answering(Reply::ok("null")).await;
    let secret = User::named("secret-name");
    for text in [
        format!(
            "{:?}",
            users
                .list::<User>()
                .filter(template("a eq {}", &[&"secret-name"]))
        ),
        format!(
            "{:?}",
            users
                .read::<User>()
                .expand_with(User::MANAGER, "secret-name")
        ),
        format!("{:?}", users.count::<User>().search("secret-name")),
        format!("{:?}", users.create(&secret)),
        format!("{:?}", users.update(&secret)),
        format!("{:?}", users.upload::<User>("text/plain", "secret-name")),
    ] {
        assert!(text.contains("/beta/users"), "{text}");
        assert!(!text.contains("secret-name"), "{text}");
    }
}

#[test]
fn requests_may_cross_threads() {
    fn is_sent<T: Send + 'static>(_: fn() -> T) {}
    fn is_shared<T: Send + Sync + Clone + 'static>() {}
    is_shared::<Get<User>>();
    is_shared::<List<User>>();
    is_shared::<Create<User>>();
    is_shared::<Update<User>>();
    is_shared::<Delete>();
    is_shared::<Count<User>>();
    is_shared::<Download>();
    is_shared::<Upload<User>>();
    is_shared::<Property<User, String>>();
    is_shared::<Flags<String>>();
    is_sent::<ByteStream>(|| unreachable!());
    is_sent::<Response<ByteStream>>(|| unreachable!());
}
