//! The URLs of the standard's own test cases, asked of an emulator whose metadata has what they
//! name: `ODATA_ABNF` is the folder of `odata-abnf-testcases.yaml`.

use crate::common::oasis::{self, Case};
use crate::common::{builder, send};
use graph_emulator::Emulator;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What the cases name; keys that they write in different ways have no type of their own in it.
const CSDL: &str = include_str!("../oasis.csdl");

/// Rules that describe a whole URL, or all of its path.
const WHOLE: [&str; 3] = ["odataUri", "odataRelativeUri", "resourcePath"];

/// Inputs that are not asked, and why.
const LEFT_OUT: [(&str, &str); 4] = [
    (
        "Customers/MostPopularAddresses()/AddressWithLocation/$count",
        "no namespace is a default one, in which a type's name could stand alone",
    ),
    (
        "Products(1)/Address/AddressWithLocation/Street",
        "no namespace is a default one, in which a type's name could stand alone",
    ),
    (
        "Categories?$expand=Products/BestSellingProduct",
        "no namespace is a default one, in which a type's name could stand alone",
    ),
    (
        "Products?$expand=BestSellingProduct/Sales",
        "no namespace is a default one, in which a type's name could stand alone",
    ),
];

/// The service roots of the cases.
const ROOTS: [&str; 7] = [
    "http://host/service",
    "http://services.odata.org/OData/OData.svc",
    "http://127.0.0.1:8080/MyService",
    "https://[2001:db8:85a3:8d3:1319:8a2e:370:7348]:8080/MyService",
    "https://[v7.0]/MyService",
    "http://My.Org:80",
    "http://serviceRoot",
];

/// The keys that the cases write in different ways.
const KEYS: [&str; 3] = ["$CategoryKey", "$CustomerKey", "$PersonKey"];

/// The types of keys that are no numbers, by what a URL writes for them.
const KEY_TYPES: [(&str, &str, &str); 9] = [
    ("$CategoryKey", "Categories('", "Edm.String"),
    ("$CategoryKey", "Categories%28", "Edm.String"),
    ("$CategoryKey", "Categories/Smart", "Edm.String"),
    ("$CategoryKey", "Categories(2018", "Edm.DateTimeOffset"),
    ("$CategoryKey", "Categories(23", "Edm.TimeOfDay"),
    ("$CustomerKey", "Customers('", "Edm.String"),
    ("$CustomerKey", "Customers(%27", "Edm.String"),
    ("$CustomerKey", "Customers%28", "Edm.String"),
    ("$PersonKey", "People/O", "Edm.String"),
];

/// The types of the keys with which a URL is valid.
fn key_types(url: &str) -> [&'static str; 3] {
    KEYS.map(|key| {
        let mut types = KEY_TYPES.iter();
        let ty = types.find(|(of, piece, _)| *of == key && url.contains(piece));
        ty.map_or("Edm.Int32", |(_, _, ty)| ty)
    })
}

async fn start(types: [&str; 3]) -> Emulator {
    let mut csdl = CSDL.to_owned();
    for (key, ty) in KEYS.into_iter().zip(types) {
        csdl = csdl.replace(key, ty);
    }
    let products = json!([
        {"ID": 1, "Name": "Tea", "Price": 2.5, "Age": 4, "Sizes": [1, 2]},
        {"@odata.type": "#Model.BestSellingProduct", "ID": 2, "Name": "Cup", "Price": 9, "Age": 1},
    ]);
    let address = || json!({"Street": "MyWay", "City": "Oslo"});
    let mut setup = builder()
        .metadata(csdl)
        .with_entities("Products", products)
        .with_entities("Suppliers", json!([{"ID": 1, "EmailAddresses": ["a@b"]}]))
        .with_function("TheBestProduct", |_| json!({"ID": 1, "Name": "Tea"}))
        .with_function(
            "ProductsByCategoryId",
            |_| json!([{"ID": 2, "Name": "Cup"}]),
        )
        .with_function("TheMostPopularName", |_| json!("Tea"))
        .with_function("TheMostPopularAddresses", move |_| json!([address()]))
        .with_function("MostPopularAddresses", move |_| json!([address()]))
        .with_function("MostPopularName", |_| json!("Tea"));
    if types[0] == "Edm.Int32" {
        let category = json!({
            "ID": 1, "Name": "Drinks", "Size": 5, "Address": address(),
            "Products@odata.bind": ["Products(1)", "Products(2)"],
        });
        setup = setup.with_entities("Categories", json!([category]));
    }
    setup.start().await.unwrap()
}

/// How a URL is asked: what ends in an action is posted, and `$id` says what to remove.
fn method(url: &str) -> Method {
    let path = url.split('?').next().unwrap_or_default();
    if path.ends_with("/$query")
        || path.ends_with("Activation")
        || path.ends_with("Rejection")
        || path.ends_with("$batch")
        || path.ends_with("Discount")
    {
        return Method::POST;
    }
    if url.contains("$ref?$id=") {
        return Method::DELETE;
    }
    Method::GET
}

/// What is posted: nothing, but to a batch.
fn body(url: &str) -> Value {
    match url.contains("/$batch") {
        true => json!({"requests": [{"id": "1", "method": "GET", "url": "/Products"}]}),
        false => json!({}),
    }
}

fn path(input: &str) -> String {
    let below = ROOTS.iter().find_map(|root| input.strip_prefix(root));
    let below = below.unwrap_or(input);
    format!("/{}", below.trim_start_matches('/'))
}

#[tokio::test]
async fn urls_of_the_standard_are_answered() {
    let Some(folder) = std::env::var_os("ODATA_ABNF") else {
        eprintln!("left out: ODATA_ABNF is not set");
        return;
    };
    let file = std::path::Path::new(&folder).join("odata-abnf-testcases.yaml");
    let cases = oasis::read(&std::fs::read_to_string(file).expect("the test cases can be read"));
    let cases = cases
        .into_iter()
        .filter(|case| WHOLE.contains(&case.rule.as_str()) && !case.fails);
    let (mut emulators, mut statuses) = (BTreeMap::new(), BTreeMap::<u16, usize>::new());
    let (mut left_out, mut wrong) = (Vec::new(), Vec::new());
    for Case { input, .. } in cases {
        if LEFT_OUT.iter().any(|(url, _)| *url == input) {
            left_out.push(input);
            continue;
        }
        let types = key_types(&input);
        let emulator = match emulators.entry(types) {
            Entry::Occupied(started) => started.into_mut(),
            Entry::Vacant(place) => place.insert(start(types).await),
        };
        let url = oasis::on_the_wire(&path(&input));
        let body = (method(&url) == Method::POST).then(|| body(&url));
        let response = send(emulator, method(&url), &url, &[], body).await;
        let status = response.status().as_u16();
        *statuses.entry(status).or_default() += 1;
        let body = response.text().await.unwrap();
        let said: Value = serde_json::from_str(&body).unwrap_or_default();
        let said = said["error"]["message"].as_str().unwrap_or_default();
        // What is not served is named as the URL has it.
        let is_right = match status {
            200 | 204 | 404 => true,
            501 => said
                .split('\'')
                .nth(1)
                .is_some_and(|name| input.contains(name)),
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{status} {input}: {said}"));
        }
    }
    let answered = statuses.get(&200).copied().unwrap_or_default();
    let asked: usize = statuses.values().sum();
    eprintln!("{asked} URLs: {statuses:?}");
    assert!(asked > 190 && answered > 60, "{statuses:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    let unknown = LEFT_OUT
        .iter()
        .find(|(url, _)| !left_out.iter().any(|it| it == url));
    assert_eq!(unknown, None, "no case has this input");
}
