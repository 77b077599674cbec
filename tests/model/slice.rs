//! What of a model paths need.

use super::{document, name, resolve, schema, structured};
use csdl_codegen::diagnostic::Diagnostics;
use csdl_codegen::edm::Model;
use csdl_codegen::slice::{Derived, NamedType, Selection, beyond, slice};
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
    let selection = Selection::from_iter(paths.iter().copied());
    let mut diagnostics = Diagnostics::default();
    let sliced = slice(model, &selection, &mut diagnostics);
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
            said.contains("`shop.item` has no such property, operation or derived type"),
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
fn resources_bring_the_types_that_extend_theirs() {
    let model = schema(BOOKS);
    for path in ["/items", "/items/{id}", "/first"] {
        let found = sliced(&model, &[path]);
        assert_eq!(properties(&found, "shop.book"), ["pages"], "{path}");
        // What can be called on a book alone needs its name in the path.
        assert!(!operations(&found).contains(&"read()".to_owned()));
    }
    // Of those on the way, nothing is read.
    let found = sliced(&model, &["/items/{id}/owner"]);
    assert!(!types(&found).contains(&"book".to_owned()));
}

const ANIMALS: &str = r#"
    <EntityType Name="being" Abstract="true"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/></EntityType>
    <EntityType Name="animal" BaseType="shop.being"/><EntityType Name="dog" BaseType="shop.animal"/>
    <EntityType Name="terrier" BaseType="shop.dog"/><EntityType Name="cat" BaseType="shop.animal"><Property Name="home" Type="shop.place"/></EntityType>
    <ComplexType Name="place"/><ComplexType Name="town" BaseType="shop.place"/>
    <Function Name="find" IsBound="true" IsComposable="true"><Parameter Name="in" Type="Collection(shop.animal)"/><Parameter Name="what" Type="Edm.String"/>
      <ReturnType Type="Collection(shop.animal)"/></Function>
    <EntityType Name="toy"/><EntityType Name="ball" BaseType="shop.toy"/>
    <Function Name="toys" IsBound="true"><Parameter Name="of" Type="shop.dog"/><ReturnType Type="Collection(shop.toy)"/></Function>
    <Function Name="mother" IsBound="true"><Parameter Name="of" Type="shop.being"/><ReturnType Type="shop.being"/></Function>
    <Function Name="count" IsBound="true"><Parameter Name="of" Type="Collection(shop.being)"/><ReturnType Type="Edm.Int64"/></Function>
    <Function Name="count" IsBound="true"><Parameter Name="of" Type="Collection(shop.being)"/><Parameter Name="at" Type="shop.place"/><ReturnType Type="Edm.Int64"/></Function>
    <EntityContainer Name="c"><EntitySet Name="animals" EntityType="shop.animal"/><EntitySet Name="dogs" EntityType="shop.dog"/></EntityContainer>"#;

/// The types of a slice that has these derived types, and what was said, one line a problem.
fn with_derived(path: &str, derived: Derived) -> (Vec<String>, Vec<String>) {
    let model = schema(ANIMALS);
    let selection = Selection {
        derived,
        ..Selection::from_iter([path])
    };
    let mut diagnostics = Diagnostics::default();
    let found = slice(&model, &selection, &mut diagnostics);
    let said = diagnostics.iter().map(|problem| problem.message.clone());
    (types(&found), said.collect())
}

#[test]
fn derived_types_come_or_not_as_was_asked() {
    let only = |names: &[&str]| {
        let named = names.iter().map(|name| NamedType {
            name: format!("shop.{name}"),
            span: None,
        });
        Derived::Only(named.collect())
    };
    let cases = [
        (Derived::All, "animal being cat dog place terrier town"),
        (Derived::None, "animal being place"),
        (only(&["cat"]), "animal being cat place"),
        (only(&["cat", "place"]), "animal being cat place town"),
        (only(&["dog"]), "animal being dog place terrier"),
        (only(&["terrier"]), "animal being dog place terrier"),
        (only(&["animal"]), "animal being cat dog place terrier"),
    ];
    for (derived, expected) in cases {
        let shown = format!("{derived:?}");
        let (found, said) = with_derived("/animals", derived);
        assert_eq!(
            (found.join(" "), said),
            (expected.to_owned(), vec![]),
            "{shown}"
        );
    }
    let (found, said) = with_derived("/animals", only(&["dog", "snake", "town"]));
    assert_eq!(found.join(" "), "animal being dog place terrier town");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("`shop.snake` brings no derived type"),
        "{said:?}"
    );
}

#[test]
fn calls_bring_derived_types_of_what_is_new() {
    // `mother` answers what it is bound to, as any being: no reason to take all of them. `toys` are new.
    let cases = [
        (Derived::All, "animal ball being dog place terrier town toy"),
        (Derived::None, "animal being dog place toy"),
    ];
    for (derived, expected) in cases {
        let (found, _) = with_derived("/dogs", derived);
        assert_eq!(found.join(" "), expected);
    }
    let (found, _) = with_derived("/dogs/{id}/mother", Derived::All);
    assert_eq!(found.join(" "), "animal being cat dog place terrier town");
}

/// Services whose parts are entity sets of their own contain nothing.
#[test]
fn what_a_path_leads_to_beyond_what_is_contained_is_named() {
    let model = schema(
        r#"<EntityType Name="thing" Abstract="true"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32"/></EntityType><EntityType Name="book" BaseType="shop.thing"><NavigationProperty Name="author" Type="shop.person"/><NavigationProperty Name="pages" Type="Collection(shop.page)"/>
        <NavigationProperty Name="cover" Type="shop.cover" ContainsTarget="true"/><NavigationProperty Name="next" Type="shop.book"/></EntityType>
        <EntityType Name="cover" BaseType="shop.thing"><NavigationProperty Name="painter" Type="shop.person"/><NavigationProperty Name="paper" Type="shop.paper"/></EntityType>
        <EntityType Name="person" BaseType="shop.thing"/><EntityType Name="page" BaseType="shop.thing"/><EntityType Name="paper" BaseType="shop.thing"/>
        <EntityContainer Name="c"><EntitySet Name="books" EntityType="shop.book"><NavigationPropertyBinding Path="pages" Target="pages"/></EntitySet>
        <EntitySet Name="people" EntityType="shop.person"/><EntitySet Name="pages" EntityType="shop.page"/><EntitySet Name="drafts" EntityType="shop.page"/></EntityContainer>"#,
    );
    let found = |paths: &[&str]| {
        let found = beyond(&model, &Selection::from_iter(paths.iter().copied())).into_iter();
        let lines = found.map(|it| format!("{} {}", it.path, it.sets.join(" ")));
        lines.collect::<Vec<_>>()
    };
    assert_eq!(found(&["/books/**"]), ["/books/** pages people"]);
    assert_eq!(found(&["/books/**", "/people"]), ["/books/** pages"]);
    assert_eq!(
        found(&["/books/{id}/cover/**"]),
        ["/books/{id}/cover/** people"]
    );
    for nothing in [&["/books"][..], &["/"], &["/nothing/**"], &["/people/**"]] {
        assert_eq!(found(nothing), [""; 0], "{nothing:?}");
    }
}

#[test]
fn the_base_of_nearly_everything_brings_nothing() {
    let many: String = (0..120)
        .map(|n| format!(r#"<EntityType Name="e{n}" BaseType="shop.entity"/>"#))
        .collect();
    let content = |others: usize| {
        let others: String = (0..others)
            .map(|n| format!(r#"<EntityType Name="o{n}"/>"#))
            .collect();
        format!(
            r#"<EntityType Name="entity"/>{many}{others}
            <EntityContainer Name="c"><Singleton Name="any" Type="shop.entity"/></EntityContainer>"#
        )
    };
    assert_eq!(types(&sliced(&schema(&content(0)), &["/any"])).len(), 1);
    // Where as many others are, it says something.
    let model = schema(&content(200));
    assert_eq!(types(&sliced(&model, &["/any"])).len(), 121);
}

#[test]
fn an_operation_is_taken_without_its_resource() {
    let model = schema(BOOKS);
    let found = sliced(&model, &["/items/{id}/lend"]);
    assert_eq!(operations(&found), ["lend()"]);
    assert_eq!(properties(&found, "shop.item"), ["id"]);
    let found = sliced(&model, &["/items/shop.burn"]);
    assert_eq!(operations(&found), ["burn!()"]);
    // All overloads of a name; arguments are taken as they come.
    let model = schema(ANIMALS);
    for path in [
        "/animals/count",
        "/dogs/count()",
        "/dogs/shop.count(at=@p)?@p={}",
    ] {
        let found = sliced(&model, &[path]);
        assert_eq!(operations(&found), ["count!()", "count!(at)"], "{path}");
    }
}

#[test]
fn paths_go_on_behind_composable_functions() {
    let model = schema(ANIMALS);
    let path = "/animals/find(what='a/b')/{id}/mother";
    let found = operations(&sliced(&model, &[path]));
    assert_eq!(found, ["find!(what)", "mother()"]);
    let (_, said) = try_slice(&model, &["/animals/{id}/mother/mother"]);
    assert!(said[0].contains("cannot go on"), "{said:?}");
}

#[test]
fn keys_are_told_from_misspelt_names() {
    let model = schema(BOOKS);
    let owner = types(&sliced(&model, &["/items/owner"]));
    let good = [
        "/items/{id}/owner",
        "/items('7')/owner",
        "/items(7)/owner",
        "/items/7/owner",
        "/items/a@b.example/owner",
        // No value by its looks, but what comes next is a property of an item.
        "/items/seven/owner",
        "/items/7/owner/$ref",
        "/items/7/owner?$select=id",
        "items/7/owner/",
    ];
    for path in good {
        assert_eq!(types(&sliced(&model, &[path])), owner, "{path}");
    }
    let bad = [
        ("/items/ownr", "did you mean"),
        ("/items/seven/ownr", "`shop.item` has no such"),
        ("/items/$count/owner", "`shop.item` has no such"),
        ("/first(7)", "a single resource"),
        ("/items/7/owner(7)", "a single resource"),
        ("/items/7/8", "`shop.item` has no such"),
        ("/items//owner", "`shop.item` has no such"),
    ];
    for (path, expected) in bad {
        let (_, said) = try_slice(&model, &[path]);
        let [said] = &said[..] else {
            panic!("{path}: {said:?}")
        };
        assert!(said.contains("leads nowhere at"), "{path}: {said}");
        if expected != "did you mean" {
            assert!(said.contains(expected), "{path}: {said}");
        }
    }
}

#[test]
fn a_name_may_be_a_key_and_that_is_said() {
    let model = schema(BOOKS);
    let (found, said) = try_slice(&model, &["/items/inbox"]);
    assert_eq!(types(&found), types(&sliced(&model, &["/items/{inbox}"])));
    let message = "`inbox` at the end of `/items/inbox` is taken as a key [E0012]";
    assert_eq!(said, [message]);
}

#[test]
fn names_differ_in_capitals_where_nothing_else_is_meant() {
    let model = schema(
        r#"<EntityType Name="item"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
          <Property Name="Size" Type="Edm.String"/>
          <NavigationProperty Name="next" Type="shop.item"/><NavigationProperty Name="Next" Type="shop.end"/></EntityType>
        <EntityType Name="end" BaseType="shop.item"/>
        <Action Name="burn" IsBound="true"><Parameter Name="it" Type="shop.item"/></Action>
        <EntityContainer Name="c"><EntitySet Name="Items" EntityType="shop.item"/></EntityContainer>"#,
    );
    for path in [
        "/items/1/size",
        "/ITEMS/1/Next/SIZE",
        "/items/1/SHOP.End/Burn",
    ] {
        sliced(&model, &[path]);
    }
    let (_, said) = try_slice(&model, &["/items/1/NEXT"]);
    assert_eq!(said.len(), 1, "two are meant: {said:?}");
}

#[test]
fn items_addressed_by_their_paths_are_items() {
    let model = schema(FOLDERS);
    let cover = types(&sliced(&model, &["/root/cover"]));
    for path in ["/root:/a/b c/{d}:/cover", "/root/folders/{id}:/x:/cover"] {
        let found = types(&sliced(&model, &[path]));
        assert_eq!(found, cover, "{path}");
    }
}

#[test]
fn a_path_may_end_at_a_value() {
    let model = schema(BOOKS);
    let found = sliced(&model, &["/items/{id}/made"]);
    assert_eq!(properties(&found, "shop.item"), ["id", "made"]);
    let found = sliced(&model, &["/books/{id}/pages"]);
    assert_eq!(properties(&found, "shop.book"), ["pages"]);
    assert_eq!(properties(&found, "shop.item"), ["id"]);
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
    // A box is a folder with a lid.
    let expected = ["box", "entity", "folder", "lid", "picture", "size", "tag"];
    assert_eq!(types(&found), expected);
    assert_eq!(operations(&found), ["close()", "file!()", "frame()"]);
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
