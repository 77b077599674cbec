//! Documents that documents refer to: `edmx:Reference` → local files.
//!
//! Nothing is fetched. A document is looked for under the last segment of its address, beside the
//! document that refers to it and in the folders of the configuration. A link there is followed as
//! long as it stays in one of these folders; so a reference cannot lead out of them. One that is not
//! found is no error by itself: what is missing is reported where its names are used, since the
//! vocabularies' documents are hardly ever needed.

use crate::csdl::{self, Limits};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edm::vocabulary::is_vocabulary;
use crate::source::read::read_within;
use crate::source::{SourceId, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Most documents of one run; DMTF's Redfish has some 300.
const DOCUMENTS: usize = 5_000;

/// Where referenced documents are looked for.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    /// Folders, beside that of the document that refers to another.
    pub folders: Vec<PathBuf>,
    /// The files of addresses that folders do not give.
    pub files: BTreeMap<String, PathBuf>,
}

impl Lookup {
    /// Looks in folders.
    pub fn in_folders(folders: Vec<PathBuf>) -> Self {
        Self {
            folders,
            files: BTreeMap::new(),
        }
    }

    /// The file that an address stands for.
    ///
    /// # Errors
    ///
    /// If it is a link that leads out of the folders.
    fn find(&self, uri: &str, document: &Path) -> Result<Option<PathBuf>, Box<Diagnostic>> {
        if let Some(file) = self.files.get(uri) {
            return Ok(Some(file.clone()));
        }
        let Some(name) = file_name(uri) else {
            return Ok(None);
        };
        let beside = document.parent().map(Path::to_owned);
        let folders: Vec<_> = beside.iter().chain(&self.folders).collect();
        let mut candidates = folders.iter().map(|folder| folder.join(name));
        let Some(path) = candidates.find(|path| path.is_file()) else {
            return Ok(None);
        };
        let real = identity(&path);
        match folders
            .iter()
            .any(|folder| real.starts_with(identity(folder)))
        {
            true => Ok(Some(path)),
            false => Err(Box::new(leads_out(&path))),
        }
    }
}

/// The last segment of an address, if it can be the name of a file.
fn file_name(uri: &str) -> Option<&str> {
    let path = uri.split(['?', '#']).next()?;
    let name = path.rsplit(['/', '\\']).next()?;
    let is_name = !matches!(name, "" | "." | "..") && !name.contains([':', '\0']);
    is_name.then_some(name)
}

/// Adds the documents to which `ids` refer, directly or through others, to the sources; gives
/// them in the order in which they were found.
///
/// A file that was found but cannot be read is added to `diagnostics`.
pub fn follow(
    ids: &[SourceId],
    lookup: &Lookup,
    limits: &Limits,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<SourceId> {
    let known = |id: &SourceId| identity(sources.get(*id).path());
    let mut seen: BTreeSet<PathBuf> = ids.iter().map(known).collect();
    let mut found = Vec::new();
    let mut open = ids.to_vec();
    while let Some(id) = open.pop() {
        let document = sources.get(id).path().to_owned();
        for reference in csdl::references(sources.get(id).text()) {
            let mut namespaces = reference.namespaces.iter();
            if !reference.namespaces.is_empty() && namespaces.all(|name| is_vocabulary(name)) {
                continue;
            }
            let path = match lookup.find(&reference.uri, &document) {
                Ok(Some(path)) => path,
                Ok(None) => continue,
                Err(problem) => {
                    diagnostics.push(*problem);
                    continue;
                }
            };
            if !seen.insert(identity(&path)) {
                continue;
            }
            if seen.len() > DOCUMENTS {
                let message = format!("documents refer to more than {DOCUMENTS} others");
                diagnostics.push(Diagnostic::error(Code::LimitExceeded, message));
                return found;
            }
            match read_within(&path, limits.document_bytes, sources) {
                Ok(referenced) => {
                    found.push(referenced);
                    open.push(referenced);
                }
                Err(error) => diagnostics.push(error.into()),
            }
        }
    }
    found
}

fn leads_out(path: &Path) -> Diagnostic {
    let message = format!(
        "`{}` is a link that leads out of the folders in which references are looked for",
        path.display()
    );
    Diagnostic::error(Code::Io, message)
        .help("put the document there, or name its folder under `references` in client.toml")
}

/// The same for all paths of one file.
fn identity(path: &Path) -> PathBuf {
    // The current folder as the parent of a bare name.
    let path = match path == Path::new("") {
        true => Path::new("."),
        false => path,
    };
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_files_by_their_last_segment() {
        let name = file_name("https://example.com/schemas/v1/Port_v1.xml?a=b#c");
        assert_eq!(name, Some("Port_v1.xml"));
        assert_eq!(file_name("../v4.0/Core.xml"), Some("Core.xml"));
        assert_eq!(file_name("people.csdl"), Some("people.csdl"));
        assert_eq!(file_name("/service/$metadata"), Some("$metadata"));
        for nothing in ["", "..", "a/..", "a\\..", "a/", "C:", "#top"] {
            assert_eq!(file_name(nothing), None, "{nothing}");
        }
    }
}
