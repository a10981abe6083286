//! Real histories, folded from whole states and from patches: every version is what its line says, kept or replayed.

use super::fixture::LogFixture;
use crate::history::VersionKind;
use crate::patch::Patch;
use crate::record::StateChange;
use crate::value::{Path, Step, Value, parse};
use std::sync::atomic::Ordering;

/// The lines of a file of the shared data.
fn lines(name: &str) -> Vec<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let packed = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let text = zstd::decode_all(packed.as_slice()).unwrap();
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| parse(line).unwrap()).collect()
}

fn member(line: &Value, key: &str) -> Option<Value> {
    line.at(&Path(vec![Step::Key(key.into())])).cloned()
}

fn change(line: &Value) -> StateChange {
    let text = |key| member(line, key).and_then(|value| value.as_str().map(Into::into));
    match (member(line, "state"), member(line, "patch"), text("invalid")) {
        (Some(state), _, _) => StateChange::State(state),
        (_, Some(patch), _) => StateChange::Patch(Patch::from_value(&patch).unwrap()),
        (_, _, Some(why)) => StateChange::Invalid { raw: text("raw").unwrap(), why },
        _ => StateChange::Deleted,
    }
}

/// Folds the lines and compares each version, hopping, with what its line says.
fn check(name: &str, budget: u64, replays: bool) {
    let lines = lines(&format!("git-histories/{name}.jsonl.zst"));
    let mut log = LogFixture::within(budget);
    let mut expected = Vec::new();
    for line in &lines {
        let change = change(line);
        expected.push(match &change {
            StateChange::State(state) => state.clone(),
            StateChange::Deleted => Value::Null,
            _ => expected.last().cloned().unwrap_or_default(),
        });
        log.transition("", change);
    }
    for n in (0..lines.len()).map(|n| n * 101 % lines.len()) {
        assert!(log.value(n as u64 + 1) == expected[n], "{name} #{}", n + 1);
    }
    assert_eq!(log.records.reads.load(Ordering::Relaxed) > 0, replays, "{name}");
}

#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn small_histories_within_any_budget() {
    check("scoop-mise", u64::MAX, false);
    check("scoop-mise", 10_000, true);
    check("nur-repos", 256 << 20, false);
    check("nur-repos", 100_000, true);
}

/// The same history from patches: as many versions, equal values, and the patches are kept with fewer bytes replayed.
#[test]
#[ignore = "needs the recordings of ../shared/data"]
fn patches_give_the_states() {
    for (name, budget) in [("nur-repos", 100_000), ("scoop-mise", u64::MAX)] {
        let states = lines(&format!("git-histories/{name}.jsonl.zst"));
        let patches = lines(&format!("derived-streams/{name}.rfc6902.jsonl.zst"));
        let mut log = LogFixture::within(budget);
        for line in &patches {
            let version = log.transition("", change(line));
            assert_ne!(log.history.info(version).unwrap().kind, VersionKind::Invalid, "{name} {version}");
        }
        let states: Vec<_> = states.iter().filter_map(|line| member(line, "state")).collect();
        assert_eq!(log.history.newest().0, states.len() as u64, "{name}");
        for n in (0..states.len()).map(|n| n * 101 % states.len()) {
            assert!(log.value(n as u64 + 1) == states[n], "{name} #{}", n + 1);
        }
    }
}
