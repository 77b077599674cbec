//! What is generated compiles, and documents itself, without a warning.

use csdl_codegen::emit::MARKER;
use std::path::Path;
use support::{ClientCrate, built, checked_in, generate, read, text_files, workspace};

fn package(name: &str) -> ClientCrate {
    ClientCrate::new(Path::new(env!("CARGO_TARGET_TMPDIR")), name)
}

/// The client that the snapshots show parts of.
#[test]
fn the_client_that_the_build_script_made() {
    let client = package("service-activity");
    for (path, text) in text_files(&built()) {
        client.write(&path, &text);
    }
    // The modules beside it that are kept by hand; the command has dependencies of its own.
    for (path, text) in text_files(&checked_in().join("src")) {
        if !text.starts_with(MARKER) && !path.starts_with("bin/") {
            client.write(&format!("src/{path}"), &text);
        }
    }
    client.check();
    client.document();
}

#[test]
fn a_client_for_a_service_that_uses_most_of_csdl() {
    let client = package("shop");
    let config = workspace().join("tests/fixtures/model/client.toml");
    client.write_sources(&generate(&config).files);
    client.check();
    client.document();
    client.check_layout();
}

/// Follows the ids in a collection, as clients of Redfish do: its items have no keys in their addresses.
const READS_SYSTEMS: &str = r###"//! Reads all systems in their newest version.
use odata_runtime::ODataType;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use systems::Client;
use systems::models::computer_system::v1_10_0::ComputerSystem;

const SYSTEMS: &str = r##"{"@odata.type": "#ComputerSystemCollection.ComputerSystemCollection",
    "Name": "Systems", "Members": [{"@odata.id": "/redfish/v1/Systems/1"}]}"##;
const SYSTEM: &str = r##"{"@odata.type": "#ComputerSystem.v1_10_0.ComputerSystem", "Id": "1",
    "HostName": "web", "Indicator": "Lit", "Boot": {"Target": "Pxe"}, "Location": "Rack 7"}"##;

/// Answers as the controller of a machine does.
fn answer(listener: &TcpListener) {
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let head: Vec<_> = lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
        let body = match head[0].split(' ').nth(1).unwrap() {
            "/redfish/v1/Systems" => SYSTEMS,
            "/redfish/v1/Systems/1" => SYSTEM,
            other => panic!("{other}"),
        };
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let root = format!("http://{}/redfish/v1", listener.local_addr()?);
    std::thread::spawn(move || answer(&listener));
    let client = Client::builder().endpoint(root).anonymous().build()?;

    let systems = client.systems().get().await?;
    for listed in systems.members.iter().flatten() {
        let id = listed.entity_id().ok_or("an id")?;
        let system = client.untyped().entity::<ComputerSystem>(id)?.await?;
        println!("{:?} {:?} {:?}", system.host_name, system.indicator, system.location);
    }
    Ok(())
}
"###;

/// Types that are declared anew in each version of a service.
#[test]
fn a_client_of_versioned_types() {
    let client = package("systems");
    let config = workspace().join("tests/fixtures/redfish/client.toml");
    client.write_sources(&generate(&config).files);
    let manifest = read(&client.folder().join("Cargo.toml"));
    let tokio = r#"tokio = { version = "1", features = ["macros", "rt"] }"#;
    client.write("Cargo.toml", &format!("{manifest}{tokio}\n"));
    client.write("src/main.rs", READS_SYSTEMS);
    let said = client.run(&[]);
    insta::assert_snapshot!(said, @r#"Some("web") Some(Lit) Some("Rack 7")"#);
}

const FILES: &str = r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="files" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <EnumType Name="level"><Member Name="high" /></EnumType>
  <EntityType Name="file">
    <Key><PropertyRef Name="id" /></Key>
    <Property Name="id" Type="Edm.String" Nullable="false" />
    <Property Name="hash" Type="Edm.Binary" />
    <Property Name="parts" Type="Collection(Edm.Binary)" />
    <Property Name="level" Type="files.level" />
  </EntityType>
  <Action Name="check" IsBound="true">
    <Parameter Name="file" Type="files.file" />
    <Parameter Name="hash" Type="Edm.Binary" Nullable="false" />
    <Parameter Name="others" Type="Collection(Edm.Binary)" />
  </Action>
  <Function Name="find" IsBound="true">
    <Parameter Name="file" Type="files.file" />
    <Parameter Name="hash" Type="Edm.Binary" Nullable="false" />
    <ReturnType Type="files.file" />
  </Function>
  <EntityContainer Name="all"><EntitySet Name="files" EntityType="files.file" /></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"#;

/// What a service does otherwise than the standard has it is said in its configuration.
#[test]
fn a_client_of_a_service_with_forms_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = read(&workspace().join("tests/library/metadata/client.toml"));
    let forms = "binary = \"base64\"\nenumeration-literals = \"quoted\"\n\
                 ieee754-compatible = true\n\
                 batch = { format = \"multipart\", limit = 7, urls = \"absolute\", references = false }\n\
                 default-namespaces";
    let config = config
        .replace("entry-point-features = true", "")
        .replace("requests = \"requests.jsonl\"", "")
        .replace("library.csdl", "files.csdl")
        .replace("[\"library\"]", "[\"files\"]")
        .replace("default-namespaces", forms);
    std::fs::write(folder.path().join("client.toml"), config).expect("a file");
    std::fs::write(folder.path().join("files.csdl"), FILES).expect("a file");
    let files = generate(&folder.path().join("client.toml")).files;
    for (path, line) in [
        ("src/models/file.rs", r#"HASH: hash = "hash" as base64 of"#),
        (
            "src/models/file.rs",
            r#"PARTS: parts = "parts" as base64 of"#,
        ),
        ("src/models/level.rs", "literals Quoted"),
        ("src/client.rs", ".ieee754_compatible()"),
        ("src/client.rs", ".format(BatchFormat::Multipart)"),
        ("src/client.rs", ".limit(7)"),
        ("src/client.rs", ".urls(BatchUrls::Absolute)"),
        ("src/client.rs", ".without_references()"),
        (
            "src/requests/file/check.rs",
            r#"LiteralValue::base64(&hash)"#,
        ),
        (
            "src/requests/file/check.rs",
            r#"LiteralValue::base64(&value)"#,
        ),
        // In a URL the form is the standard's.
        ("src/requests/file/find.rs", r#".parameter("hash", hash)"#),
    ] {
        let file = files.iter().find(|file| file.path == path);
        let text = &file.unwrap_or_else(|| panic!("no {path}")).contents;
        assert!(text.contains(line), "{line}\n{text}");
    }
    let client = package("forms");
    client.write_sources(&files);
    client.check();
}
