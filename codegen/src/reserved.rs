//! Names that mean something already, where the names of a client are made. Each list says what it
//! protects.

/// Words that cannot be identifiers, raw or not: the parser refuses them.
pub(crate) const NEVER_RAW: &[&str] = &["_", "crate", "self", "Self", "super"];

/// Keywords of all editions, those for later included: identifiers are raw if they are one.
pub(crate) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// The crates that emitted code refers to by these names: a module or package of such a name would
/// hide the crate.
pub(crate) const CRATES: &[&str] = &[
    "alloc",
    "chrono",
    "core",
    "futures_core",
    "odata_runtime",
    "proc_macro",
    "serde",
    "serde_json",
    "std",
    "test",
];

/// Files that mean something to Cargo or to rustc, and the crates that emitted modules import from.
/// Files are not called like [`DEVICES`] either.
pub(crate) const FILES: &[&str] = &[
    "alloc",
    "chrono",
    "core",
    "lib",
    "main",
    "mod",
    "odata_runtime",
    "serde",
    "serde_json",
    "std",
];

/// Devices of Windows, which no file or folder can be called after.
pub(crate) const DEVICES: &[&str] = &[
    "aux", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con",
    "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Folders that Cargo makes where it builds: it warns of packages that are called like them.
pub(crate) const BUILD_FOLDERS: &[&str] = &["build", "deps", "examples", "incremental"];

/// The modules of the crate's root that are emitted: one that is kept by hand cannot be called so.
pub(crate) const ROOT_MODULES: &[&str] = &["client", "models", "permissions", "requests"];

/// Associated items of `Cloud`, which its variants would be confused with.
pub(crate) const CLOUD_ITEMS: &[&str] = &["ALL"];

/// The field of every struct that holds what the metadata does not declare.
pub const ADDITIONAL_PROPERTIES: &str = "additional_properties";

/// Methods of every request builder, and of the traits that it implements.
pub(crate) const BUILDER_METHODS: &[&str] =
    &["clone", "fmt", "from", "get_optional", "into", "resource"];

/// Methods of the client, and of the traits that it implements.
pub(crate) const CLIENT_METHODS: &[&str] = &[
    "batch",
    "builder",
    "clone",
    "credential_source",
    "fmt",
    "from",
    "from_env",
    "into",
    "poller",
    "respond_async",
    "send_all",
    "untyped",
];

/// Methods of a call, those of the runtime's `ConfigureRequest`, and the argument of its constructor:
/// a parameter's setter or argument would hide them.
pub(crate) const CALL_METHODS: &[&str] = &[
    "attempt_timeout",
    "clone",
    "client_request_id",
    "fmt",
    "header",
    "if_match",
    "into",
    "into_future",
    "into_list",
    "new",
    "open",
    "options_mut",
    "pages",
    "query_option",
    "request",
    "request_builder",
    "required_permissions",
    "resource",
    "retry",
    "send",
    "stream",
    "timeout",
    "to_http",
    "url",
];

/// Variables and functions of the programs that documentation shows.
pub(crate) const EXAMPLE_NAMES: &[&str] =
    &["answer", "client", "content", "example", "items", "url"];

/// The feature that turns on everything.
pub(crate) const FULL_FEATURE: &str = "full";

/// Features that no entry point can have, as names in Rust: that one, the one that Cargo turns on by itself, and
/// those of new packages.
pub(crate) const FEATURES: &[&str] = &[
    FULL_FEATURE,
    "azure_identity",
    "default",
    "gzip",
    "keyring",
    "native_tls",
    "replay",
    "rustls",
    "sign_in",
    "tower",
    "tracing",
];
