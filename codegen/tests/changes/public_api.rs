//! What users of the generated crate can name, one line an item.

use crate::surface::surface;
use crate::{Client, client_of, edits, line_changes};

/// A metadata change shows here as the few lines that users would notice.
#[test]
fn public_api_of_the_generated_crate() {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../metadata/client.toml");
    let lines = Client::made(config.as_ref()).surface();
    insta::assert_snapshot!("public_api", lines.join("\n"));
}

#[test]
fn surface_lists_what_can_be_named_and_nothing_else() {
    let files = [
        (
            "src/lib.rs",
            "mod client; pub mod models; mod hidden;
             pub use client::Client; pub use odata_runtime::{Error, Page as P};",
        ),
        (
            "src/client.rs",
            "pub struct Client { inner: u8 } struct Other;
             impl Client {
                 pub fn reports(&self, at: impl Into<String>) -> Vec<u8> { Vec::new() }
                 pub async fn send(self) {}
                 fn inner(&self) {}
                 pub(crate) fn new() {}
                 pub const N: &'static [u8] = &[1, 2];
             }
             impl From<u8> for Client {}
             impl Other { pub fn hidden() {} }",
        ),
        (
            "src/models.rs",
            "mod metric; pub use metric::Metric; pub enum Level { Low, Other(String) }",
        ),
        (
            "src/models/metric.rs",
            "pub struct Metric { pub value: Option<i64>, note: u8 }",
        ),
        ("src/hidden.rs", "pub struct Hidden;"),
    ];
    let files = files.map(|(path, contents)| csdl_codegen::emit::SourceFile {
        path: path.to_owned(),
        contents: contents.to_owned(),
    });
    insta::assert_snapshot!(surface(&files).join("\n"), @r"
    Client::N: &'static [u8] = &[1, 2]
    async fn Client::send(self)
    enum models::Level
    fn Client::reports(&self, at: impl Into<String>) -> Vec<u8>
    impl From<u8> for Client
    mod models
    models::Level::Low
    models::Level::Other(String)
    models::Metric.value: Option<i64>
    struct Client
    struct models::Metric
    use Error = odata_runtime::Error
    use P = odata_runtime::Page
    ");
}

#[test]
fn an_added_property_is_a_field_and_a_constant() {
    let with = edits::BASE.replace(
        "<Property Name=\"note\"",
        "<Property Name=\"unit\" Type=\"Edm.String\" /><Property Name=\"note\"",
    );
    let (old, new) = (client_of(edits::BASE), client_of(&with));
    let changes = line_changes(&old.surface(), &new.surface());
    insta::assert_snapshot!(changes, @r#"
    + models::Metric.unit: Option<String>
    + models::Metric::UNIT: Property<Self> = Property::new("unit")
    "#);
}
