//! The fuzz targets with their kept inputs, and a few thousand new ones for the log. `cargo +nightly fuzz run NAME` goes
//! on from there.

#[allow(dead_code, unused_imports, reason = "some of it is for the programs of the fuzzer, and for tests of memory")]
#[path = "../../fuzz/src/lib.rs"]
mod harness;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The kept inputs of a target, in the order of their names.
fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = package().join("fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[track_caller]
fn run_corpus(target: &str) {
    let (_, run) = harness::TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let files = corpus(target);
    assert!(files.len() > 3, "{target} has inputs");
    for (path, bytes) in files {
        eprintln!("{}", path.display());
        run(&bytes);
    }
}

#[test]
fn kept_inputs_of_importers() {
    run_corpus("importers");
}

#[test]
fn kept_inputs_of_log() {
    run_corpus("log");
}

#[test]
fn kept_inputs_of_patch() {
    run_corpus("patch");
}

#[test]
fn kept_inputs_of_path() {
    run_corpus("path");
}

#[test]
fn kept_inputs_of_target() {
    run_corpus("target");
}

/// What is tried is behind the checksums: each line is a good record to the reader of files.
#[test]
fn what_is_framed_is_a_log_without_damage() {
    let (_, input) = corpus("log").into_iter().find(|(path, _)| path.ends_with("one-of-each")).unwrap();
    let input = String::from_utf8(input).unwrap();
    let lines = input.lines().count() as u64;
    assert_eq!(harness::log::good_and_damaged(&input), (lines, Vec::new()));
    let (good, damaged) = harness::log::good_and_damaged(&format!("~{input}"));
    assert_eq!((good, damaged.len()), (lines - 1, 1));
}

#[test]
fn records_changed_at_random_are_read_or_refused() {
    let logs = corpus("log");
    for seed in 0..200 {
        let (path, bytes) = &logs[seed as usize % logs.len()];
        let changed = harness::log::mutate(&harness::log::mutate(bytes, seed), !seed);
        eprintln!("{} changed with {seed}:\n{}", path.display(), String::from_utf8_lossy(&changed));
        harness::log::run(&changed);
    }
}

/// Each target is a function here, a program of the fuzzer, and a folder of kept inputs.
#[test]
fn every_target_has_its_program_and_its_corpus() {
    let names: BTreeSet<String> = harness::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let named = |folder: &str| -> BTreeSet<String> {
        let files = std::fs::read_dir(package().join("fuzz").join(folder)).unwrap();
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(named("fuzz_targets"), names);
    assert_eq!(named("corpus"), names);
}
