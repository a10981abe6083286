//! The fuzz targets with their kept inputs, and new ones made of them: a few each, or as many as `ASOF_FUZZ_SECONDS` allow.
//! `cargo +nightly fuzz run NAME` goes on from there.

#[allow(dead_code, unused_imports, reason = "some of it is for the programs of the fuzzer, and for tests of memory")]
#[path = "../../fuzz/src/lib.rs"]
mod harness;

use super::dice::{Dice, from_env};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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

/// Signs that mean something in one of the notations.
const SIGNS: &[&str] = &[
    "{", "}", "[", "]", "\"", ":", ",", "\n", "- ", "&a ", "*a", "<<: *a", "---\n", "\\u0000", "\u{feff}", "1e999",
    "-0", "null", "[[a]]", "''", "# ", "//", "/*", "!!set", "\u{202e}", "0x", "$__loc__", "\0",
];

/// One input made of two: cut, joined, with bytes changed, parts repeated and signs put in.
fn changed(dice: &mut Dice, one: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = one.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let to = at + dice.below((bytes.len() - at + 1).min(64));
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..to)),
            2 => bytes.extend_from_within(at..to),
            3 => bytes.splice(at..at, dice.pick(SIGNS).unwrap_or_default().bytes()).for_each(drop),
            4 => bytes.splice(at..to, other[dice.below(other.len() + 1)..].iter().copied().take(200)).for_each(drop),
            _ if at < bytes.len() => {
                bytes[at] =
                    if dice.once_in(2) { bytes[at] ^ (1 << dice.below(8)) } else { dice.next().to_le_bytes()[0] }
            }
            _ => bytes.push(b'0'),
        }
    }
    bytes
}

#[track_caller]
fn run_changed(target: &str) {
    let (_, run) = harness::TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let files = corpus(target);
    let (begun, seconds) = (Instant::now(), from_env("ASOF_FUZZ_SECONDS", 0));
    let mut dice = Dice(from_env("ASOF_FUZZ_SEED", 14));
    let (mut done, mut slowest) = (0, Duration::ZERO);
    while done < 100 || begun.elapsed() < Duration::from_secs(seconds) {
        let (path, one) = &files[done % files.len()];
        let other = dice.below(files.len());
        let input = changed(&mut dice, one, &files[other].1);
        let before = Instant::now();
        let outcome = std::panic::catch_unwind(|| run(&input));
        slowest = slowest.max(before.elapsed());
        assert!(outcome.is_ok(), "{} number {done}: {}", path.display(), input.escape_ascii());
        done += 1;
    }
    eprintln!("{target}: {done} inputs, the slowest {slowest:?}");
}

#[test]
fn changed_inputs_of_importers() {
    run_changed("importers");
}

#[test]
fn changed_inputs_of_notations() {
    run_changed("notations");
}

#[test]
fn changed_inputs_of_recipes() {
    run_changed("recipes");
}

#[test]
fn changed_inputs_of_recipe_files() {
    run_changed("recipe_files");
}

#[test]
fn changed_inputs_of_database() {
    run_changed("database");
}

#[test]
fn kept_inputs_of_importers() {
    run_corpus("importers");
}

#[test]
fn kept_inputs_of_notations() {
    run_corpus("notations");
}

#[test]
fn kept_inputs_of_recipes() {
    run_corpus("recipes");
}

#[test]
fn kept_inputs_of_recipe_files() {
    run_corpus("recipe_files");
}

#[test]
fn kept_inputs_of_database() {
    run_corpus("database");
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
