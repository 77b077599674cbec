//! `cargo codegen new`: the package of a new client.

use super::document::{Document, Fetching, is_url};
use super::generate::nothing_to_call;
use super::{Context, Failed, print};
use csdl_codegen::config::LoadedConfig;
use csdl_codegen::csdl::Limits;
use csdl_codegen::update::provenance::record;
use csdl_codegen::update::{ExtraFile, Plan, apply};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml_edit::{Array, DocumentMut, value};
use url::Url;

const METADATA: &str = "$metadata";

/// How long a server may send nothing.
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug, clap::Args)]
pub struct NewArguments {
    /// The package's folder; it may exist, but has no package in it
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The service's metadata, or where to fetch it
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// What the client serves; may be given several times [default: everything]
    #[arg(long = "path", value_name = "PATH")]
    paths: Vec<String>,
    /// Where the service runs [default: where its `$metadata` was fetched]
    #[arg(long, value_name = "URL")]
    root: Option<String>,
    /// The package's name [default: that of the folder]
    #[arg(long)]
    name: Option<String>,
    /// Take the crate `odata-runtime` from this folder, not from crates.io
    #[arg(long, value_name = "FOLDER")]
    runtime: Option<PathBuf>,
}

/// Makes the package; nothing is written unless everything succeeded.
pub fn run(arguments: &NewArguments, context: &mut Context) -> Result<(), Failed> {
    let folder = &arguments.folder;
    nothing_in_the_way(folder)?;
    let package = Package::new(arguments)?;
    let config_path = folder.join("metadata").join("client.toml");
    let text = package.config();
    let source = context.sources.add(&config_path, text.as_str());
    let config = LoadedConfig::parse(&config_path, source, &context.sources);
    let config = config.map_err(|problems| context.fail(&problems))?;
    let fetching = Fetching {
        timeout: TIMEOUT,
        etag: None,
        limits: &Limits::default(),
    };
    let document = Document::read(&arguments.source, fetching, context)?.ok_or(Failed)?;
    let planned = document.plan(&config, context)?;
    let made = &planned.made;
    let text = record(&text, &planned.provenance).map_err(Failed::because)?;
    let manifest = ExtraFile {
        path: folder.join("Cargo.toml"),
        text: package.manifest(),
    };
    write(&config, &config_path, &text, made, &manifest).map_err(Failed::because)?;
    let (files, lines) = (made.generated.files.len(), made.generated.summary.lines);
    print(&format!(
        "{read}\
         wrote {folder} ({files} files, {lines} lines)\n\
         {note}\
         next  `cargo doc --open` in {folder}; its metadata/client.toml says what can be chosen\n",
        read = planned.lines,
        note = nothing_to_call(&made.generated),
        folder = folder.display(),
    ))
}

/// A package that is there is somebody's work.
fn nothing_in_the_way(folder: &Path) -> Result<(), Failed> {
    let names = ["Cargo.toml", "metadata", "src"];
    let there = names.map(|name| folder.join(name));
    match there.iter().find(|path| path.exists()) {
        None => Ok(()),
        Some(path) => Err(Failed::because(format!(
            "{} is there already: `new` makes a package where there is none\nnothing was written",
            path.display()
        ))),
    }
}

/// Writes everything at once; folders that were made for nothing are removed.
fn write(
    config: &LoadedConfig,
    config_path: &Path,
    config_text: &str,
    made: &Plan,
    manifest: &ExtraFile,
) -> io::Result<()> {
    std::fs::create_dir_all(&config.folder)?;
    let written = apply(config, config_path, config_text, made, Some(manifest));
    if written.is_err() {
        // Neither is removed if there is anything in it.
        drop(std::fs::remove_dir(&config.folder));
        drop(std::fs::remove_dir(config.output()));
    }
    written.map(drop)
}

/// What is to be made.
struct Package {
    name: String,
    root: Url,
    paths: Vec<String>,
    runtime: Option<PathBuf>,
}

impl Package {
    fn new(arguments: &NewArguments) -> Result<Self, Failed> {
        let folder = std::path::absolute(&arguments.folder).map_err(Failed::because)?;
        let of_folder = folder.file_name().unwrap_or_default().to_string_lossy();
        let paths = match arguments.paths.is_empty() {
            true => vec!["/".to_owned()],
            false => arguments.paths.clone(),
        };
        let runtime = arguments.runtime.as_ref().map(std::path::absolute);
        Ok(Self {
            name: arguments.name.clone().unwrap_or(of_folder.into_owned()),
            root: root(arguments)?,
            paths,
            runtime: runtime.transpose().map_err(Failed::because)?,
        })
    }

    fn manifest(&self) -> String {
        let mut manifest = template(include_str!("package.toml"));
        let package = &mut manifest["package"];
        package["name"] = value(&self.name);
        package["description"] = value(self.title());
        package["rust-version"] = value(env!("CARGO_PKG_RUST_VERSION"));
        let runtime = &mut manifest["dependencies"]["odata-runtime"];
        runtime["version"] = value(env!("CARGO_PKG_VERSION"));
        if let Some(folder) = &self.runtime {
            runtime["path"] = value(folder.to_string_lossy().into_owned());
        }
        manifest.to_string()
    }

    fn config(&self) -> String {
        let host = self.root.host_str().unwrap_or_default();
        let mut config = template(include_str!("client.toml"));
        let client = &mut config["client"];
        client["name"] = value(&self.name);
        client["title"] = value(self.title());
        config["service"]["name"] = value(host);
        let cloud = &mut config["service"]["clouds"][0];
        cloud["description"] = value(format!("The service at {host}."));
        cloud["root"] = value(self.root.as_str().trim_end_matches('/'));
        cloud["scope"] = value(format!(
            "{}/.default",
            self.root.origin().ascii_serialization()
        ));
        config["metadata"]["paths"] = value(Array::from_iter(&self.paths));
        config.to_string()
    }

    fn title(&self) -> String {
        format!(
            "Typed client of {}.",
            self.root.host_str().unwrap_or_default()
        )
    }
}

/// Where the service runs, as was said or as the address of its metadata says.
fn root(arguments: &NewArguments) -> Result<Url, Failed> {
    let source = &arguments.source;
    let of_source = || source.strip_suffix(METADATA).filter(|_| is_url(source));
    let Some(root) = arguments.root.as_deref().or_else(of_source) else {
        let message = format!("say with --root where the service runs: `{source}` does not tell");
        return Err(Failed::because(message));
    };
    let parsed = Url::parse(root);
    parsed.map_err(|error| Failed::because(format!("`{root}` is not a URL: {error}")))
}

/// A file whose values are to be filled in.
fn template(text: &str) -> DocumentMut {
    text.parse().expect("the template is TOML")
}
