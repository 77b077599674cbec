//! What programs need, as far as their sources tell.

use crate::permissions::shop;
use csdl_codegen::permissions::{Usage, usage};
use csdl_codegen::program::Program;

fn of(source: &str) -> Usage {
    let mut program = Program::default();
    program.add("main.rs".into(), source.to_owned());
    usage(&shop().api(), &program)
}

fn requests(source: &str) -> Vec<String> {
    of(source).requests.into_keys().collect()
}

#[test]
fn calls_are_found_however_they_are_written() {
    let delete = ["DELETE /me/orders/{id}"];
    for source in [
        "fn f() { client.me().orders().by_id(id).delete().await?; }",
        "fn f() { let orders = client.me().orders(); let one = orders.by_id(1); one.delete(); }",
        "fn f() { println!(\"{:?}\", client.me().clone().orders().by_id(id).delete().await); }",
        "fn f() { (client.me().orders().by_id(id)).delete(); }",
        "fn f(one: &OrderRequestBuilder) { one.delete(); } fn g() { f(&client.me().orders().by_id(1)) }",
        "fn f() { list.map(OrderRequestBuilder::delete); client.me().orders().by_id(1); }",
        "struct S { me: M } impl S { fn f(&self) { self.me.delete(); client.me().orders().by_id(1); } }",
        "macro_rules! m { ($x:expr) => { $x.delete() } } fn f() { m!(client.me().orders().by_id(1)) }",
        // No Rust.
        "{{ client.me().orders().by_id(id).delete()",
    ] {
        let found = requests(source);
        assert!(found.contains(&delete[0].to_owned()), "{source}: {found:?}");
    }
}

#[test]
fn whole_chains_are_told_apart() {
    assert_eq!(
        requests("fn f() { client.me().orders().list(); }"),
        ["GET /me/orders"]
    );
    assert_eq!(
        requests("fn f() { client.customers().by_id(1).orders().list(); client.me(); }"),
        ["GET /customers/{id}/orders"]
    );
    // Methods of others, with arguments.
    assert!(requests("fn f() { map.get(key); client.me().orders().by_id(1); }").is_empty());
    let found = of(
        "fn f(x: X) { x.list(); } fn g() { client.me(); client.customers().by_id(1).orders(); }",
    );
    assert_eq!(found.requests.len(), 2);
    assert_eq!(found.ambiguous.values().next().unwrap().1, 2);
}

#[test]
fn references_bytes_and_calls_are_found() {
    let found = requests(
        "fn f() { let order = client.me().orders().by_id(1); order.buyers_ref().add(url); order.ship(); \
         client.me().root().upload_content(kind, bytes); client.files().by_id(1).at_path(path).download_content(); }",
    );
    assert_eq!(
        found,
        [
            "GET /files/{id}:/{path}/content",
            "POST /me/orders/{id}/buyers/$ref",
            "POST /me/orders/{id}/ship",
            "PUT /me/root/content",
        ]
    );
}

#[test]
fn the_least_set_is_by_scheme() {
    let found = of("fn f() { let o = client.me().orders(); o.list(); o.by_id(1).delete(); }");
    let delegated = &found.least["DelegatedWork"];
    assert_eq!(delegated.as_deref().unwrap(), ["Orders.ReadWrite"]);
    let found = of("fn f() { client.me().orders().by_id(1).ship(); }");
    let delegated = &found.least["DelegatedWork"];
    assert_eq!(
        delegated.as_deref().unwrap(),
        ["Orders.ReadWrite", "People.Read"]
    );
}

#[test]
fn what_cannot_be_resolved_is_listed() {
    let found = of("fn f() { client.customers().by_id(1).get();\n client.untyped().get(url); }");
    assert_eq!(
        found.unknown.values().next().unwrap(),
        "customers.by_id.get"
    );
    let lines: Vec<_> = found.untyped.iter().map(|place| place.line).collect();
    assert_eq!(lines, [2]);
    // Deep nesting ends nothing.
    let deep = format!(
        "fn f() {{ {} client.me().orders().list() {} }}",
        "(".repeat(3000),
        ")".repeat(3000)
    );
    assert!(requests(&deep).contains(&"GET /me/orders".to_owned()));
}
