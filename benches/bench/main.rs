//! Benchmarks: one binary, one table, baselines in the same run.
//!
//! `cargo bench --features bench` runs all; `-- --quick` smaller sizes in under two minutes; `-- W4 W7` some of them.
//! Each row: `name median min max unit ratio_to`. What is compared is first shown to be equal. Times are of the wall
//! clock, so a loaded machine shows; baselines run before and after ours, and a row says when the two differ.
//! Must not know: how `asof` spells anything (that is `adapter`).
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::print_stdout)]

mod adapter;
mod histories;
mod input;
mod measure;
mod memory;
mod peers;
mod questions;
mod reading;
mod real;
mod screens;
mod values;

use measure::Table;

/// That of the program; others are measured with it too.
#[cfg(feature = "bench")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How much is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Enough to see whether something broke.
    Quick,
    /// Enough to quote.
    Full,
}

impl Effort {
    /// One of two sizes.
    pub fn size<T>(self, quick: T, full: T) -> T {
        if self == Self::Quick { quick } else { full }
    }
}

type Workload = fn(&mut Table, Effort);

/// What there is, in the order of docs/performance.md.
const WORKLOADS: [(&str, Workload); 14] = [
    ("W1", histories::transitions_10k),
    ("W2", histories::transitions_100k),
    ("W3", histories::jumps),
    ("W4", values::diffs),
    ("W5", histories::opening),
    ("W6", questions::over_time),
    ("W7", memory::snapshots_overhead),
    ("W8", histories::flat_costs),
    ("W9", values::state_change),
    ("W10", histories::apply_with_flush),
    ("W11", screens::steps),
    ("W12", real::histories),
    ("W13", reading::first),
    ("W14", histories::large_and_long),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value_of = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    if let Some(what) = value_of("--memory-of") {
        return memory::measure_here(what);
    }
    if let Some(directory) = value_of("--peers") {
        return peers::run(std::path::Path::new(directory));
    }
    let effort = if arguments.iter().any(|a| a == "--quick") { Effort::Quick } else { Effort::Full };
    let named = |name: &&str| arguments.iter().any(|a| a == *name);
    let some = WORKLOADS.iter().any(|(name, _)| named(name));
    let mut table = Table::begin();
    for (name, workload) in WORKLOADS {
        if !some || named(&name) {
            workload(&mut table, effort);
        }
    }
    table.end();
}
