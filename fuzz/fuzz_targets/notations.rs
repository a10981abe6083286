//! Calls `asof_fuzz::notations` with the bytes as they are.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asof_fuzz::notations::run(bytes));
