//! Bytes as text, in either alphabet (RFC 4648).

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};

use crate::behavior::BinaryAlphabet;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads a text of one alphabet. Base64 must be padded, as .NET has it; base64url need not.
pub(crate) fn decode(text: &str, alphabet: BinaryAlphabet) -> Option<Vec<u8>> {
    match alphabet {
        BinaryAlphabet::Base64 => BASE64_STANDARD.decode(text).ok(),
        BinaryAlphabet::Base64Url => BASE64URL.decode(text).ok(),
    }
}

/// Reads a text of whichever alphabet.
pub(crate) fn decode_any(text: &str) -> Option<Vec<u8>> {
    decode(
        &text.replace('+', "-").replace('/', "_"),
        BinaryAlphabet::Base64Url,
    )
}

/// Writes bytes in an alphabet, padded.
pub(crate) fn encode(bytes: &[u8], alphabet: BinaryAlphabet) -> String {
    match alphabet {
        BinaryAlphabet::Base64 => BASE64_STANDARD.encode(bytes),
        BinaryAlphabet::Base64Url => BASE64_URL_SAFE.encode(bytes),
    }
}
