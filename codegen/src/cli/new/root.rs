//! Where the service of a new client runs.

use super::NewArguments;
use crate::cli::Failed;
use crate::cli::document::url;
use csdl_codegen::config::preset;
use csdl_codegen::update::fetch::without_secrets;
use std::path::Path;
use url::Url;

/// The last segment of the address of a service's metadata.
const METADATA: &str = "$metadata";

/// Where a service runs.
pub struct Root {
    pub url: Url,
    /// Whether it is what the preset has, and nobody said so.
    pub is_usual: bool,
}

impl Root {
    /// As was said, as the address of the metadata has it, or as the preset has it.
    pub fn of(arguments: &NewArguments) -> Result<Self, Failed> {
        let found = match &arguments.root {
            Some(root) => Some(said(root)?),
            None => of_metadata(&arguments.source)?,
        };
        if let Some(url) = found {
            let is_usual = false;
            return Ok(Self { url, is_usual });
        }
        let usual = arguments.preset.as_deref().and_then(preset::usual_root);
        match usual.and_then(|root| Url::parse(&root).ok()) {
            Some(url) => Ok(Self {
                url,
                is_usual: true,
            }),
            None => Err(unknown(&arguments.source)),
        }
    }

    /// The root without a slash at its end.
    pub fn text(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// The value of `--root`, which is not shown: it may have a password.
fn said(root: &str) -> Result<Url, Failed> {
    let url = Url::parse(root).map_err(|error| {
        let advice = match error {
            url::ParseError::RelativeUrlWithoutBase => "; one begins with `https://`",
            _ => "",
        };
        Failed::because(format!("the value of --root is not a URL: {error}{advice}"))
    })?;
    match url.scheme() {
        "http" | "https" if url.as_str() == without_secrets(&url) => Ok(url),
        "http" | "https" => Err(Failed::because(
            "the value of --root has a user name, a password, a query or a fragment, which the \
             root of a service cannot have",
        )),
        _ => Err(Failed::because(
            "the value of --root begins with neither `https://` nor `http://`",
        )),
    }
}

/// Where the metadata was fetched; `None` for a file.
fn of_metadata(source: &str) -> Result<Option<Url>, Failed> {
    let Some(url) = url(source)? else {
        return Ok(None);
    };
    let address = without_secrets(&url);
    let root = address.strip_suffix(METADATA);
    match root.and_then(|root| Url::parse(root).ok()) {
        Some(root) => Ok(Some(root)),
        None => Err(Failed::because(format!(
            "`{address}` does not end in `{METADATA}`, as the address of metadata does\nin a shell, such an \
             address stands in single quotes: '{}/{METADATA}'\nif the metadata really is there, say \
             with --root where the service runs",
            address.trim_end_matches('/')
        ))),
    }
}

/// Nothing tells where the service of a file runs.
fn unknown(source: &str) -> Failed {
    let known = preset::PRESETS.iter().map(|(name, _)| *name);
    let known: Vec<_> = known
        .filter(|name| preset::usual_root(name).is_some())
        .collect();
    match Path::new(source).exists() {
        true => Failed::because(format!(
            "a file does not say where its service runs: give the address with --root, or with --preset for a \
             service that is known ({})",
            known.join(", ")
        )),
        false => Failed::because(format!(
            "there is no file `{source}`; an address begins with `https://`"
        )),
    }
}
