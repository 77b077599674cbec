//! Request ids.

use axum::http::{HeaderMap, HeaderValue};

use crate::random;

/// The ids that an answer carries in its headers, and an error in its body too.
#[derive(Clone, Debug)]
pub(crate) struct RequestIds {
    request_id: String,
    client_request_id: Option<HeaderValue>,
}

impl RequestIds {
    /// Makes the ids for the `number`th request; the same seed gives the same ids.
    pub(crate) fn new(seed: u64, number: u64, headers: &HeaderMap) -> Self {
        let high = random::mix(seed ^ random::mix(number));
        let low = random::mix(high);
        Self {
            request_id: format_guid(high, low),
            client_request_id: headers.get("client-request-id").cloned(),
        }
    }

    /// The id that the service gave the request.
    pub(crate) fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The id that the client gave the request, or else the service's own, as Graph does it.
    pub(crate) fn client_request_id(&self) -> String {
        match &self.client_request_id {
            Some(value) => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            None => self.request_id.clone(),
        }
    }

    /// Writes both ids as headers; the client's own goes back byte for byte.
    pub(crate) fn write_to(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.request_id) {
            let client = self.client_request_id.clone();
            headers.insert("client-request-id", client.unwrap_or_else(|| value.clone()));
            headers.insert("request-id", value);
        }
    }
}

/// A version 4 GUID (RFC 9562, section 5.4) of 122 given bits.
pub(crate) fn format_guid(high: u64, low: u64) -> String {
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0xc << 60)) | (0x8 << 60);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_have_version_and_variant() {
        assert_eq!(
            format_guid(u64::MAX, u64::MAX),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        assert_eq!(format_guid(0, 0), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn ids_differ_by_request_and_repeat_with_the_seed() {
        let id = |seed, number| RequestIds::new(seed, number, &HeaderMap::new()).request_id;
        assert_eq!(id(1, 1), id(1, 1));
        assert_ne!(id(1, 1), id(1, 2));
        assert_ne!(id(1, 1), id(2, 1));
    }
}
