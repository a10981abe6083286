//! Reading for the first time: logs and foreign files, beside who only counts or parses their lines.

use crate::Effort;
use crate::adapter::{History, decode, parse, patch, read};
use crate::input::{state_text, steps};
use crate::measure::{Ratio, Samples, Table};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// W13.
pub fn first(table: &mut Table, effort: Effort) {
    log(table, effort);
    patches(table);
}

/// A log of one-leaf transitions: its records alone, then folded to a history.
fn log(table: &mut Table, effort: Effort) {
    let count = effort.size(50_000, 1_000_000);
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("run.asof");
    let history = History::create(&directory).with(parse(state_text(10_000).as_bytes()).unwrap());
    steps(10_000, count).iter().for_each(|step| history.apply(&patch(*step)));
    drop(history);
    let file = files(&directory).find(|file| file.extension().is_some_and(|ending| ending == "jsonl")).unwrap();
    let records = count as u64 + 1;
    let floor = Samples::each(3, || assert_eq!(lines(&file), count + 2));
    let decoded = Samples::each(3, || assert_eq!(decode(&directory), records));
    let opened = Samples::each(3, || {
        // What asof keeps beside a log is made anew.
        files(&directory)
            .filter(|file| file.to_string_lossy().contains(".index"))
            .for_each(|file| std::fs::remove_file(file).unwrap());
        let history = History::open(&directory);
        assert_eq!(history.newest(), records);
        history
    });
    let after = Samples::each(3, || assert_eq!(lines(&file), count + 2));
    for (what, samples) in [("the records alone", decoded), ("folded to a history", opened)] {
        let ratio = Ratio::new(&samples, "counting its lines", &floor, &after);
        table.times(&format!("W13 a log of {count} transitions, {what}"), &samples, Some(ratio));
        table.times("W13 the same, per transition", &samples.per(count), None);
    }
    if effort == Effort::Full {
        jq(table, &file);
    }
}

/// JSON Patches, one a line: the keystrokes of a paper.
fn patches(table: &mut Table) {
    let packed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/json-patch-streams/automerge-paper.patch.jsonl.zst");
    let Ok(packed) = std::fs::File::open(packed) else {
        return table.note("W13 patches skipped: no real data beside the repository");
    };
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("paper.jsonl");
    std::io::copy(&mut zstd::Decoder::new(packed).unwrap(), &mut std::fs::File::create(&file).unwrap()).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let parse_all = || {
        text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).fold(0, |count, _| count + 1)
    };
    let before = Samples::each(2, parse_all);
    let ours = Samples::each(3, || assert_eq!(read(&file), 259_779));
    let after = Samples::each(2, parse_all);
    let ratio = Ratio::new(&ours, "serde_json parse alone", &before, &after);
    table.times("W13 259,779 JSON Patches, folded to a history", &ours, Some(ratio));
}

fn files(directory: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path())
}

/// As `wc -l`.
fn lines(file: &Path) -> usize {
    memchr::memchr_iter(b'\n', &std::fs::read(file).unwrap()).count()
}

/// jq, where it is there, reading the same lines and keeping nothing.
fn jq(table: &mut Table, file: &Path) {
    let run = || {
        let jq = Command::new("jq")
            .args(["-n", "reduce inputs as $line (0; . + 1)"])
            .arg(file)
            .stdout(Stdio::null())
            .status();
        jq.is_ok_and(|status| status.success())
    };
    let mut is_there = false;
    let samples = Samples::each(1, || is_there = run());
    match is_there {
        true => table.times("W13 the same log, counted by jq", &samples, None),
        false => table.note("W13 without jq: it is not there"),
    }
}
