//! Memory, each figure in a process of its own: what the process gained, as the system counts it (Linux).

use crate::Effort;
use crate::adapter::{History, parse, patch};
use crate::input::{state_text, steps};
use crate::measure::{Ratio, Samples, Table};
use std::hint::black_box;
use std::process::Command;

/// W7: a state of about 1 MB with 50 snapshots, 10 changes between them, against one plain copy of it.
pub fn snapshots_overhead(table: &mut Table, _: Effort) {
    let plain = Samples::of([of("plain 20000") / COPIES as f64]);
    let ours = Samples::of([of("snapshots 20000") / COPIES as f64]);
    let text = state_text(20_000).len() as f64;
    table.bytes("W7 the state as JSON text", &Samples::of([text]), None);
    table.bytes("W7 one serde_json::Value of it", &plain, None);
    let ratio = Ratio::new(&ours, "one serde_json::Value", &plain, &plain);
    table.bytes("W7 ours with 50 snapshots, 10 changes between", &ours, Some(ratio));
}

/// So many of each, so that pages and allocator noise do not count.
const COPIES: usize = 8;

/// Bytes that doing something takes, measured in a process of its own.
pub fn of(what: &str) -> f64 {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args(["--memory-of", what]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::NAN)
}

/// The other side of [`of`].
pub fn measure_here(what: &str) {
    let words: Vec<&str> = what.split(' ').collect();
    let number = |at: usize| words[at].parse::<usize>().unwrap();
    let text = state_text(number(1));
    let kept: Box<dyn FnOnce() -> Vec<Box<dyn std::any::Any>>> = match words[0] {
        "plain" => Box::new(move || many(|| serde_json::from_str::<serde_json::Value>(&text).unwrap())),
        "snapshots" => {
            let steps = steps(number(1), 500);
            Box::new(move || {
                many(|| {
                    let history = History::memory().with(parse(text.as_bytes()).unwrap());
                    for (at, step) in steps.iter().enumerate() {
                        history.apply(&patch(*step));
                        if at % 10 == 9 {
                            history.snapshot(&format!("s{at}"));
                        }
                    }
                    history
                })
            })
        }
        _ => {
            let steps = steps(number(1), number(2));
            let history = History::memory().with(parse(text.as_bytes()).unwrap());
            Box::new(move || {
                steps.iter().for_each(|step| history.apply(&patch(*step)));
                vec![Box::new(history)]
            })
        }
    };
    let before = resident();
    let kept = black_box(kept());
    println!("{}", resident() - before);
    drop(kept);
}

fn many<T: 'static>(mut make: impl FnMut() -> T) -> Vec<Box<dyn std::any::Any>> {
    (0..COPIES).map(|_| Box::new(make()) as Box<dyn std::any::Any>).collect()
}

/// Bytes resident; not a number where the system does not say.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0)
}
