//! The folder that a new client takes its runtime from.

use crate::cli::Failed;
use std::io;
use std::path::{Component, Path, PathBuf};
use toml_edit::DocumentMut;

/// The runtime's package.
const PACKAGE: &str = "odata-runtime";

/// The runtime's folder as the manifest of a package has it: relative to that package if it was said
/// relative to the current folder, so that both can be moved together.
pub fn folder(runtime: &Path, package: &Path) -> Result<String, Failed> {
    if !has_runtime(runtime) {
        return Err(Failed::because(format!(
            "{} is not the folder of `{PACKAGE}`: a Cargo.toml with this name is expected in it\n\
             in the repository of csdl-codegen, it is codegen/runtime",
            runtime.display()
        )));
    }
    let path = match runtime.is_absolute() {
        true => Ok(runtime.to_owned()),
        false => relative(runtime, package),
    };
    let path = path.map_err(Failed::because)?;
    // Cargo takes slashes everywhere; in a manifest, a backslash is only right on Windows.
    let text = path.to_string_lossy();
    Ok(match cfg!(windows) {
        true => text.replace('\\', "/"),
        false => text.into_owned(),
    })
}

fn has_runtime(folder: &Path) -> bool {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let manifest: DocumentMut = manifest.parse().unwrap_or_default();
    let package = manifest.get("package").and_then(|it| it.get("name"));
    package.and_then(|name| name.as_str()) == Some(PACKAGE)
}

/// The way from one folder to another.
fn relative(to: &Path, from: &Path) -> io::Result<PathBuf> {
    let (to, from) = (to.canonicalize()?, in_place(from)?);
    let shared = to.components().zip(from.components());
    let shared = shared.take_while(|(a, b)| a == b).count();
    if shared == 0 {
        // On another drive.
        return Ok(to);
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    Ok(up.chain(to.components().skip(shared)).collect())
}

/// A folder that need not be there, without links in what is there.
fn in_place(folder: &Path) -> io::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let there = folder.ancestors().find(|it| it.exists()).unwrap_or(&folder);
    let rest = folder.strip_prefix(there).unwrap_or(Path::new(""));
    let mut place = there.canonicalize()?;
    for part in rest.components() {
        match part {
            Component::ParentDir => {
                place.pop();
            }
            _ => place.push(part),
        }
    }
    Ok(place)
}
