//! Calls `asof_fuzz::recipes` with the bytes as they are.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asof_fuzz::recipes::run(bytes));
