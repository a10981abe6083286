//! Our side of the comparison with JavaScript peers: writes the inputs they read, and our figures on them as JSON lines.

use crate::adapter::{History, differences, parse, patch};
use crate::input::{Random, state_text, steps};
use crate::measure::Samples;
use crate::memory;
use std::fmt::Write as _;
use std::path::Path;

/// Sizes of the state, and how many transitions.
const CASES: [(usize, usize); 2] = [(10_000, 100_000), (100_000, 100_000)];

/// Writes the inputs, unless they are there, and prints our figures.
pub fn run(directory: &Path) {
    for (entries, count) in CASES {
        let base = directory.join(format!("base-{entries}.json"));
        if !base.exists() {
            write_inputs(directory, entries, count);
        }
        figures(&std::fs::read_to_string(&base).unwrap(), entries, count);
    }
}

fn write_inputs(directory: &Path, entries: usize, count: usize) {
    let mut lines = String::new();
    for step in steps(entries, count) {
        let _ =
            writeln!(lines, "{{\"entry\":\"e{:07}\",\"path\":\"{}\",\"n\":{}}}", step.entry, step.pointer(), step.n);
    }
    std::fs::write(directory.join(format!("steps-{entries}.jsonl")), lines).unwrap();
    std::fs::write(directory.join(format!("base-{entries}.json")), state_text(entries)).unwrap();
}

fn figures(text: &str, entries: usize, count: usize) {
    let patches: Vec<_> = steps(entries, count).into_iter().map(patch).collect();
    let history = History::memory().with(parse(text.as_bytes()).unwrap());
    let apply = Samples::each(1, || patches.iter().for_each(|patch| history.apply(patch)));
    print("apply", entries, apply.per(count).median() / 1e3, "us");
    print("bytes", entries, memory::of(&format!("history {entries} {count}")) / count as f64, "B");
    let mut random = Random::new(7);
    let mut any = || history.at(random.below(count) as u64 + 1);
    print("jump", entries, Samples::each(300, &mut any).median() / 1e3, "us");
    // Not at the head: its value does not share what a replay makes anew.
    let middle = history.newest() / 2;
    let (left, right) = (history.at(middle), history.at(middle + 1));
    assert_eq!(differences(&left, &right), 1);
    print("diff", entries, Samples::batches(10, 50, || differences(&left, &right)).median() / 1e3, "us");
}

fn print(what: &str, entries: usize, amount: f64, unit: &str) {
    println!(
        "{{\"lib\":\"asof\",\"what\":\"{what}\",\"entries\":{entries},\"amount\":{amount:.4},\"unit\":\"{unit}\"}}"
    );
}
