//! What the emulator answers, over real connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::common::{EXAMPLE, anonymous, authorized, builder, example_clock, get, header, json};
use chrono::{TimeDelta, Timelike as _};
use graph_emulator::{Emulator, Outcome, StartError};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn the_documented_example() {
    let emulator = builder()
        .with_metric("getMetricsForMfaSignInFailure", |bucket| {
            4 + i64::from(bucket.start.minute() / 10)
        })
        .start()
        .await
        .unwrap();
    let response = get(&emulator, EXAMPLE).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        header(&response, "content-type"),
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    );
    assert_eq!(header(&response, "odata-version"), "4.0");
    assert_eq!(
        header(&response, "request-id"),
        header(&response, "client-request-id")
    );
    assert_eq!(
        json(response).await,
        json!({
            "@odata.context": "https://graph.microsoft.com/beta/networkAccess/reports/$metadata#Collection(serviceActivityValueMetric)",
            "value": [
                {"intervalStartDateTime": "2023-01-01T00:00:00Z", "value": 4},
                {"intervalStartDateTime": "2023-01-01T00:10:00Z", "value": 5}
            ]
        })
    );

    let [request] = emulator.requests().try_into().unwrap();
    assert_eq!(request.method, Method::GET);
    assert_eq!(
        request.path,
        "/beta/reports/serviceActivity/getMetricsForMfaSignInFailure(inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z,exclusiveIntervalEndDateTime=2023-01-01T00:20:00Z,aggregationIntervalInMinutes=10)"
    );
    assert_eq!(request.query, None);
    assert!(request.authorized);
    assert_eq!(request.headers["authorization"], "Bearer secret-token");
    assert!(matches!(request.outcome, Outcome::Answered(status) if status == 200));
    assert!(!format!("{request:?}").contains("secret"), "{request:?}");
}

#[tokio::test]
async fn the_other_profile_and_the_default_interval() {
    let emulator = builder().seed(7).start().await.unwrap();
    let body = json(
        get(
            &emulator,
            "/reports/serviceActivity/microsoft.graph.getConnectivityMetricsForExchange(\
             exclusiveIntervalEndDateTime=2023-01-01T01:00:00Z,\
             inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z)",
        )
        .await,
    )
    .await;
    assert_eq!(
        body["@odata.context"],
        "https://graph.microsoft.com/beta/$metadata#Collection(microsoft.graph.serviceActivityPerformanceMetric)"
    );
    let buckets = body["value"].as_array().unwrap();
    assert_eq!(buckets.len(), 4);
    for bucket in buckets {
        let share = bucket["percentage"].as_f64().unwrap();
        assert!((95.0..=100.0).contains(&share), "{bucket}");
    }
}

#[tokio::test]
async fn equal_seeds_answer_alike() {
    let answer = async |seed| {
        let emulator = builder().seed(seed).start().await.unwrap();
        let response = get(&emulator, EXAMPLE).await;
        let id = header(&response, "request-id").to_owned();
        (id, json(response).await)
    };
    assert_eq!(answer(1).await, answer(1).await);
    assert_ne!(answer(1).await, answer(2).await);
}

#[tokio::test]
async fn the_context_root_and_the_version_can_be_set() {
    let emulator = builder()
        .version("v1.0")
        .context_root("https://graph.microsoft.us/v1.0")
        .start()
        .await
        .unwrap();
    assert!(emulator.endpoint().ends_with("/v1.0"));
    let body = json(get(&emulator, EXAMPLE).await).await;
    let context = body["@odata.context"].as_str().unwrap();
    assert!(
        context.starts_with("https://graph.microsoft.us/v1.0/networkAccess"),
        "{context}"
    );
}

#[track_caller]
fn assert_error(body: &Value, code: &str, message: &str) {
    let error = &body["error"];
    assert_eq!(error["code"], code, "{body}");
    let text = error["message"].as_str().unwrap();
    assert!(text.contains(message), "{text}");
    assert_eq!(error["innerError"]["date"], "2023-01-02T00:00:00", "{body}");
}

#[tokio::test]
async fn refusals() {
    let emulator = builder().start().await.unwrap();
    let call = |parameters: &str| {
        format!("/reports/serviceActivity/getMetricsForSamlSignInSuccess({parameters})")
    };
    let start = "inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z";
    let end = "exclusiveIntervalEndDateTime=2023-01-01T00:20:00Z";
    for (path, status, code, message) in [
        (
            call(start),
            400,
            "BadRequest",
            "needs the parameter 'exclusiveIntervalEndDateTime'",
        ),
        (
            call(&format!("{start},{end},x=1")),
            400,
            "BadRequest",
            "has no parameter 'x'",
        ),
        (
            call(&format!("{start},{start},{end}")),
            400,
            "BadRequest",
            "more than once",
        ),
        (
            call(&format!(
                "{start},exclusiveIntervalEndDateTime='2023-01-01'"
            )),
            400,
            "BadRequest",
            "is not a literal of type Edm.DateTimeOffset",
        ),
        (
            call(&format!("{start},{end},aggregationIntervalInMinutes=7")),
            400,
            "BadRequest",
            "5, 10, 15 and 30",
        ),
        (
            call(&format!(
                "{start},exclusiveIntervalEndDateTime=2023-01-01T00:00:00Z"
            )),
            400,
            "BadRequest",
            "must be later than",
        ),
        (
            call(&format!(
                "inclusiveIntervalStartDateTime=2022-12-02T23:59:59Z,{end}"
            )),
            400,
            "BadRequest",
            "more than 30 days in the past",
        ),
        (
            call(&format!("{start},{end},aggregationIntervalInMinutes=%zz")),
            400,
            "BadRequest",
            "two hexadecimal digits",
        ),
        (
            call(&format!("{start},{end}")) + "?$filter=value",
            501,
            "NotImplemented",
            "'$filter'",
        ),
        (
            call(&format!("{start},{end}")) + "?@a=1&@a=1",
            400,
            "BadRequest",
            "more than once",
        ),
        (
            "/reports/serviceActivity/getNothing()".to_owned(),
            400,
            "BadRequest",
            "Resource not found for the segment 'getNothing'.",
        ),
        (
            "/reports/other".to_owned(),
            400,
            "BadRequest",
            "Resource not found for the segment 'other'.",
        ),
        (
            "/reports/serviceActivity".to_owned(),
            404,
            "ResourceNotFound",
            "'serviceActivity'",
        ),
        (
            "//reports".to_owned(),
            400,
            "BadRequest",
            "Resource not found for the segment ''.",
        ),
    ] {
        let response = get(&emulator, &path).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(header(&response, "content-type"), "application/json");
        assert_error(&json(response).await, code, message);
    }
}

#[tokio::test]
async fn another_version_is_refused() {
    let emulator = builder().start().await.unwrap();
    let other = emulator.endpoint().replace("/beta", "/v1.0/reports");
    let response = reqwest::get(other).await.unwrap();
    assert_eq!(response.status(), 400);
    assert_error(
        &json(response).await,
        "BadRequest",
        "Invalid version: 'v1.0'",
    );
}

#[tokio::test]
async fn a_request_without_a_good_token_is_refused() {
    let emulator = builder().token("the-token").start().await.unwrap();
    let twice = anonymous(&emulator, EXAMPLE)
        .bearer_auth("the-token")
        .bearer_auth("the-token");
    for (request, message) in [
        (anonymous(&emulator, EXAMPLE), "no bearer token"),
        (
            anonymous(&emulator, EXAMPLE).bearer_auth(""),
            "no bearer token",
        ),
        (
            anonymous(&emulator, EXAMPLE).basic_auth("a", Some("b")),
            "no bearer token",
        ),
        (
            anonymous(&emulator, EXAMPLE).bearer_auth("other-token"),
            "not the one",
        ),
        (twice, "more than one Authorization"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401, "{message}");
        let challenge = header(&response, "www-authenticate").to_owned();
        assert!(challenge.starts_with("Bearer "), "{challenge}");
        let body = json(response).await;
        assert!(!body.to_string().contains("other-token"), "{body}");
        assert_error(&body, "InvalidAuthenticationToken", message);
    }
    let response = anonymous(&emulator, EXAMPLE)
        .bearer_auth("the-token")
        .send()
        .await;
    assert_eq!(response.unwrap().status(), 200);
    let flags: Vec<bool> = emulator.requests().iter().map(|r| r.authorized).collect();
    assert_eq!(flags, [false, false, false, false, false, true]);
    assert!(!format!("{:?}", builder().token("the-token")).contains("the-token"));
}

#[tokio::test]
async fn another_method_is_refused() {
    let emulator = builder().start().await.unwrap();
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let url = format!("{}{EXAMPLE}", emulator.endpoint());
        let request = reqwest::Client::new()
            .request(method.clone(), url)
            .bearer_auth("t");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(header(&response, "allow"), "GET");
        assert_error(&json(response).await, "MethodNotAllowed", method.as_str());
    }
}

#[tokio::test]
async fn a_client_request_id_comes_back() {
    let emulator = builder().start().await.unwrap();
    for path in [EXAMPLE, "/nothing"] {
        let request = authorized(&emulator, path).header("client-request-id", "my-id");
        let response = request.send().await.unwrap();
        assert_eq!(header(&response, "client-request-id"), "my-id");
        let request_id = header(&response, "request-id").to_owned();
        assert_eq!(request_id.len(), 36);
        if response.status() != 200 {
            let body = json(response).await;
            assert_eq!(body["error"]["innerError"]["client-request-id"], "my-id");
            assert_eq!(
                body["error"]["innerError"]["request-id"],
                request_id.as_str()
            );
        }
    }
}

#[tokio::test]
async fn the_metadata_document_needs_no_token() {
    let emulator = builder().start().await.unwrap();
    let response = anonymous(&emulator, "/$metadata").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "application/xml");
    let text = response.text().await.unwrap();
    assert!(text.contains("getMetricsForMfaSignInFailure"), "{text}");
}

/// The values of all pages, and how many pages there were.
async fn follow(emulator: &Emulator, first: reqwest::RequestBuilder) -> (Vec<Value>, usize) {
    let mut page = json(first.send().await.unwrap()).await;
    let (mut values, mut pages) = (Vec::new(), 1);
    loop {
        values.extend(page["value"].as_array().unwrap().iter().cloned());
        let Some(link) = page["@odata.nextLink"].as_str() else {
            return (values, pages);
        };
        let path = link
            .strip_prefix(&emulator.endpoint())
            .expect("a link to the emulator");
        page = json(get(emulator, path).await).await;
        pages += 1;
    }
}

#[tokio::test]
async fn pages_hold_the_same_items_as_one_answer() {
    let day = "/reports/serviceActivity/getMetricsForMfaSignInSuccess(\
        inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z,\
        exclusiveIntervalEndDateTime=2023-01-02T00:00:00Z,\
        aggregationIntervalInMinutes=@interval)?@interval=30";
    let emulator = builder().start().await.unwrap();
    let (whole, pages) = follow(&emulator, authorized(&emulator, day)).await;
    assert_eq!((whole.len(), pages), (48, 1));

    let preferring = authorized(&emulator, day).header("prefer", "odata.maxpagesize=20");
    assert_eq!(follow(&emulator, preferring).await, (whole.clone(), 3));

    let small = builder().page_size(7).start().await.unwrap();
    assert_eq!(follow(&small, authorized(&small, day)).await, (whole, 7));
    let queries: Vec<_> = small
        .requests()
        .into_iter()
        .filter_map(|r| r.query)
        .collect();
    assert!(
        queries
            .iter()
            .all(|query| query.starts_with("@interval=30")),
        "{queries:?}"
    );
}

#[tokio::test]
async fn an_applied_page_size_is_confirmed() {
    let emulator = builder().start().await.unwrap();
    let request = authorized(&emulator, EXAMPLE).header("prefer", "odata.maxpagesize=1");
    let response = request.send().await.unwrap();
    assert_eq!(
        header(&response, "preference-applied"),
        "odata.maxpagesize=1"
    );
}

#[tokio::test]
async fn the_clock_may_move() {
    let minutes = Arc::new(AtomicI64::new(0));
    let now = Arc::clone(&minutes);
    let clock = move || example_clock() + TimeDelta::minutes(now.load(Ordering::Relaxed));
    let emulator = Emulator::builder().clock(clock).start().await.unwrap();
    assert_eq!(get(&emulator, EXAMPLE).await.status(), 200);
    minutes.store(60 * 24 * 30, Ordering::Relaxed);
    assert_eq!(get(&emulator, EXAMPLE).await.status(), 400);
}

#[tokio::test]
async fn the_system_clock_is_the_default() {
    let emulator = Emulator::start().await.unwrap();
    assert_eq!(get(&emulator, EXAMPLE).await.status(), 400);
    let end = chrono::Utc::now();
    let time = |instant: chrono::DateTime<chrono::Utc>| instant.format("%Y-%m-%dT%H:%M:%SZ");
    let path = format!(
        "/reports/serviceActivity/getActiveUserMetricsForExcelWeb(\
         inclusiveIntervalStartDateTime={},exclusiveIntervalEndDateTime={})",
        time(end - TimeDelta::hours(24)),
        time(end)
    );
    let body = json(get(&emulator, &path).await).await;
    assert_eq!(body["value"].as_array().unwrap().len(), 96);
}

#[tokio::test]
async fn the_record_keeps_the_latest_and_counts_all() {
    let emulator = builder().record_limit(2).start().await.unwrap();
    for path in ["/a", "/b", "/c"] {
        get(&emulator, path).await;
    }
    let paths: Vec<String> = emulator.requests().into_iter().map(|r| r.path).collect();
    assert_eq!(paths, ["/beta/b", "/beta/c"]);
    assert_eq!(emulator.request_count(), 3);
    emulator.clear_requests();
    assert_eq!(
        (emulator.requests().len(), emulator.request_count()),
        (0, 0)
    );
}

#[tokio::test]
async fn metadata_of_the_callers_own() {
    let csdl = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
      <edmx:DataServices><Schema Namespace="my.ns" xmlns="http://docs.oasis-open.org/odata/ns/edm">
        <EntityType Name="usage"/>
        <ComplexType Name="load">
          <Property Name="intervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false"/>
          <Property Name="share" Type="Edm.Double"/>
        </ComplexType>
        <Function Name="getLoad" IsBound="true">
          <Parameter Name="on" Type="my.ns.usage"/>
          <Parameter Name="inclusiveIntervalStartDateTime" Type="Edm.DateTimeOffset" Nullable="false"/>
          <Parameter Name="exclusiveIntervalEndDateTime" Type="Edm.DateTimeOffset" Nullable="false"/>
          <Parameter Name="aggregationIntervalInMinutes" Type="Edm.Int32"/>
          <ReturnType Type="Collection(my.ns.load)"/>
        </Function>
        <EntityContainer Name="c"><Singleton Name="usage" Type="my.ns.usage"/></EntityContainer>
      </Schema></edmx:DataServices></edmx:Edmx>"#;
    let annotations = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
      <edmx:DataServices><Schema Namespace="my.notes" xmlns="http://docs.oasis-open.org/odata/ns/edm">
        <Annotations Target="my.ns.getLoad/aggregationIntervalInMinutes">
          <Annotation Term="Org.OData.Core.V1.OptionalParameter"><Record>
            <PropertyValue Property="DefaultValue" String="60"/></Record></Annotation>
        </Annotations>
      </Schema></edmx:DataServices></edmx:Edmx>"#;
    let emulator = builder()
        .metadata(csdl)
        .annotations(annotations)
        .with_metric("getLoad", |_| f64::NAN)
        .start()
        .await
        .unwrap();
    let day = "inclusiveIntervalStartDateTime=2023-01-01T00:00:00Z,exclusiveIntervalEndDateTime=2023-01-01T02:00:00Z";
    let body = json(get(&emulator, &format!("/usage/getLoad({day})")).await).await;
    assert_eq!(
        body["value"][1],
        json!({"intervalStartDateTime": "2023-01-01T01:00:00Z", "share": "NaN"})
    );
    for (interval, status) in [("1", 200), ("0", 400), ("-5", 400), ("2147483647", 200)] {
        let path = format!("/usage/getLoad({day},aggregationIntervalInMinutes={interval})");
        assert_eq!(get(&emulator, &path).await.status(), status, "{interval}");
    }
}

#[tokio::test]
async fn an_emulator_that_cannot_start_says_why() {
    let error = builder().metadata("<nonsense/>").start().await.unwrap_err();
    assert!(matches!(error, StartError::Metadata(_)), "{error}");
    let error = builder()
        .with_metric("getMetricsForMfa", |_| 1)
        .start()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("'getMetricsForMfa'"), "{error}");
}

#[tokio::test]
async fn nothing_that_is_sent_brings_it_down() {
    let emulator = builder().start().await.unwrap();
    let address = emulator
        .endpoint()
        .replace("http://", "")
        .replace("/beta", "");
    for line in [
        "GET /beta/% HTTP/1.1",
        "GET /beta/((((((( HTTP/1.1",
        "GET /beta/\u{e9} HTTP/1.1",
        "GET * HTTP/1.1",
        "GET /?%ff HTTP/1.1",
        "BREW /beta/reports HTTP/1.1",
        "nonsense",
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let request =
            format!("{line}\r\nhost: x\r\nauthorization: Bearer t\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with("HTTP/1.1 4"), "{line}: {text}");
    }
    assert_eq!(get(&emulator, EXAMPLE).await.status(), 200);
}

/// A connection on which one request has been answered and which is kept open.
async fn idle_connection(emulator: &Emulator) -> TcpStream {
    let address = emulator
        .endpoint()
        .replace("http://", "")
        .replace("/beta", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream
        .write_all(b"GET /beta/$metadata HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    stream
}

#[tokio::test]
async fn shutdown_closes_every_connection() {
    let emulator = builder().start().await.unwrap();
    let address = emulator
        .endpoint()
        .replace("http://", "")
        .replace("/beta", "");
    let mut idle = idle_connection(&emulator).await;
    emulator.shutdown().await;
    // Ends, in whichever way; an open connection would keep this waiting.
    let _ = idle.read_to_end(&mut Vec::new()).await;
    assert!(TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn dropping_closes_every_connection() {
    let emulator = builder().start().await.unwrap();
    let mut idle = idle_connection(&emulator).await;
    drop(emulator);
    let _ = idle.read_to_end(&mut Vec::new()).await;
}
