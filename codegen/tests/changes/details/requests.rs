//! Request builders, their methods, and the calls that they make.

use super::{assert_changes, lines};
use crate::edits::{BASE, CONFIG};
use crate::{Client, client_of};

const PERSON: &str = r#"<EntityType Name="person">"#;
/// An operation is called only where it is listed.
const EXPLICIT: &str = r#"<Annotation Term="Org.OData.Core.V1.RequiresExplicitBinding" />"#;
const AUTHOR: &str = r#"<NavigationProperty Name="author" Type="demo.person" />"#;

/// What changes if a text of the base, in whose place there is another, is replaced by a third.
fn between(from: &str, old: &str, new: &str) -> Vec<String> {
    assert!(BASE.contains(from), "the base has no `{from}`");
    let client = |to: &str| client_of(&BASE.replace(from, to));
    lines(&client(old).diff(&client(new)))
}

/// An annotation of the vocabulary of capabilities that says one thing.
fn capability(term: &str, property: &str, value: &str) -> String {
    format!(
        r#"<Annotation Term="Org.OData.Capabilities.V1.{term}Restrictions"><Record>
        <PropertyValue Property="{property}" {value} /></Record></Annotation>"#
    )
}

/// A permission to read with one of these scopes.
fn permission(scopes: &[&str]) -> String {
    let scopes = scopes.iter().map(|scope| {
        format!(r#"<Record><PropertyValue Property="Scope" String="{scope}" /></Record>"#)
    });
    let scopes = scopes.collect::<String>();
    format!(
        r#"<Annotation Term="Org.OData.Capabilities.V1.ReadRestrictions"><Record>
        <PropertyValue Property="Permissions"><Collection><Record>
        <PropertyValue Property="SchemeName" String="Application" />
        <PropertyValue Property="Scopes"><Collection>{scopes}</Collection></PropertyValue>
        </Record></Collection></PropertyValue></Record></Annotation>"#
    )
}

/// People with annotations.
fn person(annotations: &str) -> String {
    format!("{PERSON}{annotations}")
}

/// A book's author, of a type and with annotations.
fn author(target: &str, annotations: &str) -> String {
    format!(
        r#"<NavigationProperty Name="author" Type="{target}">{annotations}</NavigationProperty>"#
    )
}

#[test]
fn forbidden_requests_go_with_their_options() {
    let search = capability("Search", "Searchable", r#"Bool="false""#);
    let read = capability("Read", "Readable", r#"Bool="false""#);
    let changes = between(
        PERSON,
        &person(&search),
        &person(&format!("{search}{read}")),
    );
    assert_changes(
        &changes,
        &[
            "major Collection(demo.person): request-removed [count]",
            "major Collection(demo.person): request-removed [list]",
            "major demo.person: request-removed [get]",
            "patch demo.person: annotation-changed [Org.OData.Capabilities.V1.ReadRestrictions]",
        ],
    );
    let put = r#"<PropertyValue Property="UpdateMethod" EnumMember="Org.OData.Capabilities.V1.HttpMethod/PUT" />"#;
    let by_put = capability("Update", "Updatable", r#"Bool="true""#)
        .replace("</Record>", &format!("{put}</Record>"));
    let changes = between(
        PERSON,
        &person(&by_put),
        &person(&by_put.replace("true", "false")),
    );
    assert_changes(
        &changes,
        &[
            "major demo.person: request-removed [update]",
            "patch demo.person: annotation-changed [Org.OData.Capabilities.V1.UpdateRestrictions]",
        ],
    );
}

#[test]
fn options_of_requests_are_named_one_by_one() {
    let search = capability("Search", "Searchable", r#"Bool="false""#);
    let expand = capability("Expand", "Expandable", r#"Bool="false""#);
    let changes = between(PERSON, &person(&search), &person(&expand));
    assert_changes(
        &changes,
        &[
            "minor /desk: request-refused [expand]",
            "minor /people: request-refused [expand]",
            "minor demo.book/author: request-refused [expand]",
            "minor /people: request-allowed [search]",
            "patch Collection(demo.person): query-options-changed [$expand]",
            "patch Collection(demo.person): query-options-changed [$search]",
            "patch demo.person: annotation-changed [Org.OData.Capabilities.V1.ExpandRestrictions]",
            "patch demo.person: annotation-changed [Org.OData.Capabilities.V1.SearchRestrictions]",
        ],
    );
}

#[test]
fn refusals_at_a_place_are_named_there() {
    let refused = capability("Delete", "Deletable", r#"Bool="false""#);
    let (plain, refusing) = (author("demo.person", ""), author("demo.person", &refused));
    assert_changes(
        &between(AUTHOR, &plain, &refusing),
        &[
            "minor demo.book/author: request-refused [delete]",
            "patch demo.book/author: annotation-changed [Org.OData.Capabilities.V1.DeleteRestrictions]",
        ],
    );
    let one = author("demo.person", &permission(&["Read.All"]));
    let two = author("demo.person", &permission(&["Read.All", "Read.Some"]));
    assert_changes(
        &between(AUTHOR, &one, &two),
        &[
            "minor demo.book/author: permissions-changed [read: Application Read.All]",
            "minor demo.book/author: permissions-changed [read: Application Read.All or Read.Some]",
            "patch demo.book/author: annotation-changed [Org.OData.Capabilities.V1.ReadRestrictions]",
        ],
    );
    assert_changes(
        &between(AUTHOR, &plain, &one),
        &[
            "minor demo.book/author: permissions-changed [read: Application Read.All]",
            "patch demo.book/author: annotation-changed [Org.OData.Capabilities.V1.ReadRestrictions]",
        ],
    );
}

#[test]
fn refusals_go_with_the_navigation_property() {
    let refused = capability("Delete", "Deletable", r#"Bool="false""#);
    let said = format!("{refused}{}", permission(&["Read.All"]));
    let (before, after) = (author("demo.person", &said), author("demo.copy", ""));
    assert_changes(
        &between(AUTHOR, &before, ""),
        &["major demo.book/author: navigation-removed"],
    );
    assert_changes(
        &between(AUTHOR, "", &before),
        &["minor demo.book/author: navigation-added"],
    );
    assert_changes(
        &between(AUTHOR, &before, &after),
        &[
            "major demo.book/author: navigation-type-changed [demo.person → demo.copy]",
            "patch demo.book/author: annotation-changed [Org.OData.Capabilities.V1.DeleteRestrictions]",
            "patch demo.book/author: annotation-changed [Org.OData.Capabilities.V1.ReadRestrictions]",
        ],
    );
    let several = author("Collection(demo.person)", "");
    assert_changes(
        &between(AUTHOR, AUTHOR, &several),
        &[
            "major demo.book/author: navigation-type-changed [demo.person → Collection(demo.person)]",
        ],
    );
}

#[test]
fn the_type_of_a_key_is_that_of_its_property() {
    let code = r#"<Property Name="code" Type="Edm.String""#;
    let changes = between(code, code, r#"<Property Name="code" Type="Edm.Guid""#);
    assert_changes(
        &changes,
        &["major demo.person/code: property-type-changed [Edm.String → Edm.Guid]"],
    );
}

#[test]
fn read_only_streams_are_no_longer_uploaded() {
    let cover = r#"<Property Name="cover" Type="Edm.Stream" />"#;
    let computed = r#"<Property Name="cover" Type="Edm.Stream"><Annotation Term="Org.OData.Core.V1.Computed" /></Property>"#;
    assert_changes(
        &between(cover, cover, computed),
        &[
            "major demo.atlas/cover: request-removed [upload]",
            "major demo.book/cover: request-removed [upload]",
            "major demo.bound/cover: request-removed [upload]",
            "major demo.item/cover: request-removed [upload]",
            "major demo.volume/cover: request-removed [upload]",
            "minor demo.item/cover: read-only-changed [writable → read-only]",
            "patch demo.item/cover: annotation-changed [Org.OData.Core.V1.Computed]",
        ],
    );
    assert_changes(
        &between(cover, computed, cover),
        &[
            "minor demo.item/cover: read-only-changed [read-only → writable]",
            "patch demo.item/cover: annotation-changed [Org.OData.Core.V1.Computed]",
        ],
    );
}

#[test]
fn module_takes_builders_calls_and_groups_along() {
    let copies = r#"<NavigationProperty Name="copies" Type="Collection(demo.copy)" ContainsTarget="true" />"#;
    assert_changes(
        &between(copies, copies, ""),
        &[
            "major demo.book/copies: navigation-removed",
            "major demo.copy: builder-removed",
            "major demo.copy: declaration-removed",
        ],
    );
    assert_changes(
        &between(copies, "", copies),
        &[
            "minor demo.book/copies: navigation-added",
            "minor demo.copy: builder-added",
            "minor demo.copy: declaration-added",
        ],
    );
}

#[test]
fn the_builders_of_a_type_have_its_new_name() {
    let config = CONFIG.split("[[operation-groups]]").next().unwrap();
    let (old, new) = (
        Client::of(config, BASE),
        Client::of(
            config,
            &BASE
                .replace("demo.copy", "demo.specimen")
                .replace("Name=\"copy\"", "Name=\"specimen\""),
        ),
    );
    assert_changes(
        &lines(&old.diff(&new)),
        &["major demo.specimen: type-renamed [copy → specimen]"],
    );
}

#[test]
fn functions_come_and_go_in_their_group() {
    let torn = r#"<Function Name="pagesTorn" IsBound="true">"#;
    let explicit = format!("{torn}{EXPLICIT}");
    assert_changes(
        &between(torn, torn, &explicit),
        &[
            "major demo.copy/pagesTorn: call-removed [demo.copy]",
            "major demo.copy/pagesTorn: group-member-removed [`Pages`]",
            "major demo.copy/pagesTorn: declaration-removed",
            "patch demo.copy/pagesTorn: annotation-changed [Org.OData.Core.V1.RequiresExplicitBinding]",
        ],
    );
    assert_changes(
        &between(torn, &explicit, torn),
        &[
            "minor demo.copy/pagesTorn: call-added [demo.copy]",
            "minor demo.copy/pagesTorn: group-member-added [`Pages`]",
            "minor demo.copy/pagesTorn: declaration-added",
            "patch demo.copy/pagesTorn: annotation-changed [Org.OData.Core.V1.RequiresExplicitBinding]",
        ],
    );
}

#[test]
fn calls_are_reported_at_their_operation() {
    let search = r#"<Function Name="search" IsBound="true">"#;
    let explicit = format!("{search}{EXPLICIT}");
    assert_changes(
        &between(search, search, &explicit),
        &[
            "major Collection(demo.item)/search: call-removed [Collection(demo.atlas)]",
            "major Collection(demo.item)/search: call-removed [Collection(demo.book)]",
            "major Collection(demo.item)/search: call-removed [Collection(demo.bound)]",
            "major Collection(demo.item)/search: call-removed [Collection(demo.item)]",
            "major Collection(demo.item)/search: call-removed [Collection(demo.volume)]",
            "major Collection(demo.item)/search: declaration-removed",
            "patch Collection(demo.item)/search: annotation-changed [Org.OData.Core.V1.RequiresExplicitBinding]",
        ],
    );
}

/// A function from whose result paths go on, or not.
fn favourite(result: &str, composable: &str) -> String {
    format!(
        r#"<Function Name="favourite" IsBound="true" {composable}><Parameter Name="person" Type="demo.person" />
        <ReturnType Type="{result}" />"#
    )
}

#[test]
fn paths_from_a_function_are_told_by_its_result() {
    let favourite_in_base = "<Function Name=\"favourite\" IsBound=\"true\">
        <Parameter Name=\"person\" Type=\"demo.person\" />
        <ReturnType Type=\"demo.book\" />";
    let on = r#"IsComposable="true""#;
    let composable = favourite("demo.book", on);
    for (old, new, expected) in [
        (
            &composable,
            &favourite("demo.book", ""),
            &[
                "major demo.person/favourite: composability-removed",
                "patch demo.person/favourite: operation-detail-changed",
            ][..],
        ),
        (
            &favourite("demo.book", ""),
            &composable,
            &[
                "minor demo.person/favourite: composability-added",
                "patch demo.person/favourite: operation-detail-changed",
            ],
        ),
        (
            &composable,
            &favourite("demo.person", on),
            &["major demo.person/favourite: return-type-changed [demo.book → demo.person]"],
        ),
        (
            &composable,
            &favourite("Edm.String", on),
            &["major demo.person/favourite: return-type-changed [demo.book → Edm.String]"],
        ),
        (
            &composable,
            &composable.replace("true\">", &format!("true\">{EXPLICIT}")),
            &[
                "major demo.person/favourite: call-removed [demo.person]",
                "major demo.person/favourite: declaration-removed",
                "patch demo.person/favourite: annotation-changed [Org.OData.Core.V1.RequiresExplicitBinding]",
            ],
        ),
        (
            &composable,
            &String::new(),
            &[
                "major demo.person/favourite: operation-removed",
                "patch demo.unused: nothing-emitted [operation added: () → demo.book]",
            ],
        ),
    ] {
        let new = match new.as_str() {
            "" => "<Function Name=\"unused\"><ReturnType Type=\"demo.book\" />",
            new => new,
        };
        assert_changes(&between(favourite_in_base, old, new), expected);
    }
}
