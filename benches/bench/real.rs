//! W12: real histories, where they are beside the repository; parsing the same text alone is the yardstick.

use crate::Effort;
use crate::adapter::read;
use crate::measure::{Ratio, Samples, Table};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

const SMALL: [(&str, u64); 2] = [("scoop-mise", 322), ("nur-repos", 771)];
const LARGE: [(&str, u64); 3] = [("catalog", 1_843), ("eol-renovate", 436), ("nur-lock-00000-09999", 10_000)];

/// W12.
pub fn histories(table: &mut Table, effort: Effort) {
    for (name, versions) in SMALL.into_iter().chain(LARGE).take(effort.size(SMALL.len(), SMALL.len() + LARGE.len())) {
        let Some(path) = file(name) else { return table.note("W12 skipped: no real data beside the repository") };
        let before = Samples::each(1, || parsed(&path));
        let mut found = 0;
        let ours = Samples::each(2, || found = read(&path));
        assert_eq!(found, versions, "{name}");
        let after = Samples::each(1, || parsed(&path));
        let ratio = Ratio::new(&ours, "serde_json parse alone", &before, &after);
        table.times(&format!("W12 opening {name}, {versions} versions"), &ours, Some(ratio));
    }
}

fn file(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("../shared/data/git-histories").join(format!("{name}.jsonl.zst"));
    path.exists().then_some(path)
}

/// Unpacks and parses every line, keeps nothing.
fn parsed(path: &Path) -> usize {
    let lines = BufReader::new(zstd::Decoder::new(std::fs::File::open(path).unwrap()).unwrap()).lines();
    let parse = |line: std::io::Result<String>| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap();
    lines.map(parse).fold(0, |count, _| count + 1)
}
