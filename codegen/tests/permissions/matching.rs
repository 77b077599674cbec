//! Templates of paths, and what they become.

use crate::permissions::{Client, PERMISSIONS, shop};
use csdl_codegen::api::PermissionItem;
use csdl_codegen::permissions::PermissionDocument;

fn shown(permissions: Option<&[PermissionItem]>) -> String {
    let permissions = permissions.unwrap_or_default().iter();
    let lines = permissions.map(|it| {
        let (least, others) = it.scopes.split_at(it.least);
        format!("{} {} ({})", it.scheme, least.join("|"), others.join("|"))
    });
    lines.collect::<Vec<_>>().join(", ")
}

/// Reads, lists, creates, updates, deletes, references and calls, each by its path.
#[test]
fn every_kind_of_request_is_found() {
    let api = shop().api();
    let of = |method: &str, path: &str| shown(api.permissions.of_request(path, method));
    for (method, path, expected) in [
        (
            "GET",
            "me/orders",
            "DelegatedWork Orders.Read (Orders.ReadWrite), Application Orders.Read|Orders.ReadWrite ()",
        ),
        (
            "POST",
            "me/orders",
            "DelegatedWork Orders.ReadWrite (), Application Orders.ReadWrite ()",
        ),
        (
            "GET",
            "me/orders()",
            "DelegatedWork Orders.Read|Orders.ReadWrite (), Application Orders.Read ()",
        ),
        ("PATCH", "me/orders()", "DelegatedWork Orders.ReadWrite ()"),
        ("DELETE", "me/orders()", "DelegatedWork Orders.ReadWrite ()"),
        (
            "POST",
            "me/orders()/ship",
            "DelegatedWork Orders.ReadWrite (), Application Orders.ReadWrite ()",
        ),
        (
            "GET",
            "customers()/orders/changed()",
            "DelegatedWork Orders.Read (), Application Orders.Read ()",
        ),
        ("PUT", "me/root/content", "DelegatedWork Files.ReadWrite ()"),
        (
            "GET",
            "files():/content",
            "DelegatedWork Files.ReadWrite ()",
        ),
        (
            "PUT",
            "me/manager/$ref",
            "DelegatedWork People.ReadWrite ()",
        ),
        (
            "GET",
            "me/manager/$ref",
            "DelegatedWork People.ReadWrite ()",
        ),
        (
            "POST",
            "me/orders()/buyers/$ref",
            "DelegatedWork People.ReadWrite ()",
        ),
        (
            "DELETE",
            "me/orders()/buyers()/$ref",
            "DelegatedWork People.ReadWrite ()",
        ),
        // The same type at another path.
        ("DELETE", "customers()/orders()", ""),
    ] {
        let found = of(method, path);
        assert_eq!(found, expected, "{method} {path}");
    }
    let ship = api
        .permissions
        .of_request("me/orders()/ship", "POST")
        .unwrap();
    let also = vec!["People.Read".to_owned(), "People.ReadWrite".to_owned()];
    assert_eq!(ship[0].also, [("Orders.ReadWrite".to_owned(), also)]);
}

#[test]
fn what_does_not_match_has_its_reason() {
    let (found, _) = Client::shop(&[]).matched(PERMISSIONS);
    let unmatched: Vec<_> = found
        .unmatched
        .iter()
        .map(|it| format!("{} {}: {}", it.method, it.path, it.reason))
        .collect();
    insta::assert_snapshot!(unmatched.join("\n"), @r"
    DELETE /me/orders/{id}/buyers: the standard has no DELETE of a collection
    POST /me/orders/{id}/buyers/{id}: the standard has no POST of a single resource
    GET /me/orders/{id}/ship: the standard has no GET of an action
    GET /me/unheardOf: `shop.customer` has no `unheardOf`
    ");
}

#[test]
fn annotations_are_canonical() {
    let (_, text) = Client::shop(&[]).matched(PERMISSIONS);
    // What is said already changes nothing.
    let (_, again) = shop().matched(PERMISSIONS);
    assert_eq!(text, again);
    let targets = text.lines().filter(|line| line.contains("Target="));
    let targets: Vec<_> = targets.map(str::trim).collect();
    let mut sorted = targets.clone();
    sorted.sort();
    assert_eq!(targets, sorted);
    let (_, set) = text
        .split_once("<LabeledElement Name=\"Orders_Read\">")
        .unwrap();
    let (set, _) = set.split_once("</LabeledElement>").unwrap();
    insta::assert_snapshot!(set.trim());
}

/// A path may be as long as it likes, and names need not be names.
#[test]
fn hostile_documents_are_refused_or_listed() {
    let client = Client::shop(&[]);
    for text in [
        "",
        "[]",
        "{}",
        r#"{"permissions": 1}"#,
        r#"{"permissions": {"a": {"pathSets": [1]}}}"#,
    ] {
        let error = PermissionDocument::parse(text).unwrap_err().to_string();
        assert!(error.contains("pathSets"), "{error}");
    }
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    PermissionDocument::parse(&nested).unwrap_err();
    let long = "/me".repeat(100_000);
    let paths = [
        "",
        "/",
        "//",
        "/me//orders",
        "/me/(",
        "/{",
        "/me/orders/{id}/{id}",
        "/me:/{x}",
        long.as_str(),
    ];
    let paths: Vec<_> = paths
        .iter()
        .map(|path| format!("{path:?}: \"least=A\""))
        .collect();
    let text = format!(
        r#"{{"permissions": {{"<x>&\u202e": {{"pathSets": [
            {{"schemeKeys": ["A"], "methods": ["GET"], "paths": {{{}}}}}]}}}}}}"#,
        paths.join(",")
    );
    let (found, _) = client.matched(&text);
    assert_eq!((found.requests.len(), found.unmatched.len()), (0, 9));
    let good = text.replace("/me//orders", "/me/orders");
    let (found, annotations) = client.matched(&good);
    assert_eq!(found.requests.len(), 1);
    assert!(!annotations.contains('\u{202e}') && annotations.contains("&lt;x&gt;"));
}
