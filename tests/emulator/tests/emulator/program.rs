//! The emulator as a program.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A program that is ended with the test.
struct Running {
    child: Child,
    endpoint: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut line).unwrap();
        let endpoint = line.trim_end().to_owned();
        Self { child, endpoint }
    }

    async fn get(&self, path: &str) -> Value {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.get(format!("{}{path}", self.endpoint));
        let text = request.bearer_auth("t").send().await.unwrap().text().await;
        serde_json::from_str(&text.unwrap()).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-emulator"));
    command.args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

/// A file that goes with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, content: &str) -> Self {
        let name = format!("{}-{name}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn bundled_metadata_is_served() {
    let running = Running::start(&[]);
    assert!(running.endpoint.starts_with("http://127.0.0.1:"));
    assert!(running.endpoint.ends_with("/beta"));
    let document = running.get("").await;
    assert_eq!(document["value"][0]["name"], "reports");
}

#[tokio::test]
async fn metadata_and_data_are_read_from_files() {
    let csdl = File::new("directory.csdl", include_str!("../directory.csdl"));
    // Groups refer to users, so users come first although their name comes later.
    let seed = r#"{
        "users": [{"id": "a", "displayName": "Adele"}, {"id": "b"}],
        "groups": [{"id": "g", "members@odata.bind": ["users/a"]}],
        "me": {"displayName": "Me"}
    }"#;
    let seed = File::new("seed.json", seed);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let seed = format!("--seed={}", seed.path());
    let running = Running::start(&[
        "--metadata",
        csdl.path(),
        "--api-version",
        "v1.0",
        "--port",
        &port,
        "--page-size=1",
        &seed,
    ]);
    assert_eq!(running.endpoint, format!("http://127.0.0.1:{port}/v1.0"));
    let members = running.get("/groups/g/members").await;
    assert_eq!(members["value"][0]["displayName"], "Adele");
    assert_eq!(running.get("/me").await["displayName"], "Me");
    let page = running.get("/users").await;
    assert_eq!(page["value"].as_array().map(Vec::len), Some(1));
    assert!(page["@odata.nextLink"].is_string());
}

#[test]
fn help_names_every_option() {
    let output = output(&["--help"]);
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--metadata",
        "--annotations",
        "--api-version",
        "--port",
        "--seed",
        "--page-size",
        "--help",
        "--version",
    ] {
        assert!(help.contains(&format!("  {option} ")), "{option}");
    }
    assert!(help.lines().all(|line| line.len() <= 100));
}

#[test]
fn mistakes_are_told() {
    let csdl = File::new("mistakes.csdl", include_str!("../directory.csdl"));
    let list = File::new("list.json", "[1]");
    let wrong = File::new("wrong.json", &json!({"users": [{"age": "x"}]}).to_string());
    let torn = File::new("torn.json", "{\"users\": [");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, expected) in [
        (&["--port"][..], "--port needs a value"),
        (&["--port", "x"], "'x' is no value of --port"),
        (
            &["--port", "65536"],
            "'65536' is no value of --port: expected a number from 0 to 65535",
        ),
        (&["--port", &port], "cannot be listened on"),
        (&["--ports", "1"], "there is no option '--ports'"),
        (&["serve"], "there is no option 'serve'"),
        (&["\u{1b}[2J"], "there is no option '\\u{1b}[2J'"),
        (&["--metadata", "no/such"], "no/such cannot be read"),
        (
            &["--metadata", list.path()],
            "the metadata cannot be played",
        ),
        (&["--seed", list.path()], "a JSON object of paths"),
        (&["--seed", torn.path()], "at line 1 column 11"),
        (
            &["--metadata", csdl.path(), "--seed", wrong.path()],
            "the data for 'users' does not fit the metadata",
        ),
    ] {
        let output = output(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
}
