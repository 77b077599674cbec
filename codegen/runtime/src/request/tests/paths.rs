//! Items that are addressed by their paths.

use super::*;

#[test]
fn items_are_addressed_by_their_paths() {
    let root = items().segment("root");
    let path = |resource: &ResourcePath| {
        resource.read::<Item>().url().as_str()["https://service.example/v1".len()..].to_owned()
    };
    let cases = [
        ("a.txt", "/items/root:/a.txt"),
        ("/a/b c/", "/items/root:/a/b%20c"),
        (
            "a/b #1?x=%2F&y.txt",
            "/items/root:/a/b%20%231%3Fx%3D%252F%26y.txt",
        ),
        ("a:b:/content", "/items/root:/a%3Ab%3A/content"),
        ("ü/..x/...", "/items/root:/%C3%BC/..x/..."),
        ("a\\b'(c)", "/items/root:/a%5Cb%27%28c%29"),
    ];
    for (text, expected) in cases {
        assert_eq!(path(&root.item_at(':', text)), expected, "{text}");
    }
    let file = root.item_at(':', "a/b.txt");
    assert_eq!(
        path(&file.segment("content")),
        "/items/root:/a/b.txt:/content"
    );
    assert_eq!(path(&file.cast("n.big")), "/items/root:/a/b.txt:/n.big");
    assert_eq!(
        path(&file.segment("parts").key("x")),
        "/items/root:/a/b.txt:/parts('x')"
    );
    // Below an item, its path goes on.
    assert_eq!(path(&file.item_at(':', "c")), "/items/root:/a/b.txt/c");
    let nested = file.segment("next").item_at(':', "d");
    assert_eq!(path(&nested), "/items/root:/a/b.txt:/next:/d");
}

#[test]
fn keys_before_a_path_are_segments() {
    let path = |resource: &ResourcePath| resource.read::<Item>().url().path().to_owned();
    let keyed = |key: &str| path(&items().key(key).item_at(':', "a"));
    assert_eq!(keyed("contoso.example"), "/v1/items/contoso.example:/a");
    assert_eq!(keyed("it's/b:c"), "/v1/items/it%27s%2Fb%3Ac:/a");
    // Nothing that would be another place.
    assert_eq!(keyed(".."), "/v1/items('..'):/a");
    assert_eq!(keyed(""), "/v1/items(''):/a");
    assert_eq!(path(&items().key(7).item_at(':', "a")), "/v1/items(7):/a");
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    for path in ["", "/", "a//b", "..", "a/../b", "./a", "a/."] {
        let item = items().segment("root").item_at(':', path);
        let error = item.segment("content").error.expect(path);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(&format!("{path:?}")), "{error}");
    }
}
