//! How the numbers that not every JSON parser keeps are written in bodies.
//!
//! serde passes nothing to the types that it writes. Writing stays on its thread, so the form is kept
//! there.

use std::cell::Cell;

/// How `Edm.Int64` and `Edm.Decimal` are written in bodies (OData JSON Format 4.01, section
/// "Controlling the Representation of Numbers"). What is read may be either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// As numbers of JSON, which JavaScript rounds to 53 bits.
    #[default]
    Json,
    /// As strings, with `IEEE754Compatible=true` in the media type.
    Strings,
}

thread_local! {
    static WRITTEN: Cell<Numbers> = const { Cell::new(Numbers::Json) };
}

/// Restores the previous form, also when a type of the caller's panics.
struct Restore(Numbers);

impl Drop for Restore {
    fn drop(&mut self) {
        WRITTEN.set(self.0);
    }
}

impl Numbers {
    /// Writes something with numbers in this form.
    pub(crate) fn writing<T>(self, write: impl FnOnce() -> T) -> T {
        let _restore = Restore(WRITTEN.replace(self));
        write()
    }

    /// Whether numbers are being written as strings.
    pub(crate) fn are_strings() -> bool {
        WRITTEN.get() == Self::Strings
    }

    /// The media type of bodies with such numbers.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Strings => "application/json;IEEE754Compatible=true",
        }
    }
}
