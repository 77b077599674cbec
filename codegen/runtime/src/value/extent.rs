//! How deep JSON is nested, and how much memory it may take once decoded.
//!
//! One pass over the bytes, without recursion, before decoding.

/// How deep arrays and objects may be nested: as deep as serde_json reads values.
///
/// serde_json skips unknown members and keeps raw values at any depth, and code that processes them
/// may recurse.
pub(crate) const MAX_NESTING: usize = 127;

/// A place in a `Vec` that doubles as it grows, and so may have room for two.
const VALUE: u64 = 2 * size_of::<serde_json::Value>() as u64;

/// A `Vec` that has a single value has room for four.
const ARRAY: u64 = 4 * size_of::<serde_json::Value>() as u64;

/// The first node of a `BTreeMap<String, Value>`, which has room for eleven members.
const OBJECT: u64 = 640;

/// A member's share of the further nodes of the map, of which about half are used.
const MEMBER: u64 = 112;

/// The least that an allocator reserves for a text.
const TEXT: u64 = 32;

/// What a value counts for if it is an object.
pub(crate) const VALUE_AND_OBJECT: u64 = VALUE + OBJECT;

/// What is in a JSON text.
#[derive(Debug, Default)]
pub(crate) struct Extent {
    bytes: usize,
    values: usize,
    arrays: usize,
    objects: usize,
    members: usize,
    texts: usize,
}

/// The JSON is nested too deep from this place on.
#[derive(Debug)]
pub(crate) struct TooDeep {
    pub(crate) offset: usize,
}

impl Extent {
    /// Scans JSON, which need not be valid.
    pub(crate) fn of(json: &[u8]) -> Result<Self, TooDeep> {
        let mut extent = Self {
            bytes: json.len(),
            values: 1,
            ..Self::default()
        };
        let mut depth = 0_usize;
        let mut at = 0;
        while let Some(byte) = json.get(at) {
            at += 1;
            match byte {
                b'"' => {
                    extent.texts += 1;
                    at = end_of_text(json, at);
                }
                b',' => extent.values += 1,
                b':' => extent.members += 1,
                b'[' | b'{' => {
                    extent.values += 1;
                    match byte {
                        b'[' => extent.arrays += 1,
                        _ => extent.objects += 1,
                    }
                    depth += 1;
                    if depth > MAX_NESTING {
                        return Err(TooDeep { offset: at - 1 });
                    }
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Ok(extent)
    }

    /// How many bytes of memory it may take: its text, and its value as the costliest type for any
    /// JSON, [`serde_json::Value`].
    pub(crate) fn memory(&self) -> u64 {
        // The bytes are counted twice: as the body, and as the texts in it.
        2 * self.bytes as u64
            + VALUE * self.values as u64
            + ARRAY * self.arrays as u64
            + OBJECT * self.objects as u64
            + MEMBER * self.members as u64
            + TEXT * self.texts as u64
    }
}

/// The offset behind the text whose opening quote is before `at`.
fn end_of_text(json: &[u8], mut at: usize) -> usize {
    loop {
        // Most of a response is text, so it is skipped in words.
        while let Some(word) = json.get(at..).and_then(<[u8]>::first_chunk) {
            let word = u64::from_le_bytes(*word);
            let found = zeros(word ^ all(b'"')) | zeros(word ^ all(b'\\'));
            if found != 0 {
                at += found.trailing_zeros() as usize / 8;
                break;
            }
            at += 8;
        }
        match json.get(at) {
            None => return json.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// A word of this byte.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// A word whose lowest set bit is in its first byte that is zero; zero if none is.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(all(1)) & !word & all(0x80)
}

#[cfg(test)]
mod tests;
