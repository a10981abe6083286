//! Damaged logs are asked for values, not only for damage: what is there has its own value or is marked as doubtful.

mod absurd;
mod bytes;
mod corpus;
mod reader;

use super::dice::{Dice, from_env, quick_directory};
use asof::{
    History, Patch, Recording, SnapshotRequest, Strategy, TargetContext, Tenant, TenantId, Value, Version, VersionKind,
    parse,
};
use bytes::{Log, flipped, lines, to_version_1, without_line};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn json(text: &str) -> Value {
    parse(text.as_bytes()).unwrap()
}

fn main() -> TenantId {
    "main".into()
}

/// The only log file in a recording.
fn log_file(directory: &Path) -> PathBuf {
    let mut files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.find(|file| file.extension().is_some_and(|extension| extension == "jsonl")).unwrap()
}

/// A whole state that differs from all others.
fn state(n: u64) -> Value {
    json(&format!("{{\"n\":{n},\"list\":[{},{}],\"name\":\"state {n}\"}}", n * 7, n * 11))
}

fn patch(tenant: &Tenant, n: u64) {
    let patch = json(&format!("[{{\"op\":\"add\",\"path\":\"/k{}\",\"value\":{n}}}]", n % 5));
    tenant.patch(&format!("patch {n}"), &Patch::from_value(&patch).unwrap()).unwrap();
}

fn transaction(tenant: &Tenant, n: u64, fails: bool) {
    let mut built = tenant
        .transaction(&format!("tx {n}"))
        .step("first", move |draft| Ok(draft.set(".first", &n)?))
        .checkpoint("half")
        .step("second", move |draft| if fails { Err("refused".into()) } else { Ok(draft.set(".second", &n)?) });
    assert_eq!(built.run().is_err(), fails);
}

/// A recording with everything that names a version: snapshots, rollbacks, forks, a promotion, undo and redo, transactions.
fn record(directory: &Path, dice: &mut Dice, compacted: bool) {
    let tenant = Recording::create(directory).unwrap().tenant_or_new(&main()).unwrap();
    tenant.set("start", state(0)).unwrap();
    let mut forks = Vec::new();
    for n in 1..=40 {
        match dice.below(14) {
            0..=2 => drop(tenant.set(&format!("state {n}"), state(n)).unwrap()),
            3..=5 => patch(&tenant, n),
            6 => drop(tenant.snapshot(&SnapshotRequest::named(&format!("s{n}"))).unwrap()),
            7 => {
                let to = Version(dice.next() % tenant.history().newest().0 + 1);
                let _may_change_nothing = tenant.rollback(&Strategy::Version(to), "");
            }
            8 => {
                let name = format!("f{n}");
                tenant.fork(&name, tenant.head()).unwrap();
                forks.push(name);
            }
            9 => {
                if let Some(fork) = dice.pick(&forks) {
                    patch(&tenant.on(&fork).unwrap(), 100 + n);
                }
            }
            10 => {
                if let Some(fork) = dice.pick(&forks) {
                    let _may_be_the_head = tenant.promote(&fork, "better");
                }
            }
            11 => drop(tenant.undo().or_else(|_| tenant.redo())),
            12 => transaction(&tenant, n, dice.once_in(3)),
            _ => drop(tenant.set("again", state(1_000 + n)).unwrap()),
        }
        if compacted && n == 25 {
            let before = Version(tenant.history().newest().0 / 2 + 1);
            tenant.compact(before).unwrap();
        }
    }
}

/// What is recorded in truth.
struct Truth {
    values: BTreeMap<Version, String>,
    /// Versions by the position of the snapshot's record, of all that were ever made: a lost deletion brings one back.
    snapshots: BTreeMap<u64, Version>,
    names: BTreeMap<String, Version>,
    branches: BTreeMap<String, Version>,
}

fn versions(history: &History) -> impl Iterator<Item = Version> + '_ {
    let listed = std::iter::successors(Some(Version(1)), |version| history.timeline().listed_after(*version));
    listed.filter(|version| version.0 > 0 && *version <= history.newest())
}

impl Truth {
    fn of(directory: &Path) -> Self {
        let tenant = &opened(directory);
        let history = tenant.history();
        let value = |version| Some((version, tenant.value_at(version).ok()?.to_json()));
        let marks = history.marks().listed();
        Self {
            values: versions(&history).filter_map(value).collect(),
            snapshots: reader::read(&fs::read(log_file(directory)).unwrap())
                .snapshots
                .into_iter()
                .map(|(id, version)| (id, Version(version)))
                .collect(),
            names: marks.iter().filter_map(|mark| Some((mark.name.as_ref()?.to_string(), mark.version))).collect(),
            branches: history.branches().iter().map(|branch| (branch.name.to_string(), branch.head)).collect(),
        }
    }

    /// Whatever is not marked as doubtful is as it was. Answers how many versions are in doubt.
    fn holds(&self, tenant: &Tenant, what: &str) -> u64 {
        let history = tenant.history();
        let mut doubtful = 0;
        for version in versions(&history) {
            let Ok(value) = tenant.value_at(version) else { continue };
            let info = history.info(version).unwrap();
            if info.kind == VersionKind::Cut {
                continue;
            }
            assert_eq!(info.doubtful, history.doubts().of(version).is_some());
            if info.doubtful {
                assert!(info.problem.is_some(), "{what}: {version} says why it is in doubt");
                doubtful += 1;
                continue;
            }
            assert_eq!(Some(&value.to_json()), self.values.get(&version), "{what}: {version} ({})", info.label);
        }
        for mark in history.marks().listed().iter().filter(|mark| history.doubts().of(mark.version).is_none()) {
            assert_eq!(Some(&mark.version), self.snapshots.get(&mark.id.0.0), "{what}: snapshot {mark:?}");
        }
        for (name, version) in &self.names {
            if let Ok(found) = tenant.resolve(&format!("snap:{name}"), &TargetContext::default())
                && history.doubts().of(found).is_none()
            {
                assert_eq!(found, *version, "{what}: snapshot {name}");
            }
        }
        for branch in history.branches().iter().filter(|branch| branch.doubt.is_none()) {
            if let Some(head) = self.branches.get(branch.name.as_str()) {
                assert_eq!(branch.head, *head, "{what}: branch {}", branch.name);
            } else {
                let counted = branch.name.contains("~?") || self.branches.keys().all(|name| !name.contains('~'));
                assert!(counted, "{what}: branch {} was never there", branch.name);
            }
        }
        doubtful
    }
}

fn opened(directory: &Path) -> Tenant {
    Recording::open(directory).unwrap().tenant(&main()).unwrap()
}

/// Goes on behind the damage, and cuts off what is before it: nothing gets another value, and doubt stays.
fn goes_on(directory: &Path, truth: &Truth, old: bool, what: &str) {
    let tenant = opened(directory);
    let before = tenant.history().newest();
    tenant.set("goes on", state(9_999)).unwrap();
    let made = tenant.head();
    assert!(made > before, "{what}");
    let mut truth = Truth {
        values: truth.values.clone(),
        snapshots: truth.snapshots.clone(),
        names: truth.names.clone(),
        branches: truth.branches.clone(),
    };
    assert!(!truth.values.contains_key(&made), "{what}: {made} was another version before");
    truth.values.insert(made, state(9_999).to_json());
    truth.branches.insert("main".into(), made);
    let again = opened(directory);
    truth.holds(&again, &format!("{what}, gone on"));
    assert_eq!(again.head(), made, "{what}");
    let (first, newest) = (again.history().first(), again.history().newest());
    if old {
        // Without numbers of their own, kept branches are counted from the records that are there.
        truth.branches.retain(|name, _| !name.contains('~'));
    }
    if again.compact(Version(first.0.midpoint(newest.0))).is_ok() {
        truth.holds(&again, &format!("{what}, compacted"));
        truth.holds(&opened(directory), &format!("{what}, compacted and opened"));
        assert_eq!((again.head(), again.history().newest()), (made, newest), "{what}");
    }
}

/// One kind of damage to the lines behind the header. The last line is not taken away whole, nor its newline: that is the
/// log as it was before.
fn damaged(whole: &[u8], dice: &mut Dice) -> (Vec<u8>, String) {
    let count = lines(whole).count() - 1;
    match dice.below(4) {
        0 => {
            let line = 1 + dice.below(count - 1);
            (without_line(whole, line), format!("without line {line}"))
        }
        1 => {
            let (first, second) = (1 + dice.below(count - 1), 1 + dice.below(count - 1));
            let last = without_line(whole, first.max(second));
            let bytes = if first == second { last } else { without_line(&last, first.min(second)) };
            (bytes, format!("without lines {first} and {second}"))
        }
        _ => {
            let start = lines(whole).next().map_or(0, <[u8]>::len);
            let (at, bit) = (start + dice.below(whole.len() - 1 - start), dice.below(8));
            (flipped(whole, at, bit), format!("bit {bit} of byte {at} flipped"))
        }
    }
}

#[test]
fn behind_flips_and_lost_lines_everything_has_its_own_value_or_is_doubtful() {
    let cases = from_env("ASOF_DAMAGES", 240);
    let scratch = quick_directory();
    let (mut doubtful, mut changed) = (0, 0);
    let first = from_env("ASOF_DAMAGES_FROM", 0);
    for number in first..first + cases {
        let mut dice = Dice(number);
        let directory = scratch.path().join(number.to_string());
        // A recording serves a few damages.
        let recording = scratch.path().join(format!("whole {}", number / 24));
        if !recording.exists() {
            record(&recording, &mut Dice(number / 24), number / 24 % 2 == 1);
        }
        fs::create_dir(&directory).unwrap();
        for entry in fs::read_dir(&recording).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, directory.join(from.file_name().unwrap())).unwrap();
        }
        let file = log_file(&directory);
        let mut log = Log(fs::read(&file).unwrap());
        let old = number % 2 == 1;
        if old {
            log = to_version_1(&log);
            fs::write(&file, &log.0).unwrap();
        }
        if number % 24 < 2 {
            corpus::agrees(&directory);
        }
        let truth = Truth::of(&directory);
        assert_eq!(truth.holds(&opened(&directory), "undamaged"), 0);
        let (bytes, damage) = damaged(&log.0, &mut dice);
        fs::write(&file, bytes).unwrap();
        let what = format!("case {number}, version {}, {damage}", if old { 1 } else { 2 });
        let found = truth.holds(&opened(&directory), &what);
        doubtful += found;
        changed += u64::from(found > 0);
        if number % 4 < 2 {
            goes_on(&directory, &truth, old, &what);
        }
        fs::remove_dir_all(&directory).unwrap();
    }
    println!("{cases} damages: {doubtful} versions in doubt, in {changed} logs");
    assert!(changed > cases / 4, "damage has to be felt: {changed} of {cases}");
}

/// A log of version 1 that a writer of version 2 went on with.
#[test]
fn numbers_that_were_said_hold_whatever_was_lost_before() {
    let scratch = quick_directory();
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logs/v1-plain-good");
    let directory = scratch.path().join("mixed");
    fs::create_dir(&directory).unwrap();
    for name in ["asof.json", log_file(&good).file_name().unwrap().to_str().unwrap()] {
        fs::copy(good.join(name), directory.join(name)).unwrap();
    }
    let tenant = opened(&directory);
    let said: Vec<Version> = (1..=3).map(|n| tenant.set("on", state(n)).unwrap()).collect();
    patch(&tenant, 4);
    let (truth, whole) = (Truth::of(&directory), fs::read(log_file(&directory)).unwrap());
    for (number, line) in lines(&whole).enumerate().skip(1).take(15) {
        let at = lines(&whole).take(number).map(<[u8]>::len).sum::<usize>() + line.len() / 2;
        fs::write(log_file(&directory), flipped(&whole, at, 2)).unwrap();
        let tenant = opened(&directory);
        truth.holds(&tenant, &format!("line {number}"));
        assert_eq!(tenant.head(), Version(16), "line {number}");
        assert!(said.iter().all(|version| tenant.history().doubts().of(*version).is_none()), "line {number}");
        let before = Version(14);
        tenant.compact(before).unwrap();
        truth.holds(&tenant, &format!("line {number}, compacted"));
        assert!((14..=16).all(|n| tenant.history().doubts().of(Version(n)).is_none()), "line {number}, compacted");
        fs::write(log_file(&directory), &whole).unwrap();
    }
}
