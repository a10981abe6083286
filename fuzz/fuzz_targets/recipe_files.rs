//! Calls `asof_fuzz::recipe_files` with the bytes as they are.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| asof_fuzz::recipe_files::run(bytes));
