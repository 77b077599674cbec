//! Entities as one of several types, and their requests.

use super::*;

#[test]
fn a_service_says_which_type_an_entity_is() {
    let item = |sent: Option<&str>| -> Item {
        let members = sent.map_or_else(|| json!({}), |sent| json!({"@odata.type": sent}));
        serde_json::from_value(members).unwrap()
    };
    for sent in [
        "#n.folder",
        "n.folder",
        "https://host/v1/$metadata#n.folder",
        "#n.bigFolder",
    ] {
        assert!(item(Some(sent)).is::<Folder>(), "{sent}");
        assert!(item(Some(sent)).is::<Item>(), "{sent}");
    }
    for sent in [
        None,
        Some("#n.item"),
        Some("#n.folders"),
        Some("#m.folder"),
        Some(""),
    ] {
        assert!(!item(sent).is::<Folder>(), "{sent:?}");
        assert!(item(sent).downcast::<Folder>().is_none());
    }
    assert!(
        item(None).is::<Item>(),
        "without a word it is what was declared"
    );
    assert!(!item(Some("#n.other")).is::<Item>());
}

#[test]
fn a_downcast_loses_nothing() {
    let huge = "12345678901234567890.123456789012345678901234567890";
    let text = format!(
        r##"{{"@odata.type":"#n.bigFolder","id":"7","size":{huge},"children":3,"colour":["red"]}}"##
    );
    let item: Item = serde_json::from_str(&text).unwrap();
    let folder = item.downcast::<Folder>().unwrap().unwrap();
    assert_eq!((folder.children, folder.size.as_str()), (3, huge));
    assert_eq!(folder.odata_type(), Some("#n.bigFolder"));
    let rest = json!({"@odata.type": "#n.bigFolder", "id": "7", "colour": ["red"]});
    assert_eq!(
        Value::Object(folder.additional_properties.deref().clone()),
        rest
    );
    let back: Value = serde_json::to_value(&folder).unwrap();
    assert_eq!(back, serde_json::from_str::<Value>(&text).unwrap());
}

#[test]
fn a_downcast_of_what_is_not_as_declared_fails() {
    let json = json!({"@odata.type": "#n.folder", "size": 1, "children": "many"});
    let item: Item = serde_json::from_value(json).unwrap();
    let error = item.downcast::<Folder>().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let text = error.to_string();
    assert!(
        text.contains("the n.item says that it is a n.folder"),
        "{text}"
    );
    assert!(text.contains("\"many\""), "{text}");
}

#[test]
fn an_upcast_loses_nothing_and_can_be_undone() {
    let huge = "12345678901234567890.123456789012345678901234567890";
    for (said, kept) in [
        ("", "#n.folder"),
        (r##""@odata.type":"#n.bigFolder","##, "#n.bigFolder"),
        (r##""@type":"#n.folder","##, "#n.folder"),
    ] {
        let text = format!(r#"{{{said}"size":{huge},"children":3,"id":"7","colour":"red"}}"#);
        let folder: Folder = serde_json::from_str(&text).unwrap();
        let item: Item = folder.upcast().unwrap();
        assert_eq!(item.odata_type(), Some(kept));
        assert_eq!(item.id.as_deref(), Some("7"));
        assert_eq!(item.size.as_ref().unwrap().as_str(), huge);
        assert_eq!(item.additional_properties["children"], 3);
        let back = item.downcast::<Folder>().unwrap().unwrap();
        assert_eq!((back.children, back.size.as_str()), (3, huge));
        let mut expected = folder.additional_properties.clone();
        if said.is_empty() {
            expected.insert("@odata.type".to_owned(), json!("#n.folder"));
        }
        assert_eq!(back.additional_properties, expected);
    }
}

#[test]
fn an_upcast_keeps_what_is_not_as_declared() {
    let json = json!({"size": 1, "children": 1, "id": {"a": 7}});
    let folder: Folder = serde_json::from_value(json).unwrap();
    let item: Item = folder.upcast().unwrap();
    assert_eq!(item.id, None);
    let mismatched: Vec<_> = item.additional_properties.mismatched().collect();
    assert_eq!(mismatched, [("id", &json!({"a": 7}))]);
}

#[test]
fn annotations_are_found_in_both_spellings() {
    let old = r##"{"@odata.type":"#n.item","@odata.etag":"e","@odata.id":"i","@Core.Title":"t",
        "members@odata.nextLink":"n","members@Core.Title":"m"}"##;
    let new = r##"{"@type":"#n.item","@etag":"e","@id":"i","@Core.Title":"t",
        "members@nextLink":"n","members@Core.Title":"m"}"##;
    for text in [old, new] {
        let item: Item = serde_json::from_str(text).unwrap();
        assert_eq!(item.odata_type(), Some("#n.item"));
        assert_eq!(item.etag(), Some("e"));
        assert_eq!(item.annotation("id"), Some(&json!("i")));
        assert_eq!(item.annotation("odata.id"), Some(&json!("i")));
        assert_eq!(item.annotation("Core.Title"), Some(&json!("t")));
        assert_eq!(item.annotation("nextLink"), None);
        let of_members = |name| item.property_annotation("members", name);
        assert_eq!(of_members("nextLink"), Some(&json!("n")));
        assert_eq!(of_members("odata.nextLink"), Some(&json!("n")));
        assert_eq!(of_members("Core.Title"), Some(&json!("m")));
        assert_eq!(of_members("count"), None);
    }
    let odd: Item = serde_json::from_str(r#"{"@odata.type":7,"@odata.etag":null}"#).unwrap();
    assert_eq!((odd.odata_type(), odd.etag()), (None, None));
    assert_eq!(odd.annotation("etag"), Some(&Value::Null));
}

pub(super) struct ItemRequests(ResourcePath);

impl From<ResourcePath> for ItemRequests {
    fn from(resource: ResourcePath) -> Self {
        Self(resource)
    }
}

impl SingleResource for Folder {
    type RequestBuilder = ItemRequests;
}

#[test]
fn properties_are_named_by_constants() {
    let names = [
        Folder::SIZE.name(),
        Folder::CHILDREN.name(),
        Item::ID.name(),
    ];
    assert_eq!(names, ["size", "children", "id"]);
}

#[test]
fn a_type_leads_to_its_requests() {
    fn cast<D: SingleResource>(resource: &ResourcePath) -> D::RequestBuilder {
        D::RequestBuilder::from(resource.cast(D::NAME))
    }
    let folder = cast::<Folder>(&items().key(1)).0;
    assert_eq!(folder.url().path(), "/v1/items(1)/n.folder");
}
