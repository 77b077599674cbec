//! Any bytes as CSDL in XML: see [`parsed`].

#![no_main]

use csdl_codegen_fuzz::parsed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| parsed::check(bytes));
