//! What of a model paths need.

use super::{document, name, resolve, schema, structured};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::Model;
use csdl_codegen::slice::{SlicePath, slice};
use csdl_codegen::source::Sources;

/// The slice, which must be possible, and able to stand alone.
fn sliced(model: &Model, paths: &[&str]) -> Model {
    let (sliced, said) = try_slice(model, paths);
    assert_eq!(said, [""; 0]);
    let (_, said) = resolve(&[&csdl_codegen::write::write(&sliced)]);
    assert_eq!(said, "");
    sliced
}

/// The slice, and what was said, one line a problem.
fn try_slice(model: &Model, paths: &[&str]) -> (Model, Vec<String>) {
    let paths: Vec<_> = paths.iter().map(|path| SlicePath::from(*path)).collect();
    let mut diagnostics = Diagnostics::default();
    let sliced = slice(model, &paths, &mut diagnostics);
    let sources = Sources::default();
    let said = diagnostics.iter().map(|problem| problem.headline(&sources));
    (sliced, said.collect())
}

fn types(model: &Model) -> Vec<String> {
    model
        .types
        .keys()
        .map(|name| name.name.to_string())
        .collect()
}

/// Names of operations, with `!` where they are bound to a collection.
fn operations(model: &Model) -> Vec<String> {
    let operations = model.operations.iter().map(|operation| {
        let mark = if operation.is_bound_to_collection() {
            "!"
        } else {
            ""
        };
        let arguments: Vec<_> = operation.parameters.iter().map(|it| &*it.name).collect();
        format!("{}{mark}({})", operation.name.name, arguments.join(","))
    });
    operations.collect()
}

fn properties(model: &Model, owner: &str) -> Vec<String> {
    let declared = structured(model, owner);
    declared
        .properties
        .keys()
        .map(|name| name.to_string())
        .collect()
}

#[test]
fn an_import_takes_all_unbound_overloads() {
    let model = schema(
        r#"<EntityType Name="book"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/></EntityType>
        <EnumType Name="genre"><Member Name="novel"/></EnumType>
        <Function Name="find"><ReturnType Type="Edm.String"/></Function>
        <Function Name="find"><Parameter Name="genre" Type="shop.genre"/><ReturnType Type="Edm.String"/></Function>
        <Function Name="find" IsBound="true"><Parameter Name="it" Type="shop.book"/><ReturnType Type="Edm.String"/></Function>
        <Function Name="other"><ReturnType Type="Edm.String"/></Function>
        <EntityContainer Name="c"><EntitySet Name="books" EntityType="shop.book"/>
          <FunctionImport Name="find" Function="shop.find"/><FunctionImport Name="other" Function="shop.other"/></EntityContainer>"#,
    );
    let found = sliced(&model, &["/find"]);
    assert_eq!(operations(&found), ["find()", "find(genre)"]);
    assert_eq!(types(&found), ["genre"]);
    let container = found.container.as_ref().expect("a container");
    assert_eq!(
        container.children.keys().map(|n| &**n).collect::<Vec<_>>(),
        ["find"]
    );
}

const BOOKS: &str = r#"
    <EntityType Name="item"><Key><PropertyRef Name="id"/></Key>
      <Property Name="id" Type="shop.number" Nullable="false"/><Property Name="made" Type="shop.place"/>
      <NavigationProperty Name="owner" Type="shop.person"/></EntityType>
    <EntityType Name="book" BaseType="shop.item"><Property Name="pages" Type="shop.count"/></EntityType>
    <EntityType Name="person"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/></EntityType>
    <ComplexType Name="place"><Property Name="name" Type="Edm.String"/></ComplexType>
    <ComplexType Name="town" BaseType="shop.place"><Property Name="size" Type="shop.size"/></ComplexType>
    <TypeDefinition Name="number" UnderlyingType="Edm.Int32"/>
    <TypeDefinition Name="count" UnderlyingType="Edm.Int32"/>
    <EnumType Name="size"><Member Name="small"/></EnumType>
    <Action Name="burn" IsBound="true"><Parameter Name="it" Type="Collection(shop.item)"/></Action>
    <Action Name="lend" IsBound="true"><Parameter Name="it" Type="shop.item"/></Action>
    <Action Name="read" IsBound="true"><Parameter Name="it" Type="shop.book"/></Action>
    <EntityContainer Name="c">
      <EntitySet Name="items" EntityType="shop.item">
        <NavigationPropertyBinding Path="owner" Target="people"/>
        <NavigationPropertyBinding Path="shop.book/owner" Target="people"/>
      </EntitySet>
      <EntitySet Name="books" EntityType="shop.book"/>
      <Singleton Name="first" Type="shop.item"/>
      <EntitySet Name="people" EntityType="shop.person"/>
    </EntityContainer>"#;

#[test]
fn collection_calls_need_a_path_to_a_collection() {
    let model = schema(BOOKS);
    assert_eq!(
        operations(&sliced(&model, &["/items"])),
        ["burn!()", "lend()"]
    );
    assert_eq!(operations(&sliced(&model, &["/first"])), ["lend()"]);
    // What is called on a type can be called on those that extend it.
    let books = sliced(&model, &["/items/shop.book"]);
    assert_eq!(operations(&books), ["burn!()", "lend()", "read()"]);
    assert_eq!(
        operations(&sliced(&model, &["/first/shop.book"])),
        ["lend()", "read()"]
    );
}

#[test]
fn a_cast_leads_to_derived_types_alone() {
    let model = schema(BOOKS);
    for path in ["/items/shop.person", "/items/shop.item", "/items/shop.bok"] {
        let (_, said) = try_slice(&model, &[path]);
        let [said] = said.as_slice() else {
            panic!("{path}: {said:?}")
        };
        let segment = path.rsplit('/').next().unwrap_or_default();
        assert!(
            said.contains(&format!("`{path}` leads nowhere at `{segment}`")),
            "{said}"
        );
        // There is no place that the reason could stand at.
        assert!(
            said.contains("no type of this name derives from `shop.item`"),
            "{said}"
        );
    }
}

#[test]
fn types_on_the_way_keep_their_key_and_the_path() {
    let model = schema(BOOKS);
    let found = sliced(&model, &["/items/owner"]);
    assert_eq!(types(&found), ["item", "number", "person"]);
    assert_eq!(properties(&found, "shop.item"), ["id"]);
}

#[test]
fn a_type_passed_first_can_be_needed_whole_later() {
    let model = schema(BOOKS);
    let found = sliced(&model, &["/books", "/items/owner"]);
    assert_eq!(properties(&found, "shop.item"), ["id", "made"]);
    // With what its properties are of, whose values may be of a type that extends it.
    let expected = [
        "book", "count", "item", "number", "person", "place", "size", "town",
    ];
    assert_eq!(types(&found), expected);
}

#[test]
fn a_base_type_is_revisited_when_a_derived_is_whole() {
    let model = schema(
        r#"<EntityType Name="item"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/>
          <Property Name="size" Type="shop.size"/><NavigationProperty Name="next" Type="shop.end"/></EntityType>
        <EntityType Name="end"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/></EntityType>
        <EntityType Name="book" BaseType="shop.item"/><EnumType Name="size"><Member Name="small"/></EnumType>
        <EntityContainer Name="c"><EntitySet Name="books" EntityType="shop.book"/>
          <EntitySet Name="items" EntityType="shop.item"/></EntityContainer>"#,
    );
    let found = sliced(&model, &["/books", "/items/next"]);
    assert_eq!(types(&found), ["book", "end", "item", "size"]);
}

#[test]
fn an_argument_brings_the_types_that_extend_its_own() {
    let model = schema(
        r#"<EntityType Name="item"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/></EntityType>
        <ComplexType Name="place"/><ComplexType Name="town" BaseType="shop.place"/>
        <Action Name="send" IsBound="true"><Parameter Name="it" Type="shop.item"/><Parameter Name="to" Type="shop.place"/></Action>
        <EntityContainer Name="c"><EntitySet Name="items" EntityType="shop.item"/></EntityContainer>"#,
    );
    assert_eq!(
        types(&sliced(&model, &["/items"])),
        ["item", "place", "town"]
    );
}

#[test]
fn resources_bring_no_types_that_extend_theirs() {
    let model = schema(BOOKS);
    assert!(!types(&sliced(&model, &["/items"])).contains(&"book".to_owned()));
}

#[test]
fn bindings_stay_where_both_ends_do() {
    let model = schema(BOOKS);
    let bindings = |paths: &[&str]| {
        let found = sliced(&model, paths);
        let container = found.container.as_ref().expect("a container");
        container.children["items"].bindings.clone()
    };
    let whole = ("owner".to_owned(), "people".to_owned());
    assert_eq!(bindings(&["/items/owner", "/people"]), [whole]);
    assert_eq!(bindings(&["/items/owner"]), []);
    assert_eq!(bindings(&["/items", "/people"]), []);
}

#[test]
fn a_key_may_lie_in_a_complex_property() {
    let (model, _) = resolve(&[&document(
        r#"<ComplexType Name="mark"><Property Name="number" Type="Edm.Int32" Nullable="false"/></ComplexType>
        <EntityType Name="stone"><Key><PropertyRef Name="mark/number" Alias="number"/></Key>
          <Property Name="mark" Type="shop.mark" Nullable="false"/><Property Name="weight" Type="Edm.Int32"/>
          <NavigationProperty Name="next" Type="shop.stone"/><NavigationProperty Name="end" Type="shop.end"/></EntityType>
        <EntityType Name="end"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/></EntityType>
        <EntityContainer Name="c"><EntitySet Name="stones" EntityType="shop.stone"/></EntityContainer>"#,
    )]);
    let found = sliced(&model, &["/stones/end"]);
    assert_eq!(properties(&found, "shop.stone"), ["mark"]);
    assert!(found.types.contains_key(&name("shop.mark")));
}

const FOLDERS: &str = r#"
    <EntityType Name="entity"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/>
      <NavigationProperty Name="tags" Type="Collection(shop.tag)" ContainsTarget="true"/></EntityType>
    <EntityType Name="folder" BaseType="shop.entity">
      <NavigationProperty Name="folders" Type="Collection(shop.folder)" ContainsTarget="true"/>
      <NavigationProperty Name="cover" Type="shop.picture" ContainsTarget="true"/>
      <NavigationProperty Name="owner" Type="shop.person"/></EntityType>
    <EntityType Name="box" BaseType="shop.folder">
      <NavigationProperty Name="lid" Type="shop.lid" ContainsTarget="true"/></EntityType>
    <EntityType Name="picture"><Property Name="size" Type="shop.size"/>
      <NavigationProperty Name="shownIn" Type="Collection(shop.folder)"/><NavigationProperty Name="of" Type="shop.person"/></EntityType>
    <EntityType Name="lid"/><EntityType Name="tag"/><EntityType Name="person"/>
    <EnumType Name="size"><Member Name="small"/></EnumType>
    <Action Name="file" IsBound="true"><Parameter Name="it" Type="Collection(shop.tag)"/></Action>
    <Action Name="frame" IsBound="true"><Parameter Name="it" Type="shop.picture"/></Action>
    <Action Name="hang" IsBound="true"><Parameter Name="it" Type="Collection(shop.picture)"/></Action>
    <Action Name="close" IsBound="true"><Parameter Name="it" Type="shop.lid"/></Action>
    <EntityContainer Name="c"><Singleton Name="root" Type="shop.folder"/></EntityContainer>"#;

#[test]
fn two_stars_take_what_is_contained_however_deep() {
    let model = schema(FOLDERS);
    let found = sliced(&model, &["/root/**"]);
    assert_eq!(
        types(&found),
        ["entity", "folder", "picture", "size", "tag"]
    );
    assert_eq!(operations(&found), ["file!()", "frame()"]);
    let followed = |owner| structured(&found, owner).navigation.keys().map(|n| &**n);
    assert!(followed("shop.folder").eq(["cover", "folders"]));
    assert!(followed("shop.entity").eq(["tags"]));
    // Of other ways, those between what is taken.
    assert!(followed("shop.picture").eq(["shownIn"]));
    // Of a path through a derived type, what that contains, too.
    let boxes = sliced(&model, &["/root/folders/shop.box/**"]);
    assert!(types(&boxes).contains(&"lid".to_owned()));
    assert_eq!(operations(&boxes), ["close()", "file!()", "frame()"]);
    // Where nothing is contained, the end alone.
    let cover = sliced(&model, &["/root/cover/**/"]);
    assert_eq!(types(&cover), types(&sliced(&model, &["/root/cover"])));
    assert_eq!(types(&sliced(&model, &["/**"])), types(&model));
}

#[test]
fn two_stars_stand_at_the_end_alone() {
    let model = schema(FOLDERS);
    for path in ["/**/cover", "/root/**/cover", "/root/*", "/root/folders**"] {
        let (_, said) = try_slice(&model, &[path]);
        assert!(said[0].contains("leads nowhere at"), "{said:?}");
    }
}
