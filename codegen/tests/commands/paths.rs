//! The paths of a client: finding them, adding one, and what each costs.

use crate::Workspace;

const ALERTS: &str = "    \"/reports/healthMonitoring/alerts\",\n";

/// How many lines it is changes with each detail of what is emitted.
const LINES: [(&str, &str); 1] = [(r"  +\d+ lines", "  [n] lines")];

/// The workspace after the first update, which records the paths, and the document that it came from.
fn recorded() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    workspace.run(&["update", "full.csdl"]).succeeded();
    workspace
}

fn edit_config(workspace: &Workspace, from: &str, to: &str) {
    let config = workspace.read("metadata/client.toml");
    assert!(config.contains(from), "{config}");
    workspace.write("metadata/client.toml", &config.replacen(from, to, 1));
}

#[test]
fn a_path_that_is_not_in_the_slice_needs_an_update() {
    let workspace = recorded();
    edit_config(
        &workspace,
        ALERTS,
        &format!("{ALERTS}    \"/me/sendMail\",\n"),
    );
    for arguments in [&["check"][..], &[]] {
        let outcome = workspace
            .run(arguments)
            .failed("`/me/sendMail` leads nowhere");
        let said = outcome.stderr();
        let advice = "metadata/beta.csdl holds what the paths needed when it was made; if a path is \
                      new, run `csdl-codegen update full.csdl`\n";
        assert!(said.contains(advice), "{said}");
    }
    // Elsewhere than where it was read, its name says which it was, and is no argument.
    std::fs::rename(workspace.path("full.csdl"), workspace.path("moved.csdl")).unwrap();
    let said = workspace.run(&["check"]).failed("leads nowhere").stderr();
    let advice = "run `csdl-codegen update FILE` with the whole document, as full.csdl was\n";
    assert!(said.contains(advice), "{said}");
    std::fs::rename(workspace.path("moved.csdl"), workspace.path("full.csdl")).unwrap();
    // Where the whole document lacks it, an update does not help.
    let said = workspace
        .run(&["update", "full.csdl"])
        .failed("leads nowhere");
    assert!(!said.stderr().contains("if a path is new"));
}

#[test]
fn paths_that_went_and_came_back_are_told() {
    let workspace = recorded();
    let before = workspace.texts();
    edit_config(&workspace, ALERTS, "");
    let update = ["update", "full.csdl", "--all"];
    let went = workspace.run(&update).succeeded().stdout();
    let start = went.split("wrote").next().unwrap_or_default();
    insta::with_settings!({ filters => LINES.to_vec() }, {
        insta::assert_snapshot!("a_path_went", start);
    });
    let removed = "  microsoft.graph.healthMonitoring.alert: type removed";
    assert!(went.contains(removed), "{went}");
    assert!(went.contains("Verdict: major"), "{went}");

    edit_config(&workspace, "paths = [\n", &format!("paths = [\n{ALERTS}"));
    let came = workspace.run(&update).succeeded().stdout();
    assert!(
        came.contains("path + /reports/healthMonitoring/alerts\n"),
        "{came}"
    );
    assert!(
        came.contains("  microsoft.graph.healthMonitoring.alert: type added"),
        "{came}"
    );
    // All is as it was, but for the order of the paths in the configuration.
    let mut after = workspace.texts();
    let mut before = before;
    for texts in [&mut before, &mut after] {
        texts.remove(std::path::Path::new("metadata/client.toml"));
    }
    assert_eq!(after, before);
}

#[test]
fn paths_in_another_order_are_the_same_paths() {
    let workspace = recorded();
    edit_config(&workspace, ALERTS, "");
    edit_config(&workspace, "paths = [\n", &format!("paths = [\n{ALERTS}"));
    let said = workspace.run(&["update", "full.csdl"]).succeeded().stdout();
    assert!(!said.contains("path "), "{said}");
    assert!(said.contains("nothing changed"), "{said}");
}

#[test]
fn each_path_has_its_cost() {
    let workspace = Workspace::new();
    let made = workspace.run(&[
        "new",
        "client",
        "metadata/beta.csdl",
        "--root",
        "https://graph.example/beta",
        "--path",
        "/reports/serviceActivity/getMetricsForMfaSignInFailure",
        "--path",
        "/reports/healthMonitoring/alerts/{id}",
    ]);
    let said = made.succeeded().stdout();
    let said = said.split("wrote").next().unwrap_or_default();
    insta::with_settings!({ filters => LINES.to_vec() }, {
        insta::assert_snapshot!("costs_of_paths", said);
    });
}

#[test]
fn versions_that_are_left_out_are_told() {
    let workspace = Workspace::new();
    let versions: String = (0..12)
        .map(|n| {
            format!(
                r#"<Schema Namespace="x.v1_{n}_0" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="a" BaseType="x.a"><Property Name="it" Type="x.v1_{n}_0.b"/></EntityType><ComplexType Name="b"/></Schema>"#
            )
        })
        .collect();
    let document = format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="x" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="a" Abstract="true"/>
<EntityContainer Name="c"><Singleton Name="one" Type="x.a"/></EntityContainer></Schema>{versions}</edmx:DataServices></edmx:Edmx>"#
    );
    workspace.write("full.csdl", &document);
    let note = "note  22 types left out: other versions of types, and what only they need; see \
                `derived-versions` in `[metadata]`\n";
    for path in ["/", "/one"] {
        let client = format!("client{}", path.len());
        let root = "https://x.example";
        let new = ["new", &client, "full.csdl", "--root", root, "--path", path];
        let said = workspace.run(&new).succeeded().stdout();
        assert!(said.contains("slice 3 types"), "{said}");
        assert!(said.contains(note), "{said}");
    }
    edit_config(
        &workspace,
        "paths = [",
        "derived-versions = \"latest\"\npaths = [",
    );
    let outcome = workspace.run(&["check"]);
    outcome.failed("expected `newest`, `all` or a list of namespaces such as");
}

#[test]
fn what_is_looked_for_is_found() {
    let workspace = Workspace::new();
    let found = |name| {
        let arguments = ["list", "metadata/beta.csdl", "--find", name];
        workspace.run(&arguments).succeeded().stdout()
    };
    insta::assert_snapshot!("found_operation", found("mfaSignInFailure"));
    insta::assert_snapshot!("found_derived_types", found("impactSummary"));
    let outcome = workspace.run(&["list", "metadata/beta.csdl", "--find", "sendMial"]);
    outcome.failed("nothing has `sendmial` in its name");
}

#[test]
fn warnings_are_about_what_the_client_has() {
    let workspace = Workspace::new();
    let document = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="x" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="used"/>
<EnumType Name="unused"/>
<EntityType Name="a"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/>
<Property Name="used" Type="x.used"/></EntityType>
<EntityType Name="b"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.Int32" Nullable="false"/>
<Property Name="unused" Type="x.unused"/></EntityType>
<Action Name="lost" IsBound="true"><Parameter Name="it" Type="x.nothing"/></Action>
<EntityContainer Name="c"><EntitySet Name="as" EntityType="x.a"/><EntitySet Name="bs" EntityType="x.b"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;
    workspace.write("full.csdl", document);
    let said = |arguments: &[&str]| workspace.run(arguments).stderr();
    let about = |said: &str| ["used`", "unused`", "x.nothing"].map(|name| said.contains(name));
    let new = [
        "new",
        "client",
        "full.csdl",
        "--root",
        "https://x.example",
        "--path",
        "/as",
    ];
    for arguments in [&["slice", "full.csdl", "--path", "/as"][..], &new] {
        let said = said(arguments);
        // What is not there at all may be missed.
        assert_eq!(about(&said), [true, false, true], "{arguments:?}: {said}");
        assert_eq!(said.matches("warning[").count(), 2, "each once: {said}");
    }
    assert_eq!(about(&said(&["list", "full.csdl"])), [true; 3]);
}
