//! Files that cannot be read.

use super::{Code, Diagnostic, Diagnostics};
use crate::source::read::ReadError;
use std::fmt::Display;
use std::path::Path;

impl From<ReadError> for Diagnostic {
    fn from(error: ReadError) -> Self {
        match error {
            // The error names the file.
            ReadError::Refused(error) => Self::error(Code::Io, error.to_string()),
            ReadError::Unreadable(path, error) => unreadable(&path, &error),
            ReadError::TooLarge(path, most) => Self::error(
                Code::LimitExceeded,
                format!("`{}` has more than {most} bytes", path.display()),
            )
            .help("if the file can be trusted, raise `document-bytes` under `[metadata.limits]`"),
            ReadError::Compressed(path) => unreadable(&path, &"the file is compressed with gzip")
                .help("decompress it, or fetch it without the header `Accept-Encoding`"),
            ReadError::Utf16(path) => {
                unreadable(&path, &"the text is in UTF-16").help("convert it to UTF-8")
            }
            ReadError::NotUtf8(path, error) => {
                unreadable(&path, &error).help("convert the text to UTF-8")
            }
        }
    }
}

impl From<ReadError> for Diagnostics {
    fn from(error: ReadError) -> Self {
        Diagnostic::from(error).into()
    }
}

fn unreadable(path: &Path, cause: &dyn Display) -> Diagnostic {
    Diagnostic::error(
        Code::Io,
        format!("cannot read `{}`: {cause}", path.display()),
    )
}
