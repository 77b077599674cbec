//! `cargo codegen new`: the package of a new client.

mod root;
mod runtime;

use super::document::{Document, FetchArguments, Fetching, beyond_lines, cost_lines};
use super::generate::nothing_to_call;
use super::{Context, Failed, print};
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use csdl_codegen::config::preset::{self, Match};
use csdl_codegen::config::{LoadedConfig, package_name_problem};
use csdl_codegen::csdl::Limits;
use csdl_codegen::edm::Model;
use csdl_codegen::update::fetch::is_loopback;
use csdl_codegen::update::provenance::record;
use csdl_codegen::update::{ExtraFile, Plan, apply};
use root::Root;
use std::io;
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, Item, value};

/// In place of a preset's name.
pub(super) const NO_PRESET: &str = "none";

pub(super) fn presets() -> PossibleValuesParser {
    let names = preset::PRESETS.iter().map(|(name, _)| *name);
    names.chain([NO_PRESET]).collect::<Vec<_>>().into()
}

#[derive(Debug, clap::Args)]
pub struct NewArguments {
    /// The package's folder; it may exist, but has no package in it
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The service's metadata, or where to fetch it
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// What the client serves, such as `/orders/{id}/items`; may be given several times [default: everything]
    #[arg(long = "path", value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    paths: Vec<String>,
    /// Where the service runs [default: where its `$metadata` was fetched, or what the preset says]
    #[arg(long, value_name = "URL")]
    root: Option<String>,
    /// Take what is known of a service beyond its metadata [default: as the service's host tells]
    #[arg(long, value_name = "NAME", value_parser = presets())]
    preset: Option<String>,
    /// The package's name [default: that of the folder]
    #[arg(long)]
    name: Option<String>,
    /// Take the crate `odata-runtime` from this folder, not from crates.io
    #[arg(long, value_name = "FOLDER")]
    runtime: Option<PathBuf>,
    #[command(flatten)]
    fetching: FetchArguments,
}

impl NewArguments {
    /// Those of a package that serves some paths.
    pub fn of_paths(
        folder: PathBuf,
        source: String,
        paths: Vec<String>,
        root: Option<String>,
        preset: Option<String>,
        runtime: Option<PathBuf>,
        fetching: FetchArguments,
    ) -> Self {
        Self {
            folder,
            source,
            paths,
            root,
            preset,
            name: None,
            runtime,
            fetching,
        }
    }
}

/// Makes the package; nothing is written unless everything succeeded.
pub fn run(arguments: &NewArguments, context: &mut Context) -> Result<(), Failed> {
    let folder = &arguments.folder;
    nothing_in_the_way(folder)?;
    let package = Package::new(arguments)?;
    let config_path = folder.join("metadata").join("client.toml");
    let mut text = package.config();
    let config = parsed(&config_path, &text, context)?;
    let fetching = Fetching {
        arguments: arguments.fetching.clone(),
        etag: None,
        limits: &Limits::default(),
    };
    let document = Document::read(&arguments.source, fetching, context)?.ok_or(Failed)?;
    // The file is not there yet: paths were said on the command line.
    let mut config = config.without_places();
    let document = document.add(context)?;
    let said = context.diagnostics.clone();
    let mut planned = document.plan(&config, context)?;
    if let Some(namespace) = root_namespace(&config, &planned.made.whole) {
        text = with_root_namespace(&text, &namespace);
        config = parsed(&config_path, &text, context)?.without_places();
        context.diagnostics = said;
        planned = document.plan(&config, context)?;
    }
    let made = &planned.made;
    let text = record(&text, &planned.provenance).map_err(Failed::because)?;
    write(folder, &config, &text, made, &package).map_err(Failed::because)?;
    let (files, lines) = (made.generated.files.len(), made.generated.summary.lines);
    print(&format!(
        "{read}\
         {costs}{beyond}\
         wrote {folder} ({files} files, {lines} lines)\n\
         {note}{usual}{cloud}{http}\
         next  `cargo doc --open` in {folder}; its metadata/client.toml says what can be chosen\n",
        read = planned.lines,
        costs = match arguments.paths.len() {
            0 | 1 => String::new(),
            _ => cost_lines(made, &config),
        },
        beyond = beyond_lines(made, &config),
        note = nothing_to_call(&made.generated),
        usual = package.usual_note(),
        cloud = package.cloud_note(),
        http = package.http_note(),
        folder = folder.display(),
    ))
}

fn parsed(path: &Path, text: &str, context: &mut Context) -> Result<LoadedConfig, Failed> {
    let source = context.sources.add(path, text);
    let config = LoadedConfig::parse(path, source, &context.sources);
    config.map_err(|problems| context.fail(problems))
}

/// The namespace that all types of a service have in common, so that no module needs to be named after it;
/// `None` if a preset says which it is.
fn root_namespace(config: &LoadedConfig, model: &Model) -> Option<String> {
    if !config.config.service.default_namespaces.is_empty() {
        return None;
    }
    let types = model.types.keys().map(|name| &*name.namespace);
    let operations = model.operations.iter().map(|it| &*it.name.namespace);
    let mut namespaces = types.chain(operations);
    let first: Vec<_> = namespaces.next()?.split('.').collect();
    let shared = namespaces.fold(first.len(), |shared, namespace| {
        let both = first.iter().copied().zip(namespace.split('.'));
        both.take_while(|(a, b)| a == b).count().min(shared)
    });
    (shared > 0).then(|| first[..shared].join("."))
}

/// The configuration with a choice that is to stay when another namespace comes.
fn with_root_namespace(text: &str, namespace: &str) -> String {
    let (before, after) = text.split_once("[metadata]").expect("the template has it");
    let list = Array::from_iter([namespace]);
    format!(
        "{before}[naming]\n# Types of this namespace are directly in `models`; other namespaces have modules of their \
         own.\nroot-namespaces = {list}\n\n[metadata]{after}"
    )
}

/// The files and folders of a package.
const PARTS: [&str; 3] = ["src", "metadata", "Cargo.toml"];

/// What a package has besides, unless it is there already: names and texts.
type Besides = [(&'static str, String); 2];

/// A package that is there is somebody's work.
fn nothing_in_the_way(folder: &Path) -> Result<(), Failed> {
    let there = PARTS.map(|name| folder.join(name));
    match there.iter().find(|path| path.symlink_metadata().is_ok()) {
        None => Ok(()),
        Some(path) => Err(Failed::because(format!(
            "{} is there already: `new` makes a package where there is none\nnothing was written",
            path.display()
        ))),
    }
}

/// Makes the package in a folder beside its place and moves it there. Only a folder that is there
/// already gets it in parts.
fn write(
    folder: &Path,
    config: &LoadedConfig,
    config_text: &str,
    made: &Plan,
    package: &Package,
) -> io::Result<()> {
    let is_there = folder.is_dir();
    let home = match (is_there, folder.parent()) {
        (true, _) => folder,
        (false, Some(parent)) if parent != Path::new("") => parent,
        (false, _) => Path::new("."),
    };
    std::fs::create_dir_all(home)?;
    let staging = public(tempfile::Builder::new().prefix(".csdl-codegen-")).tempdir_in(home)?;
    let mut staged = config.clone();
    staged.folder = staging.path().join("metadata");
    std::fs::create_dir(&staged.folder)?;
    let config_path = staged.folder.join("client.toml");
    let manifest = ExtraFile {
        path: staging.path().join("Cargo.toml"),
        text: package.manifest(),
    };
    apply(
        &staged,
        &config_path,
        Some(config_text),
        made,
        Some(&manifest),
    )?;
    let mut parts = PARTS.to_vec();
    for (name, text) in package.besides() {
        if folder.join(name).symlink_metadata().is_err() {
            std::fs::write(staging.path().join(name), text)?;
            parts.push(name);
        }
    }
    if !is_there {
        return std::fs::rename(staging.keep(), folder);
    }
    let mut parts = parts.iter();
    parts.try_for_each(|part| std::fs::rename(staging.path().join(part), folder.join(part)))
}

/// Temporary folders are private by default; packages are not.
fn public<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o777));
    }
    builder
}

/// What is to be made.
struct Package {
    name: String,
    root: Root,
    paths: Vec<String>,
    /// The folder of the runtime, as the manifest has it.
    runtime: Option<String>,
    preset: Option<Match>,
    /// Whether the metadata is a file, and not fetched.
    is_file: bool,
}

impl Package {
    fn new(arguments: &NewArguments) -> Result<Self, Failed> {
        let paths = match arguments.paths.is_empty() {
            true => vec!["/".to_owned()],
            false => arguments.paths.clone(),
        };
        let name = name(arguments)?;
        let root = Root::of(arguments)?;
        let preset = match arguments.preset.as_deref() {
            Some(NO_PRESET) => None,
            Some(name) => preset::named(name, root.text()),
            None => preset::at(root.text()),
        };
        let runtime = arguments.runtime.as_deref();
        let runtime = runtime.map(|runtime| runtime::folder(runtime, &arguments.folder));
        Ok(Self {
            name,
            root,
            paths,
            runtime: runtime.transpose()?,
            preset,
            is_file: !arguments.source.contains("://"),
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
            runtime["path"] = value(folder);
            if let Some(table) = runtime.as_inline_table_mut() {
                table.fmt();
            }
        }
        manifest.to_string()
    }

    /// How the package is worked on, and what is not checked in.
    fn besides(&self) -> Besides {
        let readme = include_str!("README.md").replace("{name}", &self.name);
        let readme = readme.replace("{title}", &self.title());
        let update = match self.is_file {
            true => " FILE    # takes the metadata from a newer file",
            false => "         # fetches the metadata again",
        };
        let readme = readme.replace("{update}", update);
        [
            ("README.md", readme),
            (".gitignore", "/target\n".to_owned()),
        ]
    }

    fn config(&self) -> String {
        let mut config = template(include_str!("client.toml"));
        let client = &mut config["client"];
        client["name"] = value(&self.name);
        client["title"] = value(self.title());
        config["metadata"]["paths"] = value(Array::from_iter(&self.paths));
        self.service(&mut config["service"]);
        config.to_string()
    }

    /// What the client calls: a service that a preset knows, or any.
    fn service(&self, service: &mut Item) {
        let service = service.as_table_mut().expect("a table");
        if let Some(known) = &self.preset {
            service["preset"] = value(known.preset);
            if known.service.is_some() {
                service.remove("name");
            }
            if let Some(cloud) = &known.cloud {
                service["version"] = value(&cloud.version);
                service.remove("clouds");
                return;
            }
        }
        let host = self.root.host();
        if service.contains_key("name") {
            service["name"] = value(host);
        }
        let cloud = &mut service["clouds"][0];
        cloud["description"] = value(format!("The service at {host}."));
        cloud["root"] = value(self.root.text());
    }

    /// That it was the preset which said where the service runs.
    fn usual_note(&self) -> String {
        match self.root.is_usual {
            true => format!(
                "note  the service is taken to run at {}; if the metadata is of another version or cloud, \
                 say so with `--root`\n",
                self.root.text()
            ),
            false => String::new(),
        }
    }

    /// Clients of a preset use its first cloud if they choose none.
    fn cloud_note(&self) -> String {
        let cloud = self.preset.as_ref().and_then(|known| known.cloud.as_ref());
        match cloud.filter(|cloud| !cloud.is_default) {
            Some(cloud) => format!(
                "note  the service at {} is `.cloud(Cloud::{})` of `Client::builder()`\n",
                self.root.text(),
                cloud.name
            ),
            None => String::new(),
        }
    }

    /// What has to be done about a service without https: by default, `build` fails.
    fn http_note(&self) -> &'static str {
        match self.root.url.scheme() == "http" && !is_loopback(&self.root.url) {
            true => {
                "note  the service root is http, which everybody on the way can read and change: the client \
                 needs `Client::builder().allow_http()`, and for a credential also \
                 `allow_http_with_credentials()`\n"
            }
            false => "",
        }
    }

    fn title(&self) -> String {
        let known = self.preset.as_ref().and_then(|it| it.service.as_deref());
        let service = known.unwrap_or(self.root.host());
        format!("Typed client of {service}.")
    }
}

/// The package's name, as was said or as the folder has it.
fn name(arguments: &NewArguments) -> Result<String, Failed> {
    let folder = std::path::absolute(&arguments.folder).map_err(Failed::because)?;
    let of_folder = || Some(folder.file_name()?.to_string_lossy().into_owned());
    let name = arguments.name.clone().or_else(of_folder);
    let name = name.unwrap_or_default();
    let Some(problem) = package_name_problem(&name) else {
        return Ok(name);
    };
    let advice = match arguments.name {
        Some(_) => "",
        None => "\nthe name is that of the folder unless `--name` says another",
    };
    Err(Failed::because(format!(
        "a package cannot be called `{name}`: {problem}{advice}"
    )))
}

/// A file whose values are to be filled in.
fn template(text: &str) -> DocumentMut {
    text.parse().expect("the template is TOML")
}
