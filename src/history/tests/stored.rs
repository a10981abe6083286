//! A history that goes on from its parts answers as the one that was folded; parts that were changed never make it panic.
//!
//! `ASOF_INDEX_RUNS=1000` runs more.

use super::fixture::LogFixture;
use super::hostile::{Sparse, ask_all, entry, fold};
use crate::bytes::LazyBytes;
use crate::history::lineage::tree::BranchId;
use crate::history::{Budget, History, NotStored};
use crate::patch::{Op, Patch};
use crate::record::{Entry, RecordSource, StateChange, Version};
use crate::value::{Pointer, Value};
use proptest::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// The last part, in memory.
struct Held(Vec<u8>);

impl LazyBytes for Held {
    fn read(&self, range: Range<u64>) -> Option<Vec<u8>> {
        self.0.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?).map(<[u8]>::to_vec)
    }
}

pub(super) fn restored(mut parts: Vec<Vec<u8>>) -> Option<History> {
    let last = Arc::new(Held(parts.pop()?));
    History::restore(&"acme".into(), Budget::new(4_096), parts, last)
}

fn runs(usual: u32) -> ProptestConfig {
    let cases = std::env::var("ASOF_INDEX_RUNS").map_or(usual, |runs| runs.parse().unwrap());
    ProptestConfig { cases, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

/// Every answer, values too.
pub(super) fn assert_same(folded: &History, other: &History, records: &dyn RecordSource) {
    assert_eq!(folded.first_difference(other), None);
    let listed = std::iter::successors(Some(Version(0)), |version| folded.timeline().listed_after(*version));
    // Of a long history some: each may take replaying hundreds of records.
    let apart = if folded.newest().0 > 5_000 { 397 } else { 1 };
    for version in listed.take(10_000).step_by(apart) {
        let json = |history: &History| history.value(version, records).map(|value| value.to_json()).ok();
        assert_eq!(json(folded), json(other), "{version}");
    }
}

/// Entries of which none is lost: what can be stored.
fn entries(most: usize) -> impl Strategy<Value = Vec<(Entry, u64, bool)>> {
    let sound = entry().prop_map(|(entry, _, told)| (entry, 0, told));
    let any = prop_oneof![30 => sound, 1 => entry()];
    prop::collection::vec(any, 0..most)
}

proptest! {
    #![proptest_config(runs(200))]
    #[test]
    fn a_history_that_goes_on_from_its_parts_answers_as_the_one_folded(before in entries(60), after in entries(30)) {
        let (mut history, mut records) = (History::new("acme".into(), Budget::new(4_096)), Sparse::default());
        fold(&mut history, &mut records, before);
        let Ok(parts) = history.store(1 << 20) else { return Ok(()) };
        let mut other = restored(parts).unwrap();
        assert_same(&history, &other, &records);
        let again = restored(other.store(1 << 20).unwrap()).unwrap();
        assert_same(&history, &again, &records);
        let mut more = Sparse(records.0.clone());
        fold(&mut history, &mut records, after.clone());
        fold(&mut other, &mut more, after);
        assert_same(&history, &other, &records);
    }

    /// Some bytes of some parts are others, or are gone.
    #[test]
    fn parts_that_were_changed_are_refused_or_answer_something(
        before in entries(60),
        changes in prop::collection::vec((0usize..5, any::<prop::sample::Index>(), any::<u8>(), 0u8..8), 1..5),
        after in entries(10),
    ) {
        let (mut history, mut records) = (History::new("acme".into(), Budget::new(4_096)), Sparse::default());
        fold(&mut history, &mut records, before);
        let Ok(mut parts) = history.store(1 << 20) else { return Ok(()) };
        for (part, at, byte, how) in changes {
            let part = &mut parts[part];
            if part.is_empty() {
                continue;
            }
            let at = at.index(part.len());
            match how {
                0 => part.truncate(at),
                1 => part.insert(at, byte),
                2 => drop(part.remove(at)),
                3 => part[at] = part[at].wrapping_add(1),
                _ => part[at] = byte,
            }
        }
        if let Some(mut other) = restored(parts) {
            ask_all(&other, &records);
            // Its end may be anywhere, so that records that are there may be said to follow.
            let end = other.position();
            if end.0 < 1 << 50 {
                fold(&mut other, &mut records, after);
                ask_all(&other, &records);
            }
        }
    }
}

/// A state of some keys, then so many changes of one of them.
fn long(changes: u64, budget: u64) -> LogFixture {
    let mut log = LogFixture::within(budget);
    let state = (0..40).map(|key| (format!("key {key}").as_str().into(), Value::from(0u64))).collect();
    log.transition("begin", StateChange::State(state));
    for n in 0..changes {
        let path = Pointer(vec![format!("key {}", n * 7 % 40).as_str().into()]);
        log.clock = chrono::DateTime::from_timestamp(1_700_000_000 + i64::try_from(n).unwrap() / 3, 0);
        let label = if n % 3 == 0 { "tick" } else { "tock" };
        log.transition(label, StateChange::Patch(Patch(vec![Op::Replace { path, value: Value::from(n) }])));
    }
    log
}

/// Several chunks of rows, keyframes that are thinned out, and rollbacks between them.
#[test]
fn a_long_history_comes_back() {
    for budget in [300_000, u64::MAX] {
        let mut log = long(9_000, budget);
        log.play("mark a #4096, rewind #300, mark b, fork x begin, on x, ~c");
        let rows = log.history.store(50_000).unwrap()[2].len() + log.history.store(50_000).unwrap()[3].len();
        assert!(rows < 9_000 * 10, "{rows} bytes");
        let other = restored(log.history.store(50_000).unwrap()).unwrap();
        assert_same(&log.history, &other, &log.records);
        let again = restored(other.store(50_000).unwrap()).unwrap();
        assert_same(&log.history, &again, &log.records);
    }
}

/// Values of old versions are read from the parts, so that few records are read again.
#[test]
fn stored_values_save_reading_records() {
    let log = long(9_000, 300_000);
    let other = restored(log.history.store(100_000).unwrap()).unwrap();
    let reads = || log.records.reads.load(std::sync::atomic::Ordering::Relaxed);
    for version in [2_000, 4_500, 8_000] {
        let before = reads();
        let value = other.value(Version(version), &log.records).unwrap();
        assert_eq!(value, log.history.value(Version(version), &log.records).unwrap());
        assert!(reads() - before < 1_000, "{} records", reads() - before);
    }
}

#[test]
fn a_history_in_doubt_is_not_stored() {
    for script in ["a, gap, b", "a, gap-aside, mark x", "a, gap"] {
        let mut log = LogFixture::default();
        log.play(script);
        assert_eq!(log.history.store(1 << 20).err(), Some(NotStored::Doubtful), "{script}");
    }
}

#[test]
fn another_tenant_s_history_is_not_taken() {
    let mut log = LogFixture::default();
    log.play("a, ~b");
    let mut parts = log.history.store(1 << 20).unwrap();
    let last = Arc::new(Held(parts.pop().unwrap()));
    let restore = |tenant: &str| History::restore(&tenant.into(), Budget::default(), parts.clone(), last.clone());
    assert!(restore("acme").is_some() && restore("widgets").is_none());
}

/// Branches of one large state share it when it is read.
#[test]
fn heads_share_what_they_have_in_common() {
    let mut log = long(10, u64::MAX);
    for n in 0..50 {
        log.play(&format!("fork f{n} #{}", n % 10 + 1));
    }
    let other = restored(log.history.store(1 << 20).unwrap()).unwrap();
    assert_same(&log.history, &other, &log.records);
    let head = |name: &str| other.growing_value(Some(name)).unwrap().clone();
    assert!(head("f1").same(&head("f11")));
}

/// Only who asks for the value of a head reads it, from then on nobody again.
#[test]
fn heads_are_read_when_they_are_asked_for() {
    let log = long(600, 300_000);
    let other = restored(log.history.store(1 << 20).unwrap()).unwrap();
    let read = |history: &History| history.values.heads[BranchId::default()].value.in_memory().is_some();
    let clone = other.clone();
    for version in [Version(1), Version(300)] {
        assert_eq!(other.value(version, &log.records).unwrap(), log.history.value(version, &log.records).unwrap());
    }
    assert_eq!(
        (other.growing(None), other.head_value().size()),
        (Some(log.history.head()), log.history.head_value().size())
    );
    assert!(read(&other) && read(&clone), "a clone shares it");
    let other = restored(log.history.store(1 << 20).unwrap()).unwrap();
    let again = restored(other.store(1 << 20).unwrap()).unwrap();
    other.value(Version(300), &log.records).unwrap();
    assert!(!read(&other), "neither another version nor storing it again takes it");
    assert_same(&log.history, &again, &log.records);
}
