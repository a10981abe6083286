//! Random operations against a model that keeps every version's value, parent and every snapshot.

use super::fixture::LogFixture;
use crate::patch::{Op, Patch};
use crate::record::{Body, NewSnapshot, Position, SnapshotId, SnapshotKind, StateChange, Version};
use crate::value::{Pointer, Text, Value, parse};
use proptest::prelude::*;
use std::sync::atomic::Ordering;

#[derive(Debug, Clone)]
enum ModelStep {
    Set(u8, u8),
    Remove(u8),
    State(u8),
    Invalid,
    Deleted,
    Rollback(u64),
    Undo,
    UndoOf(u64),
    Snapshot(u64),
    DeleteSnapshot(u64),
}

fn steps() -> impl Strategy<Value = ModelStep> {
    prop_oneof![
        8 => (0u8..50, any::<u8>()).prop_map(|(key, value)| ModelStep::Set(key, value)),
        2 => (0u8..50).prop_map(ModelStep::Remove),
        1 => any::<u8>().prop_map(ModelStep::State),
        1 => Just(ModelStep::Invalid),
        1 => Just(ModelStep::Deleted),
        2 => any::<u64>().prop_map(ModelStep::Rollback),
        2 => Just(ModelStep::Undo),
        1 => (0u64..80).prop_map(ModelStep::UndoOf),
        1 => any::<u64>().prop_map(ModelStep::Snapshot),
        1 => any::<u64>().prop_map(ModelStep::DeleteSnapshot),
    ]
}

/// What was written, for taking it back.
#[derive(Clone, Copy)]
enum Written {
    Rollback { left: usize },
    Snapshot(u64),
    Unmade(u64),
    Deletion(u64),
    Restored(u64),
}

/// Everything, kept whole. Objects are sorted lists of keys and numbers.
struct Model {
    values: Vec<Option<Vec<(u8, u8)>>>,
    parents: Vec<usize>,
    writes: Vec<(u64, Written)>,
    undone: Vec<(u64, Written)>,
    /// Id, version, how often hidden.
    snapshots: Vec<(u64, usize, u32)>,
    position: u64,
}

impl Model {
    fn new() -> Self {
        Self {
            values: vec![None],
            parents: vec![0],
            writes: Vec::new(),
            undone: Vec::new(),
            snapshots: Vec::new(),
            position: 0,
        }
    }

    fn head(&self) -> usize {
        self.values.len() - 1
    }

    fn add(&mut self, parent: usize, value: Option<Vec<(u8, u8)>>) {
        self.parents.push(parent);
        self.values.push(value);
    }

    fn value(&self, version: usize) -> Value {
        object(self.values[version].as_deref())
    }

    /// What the step writes, and the model one step further; `None` when there is nothing to write.
    fn step(&mut self, step: &ModelStep) -> Option<Body> {
        let head = self.values[self.head()].clone();
        let pick = |n: u64, of: usize| usize::try_from(n % (of as u64)).unwrap();
        self.position += 1;
        let (change, after) = match step {
            ModelStep::Rollback(to) => {
                let (left, to) = (self.head(), pick(*to, self.values.len() + 1));
                let exists = to < self.values.len();
                let (parent, value) = if exists { (to, self.values[to].clone()) } else { (left, head) };
                self.add(parent, value);
                if exists {
                    self.write(Written::Rollback { left });
                }
                return Some(Body::Rollback { to: Version(to as u64), reason: Text::new() });
            }
            ModelStep::Undo => {
                let of = self.writes.last().map_or(0, |(of, _)| *of);
                return Some(self.undo(of));
            }
            ModelStep::UndoOf(of) => return Some(self.undo(*of)),
            ModelStep::Snapshot(version) => {
                let version = pick(*version, self.values.len());
                self.snapshots.push((self.position, version, 0));
                self.write(Written::Snapshot(self.position));
                let (kind, name) = (SnapshotKind::Auto, None);
                return Some(Body::Snapshot(Box::new(NewSnapshot {
                    version: Version(version as u64),
                    name,
                    kind,
                    description: Text::new(),
                    tags: vec![],
                    drops: vec![],
                    created: None,
                })));
            }
            ModelStep::DeleteSnapshot(n) => {
                let Some((id, _, _)) =
                    (!self.snapshots.is_empty()).then(|| self.snapshots[pick(*n, self.snapshots.len())])
                else {
                    self.position -= 1;
                    return None;
                };
                let mut deleted = false;
                let hidden = &mut self.snapshots.iter_mut().find(|snapshot| snapshot.0 == id).unwrap().2;
                if *hidden == 0 {
                    *hidden += 1;
                    deleted = true;
                }
                if deleted {
                    self.write(Written::Deletion(id));
                }
                return Some(Body::DeleteSnapshots { ids: vec![SnapshotId(Position(id))] });
            }
            ModelStep::Set(key, value) => {
                let op = Op::Add { path: pointer(*key), value: Value::from(i64::from(*value)) };
                let after = head.map(|mut object| {
                    object.retain(|(k, _)| k != key);
                    object.push((*key, *value));
                    object.sort_unstable();
                    object
                });
                (StateChange::Patch(Patch(vec![op])), after)
            }
            ModelStep::Remove(key) => {
                let after = head.map(|object| object.into_iter().filter(|(k, _)| k != key).collect());
                (StateChange::Patch(Patch(vec![Op::Remove { path: pointer(*key) }])), after)
            }
            ModelStep::State(seed) => {
                let after = Some(
                    (0..50)
                        .filter(|key| (u32::from(*key) * 7 + u32::from(*seed)) % 3 > 0)
                        .map(|key| (key, *seed))
                        .collect::<Vec<_>>(),
                );
                (StateChange::State(object(after.as_deref())), after)
            }
            ModelStep::Invalid => (StateChange::Invalid { raw: "?".into(), why: "no JSON".into() }, head),
            ModelStep::Deleted => (StateChange::Deleted, None),
        };
        self.add(self.head(), after);
        Some(Body::Transition { label: Text::new(), change })
    }

    /// A new write: what was taken back before cannot be done again.
    fn write(&mut self, written: Written) {
        self.undone.clear();
        self.writes.push((self.position, written));
    }

    fn undo(&mut self, of: u64) -> Body {
        let at = |list: &[(u64, Written)]| list.iter().position(|(position, _)| *position == of);
        if let Some(index) = at(&self.writes) {
            let reverse = self.turn(self.writes[index].1);
            self.writes.remove(index);
            self.undone.push((self.position, reverse));
        } else if let Some(index) = at(&self.undone) {
            let reverse = self.turn(self.undone[index].1);
            self.undone.remove(index);
            self.writes.push((self.position, reverse));
        }
        Body::Undo { of: Position(of) }
    }

    fn turn(&mut self, written: Written) -> Written {
        let (id, more, reverse) = match written {
            Written::Rollback { left } => {
                let now = self.head();
                self.add(left, self.values[left].clone());
                return Written::Rollback { left: now };
            }
            Written::Snapshot(id) => (id, true, Written::Unmade(id)),
            Written::Unmade(id) => (id, false, Written::Snapshot(id)),
            Written::Deletion(id) => (id, false, Written::Restored(id)),
            Written::Restored(id) => (id, true, Written::Deletion(id)),
        };
        let hidden = &mut self.snapshots.iter_mut().find(|s| s.0 == id).unwrap().2;
        *hidden = if more { *hidden + 1 } else { *hidden - 1 };
        reverse
    }

    fn line(&self, head: u64) -> Vec<u64> {
        let mut line = vec![head];
        while let Some(&last) = line.last().filter(|&&last| last > 0) {
            line.push(self.parents[usize::try_from(last).unwrap()] as u64);
        }
        line.reverse();
        line
    }
}

fn pointer(key: u8) -> Pointer {
    Pointer(vec![format!("key {key:02}").as_str().into()])
}

fn object(pairs: Option<&[(u8, u8)]>) -> Value {
    let Some(pairs) = pairs else { return Value::Null };
    let members: Vec<_> = pairs.iter().map(|(key, value)| format!("\"key {key:02}\":{value}")).collect();
    parse(format!("{{{}}}", members.join(",")).as_bytes()).unwrap()
}

fn check(budget: u64, steps: &[ModelStep]) {
    let (mut log, mut model) = (LogFixture::within(budget), Model::new());
    for step in steps {
        let before = log.history.head();
        if let Some(body) = model.step(step) {
            let made = log.push(body);
            assert_eq!(made.is_some(), model.head() as u64 > before.0);
        }
    }
    let newest = model.head() as u64;
    assert_eq!(log.history.newest(), Version(newest));
    // Forth, back, and hopping.
    let order = (0..=newest).chain((0..=newest).rev()).chain((0..=newest).map(|n| n * 7 % (newest + 1)));
    for version in order {
        assert_eq!(log.value(version), model.value(usize::try_from(version).unwrap()), "#{version} within {budget}");
    }
    for (version, parent) in model.parents.iter().enumerate().skip(1) {
        let info = log.history.info(Version(version as u64)).unwrap();
        assert_eq!((info.parent, info.size), (Version(*parent as u64), model.value(version).to_json().len() as u64));
    }
    check_branches(&log, &model);
    let mut listed: Vec<_> = model.snapshots.iter().filter(|s| s.2 == 0).map(|s| (s.1 as u64, s.0)).collect();
    listed.sort_unstable();
    assert_eq!(log.history.marks().listed().iter().map(|s| (s.version.0, s.id.0.0)).collect::<Vec<_>>(), listed);
}

/// Nothing is unreachable: each version is on some branch's line, and the lines are those of the parents.
fn check_branches(log: &LogFixture, model: &Model) {
    let mut reached = std::collections::BTreeSet::new();
    for branch in log.history.branches() {
        let line: Vec<u64> = log.history.lineage().line(branch.head).into_iter().flatten().collect();
        assert_eq!(line, model.line(branch.head.0), "{}", branch.name);
        reached.extend(line);
    }
    assert_eq!(reached.len(), model.values.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn every_version_has_the_models_value(budget in prop::sample::select(vec![0u64, 5_000, 40_000, 400_000, u64::MAX]), steps in prop::collection::vec(steps(), 0..120)) {
        check(budget, &steps);
    }
}

/// A fixed sequence of numbers that look random.
fn numbers(mut seed: u64) -> impl Iterator<Item = u64> {
    std::iter::repeat_with(move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    })
}

#[test]
fn a_thousand_rollbacks_lose_nothing() {
    let mut numbers = numbers(2026);
    let mut steps = vec![ModelStep::State(1)];
    for _ in 0..1_000 {
        let mut byte = |most: u64| u8::try_from(numbers.next().unwrap() % most).unwrap();
        steps.extend([ModelStep::Set(byte(50), byte(256)), ModelStep::Set(byte(50), byte(256))]);
        steps.push(ModelStep::Rollback(numbers.next().unwrap()));
    }
    for budget in [0, 100_000] {
        check(budget, &steps);
    }
}

/// Values are read back from records only as far as they are not kept, and never further than the spacing.
#[test]
fn seeking_reads_few_records() {
    let script = |log: &mut LogFixture| {
        log.transition("", StateChange::State(object(Some(&(0..50).map(|key| (key, 0)).collect::<Vec<_>>()))));
        for n in 0..2_000u64 {
            let op = Op::Replace { path: pointer(u8::try_from(n % 50).unwrap()), value: Value::from(n) };
            log.transition("", StateChange::Patch(Patch(vec![op])));
            // Half of it is left behind again and again: the line that counts is never the one of even numbers.
            if n % 2 == 1 {
                log.push(Body::Rollback { to: Version(log.history.head().0 - 1), reason: Text::new() });
            }
        }
    };
    let reads = |log: &LogFixture, version| {
        let before = log.records.reads.load(Ordering::Relaxed);
        log.value(version);
        log.records.reads.load(Ordering::Relaxed) - before
    };
    let mut all = LogFixture::default();
    script(&mut all);
    assert!((0..=3_001).all(|version| reads(&all, version) == 0));
    let mut few = LogFixture::within(200_000);
    script(&mut few);
    let most = (0..=3_001).map(|version| reads(&few, version * 1_237 % 3_002)).max().unwrap();
    // An eighth of what keyframes may take keeps every 256th version that is loaded.
    assert!((1..256).contains(&most), "{most}");
    // Within the window, stepping costs one record on average, and where it ends as many as lie between two kept versions.
    few.value(1_500);
    let stepped = (1_300..1_500).rev().map(|version| reads(&few, version)).sum::<u64>();
    assert!(stepped <= 200 + 256, "{stepped}");
}
