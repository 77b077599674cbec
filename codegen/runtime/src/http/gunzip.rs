//! Bodies that services compress.

use std::io::{self, Write as _};
use std::mem;

use bytes::{Buf as _, Bytes};
use flate2::write::MultiGzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, RANGE};
use http::{HeaderMap, HeaderValue};

use crate::error::{Error, ErrorKind, Result};

/// Accepts gzip, unless the request names encodings itself, or asks for a range: that would be one of the
/// compressed bytes.
pub(super) fn accept(headers: &mut HeaderMap) {
    if !headers.contains_key(RANGE) {
        let encoding = headers.entry(ACCEPT_ENCODING);
        encoding.or_insert(HeaderValue::from_static("gzip"));
    }
}

/// Decodes a body as it arrives, little by little, so that few bytes cannot become many at once.
pub(super) struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    /// What arrived and is not decoded yet.
    encoded: Bytes,
    /// Whether anything arrived: there may be no body, as in responses to HEAD.
    is_begun: bool,
}

impl Gunzip {
    /// The decoder for a response with these headers, if it is compressed; they then no longer say so.
    pub(super) fn for_response(headers: &mut HeaderMap) -> Option<Box<Self>> {
        let encoding = headers.get(CONTENT_ENCODING)?.as_bytes();
        // RFC 9110, section 8.4.1.3, wants the older name accepted, too.
        let names = [&b"gzip"[..], b"x-gzip"];
        if !names.iter().any(|name| encoding.eq_ignore_ascii_case(name)) {
            return None;
        }
        headers.remove(CONTENT_ENCODING);
        headers.remove(CONTENT_LENGTH);
        Some(Box::new(Self {
            decoder: MultiGzDecoder::new(Vec::new()),
            encoded: Bytes::new(),
            is_begun: false,
        }))
    }

    /// Takes what arrived, once [`next`](Self::next) has nothing more of what arrived before.
    pub(super) fn push(&mut self, encoded: Bytes) {
        self.is_begun |= !encoded.is_empty();
        self.encoded = encoded;
    }

    /// Decodes some of what arrived; `None` if there is no more in it.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>> {
        while !self.encoded.is_empty() {
            let decoded = self.decode().map_err(broken)?;
            if !decoded.is_empty() {
                return Ok(Some(decoded));
            }
        }
        Ok(None)
    }

    fn decode(&mut self) -> io::Result<Bytes> {
        let taken = self.decoder.write(&self.encoded)?;
        self.encoded.advance(taken);
        if self.encoded.is_empty() {
            self.decoder.flush()?;
        }
        Ok(mem::take(self.decoder.get_mut()).into())
    }

    /// Whether the body is complete, if nothing more arrives.
    pub(super) fn end(&mut self) -> Result<()> {
        if self.is_begun {
            self.decoder.try_finish().map_err(broken)?;
        }
        Ok(())
    }
}

fn broken(error: io::Error) -> Error {
    let message = "the gzip-compressed response is damaged or incomplete";
    Error::new(ErrorKind::Transport, message).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    fn encoded(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn gunzip() -> Box<Gunzip> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("X-GZip"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("7"));
        let gunzip = Gunzip::for_response(&mut headers).unwrap();
        assert!(headers.is_empty());
        gunzip
    }

    /// What a body is decoded to, of which this arrives.
    fn read(arriving: Vec<Bytes>) -> Result<Vec<u8>> {
        let mut gunzip = gunzip();
        let mut decoded = Vec::new();
        for piece in arriving {
            gunzip.push(piece);
            while let Some(next) = gunzip.next()? {
                decoded.extend(next);
            }
        }
        gunzip.end()?;
        Ok(decoded)
    }

    fn pieces(bytes: &[u8], size: usize) -> Vec<Bytes> {
        bytes.chunks(size).map(Bytes::copy_from_slice).collect()
    }

    proptest! {
        #[test]
        fn pieces_and_members_of_any_size_are_read(
            members in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..4),
            size in 1_usize..100,
        ) {
            let body: Vec<_> = members.iter().flat_map(|member| encoded(member)).collect();
            prop_assert_eq!(read(pieces(&body, size)).unwrap(), members.concat());
        }

        #[test]
        fn what_breaks_off_is_an_error(text in prop::collection::vec(any::<u8>(), 0..300), lost in 1_usize..18) {
            let body = encoded(&text);
            let error = read(pieces(&body[..body.len() - lost], 7)).unwrap_err();
            prop_assert_eq!(error.kind(), ErrorKind::Transport);
        }

        #[test]
        fn what_is_damaged_is_an_error_or_the_text(
            text in prop::collection::vec(any::<u8>(), 0..300),
            place in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            size in 1_usize..100,
        ) {
            let mut body = encoded(&text);
            let place = place.index(body.len());
            body[place] = byte;
            // A byte of the header may tell nothing of the text.
            if let Ok(decoded) = read(pieces(&body, size)) {
                prop_assert_eq!(decoded, text);
            }
        }
    }

    #[test]
    fn no_body_at_all_is_none() {
        assert_eq!(read(Vec::new()).unwrap(), b"");
        assert_eq!(read(vec![Bytes::new()]).unwrap(), b"");
    }

    #[test]
    fn what_is_not_gzip_is_an_error_that_says_so() {
        let error = read(pieces(br#"{"value": 1}"#, 100)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.to_string().contains("gzip-compressed"), "{error}");
    }

    #[test]
    fn little_that_becomes_much_comes_little_by_little() {
        let body = encoded(&vec![0; 50 << 20]);
        assert!(body.len() < 1 << 20);
        let mut gunzip = gunzip();
        gunzip.push(body.into());
        let mut total = 0;
        while let Some(decoded) = gunzip.next().unwrap() {
            assert!(decoded.len() <= 128 * 1024, "{}", decoded.len());
            total += decoded.len();
        }
        gunzip.end().unwrap();
        assert_eq!(total, 50 << 20);
    }

    #[test]
    fn a_range_and_a_choice_of_ones_own_stay() {
        let accepted = |name, value| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            accept(&mut headers);
            headers.get(ACCEPT_ENCODING).cloned()
        };
        assert_eq!(accepted(RANGE, "bytes=0-1"), None);
        assert_eq!(accepted(ACCEPT_ENCODING, "identity").unwrap(), "identity");
        assert_eq!(accepted(CONTENT_LENGTH, "0").unwrap(), "gzip");
    }
}
