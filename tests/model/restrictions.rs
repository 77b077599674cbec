//! Wherever the metadata restricts requests, the client refuses them there and nowhere else.

use super::resolve;
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::generate::{Generated, generate};
use csdl_codegen::slice::{Selection, slice};
use csdl_codegen::source::Sources;
use csdl_codegen::write::write;
use std::path::Path;
use support::ClientCrate;

/// A client of books, with restrictions at one place or another, and what was said.
pub(super) fn client(folder: &str, schema: &str) -> (Generated, Vec<String>) {
    client_with(folder, schema, "refused")
}

/// The same by what becomes of query options that are excluded.
fn client_with(folder: &str, schema: &str, options: &str) -> (Generated, Vec<String>) {
    let client = ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), folder);
    client.write("client.toml", &CONFIG.replace("{options}", options));
    client.write("books.csdl", schema);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let config = client.folder().join("client.toml");
    let config = LoadedConfig::read(&config, &mut sources).expect("the configuration is good");
    let generated = generate(&config, &mut sources, &mut diagnostics);
    let generated = generated.unwrap_or_else(|| panic!("{}", diagnostics.render(&sources)));
    let said = diagnostics.iter().map(|problem| problem.message.clone());
    (generated, said.collect())
}

const CONFIG: &str = r#"
[metadata]
document = "books.csdl"
paths = ["/"]

[client]
name = "books-client"
output = "."
title = "Books."

[service]
name = "Books"
query-restrictions = "{options}"

[[service.clouds]]
name = "Local"
description = "Here."
root = "http://127.0.0.1/books"
"#;

/// The schema, with text at each of its marked places.
fn schema(at: &[(&str, &str)]) -> String {
    let mut schema = SCHEMA.to_owned();
    for (place, text) in at {
        let mark = format!("<!--{place}-->");
        assert!(schema.contains(&mark), "{place}");
        schema = schema.replace(&mark, text);
    }
    schema
}

const SCHEMA: &str = r#"<edmx:Edmx Version="4.01" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Capabilities.V1.xml">
<edmx:Include Namespace="Org.OData.Capabilities.V1" Alias="Cap"/></edmx:Reference><edmx:DataServices>
<Schema Namespace="b" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="book"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/>
  <NavigationProperty Name="author" Type="b.person"><!--author--></NavigationProperty>
  <NavigationProperty Name="chapters" Type="Collection(b.chapter)" ContainsTarget="true"/><!--book--></EntityType>
<EntityType Name="chapter"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/>
  <NavigationProperty Name="notes" Type="Collection(b.note)" ContainsTarget="true"/><!--chapter--></EntityType>
<EntityType Name="note"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/></EntityType>
<EntityType Name="person"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/>
  <NavigationProperty Name="favourite" Type="b.book"/></EntityType>
<EntityContainer Name="c">
  <EntitySet Name="books" EntityType="b.book"><NavigationPropertyBinding Path="author" Target="people"/><!--books--></EntitySet>
  <EntitySet Name="old" EntityType="b.book"><!--old--></EntitySet>
  <EntitySet Name="people" EntityType="b.person"><!--people--></EntitySet>
  <EntitySet Name="others" EntityType="b.person"/>
</EntityContainer><!--schema--></Schema></edmx:DataServices></edmx:Edmx>"#;

/// What the methods of a client refuse: `books: Insert`, `books: chapters Delete`.
fn refused(folder: &str, at: &[(&str, &str)]) -> Vec<String> {
    let (generated, _) = client(folder, &schema(at));
    let mut found = Vec::new();
    for file in &generated.files {
        let (mut method, mut way, mut is_permitted) = (String::new(), String::new(), false);
        for line in file.contents.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("pub fn ") {
                let end = name.find('(').unwrap();
                (method, way) = (name[..end].to_owned(), String::new());
            }
            if let Some(path) = line.strip_prefix("path: \"") {
                way = format!("{} ", path.trim_end_matches("\","));
            }
            is_permitted |= line.starts_with("permitted:");
            for refusal in line.split("Refusal::").skip(1) {
                let end = refusal.find(|c: char| !c.is_alphabetic());
                let refusal = &refusal[..end.unwrap_or(refusal.len())];
                let sign = if is_permitted { "not " } else { "" };
                found.push(format!("{method}: {way}{sign}{refusal}"));
            }
            is_permitted &= !line.ends_with("],");
        }
    }
    found.sort();
    found
}

fn flag(term: &str, property: &str, value: &str) -> String {
    format!(
        r#"<Annotation Term="Cap.{term}"><Record><PropertyValue Property="{property}" {value}/></Record></Annotation>"#
    )
}

fn no(term: &str, property: &str) -> String {
    flag(term, property, r#"Bool="false""#)
}

/// `RestrictedProperties` with one path.
fn restricted(path: &str, restrictions: &[(&str, &str, bool)]) -> String {
    let inner: String = restrictions
        .iter()
        .map(|(term, property, value)| {
            format!(
                r#"<PropertyValue Property="{term}"><Record><PropertyValue Property="{property}" Bool="{value}"/></Record></PropertyValue>"#
            )
        })
        .collect();
    format!(
        r#"<Annotation Term="Cap.NavigationRestrictions"><Record><PropertyValue Property="RestrictedProperties"><Collection><Record>
        <PropertyValue Property="NavigationProperty" NavigationPropertyPath="{path}"/>{inner}</Record></Collection></PropertyValue></Record></Annotation>"#
    )
}

fn target(target: &str, annotations: &str) -> String {
    format!(r#"<Annotations Target="{target}">{annotations}</Annotations>"#)
}

#[test]
fn nothing_is_refused_that_nothing_forbids() {
    assert_eq!(refused("restrictions-none", &[]), [""; 0]);
}

#[test]
fn restrictions_of_a_set_hold_for_its_items() {
    let all = [
        no("ReadRestrictions", "Readable"),
        no("InsertRestrictions", "Insertable"),
        no("UpdateRestrictions", "Updatable"),
        no("DeleteRestrictions", "Deletable"),
    ];
    let expected = ["Delete", "Insert", "Read", "ReadByKey", "Update"];
    let expected = expected.map(|refusal| format!("old: {refusal}"));
    assert_eq!(
        refused("restrictions-set", &[("old", &all.concat())]),
        expected
    );
    // The same from outside.
    let outside = target("b.c/old", &all.concat());
    assert_eq!(
        refused("restrictions-target", &[("schema", &outside)]),
        expected
    );
    // Reading by key is said apart.
    let by_key = r#"<Annotation Term="Cap.ReadRestrictions"><Record><PropertyValue Property="Readable" Bool="false"/>
        <PropertyValue Property="ReadByKeyRestrictions"><Record><PropertyValue Property="Readable" Bool="true"/></Record>
        </PropertyValue></Record></Annotation>"#;
    assert_eq!(
        refused("restrictions-key", &[("old", by_key)]),
        ["old: Read"]
    );
}

#[test]
fn options_are_refused_where_they_are_excluded() {
    let restrictions = [
        no("CountRestrictions", "Countable"),
        no("ExpandRestrictions", "Expandable"),
        no("FilterRestrictions", "Filterable"),
        no("SortRestrictions", "Sortable"),
        no("SearchRestrictions", "Searchable"),
        no("SelectSupport", "Supported"),
        r#"<Annotation Term="Cap.SkipSupported" Bool="false"/>"#.to_owned(),
        r#"<Annotation Term="Cap.TopSupported" Bool="false"/>"#.to_owned(),
    ]
    .concat();
    let options = [
        "Count", "Expand", "Filter", "OrderBy", "Search", "Select", "Skip", "Top",
    ];
    let expected = options.map(|option| format!("books: {option}"));
    let at = [("books", restrictions.as_str())];
    assert_eq!(refused("restrictions-options", &at), expected);
    // A single one has no items to filter.
    let expected = options.map(|option| format!("author: {option}"));
    let expected: Vec<_> = [&expected[1], &expected[5]].into_iter().collect();
    let at = [("author", restrictions.as_str())];
    assert_eq!(
        refused("restrictions-single", &at)
            .iter()
            .collect::<Vec<_>>(),
        expected
    );
}

/// Where services support more than they say.
#[test]
fn options_are_told_where_they_are_excluded() {
    let filter = no("FilterRestrictions", "Filterable");
    let select = no("SelectSupport", "Supported");
    let sentences = |folder: &str, at: &[(&str, &str)]| {
        let (generated, _) = client_with(folder, &schema(at), "documented");
        let mut found = Vec::new();
        for file in &generated.files {
            for line in file.contents.lines().map(str::trim) {
                assert!(!line.contains("Refusal::"), "{line}");
                let is_row = line.contains(" without \"");
                if is_row || line.starts_with("/// Not supported") {
                    found.push(line.to_owned());
                }
            }
        }
        found
    };
    let both = [filter.as_str(), &select].concat();
    assert_eq!(
        sentences("restrictions-told", &[("author", &both)]),
        ["author: PersonRequestBuilder = \"author\" without \"`$select`\","],
        "one of them has no items to filter"
    );
    assert_eq!(
        sentences("restrictions-told-set", &[("old", &both)]),
        ["/// Not supported here: `$filter`, `$select`."]
    );
    // What a type says is told where it is read.
    assert_eq!(
        sentences("restrictions-told-type", &[("book", &both)]),
        [
            "/// Not supported here: `$filter`, `$select`.",
            "/// Not supported here: `$select`."
        ]
    );
}

/// What an option is not for, by the properties that the metadata lists.
#[test]
fn single_items_of_options_are_refused_or_told() {
    let list = |term: &str, property: &str, names: &[&str]| {
        let names: String = names
            .iter()
            .map(|name| format!("<PropertyPath>{name}</PropertyPath>"))
            .collect();
        format!(
            r#"<Annotation Term="Cap.{term}"><Record><PropertyValue Property="{property}"><Collection>{names}</Collection></PropertyValue></Record></Annotation>"#
        )
    };
    let all = [
        list(
            "ExpandRestrictions",
            "NonExpandableProperties",
            &["author", "nothing`"],
        ),
        list("SortRestrictions", "NonSortableProperties", &["id"]),
        list(
            "FilterRestrictions",
            "NonFilterableProperties",
            &["id", "author/id"],
        ),
        list(
            "InsertRestrictions",
            "NonInsertableNavigationProperties",
            &["chapters"],
        ),
    ]
    .concat();
    let client_rs = |folder: &str, at: &[(&str, &str)], options: &str| {
        let (generated, _) = client_with(folder, &schema(at), options);
        let files = generated.files.iter();
        let text: String = files.map(|file| file.contents.as_str()).collect();
        text.split_whitespace()
            .filter(|word| *word != "///")
            .collect::<Vec<_>>()
            .join(" ")
    };
    let told = "Not supported here: `$expand` of `author`; `$orderby` by `id`; `$filter` by `id`, \
                `author/id`; creating together with `chapters`.";
    let refuses = |text: &str| {
        ["Expand, \"author\")", "OrderBy, \"id\")"]
            .iter()
            .all(|item| text.contains(&format!("(Refusal::{item}")))
    };
    for (folder, at) in [("set", "old"), ("type", "book")] {
        let text = client_rs(
            &format!("restrictions-items-{folder}"),
            &[(at, &all)],
            "refused",
        );
        assert!(text.contains(told) && refuses(&text), "{text}");
        let folder = format!("restrictions-items-{folder}-told");
        let text = client_rs(&folder, &[(at, &all)], "documented");
        assert!(
            text.contains(told) && !text.contains("refusing_items"),
            "{text}"
        );
    }
    // What is excluded as a whole is not listed.
    let both = [all, no("SearchRestrictions", "Searchable")].concat();
    let both = both.replacen(
        "<PropertyValue",
        r#"<PropertyValue Property="Expandable" Bool="false"/><PropertyValue"#,
        1,
    );
    let text = client_rs("restrictions-items-whole", &[("old", &both)], "documented");
    assert!(
        text.contains("`$expand`, `$search`; `$orderby` by `id`;"),
        "{text}"
    );
}

/// Resources can be asked for as those of a type that says more of itself.
#[test]
fn a_derived_type_has_restrictions_of_its_own() {
    let derived = |says: &str| {
        let declared = format!(r#"<EntityType Name="atlas" BaseType="b.book">{says}</EntityType>"#);
        let (generated, _) = client(
            &format!("restrictions-derived-{}", says.len()),
            &schema(&[("schema", &declared)]),
        );
        let mut files = generated.files.iter();
        let atlas = files.find(|it| it.contents.contains("pub struct AtlasRequestBuilder"));
        atlas.expect("a file").contents.clone()
    };
    assert!(derived("").contains("delete"));
    assert!(!derived(&no("DeleteRestrictions", "Deletable")).contains("delete"));
}

#[test]
fn a_set_restricts_what_is_below_it() {
    let insert = [("InsertRestrictions", "Insertable", false)];
    let at = restricted("chapters", &insert);
    assert_eq!(
        refused("restrictions-below", &[("books", &at)]),
        ["books: chapters Insert"]
    );
    let at = restricted("chapters/notes", &insert);
    let expected = ["books: chapters/notes Insert"];
    assert_eq!(refused("restrictions-deep", &[("books", &at)]), expected);
    // CSDL 4.01 has targets for that.
    let at = target(
        "b.c/books/chapters/notes",
        &no("InsertRestrictions", "Insertable"),
    );
    assert_eq!(
        refused("restrictions-deep-target", &[("schema", &at)]),
        expected
    );
    let at = target("b.c/books/chapters", &restricted("notes", &insert));
    assert_eq!(refused("restrictions-both", &[("schema", &at)]), expected);
    // A type says it of all its sets.
    let at = restricted("chapters", &insert);
    let found = refused("restrictions-type", &[("book", &at)]);
    assert_eq!(found, [""; 0], "no way has the method");
    let at = restricted("author", &[("DeleteRestrictions", "Deletable", false)]);
    assert_eq!(
        refused("restrictions-type-author", &[("book", &at)]),
        ["author: Delete"]
    );
    // Paths that lead nowhere restrict nothing.
    let at = restricted("authors/name", &insert);
    assert_eq!(refused("restrictions-nowhere", &[("books", &at)]), [""; 0]);
}

#[test]
fn one_way_may_be_allowed_what_others_are_not() {
    let type_says = no("DeleteRestrictions", "Deletable");
    let way = restricted("author", &[("DeleteRestrictions", "Deletable", true)]);
    let at = [("author", type_says.as_str()), ("old", way.as_str())];
    assert_eq!(
        refused("restrictions-way", &at),
        ["author: Delete", "old: author not Delete"]
    );
}

#[test]
fn what_a_relation_is_bound_to_restricts_it() {
    let delete = no("DeleteRestrictions", "Deletable");
    let expected = ["author: Delete", "people: Delete"];
    assert_eq!(
        refused("restrictions-bound", &[("people", &delete)]),
        expected
    );
    // What other sets are bound to does not forbid is not forbidden to all.
    let other = r#"<NavigationPropertyBinding Path="author" Target="others"/>"#;
    let at = [("people", delete.as_str()), ("old", other)];
    assert_eq!(refused("restrictions-bound-twice", &at), ["people: Delete"]);
    // The relation itself has the last word.
    let allowed = flag("DeleteRestrictions", "Deletable", r#"Bool="true""#);
    let at = [("people", delete.as_str()), ("author", allowed.as_str())];
    assert_eq!(
        refused("restrictions-bound-allowed", &at),
        ["people: Delete"]
    );
}

/// A slice without the set keeps what it says of the relation.
#[test]
fn a_slice_keeps_the_restrictions_of_sets_left_out() {
    let delete = no("DeleteRestrictions", "Deletable");
    let (model, _) = resolve(&[&schema(&[("people", &delete)])]);
    let sliced = slice(
        &model,
        &Selection::from_iter(["/books/{id}/author"]),
        &mut Diagnostics::default(),
    );
    let (again, said) = resolve(&[&write(&sliced)]);
    assert_eq!(said, "");
    let child = &again.container.as_ref().unwrap().children["books"];
    assert_eq!(child.bindings, []);
    let kept = &child.below["author"];
    assert_eq!(kept.len(), 1);
    assert_eq!(&*kept[0].term.name, "DeleteRestrictions");
    let allowed = flag("DeleteRestrictions", "Deletable", r#"Bool="true""#);
    let (model, _) = resolve(&[&schema(&[("people", &delete), ("author", &allowed)])]);
    let selection = Selection::from_iter(["/books/{id}/author"]);
    let sliced = slice(&model, &selection, &mut Diagnostics::default());
    assert!(sliced.container.unwrap().children["books"].below.is_empty());
}

#[test]
fn flags_are_read_as_services_write_them() {
    let written = |folder: &str, value: &str| {
        let at = flag("DeleteRestrictions", "Deletable", value);
        let (_, said) = client(folder, &schema(&[("old", &at)]));
        let warnings = said
            .iter()
            .filter(|it| it.contains("`Deletable` is not a Boolean"));
        (refused(folder, &[("old", &at)]).len(), warnings.count())
    };
    let cases = [
        (r#"Bool="false""#, (1, 0)),
        (r#"Bool="False""#, (1, 0)),
        (r#"String="FALSE""#, (1, 0)),
        (r#"Bool="0""#, (1, 0)),
        (r#"Bool="true""#, (0, 0)),
        // Another value for each entity.
        (r#"Path="isOpen""#, (0, 1)),
        (r#"Bool="no""#, (0, 1)),
    ];
    for (number, (value, expected)) in cases.iter().enumerate() {
        let folder = format!("restrictions-flag-{number}");
        assert_eq!(written(&folder, value), *expected, "{value}");
    }
    for (number, element) in ["<Null/>", "<Not><Path>a</Path></Not>"].iter().enumerate() {
        let at = format!(
            r#"<Annotation Term="Cap.DeleteRestrictions"><Record><PropertyValue Property="Deletable">{element}</PropertyValue></Record></Annotation>"#
        );
        let folder = format!("restrictions-element-{number}");
        assert_eq!(refused(&folder, &[("old", &at)]), [""; 0], "{element}");
    }
}
