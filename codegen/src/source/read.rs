//! Files as texts.

use super::file;
use super::{SourceId, Sources};
use std::io;
use std::path::{Path, PathBuf};

/// The largest document that is read if nothing else is said, in bytes.
pub const DOCUMENT_BYTES: usize = 256 << 20;

/// Why a file is not among the sources.
#[derive(Debug)]
pub enum ReadError {
    /// It is no regular file; the error names it.
    Refused(io::Error),
    /// The system cannot read it.
    Unreadable(PathBuf, io::Error),
    /// It has more than so many bytes.
    TooLarge(PathBuf, usize),
    /// It is compressed with gzip.
    Compressed(PathBuf),
    /// Its text is in UTF-16.
    Utf16(PathBuf),
    /// Its text is in no encoding that is known.
    NotUtf8(PathBuf, std::str::Utf8Error),
}

/// Adds the text of a file to the sources.
///
/// # Errors
///
/// If the file cannot be read, is larger than [`DOCUMENT_BYTES`], or is not UTF-8.
pub fn read(path: &Path, sources: &mut Sources) -> Result<SourceId, ReadError> {
    read_within(path, DOCUMENT_BYTES, sources)
}

/// Adds the text of a file to the sources.
///
/// # Errors
///
/// If the file cannot be read, has more than `most` bytes, or is not UTF-8.
pub fn read_within(path: &Path, most: usize, sources: &mut Sources) -> Result<SourceId, ReadError> {
    add(path, bytes(path, most)?, sources)
}

/// The bytes of a file.
///
/// # Errors
///
/// If the file cannot be read or has more than `most` bytes.
pub fn bytes(path: &Path, most: usize) -> Result<Vec<u8>, ReadError> {
    let bytes = file::read(path, most).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => ReadError::Refused(error),
        _ => ReadError::Unreadable(path.to_owned(), error),
    })?;
    match bytes.len() > most {
        true => Err(ReadError::TooLarge(path.to_owned(), most)),
        false => Ok(bytes),
    }
}

/// Adds a text that was read or fetched to the sources.
///
/// # Errors
///
/// If it is not UTF-8; what it is instead is said where it can be seen.
pub fn add(path: &Path, bytes: Vec<u8>, sources: &mut Sources) -> Result<SourceId, ReadError> {
    // UTF-16 without a byte order mark is valid UTF-8, with a zero in every other byte.
    if let [0, b'<' | b'{', ..] | [b'<' | b'{', 0, ..] = *bytes {
        return Err(ReadError::Utf16(path.to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| match error.as_bytes() {
        [0x1f, 0x8b, ..] => ReadError::Compressed(path.to_owned()),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ReadError::Utf16(path.to_owned()),
        _ => ReadError::NotUtf8(path.to_owned(), error.utf8_error()),
    })?;
    Ok(sources.add(path, text))
}
