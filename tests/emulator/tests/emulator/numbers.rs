//! `IEEE754Compatible=true`: numbers as texts, in answers and in bodies.

use crate::common::{assert_refused, authorized, builder, header, json, send};
use graph_emulator::Emulator;
use reqwest::{Method, Response};
use serde_json::{Value, json};

const CSDL: &str = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices><Schema Namespace="my" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <TypeDefinition Name="cents" UnderlyingType="Edm.Int64"/>
  <ComplexType Name="money">
    <Property Name="amount" Type="Edm.Decimal" Scale="variable"/>
    <Property Name="currency" Type="Edm.String"/>
  </ComplexType>
  <EntityType Name="account">
    <Key><PropertyRef Name="number"/></Key>
    <Property Name="number" Type="Edm.Int64" Nullable="false"/>
    <Property Name="rank" Type="Edm.Int32"/>
    <Property Name="fee" Type="my.cents"/>
    <Property Name="limit" Type="my.money"/>
    <Property Name="steps" Type="Collection(Edm.Int64)"/>
    <NavigationProperty Name="parts" Type="Collection(my.account)" ContainsTarget="true"/>
  </EntityType>
  <Function Name="total" IsBound="true"><Parameter Name="on" Type="Collection(my.account)"/>
    <ReturnType Type="my.money"/></Function>
  <Function Name="best" IsBound="true" IsComposable="true">
    <Parameter Name="on" Type="Collection(my.account)"/>
    <ReturnType Type="Collection(my.account)"/></Function>
  <EntityContainer Name="c"><EntitySet Name="accounts" EntityType="my.account"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

const TEXT: &str = "application/json;IEEE754Compatible=true";

async fn emulator() -> Emulator {
    let account = json!({
        "number": 9_007_199_254_740_993_i64, "rank": 1, "fee": 5, "steps": [1, "2"],
        "limit": {"amount": "12.50", "currency": "EUR"}, "parts": [{"number": 7, "fee": "8"}],
    });
    builder()
        .metadata(CSDL)
        .with_entities("accounts", json!([account]))
        .with_function("total", |_| json!({"amount": 12.5, "currency": "EUR"}))
        .with_function("best", |_| json!([{"number": 1, "limit": {"amount": 2}}]))
        .start()
        .await
        .unwrap()
}

async fn get(emulator: &Emulator, path: &str, accept: &str) -> Value {
    let request = authorized(emulator, path).header("accept", accept);
    json(request.send().await.unwrap()).await
}

async fn write(emulator: &Emulator, method: Method, path: &str, ty: &str, body: &str) -> Response {
    let url = format!("{}{path}", emulator.endpoint());
    let request = reqwest::Client::new().request(method, url);
    let request = request.bearer_auth("t").header("content-type", ty);
    request.body(body.to_owned()).send().await.unwrap()
}

#[tokio::test]
async fn answers_have_texts_for_those_who_ask() {
    let emulator = emulator().await;
    let path = "/accounts?$count=true&$expand=parts($count=true)";
    let request = authorized(&emulator, path).header("accept", TEXT);
    let response = request.send().await.unwrap();
    let expected = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=true;charset=utf-8";
    assert_eq!(header(&response, "content-type"), expected);
    let page = json(response).await;
    assert_eq!(page["@odata.count"], "1");
    let account = &page["value"][0];
    assert_eq!(account["number"], "9007199254740993");
    assert_eq!(account["rank"], 1, "32 bits fit into a double");
    assert_eq!(account["fee"], "5", "a type definition of such a type");
    assert_eq!(account["steps"], json!(["1", "2"]));
    assert_eq!(
        account["limit"],
        json!({"amount": "12.50", "currency": "EUR"})
    );
    assert_eq!(account["parts@odata.count"], "1");
    assert_eq!(account["parts"][0]["fee"], "8");

    let one = "/accounts(9007199254740993)";
    for (path, pointer, text, number) in [
        (one.to_owned(), "/fee", json!("5"), json!(5)),
        (format!("{one}/fee"), "/value", json!("5"), json!(5)),
        (
            format!("{one}/steps"),
            "/value",
            json!(["1", "2"]),
            json!([1, 2]),
        ),
        (
            format!("{one}/limit"),
            "/amount",
            json!("12.50"),
            json!(12.5),
        ),
        (
            format!("{one}/limit/amount"),
            "/value",
            json!("12.50"),
            json!(12.5),
        ),
        (
            "/accounts/total()".to_owned(),
            "/amount",
            json!("12.5"),
            json!(12.5),
        ),
        (
            "/accounts/best()".to_owned(),
            "/value/0/number",
            json!("1"),
            json!(1),
        ),
        (
            "/accounts/best()(1)/limit".to_owned(),
            "/amount",
            json!("2"),
            json!(2),
        ),
    ] {
        let found = get(&emulator, &path, TEXT).await;
        assert_eq!(found.pointer(pointer), Some(&text), "{path}: {found}");
        let found = get(&emulator, &path, "application/json").await;
        assert_eq!(found.pointer(pointer), Some(&number), "{path}: {found}");
    }
}

#[tokio::test]
async fn metrics_have_texts_for_those_who_ask() {
    let emulator = builder()
        .with_metric("getMetricsForMfaSignInFailure", |_| 4)
        .start()
        .await
        .unwrap();
    let page = get(&emulator, crate::common::EXAMPLE, TEXT).await;
    assert_eq!(page["value"][0]["value"], "4");
    let page = get(&emulator, crate::common::EXAMPLE, "*/*").await;
    assert_eq!(page["value"][0]["value"], 4);
}

#[tokio::test]
async fn bodies_have_texts_when_they_say_so() {
    let emulator = emulator().await;
    let body = r#"{"number":"10","fee":"-9223372036854775808","limit":{"amount":"0.10"}}"#;
    for (ty, status) in [("application/json", 400), (TEXT, 201), (TEXT, 409)] {
        let response = write(&emulator, Method::POST, "/accounts", ty, body).await;
        assert_eq!(response.status(), status, "{ty}");
    }
    // However it was written, it is the same account.
    let plain = send(
        &emulator,
        Method::POST,
        "/accounts",
        &[],
        Some(json!({"number": 10})),
    )
    .await;
    assert_refused(plain, 409, "exists already").await;
    let account = get(&emulator, "/accounts(10)", "application/json").await;
    assert_eq!(account["fee"], i64::MIN);
    assert_eq!(account["limit"]["amount"], 0.1);
    let account = get(&emulator, "/accounts(10)", TEXT).await;
    assert_eq!(account["limit"]["amount"], "0.10", "digits are kept");

    let path = "/accounts(10)/fee";
    let put = async |ty, body| write(&emulator, Method::PUT, path, ty, body).await.status();
    assert_eq!(put(TEXT, r#"{"value":"11"}"#).await, 204);
    assert_eq!(get(&emulator, path, "*/*").await["value"], 11);
    assert_eq!(put("application/json", r#"{"value":"12"}"#).await, 400);
    // Numbers are taken beside texts.
    assert_eq!(put(TEXT, r#"{"value":13}"#).await, 204);
    let filtered = get(&emulator, "/accounts?$filter=fee eq 13", TEXT).await;
    assert_eq!(filtered["value"][0]["number"], "10");
}
