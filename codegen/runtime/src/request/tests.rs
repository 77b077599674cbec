mod paths;
mod types;

use std::ops::Deref as _;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

use super::SingleResource;
use crate::model::{NavigationProperty, ODataType, Property, RawMembers, Related};
use crate::query::{self, template};
use crate::{
    AdditionalProperties, Client, Cloud, ConfigureRequest as _, Decimal, ErrorKind, Literal,
    LiteralValue, ResourcePath,
};

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let cloud = Cloud::new("Test", "https://service.example/v1", "", "");
    Client::builder(cloud, "test/1")
        .anonymous()
        .build()
        .unwrap()
});

#[derive(Debug, Clone, Default, PartialEq)]
struct Item {
    id: Option<String>,
    size: Option<Decimal>,
    owner: Option<Box<Item>>,
    additional_properties: AdditionalProperties,
}

crate::model! {
    Item {
        ID: id = "id" of String,
        SIZE: size = "size" of Decimal,
    }
    navigation {
        OWNER: owner = "owner" of Item,
    }
}

impl ODataType for Item {
    const NAME: &'static str = "n.item";
    const DERIVED: &'static [&'static str] = &["n.folder", "n.bigFolder"];
    const READ_ONLY: &'static [&'static str] = &["id"];
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Folder {
    size: Decimal,
    children: i32,
    additional_properties: AdditionalProperties,
}

crate::model! {
    Folder {
        SIZE: size = "size" of Decimal,
        CHILDREN: children = "children" of i32,
    }
    extends [Item]
    required ["size", "children"]
}

impl ODataType for Folder {
    const NAME: &'static str = "n.folder";
    const DERIVED: &'static [&'static str] = &["n.bigFolder"];
}

fn items() -> ResourcePath {
    CLIENT.root().segment("items")
}

const PARTS: NavigationProperty<Item, Vec<Item>> = NavigationProperty::new("parts");

fn options(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = expected
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

#[test]
fn the_options_of_a_list_are_in_its_url() {
    let list = items()
        .list::<Item>()
        .select([Item::ID])
        .expand([Item::OWNER])
        .expand_with(PARTS, "$select=id;$top=5")
        .order_by([Item::SIZE.desc(), Item::ID.asc()])
        .top(5)
        .top(10)
        .skip(20)
        .search("\"blue & red\"")
        .count()
        .select([Item::SIZE])
        .query_option("custom", "1");
    let expected = pairs(&[
        ("$select", "id,size"),
        ("$expand", "owner,parts($select=id;$top=5)"),
        ("$orderby", "size desc,id"),
        ("$top", "10"),
        ("$skip", "20"),
        ("$search", "\"blue & red\""),
        ("$count", "true"),
        ("custom", "1"),
    ]);
    assert_eq!(options(&list.url()), expected);
    assert_eq!(
        list.url().as_str(),
        "https://service.example/v1/items?$select=id,size\
         &$expand=owner,parts($select=id%3B$top=5)&$orderby=size%20desc,id&$top=10&$skip=20\
         &$search=%22blue%20%26%20red%22&$count=true&custom=1"
    );
}

#[test]
fn no_options_are_no_query() {
    assert_eq!(items().list().select([Item::ID; 0]).url().query(), None);
    let entity = items().key("a/b");
    assert_eq!(entity.read::<Item>().url().path(), "/v1/items('a%2Fb')");
    let read = entity
        .read::<Item>()
        .select([Item::ID])
        .expand([Item::OWNER]);
    assert_eq!(read.url().query(), Some("$select=id&$expand=owner"));
    let read = entity.read::<Item>().expand_with(Item::OWNER, "$select=id");
    assert_eq!(
        read.clone().url().query(),
        Some("$expand=owner($select=id)")
    );
}

#[test]
fn properties_are_constants_of_their_model() {
    const ALSO_SIZE: Property<Item, Decimal> = Property::new("size");
    assert_eq!(ALSO_SIZE.name(), Item::SIZE.name());
    assert_eq!(Item::OWNER.name(), "owner");
    let shown = format!("{:?} {:?}", Item::ID, Item::OWNER);
    assert_eq!(shown, r#"Property("id") NavigationProperty("owner")"#);
}

#[test]
fn compound_keys_are_encoded_as_other_literals() {
    let key: [(_, &dyn Literal); 2] = [("country", &"D/E,(x='"), ("number", &42)];
    let url = items()
        .compound_key(&key)
        .segment("parts")
        .count::<Item>()
        .url();
    assert_eq!(
        url.path(),
        "/v1/items(country='D%2FE%2C%28x%3D''',number=42)/parts/$count"
    );
}

fn filled(template: &str, values: &[&dyn Literal]) -> Result<String, String> {
    query::template::<Item>(template, values)
        .text
        .finish()
        .map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            error.to_string()
        })
}

#[test]
fn templates_have_literals_at_their_places() {
    let start: DateTime<Utc> = "2023-01-01T00:00:00Z".parse().unwrap();
    let colour = LiteralValue::enumeration("n.colour", "red");
    for (template, values, expected) in [
        ("a eq 1", &[] as &[&dyn Literal], "a eq 1"),
        ("a eq {}", &[&"O'Neil"], "a eq 'O''Neil'"),
        (
            "a ge {} and b eq {}",
            &[&start, &7],
            "a ge 2023-01-01T00:00:00Z and b eq 7",
        ),
        ("c has {}", &[&colour], "c has n.colour'red'"),
        ("a eq {}", &[&None::<String>], "a eq null"),
        ("a eq {}", &[&"{}"], "a eq '{}'"),
        ("a eq '{{}}' or b eq {}", &[&true], "a eq '{}' or b eq true"),
        ("{{{}}}", &[&1], "{1}"),
    ] {
        assert_eq!(
            filled(template, values).as_deref(),
            Ok(expected),
            "{template}"
        );
    }
}

#[test]
fn templates_that_do_not_fit_say_how() {
    let error = filled("a eq {} or b eq {}", &[&1]).unwrap_err();
    assert!(error.contains("has 2 of `{}`, but 1 values"), "{error}");
    let error = filled("a eq 1", &[&1, &2, &3]).unwrap_err();
    assert!(error.contains("has 0 of `{}`, but 3 values"), "{error}");
    for template in ["a eq {", "a eq }", "a eq {0}", "{ }", "{{}", "}{"] {
        let error = filled(template, &[&1]).unwrap_err();
        assert!(error.contains("a lone `"), "{template}: {error}");
    }
    let error = filled("a eq {}", &[&unwritable()]).unwrap_err();
    assert!(error.contains("cannot be written as JSON"), "{error}");
}

#[test]
fn a_template_with_a_value_in_quotes_is_refused() {
    for (template, advice) in [
        ("name eq '{}'", r#"write "name eq {}": the value is quoted"#),
        ("a eq {} or b eq '{}'", r#"write "a eq {} or b eq {}""#),
        ("startsWith(a,'x{}')", "give the whole text as the value"),
        ("a eq 'it''s {}'", "give the whole text as the value"),
        ("a eq '''{}'", "give the whole text as the value"),
        ("a eq 'x'{}", "right beside a quote"),
        ("a eq {}'x'", "right beside a quote"),
        ("a eq 'x'{}'y'", "right beside a quote"),
        ("a eq {}{}", "another `{}`"),
        ("a eq 'x", "a quote that is not closed"),
        ("a eq {} or b eq '", "a quote that is not closed"),
        ("a eq ''' or b eq {}", "give the whole text as the value"),
    ] {
        let attack = "x' or 1 eq 1 or a eq 'x";
        let error = filled(template, &[&attack, &attack]).unwrap_err();
        assert!(error.contains(advice), "{template}: {error}");
    }
    for template in ["a eq 'it''s' or b eq {}", "a eq '' or b eq {}"] {
        assert!(filled(template, &[&"x"]).is_ok(), "{template}");
    }
}

/// A value that JSON has no form of.
fn unwritable() -> LiteralValue {
    LiteralValue::from_serialize(&std::collections::HashMap::from([(vec![1], 1)]))
}

#[test]
fn later_filters_take_the_place_of_earlier_ones() {
    let list = items()
        .list::<Item>()
        .filter(template("a eq {}", &[&1]))
        .filter_text("b eq 2");
    assert_eq!(options(&list.url()), pairs(&[("$filter", "b eq 2")]));
    let count = items()
        .count::<Item>()
        .search("x")
        .filter_text("a")
        .filter(template("c eq {}", &[&"&"]));
    let expected = pairs(&[("$search", "x"), ("$filter", "c eq '&'")]);
    assert_eq!(options(&count.url()), expected);
}

fn sent(item: &Item, nulls: &[&str]) -> String {
    let (mut members, _) =
        RawMembers::to_send(item, Related::Sent, crate::value::Numbers::Json).unwrap();
    for property in nulls {
        members.set_null(property);
    }
    serde_json::to_string(&members).unwrap()
}

#[test]
fn what_is_sent_is_what_the_caller_may_set() {
    let text = r##"{"@odata.context":"c","@context":"d","@odata.type":"#n.item","id":"7",
        "size":1.2345678901234567890123,"owner":{"id":"8","@odata.context":"e","size":2},"tag":null}"##;
    let item: Item = serde_json::from_str(text).unwrap();
    let rest = r#""owner":{"size":2},"tag":null}"#;
    assert_eq!(
        sent(&item, &[]),
        format!(r##"{{"@odata.type":"#n.item","size":1.2345678901234567890123,{rest}"##)
    );
    assert_eq!(
        sent(&item, &["size"]),
        format!(r##"{{"@odata.type":"#n.item","size":null,{rest}"##)
    );
    let nothing = Item::default();
    assert_eq!(sent(&nothing, &[]), "{}");
    let nulls = ["size", "id", "size"];
    assert_eq!(sent(&nothing, &nulls), r#"{"size":null,"id":null}"#);
}

#[test]
fn what_tells_of_an_answer_is_not_sent() {
    let kept = r##"{"@odata.type":"#n.item","@Core.Title":"t","@Core.Title#short":"t","@n.etag":"e",
        "a@odata.type":"#Int64","b@type":"#Int64","b@odata.bind":"items(1)","c@Core.Title":"t","d":1}"##;
    let kept: Map<String, Value> = serde_json::from_str(kept).unwrap();
    let mut members = kept.clone();
    let of_answers = [
        "context",
        "metadataEtag",
        "etag",
        "id",
        "editLink",
        "readLink",
        "mediaEditLink",
        "mediaReadLink",
        "mediaEtag",
        "mediaContentType",
        "count",
        "nextLink",
        "deltaLink",
        "navigationLink",
        "associationLink",
    ];
    for name in of_answers {
        for prefix in ["@odata.", "@", "owner@odata.", "owner@"] {
            members.insert(format!("{prefix}{name}"), json!("x"));
        }
    }
    members.insert("#n.rename".to_owned(), json!({"target": "x"}));
    members.insert("#n.copy(x)".to_owned(), json!({}));
    members.insert("id@odata.type".to_owned(), json!("#Guid"));
    let item: Item = serde_json::from_value(Value::Object(members)).unwrap();
    let sent: Map<String, Value> = serde_json::from_str(&sent(&item, &[])).unwrap();
    assert_eq!(sent, kept);
}

/// What of a filter is not text; a quote stands for each text.
fn outside_quotes(filter: &str) -> String {
    let mut outside = String::new();
    let mut characters = filter.chars().peekable();
    let mut is_quoted = false;
    while let Some(character) = characters.next() {
        match (character, is_quoted) {
            ('\'', true) => is_quoted = characters.next_if_eq(&'\'').is_some(),
            (_, true) => {}
            (_, false) => {
                is_quoted = character == '\'';
                outside.push(character);
            }
        }
    }
    outside
}

proptest! {
    /// Whatever the value: there is one option, and its text is the template with one string literal.
    #[test]
    fn no_string_changes_a_filter(value in any::<String>()) {
        let list = items().list::<Item>().filter(template("a eq {} and b", &[&value]));
        let url = list.url();
        prop_assert_eq!(url.fragment(), None);
        let pairs = options(&url);
        prop_assert_eq!(pairs.len(), 1);
        prop_assert_eq!(pairs[0].0.as_str(), "$filter");
        let literal = pairs[0].1.strip_prefix("a eq '").unwrap().strip_suffix("' and b").unwrap();
        prop_assert_eq!(literal.replace("''", ""), literal.replace('\'', ""));
        prop_assert_eq!(literal.replace("''", "'"), value);
    }

    /// Whatever the template and the value: the value changes nothing outside of quotes.
    #[test]
    fn no_value_gets_out_of_its_quotes(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["'", "''", "{}", "{{", "}}", " ", "a"]),
            0..10,
        ),
        value in "[' a]{0,6}",
    ) {
        let template = pieces.concat();
        let places = template.replace("{{", "").matches("{}").count();
        let fill = |value: &String| filled(&template, &vec![value as &dyn Literal; places]);
        if let Ok(text) = fill(&value) {
            let other = fill(&"x".to_owned()).unwrap();
            prop_assert_eq!(outside_quotes(&text), outside_quotes(&other));
        }
    }

    #[test]
    fn no_compound_key_changes_the_path(value in any::<String>()) {
        let key: [(_, &dyn Literal); 2] = [("a", &value), ("b", &1)];
        let url = items().compound_key(&key).segment("x").count::<Item>().url();
        prop_assert_eq!(url.query(), None);
        prop_assert_eq!(url.path_segments().unwrap().count(), 4);
        prop_assert!(url.path().ends_with("',b=1)/x/$count"));
    }

    #[test]
    fn no_template_panics(template in any::<String>(), value in any::<String>()) {
        if let Ok(text) = filled(&template, &[&value]) {
            let has_place = template.contains("{}");
            prop_assert!(has_place);
            prop_assert!(text.contains('\''));
        }
    }
}

fn refused(error: Option<crate::Error>) -> String {
    let error = error.expect("the request is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    error.to_string()
}

#[test]
fn reading_by_key_is_refused_apart() {
    use crate::Refusal::{Read, ReadByKey};
    let refuses = |path: &ResourcePath| path.read::<Item>().options_mut().error.is_some();
    let cases: [(&'static [crate::Refusal], _); 3] = [
        (&[Read], (true, false)),
        (&[ReadByKey], (false, true)),
        (&[Read, ReadByKey], (true, true)),
    ];
    for (refused, expected) in cases {
        let path = items().refusing(refused);
        assert_eq!(
            (refuses(&path), refuses(&path.key(1))),
            expected,
            "{refused:?}"
        );
        let cast = path.cast("n.folder");
        assert_eq!(
            (refuses(&cast), refuses(&cast.key(1))),
            expected,
            "{refused:?}"
        );
    }
}

#[test]
fn a_way_may_refuse_and_permit_what_others_do_not() {
    use crate::{Refusal, RefusalsBelow};
    let below: &'static [RefusalsBelow] = &[
        RefusalsBelow {
            path: "owner/parts",
            refused: &[Refusal::Delete],
            permitted: &[Refusal::Update],
        },
        RefusalsBelow {
            path: "n.folder/parts",
            refused: &[Refusal::Update],
            permitted: &[],
        },
    ];
    let parts = |path: ResourcePath| {
        let parts = path.segment("parts").refusing(&[Refusal::Update]).key(1);
        let is_refused = |mut request: crate::Update<Item>| request.options_mut().error.is_some();
        (
            parts.remove().options_mut().error.is_some(),
            is_refused(parts.update(&Item::default())),
        )
    };
    let start = items().refusing_below(below);
    let (on_the_way, elsewhere) = ((true, false), (false, true));
    assert_eq!(parts(start.key(1).segment("owner")), on_the_way);
    assert_eq!(
        parts(start.cast("n.folder").key(1).segment("owner")),
        on_the_way
    );
    assert_eq!(parts(start.key(1).segment("owners")), elsewhere);
    assert_eq!(parts(start.key(1)), elsewhere);
    assert_eq!(
        parts(start.key(1).segment("owner").segment("owner")),
        elsewhere
    );
    assert_eq!(parts(items().segment("owner")), elsewhere);
    assert_eq!(parts(start.cast("n.folder")), (false, true));
}

#[test]
fn refusals_hold_for_items_and_derived_types() {
    use crate::Refusal;
    let refusing = |path: ResourcePath| path.refusing(&[Refusal::Delete]).refusing(&[]);
    let parent = refusing(items());
    for path in [
        parent.clone(),
        parent.key(1),
        parent.compound_key(&[("a", &1)]),
        parent.cast("n.folder").key("x"),
        parent.key(1).cast("n.folder"),
    ] {
        let error = refused(path.remove().options_mut().error.clone());
        assert!(error.contains(&path.url().path()["/v1".len()..]), "{error}");
        assert!(
            error.contains("metadata") && error.contains("resource()"),
            "{error}"
        );
        assert!(path.delete().options_mut().error.is_none());
        assert!(path.read::<Item>().options_mut().error.is_none());
    }
    let below = parent
        .key(1)
        .segment("owner")
        .remove()
        .options_mut()
        .error
        .clone();
    assert!(below.is_none());
}
