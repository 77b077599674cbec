//! Integers of 64 bits and decimals, as numbers and as strings of JSON.

use odata_runtime::{
    AdditionalProperties, Client, Decimal, Literal, LiteralValue, ODataType, Operation,
};

use crate::support::{Received, Reply, Server, builder};

/// Beyond what a double has: JavaScript makes it …992.
const LONG: i64 = 9_007_199_254_740_993;
const PRICE: &str = "12345678901234567890.12";

#[derive(Debug, Clone, Default, PartialEq)]
struct Item {
    stock: Option<i64>,
    sold: Option<Vec<i64>>,
    price: Option<Decimal>,
    page: Option<i32>,
    next: Option<Box<Item>>,
    additional_properties: AdditionalProperties,
}

odata_runtime::model! {
    Item {
        STOCK: stock = "stock" of i64,
        SOLD: sold = "sold" of Vec<i64>,
        PRICE: price = "price" of Decimal,
        PAGE: page = "page" of i32,
        NEXT: next = "next" of Item,
    }
}

impl ODataType for Item {
    const NAME: &'static str = "test.item";
}

impl Literal for Item {
    fn to_literal(&self) -> LiteralValue {
        LiteralValue::from_serialize(self)
    }
}

static PARAMETERS: [&str; 5] = ["stock", "sold", "price", "page", "item"];
static ORDER: Operation = Operation::action("test.order", "order", &PARAMETERS, &[]);
static FIND: Operation = Operation::function("test.find", "find", &PARAMETERS, &[]);

const AS_STRINGS: &str = "application/json;IEEE754Compatible=true";

fn item() -> Item {
    let inner = Item {
        stock: Some(LONG),
        ..Item::default()
    };
    Item {
        stock: Some(LONG),
        sold: Some(vec![1, -LONG]),
        price: Some(PRICE.parse().unwrap()),
        page: Some(7),
        next: Some(Box::new(inner)),
        additional_properties: AdditionalProperties::new(),
    }
}

/// Creates, updates, calls and finds; gives what came.
async fn exchange(client: &Client, server: &Server) -> Vec<Received> {
    let items = client.root().segment("items");
    let item = item();
    items.create(&item).send().await.unwrap();
    items.update(&item).send().await.unwrap();
    let call = items.action_call::<()>(&ORDER);
    let call = call.parameter("stock", LONG).parameter("sold", vec![LONG]);
    let call = call.parameter("price", item.price.clone());
    call.parameter("page", 7)
        .parameter("item", item.clone())
        .await
        .unwrap();
    items.action::<()>(&ORDER, &item).await.unwrap();
    let find = items.function::<()>(&FIND).parameter("stock", LONG);
    find.parameter("sold", vec![LONG]).await.unwrap();
    server.received()
}

fn body(received: &Received) -> &str {
    std::str::from_utf8(&received.body).unwrap()
}

fn types(received: &Received) -> [Option<&str>; 2] {
    ["accept", "content-type"].map(|name| received.header(name))
}

#[tokio::test]
async fn numbers_are_strings_where_the_service_asks_for_it() {
    let server = Server::replies([Reply::status(204, "")]).await;
    let client = builder(&server).ieee754_compatible().build().unwrap();
    let received = exchange(&client, &server).await;
    let [create, update, call, action, find] = &received[..] else {
        panic!("{received:?}");
    };
    let item = r#"{"stock":"9007199254740993","sold":["1","-9007199254740993"],"price":"12345678901234567890.12","page":7,"next":{"stock":"9007199254740993"}}"#;
    for request in [create, update, action] {
        assert_eq!(body(request), item);
    }
    let expected = format!(
        r#"{{"stock":"{LONG}","sold":["{LONG}"],"price":"{PRICE}","page":7,"item":{item}}}"#
    );
    assert_eq!(body(call), expected);
    for request in [create, update, call, action] {
        assert_eq!(types(request), [Some(AS_STRINGS); 2]);
    }
    assert_eq!(types(find), [Some(AS_STRINGS), None]);
    // In a URL, numbers are what they are.
    let expected =
        "/beta/items/find(stock=9007199254740993,sold=@sold)?@sold=%5B9007199254740993%5D";
    assert_eq!(find.target, expected);
}

#[tokio::test]
async fn numbers_are_numbers_by_default() {
    let server = Server::replies([Reply::status(204, "")]).await;
    let client = builder(&server).build().unwrap();
    let received = exchange(&client, &server).await;
    let item = r#"{"stock":9007199254740993,"sold":[1,-9007199254740993],"price":12345678901234567890.12,"page":7,"next":{"stock":9007199254740993}}"#;
    assert_eq!(body(&received[0]), item);
    let expected =
        format!(r#"{{"stock":{LONG},"sold":[{LONG}],"price":{PRICE},"page":7,"item":{item}}}"#);
    assert_eq!(body(&received[2]), expected);
    assert_eq!(types(&received[0]), [Some("application/json"); 2]);
}

/// What another media type asks for, and JSON of the caller's own, stay as they are.
#[tokio::test]
async fn only_bodies_made_here_have_numbers_as_strings() {
    let server = Server::replies([Reply::ok("1")]).await;
    let client = builder(&server).ieee754_compatible().build().unwrap();
    let items = client.root().segment("items");
    let own = serde_json::json!({"stock": LONG});
    items.post::<()>(&own).send_ignoring_body().await.unwrap();
    items.count::<Item>().send().await.unwrap();
    items.download().send().await.unwrap();
    let received = server.received();
    assert_eq!(body(&received[0]), own.to_string());
    let accept: Vec<_> = received.iter().map(|it| it.header("accept")).collect();
    let count = "text/plain, application/json;q=0.9, */*;q=0.1";
    assert_eq!(accept, [Some(AS_STRINGS), Some(count), Some("*/*")]);
}

#[tokio::test]
async fn both_forms_of_numbers_are_read() {
    let strings = format!(r#"{{"stock":"{LONG}","sold":["1"],"price":"{PRICE}","page":"7"}}"#);
    let numbers = format!(r#"{{"stock":{LONG},"sold":[1],"price":{PRICE},"page":7}}"#);
    let server = Server::replies([strings, numbers].map(Reply::ok)).await;
    let client = builder(&server).build().unwrap();
    let path = client.root().segment("items").key(1);
    let first = path.read::<Item>().await.unwrap().into_inner();
    assert_eq!(
        (first.stock, first.price.clone()),
        (Some(LONG), item().price)
    );
    assert_eq!(path.read::<Item>().await.unwrap().into_inner(), first);
}
