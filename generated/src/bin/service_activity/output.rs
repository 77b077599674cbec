//! Where results go: standard output, or a file that is there whole or not at all.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::failure::Failure;

/// How many characters are shown of a text of the service's.
const MAX_SHOWN: usize = 200;

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    StandardOutput,
    File(PathBuf),
}

impl FromStr for Destination {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Err("expected the name of a file, or - for standard output"),
            "-" => Ok(Self::StandardOutput),
            path => Ok(Self::File(path.into())),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StandardOutput => formatter.write_str("-"),
            Self::File(path) => path.display().fmt(formatter),
        }
    }
}

impl Destination {
    pub fn write(&self, text: &str) -> Result<(), Failure> {
        match self {
            Self::StandardOutput => print(text),
            Self::File(path) => {
                write_file(path, text).map_err(|error| Failure::File(path.clone(), error))
            }
        }
    }
}

/// Writes to standard output; a reader that has gone is told from other failures.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes());
    written.and_then(|()| out.flush()).map_err(Failure::Output)
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    match fs::metadata(path) {
        // A device or a pipe: what is renamed to its name would replace it.
        Ok(found) if !found.is_file() => OpenOptions::new()
            .write(true)
            .open(path)?
            .write_all(text.as_bytes()),
        // Through a link, so that the link stays.
        Ok(_) => replace(&fs::canonicalize(path)?, text),
        Err(_) => replace(path, text),
    }
}

/// Writes a file beside the old one, which it then takes the place of.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".service-activity-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // The error of a folder that is missing would name the temporary file.
    fs::metadata(folder)?;
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// A text of the service's on one line that does nothing to a terminal.
pub fn inert(text: &str) -> String {
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == MAX_SHOWN {
            shown.push('…');
            break;
        }
        match character {
            // What `escape_debug` escapes for the sake of literals alone.
            '"' | '\'' | '\\' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_service_do_nothing() {
        for (text, expected) in [
            ("it's \"fine\" – ünï", "it's \"fine\" – ünï"),
            ("a\u{1b}[31m\r\nb", r"a\u{1b}[31m\r\nb"),
            ("\u{202e}\u{9b}\0", r"\u{202e}\u{9b}\0"),
        ] {
            assert_eq!(inert(text), expected);
        }
        let long = "x".repeat(1_000);
        assert_eq!(inert(&long), format!("{}…", "x".repeat(200)));
    }

    #[test]
    fn files_are_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        for text in ["first", "second"] {
            Destination::File(path.clone()).write(text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        let count = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(count, 1);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("missing/report.html");
        for path in [nowhere, folder.path().to_owned()] {
            let failed = Destination::File(path.clone()).write("text").unwrap_err();
            assert!(matches!(failed, Failure::File(named, _) if named == path));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        Destination::File(link.clone()).write("new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        let device = Path::new("/dev/null");
        Destination::File(device.to_owned()).write("text").unwrap();
        assert!(fs::metadata(device).unwrap().file_type().is_char_device());
    }
}
