//! Calls `asof_fuzz::log::run_one` with lines of records; half of the new inputs are made by changing records as what they are.
#![no_main]

use asof_fuzz::log::{mutate, run_one};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|bytes: &[u8]| run_one(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 8 == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let changed = mutate(&data[..size], u64::from(seed));
    let end = changed.len().min(max_size);
    data[..end].copy_from_slice(&changed[..end]);
    end
});
