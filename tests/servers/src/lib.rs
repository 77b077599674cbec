//! What the tests of clients against servers share: the features that they show, and the record of what they saw.

use std::fs;
use std::io::{self, Write};
use std::net::TcpStream;
use std::path::PathBuf;

/// A server that a client is generated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// SAP CAP for Node.js, with SQLite.
    Cap,
    /// odata-v4-server, a framework for Node.js that knows references.
    ODataV4Server,
}

impl Server {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 2] = [Self::Cap, Self::ODataV4Server];

    /// As the table names it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cap => "SAP CAP",
            Self::ODataV4Server => "odata-v4-server",
        }
    }

    /// The folder of its records.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Cap => "cap",
            Self::ODataV4Server => "odata-v4-server",
        }
    }

    /// Where its service runs, as `run.sh` says.
    pub fn url(self) -> String {
        match self {
            Self::Cap => said_by_script("CAP_URL"),
            Self::ODataV4Server => said_by_script("ODATA_V4_SERVER_URL"),
        }
    }

    /// The metadata document of its service, as it writes it.
    pub fn metadata(self) -> io::Result<String> {
        let url = self.url();
        let (authority, path) = url
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .expect("`run.sh` gives a URL with a path");
        let mut connection = TcpStream::connect(authority)?;
        write!(connection, "GET /{path}/$metadata HTTP/1.0\r\n\r\n")?;
        io::read_to_string(connection)
    }
}

fn said_by_script(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: start these tests with tests/servers/run.sh")
    })
}

macro_rules! features {
    ($($variant:ident: $label:literal,)*) => {
        /// What a client does with a service: a row of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Feature {
            $($variant,)*
        }

        impl Feature {
            /// All of them, in the order of the table's rows.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As the table names it.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)*
                }
            }
        }
    };
}

features! {
    Select: "`$select`",
    Filter: "`$filter` with values of every type",
    FilterLambda: "`$filter` with functions, lambdas and `in`",
    FilterCount: "`$filter` with `…/$count`",
    OrderBy: "`$orderby`",
    TopAndSkip: "`$top` and `$skip`",
    CountInPage: "`$count=true` in a list",
    CountAlone: "`…/$count` alone, and of what a filter selects",
    Expand: "`$expand`, with options for what is expanded, and nested",
    Search: "`$search` for a word or a phrase",
    SearchOperators: "`$search` with `AND`, `OR` and `NOT`",
    Apply: "`$apply`: filtered, grouped and aggregated, as a type of one's own",
    Paging: "pages: as pages, as items, resumed",
    PagingBelowNavigation: "pages below a navigation property, with relative links",
    KeyInteger: "keys: integer",
    KeyText: "keys: text with spaces, quotes and signs",
    KeyEscaped: "keys: text with `/`, `?`, `#` or `%`",
    KeyGuid: "keys: GUID",
    KeyCompound: "keys: of several properties, one an association or a date",
    Create: "create",
    Values: "values of every type: sent, stored, read",
    CreateDeep: "create with what navigation properties lead to",
    CreateBelowNavigation: "create below a navigation property",
    CreateMinimal: "create and update with `Prefer: return=minimal`",
    Update: "update, null included",
    UpdateDeep: "update with what navigation properties lead to",
    Replace: "replace, which creates what is not there",
    Delete: "delete",
    Singleton: "singletons: get and update",
    ReferenceSet: "`$ref` of a single-valued navigation property: set and removed",
    ReferenceAdd: "`$ref` of a collection: added and removed",
    ReferenceRead: "`$ref`: read",
    NullNavigation: "a navigation property that leads to nothing",
    MediaUp: "media: upload, from memory and from a stream",
    MediaDown: "media: download, whole and as a stream",
    MediaMissing: "media: a stream that was never written",
    EtagConflict: "ETags: a conflict (412)",
    EtagRequired: "ETags: a precondition that is required (428)",
    EtagRead: "ETags: a conditional read (304)",
    EtagAction: "ETags: an action with a precondition (412, 428)",
    BoundAction: "bound actions",
    BoundFunction: "bound functions",
    UnboundAction: "unbound actions",
    UnboundFunction: "unbound functions",
    ListParameter: "functions with a list as a parameter",
    Int64: "Int64 beyond 2^53, sent, stored and compared",
    Decimal: "decimals of 34 digits, sent and received",
    DecimalStored: "decimals of 34 digits, stored",
    FractionsSent: "seconds with seven decimal places, sent and received",
    StructuredLists: "lists of structured values and of texts",
    AllowedValues: "enumerations of the values that a property lists, others kept",
    Localized: "localized data, by the client's language",
    Language: "the header `Accept-Language`, of the client and of a request",
    DraftActivated: "drafts: made, changed, activated",
    DraftDiscarded: "drafts: of an active entity, discarded",
    Batch: "batches in JSON and `multipart/mixed`, with every kind of request",
    BatchGroup: "batches: atomicity groups and change sets",
    BatchReference: "batches: requests about what an earlier one created",
    BatchDependency: "batches: what depends on a failure is not done",
    SendAll: "hundreds of requests in batches, as a stream",
    ErrorDetails: "errors with details and members of their own",
    NotFound: "errors: what is not there",
    Csrf: "the layer for CSRF tokens, at a service that has none",
}

/// What a test saw of a feature; it is recorded when the test has passed.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Works,
    Cannot(&'static str),
}

/// Records that the feature works. To be called at the end of a test.
pub fn works(server: Server, feature: Feature) {
    record(server, feature, Seen::Works);
}

/// Records that the server cannot do this and why, after the test has seen it refuse.
pub fn cannot(server: Server, feature: Feature, reason: &'static str) {
    record(server, feature, Seen::Cannot(reason));
}

fn record(server: Server, feature: Feature, seen: Seen) {
    let cell = match seen {
        Seen::Works => "works".to_owned(),
        Seen::Cannot(reason) => format!("the server cannot: {reason}"),
    };
    let file = record_file(server, feature);
    fs::create_dir_all(file.parent().expect("a folder")).expect("the folder of records is made");
    // Two tests of one feature would let one of them fail unseen.
    let mut new = fs::File::create_new(&file)
        .unwrap_or_else(|error| panic!("{feature:?} is recorded once: {error}"));
    new.write_all(cell.as_bytes()).expect("a record is written");
}

/// The cell that was recorded, if the feature's test passed.
pub fn recorded(server: Server, feature: Feature) -> Option<String> {
    fs::read_to_string(record_file(server, feature)).ok()
}

fn record_file(server: Server, feature: Feature) -> PathBuf {
    let folder = PathBuf::from(said_by_script("FEATURE_RECORDS"));
    folder.join(server.folder()).join(format!("{feature:?}"))
}
