//! `new`: a package where there was none, which is as if somebody had written it.

use crate::Workspace;
use crate::server::{Server, document};
use std::path::Path;
use std::process::Command;

const ROOT: &str = "https://graph.example/beta";
const PATH: &str = "/reports/serviceActivity";

/// Makes a package from the slice that is there.
fn made(folder: &str, more: &[&str]) -> Workspace {
    let workspace = Workspace::new();
    let arguments = ["new", folder, "metadata/beta.csdl", "--root", ROOT];
    workspace.run(&[&arguments, more].concat()).succeeded();
    workspace
}

#[test]
fn the_package_says_what_it_is_made_from() {
    let workspace = made("reports-client", &["--path", PATH, "--path", "/reports"]);
    let config = workspace.read("reports-client/metadata/client.toml");
    insta::with_settings!({ filters => [(r"2\d\d\d-\d\d-\d\d", "[today]")] }, {
        insta::assert_snapshot!("client", config);
    });
    insta::assert_snapshot!("package", workspace.read("reports-client/Cargo.toml"));
    insta::assert_snapshot!("readme", workspace.read("reports-client/README.md"));
    assert_eq!(workspace.read("reports-client/.gitignore"), "/target\n");
    let front = workspace.read("reports-client/src/lib.rs");
    let front: Vec<_> = front
        .lines()
        .filter(|line| line.starts_with("//!"))
        .collect();
    insta::assert_snapshot!("front_page", front.join("\n"));
}

#[test]
fn a_readme_that_is_there_stays() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("reports-client")).unwrap();
    workspace.write("reports-client/README.md", "Mine.");
    let new = [
        "new",
        "reports-client",
        "metadata/beta.csdl",
        "--root",
        ROOT,
    ];
    workspace.run(&new).succeeded();
    assert_eq!(workspace.read("reports-client/README.md"), "Mine.");
    assert_eq!(workspace.read("reports-client/.gitignore"), "/target\n");
}

#[test]
fn the_package_is_what_its_metadata_gives() {
    let workspace = made("reports-client", &["--path", PATH]);
    let before = workspace.state();
    let folder = workspace.path("reports-client");
    let run = |arguments: &[&str]| {
        let mut command = workspace.command(arguments);
        let output = command.current_dir(&folder).output().unwrap();
        crate::Outcome(output).succeeded()
    };
    run(&["check", "--strict"]);
    run(&[]);
    run(&["update", "../metadata/beta.csdl"]);
    assert_eq!(workspace.state(), before);
}

/// With its own manifest, and the runtime that is there; without a warning.
#[test]
fn the_package_compiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = root.join("runtime");
    let runtime = runtime.to_str().unwrap();
    let workspace = made(
        "reports-client",
        &["--path", "/reports/**", "--runtime", runtime],
    );
    let folder = workspace.path("reports-client");
    let manifest = workspace.read("reports-client/Cargo.toml");
    let strict = "[lints.rust]\nwarnings = \"deny\"\nmissing_docs = \"deny\"\n";
    let strict = format!("{manifest}\n{strict}");
    workspace.write("reports-client/Cargo.toml", &strict);
    std::fs::copy(root.join("../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args([
            "check",
            "--offline",
            "--no-default-features",
            "--target-dir",
        ])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn a_service_runs_where_its_metadata_is() {
    let workspace = Workspace::new();
    let slice = workspace.read("metadata/beta.csdl");
    let server = Server::start(vec![document(&slice, &["ETag: W/\"7\""])]);
    let made = workspace.run(&["new", ".", &server.url, "--name", "reports"]);
    made.failed("metadata is there already");
    workspace.run(&["new", "reports", &server.url]).succeeded();
    let config = workspace.read("reports/metadata/client.toml");
    let root = server.url.trim_end_matches("/$metadata");
    for line in [
        format!("root = \"{root}\""),
        format!("url = \"{}\"", server.url),
        "etag = 'W/\"7\"'".to_owned(),
        "paths = [\"/\"]".to_owned(),
    ] {
        assert!(config.contains(&line), "{line} is not in:\n{config}");
    }
}

#[test]
fn a_root_without_https_says_what_it_needs() {
    let note = "note  the service root is http";
    for (root, is_told) in [
        ("http://erp.example:8000/odata", true),
        ("http://127.0.0.1:8000/odata", false),
        ("https://erp.example/odata", false),
    ] {
        let workspace = Workspace::new();
        let arguments = ["new", "erp", "metadata/beta.csdl", "--root", root];
        let said = workspace.run(&arguments).succeeded().stdout();
        assert_eq!(said.contains(note), is_told, "{said}");
        assert_eq!(said.contains("`Client::builder().allow_http()`"), is_told);
    }
}

#[test]
fn an_empty_folder_may_be_there() {
    let workspace = Workspace::new();
    std::fs::create_dir_all(workspace.path("client/.git")).unwrap();
    let mut command = workspace.command(&["new", ".", "../metadata/beta.csdl", "--root", ROOT]);
    let output = command.current_dir(workspace.path("client")).output();
    crate::Outcome(output.unwrap()).succeeded();
    let manifest = workspace.read("client/Cargo.toml");
    assert!(manifest.contains("name = \"client\""), "{manifest}");
}

#[test]
fn what_cannot_be_made_leaves_nothing() {
    let workspace = Workspace::new();
    workspace.write("not.csdl", "<html></html>");
    std::fs::create_dir_all(workspace.path("taken/src")).unwrap();
    let before = workspace.state();
    let slice = "metadata/beta.csdl";
    let cases: [(&[&str], &str); 10] = [
        (&["client", slice], "give the address with --root"),
        (
            &["client", slice, "--root", "graph"],
            "the value of --root is not a URL",
        ),
        (
            &["client", slice, "--root", "ftp://graph.example"],
            "begins with neither `https://` nor `http://`",
        ),
        (
            &["client", "graph.example/v1/$metadata"],
            "no file `graph.example/v1/$metadata`; an address begins with `https://`",
        ),
        (
            &["client", "https://graph.example/v1/"],
            "in single quotes: 'https://graph.example/v1/$metadata'",
        ),
        (
            &["client", "nothing.csdl", "--root", ROOT],
            "cannot read `nothing.csdl`",
        ),
        (&["client", "not.csdl", "--root", ROOT], "error[E0002]"),
        (
            &["client", slice, "--root", ROOT, "--path", "/report"],
            "did you mean `reports`?",
        ),
        (
            &["1st", slice, "--root", ROOT],
            "cannot be called `1st`: it does not begin with an ASCII letter\nthe name is that of the folder",
        ),
        (
            &["taken", slice, "--root", ROOT],
            "taken/src is there already",
        ),
    ];
    for (arguments, reason) in cases {
        let outcome = workspace.run(&[&["new"], arguments].concat());
        let said = outcome.failed(reason).stderr();
        // Nothing stands in a file that was not written.
        assert!(!said.contains("client.toml"), "{said}");
    }
    assert!(!workspace.path("client").exists());
    assert!(!workspace.path("1st").exists());
    assert_eq!(workspace.state(), before);
}

#[test]
fn a_known_service_brings_what_is_known_of_it() {
    let made = |root: &str, more: &[&str]| {
        let workspace = Workspace::new();
        let arguments = [
            "new",
            "client",
            "metadata/beta.csdl",
            "--path",
            PATH,
            "--root",
            root,
        ];
        let said = workspace
            .run(&[&arguments, more].concat())
            .succeeded()
            .stdout();
        let config = workspace.read("client/metadata/client.toml");
        let service = config.split("[service]").nth(1).unwrap_or_default();
        let service = service
            .split("\n[metadata]")
            .next()
            .unwrap_or_default()
            .to_owned();
        let client = workspace.read("client/src/client.rs");
        (service, client, said)
    };
    let (service, client, said) = made("https://graph.microsoft.com/beta/", &[]);
    assert_eq!(service, "\npreset = \"graph\"\nversion = \"beta\"\n");
    assert!(client.contains("https://graph.microsoft.com/beta") && client.contains("China"));
    assert!(!said.contains("note"), "{said}");

    let (_, _, said) = made("https://graph.microsoft.us/v1.0", &[]);
    let note = "note  the service at https://graph.microsoft.us/v1.0 is \
                `.cloud(Cloud::UsGovernmentL4)` of `Client::builder()`\n";
    assert!(said.contains(note), "{said}");

    // Through a proxy, at a place of its own.
    let (service, client, _) = made("https://proxy.example/graph", &["--preset", "graph"]);
    assert!(service.contains("preset = \"graph\"") && !service.contains("name = \"proxy"));
    assert!(
        client.contains("without_login(\"Global\", \"https://proxy.example/graph\")"),
        "{client}"
    );

    // Made with a framework that is known: the service itself is not.
    let (service, client, _) = made("http://127.0.0.1:4004/odata/v4/a", &["--preset", "cap"]);
    assert!(service.contains("\npreset = \"cap\"\n"), "{service}");
    assert!(service.contains("\nname = \"127.0.0.1\"\n"), "{service}");
    assert!(
        service.contains("root = \"http://127.0.0.1:4004/odata/v4/a\""),
        "{service}"
    );
    assert!(client.contains(".ieee754_compatible()"), "{client}");

    for (root, more) in [
        ("https://service.example", &[][..]),
        ("https://graph.microsoft.com/beta", &["--preset", "none"]),
    ] {
        let (service, client, _) = made(root, more);
        assert!(!service.contains("preset"), "{service}");
        assert!(!client.contains("login.microsoftonline.com"), "{client}");
    }
}

#[test]
fn a_wrong_path_is_no_error_in_a_file_that_is_not_there() {
    let workspace = Workspace::new();
    let arguments = [
        "new",
        "client",
        "metadata/beta.csdl",
        "--root",
        ROOT,
        "--path",
        "/reprots",
    ];
    let outcome = workspace
        .run(&arguments)
        .failed("the path `/reprots` leads nowhere at `reprots`");
    let said = outcome.stderr();
    assert!(
        !said.contains("client.toml") && said.contains("did you mean `reports`?"),
        "{said}"
    );
}

#[test]
fn a_whole_address_is_told_which_path_it_has() {
    let workspace = Workspace::new();
    let new = ["new", "client", "metadata/beta.csdl", "--root", ROOT];
    for path in [
        "https://graph.example/beta/reports/serviceActivity",
        "GET https://graph.example/beta/reports/serviceActivity",
        "GET /reports/serviceActivity",
        "/beta/reports/serviceActivity",
        " /reports/serviceActivity",
    ] {
        let outcome = workspace.run(&[&new[..], &["--path", path]].concat());
        let said = outcome.failed("leads nowhere").stderr();
        let help = "did you mean `/reports/serviceActivity`?";
        assert!(said.contains(help), "{path}: {said}");
    }
    let outcome = workspace.run(&[&new[..], &["--path", ""]].concat());
    assert!(outcome.stderr().contains("'--path <PATH>'"));
    assert!(!workspace.path("client").exists());
}

#[test]
fn a_preset_knows_where_its_service_runs() {
    let workspace = Workspace::new();
    let new = ["new", "client", "metadata/beta.csdl", "--path", PATH];
    let graph = [&new[..], &["--preset", "graph"]].concat();
    let said = workspace.run(&graph).succeeded().stdout();
    let note = "note  the service is taken to run at https://graph.microsoft.com/v1.0; if the metadata is of \
                another version or cloud, say so with `--root`\n";
    assert!(said.contains(note), "{said}");
    let config = workspace.read("client/metadata/client.toml");
    assert!(config.contains("preset = \"graph\"\nversion = \"v1.0\"\n"));

    // A framework's preset knows no place.
    let cap = ["new", "other", "metadata/beta.csdl", "--preset", "cap"];
    workspace
        .run(&cap)
        .failed("give the address with --root, or with --preset");
}

#[test]
fn the_runtime_is_where_it_was_said() {
    let workspace = Workspace::new();
    let manifest = "[package]\nname = \"odata-runtime\"\n";
    std::fs::create_dir_all(workspace.path("repository/runtime")).unwrap();
    std::fs::create_dir_all(workspace.path("clients")).unwrap();
    workspace.write("repository/runtime/Cargo.toml", manifest);
    let absolute = workspace.path("repository/runtime");
    let absolute = absolute.to_str().unwrap();
    for (client, runtime, expected) in [
        ("client", "repository/runtime", "../repository/runtime"),
        (
            "clients/a",
            "./repository/runtime/",
            "../../repository/runtime",
        ),
        (
            "clients/b/../c",
            "clients/../repository/runtime",
            "../../repository/runtime",
        ),
        ("d", absolute, absolute),
    ] {
        let new = [
            "new",
            client,
            "metadata/beta.csdl",
            "--root",
            ROOT,
            "--runtime",
            runtime,
        ];
        workspace.run(&new).succeeded();
        let manifest = workspace.read(&format!("{client}/Cargo.toml"));
        let line = format!(
            "odata-runtime = {{ version = \"{}\", default-features = false, path = \"{expected}\" }}\n",
            env!("CARGO_PKG_VERSION")
        );
        assert!(manifest.contains(&line), "{line} is not in {manifest}");
    }
    for wrong in ["nothing", "repository", "metadata"] {
        let new = [
            "new",
            "e",
            "metadata/beta.csdl",
            "--root",
            ROOT,
            "--runtime",
            wrong,
        ];
        let outcome = workspace.run(&new);
        outcome.failed(&format!("{wrong} is not the folder of `odata-runtime`"));
    }
    assert!(!workspace.path("e").exists());
}
