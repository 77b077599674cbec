//! Any bytes as CSDL in JSON: see [`parsed`].
//!
//! What they are not is told without a panic, too. A text need not begin as JSON does: it is put into
//! the object of a document, as it is and as the content of a schema.

#![no_main]

use csdl_codegen::csdl::other_json;
use csdl_codegen_fuzz::parsed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        other_json(text);
        parsed::check(format!("{{\"$Version\":\"4.01\",\"s\":{{{text}}}}}").as_bytes());
    }
    parsed::check(bytes);
});
