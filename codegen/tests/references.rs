//! Documents that refer to each other, in a folder.

use csdl_codegen::csdl::{self, Limits};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::{self, Model, QualifiedName};
use csdl_codegen::references::{Lookup, follow};
use csdl_codegen::source::{Sources, read};
use std::path::Path;

/// A document of one schema that refers to others: address and namespace.
fn document(namespace: &str, references: &[(&str, &str)], content: &str) -> String {
    let references: String = references
        .iter()
        .map(|(uri, namespace)| {
            format!(r#"<edmx:Reference Uri="{uri}"><edmx:Include Namespace="{namespace}" /></edmx:Reference>"#)
        })
        .collect();
    format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">{references}
<edmx:DataServices><Schema Namespace="{namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
{content}
</Schema></edmx:DataServices></edmx:Edmx>"#
    )
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join(name), text).expect("a file in it");
}

/// The model of a document and those that it refers to, and what was said, one line a problem.
fn resolve(document: &Path, lookup: &Lookup) -> (Option<Model>, Vec<String>) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let limits = Limits::default();
    let mut ids = vec![read::read(document, &mut sources).expect("the document is read")];
    ids.extend(follow(
        &ids,
        lookup,
        &limits,
        &mut sources,
        &mut diagnostics,
    ));
    let documents = csdl::parse_all(&sources, &ids, &limits, &mut diagnostics);
    let model = documents.map(|documents| edm::resolve(&documents, &mut diagnostics));
    let said = diagnostics.iter().map(|d| d.headline(&sources));
    (model, said.collect())
}

fn has_type(model: &Option<Model>, name: &str) -> bool {
    let name = QualifiedName::parse(name).expect("a qualified name");
    model
        .as_ref()
        .is_some_and(|model| model.types.contains_key(&name))
}

#[test]
fn references_are_followed_through_others_and_round() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, other) = (folder.path().join("here"), folder.path().join("other"));
    let shop = document(
        "shop",
        &[("https://example.com/v1/people.xml", "people")],
        r#"<ComplexType Name="order"><Property Name="owner" Type="people.person" /></ComplexType>"#,
    );
    let people = document(
        "people",
        &[
            ("../deep/places.xml?a=b", "places"),
            ("shop.xml", "shop"),
            ("people.xml", "people"),
        ],
        r#"<ComplexType Name="person" BaseType="places.placed" />"#,
    );
    let places = document(
        "places",
        &[("shop.xml", "shop")],
        r#"<ComplexType Name="placed" />"#,
    );
    write(&here, "shop.xml", &shop);
    write(&here, "people.xml", &people);
    write(&other, "places.xml", &places);
    let lookup = Lookup::in_folders(vec![other]);
    let (model, said) = resolve(&here.join("shop.xml"), &lookup);
    assert_eq!(said, [""; 0]);
    for name in ["shop.order", "people.person", "places.placed"] {
        assert!(has_type(&model, name), "{name}");
    }
}

#[test]
fn a_vocabulary_is_known_by_name_and_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "Org.OData.Core.V1.xml", "not a document");
    let references = [
        (
            "https://example.com/Org.OData.Core.V1.xml",
            "Org.OData.Core.V1",
        ),
        ("https://example.com/UI.xml", "com.sap.vocabularies.UI.v1"),
    ];
    let annotated = r#"<ComplexType Name="order">
        <Annotation Term="Org.OData.Core.V1.Description" String="One." /></ComplexType>
        <Annotations Target="Org.OData.Core.V1.Tag"><Annotation Term="shop.a" /></Annotations>"#;
    write(
        folder.path(),
        "shop.xml",
        &document("shop", &references, annotated),
    );
    let (model, said) = resolve(&folder.path().join("shop.xml"), &Lookup::default());
    assert_eq!(said, [""; 0]);
    assert!(has_type(&model, "shop.order"));
}

#[test]
fn a_broken_document_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let content = r#"<ComplexType Name="order" />"#;
    let references = [("a.xml", "a"), ("b.xml", "b")];
    write(
        folder.path(),
        "shop.xml",
        &document("shop", &references, content),
    );
    write(folder.path(), "a.xml", "<html/>");
    std::fs::write(folder.path().join("b.xml"), [0x1f, 0x8b, 0]).expect("a file");
    let (model, said) = resolve(&folder.path().join("shop.xml"), &Lookup::default());
    assert!(model.is_none());
    assert!(
        said.iter()
            .any(|line| line.contains("a.xml:1:1: the document is an HTML page")),
        "{said:?}"
    );
    assert!(
        said.iter()
            .any(|line| line.contains("b.xml") && line.contains("gzip")),
        "{said:?}"
    );
}

#[test]
fn an_address_leads_to_no_other_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().join("here");
    let content = r#"<ComplexType Name="order"><Property Name="it" Type="a.b" /></ComplexType>"#;
    let outside = folder.path().join("outside.xml");
    write(folder.path(), "outside.xml", "<html/>");
    let absolute = outside.display().to_string();
    let references = [("../outside.xml", "a"), (&*absolute, "a"), ("..", "a")];
    write(&here, "shop.xml", &document("shop", &references, content));
    let (model, said) = resolve(&here.join("shop.xml"), &Lookup::default());
    assert!(has_type(&model, "shop.order"));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].ends_with("[E0018]"), "{said:?}");
}

/// A link beside a document leads to another of the allowed folders, or out of them.
#[cfg(unix)]
#[test]
fn links_are_followed_only_inside_the_folders() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let shop = document(
        "shop",
        &[("people.xml", "people"), ("places.xml", "places")],
        r#"<ComplexType Name="order" />"#,
    );
    write(&path("here"), "shop.xml", &shop);
    let people = document("people", &[], r#"<ComplexType Name="person" />"#);
    write(&path("allowed"), "real.xml", &people);
    write(&path("outside"), "real.xml", &document("places", &[], ""));
    symlink(path("allowed/real.xml"), path("here/people.xml")).expect("a link");
    symlink(path("outside/real.xml"), path("here/places.xml")).expect("a link");
    let lookup = Lookup::in_folders(vec![path("allowed")]);
    let (model, said) = resolve(&path("here/shop.xml"), &lookup);
    assert!(has_type(&model, "people.person"));
    let refused = format!(
        "`{}` is a link that leads out of the folders in which references are looked for [E0015]",
        path("here/places.xml").display()
    );
    assert_eq!(said, [refused]);
}
