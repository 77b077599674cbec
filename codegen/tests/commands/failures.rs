//! What goes wrong is said, and nothing is lost.

use crate::server::{Answer, Server, answer, document};
use crate::{Outcome, Workspace};

/// Runs an update that must fail, and looks whether every file is as it was.
#[track_caller]
fn fails(workspace: &Workspace, arguments: &[&str], reason: &str) {
    let before = workspace.state();
    workspace.run(arguments).failed(reason);
    assert_eq!(workspace.state(), before);
}

#[track_caller]
fn server_fails(answer: Answer, reason: &str) {
    let workspace = Workspace::new();
    let server = Server::start(vec![answer]);
    fails(
        &workspace,
        &["update", &server.url, "--timeout", "0.2"],
        reason,
    );
}

#[test]
fn server_that_never_answers() {
    server_fails(
        Answer::Hang(Vec::new()),
        "asking for it: the server sent nothing for 0.2 seconds",
    );
}

#[test]
fn server_that_stops_in_the_document() {
    let start =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 9999\r\n\r\n<?xml"
            .to_vec();
    server_fails(
        Answer::Hang(start),
        "cut short after 5 bytes: the server sent nothing for 0.2 seconds",
    );
}

#[test]
fn server_that_sends_a_little_forever() {
    let workspace = Workspace::new();
    let start = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<?xml".to_vec();
    let server = Server::start(vec![Answer::Drip(start)]);
    fails(
        &workspace,
        &["update", &server.url, "--total-timeout", "0.3"],
        "did not arrive within 0.3 seconds",
    );
}

#[test]
fn paths_without_number_are_not_listed() {
    let workspace = Workspace::new();
    let properties = (0..30)
        .map(|i| format!(r#"<NavigationProperty Name="n{i}" Type="x.t" />"#))
        .collect::<String>();
    let document = format!(
        r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
        <Schema Namespace="x" xmlns="http://docs.oasis-open.org/odata/ns/edm">
        <EntityType Name="t"><Key><PropertyRef Name="id" /></Key>
        <Property Name="id" Type="Edm.String" Nullable="false" />{properties}</EntityType>
        <EntityContainer Name="c"><EntitySet Name="ts" EntityType="x.t" /></EntityContainer>
        </Schema></edmx:DataServices></edmx:Edmx>"#
    );
    workspace.write("wide.csdl", &document);
    let listed = workspace
        .run(&["list", "wide.csdl", "--depth", "4"])
        .succeeded();
    let start = "paths (27931)\n  /ts\n  /ts/{id}/n0\n  /ts/{id}/n0/n0\n  /ts/{id}/n0/n0/n0\n";
    assert!(listed.stdout().starts_with(start), "{}", listed.stdout());
    fails(
        &workspace,
        &["list", "wide.csdl", "--depth", "32"],
        "more than 1000000 paths of up to 32 segments; list shorter ones with a lower --depth",
    );
}

#[test]
fn server_that_cuts_the_document_short() {
    let start =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 9999\r\n\r\n<?xml"
            .to_vec();
    server_fails(
        Answer::Bytes(start),
        "the document was cut short after 5 bytes",
    );
}

#[test]
fn server_that_cuts_off_a_document_of_unknown_length() {
    let workspace = Workspace::new();
    let text = workspace.changed_document();
    let mut bytes =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n".to_vec();
    bytes.extend_from_slice(&text.as_bytes()[..text.len() / 2]);
    let server = Server::start(vec![Answer::Bytes(bytes)]);
    fails(&workspace, &["update", &server.url], "error[E0001]");
}

#[test]
fn server_that_cuts_a_compressed_document_short() {
    use std::io::Write;
    let workspace = Workspace::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(workspace.changed_document().as_bytes())
        .unwrap();
    let body = gzip.finish().unwrap();
    let headers = ["Content-Encoding: gzip", "Content-Type: application/xml"];
    let bytes = answer("200 OK", &headers, &body[..body.len() / 2]);
    let server = Server::start(vec![Answer::Bytes(bytes)]);
    fails(
        &workspace,
        &["update", &server.url],
        "the document was cut short",
    );
}

#[test]
fn server_that_sends_html() {
    let html = b"<!DOCTYPE html><html><body>Sign in</body></html>";
    let bytes = answer("200 OK", &["Content-Type: text/html"], html);
    server_fails(
        Answer::Bytes(bytes),
        "expected metadata as XML or JSON, and the server sent an HTML page",
    );
}

#[test]
fn server_that_sends_html_and_calls_it_xml() {
    let html = "  <html><body>Sign in</body></html>";
    server_fails(document(html, &[]), "the server sent an HTML page");
}

#[test]
fn server_that_sends_json_or_nothing() {
    let data = "{\"@odata.context\": \"$metadata\", \"value\": []}";
    server_fails(document(data, &[]), "the server sent data;");
    let other = "{\"value\": []}";
    server_fails(
        document(other, &[]),
        "the server sent JSON that is not CSDL;",
    );
    server_fails(document("[]", &[]), "the server sent a list in JSON;");
    server_fails(document("", &[]), "the server sent nothing");
}

#[test]
fn server_that_sends_an_error_with_200() {
    let error = r#"{"error": {"code": "1", "message": "Sign in\u001b[2J first"}}"#;
    server_fails(
        document(error, &[]),
        r"and the server sent an error: Sign in\u{1b}[2J first;",
    );
}

#[test]
fn server_that_refuses() {
    let refusals = [
        (
            "404 Not Found",
            "is the service's root in client.toml right?",
        ),
        ("503 Service Unavailable", "try again later"),
        ("403 Forbidden", "a proxy is in the way"),
        ("204 No Content", "the server answered 204"),
        ("304 Not Modified", "the server answered 304"),
    ];
    for (status, reason) in refusals {
        server_fails(Answer::Bytes(answer(status, &[], b"")), reason);
    }
}

#[test]
fn server_that_sends_metadata_of_an_older_odata() {
    let v3 = r#"<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
        <edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" />
      </edmx:Edmx>"#;
    let v2 = v3.replace("\"3.0\"", "\"2.0\"");
    server_fails(document(v3, &[]), "error[E0003]");
    server_fails(document(&v2, &[]), "error[E0003]");
}

#[test]
fn server_that_is_not_there() {
    let workspace = Workspace::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    fails(
        &workspace,
        &["update", &format!("http://127.0.0.1:{port}/")],
        "asking for it",
    );
}

#[test]
fn server_that_redirects_in_circles_or_off_https() {
    let away = answer(
        "302 Found",
        &["Location: http://example.com/$metadata"],
        b"",
    );
    server_fails(Answer::Bytes(away), "a redirect away from https");
    let workspace = Workspace::new();
    let circle = || Answer::Bytes(answer("302 Found", &["Location: /again"], b""));
    let server = Server::start((0..10).map(|_| circle()).collect());
    fails(&workspace, &["update", &server.url], "too many redirects");
}

#[test]
fn address_without_tls() {
    let workspace = Workspace::new();
    fails(
        &workspace,
        &["update", "http://example.com/$metadata"],
        "only https is fetched",
    );
    fails(
        &workspace,
        &["update", "http://localhost.example.com/"],
        "only https is fetched",
    );
}

#[test]
fn document_without_what_the_client_needs() {
    let workspace = Workspace::new();
    let text = workspace.edited_slice(
        "NavigationProperty Name=\"serviceActivity\"",
        "NavigationProperty Name=\"other\"",
    );
    workspace.write("full.csdl", &text);
    fails(
        &workspace,
        &["update", "full.csdl"],
        "the service removed paths of the client: /reports/serviceActivity",
    );
    fails(
        &workspace,
        &["update", "missing.csdl"],
        "cannot read `missing.csdl`",
    );
}

#[test]
fn command_line_that_is_wrong() {
    let workspace = Workspace::new();
    for arguments in [
        &["update", "--timeout", "0"][..],
        &["update", "--timeout", "x"],
        &["update", "--total-timeout", "-1"],
        &["list", "full.csdl", "--depth", "33"],
        &["diff", "one"],
    ] {
        assert_eq!(
            workspace.run(arguments).0.status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
}

/// A limit on the size of files stands for the disk that is full: writing fails, all else works.
#[cfg(unix)]
#[test]
fn disk_that_is_full() {
    let workspace = Workspace::new();
    workspace.write("full.csdl", &workspace.changed_document());
    let before = workspace.state();
    let mut shell = std::process::Command::new("sh");
    // The signal is ignored so that writing fails instead of ending the process.
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
    shell
        .arg(env!("CARGO_BIN_EXE_csdl-codegen"))
        .args(["update", "full.csdl"]);
    let output = shell.current_dir(workspace.folder.path()).output().unwrap();
    Outcome(output).failed("nothing was written");
    assert_eq!(workspace.state(), before);
}

/// Nobody's permissions keep root from anything, so root runs the command as somebody else.
#[cfg(unix)]
#[test]
fn folder_that_is_read_only() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    for folder in ["metadata", "generated/src", "generated/src/models"] {
        let workspace = Workspace::new();
        workspace.write("full.csdl", &workspace.changed_document());
        let before = workspace.state();
        let is_root = std::fs::metadata(workspace.path("metadata")).unwrap().uid() == 0;
        let mut folders = vec![workspace.folder.path().to_owned()];
        crate::visit(workspace.folder.path(), &mut |file| {
            folders.extend(file.parent().map(std::path::Path::to_owned));
        });
        let permit = |path: &std::path::Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        folders.iter().for_each(|path| permit(path, 0o777));
        permit(&workspace.path(folder), 0o555);
        let binary = workspace.path("csdl-codegen");
        // Another process copies it: what tests beside this one start while this process writes the
        // file would hold it open for writing, and a file that is written to cannot be run.
        let copied = std::process::Command::new("cp")
            .args([
                env!("CARGO_BIN_EXE_csdl-codegen").as_ref(),
                binary.as_path(),
            ])
            .status();
        assert!(copied.unwrap().success());
        let mut command = std::process::Command::new(&binary);
        command
            .args(["update", "full.csdl"])
            .current_dir(workspace.folder.path());
        if is_root {
            use std::os::unix::process::CommandExt;
            command.uid(65534);
        }
        let outcome = Outcome(command.output().unwrap());
        outcome
            .failed("Permission denied")
            .failed("nothing was written");
        std::fs::remove_file(binary).unwrap();
        permit(&workspace.path(folder), 0o755);
        assert_eq!(workspace.state(), before, "{folder}");
    }
}

#[test]
fn a_folder_without_a_configuration_says_where_to_go() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("empty")).unwrap();
    let mut command = workspace.command(&["check"]);
    let output = command
        .current_dir(workspace.path("empty"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("cannot read `metadata/client.toml`"),
        "{said}"
    );
    assert!(
        said.contains("make a package with `csdl-codegen new`"),
        "{said}"
    );
}

#[test]
fn what_no_path_needs_is_reported_if_all_is_checked() {
    let workspace = Workspace::new();
    let document = workspace.read("metadata/beta.csdl");
    let unused =
        "<ComplexType Name=\"unused\"><Property Name=\"a\" Type=\"graph.none\" /></ComplexType>";
    let end = document.find("</Schema>").expect("a schema");
    let (schema, rest) = document.split_at(end);
    workspace.write("metadata/beta.csdl", &format!("{schema}{unused}{rest}"));
    let checked = workspace.run(&["check", "--strict"]).succeeded();
    assert_eq!(checked.stderr(), "");
    let whole = workspace.run(&["check", "--whole"]).succeeded();
    let said = "the type `graph.none` is not declared";
    assert_eq!(
        whole.stderr().matches(said).count(),
        1,
        "{}",
        whole.stderr()
    );
    workspace
        .run(&["check", "--whole", "--strict"])
        .failed(said);
}
