#![allow(clippy::unwrap_used)]

use super::*;
#[cfg(feature = "import")]
use crate::log::FileLog;
use crate::log::tests::values;
use crate::record::{Body, StateChange};
use crate::value::Value;
use proptest::prelude::*;

fn main() -> TenantId {
    "main".into()
}

fn transition(value: Value) -> Entry {
    let at = chrono::DateTime::from_timestamp(1_760_011_200 + value.size().cast_signed(), 500);
    Entry { at, ..Entry::new(Body::Transition { label: "set".into(), change: StateChange::State(value) }) }
}

/// Small states, a mark now and then, and states of which a few fill a block.
fn entries(count: u64) -> Vec<Entry> {
    let entry = |n: u64| match n % 97 {
        13 => Entry::new(Body::Commit),
        31 => Entry::new(Body::Unknown {
            kind: "later".into(),
            raw: r#","id":"x","type":"later"}"#.into(),
            why: "".into(),
        }),
        n if n > 89 => transition("a long text, ".repeat(usize::try_from(n).unwrap() * 20).as_str().into()),
        _ => transition(Value::from(n / 10)),
    };
    (0..count).map(entry).collect()
}

fn append(log: &MemoryLog, entries: &[Entry], id: &AppendId) {
    log.append(&main(), log.last(&main()).unwrap(), id, entries).unwrap();
}

/// All records, read so many at a time.
fn read(log: &MemoryLog, limit: usize) -> Vec<Record> {
    let (mut all, mut after): (Vec<Record>, _) = (Vec::new(), Position(0));
    loop {
        let batch = log.read(&main(), after, limit).unwrap();
        assert!(batch.records.len() <= limit && (0.0..=1.0).contains(&batch.progress));
        let Some(last) = batch.records.last() else { return all };
        after = last.position;
        all.extend(batch.records.iter().map(|record| Record::clone(record)));
    }
}

fn check(log: &MemoryLog, whole: &MemoryLog, ids: &[AppendId]) {
    let last = whole.last(&main()).unwrap().0;
    assert_eq!(log.last(&main()).unwrap().0, last);
    let all = read(whole, 1_000);
    for limit in [7, 256, 5_000] {
        assert!(read(log, limit) == all, "{limit} at a time");
    }
    // Back and forth, so that few follow the one read before.
    for at in (0..=last + 1).flat_map(|n| [n, last.saturating_sub(n)]).step_by(5).map(Position) {
        let found = [log, whole].map(|log| log.record(&main(), at).ok());
        assert!(found[0] == found[1], "{at:?}");
    }
    for (id, at) in ids.iter().flat_map(|id| [0, last / 2, last].map(|at| (id, Position(at)))) {
        assert_eq!(log.find(&main(), at, id).unwrap(), whole.find(&main(), at, id).unwrap(), "{at:?}");
    }
}

#[test]
fn packed_records_are_read_as_they_were_appended() {
    for count in [1, 300, 511, 512, 513, 3_000] {
        let (log, whole) = (MemoryLog::default(), MemoryLog::default());
        let (mut packed, ids) = (0, [AppendId::new(), AppendId::new()]);
        for id in &ids {
            [&log, &whole].into_iter().for_each(|log| append(log, &entries(count), id));
            loop {
                let (records, _) = log.pack(&main());
                packed += records.len();
                if records.is_empty() {
                    break;
                }
            }
            check(&log, &whole, &ids);
        }
        assert!(packed as u64 + 512 > 2 * count, "{packed} of {}", 2 * count);
        assert_eq!(log.pack(&"nobody".into()).1, 0);
    }
}

/// Blocks are left to another log as whole ones only, and what is behind them stays in memory.
#[cfg(feature = "import")]
#[test]
fn packed_records_are_left_to_another_log() {
    for through in [0, 1, 255, 256, 700, 1_900] {
        let folder = tempfile::tempdir().unwrap();
        let file = Arc::new(FileLog::create(folder.path()).unwrap());
        let (log, whole, id) = (MemoryLog::default(), MemoryLog::default(), AppendId::new());
        let mut entries = entries(2_000);
        // Files know those by their texts alone.
        entries.retain(|entry| !matches!(entry.body, Body::Unknown { .. }));
        [&log, &whole].into_iter().for_each(|log| append(log, &entries, &id));
        let (packed, _) = log.pack(&main());
        file.append(&main(), Position(0), &id, &entries[..through]).unwrap();
        let left = log.leave_to((file, Arc::new(())), &main(), Position(through as u64));
        assert_eq!((left.packed > 0, left.records.is_empty()), (through > 200, through <= packed.len()), "{through}");
        let later = AppendId::new();
        [&log, &whole].into_iter().for_each(|log| append(log, &entries[..600], &later));
        while !log.pack(&main()).0.is_empty() {}
        check(&log, &whole, &[id]);
    }
}

/// What small records take, and those that are as long as some states.
#[cfg(feature = "import")]
#[test]
fn packed_records_take_few_bytes() {
    let patch = |n: u64| format!(r#"{{"a":1,"counts":{{"b":{n},"c":"text"}}}}"#);
    for (what, most, state) in
        [("equal states", 16, &(|_| patch(7)) as &dyn Fn(u64) -> String), ("a number that changes", 32, &patch)]
    {
        let log = MemoryLog::default();
        let entry = |n| transition(crate::value::parse(state(n).as_bytes()).unwrap());
        for first in (0..10_000).step_by(256) {
            append(&log, &(first..first + 256).map(entry).collect::<Vec<_>>(), &AppendId::new());
        }
        let (mut records, mut bytes) = (0, 0);
        while let (packed, took @ 1..) = log.pack(&main()) {
            (records, bytes) = (records + packed.len() as u64, bytes + took);
        }
        assert!(records > 9_000 && bytes <= most * records, "{what}: {bytes} bytes for {records}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_values_come_back(states in prop::collection::vec(values(), 520..700)) {
        let (log, whole, id) = (MemoryLog::default(), MemoryLog::default(), AppendId::new());
        let entries: Vec<Entry> = states.into_iter().map(transition).collect();
        [&log, &whole].into_iter().for_each(|log| append(log, &entries, &id));
        prop_assert!(!log.pack(&main()).0.is_empty());
        check(&log, &whole, &[id]);
    }
}
