//! The crate's version now and next.

use crate::semver::Bump;
use crate::source::file::read_text;
use semver::Version;
use std::path::Path;
use toml::Table;

/// The version that a change asks for.
///
/// Cargo takes the leftmost number that is not zero for the major one, so before 1.0.0 a breaking
/// change raises the minor number and all else the patch number, and in 0.0.z everything raises z
/// (<https://doc.rust-lang.org/cargo/reference/semver.html>).
pub fn next(version: &Version, bump: Bump) -> Version {
    let Version {
        major,
        minor,
        patch,
        ..
    } = *version;
    match (major, minor, bump) {
        (0, 0, _) | (0, _, Bump::Minor | Bump::Patch) => Version::new(major, minor, patch + 1),
        (0, _, Bump::Major) => Version::new(0, minor + 1, 0),
        (_, _, Bump::Major) => Version::new(major + 1, 0, 0),
        (_, _, Bump::Minor) => Version::new(major, minor + 1, 0),
        (_, _, Bump::Patch) => Version::new(major, minor, patch + 1),
    }
}

/// The version of the package in a folder, from its Cargo.toml or the workspace's; `None` if
/// neither says.
pub fn of_package(folder: &Path) -> Option<Version> {
    let manifest = read(&folder.join("Cargo.toml"))?;
    let version = manifest.get("package")?.get("version")?;
    if let Some(version) = version.as_str() {
        return version.parse().ok();
    }
    let folder = folder.canonicalize().ok()?;
    let manifests = folder
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("Cargo.toml"));
    let workspaces = manifests.filter_map(|manifest| read(&manifest)?.remove("workspace"));
    let mut versions = workspaces.map(|workspace| {
        let version = workspace.get("package")?.get("version")?;
        version.as_str()?.parse().ok()
    });
    versions.next()?
}

fn read(manifest: &Path) -> Option<Table> {
    read_text(manifest).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_version_is_cargos() {
        let cases = [
            ("1.2.3", Bump::Major, "2.0.0"),
            ("1.2.3", Bump::Minor, "1.3.0"),
            ("1.2.3", Bump::Patch, "1.2.4"),
            ("0.2.3", Bump::Major, "0.3.0"),
            ("0.2.3", Bump::Minor, "0.2.4"),
            ("0.2.3", Bump::Patch, "0.2.4"),
            ("0.0.3", Bump::Major, "0.0.4"),
            ("0.0.3", Bump::Patch, "0.0.4"),
        ];
        for (now, bump, expected) in cases {
            assert_eq!(
                next(&now.parse().unwrap(), bump).to_string(),
                expected,
                "{now} {bump}"
            );
        }
    }

    #[test]
    fn version_is_the_packages_or_the_workspaces() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("package");
        std::fs::create_dir(&package).unwrap();
        let write =
            |path: &Path, text: &str| std::fs::write(path.join("Cargo.toml"), text).unwrap();
        assert_eq!(of_package(&package), None);
        write(&package, "[package]\nversion.workspace = true\n");
        assert_eq!(of_package(&package), None);
        write(folder.path(), "[workspace.package]\nversion = \"0.3.1\"\n");
        assert_eq!(of_package(&package), Some(Version::new(0, 3, 1)));
        write(&package, "[package]\nversion = \"2.0.0\"\n");
        assert_eq!(of_package(&package), Some(Version::new(2, 0, 0)));
    }
}
